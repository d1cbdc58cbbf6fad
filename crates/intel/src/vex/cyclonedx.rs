//! CycloneDX: what `vulnerabilities[].analysis` says of the components that `affects[]` names, in the product of `metadata.component`.
//!
//! The author is the first of `metadata.authors`, else the supplier or manufacturer. `resolved` is fixed, `exploitable` affected,
//! `false_positive` not affected, `in_triage` under investigation; a vulnerability without a state says nothing. The date is that of the
//! analysis, else the document's. Without `metadata.component` a component is the product itself, but one of another BOM (BOM-Link) is a
//! part of that BOM, which is known by its serial number alone. A component with the property `muster:product` is the product of what is
//! inside it.

use std::collections::HashMap;

use ::model::{VexDocument, VexStatement, VexStatus, VexSubject, VexThing};
use serde::Deserialize;
use serde_json::Value;

use super::write_cyclonedx::PRODUCT;
use super::{Draft, digest, filled, finish, is_purl, name, time, vulnerability};
use crate::error::Refusal;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Bom {
    serial_number: Option<String>,
    version: Option<Value>,
    metadata: Metadata,
    components: Vec<Component>,
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    timestamp: Option<String>,
    authors: Vec<Named>,
    supplier: Option<Named>,
    manufacturer: Option<Named>,
    manufacture: Option<Named>,
    component: Option<Component>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Component {
    #[serde(rename = "bom-ref")]
    bom_ref: Option<String>,
    group: Option<String>,
    name: Option<String>,
    version: Option<String>,
    purl: Option<String>,
    hashes: Vec<Hash>,
    components: Vec<Component>,
    properties: Vec<Property>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Property {
    name: String,
    value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hash {
    alg: String,
    content: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vulnerability {
    id: Option<String>,
    references: Vec<Reference>,
    analysis: Analysis,
    affects: Vec<Affect>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Analysis {
    state: Option<String>,
    justification: Option<String>,
    detail: Option<String>,
    response: Vec<String>,
    first_issued: Option<String>,
    last_updated: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Affect {
    #[serde(rename = "ref")]
    reference: String,
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Version {
    version: Option<String>,
    range: Option<String>,
    status: Option<String>,
}

pub(super) fn read(bytes: &[u8], draft: &mut Draft) -> Result<VexDocument, Refusal> {
    let bom: Bom = serde_json::from_slice(bytes)?;
    let document_at = time(bom.metadata.timestamp.as_ref());
    let known = Known::new(bom.metadata.component, bom.components);
    let mut statements = Vec::new();
    let mut newest = document_at;
    for (n, row) in bom.vulnerabilities.into_iter().enumerate() {
        let place = format!("vulnerabilities[{n}]");
        let Some(word) = filled(row.analysis.state) else { continue };
        let status = status_of(&word)
            .ok_or_else(|| Refusal::at(format!("{place}.analysis.state"), format!("`{}` is no state", super::short(&word))))?;
        let mut names: Vec<String> = Vec::new();
        for name in row.id.iter().chain(row.references.iter().filter_map(|other| other.id.as_ref())).take(64) {
            names.extend(vulnerability(name).filter(|name| !names.contains(name)));
        }
        if names.is_empty() {
            draft.warn(place, "names no vulnerability; left out");
            continue;
        }
        let Some(at) = time(row.analysis.last_updated.as_ref()).or_else(|| time(row.analysis.first_issued.as_ref())).or(document_at) else {
            return Err(Refusal::at(format!("{place}.analysis.lastUpdated"), "neither the analysis nor the document has a date"));
        };
        let mut subjects: Vec<VexSubject> = Vec::new();
        for affect in &row.affects {
            subjects.extend(known.subjects(affect, status));
        }
        if row.affects.is_empty() {
            subjects.extend(known.product.clone().map(|product| VexSubject { product, component: None }));
        }
        if subjects.is_empty() {
            draft.warn(place, "names no component or product; left out");
            continue;
        }
        draft.count(&place, subjects.len())?;
        newest = newest.max(Some(at));
        let detail = filled(row.analysis.detail);
        let responses = filled(Some(row.analysis.response.iter().take(8).cloned().collect::<Vec<_>>().join(", ")));
        let action = if status == VexStatus::Affected { detail.clone().or(responses) } else { None };
        let justification = filled(row.analysis.justification).or_else(|| (word == "false_positive").then_some(word));
        let reason = if status == VexStatus::Affected { None } else { detail };
        statements.push(VexStatement { place, vulnerabilities: names, status, at, justification, reason, action, subjects });
    }
    let at = document_at.or(newest).ok_or_else(|| Refusal::at("metadata.timestamp", "the document has no date"))?;
    let by = [bom.metadata.supplier, bom.metadata.manufacturer, bom.metadata.manufacture];
    let author = bom.metadata.authors.into_iter().map(Some).chain(by).flatten().find_map(|named| filled(named.name));
    let version = bom.version.map(|version| version.to_string()).unwrap_or_else(|| "1".to_owned());
    let id = filled(bom.serial_number).or_else(|| known.product.as_ref().map(|product| product.id.clone())).unwrap_or_default();
    Ok(VexDocument { format: "cyclonedx".to_owned(), id, version, author: author.unwrap_or_default(), at, statements })
}

fn status_of(word: &str) -> Option<VexStatus> {
    match word {
        "not_affected" | "false_positive" => Some(VexStatus::NotAffected),
        "resolved" | "resolved_with_pedigree" => Some(VexStatus::Fixed),
        "exploitable" => Some(VexStatus::Affected),
        "in_triage" => Some(VexStatus::UnderInvestigation),
        _ => None,
    }
}

/// The components of a BOM by reference, and the product that it is of.
struct Known {
    product: Option<VexThing>,
    product_ref: Option<String>,
    things: HashMap<String, VexThing>,
    /// References of components that are products themselves, and of those inside them with the product's reference.
    products: HashMap<String, String>,
}

impl Known {
    fn new(product: Option<Component>, components: Vec<Component>) -> Self {
        let product_ref = product.as_ref().and_then(|product| product.bom_ref.clone());
        let mut things = HashMap::new();
        let mut products = HashMap::new();
        let mut todo: Vec<(Component, Option<String>)> = components.into_iter().map(|component| (component, None)).collect();
        let product = product.map(|mut product| {
            todo.extend(product.components.drain(..).map(|component| (component, None)));
            thing(&product)
        });
        while let Some((mut component, mut inside)) = todo.pop() {
            let is_product = component.properties.iter().any(|p| p.name == PRODUCT && p.value.as_deref() == Some("true"));
            if is_product {
                inside.clone_from(&component.bom_ref);
            }
            todo.extend(component.components.drain(..).map(|part| (part, inside.clone())));
            if let Some(reference) = component.bom_ref.clone() {
                products.extend(inside.map(|product| (reference.clone(), product)));
                things.entry(reference).or_insert_with(|| thing(&component));
            }
        }
        Self { product: product.filter(|product| !product.id.is_empty()), product_ref, things, products }
    }

    fn subjects(&self, affect: &Affect, status: VexStatus) -> Vec<VexSubject> {
        let reference = affect.reference.trim();
        let linked = reference.strip_prefix("urn:cdx:");
        let own = linked.map_or(reference, |link| link.split_once('#').map_or("", |(_, own)| own));
        let own = decoded(own);
        if linked.is_none() && self.product_ref.as_deref() == Some(own.as_str()) {
            let product = self.product.clone().unwrap_or_default();
            return vec![VexSubject { product, component: None }];
        }
        let found = self.things.get(&own).cloned().or_else(|| {
            is_purl(&own).then(|| {
                let mut thing = VexThing::default();
                name(&mut thing, &own);
                finish(thing)
            })
        });
        if let (None, Some(outer)) = (linked, self.products.get(&own))
            && let (Some(product), Some(part)) = (self.things.get(outer), self.things.get(&own))
        {
            let component = (*outer != own).then(|| part.clone());
            return vec![VexSubject { product: product.clone(), component }];
        }
        let product = match (&self.product, linked) {
            (Some(product), _) => Some(product.clone()),
            (None, Some(link)) => {
                let bom = format!("urn:cdx:{}", link.split(['/', '#']).next().unwrap_or_default());
                Some(VexThing { id: bom.clone(), names: vec![bom], ..VexThing::default() })
            }
            (None, None) => None,
        };
        let Some(found) = found else {
            // A reference to nothing that is known: of another BOM as a whole, or none at all.
            return product
                .filter(|_| linked.is_some() && own.is_empty())
                .map(|product| VexSubject { product, component: None })
                .into_iter()
                .collect();
        };
        let pair = |component: VexThing| match product.clone() {
            Some(product) => VexSubject { product, component: Some(component) },
            None => VexSubject { product: component, component: None },
        };
        let unwanted = if status.gates() { "affected" } else { "unaffected" };
        if affect.versions.is_empty() {
            return vec![pair(found)];
        }
        let wanted = affect.versions.iter().filter(|version| version.status.as_deref() != Some(unwanted));
        wanted
            .map(|version| {
                let mut thing = found.clone();
                thing.version = version.version.clone().or(thing.version);
                thing.range.clone_from(&version.range);
                pair(thing)
            })
            .collect()
    }
}

fn thing(component: &Component) -> VexThing {
    let mut out = VexThing { version: filled(component.version.clone()), ..VexThing::default() };
    component.purl.iter().for_each(|purl| name(&mut out, purl));
    component.bom_ref.iter().filter(|reference| reference.starts_with("urn:muster:")).for_each(|urn| name(&mut out, urn));
    if let Some(own) = &component.name {
        if let Some(group) = component.group.as_ref().filter(|group| !group.is_empty()) {
            name(&mut out, &format!("{group}/{own}"));
            name(&mut out, &format!("{group}:{own}"));
        } else {
            name(&mut out, own);
        }
    }
    out.digests.extend(component.hashes.iter().filter_map(|hash| digest(&hash.alg, &hash.content)));
    finish(out)
}

/// A fragment with its escapes resolved once; a package URL that is not escaped stays as it is.
fn decoded(text: &str) -> String {
    if is_purl(text) || !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok()).filter(|_| *first == b'%');
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
