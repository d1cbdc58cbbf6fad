//! Backstage catalogs (`catalog-info.yaml`): groups become teams, systems applications, components services.
//!
//! Read: Component, System, Domain (its owner is that of systems without one), Group, User (an address of their groups), API (who provides what
//! others consume), Resource (what it belongs to); names, owners, `spec.system`, `dependsOn`, `profile.email`, and the annotations that say where the code is
//! (`backstage.io/source-location`, `…/project-slug` of GitHub, GitLab and Bitbucket, `backstage.io/managed-by-location`, in this order).
//! Left out, because the inventory has no place for it: Location, Template, `lifecycle` (how mature a component is, not where it
//! runs). A catalog was not written for this, so the file is lenient: an unknown owner or a thing that `muster.yaml` declares too is a
//! warning. Source: backstage.io, "Descriptor Format of Catalog Entities" and "Well-known Annotations on Catalog Entities".

use std::collections::HashMap;

use model::{Application, Service, SourceLine, Team, TeamTargets};

use super::names::{repository_key, tidy_path};
use super::yaml::{self, Node};
use super::{Claim, ClaimKind, Declared, FileId, Link, Mention, Observation, Problem};
use crate::normalise::repository_id;

/// Longest path in a repository, bytes.
const MAX_PATH: usize = 1024;

/// Most people of one team.
const MAX_MEMBERS: usize = 2000;

/// True where a text looks like a catalog.
#[must_use]
pub fn recognise(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("apiVersion:") && line.contains("backstage.io/"))
}

/// Reads a catalog. What it does not know is left out; what it knows and cannot use is a problem.
#[must_use]
pub fn read(file: FileId, text: &str) -> (Declared, Vec<Problem>) {
    let declared = Declared { file, lenient: true, ..Declared::default() };
    let mut reader = Reader { declared, problems: Vec::new(), parents: HashMap::new(), loose: Loose::default() };
    match yaml::documents(text) {
        Err(error) => {
            let at = reader.at(error.line);
            reader.problems.push(Problem::error(at, error.message));
        }
        Ok(documents) => {
            for entity in &documents {
                reader.entity(entity);
            }
        }
    }
    reader.cycles();
    reader.tie();
    (reader.declared, reader.problems)
}

struct Reader {
    declared: Declared,
    problems: Vec<Problem>,
    /// Group to the group above it, and the line that says so.
    parents: HashMap<String, (String, u32)>,
    loose: Loose,
}

/// What entities say of each other, tied when all are read.
#[derive(Default)]
struct Loose {
    /// API to the component that provides it.
    providers: HashMap<String, String>,
    /// Component, API that it consumes, line.
    consumers: Vec<(String, String, u32)>,
    /// Domain to its owner.
    domains: HashMap<String, String>,
    /// System to its domain.
    systems: HashMap<String, String>,
    /// Group, and an address or handle of somebody in it.
    members: Vec<(String, String)>,
}

impl Reader {
    fn at(&self, line: u32) -> SourceLine {
        SourceLine { file: self.declared.file.path.clone(), line }
    }

    fn claim(&mut self, kind: ClaimKind, key: String, shown: String, by: &str, line: u32) {
        let at = self.at(line);
        self.declared.claims.push(Claim { kind, key, shown, by: by.to_owned(), at });
    }

    fn entity(&mut self, entity: &Node) {
        let text = |keys: &[&str]| entity.at(keys).and_then(Node::text);
        if !text(&["apiVersion"]).is_some_and(|version| version.starts_with("backstage.io/")) {
            return;
        }
        let kind = text(&["kind"]).unwrap_or_default();
        if !matches!(kind, "Component" | "System" | "Group" | "Domain" | "User" | "Resource") {
            return;
        }
        let Some(name) = text(&["metadata", "name"]).map(ToOwned::to_owned) else {
            let at = self.at(entity.line);
            self.problems.push(Problem::error(at, format!("a {kind} without a name")).instead("add `metadata: {name: …}`"));
            return;
        };
        let line = entity.at(&["metadata", "name"]).map_or(entity.line, |node| node.line);
        match kind {
            "Component" => self.component(entity, name, line),
            "System" => self.system(entity, name, line),
            "Domain" => {
                let owner = self.owner(entity, &format!("domain {name}"));
                self.loose.domains.extend(owner.map(|owner| (name, owner)));
            }
            "User" => self.user(entity),
            "Resource" => self.resource(entity, &name, line),
            _ => self.group(entity, name, line),
        }
    }

