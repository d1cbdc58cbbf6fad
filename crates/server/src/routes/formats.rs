//! `/formats`: what can be read.

use axum::Json;
use axum::routing::get;
use formats::FORMATS;
use model::Kind;
use schemars::JsonSchema;
use serde::Serialize;

use crate::table::{Carries, Method, Route, of};

pub(crate) static ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/formats",
    operation: "listFormats",
    summary: "The formats of reports that are read, by id.",
    params: None,
    body: Carries::Nothing,
    answer: of::<Vec<FormatRow>>,
    handler: || get(list),
}];

/// A format of reports.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FormatRow {
    id: &'static str,
    name: &'static str,
    /// What its findings may be.
    kinds: &'static [Kind],
    /// `json`, `xml`, `csv` …
    media: Vec<&'static str>,
    /// Whether its reports close what they leave out.
    status: &'static str,
}

async fn list() -> Json<Vec<FormatRow>> {
    let row = |format: &&'static formats::Format| FormatRow {
        id: format.id,
        name: format.name,
        kinds: format.kinds,
        media: format.media.iter().map(|media| media.word()).collect(),
        status: format.status.word(),
    };
    Json(FORMATS.iter().map(row).collect())
}
