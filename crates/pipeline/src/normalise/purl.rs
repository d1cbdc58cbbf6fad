//! Package URLs (purl-spec) in canonical form, and how to build one from a tool's words for ecosystem and name.

use std::collections::BTreeMap;

/// A package URL taken apart, decoded. `Display` writes the canonical form.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purl {
    /// `npm`, `pypi`, `maven`, `deb` … in lower case.
    pub kind: String,
    /// Scope, group, owner, distribution; segments with `/` between.
    pub namespace: Option<String>,
    pub name: String,
    pub version: Option<String>,
    pub qualifiers: BTreeMap<String, String>,
    pub subpath: Option<String>,
}

/// Types whose packages belong to a distribution.
const DISTRIBUTIONS: [&str; 6] = ["deb", "rpm", "apk", "alpm", "qpkg", "bitnami"];

/// Types whose names are the same in any case.
const CASELESS: [&str; 11] = ["pypi", "github", "gitlab", "bitbucket", "composer", "deb", "apk", "alpm", "golang", "hex", "bitnami"];

/// A tool's word for an ecosystem, and the purl type with, for a distribution, its namespace.
const ECOSYSTEMS: [(&str, &str, Option<&str>); 96] = [
    ("npm", "npm", None),
    ("node", "npm", None),
    ("nodejs", "npm", None),
    ("node-pkg", "npm", None),
    ("yarn", "npm", None),
    ("pnpm", "npm", None),
    ("bun", "npm", None),
    ("javascript", "npm", None),
    ("js", "npm", None),
    ("jar", "maven", None),
    ("pom", "maven", None),
    ("maven", "maven", None),
    ("gradle", "maven", None),
    ("sbt", "maven", None),
    ("java", "maven", None),
    ("java-archive", "maven", None),
    ("pip", "pypi", None),
    ("pypi", "pypi", None),
    ("python", "pypi", None),
    ("python-pkg", "pypi", None),
    ("pipenv", "pypi", None),
    ("poetry", "pypi", None),
    ("uv", "pypi", None),
    ("conda", "conda", None),
    ("conda-pkg", "conda", None),
    ("conda-environment", "conda", None),
    ("go", "golang", None),
    ("golang", "golang", None),
    ("gomod", "golang", None),
    ("gomodules", "golang", None),
    ("go-module", "golang", None),
    ("gobinary", "golang", None),
    ("stdlib", "golang", None),
    ("cargo", "cargo", None),
    ("rust", "cargo", None),
    ("crates.io", "cargo", None),
    ("rust-crate", "cargo", None),
    ("rustbinary", "cargo", None),
    ("rust-binary", "cargo", None),
    ("rubygems", "gem", None),
    ("gem", "gem", None),
    ("ruby", "gem", None),
    ("bundler", "gem", None),
    ("gemspec", "gem", None),
    ("composer", "composer", None),
    ("packagist", "composer", None),
    ("php", "composer", None),
    ("php-composer", "composer", None),
    ("composer-vendor", "composer", None),
    ("nuget", "nuget", None),
    ("dotnet", "nuget", None),
    ("dotnet-core", "nuget", None),
    (".net", "nuget", None),
    ("c#", "nuget", None),
    ("cocoapods", "cocoapods", None),
    ("pod", "cocoapods", None),
    ("swift", "swift", None),
    ("swifturl", "swift", None),
    ("pub", "pub", None),
    ("dart", "pub", None),
    ("hex", "hex", None),
    ("mix", "hex", None),
    ("mix-lock", "hex", None),
    ("erlang", "hex", None),
    ("conan", "conan", None),
    ("cran", "cran", None),
    ("r-package", "cran", None),
    ("hackage", "hackage", None),
    ("actions", "github", None),
    ("github-action", "github", None),
    ("github actions", "github", None),
    ("githubactions", "github", None),
    ("deb", "deb", None),
    ("debian", "deb", Some("debian")),
    ("ubuntu", "deb", Some("ubuntu")),
    ("dpkg", "deb", None),
    ("apk", "apk", None),
    ("alpine", "apk", Some("alpine")),
    ("wolfi", "apk", Some("wolfi")),
    ("chainguard", "apk", Some("chainguard")),
    ("rpm", "rpm", None),
    ("redhat", "rpm", Some("redhat")),
    ("red hat", "rpm", Some("redhat")),
    ("rhel", "rpm", Some("redhat")),
    ("centos", "rpm", Some("centos")),
    ("fedora", "rpm", Some("fedora")),
    ("rocky", "rpm", Some("rocky")),
    ("rocky linux", "rpm", Some("rocky")),
    ("alma", "rpm", Some("alma")),
    ("almalinux", "rpm", Some("alma")),
    ("amazon", "rpm", Some("amazon")),
    ("amazonlinux", "rpm", Some("amazon")),
    ("oracle", "rpm", Some("oracle")),
    ("opensuse", "rpm", Some("opensuse")),
    ("suse", "rpm", Some("suse")),
    ("photon", "rpm", Some("photon")),
];