    fn group(&mut self, entity: &Node, name: String, line: u32) {
        let by = format!("team {name}");
        self.claim(ClaimKind::Team, name.clone(), name.clone(), &by, line);
        let mut handles = Vec::new();
        if let Some(slug) = annotation(entity, "github.com/team-slug") {
            handles.push(format!("@{}", slug.trim_start_matches('@')));
        }
        for handle in &handles {
            self.claim(ClaimKind::Handle, handle.to_lowercase(), handle.clone(), &by, line);
        }
        if let Some(parent) = entity.at(&["spec", "parent"])
            && let Some(above) = parent.text()
        {
            self.parents.insert(name.clone(), (reference(above).to_owned(), parent.line));
        }
        for child in entity.at(&["spec", "children"]).map_or(&[][..], Node::items) {
            if let Some(below) = child.text() {
                self.parents.entry(reference(below).to_owned()).or_insert_with(|| (name.clone(), child.line));
            }
        }
        let email = entity.at(&["spec", "profile", "email"]).and_then(Node::text).map(ToOwned::to_owned);
        let source = self.at(line);
        let targets = TeamTargets { email, ..TeamTargets::default() };
        self.declared.inventory.teams.push(Team { name, handles, members: Vec::new(), targets, source });
    }

    fn system(&mut self, entity: &Node, name: String, line: u32) {
        let by = format!("application {name}");
        self.claim(ClaimKind::Application, name.clone(), name.clone(), &by, line);
        let owner = self.owner(entity, &by);
        if let Some(domain) = entity.at(&["spec", "domain"]).and_then(Node::text) {
            self.loose.systems.insert(name.clone(), reference(domain).to_owned());
        }
        let source = self.at(line);
        self.declared.inventory.applications.push(Application { name, owner, source, ..Application::default() });
    }

    fn user(&mut self, entity: &Node) {
        let Some(email) = entity.at(&["spec", "profile", "email"]).and_then(Node::text) else { return };
        for group in entity.at(&["spec", "memberOf"]).map_or(&[][..], Node::items).iter().filter_map(Node::text) {
            self.loose.members.push((reference(group).to_owned(), email.to_owned()));
        }
    }

    /// A database, a bucket: its name is a resource of the components that depend on it.
    fn resource(&mut self, entity: &Node, name: &str, line: u32) {
        for component in entity.at(&["spec", "dependencyOf"]).map_or(&[][..], Node::items).iter().filter_map(Node::text) {
            if component.to_ascii_lowercase().starts_with("component:") {
                let (workload, resources, at) = (reference(component).to_owned(), vec![name.to_owned()], self.at(line));
                self.declared.observations.push(Observation { workload, resources, at, ..Observation::default() });
            }
        }
    }

    /// Ties what entities say of each other.
    fn tie(&mut self) {
        let loose = std::mem::take(&mut self.loose);
        for (component, api, line) in loose.consumers {
            if let Some(provider) = loose.providers.get(&api).filter(|provider| **provider != component) {
                self.depends(&component, provider.clone(), line);
            }
        }
        for application in self.declared.inventory.applications.iter_mut().filter(|application| application.owner.is_none()) {
            let domain = loose.systems.get(&application.name);
            application.owner = domain.and_then(|domain| loose.domains.get(domain)).cloned();
        }
        for (group, member) in loose.members {
            let team = self.declared.inventory.teams.iter_mut().find(|team| team.name == group);
            if let Some(team) = team.filter(|team| !team.members.contains(&member) && team.members.len() < MAX_MEMBERS) {
                team.members.push(member);
            }
        }
    }

    fn depends(&mut self, component: &str, on: String, line: u32) {
        let at = self.at(line);
        let service = self.declared.inventory.services.iter_mut().find(|service| service.name == component);
        if let Some(service) = service.filter(|service| !service.depends_on.contains(&on)) {
            service.depends_on.push(on.clone());
            self.declared.links.push(Link { service: on, by: format!("service {component}"), at });
        }
    }

