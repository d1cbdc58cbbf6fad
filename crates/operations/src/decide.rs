//! What people decide: states, merges, splits, links; and taking a decision back.

use std::collections::BTreeSet;

use model::{Decision, DecisionKind, State, Timestamp};
use pipeline::track::{KNOWN_EXPLOITED, evidence_of};
use store::Conn;
use store::queries::{counters, decisions, findings, issues};

use crate::changes::Entry;
use crate::derive::{Member, content_of, is_exception, is_known_exploited, unwatched};
use crate::issues::IssueView;
use crate::link::{Touched, relink};
use crate::load::{Streams, decisions_of, world};
use crate::refresh::{Cause, members_of, refresh, write_history};
use crate::risk::follow_shipped;
use crate::{Muster, OperationError, Result};

/// A change of state that a person asks for.
#[derive(Clone, Debug)]
pub struct StateChange {
    pub state: State,
    pub reason: String,
    pub until: Option<Timestamp>,
}

impl Muster {
    /// Sets the state of an issue by a decision that covers the findings it has now.
    ///
    /// # Errors
    /// When there is no such issue, the reason is missing, or `until` does not lie ahead.
    pub fn set_state(&self, id: &str, change: &StateChange, author: &str, now: Timestamp) -> Result<IssueView> {
        if change.reason.trim().is_empty() && change.state != State::InProgress {
            return Err(OperationError::Bad("a reason is needed: --reason says why".to_owned()));
        }
        if change.until.is_some_and(|until| until <= now) {
            return Err(OperationError::Bad("--until must lie ahead of now".to_owned()));
        }
        if change.state == State::Deferred && change.until.is_none() {
            return Err(OperationError::Bad("a deferral needs an end: --until says when".to_owned()));
        }
        self.db.try_write(|tx| {
            let (issue, members) = self.members(tx, id)?;
            let covers: Vec<String> = identities(&members);
            let kinds: Vec<_> = members.iter().map(|member| member.finding.kind).collect();
            let mut evidence: BTreeSet<String> = members.iter().flat_map(|member| evidence_of(&member.finding)).collect();
            if self.is_known_exploited(tx, &issue)? {
                evidence.insert(KNOWN_EXPLOITED.to_owned());
            }
            let kind = match change.state {
                State::Open => DecisionKind::Reopen,
                State::InProgress => DecisionKind::InProgress,
                State::AcceptedRisk => DecisionKind::Accept,
                State::Deferred => DecisionKind::Defer,
                State::FalsePositive => DecisionKind::FalsePositive,
                State::NotAffected => DecisionKind::NotAffected,
                // A scanner that watches it decides; by hand closes only what none watches.
                State::Fixed if unwatched(&kinds) => DecisionKind::ClosedByHand,
                State::Fixed => DecisionKind::ExpectedFixed,
            };
            let contents = match kind {
                DecisionKind::FalsePositive => members.iter().map(|member| content_of(&member.finding).to_owned()).collect(),
                _ => Vec::new(),
            };
            let decision = Decision {
                id: String::new(),
                kind,
                author: author.to_owned(),
                reason: change.reason.trim().to_owned(),
                at: now,
                until: change.until,
                evidence: evidence.into_iter().collect(),
                covers,
                contents,
                left: 0,
                ended: None,
                ended_by: None,
                approved_without_policy: is_exception(change.state),
                team: None,
                not_team: None,
            };
            self.decide(tx, decision, &issue, change.state.word(), now)
        })?;
        self.issue(id, now)
    }

    /// Says that findings of several issues are one issue.
    ///
    /// # Errors
    /// When there is no such issue.
    pub fn merge(&self, id: &str, others: &[String], reason: &str, author: &str, now: Timestamp) -> Result<IssueView> {
        self.db.try_write(|tx| {
            let (issue, members) = self.members(tx, id)?;
            let left: Vec<String> = identities(&members);
            let mut right = Vec::new();
            for other in others {
                let (other, members) = self.members(tx, other)?;
                if other == issue {
                    return Err(OperationError::Bad(format!("{other} is the same issue")));
                }
                right.extend(identities(&members));
            }
            if right.is_empty() {
                return Err(OperationError::Bad("name at least one other issue".to_owned()));
            }
            self.say(tx, DecisionKind::Merge, left, right, (reason, author), &issue, now)
        })?;
        self.issue(id, now)
    }

