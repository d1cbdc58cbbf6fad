//! `muster.yaml`: teams, applications and services as code.
//!
//! The reader is strict: what it does not know is an error, because a misspelt key would silently leave a service without an owner. All
//! problems come in one go, each with its line and what to write instead. Problems between lines and between files (one image claimed
//! twice, a team that nobody declares) are [`super::merge`]'s, so that they are the same within one file and across files.

use model::{Application, BaseImage, Branches, Environment, Exposure, OwnerRule, Service, Severity, SourceLine, Team, TeamTargets};

use super::names::{repository_key, tidy_path, url_place};
use super::yaml::{self, Node, Value};
use super::{Claim, ClaimKind, Declared, FileId, Link, Mention, Problem, spelling};
use crate::normalise::{Purl, image_repository, repository_id};

/// Problems reported for one file; a file with more is not an inventory.
const MAX_PROBLEMS: usize = 200;
/// Longest name, bytes.
const MAX_NAME: usize = 200;
/// Longest path in a repository, bytes, and its most segments.
const MAX_PATH: (usize, usize) = (1024, 60);

const TOP: &[&str] = &["version", "teams", "applications", "owners", "base_images", "environments"];
const TEAM: &[&str] = &["name", "handles", "members", "email", "jira", "slack", "escalation"];
const OWNER: &[&str] = &["team", "repository", "path", "image", "url", "because"];
const BASE: &[&str] = &["image", "owner"];
const JIRA: &[&str] = &["project"];
const APPLICATION: &[&str] = &["name", "owner", "criticality", "compliance", "services"];
const SERVICE: &[&str] = &[
    "name",
    "owner",
    "repository",
    "branches",
    "path",
    "images",
    "base_images",
    "urls",
    "resources",
    "packages",
    "environments",
    "exposure",
    "data",
    "depends_on",
];
const BRANCHES: &[&str] = &["default", "release"];
const ENVIRONMENT: &[&str] = &["name", "exposure", "production"];

/// Reads a `muster.yaml`. What could be read is there even where problems are reported; a file with an error must not be applied.
#[must_use]
pub fn read(file: FileId, text: &str) -> (Declared, Vec<Problem>) {
    let mut reader = Reader { path: file.path.clone(), declared: Declared { file, ..Declared::default() }, problems: Vec::new() };
    match yaml::documents(text) {
        Err(error) => reader.problems.push(Problem::error(reader.at(error.line), error.message)),
        Ok(documents) => match documents.as_slice() {
            [root] => reader.root(root),
            [] => reader.error(1, "the file is empty", "write at least `version: 1`"),
            [_, second, ..] => reader.error(second.line, "a second document", "write one document; remove `---`"),
        },
    }
    if reader.problems.len() > MAX_PROBLEMS {
        let more = reader.problems.len() - MAX_PROBLEMS;
        reader.problems.truncate(MAX_PROBLEMS);
        reader.problems.push(Problem::error(reader.at(0), format!("and {more} problems more")));
    }
    (reader.declared, reader.problems)
}

struct Reader {
    path: String,
    declared: Declared,
    problems: Vec<Problem>,
}

impl Reader {
    fn at(&self, line: u32) -> SourceLine {
        SourceLine { file: self.path.clone(), line }
    }

    fn error(&mut self, line: u32, message: impl Into<String>, instead: impl Into<String>) {
        self.problems.push(Problem::error(self.at(line), message).instead(instead));
    }

    fn warn(&mut self, line: u32, message: impl Into<String>, instead: impl Into<String>) {
        self.problems.push(Problem::warning(self.at(line), message).instead(instead));
    }

    fn claim(&mut self, kind: ClaimKind, key: String, shown: String, by: &str, line: u32) {
        let at = self.at(line);
        self.declared.claims.push(Claim { kind, key, shown, by: by.to_owned(), at });
    }

