//! Fairwinds Polaris (Kubernetes), JSON or YAML of an audit. Versions seen: output version 1.0 (Polaris 1 to 9).
//!
//! Make it with `polaris audit --audit-path deploy --format json > polaris.json`.
//!
//! - index: the checks of each object of `Results[]`: its own, those of its pod, those of each container, laid end to end.
//! - a check with `Success` false is a finding; a successful one is none.
//! - rule: `ID`; severity: `danger` high, `warning` medium, `ignore` info.
//! - place: the resource `Kind/namespace/name` with the container behind; the audited path where the source is one. `SourceName` of a cluster is the
//!   run's cluster.
//! - `Details` and `Category` go to the description; `Mutations` are left out.
//! - ran: `AuditTime`.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `polaris audit --format json`.
pub(crate) static FORMAT: Format = Format {
    id: "polaris",
    name: "Polaris (Fairwinds)",
    kinds: &[Kind::Iac],
    media: &[Media::Json, Media::Yaml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("PolarisOutputVersion") || head.has_all(&["AuditTime", "ClusterInfo", "SourceType"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Polaris");
    let about = about(input)?;
    let run = out.this();
    run.at = about.time("AuditTime");
    run.claims.ran = about.dig("AuditTime").is_some();
    let source = about.text("SourceName").filter(|name| !name.is_empty());
    let path = if about.text("SourceType").is_some_and(|kind| kind.eq_ignore_ascii_case("cluster")) {
        run.cluster = source;
        None
    } else {
        source
    };
    let mut json = input.json()?;
    json.object(
        |json, key| {
            if key == "Results" { dig::each(json, out, |out, place, row| object(out, place, row, path.as_deref())) } else { Ok(()) }
        },
    )?;
    json.end()
}

/// The scalars of the document, which may stand behind the results.
fn about(input: &Input) -> Result<Value, ParseError> {
    let mut members = serde_json::Map::new();
    let mut json = input.json()?;
    json.object(|json, key| {
        if matches!(key, "AuditTime" | "SourceType" | "SourceName" | "DisplayName") {
            members.insert(key.to_owned(), json.row::<Value>()?.unwrap_or_default());
        }
        Ok(())
    })?;
    Ok(Value::Object(members))
}

fn object(out: &mut Output<'_>, place: &str, row: &Value, path: Option<&str>) {
    let parts = [row.text("Kind"), row.text("Namespace"), row.text("Name")];
    let resource = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
    checks(out, place, row, &resource, path);
    if let Some(pod) = row.dig("PodResult") {
        if !pod.is_object() {
            return out.bad_row(place, "expected a pod's result");
        }
        checks(out, place, pod, &resource, path);
        for (place, container) in dig::objects(out, place, pod, "ContainerResults") {
            let inner = format!("{resource}/{}", container.text("Name").unwrap_or_default());
            checks(out, &place, container, inner.trim_end_matches('/'), path);
        }
    }
}

fn checks(out: &mut Output<'_>, place: &str, holder: &Value, resource: &str, path: Option<&str>) {
    let Some(results) = holder.dig("Results") else { return };
    let Some(results) = results.as_object() else {
        return out.bad_row(place, "expected checks by their names");
    };
    for (id, check) in results {
        if check.truth("Success") == Some(true) || check.is_null() {
            out.no_finding();
            continue;
        }
        if !check.is_object() {
            out.bad_row(format!("{place}.{id}"), "expected a check");
            continue;
        }
        let rule = check.text("ID").unwrap_or_else(|| id.clone());
        let mut finding = Finding::new(Kind::Iac, rule.as_str(), check.text("Message").unwrap_or_else(|| rule.clone()));
        if let Some(word) = check.text("Severity") {
            let severity = match word.as_str() {
                "danger" => Severity::High,
                "warning" => Severity::Medium,
                "ignore" => Severity::Info,
                other => Severity::from_word(other),
            };
            finding.set_severity(word, severity);
        }
        let details = check.texts("Details").join("\n");
        finding.description = paragraphs([Some(details), labelled("Category", check.text("Category").as_deref())]);
        finding.location.path = path.map(str::to_owned);
        finding.location.resource = Some(resource.to_owned());
        finding.location.resource_type = resource.split('/').next().map(str::to_owned);
        out.finding(finding);
    }
}
