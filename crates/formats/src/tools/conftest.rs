//! Conftest (Rego policies on configuration), JSON. Versions seen: 0.21 to 0.60.
//!
//! Make it with `conftest test . --output json > conftest.json`.
//!
//! - index: `failures[]`, `warnings[]`, `exceptions[]` of each file; `successes` and `skipped` are counted. An exception is suppressed.
//! - rule: `metadata.query` (`data.main.deny`), else the namespace: a policy's rule has many messages, so the message tells findings apart.
//! - severity: the tool has none; failures are high, warnings medium. `metadata.severity`, where a policy sets it, goes before.
//! - place: the file; lines where a policy puts them into `metadata.line`. kind iac.
//! - ran: a file with `successes`. `filename`s make the root. No fingerprint, no time, no version.

use model::{Finding, Kind, Severity, Suppression};

use super::wording::first_line;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `conftest test --output json`.
pub(crate) static FORMAT: Format =
    Format { id: "conftest", name: "Conftest", kinds: &[Kind::Iac], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has_all(&["[].filename", "[].successes"]) && (head.has("[].namespace") || head.has("[].failures") || head.has("[].warnings")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Conftest");
    fields::read(
        input,
        out,
        &[],
        |_, _| {},
        |out, place, row| {
            let Some(file) = row.text(&["filename"]) else { return out.bad_row(place, "a result without file") };
            if let Some(successes) = row.number(&["successes"]).filter(|number| *number >= 0.0) {
                let run = out.this();
                run.claims.ran = true;
                run.claims.passed += u64::from(successes.min(1e6).to_string().parse::<u32>().unwrap_or_default());
            }
            out.scanned_file(&file);
            for (list, severity) in [("failures", Severity::High), ("warnings", Severity::Medium), ("exceptions", Severity::High)] {
                row.rows(out, list, |out, found| match found.text(&["msg", "message"]) {
                    Some(message) => {
                        let mut finding = finding(&message, &file, row, found);
                        if finding.severity_raw.is_none() {
                            finding.severity = severity;
                        }
                        if list == "exceptions" {
                            finding.suppressed = Some(Suppression { by: "exception rule".to_owned(), reason: None });
                        }
                        out.finding(finding);
                    }
                    None => out.bad_row(place, "a result without message"),
                });
            }
        },
    )
}

fn finding(message: &str, file: &str, row: Fields<'_>, found: Fields<'_>) -> Finding {
    let rule = found.text(&["metadata/id", "metadata/query"]).or_else(|| row.text(&["namespace"])).unwrap_or_else(|| "conftest".to_owned());
    let mut finding = Finding::new(Kind::Iac, rule, first_line(message));
    if let Some(raw) = found.text(&["metadata/severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.description = found.text(&["metadata/description", "metadata/details"]);
    finding.location.path = Some(file.to_owned());
    finding.location.start_line = found.line(&["metadata/line", "loc/line"]);
    finding.location.end_line = finding.location.start_line;
    finding.distinct = Some(message.to_owned());
    finding
}
