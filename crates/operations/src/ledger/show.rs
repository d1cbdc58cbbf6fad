//! Where each fact comes from: all that was said of an issue or a service, what counts, and by which rule.

use std::collections::{BTreeMap, BTreeSet};

use model::{Finding, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::facts::{RuntimeFactRow, runtime_of};
use store::queries::ledger::{self, LedgerRow};

use super::{holds, is_about, is_fresh, verdict_of};
use crate::derive::{Member, package_key, placed};
use crate::load::{Streams, world};
use crate::refresh::members_of;
use crate::{Muster, OperationError, Result};

/// Most facts in an answer.
const MOST: usize = 2_000;

/// What became of a fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactStanding {
    /// It decides.
    Counts,
    /// Another fact says the same, or says more.
    #[default]
    Agrees,
    /// Another fact contradicts it and counts.
    Outweighed,
    /// The same source has said something newer.
    Superseded,
    Expired,
}

/// One fact with its source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FactRow {
    /// What it is about: `reachability`, `runtime`, `proof`, `exposure`, `production`, `data`, `criticality`, `compliance`, `owner`.
    pub fact: String,
    /// `reachable`, `loaded`, `executed` …; for others the value.
    pub verdict: String,
    /// `package`, `function`, `route`, `issue`, `vulnerability`, `service`, `finding`.
    pub scope: String,
    pub subject: String,
    /// The vulnerability or function that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The tool, or file and line.
    pub source: String,
    /// When it was seen; absent for what is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<i64>,
    pub standing: FactStanding,
    /// The rule that gives the standing.
    pub because: String,
}

/// An answer of [`Muster::facts_of_issue`] and [`Muster::facts_of_service`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FactList {
    /// By fact; of each, what counts first, then the newest.
    pub items: Vec<FactRow>,
    /// Contradictions as sentences.
    pub contradictions: Vec<String>,
}

/// The fact that a verdict is about, and how much risk it says: more is riskier; of fresh words the riskiest counts.
fn kind_of(verdict: &str) -> (&'static str, i8) {
    match verdict {
        "unreachable" => ("reachability", 0),
        "reachable" => ("reachability", 3),
        "imported" => ("reachability", 2),
        "present" => ("reachability", 1),
        "not_loaded" => ("runtime", 0),
        "not_executed" => ("runtime", 1),
        "loaded" => ("runtime", 2),
        "executed" | "blocked" => ("runtime", 3),
        "not_confirmed" => ("proof", 0),
        "confirmed" => ("proof", 3),
        "not_exposed" => ("exposure", 0),
        "exposed" => ("exposure", 3),
        _ => ("other", 0),
    }
}

fn of_ledger(row: &LedgerRow) -> FactRow {
    FactRow {
        fact: kind_of(&row.verdict).0.to_owned(),
        verdict: row.verdict.clone(),
        scope: row.scope.clone(),
        subject: row.subject.clone(),
        about: Some(row.about.clone()).filter(|about| !about.is_empty()),
        service: Some(row.service.clone()),
        source: row.source.clone(),
        at: Some(row.seen),
        expires: Some(holds(row)),
        calls: row.calls,
        ..FactRow::default()
    }
}

fn as_ledger(row: &RuntimeFactRow) -> LedgerRow {
    LedgerRow {
        service: row.service.clone(),
        scope: "package".to_owned(),
        subject: row.purl.clone(),
        version: row.version.clone(),
        source: row.source.clone(),
        seen: row.seen,
        verdict: if row.loaded { "loaded" } else { "not_loaded" }.to_owned(),
        calls: row.occurrences,
        ..LedgerRow::default()
    }
}

