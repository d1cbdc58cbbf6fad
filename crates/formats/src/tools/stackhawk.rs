//! StackHawk (HawkScan), the JSON of its *scan completed* webhook. HawkScan versions seen: 2.1.
//!
//! Make it with the *Generic Webhook* integration, event *Scan Completed*.
//!
//! - index: `scanCompleted.findings[].paths[]`, laid end to end. A finding without paths counts as one, on the host.
//! - rule: `pluginId` (ZAP's number); the title is `pluginName`. Severity: High, Medium, Low.
//! - place: `host` with `path`, and `method`. No parameter, no request, no CWE.
//! - `status` FALSE_POSITIVE and RISK_ACCEPTED are suppressions; NEW and ASSIGNED are open.
//! - coverage: `scan.status` COMPLETED got through, ERROR and FAILED did not; another is partial. `startedTimestamp` is the scan's time. No fingerprint.
//! - left out: counts, environment, application (they are the user's own words in StackHawk).
//!
//! # Differs
//! - Other importers take the application's name for the component and the environment for its version.

use model::{Finding, Kind, Suppression, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::web::on_site;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of StackHawk's webhook.
pub(crate) static FORMAT: Format =
    Format { id: "stackhawk", name: "StackHawk", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is("service", "StackHawk") && head.has("scanCompleted.scan"))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Scan {
    #[serde(deserialize_with = "lenient::text")]
    hawkscan_version: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    started_timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    plugin_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    plugin_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    host: Option<String>,
    #[serde(default)]
    paths: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient::text")]
    category: Option<String>,
    #[serde(default, rename = "findingURL", deserialize_with = "lenient::text")]
    url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(deserialize_with = "lenient::text")]
    path: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    method: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(rename = "pathURL", deserialize_with = "lenient::text")]
    url: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("StackHawk");
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "scanCompleted" {
            return Ok(());
        }
        json.object(|json, key| match key {
            "scan" => {
                let scan: Scan = json.row()?.unwrap_or_default();
                let run = out.this();
                run.tool_version = scan.hawkscan_version;
                run.at = scan.started_timestamp.as_deref().and_then(Timestamp::lenient);
                match scan.status.as_deref() {
                    Some("COMPLETED") => run.claims.ran = true,
                    Some(status @ ("ERROR" | "FAILED")) => run.claims.failed = Some(format!("the scan's status is {status}")),
                    Some(other) => run.claims.partial = Some(format!("the scan's status is {other}")),
                    None => {}
                }
                Ok(())
            }
            "findings" => json.array(|json, _| {
                let place = json.place();
                match json.row::<Row>()? {
                    Ok(row) => push(out, &place, row),
                    Err(reason) => out.bad_row(place, reason),
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })?;
    json.end()
}

fn push(out: &mut Output<'_>, place: &str, mut row: Row) {
    if out.this().url.is_none() {
        out.this().url.clone_from(&row.host);
    }
    let paths = row.paths.take().unwrap_or_default();
    if paths.is_empty() {
        return out.finding(finding(&row, Place::default()));
    }
    for (position, value) in paths.into_iter().enumerate() {
        match serde_json::from_value::<Place>(value) {
            Ok(path) => out.finding(finding(&row, path)),
            Err(error) => out.bad_row(format!("{place}.paths[{position}]"), error.to_string()),
        }
    }
}

fn finding(row: &Row, place: Place) -> Finding {
    let mut finding = Finding::new(Kind::Dast, row.plugin_id.as_str(), row.plugin_name.as_deref().unwrap_or(&row.plugin_id));
    if let Some(raw) = &row.severity {
        finding.set_severity_word(raw);
    }
    finding.description = row.category.as_ref().map(|category| format!("Category: {category}"));
    finding.url = place.url.or_else(|| row.url.clone());
    let status = place.status.unwrap_or_default();
    if matches!(status.as_str(), "FALSE_POSITIVE" | "RISK_ACCEPTED") {
        finding.suppressed = Some(Suppression { by: "StackHawk".to_owned(), reason: Some(status) });
    }
    finding.location.url = Some(on_site(row.host.as_deref().unwrap_or_default(), place.path.as_deref().unwrap_or_default()));
    finding.location.method = place.method;
    finding
}
