//! IriusRisk (threat modelling), CSV export of the threats of a project. Columns seen: those of 2024 to 2026.
//!
//! Make it on the page of threats with *Export*, *CSV*.
//!
//! - index: the rows without the header.
//! - rule: the threat, which is also the title; use case and component tell two threats of one name apart.
//! - severity: `Current Risk` (else `Inherent Risk`): Critical, High, Medium, Low as they stand; Very low is info.
//! - place: the component of the model as the resource.
//! - CWE where `MITRE reference` is one; other references (CAPEC, ATT&CK) go to the description.
//! - the risk response, countermeasures and STRIDE go to the description: a threat that is mitigated is still in the model, with a lower current risk.
//! - coverage: a model that people made: it is read, and absence never closes anything.

use model::{Finding, Kind, Severity};

use super::web::{labelled, paragraphs};
use super::wording::{add_cwes, first_line};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV export of IriusRisk's threats.
pub(crate) static FORMAT: Format = Format {
    id: "iriusrisk",
    name: "IriusRisk threats",
    kinds: &[Kind::Pentest],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["Component", "Use case", "Threat", "Current Risk"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("IriusRisk").claims.partial = Some("a model that people made".to_owned());
    csv::each(input, out, 0, |out, row| match finding(row) {
        Some(finding) => out.finding(finding),
        None => out.bad_row(format!("line {}", row.line), "no threat"),
    })
}

fn finding(row: &Row<'_>) -> Option<Finding> {
    let threat = row.get(&["Threat"])?;
    let title = first_line(threat);
    let mut finding = Finding::new(Kind::Pentest, title.clone(), title);
    if let Some(raw) = row.get(&["Current Risk", "Inherent Risk"]) {
        let severity = if raw.eq_ignore_ascii_case("very low") { Severity::Info } else { Severity::from_word(raw) };
        finding.set_severity(raw, severity);
    }
    let reference = row.get(&["MITRE reference"]).unwrap_or_default();
    add_cwes(&mut finding.cwes, reference.split([',', ';', ' ']).filter(|text| text.to_ascii_uppercase().starts_with("CWE")));
    finding.description = paragraphs([
        Some(threat.to_owned()).filter(|threat| *threat != finding.title),
        labelled("Use case", row.get(&["Use case"])),
        labelled("Source", row.get(&["Source"])),
        labelled("Inherent risk", row.get(&["Inherent Risk"])),
        labelled("Projected risk", row.get(&["Projected Risk"])),
        labelled("Countermeasure progress", row.get(&["Countermeasure progress"])),
        labelled("STRIDE-LM", row.get(&["STRIDE-LM"])),
        labelled("Reference", Some(reference)),
    ]);
    finding.remediation = row.text(&["Risk Response"]);
    finding.location.resource = row.text(&["Component"]);
    finding.location.resource_type = Some("component".to_owned());
    finding.distinct = row.text(&["Use case"]);
    Some(finding)
}
