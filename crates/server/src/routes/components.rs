//! `/components` and `/affected`: which packages there are, and who has a vulnerable one.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use model::Timestamp;
use operations::{AffectedAnswer, AffectedOwners, ComponentPage, ComponentView};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Answer, limit};
use crate::app::App;
use crate::extract::Params;
use crate::problem::{Code, Problem};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/components",
        operation: "listComponents",
        summary: "Packages whose group and name hold a text, with their versions, a page at a time.",
        params: Some(fields::<SearchParams>),
        body: Carries::Nothing,
        answer: of::<ComponentPage>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/component",
        operation: "showComponent",
        summary: "One package with every place that has it.",
        params: Some(fields::<ComponentParams>),
        body: Carries::Nothing,
        answer: of::<ComponentView>,
        handler: || get(show),
    },
    Route {
        method: Method::Get,
        path: "/affected",
        operation: "listAffected",
        summary: "Who has what is vulnerable: by CVE, by package URL with a range, or by name with a range.",
        params: Some(fields::<AffectedParams>),
        body: Carries::Nothing,
        answer: of::<AffectedAnswer>,
        handler: || get(affected),
    },
    Route {
        method: Method::Get,
        path: "/affected/owners",
        operation: "listAffectedOwners",
        summary: "Who has to be told of what is vulnerable: the owning teams, with what each has and how it is reached.",
        params: Some(fields::<AffectedParams>),
        body: Carries::Nothing,
        answer: of::<AffectedOwners>,
        handler: || get(affected_owners),
    },
];

/// Which packages.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SearchParams {
    /// A part of group and name; all packages without it.
    q: String,
    /// Only the packages of this service.
    service: Option<String>,
    /// What was there at that time.
    as_of: Option<Timestamp>,
    /// Items of a page, 1 to 500; without it 50.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Which package.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ComponentParams {
    /// Package URL, with or without a version.
    purl: String,
    /// Where it was at that time.
    as_of: Option<Timestamp>,
}

/// What is asked.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AffectedParams {
    /// `CVE-2021-44228`, `pkg:maven/g/a<2.17.1`, `log4j-core < 2.17.1`.
    q: String,
    /// Who had it at that time.
    as_of: Option<Timestamp>,
}

async fn list(State(app): State<App>, Params(params): Params<SearchParams>) -> Answer<ComponentPage> {
    let limit = limit(params.limit)?;
    if params.cursor.as_ref().is_some_and(|cursor| !cursor.starts_with("pkg:")) {
        return Err(Problem::new(Code::BadCursor, "this cursor is not of this list; leave it out to start at the list's beginning"));
    }
    let page = app
        .call(move |muster, now| {
            let (q, at, after) = (&params.q, params.as_of, params.cursor.as_deref());
            match &params.service {
                Some(service) => muster.components_of_service(service, q, at, after, limit, now),
                None => muster.components(q, at, after, limit, now),
            }
        })
        .await?;
    Ok(Json(page))
}

async fn show(State(app): State<App>, Params(params): Params<ComponentParams>) -> Answer<ComponentView> {
    Ok(Json(app.call(move |muster, now| muster.component(&params.purl, params.as_of, now)).await?))
}

async fn affected(State(app): State<App>, Params(params): Params<AffectedParams>) -> Answer<AffectedAnswer> {
    Ok(Json(app.call(move |muster, now| muster.affected(&params.q, params.as_of, now)).await?))
}

async fn affected_owners(State(app): State<App>, Params(params): Params<AffectedParams>) -> Answer<AffectedOwners> {
    Ok(Json(app.call(move |muster, now| muster.affected_owners(&params.q, params.as_of, now)).await?))
}
