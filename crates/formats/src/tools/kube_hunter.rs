//! kube-hunter of Aqua Security (attacks on Kubernetes clusters), JSON. Versions seen: 0.4 to 0.6.
//!
//! Make it with `kube-hunter --cidr 10.0.1.0/24 --report json --log none > kube-hunter.json`.
//!
//! - index: `vulnerabilities[]`.
//! - rule: `vid` (`KHV044`), else the name of the vulnerability; the title is that name.
//! - severity: the word as it stands (low, medium, high).
//! - place: `location` (host and port) as the resource. That of a scan from inside a pod names the pod (`Local to Pod (kube-hunter-5pmjs)`), which is another one each time: the name in
//!   brackets is cut off.
//! - `evidence` is told in the description, unless it looks like a token. `avd_reference` is the page of the rule.
//! - coverage: `nodes` and `services` show what was found to look at: they are there once the hunt got through. Roots are not claimed: passive and active hunting look at different things.
//! - no time, no version, no fingerprint. `hunter_statistics` (with `--statistics`) is left out.

use model::{Finding, Kind};
use serde_json::Value;

use super::web::{labelled, paragraphs};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `kube-hunter --report json`.
pub(crate) static FORMAT: Format = Format {
    id: "kube-hunter",
    name: "kube-hunter",
    kinds: &[Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["vulnerabilities[].hunter", "vulnerabilities[].location"]) || head.has("vulnerabilities[].vid");
    Match::sure_if(row || head.has_all(&["nodes", "services", "vulnerabilities"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("kube-hunter");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "services" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "vulnerabilities" => loose::rows(json, out, |out, _, row| {
            out.finding(finding(row)?);
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn finding(row: &Value) -> Result<Finding, String> {
    let title = row.text(&["vulnerability"]).ok_or("no `vulnerability`")?;
    let vid = row.text(&["vid"]).filter(|vid| vid != "None");
    let mut finding = Finding::new(Kind::Config, vid.unwrap_or_else(|| title.clone()), title);
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    // A service account's token is one long word.
    let evidence = row.text(&["evidence"]).filter(|text| !text.split_whitespace().any(|word| word.len() > 80 || word.starts_with("eyJ")));
    finding.description = paragraphs([
        row.text(&["description"]),
        labelled("Category", row.text(&["category"]).as_deref()),
        labelled("Evidence", evidence.as_deref()),
        labelled("Hunter", row.text(&["hunter"]).as_deref()),
    ]);
    finding.references = row.texts("avd_reference").into_iter().filter(|url| !url.ends_with("/none/")).collect();
    finding.location.resource = row.text(&["location"]).map(|place| place.split(" (").next().unwrap_or(&place).to_owned());
    Ok(finding)
}
