//! `/risk`: the model that ranks, what another would move, and putting it in force.

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use model::Timestamp;
use operations::{RiskApplied, RiskDiff, RiskView};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::{Body, Params};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/risk",
        operation: "showRisk",
        summary: "The risk model in force, now or at a time: weights, decision tables, and all versions.",
        params: Some(fields::<RiskParams>),
        body: Carries::Nothing,
        answer: of::<RiskView>,
        handler: || get(show),
    },
    Route {
        method: Method::Post,
        path: "/risk/diff",
        operation: "diffRisk",
        summary: "What a model would move: the first 20, the first 100 and each tier, per team. Nothing is written.",
        params: None,
        body: Carries::Json(of::<RiskBody>),
        answer: of::<RiskDiff>,
        handler: || post(diff),
    },
    Route {
        method: Method::Post,
        path: "/risk/apply",
        operation: "applyRisk",
        summary: "Puts a model in force from now on and ranks all issues again.",
        params: None,
        body: Carries::Json(of::<RiskBody>),
        answer: of::<RiskApplied>,
        handler: || post(apply),
    },
];

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RiskParams {
    /// The model that was in force then.
    as_of: Option<Timestamp>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RiskBody {
    /// The text of a `risk.yaml`.
    model: String,
    /// What errors and the list of versions call it.
    #[serde(default)]
    file: Option<String>,
    /// Most issues that the list of a tier names; 200 where none is given.
    #[serde(default)]
    limit: Option<usize>,
}

impl RiskBody {
    fn file(&self) -> String {
        self.file.clone().unwrap_or_else(|| "risk.yaml".to_owned())
    }
}

async fn show(State(app): State<App>, Params(params): Params<RiskParams>) -> Answer<RiskView> {
    Ok(Json(app.call(move |muster, now| muster.risk_model(params.as_of, now)).await?))
}

async fn diff(State(app): State<App>, Body(body): Body<RiskBody>) -> Answer<RiskDiff> {
    Ok(Json(app.call(move |muster, now| muster.risk_diff(&body.file(), &body.model, body.limit, now)).await?))
}

async fn apply(State(app): State<App>, Body(body): Body<RiskBody>) -> Answer<RiskApplied> {
    Ok(Json(app.decide(move |muster, author, now| muster.risk_apply(&body.file(), &body.model, author, now, |_, _| {})).await?))
}
