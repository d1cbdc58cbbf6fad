//! Entries of histories, made while issues are made again.

use std::collections::HashMap;

use model::{Issue, IssueRank, RankTerm, State, VexVerdict};
use serde::Deserialize;
use store::Conn;
use store::queries::issues::{self, IssueRow};
use store::queries::ranks::{RankColumns, RankRow};

use super::{COUNTED, Change, Standing};
use crate::Result;
use crate::refresh::Changes;
use crate::risk::changes as term_changes;

/// Points by which a score has to differ to be worth an entry, tenths of a deciban: the odds by a quarter. EPSS moves a little every day.
const WORTH_SAYING: i64 = 10;
/// Terms that an entry names.
const TERMS: usize = 5;
/// Entries that wait for the places after the refresh; a model that moves a million must not hold them all.
const WAITING: usize = 20_000;

/// An entry before it has its number.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) issue: String,
    pub(crate) what: &'static str,
    pub(crate) detail: String,
    pub(crate) change: Option<Change>,
}

impl Entry {
    /// An entry that moves nothing.
    pub(crate) fn plain(issue: String, what: &'static str, detail: String) -> Self {
        Self { issue, what, detail, change: None }
    }
}

/// Entries of a refresh that is under way.
#[derive(Default)]
pub(crate) struct Pending {
    entries: Vec<Entry>,
    /// Places before, from the first issue that moved on.
    before: Option<HashMap<String, u64>>,
}

/// What is to be said of an issue that was made again, but for its places in the queue.
#[derive(Default)]
pub(crate) struct Noted {
    news: Changes,
    entry: Option<Entry>,
    /// It had a place in the queue before.
    was_queued: bool,
}

impl Noted {
    /// Says also where an issue moved in the inventory: before what that did to its rank, which is known later.
    pub(crate) fn say(&mut self, issue: &str, moved: String) {
        match &mut self.entry {
            Some(entry) if entry.detail.is_empty() => entry.detail = moved,
            Some(entry) => entry.detail = format!("{}; {moved}", entry.detail),
            None => self.entry = Some(Entry::plain(issue.to_owned(), "moved", moved)),
        }
    }
}

/// What differs between an issue as it was stored and as it is now.
pub(crate) fn noted(issue: &Issue, (old, row): (Option<&IssueRow>, &IssueRow), all_new: bool) -> Result<Noted> {
    let mut news = Changes::default();
    let was = old.and_then(|row| State::from_word(&row.state));
    // What was and is on untracked refs alone is no news of the queue; what comes from there to a tracked one is new in it.
    let (counts, comes) = (row.tracked, row.tracked && issue.state.in_queue() && old.is_some_and(|old| !old.tracked));
    if comes {
        news.new.push(issue.id.clone());
    }
    let entry = match was {
        None if issue.state == State::Fixed => None,
        None => {
            if counts && all_new {
                news.new.push(issue.id.clone());
            }
            // Who saw it is the cause of the entry.
            Some(("opened", "first seen".to_owned()))
        }
        Some(State::Fixed) if issue.state != State::Fixed => {
            if counts && !comes {
                news.reopened.push(issue.id.clone());
            }
            Some(("reopened", "seen again".to_owned()))
        }
        Some(state) if state != State::Fixed && issue.state == State::Fixed => {
            if counts {
                news.fixed.push(issue.id.clone());
            }
            Some(("fixed", "gone from a complete scan".to_owned()))
        }
        Some(state) if state != issue.state => {
            let what = if issue.outgrown.is_some() { "outgrown" } else { "state" };
            Some((what, issue.outgrown.clone().unwrap_or_else(|| state_sentence(state, issue))))
        }
        Some(_) => None,
    };
    let entry = entry.or_else(|| old.filter(|old| old.tracked != row.tracked).map(|_| tracking(row.tracked)));
    let moved = old.filter(|old| issue.state.in_queue() && has_moved((&old.tier, old.order_key), (&row.tier, row.order_key)));
    if entry.is_none() && moved.is_none() {
        return Ok(Noted { news, ..Noted::default() });
    }
    // Of a new issue there is nothing to compare.
    let change = old.map(|old| change(old, row, issue)).transpose()?;
    let (what, detail) = entry.unwrap_or_else(|| (if was_tier(old) == issue.tier.id { "moved" } else { "tier" }, String::new()));
    let entry = Some(Entry { issue: issue.id.clone(), what, detail, change });
    Ok(Noted { news, entry, was_queued: old.is_some_and(|old| old.queued) })
}

