//! A document of ours as CSAF 2.0, profile 5 (VEX), after the mandatory tests of its section 6.1.

use std::collections::BTreeMap;

use ::model::VexStatus;
use serde_json::{Map, Value, json};

use super::publish::{Entry, Item, Product, Publication};

pub(super) fn document(publication: &Publication) -> Value {
    let ids = Ids::new(publication);
    let history: Vec<Value> = (1..)
        .zip(&publication.releases)
        .map(|(number, at): (usize, _)| {
            let summary = if number == 1 { "First release." } else { "What is said of a product has changed." };
            json!({"number": number.to_string(), "date": at, "summary": summary})
        })
        .collect();
    let mut by_name: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in &publication.entries {
        by_name.entry(&entry.vulnerability).or_default().push(entry);
    }
    json!({
        "document": {
            "category": "csaf_vex",
            "csaf_version": "2.0",
            "lang": "en",
            "title": publication.title,
            "publisher": {"category": "vendor", "name": publication.author, "namespace": publication.namespace},
            "tracking": {
                "id": publication.id,
                "status": "final",
                "version": publication.version().to_string(),
                "initial_release_date": publication.releases.first().copied().unwrap_or_default(),
                "current_release_date": publication.issued(),
                "revision_history": history,
                "generator": {"engine": {"name": "Muster", "version": env!("CARGO_PKG_VERSION")}},
            },
        },
        "product_tree": ids.tree(),
        "vulnerabilities": by_name.into_iter().map(|(name, entries)| vulnerability(name, &entries, &ids)).collect::<Vec<_>>(),
    })
}

/// Who numbers a vulnerability so.
pub(super) fn system(name: &str) -> &'static str {
    match name.split('-').next().unwrap_or_default() {
        "CVE" => "CVE",
        "GHSA" => "GitHub Advisory Database",
        "RUSTSEC" => "RustSec Advisory Database",
        "PYSEC" => "Python Packaging Advisory Database",
        "GO" => "Go Vulnerability Database",
        _ => "OSV",
    }
}

/// Product ids: made of the hash of what they stand for, so that they stay when others come and go.
struct Ids<'a> {
    products: BTreeMap<&'a Product, String>,
    pairs: BTreeMap<(&'a Product, &'a Product), String>,
}

impl<'a> Ids<'a> {
    fn new(publication: &'a Publication) -> Self {
        let mut out = Self { products: BTreeMap::new(), pairs: BTreeMap::new() };
        let of = |product: &Product| format!("P-{}", ::model::short_hex(&::model::hash_parts(&["product", &product.id, &product.name]), 8));
        for Item { product, component } in publication.entries.iter().flat_map(|entry| &entry.items) {
            out.products.entry(product).or_insert_with(|| of(product));
            if let Some(component) = component {
                out.products.entry(component).or_insert_with(|| of(component));
                let hash = ::model::hash_parts(&["part", &product.id, &product.name, &component.id, &component.name]);
                out.pairs.entry((product, component)).or_insert_with(|| format!("C-{}", ::model::short_hex(&hash, 8)));
            }
        }
        out
    }

    fn of(&self, item: &'a Item) -> &str {
        let id = match &item.component {
            Some(component) => self.pairs.get(&(&item.product, component)),
            None => self.products.get(&item.product),
        };
        id.map_or("", String::as_str)
    }

    fn tree(&self) -> Value {
        let full = |(product, id): (&&Product, &String)| {
            let helper = match product.purl() {
                Some(purl) => json!({"purl": purl}),
                None => json!({"x_generic_uris": [{"namespace": "urn:muster", "uri": product.id}]}),
            };
            json!({"product_id": id, "name": titled(product), "product_identification_helper": helper})
        };
        let mut out = Map::new();
        out.insert("full_product_names".to_owned(), self.products.iter().map(full).collect());
        if !self.pairs.is_empty() {
            let id_of = |product: &Product| self.products.get(product).cloned().unwrap_or_default();
            let relation = |((product, component), id): (&(&Product, &Product), &String)| {
                json!({
                    "category": "default_component_of",
                    "product_reference": id_of(component),
                    "relates_to_product_reference": id_of(product),
                    "full_product_name": {"product_id": id, "name": format!("{} as a component of {}", titled(component), titled(product))},
                })
            };
            out.insert("relationships".to_owned(), self.pairs.iter().map(relation).collect());
        }
        Value::Object(out)
    }
}

fn titled(product: &Product) -> String {
    product.version.as_ref().map_or_else(|| product.name.clone(), |version| format!("{} {version}", product.name))
}

fn vulnerability<'a>(name: &str, entries: &[&'a Entry], ids: &Ids<'a>) -> Value {
    let mut status: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let (mut flags, mut threats, mut remediations) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        let mut products: Vec<&str> = entry.items.iter().map(|item| ids.of(item)).collect();
        products.sort_unstable();
        let word = match entry.status {
            VexStatus::NotAffected => "known_not_affected",
            VexStatus::Affected => "known_affected",
            VexStatus::Fixed => "fixed",
            VexStatus::UnderInvestigation => "under_investigation",
        };
        if entry.status == VexStatus::NotAffected {
            let label = entry.justification.as_deref().and_then(super::justification_of);
            flags.extend(label.map(|label| json!({"label": label, "date": entry.at, "product_ids": products})));
            let reason = entry.reason.as_ref();
            threats.extend(reason.map(|text| json!({"category": "impact", "details": text, "date": entry.at, "product_ids": products})));
        }
        let action = entry.action.as_ref().filter(|_| entry.status == VexStatus::Affected);
        remediations
            .extend(action.map(|text| json!({"category": entry.remedy, "details": text, "date": entry.at, "product_ids": products})));
        status.entry(word).or_default().extend(products);
    }
    for products in status.values_mut() {
        products.sort_unstable();
        products.dedup();
    }
    let title = entries.first().map_or("", |entry| entry.title.as_str());
    let mut out = Map::new();
    let mut names: Vec<&str> = entries.iter().flat_map(|entry| &entry.aliases).map(String::as_str).collect();
    if crate::is_cve(name) {
        out.insert("cve".to_owned(), json!(name));
    } else {
        names.push(name);
    }
    names.sort_unstable();
    names.dedup();
    let numbered: Vec<Value> = names.iter().map(|name| json!({"system_name": system(name), "text": name})).collect();
    let lists = [("flags", flags), ("ids", numbered), ("remediations", remediations), ("threats", threats)];
    out.insert("notes".to_owned(), json!([{"category": "summary", "text": if title.is_empty() { name } else { title }}]));
    out.insert("product_status".to_owned(), json!(status));
    out.extend(lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(key, list)| (key.to_owned(), Value::Array(list))));
    Value::Object(out)
}
