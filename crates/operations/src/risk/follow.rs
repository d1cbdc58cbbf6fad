//! A newer Muster ships a newer model: what the one before ranked is ranked again, all of it, before anything else is.
//!
//! Scores of two models do not compare, so that a queue must not hold both. The shipped model is stored as a version like any other: a past
//! queue stays as it was, and the next Muster sees that its own is another. A model that somebody applied is never replaced.

use std::collections::BTreeSet;

use model::Timestamp;
use pipeline::prioritise::model::DEFAULT;
use store::Conn;
use store::queries::issues;
use store::queries::risk::{self, ModelRow};

use super::show::version_of;
use super::{ModelVersion, SHIPPED, hash_of, shipped};
use crate::load::{Streams, world};
use crate::refresh::{Cause, refresh};
use crate::{Muster, Result};

/// What is between the record and the shipped model.
enum Step {
    /// The model in force is the shipped one of this Muster, or one that somebody applied.
    None,
    /// Nothing was ranked yet and no version is stored.
    Begin,
    /// The issues were ranked by the shipped model of another Muster.
    Again(ModelRow),
}

impl Muster {
    /// Before a queue is read or reports are imported: what `follow_shipped` does, without a transaction where there is nothing to do. An
    /// empty record gets its first version where reports are to come (`begin`).
    pub(crate) fn rank_by_shipped(&self, begin: bool, now: Timestamp) -> Result<()> {
        match self.db.try_read(|conn| step(conn, self.org, now))? {
            Step::None => Ok(()),
            Step::Begin if !begin => Ok(()),
            Step::Begin | Step::Again(_) => self.db.try_write(|tx| follow_shipped(tx, self.org, now)),
        }
    }
}

/// Before a write that ranks: stores the shipped model as the first version of an empty record, and ranks again what the shipped model of
/// another Muster ranked.
pub(crate) fn follow_shipped(tx: &mut Conn, org: i64, now: Timestamp) -> Result<()> {
    match step(tx, org, now)? {
        Step::None => Ok(()),
        Step::Begin => Ok(risk::insert(tx, org, &shipped())?),
        Step::Again(row) => rank_again(tx, org, &row, now),
    }
}

/// The shipped model, where the record's last version is one that another Muster shipped.
pub(super) fn newer_shipped(rows: &[ModelRow]) -> Option<ModelVersion> {
    let newest = rows.last()?;
    let ours = shipped();
    let other = newest.content_hash != ours.content_hash;
    other.then(|| ModelVersion { number: None, since: None, ..version_of(&ours) })
}

/// True of a version that came with Muster, and so goes when another comes.
pub(super) fn of_muster(row: &ModelRow) -> bool {
    row.by.starts_with(SHIPPED)
}

fn step(conn: &mut Conn, org: i64, now: Timestamp) -> Result<Step> {
    // Asked before every look at the queue: the shipped model itself is read only where it is wanted.
    Ok(match risk::newest(conn, org)? {
        Some(newest) if !of_muster(&newest) || newest.content_hash == hash_of(DEFAULT) => Step::None,
        Some(newest) => Step::Again(ModelRow { number: newest.number + 1, since: now.max(Timestamp(newest.since.0 + 1)), ..shipped() }),
        // Records of before versions were stored: which model ranked them is not known.
        None if risk::anything_ranked(conn, org)? => Step::Again(shipped()),
        None => Step::Begin,
    })
}

/// Puts the shipped model in force and ranks all issues by it.
fn rank_again(tx: &mut Conn, org: i64, row: &ModelRow, now: Timestamp) -> Result<()> {
    risk::insert(tx, org, row)?;
    let ids: BTreeSet<String> = issues::ids(tx, org)?.into_iter().collect();
    let world = world(tx, org, row.since.max(now))?;
    let streams = Streams::load(tx, org, &world.index)?;
    let by = format!("risk model {} (version {}), {SHIPPED}", row.name, row.number);
    let cause = Cause::of(&by, now);
    refresh(tx, org, &ids, &streams, &world, cause)?;
    Ok(())
}
