//! Prowler 2 (cloud posture), CSV and JSON. Versions seen: 2.5 to 2.12.
//!
//! Make it with `./prowler -M csv` or `./prowler -M json`.
//!
//! - index: rows without the header, or the lines (elements) of the JSON; passed and informational rows are counted and are no findings.
//! - rule: the check's name in brackets at the start of its title (`check114`, `extra796`), else its number. The message is the title's place in the
//!   description.
//! - severity: the word. Place: the account and region; version 2 names no resource but in words, so the message tells findings of one check apart.
//! - the rest is as in `prowler.rs`.
//!
//! # Differs
//! Some readers make a finding of each passed row of the CSV, and give each row CWE 1032, which is not in the report.

use model::Kind;

use super::prowler_check::{Check, push};
use crate::read::csv;
use crate::read::fields;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The formats of Prowler 2.
pub(crate) static FORMAT: Format = Format {
    id: "prowler-v2",
    name: "Prowler 2",
    kinds: &[Kind::Cloud],
    media: &[Media::Csv, Media::JsonLines, Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let table = head.csv_has(&["TITLE_ID", "TITLE_TEXT", "CHECK_RESULT"]) || head.csv_has(&["TITLE_ID", "TITLE_TEXT", "RESULT", "NOTES"]);
    let rows = |top: &str| head.has_all(&[&format!("{top}Control"), &format!("{top}Control ID"), &format!("{top}Account Number")]);
    Match::sure_if(table || rows("") || rows("[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Prowler");
    if input.head().is_json() {
        return fields::read(
            input,
            out,
            &[],
            |_, _| {},
            |out, place, row| {
                let Some(control) = row.text(&["Control"]) else { return out.bad_row(place, "a row without control") };
                let (rule, title) = name(&control, row.text(&["Control ID"]));
                let region = row.text(&["Region"]);
                let said = row.text(&["Message"]).map(|text| match &region {
                    Some(region) => text.strip_prefix(&format!("{region}: ")).unwrap_or(&text).to_owned(),
                    None => text,
                });
                push(
                    out,
                    Check {
                        rule,
                        title: Some(title),
                        status: row.text(&["Status"]),
                        said,
                        severity: row.text(&["Severity"]),
                        risk: row.text(&["Risk"]),
                        remediation: row.text(&["Remediation"]),
                        references: row.text(&["Doc link"]).into_iter().collect(),
                        provider: Some("aws".to_owned()),
                        account: row.text(&["Account Number"]),
                        region,
                        resource: row.text(&["Resource ID"]),
                        time: row.text(&["Timestamp"]),
                        ..Check::default()
                    }
                    .by_message(),
                );
            },
        );
    }
    csv::each(input, out, 0, |out, row| {
        let Some(text) = row.get(&["TITLE_TEXT"]) else { return out.bad_row(format!("line {}", row.line), "a row without TITLE_TEXT") };
        let (rule, title) = name(text, row.text(&["TITLE_ID"]));
        push(
            out,
            Check {
                rule,
                title: Some(title),
                status: row.text(&["CHECK_RESULT", "RESULT"]),
                said: row.text(&["CHECK_RESULT_EXTENDED", "NOTES"]),
                severity: row.text(&["CHECK_SEVERITY"]),
                risk: row.text(&["CHECK_RISK"]),
                remediation: row.text(&["CHECK_REMEDIATION"]),
                references: row.text(&["CHECK_DOC"]).into_iter().collect(),
                provider: Some("aws".to_owned()),
                account: row.text(&["ACCOUNT_NUM"]),
                region: row.text(&["REGION"]),
                resource: row.text(&["CHECK_RESOURCE_ID"]),
                resource_type: row.text(&["CHECK_ASFF_RESOURCE_TYPE"]),
                ..Check::default()
            }
            .by_message(),
        );
    })
}

/// `[check114] Ensure hardware MFA …`: the check and its title.
fn name(text: &str, number: Option<String>) -> (String, String) {
    match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((check, title)) => (check.to_owned(), title.trim().to_owned()),
        None => (number.unwrap_or_else(|| text.to_owned()), text.to_owned()),
    }
}

impl Check {
    /// Without a resource the message tells which thing is meant; the account stands for the place.
    fn by_message(mut self) -> Self {
        self.status = self.status.map(|status| status.to_ascii_uppercase());
        if self.resource.is_none() {
            self.resource.clone_from(&self.account);
            self.region = Some([self.region, self.said.clone()].into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        self
    }
}
