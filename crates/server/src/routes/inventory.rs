//! `/inventory`: what there is and whose it is, and the issues that nobody's service has.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use model::Inventory;
use operations::Unplaced;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::Params;
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/inventory",
        operation: "showInventory",
        summary: "Teams, applications and services as they stand.",
        params: None,
        body: Carries::Nothing,
        answer: of::<Inventory>,
        handler: || get(show),
    },
    Route {
        method: Method::Get,
        path: "/inventory/unplaced",
        operation: "listUnplaced",
        summary: "Open issues that no service of the inventory has, best first, with what was looked for and where they may belong.",
        params: Some(fields::<UnplacedParams>),
        body: Carries::Nothing,
        answer: of::<Vec<Unplaced>>,
        handler: || get(unplaced),
    },
];

async fn show(State(app): State<App>) -> Answer<Inventory> {
    Ok(Json(app.call(|muster, _| muster.inventory()).await?))
}

/// How many.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UnplacedParams {
    /// The first so many; all where none is given.
    limit: Option<usize>,
}

async fn unplaced(State(app): State<App>, Params(params): Params<UnplacedParams>) -> Answer<Vec<Unplaced>> {
    Ok(Json(app.call(move |muster, now| muster.unplaced(params.limit, now)).await?))
}