    fn component(&mut self, entity: &Node, name: String, line: u32) {
        let by = format!("service {name}");
        self.claim(ClaimKind::Service, name.clone(), name.clone(), &by, line);
        let owner = self.owner(entity, &by);
        let application =
            entity.at(&["spec", "system"]).and_then(Node::text).map(|system| reference(system).to_owned()).unwrap_or_default();
        let (repository, path) = self.code(entity);
        if let Some(id) = &repository {
            let shown = if path.is_empty() { id.clone() } else { format!("{id}:{path}") };
            self.claim(ClaimKind::Path, format!("{}:{path}", repository_key(id)), shown, &by, line);
        }
        let source = self.at(line);
        let service = Service { name: name.clone(), application, owner, repository, path, source, ..Service::default() };
        self.declared.inventory.services.push(service);
        let list =
            |key: &str| entity.at(&["spec", key]).map_or(&[][..], Node::items).iter().filter_map(|node| Some((node.text()?, node.line)));
        for (api, _) in list("providesApis") {
            self.loose.providers.entry(reference(api).to_owned()).or_insert_with(|| name.clone());
        }
        self.loose.consumers.extend(list("consumesApis").map(|(api, line)| (name.clone(), reference(api).to_owned(), line)));
        for (on, line) in list("dependsOn") {
            if on.to_ascii_lowercase().starts_with("component:") {
                self.depends(&name, reference(on).to_owned(), line);
            } else if on.to_ascii_lowercase().starts_with("resource:") {
                let (workload, resources, at) = (name.clone(), vec![reference(on).to_owned()], self.at(line));
                self.declared.observations.push(Observation { workload, resources, at, ..Observation::default() });
            }
        }
    }

    /// A team where the owner is a group; a person owns nothing that a team is paged for.
    fn owner(&mut self, entity: &Node, by: &str) -> Option<String> {
        let node = entity.at(&["spec", "owner"])?;
        let text = node.text()?;
        if text.to_ascii_lowercase().starts_with("user:") {
            let problem = Problem::warning(self.at(node.line), format!("{by} is owned by a person, `{text}`"));
            self.problems.push(problem.instead("name a group, or map the person to a team in muster.yaml"));
            return None;
        }
        let team = reference(text).to_owned();
        let at = self.at(node.line);
        self.declared.mentions.push(Mention { team: team.clone(), by: by.to_owned(), at, strict: false });
        Some(team)
    }

    /// Repository and path of a component.
    fn code(&self, entity: &Node) -> (Option<String>, String) {
        let location = |name: &str| annotation(entity, name).and_then(|text| location(text.strip_prefix("url:")?));
        if let Some(found) = location("backstage.io/source-location") {
            return (Some(found.0), found.1);
        }
        for (name, host) in [
            ("github.com/project-slug", "github.com"),
            ("gitlab.com/project-slug", "gitlab.com"),
            ("bitbucket.org/project-slug", "bitbucket.org"),
        ] {
            if let Some(id) = annotation(entity, name).and_then(|slug| repository_id(&format!("{host}/{slug}"))) {
                return (Some(id), String::new());
            }
        }
        if let Some((id, path)) = location("backstage.io/managed-by-location") {
            return (Some(id), folder_of(&path).to_owned());
        }
        // The catalog stands beside the code that it describes.
        let file = &self.declared.file;
        if file.repository.is_empty() {
            return (None, String::new());
        }
        let inside = !file.path.starts_with('/') && !file.path.contains("..") && !file.path.contains('\\');
        let folder = if inside { tidy_path(folder_of(&file.path)) } else { "" };
        (Some(file.repository.clone()), folder.to_owned())
    }

    /// Groups above each other in a circle.
    fn cycles(&mut self) {
        let mut names: Vec<&String> = self.parents.keys().collect();
        names.sort();
        let mut done: HashMap<&str, usize> = HashMap::new();
        let mut found = Vec::new();
        for (walk, start) in names.iter().enumerate() {
            let mut at = start.as_str();
            while let Some((above, line)) = self.parents.get(at) {
                match done.insert(at, walk) {
                    // Seen in this walk: a circle. Seen in an earlier one: what follows is known.
                    Some(before) if before == walk => {
                        found.push((*line, at.to_owned(), above.clone()));
                        break;
                    }
                    Some(_) => break,
                    None => at = above,
                }
            }
        }
        for (line, group, above) in found {
            let problem = Problem::error(self.at(line), format!("group `{group}` is above itself through `{above}`"));
            self.problems.push(problem.instead("remove one `parent` or `children` entry of the circle"));
        }
    }
}

