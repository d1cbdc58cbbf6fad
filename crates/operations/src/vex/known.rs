//! Whether anybody here has a product that a document names. A document of which nothing is known here is more likely a mistake than news.

use std::collections::{BTreeMap, BTreeSet};

use model::{TargetKind, Timestamp, VexDocument};
use pipeline::normalise::{Purl, repository_id};
use pipeline::track::vex::ProductName;
use store::queries::{findings, streams};
use store::{Conn, Value, params};

use super::compiled;
use crate::Result;
use crate::derive::Member;
use crate::load::{alias_closure, merged};

/// Which products of a document nobody has, with the place and name of the first.
pub(super) enum Unknown {
    None,
    Some(String, String),
    All(String, String),
}

/// Looks for the products of a document in inventory, targets, components and findings, whatever their version.
pub(super) fn unknown_products(conn: &mut Conn, org: i64, document: &VexDocument, _now: Timestamp) -> Result<Unknown> {
    let mut wanted: BTreeMap<ProductName, usize> = BTreeMap::new();
    let mut per_statement: Vec<BTreeSet<ProductName>> = Vec::new();
    for (place, statement) in compiled(document).enumerate() {
        let products = statement.products();
        for product in &products {
            wanted.entry(product.clone()).or_insert(place);
        }
        per_statement.push(products);
    }
    let known = known(conn, org, document, wanted.keys())?;
    let missing: Vec<usize> =
        (0..).zip(&per_statement).filter(|(_, products)| products.is_disjoint(&known)).map(|(place, _)| place).collect();
    let Some(statement) = missing.first().and_then(|place| document.statements.get(*place)) else { return Ok(Unknown::None) };
    let product = statement.subjects.first().map(|subject| subject.product.id.clone()).unwrap_or_default();
    let product: String = product.chars().take(200).collect();
    let place = statement.place.clone();
    Ok(if missing.len() == per_statement.len() { Unknown::All(place, product) } else { Unknown::Some(place, product) })
}

fn known<'a>(
    conn: &mut Conn,
    org: i64,
    document: &VexDocument,
    wanted: impl Iterator<Item = &'a ProductName> + Clone,
) -> Result<BTreeSet<ProductName>> {
    let mut known: BTreeSet<ProductName> = BTreeSet::new();
    let inventory = merged(conn, org)?.inventory;
    for service in &inventory.services {
        known.extend(service.images.iter().cloned().map(ProductName::Image));
        known.extend(service.repository.as_deref().and_then(repository_id).map(ProductName::Repository));
        known.extend([service.name.clone(), service.application.clone()].map(ProductName::Name));
    }
    known.extend(inventory.applications.into_iter().map(|application| ProductName::Name(application.name)));
    for stream in streams::all(conn, org)? {
        let name = stream.key.target.name;
        known.extend([ProductName::Name(name.clone())]);
        known.extend(match stream.key.target.kind {
            TargetKind::Image => Some(ProductName::Image(name)),
            TargetKind::Repository => Some(ProductName::Repository(name)),
            TargetKind::Unknown => Some(ProductName::Name("unknown".to_owned())),
            _ => None,
        });
    }
    let packages: Vec<String> = wanted
        .clone()
        .filter_map(|product| match product {
            ProductName::Package(key) => Some(key.clone()),
            _ => None,
        })
        .collect();
    let digests: Vec<Value> = wanted
        .filter_map(|product| match product {
            ProductName::Digest(digest) => Some(Value::Text(digest.clone())),
            _ => None,
        })
        .collect();
    let sql = "SELECT purl FROM package_name WHERE org = $1 AND purl = ANY($2)";
    for row in conn.query_in(sql, params![org], packages.iter().cloned().map(Value::Text).collect())? {
        known.insert(ProductName::Package(row.text(0)?));
    }
    let sql = "SELECT DISTINCT version FROM report WHERE org = $1 AND version = ANY($2)";
    for row in conn.query_in(sql, params![org], digests)? {
        known.insert(ProductName::Digest(row.text(0)?));
    }
    if !packages.is_empty() {
        known.extend(packages_of_findings(conn, org, document)?);
    }
    Ok(known)
}

/// The packages of findings that go by a name of the document's vulnerabilities.
fn packages_of_findings(conn: &mut Conn, org: i64, document: &VexDocument) -> Result<BTreeSet<ProductName>> {
    let mut names: BTreeSet<String> = document.statements.iter().flat_map(|statement| statement.vulnerabilities.clone()).collect();
    names.extend(alias_closure(conn, org, &names)?.names.into_keys());
    let ids = findings::naming(conn, org, names.into_iter().collect())?;
    let mut out = BTreeSet::new();
    for row in findings::by_ids(conn, org, &ids)? {
        let member = Member::read(row)?;
        let package = member.finding.package.unwrap_or_default();
        let Some(purl) = package.purl.as_deref().and_then(Purl::parse) else { continue };
        if let Some(source) = package.source {
            let of_source = Purl { name: source, ..purl.clone() };
            out.insert(ProductName::Package(of_source.key()));
        }
        out.insert(ProductName::Package(purl.key()));
    }
    Ok(out)
}
