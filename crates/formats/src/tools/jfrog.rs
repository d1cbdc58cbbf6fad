//! What the four report shapes of JFrog Xray share: component ids, CVEs with their assessments, versions that fix.

use model::{Finding, Severity};
use serde_json::Value;

use super::sca::{assessed, identify, weaknesses};
use crate::read::loose::Loose;

/// A component id of Xray in parts: `gav://org.apache.sshd:sshd-core:1.0.0`, `npm://ip:2.0.0`, `deb://debian:stretch:libx11:2:1.6.4-3`,
/// `rpm://8:libX11-common:0:1.6.8-3.el8`, `alpine://3.18:libcrypto3:3.1.1-r1`, `docker://shop:1.0`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) ecosystem: Option<String>,
    pub(super) name: String,
    pub(super) version: Option<String>,
}

/// Takes a component id apart. Of distributions the release is cut off, and the epoch stays with the version unless it is 0.
pub(super) fn component(id: &str) -> Component {
    let (scheme, rest) = id.split_once("://").unwrap_or(("", id));
    let parts: Vec<&str> = rest.split(':').collect();
    let ecosystem = match scheme {
        "gav" => "maven",
        "go" => "golang",
        "deb" => parts.first().copied().filter(|first| parts.len() > 2 && !first.is_empty()).unwrap_or("deb"),
        other => other,
    };
    let (name, version) = match (scheme, parts.as_slice()) {
        ("gav", [group, artifact, version]) => (format!("{group}:{artifact}"), Some((*version).to_owned())),
        ("gav", [group, artifact]) if artifact.starts_with(|c: char| c.is_ascii_alphabetic()) => (format!("{group}:{artifact}"), None),
        ("deb", [_, _, name, version @ ..]) => ((*name).to_owned(), joined(version)),
        ("rpm", [release, name, version @ ..]) if release.chars().all(|c| c.is_ascii_digit()) && !version.is_empty() => {
            ((*name).to_owned(), joined(version))
        }
        ("alpine", [release, name, version @ ..]) if release.starts_with(|c: char| c.is_ascii_digit()) && !version.is_empty() => {
            ((*name).to_owned(), joined(version))
        }
        (_, [name]) => ((*name).to_owned(), None),
        _ => rest.rsplit_once(':').map_or_else(|| (rest.to_owned(), None), |(name, version)| (name.to_owned(), Some(version.to_owned()))),
    };
    Component {
        ecosystem: Some(ecosystem.to_owned()).filter(|name| !name.is_empty() && name != "generic" && name != "docker"),
        name,
        version,
    }
}

/// A version with its epoch, which is left out where it is 0.
fn joined(parts: &[&str]) -> Option<String> {
    let parts = if let ["0", rest @ ..] = parts { rest } else { parts };
    (!parts.is_empty()).then(|| parts.join(":"))
}

/// Puts a component id into the finding's package.
pub(super) fn packaged(finding: &mut Finding, id: &str, fixed: Vec<String>) {
    let parts = component(id);
    let package = finding.package_mut();
    (package.name, package.version, package.ecosystem) = (Some(parts.name), parts.version, parts.ecosystem);
    package.fixed = fixed.iter().map(|text| plain_version(text)).filter(|text| !text.is_empty()).collect();
}

/// `2.11.3` of `≥ 2.11.3` and of `[2.11.3]`; a range stays as it is.
fn plain_version(text: &str) -> String {
    let bare = text.trim().trim_start_matches(['≥', '>', '=', ' ']);
    let inner = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(bare);
    inner.trim().to_owned()
}

/// Takes the CVEs of an issue with their CWEs and assessments. Several CVEs in one issue are several vulnerabilities told at once.
pub(super) fn cves(finding: &mut Finding, issue: &str, row: &Value) {
    let list = row.list("cves");
    let ids: Vec<String> = list.iter().filter_map(|cve| cve.text(&["cve", "id"])).chain(row.texts("cves")).collect();
    identify(finding, issue, ids.iter().map(String::as_str));
    for cve in list {
        weaknesses(finding, cve.texts("cwe").iter().map(String::as_str));
        for version in ["v3", "v2"] {
            let plain = cve.text(&[&format!("cvss_{version}_vector"), &format!("cvss{version}Vector")]);
            let score = cve.number(&[&format!("cvss_{version}_score"), &format!("cvss{version}Score")]);
            // `9.8/CVSS:3.0/AV:N/…`, `9.3/AV:N/…`, or a score alone.
            let both = cve.text(&[&format!("cvss_{version}")]).unwrap_or_default();
            let (first, rest) = both.split_once('/').unwrap_or((both.as_str(), ""));
            let vector = plain.or_else(|| Some(rest.to_owned()).filter(|rest| !rest.is_empty()));
            let vector = vector.map(|vector| vector.trim_start_matches("CVSS:2.0/").to_owned());
            assessed(finding, vector.as_deref(), score.or_else(|| first.parse().ok()), Some("JFrog"));
        }
    }
}

/// Sets the severity. Xray's scale is Critical, High, Medium, Low, Information, Unknown.
pub(super) fn rate(finding: &mut Finding, row: &Value) {
    if let Some(raw) = row.text(&["severity"]) {
        let severity = if raw.eq_ignore_ascii_case("minor") { Severity::Low } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn component_ids() {
        let parts = |id: &str| {
            let found = component(id);
            (found.ecosystem.unwrap_or_default(), found.name, found.version.unwrap_or_default())
        };
        let of = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(parts("gav://org.apache.sshd:sshd-core:1.0.0"), of("maven", "org.apache.sshd:sshd-core", "1.0.0"));
        assert_eq!(parts("gav://test"), of("maven", "test", ""));
        assert_eq!(parts("npm://@scope/ip:2.0.0"), of("npm", "@scope/ip", "2.0.0"));
        assert_eq!(parts("deb://debian:stretch:libx11:2:1.6.4-3"), of("debian", "libx11", "2:1.6.4-3"));
        assert_eq!(parts("rpm://8:libX11-common:0:1.6.8-3.el8"), of("rpm", "libX11-common", "1.6.8-3.el8"));
        assert_eq!(parts("alpine://3.18:libcrypto3:3.1.1-r1"), of("alpine", "libcrypto3", "3.1.1-r1"));
        assert_eq!(parts("docker://shop:1.0"), of("", "shop", "1.0"));
        assert_eq!(plain_version("≥ 1:11.0.5"), "1:11.0.5");
    }
}
