//! OWASP Nettacker (network and web scanner), JSON. Versions seen: 0.2 to 0.4.
//!
//! Make it with `python nettacker.py -i shop.example.com -m all -o nettacker.json`.
//!
//! - index: array elements: an event is a thing that a module found; modules that found nothing leave none.
//! - rule: `module_name` (`port_scan`, `clickjacking_vuln`, `apache_struts_vuln`).
//! - severity: the report gives none: info for the modules that end in `_scan` (they list what is there), unknown for the `_vuln` and `_brute` ones.
//! - place: the resource `target:port`. The event goes to the description; a password that a `_brute` module tried with success is not kept in it.
//! - no fingerprint: `scan_id` is drawn anew for each run.
//! - coverage: an empty report is an empty file, or `[]`, which tells nothing.

use model::{Finding, Kind, SecretEvidence, Severity};
use serde_json::Value;

use super::dig::{self, Dig};
use super::ports::host_and_port;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Nettacker's reports.
pub(crate) static FORMAT: Format = Format {
    id: "nettacker",
    name: "OWASP Nettacker",
    kinds: &[Kind::Dast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let json = head.has("[].module_name") && (head.has("[].json_event") || head.has_all(&["[].scan_id", "[].target"]))
        || head.has_all(&["[].scan_unique_id", "[].module_name"]);
    // Up to 0.2 the names were in capitals.
    Match::sure_if(json || head.has_all(&["[].SCAN_ID", "[].HOST", "[].TYPE"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Nettacker");
    let mut json = input.json()?;
    dig::each(&mut json, out, |out, place, row: &Value| {
        let (module, target) = (row.text("module_name|type"), row.text("target|host"));
        let (port, date, event) = (row.text("port"), row.text("date|time"), row.text("event|json_event|description"));
        push(out, place, module.as_deref(), target.as_deref(), port.as_deref(), event, date.as_deref());
    })?;
    json.end()
}

fn push(
    out: &mut Output<'_>,
    place: &str,
    module: Option<&str>,
    target: Option<&str>,
    port: Option<&str>,
    event: Option<String>,
    date: Option<&str>,
) {
    let (Some(module), Some(target)) = (module, target) else {
        out.bad_row(place, "an event without module_name or target");
        return;
    };
    if out.this().at.is_none() {
        out.this().at = date.and_then(model::Timestamp::lenient);
    }
    let resource = host_and_port(target, port.filter(|port| port.parse::<u16>().is_ok()));
    let mut finding = Finding::new(Kind::Dast, module, format!("{module}: {resource}"));
    if module.ends_with("_scan") {
        finding.severity = Severity::Info;
    }
    finding.location.resource = Some(resource);
    if module.ends_with("_brute") {
        finding.verified = Some(true);
        finding.secret =
            event.as_deref().and_then(password).map(|value| SecretEvidence { value: Some(value), ..SecretEvidence::default() });
    } else {
        finding.description = event;
    }
    out.finding(finding);
}

/// The password that an event shows: `… password: abc …` or `"password": "abc"`.
fn password(event: &str) -> Option<String> {
    let (_, rest) = event.split_once("password")?;
    let rest = rest.trim_start_matches(['"', '\'', ':', ' ', '=']);
    let end = rest.find(['"', '\'', ' ', ',', '}']).unwrap_or(rest.len());
    rest.get(..end).filter(|value| !value.is_empty()).map(str::to_owned)
}
