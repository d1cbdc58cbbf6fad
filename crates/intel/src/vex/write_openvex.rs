//! A document of ours as OpenVEX 0.2.0.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::publish::{Entry, Product, Publication};

pub(super) fn document(publication: &Publication) -> Value {
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": publication.urn(),
        "author": publication.author,
        "timestamp": publication.issued(),
        "version": publication.version(),
        "tooling": concat!("Muster ", env!("CARGO_PKG_VERSION")),
        "statements": publication.entries.iter().map(statement).collect::<Vec<_>>(),
    })
}

fn statement(entry: &Entry) -> Value {
    let mut parts: BTreeMap<&Product, Vec<&Product>> = BTreeMap::new();
    for item in &entry.items {
        parts.entry(&item.product).or_default().extend(&item.component);
    }
    let products: Vec<Value> = parts.into_iter().map(|(product, parts)| with_parts(product, &parts)).collect();
    let mut vulnerability = json!({"name": entry.vulnerability, "description": entry.title});
    if let (Value::Object(map), false) = (&mut vulnerability, entry.aliases.is_empty()) {
        map.insert("aliases".to_owned(), json!(entry.aliases));
    }
    let mut out = Map::new();
    out.insert("vulnerability".to_owned(), vulnerability);
    out.insert("timestamp".to_owned(), json!(entry.at));
    out.insert("status".to_owned(), json!(entry.status.word()));
    out.insert("products".to_owned(), Value::Array(products));
    let texts = [("justification", &entry.justification), ("impact_statement", &entry.reason), ("action_statement", &entry.action)];
    out.extend(texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), json!(text.as_ref()?)))));
    Value::Object(out)
}

fn with_parts(product: &Product, parts: &[&Product]) -> Value {
    let mut out = thing(product);
    if let (Value::Object(map), false) = (&mut out, parts.is_empty()) {
        map.insert("subcomponents".to_owned(), parts.iter().map(|part| thing(part)).collect());
    }
    out
}

fn thing(product: &Product) -> Value {
    match product.purl() {
        Some(purl) => json!({"@id": product.id, "identifiers": {"purl": purl}}),
        None => json!({"@id": product.id}),
    }
}
