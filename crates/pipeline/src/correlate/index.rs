//! The inventory, ready to be asked: built once, then asked for every finding.

use std::collections::{HashMap, HashSet};

use model::{Application, Branches, Inventory, Service};

use super::Problem;
use super::codeowners::CodeOwners;
use super::names::{repository_key, tidy_path, url_place};
use super::owner::TeamNames;
use super::paths::PathMap;
use super::rules::Rules;
use crate::normalise::{image_repository, known_repository_id, repository_id};

/// Prefixes of resources that are looked through for each finding.
const MAX_PREFIXES: usize = 2000;

/// A repository that services live in or that has a CODEOWNERS file.
#[derive(Clone, Debug, Default)]
pub(super) struct Repository {
    /// As declared.
    pub(super) id: String,
    /// Services by the path that they own.
    pub(super) paths: PathMap<usize>,
    pub(super) codeowners: Option<CodeOwners>,
}

impl Repository {
    /// A path as seen from above the checkout (`builds/acme/shop/services/api/x`) ends in one from its root: what follows the
    /// repository's own name, where a service's path holds that. `None` where the path is held as it is.
    pub(super) fn below_its_own_name<'p>(&self, path: &'p str) -> Option<&'p str> {
        let name = self.id.rsplit('/').next().filter(|name| !name.is_empty())?;
        if self.paths.longest(path).is_some() {
            return None;
        }
        let mut from = 0;
        for segment in path.split('/').take(16) {
            from += segment.len() + 1;
            if segment.eq_ignore_ascii_case(name) {
                let rest = path.get(from..)?;
                return self.paths.longest(rest).map(|_| rest);
            }
        }
        None
    }
}

/// Look-up tables over an inventory.
#[derive(Clone, Debug, Default)]
pub struct InventoryIndex {
    pub(super) services: Vec<Service>,
    pub(super) applications: HashMap<String, Application>,
    pub(super) teams: TeamNames,
    repositories: HashMap<String, Repository>,
    names: HashMap<String, usize>,
    images: HashMap<String, usize>,
    urls: HashMap<String, PathMap<usize>>,
    application_services: HashMap<String, Vec<usize>>,
    /// Resources by name, and those that are prefixes.
    resources: HashMap<String, usize>,
    resource_prefixes: Vec<(String, usize)>,
    packages: HashMap<String, usize>,
    pub(super) rules: Rules,
    problems: Vec<Problem>,
}

impl InventoryIndex {
    /// Builds the tables. Of two services that claim one thing, which merging has reported, the first by name keeps it.
    #[must_use]
    pub fn new(inventory: &Inventory) -> Self {
        let mut index = Self {
            services: inventory.services.clone(),
            teams: TeamNames::new(inventory),
            rules: Rules::new(inventory),
            ..Self::default()
        };
        for application in &inventory.applications {
            index.applications.entry(application.name.clone()).or_insert_with(|| application.clone());
        }
        for at in 0..index.services.len() {
            index.add_service(at);
        }
        index.add_codeowners(inventory);
        index
    }

    /// Lines of CODEOWNERS files that the code host leaves out, as warnings.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Declared branches of a repository: of the first service there that declares some.
    #[must_use]
    pub fn branches(&self, repository: &str) -> Option<&Branches> {
        let (_, found) = self.repository(repository)?.paths.nearest_folder("")?;
        found
            .iter()
            .filter_map(|at| self.services.get(*at))
            .map(|service| &service.branches)
            .find(|branches| **branches != Branches::default())
    }

