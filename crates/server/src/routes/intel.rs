//! `/intel`: the feeds that are loaded, loading and fetching more, and what they say of one vulnerability.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use operations::{FeedAnswer, FeedList, FetchAnswer, FetchOptions, VulnerabilityView};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::app::App;
use crate::extract::{Body, Form, Id};
use crate::table::{Carries, Method, Route, fields, of};
use crate::upload::{FilesForm, LARGEST, receive_files};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/intel",
        operation: "listFeeds",
        summary: "The feeds that are loaded, by name, the newest file of each.",
        params: None,
        body: Carries::Nothing,
        answer: of::<Vec<FeedAnswer>>,
        handler: || get(list),
    },
    Route {
        method: Method::Post,
        path: "/intel",
        operation: "loadFeeds",
        summary: "Loads published feed files and bundles of them, recognised by content; all or none, where one cannot be read.",
        params: None,
        body: Carries::Form(fields::<FilesForm>),
        answer: of::<Vec<FeedAnswer>>,
        handler: || post(load).layer(DefaultBodyLimit::max(LARGEST)),
    },
    Route {
        method: Method::Post,
        path: "/intel/fetch",
        operation: "fetchFeeds",
        summary: "Gets feeds from their publishers (the shipped list) and loads what is new; one that fails carries its error.",
        params: None,
        body: Carries::Json(of::<FetchBody>),
        answer: of::<Vec<FetchAnswer>>,
        handler: || post(fetch),
    },
    Route {
        method: Method::Get,
        path: "/intel/{id}",
        operation: "showVulnerability",
        summary: "What feeds and VEX documents say of one vulnerability, by any of its names.",
        params: None,
        body: Carries::Nothing,
        answer: of::<VulnerabilityView>,
        handler: || get(show),
    },
];

/// What to fetch. Addresses are those of the shipped list: a request cannot name one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FetchBody {
    /// Only these feeds, by name; without any all.
    #[serde(default)]
    feeds: Vec<String>,
}

async fn load(State(app): State<App>, Form(form): Form) -> Answer<Vec<FeedAnswer>> {
    let _turn = app.upload_turn().await?;
    let files = receive_files(form).await?;
    Ok(Json(app.call(move |muster, now| muster.load_intel(&files, now)).await?))
}

async fn fetch(State(app): State<App>, Body(body): Body<FetchBody>) -> Answer<Vec<FetchAnswer>> {
    let options = FetchOptions { list: FeedList::shipped(), only: body.feeds, allow_private: false, keep: None, anew: false, since: None };
    Ok(Json(app.call(move |muster, now| muster.fetch_intel(&options, now)).await?))
}

async fn list(State(app): State<App>) -> Answer<Vec<FeedAnswer>> {
    Ok(Json(app.call(|muster, now| muster.feeds(now)).await?))
}

async fn show(State(app): State<App>, Id(id): Id) -> Answer<VulnerabilityView> {
    Ok(Json(app.call(move |muster, now| muster.vulnerability(&id, now)).await?))
}
