//! `/imports` and `/preview`: reports in, what came of them, and taking one back.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use model::{CoverageState, StreamKey, Timestamp};
use operations::{ImportAnswer, ImportView, PreviewRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, limit};
use crate::app::App;
use crate::extract::{Body, Form, Id, Params};
use crate::problem::{Code, Problem};
use crate::table::{Carries, Method, Route, fields, of};
use crate::upload::{LARGEST, UploadForm, receive};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/imports",
        operation: "listImports",
        summary: "Reports by arrival, newest first, a page at a time.",
        params: Some(fields::<ListParams>),
        body: Carries::Nothing,
        answer: of::<ImportPage>,
        handler: || get(list),
    },
    Route {
        method: Method::Post,
        path: "/imports",
        operation: "importReports",
        summary: "Imports reports. The good ones are stored; a bad one has an `error` in its row.",
        params: None,
        body: Carries::Form(fields::<UploadForm>),
        answer: of::<ImportAnswer>,
        handler: || post(import).layer(DefaultBodyLimit::max(LARGEST)),
    },
    Route {
        method: Method::Get,
        path: "/imports/{id}",
        operation: "showImport",
        summary: "One report and what it did.",
        params: None,
        body: Carries::Nothing,
        answer: of::<ImportView>,
        handler: || get(show),
    },
    Route {
        method: Method::Post,
        path: "/imports/{id}/retract",
        operation: "retractImport",
        summary: "Takes a report back: history is as if it had not come.",
        params: None,
        body: Carries::Json(of::<RetractBody>),
        answer: of::<ImportView>,
        handler: || post(retract),
    },
    Route {
        method: Method::Post,
        path: "/preview",
        operation: "previewImport",
        summary: "What files would be imported as; stores nothing.",
        params: None,
        body: Carries::Form(fields::<UploadForm>),
        answer: of::<Vec<PreviewRow>>,
        handler: || post(preview).layer(DefaultBodyLimit::max(LARGEST)),
    },
];

/// Which page of the imports.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ListParams {
    /// Items of a page, 1 to 500; without it 50.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of imports.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ImportPage {
    items: Vec<ImportRow>,
    /// The cursor of the next page; null on the last.
    next: Option<String>,
}

/// A row of the list of imports; the import itself has its warnings in full.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ImportRow {
    id: Option<String>,
    /// When the scan ran.
    at: Timestamp,
    /// When it was imported.
    recorded: Timestamp,
    report: String,
    format: Option<String>,
    tool: Option<String>,
    stream: Option<StreamKey>,
    coverage: Option<CoverageState>,
    coverage_reason: Option<String>,
    findings: u64,
    new: u64,
    unchanged: u64,
    reopened: u64,
    fixed: u64,
    held: u64,
    /// How many.
    warnings: u64,
    error: Option<String>,
    /// When it was taken back.
    retracted: Option<Timestamp>,
}

impl From<ImportView> for ImportRow {
    fn from(view: ImportView) -> Self {
        let ImportView { row, at, recorded, version: _, retracted } = view;
        Self {
            id: row.id,
            at,
            recorded,
            report: row.report,
            format: row.format,
            tool: row.tool,
            stream: row.stream,
            coverage: row.coverage,
            coverage_reason: row.coverage_reason,
            findings: row.findings,
            new: row.new,
            unchanged: row.unchanged,
            reopened: row.reopened,
            fixed: row.fixed,
            held: row.held,
            warnings: row.warnings.len() as u64,
            error: row.error,
            retracted,
        }
    }
}

/// Why a report is taken back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetractBody {
    reason: String,
}

async fn list(State(app): State<App>, Params(params): Params<ListParams>) -> Answer<ImportPage> {
    let limit = limit(params.limit)?;
    let unknown = |_| Problem::new(Code::BadCursor, "this cursor is not of this list; leave it out to start at the list's beginning");
    let before = params.cursor.map(|text| text.parse::<i64>()).transpose().map_err(unknown)?;
    let page = app.call(move |muster, _| muster.imports(before, limit)).await?;
    let items = page.items.into_iter().map(ImportRow::from).collect();
    Ok(Json(ImportPage { items, next: page.next.map(|id| id.to_string()) }))
}

async fn show(State(app): State<App>, Id(id): Id) -> Answer<ImportView> {
    Ok(Json(app.call(move |muster, _| muster.import_view(&id)).await?))
}

async fn retract(State(app): State<App>, Id(id): Id, Body(body): Body<RetractBody>) -> Answer<ImportView> {
    Ok(Json(app.decide(move |muster, author, now| muster.retract(&id, &body.reason, author, now)).await?))
}

async fn import(State(app): State<App>, Form(form): Form) -> Answer<ImportAnswer> {
    let _turn = app.upload_turn().await?;
    let received = receive(form).await?;
    Ok(Json(app.call(move |muster, now| muster.import(received.uploads, &received.flags, now, |_| {})).await?))
}

async fn preview(State(app): State<App>, Form(form): Form) -> Answer<Vec<PreviewRow>> {
    let _turn = app.upload_turn().await?;
    let received = receive(form).await?;
    Ok(Json(app.call(move |muster, now| muster.preview(received.uploads, &received.flags, now)).await?))
}
