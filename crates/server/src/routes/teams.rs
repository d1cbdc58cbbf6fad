//! `/teams`: who owns what, and how much is open and late.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::{TeamRow, TeamView};

use super::{Answer, AsOf};
use crate::app::App;
use crate::extract::{Id, Params};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/teams",
        operation: "listTeams",
        summary: "Teams by name, with how many services are theirs and which of their issues are open and late.",
        params: Some(fields::<AsOf>),
        body: Carries::Nothing,
        answer: of::<Vec<TeamRow>>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/teams/{id}",
        operation: "showTeam",
        summary: "One team, by its name, with its services.",
        params: Some(fields::<AsOf>),
        body: Carries::Nothing,
        answer: of::<TeamView>,
        handler: || get(show),
    },
];

async fn list(State(app): State<App>, Params(params): Params<AsOf>) -> Answer<Vec<TeamRow>> {
    Ok(Json(app.call(move |muster, now| muster.teams(params.as_of, now)).await?))
}

async fn show(State(app): State<App>, Id(name): Id, Params(params): Params<AsOf>) -> Answer<TeamView> {
    Ok(Json(app.call(move |muster, now| muster.team(&name, params.as_of, now)).await?))
}