impl Purl {
    /// Reads a package URL, leniently (`pkg://`, upper-case types, names not escaped), and folds it to canonical form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 4096 || !text.get(..4)?.eq_ignore_ascii_case("pkg:") {
            return None;
        }
        let rest = text.get(4..)?.trim_start_matches('/');
        let (rest, subpath) = rest.split_once('#').map_or((rest, None), |(rest, subpath)| (rest, Some(subpath)));
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (kind, path) = rest.split_once('/')?;
        let kind = kind.to_ascii_lowercase();
        if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte)) {
            return None;
        }
        let path = path.trim_matches('/');
        // A version's `@` stands behind the last slash; one at the start of a segment is an npm scope that was not escaped.
        let at = path
            .rfind('@')
            .filter(|&at| at > 0 && path.as_bytes().get(at - 1) != Some(&b'/') && !path.get(at..).is_some_and(|tail| tail.contains('/')));
        let (path, version) = match at {
            Some(at) => (path.get(..at)?, path.get(at + 1..).map(decoded)),
            None => (path, None),
        };
        let mut segments: Vec<String> = path.split('/').map(decoded).filter(|segment| !segment.is_empty()).collect();
        let name = segments.pop()?;
        // An escaped slash in a namespace is a slash like any other.
        let namespace: Vec<&str> = segments.iter().flat_map(|segment| segment.split('/')).filter(|segment| !segment.is_empty()).collect();
        let qualifiers = query
            .into_iter()
            .flat_map(|query| query.split('&'))
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_ascii_lowercase(), decoded(value)))
            .filter(|(key, value)| {
                !value.is_empty() && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
            })
            .collect();
        let subpath = subpath.map(|subpath| {
            let subpath = decoded(subpath);
            let kept: Vec<&str> = subpath.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
            kept.join("/")
        });
        Self {
            kind,
            namespace: Some(namespace.join("/")).filter(|namespace| !namespace.is_empty()),
            name,
            version: version.filter(|version| !version.is_empty()),
            qualifiers,
            subpath: subpath.filter(|subpath| !subpath.is_empty()),
        }
        .folded()
    }

    /// The package URL for a tool's words: its ecosystem (`npm`, `pip`, `jar`, `Debian:12`, `crates.io`, `debian` …), the package's name
    /// as the ecosystem writes it (`@scope/name`, `group:artifact`, `vendor/name`), and version. `None` where the ecosystem is unknown or
    /// the name empty.
    #[must_use]
    pub fn build(ecosystem: &str, name: &str, version: Option<&str>) -> Option<Self> {
        let word = ecosystem.trim().to_ascii_lowercase();
        // OSV writes `Debian:12`, `Alpine:v3.18`; Grype `debian:distro:debian:12`.
        let word = word.split(':').next().unwrap_or_default().trim();
        let (_, kind, distribution) = ECOSYSTEMS.iter().find(|(known, ..)| *known == word)?;
        let name = name.trim().trim_matches('/');
        if name.is_empty() || name.len() > 1024 {
            return None;
        }
        let (namespace, name) = match *kind {
            "maven" => name.rsplit_once([':', '/']).map_or((None, name), |(group, artifact)| (Some(group.replace(':', "/")), artifact)),
            "npm" | "golang" | "composer" | "github" | "swift" | "cocoapods" | "conan" if name.contains('/') => {
                name.rsplit_once('/').map_or((None, name), |(namespace, name)| (Some(namespace.to_owned()), name))
            }
            _ => (None, name),
        };
        Self {
            kind: (*kind).to_owned(),
            namespace: namespace.or_else(|| distribution.map(str::to_owned)),
            name: name.to_owned(),
            version: version.map(str::trim).filter(|version| !version.is_empty()).map(str::to_owned),
            ..Self::default()
        }
        .folded()
    }

    /// The package without version, qualifiers and subpath: what two reports of one package have in common.
    #[must_use]
    pub fn key(&self) -> String {
        Self { version: None, qualifiers: BTreeMap::new(), subpath: None, ..self.clone() }.to_string()
    }

    /// True for a package of a distribution (deb, rpm, apk …).
    #[must_use]
    pub fn is_of_distribution(&self) -> bool {
        DISTRIBUTIONS.contains(&self.kind.as_str())
    }

    /// Applies the rules of the type.
    fn folded(mut self) -> Option<Self> {
        if CASELESS.contains(&self.kind.as_str()) {
            self.name = self.name.to_lowercase();
            self.namespace = self.namespace.map(|namespace| namespace.to_lowercase());
        }
        match self.kind.as_str() {
            "pypi" => {
                self.name = folded_python_name(&self.name);
                self.namespace = None;
            }
            "rpm" => self.namespace = self.namespace.map(|namespace| namespace.to_lowercase()),
            // Names on the npm registry are lower case but for a few old ones; scopes always are.
            "npm" => {
                self.namespace = self.namespace.map(|scope| {
                    let scope = scope.to_lowercase();
                    if scope.starts_with('@') { scope } else { format!("@{scope}") }
                });
            }
            _ => {}
        }
        // Debian writes the epoch and other marks plainly; `v` before a Go version belongs to it. Nothing is folded in versions.
        (!self.name.is_empty()).then_some(self)
    }
}

