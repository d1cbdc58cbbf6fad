//! `/teams`: who owns what, and how much is open and late.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::{TeamRow, TeamView};

use super::Answer;
use crate::app::App;
use crate::extract::Id;
use crate::table::{Carries, Method, Route, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/teams",
        operation: "listTeams",
        summary: "Teams by name, with how many services are theirs and which of their issues are open and late.",
        params: None,
        body: Carries::Nothing,
        answer: of::<Vec<TeamRow>>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/teams/{id}",
        operation: "showTeam",
        summary: "One team, by its name, with its services.",
        params: None,
        body: Carries::Nothing,
        answer: of::<TeamView>,
        handler: || get(show),
    },
];

async fn list(State(app): State<App>) -> Answer<Vec<TeamRow>> {
    Ok(Json(app.call(|muster, now| muster.teams(now)).await?))
}

async fn show(State(app): State<App>, Id(name): Id) -> Answer<TeamView> {
    Ok(Json(app.call(move |muster, now| muster.team(&name, now)).await?))
}
