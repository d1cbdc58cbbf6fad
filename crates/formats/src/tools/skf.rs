//! Security Knowledge Framework (requirements of ASVS that a project does not meet yet), CSV. One version seen.
//!
//! Make it with the export button of a sprint's checklist.
//!
//! - index: CSV rows without the header (`title,description,mitigation`).
//! - `title` is the rule and the title, `description` and `mitigation` as they stand; the escape `\,` is undone.
//! - severity: none is given; a requirement that is open is a note: info.
//! - the rows are answers of people: kind pentest, which never closes by absence. No place, no CWE, no time (read-only).

use model::{Finding, Kind, Severity};

use super::wording::first_line;
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of the Security Knowledge Framework's export.
pub(crate) static FORMAT: Format = Format {
    id: "skf",
    name: "Security Knowledge Framework",
    kinds: &[Kind::Pentest],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let columns = head.csv_columns();
    Match::sure_if(
        columns.len() == 3 && ["title", "description", "mitigation"].iter().all(|name| columns.iter().any(|column| column == name)),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Security Knowledge Framework").claims.partial = Some("a checklist".to_owned());
    csv::each(input, out, 0, |out, row| {
        let text = |name: &str| row.get(&[name]).map(|text| text.replace("\\,", ",").replace("\\\"", "\""));
        let Some(title) = text("title") else { return out.bad_row(format!("line {}", row.line), "no title") };
        let mut finding = Finding::new(Kind::Pentest, title.clone(), first_line(&title));
        finding.severity = Severity::Info;
        finding.description = text("description");
        finding.remediation = text("mitigation");
        out.finding(finding);
    })
}
