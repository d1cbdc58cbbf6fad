//! Gitleaks (secrets), CSV. Version 8.
//!
//! Make it with `gitleaks dir . -f csv -r gitleaks.csv`.
//!
//! - index: the rows behind the header. The CSV has no description, so the rule is the title; the rest is as in the JSON report.

use model::Kind;

use super::secret_value::{evidence, secret, set_severity_by_proof, without_value};
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV report of Gitleaks.
pub(crate) static FORMAT: Format = Format {
    id: "gitleaks-csv",
    name: "Gitleaks CSV",
    kinds: &[Kind::Secret],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["RuleID", "Commit", "File", "Secret", "StartLine"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Gitleaks");
    csv::each(input, out, 0, |out, row| {
        let (Some(rule), Some(file)) = (row.get(&["RuleID"]), row.get(&["File"])) else {
            out.bad_row(format!("line {}", row.line), "no RuleID or no File");
            return;
        };
        let mut finding = secret(rule, rule);
        set_severity_by_proof(&mut finding);
        finding.location.path = Some(file.to_owned());
        finding.location.start_line = row.whole(&["StartLine"]).filter(|line| *line > 0);
        finding.location.end_line = row.whole(&["EndLine"]).filter(|line| *line > 0).or(finding.location.start_line);
        finding.location.commit = row.text(&["Commit"]);
        let value = row.get(&["Secret"]).unwrap_or_default();
        finding.secret = evidence(value);
        finding.snippet = row.get(&["Match"]).and_then(|code| without_value(code, value));
        if let Some(fingerprint) = row.text(&["Fingerprint"]) {
            finding.fingerprint("fingerprint", fingerprint);
        }
        out.finding(finding);
    })
}
