//! "Not mine": a person's word on who owns an issue, and the change to the inventory that it proposes.

use std::collections::BTreeSet;

use model::{Decision, DecisionKind, Issue, OwnerFact, TargetKind, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use store::queries::{decisions, issues};

use crate::decide::identities;
use crate::derive::{Member, Surroundings};
use crate::issues::IssueView;
use crate::load::{Streams, merged, world};
use crate::refresh::members_of;
use crate::{Muster, OperationError, Result};

/// A change to the inventory that somebody's "not mine" proposes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct OwnerProposal {
    /// The decision that said so.
    pub decision: String,
    pub author: String,
    pub reason: String,
    pub at: Timestamp,
    pub issue: String,
    pub title: String,
    /// The team whose it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The team that it went to; absent while it waits in triage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The line that gave it to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named_by: Option<OwnerFact>,
    /// What to add to muster.yaml under `owners`.
    pub write: String,
}

/// Puts the newest assignment of one of its findings over the owner that the inventory names.
pub(crate) fn put_assignment<'a>(issue: &mut Issue, members: impl Iterator<Item = &'a Member>, around: &Surroundings<'_>) {
    let mut newest: Option<&Decision> = None;
    for member in members {
        for decision in around.decisions.get(&member.row.identity).into_iter().flatten() {
            let holds = decision.kind == DecisionKind::Assignment
                && decision.at <= around.at
                && decision.ended.is_none_or(|ended| ended > around.at);
            if holds && newest.is_none_or(|known| decision.order() > known.order()) {
                newest = Some(decision);
            }
        }
    }
    let Some(decision) = newest else { return };
    let reason = if decision.reason.is_empty() { String::new() } else { format!(": {}", decision.reason) };
    let text = match (&decision.team, &decision.not_team) {
        (Some(team), _) => format!("{} gave it to team {team}{reason}", decision.author),
        // Once the inventory names another team, it has learnt what was said.
        (None, Some(team)) if issue.owner.team.as_ref() == Some(team) => {
            format!("{} says that it is not team {team}'s; it waits in triage{reason}", decision.author)
        }
        _ => return,
    };
    issue.owner.team.clone_from(&decision.team);
    issue.owner.because.insert(0, OwnerFact { fact: text, source: format!("decision {}", decision.id) });
}

impl Muster {
    /// Says that an issue is not its owner's. It goes to the team that is named, else to triage, and the inventory is proposed a change.
    ///
    /// # Errors
    /// When there is no such issue or team, the reason is missing, or nobody owns it and no team is named.
    pub fn not_mine(&self, id: &str, to: Option<&str>, reason: &str, author: &str, now: Timestamp) -> Result<IssueView> {
        if reason.trim().is_empty() {
            return Err(OperationError::Bad("a reason is needed: --reason says why".to_owned()));
        }
        self.db.try_write(|tx| {
            let (issue, members) = self.members(tx, id)?;
            if let Some(team) = to {
                let teams = merged(tx, self.org)?.inventory.teams;
                if !teams.iter().any(|known| known.name == team) {
                    let names: Vec<&str> = teams.iter().map(|team| team.name.as_str()).take(20).collect();
                    return Err(OperationError::Bad(format!("the inventory has no team {team}; teams are {}", names.join(", "))));
                }
            }
            let row = issues::by_ids(tx, self.org, std::slice::from_ref(&issue))?.into_iter().next();
            let owner = row.and_then(|row| row.team);
            if owner.is_none() && to.is_none() {
                return Err(OperationError::Bad(format!("{issue} has no owner; --to gives it to a team")));
            }
            if owner.as_deref() == to {
                return Err(OperationError::Bad(format!("{issue} is team {}'s already", to.unwrap_or_default())));
            }
            let decision = Decision {
                id: String::new(),
                kind: DecisionKind::Assignment,
                author: author.to_owned(),
                reason: reason.trim().to_owned(),
                at: now,
                until: None,
                covers: identities(&members),
                contents: Vec::new(),
                left: 0,
                evidence: Vec::new(),
                team: to.map(ToOwned::to_owned),
                not_team: owner.clone(),
                ended: None,
                ended_by: None,
                approved_without_policy: false,
            };
            let words = match (&owner, to) {
                (Some(owner), Some(to)) => format!("not team {owner}'s, given to team {to}"),
                (None, Some(to)) => format!("given to team {to}"),
                (owner, None) => format!("not team {}'s, to triage", owner.as_deref().unwrap_or_default()),
            };
            self.decide(tx, decision, &issue, &words, now)
        })?;
        self.issue(id, now)
    }

