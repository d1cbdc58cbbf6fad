//! `vex export`: what we say, from decisions, trusted statements of others and open issues.
//!
//! An issue that people or trusted authors took out of the queue as not affected or false positive is `not_affected`, an accepted or deferred
//! one `affected` with what follows from that, one in work `affected`, one nobody has decided on `under_investigation`. Fixed issues are not
//! said: a scanner saw them go. A product is what was scanned (image, repository, service …), a component the package in the version
//! that was found, so that the same statements speak of the same findings wherever the same things are scanned. Issues without a public
//! identifier are left out: their names mean nothing to others, and an open weakness of our own code is nobody else's to read.

use std::collections::{BTreeMap, BTreeSet};

use intel::vex::{Entry, Format, Item, Product, Publication, justification_of, write};
use model::{Decision, DecisionKind, Finding, Issue, Presence, State, Target, TargetKind, Timestamp, VexStatus, VexVerdict};
use pipeline::normalise::Purl;
use store::Conn;
use store::queries::vex::ReleaseRow;
use store::queries::{issues, vex};

use super::load;
use crate::derive::Member;
use crate::load::{Streams, world};
use crate::refresh::members_of;
use crate::{Muster, OperationError, Result};

impl Muster {
    /// What we say of the vulnerabilities of an application, or of all, as a document. The same content gives the same bytes; a change of
    /// content gives the next version.
    ///
    /// # Errors
    /// When there is nothing to say, or no such application.
    pub fn export_vex(&self, format: Format, application: Option<&str>, now: Timestamp) -> Result<String> {
        self.settle(now)?;
        let publication = self.db.try_read(|conn| self.publication(conn, application, now))?;
        let hash = content_hash(&publication);
        let name = application.unwrap_or_default();
        let is_newest = |rows: &[ReleaseRow]| rows.last().is_some_and(|row| row.content_hash == hash);
        let mut releases = self.db.read(|conn| vex::releases(conn, self.org, name))?;
        if !is_newest(&releases) {
            releases = self.db.write(|tx| {
                let mut rows = vex::releases(tx, self.org, name)?;
                // Another reader may have written it meanwhile.
                if !is_newest(&rows) {
                    let last = rows.last().map(|row| (row.number, row.released));
                    let released = last.map_or(now, |(_, at)| now.max(Timestamp(at.0 + 1)));
                    let row = ReleaseRow { number: last.map_or(1, |(number, _)| number + 1), released, content_hash: hash.clone() };
                    vex::release(tx, self.org, name, &row)?;
                    rows.push(row);
                }
                Ok(rows)
            })?;
        }
        let releases = releases.into_iter().map(|row| row.released).collect();
        Ok(write(format, &Publication { releases, ..publication }))
    }

