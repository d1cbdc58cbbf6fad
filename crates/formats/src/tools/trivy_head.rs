//! What a Trivy report says outside its rows: the scanned thing, and of each result its target and its packages.

use std::collections::{HashMap, HashSet, VecDeque};

use model::{Component, Kind, Run, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::trivy::Identifier;
use super::{oci_labels, sca};
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Input, ParseError};

/// Longest dependency chain that is followed.
const LONGEST_CHAIN: usize = 50;

/// Targets of `lang-pkgs` that stand for all packages of a language in an image, and are no file.
const GROUPS: [&str; 12] = ["node.js", "java", "python", "ruby", "php", "rust", "conda", "go", "dart", "swift", "julia", "os packages"];

#[derive(Default)]
pub(super) struct Head {
    pub(super) run: Run,
    /// One a result, in the order of the file.
    pub(super) blocks: Vec<Block>,
}

/// A result's own members.
#[derive(Default)]
pub(super) struct Block {
    pub(super) target: Option<String>,
    class: Option<String>,
    pub(super) ecosystem: Option<String>,
    /// `namespace/Kind/name` in a cluster report.
    pub(super) workload: Option<String>,
    pub(super) image: Option<String>,
    packages: Vec<Package>,
    by_key: HashMap<String, usize>,
    /// Position of one package that needs this one.
    parent: HashMap<usize, usize>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Package {
    #[serde(rename = "ID", deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    identifier: Identifier,
    #[serde(deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(rename = "SrcName", deserialize_with = "lenient::text")]
    pub(super) source: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    pub(super) licenses: Vec<String>,
    #[serde(deserialize_with = "lenient::texts")]
    depends_on: Vec<String>,
    #[serde(deserialize_with = "lenient::text")]
    relationship: Option<String>,
    #[serde(deserialize_with = "lenient::truth")]
    indirect: Option<bool>,
    #[serde(deserialize_with = "lenient::text")]
    file_path: Option<String>,
    #[serde(skip)]
    pub(super) direct: Option<bool>,
}

/// Calls `each` before every result: of the report, of a legacy array, or of the resources of a cluster.
pub(super) fn each_result(json: &mut Json<'_>, each: &mut dyn FnMut(&mut Json<'_>) -> Result<(), ParseError>) -> Result<(), ParseError> {
    if json.shape()? == Shape::Array {
        json.array(|json, _| each(json))?;
    } else {
        json.object(|json, key| match key {
            "Results" => json.array(|json, _| each(json)),
            "Vulnerabilities" | "Misconfigurations" | "Resources" => {
                json.array(|json, _| json.object(|json, key| if key == "Results" { json.array(|json, _| each(json)) } else { Ok(()) }))
            }
            _ => Ok(()),
        })?;
    }
    json.end()
}

pub(super) fn read(input: &Input) -> Result<Head, ParseError> {
    let mut head = Head { run: Run { tool: "Trivy".to_owned(), ..Run::default() }, ..Head::default() };
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.array(|json, _| head.block(json))?;
        // Nothing but the target of the system packages names the image.
        head.run.image = head.image_of_target();
        return Ok(head);
    }
    let mut kind = None;
    let mut name = None;
    let mut metadata = Value::Null;
    json.object(|json, key| {
        match key {
            "Results" => json.array(|json, _| head.block(json))?,
            "Vulnerabilities" | "Misconfigurations" | "Resources" => json.array(|json, _| head.resource(json))?,
            "ArtifactName" => name = lenient::scalar(&json.row::<Value>()?.unwrap_or_default()),
            "ArtifactType" => kind = lenient::scalar(&json.row::<Value>()?.unwrap_or_default()),
            "ClusterName" => head.run.cluster = lenient::scalar(&json.row::<Value>()?.unwrap_or_default()),
            "CreatedAt" => head.run.at = json.row::<String>()?.ok().and_then(|text| Timestamp::lenient(&text)),
            "Metadata" => metadata = json.row::<Value>()?.unwrap_or_default(),
            "Trivy" => {
                let version = json.row::<Value>()?.unwrap_or_default();
                head.run.tool_version = version.get("Version").and_then(lenient::scalar);
            }
            _ => {}
        }
        Ok(())
    })?;
    head.describe(kind.as_deref(), name, &metadata);
    Ok(head)
}

