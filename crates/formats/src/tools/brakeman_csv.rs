//! Brakeman (Ruby on Rails SAST), CSV. Versions seen: 5.0 to 7; up to 4.10 the CSV was several tables in one file, which are not read.
//!
//! Make it with `brakeman -f csv -o brakeman.csv`.
//!
//! - index: the rows behind the header. All fields mean what they mean in the JSON report (`brakeman.rs`): the rule is made of *Warning Code*,
//!   *Confidence* stands for the severity, *Fingerprint* is trusted. *CWE* is there since 5.2.
//! - warnings of the ignore file are not written, nor is what could not be read or when it ran. Nothing in an empty table shows that anything was
//!   scanned.
//! - left out: *User Input* (part of the code).

use model::{Finding, Kind, Severity};

use super::web::cves;
use super::wording::first_line;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `brakeman -f csv`.
pub(crate) static FORMAT: Format = Format {
    id: "brakeman-csv",
    name: "Brakeman CSV",
    kinds: &[Kind::Sast],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["Confidence", "Warning Type", "Check Name", "Fingerprint"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Brakeman");
    csv::each(input, out, 0, |out, row| match (row.get(&["Warning Type"]), row.get(&["File"])) {
        (Some(kind), Some(path)) => out.finding(finding(kind, path, row)),
        _ => out.bad_row(format!("line {}", row.line), "no Warning Type or no File"),
    })
}

fn finding(kind: &str, path: &str, row: &Row<'_>) -> Finding {
    let rule = row.whole(&["Warning Code"]).map_or_else(|| kind.to_owned(), |code| format!("BRAKE{code:04}"));
    let message = row.get(&["Message"]).unwrap_or(kind);
    let mut finding = Finding::new(Kind::Sast, rule, first_line(message));
    if let Some(raw) = row.get(&["Confidence"]) {
        finding.confidence = Some(raw.to_owned());
        finding.set_severity(raw, if raw == "Weak" { Severity::Low } else { Severity::from_word(raw) });
    }
    let numbers = row.get(&["CWE"]).unwrap_or_default();
    // A bare number, or several of them: `[89, 564]`.
    finding.cwes.extend(numbers.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<u32>().ok()));
    finding.identifiers = cves(message);
    finding.description = Some(row.get(&["Check Name"]).map_or_else(|| kind.to_owned(), |check| format!("{kind} ({check})")));
    finding.snippet = row.text(&["Code"]);
    finding.references.extend(row.text(&["Link"]));
    finding.location.path = Some(path.to_owned());
    finding.location.start_line = row.whole(&["Line"]).filter(|line| *line > 0);
    finding.location.end_line = finding.location.start_line;
    if let Some(fingerprint) = row.text(&["Fingerprint"]) {
        finding.fingerprint("brakeman", fingerprint);
        finding.trusted_fingerprint = Some("brakeman");
    }
    finding
}
