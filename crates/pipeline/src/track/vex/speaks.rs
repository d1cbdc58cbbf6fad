//! Which statements speak of a finding.

use std::collections::{BTreeSet, HashMap};

use model::{Service, Target, VexStatement};

use super::component::{PackageName, Part};
use super::product::{Product, ProductName};
use crate::normalise::ImageReference;

/// Where a finding is, as products are named.
#[derive(Clone, Debug)]
pub struct Whereabouts<'a> {
    pub target: &'a Target,
    /// The package that it is of; `None` for code, configuration, web.
    pub package: Option<PackageName>,
    /// Dependency path to the package, as the tool writes it.
    pub chain: &'a [String],
    /// All services affected that the inventory knows.
    pub services: Vec<&'a Service>,
    /// Their names, also of those that it does not know.
    pub service_names: &'a [String],
    pub application: Option<&'a str>,
    /// The image in which it was found.
    pub image: Option<ImageReference>,
    /// Canonical id of the repository in which it was found, and its path there.
    pub repository: Option<String>,
    pub path: Option<&'a str>,
    /// What was scanned: commit, tag, digest. Empty: not known.
    pub versions: Vec<String>,
    /// The images that the statement in question names, all of them. Set while it is compared.
    pub named_images: BTreeSet<String>,
}

/// The names of a finding's vulnerability.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// As its tools give them, upper case.
    pub own: BTreeSet<String>,
    /// With all aliases.
    pub all: BTreeSet<String>,
}

impl Names {
    /// True where the statement speaks of this vulnerability: by a common name. An alias may join two CVEs to one advisory; where both
    /// sides name CVEs, one of them must be the same.
    #[must_use]
    pub fn meet(&self, said: &[String]) -> bool {
        let is_cve = |name: &&String| name.starts_with("CVE-");
        let direct = said.iter().any(|name| self.own.contains(name));
        let through = said.iter().any(|name| self.all.contains(name));
        let both = said.iter().any(|name| is_cve(&name)) && self.own.iter().any(|name| is_cve(&name));
        let same_cve = said.iter().filter(is_cve).any(|name| self.own.contains(name));
        if both { same_cve } else { direct || through }
    }
}

/// How a statement names what it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    pub product: String,
    pub component: Option<String>,
    /// All names of the product, for the trust list.
    pub products: Vec<String>,
}

/// A product with its components.
#[derive(Clone, Debug)]
struct Entry {
    product: Product,
    component: Option<Part>,
    /// Place in the statement's list.
    place: usize,
}

/// A statement ready to be asked of many findings.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub statement: VexStatement,
    /// By the names of the package that must match; empty: any.
    by_package: HashMap<String, Vec<usize>>,
    entries: Vec<Entry>,
}

impl Compiled {
    /// Takes a statement apart.
    #[must_use]
    pub fn new(statement: VexStatement) -> Self {
        let mut out = Self { by_package: HashMap::new(), entries: Vec::new(), statement };
        for (place, subject) in out.statement.subjects.iter().enumerate() {
            let product = Product::of(&subject.product);
            let component = subject.component.as_ref().map(Part::of);
            let part = component.as_ref().or_else(|| product.is_package().then_some(&product.part));
            let mut keys: BTreeSet<String> = BTreeSet::new();
            match part {
                Some(part) if !part.purls.is_empty() => keys.extend(part.purls.iter().map(|purl| purl.name.to_lowercase())),
                _ => _ = keys.insert(String::new()),
            }
            for key in keys {
                out.by_package.entry(key).or_default().push(out.entries.len());
            }
            out.entries.push(Entry { product, component, place });
        }
        out
    }

    /// What its products are known by.
    #[must_use]
    pub fn products(&self) -> BTreeSet<ProductName> {
        let mut out: BTreeSet<ProductName> = self.entries.iter().flat_map(|entry| entry.product.known_as()).collect();
        // Of a distribution its package is what somebody may have.
        let of_distributions =
            self.entries.iter().filter(|entry| entry.product.is_distribution()).filter_map(|entry| entry.component.as_ref());
        out.extend(of_distributions.flat_map(|part| &part.purls).map(|purl| ProductName::Package(purl.key())));
        out
    }

    /// The product and component by which the statement speaks of a finding there; `None` where it does not. A finding that concerns
    /// several services is spoken of only where all of them are.
    #[must_use]
    pub fn speaks_of(&self, at: &Whereabouts<'_>) -> Option<Spoken> {
        let candidates = self.candidates(at.package.as_ref());
        let fitting: Vec<&Entry> = candidates.into_iter().filter(|entry| fits(entry, at)).collect();
        if fitting.is_empty() {
            return None;
        }
        let mut at = at.clone();
        at.named_images = fitting.iter().filter_map(|entry| entry.product.image().cloned()).collect();
        let direct = fitting.iter().find(|entry| is_here(entry, &at)).copied();
        let by_services = || {
            let mut first = None;
            for service in &at.services {
                let entry = fitting.iter().find(|entry| entry.product.is_service(service, &at)).copied()?;
                first = first.or(Some(entry));
            }
            first.filter(|_| at.services.len() == at.service_names.len())
        };
        let entry = direct.or_else(by_services)?;
        let subject = self.statement.subjects.get(entry.place)?;
        let products = subject.product.purls.iter().chain(&subject.product.names).cloned().chain([subject.product.id.clone()]).collect();
        let component = subject.component.as_ref().map(|component| component.id.clone());
        Some(Spoken { product: subject.product.id.clone(), component, products })
    }

    fn candidates(&self, package: Option<&PackageName>) -> Vec<&Entry> {
        let mut keys = BTreeSet::from([String::new()]);
        if let Some(package) = package {
            keys.extend(package.purl.as_ref().map(|purl| purl.name.to_lowercase()));
            keys.extend(package.source.as_ref().map(|source| source.to_lowercase()));
        }
        let mut places: Vec<usize> = keys.iter().filter_map(|key| self.by_package.get(key)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|place| self.entries.get(place)).collect()
    }
}

/// True where the component is the finding's package.
fn fits(entry: &Entry, at: &Whereabouts<'_>) -> bool {
    match (&entry.component, &at.package) {
        (Some(component), Some(package)) => component.is(package),
        (Some(_), None) => false,
        // A whole distribution is no product that brings one vulnerability.
        (None, _) => !entry.product.is_distribution(),
    }
}

/// True where the product is the finding's own target, or the package itself.
fn is_here(entry: &Entry, at: &Whereabouts<'_>) -> bool {
    if entry.product.is_target(at) {
        return true;
    }
    let Some(package) = at.package.as_ref().filter(|_| entry.product.is_package()) else { return false };
    match &entry.component {
        None => entry.product.part.is(package),
        // A package inside a package: the way to it must lead through the product.
        Some(_) => {
            entry.product.part.is(package)
                || at.chain.iter().any(|step| {
                    let step = crate::normalise::Purl::parse(step);
                    let step = step.map(|purl| PackageName { version: purl.version.clone(), purl: Some(purl), ..PackageName::default() });
                    step.is_some_and(|step| entry.product.part.is(&step))
                })
        }
    }
}
