//! What the caller hands in.

use model::{Endpoint, Finding, Target, Timestamp};

/// A stored finding with what is known of its place.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Id in the store; not looked at, for the caller to find it again.
    pub id: u64,
    /// Identity over time: stable, unique among the candidates. Decides ties, never likeness.
    pub identity: &'a str,
    /// Name of the tool.
    pub tool: &'a str,
    pub finding: &'a Finding,
    /// Key of its [`model::Place`].
    pub place: &'a str,
    /// All services affected, sorted; empty when unplaced.
    pub services: &'a [String],
    pub target: &'a Target,
    pub first_seen: Timestamp,
    /// Keyed hash (hex) of the SHA-1 of a secret's value.
    pub secret_hash: Option<&'a str>,
    /// True where that hash covers only the head of a key block, and so identifies nothing.
    pub head_only: bool,
}

/// What is known beside the findings.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// All identifiers that loaded feeds hold for one with the given identifier, itself included or not. Need not be closed.
    pub aliases: &'a dyn Fn(&str) -> Vec<String>,
    /// Routes and what answers them, from `routes apply`.
    pub routes: &'a [Endpoint],
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("routes", &self.routes.len()).finish_non_exhaustive()
    }
}

fn no_aliases(_: &str) -> Vec<String> {
    Vec::new()
}

impl Default for Context<'_> {
    /// No alias table and no routes.
    fn default() -> Self {
        Self { aliases: &no_aliases, routes: &[] }
    }
}

/// What a person said of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordKind {
    /// All findings named belong to one issue.
    Together,
    /// No finding of `left` may share an issue with one of `right`.
    Apart,
}

/// One decision in force. `left` and `right` are identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub kind: WordKind,
    pub left: Vec<String>,
    pub right: Vec<String>,
    /// The newer of two that contradict each other holds.
    pub at: Timestamp,
    /// Decisions are numbered as they are given: of two at one time the one with the higher number is the newer.
    pub number: u64,
    /// Who said so.
    pub by: String,
    pub reason: String,
}

/// All decisions in force. They are never overruled by evidence or by a new version of the matching.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeoplesWord {
    pub words: Vec<Word>,
}

impl PeoplesWord {
    /// `issue accept-link`: the finding belongs to the issue of these findings; also `issue merge` of several.
    /// `when`: its time and its number among all decisions.
    pub fn together(&mut self, left: Vec<String>, right: Vec<String>, when: (Timestamp, u64), by: &str, reason: &str) {
        self.push(WordKind::Together, left, right, when, by, reason);
    }

    /// `issue reject-link`, `issue split`: the one part has nothing to do with the other. `when` as above.
    pub fn apart(&mut self, left: Vec<String>, right: Vec<String>, when: (Timestamp, u64), by: &str, reason: &str) {
        self.push(WordKind::Apart, left, right, when, by, reason);
    }

    fn push(&mut self, kind: WordKind, left: Vec<String>, right: Vec<String>, (at, number): (Timestamp, u64), by: &str, reason: &str) {
        self.words.push(Word { kind, left, right, at, number, by: by.to_owned(), reason: reason.to_owned() });
    }
}

/// How a clustering differs from the plain one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Groups of identities that stand as they are: they neither part nor join each other, and only findings that are in none of them
    /// are placed. So an import goes on with the issues that an older version of the matching made.
    pub standing: &'a [Vec<&'a str>],
    /// Fields whose evidence is left out of every sum, to measure what it is worth: `cwes`, `location.start_line`, …; see
    /// [`super::KINDS_OF_EVIDENCE`]. Never set when issues are made.
    pub without: &'a [&'a str],
}

impl<'a> Options<'a> {
    /// The number of the standing group of each identity.
    pub(super) fn standing_group(&self) -> std::collections::HashMap<&'a str, usize> {
        self.standing.iter().enumerate().flat_map(|(number, group)| group.iter().map(move |identity| (*identity, number))).collect()
    }
}
