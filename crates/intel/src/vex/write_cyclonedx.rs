//! A document of ours as CycloneDX 1.6.
//!
//! CycloneDX has one product a document; ours speak of several images and repositories of an application. Each is a component with its
//! parts inside it, marked by the property `muster:product`, by which it is known again as the product when the document is read.

use std::collections::{BTreeMap, BTreeSet};

use ::model::VexStatus;
use serde_json::{Map, Value, json};

use super::publish::{Entry, Item, Product, Publication};
use super::words::cyclonedx_justification;

/// The property that marks a component as a product.
pub(super) const PRODUCT: &str = "muster:product";

pub(super) fn document(publication: &Publication) -> Value {
    let mut parts: BTreeMap<&Product, BTreeSet<&Product>> = BTreeMap::new();
    for item in publication.entries.iter().flat_map(|entry| &entry.items) {
        parts.entry(&item.product).or_default().extend(&item.component);
    }
    let components: Vec<Value> = parts.iter().map(|(product, parts)| with_parts(product, parts)).collect();
    let mut whole = component(&publication.product, &publication.product.id, "application");
    if let Value::Object(map) = &mut whole {
        map.remove("purl");
    }
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": publication.urn(),
        "version": publication.version(),
        "metadata": {
            "timestamp": publication.issued(),
            "tools": {"components": [{"type": "application", "name": "Muster", "version": env!("CARGO_PKG_VERSION")}]},
            "authors": [{"name": publication.author}],
            "component": whole,
        },
        "components": components,
        "vulnerabilities": publication.entries.iter().enumerate().map(|(n, entry)| vulnerability(n, entry)).collect::<Vec<_>>(),
    })
}

/// The reference of an item: unique in the document.
fn reference(item: &Item) -> String {
    match &item.component {
        Some(component) => format!("{} in {}", component.id, item.product.id),
        None => item.product.id.clone(),
    }
}

fn with_parts(product: &Product, parts: &BTreeSet<&Product>) -> Value {
    let kind = if product.id.starts_with("pkg:oci/") { "container" } else { "application" };
    let mut out = component(product, &product.id, kind);
    if let Value::Object(map) = &mut out {
        map.insert("properties".to_owned(), json!([{"name": PRODUCT, "value": "true"}]));
        if !parts.is_empty() {
            let part = |part: &&Product| {
                let item = Item { product: product.clone(), component: Some((*part).clone()) };
                component(part, &reference(&item), "library")
            };
            map.insert("components".to_owned(), parts.iter().map(part).collect());
        }
    }
    out
}

fn component(product: &Product, reference: &str, kind: &str) -> Value {
    let mut out = Map::new();
    out.insert("type".to_owned(), json!(kind));
    out.insert("bom-ref".to_owned(), json!(reference));
    out.insert("name".to_owned(), json!(product.name));
    out.extend(product.version.as_ref().map(|version| ("version".to_owned(), json!(version))));
    out.extend(product.purl().map(|purl| ("purl".to_owned(), json!(purl))));
    Value::Object(out)
}

fn vulnerability(n: usize, entry: &Entry) -> Value {
    let state = match entry.status {
        VexStatus::NotAffected if entry.false_positive => "false_positive",
        VexStatus::NotAffected => "not_affected",
        VexStatus::Affected => "exploitable",
        VexStatus::Fixed => "resolved",
        VexStatus::UnderInvestigation => "in_triage",
    };
    let mut analysis = Map::new();
    analysis.insert("state".to_owned(), json!(state));
    let word = entry.justification.as_deref().and_then(cyclonedx_justification).filter(|_| state == "not_affected");
    analysis.extend(word.map(|word| ("justification".to_owned(), json!(word))));
    analysis.extend(entry.action.as_ref().or(entry.reason.as_ref()).map(|text| ("detail".to_owned(), json!(text))));
    if entry.status == VexStatus::Affected {
        let response = match entry.remedy {
            "vendor_fix" => "update",
            "no_fix_planned" => "will_not_fix",
            _ => "can_not_fix",
        };
        analysis.insert("response".to_owned(), json!([response]));
    }
    analysis.insert("firstIssued".to_owned(), json!(entry.at));
    analysis.insert("lastUpdated".to_owned(), json!(entry.at));
    let system = super::write_csaf::system(&entry.vulnerability);
    let mut out = json!({
        "bom-ref": format!("vulnerability-{}", n + 1),
        "id": entry.vulnerability,
        "source": {"name": system},
        "description": entry.title,
        "analysis": analysis,
        "affects": entry.items.iter().map(|item| json!({"ref": reference(item)})).collect::<Vec<_>>(),
    });
    if let (Value::Object(map), false) = (&mut out, entry.aliases.is_empty()) {
        let references = entry.aliases.iter().map(|alias| json!({"id": alias, "source": {"name": super::write_csaf::system(alias)}}));
        map.insert("references".to_owned(), references.collect());
    }
    out
}
