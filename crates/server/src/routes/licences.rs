//! `/licences` and `/coverage/suite`: licences of packages under the policy, and the share of services with the full suite of scans.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use model::Timestamp;
use operations::{LicenceList, SuiteRow};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::Params;
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/licences",
        operation: "listLicences",
        summary: "Packages whose licence the policy does not allow, with the line that says so.",
        params: Some(fields::<LicenceParams>),
        body: Carries::Nothing,
        answer: of::<LicenceList>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/coverage/suite",
        operation: "showSuite",
        summary: "Percent of services with the full suite of scans, by team.",
        params: Some(fields::<SuiteParams>),
        body: Carries::Nothing,
        answer: of::<Vec<SuiteRow>>,
        handler: || get(suite),
    },
];

/// Which packages.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LicenceParams {
    /// Only packages of this team's services.
    team: Option<String>,
    /// Allowed ones too.
    all: bool,
    /// What was there at that time, under the policy of then.
    as_of: Option<Timestamp>,
}

/// Whose services.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SuiteParams {
    team: Option<String>,
}

async fn list(State(app): State<App>, Params(params): Params<LicenceParams>) -> Answer<LicenceList> {
    Ok(Json(app.call(move |muster, now| muster.licences(params.team.as_deref(), params.all, params.as_of, now)).await?))
}

async fn suite(State(app): State<App>, Params(params): Params<SuiteParams>) -> Answer<Vec<SuiteRow>> {
    Ok(Json(app.call(move |muster, now| muster.suite(params.team.as_deref(), now)).await?))
}
