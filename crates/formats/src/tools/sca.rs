//! What the formats of package scanners share: identifiers, alias pairs, CVSS by source, the name of a package.

use model::{AliasPair, Component, Cvss, Finding};

use crate::read::lenient;

/// Starts of identifiers that more than one tool knows.
const PUBLIC: [&str; 15] =
    ["CVE-", "GHSA-", "RUSTSEC-", "PYSEC-", "GO-", "OSV-", "SNYK-", "DSA-", "DLA-", "USN-", "MAL-", "ALSA-", "GMS-", "RHSA-", "ELSA-"];

/// Starts of advisories, which may cover several vulnerabilities and so are no name of one.
const ADVISORIES: [&str; 6] = ["DSA-", "DLA-", "USN-", "ALSA-", "RHSA-", "ELSA-"];

/// True for `CVE-…`, `GHSA-…` and their like, in any case.
pub(crate) fn is_public_id(text: &str) -> bool {
    PUBLIC.iter().any(|start| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

/// Records the report's identifier of the vulnerability and what the report calls the same vulnerability. Where it names several CVEs
/// the entry stands for several vulnerabilities: those are identifiers, not names of one thing, and make no pair.
pub(crate) fn identify<'a>(finding: &mut Finding, id: &'a str, others: impl IntoIterator<Item = &'a str>) {
    let mut ids: Vec<String> = Vec::new();
    for text in std::iter::once(id).chain(others) {
        let text = text.trim().to_ascii_uppercase();
        if is_public_id(&text) && !ids.contains(&text) && ids.len() < 200 {
            ids.push(text);
        }
    }
    let several_cves = ids.iter().filter(|id| id.starts_with("CVE-")).count() > 1;
    let is_advisory = |id: &str| ADVISORIES.iter().any(|start| id.starts_with(start));
    let mut one_thing = ids.iter().filter(|id| !(is_advisory(id) || several_cves && id.starts_with("CVE-")));
    if let Some(first) = one_thing.next() {
        finding.aliases.extend(one_thing.map(|other| AliasPair { a: first.clone(), b: other.clone() }));
    }
    finding.identifiers.extend(ids);
}

/// Records CWE numbers, each once.
pub(crate) fn weaknesses<'a>(finding: &mut Finding, texts: impl IntoIterator<Item = &'a str>) {
    for cwe in texts.into_iter().filter_map(lenient::cwe) {
        if !finding.cwes.contains(&cwe) {
            finding.cwes.push(cwe);
        }
    }
}

/// Records a CVSS assessment; nothing where neither vector nor score is given.
pub(crate) fn assessed(finding: &mut Finding, vector: Option<&str>, score: Option<f64>, source: Option<&str>) {
    let vector = vector.map(str::trim).filter(|vector| vector.contains('/'));
    let mut cvss = match (vector, score) {
        (Some(vector), _) => Cvss::from_vector(vector).with_score(score),
        (None, Some(score)) if score > 0.0 => Cvss::default().with_score(Some(score)),
        _ => return,
    };
    cvss.source = source.map(str::to_owned).filter(|source| !source.is_empty());
    if !finding.cvss.contains(&cvss) {
        finding.cvss.push(cvss);
    }
}

/// Records the file that brings the package: place of the finding and of the package.
pub(crate) fn in_file(finding: &mut Finding, path: &str) {
    if !path.is_empty() {
        finding.location.path = Some(path.to_owned());
        finding.package_mut().file = Some(path.to_owned());
    }
}

/// `group:artifact` of a Maven package URL; absent for others. Tools write the artifact alone beside such a URL.
pub(crate) fn maven_name(purl: &str) -> Option<String> {
    let rest = purl.strip_prefix("pkg:maven/")?;
    let (group, artifact) = rest.split(['@', '?', '#']).next()?.rsplit_once('/')?;
    Some(format!("{}:{artifact}", group.replace("%2F", "/")))
}

/// The version in a package URL, decoded where it holds `%`.
pub(crate) fn purl_version(purl: &str) -> Option<String> {
    let (_, version) = purl.split(['?', '#']).next()?.rsplit_once('@')?;
    (!version.is_empty() && !version.contains('/')).then(|| decode(version))
}

/// A component of that package URL, without version. The URL's version counts: tools that give both cut the release off the other.
pub(crate) fn component(purl: &str, version: Option<String>) -> Component {
    let version = purl_version(purl).or(version).filter(|version| !version.is_empty());
    Component { purl: without_version(purl), version, ..Component::default() }
}

fn without_version(purl: &str) -> String {
    let end = purl.find(['?', '#']).unwrap_or(purl.len());
    let (head, tail) = (purl.get(..end).unwrap_or(purl), purl.get(end..).unwrap_or_default());
    match head.rsplit_once('@') {
        // A scope's `@` stands behind a slash: `pkg:npm/@scope/name`.
        Some((bare, version)) if !version.contains('/') && !bare.ends_with('/') => format!("{bare}{tail}"),
        _ => purl.to_owned(),
    }
}

fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        let pair = (*byte == b'%').then(|| tail.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        match pair.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                out.push(value);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Kind;

    #[test]
    fn several_cves_are_no_aliases_of_each_other() {
        let mut finding = Finding::new(Kind::Sca, "x", "x");
        identify(&mut finding, "SNYK-JS-A-1", ["CVE-2020-1", "CVE-2020-2", "ghsa-aaaa-bbbb-cccc"]);
        assert_eq!(finding.identifiers.len(), 4);
        assert_eq!(finding.aliases, [AliasPair { a: "SNYK-JS-A-1".into(), b: "GHSA-AAAA-BBBB-CCCC".into() }]);
    }

    #[test]
    fn package_urls_without_version() {
        assert_eq!(without_version("pkg:npm/%40a/b@1.0?x=y"), "pkg:npm/%40a/b?x=y");
        assert_eq!(without_version("pkg:npm/@a/b"), "pkg:npm/@a/b");
        assert_eq!(purl_version("pkg:deb/debian/x@1%2Bb1?arch=amd64").as_deref(), Some("1+b1"));
        assert_eq!(maven_name("pkg:maven/org.a/b-c@1").as_deref(), Some("org.a:b-c"));
    }
}
