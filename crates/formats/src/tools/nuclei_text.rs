//! The lines that Nuclei shows and writes with `-o results.txt`: `[template:matcher] [http] [high] https://… ["extracted"]`.

use model::{Finding, Kind};

use super::web::{labelled, origin, paragraphs};
use super::wording::{self, plain_line};
use crate::read::lines;
use crate::{Head, Input, Output, ParseError};

/// The protocols of templates.
const TYPES: [&str; 12] =
    ["http", "dns", "tcp", "network", "ssl", "file", "headless", "websocket", "whois", "code", "javascript", "offlinehttp"];
const SEVERITIES: [&str; 6] = ["info", "low", "medium", "high", "critical", "unknown"];

/// One line taken apart.
struct Line<'a> {
    rule: &'a str,
    protocol: &'a str,
    severity: &'a str,
    target: &'a str,
    /// What stands in brackets behind the target.
    rest: &'a str,
    failed: bool,
}

/// True where the first line that is not the log's is a result.
pub(super) fn is_text(head: &Head<'_>) -> bool {
    let mut lines = head.text().lines().map(plain_line).filter(|line| !line.trim().is_empty() && !is_log(line));
    lines.next().is_some_and(|line| read(&line).is_some())
}

/// Messages of the log begin with `[INF]`, `[WRN]` and their like.
fn is_log(line: &str) -> bool {
    let head = line.trim_start();
    ["[INF]", "[WRN]", "[ERR]", "[FTL]", "[DBG]", "[VER]"].iter().any(|start| head.starts_with(start))
}

fn read(line: &str) -> Option<Line<'_>> {
    let mut rest = line.trim();
    let mut next = || {
        let (inside, after) = rest.strip_prefix('[')?.split_once(']')?;
        rest = after.trim_start();
        Some(inside)
    };
    let mut rule = next()?;
    // With `-timestamp` the time stands first.
    if rule.contains(' ') && rule.starts_with(|c: char| c.is_ascii_digit()) {
        rule = next()?;
    }
    let mut protocol = next()?;
    let failed = protocol == "failed";
    if failed || protocol == "matched" {
        protocol = next()?;
    }
    let severity = next()?;
    let known = TYPES.contains(&protocol) && SEVERITIES.contains(&severity) && !rule.is_empty() && !rest.is_empty();
    let (target, rest) = rest.split_once(" [").unwrap_or((rest, ""));
    known.then_some(Line { rule, protocol, severity, target: target.trim(), rest: rest.trim_end_matches(']'), failed })
}

pub(super) fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let ended = lines::each(input, |number, line| {
        let line = plain_line(line);
        match read(&line) {
            Some(line) if line.failed => out.no_finding(),
            Some(line) => {
                if out.this().url.is_none() && line.target.contains("://") {
                    out.this().url = Some(origin(line.target).to_owned());
                }
                out.finding(finding(&line));
            }
            None if is_log(&line) => {}
            None => out.bad_row(format!("line {number}"), "not a result of Nuclei"),
        }
        Ok(())
    })?;
    wording::whole(out, ended);
    Ok(())
}

fn finding(line: &Line<'_>) -> Finding {
    let mut finding = Finding::new(Kind::Dast, line.rule, line.rule);
    finding.set_severity_word(line.severity);
    let id = line.rule.split(':').next().unwrap_or_default();
    finding.identifiers = super::web::cves(id);
    let place = &mut finding.location;
    if line.protocol == "file" {
        place.path = Some(line.target.to_owned());
        let lines = line.rest.split('[').find_map(|part| part.strip_prefix("LN: "));
        place.start_line = lines.and_then(|lines| lines.split([',', ']']).next()?.trim().parse().ok()).filter(|line: &u32| *line > 0);
        place.end_line = place.start_line;
    } else if line.target.contains("://") {
        place.url = Some(line.target.to_owned());
    } else {
        place.resource = Some(line.target.to_owned());
        place.resource_type = Some(line.protocol.to_owned());
    }
    finding.description = paragraphs([labelled("Extracted", Some(line.rest))]);
    finding
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn lines_are_taken_apart() {
        let line = read("[2026-05-01 10:00:00] [tech-detect:nginx] [http] [info] https://a/ [\"1.2\"]").unwrap();
        assert_eq!(
            (line.rule, line.protocol, line.severity, line.target, line.rest),
            ("tech-detect:nginx", "http", "info", "https://a/", "\"1.2\"")
        );
        assert!(read("[FAIL] 1.1.1 Ensure that").is_none() && read("[https://a] [200] [title]").is_none());
    }
}