/// PEP 503: lower case, runs of `-`, `_` and `.` are one `-`.
fn folded_python_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for character in name.chars() {
        if matches!(character, '-' | '_' | '.') {
            if !out.ends_with('-') {
                out.push('-');
            }
        } else {
            out.push(character);
        }
    }
    out
}

impl std::fmt::Display for Purl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        for segment in self.namespace.iter().flat_map(|namespace| namespace.split('/')) {
            write!(f, "{}/", encoded(segment))?;
        }
        f.write_str(&encoded(&self.name))?;
        if let Some(version) = &self.version {
            write!(f, "@{}", encoded(version))?;
        }
        for (place, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}={}", if place == 0 { '?' } else { '&' }, encoded(value))?;
        }
        if let Some(subpath) = &self.subpath {
            let parts: Vec<String> = subpath.split('/').map(encoded).collect();
            write!(f, "#{}", parts.join("/"))?;
        }
        Ok(())
    }
}

/// Percent-encoded as purl-spec asks: letters, digits, `-._~` and `:` stand as they are.
fn encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Resolves percent escapes once; text that is not UTF-8 then stays as it was.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair =
            tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok()).filter(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match pair.filter(|_| *first == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> String {
        Purl::parse(text).unwrap_or_else(|| panic!("{text}")).to_string()
    }

    fn built(ecosystem: &str, name: &str, version: &str) -> String {
        Purl::build(ecosystem, name, Some(version)).unwrap_or_else(|| panic!("{ecosystem} {name}")).to_string()
    }

    #[test]
    fn canonical_forms() {
        assert_eq!(canonical("pkg:PyPI/Django_Rest.Framework@3.1"), "pkg:pypi/django-rest-framework@3.1");
        assert_eq!(canonical("pkg:npm/%40Angular/core@12.0.0"), "pkg:npm/%40angular/core@12.0.0");
        assert_eq!(canonical("pkg:npm/@angular/core@12.0.0"), "pkg:npm/%40angular/core@12.0.0");
        assert_eq!(canonical("pkg:npm/@angular/core"), "pkg:npm/%40angular/core");
        assert_eq!(canonical("pkg:npm/lodash@4.17.0"), "pkg:npm/lodash@4.17.0");
        assert_eq!(
            canonical("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar"),
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar"
        );
        assert_eq!(canonical("pkg:golang/github.com/Gorilla/Mux@v1.8.0#api/./x"), "pkg:golang/github.com/gorilla/mux@v1.8.0#api/x");
        assert_eq!(
            canonical("pkg:deb/debian/openssl@1.1.1n-0+deb11u3?distro=debian-11&arch=amd64"),
            "pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3?arch=amd64&distro=debian-11"
        );
        assert_eq!(canonical("pkg://gem/Rails@7"), "pkg:gem/Rails@7");
    }

    #[test]
    fn from_words() {
        assert_eq!(built("pip", "Jinja2", "2.4"), "pkg:pypi/jinja2@2.4");
        assert_eq!(built("jar", "org.apache.logging.log4j:log4j-core", "2.14.1"), "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1");
        assert_eq!(built("npm", "@babel/core", "7.0.0"), "pkg:npm/%40babel/core@7.0.0");
        assert_eq!(built("gomod", "github.com/gorilla/mux", "v1.8.0"), "pkg:golang/github.com/gorilla/mux@v1.8.0");
        assert_eq!(built("Debian:12", "openssl", "3.0.9-1"), "pkg:deb/debian/openssl@3.0.9-1");
        assert_eq!(built("Packagist", "symfony/http-kernel", "4"), "pkg:composer/symfony/http-kernel@4");
        assert_eq!(built("crates.io", "time", "0.1"), "pkg:cargo/time@0.1");
        assert_eq!(Purl::build("npm", "", None), None);
        assert_eq!(Purl::build("cobol", "x", None), None);
    }

    #[test]
    fn both_ways_meet_in_the_key() {
        assert_eq!(Purl::parse("pkg:maven/g/a@1?type=jar").unwrap().key(), Purl::build("gradle", "g:a", Some("2")).unwrap().key());
    }

    #[test]
    fn what_is_none() {
        for text in ["", "pkg:", "pkg:npm", "pkg:npm/", "npm/lodash", "pkg:n pm/x", "pkg:pypi/@"] {
            assert!(Purl::parse(text).is_none_or(|purl| purl.name == "@"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn canonical_form_gives_itself(text in "pkg:(npm|pypi|maven|golang|deb|generic)/[a-zA-Z0-9@%./_:+ -]{1,30}(@[a-z0-9.+%~:-]{1,8})?(\\?[a-z]=[a-z%]{0,4}&?)?(#[a-z/.]{0,6})?") {
            if let Some(purl) = Purl::parse(&text) {
                let once = purl.to_string();
                prop_assert_eq!(Purl::parse(&once).map(|again| again.to_string()), Some(once));
            }
        }
    }
}
