//! The product tree of a CSAF document: what each product id stands for.

use std::collections::HashMap;

use ::model::{VexSubject, VexThing};
use serde::Deserialize;

use super::{Draft, digest, finish, name};
use crate::error::Refusal;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ProductTree {
    branches: Vec<Branch>,
    full_product_names: Vec<FullName>,
    relationships: Vec<Relationship>,
    product_groups: Vec<Group>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Branch {
    category: String,
    name: String,
    branches: Vec<Branch>,
    product: Option<FullName>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FullName {
    name: String,
    product_id: String,
    product_identification_helper: Helper,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Helper {
    purl: Option<String>,
    /// CSAF 2.1.
    purls: Vec<String>,
    hashes: Vec<Hashes>,
    cpe: Option<String>,
    x_generic_uris: Vec<GenericUri>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GenericUri {
    uri: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hashes {
    file_hashes: Vec<FileHash>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FileHash {
    algorithm: String,
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Relationship {
    full_product_name: FullName,
    product_reference: String,
    relates_to_product_reference: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    group_id: String,
    product_ids: Vec<String>,
}

/// What the ids of a document stand for.
pub(super) struct Products {
    things: HashMap<String, VexThing>,
    /// Id to (the component's id, the product's id).
    parts: HashMap<String, (String, String)>,
    groups: HashMap<String, Vec<String>>,
}

impl Products {
    pub(super) fn read(tree: ProductTree, draft: &mut Draft) -> Result<Self, Refusal> {
        let mut out = Self { things: HashMap::new(), parts: HashMap::new(), groups: HashMap::new() };
        for full in tree.full_product_names {
            out.add(full, &Way::default())?;
        }
        let mut todo: Vec<(Branch, Way)> = tree.branches.into_iter().map(|branch| (branch, Way::default())).collect();
        while let Some((branch, way)) = todo.pop() {
            let way = way.step(&branch);
            if let Some(full) = branch.product {
                out.add(full, &way)?;
            }
            todo.extend(branch.branches.into_iter().map(|branch| (branch, way.clone())));
        }
        for relation in tree.relationships {
            let id = relation.full_product_name.product_id;
            if !out.things.contains_key(&relation.product_reference) && !out.parts.contains_key(&relation.product_reference) {
                draft.warn("product_tree.relationships", format!("`{}` is no product", super::short(&relation.product_reference)));
            }
            out.parts.insert(id, (relation.product_reference, relation.relates_to_product_reference));
        }
        out.groups.extend(tree.product_groups.into_iter().map(|group| (group.group_id, group.product_ids)));
        Ok(out)
    }

    fn add(&mut self, full: FullName, way: &Way) -> Result<(), Refusal> {
        let mut thing = VexThing { version: way.version.clone(), range: way.range.clone(), ..VexThing::default() };
        let helper = full.product_identification_helper;
        helper.purl.iter().chain(&helper.purls).for_each(|purl| name(&mut thing, purl));
        helper.cpe.iter().for_each(|cpe| name(&mut thing, cpe));
        helper.x_generic_uris.iter().for_each(|generic| name(&mut thing, &generic.uri));
        way.product.iter().for_each(|product| name(&mut thing, product));
        name(&mut thing, &full.name);
        let hashes = helper.hashes.iter().flat_map(|hashes| &hashes.file_hashes);
        thing.digests.extend(hashes.filter_map(|hash| digest(&hash.algorithm, &hash.value)));
        if self.things.insert(full.product_id.clone(), finish(thing)).is_some() {
            let reason = format!("the product id `{}` is given twice", super::short(&full.product_id));
            return Err(Refusal::at("product_tree", reason));
        }
        Ok(())
    }

    /// What an id stands for: a product, or a component in a product. A product that is itself a component stands for that component in
    /// the outermost product.
    pub(super) fn subject(&self, id: &str) -> Option<VexSubject> {
        let Some((component, product)) = self.parts.get(id) else {
            return self.things.get(id).map(|thing| VexSubject { product: thing.clone(), component: None });
        };
        let component = self.innermost(component, |(component, _)| component)?;
        let product = self.innermost(product, |(_, product)| product)?;
        Some(VexSubject { product: product.clone(), component: Some(component.clone()) })
    }

    fn innermost<'a>(&'a self, id: &'a str, next: fn(&'a (String, String)) -> &'a String) -> Option<&'a VexThing> {
        let mut id = id;
        // A tree that is deeper goes round in a circle.
        for _ in 0..16 {
            match self.parts.get(id) {
                Some(pair) => id = next(pair),
                None => return self.things.get(id),
            }
        }
        None
    }

    /// The ids of a list and of groups.
    pub(super) fn expand<'a>(&'a self, ids: &'a [String], groups: &[String]) -> Vec<&'a str> {
        let of_groups = groups.iter().filter_map(|group| self.groups.get(group)).flatten();
        ids.iter().chain(of_groups).map(String::as_str).collect()
    }
}

/// What the branches on the way to a product say.
#[derive(Clone, Default)]
struct Way {
    product: Option<String>,
    version: Option<String>,
    range: Option<String>,
}

impl Way {
    fn step(mut self, branch: &Branch) -> Self {
        let name = Some(branch.name.trim().to_owned()).filter(|name| !name.is_empty());
        match branch.category.as_str() {
            "product_name" => self.product = name,
            "product_version" => self.version = name,
            "product_version_range" => self.range = name,
            _ => {}
        }
        self
    }
}
