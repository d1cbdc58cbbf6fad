//! CycloneDX in XML, turned into the shapes of the JSON.

use super::cyclonedx_bom::{
    Affect, AffectedVersion, Analysis, Bom, Evidence, Metadata, Occurrence, Part, Property, Rating, Reference, Source, Vulnerability,
};
use crate::read::lenient;
use crate::read::xml::{self, Element};
use crate::{Input, ParseError};

/// Elements that hold components and dependencies which are not those of the BOM.
const ASIDE: [&str; 5] = ["compositions", "formulation", "declarations", "annotations", "services"];

/// Reads everything but the vulnerabilities.
pub(super) fn read(input: &Input) -> Result<Bom, ParseError> {
    let mut metadata = Metadata::default();
    let mut parts = Vec::new();
    let mut edges = Vec::new();
    let rows = [&["metadata", "component", "dependency", "vulnerability"][..], &ASIDE[..]].concat();
    xml::rows(input, &rows, |row| {
        match row.name.as_str() {
            "metadata" => metadata = metadata_of(&row),
            "component" => parts.push(part(&row)),
            "dependency" => {
                let targets = row.children("dependency").filter_map(|child| child.attr("ref")).map(str::to_owned).collect();
                edges.push((row.attr("ref").unwrap_or_default().to_owned(), targets));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(Bom::new(metadata, parts, edges))
}

/// Takes a vulnerability, or why it cannot be read, with its place and the component that it stands in.
type Each<'a> = &'a mut dyn FnMut(String, Result<Vulnerability, String>, Option<&Part>);

/// Calls `each` with every vulnerability, its place, and the component that it stands in (extension of 1.2).
pub(super) fn vulnerabilities(
    input: &Input,
    mut each: impl FnMut(String, Result<Vulnerability, String>, Option<&Part>),
) -> Result<(), ParseError> {
    let rows = [&["metadata", "component", "vulnerability"][..], &ASIDE[..]].concat();
    xml::rows(input, &rows, |row| {
        match row.name.as_str() {
            "vulnerability" => each(place(&row), vulnerability(&row), None),
            "component" => inside(&row, &mut each),
            _ => {}
        }
        Ok(())
    })
}

/// The vulnerabilities of a component and of the components inside it.
fn inside(component: &Element, each: Each<'_>) {
    let own = under(component, "vulnerabilities", "vulnerability").collect::<Vec<_>>();
    if !own.is_empty() {
        let owner = part(component);
        own.into_iter().for_each(|row| each(place(row), vulnerability(row), Some(&owner)));
    }
    under(component, "components", "component").for_each(|inner| inside(inner, each));
}

fn place(row: &Element) -> String {
    format!("byte {}", row.offset)
}

fn text(element: &Element, path: &str) -> Option<String> {
    element.text_at(path).map(str::to_owned)
}

fn under<'a>(element: &'a Element, list: &'a str, name: &'a str) -> impl Iterator<Item = &'a Element> {
    element.children(list).flat_map(move |list| list.children(name))
}

fn metadata_of(row: &Element) -> Metadata {
    let tools = under(row, "tools", "tool").chain(row.children("tools").flat_map(|tools| under(tools, "components", "component")));
    let reference = row
        .child("component")
        .and_then(|component| under(component, "externalReferences", "reference").find(|r| r.attr("type") == Some("vcs")));
    Metadata {
        timestamp: text(row, "timestamp"),
        tools: tools.filter_map(|tool| Some((text(tool, "name")?, text(tool, "version")))).collect(),
        component: row.child("component").map(part),
        phases: under(row, "lifecycles", "lifecycle").filter_map(|phase| text(phase, "phase")).collect(),
        repository: reference.and_then(|reference| text(reference, "url")),
        properties: properties(row),
    }
}

/// Recursion is bounded: the XML reader refuses documents nested deeper than 200.
fn part(row: &Element) -> Part {
    let licenses = row.child("licenses");
    let named = licenses
        .into_iter()
        .flat_map(|licenses| licenses.children("license"))
        .filter_map(|license| text(license, "id").or_else(|| text(license, "name")));
    let expressions = licenses.into_iter().filter_map(|licenses| text(licenses, "expression"));
    let occurrences = row.child("evidence").into_iter().flat_map(|evidence| under(evidence, "occurrences", "occurrence"));
    Part {
        reference: row.attr("bom-ref").map(str::to_owned),
        kind: row.attr("type").map(str::to_owned),
        group: text(row, "group"),
        name: text(row, "name"),
        version: text(row, "version"),
        purl: text(row, "purl"),
        licenses: named.chain(expressions).collect(),
        evidence: Evidence { occurrences: occurrences.map(|occurrence| Occurrence { location: text(occurrence, "location") }).collect() },
        properties: properties(row),
        components: under(row, "components", "component").map(part).collect(),
    }
}

fn properties(row: &Element) -> Vec<Property> {
    let property = |property: &Element| Property { name: property.attr("name").map(str::to_owned), value: Some(property.text.clone()) };
    under(row, "properties", "property").map(property).collect()
}

/// The source as an element with `name` and `url`, or with the name as attribute (extension of 1.2).
fn source(row: &Element) -> Source {
    row.child("source").map_or_else(Source::default, |source| Source {
        name: text(source, "name").or_else(|| source.attr("name").map(str::to_owned)),
        url: text(source, "url"),
    })
}

fn vulnerability(row: &Element) -> Result<Vulnerability, String> {
    let id = text(row, "id").ok_or("a vulnerability without `id`")?;
    let rating = |rating: &Element| Rating {
        source: source(rating),
        score: rating.text_at("score/base").or_else(|| rating.text_at("score")).and_then(|score| score.parse().ok()),
        severity: text(rating, "severity"),
        method: text(rating, "method"),
        vector: text(rating, "vector"),
    };
    let advisory =
        |advisory: &Element| Source { name: text(advisory, "title"), url: text(advisory, "url").or_else(|| Some(advisory.text.clone())) };
    let mut affects: Vec<Affect> = under(row, "affects", "target").map(affect).collect();
    if let Some(reference) = row.attr("ref").filter(|_| affects.is_empty()) {
        affects.push(Affect { reference: Some(reference.to_owned()), versions: Vec::new() });
    }
    Ok(Vulnerability {
        id,
        source: source(row),
        references: under(row, "references", "reference").map(|reference| Reference { id: text(reference, "id") }).collect(),
        ratings: under(row, "ratings", "rating").map(rating).collect(),
        cwes: under(row, "cwes", "cwe").filter_map(|cwe| lenient::cwe(&cwe.text)).collect(),
        description: text(row, "description"),
        detail: text(row, "detail"),
        recommendation: text(row, "recommendation").or_else(|| text(row, "recommendations/recommendation")),
        advisories: under(row, "advisories", "advisory").map(advisory).collect(),
        affects: Some(affects),
        analysis: Analysis {
            state: text(row, "analysis/state"),
            justification: text(row, "analysis/justification"),
            detail: text(row, "analysis/detail"),
        },
        properties: properties(row),
    })
}

fn affect(target: &Element) -> Affect {
    let version = |version: &Element| AffectedVersion { version: text(version, "version"), status: text(version, "status") };
    Affect { reference: text(target, "ref"), versions: under(target, "versions", "version").map(version).collect() }
}