    fn root(&mut self, root: &Node) {
        if !self.mapping(root, "the file", TOP) {
            return;
        }
        match root.get("version") {
            None => self.error(root.line, "`version` is missing", "begin the file with `version: 1`"),
            Some(version) if version.text() != Some("1") => {
                let found = version.text().unwrap_or(version.kind()).to_owned();
                self.error(version.line, format!("version `{found}` is not known"), "write `version: 1`");
            }
            Some(_) => {}
        }
        for team in self.list(root, "teams", "the file") {
            self.team(team);
        }
        for application in self.list(root, "applications", "the file") {
            self.application(application);
        }
        for environment in self.list(root, "environments", "the file") {
            let found = self.environment(environment, "the file");
            self.declared.inventory.environments.extend(found);
        }
        for base in self.list(root, "base_images", "the file") {
            self.base_image(base);
        }
        for rule in self.list(root, "owners", "the file") {
            self.owner_rule(rule);
        }
    }

    fn team(&mut self, node: &Node) {
        if !self.mapping(node, "a team", TEAM) {
            return;
        }
        let Some(name) = self.name(node, "team") else { return };
        let by = format!("team {name}");
        self.claim(ClaimKind::Team, name.clone(), name.clone(), &by, node.line);
        let mut handles = Vec::new();
        for (handle, line) in self.texts(node, "handles", &by) {
            if !handle.starts_with('@') {
                self.warn(line, format!("handle `{handle}` of {by} has no `@`"), format!("write `\"@{handle}\"`, as in CODEOWNERS"));
            }
            self.claim(ClaimKind::Handle, handle.to_lowercase(), handle.clone(), &by, line);
            handles.push(handle);
        }
        let mut members = Vec::new();
        for (member, line) in self.texts(node, "members", &by) {
            let name = member.trim_start_matches('@');
            if name.is_empty() || (!member.starts_with('@') && !name.contains('@')) {
                self.warn(line, format!("member `{member}` of {by} is no handle and no address"), format!("write `\"@{name}\"`"));
            }
            self.claim(ClaimKind::Handle, member.to_lowercase(), member.clone(), &by, line);
            members.push(member);
        }
        let jira_project = match node.get("jira") {
            Some(jira) if !jira.is_null() && self.mapping(jira, "`jira`", JIRA) => self.text(jira, "project", &by),
            _ => None,
        };
        let escalation = self.texts(node, "escalation", &by).into_iter().map(|(text, _)| text).collect();
        let targets = TeamTargets { email: self.text(node, "email", &by), slack: self.text(node, "slack", &by), jira_project, escalation };
        if let (Some(email), Some(at)) = (&targets.email, node.get("email"))
            && !email.contains('@')
        {
            self.error(at.line, format!("`{email}` is no e-mail address"), "write `email: team@example.com`");
        }
        let source = self.at(node.line);
        self.declared.inventory.teams.push(Team { name, handles, members, targets, source });
    }

    fn application(&mut self, node: &Node) {
        if !self.mapping(node, "an application", APPLICATION) {
            return;
        }
        let Some(name) = self.name(node, "application") else { return };
        let by = format!("application {name}");
        // A mention that says no more than the name lets services of one application stand in several files.
        if ["owner", "criticality", "compliance"].iter().any(|key| node.get(key).is_some()) {
            self.claim(ClaimKind::Application, name.clone(), name.clone(), &by, node.line);
        }
        let owner = self.owner(node, &by);
        let criticality = self.word(node, "criticality", &by, &["critical", "high", "medium", "low"]);
        let criticality = criticality.map_or(Severity::Unknown, |word| Severity::from_word(&word));
        let compliance = self.texts(node, "compliance", &by).into_iter().map(|(text, _)| text).collect();
        let source = self.at(node.line);
        self.declared.inventory.applications.push(Application { name: name.clone(), owner, criticality, compliance, source });
        for service in self.list(node, "services", &by) {
            self.service(service, &name);
        }
    }

