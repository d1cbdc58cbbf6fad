//! `affected`: who has a vulnerable package, now or at a past time. It answers from packages, advisories and findings, and makes no issue.

mod notify;
mod owners;
mod question;

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use pipeline::normalise::Purl;
use pipeline::normalise::version::{compare, contains};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::advisories::{self, AdvisoryRow};
use store::queries::components::{self, SpanRow};
use store::queries::{findings, intel as intel_queries, presence};

pub use self::notify::{Notification, NotificationKind, NotificationQuery};
pub use self::owners::{AffectedOwner, AffectedOwners};
use self::question::Question;
use crate::components::{ComponentUse, PackagePlaces};
use crate::context::not_ahead;
use crate::derive::Member;
use crate::load::alias_closure;
use crate::{Muster, OperationError, Result};

/// Most packages whose name holds what was asked for.
const MOST_NAMED: i64 = 200;

/// A package that is affected, and where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Affected {
    /// Package URL without version.
    pub package: String,
    #[serde(flatten)]
    pub has: ComponentUse,
    /// True where an advisory calls the version malicious (`MAL-…` of OSV): a package that attacks whoever installs it, whatever runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub malicious: bool,
    /// Why: which advisory names the version, which tool says so, or that it lies in the range asked for.
    pub because: Vec<AffectedBecause>,
    /// Versions that end it, as advisories and tools name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// Issues that scanners have raised of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<String>,
}

/// A reason for which a package is called affected.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AffectedBecause {
    pub fact: String,
    pub source: String,
}

/// An answer of [`Muster::affected`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AffectedAnswer {
    /// What was asked, as it was understood.
    pub question: String,
    /// All names of the vulnerability that was asked for.
    pub names: Vec<String>,
    /// Advisories that name packages of it, by id.
    pub advisories: Vec<String>,
    /// The day since which it is listed as exploited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_exploited_since: Option<Timestamp>,
    /// The time of which the answer speaks.
    pub at: Timestamp,
    /// What is deployed first, then by package, version and target.
    pub items: Vec<Affected>,
    /// What the answer does not know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Rows of an answer by stream, package, version and file.
type Found = BTreeMap<(i64, String, String, String), Draft>;

struct Draft {
    span: SpanRow,
    because: BTreeSet<AffectedBecause>,
    fixed: BTreeSet<String>,
    issues: BTreeSet<String>,
    malicious: bool,
}

impl Muster {
    /// Who has what is vulnerable. The question is an identifier (CVE, GHSA …), `malicious`, a package URL with or without a version or a range
    /// (`pkg:maven/g/a<2.17.1`), or a part of a package's name with a range (`log4j-core < 2.17.1`).
    ///
    /// # Errors
    /// When the question cannot be understood, the time lies ahead, or the database fails.
    pub fn affected(&self, question: &str, as_of: Option<Timestamp>, now: Timestamp) -> Result<AffectedAnswer> {
        let at = as_of.unwrap_or(now);
        not_ahead("--as-of", at, now)?;
        let asked = Question::read(question).map_err(OperationError::Bad)?;
        self.db.try_read(|conn| {
            let (mut out, found) = self.found(conn, &asked, at)?;
            let spans: Vec<SpanRow> = found.values().map(|draft| draft.span.clone()).collect();
            let mut places = PackagePlaces::load(conn, self.org, &spans, at)?;
            out.items = items(found, &mut places);
            Ok(out)
        })
    }

    /// What is affected, before it is known where that is.
    fn found(&self, conn: &mut Conn, asked: &Question, at: Timestamp) -> Result<(AffectedAnswer, Found)> {
        let mut out = AffectedAnswer { question: asked.to_string(), at, ..AffectedAnswer::default() };
        let mut found = Found::new();
        match asked {
            Question::Vulnerability(name) => self.by_name(conn, name, at, &mut out, &mut found)?,
            Question::Malicious => self.malicious(conn, at, &mut out, &mut found)?,
            Question::Package { purl, range } => {
                in_range(self.spans_in(conn, std::slice::from_ref(purl), range, at)?, range, &mut found);
            }
            Question::Named { text, range } => {
                let purls = components::named(conn, self.org, text, MOST_NAMED)?;
                if purls.len() as u64 >= MOST_NAMED.unsigned_abs() {
                    out.warnings.push(format!("more than {MOST_NAMED} packages are named like `{text}`; ask by package URL"));
                }
                in_range(self.spans_in(conn, &purls, range, at)?, range, &mut found);
            }
        }
        Ok((out, found))
    }

