//! Whose word counts for a finding: of one author the newest statement, of several trusted authors the newest that is still valid.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{Timestamp, VexFact, VexStatement, VexStatus, VexVerdict};

use super::speaks::Spoken;
use super::trust::{TrustList, TrustVerdict};

/// Where a statement comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    pub author: String,
    /// Identifier of the document.
    pub document: String,
    /// Order in which documents came: of two that say the same day, the later.
    pub order: i64,
    /// From when a later version of the document replaces this one.
    pub replaced: Option<Timestamp>,
    /// The document's version, where it is a number.
    pub version: Option<u64>,
}

/// A statement that speaks of a finding.
#[derive(Clone, Debug)]
pub struct Word<'a> {
    pub origin: &'a Origin,
    pub statement: &'a VexStatement,
    pub spoken: Spoken,
}

/// What the statements on one finding come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// The statement that counts, and its date.
    pub counts: Option<(VexStatus, Timestamp)>,
    /// All that speak of the finding, the one that counts first.
    pub facts: Vec<VexFact>,
    /// When time alone will change the answer.
    pub next_change: Option<Timestamp>,
    /// Where trusted authors contradict each other.
    pub conflict: Option<String>,
}

impl Weighed {
    /// True where the finding leaves the queue.
    #[must_use]
    pub fn gates(&self) -> bool {
        self.counts.is_some_and(|(status, _)| status.gates())
    }
}

/// Weighs all statements on a finding as of a time. Those dated later are not there yet.
#[must_use]
pub fn weigh(words: &[Word<'_>], trust: &TrustList, finding: &str, now: Timestamp) -> Weighed {
    let mut out = Weighed::default();
    let mut changes: Vec<Timestamp> = words.iter().map(|word| word.statement.at).collect();
    changes.extend(words.iter().filter_map(|word| word.origin.replaced));
    let said: Vec<&Word<'_>> = words.iter().filter(|word| word.statement.at <= now).collect();
    // Newest first; of the same time the more cautious, then the later document.
    let order =
        |word: &&Word<'_>| (Reverse(word.statement.at), word.statement.status, Reverse(word.origin.order), word.statement.place.clone());
    let mut newest: BTreeMap<String, &Word<'_>> = BTreeMap::new();
    let mut sorted = said.clone();
    sorted.sort_by_key(order);
    for word in sorted.iter().filter(|word| !is_replaced(word, now)) {
        newest.entry(word.origin.author.to_lowercase()).or_insert(word);
    }
    let overtaken = take_back(&mut newest, &sorted, now);
    let mut trusted: Option<&Word<'_>> = None;
    let mut facts: Vec<VexFact> = Vec::new();
    for word in &sorted {
        let is_newest = newest.get(&word.origin.author.to_lowercase()).is_some_and(|first| std::ptr::eq(*first, *word));
        let judged = trust.judge(&word.origin.author, word.statement.status, &word.spoken.products, word.statement.at, now);
        let (verdict, because, until) = match judged {
            _ if is_replaced(word, now) => (VexVerdict::Superseded, "a later version of the document replaces it".to_owned(), None),
            _ if !is_newest && overtaken.contains(&word.origin.author.to_lowercase()) && word.statement.status.gates() => {
                (VexVerdict::Superseded, OVERTAKEN.to_owned(), None)
            }
            _ if !is_newest => (VexVerdict::Superseded, format!("{} has said something newer of it", word.origin.author), None),
            TrustVerdict::Untrusted(because) => (VexVerdict::Untrusted, because, None),
            TrustVerdict::Expired(because) => (VexVerdict::Expired, because, None),
            TrustVerdict::Trusted(until, because) => {
                changes.push(until);
                let first = trusted.is_none();
                trusted = trusted.or(Some(word));
                let verdict = if first { VexVerdict::Counts } else { VexVerdict::Outvoted };
                let because = if first { because } else { format!("{because}; a newer trusted statement counts") };
                (verdict, because, Some(until))
            }
        };
        facts.push(fact(word, verdict, because, until, finding));
    }
    facts.sort_by(|a, b| (a.verdict, Reverse(a.at), &a.document).cmp(&(b.verdict, Reverse(b.at), &b.document)));
    out.counts = trusted.map(|word| (word.statement.status, word.statement.at));
    out.conflict = conflict(&facts);
    out.next_change = changes.into_iter().filter(|change| *change > now).min();
    out.facts = facts;
    out
}

/// Why a statement does not count although it bears the newest date.
const OVERTAKEN: &str = "a document with a higher version number takes it back, though it bears an earlier date: the cautious one counts";

/// Programs that merge documents name each by its content, so that versions of one bear several names. Where the same author says of the same
/// thing, in a document with a higher version number, what does not take it out of the queue, number and date disagree about which is newer:
/// the cautious word counts. Answers the authors of whom that is so.
fn take_back<'w, 'a>(newest: &mut BTreeMap<String, &'w Word<'a>>, said: &[&'w Word<'a>], now: Timestamp) -> BTreeSet<String> {
    let mut overtaken = BTreeSet::new();
    for (author, word) in newest {
        if !word.statement.status.gates() {
            continue;
        }
        let same = |other: &&&Word<'_>| {
            other.origin.author.to_lowercase() == *author
                && !other.statement.status.gates()
                && other.origin.version > word.origin.version
                && word.origin.version.is_some()
                && other.statement.vulnerabilities == word.statement.vulnerabilities
                && other.statement.subjects == word.statement.subjects
                && !is_replaced(other, now)
        };
        if let Some(other) = said.iter().find(same) {
            overtaken.insert(author.clone());
            *word = other;
        }
    }
    overtaken
}

fn is_replaced(word: &Word<'_>, now: Timestamp) -> bool {
    word.origin.replaced.is_some_and(|at| at <= now)
}

/// Authors whose valid words differ in what follows: one takes the issue out of the queue, the other does not.
fn conflict(facts: &[VexFact]) -> Option<String> {
    let valid: Vec<&VexFact> = facts.iter().filter(|fact| matches!(fact.verdict, VexVerdict::Counts | VexVerdict::Outvoted)).collect();
    let first = valid.first()?;
    let other = valid.iter().find(|fact| fact.status.gates() != first.status.gates() && fact.author != first.author)?;
    let day = |at: Timestamp| at.to_string().chars().take(10).collect::<String>();
    Some(format!(
        "{} says {} ({}), {} says {} ({}); the newer one counts",
        first.author,
        first.status.spoken(),
        day(first.at),
        other.author,
        other.status.spoken(),
        day(other.at)
    ))
}

fn fact(word: &Word<'_>, verdict: VexVerdict, because: String, until: Option<Timestamp>, finding: &str) -> VexFact {
    let statement = word.statement;
    VexFact {
        status: statement.status,
        verdict,
        author: word.origin.author.clone(),
        at: statement.at,
        vulnerability: statement.vulnerabilities.first().cloned().unwrap_or_default(),
        product: word.spoken.product.clone(),
        component: word.spoken.component.clone(),
        justification: statement.justification.clone(),
        reason: statement.reason.clone().or_else(|| statement.action.clone()),
        document: word.origin.document.clone(),
        because,
        until,
        findings: vec![finding.to_owned()],
    }
}
