//! `intel load` and `intel status`.

use std::collections::{BTreeMap, BTreeSet};

use intel::{Feed, IntelRow, Loaded};
use model::{Timestamp, Warning};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::intel::{self as queries, FactRow, FeedRow};
use store::queries::risk::anything_ranked;
use store::queries::{advisories, findings};

use crate::cves::standing_for;
use crate::end_of_life;
use crate::feeds::{FeedAge, FeedList, is_bundle, unpack};
use crate::link::{Touched, relink};
use crate::load::{Streams, alias_closure, world};
use crate::refresh::Cause;
use crate::rerank::{Which, rank_again};
use crate::risk::follow_shipped;
use crate::{Muster, OperationError, Result};

/// What one feed file brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeedAnswer {
    pub feed: String,
    pub file: String,
    /// The day it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    pub rows: u64,
    /// Issues that were ranked again.
    #[serde(default)]
    pub issues_ranked: u64,
    /// Teams that have to be told of what it says: new rows of `notifications`, and those that reach more than before.
    #[serde(default)]
    pub owners_noted: u64,
    /// How old the day is that it speaks of; of feeds that are loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<FeedAge>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

impl Muster {
    /// Loads feed files and bundles of them, recognised by content, and ranks again what they are about. Each file is stored whole or not at
    /// all.
    ///
    /// # Errors
    /// When a file is no feed, is cut off, or has values out of range: the state before it stays in force.
    pub fn load_intel(&self, files: &[(String, Vec<u8>)], now: Timestamp) -> Result<Vec<FeedAnswer>> {
        let mut loaded = Vec::new();
        let mut errors = Vec::new();
        let mut unpacked = Vec::new();
        for (name, bytes) in files.iter().filter(|(_, bytes)| is_bundle(bytes)) {
            unpacked.extend(unpack(name, bytes)?);
        }
        for (name, bytes) in files.iter().filter(|(_, bytes)| !is_bundle(bytes)).chain(&unpacked) {
            match intel::load(bytes, name) {
                Ok(feed) => loaded.push((name, feed)),
                Err(error) => errors.push(error.to_string()),
            }
        }
        if !errors.is_empty() {
            return Err(OperationError::Problems(errors));
        }
        let mut out = Vec::new();
        for (name, feed) in loaded {
            out.push(self.db.try_write(|tx| self.store_feed(tx, name, feed, now))?);
        }
        Ok(out)
    }

    fn store_feed(&self, tx: &mut Conn, name: &str, loaded: Loaded, now: Timestamp) -> Result<FeedAnswer> {
        let dated = loaded.date.unwrap_or(now);
        let mut answer = FeedAnswer {
            feed: loaded.feed.word().to_owned(),
            file: name.to_owned(),
            date: loaded.date,
            version: loaded.version.clone(),
            rows: loaded.rows.len() as u64,
            issues_ranked: 0,
            owners_noted: 0,
            age: None,
            warnings: loaded.warnings.clone(),
        };
        if loaded.feed == Feed::Epss {
            let scores = loaded.rows.iter().filter_map(|row| match row {
                IntelRow::Epss { cve, score, .. } => Some((cve.as_str(), *score)),
                _ => None,
            });
            let medians = intel::medians_by_year(scores);
            let rows: Vec<String> = medians.iter().map(|median| serde_json::to_string(&median)).collect::<Result<_, _>>()?;
            queries::replace_reference(tx, "epss-medians", rows)?;
        }
        let touched = touched_by(tx, &loaded)?;
        let named = put_rows(tx, &loaded, dated)?;
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        let noted = self.note_owners(tx, &loaded, touched.as_ref().unwrap_or(&named), &file, now)?;
        answer.owners_noted = noted.rows;
        answer.warnings.extend(noted.warnings);
        let row = FeedRow {
            feed: answer.feed.clone(),
            list: if loaded.feed == Feed::Kev { loaded.source.clone() } else { String::new() },
            dated,
            loaded: now,
            file,
            version: loaded.version.unwrap_or_default(),
            rows: i64::try_from(answer.rows).unwrap_or(i64::MAX),
        };
        queries::note_feed(tx, &row)?;
        answer.issues_ranked = self.rank_again(tx, loaded.feed, touched.as_ref().unwrap_or(&named), touched.is_none(), now)?;
        Ok(answer)
    }

