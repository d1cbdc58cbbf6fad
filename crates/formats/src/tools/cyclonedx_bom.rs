//! A bill of materials as read from JSON or XML: components, who needs whom, and what was looked at.

use std::collections::{HashMap, HashSet, VecDeque};

use model::{Component, Run, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::{oci_labels, sca};
use crate::read::lenient;
use crate::{Input, Output, ParseError};

/// Longest dependency chain that is followed.
const LONGEST_CHAIN: usize = 50;
/// Longest name of what is described that is kept, in bytes.
const LONGEST_SUBJECT: usize = 300;
/// What Trivy calls packages that it found in files of their own, not in one list of all.
const COLLECTED: [&str; 8] = ["Java", "Node.js", "Python", "Ruby", "Conda", "Rust Binary", "Go Binary", "PHP"];

#[derive(Default)]
pub(super) struct Bom {
    pub(super) run: Run,
    pub(super) parts: Vec<Part>,
    by_reference: HashMap<String, usize>,
    /// Position of one component that needs this one.
    parent: HashMap<usize, usize>,
    direct: HashMap<usize, bool>,
    /// Position of a package to that of the manifest that lists it.
    manifest: HashMap<usize, usize>,
    /// `operations`, `build` … as stated.
    phases: Vec<String>,
}

/// A component.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    #[serde(rename = "bom-ref", deserialize_with = "lenient::text")]
    pub(super) reference: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) group: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) version: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) purl: Option<String>,
    #[serde(deserialize_with = "licenses")]
    pub(super) licenses: Vec<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) evidence: Evidence,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) properties: Vec<Property>,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) components: Vec<Part>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Evidence {
    #[serde(deserialize_with = "lenient::list")]
    pub(super) occurrences: Vec<Occurrence>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Occurrence {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) location: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Property {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Source {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) url: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Vulnerability {
    pub(super) id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) source: Source,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) references: Vec<Reference>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) ratings: Vec<Rating>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) cwes: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) detail: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) recommendation: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) advisories: Vec<Source>,
    /// Strict: each element is a finding.
    #[serde(default)]
    pub(super) affects: Option<Vec<Affect>>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) analysis: Analysis,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) properties: Vec<Property>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Rating {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) source: Source,
    #[serde(deserialize_with = "lenient::number")]
    pub(super) score: Option<f64>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) severity: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) method: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) vector: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Affect {
    #[serde(rename = "ref", deserialize_with = "lenient::text")]
    pub(super) reference: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) versions: Vec<AffectedVersion>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct AffectedVersion {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) version: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) status: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Analysis {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) state: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) justification: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) detail: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Dependency {
    #[serde(rename = "ref", deserialize_with = "lenient::text")]
    reference: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    depends_on: Vec<String>,
}

/// What `metadata` says, whichever way it was written.
#[derive(Default)]
pub(super) struct Metadata {
    pub(super) timestamp: Option<String>,
    /// Name and version.
    pub(super) tools: Vec<(String, Option<String>)>,
    pub(super) component: Option<Part>,
    pub(super) phases: Vec<String>,
    pub(super) repository: Option<String>,
    pub(super) properties: Vec<Property>,
}

/// Licence ids, names or expressions, from `[{"license": {"id"}}]` or `[{"expression"}]`.
fn licenses<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let texts = value.as_array().into_iter().flatten().filter_map(|entry| {
        let license = entry.get("license");
        let name = license.and_then(|license| license.get("id").or_else(|| license.get("name")));
        name.or_else(|| entry.get("expression")).and_then(lenient::scalar)
    });
    Ok(texts.collect())
}

impl Property {
    pub(super) fn is(&self, names: &[&str]) -> bool {
        self.name.as_deref().is_some_and(|name| names.iter().any(|other| name.eq_ignore_ascii_case(other)))
    }
}

impl AffectedVersion {
    pub(super) fn is_affected(&self) -> bool {
        self.status.as_deref().is_none_or(|status| status == "affected")
    }
}

impl Rating {
    /// The vector with the head that its method names, where it has none.
    pub(super) fn full_vector(&self) -> Option<String> {
        let vector = self.vector.as_deref()?;
        let head = match self.method.as_deref() {
            Some("CVSSv3") => "CVSS:3.0/",
            Some("CVSSv31") => "CVSS:3.1/",
            Some("CVSSv4") => "CVSS:4.0/",
            _ => "",
        };
        Some(if vector.starts_with("CVSS:") { vector.to_owned() } else { format!("{head}{vector}") })
    }
}

