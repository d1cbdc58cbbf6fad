//! SPDX 3 in JSON-LD: elements in one `@graph`, tied by relationships.

use std::collections::HashMap;

use model::{Component, Timestamp};
use serde_json::Value;

use super::sca;
use super::spdx::Edges;
use super::spdx_subject::{Candidate, Described, names_image};
use crate::read::lenient;
use crate::{Input, Output, ParseError};

/// What the relationships are needed for, until all elements are known.
#[derive(Default)]
struct Graph {
    packages: Vec<(String, Component)>,
    /// Licence expressions by element.
    licences: HashMap<String, String>,
    /// Package to licence elements.
    licensed: Vec<(String, Vec<String>)>,
    edges: Edges,
    described: Described,
    /// Element to what is noted of it.
    notes: Vec<(String, String)>,
}

/// Most notes that are kept until their elements are known.
const MOST_NOTES: usize = 20_000;

pub(super) fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut graph = Graph::default();
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "@graph" | "element" => json.array(|json, _| {
            let place = json.place();
            match json.row::<Value>()? {
                Ok(element) => graph.add(&element, out),
                Err(reason) => out.warn(place, reason),
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()?;
    graph.finish(out);
    Ok(())
}

fn text(element: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| element.get(name).and_then(lenient::scalar)).filter(|text| !text.is_empty())
}

/// One text, or several.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(list)) => list.iter().filter_map(lenient::scalar).collect(),
        Some(value) => lenient::scalar(value).into_iter().collect(),
        None => Vec::new(),
    }
}

impl Graph {
    fn add(&mut self, element: &Value, out: &mut Output<'_>) {
        let id = text(element, &["spdxId", "@id"]).unwrap_or_default();
        match text(element, &["type", "@type"]).unwrap_or_default().as_str() {
            "software_Package" => {
                let purl = purl(element);
                let purpose = text(element, &["software_primaryPurpose"]).unwrap_or_default();
                if purpose != "library" {
                    self.described.push(Candidate {
                        id: id.clone(),
                        name: text(element, &["name"]).unwrap_or_default(),
                        is_image: purpose == "container" || purl.as_deref().is_some_and(names_image),
                        purl: purl.clone(),
                        version: text(element, &["software_packageVersion"]),
                        download: text(element, &["software_downloadLocation"]),
                        lines: Vec::new(),
                    });
                }
                let Some(purl) = purl else { return };
                let component = sca::component(&purl, text(element, &["software_packageVersion"]));
                self.packages.push((id, component));
            }
            "simplelicensing_LicenseExpression" => {
                self.licences.extend(text(element, &["simplelicensing_licenseExpression"]).map(|expression| (id, expression)));
            }
            // A licence of the SPDX list names itself: `https://spdx.org/licenses/MIT`.
            "expandedlicensing_ListedLicense" => {
                self.licences.extend(id.rsplit('/').next().map(str::to_owned).map(|name| (id.clone(), name)));
            }
            "software_Sbom" | "SpdxDocument" => texts(element.get("rootElement")).into_iter().for_each(|root| self.edges.root(root)),
            "CreationInfo" => {
                let at = text(element, &["created"]).and_then(|time| Timestamp::lenient(&time));
                let run = out.this();
                run.at = run.at.or(at);
            }
            "Tool" => {
                if let Some(name) = text(element, &["name"]) {
                    out.this().tool = name;
                }
            }
            "Annotation" => {
                if let (Some(subject), Some(statement)) = (text(element, &["subject"]), text(element, &["statement"]))
                    && self.notes.len() < MOST_NOTES
                {
                    self.notes.push((subject, statement));
                }
            }
            "Relationship" | "LifecycleScopedRelationship" => self.relate(element),
            _ => {}
        }
    }

    fn relate(&mut self, element: &Value) {
        let (Some(from), to) = (text(element, &["from"]), texts(element.get("to"))) else { return };
        match text(element, &["relationshipType"]).unwrap_or_default().as_str() {
            "dependsOn" => to.into_iter().for_each(|to| self.edges.depends(from.clone(), to)),
            "describes" => to.into_iter().for_each(|to| self.edges.root(to)),
            "hasDeclaredLicense" | "hasConcludedLicense" => self.licensed.push((from, to)),
            _ => {}
        }
    }