/// A tool's word in a finding, as a fact.
fn of_finding(finding: &Finding, at: Timestamp) -> Option<LedgerRow> {
    let word = finding.reachability.as_ref()?;
    let base = LedgerRow {
        source: word.source.clone().unwrap_or_else(|| finding.tool.clone()),
        seen: at,
        verdict: verdict_of(&word.verdict)?.to_owned(),
        ..LedgerRow::default()
    };
    Some(match finding.package.as_ref().and_then(|package| package.purl.as_deref()).and_then(package_key) {
        Some(key) => LedgerRow { scope: "package".into(), subject: key, about: finding.rule.clone(), ..base },
        None => LedgerRow { scope: "finding".into(), subject: finding.identity.clone().unwrap_or_default(), ..base },
    })
}

impl Muster {
    /// All that was said of an issue.
    ///
    /// # Errors
    /// When there is no such issue, or the database fails.
    pub fn facts_of_issue(&self, id: &str, now: Timestamp) -> Result<FactList> {
        self.db.try_read(|conn| {
            let (id, _) = self.resolve(conn, id)?;
            let members = members_of(conn, self.org, std::slice::from_ref(&id))?.remove(&id).unwrap_or_default();
            if members.is_empty() {
                return Err(OperationError::NotFound(format!("no issue {id}")));
            }
            let world = world(conn, self.org, now)?;
            let streams = Streams::load(conn, self.org, &world.index)?;
            let mut out = Vec::new();
            let mut services = BTreeSet::new();
            for member in &members {
                let placed = placed(&world.index, &streams, &member.row, &member.finding);
                services.extend(placed.place.services.iter().cloned());
                for fact in &placed.facts {
                    out.push(declared(fact.what, &fact.value, &fact.source.to_string(), placed.place.services.first().map(String::as_str)));
                }
                if let Some(team) = &placed.owner.team {
                    let source = placed.owner.because.first().map(|because| because.source.clone()).unwrap_or_default();
                    out.push(declared("owner", team, &source, None));
                }
            }
            let services: Vec<String> = services.into_iter().collect();
            let mut said = self.said_of(conn, &services, now)?;
            said.retain(|row| members.iter().any(|member| is_about(row, &id, &member.finding)));
            said.extend(members.iter().filter_map(|member| of_finding(&member.finding, last_seen(member, &streams, now))));
            Ok(finish(said, out, Of::Issue, now))
        })
    }

    /// All that was said of a service: what the inventory declares, and what tools saw.
    ///
    /// # Errors
    /// When the database fails.
    pub fn facts_of_service(&self, service: &str, now: Timestamp) -> Result<FactList> {
        self.db.try_read(|conn| {
            let said = self.said_of(conn, &[service.to_owned()], now)?;
            Ok(finish(said, Vec::new(), Of::Service, now))
        })
    }

    fn said_of(&self, conn: &mut Conn, services: &[String], now: Timestamp) -> Result<Vec<LedgerRow>> {
        let mut said = ledger::of_services(conn, self.org, services, now)?;
        said.extend(runtime_of(conn, self.org, services, now)?.iter().map(as_ledger));
        Ok(said)
    }
}

fn last_seen(member: &Member, streams: &Streams, now: Timestamp) -> Timestamp {
    let seen = member.presence.iter().filter_map(|row| streams.by_id.get(&row.stream)).map(|info| info.row.latest_at.min(now)).max();
    seen.unwrap_or(member.row.first_seen)
}

fn declared(fact: &str, value: &str, source: &str, service: Option<&str>) -> FactRow {
    FactRow {
        fact: fact.to_owned(),
        verdict: value.to_owned(),
        scope: "service".to_owned(),
        subject: service.unwrap_or_default().to_owned(),
        service: service.map(str::to_owned),
        source: source.to_owned(),
        standing: FactStanding::Counts,
        because: "declared; holds until it is changed".to_owned(),
        ..FactRow::default()
    }
}

/// What a list of facts is of. All facts of an issue speak of the issue; those of a service speak of many things.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Issue,
    Service,
}