/// What is said of an issue that was ranked again and is else as it was, but for its places in the queue. `rank` is asked for where there is
/// something to say.
pub(crate) fn noted_rank(issue: &RankRow, columns: &RankColumns, rank: impl FnOnce() -> Result<IssueRank>) -> Result<Noted> {
    let old = &issue.columns;
    let Some(state) = State::from_word(&issue.state).filter(|state| state.in_queue()) else { return Ok(Noted::default()) };
    if !has_moved((&old.tier, old.order_key), (&columns.tier, columns.order_key)) {
        return Ok(Noted::default());
    }
    let rank = rank()?;
    let what = if old.tier == columns.tier { "moved" } else { "tier" };
    let to = Standing { state, place: None, tier: rank.tier.id, label: rank.tier.label, score: rank.score, tracked: None };
    let change = issue.rank.read::<Before>()?.change(state, to, &rank.because);
    let entry = Entry { issue: issue.id.clone(), what, detail: String::new(), change: Some(change) };
    Ok(Noted { news: Changes::default(), entry: Some(entry), was_queued: issue.queued })
}

/// What is asked of the rank of an issue as it was.
#[derive(Deserialize)]
struct Before {
    tier: TierBefore,
    score: i32,
    because: Vec<RankTerm>,
}

#[derive(Deserialize)]
struct TierBefore {
    id: String,
    label: String,
}

impl Before {
    /// What differs between an issue in that state and as it is now, but for its places.
    fn change(self, was: State, to: Standing, because: &[RankTerm]) -> Change {
        // What an issue that is out of the queue would score is nobody's concern.
        let because = if to.state.in_queue() { term_changes(&self.because, because) } else { Vec::new() };
        let TierBefore { id, label } = self.tier;
        let from = Standing { state: was, place: None, tier: id, label, score: self.score, tracked: None };
        Change { from, to, because: because.into_iter().take(TERMS).collect() }
    }
}

/// The entry of an issue that came to the refs that feed the queue, or left them.
fn tracking(now: bool) -> (&'static str, String) {
    let text = if now { "on a branch that feeds the queue now" } else { "only on branches that do not feed the queue now" };
    (if now { "tracked" } else { "untracked" }, text.to_owned())
}

fn change(old: &IssueRow, row: &IssueRow, issue: &Issue) -> Result<Change> {
    let was = State::from_word(&old.state).unwrap_or_default();
    let mut change = old.ranked::<Before>()?.change(was, Standing::of(issue, None), &issue.because);
    if old.tracked != row.tracked {
        (change.from.tracked, change.to.tracked) = (Some(old.tracked), Some(row.tracked));
    }
    Ok(change)
}

impl Pending {
    /// Adds what is to be said, with the place before. Called before anything is written.
    pub(crate) fn add(&mut self, conn: &mut Conn, org: i64, changes: &mut Changes, noted: Noted) -> Result<()> {
        let Noted { news, entry, was_queued } = noted;
        changes.new.extend(news.new);
        changes.reopened.extend(news.reopened);
        changes.fixed.extend(news.fixed);
        let Some(mut entry) = entry else { return Ok(()) };
        if let Some(change) = entry.change.as_mut().filter(|_| was_queued) {
            change.from.place = self.place_before(conn, org, &entry.issue)?;
        }
        self.entries.push(entry);
        Ok(())
    }

    /// The place in the queue as it was when the first issue moved.
    fn place_before(&mut self, conn: &mut Conn, org: i64, id: &str) -> Result<Option<u64>> {
        let places = match self.before.take() {
            Some(places) => places,
            None => places(conn, org)?,
        };
        let place = places.get(id).copied();
        self.before = Some(places);
        Ok(place)
    }

    /// Entries that can be written already: none, unless very many wait; then those of issues that had no counted place.
    pub(crate) fn overdue(&mut self) -> Vec<Entry> {
        if self.entries.len() < WAITING {
            return Vec::new();
        }
        let placed = |entry: &Entry| entry.change.as_ref().is_some_and(|change| change.from.place.is_some());
        let (keep, write): (Vec<Entry>, Vec<Entry>) = std::mem::take(&mut self.entries).into_iter().partition(placed);
        self.entries = keep;
        finished(write, &HashMap::new())
    }

