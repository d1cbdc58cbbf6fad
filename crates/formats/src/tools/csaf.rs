//! CSAF (security advisories and VEX), JSON. Versions 2.0 and 2.1.
//!
//! Vendors publish it (`https://…/.well-known/csaf/…`).
//!
//! - index: for each of `vulnerabilities[]` the products that `product_status` names as affected (`known_affected`, `first_affected`, `last_affected`) or
//!   `under_investigation`. Those that are not affected or fixed are counted and are no findings: what they say is imported as VEX.
//! - rule: `cve`, else the first of `ids[]`. Severity: the product's CVSS by `baseSeverity` or its band, else the `impact` in `threats[]`, else
//!   `document.aggregate_severity`.
//! - the package: name and version of the product in `product_tree` (branches *product_name* and *product_version*), its package URL where there is one. Of a
//!   relationship (*A as a component of B*) it is A; B is part of the description. kind sca.
//! - a fix: versions of the same product under `fixed`, and `remediations[]` of category vendor_fix; workarounds stand beside it.
//! - under investigation is told in `confidence`. Time: `tracking.current_release_date`.
//! - an advisory is no scan: it is read and closes nothing.

use std::collections::HashMap;

use model::{Finding, Kind, Severity, Timestamp};

use super::sca;
use super::web::{labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::fields::{Fields, document};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of CSAF documents.
pub(crate) static FORMAT: Format =
    Format { id: "csaf", name: "CSAF", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

/// Most products that are taken from a tree.
const MOST_PRODUCTS: usize = 500_000;

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.value("document.csaf_version").is_some_and(|version| version.starts_with("2.")))
}

/// A product of the tree.
#[derive(Clone, Default)]
struct Product {
    name: String,
    version: Option<String>,
    purl: Option<String>,
    /// The product that this one is a part of.
    inside: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let document = document(input)?;
    let advisory = Fields::of(&document);
    let run = out.run("CSAF");
    run.at = advisory.text(&["document/tracking/current_release_date"]).as_deref().and_then(Timestamp::lenient);
    run.tool_version = advisory.text(&["document/tracking/generator/engine/version"]);
    let products = products(advisory);
    advisory.rows(out, "vulnerabilities", |out, row| {
        let Some(id) = row.text(&["cve", "ids/0/text", "title"]) else {
            return out.bad_row("vulnerabilities", "a vulnerability without id");
        };
        for status in ["known_affected", "first_affected", "last_affected", "under_investigation"] {
            let path = format!("product_status/{status}");
            if row.is_blocked(&path) {
                out.bad_row("vulnerabilities", "expected lists of products by status");
                continue;
            }
            for product in row.texts(&[&path]) {
                out.finding(finding(&id, &product, status, row, advisory, &products));
            }
        }
        for status in ["known_not_affected", "fixed", "first_fixed", "recommended"] {
            row.texts(&[&format!("product_status/{status}")]).iter().for_each(|_| out.no_finding());
        }
    });
    Ok(())
}

