//! Who owns a place, and why: the most specific source wins, and what the others say is kept beside it.
//!
//! From strong to weak: a person's rule, the owner of the base image that brings it, the CODEOWNERS line of the path when it names more than the whole
//! repository, the service, the application, the CODEOWNERS line of the whole repository. A line that names nobody, or only names that belong to no team, decides nothing and is
//! told as a fact: an issue without an owner is seen by nobody.

use std::collections::{BTreeSet, HashMap};

use model::{Application, Inventory, Owner, OwnerFact, Service};

use super::codeowners::{CodeOwners, Rule, Ruling};

/// How specific the source is that named an owner. Where the findings of one issue name several owners, the strongest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnerStrength {
    /// Nobody named one.
    #[default]
    None,
    /// The CODEOWNERS line of the whole repository.
    CodeOwnersRoot,
    Application,
    Service,
    /// The CODEOWNERS line of the path.
    CodeOwners,
    /// The owner of the base image that brings it.
    BaseImage,
    /// A person's rule.
    Rule,
}

/// Teams by the names that code hosts know.
#[derive(Clone, Debug, Default)]
pub(super) struct TeamNames {
    handles: HashMap<String, String>,
    emails: HashMap<String, String>,
    names: HashMap<String, String>,
}

impl TeamNames {
    pub(super) fn new(inventory: &Inventory) -> Self {
        let mut known = Self::default();
        for team in &inventory.teams {
            for handle in &team.handles {
                let handle = handle.to_lowercase();
                known.handles.entry(format!("@{}", handle.trim_start_matches('@'))).or_insert_with(|| team.name.clone());
            }
            for member in &team.members {
                let (table, name) = match member.strip_prefix('@') {
                    Some(_) => (&mut known.handles, member.to_lowercase()),
                    None => (&mut known.emails, member.to_lowercase()),
                };
                table.entry(name).or_insert_with(|| team.name.clone());
            }
            if let Some(email) = &team.targets.email {
                known.emails.entry(email.to_lowercase()).or_insert_with(|| team.name.clone());
            }
            known.names.entry(team.name.to_lowercase()).or_insert_with(|| team.name.clone());
        }
        known
    }

    /// The team behind an owner as CODEOWNERS writes it: a handle of the team, its e-mail address, or a group of the team's name
    /// (`@acme/payments`).
    pub(super) fn resolve(&self, owner: &str) -> Option<&str> {
        let owner = owner.to_lowercase();
        if let Some(name) = owner.strip_prefix('@') {
            let group = name.rsplit('/').next().unwrap_or(name);
            // GitLab's roles (`@@maintainer`) are no groups.
            let by_name = || if group.starts_with('@') { None } else { self.names.get(group) };
            return self.handles.get(&owner).or_else(by_name).map(String::as_str);
        }
        self.emails.get(&owner).or_else(|| self.handles.get(&format!("@{owner}"))).map(String::as_str)
    }
}

/// What one source says.
pub(super) struct Say {
    pub(super) strength: OwnerStrength,
    pub(super) team: Option<String>,
    pub(super) fact: OwnerFact,
}

/// The owner of a place that `services` share, in a repository whose CODEOWNERS says something of `path`; `says` is what rules say.
pub(super) fn owner(
    teams: &TeamNames,
    code: Option<(&CodeOwners, Option<&str>)>,
    services: &[&Service],
    applications: &[&Application],
    mut says: Vec<Say>,
) -> (Owner, OwnerStrength) {
    if let Some((file, path)) = code {
        of_code(teams, file, path, &mut says);
    }
    of_services(services, applications, &mut says);
    of_application(applications, &mut says);
    // Stable: what one source says stays in its order.
    says.sort_by_key(|say| std::cmp::Reverse(say.strength));
    let winner = says.iter().position(|say| say.team.is_some());
    let (team, strength) = match winner {
        Some(at) => {
            let say = says.remove(at);
            let (team, strength) = (say.team.clone(), say.strength);
            says.insert(0, say);
            (team, strength)
        }
        None => (None, OwnerStrength::None),
    };
    (Owner { team, because: says.into_iter().map(|say| say.fact).collect() }, strength)
}

