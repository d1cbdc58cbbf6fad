//! cargo-deny (Rust packages: advisories, licences, bans, sources), JSON lines. Versions seen: 0.14 to 0.19.
//!
//! Make it with `cargo deny --format json check 2> cargo-deny.jsonl` (cargo-deny writes to the error stream).
//! `--audit-compatible-output` is read as cargo-audit.
//!
//! - index: the lines of type `diagnostic`. A duplicate crate, a note and a help are counted and are no findings.
//! - rule: the advisory's id; of a licence, ban or source the `code` (`rejected`, `banned`, `source-not-allowed`).
//! - kind: licence codes are licences, others sca.
//! - severity: error high, warning medium, as cargo-audit; the advisory's CVSS vector is kept.
//! - package: the first of `graphs[]`; place `Cargo.lock`, line 1, as cargo-audit.
//! - ran: the line of type `summary`, which comes last. A line of type `log` and level `ERROR` makes the report partial.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::sca;
use super::wording::first_line;
use crate::read::lines;
use crate::read::loose::Loose;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `cargo deny --format json check`.
pub(crate) static FORMAT: Format = Format {
    id: "cargo-deny",
    name: "cargo-deny",
    kinds: &[Kind::Sca, Kind::License],
    media: &[Media::JsonLines],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let line = |top: &str| {
        let has = |name: &str| head.has(&format!("{top}{name}"));
        has("type") && has("fields.code") && has("fields.graphs")
            || has("fields.advisories.errors") && head.is(&format!("{top}type"), "summary")
    };
    Match::sure_if(head.is_json_object() && (line("[].") || line("")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("cargo-deny");
    lines::json(input, out, |out, line: Value| {
        let Some(fields) = line.find("fields").filter(|fields| fields.is_object()) else {
            return out.bad_row("", "a line without `fields`");
        };
        match line.text(&["type"]).as_deref() {
            Some("diagnostic") => diagnostic(fields, out),
            Some("summary") => out.this().claims.ran = true,
            Some("log") if fields.text(&["level"]).is_some_and(|level| level.eq_ignore_ascii_case("error")) => {
                let said = fields.text(&["message"]).unwrap_or_default();
                out.this().claims.partial = Some(format!("the tool reports an error: {}", first_line(&said)));
            }
            Some("log") => {}
            _ => out.bad_row("", "a line of unknown type"),
        }
    })
}

fn diagnostic(fields: &Value, out: &mut Output<'_>) {
    let severity = match fields.text(&["severity"]).as_deref() {
        Some("error" | "bug") => Severity::High,
        Some("warning") => Severity::Medium,
        _ => return out.no_finding(),
    };
    let advisory = fields.find("advisory").filter(|advisory| advisory.is_object());
    let code = fields.text(&["code"]).unwrap_or_else(|| "diagnostic".to_owned());
    if code == "duplicate" || (advisory.is_none() && fields.list("graphs").is_empty()) {
        return out.no_finding();
    }
    let krate = fields.list("graphs").first().and_then(|graph| graph.find("Krate").or(Some(graph))).cloned().unwrap_or_default();
    let kind =
        if matches!(code.as_str(), "rejected" | "unlicensed" | "no-license-field" | "parse-error") { Kind::License } else { Kind::Sca };
    let rule = advisory.and_then(|advisory| advisory.text(&["id"])).unwrap_or(code);
    let said = fields.text(&["message"]).unwrap_or_else(|| rule.clone());
    let title = advisory.and_then(|advisory| advisory.text(&["title"])).unwrap_or(said);
    let mut finding = Finding::new(kind, rule.clone(), first_line(&title));
    finding.set_severity(fields.text(&["severity"]).unwrap_or_default(), severity);
    if let Some(advisory) = advisory {
        let others = advisory.texts("aliases");
        sca::identify(&mut finding, &rule, others.iter().map(String::as_str));
        sca::assessed(&mut finding, advisory.text(&["cvss"]).as_deref(), None, Some("RustSec"));
        finding.description = advisory.text(&["description"]);
        finding.url = advisory.text(&["url"]);
        finding.references = advisory.texts("references");
    }
    let package = finding.package_mut();
    package.ecosystem = Some("cargo".to_owned());
    package.name = krate.text(&["name"]).or_else(|| advisory.and_then(|advisory| advisory.text(&["package"])));
    package.version = krate.text(&["version"]);
    sca::in_file(&mut finding, "Cargo.lock");
    (finding.location.start_line, finding.location.end_line) = (Some(1), Some(1));
    out.finding(finding);
}
