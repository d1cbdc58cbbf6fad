//! A dependency of a Dependency-Check report, from JSON or XML.

use serde::Deserialize;

use super::sca;
use crate::read::lenient;
use crate::read::xml::Element;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dependency {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) file_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) file_path: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) license: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) packages: Vec<Identifier>,
    #[serde(default, deserialize_with = "lenient::texts")]
    pub(super) project_references: Vec<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) included_by: Vec<IncludedBy>,
    /// Strict: each element is a finding.
    #[serde(default)]
    pub(super) vulnerabilities: Option<Vec<Vulnerability>>,
    #[serde(default, rename = "suppressedVulnerabilities")]
    pub(super) suppressed: Option<Vec<Vulnerability>>,
    /// `group:artifact:version` of reports before version 5.
    #[serde(skip)]
    maven: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Identifier {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) confidence: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct IncludedBy {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) reference: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Vulnerability {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) source: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) severity: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    pub(super) cwes: Vec<String>,
    #[serde(rename = "cvssv2", deserialize_with = "lenient::or_default")]
    pub(super) cvss_v2: Cvss,
    #[serde(rename = "cvssv3", deserialize_with = "lenient::or_default")]
    pub(super) cvss_v3: Cvss,
    #[serde(rename = "cvssv4", deserialize_with = "lenient::or_default")]
    pub(super) cvss_v4: Cvss,
    #[serde(skip)]
    pub(super) cvss_score: Option<f64>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) description: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) notes: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) references: Vec<Reference>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) url: Option<String>,
}

/// The parts of a vector by name.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Cvss(std::collections::BTreeMap<String, serde_json::Value>);

impl Cvss {
    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).and_then(lenient::scalar)
    }

    pub(super) fn score(&self) -> Option<f64> {
        self.text("baseScore").or_else(|| self.text("score")).and_then(|score| score.parse().ok())
    }

    /// `AV:N/AC:L/…` from the words, of which the first letter is the vector's.
    fn vector(&self, parts: &[(&str, &str)]) -> Option<String> {
        let part = |(short, name): &(&str, &str)| {
            let letter = self.text(name)?.trim().chars().next()?;
            letter.is_ascii_alphabetic().then(|| format!("{short}:{}", letter.to_ascii_uppercase()))
        };
        let found: Option<Vec<String>> = parts.iter().map(part).collect();
        found.map(|found| found.join("/"))
    }

    pub(super) fn vector_3(&self) -> Option<String> {
        let parts = [
            ("AV", "attackVector"),
            ("AC", "attackComplexity"),
            ("PR", "privilegesRequired"),
            ("UI", "userInteraction"),
            ("S", "scope"),
            ("C", "confidentialityImpact"),
            ("I", "integrityImpact"),
            ("A", "availabilityImpact"),
        ];
        let version = self.text("version").filter(|version| version.starts_with('3')).unwrap_or_else(|| "3.0".to_owned());
        self.vector(&parts).map(|vector| format!("CVSS:{version}/{vector}"))
    }

    pub(super) fn vector_2(&self) -> Option<String> {
        // The XML writes `authenticationr` and `confidentialImpact`, the JSON the right names.
        let authentication = if self.0.contains_key("authenticationr") { "authenticationr" } else { "authentication" };
        let confidentiality = if self.0.contains_key("confidentialImpact") { "confidentialImpact" } else { "confidentialityImpact" };
        let parts = [
            ("AV", "accessVector"),
            ("AC", "accessComplexity"),
            ("Au", authentication),
            ("C", confidentiality),
            ("I", "integrityImpact"),
            ("A", "availabilityImpact"),
        ];
        self.vector(&parts)
    }
}

fn text(element: &Element, path: &str) -> Option<String> {
    element.text_at(path).map(str::to_owned)
}

fn under<'a>(element: &'a Element, list: &'a str, name: &'a str) -> impl Iterator<Item = &'a Element> {
    element.children(list).flat_map(move |list| list.children(name))
}

pub(super) fn from_xml(row: &Element) -> Dependency {
    let packages = row.all("package").into_iter().filter(|package| package.child("id").is_some());
    let identifier = |package: &Element| Identifier { id: text(package, "id"), confidence: package.attr("confidence").map(str::to_owned) };
    let maven = under(row, "identifiers", "identifier").find(|identifier| identifier.attr("type") == Some("maven"));
    let vulnerabilities = |name: &'static str| under(row, "vulnerabilities", name).map(vulnerability).collect();
    Dependency {
        file_name: text(row, "fileName"),
        file_path: text(row, "filePath"),
        license: text(row, "license"),
        packages: packages.map(identifier).collect(),
        project_references: under(row, "projectReferences", "projectReference").map(|reference| reference.text.clone()).collect(),
        included_by: under(row, "includedBy", "reference")
            .map(|reference| IncludedBy { reference: Some(reference.text.clone()) })
            .collect(),
        vulnerabilities: Some(vulnerabilities("vulnerability")),
        suppressed: Some(vulnerabilities("suppressedVulnerability")),
        maven: maven.and_then(|identifier| text(identifier, "name")).map(|name| name.trim_matches(['(', ')']).to_owned()),
    }
}

fn vulnerability(row: &Element) -> Vulnerability {
    let parts = |name: &str| {
        let parts = row.child(name).into_iter().flat_map(|cvss| &cvss.children);
        Cvss(parts.map(|part| (part.name.clone(), serde_json::Value::String(part.text.clone()))).collect())
    };
    let cwes = under(row, "cwes", "cwe").chain(row.children("cwe")).map(|cwe| cwe.text.clone()).collect();
    Vulnerability {
        source: row.attr("source").map(str::to_owned),
        name: text(row, "name"),
        severity: text(row, "severity"),
        cwes,
        cvss_v2: parts("cvssV2"),
        cvss_v3: parts("cvssV3"),
        cvss_v4: parts("cvssV4"),
        cvss_score: row.text_at("cvssScore").and_then(|score| score.parse().ok()),
        description: text(row, "description"),
        notes: text(row, "notes"),
        references: under(row, "references", "reference").map(|reference| Reference { url: text(reference, "url") }).collect(),
    }
}

/// Name and version from the package URL, else from the Maven name, else the file's name.
pub(super) fn coordinates(dependency: &Dependency, purl: Option<&str>) -> (Option<String>, Option<String>) {
    if let Some(purl) = purl {
        let path = purl.split(['?', '#']).next().unwrap_or_default();
        let path = path.rsplit_once('@').filter(|(head, _)| !head.ends_with('/')).map_or(path, |(head, _)| head);
        let name = path.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')).map(|(_, name)| name.replace("%40", "@"));
        return (sca::maven_name(purl).or(name), sca::purl_version(purl));
    }
    if let Some((name, version)) = dependency.maven.as_deref().and_then(|name| name.rsplit_once(':')) {
        return (Some(name.to_owned()), Some(version.to_owned()));
    }
    (dependency.file_name.clone(), None)
}
