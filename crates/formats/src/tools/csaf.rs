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
//!
//! # Differs
//! - severity: that of the score which names the product; a product without one is unknown. (Some readers take one of another product.)

use std::collections::{HashMap, HashSet};

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

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
/// Most fixed versions of one product.
const MOST_FIXED: usize = 50;

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
        let vulnerability = Vulnerability::new(id, row, advisory, &products);
        for status in ["known_affected", "first_affected", "last_affected", "under_investigation"] {
            let path = format!("product_status/{status}");
            if row.is_blocked(&path) {
                out.bad_row("vulnerabilities", "expected lists of products by status");
                continue;
            }
            for product in row.texts(&[&path]) {
                out.finding(vulnerability.finding(&product, status, &products));
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

/// What a vulnerability says of some products: a score, a threat, a remedy. Without a list it concerns all.
struct Saying<'a> {
    products: HashSet<&'a str>,
    said: Fields<'a>,
}

impl<'a> Saying<'a> {
    fn all(row: Fields<'a>, list: &str, products: &str) -> Vec<Self> {
        let of = |said: Fields<'a>| match said.value(products) {
            Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).collect(),
            _ => HashSet::new(),
        };
        row.list(list).map(|said| Self { products: of(said), said }).collect()
    }

    fn concerns(&self, product: &str) -> bool {
        self.products.is_empty() || self.products.contains(product)
    }
}

/// A vulnerability with all that its findings share.
struct Vulnerability<'a> {
    row: Fields<'a>,
    advisory: Fields<'a>,
    id: String,
    scores: Vec<Saying<'a>>,
    threats: Vec<Saying<'a>>,
    remedies: Vec<Saying<'a>>,
    /// Fixed versions by the product's name.
    fixed: HashMap<&'a str, Vec<String>>,
    description: Vec<Option<String>>,
    references: Vec<String>,
}

impl<'a> Vulnerability<'a> {
    fn new(id: String, row: Fields<'a>, advisory: Fields<'a>, products: &'a HashMap<String, Product>) -> Self {
        let mut fixed: HashMap<&str, Vec<String>> = HashMap::new();
        for list in ["product_status/fixed", "product_status/first_fixed"] {
            for product in row.texts(&[list]).iter().filter_map(|id| products.get(id)) {
                let known = fixed.entry(&product.name).or_default();
                match &product.version {
                    Some(version) if known.len() < MOST_FIXED && !known.contains(version) => known.push(version.clone()),
                    _ => {}
                }
            }
        }
        let mut scores = Saying::all(row, "scores", "products");
        scores.extend(Saying::all(row, "metrics", "products"));
        let is_told = |note: &Fields<'_>| matches!(note.text(&["category"]).as_deref(), Some("description" | "summary"));
        let note = row.list("notes").find(is_told).and_then(|note| note.text(&["text"]));
        let links = row.list("references").chain(advisory.list("document/references").take(10));
        Self {
            scores,
            threats: Saying::all(row, "threats", "product_ids"),
            remedies: Saying::all(row, "remediations", "product_ids"),
            fixed,
            description: vec![row.text(&["title"]), note],
            references: links.filter_map(|link| link.text(&["url"])).collect(),
            row,
            advisory,
            id,
        }
    }

    fn finding(&self, product_id: &str, status: &str, products: &HashMap<String, Product>) -> Finding {
        let product = products.get(product_id).cloned().unwrap_or_else(|| Product { name: product_id.to_owned(), ..Product::default() });
        let mut finding = Finding::new(Kind::Sca, self.id.clone(), format!("{} in {}", self.id, named(&product)));
        let others: Vec<String> = self.row.list("ids").filter_map(|other| other.text(&["text"])).collect();
        sca::identify(&mut finding, &self.id, others.iter().map(String::as_str));
        self.scores.iter().filter(|score| score.concerns(product_id)).for_each(|score| assess(&mut finding, score.said));
        if finding.severity_raw.is_none() {
            let is_impact = |threat: &&Saying<'_>| threat.said.text(&["category"]).is_some_and(|category| category == "impact");
            let threat = self.threats.iter().filter(is_impact).find(|threat| threat.concerns(product_id));
            let said = threat.and_then(|threat| threat.said.text(&["details"]));
            if let Some(raw) = said.or_else(|| self.advisory.text(&["document/aggregate_severity/text"])) {
                finding.set_severity_word(&raw);
            }
        }
        let cwes = self.row.text(&["cwe/id"]).into_iter().chain(self.row.list("cwes").filter_map(|cwe| cwe.text(&["id"])));
        add_cwes(&mut finding.cwes, cwes.collect::<Vec<_>>().iter().map(String::as_str));
        let advisory = self.advisory.text(&["document/tracking/id"]);
        let more = [labelled("Component of", product.inside.as_deref()), labelled("Advisory", advisory.as_deref())];
        finding.description = paragraphs(self.description.iter().cloned().chain(more));
        finding.remediation = paragraphs(self.remedies.iter().filter(|remedy| remedy.concerns(product_id)).map(|remedy| {
            let details = remedy.said.text(&["details"])?;
            Some(format!("{}: {details}", remedy.said.text(&["category"]).unwrap_or_default().replace('_', " ")))
        }));
        finding.references.clone_from(&self.references);
        finding.confidence = (status == "under_investigation").then(|| "under investigation".to_owned());
        let package = finding.package_mut();
        package.fixed = self.fixed.get(product.name.as_str()).cloned().unwrap_or_default();
        (package.name, package.version, package.purl) = (Some(product.name), product.version, product.purl);
        finding.distinct = product.inside;
        finding
    }
}

/// Takes over the CVSS scores of an entry of `scores[]` (2.0) or `metrics[]` (2.1).
fn assess(finding: &mut Finding, entry: Fields<'_>) {
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
