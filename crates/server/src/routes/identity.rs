//! `/identity`: what this program's matching would change among the issues, and doing it.

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use operations::{IdentityAnswer, IdentityDiff};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::Body;
use crate::table::{Carries, Method, Route, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/identity/diff",
        operation: "diffIdentity",
        summary: "Which issues this program's matching would make of several or split, and why.",
        params: None,
        body: Carries::Nothing,
        answer: of::<IdentityDiff>,
        handler: || get(diff),
    },
    Route {
        method: Method::Post,
        path: "/identity/apply",
        operation: "applyIdentity",
        summary: "Makes all issues again with this program's matching. Ids of issues that end lead on.",
        params: None,
        body: Carries::Json(of::<ApplyIdentity>),
        answer: of::<IdentityAnswer>,
        handler: || post(apply),
    },
];

/// Nothing to say.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApplyIdentity {}

async fn diff(State(app): State<App>) -> Answer<IdentityDiff> {
    Ok(Json(app.call(|muster, now| muster.identity_diff(now)).await?))
}

async fn apply(State(app): State<App>, Body(ApplyIdentity {}): Body<ApplyIdentity>) -> Answer<IdentityAnswer> {
    Ok(Json(app.decide(|muster, author, now| muster.identity_apply(author, now)).await?))
}