    /// What people's "not mine" propose to change in the inventory, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn owner_proposals(&self, now: Timestamp) -> Result<Vec<OwnerProposal>> {
        self.db.try_read(|conn| {
            let world = world(conn, self.org, now)?;
            let streams = Streams::load(conn, self.org, &world.index)?;
            let mut out = Vec::new();
            for json in decisions::of_kind(conn, self.org, DecisionKind::Assignment.word())? {
                let decision: Decision = serde_json::from_str(&json)?;
                if decision.ended.is_some() {
                    continue;
                }
                let rows = store::queries::findings::by_identities(conn, self.org, &decision.covers)?;
                let ids: BTreeSet<String> = rows.iter().map(|row| row.issue.clone()).collect();
                let ids: Vec<String> = ids.into_iter().collect();
                let members = members_of(conn, self.org, &ids)?;
                for row in issues::by_ids(conn, self.org, &ids)? {
                    let issue = row.issue()?;
                    let Some(member) = members.get(&issue.id).and_then(|list| list.first()) else { continue };
                    let placed = crate::derive::placed(&world.index, &streams, &member.row, &member.finding);
                    // The inventory says by itself what was said: nothing is left to propose.
                    let learnt = match &decision.team {
                        Some(team) => placed.owner.team.as_ref() == Some(team),
                        None => placed.owner.team != decision.not_team,
                    };
                    if learnt {
                        continue;
                    }
                    out.push(OwnerProposal {
                        decision: decision.id.clone(),
                        author: decision.author.clone(),
                        reason: decision.reason.clone(),
                        at: decision.at,
                        issue: issue.id,
                        title: issue.title,
                        from: decision.not_team.clone(),
                        to: decision.team.clone(),
                        named_by: placed.owner.because.into_iter().next(),
                        write: rule_for(member, &streams, &decision),
                    });
                }
            }
            out.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.issue.cmp(&b.issue)));
            // What was said last of an issue is what is proposed.
            let mut said: BTreeSet<String> = BTreeSet::new();
            out.retain(|row| said.insert(row.issue.clone()));
            Ok(out)
        })
    }
}

/// The rule that would give what the finding is about to the team.
fn rule_for(member: &Member, streams: &Streams, decision: &Decision) -> String {
    let team = decision.team.as_deref().unwrap_or("…");
    let location = &member.finding.location;
    let target = streams.lineage(member.row.lineage).map(|stream| &stream.key.target);
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let file = member.finding.package.as_ref().and_then(|package| package.file.as_deref()).or(location.path.as_deref());
    let what = match target.map(|target| (target.kind, target.name.as_str())) {
        Some((TargetKind::Image, name)) => format!("image: {}", quoted(name)),
        Some((TargetKind::Repository, name)) => match file {
            Some(path) => format!("repository: {}, path: {}", quoted(name), quoted(path)),
            None => format!("repository: {}", quoted(name)),
        },
        _ => match (&location.url, &location.image) {
            (Some(url), _) => format!("url: {}", quoted(url)),
            (None, Some(image)) => format!("image: {}", quoted(image)),
            (None, None) => "repository: …".to_owned(),
        },
    };
    format!("- {{team: {team}, {what}, because: {}}}", quoted(&decision.reason))
}
