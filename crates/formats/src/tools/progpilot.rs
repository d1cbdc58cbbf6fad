//! progpilot (PHP SAST), JSON. Versions seen: 0.6 to 1.2.
//!
//! Make it with `progpilot --format json src > progpilot.json` (the JSON on standard output).
//!
//! - index: array elements.
//! - rule: `vuln_rule` where given, else `vuln_name`. CWE as it stands (`CWE_89`).
//! - severity: none is given, so unknown.
//! - place: the sink (`sink_file`, `sink_line`), for findings without flow `vuln_file`, `vuln_line`. Columns are byte offsets and left out.
//! - flow: each source with its `tainted_flow`, the sink last.
//! - `vuln_id` is a hash over lines and columns, so it changes with them: kept, not trusted.
//! - coverage: `[]` tells nothing.
//!
//! Differs: no severity medium is made up.

use model::{Finding, FlowStep, Kind};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca::weaknesses;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of progpilot's JSON report.
pub(crate) static FORMAT: Format =
    Format { id: "progpilot", name: "progpilot", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("[].vuln_name") && (head.has("[].vuln_id") || head.has("[].vuln_cwe")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("progpilot");
    let mut json = input.json()?;
    dig::each(&mut json, out, |out, place, row| match finding(row) {
        Some(finding) => out.finding(finding),
        None => out.bad_row(place, "a result without vuln_name"),
    })?;
    json.end()
}

fn finding(row: &Value) -> Option<Finding> {
    let name = row.text("vuln_name|vuln_rule")?;
    let rule = row.text("vuln_rule").unwrap_or_else(|| name.clone());
    let mut finding = Finding::new(Kind::Sast, rule, name);
    weaknesses(&mut finding, row.text("vuln_cwe").as_deref());
    finding.description = row.text("vuln_description");
    finding.location.path = row.text("sink_file|vuln_file");
    finding.location.start_line = row.whole("sink_line|vuln_line").filter(|line| *line > 0);
    let (names, lines, files) = (row.texts("source_name"), row.texts("source_line"), row.texts("source_file"));
    let flows = row.items("tainted_flow");
    for (number, symbol) in names.iter().enumerate() {
        for step in flows.get(number).and_then(Value::as_array).into_iter().flatten().rev() {
            finding.flow.push(step_of(step.text("flow_file"), step.whole("flow_line"), step.text("flow_name")));
        }
        let line = lines.get(number).and_then(|text| text.parse().ok());
        finding.flow.push(step_of(files.get(number).cloned(), line, Some(symbol.clone())));
    }
    if !finding.flow.is_empty() {
        finding.flow.push(step_of(row.text("sink_file"), row.whole("sink_line"), row.text("sink_name")));
    }
    finding.distinct =
        [row.text("sink_name"), names.first().cloned()].into_iter().flatten().reduce(|sink, source| format!("{sink} {source}"));
    if let Some(id) = row.text("vuln_id") {
        finding.fingerprint("vuln_id", id);
    }
    Some(finding)
}

fn step_of(path: Option<String>, line: Option<u32>, symbol: Option<String>) -> FlowStep {
    FlowStep { path, line, end_line: None, symbol, message: None }
}