    /// The service of that name; case counts only where two names differ in nothing else.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.service_at(name).and_then(|at| self.services.get(at))
    }

    /// True where the service lives in the repository, or no service does: then a flag may have said whose it is.
    #[must_use]
    pub fn shares_repository(&self, service: &str, repository: &str) -> bool {
        let Some(found) = self.repository(repository).and_then(|found| found.paths.nearest_folder("")) else { return true };
        self.service_at(service).is_some_and(|at| found.1.contains(&at))
    }

    /// True where the inventory knows an application of that name.
    #[must_use]
    pub fn knows_application(&self, name: &str) -> bool {
        self.applications.contains_key(name)
    }

    fn add_service(&mut self, at: usize) {
        let Some(service) = self.services.get(at) else { return };
        self.names.entry(service.name.clone()).or_insert(at);
        self.names.entry(service.name.to_lowercase()).or_insert(at);
        self.application_services.entry(service.application.clone()).or_default().push(at);
        if let Some(id) = service.repository.as_deref().and_then(repository_id) {
            let repository = self.repositories.entry(repository_key(&id)).or_default();
            if repository.id.is_empty() {
                repository.id = id;
            }
            repository.paths.insert(tidy_path(&service.path), at);
        }
        for resource in &service.resources {
            let resource = resource.to_lowercase();
            match resource.strip_suffix('*') {
                Some(prefix) if self.resource_prefixes.len() < MAX_PREFIXES => self.resource_prefixes.push((prefix.to_owned(), at)),
                Some(_) => {}
                None => drop(self.resources.entry(resource).or_insert(at)),
            }
        }
        for package in &service.packages {
            self.packages.entry(package.clone()).or_insert(at);
        }
        for image in service.images.iter().filter_map(|image| image_repository(image)) {
            self.images.entry(image).or_insert(at);
        }
        for place in service.urls.iter().filter_map(|url| url_place(url)) {
            self.urls.entry(place.origin).or_default().insert(&place.path, at);
        }
    }

    /// Of several CODEOWNERS files of a repository the code host reads one.
    fn add_codeowners(&mut self, inventory: &Inventory) {
        for file in &inventory.codeowners {
            let (read, problems) = CodeOwners::read(file);
            let id = repository_id(&file.repository).unwrap_or_default();
            let repository = self.repositories.entry(repository_key(&id)).or_default();
            if repository.id.is_empty() {
                repository.id = id;
            }
            let order = |owners: &CodeOwners| (owners.dialect.order(&owners.file), owners.file.clone());
            if repository.codeowners.as_ref().is_none_or(|known| order(&read) < order(known)) {
                repository.codeowners = Some(read);
            }
            self.problems.extend(problems);
        }
    }

    pub(super) fn repository(&self, id: &str) -> Option<&Repository> {
        if self.repositories.is_empty() {
            return None;
        }
        // Most ask by the canonical id, which is the key.
        self.repositories.get(id).or_else(|| self.repositories.get(&repository_key(&known_repository_id(id)?)))
    }

    pub(super) fn service_at(&self, name: &str) -> Option<usize> {
        self.names.get(name).or_else(|| self.names.get(&name.to_lowercase())).copied()
    }

    pub(super) fn image_at(&self, image: &str) -> Option<usize> {
        self.images.get(image).or_else(|| self.images.get(&image_repository(image)?)).copied()
    }

    /// The service whose resource it is: by its whole name, else by the longest prefix.
    pub(super) fn resource_at(&self, resource: &str) -> Option<usize> {
        if (self.resources.is_empty() && self.resource_prefixes.is_empty()) || resource.len() > 2048 {
            return None;
        }
        let resource = resource.to_lowercase();
        let longest = || {
            let holding = self.resource_prefixes.iter().filter(|(prefix, _)| resource.starts_with(prefix.as_str()));
            holding.max_by_key(|(prefix, _)| prefix.len()).map(|(_, at)| *at)
        };
        self.resources.get(&resource).copied().or_else(longest)
    }

    /// The service that publishes a package.
    pub(super) fn package_at(&self, key: &str) -> Option<usize> {
        self.packages.get(key).copied()
    }

    /// The service that owns an image, given with or without tag and digest.
    #[must_use]
    pub fn service_of_image(&self, image: &str) -> Option<&Service> {
        self.image_at(image).and_then(|at| self.services.get(at))
    }

    /// Image repositories that are declared as bases of others.
    pub fn bases(&self) -> impl Iterator<Item = &str> {
        self.rules.bases()
    }

    /// Says which packages (package URLs without version) scans of a base image itself show.
    pub fn set_brought(&mut self, image: String, packages: HashSet<String>) {
        self.rules.set_brought(image, packages);
    }

    /// True where both know the same packages and digests of a base image; of an image that is no base there is nothing to know.
    #[must_use]
    pub fn knows_the_same_of_base(&self, other: &Self, image: &str) -> bool {
        self.rules.known_of(image) == other.rules.known_of(image)
    }

    /// Images that services declare to be built on a base image.
    #[must_use]
    pub fn images_built_on(&self, base: &str) -> Vec<String> {
        let built = self.services.iter().filter(|service| service.base_images.iter().any(|image| image == base));
        built.flat_map(|service| &service.images).filter_map(|image| image_repository(image)).collect()
    }

    /// Says which digests a base image is known by.
    pub fn set_digests(&mut self, image: &str, digests: impl IntoIterator<Item = String>) {
        self.rules.set_digests(image, digests);
    }

    /// The service with the longest path that holds the URL.
    pub(super) fn url_at(&self, url: &str) -> Option<usize> {
        let place = url_place(url)?;
        self.urls.get(&place.origin)?.longest(&place.path).and_then(|(_, services)| services.first().copied())
    }

    /// The service of a Kubernetes object written as `Deployment/name`, `namespace/Kind/name`, `Kind.namespace.name`: by the object's
    /// name, for pods and replica sets without what the cluster appends.
    pub(super) fn workload_at(&self, resource: &str) -> Option<usize> {
        if resource.len() > 512 {
            return None;
        }
        let name = resource.rsplit(['/', ':', ' ']).next().unwrap_or(resource);
        let name = if resource.contains('/') { name } else { name.rsplit('.').next().unwrap_or(name) };
        let appended = resource.to_ascii_lowercase();
        let tails = if appended.contains("pod") {
            2
        } else if appended.contains("replicaset") || appended.contains("job") {
            1
        } else {
            0
        };
        let mut rest = name;
        for _ in 0..=tails {
            if let Some(at) = self.service_at(rest) {
                return Some(at);
            }
            rest = rest.rsplit_once('-')?.0;
        }
        None
    }

    pub(super) fn services_of_application(&self, name: &str) -> &[usize] {
        self.application_services.get(name).map_or(&[], Vec::as_slice)
    }

    /// The applications of services, each once, in the order of the services.
    pub(super) fn applications_of<'a>(&'a self, services: &[&'a Service]) -> Vec<&'a Application> {
        let mut seen = HashSet::new();
        services
            .iter()
            .filter(|service| seen.insert(service.application.as_str()))
            .filter_map(|service| self.applications.get(&service.application))
            .collect()
    }
}