/// Says of each fact whether it counts, and lists what contradicts each other.
fn finish(said: Vec<LedgerRow>, mut out: Vec<FactRow>, of: Of, now: Timestamp) -> FactList {
    let mut contradictions = Vec::new();
    // What speaks of one thing is weighed together.
    let mut groups: BTreeMap<(String, String, String, &'static str), Vec<LedgerRow>> = BTreeMap::new();
    for row in said {
        let fact = kind_of(&row.verdict).0;
        let about = if of == Of::Service { row.about.clone() } else { String::new() };
        groups.entry((row.service.clone(), row.subject.clone(), about, fact)).or_default().push(row);
    }
    for ((_, subject, _, fact), mut rows) in groups {
        rows.sort_by(|a, b| b.seen.cmp(&a.seen).then_with(|| a.source.cmp(&b.source)));
        rows.dedup();
        let mut newest: BTreeSet<(String, String, String)> = BTreeSet::new();
        let mut live: Vec<usize> = Vec::new();
        let mut standings: Vec<(FactStanding, String)> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let first = newest.insert((row.source.clone(), row.about.clone(), row.version.clone()));
            standings.push(if !is_fresh(row, now) {
                (FactStanding::Expired, format!("held until {}", day(holds(row))))
            } else if !first {
                (FactStanding::Superseded, format!("{} has said something newer", row.source))
            } else {
                live.push(at);
                (FactStanding::Agrees, "another source says the same".to_owned())
            });
        }
        let risk = |at: &usize| rows.get(*at).map(|row| kind_of(&row.verdict).1).unwrap_or_default();
        let best = live.iter().copied().max_by(|a, b| risk(a).cmp(&risk(b)).then_with(|| b.cmp(a)));
        if let Some(best) = best {
            for at in &live {
                let (Some(row), Some(standing)) = (rows.get(*at), standings.get_mut(*at)) else { continue };
                let Some(counting) = rows.get(best) else { continue };
                if *at == best {
                    *standing = (FactStanding::Counts, "of the fresh words the riskiest counts".to_owned());
                } else if row.verdict != counting.verdict {
                    *standing = (
                        FactStanding::Outweighed,
                        format!("{} says {}: of the fresh words the riskiest counts", counting.source, spoken(&counting.verdict)),
                    );
                    contradictions.push(format!(
                        "{fact} of {subject}: {} says {}, {} says {}; the riskier word counts",
                        row.source,
                        spoken(&row.verdict),
                        counting.source,
                        spoken(&counting.verdict)
                    ));
                }
            }
        }
        out.extend(rows.iter().zip(standings).map(|(row, (standing, because))| FactRow { standing, because, ..of_ledger(row) }));
    }
    outweigh(&mut out, of, &mut contradictions);
    out.sort_by(|a, b| (&a.fact, a.standing, b.at, &a.subject, &a.source).cmp(&(&b.fact, b.standing, a.at, &b.subject, &b.source)));
    out.dedup();
    out.truncate(MOST);
    contradictions.sort();
    contradictions.dedup();
    FactList { items: out, contradictions }
}

/// What was seen running outweighs what analysis says of the same, as ranking has it.
fn outweigh(out: &mut [FactRow], of: Of, contradictions: &mut Vec<String>) {
    for (running, analysed) in [("not_loaded", "reachable"), ("executed", "unreachable")] {
        // By what they speak of: the source of what was seen.
        let mut seen: BTreeMap<(Option<String>, String), String> = BTreeMap::new();
        for row in out.iter().filter(|row| row.verdict == running && row.standing == FactStanding::Counts) {
            seen.entry(spoken_of(row, of)).or_insert_with(|| row.source.clone());
        }
        for row in out.iter_mut().filter(|row| row.verdict == analysed && row.standing == FactStanding::Counts) {
            let Some(sensor) = seen.get(&spoken_of(row, of)) else { continue };
            let (said, saw) = (spoken(analysed), spoken(running));
            let what = if of == Of::Service { format!("{}: ", row.subject) } else { String::new() };
            contradictions.push(format!("{what}{} says {said}, {sensor} saw it {saw}; what was seen running counts", row.source));
            row.standing = FactStanding::Outweighed;
            row.because = format!("{sensor} saw it {saw}: what was seen running outweighs analysis");
        }
    }
}

