//! Anchore Enterprise and `anchorectl`, policy evaluation of an image, JSON. Versions seen: Enterprise 2 and 5, `anchorectl` 0.2 and 1.
//!
//! Make it with `anchore-cli --json evaluate check IMAGE --detail` or `anchorectl -o json image check IMAGE --detail`.
//!
//! - index: the rows of the checks in the order of the report: `rows[]` of each image (their columns are in `header`), `detail[]`, or `evaluations[].details[]`.
//!   A whitelisted row is suppressed.
//! - rule: the vulnerability where the gate is `vulnerabilities`, else `gate:trigger`. The text of the check is title and description.
//! - severity: the word at the start of a vulnerability's text; else what the policy decided: stop critical, warn medium, go info.
//! - place: the image, and the file in the text of a vulnerability. kind: container for vulnerabilities, others config.
//! - `Trigger_Id` tells findings of one rule apart.
//! - ran: an evaluation with its status.
//!
//! # Differs
//! Other readers take the policy's decision as severity of vulnerabilities too.

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::web::cves;
use super::wording::{beyond, first_line};
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Anchore's policy evaluations.
pub(crate) static FORMAT: Format = Format {
    id: "anchore-policy",
    name: "Anchore (policy evaluation)",
    kinds: &[Kind::Container, Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let rows = head.has_all(&["[].finalAction", "[].policyId"]) || head.has_all(&["[].detail[].gate", "[].detail[].triggerId"]);
    let evaluated = head.has("evaluatedTag") && head.has("evaluations");
    let by_digest = head.is_json_array()
        && head.text().get(..200.min(head.text().len())).is_some_and(|start| start.contains("\"sha256:"))
        && head.contains("\"policies\"");
    Match::sure_if(rows || evaluated || by_digest || (by_digest_start(head) && head.contains("\"policyId\"")))
}

/// An array of objects whose first member is named by a digest.
fn by_digest_start(head: &Head<'_>) -> bool {
    let inner = |text: &str, open: char| text.trim_start().strip_prefix(open).map(str::to_owned);
    let start: String = head.text().chars().take(400).collect();
    inner(&start, '[').and_then(|rest| inner(&rest, '{')).is_some_and(|rest| rest.trim_start().starts_with("\"sha256:"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Anchore");
    if by_digest_start(&input.head()) {
        let mut json = input.json()?;
        json.array(|json, _| {
            json.object(|json, digest| {
                let digest = digest.to_owned();
                json.object(|json, tag| {
                    let tag = tag.to_owned();
                    json.array(|json, _| {
                        let place = json.place();
                        let evaluation = json.row::<Value>()?.unwrap_or_default();
                        enterprise(out, &place, Fields::of(&evaluation), &format!("{tag}@{digest}"))
                    })
                })
            })
        })?;
        return json.end();
    }
    fields::read(
        input,
        out,
        &["evaluations"],
        |out, head| {
            let (tag, digest) = (head.text(&["evaluatedTag"]), head.text(&["imageDigest"]));
            out.this().image = match (tag, digest) {
                (Some(tag), Some(digest)) => Some(format!("{tag}@{digest}")),
                (tag, digest) => tag.or(digest),
            };
        },
        |out, place, row| {
            let run = out.this();
            run.claims.ran |= row.text(&["status", "finalAction"]).is_some();
            run.at = row.text(&["lastEvaluation", "evaluationTime"]).as_deref().and_then(Timestamp::lenient);
            run.image = match (row.text(&["tag"]), row.text(&["digest"])) {
                (Some(tag), Some(digest)) => Some(format!("{tag}@{digest}")),
                (Some(tag), None) => Some(tag),
                (None, _) => run.image.take(),
            };
            let (image, before) = (run.image.clone(), out.next_index());
            for list in ["detail", "details"] {
                row.rows(out, list, |out, check| push(out, place, check, image.clone()));
            }
            if before == out.next_index() && row.value("detail").or(row.value("details")).is_none() && row.text(&["status"]).is_none() {
                out.bad_row(place, "no evaluation");
            }
        },
    )
}

/// An evaluation of `anchore-cli`: a table with a header for each image.
fn enterprise(out: &mut Output<'_>, place: &str, evaluation: Fields<'_>, image: &str) -> Result<(), ParseError> {
    let run = out.this();
    run.claims.ran |= evaluation.text(&["status"]).is_some();
    run.at = evaluation.text(&["last_evaluation"]).as_deref().and_then(Timestamp::lenient);
    run.image = Some(image.to_owned());
    let Some(Value::Object(tables)) = evaluation.value("detail/result/result") else {
        return Err(ParseError::at(place, "an evaluation without its result; make it with --detail"));
    };
    for table in tables.values() {
        if !table.is_object() {
            out.bad_row(place, "expected a table");
            continue;
        }
        let table = Fields::of(table);
        let header = table.texts(&["result/header"]);
        match table.value("result/rows") {
            None => {}
            Some(Value::Array(rows)) => {
                for row in rows {
                    let Value::Array(cells) = row else {
                        out.bad_row(place, "expected a list of cells");
                        continue;
                    };
                    let named = header.iter().cloned().zip(cells.iter().cloned()).collect();
                    push(out, place, Fields::of(&Value::Object(named)), Some(image.to_owned()));
                }
            }
            Some(_) => out.bad_row(place, "expected rows"),
        }
    }
    Ok(())
}

fn push(out: &mut Output<'_>, place: &str, check: Fields<'_>, image: Option<String>) {
    let Some(gate) = check.text(&["gate"]) else { return out.bad_row(place, "a check without a gate") };
    let said = check.text(&["check_output", "description"]).unwrap_or_default();
    let id = check.text(&["trigger_id"]).unwrap_or_default();
    let is_vulnerability = gate == "vulnerabilities";
    let vulnerability = id.split('+').next().filter(|id| is_vulnerability && super::sca::is_public_id(id));
    let rule = match vulnerability {
        Some(id) => id.to_owned(),
        None => format!("{gate}:{}", check.text(&["trigger", "triggerName"]).unwrap_or_default()),
    };
    let title = if said.is_empty() { rule.clone() } else { first_line(&said) };
    let mut finding = Finding::new(if is_vulnerability { Kind::Container } else { Kind::Config }, rule, title);
    finding.description = beyond(&finding.title, &said);
    let action = check.text(&["gate_action", "status", "action"]).unwrap_or_default();
    let word = said.split(' ').next().unwrap_or_default();
    match (is_vulnerability, Severity::from_word(word), action.to_ascii_lowercase().as_str()) {
        (true, severity, _) if severity != Severity::Unknown => finding.set_severity(word, severity),
        (_, _, "stop") => finding.set_severity(action, Severity::Critical),
        (_, _, "warn") => finding.set_severity(action, Severity::Medium),
        (_, _, "go") => finding.set_severity(action, Severity::Info),
        _ => {}
    }
    finding.identifiers = cves(&id);
    if let Some(id) = vulnerability.map(str::to_uppercase).filter(|id| !finding.identifiers.contains(id)) {
        finding.identifiers.push(id);
    }
    finding.location.path = said.split_once(" - /").filter(|_| is_vulnerability).map(|(_, rest)| {
        let end = rest.find(" (").unwrap_or(rest.len());
        format!("/{}", rest.get(..end).unwrap_or(rest).trim())
    });
    finding.location.image = image.or_else(|| check.text(&["tag", "repo_tag"]));
    finding.distinct = Some(id).filter(|id| !id.is_empty());
    if let Some(list) = check.value("whitelisted").filter(|value| !matches!(value, Value::Bool(false))) {
        let reason = Fields::of(list).text(&["whitelist_name"]);
        finding.suppressed = Some(Suppression { by: "Anchore allow list".to_owned(), reason });
    }
    out.finding(finding);
}
