//! What an SPDX document describes: an image with its labels, a repository, a folder; and which manifest lists which package.

use std::collections::{HashMap, VecDeque};

use model::Run;

use super::spdx::{Edges, Package, Relationship};
use super::{oci_labels, sca};

/// Most packages that may be what is described; a document with more that could be says nothing.
const MOST: usize = 1000;
/// Packages at the head of a document that may each be what is described, whatever they are.
const HEAD: usize = 50;
/// Most lines of one package that may hold labels, and longest name that is kept, in bytes.
const MOST_LINES: usize = 2000;
const LONGEST_NAME: usize = 300;

/// A package that may be what the document describes.
#[derive(Default)]
pub(super) struct Candidate {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) purl: Option<String>,
    pub(super) version: Option<String>,
    pub(super) is_image: bool,
    pub(super) download: Option<String>,
    /// `NAME: VALUE`.
    pub(super) lines: Vec<String>,
}

/// Packages that may be what the document describes, in the order of the document.
#[derive(Default)]
pub(super) struct Described {
    list: Vec<Candidate>,
    seen: usize,
}

impl Described {
    pub(super) fn add(&mut self, row: &Package) {
        self.seen += 1;
        if self.list.len() >= MOST || row.name.is_empty() {
            return;
        }
        let references = row.external_refs.as_deref().unwrap_or_default();
        let of_type = |kind: &str| references.iter().find(|one| one.reference_type.as_deref() == Some(kind));
        let purl = of_type("purl").and_then(|one| one.reference_locator.clone());
        let purpose = row.primary_package_purpose.as_deref().unwrap_or_default();
        let is_image = purpose == "CONTAINER" || purl.as_deref().is_some_and(names_image);
        // What is described stands at the head, or is none of the packages of an ecosystem.
        let is_library = purpose == "LIBRARY" || purl.as_deref().is_some_and(|purl| !purl.starts_with("pkg:github/"));
        if self.seen > HEAD && is_library && !is_image && !matches!(purpose, "APPLICATION" | "SOURCE") {
            return;
        }
        let comments = row.annotations.iter().filter_map(|annotation| annotation.comment.clone());
        let labels = references.iter().filter_map(|one| {
            let kind = one.reference_type.as_deref().filter(|kind| kind.starts_with("org."))?;
            Some(format!("{kind}: {}", one.reference_locator.as_deref()?))
        });
        let lines = comments.chain(row.attribution_texts.iter().cloned()).chain(labels).take(MOST_LINES).collect();
        self.list.push(Candidate {
            id: row.id.clone().unwrap_or_default(),
            name: row.name.clone(),
            purl,
            version: row.version_info.clone(),
            is_image,
            download: row.download_location.clone(),
            lines,
        });
    }

    pub(super) fn push(&mut self, candidate: Candidate) {
        if self.list.len() < MOST {
            self.list.push(candidate);
        }
    }

    /// A line that stands elsewhere in the document than with its package.
    pub(super) fn annotate(&mut self, id: &str, line: String) {
        if let Some(found) = self.list.iter_mut().find(|one| one.id == id && one.lines.len() < MOST_LINES) {
            found.lines.push(line);
        }
    }

    /// Says in the run what is described: the one package that the document says it describes, else the only image in it.
    pub(super) fn finish(self, edges: &Edges, run: &mut Run) {
        let only = |wanted: &dyn Fn(&&Candidate) -> bool| {
            let mut found = self.list.iter().filter(wanted);
            found.next().filter(|_| found.next().is_none())
        };
        let Some(one) = only(&|one| edges.is_root(&one.id)).or_else(|| only(&|one| one.is_image)) else { return };
        if one.is_image {
            run.image = oci_labels::image_of(&one.name, one.purl.as_deref(), one.version.as_deref());
            oci_labels::take_lines(run, &one.lines);
            return;
        }
        // GitHub's export: `pkg:github/acme/shop@main`; Trivy of a repository: `git+https://github.com/acme/shop`.
        let of_purl = one.purl.as_deref().and_then(|purl| purl.strip_prefix("pkg:github/"));
        let of_purl = of_purl.and_then(|rest| rest.split(['@', '?', '#']).next()).map(|name| format!("github.com/{name}"));
        let of_download = || one.download.as_deref().and_then(|text| text.strip_prefix("git+"));
        run.repository = of_purl.or_else(|| of_download().map(|text| text.split('@').next().unwrap_or(text).to_owned()));
        let purl = one.purl.as_deref().map(|purl| sca::component(purl, None).purl);
        run.subjects = purl.into_iter().chain([one.name.clone()]).filter(|name| name.len() <= LONGEST_NAME).collect();
    }
}