    fn service(&mut self, node: &Node, application: &str) {
        if !self.mapping(node, "a service", SERVICE) {
            return;
        }
        let Some(name) = self.name(node, "service") else { return };
        let by = format!("service {name}");
        self.claim(ClaimKind::Service, name.clone(), name.clone(), &by, node.line);
        let mut service = Service { application: application.to_owned(), source: self.at(node.line), ..Service::default() };
        service.owner = self.owner(node, &by);
        self.code(node, &by, &mut service);
        self.images(node, &by, &mut service);
        self.urls(node, &by, &mut service);
        for environment in self.list(node, "environments", &by) {
            service.environments.extend(self.environment(environment, &by));
        }
        service.exposure = self.exposure(node, &by);
        service.data = self.texts(node, "data", &by).into_iter().map(|(text, _)| text).collect();
        for (text, line) in self.texts(node, "resources", &by) {
            self.claim(ClaimKind::Resource, text.to_lowercase(), text.clone(), &by, line);
            service.resources.push(text);
        }
        for (text, line) in self.texts(node, "packages", &by) {
            match Purl::parse(&text) {
                Some(purl) => {
                    self.claim(ClaimKind::Package, purl.key(), text.clone(), &by, line);
                    service.packages.push(purl.key());
                }
                None => self.error(line, format!("`{text}` is no package URL"), "write `pkg:npm/@acme/orders`"),
            }
        }
        for (text, line) in self.texts(node, "base_images", &by) {
            match image_repository(&text) {
                Some(id) => service.base_images.push(id),
                None => self.error(line, format!("`{text}` is no image"), "write `registry.example.com/base/python`"),
            }
        }
        for (text, line) in self.texts(node, "depends_on", &by) {
            let at = self.at(line);
            self.declared.links.push(Link { service: text.clone(), by: by.clone(), at });
            service.depends_on.push(text);
        }
        service.name = name;
        self.declared.inventory.services.push(service);
    }

    fn base_image(&mut self, node: &Node) {
        if !self.mapping(node, "a base image", BASE) {
            return;
        }
        let Some(text) = self.text(node, "image", "a base image") else {
            return self.error(node.line, "a base image without `image`", "add `image: registry.example.com/base/python`");
        };
        let by = format!("base image {text}");
        let (Some(image), Some(owner)) = (image_repository(&text), self.owner(node, &by)) else {
            return self.error(
                node.line,
                format!("{by} has no owner, or is no image"),
                "write `{image: registry.example.com/base/python, owner: platform}`",
            );
        };
        self.claim(ClaimKind::BaseImage, image.clone(), image.clone(), &by, node.line);
        let source = self.at(node.line);
        self.declared.inventory.base_images.push(BaseImage { image, owner, source });
    }

    /// A rule of `owners`: a team, and the one thing that is its own.
    fn owner_rule(&mut self, node: &Node) {
        if !self.mapping(node, "a rule of `owners`", OWNER) {
            return;
        }
        let by = "a rule of `owners`";
        let Some(team) = self.text(node, "team", by) else {
            return self.error(node.line, "a rule of `owners` without `team`", "add `team: …`");
        };
        let at = self.at(line_of(node, "team"));
        self.declared.mentions.push(Mention { team: team.clone(), by: by.to_owned(), at, strict: true });
        let repository = self.text(node, "repository", by).map(|text| (repository_id(&text).filter(|id| id.contains('/')), text));
        if let Some((None, text)) = &repository {
            self.error(line_of(node, "repository"), format!("`{text}` is no repository"), "write `repository: github.com/acme/checkout`");
        }
        let repository = repository.and_then(|(id, _)| id);
        let path = self.text(node, "path", by).unwrap_or_default();
        let path = self.path_inside(&path, line_of(node, "path"), by).unwrap_or_default();
        let image = self.text(node, "image", by).and_then(|text| image_repository(&text));
        let url = self.text(node, "url", by).filter(|text| url_place(text).is_some());
        if [repository.is_some(), image.is_some(), url.is_some()].iter().filter(|given| **given).count() != 1 {
            self.error(
                node.line,
                "a rule of `owners` names one thing",
                "write one of `repository` (with or without `path`), `image`, `url`",
            );
        }
        let because = self.text(node, "because", by);
        let source = self.at(node.line);
        self.declared.inventory.owners.push(OwnerRule { team, repository, path, image, url, because, source });
    }

