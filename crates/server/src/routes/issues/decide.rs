//! What people decide on an issue. Each answers the issue as it then is.

use axum::Json;
use axum::extract::State;
use model::Timestamp;
use operations::{IssueView, SplitPreview, StateChange};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::extract::{Body, Id};
use crate::routes::Answer;

/// A change of state.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateBody {
    state: model::State,
    /// Needed for all states but `in_progress`.
    #[serde(default)]
    reason: String,
    /// When it ends; for acceptance and deferral.
    until: Option<Timestamp>,
}

/// The issue is not its owner's.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnerBody {
    /// Why.
    reason: String,
    /// The team that it goes to; triage where absent.
    to: Option<String>,
}

/// Nothing more has to be said.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UndoBody {}

/// Whether a finding belongs to the issue.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBody {
    /// Identity of the finding.
    finding: String,
    action: LinkAction,
    #[serde(default)]
    reason: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LinkAction {
    Accept,
    Reject,
}

/// Findings that are another issue.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitBody {
    /// Identities of findings.
    findings: Vec<String>,
    #[serde(default)]
    reason: String,
}

/// Issues that are one with this.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewSplitBody {
    /// Identities of the findings that would go.
    findings: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeBody {
    /// Ids of issues.
    issues: Vec<String>,
    #[serde(default)]
    reason: String,
}

pub(crate) async fn set_state(State(app): State<App>, Id(id): Id, Body(body): Body<StateBody>) -> Answer<IssueView> {
    let change = StateChange { state: body.state, reason: body.reason, until: body.until };
    Ok(Json(app.decide(move |muster, author, now| muster.set_state(&id, &change, author, now)).await?))
}

pub(crate) async fn not_mine(State(app): State<App>, Id(id): Id, Body(body): Body<OwnerBody>) -> Answer<IssueView> {
    let OwnerBody { reason, to } = body;
    Ok(Json(app.decide(move |muster, author, now| muster.not_mine(&id, to.as_deref(), &reason, author, now)).await?))
}

pub(crate) async fn undo(State(app): State<App>, Id(id): Id, Body(UndoBody {}): Body<UndoBody>) -> Answer<IssueView> {
    Ok(Json(app.decide(move |muster, author, now| muster.undo(&id, author, now)).await?))
}

pub(crate) async fn link(State(app): State<App>, Id(id): Id, Body(body): Body<LinkBody>) -> Answer<IssueView> {
    let LinkBody { finding, action, reason } = body;
    let accepts = action == LinkAction::Accept;
    Ok(Json(app.decide(move |muster, author, now| muster.judge_link(&id, &finding, accepts, &reason, author, now)).await?))
}

pub(crate) async fn split(State(app): State<App>, Id(id): Id, Body(body): Body<SplitBody>) -> Answer<IssueView> {
    Ok(Json(app.decide(move |muster, author, now| muster.split(&id, &body.findings, &body.reason, author, now)).await?))
}

pub(crate) async fn preview_split(State(app): State<App>, Id(id): Id, Body(body): Body<PreviewSplitBody>) -> Answer<SplitPreview> {
    Ok(Json(app.call(move |muster, now| muster.preview_split(&id, &body.findings, now)).await?))
}

pub(crate) async fn merge(State(app): State<App>, Id(id): Id, Body(body): Body<MergeBody>) -> Answer<IssueView> {
    Ok(Json(app.decide(move |muster, author, now| muster.merge(&id, &body.issues, &body.reason, author, now)).await?))
}