    /// Packages of which an advisory says that they attack whoever installs them.
    fn malicious(&self, conn: &mut Conn, at: Timestamp, out: &mut AffectedAnswer, found: &mut Found) -> Result<()> {
        let rows = advisories::of_malicious_packages(conn, self.org)?;
        let mut of_package: BTreeMap<&str, Vec<&AdvisoryRow>> = BTreeMap::new();
        for row in &rows {
            for purl in row.packages.iter().map(|package| package.purl.as_str()).collect::<BTreeSet<_>>() {
                of_package.entry(purl).or_default().push(row);
            }
        }
        let purls: Vec<String> = of_package.keys().map(|purl| (*purl).to_owned()).collect();
        for span in components::of_packages(conn, self.org, &purls, at)? {
            for row in of_package.get(span.purl.as_str()).into_iter().flatten() {
                judge(row, &span, found);
            }
        }
        out.advisories = rows.into_iter().map(|row| row.id).collect();
        Ok(())
    }

    /// Packages with a version in the range; all where there is none.
    fn spans_in(&self, conn: &mut Conn, purls: &[String], range: &str, at: Timestamp) -> Result<Vec<SpanRow>> {
        let wanted = |purl: &str, version: &str| range.is_empty() || contains(range, &kind_of(purl), version);
        Ok(components::of_versions(conn, self.org, purls, at, wanted)?)
    }

    fn by_name(&self, conn: &mut Conn, name: &str, at: Timestamp, out: &mut AffectedAnswer, found: &mut Found) -> Result<()> {
        let mut names = BTreeSet::from([name.to_owned()]);
        let closure = alias_closure(conn, self.org, &names)?;
        names.extend(closure.names.keys().cloned());
        names.extend(closure.names.into_values().flatten());
        // An advisory on one CVE is another name of it; one on several is about them.
        let asked: Vec<String> = names.iter().cloned().collect();
        for row in advisories::of_names(conn, &asked)? {
            if row.names.iter().filter(|name| name.starts_with("CVE-")).count() <= 1 {
                names.extend(row.names);
            }
        }
        let list: Vec<String> = names.iter().cloned().collect();
        let rows = advisories::of_names(conn, &list)?;
        let purls: BTreeSet<String> = rows.iter().flat_map(|row| row.packages.iter().map(|package| package.purl.clone())).collect();
        let purls: Vec<String> = purls.into_iter().collect();
        let wanted = |purl: &str, version: &str| {
            let kind = kind_of(purl);
            let mut named = rows.iter().flat_map(|row| &row.packages).filter(|package| package.purl == purl);
            named.any(|package| contains(&package.affected, &kind, version))
        };
        for span in components::of_versions(conn, self.org, &purls, at, wanted)? {
            for row in &rows {
                judge(row, &span, found);
            }
        }
        out.advisories = rows.into_iter().map(|row| row.id).collect();
        self.by_findings(conn, &list, at, found)?;
        for json in intel_queries::kev_of(conn, &list, at)? {
            if let Ok(intel::IntelRow::Kev { added, .. }) = serde_json::from_str(&json) {
                out.known_exploited_since = Some(out.known_exploited_since.map_or(added, |known| known.min(added)));
            }
        }
        if out.advisories.is_empty() {
            out.warnings.push(format!(
                "no loaded advisory names the packages of {name}: only what scanners reported is listed; `intel load` reads OSV, GitHub and CSAF advisories"
            ));
        }
        out.names = list;
        Ok(())
    }

    /// Packages of which a scanner says that they have it, on the streams where the finding was open.
    fn by_findings(&self, conn: &mut Conn, names: &[String], at: Timestamp, found: &mut Found) -> Result<()> {
        let ids = findings::naming(conn, self.org, names.to_vec())?;
        if ids.is_empty() {
            return Ok(());
        }
        let mut times: BTreeMap<i64, Vec<_>> = BTreeMap::new();
        for row in presence::of_findings(conn, self.org, &ids)? {
            times.entry(row.finding).or_default().push(row);
        }
        for row in findings::by_ids(conn, self.org, &ids)? {
            let issue = row.issue.clone();
            let mut member = Member::read(row)?;
            member.presence = times.remove(&member.row.id).unwrap_or_default();
            let Some(package) = &member.finding.package else { continue };
            let Some(purl) = package.purl.as_deref().and_then(Purl::parse) else { continue };
            let version = package.version.clone().or_else(|| purl.version.clone()).unwrap_or_default();
            let file = package.file.clone().unwrap_or_default();
            for (stream, (presence, seen)) in member.present_at(at) {
                if presence == model::Presence::Closed {
                    continue;
                }
                let tool = member.finding.tool.as_str();
                let span = SpanRow {
                    stream,
                    purl: purl.key(),
                    version: version.clone(),
                    file: file.clone(),
                    since: seen.since,
                    direct: package.direct,
                    listed: "report".to_owned(),
                    licenses: package.licenses.clone(),
                    chain: package.chain.split_last().map(|(_, before)| before.to_vec()).unwrap_or_default(),
                    ..SpanRow::default()
                };
                let draft = draft(span, found);
                let fact = format!("{tool} reports {} in {version}", member.finding.rule);
                draft.because.insert(AffectedBecause { fact, source: tool.to_owned() });
                draft.fixed.extend(package.fixed.iter().cloned());
                draft.issues.insert(issue.clone());
            }
        }
        Ok(())
    }
}

