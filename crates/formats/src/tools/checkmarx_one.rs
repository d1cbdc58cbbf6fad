//! Checkmarx One and the JSON reports of Checkmarx, JSON. Reports seen: 2022 to 2026.
//!
//! Make it with `cx results show --report-format json`, `GET /api/results`, or *Scan report*, *JSON* (also "improved" reports).
//!
//! - index: `results[]`; `scanResults.resultsList[].vulnerabilities[]`; `scanResults.sast.languages[].queries[].vulnerabilities[]`;
//!   improved reports also `iacScanResults.technology[].queries[].resultsList[]` and `scaScanResults.packages[]`; laid end to end. One of
//!   status FIXED is resolved.
//! - rule: the query's name with the language before it (`Java/SQL_Injection`, as in CxSAST); a package's vulnerability by its CVE; KICS by its query.
//! - severity: the word. State *not exploitable* (proposed too) is a suppression.
//! - place: the last node (the sink), as in CxSAST's XML; the flow holds all nodes. KICS gives file and line.
//! - fingerprint: `similarityId` is what Checkmarx keeps states by. Trusted for code and KICS, not for packages, where it is the CVE.
//! - kind by `type`: sast, sca, kics iac, containers container, sscs secret.
//! - the answer of an API may be a page or a filter: where `totalCount` is more than the rows, the report is partial.
//! - a report in the form of GitLab's is read by `gitlab_sast.rs`.
//!
//! # Differs
//! Some readers name the first node (the source) as the place of old reports, and take the description as the title.

use std::cell::Cell;

use model::{Finding, FlowStep, Kind, Suppression, Timestamp};
use serde_json::Value;

