//! `/intel`: the feeds that are loaded, and what they say of one vulnerability.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::{FeedAnswer, VulnerabilityView};

use super::Answer;
use crate::app::App;
use crate::extract::Id;
use crate::table::{Carries, Method, Route, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/intel",
        operation: "listFeeds",
        summary: "The feeds that are loaded, by name, the newest file of each.",
        params: None,
        body: Carries::Nothing,
        answer: of::<Vec<FeedAnswer>>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/intel/{id}",
        operation: "showVulnerability",
        summary: "What feeds and VEX documents say of one vulnerability, by any of its names.",
        params: None,
        body: Carries::Nothing,
        answer: of::<VulnerabilityView>,
        handler: || get(show),
    },
];

async fn list(State(app): State<App>) -> Answer<Vec<FeedAnswer>> {
    Ok(Json(app.call(|muster, now| muster.feeds(now)).await?))
}

async fn show(State(app): State<App>, Id(id): Id) -> Answer<VulnerabilityView> {
    Ok(Json(app.call(move |muster, now| muster.vulnerability(&id, now)).await?))
}
