//! `/vex` and `/applications/{name}/vex`: what we say of vulnerabilities, live, for whoever runs what we make.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use operations::VexFormat;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Answer;
use crate::app::App;
use crate::extract::{Id, Params};
use crate::problem::{Code, Problem};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/vex",
        operation: "showVex",
        summary: "What we say of the vulnerabilities in all applications, as a VEX document; its version rises when what it says changes.",
        params: Some(fields::<VexParams>),
        body: Carries::Nothing,
        answer: of::<Map<String, Value>>,
        handler: || get(all),
    },
    Route {
        method: Method::Get,
        path: "/applications/{name}/vex",
        operation: "showApplicationVex",
        summary: "What we say of the vulnerabilities in one application, as a VEX document.",
        params: Some(fields::<VexParams>),
        body: Carries::Nothing,
        answer: of::<Map<String, Value>>,
        handler: || get(of_application),
    },
];

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct VexParams {
    /// `openvex`, `csaf` or `cyclonedx`; `openvex` where none is given.
    format: Option<String>,
}

impl VexParams {
    fn format(&self) -> Result<VexFormat, Problem> {
        let word = self.format.as_deref().unwrap_or("openvex");
        VexFormat::from_word(word).ok_or_else(|| Problem::new(Code::BadRequest, "format: write openvex, csaf or cyclonedx"))
    }
}

async fn all(State(app): State<App>, Params(params): Params<VexParams>) -> Answer<Value> {
    document(&app, params.format()?, None).await
}

async fn of_application(State(app): State<App>, Id(name): Id, Params(params): Params<VexParams>) -> Answer<Value> {
    document(&app, params.format()?, Some(name)).await
}

async fn document(app: &App, format: VexFormat, application: Option<String>) -> Answer<Value> {
    let text = app.call(move |muster, now| muster.export_vex(format, application.as_deref(), now)).await?;
    let value = serde_json::from_str(&text).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Json(value))
}