    /// Says that these findings of an issue are another issue.
    ///
    /// # Errors
    /// When there is no such issue, or a finding is not in it, or all are named.
    pub fn split(&self, id: &str, apart: &[String], reason: &str, author: &str, now: Timestamp) -> Result<IssueView> {
        self.db.try_write(|tx| self.split_in(tx, id, apart, (reason, author), now).map(|_| ()))?;
        self.issue(id, now)
    }

    /// Splits inside a transaction; the identities of all findings that the issue had.
    pub(crate) fn split_in(&self, tx: &mut Conn, id: &str, apart: &[String], word: (&str, &str), now: Timestamp) -> Result<Vec<String>> {
        let (issue, members) = self.members(tx, id)?;
        let all = identities(&members);
        let (right, left): (Vec<String>, Vec<String>) = all.iter().cloned().partition(|identity| apart.contains(identity));
        if let Some(unknown) = apart.iter().find(|identity| !right.contains(identity)) {
            return Err(OperationError::NotFound(format!("{issue} has no finding {unknown}")));
        }
        if left.is_empty() || right.is_empty() {
            return Err(OperationError::Bad("a split needs findings on both sides".to_owned()));
        }
        self.say(tx, DecisionKind::Split, left, right, word, &issue, now)?;
        Ok(all)
    }

    /// Accepts or rejects that a finding belongs to an issue.
    ///
    /// # Errors
    /// When there is no such issue or finding.
    pub fn judge_link(&self, id: &str, finding: &str, accept: bool, reason: &str, author: &str, now: Timestamp) -> Result<IssueView> {
        self.db.try_write(|tx| {
            let (issue, members) = self.members(tx, id)?;
            let right = vec![finding.to_owned()];
            if findings::by_identities(tx, self.org, &right)?.is_empty() {
                return Err(OperationError::NotFound(format!("no finding {finding}")));
            }
            let left: Vec<String> = identities(&members).into_iter().filter(|identity| identity != finding).collect();
            if left.is_empty() {
                return Err(OperationError::Bad("it is the only finding of the issue".to_owned()));
            }
            let kind = if accept { DecisionKind::AcceptLink } else { DecisionKind::RejectLink };
            self.say(tx, kind, left, right, (reason, author), &issue, now)
        })?;
        self.issue(id, now)
    }

    /// Takes back the newest decision on an issue.
    ///
    /// # Errors
    /// When there is no such issue, or nothing to take back.
    pub fn undo(&self, id: &str, author: &str, now: Timestamp) -> Result<IssueView> {
        self.db.try_write(|tx| {
            let (issue, members) = self.members(tx, id)?;
            let newest =
                decisions_of(tx, self.org, &identities(&members))?.into_iter().rev().find(|(_, decision)| decision.ended.is_none());
            let Some((row, mut decision)) = newest else {
                return Err(OperationError::Bad(format!("there is no decision on {issue} to take back")));
            };
            decision.ended = Some(now);
            decisions::end(tx, self.org, row, Some(now), &serde_json::to_string(&decision)?)?;
            self.let_hold_again(tx, &decision)?;
            self.after(tx, &decision, &issue, &format!("took back “{}”", decision.kind.word()), author, now)
        })?;
        self.issue(id, now)
    }

