//! garak (scanner of language models), JSON lines: the hit log, or the report that holds all attempts. Versions seen: 0.9 to 0.14.
//!
//! Make it with `garak --target_type huggingface --target_name gpt2`, which writes `garak.RUN.hitlog.jsonl` and `garak.RUN.report.jsonl`.
//!
//! - index: the lines. Of the hit log each line is a hit. Of the report only `eval` lines with fewer passes than attempts are findings, one for each probe and detector; other lines are
//!   counted.
//! - rule: the probe (`promptinject.HijackHateHumans`); the detector is part of what tells two findings apart. The title is the goal.
//! - severity: garak rates no weakness. It gives the detector's score from 0 to 1 for a hit (of an `eval` the share that failed): from 0.9 critical, from 0.8 high, above 0.5 medium, else
//!   info. The score is also the confidence.
//! - CWE by the probe's family, from what CWE 4.16 says of language models: attacks on the prompt are 1427, others that make the model say what it should not 1426; cross-site scripting 79,
//!   replayed data 200.
//! - place: the model (`generator`) as the resource. The prompt is the request, the output the response.
//! - coverage: the hit log has no end mark; the report has (`completion`, `completed`). `start_time` is the time, `garak_version` the version.
//! - no fingerprint: `attempt_id` is new in each run.

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::web::labelled;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The hit log and the report of garak.
pub(crate) static FORMAT: Format =
    Format { id: "garak", name: "garak", kinds: &[Kind::Dast], media: &[Media::JsonLines], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let hit = |at: &str| ["probe", "detector", "generator"].iter().all(|name| head.has(&format!("{at}{name}")));
    let report =
        |at: &str| head.has(&format!("{at}entry_type")) && (head.contains("start_run setup") || head.contains("plugins.model_type"));
    Match::sure_if(hit("") || hit("[].") || report("") || report("[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("garak");
    let mut model = None;
    loose::strung(input, out, |out, _, row| {
        let Some(entry) = row.text(&["entry_type"]) else {
            out.finding(hit(row)?);
            return Ok(());
        };
        let run = out.this();
        if let Some(at) = row.text(&["start_time"]) {
            run.at = Timestamp::lenient(&at);
        }
        if let Some(version) = row.text(&["garak_version", "_config.version"]) {
            run.tool_version = Some(version);
        }
        model = row.text(&["plugins.model_name", "plugins.target_name"]).or(model.take());
        run.claims.ran |= entry.starts_with("complet");
        match (entry == "eval").then(|| evaluated(row, model.as_deref())).transpose()?.flatten() {
            Some(finding) => out.finding(finding),
            None => out.no_finding(),
        }
        Ok(())
    })
}

fn hit(row: &Value) -> Result<Finding, String> {
    let probe = row.text(&["probe", "probe_classname"]).ok_or("no `probe`")?;
    let goal = row.text(&["goal"]);
    let mut finding = base(probe, goal.as_deref(), row.number(&["score"]).unwrap_or(1.0));
    place(&mut finding, row.text(&["generator"]), row.text(&["detector"]));
    finding.description = labelled("Triggers", Some(&row.texts("triggers").join(", ")));
    let turns = row.list("prompt/turns").iter().filter_map(|turn| turn.text(&["content/text", "text"])).collect::<Vec<_>>();
    finding.request = row.text(&["prompt", "prompt/text"]).or_else(|| Some(turns.join("\n\n")).filter(|text| !text.is_empty()));
    finding.response = row.text(&["output", "output/text"]);
    Ok(finding)
}

/// `None` where all attempts passed.
fn evaluated(row: &Value, model: Option<&str>) -> Result<Option<Finding>, String> {
    let probe = row.text(&["probe"]).ok_or("no `probe`")?;
    let total = row.number(&["total", "total_evaluated"]).unwrap_or_default();
    let passed = row.number(&["passed"]).unwrap_or(total);
    if total <= 0.0 || passed >= total {
        return Ok(None);
    }
    let mut finding = base(probe, None, (total - passed) / total);
    place(&mut finding, model.map(str::to_owned), row.text(&["detector"]));
    finding.description = Some(format!("{} of {total} outputs failed", total - passed));
    Ok(Some(finding))
}

fn base(probe: String, goal: Option<&str>, score: f64) -> Finding {
    let title = goal.map_or_else(|| probe.clone(), |goal| format!("{probe}: {goal}"));
    let family = probe.trim_start_matches("probes.").split('.').next().unwrap_or_default().to_owned();
    let mut finding = Finding::new(Kind::Dast, probe, title);
    finding.set_severity(
        score.to_string(),
        match score {
            score if score >= 0.9 => Severity::Critical,
            score if score >= 0.8 => Severity::High,
            score if score > 0.5 => Severity::Medium,
            _ => Severity::Info,
        },
    );
    finding.confidence = Some(score.to_string());
    finding.cwes = vec![match family.as_str() {
        "promptinject" | "dan" | "latentinjection" | "goodside" | "encoding" | "suffix" | "tap" | "gcg" | "sysprompt_extraction" => 1427,
        "xss" | "web_injection" => 79,
        "leakreplay" | "divergence" => 200,
        _ => 1426,
    }];
    finding
}

fn place(finding: &mut Finding, generator: Option<String>, detector: Option<String>) {
    finding.location.resource = generator;
    finding.location.resource_type = Some("model".to_owned());
    finding.distinct = detector;
}