/// The name of an image with its digest where the metadata give it.
fn image(name: Option<String>, metadata: &Value) -> Option<String> {
    let first = |key: &str| metadata.get(key)?.as_array()?.iter().find_map(lenient::scalar);
    let name = name.filter(|name| !name.is_empty() && !name.ends_with(".tar")).or_else(|| first("RepoTags"))?;
    let digest = first("RepoDigests").and_then(|text| text.split_once('@').map(|(_, digest)| digest.to_owned()));
    Some(match digest {
        Some(digest) if !name.contains('@') => format!("{name}@{digest}"),
        _ => name,
    })
}

impl Head {
    fn describe(&mut self, kind: Option<&str>, name: Option<String>, metadata: &Value) {
        let is_image = matches!(kind, Some("container_image")) || metadata.get("ImageID").and_then(Value::as_str).is_some();
        if is_image {
            self.run.image = image(name.clone(), metadata).or_else(|| self.image_of_target());
            let labels = metadata.pointer("/ImageConfig/config/Labels");
            oci_labels::take(&mut self.run, |name| labels?.get(name).and_then(lenient::scalar));
            self.run.claims.ran |= metadata.get("OS").is_some() || metadata.get("ImageID").is_some();
        }
        if kind == Some("repository") {
            let text = |key: &str| metadata.get(key).and_then(lenient::scalar);
            self.run.repository = text("RepoURL").or_else(|| name.filter(|name| name.contains("://")));
            self.run.branch = text("Branch");
            self.run.commit = text("Commit");
        }
    }

    /// The image that the target of the system packages names: `shop:1.4 (debian 12.5)`.
    fn image_of_target(&self) -> Option<String> {
        let mut named = self.blocks.iter().filter_map(|block| block.target.as_deref()?.split_once(" ("));
        named.find(|(name, _)| !name.is_empty() && !name.ends_with(".tar")).map(|(name, _)| name.to_owned())
    }

