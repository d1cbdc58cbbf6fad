//! What sort of thing a product is: an image, a repository, something that the inventory names, or a package.

use model::{Service, TargetKind, VexThing};

use super::component::Part;
use super::speaks::Whereabouts;
use crate::normalise::purl::decoded;
use crate::normalise::{ImageReference, Purl, repository_id};

/// What a product is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProductName {
    /// Repository of an image, canonical.
    Image(String),
    Digest(String),
    /// Canonical id of a repository.
    Repository(String),
    /// Package URL without version and qualifiers.
    Package(String),
    /// Of a service, an application or a target.
    Name(String),
}

/// One way in which a document names a product.
#[derive(Clone, Debug)]
pub(super) enum Way {
    Image {
        repository: Option<String>,
        tag: Option<String>,
        digest: Option<String>,
    },
    /// `path` is the folder in it that is meant, empty for all of it.
    Repository {
        id: String,
        version: Option<String>,
        path: String,
    },
    /// A distribution (CPE): its packages are what is spoken of. Vendor, and release where one is given.
    Distribution {
        vendor: String,
        release: Option<String>,
    },
    /// A package is the product itself.
    Package,
    Name(String),
}

/// A product with all its names taken apart.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub(super) ways: Vec<Way>,
    /// The version beside the name.
    version: Option<String>,
    digests: Vec<String>,
    pub(super) part: Part,
}

/// The prefix of names that Muster itself gives to what has no package URL.
const URN: &str = "urn:muster:";

impl Product {
    pub(super) fn of(thing: &VexThing) -> Self {
        let part = Part::of(thing);
        let mut ways: Vec<Way> = part.purls.iter().map(way_of).collect();
        for name in &thing.names {
            // An address of a repository or an image reference; a bare word may be either and is neither.
            let address = name.contains("://") || name.starts_with("git@");
            if let Some(distribution) = distribution(name) {
                ways.push(distribution);
                continue;
            }
            if let Some(id) = repository_id(name).filter(|_| address) {
                ways.push(Way::Repository { id, version: None, path: String::new() });
            } else if let Some(image) = ImageReference::parse(name).filter(|image| looks_like_image(name, image)) {
                ways.push(Way::Image { repository: Some(image.repository), tag: image.tag, digest: image.digest });
            }
            ways.push(Way::Name(name.clone()));
        }
        // A range of versions of a whole product cannot be compared with commits and tags.
        let version = thing.version.clone().or_else(|| thing.range.clone());
        Self { ways, version, digests: thing.digests.clone(), part }
    }

    pub(super) fn is_distribution(&self) -> bool {
        self.ways.iter().any(|way| matches!(way, Way::Distribution { .. }))
    }

    pub(super) fn is_package(&self) -> bool {
        self.ways.iter().any(|way| matches!(way, Way::Package))
    }

    /// What it is known by, apart from versions.
    pub(super) fn known_as(&self) -> Vec<ProductName> {
        let mut out: Vec<ProductName> = self.part.purls.iter().map(|purl| ProductName::Package(purl.key())).collect();
        out.retain(|_| self.is_package());
        for way in &self.ways {
            match way {
                Way::Image { repository, digest, .. } => {
                    out.extend(repository.clone().map(ProductName::Image));
                    out.extend(digest.clone().map(ProductName::Digest));
                }
                Way::Repository { id, .. } => out.push(ProductName::Repository(id.clone())),
                Way::Package | Way::Distribution { .. } => {}
                Way::Name(name) => {
                    let of_urn = name.strip_prefix(URN).and_then(|rest| rest.split_once(':')).map(|(_, name)| decoded(name));
                    out.push(ProductName::Name(of_urn.unwrap_or_else(|| name.clone())));
                }
            }
        }
        out.extend(self.digests.iter().cloned().map(ProductName::Digest));
        out
    }

    /// True where the finding's own target is this product, in this version.
    pub(super) fn is_target(&self, at: &Whereabouts<'_>) -> bool {
        self.ways.iter().any(|way| match way {
            Way::Image { repository, tag, digest } => {
                let same = match (&at.image, repository) {
                    (Some(image), Some(repository)) => image.repository == *repository,
                    // A digest names an image without its repository.
                    (Some(_), None) => digest.is_some(),
                    _ => false,
                };
                same && self.in_version(digest.as_deref().or(tag.as_deref()), at)
            }
            Way::Repository { id, version, path } => {
                let inside = path.is_empty() || at.path.is_some_and(|own| is_below(own, path));
                at.repository.as_deref() == Some(id) && inside && self.in_version(version.as_deref(), at)
            }
            Way::Package => false,
            Way::Distribution { vendor, release } => is_of(vendor, release.as_deref(), at),
            Way::Name(name) => !self.is_package() && !self.is_addressed() && names_target(name, at) && self.in_version(None, at),
        })
    }