fn annotation<'n>(entity: &'n Node, name: &str) -> Option<&'n str> {
    entity.at(&["metadata", "annotations", name]).and_then(Node::text)
}

/// The name in an entity reference `[kind:][namespace/]name`.
fn reference(text: &str) -> &str {
    let name = text.split_once(':').map_or(text, |(_, rest)| rest);
    name.rsplit('/').next().unwrap_or(name).trim()
}

/// Repository and path of a page of a code host: `…/tree/main/services/api/`, `…/-/blob/main/x`, `…/src/main/x`, `…?path=/x`. The name of
/// the branch is taken as one segment.
fn location(url: &str) -> Option<(String, String)> {
    let id = repository_id(url)?;
    let (plain, query) = url.split_once('?').unwrap_or((url, ""));
    let plain = plain.split('#').next().unwrap_or(plain);
    let mut segments = plain.split('/').skip(5).skip_while(|segment| !matches!(*segment, "tree" | "blob" | "src" | "edit"));
    let path = if segments.next().is_some() {
        segments.skip(1).filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/")
    } else {
        let azure = query.split('&').find_map(|pair| pair.strip_prefix("path="));
        azure.map(|path| path.replace("%2F", "/").replace("%2f", "/")).unwrap_or_default()
    };
    let path = tidy_path(&path).to_owned();
    let usable = path.len() <= MAX_PATH && path.split('/').count() < 60 && !path.split('/').any(|segment| segment == "..");
    Some((id, if usable { path } else { String::new() }))
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::super::{merge, muster_yaml};
    use super::*;

    fn file(path: &str) -> FileId {
        FileId { repository: "github.com/acme/shop".into(), path: path.into() }
    }

    const CATALOG: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop-api
  annotations:
    backstage.io/source-location: url:https://github.com/Acme/shop/tree/main/services/api/
spec: {type: service, lifecycle: production, owner: group:default/payments, system: checkout}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: docs-site, annotations: {github.com/project-slug: acme/docs}}
spec: {type: website, owner: user:jane}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: checkout}
spec: {owner: payments}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments, annotations: {github.com/team-slug: acme/pay}}
spec: {type: team, profile: {email: pay@acme.example}, parent: engineering, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders}
spec: {owner: payments}
";

    #[test]
    fn components_systems_groups() {
        let (declared, problems) = read(file("catalog-info.yaml"), CATALOG);
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "catalog-info.yaml:12: service docs-site is owned by a person, `user:jane`; name a group, or map the person to a team in muster.yaml"
            ]
        );
        let merged = merge(&[declared]);
        assert_eq!(merged.problems, []);
        let [docs, api] = merged.inventory.services.as_slice() else { panic!("two services") };
        assert_eq!((api.repository.as_deref(), api.path.as_str()), (Some("github.com/acme/shop"), "services/api"));
        assert_eq!((api.owner.as_deref(), api.application.as_str(), api.source.line), (Some("payments"), "checkout", 4));
        assert_eq!((docs.repository.as_deref(), docs.owner.as_deref()), (Some("github.com/acme/docs"), None));
        assert_eq!(merged.inventory.teams[0].handles, ["@acme/pay"]);
        assert_eq!(merged.inventory.applications[0].owner.as_deref(), Some("payments"));
    }

    #[test]
    fn what_entities_say_of_each_other() {
        let entity = |kind: &str, name: &str, spec: &str| {
            format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n")
        };
        let text = entity("Component", "web", "owner: red, consumesApis: [orders-api], dependsOn: [resource:default/cache]")
            + &entity("Component", "orders", "owner: red, providesApis: [orders-api]")
            + &entity("System", "shop", "domain: selling")
            + &entity("Domain", "selling", "owner: group:red")
            + &entity("Group", "red", "type: team, children: []")
            + &entity("User", "ana", "profile: {email: ana@acme.example}, memberOf: [red]")
            + &entity("Resource", "orders-db", "type: database, owner: red, dependencyOf: [component:orders]");
        let (declared, problems) = read(file("catalog-info.yaml"), &text);
        assert_eq!(problems, []);
        let merged = merge(&[declared]);
        let [orders, web] = merged.inventory.services.as_slice() else { panic!("two services") };
        assert_eq!((web.depends_on.as_slice(), web.resources.as_slice()), (&["orders".to_owned()][..], &["cache".to_owned()][..]));
        assert_eq!(orders.resources, ["orders-db"]);
        assert_eq!(merged.inventory.applications[0].owner.as_deref(), Some("red"));
        assert_eq!(merged.inventory.teams[0].members, ["ana@acme.example"]);
    }

    #[test]
    fn where_the_code_is() {
        for (url, id, path) in [
            ("https://github.com/acme/shop", "github.com/acme/shop", ""),
            ("https://github.com/acme/shop/blob/main/web/catalog-info.yaml", "github.com/acme/shop", "web/catalog-info.yaml"),
            ("https://gitlab.com/acme/group/shop/-/tree/main/web", "gitlab.com/acme/group/shop", "web"),
            ("https://bitbucket.org/acme/shop/src/main/web/", "bitbucket.org/acme/shop", "web"),
            ("https://dev.azure.com/acme/p/_git/shop?path=%2Fweb", "dev.azure.com/acme/p/shop", "web"),
        ] {
            assert_eq!(location(url), Some((id.to_owned(), path.to_owned())), "{url}");
        }
        assert_eq!(location("https://github.com/acme/shop/tree/main/../../x"), None);
        let bare = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {owner: x}\n";
        let (declared, _) = read(file("services/a/catalog-info.yaml"), bare);
        let service = &declared.inventory.services[0];
        assert_eq!((service.repository.as_deref(), service.path.as_str()), (Some("github.com/acme/shop"), "services/a"));
        for text in ["group:default/pay", "pay", "default/pay", "group:pay"] {
            assert_eq!(reference(text), "pay");
        }
    }

    #[test]
    fn muster_yaml_counts_before_a_catalog() {
        let text = "version: 1\nteams: [{name: blue}]\napplications:\n  - name: checkout\n    owner: blue\n    services: [{name: shop-api, repository: github.com/acme/shop, path: api}]\n";
        let (strict, _) = muster_yaml::read(FileId { repository: String::new(), path: "muster.yaml".into() }, text);
        let (lenient, _) = read(file("catalog-info.yaml"), CATALOG);
        let merged = merge(&[lenient, strict]);
        assert!(merged.problems.iter().all(|problem| !problem.is_error()), "{:?}", merged.problems);
        assert_eq!(merged.problems.len(), 2);
        let api = merged.inventory.services.iter().find(|service| service.name == "shop-api").unwrap();
        assert_eq!(api.path, "api");
        assert_eq!(merged.inventory.applications[0].owner.as_deref(), Some("blue"));
    }

    #[test]
    fn groups_in_a_circle() {
        let group = |name: &str, parent: &str| {
            format!("apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: {name}}}\nspec: {{parent: {parent}}}\n---\n")
        };
        let text = group("a", "b") + &group("b", "group:default/c") + &group("c", "a") + &group("d", "a") + &group("e", "top");
        let (_, problems) = read(file("groups.yaml"), &text);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].is_error() && problems[0].message.contains("above itself"));
    }

    #[test]
    fn other_files() {
        assert!(recognise(CATALOG));
        assert!(!recognise("apiVersion: apps/v1\nkind: Deployment\n"));
        let (declared, problems) = read(file("x.yaml"), "apiVersion: apps/v1\nkind: Component\n---\n- 1\n---\nx\n");
        assert_eq!((declared.inventory.services.len(), problems.len()), (0, 0));
        assert_eq!(read(file("x.yaml"), "a: [").1.len(), 1);
        assert!(read(file("x.yaml"), "apiVersion: backstage.io/v1alpha1\nkind: Group\n").1[0].message.contains("without a name"));
    }
}
