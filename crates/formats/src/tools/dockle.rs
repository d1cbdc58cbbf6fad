//! Dockle (linter of container images), JSON. Versions seen: 0.2 to 0.4.
//!
//! Make it with `dockle -f json -o dockle.json shop-api:1.0`.
//!
//! - index: `details[]`. Levels PASS, SKIP and IGNORE are counted and are no findings (Dockle lists them only with `--debug`).
//! - `code` is the rule (`CIS-DI-…`, `DKL-…`), `title` the title, `alerts` the description: one finding for each rule on the image.
//! - severity: Dockle's levels FATAL critical, WARN medium, INFO low.
//! - place: the image (`image`, since 0.4); older reports do not name it.
//! - coverage: `summary` is there in every report that got through; it has no list of rules that ran. Secrets that Dockle finds in environment variables or files are named, not shown.
//! - no time, no version, no fingerprint.

use model::{Finding, Kind, Severity};

use super::web::paragraphs;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `dockle -f json`.
pub(crate) static FORMAT: Format =
    Format { id: "dockle", name: "Dockle", kinds: &[Kind::Container], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.has_all(&["summary.fatal", "summary.warn"]) || head.has_all(&["details[].code", "details[].level", "details[].alerts"]),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Dockle");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "image" => {
            out.this().image = json.row::<String>()?.ok().filter(|image| !image.is_empty());
            Ok(())
        }
        "summary" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "details" => loose::rows(json, out, |out, _, row| {
            let rule = row.text(&["code"]).ok_or("no `code`")?;
            let raw = row.text(&["level"]).unwrap_or_default();
            let severity = match raw.to_ascii_uppercase().as_str() {
                "PASS" | "SKIP" | "IGNORE" => {
                    out.no_finding();
                    return Ok(());
                }
                "FATAL" => Severity::Critical,
                "WARN" => Severity::Medium,
                "INFO" => Severity::Low,
                _ => Severity::Unknown,
            };
            let mut finding = Finding::new(Kind::Container, rule.clone(), row.text(&["title"]).unwrap_or(rule));
            finding.set_severity(raw, severity);
            finding.description = paragraphs(row.texts("alerts").into_iter().map(Some));
            finding.location.image.clone_from(&out.this().image);
            out.finding(finding);
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["details"]);
    json.end()
}