fn of_code(teams: &TeamNames, file: &CodeOwners, path: Option<&str>, says: &mut Vec<Say>) {
    let say = |rule: &Rule, team: Option<String>, text: String| Say {
        strength: if rule.root { OwnerStrength::CodeOwnersRoot } else { OwnerStrength::CodeOwners },
        team,
        fact: OwnerFact { fact: text, source: file.source(rule).to_string() },
    };
    let rules = match path.map_or_else(|| file.whole(), |path| file.ruling(path)) {
        Ruling::NotMatched => return,
        Ruling::Unowned(rule) => {
            says.push(say(rule, None, format!("CODEOWNERS line `{}` names nobody", rule.pattern)));
            return;
        }
        Ruling::Owned(rules) => rules,
    };
    for rule in rules {
        let resolved = rule.owners.iter().find_map(|owner| teams.resolve(owner).map(|team| (owner, team.to_owned())));
        let asks = match file.asks(rule) {
            asks if asks.is_empty() => asks,
            asks => format!("; {asks}"),
        };
        says.push(match resolved {
            Some((handle, team)) => {
                let text = format!("CODEOWNERS line `{}` names {handle}, which is team {team}{asks}", rule.pattern);
                say(rule, Some(team), text)
            }
            None => {
                let names = rule.owners.join(" ");
                say(rule, None, format!("CODEOWNERS line `{}` names {names}, which is no team's handle{asks}", rule.pattern))
            }
        });
    }
}

fn of_services(services: &[&Service], applications: &[&Application], says: &mut Vec<Say>) {
    let strength = OwnerStrength::Service;
    match services {
        [] => {}
        [service] => {
            if let Some(team) = &service.owner {
                let text = format!("service {} is owned by team {team}", service.name);
                says.push(Say { strength, team: Some(team.clone()), fact: OwnerFact { fact: text, source: service.source.to_string() } });
            }
        }
        [first, ..] => {
            let owners: BTreeSet<Option<&str>> = services.iter().map(|service| owner_of(service, applications)).collect();
            let source = first.source.to_string();
            let count = services.len();
            let shared = if owners.len() == 1 { owners.first().copied().flatten() } else { None };
            let text = match shared {
                Some(team) => format!("all {count} services that share it are owned by team {team}"),
                None if owners.len() == 1 => return,
                None => format!("the {count} services that share it have different owners"),
            };
            says.push(Say { strength, team: shared.map(ToOwned::to_owned), fact: OwnerFact { fact: text, source } });
        }
    }
}

