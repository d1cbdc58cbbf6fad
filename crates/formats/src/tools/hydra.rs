//! THC Hydra (guessing of passwords), JSON and text. Versions seen: 8.5 to 9.7, output version 1.00.
//!
//! Make it with `hydra -L users.txt -P passwords.txt -b jsonv1 -o hydra.json shop.example.com https-post-form …`. The text is what
//! `-o hydra.txt` writes without `-b`, and what Hydra shows.
//!
//! - index: `results[]`, the logins that worked.
//! - rule: `weak-credentials` for all; service and login are part of the identity.
//! - severity: Hydra rates nothing: high, as for other credentials; `verified`, for the login worked. There is no raw word.
//! - the password is evidence and stands in no other field; the login is the parameter.
//! - place: host and port as the resource; the service is its type.
//! - coverage: `success` false is Hydra's word that a child or a target failed: such a run is failed and closes nothing. `generator.built` is the time of the start.
//! - the text has the same members. Only what Hydra shows has an end (*finished at*); the file of `-o` has a head with version and time alone, so that a run
//!   without logins shows no end and closes nothing.
//! - a result without host (Hydra was killed) is a bad row. Left out: the command line, which may hold passwords.

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::hydra_text;
use super::secret_value::evidence;
use super::wording::add_cwes;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `hydra -b jsonv1`.
pub(crate) static FORMAT: Format = Format {
    id: "hydra",
    name: "THC Hydra",
    kinds: &[Kind::Dast],
    media: &[Media::Json, Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is("generator.software", "Hydra") || hydra_text::is_text(head))
}

/// A login that worked.
pub(super) struct Login {
    pub(super) host: String,
    pub(super) port: Option<String>,
    pub(super) service: Option<String>,
    pub(super) login: Option<String>,
    pub(super) password: Option<String>,
}

pub(super) fn push(out: &mut Output<'_>, found: Login) {
    let Login { host, port, service, login, password } = found;
    let mut finding = Finding::new(Kind::Dast, "weak-credentials", format!("Weak username or password found for {host}"));
    add_cwes(&mut finding.cwes, ["CWE-1391"]);
    finding.severity = Severity::High;
    finding.verified = Some(true);
    finding.secret = password.as_deref().and_then(evidence);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    finding.location.resource = Some(format!("{host}{port}"));
    finding.distinct = Some(format!("{} {}", service.clone().unwrap_or_default(), login.clone().unwrap_or_default()));
    finding.location.resource_type = service;
    finding.location.parameter = login;
    out.finding(finding);
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("THC Hydra");
    if hydra_text::is_text(&input.head()) {
        return hydra_text::parse(input, out);
    }
    let mut json = input.json()?;
    let mut errors = Vec::new();
    json.object(|json, key| match key {
        "generator" => {
            let generator = json.row::<Value>()?.unwrap_or_default();
            out.this().tool_version = generator.text(&["version"]);
            out.this().at = generator.text(&["built"]).and_then(|text| Timestamp::lenient(&text));
            Ok(())
        }
        "errormessages" => {
            errors = json.row::<Value>()?.unwrap_or_default().texts("");
            Ok(())
        }
        "success" => {
            let success = json.row::<Value>()?.unwrap_or_default().truth("") == Some(true);
            out.this().claims.ran = success;
            out.this().claims.failed =
                (!success).then(|| errors.first().cloned().unwrap_or_else(|| "Hydra says that it failed".to_owned()));
            Ok(())
        }
        "results" => loose::rows(json, out, |out, _, row| {
            let host = row.text(&["host"]).ok_or("no `host`")?;
            let port = row.text(&["port"]).filter(|port| port != "0");
            push(
                out,
                Login { host, port, service: row.text(&["service"]), login: row.text(&["login"]), password: row.text(&["password"]) },
            );
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["results"]);
    json.end()
}
