//! Kubesec (manifests of Kubernetes), JSON. Versions seen: 2.0 to 2.14.
//!
//! Make it with `kubesec scan -f json deployment.yaml > kubesec.json`.
//!
//! - index: `[].scoring.critical[]`, then `[].scoring.advise[]`, objects laid end to end; `passed[]` is counted.
//! - rule: `id`, older reports `selector`; `reason` is the description, the selector the rest of it.
//! - severity: critical high, advise low, as Kubesec's own SARIF template does with errors and notes.
//! - place: the object (`Deployment/shop.default`) with its kind; `fileName` is the path (`STDIN` and `API` are none).
//! - `valid: false` means that the object could not be read: nothing closes there, and without any other the run failed.
//! - no line, no time, no version, no list of rules.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::web::paragraphs;
use super::wording::{add_unread, first_line};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `kubesec scan`.
pub(crate) static FORMAT: Format =
    Format { id: "kubesec", name: "Kubesec", kinds: &[Kind::Iac], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(["object", "valid", "score", "scoring"].iter().all(|name| head.has(&format!("[].{name}"))))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Kubesec");
    let mut json = input.json()?;
    loose::rows(&mut json, out, |out, place, row| {
        let object = row.text(&["object"]).ok_or("no object")?;
        let file = row.text(&["fileName"]).filter(|file| !matches!(file.as_str(), "STDIN" | "API"));
        if row.truth("valid") == Some(false) {
            add_unread(&mut out.this().claims.unread, file.as_deref().unwrap_or(&object));
            out.warn(place, row.text(&["message"]).unwrap_or_else(|| "the object could not be read".to_owned()));
            return Ok(());
        }
        if row.find("scoring").is_none_or(|scoring| !scoring.is_object()) {
            return Err("no scoring".to_owned());
        }
        out.this().claims.ran = true;
        for (list, severity) in [("critical", Severity::High), ("advise", Severity::Low)] {
            for check in loose::inner(out, place, row, &format!("scoring/{list}")) {
                match check.text(&["id", "selector"]) {
                    Some(rule) => out.finding(finding(rule, check, list, severity, &object, file.as_deref())),
                    None => out.bad_row(place, "a check without id and selector"),
                }
            }
        }
        row.list("scoring/passed").iter().for_each(|_| out.no_finding());
        Ok(())
    })?;
    json.end()
}

fn finding(rule: String, check: &Value, raw: &str, severity: Severity, object: &str, file: Option<&str>) -> Finding {
    let reason = check.text(&["reason"]);
    let title = reason.as_deref().map_or_else(|| rule.clone(), |reason| format!("{rule}: {}", first_line(reason)));
    let mut finding = Finding::new(Kind::Iac, rule, title);
    finding.set_severity(raw, severity);
    finding.description = paragraphs([reason, check.text(&["selector"])]);
    finding.references.extend(check.text(&["href"]).filter(|link| link.starts_with("http")));
    finding.location.path = file.map(str::to_owned);
    finding.location.resource = Some(object.to_owned());
    finding.location.resource_type = object.split_once('/').map(|(kind, _)| kind.to_owned());
    finding
}
