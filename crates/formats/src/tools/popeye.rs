//! Popeye (Kubernetes), JSON and YAML. Versions seen: 0.9 to 0.22; up to 0.20 the sections are called `sanitizers`.
//!
//! Make it with `popeye -A -o json > popeye.json`.
//!
//! - index: `sections[].issues.*[]`, objects laid end to end. Level 0 is fine and no finding; 1 info, 2 warning (medium), 3 error (high).
//! - rule: the code at the head of the message (`POP-106`), else the linter's name.
//! - place: the resource `linter/namespace/name`, with the group (a container) where it is not `__root__`.
//! - `report_time` is the time, `ClusterName` the cluster.
//! - ran: `score`.
//! - left out: tallies, grade.
//!
//! Differs: a warning is medium, as of other tools, not low.

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::dig::{self, Dig};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `popeye -o json`.
pub(crate) static FORMAT: Format = Format {
    id: "popeye",
    name: "Popeye",
    kinds: &[Kind::Config],
    media: &[Media::Json, Media::Yaml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("popeye.sections") || head.has("popeye.sanitizers") || head.has_all(&["popeye.score", "popeye.grade"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Popeye");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "popeye" => json.object(|json, key| match key {
            "report_time" => {
                out.this().at = json.row::<String>()?.ok().and_then(|text| Timestamp::lenient(&text));
                Ok(())
            }
            "score" => {
                out.this().claims.ran = json.row::<f64>()?.is_ok();
                Ok(())
            }
            "errors" => {
                let errors: Value = json.row()?.unwrap_or_default();
                let said = errors.as_array().map(Vec::len).unwrap_or_default();
                if said > 0 {
                    out.this().claims.partial = Some(format!("Popeye names {said} errors"));
                }
                Ok(())
            }
            "sections" | "sanitizers" => dig::each(json, out, section),
            _ => Ok(()),
        }),
        "ClusterName" => {
            out.this().cluster = json.row::<String>()?.ok().filter(|name| !name.is_empty() && name != "n/a");
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.end()
}

fn section(out: &mut Output<'_>, place: &str, section: &Value) {
    let linter = section.text("linter|sanitizer").unwrap_or_else(|| "cluster".to_owned());
    let Some(issues) = section.dig("issues") else { return };
    let Some(objects) = issues.as_object() else {
        return out.bad_row(place, "expected issues by object");
    };
    for (object, rows) in objects {
        let place = format!("{place}.issues.{object}");
        let rows = match rows {
            Value::Array(rows) => rows.as_slice(),
            Value::Null => &[],
            other => std::slice::from_ref(other),
        };
        for row in rows {
            issue(out, &place, &linter, object, row);
        }
    }
}

fn issue(out: &mut Output<'_>, place: &str, linter: &str, object: &str, row: &Value) {
    let Some(message) = row.text("message") else {
        return out.bad_row(place, "an issue without message");
    };
    let level = row.text("level").unwrap_or_default();
    let severity = match level.to_ascii_lowercase().as_str() {
        "0" | "ok" => return out.no_finding(),
        "1" | "info" => Severity::Info,
        "2" | "warn" | "warning" => Severity::Medium,
        "3" | "error" => Severity::High,
        _ => Severity::Unknown,
    };
    let (rule, title) = match message.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((code, rest)) => (code.trim().to_owned(), rest.trim().to_owned()),
        None => (linter.to_owned(), message),
    };
    let mut finding = Finding::new(Kind::Config, rule, title);
    finding.set_severity(level, severity);
    dig::drop_blank_severity(&mut finding);
    let group = row.text("group").filter(|group| group != "__root__");
    let resource = [Some(linter.to_owned()), Some(object.to_owned()), group].into_iter().flatten().collect::<Vec<_>>().join("/");
    finding.location.resource = Some(resource);
    finding.location.resource_type = Some(linter.to_owned());
    out.finding(finding);
}
