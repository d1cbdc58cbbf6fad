//! The routes, one file a noun.

pub(crate) mod applications;
pub(crate) mod apis;
pub(crate) mod components;
pub(crate) mod changes;
pub(crate) mod coverage;
pub(crate) mod deployments;
pub(crate) mod export;
pub(crate) mod fixes;
pub(crate) mod formats;
pub(crate) mod identity;
pub(crate) mod imports;
pub(crate) mod intel;
pub(crate) mod inventory;
pub(crate) mod issues;
pub(crate) mod licences;
pub(crate) mod notifications;
pub(crate) mod risk;
pub(crate) mod schema;
pub(crate) mod services;
pub(crate) mod status;
pub(crate) mod streams;
pub(crate) mod teams;
pub(crate) mod trend;
pub(crate) mod vex;

use axum::Json;

use crate::problem::Problem;

/// What a handler gives.
pub(crate) type Answer<T> = Result<Json<T>, Problem>;

/// The time of which an answer speaks.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AsOf {
    /// As of then; now where absent.
    pub(crate) as_of: Option<model::Timestamp>,
}

/// Items of a page where none are asked for.
const LIMIT: usize = 50;
/// Most items of a page.
const MOST: usize = 500;

/// The number of items that a page may have.
fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    let limit = asked.unwrap_or(LIMIT);
    if (1..=MOST).contains(&limit) {
        Ok(limit)
    } else {
        Err(Problem::new(crate::problem::Code::BadRequest, format!("limit: {limit} is not 1 to {MOST}")))
    }
}