fn draft(span: SpanRow, found: &mut Found) -> &mut Draft {
    let key = (span.stream, span.purl.clone(), span.version.clone(), span.file.clone());
    found.entry(key).or_insert_with(|| Draft {
        span,
        because: BTreeSet::new(),
        fixed: BTreeSet::new(),
        issues: BTreeSet::new(),
        malicious: false,
    })
}

/// The kind of a package URL; empty where it is none.
fn kind_of(purl: &str) -> String {
    Purl::parse(purl).map(|purl| purl.kind).unwrap_or_default()
}

/// Packages whose version lies in the range asked for, or that were asked for in any.
fn in_range(spans: Vec<SpanRow>, range: &str, found: &mut Found) {
    for span in spans {
        let fact = if range.is_empty() { "it is the package asked for".to_owned() } else { format!("{} is {range}", span.version) };
        draft(span, found).because.insert(AffectedBecause { fact, source: "question".to_owned() });
    }
}

/// Adds the package where the advisory calls its version affected.
fn judge(row: &AdvisoryRow, span: &SpanRow, found: &mut Found) {
    let kind = kind_of(&span.purl);
    for package in
        row.packages.iter().filter(|package| package.purl == span.purl || (package.purl == span.origin && !span.origin.is_empty()))
    {
        let same_release = package.distro.is_empty() || span.distro.is_empty() || is_release(&span.distro, &package.distro);
        if !same_release || !contains(&package.affected, &kind, &span.version) {
            continue;
        }
        let malicious = row.names.iter().any(|name| name.starts_with("MAL-"));
        let word = if malicious { "malicious" } else { "affected" };
        let fact = format!("{} calls {} {} {word}", row.id, package.purl, short(&package.affected));
        let draft = draft(span.clone(), found);
        draft.malicious |= malicious;
        draft.because.insert(AffectedBecause { fact, source: row.source.clone() });
        // Of several lines of releases, only what lies ahead is a fix.
        let ahead = |fixed: &&String| compare(&kind, fixed, &span.version).is_none_or(std::cmp::Ordering::is_gt);
        draft.fixed.extend(package.fixed.iter().filter(ahead).cloned());
    }
}

/// `debian-12.5` is of `debian-12`.
fn is_release(found: &str, named: &str) -> bool {
    found.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn short(range: &str) -> String {
    const MOST: usize = 120;
    if range.chars().count() > MOST { format!("{}…", range.chars().take(MOST).collect::<String>()) } else { range.to_owned() }
}

/// The rows of an answer, the most urgent first.
fn items(found: Found, places: &mut PackagePlaces) -> Vec<Affected> {
    let mut items: Vec<Affected> = found.into_values().map(|draft| item(draft, places)).collect();
    items.sort_by(by_urgency);
    items
}

fn item(draft: Draft, places: &mut PackagePlaces) -> Affected {
    let at = places.of(&draft.span);
    Affected {
        package: draft.span.purl.clone(),
        malicious: draft.malicious,
        has: ComponentUse::new(&draft.span, at),
        because: draft.because.into_iter().collect(),
        fixed: draft.fixed.into_iter().collect(),
        issues: draft.issues.into_iter().collect(),
    }
}

/// Malicious first, then deployed, production and exposure, then by name.
fn by_urgency(a: &Affected, b: &Affected) -> std::cmp::Ordering {
    let weight = |item: &Affected| {
        let at = &item.has.at;
        (item.malicious, !at.deployments.is_empty(), at.production == model::Tri::Yes, at.exposure)
    };
    weight(b).cmp(&weight(a)).then_with(|| {
        (&a.package, &a.has.version, &a.has.at.target, &a.has.at.reference, &a.has.file, &a.has.at.tool).cmp(&(
            &b.package,
            &b.has.version,
            &b.has.at.target,
            &b.has.at.reference,
            &b.has.file,
            &b.has.at.tool,
        ))
    })
}
