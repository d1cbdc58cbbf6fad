//! SPDX 2.2 and 2.3 (JSON and tag-value) and SPDX 3 (JSON-LD): packages of a target.
//!
//! Make it with `syft IMAGE -o spdx-json`, `trivy image --format spdx-json IMAGE`, or GitHub's "Export SBOM".
//!
//! - every package with a package URL (`externalRefs` of type purl) is a component, with its declared licence.
//! - index: `packages[].externalRefs[]` of type `advisory`, `url` or an unknown one; those whose locator names a vulnerability (CVE, GHSA …) count.
//!   That is how a document points at known vulnerabilities; rule is the identifier, severity unknown. A `fix` of the same identifier is a
//!   reference. CPE names are no results.
//! - ran: never. An SBOM says what is there, not that somebody looked for vulnerabilities: it closes nothing.
//! - what the described package depends on is direct, what is only needed by others is not, where the document has such relationships below the
//!   described package.
//! - SPDX 3: elements of type `software_Package` with their package URL, version, licence and `dependsOn`; its security profile is left out.
//! - what the document describes says of which image, repository or folder it speaks: its package URL (`pkg:oci`, `pkg:docker`, `pkg:github`), its name, its
//!   download location. Labels of the image (`org.opencontainers.image.source`, `.revision`, `.base.name`, `.base.digest`) are taken from annotations and
//!   attribution texts, as Trivy writes them (`Labels:NAME: VALUE`), and from external references whose type is the label's name.
//! - the file that brings a package: `sourceInfo` of Trivy (`package found in: …`) and Syft (`acquired package info from …: /path`), else the manifest (a
//!   package of purpose APPLICATION) that contains it.
//! - left out: files, snippets.
//!
//! # Differs
//! - Other importers take a vulnerability without a rating for medium; here it is unknown.

use std::collections::HashSet;

use model::{Component, Finding, Kind, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use super::spdx_subject::{Described, Manifests, file_in};
use crate::read::json::Json;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// SPDX 2.x and 3.
pub(crate) static FORMAT: Format = Format {
    id: "spdx",
    name: "SPDX",
    kinds: &[Kind::Sca, Kind::Container],
    media: &[Media::Json, Media::Text],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let json = head.value("spdxVersion").is_some_and(|version| version.starts_with("SPDX-"))
        || head.has_all(&["packages[].SPDXID", "packages[].downloadLocation"]);
    Match::sure_if(json || is_three(head) || head.starts_with("SPDXVersion: SPDX-2"))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Package {
    pub(super) name: String,
    #[serde(rename = "SPDXID", default, deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) version_info: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) primary_package_purpose: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) download_location: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) source_info: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) annotations: Vec<Annotation>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) attribution_texts: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    license_declared: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    license_concluded: Option<String>,
    #[serde(default)]
    pub(super) external_refs: Option<Vec<Reference>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Annotation {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) comment: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Reference {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) reference_type: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) reference_locator: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Relationship {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) spdx_element_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) relationship_type: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) related_spdx_element: Option<String>,
}

