//! Several inventory files make one inventory.
//!
//! A file is known by its repository and its path as given, and owns what it declared: applying it again replaces all of that. Two
//! files, or two lines of one file, that claim one thing are an error that names both lines. Pure functions on the set of declared files: the result does not depend on
//! the order in which they were applied.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{CodeOwnersFile, Environment, Exposure, Inventory, Service, SourceLine, Timestamp};
use serde::{Deserialize, Serialize};

use super::git_log::Activity;
use super::names::repository_key;
use super::observe::observe;
use super::sources::disagreements;
use super::{Problem, spelling};

/// What a file is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId {
    /// Canonical id of the repository (`--repo`); empty where none was given.
    pub repository: String,
    /// The path as given.
    pub path: String,
}

impl std::fmt::Display for FileId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.repository.is_empty() { f.write_str(&self.path) } else { write!(f, "{} of {}", self.path, self.repository) }
    }
}

/// What sort of thing a file claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    Team,
    Handle,
    Application,
    Service,
    Image,
    Url,
    /// `repository` and path in it, as `repository:path`.
    Path,
    BaseImage,
    Resource,
    Package,
}

impl ClaimKind {
    fn word(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Handle => "handle",
            Self::Application => "application",
            Self::Service => "service",
            Self::Image => "image",
            Self::Url => "url",
            Self::Path => "repository and path",
            Self::BaseImage => "base image",
            Self::Resource => "resource",
            Self::Package => "package",
        }
    }
}

/// A file says that a thing is its own. Only one line of all files may.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Claim {
    pub kind: ClaimKind,
    /// The thing, in the form in which two claims of it are equal.
    pub key: String,
    /// The thing as written.
    pub shown: String,
    /// `service checkout-api`, `team payments`.
    pub by: String,
    pub at: SourceLine,
}

/// A file names a team as owner.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mention {
    pub team: String,
    /// `service checkout-api`.
    pub by: String,
    pub at: SourceLine,
    /// False where other sorts of owner may stand there (Backstage names users too): an unknown one is a warning.
    pub strict: bool,
}

/// A file says that a service calls another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    /// The service that is called.
    pub service: String,
    /// `service checkout-api`.
    pub by: String,
    pub at: SourceLine,
}

/// A file shows from where something can be reached, or what runs, without declaring the service (Kubernetes manifests).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Observation {
    /// Name of the workload; a service of that name is meant.
    pub workload: String,
    /// Canonical image repositories that it runs; a service that owns one is meant.
    pub images: Vec<String>,
    /// Hosts under which it answers.
    pub urls: Vec<String>,
    pub exposure: Exposure,
    /// Resources that are its own, as scanners name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Repository that the images were built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    pub at: SourceLine,
}

/// What one file declares.
///
/// A *lenient* file was written for another purpose (a Backstage catalog): it gives way to a strict one, and a conflict with it is a
/// warning that says which counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    pub file: FileId,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lenient: bool,
    pub inventory: Inventory,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Observation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Who works where in its repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activity: Vec<Activity>,
    /// When the file was applied; known to whoever keeps it.
    #[serde(skip)]
    pub applied: Option<Timestamp>,
}

/// One inventory of several files, and what is wrong between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    pub inventory: Inventory,
    /// Sorted by file and line.
    pub problems: Vec<Problem>,
}

/// Puts `new` in the place of what the file of that name declared before.
pub fn apply(files: &mut Vec<Declared>, new: Declared) {
    files.retain(|known| known.file != new.file);
    files.push(new);
    files.sort_by(|a, b| a.file.cmp(&b.file));
}

/// Puts `new` in the place of what `old` declared: the file was renamed or moved. True where `old` was known.
pub fn replace(files: &mut Vec<Declared>, old: &FileId, new: Declared) -> bool {
    let before = files.len();
    files.retain(|known| known.file != *old);
    let known = files.len() < before;
    apply(files, new);
    known
}

/// A CODEOWNERS file as a declared file. Its lines are read when a path is looked up, by the rules of its code host.
#[must_use]
pub fn codeowners_file(file: FileId, text: String) -> Declared {
    let owners = CodeOwnersFile { repository: file.repository.clone(), file: file.path.clone(), text };
    Declared { file, inventory: Inventory { codeowners: vec![owners], ..Inventory::default() }, ..Declared::default() }
}