    /// Repository, branches and path.
    fn code(&mut self, node: &Node, by: &str, service: &mut Service) {
        if let Some(text) = self.text(node, "repository", by) {
            service.repository = repository_id(&text).filter(|id| id.contains('/'));
            if service.repository.is_none() {
                let line = line_of(node, "repository");
                self.error(line, format!("`{text}` is no repository"), "write `repository: github.com/acme/checkout`");
            }
        }
        if let Some(branches) = node.get("branches")
            && !branches.is_null()
            && self.mapping(branches, "`branches`", BRANCHES)
        {
            let release = self.texts(branches, "release", by).into_iter().map(|(text, _)| text).collect();
            service.branches = Branches { default: self.text(branches, "default", by), release };
        }
        let path = self.text(node, "path", by).unwrap_or_default();
        let line = node.get("path").or_else(|| node.get("repository")).map_or(node.line, |value| value.line);
        service.path = self.path_inside(&path, line, by).unwrap_or_default();
        match &service.repository {
            Some(id) => {
                let key = format!("{}:{}", repository_key(id), service.path);
                let shown = if service.path.is_empty() { id.clone() } else { format!("{id}:{}", service.path) };
                self.claim(ClaimKind::Path, key, shown, by, line);
            }
            None if !path.is_empty() && node.get("repository").is_none() => {
                self.error(line, format!("{by} has a path and no repository"), "add `repository: github.com/acme/checkout`");
            }
            None => {}
        }
    }

    /// A path inside the repository, tidied; `None` after a problem.
    fn path_inside(&mut self, path: &str, line: u32, by: &str) -> Option<String> {
        let tidy = tidy_path(path);
        let outside = path.starts_with(['/', '~']) || path.split('/').any(|segment| segment == "..") || path.contains(":\\");
        if outside {
            let kept: Vec<&str> = tidy.split('/').filter(|segment| !matches!(*segment, ".." | "~" | "")).collect();
            let advice = format!("write it from the root of the repository, `path: {}`", kept.join("/"));
            self.error(line, format!("path `{path}` of {by} lies outside the repository"), advice);
            return None;
        }
        if path.contains('\\') {
            self.error(line, format!("path `{path}` of {by} has backslashes"), format!("write `path: {}`", tidy.replace('\\', "/")));
            return None;
        }
        if path.contains(['*', '?']) {
            self.error(line, format!("path `{path}` of {by} is a pattern"), "write the folder alone: a path is a prefix");
            return None;
        }
        if path.len() > MAX_PATH.0 || path.split('/').count() > MAX_PATH.1 {
            self.error(line, format!("the path of {by} is too long"), format!("at most {} bytes and {} segments", MAX_PATH.0, MAX_PATH.1));
            return None;
        }
        Some(tidy.split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect::<Vec<_>>().join("/"))
    }

    fn images(&mut self, node: &Node, by: &str, service: &mut Service) {
        for (text, line) in self.texts(node, "images", by) {
            let Some(id) = image_repository(&text) else {
                self.error(line, format!("`{text}` is no image"), "write `registry.example.com/acme/api`");
                continue;
            };
            if text.contains('@') || text.rsplit('/').next().is_some_and(|last| last.contains(':')) {
                let advice = format!("write `{id}`: an image is known without tag and digest");
                self.warn(line, format!("the tag or digest of image `{text}` is ignored"), advice);
            }
            self.claim(ClaimKind::Image, id.clone(), id.clone(), by, line);
            service.images.push(id);
        }
    }

    fn urls(&mut self, node: &Node, by: &str, service: &mut Service) {
        for (text, line) in self.texts(node, "urls", by) {
            let web = ["http://", "https://", "ws://", "wss://"].iter().any(|scheme| text.to_ascii_lowercase().starts_with(scheme));
            match url_place(&text).filter(|_| web) {
                None => {
                    let bare = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
                    self.error(line, format!("`{text}` is no web address"), format!("write `https://{bare}`"));
                }
                Some(place) => {
                    self.claim(ClaimKind::Url, format!("{}/{}", place.origin, place.path), text.clone(), by, line);
                    service.urls.push(text);
                }
            }
        }
    }

    fn environment(&mut self, node: &Node, by: &str) -> Option<Environment> {
        if let Some(name) = node.text() {
            return Some(Environment { name: name.to_owned(), ..Environment::default() });
        }
        if !self.mapping(node, "an environment", ENVIRONMENT) {
            return None;
        }
        let name = self.name(node, "environment")?;
        let production = match self.word(node, "production", by, &["true", "false"]).as_deref() {
            Some("true") => Some(true),
            Some(_) => Some(false),
            None => None,
        };
        Some(Environment { name, exposure: self.exposure(node, by), production, ..Environment::default() })
    }

