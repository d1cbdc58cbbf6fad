//! Where a finding belongs: the smallest unit of the inventory that owns the thing to change.
//!
//! Code is placed by repository and path, what is in an image by the image, what a web scanner saw by the longest matching URL, a cluster's
//! objects by workload. A file that no service's path holds belongs to the nearest folder that has services, with all of them. The flags
//! `--service` and `--app` place only what the inventory does not. What nothing places belongs to an implicit component named after its
//! manifest, repository, image or URL, has no service, and says what was looked for.

use model::{Application, Exposure, Finding, Kind, Owner, Place, Service, Severity, Target, TargetKind, Tri};

use super::codeowners::CodeOwners;
use super::facts::{Fact, Facts};
use super::index::{InventoryIndex, Repository};
use super::names::{tidy_path, url_place};
use super::owner::{self, OwnerStrength};
use crate::normalise::{Purl, image_repository, known_repository_id};

/// What is known of a finding when it is placed.
#[derive(Clone, Copy, Debug)]
pub struct PlaceInput<'a> {
    pub target: &'a Target,
    pub finding: &'a Finding,
    /// `--service`
    pub service_flag: Option<&'a str>,
    /// `--app`
    pub app_flag: Option<&'a str>,
    /// Facts about the target: of flags, else of the report.
    pub repository: Option<&'a str>,
    pub image: Option<&'a str>,
    /// The image that it was built on, as its label says.
    pub base_image: Option<&'a str>,
    pub url: Option<&'a str>,
    /// `--prefix`: the folder of the repository that the report is about. Counts for packages without a file of their own.
    pub folder: Option<&'a str>,
    /// What a bill of materials says that it describes: package URL, name or folder. Counts likewise.
    pub subjects: &'a [String],
}

impl<'a> PlaceInput<'a> {
    /// A finding of a target of which nothing else is known.
    #[must_use]
    pub fn new(target: &'a Target, finding: &'a Finding) -> Self {
        Self {
            target,
            finding,
            service_flag: None,
            app_flag: None,
            repository: None,
            image: None,
            base_image: None,
            url: None,
            folder: None,
            subjects: &[],
        }
    }
}

/// Where a finding belongs, who owns it there, and what holds there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    pub place: Place,
    pub owner: Owner,
    /// How specific the owner's source is; of an issue's findings the strongest names the owner.
    pub owner_strength: OwnerStrength,
    pub exposure: Exposure,
    pub production: Tri,
    /// Sorted.
    pub data: Vec<String>,
    pub criticality: Severity,
    /// Sorted.
    pub compliance: Vec<String>,
    pub facts: Vec<Fact>,
    /// A service that a flag names and the inventory does not know.
    pub created_service: Option<String>,
    /// An application that a flag names and the inventory does not know.
    pub created_application: Option<String>,
}

/// A place before owner and facts.
struct Spot<'i> {
    key: String,
    services: Vec<usize>,
    because: String,
    /// CODEOWNERS that speaks, and the path in its repository where the finding has one.
    code: Option<(&'i CodeOwners, Option<String>)>,
    /// True where no path of a service holds the file.
    shared: bool,
}

/// The finding's whereabouts, folded from target, finding and facts.
pub(super) struct Clues<'a> {
    pub(super) repository: Option<&'a str>,
    /// In the repository; absent for paths inside an image.
    pub(super) path: Option<&'a str>,
    pub(super) image: Option<&'a str>,
    pub(super) base_image: Option<&'a str>,
    pub(super) url: Option<String>,
    package: bool,
    /// Of a package without a file of its own.
    upload: Upload<'a>,
}

/// What the upload of a report says of what it is about.
#[derive(Clone, Copy, Default)]
struct Upload<'a> {
    folder: Option<&'a str>,
    service: Option<&'a str>,
    subjects: &'a [String],
}