    fn block(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        let mut block = Block::default();
        json.object(|json, key| {
            match key {
                "Target" => block.target = lenient::scalar(&json.row::<Value>()?.unwrap_or_default()),
                "Class" => block.class = lenient::scalar(&json.row::<Value>()?.unwrap_or_default()),
                "Type" => block.ecosystem = lenient::scalar(&json.row::<Value>()?.unwrap_or_default()),
                "Packages" if json.shape()? == Shape::Array => json.array(|json, _| {
                    block.packages.extend(json.row::<Package>()?.ok());
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })?;
        block.link();
        if let Some(kind) = block.kind() {
            self.run.claims.ran = true;
            if !self.run.claims.kinds.contains(&kind) {
                self.run.claims.kinds.push(kind);
            }
        }
        self.blocks.push(block);
        Ok(())
    }

    fn resource(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        let start = self.blocks.len();
        let mut names: [Option<String>; 3] = [None, None, None];
        let mut metadata = Value::Null;
        json.object(|json, key| {
            let place = match key {
                "Namespace" => 0,
                "Kind" => 1,
                "Name" => 2,
                "Results" => return json.array(|json, _| self.block(json)),
                "Metadata" => {
                    metadata = json.row::<Value>()?.unwrap_or_default();
                    return Ok(());
                }
                _ => return Ok(()),
            };
            if let Some(name) = names.get_mut(place) {
                *name = lenient::scalar(&json.row::<Value>()?.unwrap_or_default());
            }
            Ok(())
        })?;
        let workload = names.iter().flatten().cloned().collect::<Vec<_>>().join("/");
        // Newer versions give a list with one element an image.
        let metadata = metadata.as_array().and_then(|list| list.first()).unwrap_or(&metadata);
        for block in self.blocks.iter_mut().skip(start) {
            // The target of a configuration check names the object: `Deployment/api`.
            let object = block.target.as_deref().filter(|target| block.is_config() && target.contains('/'));
            let namespaced =
                object.map(|object| names.iter().take(1).flatten().map(String::as_str).chain([object]).collect::<Vec<_>>().join("/"));
            block.workload = Some(namespaced.unwrap_or_else(|| workload.clone()));
            if !block.is_config() {
                let from_target = block.target.as_deref().and_then(|target| target.split_once(" (")).map(|(name, _)| name.to_owned());
                block.image = image(None, metadata).or(from_target);
            }
        }
        Ok(())
    }

    /// The packages of all results that have a package URL.
    pub(super) fn components(&self) -> impl Iterator<Item = Component> {
        self.blocks.iter().flat_map(|block| {
            block.packages.iter().filter_map(|package| {
                let mut component = sca::component(package.identifier.purl.as_deref()?, package.version.clone());
                component.direct = package.direct;
                component.licenses.clone_from(&package.licenses);
                component.file = package.file_path.clone().or_else(|| block.manifest().map(str::to_owned));
                Some(component)
            })
        })
    }
}

impl Block {
    fn kind(&self) -> Option<Kind> {
        Some(match self.class.as_deref()? {
            "os-pkgs" => Kind::Container,
            "lang-pkgs" => Kind::Sca,
            "config" => Kind::Iac,
            "secret" => Kind::Secret,
            "license" | "license-file" => Kind::License,
            _ => return None,
        })
    }

    pub(super) fn is_system(&self) -> bool {
        match self.class.as_deref() {
            Some(class) => class == "os-pkgs",
            // The legacy array has no class; a target of system packages names the distribution in brackets.
            None => self.target.as_deref().is_some_and(|target| target.contains(" (")),
        }
    }

    fn is_config(&self) -> bool {
        self.class.as_deref() == Some("config")
    }

    /// The target, where it is a lockfile or manifest.
    pub(super) fn manifest(&self) -> Option<&str> {
        let target = self.target.as_deref().filter(|target| !target.is_empty())?;
        let is_group = GROUPS.contains(&target.to_ascii_lowercase().as_str());
        (!self.is_system() && !is_group && self.class.is_some()).then_some(target)
    }

    fn link(&mut self) {
        for (position, package) in self.packages.iter_mut().enumerate() {
            package.direct = match (package.relationship.as_deref(), package.indirect) {
                (Some("direct" | "root" | "workspace"), _) => Some(true),
                (Some("indirect"), _) | (_, Some(true)) => Some(false),
                _ => None,
            };
            let named = package.name.as_ref().map(|name| key(name, package.version.as_deref()));
            for key in [package.identifier.uid.clone(), package.id.clone(), named].into_iter().flatten() {
                self.by_key.entry(key).or_insert(position);
            }
        }
        self.parents();
    }

    /// Walks from the packages that nothing needs, or that are direct, down to all others: the first way found is a shortest one.
    fn parents(&mut self) {
        let needed: HashSet<usize> =
            self.packages.iter().flat_map(|package| &package.depends_on).filter_map(|id| self.by_key.get(id).copied()).collect();
        let is_top = |(position, package): &(usize, &Package)| package.direct == Some(true) || !needed.contains(position);
        let mut queue: VecDeque<usize> = self.packages.iter().enumerate().filter(is_top).map(|(position, _)| position).collect();
        let mut seen: HashSet<usize> = queue.iter().copied().collect();
        while let Some(position) = queue.pop_front() {
            let Some(package) = self.packages.get(position) else { continue };
            for child in package.depends_on.iter().filter_map(|id| self.by_key.get(id).copied()) {
                if seen.insert(child) {
                    self.parent.insert(child, position);
                    queue.push_back(child);
                }
            }
        }
    }

    /// The listed package and the way to it from the root, where that has two or more steps.
    pub(super) fn package(
        &self,
        uid: Option<&str>,
        id: Option<&str>,
        name: &str,
        version: Option<&str>,
    ) -> Option<(&Package, Vec<String>)> {
        let position = uid.and_then(|uid| self.by_key.get(uid)).or_else(|| id.and_then(|id| self.by_key.get(id)));
        let position = *position.or_else(|| self.by_key.get(&key(name, version)))?;
        Some((self.packages.get(position)?, self.chain(position)))
    }

    fn chain(&self, position: usize) -> Vec<String> {
        let mut at = Some(position);
        let mut chain = Vec::new();
        while let Some(position) = at.filter(|_| chain.len() < LONGEST_CHAIN) {
            let name = self.packages.get(position).and_then(|package| package.id.clone().or_else(|| package.name.clone()));
            chain.extend(name);
            at = self.parent.get(&position).copied();
        }
        chain.reverse();
        if chain.len() > 1 { chain } else { Vec::new() }
    }
}

fn key(name: &str, version: Option<&str>) -> String {
    format!("{name}@{}", version.unwrap_or_default())
}