    fn exposure(&mut self, node: &Node, by: &str) -> Exposure {
        match self.word(node, "exposure", by, &["internet", "internal", "none"]).as_deref() {
            Some("internet") => Exposure::Internet,
            Some("internal") => Exposure::Internal,
            Some("none") => Exposure::None,
            _ => Exposure::Unknown,
        }
    }

    fn owner(&mut self, node: &Node, by: &str) -> Option<String> {
        let team = self.text(node, "owner", by)?;
        let at = self.at(line_of(node, "owner"));
        self.declared.mentions.push(Mention { team: team.clone(), by: by.to_owned(), at, strict: true });
        Some(team)
    }

    fn name(&mut self, node: &Node, what: &str) -> Option<String> {
        let name = self.text(node, "name", what);
        match &name {
            None if node.get("name").is_none_or(Node::is_null) => {
                self.error(node.line, format!("{what} without a name"), "add `name: …`");
            }
            Some(text) if text.len() > MAX_NAME || text.chars().any(char::is_control) => {
                self.error(line_of(node, "name"), format!("the name of this {what} is too long or has control characters"), "shorten it");
                return None;
            }
            _ => {}
        }
        name
    }

    /// A scalar. `None` where it is absent or after a problem.
    fn text(&mut self, node: &Node, key: &str, by: &str) -> Option<String> {
        let value = node.get(key)?;
        match &value.value {
            _ if value.is_null() => None,
            Value::Scalar { text, .. } => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => {
                let message = format!("`{key}` of {by} is {} and must be a single value", value.kind());
                self.error(value.line, message, format!("write `{key}: …` on one line"));
                None
            }
        }
    }

    /// A scalar that must be one of a few words.
    fn word(&mut self, node: &Node, key: &str, by: &str, words: &[&str]) -> Option<String> {
        let text = self.text(node, key, by)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        let advice = match spelling::closest(&text, words.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => format!("write one of {}", words.join(", ")),
        };
        self.error(line_of(node, key), format!("{key} `{text}` of {by} is not known"), advice);
        None
    }

    /// A list of scalars with their lines.
    fn texts(&mut self, node: &Node, key: &str, by: &str) -> Vec<(String, u32)> {
        let mut texts = Vec::new();
        for item in self.list(node, key, by) {
            match item.text().map(str::trim).filter(|text| !text.is_empty()) {
                Some(text) => texts.push((text.to_owned(), item.line)),
                None => {
                    let message = format!("an element of `{key}` of {by} is {} and must be a single value", item.kind());
                    self.error(item.line, message, "quote it, or remove it");
                }
            }
        }
        texts
    }

    /// The elements of a list; none where it is absent or after a problem.
    fn list<'n>(&mut self, node: &'n Node, key: &str, by: &str) -> &'n [Node] {
        match node.get(key) {
            None => &[],
            Some(value) if value.is_null() => &[],
            Some(Node { value: Value::List(items), .. }) => items,
            Some(value) => {
                let advice = match value.text() {
                    Some(text) => format!("write `{key}: [{text}]`"),
                    None => format!("write `{key}:` and each element on a line of its own after `- `"),
                };
                self.error(value.line, format!("`{key}` of {by} is {} and must be a list", value.kind()), advice);
                &[]
            }
        }
    }

    /// True for a mapping; its unknown keys are reported.
    fn mapping(&mut self, node: &Node, what: &str, known: &[&str]) -> bool {
        if !matches!(node.value, Value::Map(_)) {
            let advice = format!("write keys and values: {}", known.join(", "));
            self.error(node.line, format!("{what} is {} and must be a mapping", node.kind()), advice);
            return false;
        }
        for (key, _) in node.entries() {
            if !known.contains(&key.text.as_str()) {
                let advice = match spelling::closest(&key.text, known.iter().copied()) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("known here: {}", known.join(", ")),
                };
                let shown: String = key.text.chars().take(60).collect();
                self.error(key.line, format!("unknown key `{shown}` in {what}"), advice);
            }
        }
        true
    }
}

fn line_of(node: &Node, key: &str) -> u32 {
    node.get(key).map_or(node.line, |value| value.line)
}

#[cfg(test)]
#[path = "muster_yaml_tests.rs"]
mod tests;
