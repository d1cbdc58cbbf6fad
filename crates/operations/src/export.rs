//! `export --all`: the queue with all that ranked it, so that whoever has the file can compute every score, tier and deadline again.
//!
//! The file is the queue as it is stored (or as of a past time), the model with its tables, what the feeds say of each vulnerability that an
//! issue names, and of each issue the facts of its findings and its services with their dates. Nothing else: no code, no owner, no decision.

use std::collections::{BTreeMap, BTreeSet};

use intel::{EpssFact, ExploitFact, IntelView as _, KevFact, SsvcFact};
use model::{Cvss, State, Timestamp};
use pipeline::prioritise::RankInput;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::issues;

use crate::context::not_ahead;
use crate::derive::derive_with_input;
use crate::history::latest_reports_by;
use crate::intel::FeedAnswer;
use crate::load::{Feeds, Streams, World, feeds, world};
use crate::refresh::{Loaded, members_of};
use crate::{Muster, OperationError, Result};

/// Version of the file's shape.
const VERSION: u32 = 1;

/// Issues that are made at once: what is held in memory does not grow with the queue.
const AT_ONCE: usize = 2000;

/// The whole file.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct RankingExport {
    pub head: ExportHead,
    /// By id.
    pub issues: Vec<ExportedIssue>,
    /// Those that an issue names and a feed knows, by CVE.
    pub vulnerabilities: Vec<ExportedVulnerability>,
}

/// What holds for all issues.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExportHead {
    /// Version of this shape: 1.
    pub version: u32,
    pub organisation: String,
    /// The time of which the file speaks; facts are aged against it.
    pub at: Timestamp,
    /// The risk model in force, as its file has it.
    pub model: serde_json::Value,
    /// The decision tables that the model chose, as CSV text.
    pub tables: BTreeMap<String, String>,
    /// The feeds that are loaded, with their dates.
    pub feeds: Vec<FeedAnswer>,
    /// Whether a list of known exploited vulnerabilities, and one of exploit code, is loaded: only then does absence mean *no*.
    pub has_kev: bool,
    pub has_exploits: bool,
    /// Median EPSS by the year in the CVE, 0 to 1.
    pub epss_medians: BTreeMap<u16, f64>,
}

/// What feeds say of a vulnerability, as far as ranking reads it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExportedVulnerability {
    pub cve: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kev: Option<ExportedKev>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss: Option<ExportedEpss>,
    /// With the score that counts: what a vector without one gives is filled in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cvss: Vec<Cvss>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssvc: Option<ExportedSsvc>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exploits: Vec<ExportedExploit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<ExportedVendor>,
}

/// Whose product it is, and how many entries of that vendor CISA's list got in the year before the CVE was published.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExportedVendor {
    pub name: String,
    pub entries: u32,
}

/// An entry of a list of known exploited vulnerabilities.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExportedKev {
    pub added: Timestamp,
    pub ransomware: bool,
    pub source: String,
}

/// A day's EPSS score, 0 to 1.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExportedEpss {
    pub score: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
}

/// Inputs of SSVC that somebody stated.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExportedSsvc {
    /// `none`, `poc` or `active`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exploitation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatable: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_impact: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    pub source: String,
}

/// A list that has exploit code, and since when it is known to have it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExportedExploit {
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// An issue: what ranking was told, and what came out.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExportedIssue {
    pub id: String,
    pub state: State,
    /// CVSS among it as in a vulnerability: with the score that counts.
    pub input: RankInput,
    /// Tenths of a deciban.
    pub score: i32,
    pub terms: Vec<ExportedTerm>,
    pub tier: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Strictest and mildest tier while unknown facts leave it open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[String; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

/// A term of the score.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExportedTerm {
    pub signal: String,
    /// Tenths of a deciban.
    pub points: i32,
}

/// A part of the file, in the order in which parts come: the head, issues, vulnerabilities.
#[derive(Clone, Debug)]
pub enum ExportPart {
    Head(Box<ExportHead>),
    Issue(Box<ExportedIssue>),
    Vulnerability(Box<ExportedVulnerability>),
}

impl Muster {
    /// Hands out the queue in all states with all that ranked it, part by part: as it is stored, or as of a past time.
    ///
    /// # Errors
    /// When the time lies ahead, the database fails, or `take` does.
    pub fn export_all(&self, as_of: Option<Timestamp>, now: Timestamp, take: &mut dyn FnMut(ExportPart) -> Result<()>) -> Result<()> {
        if let Some(at) = as_of {
            not_ahead("--as-of", at, now)?;
        }
        self.settle(now)?;
        let loaded = self.feeds(as_of.unwrap_or(now))?;
        self.db.try_read(|conn| {
            let at = as_of.unwrap_or(now);
            let world = world(conn, self.org, at)?;
            let mut streams = Streams::load(conn, self.org, &world.index)?;
            latest_reports_by(conn, self.org, at, &mut streams)?;
            take(ExportPart::Head(Box::new(self.head(conn, &world, loaded, at)?)))?;
            let mut known: BTreeMap<String, ExportedVulnerability> = BTreeMap::new();
            for ids in issues::ids(conn, self.org)?.chunks(AT_ONCE) {
                self.export_some(conn, ids, (&streams, &world), (as_of, at), &mut known, take)?;
            }
            known.into_values().try_for_each(|vulnerability| take(ExportPart::Vulnerability(Box::new(vulnerability))))
        })
    }

