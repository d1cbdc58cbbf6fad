//! What is asked: a vulnerability, a package with versions, or a name with versions.

use pipeline::normalise::Purl;
use pipeline::normalise::version::split_range;

/// Longest question, bytes.
const LONGEST: usize = 2000;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Packages that an advisory calls malicious.
    Malicious,
    /// An identifier in upper case.
    Vulnerability(String),
    /// A package URL without version, and a range; empty for all versions.
    Package { purl: String, range: String },
    /// A part of group and name in lower case, and a range; empty for all versions.
    Named { text: String, range: String },
}

impl Question {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return Err(
                "ask for a CVE, a package URL with a range (`pkg:npm/lodash<4.17.21`) or a name with one (`log4j-core < 2.17.1`)".into()
            );
        }
        if text.eq_ignore_ascii_case("malicious") {
            return Ok(Self::Malicious);
        }
        let (name, range) = split_range(text);
        if text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("pkg:")) {
            let purl = Purl::parse(name).ok_or_else(|| format!("`{name}` is no package URL, as pkg:npm/lodash is"))?;
            let range = match (&purl.version, range) {
                (Some(_), range) if !range.is_empty() => return Err(format!("`{text}` has both a version and a range")),
                (Some(version), _) => format!("={version}"),
                (None, range) => range.to_owned(),
            };
            return Ok(Self::Package { purl: purl.key(), range });
        }
        if range.is_empty() && is_identifier(text) {
            return Ok(Self::Vulnerability(text.to_ascii_uppercase()));
        }
        if name.is_empty() {
            return Err(format!("`{text}` names no package"));
        }
        Ok(Self::Named { text: name.replace(':', "/").to_lowercase(), range: range.to_owned() })
    }
}

/// Publishers of advisories: a word, a hyphen, and digits somewhere behind it.
const PUBLISHERS: [&str; 31] = [
    "CVE", "GHSA", "GO", "RUSTSEC", "PYSEC", "OSV", "MAL", "DSA", "DLA", "DTSA", "USN", "UBUNTU", "RHSA", "RHBA", "ELSA", "ALSA", "RLSA",
    "SUSE", "OPENSUSE", "SNYK", "BIT", "ALPINE", "DEBIAN", "CGA", "ASB", "GSD", "EUVD", "TEMP", "NPM", "PSF", "HSEC",
];

fn is_identifier(text: &str) -> bool {
    let Some((head, tail)) = text.split_once('-') else { return false };
    let head = head.to_ascii_uppercase();
    PUBLISHERS.contains(&head.as_str())
        && (head == "GHSA" || tail.bytes().any(|byte| byte.is_ascii_digit()))
        && !text.contains(char::is_whitespace)
}

impl std::fmt::Display for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malicious => f.write_str("packages that an advisory calls malicious"),
            Self::Vulnerability(name) => f.write_str(name),
            Self::Package { purl, range } if range.is_empty() => write!(f, "{purl} in any version"),
            Self::Package { purl, range } => write!(f, "{purl} {range}"),
            Self::Named { text, range } if range.is_empty() => write!(f, "packages named like {text}, in any version"),
            Self::Named { text, range } => write!(f, "packages named like {text}, {range}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions() {
        let package = |purl: &str, range: &str| Question::Package { purl: purl.into(), range: range.into() };
        let named = |text: &str, range: &str| Question::Named { text: text.into(), range: range.into() };
        assert_eq!(Question::read("cve-2021-44228").unwrap(), Question::Vulnerability("CVE-2021-44228".into()));
        assert_eq!(Question::read("GHSA-jfh8-c2jp-5v3q").unwrap(), Question::Vulnerability("GHSA-JFH8-C2JP-5V3Q".into()));
        assert_eq!(Question::read("pkg:npm/Lodash@4.17.20").unwrap(), package("pkg:npm/Lodash", "=4.17.20"));
        assert_eq!(Question::read("pkg:maven/g/a<2.17.1").unwrap(), package("pkg:maven/g/a", "<2.17.1"));
        assert_eq!(Question::read("log4j-core < 2.17.1").unwrap(), named("log4j-core", "< 2.17.1"));
        assert_eq!(Question::read(" Malicious").unwrap(), Question::Malicious);
        assert_eq!(Question::read("go-yaml").unwrap(), named("go-yaml", ""), "no digits: a name");
        assert_eq!(Question::read("org.apache.logging.log4j:log4j-core").unwrap(), named("org.apache.logging.log4j/log4j-core", ""));
        for wrong in ["", "   ", "<2", "pkg:", "pkg:npm/a@1<2"] {
            assert!(Question::read(wrong).is_err(), "{wrong}");
        }
    }
}
