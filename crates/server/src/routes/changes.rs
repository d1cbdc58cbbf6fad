//! `/changes`: what moved since a time, from where to where, and why.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use model::Timestamp;
use operations::{ChangedIssue, ChangedQuery, IssueQuery, SinceSummary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, limit};
use crate::app::App;
use crate::extract::Params;
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/changes",
        operation: "listChanges",
        summary: "Issues that changed since a time, in the order of the queue: how they stood and stand, and each cause with source and date.",
        params: Some(fields::<ChangeParams>),
        body: Carries::Nothing,
        answer: of::<ChangeList>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/changes/summary",
        operation: "summariseChanges",
        summary: "What happened since a time: new, fixed, reopened, moved up and down, newly due, outgrown, decided; counts and the first of each.",
        params: Some(fields::<ChangeParams>),
        body: Carries::Nothing,
        answer: of::<SinceSummary>,
        handler: || get(summary),
    },
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeParams {
    since: Timestamp,
    /// Only this team's; `none`: without an owner.
    #[serde(default)]
    team: Option<String>,
    #[serde(default)]
    app: Option<String>,
    #[serde(default)]
    service: Option<String>,
    /// A condition in the filter language, on how issues stand now.
    #[serde(default, rename = "where")]
    condition: Option<String>,
    /// Most issues that a list names, 1 to 500; 50 where none is given, 10 in each list of a summary.
    #[serde(default)]
    limit: Option<usize>,
}

/// Issues that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ChangeList {
    since: Timestamp,
    items: Vec<ChangedIssue>,
    /// There are more than were asked for.
    more: bool,
    warnings: Vec<String>,
}

impl ChangeParams {
    fn query(self) -> IssueQuery {
        IssueQuery {
            team: self.team.map(operations::team_asked),
            application: self.app,
            service: self.service,
            filter: self.condition,
            ..IssueQuery::default()
        }
    }
}

async fn list(State(app): State<App>, Params(params): Params<ChangeParams>) -> Answer<ChangeList> {
    let (since, most) = (params.since, limit(params.limit)?);
    // One more than asked for tells whether there are more.
    let query = ChangedQuery { since, limit: Some(most + 1), issues: params.query() };
    let (mut items, warnings) = app.call(move |muster, now| muster.changed_since(&query, now)).await?;
    let more = items.len() > most;
    items.truncate(most);
    Ok(Json(ChangeList { since, items, more, warnings }))
}

async fn summary(State(app): State<App>, Params(params): Params<ChangeParams>) -> Answer<SinceSummary> {
    let (since, named) = (params.since, params.limit.map(|most| limit(Some(most))).transpose()?);
    let query = params.query();
    Ok(Json(app.call(move |muster, now| muster.since(since, &query, named, now)).await?))
}
