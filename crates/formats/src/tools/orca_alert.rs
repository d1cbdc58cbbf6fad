//! What Orca Security's two exports have in common: an alert.

use model::{Finding, Kind, Severity, Suppression, Timestamp};

use super::web::labelled;
use crate::Output;

/// One alert as texts, from either export.
pub(super) struct Alert {
    pub(super) rule: Option<String>,
    pub(super) title: Option<String>,
    pub(super) score: Option<f64>,
    pub(super) level: Option<String>,
    pub(super) category: Option<String>,
    pub(super) asset: Option<String>,
    pub(super) account: Option<String>,
    pub(super) status: Option<String>,
    pub(super) created: Option<Timestamp>,
    pub(super) seen: Option<Timestamp>,
    pub(super) labels: Option<String>,
    pub(super) details: Option<String>,
    pub(super) remedy: Option<String>,
}

/// Hands over an alert as a finding.
pub(super) fn push(out: &mut Output<'_>, place: &str, alert: Alert) {
    let Some(title) = alert.title.or_else(|| alert.rule.clone()) else {
        out.bad_row(place, "an alert without Title");
        return;
    };
    let run = out.this();
    run.at = alert.seen.max(run.at);
    let mut finding = Finding::new(Kind::Cloud, alert.rule.unwrap_or_else(|| title.clone()), title);
    match (alert.score, alert.level) {
        (Some(score), _) => finding.set_severity(score.to_string(), Severity::from_cvss(score)),
        (None, Some(word)) => finding.set_severity_word(&word),
        (None, None) => {}
    }
    let labels = alert.labels.filter(|labels| !labels.is_empty());
    finding.description =
        super::web::paragraphs([alert.details, labelled("Category", alert.category.as_deref()), labelled("Labels", labels.as_deref())]);
    finding.remediation = alert.remedy;
    finding.first_seen_by_tool = alert.created;
    finding.location.resource = alert.asset;
    finding.distinct = alert.account;
    let status = alert.status.unwrap_or_default();
    if status.eq_ignore_ascii_case("resolved") {
        finding.resolve("Orca Security", status);
    } else if matches!(status.to_ascii_lowercase().as_str(), "closed" | "dismissed" | "snoozed") {
        finding.suppressed = Some(Suppression { by: "Orca Security".to_owned(), reason: Some(status) });
    }
    out.finding(finding);
}