/// The service's team, else its application's.
fn owner_of<'a>(service: &'a Service, applications: &[&'a Application]) -> Option<&'a str> {
    let inherited =
        || applications.iter().find(|application| application.name == service.application).and_then(|found| found.owner.as_deref());
    service.owner.as_deref().or_else(inherited)
}

fn of_application(applications: &[&Application], says: &mut Vec<Say>) {
    if let [application] = applications
        && let Some(team) = &application.owner
    {
        let text = format!("application {} is owned by team {team}", application.name);
        let fact = OwnerFact { fact: text, source: application.source.to_string() };
        says.push(Say { strength: OwnerStrength::Application, team: Some(team.clone()), fact });
    }
}

#[cfg(test)]
mod tests {
    use model::{CodeOwnersFile, SourceLine, Team, TeamTargets};

    use super::*;

    fn teams() -> TeamNames {
        let team = |name: &str, handles: &[&str]| Team {
            name: name.into(),
            handles: handles.iter().map(|handle| (*handle).to_owned()).collect(),
            targets: TeamTargets { email: Some(format!("{name}@acme.example")), ..TeamTargets::default() },
            ..Team::default()
        };
        let teams = vec![team("red", &["@acme/crimson", "@rose"]), team("blue", &[])];
        TeamNames::new(&Inventory { teams, ..Inventory::default() })
    }

    #[test]
    fn names_of_code_hosts() {
        let teams = teams();
        for owner in ["@acme/crimson", "@Acme/Crimson", "@rose", "red@acme.example", "@other/RED", "@group/sub/red", "@red"] {
            assert_eq!(teams.resolve(owner), Some("red"), "{owner}");
        }
        for owner in ["@@red", "@@maintainer", "@acme/green", "x@acme.example", "red"] {
            assert_eq!(teams.resolve(owner), None, "{owner}");
        }
    }

    fn line(line: u32) -> SourceLine {
        SourceLine { file: "muster.yaml".into(), line }
    }

    fn service(name: &str, owner: Option<&str>, at: u32) -> Service {
        Service { name: name.into(), application: "shop".into(), owner: owner.map(Into::into), source: line(at), ..Service::default() }
    }

    /// Team, strength and sources, in order.
    fn ask(
        text: &str,
        path: Option<&str>,
        services: &[&Service],
        application_owner: Option<&str>,
    ) -> (Option<String>, OwnerStrength, Vec<String>) {
        let file = CodeOwnersFile { repository: "github.com/acme/shop".into(), file: "CODEOWNERS".into(), text: text.into() };
        let (file, _) = CodeOwners::read(&file);
        let application =
            Application { name: "shop".into(), owner: application_owner.map(Into::into), source: line(2), ..Application::default() };
        let (owner, strength) = owner(&teams(), Some((&file, path)), services, &[&application], Vec::new());
        (owner.team, strength, owner.because.into_iter().map(|fact| fact.source).collect())
    }

    #[test]
    fn the_most_specific_source_wins_and_the_others_are_kept() {
        let api = service("api", Some("blue"), 5);
        let file = "* @acme/blue\n/src/ @acme/crimson\n/src/old/\n/src/new/ @nobody\n";
        let red = || Some("red".to_owned());
        let blue = || Some("blue".to_owned());
        let all = |first: &str| vec![first.to_owned(), "muster.yaml:5".into(), "muster.yaml:2".into()];
        assert_eq!(ask(file, Some("src/a.py"), &[&api], Some("red")), (red(), OwnerStrength::CodeOwners, all("CODEOWNERS:2")));
        let (team, strength, sources) = ask(file, Some("src/old/a.py"), &[&api], Some("red"));
        assert_eq!((team, strength), (blue(), OwnerStrength::Service), "a line without owner leaves it to the service");
        assert_eq!(sources, ["muster.yaml:5", "CODEOWNERS:3", "muster.yaml:2"]);
        assert_eq!(ask(file, Some("src/new/a.py"), &[&api], None).0, blue(), "a handle of no team decides nothing");
        let (team, strength, sources) = ask(file, Some("README"), &[&service("api", None, 5)], Some("red"));
        assert_eq!((team, strength), (red(), OwnerStrength::Application), "the application stands before the root line");
        assert_eq!(sources, ["muster.yaml:2", "CODEOWNERS:1"]);
        let last = ask(file, Some("README"), &[&service("api", None, 5)], None);
        assert_eq!((last.0, last.1), (blue(), OwnerStrength::CodeOwnersRoot));
        assert_eq!(ask(file, None, &[], None).1, OwnerStrength::CodeOwnersRoot, "an image has no path, the repository has an owner");
        assert_eq!(ask("/x @acme/blue", Some("y"), &[], None), (None, OwnerStrength::None, vec![]));
    }

    #[test]
    fn approvals_of_a_section_are_told_with_the_owner() {
        let text = "[Docs][2] @acme/crimson\n*.md\n^[Tests]\n*.md @acme/blue\n*.rs @acme/blue\n[Other]\n*.go @acme/green\n";
        let file = CodeOwnersFile { repository: "gitlab.com/acme/shop".into(), file: "CODEOWNERS".into(), text: text.into() };
        let (file, _) = CodeOwners::read(&file);
        let facts = |path: &str| {
            let (owner, _) = owner(&teams(), Some((&file, Some(path))), &[], &[], Vec::new());
            owner.because.into_iter().map(|fact| fact.fact).collect::<Vec<_>>()
        };
        assert_eq!(
            facts("a.md"),
            [
                "CODEOWNERS line `*.md` names @acme/crimson, which is team red; 2 approvals of section Docs",
                "CODEOWNERS line `*.md` names @acme/blue, which is team blue; approval of section Tests is optional",
            ]
        );
        assert_eq!(facts("a.go"), ["CODEOWNERS line `*.go` names @acme/green, which is no team's handle; 1 approval of section Other"]);
    }

    #[test]
    fn a_shared_place() {
        let (a, b, c) = (service("a", Some("red"), 5), service("b", None, 6), service("c", Some("blue"), 7));
        let one = ask("", Some("package-lock.json"), &[&a, &b], Some("red"));
        assert_eq!((one.0.as_deref(), one.1), (Some("red"), OwnerStrength::Service));
        let several = ask("", Some("package-lock.json"), &[&a, &b, &c], Some("red"));
        assert_eq!((several.0.as_deref(), several.1), (Some("red"), OwnerStrength::Application));
        assert_eq!(several.2, ["muster.yaml:2", "muster.yaml:5"]);
        let named = ask("package-lock.json @acme/blue", Some("package-lock.json"), &[&a, &c], Some("red"));
        assert_eq!((named.0.as_deref(), named.1), (Some("blue"), OwnerStrength::CodeOwners));
    }
}