impl Part {
    /// The name with its group as the ecosystem writes it.
    pub(super) fn full_name(&self) -> String {
        let name = self.name.clone().unwrap_or_default();
        if let Some(name) = self.purl.as_deref().and_then(sca::maven_name) {
            return name;
        }
        match self.group.as_deref() {
            Some(group) if !name.starts_with(group) => format!("{group}/{name}"),
            _ => name,
        }
    }

    pub(super) fn property(&self, names: &[&str]) -> Option<String> {
        self.properties.iter().find(|property| property.is(names)).and_then(|property| property.value.clone())
    }

    /// True for a lockfile or manifest as Trivy writes it.
    fn is_manifest(&self) -> bool {
        let class = self.property(&["aquasecurity:trivy:Class"]);
        self.purl.is_none() && class.as_deref() == Some("lang-pkgs") && !self.name.as_deref().is_none_or(|name| COLLECTED.contains(&name))
    }

    /// The file that brings the component, where a tool says it.
    pub(super) fn file(&self) -> Option<String> {
        let known = ["aquasecurity:trivy:FilePath", "syft:location:0:path", "SrcFile", "internal:SrcFile"];
        self.property(&known).or_else(|| self.evidence.occurrences.first()?.location.clone())
    }
}

/// Reads everything of a JSON document but the vulnerabilities.
pub(super) fn read(input: &Input, out: &mut Output<'_>) -> Result<Bom, ParseError> {
    let mut metadata = Metadata::default();
    let mut parts = Vec::new();
    let mut edges = Vec::new();
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "metadata" => {
            metadata = metadata_of(json.row::<Value>()?.unwrap_or_default());
            Ok(())
        }
        "components" => json.array(|json, _| {
            let place = json.place();
            match json.row::<Part>()? {
                Ok(part) => parts.push(part),
                Err(reason) => out.warn(place, reason),
            }
            Ok(())
        }),
        "dependencies" => json.array(|json, _| {
            let dependency = json.row::<Dependency>()?.unwrap_or_default();
            if let Some(reference) = dependency.reference {
                edges.push((reference, dependency.depends_on));
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    Ok(Bom::new(metadata, parts, edges))
}

fn metadata_of(value: Value) -> Metadata {
    let text = |value: &Value, key: &str| value.get(key).and_then(lenient::scalar);
    let list = |value: Option<&Value>| -> Vec<Value> { value.and_then(Value::as_array).cloned().unwrap_or_default() };
    let tools = match value.get("tools") {
        Some(Value::Array(tools)) => tools.clone(),
        Some(tools) => list(tools.get("components")),
        None => Vec::new(),
    };
    let vcs = list(value.pointer("/component/externalReferences"));
    Metadata {
        timestamp: text(&value, "timestamp"),
        tools: tools.iter().filter_map(|tool| Some((text(tool, "name")?, text(tool, "version")))).collect(),
        phases: list(value.get("lifecycles")).iter().filter_map(|phase| text(phase, "phase")).collect(),
        repository: vcs
            .iter()
            .find(|reference| text(reference, "type").as_deref() == Some("vcs"))
            .and_then(|reference| text(reference, "url")),
        component: value.get("component").cloned().and_then(|component| serde_json::from_value(component).ok()),
        properties: list(value.get("properties")).into_iter().filter_map(|property| serde_json::from_value(property).ok()).collect(),
    }
}

/// A package URL that a reference is or ends with (`urn:cdx:…#pkg:npm/x@1`).
pub(super) fn purl_in(reference: &str) -> Option<String> {
    let reference = reference.rsplit_once('#').map_or(reference, |(_, rest)| rest);
    reference.starts_with("pkg:").then(|| reference.to_owned())
}

/// The name in a package URL.
pub(super) fn name_in(purl: &str) -> Option<String> {
    let path = purl.split(['?', '#']).next()?;
    let path = path.rsplit_once('@').filter(|(head, _)| !head.ends_with('/')).map_or(path, |(head, _)| head);
    sca::maven_name(purl).or_else(|| path.split_once('/').map(|(_, name)| name.replace("%40", "@").replace("%2F", "/")))
}

impl Bom {
    pub(super) fn new(metadata: Metadata, parts: Vec<Part>, edges: Vec<(String, Vec<String>)>) -> Self {
        let mut bom = Self { phases: metadata.phases.clone(), ..Self::default() };
        bom.run = run(&metadata);
        let root = metadata.component.as_ref().and_then(|component| component.reference.clone());
        let mut stack: Vec<Part> = parts.into_iter().rev().collect();
        while let Some(mut part) = stack.pop() {
            stack.extend(std::mem::take(&mut part.components).into_iter().rev());
            bom.parts.push(part);
        }
        for (position, part) in bom.parts.iter().enumerate() {
            for key in [part.reference.clone(), part.purl.clone()].into_iter().flatten() {
                bom.by_reference.entry(key).or_insert(position);
            }
        }
        bom.link(root.as_deref(), &edges);
        bom
    }

    /// Where the component of that `bom-ref`, or with that package URL, stands.
    pub(super) fn position(&self, reference: &str) -> Option<usize> {
        let local = || reference.rsplit_once('#').map(|(_, rest)| rest);
        self.by_reference.get(reference).or_else(|| self.by_reference.get(local()?)).copied()
    }

    pub(super) fn part(&self, position: usize) -> Option<&Part> {
        self.parts.get(position)
    }

    pub(super) fn direct(&self, position: usize) -> Option<bool> {
        self.direct.get(&position).copied()
    }

    fn is_package(&self, position: usize) -> bool {
        self.part(position).is_some_and(|part| {
            !matches!(part.kind.as_deref(), Some("application" | "operating-system" | "container" | "platform" | "device"))
        })
    }

    /// Walks from the root down. What stands right under it, or under a manifest (a component of type application), is direct.
    fn link(&mut self, root: Option<&str>, edges: &[(String, Vec<String>)]) {
        let mut needs: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut tops = Vec::new();
        for (from, to) in edges {
            let targets: Vec<usize> = to.iter().filter_map(|reference| self.by_reference.get(reference).copied()).collect();
            match self.by_reference.get(from) {
                Some(position) if Some(from.as_str()) != root => needs.entry(*position).or_default().extend(targets),
                _ => tops.extend(targets),
            }
        }
        self.find_manifests(&needs);
        let has_graph = needs.iter().any(|(position, targets)| self.is_package(*position) && !targets.is_empty());
        if !has_graph {
            return;
        }
        let mut queue: VecDeque<(usize, Option<bool>)> = tops.into_iter().map(|position| (position, Some(true))).collect();
        let mut seen: HashSet<usize> = queue.iter().map(|(position, _)| *position).collect();
        while let Some((position, direct)) = queue.pop_front() {
            let is_package = self.is_package(position);
            if let (true, Some(direct)) = (is_package, direct) {
                self.direct.insert(position, direct);
            }
            // Nobody chose the packages of an operating system one by one.
            let is_system = self.part(position).is_some_and(|part| part.kind.as_deref() == Some("operating-system"));
            let below = direct.filter(|_| !is_system).map(|direct| direct && !is_package);
            for child in needs.get(&position).into_iter().flatten() {
                if seen.insert(*child) {
                    if is_package {
                        self.parent.insert(*child, position);
                    }
                    queue.push_back((*child, below));
                }
            }
        }
    }

    /// Which packages hang on which manifest: Trivy writes a lockfile as a component of type application with what it lists below.
    fn find_manifests(&mut self, needs: &HashMap<usize, Vec<usize>>) {
        let manifests = (0..self.parts.len()).filter(|position| self.part(*position).is_some_and(Part::is_manifest));
        let mut queue: VecDeque<(usize, usize)> = manifests.map(|position| (position, position)).collect();
        while let Some((position, manifest)) = queue.pop_front() {
            for child in needs.get(&position).into_iter().flatten() {
                if self.is_package(*child) && !self.manifest.contains_key(child) {
                    self.manifest.insert(*child, manifest);
                    queue.push_back((*child, manifest));
                }
            }
        }
    }

    /// The file that brings a component: as stated, else the manifest on which it hangs; one inside an image is no file of a repository.
    pub(super) fn file(&self, position: usize) -> Option<String> {
        let stated = self.part(position).and_then(Part::file);
        let listed = || self.part(*self.manifest.get(&position).filter(|_| self.run.image.is_none())?)?.name.clone();
        stated.or_else(listed)
    }

    /// The way from a direct dependency to the component, where it has two or more steps.
    pub(super) fn chain(&self, position: usize) -> Vec<String> {
        let mut chain = Vec::new();
        let mut at = Some(position);
        while let Some(part) = at.filter(|_| chain.len() < LONGEST_CHAIN).and_then(|position| self.part(position)) {
            let version = part.version.as_deref().map(|version| format!("@{version}")).unwrap_or_default();
            chain.push(format!("{}{version}", part.full_name()));
            at = at.and_then(|position| self.parent.get(&position).copied());
        }
        chain.reverse();
        if chain.len() > 1 { chain } else { Vec::new() }
    }

    /// Every component with a package URL.
    pub(super) fn components(&self) -> impl Iterator<Item = Component> {
        let running = self.phases.iter().any(|phase| phase == "operations");
        let unstated = self.phases.is_empty();
        self.parts.iter().enumerate().filter_map(move |(position, part)| {
            let mut component = sca::component(part.purl.as_deref()?, part.version.clone());
            component.direct = self.direct(position);
            component.licenses.clone_from(&part.licenses);
            component.file = self.file(position);
            let seen = part.evidence.occurrences.len() as u64;
            let said = part.property(&["runtime:loaded"]).and_then(|value| value.parse().ok());
            component.loaded = match said {
                Some(said) => Some(said),
                None if seen > 0 && (running || unstated) => Some(true),
                None if running => Some(false),
                None => None,
            };
            component.occurrences = (seen > 0 && component.loaded.is_some()).then_some(seen);
            Some(component)
        })
    }
}

/// Scanners and their names in Muster, so that one scan in two formats is one stream.
const SCANNERS: [(&str, &str); 8] = [
    ("trivy", "Trivy"),
    ("grype", "Grype"),
    ("pip-audit", "pip-audit"),
    ("osv-scanner", "OSV-Scanner"),
    ("snyk", "Snyk"),
    ("retire", "retire.js"),
    ("dependency-check", "dependency-check"),
    ("dependency-track", "Dependency-Track"),
];

/// How tools write the labels of an image: the name behind one of these.
const LABEL_PREFIXES: [&str; 3] = ["aquasecurity:trivy:Labels:", "syft:image:labels:", ""];

fn run(metadata: &Metadata) -> Run {
    let known = |name: &str| {
        let name = name.to_ascii_lowercase().replace(' ', "-");
        SCANNERS.iter().find(|(start, _)| name.starts_with(start)).map(|(_, name)| (*name).to_owned())
    };
    let scanner = metadata.tools.iter().find_map(|(name, version)| Some((known(name)?, version.clone())));
    let (tool, tool_version) = scanner.or_else(|| metadata.tools.first().cloned()).unwrap_or_else(|| ("CycloneDX".to_owned(), None));
    let at = metadata.timestamp.as_deref().and_then(Timestamp::lenient);
    let image = metadata.component.as_ref().and_then(image);
    let mut run = Run { tool, tool_version, at, image, repository: metadata.repository.clone(), ..Run::default() };
    if run.image.is_some() {
        oci_labels::take(&mut run, |label| {
            let names = LABEL_PREFIXES.map(|prefix| format!("{prefix}{label}"));
            let mut properties = metadata.component.iter().flat_map(|component| &component.properties).chain(&metadata.properties);
            properties.find(|property| property.is(&names.each_ref().map(String::as_str))).and_then(|property| property.value.clone())
        });
    } else {
        run.subjects = metadata.component.as_ref().map(subjects).unwrap_or_default();
    }
    run
}

/// The image of a component of type container, or with a package URL of an image. Grype writes the digest as the version.
fn image(part: &Part) -> Option<String> {
    let of_image = part.purl.as_deref().is_some_and(|purl| purl.starts_with("pkg:oci/"));
    if part.kind.as_deref() != Some("container") && !of_image {
        return None;
    }
    oci_labels::image_of(part.name.as_deref().unwrap_or_default(), part.purl.as_deref(), part.version.as_deref())
}

/// What is described, where it is no image: by package URL and by name.
fn subjects(part: &Part) -> Vec<String> {
    let purl = part.purl.as_deref().map(|purl| sca::component(purl, None).purl);
    purl.into_iter().chain(part.name.clone()).filter(|name| !name.is_empty() && name.len() <= LONGEST_SUBJECT).collect()
}
