//! `/formats`: what can be read, and a mapping for what cannot.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use formats::FORMATS;
use model::Kind;
use operations::SuggestAnswer;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use crate::app::App;
use crate::extract::Form;
use crate::problem::{Code, Problem};
use crate::table::{Carries, Method, Route, fields, of};
use crate::upload::{LARGEST, UploadForm, receive};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/formats",
        operation: "listFormats",
        summary: "The formats of reports that are read, by id.",
        params: None,
        body: Carries::Nothing,
        answer: of::<Vec<FormatRow>>,
        handler: || get(list),
    },
    Route {
        method: Method::Post,
        path: "/formats/suggest",
        operation: "suggestMapping",
        summary: "A mapping for one file in no known format, and what it would import; with a `mapping`, what that would import. Stores nothing.",
        params: None,
        body: Carries::Form(fields::<UploadForm>),
        answer: of::<SuggestAnswer>,
        handler: || post(suggest).layer(DefaultBodyLimit::max(LARGEST)),
    },
];

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
    /// Why they close nothing, of read-only ones.
    because: Option<&'static str>,
}

async fn list() -> Json<Vec<FormatRow>> {
    let row = |format: &&'static formats::Format| FormatRow {
        id: format.id,
        name: format.name,
        kinds: format.kinds,
        media: format.media.iter().map(|media| media.word()).collect(),
        status: format.status.word(),
        because: formats::read_only_because(format),
    };
    Json(FORMATS.iter().map(row).collect())
}

async fn suggest(State(app): State<App>, Form(form): Form) -> Answer<SuggestAnswer> {
    let _turn = app.upload_turn().await?;
    let mut received = receive(form).await?;
    let (Some(upload), true) = (received.uploads.pop(), received.uploads.is_empty()) else {
        return Err(Problem::new(Code::BadRequest, "a mapping is for one file; send one"));
    };
    Ok(Json(app.call(move |_, _| operations::suggest(upload, &received.flags)).await?))
}