    /// The same as one value.
    ///
    /// # Errors
    /// As [`Self::export_all`].
    pub fn exported(&self, as_of: Option<Timestamp>, now: Timestamp) -> Result<RankingExport> {
        let mut out = RankingExport::default();
        self.export_all(as_of, now, &mut |part| {
            match part {
                ExportPart::Head(head) => out.head = *head,
                ExportPart::Issue(issue) => out.issues.push(*issue),
                ExportPart::Vulnerability(vulnerability) => out.vulnerabilities.push(*vulnerability),
            }
            Ok(())
        })?;
        Ok(out)
    }

    fn head(&self, conn: &mut Conn, world: &World, loaded: Vec<FeedAnswer>, at: Timestamp) -> Result<ExportHead> {
        let known = feeds(conn, &BTreeSet::new(), at)?;
        Ok(ExportHead {
            version: VERSION,
            organisation: self.organisation.clone(),
            at,
            model: serde_json::to_value(&world.model)?,
            tables: world.model.tables.texts(),
            feeds: loaded,
            has_kev: known.kev,
            has_exploits: known.exploits,
            epss_medians: known.medians,
        })
    }

    fn export_some(
        &self,
        conn: &mut Conn,
        ids: &[String],
        (streams, world): (&Streams, &World),
        (as_of, at): (Option<Timestamp>, Timestamp),
        known: &mut BTreeMap<String, ExportedVulnerability>,
        take: &mut dyn FnMut(ExportPart) -> Result<()>,
    ) -> Result<()> {
        let mut members = members_of(conn, self.org, ids)?;
        for member in members.values_mut().flatten() {
            member.presence.retain(|row| row.since <= at);
        }
        let loaded = Loaded::new(conn, self.org, &mut members, streams, world, at)?;
        let around = loaded.surroundings(streams, world, at);
        // What stands in the queue is handed out, not what was made just now: a checker is to find it where the two differ.
        let mut stored: BTreeMap<String, model::Issue> = BTreeMap::new();
        if as_of.is_none() {
            for row in issues::by_ids(conn, self.org, ids)? {
                stored.insert(row.id.clone(), row.issue()?);
            }
        }
        for (id, members) in &members {
            let Some((derived, _, input)) = derive_with_input(id, members, &around) else { continue };
            let issue = match as_of {
                Some(_) => derived,
                None => stored.remove(id).ok_or_else(|| OperationError::System(format!("issue {id} is not in the queue's table")))?,
            };
            for cve in input.identifiers.iter().filter_map(|id| intel::canonical_cve(id)) {
                if !known.contains_key(&cve)
                    && let Some(vulnerability) = vulnerability(&loaded.feeds, &cve)
                {
                    known.insert(cve, vulnerability);
                }
            }
            take(ExportPart::Issue(Box::new(exported(issue, input))))?;
        }
        Ok(())
    }
}

fn exported(issue: model::Issue, mut input: RankInput) -> ExportedIssue {
    input.cvss = scored(&input.cvss);
    ExportedIssue {
        id: issue.id,
        state: issue.state,
        input,
        score: issue.score,
        terms: issue.because.into_iter().map(|term| ExportedTerm { signal: term.signal, points: term.points }).collect(),
        tier: issue.tier.id,
        days: issue.tier.days,
        range: issue.tier.range,
        due: issue.due,
    }
}

fn vulnerability(feeds: &Feeds, cve: &str) -> Option<ExportedVulnerability> {
    let known = feeds.vulnerability(cve)?;
    let kev = |kev: &KevFact| ExportedKev { added: kev.added, ransomware: kev.ransomware, source: kev.source.clone() };
    let epss = |epss: EpssFact| ExportedEpss { score: epss.score, date: epss.date };
    let ssvc = |ssvc: &SsvcFact| ExportedSsvc {
        exploitation: ssvc.exploitation.map(|word| word.word().to_owned()),
        automatable: ssvc.automatable,
        total_impact: ssvc.technical_impact_total,
        date: ssvc.date,
        source: ssvc.source.clone(),
    };
    let exploit = |fact: &ExploitFact| ExportedExploit { source: fact.source.clone(), since: fact.since };
    Some(ExportedVulnerability {
        cve: cve.to_owned(),
        kev: known.kev.as_ref().map(kev),
        epss: known.epss.map(epss),
        cvss: scored(&known.cvss),
        ssvc: known.ssvc.as_ref().map(ssvc),
        exploits: known.exploits.iter().map(exploit).collect(),
        vendor: known.vendor.as_ref().map(|vendor| ExportedVendor { name: vendor.name.clone(), entries: vendor.entries }),
    })
}

/// Fills in what vectors give where no score is stated: the formulas of CVSS are FIRST's, not the model's.
fn scored(list: &[Cvss]) -> Vec<Cvss> {
    let score = |cvss: &Cvss| intel::best_cvss(std::slice::from_ref(cvss)).map(|(_, score)| score);
    list.iter().map(|cvss| Cvss { score: score(cvss), ..cvss.clone() }).collect()
}
