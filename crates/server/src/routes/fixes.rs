//! `/fixes`: the changes that end issues, ranked by the risk that they remove.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use model::{Fix, Timestamp};
use operations::FixView;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::issues::list::{FacetParams, Total};
use super::{Answer, limit};
use crate::app::App;
use crate::cursor::Cursor;
use crate::extract::{Id, Params};
use crate::table::{Carries, Method, Route, fields, of};

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/fixes",
        operation: "listFixes",
        summary: "The changes that end the issues asked for, those that remove most risk first, a page at a time.",
        params: Some(fields::<FixParams>),
        body: Carries::Nothing,
        answer: of::<FixPage>,
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/fixes/{id}",
        operation: "showFix",
        summary: "One change with the issues of the queue that it ends.",
        params: None,
        body: Carries::Nothing,
        answer: of::<FixView>,
        handler: || get(show),
    },
];

/// Of which issues, and which page.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FixParams {
    /// Text of the filter bar: `team:payments kev:yes`. A term that cannot be read is left out, and the list says so in `warnings`.
    q: String,
    /// A condition in the filter language (CEL), beside `q`.
    #[serde(rename = "where")]
    condition: String,
    /// States with commas between them, or `any`; without it open and in progress. States named in `q` come before it.
    state: String,
    /// A team, or `none`.
    team: Option<String>,
    /// An application.
    app: Option<String>,
    service: Option<String>,
    /// As it was at that time.
    as_of: Option<Timestamp>,
    /// Items of a page, 1 to 500; without it 50.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of fixes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FixPage {
    items: Vec<Fix>,
    /// The cursor of the next page; null on the last.
    next: Option<String>,
    total: Total,
    warnings: Vec<String>,
}

impl FixParams {
    /// What says which list it is, for the cursor.
    fn asked(&self) -> String {
        let Self { q, condition, state, team, app, service, as_of, limit: _, cursor: _ } = self;
        format!("fixes {q:?} {condition:?} {state:?} {team:?} {app:?} {service:?} {as_of:?}")
    }
}

async fn list(State(app): State<App>, Params(params): Params<FixParams>) -> Answer<FixPage> {
    let limit = limit(params.limit)?;
    let asked = params.asked();
    let at = params.cursor.as_deref().map(|text| Cursor::read(text, &asked)).transpose()?;
    let FixParams { q, condition, state, team, app: application, service, as_of, .. } = params;
    let narrow = FacetParams { q, condition, state, team, app: application, service, as_of };
    let (query, mut warnings) = narrow.query(app.now())?;
    let list = app.call(move |muster, now| muster.fixes(&query, now)).await?;
    warnings.extend(list.warnings);
    let total = Total { count: list.fixes.len() as u64, exact: true };
    // Behind the fix of the cursor, wherever it stands now; where it is gone, behind where it stood.
    let start = at.map_or(0, |at| {
        let now = list.fixes.iter().position(|fix| fix.id == at.id).map(|position| position + 1);
        now.unwrap_or_else(|| usize::try_from(at.rank.saturating_sub(1)).unwrap_or(usize::MAX))
    });
    let more = list.fixes.len() > start.saturating_add(limit);
    let items: Vec<Fix> = list.fixes.into_iter().skip(start).take(limit).collect();
    let rank = (start + items.len()) as u64;
    let next = items.last().filter(|_| more).map(|last| Cursor { order_key: 0, id: last.id.clone(), rank }.write(&asked));
    Ok(Json(FixPage { items, next, total, warnings }))
}

async fn show(State(app): State<App>, Id(id): Id) -> Answer<FixView> {
    Ok(Json(app.call(move |muster, now| muster.fix(&id, now)).await?))
}
