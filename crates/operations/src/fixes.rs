//! Fixes: the changes that end issues, ranked by the risk that they remove.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use model::{Fix, Issue, Owner, Remedy, Tier, Timestamp, Tri};
use pipeline::prioritise::fixes::group;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::queries::issues::{self, IssueRow};

use crate::issues::read_filter;
use crate::{IssueQuery, Muster, OperationError, Result};

/// An answer of [`Muster::fixes`].
#[derive(Clone, Debug, Default)]
pub struct FixList {
    pub fixes: Vec<Fix>,
    pub warnings: Vec<String>,
}

/// One fix with the issues that it ends.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct FixView {
    pub fix: Fix,
    /// Highest score first.
    pub issues: Vec<Issue>,
    /// Position among all fixes of the queue, 1 is first.
    pub rank: u64,
    /// How many fixes the queue has.
    pub of: u64,
}

/// What grouping asks of an issue. The rest of its row is skipped and not built: of a queue of 100,000 issues that is most of the time.
#[derive(Deserialize)]
struct Sketch {
    id: String,
    title: String,
    place: String,
    owner: Whose,
    #[serde(default)]
    application: Option<String>,
    services: Vec<String>,
    #[serde(default)]
    identifiers: Vec<String>,
    #[serde(default)]
    remedy: Option<Remedy>,
}

/// What it asks of the rank.
#[derive(Deserialize)]
struct RankSketch {
    score: i32,
    #[serde(default)]
    due: Option<Timestamp>,
    #[serde(default)]
    facts: BTreeMap<String, Tri>,
    tier: Tier,
}

#[derive(Deserialize)]
struct Whose {
    #[serde(default)]
    team: Option<String>,
}

impl Sketch {
    fn with(self, rank: RankSketch) -> Issue {
        let sketch = self;
        Issue {
            id: sketch.id,
            score: rank.score,
            title: sketch.title,
            place: sketch.place,
            owner: Owner { team: sketch.owner.team, ..Owner::default() },
            application: sketch.application,
            services: sketch.services,
            identifiers: sketch.identifiers,
            due: rank.due,
            facts: rank.facts,
            tier: rank.tier,
            remedy: sketch.remedy,
            ..Issue::default()
        }
    }
}

impl Muster {
    /// The changes that end the issues of a question, those that remove most risk first.
    ///
    /// # Errors
    /// When the condition is wrong, or the database fails.
    pub fn fixes(&self, query: &IssueQuery, now: Timestamp) -> Result<FixList> {
        if query.as_of.is_none()
            && let Some((issues, warnings)) = self.sketches(query, now)?
        {
            return Ok(FixList { fixes: group(&issues), warnings });
        }
        let all = IssueQuery { limit: None, after: None, rank_from: 0, with_findings: false, ..query.clone() };
        let list = self.issues(&all, now)?;
        Ok(FixList { fixes: group(&list.issues), warnings: list.warnings })
    }

    /// The issues of a question with what grouping needs; absent where the database cannot judge the whole condition.
    fn sketches(&self, query: &IssueQuery, now: Timestamp) -> Result<Option<(Vec<Issue>, Vec<String>)>> {
        let filter = read_filter(query)?;
        let (narrow, exact) = query.narrow(filter.as_ref(), now);
        if !exact {
            return Ok(None);
        }
        self.settle(now)?;
        self.db.try_read(|conn| {
            let mut out = Vec::new();
            issues::words(conn, self.org, &narrow, |body, rank| {
                // Rows of older versions have the rank in the body.
                let ranked = if rank.is_empty() { body } else { rank };
                out.push(body.read::<Sketch>()?.with(ranked.read()?));
                Ok(ControlFlow::Continue(()))
            })?;
            let warnings = crate::feeds::stale_warnings(conn, &out, now)?;
            Ok(Some((out, warnings)))
        })
    }

    /// One fix of the queue with its issues.
    ///
    /// # Errors
    /// When no issue of the queue is ended by it, or the database fails.
    pub fn fix(&self, id: &str, now: Timestamp) -> Result<FixView> {
        let id = id.trim().to_ascii_uppercase();
        let fixes = self.fixes(&IssueQuery::default(), now)?.fixes;
        let of = fixes.len() as u64;
        let found = (1..).zip(fixes).find(|(_, fix)| fix.id == id);
        let (rank, fix) = found.ok_or_else(|| OperationError::NotFound(format!("no fix {id} among the open issues")))?;
        let mut issues = self.db.try_read(|conn| {
            let rows = issues::by_ids(conn, self.org, &fix.issues)?;
            let wanted: BTreeSet<&String> = fix.issues.iter().collect();
            let queue = (1..).zip(issues::queue_head(conn, self.org, i64::MAX)?);
            let ranks: BTreeMap<String, u64> = queue.filter(|(_, (_, id))| wanted.contains(id)).map(|(rank, (_, id))| (id, rank)).collect();
            let mut list = rows.iter().map(IssueRow::issue).collect::<Result<Vec<Issue>, _>>()?;
            for issue in &mut list {
                issue.rank = ranks.get(&issue.id).copied();
            }
            Ok::<_, OperationError>(list)
        })?;
        issues.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        Ok(FixView { fix, issues, rank, of })
    }
}
