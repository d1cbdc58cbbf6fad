//! Lynis (audit of Unix hosts), report file. Versions seen: 2.7 to 3.1.
//!
//! Make it with `lynis audit system`, which writes `/var/log/lynis-report.dat`.
//!
//! - index: the lines `warning[]=`, `suggestion[]=`, `vulnerable_package[]=` and `manual[]=`. Manual tasks are counted and are no findings.
//! - rule: the test (`SSH-7408`) before the first `|`; a test may tell several things, which the text tells apart. A vulnerable package has the rule `vulnerable-package`.
//! - severity: Lynis has two lists, no scale: a warning is medium, a suggestion low. A vulnerable package is a warning too.
//! - place: the host (`hostname`) as the resource. The third part is details, the fourth the solution; `-` is none.
//! - coverage: `report_datetime_end` or `finish=true` is written last. `tests_executed` lists the tests that ran by their ids; those that were skipped, too, so no list of rules is claimed.
//! - `report_datetime_start` is the time, `lynis_version` the version. No fingerprint.
//! - left out: the inventory of the host.

use model::{Finding, Kind, Severity, Timestamp};

use super::web::labelled;
use super::wording::first_line;
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The report file of Lynis.
pub(crate) static FORMAT: Format = Format {
    id: "lynis",
    name: "Lynis",
    kinds: &[Kind::Config, Kind::Sca],
    media: &[Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.starts_with("# Lynis Report") || (head.contains("\nlynis_version=") && head.contains("report_version_major=")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Lynis");
    let mut host = None;
    lines::each(input, |number, line| {
        let Some((name, value)) = line.split_once('=') else {
            if !line.trim_start().starts_with('#') {
                out.warn(format!("line {number}"), "a line without `=`");
            }
            return Ok(());
        };
        match name {
            "hostname" => host = Some(value.to_owned()).filter(|name| !name.is_empty()),
            "lynis_version" => out.this().tool_version = Some(value.to_owned()),
            "report_datetime_start" => out.this().at = Timestamp::lenient(value),
            "report_datetime_end" => out.this().claims.ran = true,
            "finish" => out.this().claims.ran |= value == "true",
            "manual[]" => out.no_finding(),
            "warning[]" | "suggestion[]" | "vulnerable_package[]" => match finding(name, value) {
                Some(mut finding) => {
                    finding.location.resource.clone_from(&host);
                    finding.location.resource_type = Some("host".to_owned());
                    out.finding(finding);
                }
                None => out.bad_row(format!("line {number}"), "no text"),
            },
            _ => {}
        }
        Ok(())
    })?;
    Ok(())
}

fn finding(list: &str, value: &str) -> Option<Finding> {
    let mut parts = value.split('|').map(str::trim).map(|part| Some(part).filter(|part| !part.is_empty() && *part != "-"));
    let first = parts.next()??;
    if list == "vulnerable_package[]" {
        let mut finding = Finding::new(Kind::Sca, "vulnerable-package", format!("Vulnerable package {first}"));
        finding.set_severity("warning", Severity::Medium);
        let package = finding.package_mut();
        package.name = Some(first.to_owned());
        package.version = parts.next().flatten().map(str::to_owned);
        return Some(finding);
    }
    let text = parts.next()??;
    let mut finding = Finding::new(Kind::Config, first, first_line(text));
    let word = list.trim_end_matches("[]");
    finding.set_severity(word, if word == "warning" { Severity::Medium } else { Severity::Low });
    finding.description = labelled("Details", parts.next().flatten());
    finding.remediation = parts.next().flatten().map(|text| text.trim_start_matches("text:").to_owned());
    finding.url = Some(format!("https://cisofy.com/lynis/controls/{first}/")).filter(|_| first.contains('-'));
    finding.distinct = Some(text.to_owned());
    Some(finding)
}
