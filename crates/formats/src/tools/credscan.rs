//! Microsoft CredScan (secrets), CSV. Versions seen: 2.
//!
//! Make it with the task *Run Credential Scanner* (`OutputFormat: csv`), or `CredentialScanner.exe -f csv`.
//!
//! - index: rows without the header.
//! - rule: the number in `Searcher` (`CSCAN-GENERAL0060`), title the whole. Severity: the tool has none; all are high. (Some readers call each info.)
//! - place: `Source` and `Line`. `MatchingScore` is the tool's confidence.
//! - `HashKey` is the tool's own hash of the match, salted: kept, and not the secret's. With *triage mode* `Description` shows the match, so it is not taken.
//! - `IsSuppressed` YES is a suppression with `SuppressJustification`.
//! - time: the latest `TimeofDiscovery`. An empty table shows no run.

use model::{Finding, Kind, Suppression, Timestamp};

use super::secret_value::set_severity_by_proof;
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of CredScan's table.
pub(crate) static FORMAT: Format = Format {
    id: "credscan",
    name: "CredScan (Credential Scanner)",
    kinds: &[Kind::Secret],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has(&["Source", "Searcher"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("CredScan");
    csv::each(input, out, 0, |out, row| {
        let (Some(searcher), Some(source)) = (row.get(&["Searcher"]), row.get(&["Source"])) else {
            return out.bad_row(format!("line {}", row.line), "no searcher or no source");
        };
        let run = out.this();
        run.at = run.at.max(row.get(&["TimeofDiscovery"]).and_then(Timestamp::lenient));
        let rule = searcher.split_whitespace().next().unwrap_or(searcher);
        let mut finding = Finding::new(Kind::Secret, rule, searcher);
        set_severity_by_proof(&mut finding);
        finding.location.path = Some(source.to_owned());
        finding.location.start_line = row.whole(&["Line"]).filter(|line| *line > 0);
        finding.location.end_line = finding.location.start_line;
        finding.confidence = row.text(&["MatchingScore"]);
        if let Some(hash) = row.get(&["HashKey"]) {
            finding.fingerprint("HashKey", hash);
        }
        if row.get(&["IsSuppressed"]).is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "yes" | "true")) {
            let reason = row.text(&["SuppressJustification"]);
            finding.suppressed = Some(Suppression { by: "CredScan suppression file".to_owned(), reason });
        }
        out.finding(finding);
    })
}
