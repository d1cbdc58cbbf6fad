//! The canonical name of a package, so that a purl, a jar's file name and a distribution's binary package can meet.

use model::{Finding, Package};

/// A package without its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PackageKey {
    /// Canonical ecosystem (`npm`, `maven`, `deb` …); empty when unknown.
    pub(super) ecosystem: String,
    /// Canonical name with namespace.
    pub(super) name: String,
    /// Last part of the name: what a tool without namespaces would call it.
    pub(super) short: String,
    /// Source package of a distribution's binary package.
    pub(super) source: Option<String>,
}

impl PackageKey {
    /// The package of a finding; `None` where it names none.
    pub(super) fn of(finding: &Finding) -> Option<Self> {
        Self::read(finding.package.as_ref()?)
    }

    fn read(package: &Package) -> Option<Self> {
        let mut key = match package.purl.as_deref().and_then(Self::from_purl) {
            Some(key) => key,
            None => {
                let ecosystem = ecosystem(package.ecosystem.as_deref().unwrap_or_default());
                Self::from_name(&ecosystem, package.name.as_deref()?)
            }
        };
        if let Some(source) = package.source.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
            key.source = Some(source.to_ascii_lowercase());
        }
        (!key.name.is_empty()).then_some(key)
    }

    fn from_purl(purl: &str) -> Option<Self> {
        let rest = purl.strip_prefix("pkg:")?;
        let (rest, _) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (kind, name) = rest.trim_start_matches('/').split_once('/')?;
        let ecosystem = ecosystem(kind);
        // A scope's `@` is escaped or leads the name; a version's is the last one and not at a segment's start.
        let name = match name.rfind('@') {
            Some(at) if at > 0 && !name.get(..at).unwrap_or_default().ends_with('/') => name.get(..at).unwrap_or(name),
            _ => name,
        };
        let name = decode(name);
        let name = match ecosystem.as_str() {
            "maven" => name.replacen('/', ":", 1),
            // A distribution's name is no namespace of the package: Debian's and Ubuntu's openssl are one name in one image.
            "deb" | "rpm" | "apk" | "alpm" => name.rsplit('/').next().unwrap_or(&name).to_owned(),
            _ => name,
        };
        let mut key = Self::from_name(&ecosystem, &name);
        for part in qualifiers.split('&') {
            if let Some(source) = part.strip_prefix("upstream=") {
                let source = decode(source).to_ascii_lowercase();
                let source = source.split('@').next().unwrap_or_default();
                if !source.is_empty() {
                    key.source = Some(source.to_owned());
                }
            }
        }
        Some(key)
    }

    fn from_name(ecosystem: &str, name: &str) -> Self {
        let mut name = name.trim().to_ascii_lowercase();
        match ecosystem {
            "pypi" => name = pypi(&name),
            "maven" => name = name.replace('/', ":"),
            _ => {}
        }
        // `log4j-core-2.14.1.jar`, as scanners of files call it.
        if let Some(stem) = name.strip_suffix(".jar").or_else(|| name.strip_suffix(".war")) {
            name = without_version(stem.rsplit('/').next().unwrap_or(stem)).to_owned();
        }
        let short = name.rsplit(['/', ':']).next().unwrap_or(&name).to_owned();
        Self { ecosystem: ecosystem.to_owned(), name, short, source: None }
    }

    /// Names under which it may meet another finding's package.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.short.as_str()).chain(self.source.as_deref().filter(|s| *s != self.short))
    }

    /// True where both can be one package.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        if !self.ecosystem.is_empty() && !other.ecosystem.is_empty() && self.ecosystem != other.ecosystem {
            return false;
        }
        if self.name == other.name {
            return true;
        }
        match (&self.source, &other.source) {
            (Some(a), Some(b)) if a == b => return true,
            (Some(source), None) if *source == other.name => return true,
            (None, Some(source)) if *source == self.name => return true,
            _ => {}
        }
        // Without a namespace on one side the last part decides; two different namespaces never agree.
        self.short == other.short && (self.short == self.name || other.short == other.name) && !is_scoped_npm(self) && !is_scoped_npm(other)
    }
}

