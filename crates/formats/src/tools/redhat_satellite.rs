//! Red Hat Satellite and Foreman with Katello, errata of a host or content view, JSON of the API. Versions seen: Satellite 6.10 to 6.15.
//!
//! Make it with `curl -u user:token "https://satellite.example.com/api/v2/hosts/7/errata?per_page=1000" > errata.json`.
//!
//! - index: `results[]`.
//! - rule: `errata_id` (`RHSA-2026:1`), an identifier too. `cves[]` are identifiers; the erratum may cover several, so they make no pair.
//! - severity: `Critical`, `Important` (high), `Moderate` (medium), `Low`; `None` is info: an erratum that is no matter of security.
//! - package: the first of `packages[]`, which are the fixed builds, is named in the remediation with the others; no installed version is given.
//! - place: the API's answer does not name the host: `--target` of the import does. `hosts_applicable_count` goes to the description.
//! - coverage: `total` above the rows of this page is partial. `total` 0 is the server's word that nothing is open.
//! - left out: bugs, module streams.
//!
//! Differs: severity `None` is info, not low.

use model::{Finding, Kind};
use serde_json::Value;

use super::dig::{self, Dig};
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Satellite's errata.
pub(crate) static FORMAT: Format = Format {
    id: "redhat-satellite",
    name: "Red Hat Satellite",
    kinds: &[Kind::Container],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let page = head.has_all(&["selectable", "subtotal", "results"]) && !head.has("results[].id");
    Match::sure_if(head.has("results[].errata_id") || head.has("[].errata_id") || page)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Red Hat Satellite");
    let mut total = None;
    let mut json = input.json()?;
    if input.head().is_json_array() {
        dig::each(&mut json, out, push)?;
        return json.end();
    }
    json.object(|json, key| match key {
        "total" => {
            total = json.row::<u64>()?.ok();
            Ok(())
        }
        "error" => {
            out.this().claims.failed = json.row::<String>()?.ok().filter(|text| !text.is_empty());
            Ok(())
        }
        "results" => dig::each(json, out, push),
        _ => Ok(()),
    })?;
    json.end()?;
    let claims = &mut out.this().claims;
    let rows = claims.rows_read + claims.rows_skipped;
    match total {
        Some(total) if total > rows => claims.partial = Some(format!("{rows} of {total} errata are on this page")),
        Some(_) => claims.ran = claims.failed.is_none(),
        None => {}
    }
    Ok(())
}

fn push(out: &mut Output<'_>, place: &str, row: &Value) {
    match finding(row) {
        Some(finding) => out.finding(finding),
        None => out.bad_row(place, "an erratum without errata_id"),
    }
}

fn finding(row: &Value) -> Option<Finding> {
    let id = row.text("errata_id|pulp_id")?;
    let mut finding = Finding::new(Kind::Container, id.as_str(), row.text("title|name").unwrap_or_else(|| id.clone()));
    finding.identifiers.push(id.to_ascii_uppercase());
    for cve in row.items("cves").iter().filter_map(|cve| cve.text("cve_id")).chain(row.texts("cves")) {
        if !finding.identifiers.contains(&cve) {
            finding.identifiers.push(cve);
        }
    }
    if let Some(word) = row.text("severity") {
        finding.set_severity_word(&word);
    }
    finding.description = paragraphs([
        row.text("summary"),
        row.text("description"),
        labelled("Type", row.text("type").as_deref()),
        labelled("Hosts", row.text("hosts_applicable_count").as_deref()),
    ]);
    let packages = row.texts("packages").join("\n");
    finding.remediation = paragraphs([row.text("solution"), labelled("Packages", Some(&packages))]);
    Some(finding)
}
