//! `/services`: what is deployed as one, whose it is, and what is known of it.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use model::Timestamp;
use operations::{ServiceQuery, ServiceRow, ServiceView};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Answer, AsOf};
use crate::app::App;
use crate::extract::{Id, Params};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/services",
        operation: "listServices",
        summary: "Services by name, with owner, exposure, scans and what is open there.",
        params: Some(fields::<ServiceParams>),
        body: Carries::Nothing,
        answer: of::<Vec<ServiceRow>>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/services/{id}",
        operation: "showService",
        summary: "One service, by its name: every fact with its source, what runs where, its scans, who owns it and why.",
        params: Some(fields::<AsOf>),
        body: Carries::Nothing,
        answer: of::<ServiceView>,
        handler: || get(show),
    },
];

/// Which services.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ServiceParams {
    /// Only this team's.
    team: Option<String>,
    /// Only this application's.
    app: Option<String>,
    /// As of then; now where absent.
    as_of: Option<Timestamp>,
}

async fn list(State(app): State<App>, Params(params): Params<ServiceParams>) -> Answer<Vec<ServiceRow>> {
    let query = ServiceQuery { team: params.team, application: params.app, as_of: params.as_of };
    Ok(Json(app.call(move |muster, now| muster.services(&query, now)).await?))
}

async fn show(State(app): State<App>, Id(name): Id, Params(params): Params<AsOf>) -> Answer<ServiceView> {
    Ok(Json(app.call(move |muster, now| muster.service(&name, params.as_of, now)).await?))
}
