//! What a split would give, before it is done: it is done, looked at, and rolled back, so that the preview cannot differ from the deed.

use model::{Issue, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use store::queries::{findings, issues};
use store::{Conn, StoreError};

use crate::{Muster, OperationError, Result};

/// The issues that a split would leave, the one that stays first.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct SplitPreview {
    pub issues: Vec<Issue>,
}

/// Why the transaction is not kept.
enum Ended {
    Seen(SplitPreview),
    Failed(OperationError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Muster {
    /// What `split` with these findings would give. Nothing is changed.
    ///
    /// # Errors
    /// As `split`.
    pub fn preview_split(&self, id: &str, apart: &[String], now: Timestamp) -> Result<SplitPreview> {
        let ended = self.db.try_write(|tx| {
            let seen = self.split_and_look(tx, id, apart, now).map_err(Ended::Failed)?;
            Err::<(), Ended>(Ended::Seen(seen))
        });
        match ended {
            Err(Ended::Seen(preview)) => Ok(preview),
            Err(Ended::Failed(error)) => Err(error),
            Ok(()) => Ok(SplitPreview::default()),
        }
    }

    fn split_and_look(&self, tx: &mut Conn, id: &str, apart: &[String], now: Timestamp) -> Result<SplitPreview> {
        let (stays, _) = self.resolve(tx, id)?;
        let covers = self.split_in(tx, id, apart, ("", "preview"), now)?;
        let mut ids: Vec<String> = findings::by_identities(tx, self.org, &covers)?.into_iter().map(|row| row.issue).collect();
        ids.sort();
        ids.dedup();
        let mut preview = SplitPreview::default();
        for row in issues::by_ids(tx, self.org, &ids)? {
            preview.issues.push(row.issue()?);
        }
        preview.issues.sort_by_key(|issue: &Issue| (issue.id != stays, issue.id.clone()));
        Ok(preview)
    }
}
