//! What stands above the ordinary sources of ownership: a person's rule, and the owner of a base image for what it brings.

use std::collections::{HashMap, HashSet};

use model::{BaseImage, Finding, Inventory, OwnerFact, OwnerRule, Service};

use super::names::{repository_key, url_place};
use super::owner::{OwnerStrength, Say};
use super::paths::PathMap;
use super::place::Clues;

/// Kinds of package that a base image brings with its distribution.
const OF_DISTRIBUTIONS: [&str; 4] = ["pkg:deb/", "pkg:rpm/", "pkg:apk/", "pkg:alpm/"];

/// Rules and base images by what they speak of.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    list: Vec<OwnerRule>,
    repositories: HashMap<String, PathMap<usize>>,
    images: HashMap<String, usize>,
    urls: HashMap<String, PathMap<usize>>,
    bases: HashMap<String, BaseImage>,
    /// Packages without version that scans of a base image itself show; a base that was never scanned is absent.
    brought: HashMap<String, HashSet<String>>,
    /// Digests that scans and deployments know, and the base image that each is.
    digests: HashMap<String, String>,
}

impl Rules {
    pub(super) fn new(inventory: &Inventory) -> Self {
        let mut rules = Self { list: inventory.owners.clone(), ..Self::default() };
        for (at, rule) in inventory.owners.iter().enumerate() {
            if let Some(id) = &rule.repository {
                rules.repositories.entry(repository_key(id)).or_default().insert(&rule.path, at);
            }
            if let Some(image) = &rule.image {
                rules.images.entry(image.clone()).or_insert(at);
            }
            if let Some(place) = rule.url.as_deref().and_then(url_place) {
                rules.urls.entry(place.origin).or_default().insert(&place.path, at);
            }
        }
        for base in &inventory.base_images {
            rules.bases.entry(base.image.clone()).or_insert_with(|| base.clone());
        }
        rules
    }

    pub(super) fn bases(&self) -> impl Iterator<Item = &str> {
        self.bases.keys().map(String::as_str)
    }

    pub(super) fn set_brought(&mut self, image: String, packages: HashSet<String>) {
        self.brought.insert(image, packages);
    }

    /// What is known of a base image: the packages that its scans show, none where it was never scanned, and its digests.
    pub(super) fn known_of(&self, image: &str) -> (Option<&HashSet<String>>, HashSet<&str>) {
        let digests = self.digests.iter().filter(|(_, of)| *of == image).map(|(digest, _)| digest.as_str()).collect();
        (self.brought.get(image), digests)
    }

    pub(super) fn set_digests(&mut self, image: &str, digests: impl IntoIterator<Item = String>) {
        for digest in digests {
            self.digests.entry(digest).or_insert_with(|| image.to_owned());
        }
    }

    /// The base image that a label names: by its name, else by its digest, which is the same in every registry.
    fn labelled(&self, label: &str) -> Option<String> {
        let named = crate::normalise::image_repository(label).filter(|image| self.bases.contains_key(image));
        named.or_else(|| self.digests.get(label.rsplit_once('@')?.1).cloned())
    }

    /// What rules say of a finding, the strongest first.
    pub(super) fn says(&self, clues: &Clues<'_>, finding: &Finding, services: &[&Service]) -> Vec<Say> {
        if self.list.is_empty() && self.bases.is_empty() {
            return Vec::new();
        }
        self.rule(clues).into_iter().chain(self.base(clues, finding, services)).collect()
    }

    fn rule(&self, clues: &Clues<'_>) -> Option<Say> {
        let by_code = || {
            let paths = self.repositories.get(&repository_key(clues.repository?))?;
            paths.longest(clues.path.unwrap_or_default())?.1.first()
        };
        let by_image = || self.images.get(&crate::normalise::image_repository(clues.image?)?);
        let by_url = || {
            let place = url_place(clues.url.as_deref()?)?;
            self.urls.get(&place.origin)?.longest(&place.path)?.1.first()
        };
        let rule = self.list.get(*by_code().or_else(by_image).or_else(by_url)?)?;
        let of = match (&rule.repository, &rule.image, &rule.url) {
            (Some(id), ..) if rule.path.is_empty() => id.clone(),
            (Some(id), ..) => format!("{id}, path {}", rule.path),
            (_, Some(image), _) => format!("image {image}"),
            (.., url) => url.clone().unwrap_or_default(),
        };
        let because = rule.because.as_deref().map(|text| format!(": {text}")).unwrap_or_default();
        let fact = OwnerFact { fact: format!("a rule gives {of} to team {}{because}", rule.team), source: rule.source.to_string() };
        Some(Say { strength: OwnerStrength::Rule, team: Some(rule.team.clone()), fact })
    }