/// Makes one inventory. Where two lines claim one thing the first (by file and line) keeps it, and a problem names both.
#[must_use]
pub fn merge(files: &[Declared]) -> Merged {
    let mut files: Vec<&Declared> = files.iter().collect();
    files.sort_by(|a, b| (a.lenient, &a.file).cmp(&(b.lenient, &b.file)));
    let mut merged = Merged { problems: conflicts(&files), ..Merged::default() };
    merged.problems.extend(unknown_teams(&files));
    merged.problems.extend(unknown_services(&files));
    merged.inventory = union(&files);
    merged.inventory.conflicts = disagreements(&files);
    observe(&files, &mut merged);
    merged.problems.sort();
    merged.problems.dedup();
    merged
}

/// From so many things on that two files declare alike, they are told in one line: the file was applied under another path before.
const COPY_FROM: usize = 5;

fn conflicts(files: &[&Declared]) -> Vec<Problem> {
    let mut first: HashMap<(ClaimKind, &str), (&Claim, &FileId)> = HashMap::new();
    let mut problems = Vec::new();
    // What one file says exactly as another did, by the two files.
    let mut copies: BTreeMap<(&FileId, &FileId), Vec<Problem>> = BTreeMap::new();
    for file in files {
        for claim in &file.claims {
            let (other, home) = match first.get(&(claim.kind, claim.key.as_str())) {
                Some(known) => *known,
                None => {
                    first.insert((claim.kind, claim.key.as_str()), (claim, &file.file));
                    continue;
                }
            };
            let place = if *home == file.file || home.path != file.file.path {
                other.at.to_string()
            } else {
                format!("{} of {}", other.at, home.repository)
            };
            let (kind, shown) = (claim.kind.word(), &claim.shown);
            // The second of the two: lenient files come last.
            let problem = if file.lenient {
                let message = format!("{kind} `{shown}` of {} is claimed already by {} at {place}, which counts", claim.by, other.by);
                Problem::warning(claim.at.clone(), message)
            } else if matches!(claim.kind, ClaimKind::Team | ClaimKind::Application | ClaimKind::Service) {
                Problem::error(claim.at.clone(), format!("{kind} `{shown}` is declared already at {place}"))
                    .instead("remove one of the two, or give one another name")
            } else {
                let message = format!("{kind} `{shown}` of {} is claimed already by {} at {place}", claim.by, other.by);
                Problem::error(claim.at.clone(), message).instead(format!("leave it with {} or {}", other.by, claim.by))
            };
            if *home != file.file && claim.by == other.by {
                copies.entry((&file.file, home)).or_default().push(problem);
            } else {
                problems.push(problem);
            }
        }
    }
    for ((file, home), mut alike) in copies {
        match alike.first() {
            Some(first) if alike.len() >= COPY_FROM => {
                let message = format!("{file} and {home} declare the same {} things, the first of them here", alike.len());
                let one = if first.is_error() {
                    Problem::error(first.at.clone(), message).instead("where one takes the place of the other, apply it with `--replace` and the other's path; else remove one of the two")
                } else {
                    Problem::warning(first.at.clone(), format!("{message}: what that file says counts"))
                };
                problems.push(one);
            }
            _ => problems.append(&mut alike),
        }
    }
    problems
}

fn unknown_teams(files: &[&Declared]) -> Vec<Problem> {
    let teams: BTreeSet<&str> = files.iter().flat_map(|file| &file.inventory.teams).map(|team| team.name.as_str()).collect();
    let mut problems = Vec::new();
    for mention in files.iter().flat_map(|file| &file.mentions).filter(|mention| !teams.contains(mention.team.as_str())) {
        let advice = match spelling::closest(&mention.team, teams.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => format!("add `- {{name: {}}}` under `teams`", mention.team),
        };
        let message = format!("unknown team `{}` as owner of {}", mention.team, mention.by);
        let problem =
            if mention.strict { Problem::error(mention.at.clone(), message) } else { Problem::warning(mention.at.clone(), message) };
        problems.push(problem.instead(advice));
    }
    problems
}

fn unknown_services(files: &[&Declared]) -> Vec<Problem> {
    let services: BTreeSet<&str> = files.iter().flat_map(|file| &file.inventory.services).map(|service| service.name.as_str()).collect();
    let unknown = files.iter().flat_map(|file| &file.links).filter(|link| !services.contains(link.service.as_str()));
    let problem = |link: &Link| {
        let advice = match spelling::closest(&link.service, services.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => "declare it, or remove it".to_owned(),
        };
        Problem::warning(link.at.clone(), format!("{} depends on `{}`, which nobody declares", link.by, link.service)).instead(advice)
    };
    unknown.map(problem).collect()
}