impl<'a> Clues<'a> {
    pub(super) fn of(input: &PlaceInput<'a>) -> Self {
        let (target, finding) = (input.target, input.finding);
        let named = |kind: TargetKind| (target.kind == kind).then_some(target.name.as_str());
        let location = &finding.location;
        let package = finding.package.is_some()
            && matches!(finding.kind, Kind::Sca | Kind::Container | Kind::Runtime | Kind::License | Kind::Malware);
        let file = finding.package.as_ref().and_then(|package| package.file.as_deref());
        let path = if package { file.or(location.path.as_deref()) } else { location.path.as_deref().or(file) };
        let repository = named(TargetKind::Repository).or(input.repository);
        let in_repository = repository.is_some() && !matches!(target.kind, TargetKind::Image | TargetKind::Url);
        let site = named(TargetKind::Url).or(input.url);
        let path = path.map(tidy_path).filter(|path| !path.is_empty() && in_repository);
        let upload = match path {
            None if package && in_repository => Upload {
                folder: input.folder.map(tidy_path).filter(|folder| !folder.is_empty()),
                service: input.service_flag,
                subjects: input.subjects,
            },
            _ => Upload::default(),
        };
        Self {
            repository,
            path,
            upload,
            image: named(TargetKind::Image).or(location.image.as_deref()).or(input.image),
            base_image: input.base_image,
            url: page(location.url.as_deref(), site),
            package,
        }
    }

    /// What was looked for, as a phrase.
    fn looked_for(&self) -> String {
        let mut words = Vec::new();
        let short = |text: &str| text.chars().take(200).collect::<String>();
        if let Some(repository) = self.repository {
            words.push(format!("repository {}", short(repository)));
        }
        if let Some(path) = self.path {
            words.push(format!("path {}", short(path)));
        }
        if let Some(image) = self.image {
            words.push(format!("image {}", short(image)));
        }
        if let Some(url) = &self.url {
            words.push(format!("url {}", short(url)));
        }
        words.join(", ")
    }
}

/// The page's address: as reported where it is whole, else on the site that was scanned.
fn page(reported: Option<&str>, site: Option<&str>) -> Option<String> {
    match (reported, site) {
        (Some(page), Some(site)) if !page.contains("://") => {
            Some(format!("{}/{}", site.trim_end_matches('/'), page.trim_start_matches('/')))
        }
        (Some(page), _) if page.contains("://") => Some(page.to_owned()),
        (_, Some(site)) => Some(site.to_owned()),
        _ => None,
    }
}

impl InventoryIndex {
    /// Places a finding. The answer is a function of the inventory and the input alone.
    #[must_use]
    pub fn place(&self, input: &PlaceInput<'_>) -> Placed {
        let clues = Clues::of(input);
        let mut created_service = None;
        let spot = match self.by_inventory(input, &clues) {
            Some(spot) if spot.shared => self.narrowed(spot, input),
            Some(spot) => spot,
            None => self.by_flag(input, &clues, &mut created_service).unwrap_or_else(|| self.implicit(input, &clues)),
        };
        self.finish(input, &clues, spot, created_service)
    }

