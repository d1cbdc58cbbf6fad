//! Veracode (static, dynamic and manual flaws, vulnerable components), findings of its REST API as JSON. One version seen (v2).
//!
//! Make it with `GET https://api.veracode.com/appsec/v2/applications/{guid}/findings`.
//!
//! - index: `_embedded.findings[]` or `findings[]`.
//! - as the detailed report (see the format `veracode`): rule `CWE-` with the number, for components the CVE (`SRCCLR-SID-…` where it has none);
//!   title the `finding_category`, `attack_vector` in `distinct`.
//! - severity: 5 critical, 4 high, 3 medium, 2 and 1 low, 0 info.
//! - place: `file_path` with `file_line_number` and `procedure`; `url` with `vulnerable_parameter`; the component's first path.
//! - `finding_status`: `CLOSED` is resolved, except where a `resolution` was approved (`resolution_status` `APPROVED`): a suppression.
//! - `issue_id` is kept as a fingerprint, not trusted. CVSS vectors stand without their head, which is added.
//! - an answer is a page of a search: absence proves nothing (read-only).
//!
//! # Differs
//! - a component's name is the file name without version and ending.

use model::{Finding, Kind, Suppression, Timestamp};
use serde_json::Value;

use super::loose::{at, number, position, text};
use super::sca;
use super::veracode::severity;
use super::web::plain_some;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Veracode's findings API.
pub(crate) static FORMAT: Format = Format {
    id: "veracode-json",
    name: "Veracode (findings API)",
    kinds: &[Kind::Sast, Kind::Dast, Kind::Sca, Kind::Pentest],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| {
        head.has(&format!("{top}[].scan_type"))
            && (head.has(&format!("{top}[].finding_details")) || head.has(&format!("{top}[].finding_status")))
    };
    Match::sure_if(of("findings") || of("_embedded.findings"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Veracode").claims.partial = Some("an answer of the findings API".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "findings" => json.rows(out, row),
        "_embedded" => json.object(|json, key| if key == "findings" { json.rows(out, row) } else { Ok(()) }),
        _ => Ok(()),
    })?;
    json.end()
}

fn row(out: &mut Output<'_>, row: Value) {
    let Some(details) = at(&row, "finding_details").filter(|details| details.is_object()) else {
        return out.bad_row(format!("findings[{}]", out.next_index()), "no finding_details");
    };
    let cwe = text(details, &["cwe.id"]).as_deref().and_then(crate::read::lenient::cwe);
    let scan = text(&row, &["scan_type"]).unwrap_or_default();
    let mut finding = if scan == "SCA" { component(details) } else { flaw(details, cwe, &scan) };
    finding.cwes.extend(cwe);
    if let Some(level) = text(details, &["severity"]) {
        finding.set_severity(level.clone(), severity(&level));
    }
    finding.description = plain_some(text(&row, &["description"]).as_deref());
    finding.first_seen_by_tool = text(&row, &["finding_status.first_found_date"]).as_deref().and_then(Timestamp::lenient);
    if let Some(id) = text(&row, &["issue_id"]) {
        finding.fingerprint("issue_id", id);
    }
    if text(&row, &["finding_status.resolution_status"]).as_deref() == Some("APPROVED") {
        finding.suppressed = Some(Suppression { by: "Veracode".to_owned(), reason: text(&row, &["finding_status.resolution"]) });
    } else if let Some(status) = text(&row, &["finding_status.status"]).filter(|status| status.eq_ignore_ascii_case("closed")) {
        finding.resolve("Veracode", text(&row, &["finding_status.resolution"]).unwrap_or(status));
    }
    out.finding(finding);
}

fn flaw(details: &Value, cwe: Option<u32>, scan: &str) -> Finding {
    let kind = match scan {
        "DYNAMIC" => Kind::Dast,
        "MANUAL" => Kind::Pentest,
        _ => Kind::Sast,
    };
    let title = text(details, &["finding_category.name", "cwe.name"]).unwrap_or_else(|| "Flaw".to_owned());
    let rule = cwe.map_or_else(|| title.clone(), |cwe| format!("CWE-{cwe}"));
    let mut finding = Finding::new(kind, rule, title);
    finding.distinct = text(details, &["attack_vector"]);
    let to = &mut finding.location;
    to.url = text(details, &["url"]);
    to.parameter = text(details, &["vulnerable_parameter"]).filter(|_| to.url.is_some());
    to.path = text(details, &["file_path", "file_name"]);
    to.start_line = position(details, &["file_line_number"]);
    to.end_line = to.start_line;
    to.symbol = text(details, &["procedure"]);
    finding
}

fn component(details: &Value) -> Finding {
    let id = text(details, &["cve.name", "cve"]).unwrap_or_else(|| "unknown".to_owned());
    let version = text(details, &["version"]);
    let file = text(details, &["component_filename"]).unwrap_or_default();
    let stem = [".jar", ".war", ".dll", ".whl"].iter().find_map(|end| file.strip_suffix(end)).unwrap_or(&file);
    let name = version.as_deref().and_then(|version| stem.strip_suffix(version)?.strip_suffix('-')).unwrap_or(stem).to_owned();
    let mut finding = Finding::new(Kind::Sca, id.clone(), format!("{id} in {name}"));
    sca::identify(&mut finding, &id, []);
    for (member, head) in [("cve.cvss3", "CVSS:3.1/"), ("cve", "")] {
        let vector = text(details, &[&format!("{member}.vector")]);
        let vector = vector.map(|vector| if vector.starts_with("CVSS:") { vector } else { format!("{head}{vector}") });
        let score = number(details, &[&format!("{member}.{}", if head.is_empty() { "cvss" } else { "score" })]);
        sca::assessed(&mut finding, vector.as_deref(), score, None);
    }
    finding.references.extend(text(details, &["cve.href"]));
    let package = finding.package_mut();
    package.name = Some(name).filter(|name| !name.is_empty());
    package.version = version;
    package.ecosystem = text(details, &["language"]).map(|language| language.to_lowercase());
    if let Some(path) = details.pointer("/component_path/0/path").and_then(crate::read::lenient::scalar) {
        sca::in_file(&mut finding, &path);
    }
    finding
}
