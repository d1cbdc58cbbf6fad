//! The risk model: the version in force, what another file would move, and putting it in force.
//!
//! The shipped model is the first version and holds from the beginning; each that is applied holds from then on. A past queue
//! (`--as-of`) is ranked by the model of its day.

mod apply;
mod diff;
mod follow;
mod show;
mod terms;

use model::{Timestamp, hash_parts, short_hex};
use pipeline::prioritise::Model;
use pipeline::prioritise::model::DEFAULT;
use store::Conn;
use store::queries::risk::{self, ModelRow};

pub use apply::RiskApplied;
pub use diff::{RankMove, RiskDiff, TeamMoves, TierMoves, TopMoves};
pub(crate) use follow::follow_shipped;
pub use show::{ModelVersion, RiskTable, RiskTableRow, RiskView};
pub use terms::TermChange;
pub(crate) use terms::changes;

use crate::{OperationError, Result};

/// The name under which the shipped model stands among the versions.
const SHIPPED: &str = "shipped with Muster";

/// The model in force at a time with its number; the shipped one has 0 where none was ever applied.
pub(crate) fn in_force(conn: &mut Conn, org: i64, at: Timestamp) -> Result<(Model, i64)> {
    let Some(row) = risk::in_force(conn, org, at)? else { return Ok((Model::default(), 0)) };
    let model = if row.yaml == DEFAULT { Model::default() } else { stored(&row)? };
    Ok((model, row.number))
}

/// A stored version was checked when it was applied.
fn stored(row: &ModelRow) -> Result<Model> {
    Model::read(&row.yaml)
        .map_err(|error| OperationError::System(format!("version {} of the risk model cannot be read: {error}", row.number)))
}

/// Reads and checks a file that somebody wrote.
fn checked(file: &str, yaml: &str) -> Result<Model> {
    Model::parse(yaml).map_err(|error| OperationError::Bad(error.at(file, yaml)))
}

fn hash_of(yaml: &str) -> String {
    short_hex(&hash_parts(&["risk model", yaml]), 16)
}

/// All versions; where none was ever applied the shipped model alone, as number 1.
fn versions(conn: &mut Conn, org: i64) -> Result<Vec<ModelRow>> {
    let rows = risk::all(conn, org)?;
    Ok(if rows.is_empty() { vec![shipped()] } else { rows })
}

fn shipped() -> ModelRow {
    ModelRow {
        number: 1,
        name: Model::default().name,
        since: Timestamp(0),
        by: SHIPPED.to_owned(),
        file: "risk.yaml".to_owned(),
        content_hash: hash_of(DEFAULT),
        yaml: DEFAULT.to_owned(),
    }
}