    fn finish(mut self, out: &mut Output<'_>) {
        let mut described = std::mem::take(&mut self.described);
        std::mem::take(&mut self.notes).into_iter().for_each(|(id, line)| described.annotate(&id, line));
        described.finish(&self.edges, out.this());
        let mut licences: HashMap<String, Vec<String>> = HashMap::new();
        for (package, elements) in self.licensed {
            let known = licences.entry(package).or_default();
            for element in elements {
                // The licence may stand in another document: its address names it.
                let name = self.licences.get(&element).cloned();
                let name = name.or_else(|| element.strip_prefix("https://spdx.org/licenses/").map(str::to_owned));
                if let Some(name) = name.filter(|name| !known.contains(name) && !matches!(name.as_str(), "NOASSERTION" | "NONE")) {
                    known.push(name);
                }
            }
        }
        for (id, mut component) in self.packages {
            component.direct = self.edges.direct(&id);
            component.licenses = licences.remove(&id).unwrap_or_default();
            out.component(component);
        }
    }
}

/// The package's URL: stated, or among its external identifiers.
fn purl(element: &Value) -> Option<String> {
    let stated = text(element, &["software_packageUrl"]);
    stated.filter(|purl| purl.starts_with("pkg:")).or_else(|| {
        let identifiers = element.get("externalIdentifier").and_then(Value::as_array)?;
        identifiers.iter().find_map(|one| text(one, &["identifier"]).filter(|purl| purl.starts_with("pkg:")))
    })
}

#[cfg(test)]
mod tests {
    use crate::{Input, Output};

    #[test]
    fn packages_with_licences_and_what_depends_on_what() {
        let text = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
            {"type": "CreationInfo", "@id": "_:c", "created": "2026-01-02T03:04:05Z"},
            {"type": "software_Sbom", "spdxId": "urn:s", "rootElement": ["urn:root"]},
            {"type": "software_Package", "spdxId": "urn:root", "name": "shop"},
            {"type": "software_Package", "spdxId": "urn:a", "name": "a", "software_packageVersion": "1.0.0", "software_packageUrl": "pkg:npm/a@1.0.0"},
            {"type": "software_Package", "spdxId": "urn:b", "name": "b", "software_packageVersion": "2.0.0",
             "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl", "identifier": "pkg:npm/b@2.0.0"}]},
            {"type": "Relationship", "from": "urn:root", "to": ["urn:a"], "relationshipType": "dependsOn"},
            {"type": "Relationship", "from": "urn:a", "to": ["urn:b"], "relationshipType": "dependsOn"},
            {"type": "Relationship", "from": "urn:a", "to": ["urn:l"], "relationshipType": "hasDeclaredLicense"},
            {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:l", "simplelicensing_licenseExpression": "MIT"}]}"#;
        let input = Input::from_bytes("bom.spdx3.json", text.as_bytes().to_vec());
        let mut sink = |finding| panic!("{finding:?}");
        let mut out = Output::new("spdx", &mut sink);
        (super::super::spdx::FORMAT.parse)(&input, &mut out).unwrap();
        let read = out.finish();
        let shown: Vec<_> = read
            .components
            .iter()
            .map(|(_, one)| (one.purl.as_str(), one.version.as_deref(), one.direct, one.licenses.join(",")))
            .collect();
        assert_eq!(
            shown,
            [("pkg:npm/a", Some("1.0.0"), Some(true), "MIT".to_owned()), ("pkg:npm/b", Some("2.0.0"), Some(false), String::new())]
        );
        assert_eq!(read.runs[0].at.map(|at| at.to_string()).as_deref(), Some("2026-01-02T03:04:05Z"));
    }

    #[test]
    fn a_cut_document_is_refused() {
        let text = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [{"type": "software_Package""#;
        let input = Input::from_bytes("bom.spdx3.json", text.as_bytes().to_vec());
        let mut sink = |_| ();
        assert!((super::super::spdx::FORMAT.parse)(&input, &mut Output::new("spdx", &mut sink)).is_err());
    }
}
