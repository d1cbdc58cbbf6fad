//! `/inventory`: what there is and whose it is, changes to it, and the issues that nobody's service has.

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use model::{Inventory, Timestamp};
use operations::{InventoryAnswer, InventorySource, OwnerProposal, Unplaced};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::{Body, Params};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/inventory",
        operation: "showInventory",
        summary: "Teams, applications and services as they stand or stood, and where sources disagree.",
        params: Some(fields::<ShowParams>),
        body: Carries::Nothing,
        answer: of::<Inventory>,
        handler: || get(show),
    },
    Route {
        method: Method::Post,
        path: "/inventory/diff",
        operation: "diffInventory",
        summary: "What applying these files would move. Changes nothing.",
        params: None,
        body: Carries::Json(of::<InventoryFiles>),
        answer: of::<InventoryAnswer>,
        handler: || post(diff),
    },
    Route {
        method: Method::Post,
        path: "/inventory/apply",
        operation: "applyInventory",
        summary: "Reads inventory files over what they declared before: all or none.",
        params: None,
        body: Carries::Json(of::<InventoryFiles>),
        answer: of::<InventoryAnswer>,
        handler: || post(apply),
    },
    Route {
        method: Method::Get,
        path: "/inventory/proposals",
        operation: "listOwnerProposals",
        summary: "Changes to the inventory that people's \"not mine\" propose, newest first.",
        params: None,
        body: Carries::Nothing,
        answer: of::<Vec<OwnerProposal>>,
        handler: || get(proposals),
    },
    Route {
        method: Method::Get,
        path: "/inventory/unplaced",
        operation: "listUnplaced",
        summary: "Open issues that no service of the inventory has, best first, with what was looked for and where they may belong.",
        params: Some(fields::<UnplacedParams>),
        body: Carries::Nothing,
        answer: of::<Vec<Unplaced>>,
        handler: || get(unplaced),
    },
];

/// Of which time.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ShowParams {
    /// As it stood then; as it stands where absent.
    as_of: Option<Timestamp>,
}

/// A file that somebody wrote.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InventoryFile {
    /// The path as given: the file is known by it.
    path: String,
    text: String,
}

/// Inventory files.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InventoryFiles {
    files: Vec<InventoryFile>,
    /// Repository that the files are of.
    repository: Option<String>,
    /// Path of a file whose declarations these take over.
    replace: Option<String>,
}

impl InventoryFiles {
    fn texts(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.files).into_iter().map(|file| (file.path, file.text)).collect()
    }
}

async fn show(State(app): State<App>, Params(params): Params<ShowParams>) -> Answer<Inventory> {
    Ok(Json(app.call(move |muster, now| muster.inventory(params.as_of, now)).await?))
}

async fn diff(State(app): State<App>, Body(mut body): Body<InventoryFiles>) -> Answer<InventoryAnswer> {
    let work = move |muster: &operations::Muster, now| {
        let files = body.texts();
        let source = InventorySource { repository: body.repository.as_deref(), replace: body.replace.as_deref() };
        muster.diff_inventory(&files, source, now)
    };
    Ok(Json(app.call(work).await?))
}

async fn apply(State(app): State<App>, Body(mut body): Body<InventoryFiles>) -> Answer<InventoryAnswer> {
    let work = move |muster: &operations::Muster, now| {
        let files = body.texts();
        muster.apply_inventory(&files, body.repository.as_deref(), body.replace.as_deref(), now)
    };
    Ok(Json(app.call(work).await?))
}

async fn proposals(State(app): State<App>) -> Answer<Vec<OwnerProposal>> {
    Ok(Json(app.call(|muster, now| muster.owner_proposals(now)).await?))
}

/// How many.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UnplacedParams {
    /// The first so many; all where none is given.
    limit: Option<usize>,
}

async fn unplaced(State(app): State<App>, Params(params): Params<UnplacedParams>) -> Answer<Vec<Unplaced>> {
    Ok(Json(app.call(move |muster, now| muster.unplaced(params.limit, now)).await?))
}
