//! The package of an SCA result in SARIF, which has no member for it: each tool writes it into some text.

use model::{AliasPair, Cvss, Finding, Kind, Reachability, Severity};
use serde_json::Value;

use super::sarif_dialect::Context;
use crate::read::lenient;

/// Most characters of a text that are looked through.
const LONGEST: usize = 20_000;

/// Sets package, identifiers and severity word of a result of that dialect.
pub(super) fn refine(dialect: &str, finding: &mut Finding, context: &Context<'_>) {
    let logical = context.location.and_then(|location| location.logical_locations.first());
    let named = logical.and_then(|logical| logical.fully_qualified_name.as_deref().or(logical.name.as_deref()));
    let help = context.rule.and_then(|rule| rule.help.any()).unwrap_or_default();
    match dialect {
        "trivy" => labelled(finding, context.message),
        "grype" => {
            labelled(finding, context.rule.and_then(|rule| rule.help.text.as_deref()).unwrap_or(help));
            finding.location.symbol = None;
            let ecosystem = finding.package.as_ref().and_then(|package| package.ecosystem.as_deref());
            if matches!(ecosystem, Some("deb" | "rpm" | "apk" | "alpm" | "portage")) {
                finding.kind = Kind::Container;
            }
            if finding.severity_raw.as_deref().is_some_and(|raw| raw.eq_ignore_ascii_case("negligible")) {
                finding.severity = Severity::Info;
            }
            if let Some(id) = label(help, "Vulnerability").filter(|id| finding.rule.starts_with(id.as_str())) {
                finding.rule = id;
            }
        }
        "osv-scanner" => osv(finding, context.message),
        "cargo-audit" => {
            let mut words = context.message.split_whitespace();
            let package = finding.package_mut();
            (package.name, package.version) = (words.next().map(str::to_owned), words.next().map(str::to_owned));
            package.ecosystem = Some("cargo".to_owned());
        }
        "govulncheck" => govulncheck(finding, context.message),
        name if name.starts_with("snyk") => snyk(finding, context, help, named),
        _ => {}
    }
    if let Some(purl) = named.filter(|name| name.starts_with("pkg:")) {
        finding.package_mut().purl = Some(purl.to_owned());
        finding.location.symbol = None;
    }
    for key in ["purl", "purls"] {
        let value = context.properties.get(key).or_else(|| context.rule?.properties.get(key));
        let purl = value.and_then(|value| value.as_str().or_else(|| value.get(0)?.as_str()));
        if let Some(purl) = purl.filter(|purl| purl.starts_with("pkg:")) {
            finding.package_mut().purl.get_or_insert_with(|| purl.to_owned());
        }
    }
    let path = finding.location.path.clone();
    if let Some(package) = &mut finding.package
        && package.file.is_none()
    {
        package.file = path;
    }
    cvss(finding, context);
}

/// The rest of the line that begins with that word, with or without a colon.
pub(super) fn label(text: &str, name: &str) -> Option<String> {
    let cut = text.char_indices().nth(LONGEST).map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
    let line = cut.lines().find_map(|line| line.trim_start_matches(['*', ' ', '-']).strip_prefix(name))?;
    let value = line.trim_start_matches([':', '*', ' ']).trim().trim_matches('`');
    (!value.is_empty()).then(|| value.to_owned())
}

/// Trivy's message and Grype's help: a labelled line for each fact.
fn labelled(finding: &mut Finding, text: &str) {
    if let Some(raw) = label(text, "Severity") {
        finding.set_severity_word(&raw);
    }
    let fixed = label(text, "Fixed Version").or_else(|| label(text, "Fix Version"));
    let package = finding.package_mut();
    package.name = label(text, "Package");
    package.version = label(text, "Installed Version").or_else(|| label(text, "Version"));
    package.fixed =
        fixed.unwrap_or_default().split(',').map(|version| version.trim().to_owned()).filter(|version| !version.is_empty()).collect();
    package.ecosystem = label(text, "Type");
}

/// `Package 'lodash@4.17.15' is vulnerable to 'CVE-2020-8203' (also known as 'GHSA-p6mc-m468-83gw').`
fn osv(finding: &mut Finding, message: &str) {
    let quoted: Vec<&str> = message.split('\'').skip(1).step_by(2).collect();
    let Some((package, ids)) = quoted.split_first() else { return };
    if let Some((name, version)) = package.rsplit_once('@') {
        let target = finding.package_mut();
        (target.name, target.version) = (Some(name.to_owned()), Some(version.to_owned()));
    }
    finding.identifiers.extend(ids.iter().map(|id| (*id).to_owned()));
    if let Some((first, others)) = ids.split_first() {
        finding.aliases.extend(others.iter().map(|other| AliasPair { a: (*first).to_owned(), b: (*other).to_owned() }));
    }
}

