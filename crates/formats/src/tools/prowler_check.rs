//! What the JSON, OCSF and CSV reports of Prowler have in common.

use model::{Finding, Kind, Suppression, Timestamp};

use super::web::{add_references, labelled, paragraphs};
use crate::Output;

/// A checked resource, as any of the formats gives it.
#[derive(Default)]
pub(super) struct Check {
    pub(super) rule: String,
    pub(super) title: Option<String>,
    pub(super) status: Option<String>,
    pub(super) muted: bool,
    pub(super) said: Option<String>,
    pub(super) severity: Option<String>,
    pub(super) description: Option<String>,
    pub(super) risk: Option<String>,
    pub(super) remediation: Option<String>,
    pub(super) references: Vec<String>,
    pub(super) uid: Option<String>,
    pub(super) provider: Option<String>,
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    pub(super) resource: Option<String>,
    pub(super) resource_type: Option<String>,
    pub(super) time: Option<String>,
    pub(super) version: Option<String>,
}

/// Hands over a failed check; one that passed or asks for a person is counted.
pub(super) fn push(out: &mut Output<'_>, check: Check) {
    let run = out.this();
    run.claims.ran = true;
    if run.at.is_none() {
        run.at = check.time.as_deref().and_then(Timestamp::lenient);
    }
    if run.tool_version.is_none() {
        run.tool_version.clone_from(&check.version);
    }
    match (&run.account, &check.account) {
        (None, Some(_)) if run.claims.rows_read + run.claims.passed == 0 => run.account.clone_from(&check.account),
        // Several accounts in one file: the run speaks of none of them alone.
        (Some(known), Some(other)) if known != other => run.account = None,
        _ => {}
    }
    match check.status.as_deref() {
        Some("FAIL" | "FAILED" | "MUTED") => out.finding(finding(check)),
        Some("PASS" | "PASSED" | "INFO" | "MANUAL" | "WARNING") => out.no_finding(),
        _ => out.bad_row(format!("check {}", check.rule), "a check without a known status"),
    }
}

fn finding(check: Check) -> Finding {
    let kind = if check.provider.as_deref() == Some("kubernetes") { Kind::Config } else { Kind::Cloud };
    let title = check.title.unwrap_or_else(|| check.rule.clone());
    let mut finding = Finding::new(kind, check.rule, title);
    if let Some(raw) = &check.severity {
        finding.set_severity_word(raw);
    }
    finding.description = paragraphs([check.said, check.description, labelled("Risk", check.risk.as_deref())]);
    finding.remediation = check.remediation;
    check.references.iter().for_each(|text| add_references(&mut finding, text));
    if let Some(uid) = check.uid {
        finding.fingerprint("finding_uid", uid);
    }
    if check.muted || check.status.as_deref() == Some("MUTED") {
        finding.suppressed = Some(Suppression { by: "mutelist".to_owned(), reason: None });
    }
    // A check of a whole account is made once a region, on the same resource.
    finding.distinct = check.region;
    (finding.location.resource, finding.location.resource_type) = (check.resource, check.resource_type);
    finding
}