/// What two facts must share to contradict each other.
fn spoken_of(row: &FactRow, of: Of) -> (Option<String>, String) {
    match of {
        Of::Issue => (None, String::new()),
        Of::Service => (row.service.clone(), row.subject.clone()),
    }
}

fn spoken(verdict: &str) -> String {
    verdict.replace('_', " ")
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(source: &str, verdict: &str, days: i64) -> LedgerRow {
        LedgerRow {
            service: "api".into(),
            scope: "package".into(),
            subject: "pkg:npm/a".into(),
            source: source.into(),
            verdict: verdict.into(),
            seen: Timestamp(0).plus_days(days),
            ..LedgerRow::default()
        }
    }

    fn standings(rows: Vec<LedgerRow>, day: i64) -> (Vec<(String, FactStanding)>, usize) {
        let list = finish(rows, Vec::new(), Of::Issue, Timestamp(0).plus_days(day));
        let mut out: Vec<(String, FactStanding)> =
            list.items.into_iter().map(|row| (format!("{} {}", row.source, row.verdict), row.standing)).collect();
        out.sort();
        (out, list.contradictions.len())
    }

    #[test]
    fn the_riskiest_fresh_word_counts_and_contradictions_are_named() {
        let rows = vec![said("Snyk", "unreachable", 5), said("Endor", "reachable", 4), said("Endor", "unreachable", 1)];
        let (found, contradictions) = standings(rows, 6);
        assert_eq!(
            found,
            [
                ("Endor reachable".into(), FactStanding::Counts),
                ("Endor unreachable".into(), FactStanding::Superseded),
                ("Snyk unreachable".into(), FactStanding::Outweighed),
            ]
        );
        assert_eq!(contradictions, 1);
    }

    #[test]
    fn what_was_seen_running_outweighs_analysis_while_it_is_fresh() {
        let rows = || vec![said("sensor", "not_loaded", 5), said("Snyk", "reachable", 5)];
        let (found, contradictions) = standings(rows(), 6);
        assert_eq!(found, [("Snyk reachable".into(), FactStanding::Outweighed), ("sensor not_loaded".into(), FactStanding::Counts)]);
        assert_eq!(contradictions, 1);
        let (found, contradictions) = standings(rows(), 50);
        assert_eq!(found, [("Snyk reachable".into(), FactStanding::Counts), ("sensor not_loaded".into(), FactStanding::Expired)]);
        assert_eq!(contradictions, 0);
    }

    #[test]
    fn of_a_service_only_what_speaks_of_the_same_thing_contradicts() {
        let of = |subject: &str, about: &str, row: LedgerRow| LedgerRow { subject: subject.into(), about: about.into(), ..row };
        let rows = vec![
            said("Endor", "reachable", 5),
            of("pkg:npm/b", "", said("sensor", "not_loaded", 5)),
            of("pkg:npm/c", "CVE-2026-1", said("Endor", "reachable", 5)),
            of("pkg:npm/c", "CVE-2026-2", said("Snyk", "unreachable", 5)),
        ];
        let list = finish(rows.clone(), Vec::new(), Of::Service, Timestamp(0).plus_days(6));
        assert_eq!(list.contradictions, [] as [&str; 0]);
        assert!(list.items.iter().all(|row| row.standing == FactStanding::Counts), "{:?}", list.items);
        let more = [rows, vec![said("sensor", "not_loaded", 5)]].concat();
        let list = finish(more, Vec::new(), Of::Service, Timestamp(0).plus_days(6));
        assert_eq!(list.contradictions, ["pkg:npm/a: Endor says reachable, sensor saw it not loaded; what was seen running counts"]);
    }
}