    /// Ranks again the issues that name one of these identifiers. A first KEV or exploit list turns "unknown" into "no" for all, and a day of
    /// EPSS moves the medians that stand in where there is no score.
    fn rank_again(&self, tx: &mut Conn, feed: Feed, named: &BTreeSet<String>, whole: bool, now: Timestamp) -> Result<u64> {
        let touched: Vec<String> = match feed {
            Feed::Kev | Feed::Exploits | Feed::Epss if whole => return self.rank_all_again(tx, feed, now),
            // An entry or two of a list of thousands: what they are about is looked up, not what there is.
            Feed::Kev | Feed::Exploits | Feed::Epss => {
                let others = alias_closure(tx, self.org, named)?.names.into_keys();
                named.iter().cloned().chain(others).collect()
            }
            // An advisory answers who has a package; it makes and ranks no issue.
            Feed::Cwe | Feed::CweMappings | Feed::DecisionTable | Feed::Advisories | Feed::EndOfLife => Vec::new(),
            Feed::Vulnrichment | Feed::Aliases => {
                let used: BTreeSet<String> = findings::all_identifiers(tx, self.org)?.into_iter().collect();
                let ours: Vec<String> = used.intersection(named).cloned().collect();
                ours.into_iter().chain(standing_for(tx, self.org, named, used)?).collect()
            }
        };
        let ids = findings::naming(tx, self.org, touched)?;
        if ids.is_empty() {
            return Ok(0);
        }
        follow_shipped(tx, self.org, now)?;
        let world = world(tx, self.org, now)?;
        let streams = Streams::load(tx, self.org, &world.index)?;
        let list: BTreeSet<String> = findings::issues_of(tx, self.org, &ids)?.into_iter().collect();
        let by = by_feed(feed);
        let cause = Cause::of(&by, now);
        if feed == Feed::Aliases {
            let touched = Touched { changed: &ids, ..Touched::default() };
            let mut relinked = relink(tx, self.org, touched, &streams, &world, cause)?;
            let list: BTreeSet<String> = list.into_iter().chain(relinked.issues.iter().cloned()).collect();
            let ranked = list.len() as u64;
            relinked.finish(tx, self.org, list, (&streams, &world), cause)?;
            return Ok(ranked);
        }
        rank_again(tx, self.org, Which::These(&list), (&streams, &world), cause, &mut |_| {})
    }

    /// Ranks again all issues that name a CVE.
    fn rank_all_again(&self, tx: &mut Conn, feed: Feed, now: Timestamp) -> Result<u64> {
        if !anything_ranked(tx, self.org)? {
            return Ok(0);
        }
        follow_shipped(tx, self.org, now)?;
        let world = world(tx, self.org, now)?;
        let streams = Streams::load(tx, self.org, &world.index)?;
        let by = by_feed(feed);
        let cause = Cause::of(&by, now);
        rank_again(tx, self.org, Which::WithCve, (&streams, &world), cause, &mut |_| {})
    }

    /// The feeds that are loaded, the newest file of each, with their age; of exploited vulnerabilities the newest of each list.
    ///
    /// # Errors
    /// When the database fails.
    pub fn feeds(&self, now: Timestamp) -> Result<Vec<FeedAnswer>> {
        let rows = self.db.read(queries::feeds)?;
        let mut newest: BTreeMap<(String, String), FeedRow> = BTreeMap::new();
        for row in rows {
            newest.insert((row.feed.clone(), row.list.clone()), row);
        }
        let limits = FeedList::shipped();
        Ok(newest
            .into_values()
            .map(|row| FeedAnswer {
                age: Some(FeedAge::of(&row.feed, row.dated, now, &limits)),
                feed: row.feed,
                file: row.file,
                date: Some(row.dated),
                version: Some(row.version).filter(|version| !version.is_empty()),
                rows: row.rows.unsigned_abs(),
                issues_ranked: 0,
                owners_noted: 0,
                warnings: Vec::new(),
            })
            .collect())
    }
}

/// Who ranked, for the histories.
fn by_feed(feed: Feed) -> String {
    format!("feed {}", feed.word())
}

/// The CVEs of which a list that was loaded before says something else now; nothing where all may be touched.
fn touched_by(tx: &mut Conn, loaded: &Loaded) -> Result<Option<BTreeSet<String>>> {
    let known_feed = |tx: &mut Conn| queries::feeds(tx).map(|feeds| feeds.iter().any(|feed| feed.feed == loaded.feed.word()));
    if !matches!(loaded.feed, Feed::Kev | Feed::Exploits) || !known_feed(tx)? {
        return Ok(None);
    }
    let cves: Vec<String> = loaded.rows.iter().filter_map(cve_of).map(str::to_owned).collect();
    let always = Timestamp(i64::MAX);
    let mut rows: Vec<String> = queries::facts_of(tx, &cves, always)?.into_iter().map(|(_, json)| json).collect();
    if loaded.feed == Feed::Kev {
        rows.extend(queries::kev_of(tx, &cves, always)?);
    }
    let mut before: BTreeMap<String, Vec<IntelRow>> = BTreeMap::new();
    for json in rows {
        let row: IntelRow = serde_json::from_str(&json)?;
        if let Some(cve) = cve_of(&row) {
            before.entry(cve.to_owned()).or_default().push(row);
        }
    }
    let new = |row: &&IntelRow| cve_of(row).is_some_and(|cve| before.get(cve).is_none_or(|rows| !rows.contains(row)));
    Ok(Some(loaded.rows.iter().filter(new).filter_map(cve_of).map(str::to_owned).collect()))
}

/// The CVE that an entry of a list of known exploited vulnerabilities, or of exploits, is about.
fn cve_of(row: &IntelRow) -> Option<&str> {
    match row {
        IntelRow::Kev { cve, .. } | IntelRow::Exploit { cve, .. } => Some(cve),
        _ => None,
    }
}