fn is_three(head: &Head<'_>) -> bool {
    head.value("@context").is_some_and(|context| context.contains("spdx.org/rdf/3"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("SPDX");
    if !input.head().is_json() {
        return tag_value(input, out);
    }
    if is_three(&input.head()) {
        return super::spdx3::parse(input, out);
    }
    // Packages with their ids, to be told direct from transitive once the relationships are known.
    let mut listed: Vec<(String, Component)> = Vec::new();
    let mut edges = Edges::default();
    let mut described = Described::default();
    let mut manifests = Manifests::default();
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "spdxVersion" if scalar(json)?.is_some_and(|version| !version.starts_with("SPDX-2")) => Err(unsupported()),
        "creationInfo" => {
            let info = json.row::<Value>()?.unwrap_or_default();
            created(out, info.get("created").and_then(lenient::scalar));
            let creators = info.get("creators").and_then(Value::as_array);
            creators.into_iter().flatten().filter_map(Value::as_str).for_each(|creator| creator_of(out, creator));
            Ok(())
        }
        "documentDescribes" => json.array(|json, _| {
            scalar(json)?.into_iter().for_each(|root| edges.root(root));
            Ok(())
        }),
        "packages" => json.rows(out, |out, row: Package| {
            described.add(&row);
            manifests.add(&row);
            if let Some(component) = package(&row, out) {
                listed.push((row.id.unwrap_or_default(), component));
            }
        }),
        "relationships" => json.array(|json, _| {
            if let Ok(row) = json.row::<Relationship>()? {
                edges.add(&row);
                manifests.relate(&row);
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()?;
    described.finish(&edges, out.this());
    let mut of_manifest = manifests.finish();
    for (id, mut component) in listed {
        component.direct = edges.direct(&id);
        if out.this().image.is_none() {
            component.file = component.file.or_else(|| of_manifest.remove(&id));
        }
        out.component(component);
    }
    Ok(())
}

/// Who depends on whom.
#[derive(Default)]
pub(super) struct Edges {
    roots: HashSet<String>,
    /// What the described packages depend on.
    of_roots: HashSet<String>,
    of_others: HashSet<String>,
    pending: Vec<(String, String)>,
}

impl Edges {
    fn add(&mut self, row: &Relationship) {
        let (Some(from), Some(to)) = (row.spdx_element_id.clone(), row.related_spdx_element.clone()) else { return };
        match row.relationship_type.as_deref().unwrap_or_default() {
            "DESCRIBES" => drop(self.roots.insert(to)),
            "DESCRIBED_BY" => drop(self.roots.insert(from)),
            "DEPENDS_ON" | "RUNTIME_DEPENDENCY" => self.depends(from, to),
            "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" => self.depends(to, from),
            _ => {}
        }
    }

    pub(super) fn root(&mut self, id: String) {
        self.roots.insert(id);
    }

    /// True for what the document describes.
    pub(super) fn is_root(&self, id: &str) -> bool {
        self.roots.contains(id)
    }

    pub(super) fn depends(&mut self, from: String, to: String) {
        self.pending.push((from, to));
    }

    /// True for what a described package depends on, false for what only others do. Nothing is known of documents in which all hangs on the
    /// described package: they flatten the tree.
    pub(super) fn direct(&mut self, id: &str) -> Option<bool> {
        for (from, to) in std::mem::take(&mut self.pending) {
            let side = if self.roots.contains(&from) { &mut self.of_roots } else { &mut self.of_others };
            side.insert(to);
        }
        if self.of_roots.is_empty() || self.of_others.is_empty() {
            return None;
        }
        match (self.of_roots.contains(id), self.of_others.contains(id)) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }
}

fn scalar(json: &mut Json<'_>) -> Result<Option<String>, ParseError> {
    Ok(json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar))
}

fn unsupported() -> ParseError {
    ParseError::whole("neither SPDX 2 nor SPDX 3 in JSON-LD; write the SBOM as SPDX 2.3 or CycloneDX")
}

fn created(out: &mut Output<'_>, time: Option<String>) {
    out.this().at = time.and_then(|time| Timestamp::lenient(&time));
}

/// `Tool: syft-1.50.0`.
fn creator_of(out: &mut Output<'_>, creator: &str) {
    if let Some(tool) = creator.strip_prefix("Tool: ") {
        let (name, version) =
            tool.rsplit_once('-').filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit())).unwrap_or((tool, ""));
        let run = out.this();
        run.tool = name.to_owned();
        run.tool_version = Some(version.to_owned()).filter(|version| !version.is_empty());
    }
}

/// Most annotations of a tag-value document that are kept until their packages are known.
const MOST_NOTES: usize = 20_000;

/// Lines of `Key: value`; a package starts with its name.
fn tag_value(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut current = Package::default();
    let mut described = Described::default();
    let mut edges = Edges::default();
    let mut annotated: Vec<(String, String)> = Vec::new();
    let mut comment = String::new();
    let ended = crate::read::lines::each(input, |_, line| {
        let Some((key, value)) = line.split_once(": ") else { return Ok(()) };
        let value = value.trim();
        match key {
            "PackageName" => {
                let ready = std::mem::take(&mut current);
                described.add(&ready);
                if let Some(component) = package(&ready, out) {
                    out.component(component);
                }
                current.name = value.to_owned();
            }
            "SPDXID" => current.id = Some(value.to_owned()),
            "PrimaryPackagePurpose" => current.primary_package_purpose = Some(value.to_owned()),
            "PackageDownloadLocation" => current.download_location = Some(value.to_owned()),
            "PackageSourceInfo" => current.source_info = Some(untag(value)),
            "PackageAttributionText" => current.attribution_texts.push(untag(value)),
            "AnnotationComment" => comment = untag(value),
            "SPDXREF" if annotated.len() < MOST_NOTES => annotated.push((value.to_owned(), std::mem::take(&mut comment))),
            "Relationship" => {
                let mut words = value.split_whitespace().map(str::to_owned);
                let row =
                    Relationship { spdx_element_id: words.next(), relationship_type: words.next(), related_spdx_element: words.next() };
                if matches!(row.relationship_type.as_deref(), Some("DESCRIBES" | "DESCRIBED_BY")) {
                    edges.add(&row);
                }
            }
            "PackageVersion" => current.version_info = Some(value.to_owned()),
            "PackageLicenseDeclared" => current.license_declared = Some(value.to_owned()),
            "PackageLicenseConcluded" => current.license_concluded = Some(value.to_owned()),
            "Created" => created(out, Some(value.to_owned())),
            "Creator" => creator_of(out, value),
            "ExternalRef" => {
                // Category, type, locator.
                let mut words = value.split_whitespace().skip(1).map(str::to_owned);
                let reference = Reference { reference_type: words.next(), reference_locator: words.next() };
                current.external_refs.get_or_insert_default().push(reference);
            }
            _ => {}
        }
        Ok(())
    })?;
    described.add(&current);
    if let Some(component) = package(&current, out) {
        out.component(component);
    }
    annotated.into_iter().for_each(|(id, line)| described.annotate(&id, line));
    described.finish(&edges, out.this());
    if !ended {
        out.warn("the last line", "no line break at its end; the file may be cut off");
    }
    Ok(())
}

/// Text of a tag-value document without the tags around it.
fn untag(value: &str) -> String {
    value.trim_start_matches("<text>").trim_end_matches("</text>").to_owned()
}

/// Hands over what points at vulnerabilities; answers the package as a component, where it has a package URL.
fn package(row: &Package, out: &mut Output<'_>) -> Option<Component> {
    let references = row.external_refs.as_deref().unwrap_or_default();
    let of_type = |kind: &'static str| references.iter().filter(move |reference| reference.reference_type.as_deref() == Some(kind));
    let purl = of_type("purl").find_map(|reference| reference.reference_locator.clone());
    let licenses: Vec<String> = [&row.license_declared, &row.license_concluded]
        .into_iter()
        .flatten()
        .find(|license| !matches!(license.as_str(), "NOASSERTION" | "NONE"))
        .cloned()
        .into_iter()
        .collect();
    let component = purl.as_ref().map(|purl| {
        let mut component = sca::component(purl, row.version_info.clone());
        component.licenses.clone_from(&licenses);
        component.file = row.source_info.as_deref().and_then(file_in);
        component
    });
    // All types of the specification that name a package or point elsewhere; what is left points at a vulnerability if it names one.
    const OTHER: [&str; 12] =
        ["purl", "cpe22Type", "cpe23Type", "swid", "fix", "swh", "gitoid", "maven-central", "npm", "nuget", "bower", "idstring"];
    let is_other = |kind: &str| OTHER.contains(&kind) || kind.starts_with("org.opencontainers.");
    let is_pointer = |reference: &&Reference| !reference.reference_type.as_deref().is_some_and(is_other);
    for reference in references.iter().filter(is_pointer) {
        let locator = reference.reference_locator.as_deref().unwrap_or_default();
        let Some(id) = locator.split(['/', '?', '#', '=']).rev().find(|part| sca::is_public_id(part)) else {
            if locator.contains("://") {
                out.no_finding();
            } else {
                out.bad_row(&row.name, "a reference to a vulnerability without an address");
            }
            continue;
        };
        let is_system =
            purl.as_deref().is_some_and(|purl| ["pkg:deb/", "pkg:rpm/", "pkg:apk/"].iter().any(|start| purl.starts_with(start)));
        let kind = if is_system { Kind::Container } else { Kind::Sca };
        let mut finding = Finding::new(kind, id, format!("{id} in {}", row.name));
        sca::identify(&mut finding, id, []);
        finding.references = [reference]
            .into_iter()
            .chain(of_type("fix").filter(|fix| fix.reference_locator.as_deref().is_some_and(|text| text.contains(id))))
            .filter_map(|reference| reference.reference_locator.clone())
            .collect();
        let package = finding.package_mut();
        package.name = Some(purl.as_deref().and_then(sca::maven_name).unwrap_or_else(|| row.name.clone()));
        package.version.clone_from(&row.version_info);
        package.purl.clone_from(&purl);
        package.licenses.clone_from(&licenses);
        if let Some(file) = component.as_ref().and_then(|component| component.file.as_deref()) {
            sca::in_file(&mut finding, file);
        }
        out.finding(finding);
    }
    component
}
