//! `/deployments`: what runs where, since when, and what shipped before.

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use model::{DeployGate, Deployment, Timestamp};
use operations::{DeployAnswer, DeployMode, DeploymentFeed, DeploymentFeedAnswer, DeploymentQuery};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::{Body, Params};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/deployments",
        operation: "listDeployments",
        summary: "What runs where, since when; with `history` everything that shipped, newest first.",
        params: Some(fields::<DeploymentParams>),
        body: Carries::Nothing,
        answer: of::<Vec<Deployment>>,
        handler: || get(list),
    },
    Route {
        method: Method::Post,
        path: "/deployments",
        operation: "deploy",
        summary: "Records that an image or commit runs in an environment of a service, or that it ended.",
        params: None,
        body: Carries::Json(of::<DeployBody>),
        answer: of::<DeployAnswer>,
        handler: || post(deploy),
    },
    Route {
        method: Method::Post,
        path: "/deployments/read",
        operation: "readDeployments",
        summary: "Reads what runs from lists of Kubernetes objects or JSON with one row a deployment.",
        params: None,
        body: Carries::Json(of::<FeedBody>),
        answer: of::<DeploymentFeedAnswer>,
        handler: || post(read),
    },
];

/// Which deployments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DeploymentParams {
    service: Option<String>,
    env: Option<String>,
    /// Also what ran before.
    history: bool,
    /// Only what the release gate had this to say of.
    gate: Option<DeployGate>,
    /// As of then; now where absent.
    as_of: Option<Timestamp>,
}

/// What was deployed, or ended.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeployBody {
    service: String,
    env: String,
    /// Image with digest, or the digest.
    image: Option<String>,
    commit: Option<String>,
    /// Since when; now where absent.
    at: Option<Timestamp>,
    /// It runs beside what ran there before.
    #[serde(default)]
    beside: bool,
    /// What the release gate had said.
    gate: Option<DeployGate>,
    /// Why it was bypassed, or what it said.
    gate_reason: Option<String>,
    /// It ended instead.
    #[serde(default)]
    end: bool,
}

/// A file that tells what runs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedFile {
    /// Its name: with `complete`, what the file of that name told before and leaves out now has ended.
    path: String,
    text: String,
}

/// Files that tell what runs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedBody {
    files: Vec<FeedFile>,
    /// Environment of all that names none.
    env: Option<String>,
    /// Since when, where the file does not say it; now where absent.
    at: Option<Timestamp>,
    /// The files list all that runs.
    #[serde(default)]
    complete: bool,
}

async fn list(State(app): State<App>, Params(params): Params<DeploymentParams>) -> Answer<Vec<Deployment>> {
    let query = DeploymentQuery {
        service: params.service,
        environment: params.env,
        history: params.history,
        gate: params.gate,
        as_of: params.as_of,
    };
    Ok(Json(app.call(move |muster, now| muster.deployments(&query, now)).await?))
}

async fn deploy(State(app): State<App>, Body(body): Body<DeployBody>) -> Answer<DeployAnswer> {
    let mode = match (body.end, body.beside) {
        (true, _) => DeployMode::End,
        (false, true) => DeployMode::Beside,
        (false, false) => DeployMode::Supersede,
    };
    let work = move |muster: &operations::Muster, now| {
        let deployment = Deployment {
            service: body.service,
            environment: body.env,
            image: body.image,
            commit: body.commit,
            since: body.at.unwrap_or(now),
            gate: body.gate,
            gate_reason: body.gate_reason,
            ..Deployment::default()
        };
        muster.deploy_as(deployment, mode, now)
    };
    Ok(Json(app.call(work).await?))
}

async fn read(State(app): State<App>, Body(body): Body<FeedBody>) -> Answer<DeploymentFeedAnswer> {
    let files: Vec<(String, String)> = body.files.into_iter().map(|file| (file.path, file.text)).collect();
    let options = DeploymentFeed { environment: body.env, at: body.at, complete: body.complete };
    Ok(Json(app.call(move |muster, now| muster.read_deployments(&files, &options, now)).await?))
}
