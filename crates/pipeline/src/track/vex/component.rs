//! Whether a package is the one that a statement names.

use model::VexThing;

use crate::normalise::Purl;
use crate::normalise::version;

/// The package of a finding, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageName {
    pub purl: Option<Purl>,
    pub name: Option<String>,
    pub version: Option<String>,
    /// Source package of a distribution's binary package.
    pub source: Option<String>,
}

impl PackageName {
    /// Of a package as a report gives it.
    #[must_use]
    pub fn of(package: &model::Package) -> Self {
        let purl = package.purl.as_deref().and_then(Purl::parse);
        let version = package.version.clone().or_else(|| purl.as_ref().and_then(|purl| purl.version.clone()));
        let upstream = || {
            let upstream = purl.as_ref()?.qualifiers.get("upstream")?;
            upstream.split('@').next().map(str::to_owned)
        };
        let source = package.source.clone().or_else(upstream);
        Self { name: package.name.clone(), version, source, purl }
    }
}

/// A thing with its package URLs taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) purls: Vec<Purl>,
    names: Vec<String>,
    version: Option<String>,
    range: Option<String>,
}

impl Part {
    pub(super) fn of(thing: &VexThing) -> Self {
        Self {
            purls: thing.purls.iter().filter_map(|purl| Purl::parse(purl)).collect(),
            names: thing.names.clone(),
            version: thing.version.clone(),
            range: thing.range.clone(),
        }
    }

    /// True where the package is this one, in a version of which the statement speaks.
    pub(super) fn is(&self, package: &PackageName) -> bool {
        if !self.purls.is_empty() {
            return self.purls.iter().any(|purl| self.is_purl(purl, package));
        }
        let named = package.name.as_ref().is_some_and(|name| self.names.contains(name));
        named && self.has_version(None, package)
    }

    fn is_purl(&self, said: &Purl, package: &PackageName) -> bool {
        let Some(found) = &package.purl else { return false };
        if said.kind != found.kind {
            return false;
        }
        let same_name = said.name == found.name
            || said.is_of_distribution() && package.source.as_ref().is_some_and(|source| source.eq_ignore_ascii_case(&said.name));
        // A tool that knows a distribution's package and not the distribution writes no namespace.
        let same_namespace =
            said.namespace == found.namespace || said.is_of_distribution() && (said.namespace.is_none() || found.namespace.is_none());
        same_name && same_namespace && qualified(said, found) && self.has_version(said.version.as_deref(), package)
    }

    /// The version in the package URL, else the one beside the name, else the range; without any, all versions.
    fn has_version(&self, in_purl: Option<&str>, package: &PackageName) -> bool {
        let kind = package.purl.as_ref().map_or("", |purl| purl.kind.as_str());
        let found = package.version.as_deref();
        match (in_purl.or(self.version.as_deref()), &self.range) {
            (Some(said), _) => found.is_some_and(|found| same_version(kind, said, found)),
            (None, Some(range)) => found.is_some_and(|found| version::contains(range, kind, found)),
            (None, None) => true,
        }
    }
}

fn same_version(kind: &str, said: &str, found: &str) -> bool {
    match (kind, said.split_once(':'), found.split_once(':')) {
        ("golang", ..) => said.trim_start_matches('v') == found.trim_start_matches('v'),
        // The epoch stands in front, or in a qualifier of its own, which is compared as such.
        ("rpm", Some((_, said)), None) => said == found,
        ("rpm", None, Some((_, found))) => said == found,
        _ => said == found,
    }
}

/// Each qualifier that the statement gives must be there and the same. `type` of Maven is `jar` where it is left out, a distribution's
/// release may be given more exactly, and the source package is no part of the name.
fn qualified(said: &Purl, found: &Purl) -> bool {
    said.qualifiers.iter().all(|(key, value)| {
        let other = found.qualifiers.get(key).map(String::as_str);
        match key.as_str() {
            "upstream" => true,
            "type" if said.kind == "maven" => other.unwrap_or("jar") == value,
            // A source package has no architecture of its own.
            "arch" if value == "src" => true,
            "epoch" => {
                let in_front = found.version.as_deref().and_then(|version| version.split_once(':')).map(|(epoch, _)| epoch);
                other.or(in_front).unwrap_or("0") == value
            }
            "distro" => other.is_some_and(|other| {
                let more =
                    |longer: &str, shorter: &str| longer.strip_prefix(shorter).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
                more(other, value) || more(value, other)
            }),
            _ => other == Some(value.as_str()),
        }
    })
}