/// Puts the rows of a feed into their tables. Answers the identifiers that they are about.
fn put_rows(tx: &mut Conn, loaded: &Loaded, dated: Timestamp) -> Result<BTreeSet<String>> {
    let mut named = BTreeSet::new();
    let mut kev = Vec::new();
    let mut epss = Vec::new();
    let mut facts = Vec::new();
    let mut aliases = Vec::new();
    let mut reference = Vec::new();
    let mut advisory_rows = Vec::new();
    let mut releases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &loaded.rows {
        let mut fact = |cve: &str, kind: String, source: &str, at: Option<Timestamp>| -> Result<()> {
            let row_json = serde_json::to_string(row)?;
            named.insert(cve.to_owned());
            facts.push(FactRow { cve: cve.to_owned(), kind, source: source.to_owned(), dated: at.unwrap_or(dated), row_json });
            Ok(())
        };
        match row {
            IntelRow::Kev { cve, added, source, .. } => {
                // Each list's own entry; the earliest of them is in the table of entries.
                fact(cve, "kev".to_owned(), source, Some(*added))?;
                named.insert(cve.clone());
                kev.push((cve.clone(), *added, row.clone()));
            }
            IntelRow::Epss { cve, score, percentile, date } => {
                epss.push((cve.clone(), date.unwrap_or(dated), *score, percentile.unwrap_or(-1.0)));
            }
            IntelRow::Cvss { cve, version, source, .. } => {
                fact(cve, format!("cvss {}", version.as_deref().unwrap_or_default()), source, None)?;
            }
            IntelRow::Ssvc { cve, source, date, .. } => fact(cve, "ssvc".to_owned(), source, *date)?,
            IntelRow::Cve { cve, published, .. } => fact(cve, "cve".to_owned(), &loaded.source, *published)?,
            IntelRow::Exploit { cve, source, since } => fact(cve, "exploit".to_owned(), source, *since)?,
            IntelRow::Alias { a, b, source, since, until } => {
                // A withdrawn advisory joins nothing.
                if until.is_none() {
                    named.extend([a.clone(), b.clone()]);
                    aliases.push((a.clone(), b.clone(), source.clone(), since.unwrap_or(dated)));
                }
            }
            IntelRow::EndOfLife { product, label, keys, cycle } => {
                let json = end_of_life::stored(product, label, cycle)?;
                for key in end_of_life::keys(keys) {
                    releases.entry(key).or_default().push(json.clone());
                }
            }
            IntelRow::Advisory { .. } => advisory_rows.extend(crate::advisories::row(row)),
            IntelRow::CweNode { .. } | IntelRow::CweMapping { .. } | IntelRow::Decision { .. } => {
                reference.push(serde_json::to_string(row)?)
            }
        }
    }
    let kev = earliest(tx, kev)?;
    if loaded.feed == Feed::Kev {
        crate::vendors::put_entries(tx, &loaded.rows)?;
    }
    queries::put_kev(tx, kev)?;
    queries::put_epss(tx, epss)?;
    queries::put_facts(tx, facts)?;
    queries::put_aliases(tx, aliases)?;
    advisories::put(tx, &advisory_rows)?;
    for (key, rows) in releases {
        queries::replace_reference(tx, &key, rows)?;
    }
    if !reference.is_empty() {
        queries::replace_reference(tx, loaded.feed.word(), reference)?;
    }
    Ok(named)
}

/// The entries that go into the table: where another list had a CVE earlier, its entry stays. Vulnrichment only repeats the day of CISA's
/// entry, and never stands before a list.
fn earliest(tx: &mut Conn, entries: Vec<(String, Timestamp, IntelRow)>) -> Result<Vec<(String, Timestamp, String)>> {
    let cves: Vec<String> = entries.iter().map(|(cve, ..)| cve.clone()).collect();
    let mut known: BTreeMap<String, (Timestamp, String, bool)> = BTreeMap::new();
    let order = |row: &IntelRow| match row {
        IntelRow::Kev { added, source, name, .. } => Some((*added, source.clone(), name.is_empty())),
        _ => None,
    };
    for json in queries::kev_of(tx, &cves, Timestamp(i64::MAX))? {
        let row: IntelRow = serde_json::from_str(&json)?;
        if let (Some(cve), Some(stored)) = (cve_of(&row), order(&row)) {
            known.insert(cve.to_owned(), stored);
        }
    }
    let mut out: BTreeMap<String, (Timestamp, String)> = BTreeMap::new();
    for (cve, added, row) in entries {
        let Some((at, source, bare)) = order(&row) else { continue };
        let stays =
            known.get(&cve).is_some_and(|(before, by, known_bare)| *by != source && if bare == *known_bare { *before <= at } else { bare });
        if !stays {
            known.insert(cve.clone(), (at, source, bare));
            out.insert(cve, (added, serde_json::to_string(&row)?));
        }
    }
    Ok(out.into_iter().map(|(cve, (added, json))| (cve, added, json)).collect())
}
