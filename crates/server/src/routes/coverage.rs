//! `/coverage`: which service lacks which kind of scan.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::CoverageRow;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::Params;
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/coverage",
    operation: "listCoverage",
    summary: "Which service lacks which kind of scan, and which scans are stale, failed or partial.",
    params: Some(fields::<CoverageParams>),
    body: Carries::Nothing,
    answer: of::<Vec<CoverageRow>>,
    handler: || get(list),
}];

/// Whose coverage.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CoverageParams {
    /// Only this team's services.
    team: Option<String>,
}

async fn list(State(app): State<App>, Params(params): Params<CoverageParams>) -> Answer<Vec<CoverageRow>> {
    Ok(Json(app.call(move |muster, now| muster.coverage(params.team.as_deref(), now)).await?))
}
