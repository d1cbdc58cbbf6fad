//! Threagile (threat model as code), JSON of the risks. Versions seen: 1.0.
//!
//! Make it with `threagile -model threagile.yaml -output out -generate-risks-json` (`out/risks.json`).
//!
//! - index: `[]`.
//! - `category` is the rule, `title` (its HTML taken out) the title; the CWE is the one that Threagile's documentation gives for the category.
//! - severity: `critical`, `high`, `elevated` (high), `medium`, `low`.
//! - place: the most relevant part of the model (communication link, technical asset, trust boundary, runtime, data asset) as resource;
//!   `synthetic_id` names all parts and is what tells two risks of one category apart. It is made of names in the model, so it is kept as a
//!   fingerprint and not trusted.
//! - `risk_status` `mitigated` is resolved; `accepted` and `false-positive` are suppressions: people's word on the model.
//! - coverage: a list with a risk is the whole list of the model; an empty one has no evidence. No time, no version.
//! - left out: likelihood, impact and data breach probability are in the description.

use model::{Finding, Kind, Severity, Suppression};
use serde_json::Value;

use super::loose::text;
use super::web::{labelled, paragraphs, plain};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Threagile's `risks.json`.
pub(crate) static FORMAT: Format =
    Format { id: "threagile", name: "Threagile", kinds: &[Kind::Config], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has_all(&["[].category", "[].severity"])
            && (head.has("[].synthetic_id") || head.has("[].risk_status") || head.has("[].exploitation_likelihood")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Threagile");
    let mut json = input.json()?;
    json.rows(out, |out, row: Value| match text(&row, &["category"]) {
        Some(category) => out.finding(finding(&row, category)),
        None => out.bad_row(format!("[{}]", out.next_index()), "no category"),
    })?;
    json.end()
}

fn finding(row: &Value, category: String) -> Finding {
    let title = text(row, &["title"]).map_or_else(|| category.clone(), |title| plain(&title));
    let cwe = CWES.iter().find(|(known, _)| *known == category).map(|(_, cwe)| *cwe);
    let mut finding = Finding::new(Kind::Config, category, title);
    finding.cwes.extend(cwe);
    if let Some(raw) = text(row, &["severity"]) {
        let severity = if raw.eq_ignore_ascii_case("elevated") { Severity::High } else { Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    let parts = [
        ("most_relevant_technical_asset", "technical asset"),
        ("most_relevant_communication_link", "communication link"),
        ("most_relevant_trust_boundary", "trust boundary"),
        ("most_relevant_shared_runtime", "shared runtime"),
        ("most_relevant_data_asset", "data asset"),
    ];
    if let Some((part, what)) = parts.iter().find_map(|(member, what)| Some((text(row, &[member])?, *what))) {
        finding.location.resource = Some(part);
        finding.location.resource_type = Some(what.to_owned());
    }
    let member = |label: &str, name: &str| labelled(label, text(row, &[name]).as_deref());
    finding.description = paragraphs([
        member("Likelihood", "exploitation_likelihood"),
        member("Impact", "exploitation_impact"),
        member("Data breach", "data_breach_probability"),
    ]);
    if let Some(id) = text(row, &["synthetic_id"]) {
        finding.distinct = Some(id.clone());
        finding.fingerprint("synthetic_id", id);
    }
    let status = text(row, &["risk_status"]).map(|status| status.to_ascii_lowercase());
    if status.as_deref() == Some("mitigated") {
        finding.resolve("risk tracking", "mitigated");
    }
    finding.suppressed = status
        .filter(|status| matches!(status.as_str(), "accepted" | "false-positive"))
        .map(|status| Suppression { by: "risk tracking".to_owned(), reason: Some(status) });
    finding
}

/// Categories and the weakness that Threagile's own documentation names.
const CWES: [(&str, u32); 42] = [
    ("accidental-secret-leak", 200),
    ("code-backdooring", 912),
    ("container-baseimage-backdooring", 912),
    ("container-platform-escape", 1008),
    ("cross-site-request-forgery", 352),
    ("cross-site-scripting", 79),
    ("dos-risky-access-across-trust-boundary", 400),
    ("incomplete-model", 1008),
    ("ldap-injection", 90),
    ("missing-authentication", 306),
    ("missing-authentication-second-factor", 308),
    ("missing-build-infrastructure", 1127),
    ("missing-cloud-hardening", 1008),
    ("missing-file-validation", 434),
    ("missing-hardening", 16),
    ("missing-identity-propagation", 284),
    ("missing-identity-provider-isolation", 1008),
    ("missing-identity-store", 287),
    ("missing-network-segmentation", 1008),
    ("missing-vault", 522),
    ("missing-vault-isolation", 1008),
    ("missing-waf", 1008),
    ("mixed-targets-on-shared-runtime", 1008),
    ("path-traversal", 22),
    ("push-instead-of-pull-deployment", 1127),
    ("search-query-injection", 74),
    ("server-side-request-forgery", 918),
    ("service-registry-poisoning", 693),
    ("sql-nosql-injection", 89),
    ("unchecked-deployment", 1127),
    ("unencrypted-asset", 311),
    ("unencrypted-communication", 319),
    ("unguarded-access-from-internet", 501),
    ("unguarded-direct-datastore-access", 501),
    ("unnecessary-communication-link", 1008),
    ("unnecessary-data-asset", 1008),
    ("unnecessary-data-transfer", 1008),
    ("unnecessary-technical-asset", 1008),
    ("untrusted-deserialization", 502),
    ("wrong-communication-link-content", 1008),
    ("wrong-trust-boundary-content", 1008),
    ("xml-external-entity", 611),
];
