//! A candidate read once: everything that evidence compares, in canonical form.

use std::collections::{BTreeSet, HashMap};

use model::{Finding, Kind, Timestamp};

use super::candidate::{Candidate, Context};
use super::class::{Class, is_dockerfile};
use super::package::PackageKey;
use super::resource::{ResourceKey, job_and_step};
use super::vocabulary::{control_of, family_of, family_of_cwes, fold, workflow_control_of};
use super::web::WebPlace;

/// Longest statement range that is believed to be one statement, in lines.
pub(super) const LONGEST_STATEMENT: u32 = 40;

/// Most alias ids of one finding that are followed; a vulnerability with more is a hub, not a name.
const MOST_ALIASES: usize = 64;

/// A place of a finding in an earlier version of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) when: (Timestamp, Timestamp),
}

/// A candidate in canonical form. Neighbours' knowledge (`neighbourhood`) is filled in afterwards.
#[derive(Clone, Debug)]
pub(super) struct Subject<'a> {
    pub(super) at: usize,
    pub(super) candidate: Candidate<'a>,
    pub(super) class: Class,
    /// Kind and name of the target.
    pub(super) scope: String,
    /// Path with forward slashes and without leading `./`.
    pub(super) path: String,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) columns: Option<(u32, u32)>,
    /// Lines of the statement that it lies in, as it or another finding of its family gives them.
    pub(super) statement: Option<(u32, u32)>,
    /// Where it was before its lines moved.
    pub(super) earlier: Vec<Seen>,
    /// From when, and till when, it was seen on its present lines; without bounds where nothing says that they moved.
    pub(super) present: (Timestamp, Timestamp),
    /// Lines of the flow, last path and line each, within `path`.
    pub(super) steps: Vec<u32>,
    pub(super) family: Option<&'static str>,
    /// The family is known by the stated CWE alone: weaker evidence, and never a reason to keep findings apart.
    pub(super) by_cwe: bool,
    pub(super) control: Option<&'static str>,
    pub(super) resource: Option<ResourceKey>,
    /// True where the resource was taken from the block that contains the line.
    pub(super) resource_by_block: bool,
    pub(super) job: Option<String>,
    pub(super) step: Option<u32>,
    pub(super) web: Option<WebPlace>,
    pub(super) package: Option<PackageKey>,
    /// Identifiers of the vulnerability, closed over aliases.
    pub(super) ids: BTreeSet<String>,
    /// CVEs that the finding itself states.
    pub(super) cves: BTreeSet<String>,
    /// Keyed hashes of the secret's value, as this or another tool shows it on the line.
    pub(super) values: BTreeSet<String>,
    /// First line of the key block that it lies in.
    pub(super) key_block: Option<u32>,
    /// What separates kinds of problem of one package: vulnerability, licence, malware.
    pub(super) topic: &'static str,
}

/// Reads candidates; remembers what a rule means.
pub(super) struct Reader<'c> {
    context: &'c Context<'c>,
    families: HashMap<(String, String), Option<&'static str>>,
    controls: HashMap<(String, String, bool), Option<&'static str>>,
}

impl<'c> Reader<'c> {
    pub(super) fn new(context: &'c Context<'c>) -> Self {
        Self { context, families: HashMap::new(), controls: HashMap::new() }
    }

