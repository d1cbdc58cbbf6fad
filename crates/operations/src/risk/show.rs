//! `risk show`: a version of the model, its tables, and the list of versions.

use model::Timestamp;
use pipeline::prioritise::Model;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::queries::risk::ModelRow;

use super::follow::{newer_shipped, of_muster};
use super::{checked, hash_of, stored, versions};
use crate::{Muster, OperationError, Result};

/// A version of the model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelVersion {
    /// 1 is the shipped model, or the first that was applied to an empty record; absent where it is only a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    pub name: String,
    /// From when it holds; absent for the first, which holds from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    pub by: String,
    pub file: String,
    /// Hash of the file's text.
    pub hash: String,
}

/// A decision table, row by row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RiskTable {
    pub name: String,
    /// What it decides for: `vulnerability`, `code` …; empty where nothing uses it.
    pub used_for: Vec<String>,
    pub source: String,
    /// Names of the inputs.
    pub inputs: Vec<String>,
    /// The values of each input from least to most risk.
    pub values: Vec<Vec<String>>,
    /// One a combination: the values of the inputs in order, then the outcome.
    pub rows: Vec<RiskTableRow>,
}

/// One combination of a decision table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RiskTableRow {
    pub values: Vec<String>,
    /// Id of the tier.
    pub tier: String,
    pub label: String,
    /// Days to the deadline; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

/// A model: weights, tables, and where it comes from.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct RiskView {
    #[serde(flatten)]
    pub version: ModelVersion,
    /// The weights, as the file has them.
    pub model: Map<String, Value>,
    pub tables: Vec<RiskTable>,
    /// The file's text.
    pub yaml: String,
    /// All versions of the record, the first first.
    pub versions: Vec<ModelVersion>,
    /// The model that this Muster ships, where another ranks the queue: an older one, or one that somebody applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped: Option<ModelVersion>,
    /// True where the queue is still as an older Muster ranked it: the next write, or look at the queue, ranks it by `shipped`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ranked_by_older: bool,
}

pub(super) fn version_of(row: &ModelRow) -> ModelVersion {
    ModelVersion {
        number: Some(row.number.unsigned_abs()),
        name: row.name.clone(),
        since: Some(row.since).filter(|since| since.0 > 0),
        by: row.by.clone(),
        file: row.file.clone(),
        hash: row.content_hash.clone(),
    }
}

impl Muster {
    /// The model in force at a time, now where none is given.
    ///
    /// # Errors
    /// When the time lies ahead, or the database fails.
    pub fn risk_model(&self, as_of: Option<Timestamp>, now: Timestamp) -> Result<RiskView> {
        let at = as_of.unwrap_or(now);
        crate::context::not_ahead("--as-of", at, now)?;
        self.db.try_read(|conn| {
            let rows = versions(conn, self.org)?;
            let row = rows.iter().rfind(|row| row.since <= at).or(rows.first());
            let row = row.ok_or_else(|| OperationError::System("no version of the risk model".to_owned()))?;
            view(&stored(row)?, version_of(row), &row.yaml, &rows)
        })
    }

    /// A model in a file, checked and shown; nothing is stored.
    ///
    /// # Errors
    /// When it is no model, with file, line and reason.
    pub fn risk_model_of(&self, file: &str, yaml: &str) -> Result<RiskView> {
        let model = checked(file, yaml)?;
        let version = ModelVersion { name: model.name.clone(), file: file.to_owned(), hash: hash_of(yaml), ..ModelVersion::default() };
        self.db.try_read(|conn| view(&model, version, yaml, &versions(conn, self.org)?))
    }
}

fn view(model: &Model, version: ModelVersion, yaml: &str, rows: &[ModelRow]) -> Result<RiskView> {
    let Value::Object(weights) = serde_json::to_value(model)? else {
        return Err(OperationError::System("a model is an object".to_owned()));
    };
    let tables = model
        .tables
        .all()
        .map(|(name, table, used_for)| RiskTable {
            name: name.to_owned(),
            used_for: used_for.into_iter().map(str::to_owned).collect(),
            source: table.source.clone(),
            inputs: table.inputs.iter().map(|input| input.name.clone()).collect(),
            values: table.inputs.iter().map(|input| input.values.clone()).collect(),
            rows: table
                .rows()
                .map(|(values, outcome)| RiskTableRow {
                    values,
                    tier: outcome.id.clone(),
                    label: outcome.label.clone(),
                    days: outcome.days,
                })
                .collect(),
        })
        .collect();
    let versions = rows.iter().map(version_of).collect();
    let shipped = newer_shipped(rows);
    let ranked_by_older = shipped.is_some() && rows.last().is_some_and(of_muster);
    Ok(RiskView { version, model: weights, tables, yaml: yaml.to_owned(), versions, shipped, ranked_by_older })
}