    pub(crate) fn members(&self, conn: &mut Conn, id: &str) -> Result<(String, Vec<Member>)> {
        let (current, _) = self.resolve(conn, id)?;
        let members = members_of(conn, self.org, std::slice::from_ref(&current))?.remove(&current);
        match members {
            Some(members) => Ok((current, members)),
            None => Err(OperationError::NotFound(format!("no issue {id}"))),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what every word on links needs")]
    fn say(
        &self,
        tx: &mut Conn,
        kind: DecisionKind,
        left: Vec<String>,
        right: Vec<String>,
        (reason, author): (&str, &str),
        issue: &str,
        now: Timestamp,
    ) -> Result<()> {
        let count = left.len();
        let covers = left.into_iter().chain(right).collect();
        let decision = Decision {
            id: String::new(),
            kind,
            author: author.to_owned(),
            reason: reason.trim().to_owned(),
            at: now,
            until: None,
            covers,
            contents: Vec::new(),
            left: count,
            evidence: Vec::new(),
            ended: None,
            ended_by: None,
            approved_without_policy: false,
            team: None,
            not_team: None,
        };
        self.decide(tx, decision, issue, kind.word(), now)
    }

    pub(crate) fn decide(&self, tx: &mut Conn, mut decision: Decision, issue: &str, words: &str, now: Timestamp) -> Result<()> {
        let row = counters::take(tx, self.org, "decision", 1)?;
        decision.id = format!("D-{row}");
        if decision.kind.is_about_state() {
            self.take_place_of_older(tx, &decision, now)?;
        }
        let json = serde_json::to_string(&decision)?;
        decisions::insert(tx, self.org, row, decision.kind.word(), now, &decision.covers, &json)?;
        let author = decision.author.clone();
        let detail = if decision.reason.is_empty() { words.to_owned() } else { format!("{words}: {}", decision.reason) };
        self.after(tx, &decision, issue, &detail, &author, now)
    }

    /// Links again what a decision may have moved, and makes its issues again.
    fn after(&self, tx: &mut Conn, decision: &Decision, issue: &str, detail: &str, author: &str, now: Timestamp) -> Result<()> {
        follow_shipped(tx, self.org, now)?;
        let world = world(tx, self.org, now)?;
        let streams = Streams::load(tx, self.org, &world.index)?;
        let rows = findings::by_identities(tx, self.org, &decision.covers)?;
        let ids: BTreeSet<String> = rows.iter().map(|row| row.issue.clone()).collect();
        let cause = Cause::of(author, now);
        write_history(tx, self.org, vec![Entry::plain(issue.to_owned(), "decided", detail.to_owned())], cause)?;
        if decision.kind.is_about_links() {
            let changed: Vec<i64> = rows.iter().map(|row| row.id).collect();
            let touched = Touched { changed: &changed, freed: &changed, ..Touched::default() };
            relink(tx, self.org, touched, &streams, &world, cause)?.finish(tx, self.org, ids, (&streams, &world), cause)?;
        } else {
            refresh(tx, self.org, &ids, &streams, &world, cause)?;
        }
        Ok(())
    }

    /// A new decision on the state ends those before it that cover nothing else. One that also covers other findings goes on for those:
    /// of two on one finding the newer counts.
    fn take_place_of_older(&self, tx: &mut Conn, new: &Decision, now: Timestamp) -> Result<()> {
        let covered: BTreeSet<&String> = new.covers.iter().collect();
        for (row, mut decision) in decisions_of(tx, self.org, &new.covers)? {
            if decision.ended.is_none() && decision.kind.is_about_state() && decision.covers.iter().all(|old| covered.contains(old)) {
                decision.ended = Some(now);
                decision.ended_by = Some(new.id.clone());
                decisions::end(tx, self.org, row, Some(now), &serde_json::to_string(&decision)?)?;
            }
        }
        Ok(())
    }

    /// What a decision ended holds again when it is taken back.
    fn let_hold_again(&self, tx: &mut Conn, undone: &Decision) -> Result<()> {
        for (row, mut decision) in decisions_of(tx, self.org, &undone.covers)? {
            if decision.ended_by.as_ref() == Some(&undone.id) {
                decision.ended = None;
                decision.ended_by = None;
                decisions::end(tx, self.org, row, None, &serde_json::to_string(&decision)?)?;
            }
        }
        Ok(())
    }

    fn is_known_exploited(&self, tx: &mut Conn, issue: &str) -> Result<bool> {
        let Some(row) = issues::by_ids(tx, self.org, &[issue.to_owned()])?.into_iter().next() else { return Ok(false) };
        let issue = row.issue()?;
        Ok(is_known_exploited(&issue))
    }
}

pub(crate) fn identities(members: &[Member]) -> Vec<String> {
    members.iter().map(|member| member.row.identity.clone()).collect()
}
