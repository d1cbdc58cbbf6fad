//! `/schema` and `/openapi.json`: what the answers look like.

use axum::Json;
use axum::routing::get;
use serde_json::{Map, Value};

use super::Answer;
use crate::extract::Id;
use crate::problem::{Code, Problem};
use crate::table::{Carries, Method, Route, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/schema/{name}",
        operation: "showSchema",
        summary: "The JSON Schema of what a command prints.",
        params: None,
        body: Carries::Nothing,
        answer: of::<Map<String, Value>>,
        handler: || get(show),
    },
    Route {
        method: Method::Get,
        path: "/openapi.json",
        operation: "showApi",
        summary: "This document.",
        params: None,
        body: Carries::Nothing,
        answer: of::<Map<String, Value>>,
        handler: || get(document),
    },
];

async fn show(Id(name): Id) -> Answer<Value> {
    let unknown = |known: Vec<&str>| Problem::new(Code::NotFound, format!("no schema `{name}`; there are {}", known.join(", ")));
    Ok(Json(operations::schema(&name).map_err(unknown)?))
}

async fn document() -> Json<Value> {
    Json(crate::document())
}