/// The products by id: leaves of the branches, full names, and relationships.
fn products(advisory: Fields<'_>) -> HashMap<String, Product> {
    let mut out = HashMap::new();
    let mut stack: Vec<(Fields<'_>, Product)> = advisory.list("product_tree/branches").map(|branch| (branch, Product::default())).collect();
    while let Some((branch, mut known)) = stack.pop() {
        let name = branch.text(&["name"]).unwrap_or_default();
        match branch.text(&["category"]).as_deref() {
            Some("product_name") => known.name = name,
            Some("product_version" | "product_version_range") => known.version = Some(name),
            _ => {}
        }
        if let Some(leaf) = branch.value("product").map(Fields::of) {
            add(&mut out, leaf, known.clone());
        }
        if out.len() < MOST_PRODUCTS {
            stack.extend(branch.list("branches").map(|branch| (branch, known.clone())));
        }
    }
    for leaf in advisory.list("product_tree/full_product_names") {
        add(&mut out, leaf, Product::default());
    }
    for relation in advisory.list("product_tree/relationships") {
        let part = relation.text(&["product_reference"]).and_then(|id| out.get(&id).cloned());
        let mut product = part.unwrap_or_default();
        product.inside = relation.text(&["relates_to_product_reference"]).map(|id| out.get(&id).map_or(id, named));
        if let Some(leaf) = relation.value("full_product_name").map(Fields::of) {
            add(&mut out, leaf, product);
        }
    }
    out
}

fn named(product: &Product) -> String {
    [Some(product.name.clone()), product.version.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn add(out: &mut HashMap<String, Product>, leaf: Fields<'_>, mut product: Product) {
    let Some(id) = leaf.text(&["product_id"]) else { return };
    if product.name.is_empty() {
        product.name = leaf.text(&["name"]).unwrap_or_else(|| id.clone());
    }
    product.purl = leaf.text(&["product_identification_helper/purl", "product_identification_helper/purls/0"]).or(product.purl);
    out.insert(id, product);
}

fn finding(
    id: &str,
    product_id: &str,
    status: &str,
    row: Fields<'_>,
    advisory: Fields<'_>,
    products: &HashMap<String, Product>,
) -> Finding {
    let product = products.get(product_id).cloned().unwrap_or_else(|| Product { name: product_id.to_owned(), ..Product::default() });
    let mut finding = Finding::new(Kind::Sca, id, format!("{id} in {}", named(&product)));
    let others: Vec<String> = row.list("ids").filter_map(|other| other.text(&["text"])).collect();
    sca::identify(&mut finding, id, others.iter().map(String::as_str));
    let concerns = |entry: &Fields<'_>, names: &[&str]| {
        let listed = entry.texts(names);
        listed.is_empty() || listed.iter().any(|listed| listed == product_id)
    };
    score(&mut finding, row, &concerns);
    if finding.severity_raw.is_none() {
        let threat = row.list("threats").filter(|threat| threat.text(&["category"]).is_some_and(|category| category == "impact"));
        let said = threat.filter(|threat| concerns(threat, &["product_ids"])).find_map(|threat| threat.text(&["details"]));
        if let Some(raw) = said.or_else(|| advisory.text(&["document/aggregate_severity/text"])) {
            finding.set_severity_word(&raw);
        }
    }
    let cwes: Vec<String> = row.text(&["cwe/id"]).into_iter().chain(row.list("cwes").filter_map(|cwe| cwe.text(&["id"]))).collect();
    add_cwes(&mut finding.cwes, cwes.iter().map(String::as_str));
    let note =
        row.list("notes").find(|note| note.text(&["category"]).is_some_and(|category| category == "description" || category == "summary"));
    finding.description = paragraphs([
        row.text(&["title"]),
        note.and_then(|note| note.text(&["text"])),
        labelled("Component of", product.inside.as_deref()),
        labelled("Advisory", advisory.text(&["document/tracking/id"]).as_deref()),
    ]);
    let advice = row.list("remediations").filter(|remedy| concerns(remedy, &["product_ids"]));
    finding.remediation = paragraphs(advice.map(|remedy| {
        let details = remedy.text(&["details"])?;
        Some(format!("{}: {details}", remedy.text(&["category"]).unwrap_or_default().replace('_', " ")))
    }));
    let links = row.list("references").chain(advisory.list("document/references"));
    finding.references = links.filter_map(|link| link.text(&["url"])).collect();
    finding.confidence = (status == "under_investigation").then(|| "under investigation".to_owned());
    let fixed = row.texts(&["product_status/fixed"]).into_iter().chain(row.texts(&["product_status/first_fixed"]));
    let fixed =
        fixed.filter_map(|id| products.get(&id)).filter(|other| other.name == product.name).filter_map(|other| other.version.clone());
    finding.distinct = product.inside;
    let package = finding.package_mut();
    package.fixed = fixed.collect();
    package.fixed.dedup();
    (package.name, package.version, package.purl) = (Some(product.name), product.version, product.purl);
    finding
}

/// Takes over the CVSS scores of the product: `scores[]` in 2.0, `metrics[].content` in 2.1.
fn score(finding: &mut Finding, row: Fields<'_>, concerns: &dyn Fn(&Fields<'_>, &[&str]) -> bool) {
    for entry in row.list("scores").chain(row.list("metrics")).filter(|entry| concerns(entry, &["products"])) {
        for version in ["cvss_v4", "cvss_v3", "cvss_v2"] {
            let Some(cvss) = entry.value(version).or_else(|| entry.value(&format!("content/{version}"))).map(Fields::of) else { continue };
            let score = cvss.number(&["baseScore"]);
            sca::assessed(finding, cvss.text(&["vectorString"]).as_deref(), score, None);
            if finding.severity_raw.is_some() {
                continue;
            }
            match (cvss.text(&["baseSeverity"]), score) {
                (Some(raw), _) => finding.set_severity_word(&raw),
                (None, Some(score)) => finding.set_severity(score.to_string(), Severity::from_cvss(score)),
                (None, None) => {}
            }
        }
    }
}