    fn family(&mut self, rule: &str, title: &str) -> Option<&'static str> {
        let key = (head(rule), head(title));
        *self.families.entry(key).or_insert_with_key(|(rule, title)| family_of(rule, title))
    }

    fn control(&mut self, rule: &str, title: &str, workflow: bool) -> Option<&'static str> {
        let key = (head(rule), head(title), workflow);
        *self.controls.entry(key).or_insert_with_key(
            |(rule, title, workflow)| if *workflow { workflow_control_of(rule, title) } else { control_of(rule, title) },
        )
    }

    pub(super) fn read<'a>(&mut self, at: usize, candidate: &Candidate<'a>) -> Subject<'a> {
        let finding = candidate.finding;
        let place = &finding.location;
        let named = self.family(&finding.rule, &finding.title);
        let class = Class::of(finding, named);
        let by_cwe = || family_of_cwes(&finding.rule, &finding.cwes).filter(|_| matches!(class, Class::Code | Class::Web));
        let family = named.or_else(by_cwe);
        let path = clean_path(place.path.as_deref().unwrap_or_default());
        let first = place.start_line.unwrap_or(0);
        let last = place.end_line.unwrap_or(first).max(first);
        let columns = match (place.start_column, place.end_column) {
            (Some(a), Some(b)) if a < b && first == last => Some((a, b)),
            _ => None,
        };
        let control = match class {
            Class::Config | Class::Cloud => self.control(&finding.rule, &finding.title, false),
            Class::Workflow => self.control(&finding.rule, &finding.title, true),
            _ => None,
        };
        let resource = match class {
            Class::Config | Class::Cloud => place.resource.as_deref().and_then(|r| ResourceKey::parse(r, place.resource_type.as_deref())),
            _ => None,
        };
        let (job, step) = match class {
            Class::Workflow => place.resource.as_deref().map(job_and_step).unwrap_or_default(),
            _ => (None, None),
        };
        let (ids, cves) = if class == Class::Package { self.identifiers(candidate) } else { Default::default() };
        let mut values = BTreeSet::new();
        if let (Class::Secret, Some(hash), false) = (class, candidate.secret_hash, candidate.head_only) {
            values.insert(hash.to_owned());
        }
        Subject {
            at,
            candidate: *candidate,
            class,
            scope: format!("{} {}", candidate.target.kind.word(), candidate.target.name),
            first,
            last,
            columns,
            statement: finding.statement.filter(|(first, last)| last > first && class == Class::Code),
            earlier: if class == Class::Code { earlier(finding) } else { Vec::new() },
            present: (finding.here_since.unwrap_or(Timestamp(i64::MIN)), finding.last_seen.unwrap_or(Timestamp(i64::MAX))),
            steps: finding
                .flow
                .iter()
                .filter(|s| s.path.as_deref().is_none_or(|p| clean_path(p) == path))
                .filter_map(|s| s.line)
                .take(64)
                .collect(),
            path,
            family,
            by_cwe: named.is_none() && family.is_some(),
            control,
            resource,
            resource_by_block: false,
            job,
            step,
            web: if matches!(class, Class::Web) || finding.kind == Kind::Iast { WebPlace::of(finding) } else { None },
            package: if class == Class::Package { PackageKey::of(finding) } else { None },
            ids,
            cves,
            values,
            key_block: None,
            topic: match finding.kind {
                Kind::License => "licence",
                Kind::Malware => "malware",
                _ => "vulnerability",
            },
        }
    }

    fn identifiers(&self, candidate: &Candidate<'_>) -> (BTreeSet<String>, BTreeSet<String>) {
        let finding = candidate.finding;
        let mut stated: BTreeSet<String> =
            finding.identifiers.iter().map(|id| id.trim().to_ascii_uppercase()).filter(|id| is_identifier(id)).collect();
        let rule = finding.rule.trim().to_ascii_uppercase();
        if is_identifier(&rule) {
            stated.insert(rule);
        }
        for pair in finding.aliases.iter().take(MOST_ALIASES) {
            let (a, b) = (pair.a.trim().to_ascii_uppercase(), pair.b.trim().to_ascii_uppercase());
            if stated.contains(&a) || stated.contains(&b) {
                stated.extend([a, b].into_iter().filter(|id| is_identifier(id)));
            }
        }
        let cves = stated.iter().filter(|id| id.starts_with("CVE-")).cloned().collect();
        let mut closed = stated.clone();
        for id in &stated {
            let others = (self.context.aliases)(id);
            if others.len() <= MOST_ALIASES {
                closed.extend(others.into_iter().map(|id| id.to_ascii_uppercase()));
            }
        }
        (closed, cves)
    }
}

