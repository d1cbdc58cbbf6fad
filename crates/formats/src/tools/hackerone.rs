//! HackerOne (bug bounty, vulnerability disclosure), JSON of the API (v1) or of the report export.
//!
//! Make it with `curl -u "$USER:$TOKEN" 'https://api.hackerone.com/v1/reports?filter[program][]=acme'`; the export of a program as JSON holds the columns of the CSV export (`hackerone_csv`)
//! below `findings`.
//!
//! - index: `data[]` or `findings[]`, one for each report.
//! - rule: the weakness (`external_id` such as `CWE-352`, else its name), else `bug bounty report`; the report's number is part of the identity and the trusted fingerprint.
//! - severity: the rating as it stands (`none` is info); it may be missing until triage. Score and the words of CVSS 3.0 are taken where they are given.
//! - place: the asset in scope: a URL as such, else the resource with its type.
//! - state resolved is resolved; not applicable, informative, duplicate, spam and closed are suppressions with that reason.
//! - `vulnerability_information` is the description, `vulnerability_information` of others the same. People, bounties and comments are left out.
//! - coverage: a page of reports that people wrote: it is read, and absence never closes anything.

use model::{Cvss, Finding, Kind, Suppression, Timestamp};
use serde_json::Value;

use super::wording::add_cwes;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Reports of the HackerOne API, or of its export as JSON.
pub(crate) static FORMAT: Format =
    Format { id: "hackerone", name: "HackerOne", kinds: &[Kind::Pentest], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = |at: &str| head.has(&format!("{at}attributes.vulnerability_information")) && head.has(&format!("{at}relationships"));
    let page = head.has("data")
        && ["self", "next", "last"]
            .iter()
            .any(|link| head.value(&format!("links.{link}")).is_some_and(|url| url.contains("api.hackerone.com")));
    let export = |at: &str| head.has(&format!("{at}severity_rating")) && head.has(&format!("{at}substate"));
    Match::sure_if(row("data[].") || row("data.") || page || export("findings[].") || export("[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    begin(out);
    let mut json = input.json()?;
    if json.shape()? == crate::read::json::Shape::Array {
        loose::rows(&mut json, out, push)?;
    } else {
        json.object(|json, key| if matches!(key, "data" | "findings") { loose::rows(json, out, push) } else { Ok(()) })?;
    }
    json.end()
}

pub(super) fn begin(out: &mut Output<'_>) {
    out.run("HackerOne").claims.partial = Some("reports that people wrote".to_owned());
}

fn push(out: &mut Output<'_>, _: &str, row: &Value) -> Result<(), String> {
    let at = |path: &str| row.text(&[path]);
    if row.find("attributes").is_none() {
        out.finding(exported(&at)?);
        return Ok(());
    }
    let mut finding = report(at("id"), at("attributes/title"))?;
    let weakness = "relationships/weakness/data/attributes";
    let scope = "relationships/structured_scope/data/attributes";
    rate(&mut finding, at("relationships/severity/data/attributes/rating"));
    finding.cvss.extend(row.find("relationships/severity/data/attributes").and_then(assessment));
    classify(&mut finding, at(&format!("{weakness}/external_id")).map(|id| id.to_ascii_uppercase()), at(&format!("{weakness}/name")));
    asset(&mut finding, at(&format!("{scope}/asset_identifier")), at(&format!("{scope}/asset_type")));
    close(&mut finding, at("attributes/state"));
    finding.identifiers = row.texts("attributes/cve_ids");
    finding.description = at("attributes/vulnerability_information");
    finding.first_seen_by_tool = at("attributes/created_at").and_then(|text| Timestamp::lenient(&text));
    out.finding(finding);
    Ok(())
}

/// A finding of the columns of the export, which `at` looks up.
pub(super) fn exported(at: &dyn Fn(&str) -> Option<String>) -> Result<Finding, String> {
    let mut finding = report(at("id"), at("title"))?;
    rate(&mut finding, at("severity_rating"));
    let score = at("severity_score").and_then(|text| text.parse().ok()).filter(|score: &f64| *score > 0.0);
    finding.cvss.extend(score.map(Cvss::from_score));
    classify(&mut finding, None, at("weakness"));
    asset(&mut finding, at("structured_scope"), None);
    let open = at("state").is_some_and(|state| state == "open");
    close(&mut finding, if open { None } else { at("substate").or_else(|| at("state")) });
    finding.identifiers =
        at("cve_ids").map(|text| text.split([',', ' ']).map(str::to_owned).filter(|id| !id.is_empty()).collect()).unwrap_or_default();
    finding.references.extend(at("reference_url"));
    finding.first_seen_by_tool = at("reported_at").and_then(|text| Timestamp::lenient(&text));
    Ok(finding)
}

fn report(id: Option<String>, title: Option<String>) -> Result<Finding, String> {
    let id = id.ok_or("no `id`")?;
    let mut finding = Finding::new(Kind::Pentest, "bug bounty report", title.ok_or("no `title`")?);
    finding.url = Some(format!("https://hackerone.com/reports/{id}"));
    finding.fingerprint("id", id.clone());
    finding.trusted_fingerprint = Some("id");
    finding.distinct = Some(id);
    Ok(finding)
}

fn rate(finding: &mut Finding, rating: Option<String>) {
    if let Some(rating) = rating {
        finding.set_severity_word(&rating);
    }
}

fn classify(finding: &mut Finding, id: Option<String>, name: Option<String>) {
    add_cwes(&mut finding.cwes, id.as_deref().into_iter().filter(|id| id.starts_with("CWE")));
    if let Some(rule) = id.or(name) {
        finding.rule = rule;
    }
}

fn asset(finding: &mut Finding, asset: Option<String>, kind: Option<String>) {
    if asset.as_ref().is_some_and(|asset| asset.contains("://")) {
        finding.location.url = asset;
    } else {
        finding.location.resource_type = kind.filter(|_| asset.is_some());
        finding.location.resource = asset;
    }
}

fn close(finding: &mut Finding, state: Option<String>) {
    if let Some(state) = state.as_deref().filter(|state| state.eq_ignore_ascii_case("resolved")) {
        return finding.resolve("HackerOne", state);
    }
    let ended = ["not-applicable", "informative", "duplicate", "spam", "closed"];
    finding.suppressed = state
        .filter(|state| ended.contains(&state.to_ascii_lowercase().as_str()))
        .map(|state| Suppression { by: "HackerOne".to_owned(), reason: Some(state) });
}

/// CVSS 3.0 from its metrics as words, or the vector where it is given.
fn assessment(severity: &Value) -> Option<Cvss> {
    let score = severity.number(&["score"]);
    if let Some(vector) = severity.text(&["cvss_vector_string"]) {
        return Some(Cvss::from_vector(&vector).with_score(score));
    }
    let metrics = [
        ("AV", "attack_vector"),
        ("AC", "attack_complexity"),
        ("PR", "privileges_required"),
        ("UI", "user_interaction"),
        ("S", "scope"),
        ("C", "confidentiality"),
        ("I", "integrity"),
        ("A", "availability"),
    ];
    let parts =
        metrics.iter().map(|(short, name)| Some(format!("{short}:{}", severity.text(&[name])?.chars().next()?.to_ascii_uppercase())));
    match parts.collect::<Option<Vec<_>>>() {
        Some(parts) => Some(Cvss::from_vector(&format!("CVSS:3.0/{}", parts.join("/"))).with_score(score)),
        None => score.filter(|score| *score > 0.0).map(Cvss::from_score),
    }
}
