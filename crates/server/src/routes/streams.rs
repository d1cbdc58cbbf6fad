//! `/streams`: what comes regularly from where, and which of it has fallen silent or fails.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::StreamStanding;

use super::Answer;
use crate::app::App;
use crate::table::{Carries, Method, Route, of};

pub(crate) static ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/streams",
    operation: "listStreams",
    summary: "What each tool says of each target, those first whose newest scan failed, or that have fallen silent.",
    params: None,
    body: Carries::Nothing,
    answer: of::<Vec<StreamStanding>>,
    handler: || get(list),
}];

async fn list(State(app): State<App>) -> Answer<Vec<StreamStanding>> {
    Ok(Json(app.call(|muster, now| muster.streams(now)).await?))
}
