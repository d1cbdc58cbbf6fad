//! NeuVector (SUSE), compliance report of the REST API, JSON: CIS benchmarks of Docker and Kubernetes, custom checks. Versions seen: API v1 of 4.x and 5.x.
//!
//! Make it with `curl -H "X-Auth-Token: $TOKEN" https://controller:10443/v1/host/$ID/compliance > compliance.json` (`/v1/workload/$ID/compliance` alike).
//!
//! - index: `items[]`. `PASS`, `INFO` and `NOTE` are no findings: they say that the check took place and is fine, or is to be looked at by hand.
//! - rule: `category` and `test_number` (`docker_D.1.1.11`). The description is the title.
//! - severity: `WARN` is medium, `HIGH` high, `ERROR` (the check could not be made) is a warning of the import and no finding.
//! - place: the report does not name the host: `--target` of the import does.
//! - `message[]` is what was seen. `tags` are the standards; they go to the references.
//! - ran: `run_timestamp` or `run_at` above 0.
//!
//! Differs: passed checks are not findings of severity info.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::wording::first_line;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of NeuVector's compliance reports.
pub(crate) static FORMAT: Format = Format {
    id: "neuvector-compliance",
    name: "NeuVector compliance",
    kinds: &[Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |prefix: &str| {
        let has = |name: &str| head.has(&format!("{prefix}{name}"));
        has("test_number") && has("level") && (has("profile") || has("category"))
    };
    Match::sure_if(
        row("items[].") || row("[].") || head.has("items") && (head.has("kubernetes_cis_version") || head.has("docker_cis_version")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("NeuVector compliance");
    let mut json = input.json()?;
    if input.head().is_json_array() {
        dig::each(&mut json, out, item)?;
        return json.end();
    }
    json.object(|json, key| match key {
        "run_timestamp" => {
            let seconds = json.row::<i64>()?.unwrap_or_default();
            out.this().claims.ran |= seconds > 0;
            out.this().at = out.this().at.or((seconds > 0).then(|| model::Timestamp::from_seconds(seconds)));
            Ok(())
        }
        "run_at" => {
            let at = json.row::<String>()?.ok().and_then(|text| model::Timestamp::lenient(&text));
            out.this().claims.ran |= at.is_some();
            out.this().at = at.or(out.this().at);
            Ok(())
        }
        "items" => dig::each(json, out, item),
        "error" => {
            out.this().claims.failed = json.row::<String>()?.ok().filter(|text| !text.is_empty());
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.end()
}

fn item(out: &mut Output<'_>, place: &str, row: &Value) {
    let level = row.text("level").unwrap_or_default().to_ascii_uppercase();
    let Some(number) = row.text("test_number|name") else {
        out.bad_row(place, "a check without test_number");
        return;
    };
    match level.as_str() {
        "PASS" | "INFO" | "NOTE" => return out.no_finding(),
        "ERROR" => {
            out.warn(place, format!("check {number} could not be made"));
            return out.no_finding();
        }
        _ => {}
    }
    let category = row.text("category|catalog").unwrap_or_else(|| "custom".to_owned());
    let said = row.text("description").unwrap_or_else(|| format!("Check {number}"));
    let mut finding = Finding::new(Kind::Config, format!("{category}_{number}"), first_line(&said));
    let severity = match level.as_str() {
        "WARN" => Severity::Medium,
        "HIGH" => Severity::High,
        word => Severity::from_word(word),
    };
    finding.set_severity(level.as_str(), severity);
    let seen = row.texts("message");
    finding.description = (!seen.is_empty()).then(|| seen.join("\n"));
    finding.remediation = row.text("remediation");
    finding.references = row.texts("tags");
    finding.location.resource = row.text("group|node_name|host");
    finding.location.resource_type = row.text("type");
    out.finding(finding);
}