/// All that is declared, sorted by name; of two of one name the first that says more than its name.
fn union(files: &[&Declared]) -> Inventory {
    let mut teams = BTreeMap::new();
    let mut applications = BTreeMap::new();
    let mut services = BTreeMap::new();
    let mut codeowners = BTreeMap::new();
    let mut rest = Inventory::default();
    for file in files {
        rest.owners.extend(file.inventory.owners.iter().cloned());
        rest.base_images.extend(file.inventory.base_images.iter().cloned());
        rest.environments.extend(file.inventory.environments.iter().cloned());
        for team in &file.inventory.teams {
            teams.entry(team.name.clone()).or_insert_with(|| team.clone());
        }
        for application in &file.inventory.applications {
            let known = applications.entry(application.name.clone()).or_insert_with(|| application.clone());
            let says_more =
                application.owner.is_some() || !application.compliance.is_empty() || application.criticality != known.criticality;
            if known.owner.is_none() && known.compliance.is_empty() && known.criticality == model::Severity::Unknown && says_more {
                *known = application.clone();
            }
        }
        for service in &file.inventory.services {
            services.entry(service.name.clone()).or_insert_with(|| service.clone());
        }
        for owners in &file.inventory.codeowners {
            codeowners.entry((repository_key(&owners.repository), owners.file.clone())).or_insert_with(|| owners.clone());
        }
    }
    let mut services: Vec<Service> = services.into_values().collect();
    services.iter_mut().for_each(|service| usual_environments(service, &rest.environments));
    Inventory {
        teams: teams.into_values().collect(),
        applications: applications.into_values().collect(),
        services,
        codeowners: codeowners.into_values().collect(),
        ..rest
    }
}

