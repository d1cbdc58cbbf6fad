//! Talisman (secrets in commits), JSON. Versions seen: 1.8 to 1.32.
//!
//! Make it with `talisman --scan` (`talisman_report/talisman_reports/data/report.json`).
//!
//! - index: `results[].failure_list[]`, then `results[].warning_list[]` and `results[].ignore_list[]` of the same file.
//! - rule: `type` (`filecontent`, `filename`, `filesize`) with the check, as far as the message names it (`hex`, `base64`, `credit card`,
//!   `pattern`). The message holds the value: what stands behind its colon is evidence and no text.
//! - severity: `severity` as it stands.
//! - place: the file, and the first of `commits`. No lines.
//! - rows of `ignore_list` are suppressions (`.talismanrc`).
//! - coverage: `summary.types` is written at the end: the run got through. No time, version or fingerprint.
//!
//! # Differs
//! - others make one finding of a file; here each failure is one, as in the report.

use model::{Finding, Suppression};
use serde_json::Value;

use super::loose::{rows, text, texts};
use super::secret_value::{evidence, secret};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `talisman --scan`.
pub(crate) static FORMAT: Format = Format {
    id: "talisman",
    name: "Talisman",
    kinds: &[model::Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("results[].failure_list") || head.has_all(&["summary.types.filecontent", "summary.types.filename"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Talisman");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "summary" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "results" => json.rows(out, |out, file: Value| {
            let Some(path) = text(&file, &["filename"]) else {
                return out.bad_row(format!("results, row {}", out.next_index()), "no filename");
            };
            for list in ["failure_list", "warning_list", "ignore_list"] {
                rows(out, &file, list, |out, row| {
                    let mut finding = finding(&path, row);
                    if list == "ignore_list" {
                        finding.suppressed = Some(Suppression { by: ".talismanrc".to_owned(), reason: None });
                    }
                    out.finding(finding);
                });
            }
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn finding(path: &str, row: &Value) -> Finding {
    let kind = text(row, &["type"]).unwrap_or_else(|| "filecontent".to_owned());
    let message = text(row, &["message"]).unwrap_or_default();
    let (said, value) = if kind == "filecontent" {
        message.split_once(" : ").or_else(|| message.split_once(": ")).unwrap_or((&message, ""))
    } else {
        (message.as_str(), "")
    };
    let lower = said.to_ascii_lowercase();
    let checks = [("hex encoded", "hex"), ("base64", "base64"), ("credit card", "credit-card"), ("pattern", "pattern")];
    let check = checks.into_iter().find(|(word, _)| lower.contains(word)).map(|(_, check)| check);
    let rule = check.filter(|_| kind == "filecontent").map_or_else(|| kind.clone(), |check| format!("{kind}/{check}"));
    let title = if said.trim().is_empty() { format!("Secret in {path}") } else { said.trim().trim_end_matches(" such as").to_owned() };
    let mut finding = secret(rule, title);
    if let Some(raw) = text(row, &["severity"]) {
        finding.set_severity_word(&raw);
    }
    finding.location.path = Some(path.to_owned());
    finding.location.commit = texts(row, "commits").into_iter().next();
    finding.secret = evidence(value);
    finding
}
