//! Fixes: the changes that end issues, ranked by the risk that they remove.

use model::{Fix, Issue, Timestamp};
use pipeline::prioritise::fixes::group;
use schemars::JsonSchema;
use serde::Serialize;

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

impl Muster {
    /// The changes that end the issues of a question, those that remove most risk first.
    ///
    /// # Errors
    /// When the condition is wrong, or the database fails.
    pub fn fixes(&self, query: &IssueQuery, now: Timestamp) -> Result<FixList> {
        let all = IssueQuery { limit: None, after: None, rank_from: 0, with_findings: false, ..query.clone() };
        let list = self.issues(&all, now)?;
        Ok(FixList { fixes: group(&list.issues), warnings: list.warnings })
    }

    /// One fix of the queue with its issues.
    ///
    /// # Errors
    /// When no issue of the queue is ended by it, or the database fails.
    pub fn fix(&self, id: &str, now: Timestamp) -> Result<FixView> {
        let id = id.trim().to_ascii_uppercase();
        let list = self.issues(&IssueQuery::default(), now)?;
        let fixes = group(&list.issues);
        let of = fixes.len() as u64;
        let found = (1..).zip(fixes).find(|(_, fix)| fix.id == id);
        let (rank, fix) = found.ok_or_else(|| OperationError::NotFound(format!("no fix {id} among the open issues")))?;
        let mut issues: Vec<Issue> = list.issues.into_iter().filter(|issue| fix.issues.contains(&issue.id)).collect();
        issues.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        Ok(FixView { fix, issues, rank, of })
    }
}
