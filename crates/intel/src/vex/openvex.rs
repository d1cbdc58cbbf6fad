//! OpenVEX 0.2.0, and the form before it (a vulnerability and products as plain texts).
//!
//! A statement's date is its `last_updated`, else its `timestamp`, else the document's. A product is named by its `@id`, its `identifiers`
//! and `hashes`; each of its `subcomponents` makes a pair with it.

use ::model::{VexDocument, VexStatement, VexStatus, VexSubject, VexThing};
use serde::Deserialize;
use serde_json::Value;

use super::{Draft, digest, filled, finish, name, time, vulnerability};
use crate::error::Refusal;

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "@id", default)]
    id: Option<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    last_updated: Option<String>,
    #[serde(default)]
    version: Option<Value>,
    #[serde(default)]
    statements: Vec<Statement>,
}

#[derive(Deserialize)]
struct Statement {
    #[serde(default)]
    vulnerability: Option<Value>,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    last_updated: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    products: Vec<Value>,
    #[serde(default)]
    subcomponents: Vec<Value>,
    #[serde(default)]
    justification: Option<String>,
    #[serde(default)]
    impact_statement: Option<String>,
    #[serde(default)]
    action_statement: Option<String>,
}

pub(super) fn read(bytes: &[u8], draft: &mut Draft) -> Result<VexDocument, Refusal> {
    let document: Document = serde_json::from_slice(bytes)?;
    let at = time(document.last_updated.as_ref()).or_else(|| time(document.timestamp.as_ref()));
    let at = at.ok_or_else(|| Refusal::at("timestamp", "the document has no date"))?;
    let mut statements = Vec::new();
    for (n, row) in document.statements.into_iter().enumerate() {
        let place = format!("statements[{n}]");
        let word = row.status.unwrap_or_default();
        let status = VexStatus::from_word(&word)
            .ok_or_else(|| Refusal::at(format!("{place}.status"), format!("`{}` is no status", super::short(&word))))?;
        let vulnerabilities = names(row.vulnerability.as_ref());
        if vulnerabilities.is_empty() {
            draft.warn(place, "names no vulnerability; left out");
            continue;
        }
        let subjects = subjects(&row.products, &row.subcomponents);
        if subjects.is_empty() {
            draft.warn(place, "names no product; left out");
            continue;
        }
        draft.count(&place, subjects.len())?;
        let (justification, reason) = (filled(row.justification), filled(row.impact_statement));
        if status == VexStatus::NotAffected && justification.is_none() && reason.is_none() {
            draft.warn(&place, "says not_affected without justification or impact statement, which OpenVEX asks for");
        }
        let at = time(row.last_updated.as_ref()).or_else(|| time(row.timestamp.as_ref())).unwrap_or(at);
        let action = filled(row.action_statement);
        statements.push(VexStatement { place, vulnerabilities, status, at, justification, reason, action, subjects });
    }
    let version = match document.version {
        Some(Value::String(text)) => text,
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let (id, author) = (document.id.unwrap_or_default(), document.author.unwrap_or_default());
    Ok(VexDocument { format: "openvex".to_owned(), id, version, author, at, statements })
}

fn names(value: Option<&Value>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        if let Some(name) = vulnerability(text)
            && !out.contains(&name)
        {
            out.push(name);
        }
    };
    match value {
        Some(Value::String(text)) => add(text),
        Some(Value::Object(map)) => {
            let text = |key: &str| map.get(key).and_then(Value::as_str);
            text("name").or_else(|| text("@id")).into_iter().for_each(&mut add);
            map.get("aliases").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).take(64).for_each(add);
        }
        _ => {}
    }
    out
}

fn subjects(products: &[Value], common: &[Value]) -> Vec<VexSubject> {
    let mut out = Vec::new();
    for value in products {
        let Some(product) = thing(value) else { continue };
        let own = value.get("subcomponents").and_then(Value::as_array).map_or(common, Vec::as_slice);
        let parts: Vec<VexThing> = own.iter().filter_map(thing).collect();
        if parts.is_empty() && own.is_empty() {
            out.push(VexSubject { product, component: None });
        } else {
            out.extend(parts.into_iter().map(|part| VexSubject { product: product.clone(), component: Some(part) }));
        }
    }
    out
}

/// A product or component: a text, or an object with `@id`, `identifiers` and `hashes`.
fn thing(value: &Value) -> Option<VexThing> {
    let mut out = VexThing::default();
    match value {
        Value::String(text) => name(&mut out, text),
        Value::Object(map) => {
            if let Some(id) = map.get("@id").and_then(Value::as_str) {
                name(&mut out, id);
            }
            if let Some(purl) = map.get("identifiers").and_then(|ids| ids.get("purl")).and_then(Value::as_str) {
                name(&mut out, purl);
            }
            let hashes = map.get("hashes").and_then(Value::as_object).into_iter().flatten();
            out.digests.extend(hashes.filter_map(|(algorithm, value)| digest(algorithm, value.as_str()?)));
        }
        _ => return None,
    }
    let out = finish(out);
    (!out.id.is_empty()).then_some(out)
}