    fn by_inventory<'i>(&'i self, input: &PlaceInput<'_>, clues: &Clues<'_>) -> Option<Spot<'i>> {
        let finding = input.finding;
        let by_code = || self.by_code(clues);
        let by_image = || {
            let at = self.image_at(clues.image?)?;
            self.whole(at, clues, |service| format!("image {} of service {}", clues.image.unwrap_or_default(), service.name))
        };
        let by_url = || self.by_url(input, clues);
        let by_target = || {
            let at = matches!(input.target.kind, TargetKind::Service | TargetKind::Named)
                .then(|| self.service_at(&input.target.name))
                .flatten()?;
            self.whole(at, clues, |service| format!("service {}", service.name))
        };
        let by_workload = || {
            let resource = finding.location.resource.as_deref()?;
            let cluster = input.target.kind == TargetKind::Cluster || clues.path.is_none() && clues.image.is_none() && clues.url.is_none();
            let at = cluster.then(|| self.workload_at(resource)).flatten()?;
            self.whole(at, clues, |service| format!("workload {resource} has the name of service {}", service.name))
        };
        let by_resource = || {
            let resource = finding.location.resource.as_deref()?;
            let at = self.resource_at(resource)?;
            self.whole(at, clues, |service| format!("resource {resource} of service {}", service.name))
        };
        let by_package = || {
            let key = Purl::parse(finding.package.as_ref()?.purl.as_deref()?)?.key();
            let at = self.package_at(&key)?;
            self.whole(at, clues, |service| format!("package {key} of service {}", service.name))
        };
        let by_workload = || by_resource().or_else(by_workload);
        let by_code = || by_code().or_else(|| if clues.path.is_none() { by_package() } else { None });
        let watched = matches!(finding.kind, Kind::Dast | Kind::Api | Kind::Pentest);
        if input.target.kind == TargetKind::Image || (clues.image.is_some() && (clues.path.is_none() || finding.kind == Kind::Container)) {
            by_image().or_else(by_code).or_else(by_target).or_else(by_workload).or_else(by_url)
        } else if clues.path.is_some() {
            by_code().or_else(by_target).or_else(by_url).or_else(by_image)
        } else if input.target.kind == TargetKind::Service && !watched {
            by_target().or_else(by_url).or_else(by_code)
        } else {
            by_url().or_else(by_target).or_else(by_workload).or_else(by_image).or_else(by_code)
        }
    }

    /// By repository and path.
    fn by_code<'i>(&'i self, clues: &Clues<'_>) -> Option<Spot<'i>> {
        let repository = self.repository(clues.repository?)?;
        if let Some(spot) = self.by_upload(repository, clues) {
            return Some(spot);
        }
        let path = clues.path.or(clues.upload.folder).unwrap_or_default();
        let code = repository.codeowners.as_ref().map(|file| (file, path_of_code(clues)));
        if let Some((prefix, [at])) = repository.paths.longest(path)
            && let Some(service) = self.services.get(*at)
        {
            let where_ = if prefix.is_empty() { String::new() } else { format!(", path {prefix}") };
            let because = format!("repository {}{where_} ({})", repository.id, service.source);
            return Some(Spot { key: format!("service {}", service.name), services: vec![*at], because, code, shared: false });
        }
        if let Some(path) = repository.below_its_own_name(path) {
            return self.by_code(&Clues { path: Some(path), url: None, ..*clues });
        }
        if let Some((prefix, several)) = repository.paths.longest(path) {
            // Claimed twice, which applying the inventory refuses; both are affected.
            let because = format!("{} services claim {} of {}", several.len(), shown(prefix), repository.id);
            let key = format!("claimed {}:{prefix}", repository.id);
            return Some(Spot { key, services: several.to_vec(), because, code, shared: true });
        }
        let (folder, inside) = repository.paths.nearest_folder(path)?;
        if let [at] = inside
            && let Some(service) = self.services.get(*at)
        {
            let because = format!("the only service in {} of {} ({})", shown(folder), repository.id, service.source);
            return Some(Spot { key: format!("service {}", service.name), services: inside.to_vec(), because, code, shared: true });
        }
        let key = match (clues.package, clues.path) {
            (true, Some(path)) => format!("manifest {}:{path}", repository.id),
            _ if folder.is_empty() => format!("repository {}", repository.id),
            _ => format!("folder {}:{folder}", repository.id),
        };
        let because =
            format!("no service's path in {} holds it; the {} services in {} share it", repository.id, inside.len(), shown(folder));
        Some(Spot { key, services: inside.to_vec(), because, code, shared: true })
    }

    /// A package without a file of its own, in a repository of several services: the one that `--service` names, else the one that the bill of
    /// materials says it describes. Where `--prefix` names a folder, that is its path.
    fn by_upload<'i>(&'i self, repository: &'i Repository, clues: &Clues<'_>) -> Option<Spot<'i>> {
        let Upload { folder, service, subjects } = clues.upload;
        if clues.path.is_some() || folder.is_some() || (service.is_none() && subjects.is_empty()) {
            return None;
        }
        let (_, inside) = repository.paths.nearest_folder("")?;
        let (at, because) = match service.and_then(|name| self.service_at(name)).filter(|at| inside.contains(at)) {
            Some(at) => (at, "--service".to_owned()),
            None => subjects.iter().find_map(|subject| Some((self.described(repository, inside, subject)?, subject.clone())))?,
        };
        let service = self.services.get(at)?;
        let because =
            format!("repository {}, and {because} says that it is of service {} ({})", repository.id, service.name, service.source);
        let code = repository.codeowners.as_ref().map(|file| {
            let folder = Some(tidy_path(&service.path)).filter(|path| !path.is_empty());
            (file, folder.map(in_folder))
        });
        Some(Spot { key: format!("service {}", service.name), services: vec![at], because, code, shared: false })
    }

    /// The service of the repository that a bill of materials says it describes: by package, folder, or name.
    fn described(&self, repository: &Repository, inside: &[usize], subject: &str) -> Option<usize> {
        if subject.starts_with("pkg:") {
            return self.package_at(subject).filter(|at| inside.contains(at));
        }
        let path = tidy_path(subject);
        if let Some((prefix, [at])) = repository.paths.longest(path)
            && !prefix.is_empty()
        {
            return Some(*at);
        }
        let name = subject.rsplit('/').next().unwrap_or(subject);
        self.service_at(subject).or_else(|| self.service_at(name)).filter(|at| inside.contains(at))
    }

    /// By the longest URL: the page as reported, else the page's path on the site that was scanned (a scan may reach it by another name).
    fn by_url<'i>(&'i self, input: &PlaceInput<'_>, clues: &Clues<'_>) -> Option<Spot<'i>> {
        let url = clues.url.as_deref()?;
        let site = if input.target.kind == TargetKind::Url { Some(input.target.name.as_str()) } else { input.url };
        let on_site = || {
            let (site, page) = (url_place(site?)?, url_place(url)?);
            self.url_at(&format!("http://{}/{}", site.origin, page.path))
                .or_else(|| self.url_at(&format!("http://{}/{}", site.origin, site.path)))
        };
        let at = self.url_at(url).or_else(on_site)?;
        self.whole(at, clues, |service| {
            format!("url {} of service {}", url_place(url).map_or(String::new(), |place| place.origin), service.name)
        })
    }

    /// A place that is a service.
    fn whole<'i>(&'i self, at: usize, clues: &Clues<'_>, because: impl Fn(&Service) -> String) -> Option<Spot<'i>> {
        let service = self.services.get(at)?;
        let home = service.repository.as_deref().and_then(|id| self.repository(id));
        // The path counts for CODEOWNERS only where it is one of the service's own repository.
        let same = |home: &Repository| clues.repository.and_then(|id| self.repository(id)).is_some_and(|stated| stated.id == home.id);
        let code = home.and_then(|home| {
            let path = clues.path.filter(|_| same(home)).map(ToOwned::to_owned);
            home.codeowners.as_ref().map(|file| (file, path))
        });
        let because = format!("{} ({})", because(service), service.source);
        Some(Spot { key: format!("service {}", service.name), services: vec![at], because, code, shared: false })
    }

    /// Where no service's path holds a file, `--service` says which of those that share it is meant.
    fn narrowed<'i>(&'i self, spot: Spot<'i>, input: &PlaceInput<'_>) -> Spot<'i> {
        let meant = input.service_flag.and_then(|name| self.service_at(name)).filter(|at| spot.services.contains(at));
        match meant.and_then(|at| self.services.get(at).map(|service| (at, service))) {
            Some((at, service)) if spot.services.len() > 1 => Spot {
                key: format!("service {}", service.name),
                services: vec![at],
                because: format!("--service {}, one of the services that share it ({})", service.name, service.source),
                ..spot
            },
            _ => spot,
        }
    }

    /// By `--service`, where the inventory did not place.
    fn by_flag<'i>(&'i self, input: &PlaceInput<'_>, clues: &Clues<'_>, created: &mut Option<String>) -> Option<Spot<'i>> {
        let of_target = (input.target.kind == TargetKind::Service).then_some(input.target.name.as_str());
        let name = input.service_flag.or(of_target).map(str::trim).filter(|name| !name.is_empty())?;
        if let Some(at) = self.service_at(name) {
            return self.whole(at, clues, |_| format!("--service {name}"));
        }
        *created = Some(name.to_owned());
        let because = format!("--service {name}, which the inventory does not know");
        Some(Spot { key: format!("service {name}"), services: Vec::new(), because, code: self.code_of(clues), shared: false })
    }

    /// The implicit component of what nothing places.
    fn implicit<'i>(&'i self, input: &PlaceInput<'_>, clues: &Clues<'_>) -> Spot<'i> {
        let target = input.target;
        let repository = clues.repository.map(|id| {
            self.repository(id).map(|known| known.id.clone()).or_else(|| known_repository_id(id)).unwrap_or_else(|| id.to_owned())
        });
        let image = clues.image.map(|image| image_repository(image).unwrap_or_else(|| image.to_owned()));
        let url = clues.url.as_deref().map(|url| url_place(url).map_or_else(|| url.to_owned(), |place| place.origin));
        let key = match (target.kind, repository, image, url) {
            (TargetKind::Image, _, Some(image), _) => format!("image {image}"),
            (TargetKind::Url, _, _, Some(url)) => format!("url {url}"),
            (_, Some(repository), _, _) => match clues.path {
                Some(path) if clues.package => format!("manifest {repository}:{path}"),
                _ => format!("repository {repository}"),
            },
            (_, _, Some(image), _) => format!("image {image}"),
            (TargetKind::Unknown | TargetKind::Application, _, _, Some(url)) => format!("url {url}"),
            (TargetKind::Unknown, ..) => "unknown".to_owned(),
            (kind, ..) => format!("{} {}", kind.word(), target.name),
        };
        let looked = match clues.looked_for() {
            words if words.is_empty() => format!("{} {}", target.kind.word(), target.name),
            words => words,
        };
        let because = format!("looked for {}: the inventory has no service for it", looked.trim());
        Spot { key, services: Vec::new(), because, code: self.code_of(clues), shared: false }
    }

    /// CODEOWNERS of the stated repository.
    fn code_of<'i>(&'i self, clues: &Clues<'_>) -> Option<(&'i CodeOwners, Option<String>)> {
        let file = self.repository(clues.repository?)?.codeowners.as_ref()?;
        Some((file, clues.path.map(ToOwned::to_owned)))
    }

    fn finish(&self, input: &PlaceInput<'_>, clues: &Clues<'_>, mut spot: Spot<'_>, created_service: Option<String>) -> Placed {
        let of_target = (input.target.kind == TargetKind::Application).then_some(input.target.name.as_str());
        let app_flag = input.app_flag.or(of_target).map(str::trim).filter(|name| !name.is_empty());
        // What only an application is known of concerns its service where it has one, and any of several.
        let mut indirect: Vec<usize> = Vec::new();
        if let (true, None, Some(app)) = (spot.services.is_empty(), &created_service, app_flag) {
            match self.services_of_application(app) {
                [only] => {
                    spot.services.push(*only);
                    if let Some(service) = self.services.get(*only) {
                        spot.key = format!("service {}", service.name);
                        spot.because = format!("the only service of application {app} ({})", service.source);
                    }
                }
                all => {
                    indirect.extend(all);
                    spot.because = format!("--app {app}; {}", spot.because);
                }
            }
        }
        let services: Vec<&Service> = spot.services.iter().filter_map(|at| self.services.get(*at)).collect();
        let mut applications = self.applications_of(&services);
        let flagged: Option<&Application> = app_flag.filter(|_| services.is_empty()).and_then(|app| self.applications.get(app));
        applications.extend(flagged);
        let code = spot.code.as_ref().map(|(file, path)| (*file, path.as_deref()));
        let says = self.rules.says(clues, input.finding, &services);
        let (owner, owner_strength) = owner::owner(&self.teams, code, &services, &applications, says);
        let affected: Vec<&Service> =
            if services.is_empty() { indirect.iter().filter_map(|at| self.services.get(*at)).collect() } else { services };
        let facts = Facts::of(&affected, &applications);
        let mut names: Vec<String> =
            spot.services.iter().filter_map(|at| self.services.get(*at)).map(|service| service.name.clone()).collect();
        names.extend(created_service.clone());
        names.sort_unstable();
        let application = match applications.as_slice() {
            [one] => Some(one.name.clone()),
            [] if names.is_empty() || created_service.is_some() => app_flag.map(ToOwned::to_owned),
            _ => None,
        };
        let created_application =
            app_flag.filter(|app| application.as_deref() == Some(*app) && !self.knows_application(app)).map(ToOwned::to_owned);
        Placed {
            place: Place { key: spot.key, application, services: names, because: spot.because },
            owner,
            owner_strength,
            exposure: facts.exposure,
            production: facts.production,
            data: facts.data,
            criticality: facts.criticality,
            compliance: facts.compliance,
            facts: facts.list,
            created_service,
            created_application,
        }
    }
}

/// The path by which CODEOWNERS is asked.
fn path_of_code(clues: &Clues<'_>) -> Option<String> {
    clues.path.map(ToOwned::to_owned).or_else(|| clues.upload.folder.map(in_folder))
}

/// A file of a folder, whose name says nothing.
fn in_folder(folder: &str) -> String {
    format!("{folder}/*")
}

/// A folder for people.
fn shown(folder: &str) -> &str {
    if folder.is_empty() { "the root" } else { folder }
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
