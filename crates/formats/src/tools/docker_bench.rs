//! Docker Bench for Security (CIS benchmark of Docker hosts), JSON. Versions seen: 1.3.6; 1.5 and 1.6 write the same members.
//!
//! Make it with `docker-bench-security.sh -l docker-bench.log`, which writes `docker-bench.log.json` beside the log.
//!
//! - index: `tests[].results[]` laid end to end. PASS is counted and is no finding, and so are INFO and NOTE of a test that is marked manual: there the script says only that a person
//!   should look.
//! - rule: `id`, the number in the benchmark; the title is `desc`.
//! - severity: the script has levels, no scale: WARN (a test failed) high, INFO low, NOTE info.
//! - place: the host, which the report does not name. `items` are the containers, images or users that a test failed for; they go to the description, for they change while the test
//!   stays failed.
//! - coverage: `end` is written last, so it got through. `start` is the time, `dockerbenchsecurity` the version. The tests in the report are all that ran, but a test without result
//!   is left out, so no list of rules is claimed.
//! - no fingerprint. Left out: the score.
//!
//! # Differs
//! - count: a WARN of a manual test is a finding. (Some readers leave all manual tests out.)

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::web::{labelled, paragraphs};
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of the JSON log of `docker-bench-security.sh`.
pub(crate) static FORMAT: Format = Format {
    id: "docker-bench",
    name: "Docker Bench for Security",
    kinds: &[Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("dockerbenchsecurity"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Docker Bench for Security");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "dockerbenchsecurity" => {
            out.this().tool_version = json.row::<Value>()?.ok().and_then(|value| value.text(&[""]));
            Ok(())
        }
        "start" => {
            let seconds = json.row::<i64>()?.ok();
            out.this().at = seconds.and_then(|seconds| seconds.checked_mul(1000)).map(Timestamp);
            Ok(())
        }
        "end" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "tests" => loose::rows(json, out, |out, place, section| {
            for row in inner(out, place, section, "results") {
                push(out, place, section, row);
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn push(out: &mut Output<'_>, place: &str, section: &Value, row: &Value) {
    let (Some(rule), Some(raw)) = (row.text(&["id"]), row.text(&["result"])) else {
        out.bad_row(place, "a result without `id` or `result`");
        return;
    };
    let title = row.text(&["desc"]).unwrap_or_else(|| rule.clone());
    let severity = match raw.to_ascii_uppercase().as_str() {
        "PASS" => None,
        "INFO" | "NOTE" if title.contains("(Manual)") => None,
        "WARN" | "FAIL" => Some(Severity::High),
        "INFO" => Some(Severity::Low),
        "NOTE" => Some(Severity::Info),
        _ => Some(Severity::Unknown),
    };
    let Some(severity) = severity else {
        out.no_finding();
        return;
    };
    let mut finding = Finding::new(Kind::Config, rule, title);
    finding.set_severity(raw, severity);
    finding.description = paragraphs([
        labelled("Section", section.text(&["desc"]).as_deref()),
        labelled("Found", row.text(&["details"]).as_deref()),
        labelled("Affected", Some(&row.texts("items").join(", "))),
    ]);
    finding.remediation = paragraphs([row.text(&["remediation"]), labelled("Impact", row.text(&["remediation-impact"]).as_deref())]);
    out.finding(finding);
}