fn govulncheck(finding: &mut Finding, message: &str) {
    let verdict = if message.contains("calls vulnerable") {
        "reachable"
    } else if message.contains("imports") {
        "imported"
    } else {
        "present"
    };
    finding.reachability = Some(Reachability { verdict: verdict.to_owned(), source: Some("govulncheck".to_owned()) });
    finding.package_mut().ecosystem = Some("go".to_owned());
}

/// `(CVE-2020-8203) lodash@4.17.15` as full description, the package as logical location, the rest in the help.
fn snyk(finding: &mut Finding, context: &Context<'_>, help: &str, named: Option<&str>) {
    let short = context.rule.and_then(|rule| rule.short_description.any()).unwrap_or_default();
    if let Some((word, _)) = short.split_once(" severity") {
        finding.set_severity_word(word);
    }
    let full = context.rule.and_then(|rule| rule.full_description.any()).unwrap_or_default();
    let (ids, rest) = full.strip_prefix('(').and_then(|text| text.split_once(") ")).unwrap_or(("", full));
    finding.identifiers.extend(ids.split(',').map(str::trim).filter(|id| super::sarif_dialect::is_public_id(id)).map(str::to_owned));
    let package = named.filter(|name| name.contains('@')).or(Some(rest.trim())).and_then(|text| text.rsplit_once('@'));
    if let Some((name, version)) = package.filter(|(name, version)| !name.is_empty() && !version.contains(char::is_whitespace)) {
        let target = finding.package_mut();
        (target.name, target.version) = (Some(name.to_owned()), Some(version.to_owned()));
        finding.location.symbol = None;
    }
    let chain = label(help, "_Introduced through_").unwrap_or_default();
    let ecosystem = label(help, "Package Manager");
    let fixed = help.split(" to version ").nth(1).and_then(|text| text.split([' ', '\n']).next());
    if finding.kind == Kind::Sca || finding.package.is_some() {
        let target = finding.package_mut();
        target.ecosystem = ecosystem;
        target.chain = chain.split('›').map(|step| step.trim().to_owned()).filter(|step| !step.is_empty()).collect();
        target.fixed.extend(fixed.map(|version| version.trim_end_matches(['.', ',']).to_owned()));
    }
}

fn cvss(finding: &mut Finding, context: &Context<'_>) {
    let property = |key: &str| context.properties.get(key).or_else(|| context.rule?.properties.get(key)).and_then(lenient::scalar);
    let score = property("cvssv3_baseScore").or_else(|| property("cvssv2_score")).and_then(|score| score.parse().ok());
    match property("cvssV3_vector").or_else(|| property("cvssv3_vector")) {
        Some(vector) => finding.cvss.push(Cvss::from_vector(&vector).with_score(score)),
        None => finding.cvss.extend(score.map(Cvss::from_score)),
    }
    // A number of its own is a score; Snyk writes the base score there.
    let stated = context.rule.and_then(|rule| rule.properties.get("cvssv3_baseScore")).and_then(Value::as_f64);
    if finding.cvss.is_empty() {
        finding.cvss.extend(stated.map(Cvss::from_score));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_texts() {
        let text = "Package: libc6\nInstalled Version: 2.31\nVulnerability CVE-2021-3999\nSeverity: HIGH\nFixed Version: 2.32, 2.33";
        assert_eq!(label(text, "Installed Version").as_deref(), Some("2.31"));
        assert_eq!(label(text, "Vulnerability").as_deref(), Some("CVE-2021-3999"));
        assert_eq!(label(text, "Link"), None);
        assert_eq!(label("* Package Manager: npm", "Package Manager").as_deref(), Some("npm"));
    }

    #[test]
    fn package_and_aliases_of_osv() {
        let mut finding = Finding::default();
        osv(&mut finding, "Package '@acme/x@1.2' is vulnerable to 'CVE-2020-1' (also known as 'GHSA-1', 'GHSA-2').");
        assert_eq!(finding.package.unwrap().name.as_deref(), Some("@acme/x"));
        assert_eq!((finding.identifiers.len(), finding.aliases.len()), (3, 2));
    }
}
