//! `risk apply`: a model in force from now on.

use model::Timestamp;
use pipeline::prioritise::model::DEFAULT;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::queries::issues;
use store::queries::risk::{self, ModelRow};

use super::diff::{NAMED, RiskDiff, diff};
use super::follow::of_muster;
use super::show::version_of;
use super::{ModelVersion, SHIPPED, checked, hash_of, shipped, versions};
use crate::load::{Streams, world};
use crate::refresh::Cause;
use crate::rerank::{Which, rank_again};
use crate::{Muster, Result};

/// The answer of `risk apply`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RiskApplied {
    /// The version in force.
    pub version: ModelVersion,
    /// The same text was in force before: nothing has changed.
    pub repeated: bool,
    /// Issues that were ranked again, in whatever state.
    pub issues_ranked: u64,
    /// What it moved; absent where nothing has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<RiskDiff>,
}

impl Muster {
    /// Puts the shipped model back in force. From then on the record follows Muster: a newer Muster ranks by the model that it ships.
    ///
    /// # Errors
    /// When the database fails.
    pub fn risk_apply_shipped(&self, author: &str, now: Timestamp, progress: impl FnMut(u64, u64)) -> Result<RiskApplied> {
        self.risk_apply("risk.yaml", DEFAULT, &format!("{SHIPPED}, applied by {author}"), now, progress)
    }

    /// Puts a model in force and ranks all issues again, in one transaction. `progress` hears how many of how many are done.
    ///
    /// # Errors
    /// When the file is no model, with file, line and reason: the one before stays in force.
    pub fn risk_apply(
        &self,
        file: &str,
        yaml: &str,
        author: &str,
        now: Timestamp,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<RiskApplied> {
        let model = checked(file, yaml)?;
        let hash = hash_of(yaml);
        self.settle(now)?;
        self.db.try_write(|tx| {
            let known = versions(tx, self.org)?;
            let newest = known.last().cloned().unwrap_or_else(shipped);
            if newest.content_hash == hash {
                return Ok(RiskApplied { version: version_of(&newest), repeated: true, ..RiskApplied::default() });
            }
            let ids: Vec<String> = issues::ids(tx, self.org)?;
            let stored = risk::all(tx, self.org)?;
            // The queue was ranked by the shipped model until now; an empty record was ranked by none.
            let begins = ids.is_empty() && stored.iter().all(of_muster);
            if begins {
                risk::clear(tx, self.org)?;
            } else if stored.is_empty() {
                risk::insert(tx, self.org, &shipped())?;
            }
            let row = ModelRow {
                number: if begins { 1 } else { newest.number + 1 },
                name: model.name.clone(),
                since: if begins { Timestamp(0) } else { now.max(Timestamp(newest.since.0 + 1)) },
                by: author.to_owned(),
                file: file.to_owned(),
                content_hash: hash.clone(),
                yaml: yaml.to_owned(),
            };
            let moved = diff(tx, self.org, model.clone(), version_of(&row), NAMED, now)?;
            risk::insert(tx, self.org, &row)?;
            let world = world(tx, self.org, row.since)?;
            let streams = Streams::load(tx, self.org, &world.index)?;
            let by = format!("risk model {} (version {}), {author}", row.name, row.number);
            let cause = Cause::of(&by, now);
            let of = ids.len() as u64;
            rank_again(tx, self.org, Which::All, (&streams, &world), cause, &mut |done| progress(done as u64, of))?;
            Ok(RiskApplied { version: version_of(&row), repeated: false, issues_ranked: of, diff: Some(moved) })
        })
    }
}