/// What a service does not say of an environment, the environment of that name says for all.
fn usual_environments(service: &mut Service, usual: &[Environment]) {
    for environment in &mut service.environments {
        let Some(known) = usual.iter().find(|known| known.name.eq_ignore_ascii_case(&environment.name)) else { continue };
        environment.production = environment.production.or(known.production);
        if environment.exposure == Exposure::Unknown {
            environment.exposure = known.exposure;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::muster_yaml;
    use super::*;

    fn file(repository: &str, path: &str, text: &str) -> Declared {
        let id = FileId { repository: repository.into(), path: path.into() };
        let (declared, problems) = muster_yaml::read(id, text);
        assert_eq!(problems, []);
        declared
    }

    const A: &str = "version: 1\nteams: [{name: red}]\napplications:\n  - name: shop\n    owner: red\n    services:\n      - {name: api, repository: github.com/acme/shop, path: api, images: [r.example/api]}\n";

    #[test]
    fn applying_again_removes_what_is_no_longer_said() {
        let mut files = Vec::new();
        apply(&mut files, file("", "a.yaml", A));
        apply(&mut files, file("", "a.yaml", "version: 1\nteams: [{name: red}]\n"));
        let merged = merge(&files);
        assert_eq!(merged.inventory.teams.len(), 1);
        assert!(merged.inventory.services.is_empty());
    }

    #[test]
    fn the_same_path_in_two_repositories_is_two_files() {
        let mut files = Vec::new();
        apply(&mut files, file("github.com/acme/a", "muster.yaml", A));
        apply(&mut files, file("github.com/acme/b", "muster.yaml", "version: 1\nteams: [{name: blue}]\n"));
        assert_eq!(merge(&files).inventory.teams.len(), 2);
        let old = FileId { repository: "github.com/acme/b".into(), path: "muster.yaml".into() };
        assert!(replace(&mut files, &old, file("github.com/acme/b", "teams.yaml", "version: 1\nteams: [{name: green}]\n")));
        let names: Vec<_> = merge(&files).inventory.teams.iter().map(|team| team.name.clone()).collect();
        assert_eq!(names, ["green", "red"]);
    }

    #[test]
    fn two_files_claiming_one_thing_name_both_lines() {
        let b = "version: 1\napplications:\n  - name: other\n    owner: rde\n    services:\n      - name: api2\n        repository: https://github.com/ACME/shop.git\n        path: api/\n        images: [\"r.example/api\"]\n";
        let files = [file("", "a.yaml", A), file("", "b.yaml", b)];
        let problems: Vec<String> = merge(&files).problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                "b.yaml:4: unknown team `rde` as owner of application other; write `red`",
                "b.yaml:8: repository and path `github.com/acme/shop:api` of service api2 is claimed already by service api at a.yaml:7; leave it with service api or service api2",
                "b.yaml:9: image `r.example/api` of service api2 is claimed already by service api at a.yaml:7; leave it with service api or service api2",
            ]
        );
        // The order of application makes no difference.
        let [a, b] = files;
        assert_eq!(merge(&[b, a]).problems.len(), 3);
    }

    #[test]
    fn the_same_file_from_another_path_is_one_line() {
        let (a, mut b) = (file("", "a.yaml", A), file("", "old/a.yaml", A));
        let problems: Vec<String> = merge(&[a.clone(), b.clone()]).problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                "old/a.yaml:2: old/a.yaml and a.yaml declare the same 5 things, the first of them here; where one takes the place of the other, apply it with `--replace` and the other's path; else remove one of the two"
            ]
        );
        b.claims.truncate(3);
        assert_eq!(merge(&[a, b]).problems.len(), 3, "a few are told each");
    }

    #[test]
    fn an_application_may_have_services_in_several_files() {
        let b = "version: 1\napplications:\n  - name: shop\n    services:\n      - {name: web, repository: github.com/acme/web}\n";
        let merged = merge(&[file("", "z.yaml", A), file("", "b.yaml", b)]);
        assert_eq!(merged.problems, []);
        assert_eq!(merged.inventory.applications.len(), 1);
        assert_eq!(merged.inventory.applications[0].owner.as_deref(), Some("red"));
        assert_eq!(merged.inventory.services.len(), 2);
    }

    #[test]
    fn manifests_widen_exposure() {
        let mut seen = Declared { file: FileId { repository: String::new(), path: "k8s.yaml".into() }, ..Declared::default() };
        seen.observations.push(Observation {
            images: vec!["r.example/api".into()],
            exposure: Exposure::Internet,
            ..Observation::default()
        });
        let [observation] = seen.observations.as_mut_slice() else { panic!("one") };
        observation.at = SourceLine { file: "k8s.yaml".into(), line: 9 };
        observation.urls = vec!["https://api.example.com".into()];
        let mut second = seen.clone();
        second.file.path = "other.yaml".into();
        let merged = merge(&[file("", "a.yaml", A), seen, second]);
        let service = &merged.inventory.services[0];
        assert_eq!(
            (service.exposure, service.exposure_source.as_ref().map(ToString::to_string)),
            (Exposure::Internet, Some("k8s.yaml:9".into()))
        );
        assert_eq!(service.urls, ["https://api.example.com"]);
        let shown = super::super::facts_of(service, None).into_iter().find(|fact| fact.what == "url").map(|fact| fact.source.to_string());
        assert_eq!(shown.as_deref(), Some("k8s.yaml:9"), "the file that shows it, not the one that declares the service");
        assert_eq!(merged.problems, []);
    }

    #[test]
    fn provenance_ties_an_image_to_its_code() {
        let mut seen = Declared { file: FileId { repository: String::new(), path: "api.intoto.json".into() }, ..Declared::default() };
        let (images, repository) = (vec!["r.example/other".to_owned()], Some("github.com/ACME/shop".to_owned()));
        seen.observations.push(Observation { images, repository, ..Observation::default() });
        let merged = merge(&[file("", "a.yaml", A), seen]);
        assert_eq!(merged.inventory.services[0].images, ["r.example/api", "r.example/other"]);
    }

    #[test]
    fn what_manifests_show_beside_what_is_declared() {
        let closed = A.replace("images:", "exposure: internal, images:");
        let mut seen = Declared { file: FileId { repository: String::new(), path: "k8s.yaml".into() }, ..Declared::default() };
        let at = SourceLine { file: "k8s.yaml".into(), line: 9 };
        seen.observations.push(Observation { workload: "api".into(), exposure: Exposure::Internet, at, ..Observation::default() });
        let merged = merge(&[file("", "a.yaml", &closed), seen]);
        assert_eq!(merged.inventory.services[0].exposure, Exposure::Internet);
        let problems: Vec<String> = merged.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                "k8s.yaml:9: api is reachable from internet, but a.yaml:7 says internal: the wider counts; write `exposure: internet`, or close the way in"
            ]
        );
    }
}
