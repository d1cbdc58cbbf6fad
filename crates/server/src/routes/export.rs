//! `/export`: the queue with all that ranked it.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use model::Timestamp;
use operations::RankingExport;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::Params;
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/export",
    operation: "exportAll",
    summary: "The queue in all states with the model, the feeds and the facts that ranked it, so that anyone can compute it again.",
    params: Some(fields::<ExportParams>),
    body: Carries::Nothing,
    answer: of::<RankingExport>,
    handler: || get(all),
}];

/// Of which time.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ExportParams {
    /// A past time; now where none is given.
    as_of: Option<Timestamp>,
}

async fn all(State(app): State<App>, Params(params): Params<ExportParams>) -> Answer<RankingExport> {
    Ok(Json(app.call(move |muster, now| muster.exported(params.as_of, now)).await?))
}
