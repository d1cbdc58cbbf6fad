//! ZAP (Zed Attack Proxy), JSON of its API: `core/view/alerts` and `alert/view/alerts`. Versions seen: 2.9 to 2.16.
//!
//! Make it with `curl "http://127.0.0.1:8080/JSON/alert/view/alerts/?apikey=$KEY" > alerts.json`.
//!
//! - index: `alerts[]`, each an instance.
//! - all means what it means in the reports (`zap.rs`): rule `alertRef`, else `pluginId`; title `alert`; the severity by the word in `risk`;
//!   `confidence` False Positive is a suppression.
//! - a site is a target: where all alerts are of one, it is the run's address.
//! - an answer may be a page (`start`, `count`) or of one address: read-only.

use model::{Finding, Kind, Suppression};
use serde_json::Value;

use super::web::{add_references, labelled, origin, paragraphs};
use super::wording::add_cwes;
use crate::read::fields::Fields;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Answers of ZAP's API.
pub(crate) static FORMAT: Format =
    Format { id: "zap-alerts", name: "ZAP (API)", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["alerts[].pluginId", "alerts[].risk", "alerts[].url"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("ZAP").claims.partial = Some("an answer of the API".to_owned());
    let mut several = false;
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "alerts" => json.rows(out, |out, row: Value| {
            let row = Fields::of(&row);
            let Some(rule) = row.text(&["alertRef", "pluginId", "alert"]) else {
                return out.bad_row(format!("alerts[{}]", out.next_index()), "an alert without pluginId and name");
            };
            let site = row.text(&["url"]).map(|url| origin(&url).to_owned());
            let run = out.this();
            several |= run.claims.rows_read > 0 && run.url != site;
            run.url = site.filter(|_| !several);
            out.finding(finding(rule, row));
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["alerts"]);
    json.end()
}

fn finding(rule: String, row: Fields<'_>) -> Finding {
    let title = row.text(&["alert", "name"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Dast, rule, title);
    if let Some(raw) = row.text(&["risk"]) {
        finding.set_severity_word(&raw);
    }
    add_cwes(&mut finding.cwes, row.text(&["cweid"]).filter(|cwe| cwe != "-1" && cwe != "0").as_deref());
    finding.confidence = row.text(&["confidence"]);
    if finding.confidence.as_deref() == Some("False Positive") {
        finding.suppressed = Some(Suppression { by: "ZAP".to_owned(), reason: Some("false positive".to_owned()) });
    }
    finding.description = paragraphs([
        row.text(&["description"]),
        labelled("Attack", row.text(&["attack"]).as_deref()),
        labelled("Evidence", row.text(&["evidence"]).as_deref()),
        row.text(&["other"]),
    ]);
    finding.remediation = row.text(&["solution"]);
    add_references(&mut finding, &row.text(&["reference"]).unwrap_or_default());
    finding.location.url = row.text(&["url"]);
    (finding.location.method, finding.location.parameter) = (row.text(&["method"]), row.text(&["param"]));
    finding
}
