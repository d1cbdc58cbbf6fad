//! `/applications`: what several services make up for a user.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::{ApplicationRow, ApplicationView};

use super::{Answer, AsOf};
use crate::app::App;
use crate::extract::{Id, Params};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/applications",
        operation: "listApplications",
        summary: "Applications by name, each with its services and what is open there.",
        params: Some(fields::<AsOf>),
        body: Carries::Nothing,
        answer: of::<Vec<ApplicationRow>>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/applications/{id}",
        operation: "showApplication",
        summary: "One application, by its name, with its services.",
        params: Some(fields::<AsOf>),
        body: Carries::Nothing,
        answer: of::<ApplicationView>,
        handler: || get(show),
    },
];

async fn list(State(app): State<App>, Params(params): Params<AsOf>) -> Answer<Vec<ApplicationRow>> {
    Ok(Json(app.call(move |muster, now| muster.applications(params.as_of, now)).await?))
}

async fn show(State(app): State<App>, Id(name): Id, Params(params): Params<AsOf>) -> Answer<ApplicationView> {
    Ok(Json(app.call(move |muster, now| muster.application(&name, params.as_of, now)).await?))
}
