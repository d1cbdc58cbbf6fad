//! `/apis` and `/facts`: endpoints of services with what is wrong with them, and where facts come from.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::{ApiList, ApiProblem, ApiQuery, FactList};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::Params;
use crate::problem::{Code, Problem};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/apis",
        operation: "listApis",
        summary: "Endpoints of services: documented, seen, tested, and what is wrong with them.",
        params: Some(fields::<ApiParams>),
        body: Carries::Nothing,
        answer: of::<ApiList>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/facts",
        operation: "listFacts",
        summary: "All that was said of an issue or a service, what counts, and by which rule.",
        params: Some(fields::<FactParams>),
        body: Carries::Nothing,
        answer: of::<FactList>,
        handler: || get(facts),
    },
];

/// Which endpoints.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApiParams {
    service: Option<String>,
    team: Option<String>,
    /// `shadow`, `zombie`, `untested`, `unused` or `open`.
    problem: Option<ApiProblem>,
    /// A part of the pattern.
    q: String,
}

/// Of what.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FactParams {
    issue: Option<String>,
    service: Option<String>,
}

async fn list(State(app): State<App>, Params(params): Params<ApiParams>) -> Answer<ApiList> {
    let query = ApiQuery { service: params.service, team: params.team, problem: params.problem, text: params.q };
    Ok(Json(app.call(move |muster, now| muster.apis(&query, now)).await?))
}

async fn facts(State(app): State<App>, Params(params): Params<FactParams>) -> Answer<FactList> {
    match (params.issue, params.service) {
        (Some(issue), None) => Ok(Json(app.call(move |muster, now| muster.facts_of_issue(&issue, now)).await?)),
        (None, Some(service)) => Ok(Json(app.call(move |muster, now| muster.facts_of_service(&service, now)).await?)),
        _ => Err(Problem::new(Code::BadRequest, "name an issue or a service")),
    }
}
