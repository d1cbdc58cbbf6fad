//! `/status`: what this installation is and holds.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::Status;

use super::Answer;
use crate::app::App;
use crate::table::{Carries, Method, Route, of};

pub(crate) static ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/status",
    operation: "showStatus",
    summary: "What this installation is and holds.",
    params: None,
    body: Carries::Nothing,
    answer: of::<Status>,
    handler: || get(show),
}];

async fn show(State(app): State<App>) -> Answer<Status> {
    Ok(Json(app.call(|muster, now| muster.status(now)).await?))
}
