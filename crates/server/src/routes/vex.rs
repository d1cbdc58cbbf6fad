//! `/vex` and `/applications/{name}/vex`: what we say of vulnerabilities, live, for whoever runs what we make; what others say, and whose word
//! counts.

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use operations::{TrustAnswer, TrustList, VexAnswer, VexFormat};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Answer;
use crate::app::App;
use crate::extract::{Body, Id, Params};
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
    Route {
        method: Method::Post,
        path: "/vex",
        operation: "applyVex",
        summary: "Stores what authors say of vulnerabilities in products: OpenVEX, CSAF 2.0, CycloneDX, recognised by content.",
        params: None,
        body: Carries::Json(of::<ApplyVex>),
        answer: of::<Vec<VexAnswer>>,
        handler: || post(apply),
    },
    Route {
        method: Method::Get,
        path: "/vex/trust",
        operation: "showVexTrust",
        summary: "Whose statements count, for what and how long.",
        params: None,
        body: Carries::Nothing,
        answer: of::<TrustList>,
        handler: || get(trust),
    },
    Route {
        method: Method::Post,
        path: "/vex/trust",
        operation: "applyVexTrust",
        summary: "Puts a trust list (trust.yaml) in force.",
        params: None,
        body: Carries::Json(of::<ApplyTrust>),
        answer: of::<TrustAnswer>,
        handler: || post(apply_trust),
    },
];

/// Documents to store.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplyVex {
    documents: Vec<NamedText>,
    /// Keeps a document of whose products nobody here has one.
    #[serde(default)]
    any_product: bool,
}

/// A file that came with a request.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedText {
    /// Its name, for answers and errors.
    name: String,
    text: String,
}

/// The list to put in force.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplyTrust {
    /// Its name, for answers and errors; `trust.yaml` where none is given.
    #[serde(default)]
    name: Option<String>,
    /// The list as YAML.
    text: String,
}

/// A document that cannot be used carries its error; the others are stored.
async fn apply(State(app): State<App>, Body(body): Body<ApplyVex>) -> Answer<Vec<VexAnswer>> {
    let files: Vec<(String, Vec<u8>)> = body.documents.into_iter().map(|file| (file.name, file.text.into_bytes())).collect();
    if files.is_empty() {
        return Err(Problem::new(Code::BadRequest, "documents: none is given"));
    }
    Ok(Json(app.decide(move |muster, _, now| muster.apply_vex(&files, body.any_product, now)).await?))
}

async fn trust(State(app): State<App>) -> Answer<TrustList> {
    Ok(Json(app.call(|muster, now| muster.trust(now)).await?))
}

async fn apply_trust(State(app): State<App>, Body(body): Body<ApplyTrust>) -> Answer<TrustAnswer> {
    let name = body.name.unwrap_or_else(|| "trust.yaml".to_owned());
    Ok(Json(app.decide(move |muster, _, now| muster.apply_trust(&name, &body.text, now)).await?))
}

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