    /// True where the product is the whole service, in whatever version runs.
    pub(super) fn is_service(&self, service: &Service, at: &Whereabouts<'_>) -> bool {
        let is_part = |way: &Way| match way {
            Way::Image { repository, tag, digest } => {
                let ours = repository.as_ref().is_some_and(|image| service.images.contains(image));
                ours && self.in_version(digest.as_deref().or(tag.as_deref()), at)
            }
            Way::Repository { id, version, path } => {
                let ours = service.repository.as_deref().and_then(repository_id).as_deref() == Some(id);
                ours && (path.is_empty() || is_below(&service.path, path)) && self.in_version(version.as_deref(), at)
            }
            Way::Package | Way::Distribution { .. } | Way::Name(_) => false,
        };
        let named = self.ways.iter().any(|way| match way {
            Way::Name(name) => is_named(name, "service", &service.name) || is_named(name, "application", &service.application),
            _ => false,
        });
        // The name of a package is no name of a service.
        if named && !self.is_package() && self.in_version(None, at) && (!self.is_addressed() || self.ways.iter().any(is_part)) {
            // Named as the service is, and what addresses it does not speak against that.
            return true;
        }
        self.ways.iter().any(|way| match way {
            // One image of several is not the service, and another image's finding is not about this one.
            Way::Image { repository, .. } => {
                let only = service.images.len() == 1 || at.named_images.is_superset(&service.images.iter().cloned().collect());
                let same = at
                    .image
                    .as_ref()
                    .is_none_or(|own| Some(&own.repository) == repository.as_ref() || !service.images.contains(&own.repository));
                is_part(way) && only && same
            }
            Way::Repository { .. } => is_part(way),
            Way::Package | Way::Distribution { .. } | Way::Name(_) => false,
        })
    }

    /// The image repository that it names, where it names one.
    pub(super) fn image(&self) -> Option<&String> {
        self.ways.iter().find_map(|way| match way {
            Way::Image { repository, .. } => repository.as_ref(),
            _ => None,
        })
    }

    /// Beside an address a name counts only where both agree.
    fn is_addressed(&self) -> bool {
        self.ways.iter().any(|way| matches!(way, Way::Image { .. } | Way::Repository { .. }))
    }

    /// True where the statement names no version of the product, or the one that was scanned.
    fn in_version(&self, said: Option<&str>, at: &Whereabouts<'_>) -> bool {
        let scanned = |wanted: &str| at.versions.iter().any(|known| known.eq_ignore_ascii_case(wanted));
        match said.or(self.version.as_deref()) {
            Some(version) => scanned(version) || self.digests.iter().any(|digest| scanned(digest)),
            None => self.digests.is_empty() || self.digests.iter().any(|digest| scanned(digest)),
        }
    }
}

fn way_of(purl: &Purl) -> Way {
    let given = |key: &str| purl.qualifiers.get(key).map(String::as_str);
    let path = purl.subpath.clone().unwrap_or_default();
    let version = purl.version.clone();
    let name = match &purl.namespace {
        Some(namespace) => format!("{namespace}/{}", purl.name),
        None => purl.name.clone(),
    };
    let host = match purl.kind.as_str() {
        "oci" | "docker" => {
            let is_digest = |version: &&str| version.starts_with("sha256:") || version.starts_with("sha512:");
            let stated = given("repository_url").map(|url| {
                let whole = url.trim_end_matches('/');
                // Some write the registry alone and leave the name to the package.
                if whole.rsplit('/').next() == Some(purl.name.as_str()) { whole.to_owned() } else { format!("{whole}/{name}") }
            });
            let repository = stated.or_else(|| (purl.kind == "docker").then(|| name.clone()));
            let digest = version.as_deref().filter(is_digest).map(str::to_ascii_lowercase);
            let tag = given("tag").map(str::to_owned).or_else(|| version.clone().filter(|version| !is_digest(&version.as_str())));
            let repository = repository.and_then(|text| ImageReference::parse(&text)).map(|image| image.repository);
            return Way::Image { repository, tag: tag.filter(|_| digest.is_none()), digest };
        }
        "github" => Some("github.com"),
        "gitlab" => Some("gitlab.com"),
        "bitbucket" => Some("bitbucket.org"),
        _ => None,
    };
    let stated = given("vcs_url").and_then(|url| repository_id(url.split('@').next().filter(|head| head.contains("://")).unwrap_or(url)));
    let of_host = host.and_then(|host| repository_id(&format!("{host}/{name}")));
    match of_host.or_else(|| stated.filter(|_| purl.kind == "generic")) {
        Some(id) => Way::Repository { id, version, path },
        None => Way::Package,
    }
}

