//! Composer (PHP packages), JSON of `composer audit`. Versions seen: 2.4 to 2.9.
//!
//! Make it with `composer audit --format=json > composer-audit.json`.
//!
//! - index: the advisories of each package of `advisories`, then those of `ignored-advisories`, which are suppressed with `ignoreReason`; in the report's order.
//! - rule: `advisoryId` (PKSA-…). CVE and the advisories of `sources[]` are other names of it.
//! - severity: the word; old versions have none, so it is unknown.
//! - the package is its name alone: the report gives no installed version, only the affected range, which is part of the description. kind sca.
//! - place: `composer.lock`, the file that Composer audits, is not named and so not taken.
//! - ran: the frame with `advisories`; `advisories: []` says that there are none.
//! - left out: `abandoned` packages, which are no vulnerabilities.

use model::{Finding, Kind, Suppression};
use serde_json::Value;

use super::sca;
use super::web::{labelled, paragraphs};
use super::wording::first_line;
use crate::read::fields::Fields;
use crate::read::json::{Json, Shape};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `composer audit --format=json`.
pub(crate) static FORMAT: Format = Format {
    id: "composer-audit",
    name: "Composer audit",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let is_frame = head.has("advisories") && (head.has("abandoned") || head.has("filter") || head.contains("\"affectedVersions\""));
    Match::sure_if(is_frame && !head.has("metadata") && !head.has("actions") && !head.has("auditReportVersion"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Composer").claims.ran = true;
    for (list, ignored) in [("advisories", false), ("ignored-advisories", true)] {
        let mut json = input.json()?;
        json.object(|json, key| if key == list { packages(json, out, ignored) } else { Ok(()) })?;
        json.end()?;
    }
    Ok(())
}

/// Advisories by package; an empty PHP array stands where there is none.
fn packages(json: &mut Json<'_>, out: &mut Output<'_>, ignored: bool) -> Result<(), ParseError> {
    match json.shape()? {
        Shape::Array => json.array(|json, _| advisory(json, out, None, ignored)),
        _ => json.object(|json, package| {
            let package = package.to_owned();
            match json.shape()? {
                // PHP writes a list with gaps as an object by number.
                Shape::Object => json.object(|json, _| advisory(json, out, Some(&package), ignored)),
                _ => json.array(|json, _| advisory(json, out, Some(&package), ignored)),
            }
        }),
    }
}

fn advisory(json: &mut Json<'_>, out: &mut Output<'_>, package: Option<&str>, ignored: bool) -> Result<(), ParseError> {
    let place = json.place();
    match json.row::<Value>()? {
        Ok(row) => match Fields::of(&row).text(&["advisoryId", "cve", "link"]) {
            Some(id) => out.finding(finding(&id, Fields::of(&row), package, ignored)),
            None => out.bad_row(place, "an advisory without id"),
        },
        Err(reason) => out.bad_row(place, reason),
    }
    Ok(())
}

fn finding(id: &str, row: Fields<'_>, package: Option<&str>, ignored: bool) -> Finding {
    let name = row.text(&["packageName"]).or_else(|| package.map(str::to_owned));
    let mut finding = Finding::new(Kind::Sca, id, first_line(&row.text(&["title"]).unwrap_or_else(|| id.to_owned())));
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    let others: Vec<String> =
        row.text(&["cve"]).into_iter().chain(row.list("sources").filter_map(|source| source.text(&["remoteId"]))).collect();
    sca::identify(&mut finding, id, others.iter().map(String::as_str));
    finding.description = paragraphs([labelled("Affected versions", row.text(&["affectedVersions"]).as_deref())]);
    finding.references = row.texts(&["link"]);
    if ignored {
        finding.suppressed = Some(Suppression { by: "composer.json".to_owned(), reason: row.text(&["ignoreReason"]) });
    }
    let package = finding.package_mut();
    package.purl = name.as_ref().filter(|name| name.contains('/')).map(|name| format!("pkg:composer/{name}"));
    (package.name, package.ecosystem) = (name, Some("composer".to_owned()));
    finding
}
