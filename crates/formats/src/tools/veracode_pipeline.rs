//! Veracode Pipeline Scan, JSON (`results.json` and `filtered_results.json`). Versions seen: 20.1 to 25.2.
//!
//! Make it with `java -jar pipeline-scan.jar --file shop.jar --json_output_file results.json`.
//!
//! - index: `findings[]`.
//! - as the detailed report (`veracode.rs`): rule `CWE-` with the number, title the `issue_type`.
//! - severity: 5 critical, 4 high, 3 medium, 2 and 1 low, 0 info.
//! - place: `files.source_file`: file, line, function. The flow is the first of `stack_dumps`, outermost frame first.
//! - `flaw_match` holds the hashes by which Veracode compares with a baseline: kept, not trusted (they hold an ordinal). `issue_id` numbers the rows of one scan.
//! - `scan_status` SUCCESS got through; others failed.
//! - a list of what a threshold or baseline left over looks the same, and at 200 flaws the list ends: read-only.

use model::{Finding, FlowStep, Kind, Severity};
use serde_json::Value;

use super::web::plain_some;
use crate::read::fields::Fields;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Veracode's pipeline scan.
pub(crate) static FORMAT: Format = Format {
    id: "veracode-pipeline",
    name: "Veracode Pipeline Scan",
    kinds: &[Kind::Sast],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["findings[].cwe_id", "findings[].issue_type", "findings[].files"]);
    Match::sure_if(row || (head.has_all(&["scan_status", "findings", "modules"]) && (head.has("pipeline_scan") || head.has("scan_id"))))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Veracode");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "findings" => json.rows(out, |out, row: Value| match Fields::of(&row).text(&["cwe_id", "issue_type"]) {
            Some(_) => out.finding(finding(Fields::of(&row))),
            None => out.bad_row(format!("findings[{}]", out.next_index()), "no cwe_id and no issue_type"),
        }),
        "scan_status" | "pipeline_scan" => {
            let text = json.row::<Value>()?.ok().as_ref().and_then(crate::read::lenient::scalar);
            let run = out.this();
            match (key, text) {
                ("pipeline_scan", version) => run.tool_version = version,
                (_, Some(word)) if word == "SUCCESS" => run.claims.ran = true,
                (_, word) => run.claims.failed = word,
            }
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["findings"]);
    json.end()
}

fn finding(row: Fields<'_>) -> Finding {
    let cwe = row.text(&["cwe_id"]).as_deref().and_then(crate::read::lenient::cwe);
    let title = row.text(&["issue_type"]).unwrap_or_else(|| "Flaw".to_owned());
    let rule = cwe.map_or_else(|| title.clone(), |cwe| format!("CWE-{cwe}"));
    let mut finding = Finding::new(Kind::Sast, rule, title);
    finding.cwes.extend(cwe);
    if let Some(level) = row.text(&["severity"]) {
        let severity = match level.as_str() {
            "5" => Severity::Critical,
            "4" => Severity::High,
            "3" => Severity::Medium,
            "2" | "1" => Severity::Low,
            "0" => Severity::Info,
            word => Severity::from_word(word),
        };
        finding.set_severity(level, severity);
    }
    finding.description = plain_some(row.text(&["display_text"]).as_deref());
    finding.references.extend(row.text(&["flaw_details_link"]));
    // What is called there: one line may hold several flaws of one CWE.
    finding.distinct = row.text(&["title"]);
    let place = &mut finding.location;
    place.path = row.text(&["files/source_file/file"]);
    place.start_line = row.line(&["files/source_file/line"]);
    place.end_line = place.start_line;
    place.symbol = row.text(&["files/source_file/qualified_function_name", "files/source_file/function_name"]);
    if let Some(hash) = row.text(&["flaw_match/flaw_hash"]) {
        finding.fingerprint("flaw_hash", hash);
    }
    let frames = row.list("stack_dumps/stack_dump").next().map(|dump| dump.list("Frame").collect::<Vec<_>>()).unwrap_or_default();
    let step = |frame: &Fields<'_>| FlowStep {
        path: frame.text(&["SourceFile"]),
        line: frame.line(&["SourceLine"]),
        symbol: frame.text(&["QualifiedFunctionName", "FunctionName"]),
        message: frame.text(&["VarNames", "StatementText"]),
        ..FlowStep::default()
    };
    // The innermost frame, where the flaw is, comes first.
    finding.flow = frames.iter().rev().map(step).collect();
    finding
}