/// In npm `@types/node` and `node` are different packages: no namespace is a namespace.
fn is_scoped_npm(key: &PackageKey) -> bool {
    key.ecosystem == "npm" && key.name.starts_with('@')
}

fn pypi(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let c = if matches!(c, '_' | '.' | '-') { '-' } else { c };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}

fn without_version(stem: &str) -> &str {
    let digit = |at: usize| stem.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit);
    stem.match_indices('-').find(|(at, _)| digit(*at)).and_then(|(at, _)| stem.get(..at)).unwrap_or(stem)
}

fn ecosystem(word: &str) -> String {
    let word = word.trim().to_ascii_lowercase();
    match word.as_str() {
        "node" | "nodejs" | "node-pkg" | "yarn" | "pnpm" | "javascript" | "js" | "npm-package" => "npm".to_owned(),
        "java" | "jar" | "pom" | "gradle" | "java-archive" | "maven-central" => "maven".to_owned(),
        "pip" | "python" | "python-pkg" | "pipenv" | "poetry" | "wheel" | "egg" => "pypi".to_owned(),
        "go" | "gomod" | "gobinary" | "go-module" => "golang".to_owned(),
        "rubygems" | "ruby" | "bundler" | "gemspec" => "gem".to_owned(),
        "rust" | "crates.io" | "rust-crate" | "rustbinary" => "cargo".to_owned(),
        "php" | "packagist" | "php-composer" => "composer".to_owned(),
        "dotnet" | "dotnet-core" | ".net" | "csharp" => "nuget".to_owned(),
        "debian" | "ubuntu" | "dpkg" => "deb".to_owned(),
        "redhat" | "centos" | "fedora" | "rocky" | "alma" | "amazon" | "oracle" | "suse" | "photon" | "amzn" => "rpm".to_owned(),
        "alpine" | "wolfi" | "chainguard" => "apk".to_owned(),
        "generic" | "unknown" | "binary" | "library" | "os" | "os-pkgs" | "lang-pkgs" => String::new(),
        _ => word,
    }
}

/// Percent-decoding; what is not valid stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex =
            bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok()).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (byte, hex) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purl(text: &str) -> PackageKey {
        PackageKey::from_purl(text).unwrap()
    }

    fn named(ecosystem_: &str, name: &str) -> PackageKey {
        PackageKey::from_name(&ecosystem(ecosystem_), name)
    }

    #[test]
    fn one_package_under_many_names() {
        assert!(purl("pkg:npm/%40babel/traverse@7.1.0").agrees(&named("npm", "@babel/traverse")));
        assert!(purl("pkg:npm/@babel/traverse@7.1.0").agrees(&named("node", "@babel/traverse")));
        assert!(purl("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1").agrees(&named("", "log4j-core-2.14.1.jar")));
        assert!(purl("pkg:maven/org.apache.logging.log4j/log4j-core").agrees(&named("java", "org.apache.logging.log4j:log4j-core")));
        assert!(purl("pkg:pypi/zope.interface@5").agrees(&named("pip", "Zope_Interface")));
        assert!(purl("pkg:deb/debian/libssl3@3.0?arch=amd64&upstream=openssl%403.0.11").agrees(&purl("pkg:deb/debian/openssl@3.0")));
    }

    #[test]
    fn different_packages_stay_different() {
        assert!(!purl("pkg:npm/%40types/node@20").agrees(&named("npm", "node")));
        assert!(!purl("pkg:maven/a.b/core").agrees(&purl("pkg:maven/c.d/core")));
        assert!(!purl("pkg:npm/requests").agrees(&purl("pkg:pypi/requests")));
        assert!(!named("deb", "libssl3").agrees(&named("deb", "libcrypto3")));
    }

    #[test]
    fn damaged_purls_do_no_harm() {
        for text in ["pkg:", "pkg:npm", "pkg:npm/", "pkg:npm/%", "pkg:npm/%4", "pkg:npm/@", "pkg:/x/y@", "npm/x"] {
            let _ = PackageKey::from_purl(text);
        }
    }
}