    /// The owner of the base image that brings the package: as scans of the base itself show, else of the distribution's packages.
    fn base(&self, clues: &Clues<'_>, finding: &Finding, services: &[&Service]) -> Option<Say> {
        let purl = finding.package.as_ref()?.purl.as_deref()?;
        clues.image?;
        let key = crate::normalise::Purl::parse(purl)?.key();
        let labelled = clues.base_image.and_then(|label| self.labelled(label));
        let declared = services.iter().flat_map(|service| &service.base_images);
        let mut bases = declared.chain(&labelled).filter_map(|image| self.bases.get(image));
        let base = bases.find(|base| match self.brought.get(&base.image) {
            Some(packages) => packages.contains(&key),
            None => OF_DISTRIBUTIONS.iter().any(|kind| key.starts_with(kind)),
        })?;
        let shown = if self.brought.contains_key(&base.image) {
            "its own scan shows the package"
        } else {
            "the package is of its distribution, and the base image itself was never scanned"
        };
        let by = if labelled.as_ref() == Some(&base.image) { ", which the image's label names," } else { "" };
        let text = format!("base image {}{by} brings it ({shown}) and is owned by team {}", base.image, base.owner);
        let fact = OwnerFact { fact: text, source: base.source.to_string() };
        Some(Say { strength: OwnerStrength::BaseImage, team: Some(base.owner.clone()), fact })
    }
}

#[cfg(test)]
mod tests {
    use model::{Application, Finding, Kind, Package, Service, SourceLine, Target, TargetKind};

    use super::super::{InventoryIndex, PlaceInput};
    use super::*;

    fn line(line: u32) -> SourceLine {
        SourceLine { file: "muster.yaml".into(), line }
    }

    fn inventory() -> Inventory {
        let rule = |path: &str| OwnerRule {
            team: "red".into(),
            repository: Some("github.com/acme/shop".into()),
            path: path.into(),
            because: Some("they wrote it".into()),
            source: line(9),
            ..OwnerRule::default()
        };
        Inventory {
            applications: vec![Application { name: "shop".into(), owner: Some("blue".into()), source: line(2), ..Application::default() }],
            services: vec![Service {
                name: "api".into(),
                application: "shop".into(),
                repository: Some("github.com/acme/shop".into()),
                images: vec!["r.example/api".into()],
                base_images: vec!["r.example/base".into()],
                source: line(4),
                ..Service::default()
            }],
            owners: vec![rule("src/old")],
            base_images: vec![BaseImage { image: "r.example/base".into(), owner: "platform".into(), source: line(12) }],
            ..Inventory::default()
        }
    }

    fn owner(index: &InventoryIndex, target: (TargetKind, &str), path: Option<&str>, purl: Option<&str>) -> (Option<String>, String) {
        let target = Target { kind: target.0, name: target.1.into() };
        let mut finding = Finding::new(if purl.is_some() { Kind::Container } else { Kind::Sast }, "rule", "title");
        finding.location.path = path.map(Into::into);
        finding.package = purl.map(|purl| Package { purl: Some(purl.into()), ..Package::default() });
        let placed = index.place(&PlaceInput::new(&target, &finding));
        (placed.owner.team, placed.owner.because.first().map(|fact| fact.source.clone()).unwrap_or_default())
    }

    #[test]
    fn a_persons_rule_is_stronger_than_all() {
        let index = InventoryIndex::new(&inventory());
        let code = (TargetKind::Repository, "github.com/Acme/shop");
        assert_eq!(owner(&index, code, Some("src/old/a.py"), None), (Some("red".into()), "muster.yaml:9".into()));
        assert_eq!(owner(&index, code, Some("src/older/a.py"), None), (Some("blue".into()), "muster.yaml:2".into()));
    }

    #[test]
    fn a_base_images_packages_are_its_owners() {
        let mut index = InventoryIndex::new(&inventory());
        let image = (TargetKind::Image, "r.example/api");
        let (deb, npm) = (Some("pkg:deb/debian/openssl@3.0"), Some("pkg:npm/left@1"));
        assert_eq!(owner(&index, image, None, deb).0.as_deref(), Some("platform"), "of the distribution");
        assert_eq!(owner(&index, image, None, npm).0.as_deref(), Some("blue"));
        index.set_brought("r.example/base".into(), HashSet::from(["pkg:npm/left".to_owned()]));
        assert_eq!(owner(&index, image, None, deb).0.as_deref(), Some("blue"), "the base was scanned and has it not");
        assert_eq!(owner(&index, image, None, npm).0.as_deref(), Some("platform"));
    }

    #[test]
    fn a_base_image_is_known_by_its_digest_alone() {
        let mut inventory = inventory();
        inventory.services[0].base_images.clear();
        let mut index = InventoryIndex::new(&inventory);
        index.set_digests("r.example/base", ["sha256:ab".to_owned()]);
        let target = Target { kind: TargetKind::Image, name: "r.example/api".into() };
        let mut finding = Finding::new(Kind::Container, "rule", "title");
        finding.package = Some(Package { purl: Some("pkg:deb/debian/openssl@3.0".into()), ..Package::default() });
        let owner = |label| index.place(&PlaceInput { base_image: label, ..PlaceInput::new(&target, &finding) }).owner.team;
        assert_eq!(owner(None).as_deref(), Some("blue"));
        assert_eq!(owner(Some("@sha256:ab")).as_deref(), Some("platform"));
        assert_eq!(owner(Some("mirror.example/base@sha256:ab")).as_deref(), Some("platform"), "under another name");
        assert_eq!(owner(Some("r.example/base:3")).as_deref(), Some("platform"), "the name is enough");
        assert_eq!(owner(Some("@sha256:cd")).as_deref(), Some("blue"));
    }
}