    /// All entries, with the places after everything is written.
    pub(crate) fn finish(mut self, conn: &mut Conn, org: i64) -> Result<Vec<Entry>> {
        let in_queue = |entry: &Entry| entry.change.as_ref().is_some_and(|change| change.to.state.in_queue());
        // New issues come by the thousand and say nothing of a place before.
        let after = if self.entries.iter().any(in_queue) { places(conn, org)? } else { HashMap::new() };
        Ok(finished(std::mem::take(&mut self.entries), &after))
    }
}

/// Entries with their places after, and with the sentence that says them.
fn finished(mut entries: Vec<Entry>, after: &HashMap<String, u64>) -> Vec<Entry> {
    for entry in &mut entries {
        if let Some(change) = &mut entry.change {
            change.to.place = if change.to.state.in_queue() { after.get(&entry.issue).copied() } else { None };
            if matches!(entry.what, "tier" | "moved") {
                let moved = moved_sentence(change);
                entry.detail = if entry.detail.is_empty() { moved } else { format!("{}; {moved}", entry.detail) };
            }
        }
    }
    entries
}

fn was_tier(old: Option<&IssueRow>) -> &str {
    old.map_or("", |old| old.tier.as_str())
}

/// Of tier and place before and after.
fn has_moved((old_tier, old_key): (&str, i64), (tier, key): (&str, i64)) -> bool {
    (!old_tier.is_empty() && old_tier != tier) || old_key.abs_diff(key) >= WORTH_SAYING.unsigned_abs()
}

fn state_sentence(was: State, issue: &Issue) -> String {
    let by_vex = issue.vex.first().filter(|fact| issue.state == State::NotAffected && fact.verdict == VexVerdict::Counts);
    let why = by_vex.map(|fact| format!(": {}", crate::vex::sentence(fact))).unwrap_or_default();
    format!("{} to {}{why}", was.word(), issue.state.word())
}

/// `up 112 places to 28: Known exploited (KEV) since 20 Nov 2026 (+55); tier from 60d to 3d`.
fn moved_sentence(change: &Change) -> String {
    let from = &change.from;
    let place = match (change.places(), change.to.place) {
        (Some(0), Some(to)) => format!("stays at place {to}"),
        (Some(by), Some(to)) => {
            let unit = if by.unsigned_abs() == 1 { "place" } else { "places" };
            format!("{} {} {unit} to {to}", if by > 0 { "up" } else { "down" }, by.unsigned_abs())
        }
        _ if change.to.score >= from.score => "up".to_owned(),
        _ => "down".to_owned(),
    };
    let term = change.because.first().map(|term| {
        let sign = if term.points() > 0 { "+" } else { "-" };
        let points = term.points().unsigned_abs();
        // Of a term that fell away only what it said before is known.
        let no_longer = if term.after.is_none() { "no longer counts: " } else { "" };
        format!(": {no_longer}{} ({sign}{}.{})", term.fact, points / 10, points % 10)
    });
    let tier = if from.tier == change.to.tier { String::new() } else { format!("; tier from {} to {}", from.tier, change.to.tier) };
    format!("{place}{}{tier}", term.unwrap_or_default())
}

/// The counted places of the queue, 1 is first.
pub(super) fn places(conn: &mut Conn, org: i64) -> Result<HashMap<String, u64>> {
    Ok(issues::queue_head(conn, org, COUNTED)?.into_iter().zip(1..).map(|((_, id), place)| (id, place)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::TermChange;

    fn moved(from: u64, to: u64, term: (Option<i32>, Option<i32>)) -> String {
        let at = |place| Standing { place: Some(place), tier: "3d".to_owned(), ..Standing::default() };
        let term = TermChange {
            signal: "loaded".to_owned(),
            before: term.0,
            after: term.1,
            fact: "Installed but not loaded".to_owned(),
            source: "sensor".to_owned(),
            at: None,
        };
        moved_sentence(&Change { from: at(from), to: at(to), because: vec![term] })
    }

    #[test]
    fn a_term_that_fell_away_is_not_told_as_if_it_held() {
        assert_eq!(moved(963, 1, (Some(-300), None)), "up 962 places to 1: no longer counts: Installed but not loaded (+30.0)");
        assert_eq!(moved(1, 963, (None, Some(-300))), "down 962 places to 963: Installed but not loaded (-30.0)");
        assert_eq!(moved(3, 4, (Some(10), Some(5))), "down 1 place to 4: Installed but not loaded (-0.5)");
    }
}