/// True for a package URL of an image.
pub(super) fn names_image(purl: &str) -> bool {
    purl.starts_with("pkg:oci/") || purl.starts_with("pkg:docker/")
}

/// The file that the words of Trivy or Syft on the origin of a package name.
pub(super) fn file_in(source_info: &str) -> Option<String> {
    let info = source_info.trim();
    let path = match info.strip_prefix("package found in:") {
        Some(path) => path.trim(),
        None => info.strip_prefix("acquired package info from ")?.split_once(": ")?.1.split(',').next()?.trim(),
    };
    Some(path.to_owned()).filter(|path| !path.is_empty() && path.len() <= 1000)
}

/// Which manifest lists which package: Trivy writes a lockfile as a package of purpose APPLICATION without a package URL.
#[derive(Default)]
pub(super) struct Manifests {
    names: HashMap<String, String>,
    below: HashMap<String, Vec<String>>,
}

impl Manifests {
    pub(super) fn add(&mut self, row: &Package) {
        let of_language = row.annotations.iter().any(|one| one.comment.as_deref() == Some("Class: lang-pkgs"))
            || row.attribution_texts.iter().any(|text| text == "Class: lang-pkgs");
        // Packages that were found in files of their own hang on `Java` or `Python`, which is no file.
        let is_file = row.name.contains(['/', '.', '_']) || row.name.contains("lock");
        if row.primary_package_purpose.as_deref() == Some("APPLICATION") && of_language && is_file && row.external_refs.is_none() {
            self.names.extend(row.id.clone().map(|id| (id, row.name.clone())));
        }
    }

    pub(super) fn relate(&mut self, row: &Relationship) {
        let (Some(from), Some(to)) = (row.spdx_element_id.clone(), row.related_spdx_element.clone()) else { return };
        if matches!(row.relationship_type.as_deref(), Some("CONTAINS" | "DEPENDS_ON")) {
            self.below.entry(from).or_default().push(to);
        }
    }

