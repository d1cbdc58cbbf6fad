//! Invicti, formerly Netsparker, Enterprise and its twin Acunetix 360, JSON. Reports seen: 2021 to 2024.
//!
//! Make it in the scan's *Export*, *Vulnerabilities List (JSON)*, or with the API's `scans/report/?type=Vulnerabilities&format=Json`.
//!
//! - index: `Vulnerabilities[]`. One whose `State` says `Fixed` is resolved.
//! - rule: `Type`. Severity: Critical, High, Medium, Low, BestPractice and Information (info). `Certainty` (0 to 100) is the confidence, `Confirmed` means
//!   that the scanner proved it.
//! - `Classification.Cwe` may hold several numbers; `Cvss`, `Cvss31`, `Cvss40` give vectors and base scores.
//! - place: `Url`, `HttpRequest.Method`, and the parameter where the request lists exactly one.
//! - `State` with `FalsePositive` or `AcceptedRisk` is a suppression.
//! - `LookupId` names a finding of one scan: kept, not trusted.
//! - times are in the format and zone of the user who exported, without a zone: taken as UTC; `03/04/2024` could be two days and is not taken.
//! - coverage: `Target` with a duration shows that the scan got through. No version, no list of rules.
//! - left out: compliance classes other than CWE, exploitation skills, tags.

use model::{Cvss, Finding, Kind, Severity, Suppression, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::web::{add_references, labelled, message, origin, paragraphs, plain_some};
use super::wording::add_cwes;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Invicti's, Netsparker's and Acunetix 360's list of vulnerabilities.
pub(crate) static FORMAT: Format = Format {
    id: "invicti",
    name: "Invicti (Netsparker, Acunetix 360)",
    kinds: &[Kind::Dast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has_all(&["Generated", "Target.ScanId", "Target.Url"])
            || head.has_all(&["Vulnerabilities[].LookupId", "Vulnerabilities[].Certainty"]),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    #[serde(rename = "Type", default, deserialize_with = "lenient::text")]
    kind: Option<String>,
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    certainty: Option<String>,
    #[serde(default, deserialize_with = "lenient::truth")]
    confirmed: Option<bool>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    classification: Classification,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    impact: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    proof_of_concept: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    remedial_procedure: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    remedial_actions: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    external_references: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    first_seen_date: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    lookup_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    state: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    http_request: Exchange,
    #[serde(default, deserialize_with = "lenient::or_default")]
    http_response: Exchange,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Classification {
    #[serde(deserialize_with = "lenient::text")]
    cwe: Option<String>,
    cvss: Value,
    cvss31: Value,
    cvss40: Value,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Exchange {
    #[serde(deserialize_with = "lenient::text")]
    content: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    method: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Target {
    #[serde(deserialize_with = "lenient::text")]
    duration: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    initiated: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Invicti");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "Target" => {
            let target: Target = json.row()?.unwrap_or_default();
            let run = out.this();
            run.at = target.initiated.as_deref().and_then(exported_time);
            run.claims.ran = target.duration.is_some();
            run.url = target.url.map(|url| origin(&url).to_owned());
            Ok(())
        }
        "Vulnerabilities" => json.rows(out, |out, row: Row| {
            let state = row.state.as_deref().unwrap_or_default();
            let fixed = state.split([',', ' ']).any(|word| word == "Fixed");
            let mut finding = finding(row);
            if fixed {
                finding.resolve("Invicti", "Fixed");
            }
            out.finding(finding);
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn finding(row: Row) -> Finding {
    let mut finding = Finding::new(Kind::Dast, row.kind.unwrap_or_else(|| row.name.clone()), row.name.trim());
    if let Some(raw) = row.severity {
        let severity = if raw.replace(' ', "").eq_ignore_ascii_case("bestpractice") { Severity::Info } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    (finding.confidence, finding.verified) = (row.certainty, row.confirmed.filter(|confirmed| *confirmed));
    add_cwes(&mut finding.cwes, row.classification.cwe.as_deref().unwrap_or_default().split([',', ' ']));
    for assessment in [row.classification.cvss, row.classification.cvss31, row.classification.cvss40] {
        let score = assessment.pointer("/BaseScore/Value").and_then(lenient::scalar).and_then(|text| text.parse().ok());
        if let Some(vector) = assessment.get("Vector").and_then(Value::as_str).filter(|vector| !vector.is_empty()) {
            finding.cvss.push(Cvss::from_vector(vector).with_score(score).with_source("invicti"));
        }
    }
    let proof = plain_some(row.proof_of_concept.as_deref());
    finding.description =
        paragraphs([plain_some(row.description.as_deref()), plain_some(row.impact.as_deref()), labelled("Proof", proof.as_deref())]);
    finding.remediation = paragraphs([plain_some(row.remedial_procedure.as_deref()), plain_some(row.remedial_actions.as_deref())]);
    add_references(&mut finding, row.external_references.as_deref().unwrap_or_default());
    finding.first_seen_by_tool = row.first_seen_date.as_deref().and_then(exported_time);
    if let Some(id) = row.lookup_id {
        finding.fingerprint("LookupId", id);
    }
    let state = row.state.unwrap_or_default();
    if let Some(word) = ["FalsePositive", "AcceptedRisk"].into_iter().find(|word| state.contains(word)) {
        finding.suppressed = Some(Suppression { by: "Invicti".to_owned(), reason: Some(word.to_owned()) });
    }
    finding.location.url = row.url;
    finding.location.method = row.http_request.method;
    if let [only] = row.http_request.parameters.as_slice() {
        finding.location.parameter = Some(only.name.clone());
    }
    finding.request = message(row.http_request.content.as_deref(), None);
    finding.response = message(row.http_response.content.as_deref(), None);
    finding
}

/// `25/06/2021 09:59 AM` or `2024-10-08 02:33 PM`. A date that could be read two ways is none.
fn exported_time(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.trim().split_once(' ')?;
    let (time, half) = clock.trim().split_once(' ').unwrap_or((clock, ""));
    let (hour, rest) = time.split_once(':')?;
    let hour: u32 = hour.parse().ok()?;
    let hour = match half {
        "PM" if hour < 12 => hour + 12,
        "AM" if hour == 12 => 0,
        _ => hour,
    };
    let date = match date.split('/').collect::<Vec<_>>().as_slice() {
        [a, b, year] => {
            let (first, second): (u32, u32) = (a.parse().ok()?, b.parse().ok()?);
            let (day, month) = match (first > 12, second > 12) {
                (true, false) => (first, second),
                (false, true) => (second, first),
                _ if first == second => (first, second),
                _ => return None,
            };
            format!("{year}-{month:02}-{day:02}")
        }
        _ => date.to_owned(),
    };
    let seconds = if rest.contains(':') { "" } else { ":00" };
    Timestamp::lenient(&format!("{date}T{hour:02}:{rest}{seconds}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_an_export() {
        assert_eq!(exported_time("25/06/2021 09:59 PM"), "2021-06-25T21:59:00Z".parse().ok());
        assert_eq!(exported_time("2024-10-08 12:33 AM"), "2024-10-08T00:33:00Z".parse().ok());
        assert_eq!(exported_time("03/04/2024 01:00 PM"), None);
    }
}
