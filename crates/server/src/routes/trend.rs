//! `/trend`: how issues went week by week.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::Trend;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use super::issues::list::FacetParams;
use crate::app::App;
use crate::extract::Params;
use crate::table::{Carries, Method, Route, fields, of};

/// Weeks where none are asked for: a quarter.
const WEEKS: u32 = 13;

pub(crate) static ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/trend",
    operation: "showTrend",
    summary: "What was open and urgent at the end of each of the last weeks, what came and was fixed in each, and how long fixing took.",
    params: Some(fields::<TrendParams>),
    body: Carries::Nothing,
    answer: of::<Trend>,
    handler: || get(show),
}];

/// Which issues, and how far back.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TrendParams {
    /// Text of the filter bar: `team:payments kev:yes`, on how issues stand now.
    q: String,
    /// 1 to 104; without it 13.
    weeks: Option<u32>,
}

async fn show(State(app): State<App>, Params(params): Params<TrendParams>) -> Answer<Trend> {
    let (query, _) = FacetParams { q: params.q, ..FacetParams::default() }.query(app.now())?;
    let weeks = params.weeks.unwrap_or(WEEKS);
    Ok(Json(app.call(move |muster, now| muster.trend(&query, weeks, now)).await?))
}