    /// Package to manifest.
    pub(super) fn finish(self) -> HashMap<String, String> {
        let mut out = HashMap::new();
        let mut manifests: Vec<(&String, &String)> = self.names.iter().collect();
        manifests.sort();
        let mut queue: VecDeque<(&String, &String)> = manifests.into();
        while let Some((id, manifest)) = queue.pop_front() {
            for child in self.below.get(id).into_iter().flatten() {
                if !self.names.contains_key(child) && !out.contains_key(child) {
                    out.insert(child.clone(), manifest.clone());
                    queue.push_back((child, manifest));
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use model::{Component, Run};

    use super::super::spdx::FORMAT;
    use crate::{Input, Output};

    fn read(name: &str, text: &str) -> (Run, Vec<Component>) {
        let input = Input::from_bytes(name, text.as_bytes().to_vec());
        let mut sink = |finding| panic!("{finding:?}");
        let mut out = Output::new("spdx", &mut sink);
        (FORMAT.parse)(&input, &mut out).unwrap();
        let mut read = out.finish();
        (read.runs.remove(0), read.components.into_iter().map(|(_, one)| one).collect())
    }

    const SOURCE: &str = "https://github.com/acme/shop";
    const DIGEST: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

    #[test]
    fn an_image_with_its_labels_in_annotations_and_references() {
        let text = r#"{"spdxVersion": "SPDX-2.3", "creationInfo": {"creators": ["Tool: trivy-0.62.0"]}, "packages": [
 {"SPDXID": "SPDXRef-ContainerImage-1", "name": "r.example/acme/api:1.4", "downloadLocation": "NONE", "primaryPackagePurpose": "CONTAINER",
  "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:oci/api@DIGEST?arch=amd64&repository_url=r.example%2Facme%2Fapi"},
   {"referenceCategory": "OTHER", "referenceType": "org.opencontainers.image.revision", "referenceLocator": "c0ffee1"}],
  "annotations": [{"annotator": "Tool: trivy-0.62.0", "annotationType": "OTHER", "comment": "Labels:org.opencontainers.image.source: SOURCE"},
   {"annotator": "Tool: trivy-0.62.0", "annotationType": "OTHER", "comment": "Labels:org.opencontainers.image.base.digest: sha256:ab"}]},
 {"SPDXID": "SPDXRef-Package-1", "name": "qs", "versionInfo": "6.7.0", "downloadLocation": "NONE", "primaryPackagePurpose": "LIBRARY", "sourceInfo": "package found in: app/qs/package.json",
  "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/qs@6.7.0"}]}],
 "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-ContainerImage-1"}]}"#;
        let (run, packages) = read("image.spdx.json", &text.replace("SOURCE", SOURCE).replace("DIGEST", &DIGEST.replace(':', "%3A")));
        assert_eq!(run.image, Some(format!("r.example/acme/api:1.4@{DIGEST}")));
        assert_eq!((run.repository.as_deref(), run.revision.as_deref()), (Some(SOURCE), Some("c0ffee1")));
        assert_eq!((run.base_image.as_deref(), run.subjects.len()), (Some("@sha256:ab"), 0));
        assert_eq!(packages.iter().find(|one| one.purl.contains("qs")).unwrap().file.as_deref(), Some("app/qs/package.json"));
    }

    #[test]
    fn the_same_in_tag_value_and_in_spdx_3() {
        let tags = format!(
            "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: api\n\nPackageName: r.example/acme/api\nSPDXID: SPDXRef-image\nPackageVersion: {DIGEST}\n\
             PrimaryPackagePurpose: CONTAINER\nPackageDownloadLocation: NONE\n\nAnnotator: Tool: trivy-0.62.0\nAnnotationType: OTHER\n\
             AnnotationComment: <text>Labels:org.opencontainers.image.source: {SOURCE}</text>\nSPDXREF: SPDXRef-image\n\n\
             Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-image\n"
        );
        let three = format!(
            r#"{{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
 {{"type": "software_Sbom", "spdxId": "urn:s", "rootElement": ["urn:image"]}},
 {{"type": "Annotation", "spdxId": "urn:note", "annotationType": "other", "subject": "urn:image", "statement": "org.opencontainers.image.source: {SOURCE}"}},
 {{"type": "software_Package", "spdxId": "urn:image", "name": "r.example/acme/api", "software_packageVersion": "{DIGEST}", "software_primaryPurpose": "container"}}]}}"#
        );
        for (name, text) in [("image.spdx", tags), ("image.spdx3.json", three)] {
            let (run, _) = read(name, &text);
            assert_eq!((run.image, run.repository.as_deref()), (Some(format!("r.example/acme/api@{DIGEST}")), Some(SOURCE)), "{name}");
        }
    }

    #[test]
    fn a_repository_and_the_manifest_that_lists_a_package() {
        let text = r#"{"spdxVersion": "SPDX-2.3", "documentDescribes": ["SPDXRef-root"], "packages": [
 {"SPDXID": "SPDXRef-root", "name": "com.github.acme/shop", "versionInfo": "main", "downloadLocation": "git+https://github.com/acme/shop",
  "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:github/acme/shop@main"}]},
 {"SPDXID": "SPDXRef-lock", "name": "services/api/package-lock.json", "downloadLocation": "NONE", "primaryPackagePurpose": "APPLICATION",
  "annotations": [{"comment": "Class: lang-pkgs"}, {"comment": "Type: npm"}]},
 {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1.0.0", "downloadLocation": "NONE", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/a@1.0.0"}]},
 {"SPDXID": "SPDXRef-b", "name": "b", "versionInfo": "1.0.0", "downloadLocation": "NONE", "sourceInfo": "acquired package info from installed node module manifest file: /web/package-lock.json, /x",
  "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/b@1.0.0"}]},
 {"SPDXID": "SPDXRef-c", "name": "c", "versionInfo": "1.0.0", "downloadLocation": "NONE", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/c@1.0.0"}]}],
 "relationships": [{"spdxElementId": "SPDXRef-lock", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-a"},
  {"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-c"}, {"spdxElementId": "SPDXRef-c", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-a"}]}"#;
        let (run, packages) = read("repo.spdx.json", text);
        assert_eq!((run.repository.as_deref(), run.image), (Some("github.com/acme/shop"), None));
        assert_eq!(run.subjects, ["pkg:github/acme/shop", "com.github.acme/shop"]);
        let file = |name: &str| packages.iter().find(|one| one.purl == name).unwrap().file.clone();
        assert_eq!(file("pkg:npm/a").as_deref(), Some("services/api/package-lock.json"));
        assert_eq!(file("pkg:npm/c").as_deref(), Some("services/api/package-lock.json"), "through a");
        assert_eq!(file("pkg:npm/b").as_deref(), Some("/web/package-lock.json"));
    }
}
