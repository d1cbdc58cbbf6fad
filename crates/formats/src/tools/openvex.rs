//! OpenVEX documents, JSON. Versions 0.0.1, 0.0.2 and 0.2.0 of the specification.
//!
//! Make it with `vexctl create --product="pkg:oci/shop" --vuln="CVE-2026-1" --status="affected" --action-statement="Upgrade" > vex.json`.
//!
//! - index: `statements[]`, and in each its products, and in each product its `subcomponents`.
//! - `affected` and `under_investigation` are findings; `not_affected` and `fixed` are none: what they decide is read by `muster vex apply`.
//! - rule: the vulnerability's name; `aliases` are stated pairs. Severity: none is given.
//! - package: the subcomponent, else the product: its `@id` or `identifiers.purl`. A product with subcomponents is the chain's first step, and an image
//!   (`pkg:oci/…`, `pkg:docker/…`) the location's image.
//! - a document speaks for its author about single products: absence says nothing, so the format is read-only.
//! - left out: supplier, role, tooling.
//!
//! Differs: statements `not_affected` and `fixed` are no findings of severity info.

use model::{Finding, Kind};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca;
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of OpenVEX.
pub(crate) static FORMAT: Format =
    Format { id: "openvex", name: "OpenVEX", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let context = head.value("@context").unwrap_or_default();
    Match::sure_if(
        context.contains("openvex") || head.has_all(&["statements[].status", "statements[].vulnerability"]) && head.has("author"),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("OpenVEX");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "timestamp" => {
            out.this().at = json.row::<String>()?.ok().and_then(|text| model::Timestamp::lenient(&text));
            Ok(())
        }
        "statements" => dig::each(json, out, statement),
        _ => Ok(()),
    })?;
    json.end()
}

fn statement(out: &mut Output<'_>, place: &str, row: &Value) {
    let status = row.text("status").unwrap_or_default();
    match status.as_str() {
        "not_affected" | "fixed" => return out.no_finding(),
        "affected" | "under_investigation" => {}
        _ => return out.bad_row(place, "a statement without a status of OpenVEX"),
    }
    let Some(id) = row.text("vulnerability.name|vulnerability.@id|vulnerability") else {
        out.bad_row(place, "a statement without vulnerability");
        return;
    };
    let id = id.rsplit('/').next().unwrap_or(&id);
    let products = match row.dig("products") {
        Some(Value::Array(products)) => products.as_slice(),
        Some(product @ Value::Object(_)) => std::slice::from_ref(product),
        Some(_) => return out.bad_row(place, "expected a list of products"),
        None => &[],
    };
    if products.is_empty() {
        out.finding(finding(id, row, &status, None, None));
    }
    for product in products {
        if product.dig("subcomponents").is_some_and(|parts| !parts.is_array()) {
            out.bad_row(place, "expected a list of subcomponents");
            continue;
        }
        let parts = product.dig("subcomponents").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if parts.is_empty() {
            out.finding(finding(id, row, &status, named(product), None));
        }
        for part in parts {
            out.finding(finding(id, row, &status, named(part), named(product)));
        }
    }
}

/// The package URL or other name of a product; older documents write the name alone.
fn named(product: &Value) -> Option<String> {
    product.as_str().map(str::to_owned).or_else(|| product.text("identifiers.purl|@id"))
}

fn finding(id: &str, row: &Value, status: &str, name: Option<String>, product: Option<String>) -> Finding {
    let shown = name.as_deref().map(|name| name.split(['?', '#']).next().unwrap_or(name));
    let mut finding = Finding::new(Kind::Sca, id, shown.map_or_else(|| id.to_owned(), |name| format!("{id} in {name}")));
    let aliases = row.texts("vulnerability.aliases");
    sca::identify(&mut finding, id, aliases.iter().map(String::as_str));
    finding.confidence = Some(status.to_owned());
    finding.description = paragraphs([
        row.text("vulnerability.description"),
        labelled("Impact", row.text("impact_statement").as_deref()),
        labelled("Notes", row.text("status_notes").as_deref()),
    ]);
    finding.remediation = row.text("action_statement");
    finding.first_seen_by_tool = row.time("timestamp");
    let image = [product.as_deref(), name.as_deref()]
        .into_iter()
        .flatten()
        .find(|purl| purl.starts_with("pkg:oci/") || purl.starts_with("pkg:docker/"));
    finding.location.image = image.map(str::to_owned);
    if let Some(name) = name {
        let package = finding.package_mut();
        package.chain = product.into_iter().chain(Some(name.clone())).collect();
        if package.chain.len() < 2 {
            package.chain.clear();
        }
        if name.starts_with("pkg:") {
            package.version = sca::purl_version(&name);
            package.purl = Some(name);
        } else {
            package.name = Some(name);
        }
    }
    finding
}