/// Vendor of a CPE, and the namespaces that package URLs have for its distributions.
const DISTRIBUTIONS: [(&str, &[&str]); 8] = [
    ("redhat", &["redhat", "rhel"]),
    ("canonical", &["ubuntu"]),
    ("debian", &["debian"]),
    ("suse", &["suse", "sles"]),
    ("opensuse", &["opensuse"]),
    ("oracle", &["oracle"]),
    ("rocky", &["rocky"]),
    ("almalinux", &["alma", "almalinux"]),
];

/// `cpe:/o:redhat:enterprise_linux:9::baseos`, `cpe:2.3:o:debian:debian_linux:12:*:…`.
fn distribution(name: &str) -> Option<Way> {
    let rest = name.strip_prefix("cpe:2.3:").or_else(|| name.strip_prefix("cpe:/"))?;
    let mut parts = rest.split(':');
    let (_, vendor, _, release) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    DISTRIBUTIONS.iter().find(|(known, _)| *known == vendor)?;
    let release = release.filter(|release| !matches!(*release, "" | "*" | "-")).map(str::to_owned);
    Some(Way::Distribution { vendor: vendor.to_owned(), release })
}

/// True where the finding's package is one of that distribution in that release: by the qualifier `distro`, else by the mark in the version
/// (`.el9`). Where neither says it, it is not.
fn is_of(vendor: &str, release: Option<&str>, at: &Whereabouts<'_>) -> bool {
    let Some(package) = &at.package else { return false };
    let Some(purl) = package.purl.as_ref().filter(|purl| purl.is_of_distribution()) else { return false };
    let names = DISTRIBUTIONS.iter().find(|(known, _)| *known == vendor).map_or(&[][..], |(_, names)| *names);
    if !purl.namespace.as_deref().is_some_and(|namespace| names.contains(&namespace)) {
        return false;
    }
    let Some(release) = release else { return true };
    let more = |longer: &str| longer.strip_prefix(release).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    match purl.qualifiers.get("distro").and_then(|distro| distro.rsplit('-').next()) {
        Some(given) => more(given),
        None => package.version.as_deref().is_some_and(|version| {
            version.split(['.', '_', '+', '-']).any(|part| part.strip_prefix("el").is_some_and(|mark| mark == release))
        }),
    }
}

/// A reference that only an image can be: with a registry, a tag or a digest.
fn looks_like_image(text: &str, image: &ImageReference) -> bool {
    !text.contains("://")
        && text.contains('/')
        && (text.split('/').next().is_some_and(|head| head.contains(['.', ':'])) || image.digest.is_some())
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// True where a text is that name, or our own URN of it.
fn is_named(text: &str, kind: &str, name: &str) -> bool {
    let of_urn = || text.strip_prefix(URN).and_then(|rest| rest.strip_prefix(kind)?.strip_prefix(':')).map(decoded);
    !name.is_empty() && (text == name || of_urn().as_deref() == Some(name))
}

fn names_target(text: &str, at: &Whereabouts<'_>) -> bool {
    let target = at.target;
    let is_target = match target.kind {
        TargetKind::Unknown => text == format!("{URN}target:unknown"),
        TargetKind::Named | TargetKind::Service | TargetKind::Application | TargetKind::Url | TargetKind::Account | TargetKind::Cluster => {
            is_named(text, "target", &target.name) || text == target.name
        }
        TargetKind::Image | TargetKind::Repository => is_named(text, "target", &target.name),
    };
    let application = at.application.is_some_and(|application| is_named(text, "application", application));
    let service = at.service_names.iter().any(|service| at.service_names.len() == 1 && is_named(text, "service", service));
    is_target || application || service
}
