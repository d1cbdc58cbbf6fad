//! `/issues` and `/facets`: the queue, one issue, and what people decide on it.

mod decide;
pub(super) mod list;

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use operations::{Facets, IssueView, SplitPreview};

use self::decide::{LinkBody, MergeBody, OwnerBody, PreviewSplitBody, SplitBody, StateBody, UndoBody};
use self::list::{FacetParams, IssuePage, ListParams};
use super::Answer;
use crate::app::App;
use crate::extract::Id;
use crate::table::{Carries, Method, Route, fields, of};

const fn decision(path: &'static str, operation: &'static str, summary: &'static str) -> Route {
    Route {
        method: Method::Post,
        path,
        operation,
        summary,
        params: None,
        body: Carries::Nothing,
        answer: of::<IssueView>,
        handler: || get(show),
    }
}

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/issues",
        operation: "listIssues",
        summary: "The ranked queue, or what is asked of it, a page at a time.",
        params: Some(fields::<ListParams>),
        body: Carries::Nothing,
        answer: of::<IssuePage>,
        handler: || get(list::list),
    },
    Route {
        method: Method::Get,
        path: "/issues/{id}",
        operation: "showIssue",
        summary: "One issue with its findings and its history. An id of old leads to the issue it became.",
        params: None,
        body: Carries::Nothing,
        answer: of::<IssueView>,
        handler: || get(show),
    },
    Route {
        body: Carries::Json(of::<StateBody>),
        handler: || post(decide::set_state),
        ..decision("/issues/{id}/state", "setIssueState", "Sets the state, by a decision that covers the findings there are now.")
    },
    Route {
        body: Carries::Json(of::<OwnerBody>),
        handler: || post(decide::not_mine),
        ..decision("/issues/{id}/not-mine", "disownIssue", "Says that it is not its owner's: it goes to another team or to triage.")
    },
    Route {
        body: Carries::Json(of::<UndoBody>),
        handler: || post(decide::undo),
        ..decision("/issues/{id}/undo", "undoDecision", "Takes back the newest decision.")
    },
    Route {
        body: Carries::Json(of::<LinkBody>),
        handler: || post(decide::link),
        ..decision("/issues/{id}/links", "answerLink", "Accepts or rejects that a finding belongs to the issue.")
    },
    Route {
        body: Carries::Json(of::<SplitBody>),
        handler: || post(decide::split),
        ..decision("/issues/{id}/split", "splitIssue", "Says that some findings are another issue.")
    },
    Route {
        body: Carries::Json(of::<PreviewSplitBody>),
        answer: of::<SplitPreview>,
        handler: || post(decide::preview_split),
        ..decision("/issues/{id}/split/preview", "previewSplit", "The issues that a split would leave. Changes nothing.")
    },
    Route {
        body: Carries::Json(of::<MergeBody>),
        handler: || post(decide::merge),
        ..decision("/issues/{id}/merge", "mergeIssues", "Says that other issues are this one.")
    },
    Route {
        method: Method::Get,
        path: "/facets",
        operation: "countFacets",
        summary: "Counts of what a filter leaves, and of the built-in views.",
        params: Some(fields::<FacetParams>),
        body: Carries::Nothing,
        answer: of::<Facets>,
        handler: || get(list::facets),
    },
];

async fn show(State(app): State<App>, Id(id): Id) -> Answer<IssueView> {
    Ok(Json(app.call(move |muster, now| muster.issue(&id, now)).await?))
}
