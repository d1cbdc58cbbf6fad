//! The identity that a finding gets when it is first seen.

use model::{Finding, Kind, Target, hash_parts, short_hex};

use super::{canonical_rule, canonical_tool};
use crate::normalise::identifiers::known_identifiers;
use crate::normalise::image::image_repository;
use crate::normalise::purl::Purl;
use crate::normalise::url::WebUrl;

/// Identity of the `ordinal`th finding (from 0) of one rule in one place: 32 hexadecimal characters.
///
/// It is made of target, tool, category, rule, place and [`Finding::distinct`], and never of what changes or what only some formats of a
/// tool give: lines, columns, code, severity, wording, a package's version, a secret's value.
#[must_use]
pub fn base_identity(target: &Target, tool: &str, category: &str, finding: &Finding, ordinal: u32) -> String {
    let tool = canonical_tool(tool);
    let place = place(finding);
    identity_of(target, &tool, category, &rule(&tool, finding), &place, finding.distinct.as_deref().unwrap_or_default(), ordinal)
}

pub(super) fn identity_of(target: &Target, tool: &str, category: &str, rule: &str, place: &str, distinct: &str, ordinal: u32) -> String {
    let ordinal = ordinal.to_string();
    let parts = ["finding", target.kind.word(), &target.name, tool, category, rule, place, distinct, &ordinal];
    short_hex(&hash_parts(&parts), 16)
}

/// The rule as it enters identities. `tool` is canonical. For a package it is the vulnerability, where the rule names one.
pub(super) fn rule(tool: &str, finding: &Finding) -> String {
    if package_key(finding).is_some()
        && let Some(id) = known_identifiers(&finding.rule).into_iter().next()
    {
        return id.to_lowercase();
    }
    canonical_rule(tool, &finding.rule)
}

/// The place as it enters identities: package and file, address pattern, path, resource, image, whichever the kind of finding lives by.
pub(super) fn place(finding: &Finding) -> String {
    let location = &finding.location;
    let url = || location.url.as_deref().filter(|url| !url.is_empty());
    let by_url = matches!(finding.kind, Kind::Dast | Kind::Api | Kind::Pentest) || location.path.is_none();
    let parts: Vec<String> = if let Some((key, is_of_distribution)) = package_key(finding) {
        // Where a distribution keeps its list of packages is told by some formats only, and there is one.
        let file = if is_of_distribution { None } else { file(finding) };
        let image = location.image.as_deref().and_then(image_repository);
        vec!["package".into(), key, file.unwrap_or_default().to_owned(), image.unwrap_or_default()]
    } else if let Some(url) = url().filter(|_| by_url) {
        let (origin, pattern) = match WebUrl::parse(url) {
            Some(url) => (url.origin(), url.path_pattern()),
            None => (String::new(), crate::normalise::url::path_pattern(url)),
        };
        let parameter = location.parameter.clone().unwrap_or_default();
        vec!["url".into(), origin, pattern, location.method.clone().unwrap_or_default(), parameter]
    } else if let Some(path) = &location.path {
        vec!["path".into(), path.clone()]
    } else if let Some(resource) = &location.resource {
        vec!["resource".into(), resource.clone()]
    } else if let Some(route) = &location.route {
        vec!["route".into(), location.method.clone().unwrap_or_default(), route.clone()]
    } else {
        vec![
            "other".into(),
            location.image.as_deref().and_then(image_repository).unwrap_or_default(),
            location.symbol.clone().unwrap_or_default(),
        ]
    };
    // Lengths keep the parts apart.
    parts.iter().map(|part| format!("{}:{part}", part.len())).collect::<Vec<_>>().join("|")
}

/// File of the finding: where the package is brought, else where the code is.
pub(super) fn file(finding: &Finding) -> Option<&str> {
    let package = finding.package.as_ref().and_then(|package| package.file.as_deref());
    package.or(finding.location.path.as_deref()).filter(|path| !path.is_empty())
}

/// The package without version, and whether a distribution owns it. `None` where the finding is about no package.
pub(super) fn package_key(finding: &Finding) -> Option<(String, bool)> {
    let package = finding.package.as_ref()?;
    if let Some(purl) = package.purl.as_deref().and_then(Purl::parse) {
        return Some((purl.key(), purl.is_of_distribution()));
    }
    package.name.as_deref().map(|name| (name.trim().to_lowercase(), false)).filter(|(name, _)| !name.is_empty())
}