use super::sca;
use super::tracked::track;
use super::web::{labelled, paragraphs};
use super::wording::{add_cwes, first_line};
use crate::read::csv::fold;
use crate::read::fields::{self, Fields, document};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Checkmarx One's results.
pub(crate) static FORMAT: Format = Format {
    id: "checkmarx-one",
    name: "Checkmarx One",
    kinds: &[Kind::Sast, Kind::Sca, Kind::Iac, Kind::Container, Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let results = head.has("results[].similarityId") && (head.has("results[].vulnerabilityDetails") || head.has("results[].data"));
    let none = head.has_all(&["results", "totalCount", "scanID"]) && !head.has("results[]");
    let report = head.has("scanResults.sast.languages")
        || head.has("scanResults.resultsList")
        || head.has_all(&["scanResults.sast", "reportHeader"]);
    Match::sure_if(results || none || report)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Checkmarx One");
    if input.head().has("scanResults") {
        return report(input, out);
    }
    let total = Cell::new(0.0);
    fields::read(
        input,
        out,
        &["results"],
        |out, head| {
            total.set(head.number(&["totalCount"]).unwrap_or_default());
            out.this().claims.ran = head.text(&["scanID"]).is_some();
        },
        api,
    )?;
    let run = out.this();
    if total.get() > f64::from(u32::try_from(run.claims.rows_read + run.claims.passed).unwrap_or(u32::MAX)) {
        run.claims.partial = Some("the answer holds a part of the results".to_owned());
    }
    Ok(())
}

/// A scan report with its parts by engine.
fn report(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let document = document(input)?;
    let report = Fields::of(&document);
    let run = out.this();
    run.at = report
        .text(&["scanSummary/scanCompletedDate", "reportCreationDate", "reportHeader/createdDate"])
        .as_deref()
        .and_then(|text| Timestamp::lenient(text.trim_end_matches(" UTC")));
    run.branch = report.text(&["reportHeader/branchName", "executiveSummary/branchName"]);
    run.claims.ran = report.text(&["scanSummary/scanId", "reportCreationDate"]).is_some();
    report.rows(out, "scanResults/sast/languages", |out, language| {
        let name = language.text(&["languageName"]);
        language.rows(out, "queries", |out, query| of_query(out, query, name.as_deref()));
    });
    report.rows(out, "scanResults/resultsList", |out, query| {
        let path = query.text(&["queryPath"]);
        of_query(out, query, path.as_deref().and_then(|path| path.split('/').next()));
    });
    report.rows(out, "iacScanResults/technology", |out, technology| {
        let name = technology.text(&["name"]);
        technology.rows(out, "queries", |out, query| {
            for list in ["resultsList", "vulnerabilities"] {
                query.rows(out, list, |out, row| of_iac(out, query, row, name.as_deref()));
            }
        });
    });
    report.rows(out, "scaScanResults/packages", |out, package| {
        package.rows(out, "packageCategory", |out, category| {
            category.rows(out, "categoryResults", |out, row| match row.text(&["cve", "id", "vulnerabilityId"]) {
                Some(id) => out.finding(self::package(&id, false, row, package)),
                None => out.bad_row("scaScanResults", "a vulnerability without id"),
            });
        });
    });
    Ok(())
}

/// A result of KICS in an improved report.
fn of_iac(out: &mut Output<'_>, query: Fields<'_>, row: Fields<'_>, technology: Option<&str>) {
    let Some(name) = query.text(&["queryName"]) else { return out.bad_row("iacScanResults", "a query without name") };
    let mut finding = code(&name, technology, row, row);
    finding.kind = Kind::Iac;
    finding.location.path = row.text(&["fileName", "filename"]);
    finding.location.start_line = row.line(&["line", "lineNumber"]);
    finding.location.end_line = finding.location.start_line;
    let (is, should) = (row.text(&["actualValue", "value"]), row.text(&["expectedValue"]));
    finding.description =
        paragraphs([query.text(&["description"]), labelled("Found", is.as_deref()), labelled("Expected", should.as_deref())]);
    out.finding(finding);
}

fn of_query(out: &mut Output<'_>, query: Fields<'_>, language: Option<&str>) {
    let Some(name) = query.text(&["queryName"]) else { return out.bad_row("queries", "a query without name") };
    query.rows(out, "vulnerabilities", |out, row| {
        let mut finding = code(&name, language, row, row);
        if finding.description.is_none() {
            finding.description = query.text(&["description"]);
        }
        add_cwes(&mut finding.cwes, query.text(&["cweId"]).as_deref());
        // The nodes of a report may be cut; where it names the sink itself, that counts.
        if finding.location.path.is_none() || row.text(&["destinationFileName"]).is_some() {
            finding.location.path = row.text(&["destinationFileName", "sourceFileName"]);
            finding.location.symbol = finding.location.symbol.take().filter(|_| row.text(&["destinationFileName"]).is_none());
            finding.location.start_line = row.line(&["destinationLine", "sourceLine"]);
            finding.location.end_line = finding.location.start_line;
        }
        out.finding(finding);
    });
}

/// An element of `results[]`.
fn api(out: &mut Output<'_>, place: &str, row: Fields<'_>) {
    let data = Fields::of(row.value("data").unwrap_or(&Value::Null));
    let kind = row.text(&["type"]).unwrap_or_default().to_ascii_lowercase();
    if kind == "sca" || kind.starts_with("container") || data.text(&["packageName", "packageIdentifier"]).is_some() {
        return match row.text(&["id", "vulnerabilityDetails/cveName"]) {
            Some(id) => out.finding(package(&id, kind.starts_with("container"), row, data)),
            None => out.bad_row(place, "a vulnerability without id"),
        };
    }
    let Some(name) = data.text(&["queryName", "ruleName"]) else { return out.bad_row(place, "a result without query") };
    let mut finding = code(&name, data.text(&["languageName", "platform"]).as_deref(), row, data);
    match kind.as_str() {
        "kics" => finding.kind = Kind::Iac,
        kind if kind.starts_with("sscs") => finding.kind = Kind::Secret,
        _ => {}
    }
    if finding.location.path.is_none() {
        finding.location.path = data.text(&["fileName", "filename"]);
        finding.location.start_line = data.line(&["line"]);
        finding.location.end_line = finding.location.start_line;
    }
    let (is, should) = (data.text(&["value"]), data.text(&["expectedValue"]));
    finding.description =
        paragraphs([finding.description.take(), labelled("Found", is.as_deref()), labelled("Expected", should.as_deref())]);
    out.finding(finding);
}

/// What rows of all engines have in common.
fn common(finding: &mut Finding, row: Fields<'_>) {
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    if let Some(state) = row.text(&["state"]).filter(|state| fold(state).ends_with("notexploitable")) {
        let reason = row.text(&["comments/comments"]).unwrap_or(state);
        finding.suppressed = Some(Suppression { by: "Checkmarx".to_owned(), reason: Some(reason) });
    }
    if let Some(status) = row.text(&["status"]).filter(|status| status.eq_ignore_ascii_case("fixed")) {
        finding.resolve("Checkmarx", status);
    }
    finding.description = row.text(&["description"]);
    add_cwes(&mut finding.cwes, row.text(&["vulnerabilityDetails/cweId", "cweId"]).as_deref());
    finding.first_seen_by_tool =
        row.text(&["firstFoundAt", "firstFoundDate", "firstDetectionDate"]).as_deref().and_then(Timestamp::lenient);
}

fn code(name: &str, language: Option<&str>, row: Fields<'_>, data: Fields<'_>) -> Finding {
    let rule = language.map_or_else(|| name.to_owned(), |language| format!("{language}/{name}"));
    let mut finding = Finding::new(Kind::Sast, rule, first_line(&name.replace('_', " ")));
    common(&mut finding, row);
    track(&mut finding, "similarity_id", row.text(&["similarityId"]));
    finding.flow = data
        .list("nodes")
        .map(|node| FlowStep {
            path: node.text(&["fileName"]),
            line: node.line(&["line"]),
            symbol: node.text(&["method"]),
            message: node.text(&["name"]),
            ..FlowStep::default()
        })
        .collect();
    if let Some(sink) = finding.flow.last() {
        (finding.location.path, finding.location.symbol) = (sink.path.clone(), sink.symbol.clone());
        (finding.location.start_line, finding.location.end_line) = (sink.line, sink.line);
    }
    finding.snippet = data.list("nodes").last().and_then(|node| node.text(&["code"]));
    finding
}

fn package(id: &str, is_image: bool, row: Fields<'_>, data: Fields<'_>) -> Finding {
    let whole = data.text(&["packageIdentifier", "scaPackageData/id"]).unwrap_or_default();
    // `Npm-@scope/name-1.0`, `Maven-group:artifact-1.0`: manager, name and version.
    let (manager, rest) = whole.split_once('-').unwrap_or_default();
    let (name, version) = rest.rsplit_once('-').unwrap_or((rest, ""));
    let name = data.text(&["packageName"]).unwrap_or_else(|| name.to_owned());
    let mut finding = Finding::new(if is_image { Kind::Container } else { Kind::Sca }, id, format!("{id} in {name}"));
    common(&mut finding, row);
    sca::identify(&mut finding, id, row.text(&["vulnerabilityDetails/cveName"]).as_deref().filter(|name| name.starts_with("CVE-")));
    sca::assessed(&mut finding, None, row.number(&["vulnerabilityDetails/cvssScore", "score"]), None);
    finding.references = data.list("packageData").filter_map(|link| link.text(&["url"])).collect();
    let package = finding.package_mut();
    package.name = Some(name).filter(|name| !name.is_empty());
    package.version = data.text(&["packageVersion"]).or(Some(version.to_owned())).filter(|version| !version.is_empty());
    package.ecosystem = Some(manager.to_owned()).filter(|manager| !manager.is_empty());
    package.fixed = data.text(&["recommendedVersion"]).into_iter().collect();
    package.direct = data.value("scaPackageData/isDirectDependency").and_then(Value::as_bool);
    package.chain = data.list("scaPackageData/dependencyPaths/0").filter_map(|step| step.text(&["name"])).collect();
    sca::in_file(&mut finding, &data.texts(&["scaPackageData/locations"]).into_iter().next().unwrap_or_default());
    finding.location.image = match (data.text(&["imageName"]), data.text(&["imageTag"])) {
        (Some(name), Some(tag)) => Some(format!("{name}:{tag}")),
        (name, _) => name,
    };
    finding
}