impl Subject<'_> {
    pub(super) fn identity(&self) -> &str {
        self.candidate.identity
    }

    pub(super) fn tool(&self) -> &str {
        self.candidate.tool
    }

    pub(super) fn rule(&self) -> &str {
        &self.candidate.finding.rule
    }

    pub(super) fn base(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub(super) fn is_iast(&self) -> bool {
        self.candidate.finding.kind == Kind::Iast
    }

    /// True where the whole file is the thing to change: a Dockerfile's user, not one of its instructions.
    pub(super) fn whole_file(&self) -> bool {
        is_dockerfile(&self.path) && matches!(self.control, Some("user" | "docker.healthcheck"))
    }

    /// Where it answers from outside: its services where known, else the host.
    pub(super) fn site(&self) -> String {
        if self.candidate.services.is_empty() {
            let host = self.web.as_ref().map(|web| web.host.as_str()).filter(|host| !host.is_empty());
            format!("host {}", host.unwrap_or(&self.candidate.target.name))
        } else {
            format!("service {}", self.candidate.services.join(","))
        }
    }

    /// A family that belongs to a whole site: one setting of the server or framework mends every page.
    pub(super) fn site_wide(&self) -> Option<&'static str> {
        let family = self.family.filter(|_| self.class == Class::Web && !self.by_cwe)?;
        let wide = family.starts_with("header.") || family.starts_with("cookie") || matches!(family, "cors");
        let passive = matches!(family, "csrf" | "error-disclosure" | "cleartext" | "ssl.version" | "ssl.verify")
            && self.web.as_ref().is_none_or(|w| w.parameter.is_none());
        (wide || passive).then_some(family)
    }

    /// Parameters that the code reads, and words in quotes that a code finding's message shows: one may be what reaches the sink.
    pub(super) fn quoted_words(&self) -> BTreeSet<String> {
        let finding = self.candidate.finding;
        let texts = [Some(finding.title.as_str()), finding.description.as_deref(), finding.snippet.as_deref()];
        let mut out: BTreeSet<String> = finding.inputs.iter().cloned().collect();
        for text in texts.into_iter().flatten().chain(finding.flow.iter().filter_map(|s| s.message.as_deref()).take(16)) {
            let text: String = text.chars().take(2000).collect();
            for quoted in text.split(['"', '\'', '`']).skip(1).step_by(2).take(24) {
                if (1..=40).contains(&quoted.len()) && quoted.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
                    out.insert(quoted.to_ascii_lowercase());
                }
            }
            if out.len() >= 16 {
                break;
            }
        }
        out
    }

    /// Words of the text that say more than the class of problem.
    pub(super) fn words(&self) -> BTreeSet<String> {
        let finding = self.candidate.finding;
        let text =
            format!("{} {}", finding.title, finding.description.as_deref().unwrap_or_default().chars().take(300).collect::<String>());
        fold(&text).split(' ').filter(|word| word.len() > 3).map(str::to_owned).collect()
    }
}

/// Newest first.
fn earlier(finding: &Finding) -> Vec<Seen> {
    let seen = finding.earlier.iter().rev().take(Finding::MOST_SIGHTINGS);
    seen.map(|s| Seen {
        path: clean_path(s.path.as_deref().unwrap_or_default()),
        first: s.start_line,
        last: s.end_line.max(s.start_line),
        when: (s.first, s.last),
    })
    .collect()
}

fn head(text: &str) -> String {
    text.chars().take(200).collect()
}

pub(super) fn clean_path(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    let mut path = path.as_str();
    while let Some(rest) = path.strip_prefix("./").or_else(|| path.strip_prefix('/')) {
        path = rest;
    }
    path.to_owned()
}

/// A vulnerability's id in some database, not a rule's name.
fn is_identifier(id: &str) -> bool {
    const HEADS: [&str; 22] = [
        "CVE-",
        "GHSA-",
        "PYSEC-",
        "RUSTSEC-",
        "GO-",
        "OSV-",
        "SNYK-",
        "MAL-",
        "GMS-",
        "DSA-",
        "DLA-",
        "USN-",
        "RHSA-",
        "ALAS",
        "ELSA-",
        "SUSE-",
        "OPENSUSE-",
        "ALPINE-",
        "TEMP-",
        "SONATYPE-",
        "NSWG-",
        "GLSA-",
    ];
    id.len() <= 80 && (HEADS.iter().any(|head| id.starts_with(head)) || id.strip_prefix("NPM:").is_some_and(|rest| !rest.is_empty()))
}