    fn publication(&self, conn: &mut Conn, application: Option<&str>, now: Timestamp) -> Result<Publication> {
        let world = world(conn, self.org, now)?;
        let streams = Streams::load(conn, self.org, &world.index)?;
        let mut chosen: BTreeMap<String, Issue> = BTreeMap::new();
        let mut of_application = false;
        let narrow = issues::Narrow { application, ..Default::default() };
        issues::in_order(conn, self.org, &narrow, &issues::Page::default(), |row| {
            of_application = true;
            let issue = row.issue()?;
            if row.tracked && issue.state != State::Fixed && public_names(&issue.identifiers).next().is_some() {
                chosen.insert(issue.id.clone(), issue);
            }
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
        if let Some(name) = application.filter(|name| !of_application && !world.index.knows_application(name)) {
            return Err(OperationError::NotFound(format!("no application {name}")));
        }
        let members = members_of(conn, self.org, &chosen.keys().cloned().collect::<Vec<_>>())?;
        let mut entries = Vec::new();
        for (id, issue) in &chosen {
            for member in members.get(id).into_iter().flatten().filter(|member| is_open(member, &streams, now)) {
                entries.extend(entry(issue, member, &streams));
            }
        }
        let entries = together(entries);
        if entries.is_empty() {
            return Err(OperationError::NotFound(
                "there is nothing to say: no issue with a public identifier is open or decided on".to_owned(),
            ));
        }
        let publisher = load::trust(conn, self.org, now)?.publisher;
        let (author, namespace) = match publisher {
            Some(publisher) => (publisher.name, publisher.namespace),
            None => (self.organisation.clone(), format!("urn:muster:organisation:{}", escaped(&self.organisation))),
        };
        let product = match application {
            Some(name) => Product { id: format!("urn:muster:application:{}", escaped(name)), name: name.to_owned(), version: None },
            None => Product { id: namespace.clone(), name: self.organisation.clone(), version: None },
        };
        Ok(Publication {
            id: format!("{}:vex:{}", escaped(&self.organisation), application.map_or("all".to_owned(), escaped)),
            title: format!("Vulnerabilities in {}", application.unwrap_or(&self.organisation)),
            author,
            namespace,
            product,
            releases: Vec::new(),
            entries,
        })
    }
}

/// Identifiers that others know.
fn public_names(identifiers: &[String]) -> impl Iterator<Item = &String> {
    let known = ["CVE-", "GHSA-", "PYSEC-", "RUSTSEC-", "GO-", "OSV-", "MAL-", "DSA-", "DLA-", "USN-", "RHSA-", "ALAS", "SNYK-"];
    identifiers.iter().filter(move |name| known.iter().any(|head| name.starts_with(head)))
}

fn is_open(member: &Member, streams: &Streams, now: Timestamp) -> bool {
    let tracked = |stream: &i64| streams.by_id.get(stream).is_some_and(|info| info.tracked);
    member.present_at(now).iter().any(|(stream, (presence, _))| tracked(stream) && *presence != Presence::Closed)
}

fn entry(issue: &Issue, member: &Member, streams: &Streams) -> Option<Entry> {
    let names: Vec<&String> = public_names(&member.finding.identifiers).collect();
    let vulnerability = names.iter().find(|name| name.starts_with("CVE-")).or_else(|| names.first()).copied()?;
    let target = streams.lineage(member.row.lineage).map(|stream| &stream.key.target)?;
    let said = said(issue, &member.row.identity, &member.finding);
    Some(Entry {
        vulnerability: vulnerability.clone(),
        aliases: names.iter().filter(|name| **name != vulnerability && !name.starts_with("CVE-")).map(|name| (*name).clone()).collect(),
        title: issue.title.chars().take(300).collect(),
        items: vec![Item { product: product(target), component: component(&member.finding) }],
        ..said
    })
}

/// Status, date and words, from the decision that holds, else the statement that counts, else the state.
fn said(issue: &Issue, identity: &str, finding: &Finding) -> Entry {
    let mut out = Entry {
        vulnerability: String::new(),
        aliases: Vec::new(),
        title: String::new(),
        status: VexStatus::UnderInvestigation,
        at: issue.first_seen,
        justification: None,
        reason: None,
        action: None,
        remedy: "none_available",
        false_positive: false,
        items: Vec::new(),
    };
    let decision = decision_of(issue);
    let fix = issue.fix.clone();
    let reason = decision.map(|decision| decision.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    out.at = decision.map_or(out.at, |decision| decision.at);
    match issue.state {
        State::NotAffected | State::FalsePositive => {
            out.status = VexStatus::NotAffected;
            out.false_positive = issue.state == State::FalsePositive;
            let counting =
                issue.vex.iter().find(|fact| fact.verdict == VexVerdict::Counts && fact.findings.iter().any(|id| id == identity));
            match (decision, counting) {
                (None, Some(fact)) => {
                    out.at = fact.at;
                    out.justification = fact.justification.as_deref().and_then(justification_of).map(str::to_owned);
                    let words = fact.reason.as_ref().map(|words| format!("{words} ")).unwrap_or_default();
                    out.reason = Some(format!("{words}(Stated by {} in {}.)", fact.author, fact.document));
                }
                _ => {
                    let text = reason.unwrap_or_else(|| "Judged not to be affected.".to_owned());
                    // A reason may begin with the word that the formats have for it.
                    let head = text.split([':', ' ', '.', ',']).next().unwrap_or_default();
                    out.justification = justification_of(head).map(str::to_owned);
                    out.reason = Some(text);
                }
            }
        }
        State::AcceptedRisk | State::Deferred | State::InProgress => {
            out.status = VexStatus::Affected;
            let until = decision.and_then(|decision| decision.until).map(|until| format!(" until {}", day(until))).unwrap_or_default();
            let why = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            let (words, remedy) = match (issue.state, fix) {
                (State::AcceptedRisk, _) => (format!("The risk is accepted{until}{why}"), "no_fix_planned"),
                (State::Deferred, _) => (format!("A fix is put off{until}{why}"), "none_available"),
                (_, Some(fix)) => (fix, "vendor_fix"),
                (..) => (format!("A fix is in work{why}"), "none_available"),
            };
            (out.action, out.remedy) = (Some(words), remedy);
        }
        State::Open | State::Fixed => {
            let _ = finding;
        }
    }
    out
}

/// The newest decision that is in force and gives the state.
fn decision_of(issue: &Issue) -> Option<&Decision> {
    let kinds: &[DecisionKind] = match issue.state {
        State::NotAffected => &[DecisionKind::NotAffected],
        State::FalsePositive => &[DecisionKind::FalsePositive],
        State::AcceptedRisk => &[DecisionKind::Accept],
        State::Deferred => &[DecisionKind::Defer],
        State::InProgress => &[DecisionKind::InProgress, DecisionKind::ExpectedFixed],
        State::Open | State::Fixed => &[],
    };
    issue.decisions.iter().rev().find(|decision| decision.ended.is_none() && kinds.contains(&decision.kind))
}

/// What was scanned, as a product.
fn product(target: &Target) -> Product {
    let name = target.name.clone();
    let last = name.rsplit('/').next().unwrap_or(&name).to_owned();
    let id = match target.kind {
        TargetKind::Image => format!("pkg:oci/{}?repository_url={}", last.to_lowercase(), escaped(&name)),
        TargetKind::Repository => match name.split_once('/') {
            Some((host @ ("github.com" | "gitlab.com" | "bitbucket.org"), path)) => {
                let kind = host.split('.').next().unwrap_or_default();
                let segments: Vec<String> = path.split('/').map(escaped).collect();
                format!("pkg:{kind}/{}", segments.join("/"))
            }
            _ => format!("pkg:generic/{}?vcs_url={}", escaped(&last), escaped(&format!("git+https://{name}"))),
        },
        TargetKind::Application => format!("urn:muster:application:{}", escaped(&name)),
        TargetKind::Unknown => "urn:muster:target:unknown".to_owned(),
        _ => format!("urn:muster:target:{}", escaped(&name)),
    };
    let name = if name.is_empty() { "unknown".to_owned() } else { name };
    Product { id, name, version: None }
}

fn component(finding: &Finding) -> Option<Product> {
    let package = finding.package.as_ref()?;
    let mut purl = package.purl.as_deref().and_then(Purl::parse)?;
    // Where it lies and how it was built differ from tool to tool; the version is what counts.
    purl.qualifiers.clear();
    purl.subpath = None;
    let version = purl.version.clone().or_else(|| package.version.clone());
    let name = package.name.clone().unwrap_or_else(|| purl.name.clone());
    Some(Product { id: purl.to_string(), name, version })
}

/// Entries that say the same become one. Of one product and component one thing is said: the most cautious.
fn together(entries: Vec<Entry>) -> Vec<Entry> {
    let mut of_item: BTreeMap<(String, Item), Entry> = BTreeMap::new();
    for mut entry in entries {
        let items = std::mem::take(&mut entry.items);
        for item in items {
            let key = (entry.vulnerability.clone(), item);
            let better = of_item.get(&key).is_none_or(|known| (entry.status, entry.at) < (known.status, known.at));
            if better {
                of_item.insert(key, entry.clone());
            }
        }
    }
    let mut grouped: BTreeMap<Entry, BTreeSet<Item>> = BTreeMap::new();
    for ((_, item), entry) in of_item {
        grouped.entry(entry).or_default().insert(item);
    }
    grouped.into_iter().map(|(entry, items)| Entry { items: items.into_iter().collect(), ..entry }).collect()
}

fn content_hash(publication: &Publication) -> String {
    let text = format!("{} {} {:?}", publication.author, publication.namespace, publication.entries);
    model::short_hex(&model::hash_parts(&[&text]), 16)
}

/// Escaped for a part of a URI.
fn escaped(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
