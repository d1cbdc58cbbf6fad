//! `/notifications`: who has to be told of what became known.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use model::Timestamp;
use operations::{Notification, NotificationQuery};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Answer, limit};
use crate::app::App;
use crate::extract::Params;
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/notifications",
    operation: "listNotifications",
    summary: "Teams that have to be told of a vulnerability that became known after their packages did, the newest first.",
    params: Some(fields::<NotificationParams>),
    body: Carries::Nothing,
    answer: of::<Vec<Notification>>,
    handler: || get(list),
}];

/// Which of them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NotificationParams {
    /// Only this team's; `none`: of places that nobody owns.
    team: Option<String>,
    /// Noted, or grown, then or later.
    since: Option<Timestamp>,
    /// 1 to 500; without it 50.
    limit: Option<usize>,
}

async fn list(State(app): State<App>, Params(params): Params<NotificationParams>) -> Answer<Vec<Notification>> {
    let query = NotificationQuery { team: params.team.map(operations::team_asked), since: params.since, limit: Some(limit(params.limit)?) };
    Ok(Json(app.call(move |muster, _| muster.notifications(&query)).await?))
}
