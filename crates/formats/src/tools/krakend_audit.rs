//! KrakenD (API gateway), audit of its configuration, JSON. Versions seen: 2.4 to 2.10.
//!
//! Make it with `krakend audit -c krakend.json -f '{{ marshal . }}' > audit.json`.
//!
//! - index: `recommendations[]`.
//! - rule: `rule`, its number in the documentation (`2.1.2`); the title is the message.
//! - severity: the word as it stands (CRITICAL, HIGH, MEDIUM, LOW).
//! - place: the configuration, which the report does not name.
//! - coverage: `stats` is written with the recommendations, so the audit got through; rules that `-i` and severities that `-s` leave out are not told.
//! - no time, no version, no fingerprint, no list of rules.

use model::{Finding, Kind};

use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `krakend audit`.
pub(crate) static FORMAT: Format = Format {
    id: "krakend-audit",
    name: "KrakenD Audit",
    kinds: &[Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has("recommendations[].rule");
    Match::sure_if(row || (head.has_all(&["recommendations", "stats"]) && !head.has("recommendations[]")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("KrakenD");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "stats" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "recommendations" => loose::rows(json, out, |out, _, row| {
            let rule = row.text(&["rule"]).ok_or("no `rule`")?;
            let mut finding = Finding::new(Kind::Config, rule.clone(), row.text(&["message"]).unwrap_or(rule));
            if let Some(raw) = row.text(&["severity"]) {
                finding.set_severity_word(&raw);
            }
            finding.url = Some("https://www.krakend.io/docs/configuration/audit/".to_owned());
            out.finding(finding);
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}
