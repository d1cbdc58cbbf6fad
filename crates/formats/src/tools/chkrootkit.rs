//! chkrootkit (signs of rootkits), text. Versions seen: 0.49 to 0.58.
//!
//! Make it with `chkrootkit > chkrootkit.txt`, or `chkrootkit -q` for what it found alone.
//!
//! - index: the lines that say something was found, in the order of the report. Tests that say *not infected*, *not found*, *nothing found*, *nothing detected*,
//!   *not tested*, *no suspect files* and the like are counted and are no findings.
//! - rule: the test's name (`lkm`, `bindshell`, *Searching for Adore LKM*). A `WARNING` line below a test belongs to that test; alone (`-q`) its first word is
//!   the rule.
//! - severity: the tool has none; *INFECTED* is high, warnings and suspicious things are medium.
//! - place: the path in a line, else none. kind malware.
//! - ran: `ROOTDIR is`. A quiet report that is empty tells nothing.
//!
//! # Differs
//! Each `WARNING` line of a test that said WARNING itself is part of that finding's description; in a quiet report each is a finding.

use model::{Finding, Kind, Severity};

use super::wording::first_line;
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of chkrootkit's output.
pub(crate) static FORMAT: Format =
    Format { id: "chkrootkit", name: "chkrootkit", kinds: &[Kind::Malware], media: &[Media::Text], status: Status::ReadOnly, sniff, parse };

/// Ends of a test that found nothing, in lower case.
const CLEAN: [&str; 16] = [
    "not infected",
    "not found",
    "nothing found",
    "nothing detected",
    "nothing deleted",
    "not tested",
    "no suspect files",
    "not promisc and no packet sniffer sockets",
    "no suspect files found",
    "started",
    "finished",
    "not promisc",
    "chkutmp: nothing deleted",
    "can't exec",
    "test complete",
    "disabled",
];
/// Most bytes of a finding's description.
const LONGEST: usize = 20_000;

fn sniff(head: &Head<'_>) -> Match {
    if head.is_json() || head.starts_with("<") {
        return Match::No;
    }
    let whole = head.contains("ROOTDIR is `") || (head.contains("Checking `") && head.contains("'..."));
    let quiet = head.contains("WARNING: chk")
        || head.contains("chkdirs: WARNING")
        || head.contains("chkproc: Warning")
        || head.contains("Possible LKM Trojan");
    Match::sure_if(whole || quiet)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("chkrootkit");
    let mut open: Option<Finding> = None;
    lines::each(input, |_, line| {
        let text = line.trim();
        if text.starts_with("ROOTDIR is") {
            out.this().claims.ran = true;
        } else if let Some((test, result)) = test(text) {
            close(out, &mut open);
            let lower = result.to_ascii_lowercase();
            if result.is_empty() || CLEAN.iter().any(|end| lower == *end || (lower.starts_with(end) && !lower.contains("infected:"))) {
                out.no_finding();
            } else {
                open = Some(finding(test, result, &format!("{test}: {result}")));
            }
        } else if let Some(finding) = open.as_mut().filter(|_| !text.starts_with("Checking") && !text.starts_with("Searching")) {
            let said = finding.description.get_or_insert_default();
            if said.len() < LONGEST {
                said.push_str(if said.is_empty() { "" } else { "\n" });
                said.push_str(text);
            }
        } else if let Some((rule, said)) = warning(text) {
            out.finding(finding(rule, said, said));
        }
        Ok(())
    })?;
    close(out, &mut open);
    Ok(())
}

fn close(out: &mut Output<'_>, open: &mut Option<Finding>) {
    if let Some(finding) = open.take() {
        out.finding(finding);
    }
}

/// ``Checking `basename'...      not infected``, `Searching for Adore LKM...    not tested`.
fn test(line: &str) -> Option<(&str, &str)> {
    let (name, result) = line.split_once("...")?;
    if let Some(name) = name.strip_prefix("Checking `") {
        return Some((name.trim_end_matches('\''), result.trim()));
    }
    name.starts_with("Searching for").then(|| (name, result.trim()))
}

/// A line of a quiet report: `WARNING: chkdirs: …`, `chkdirs: WARNING: …`, `INFECTED …`; its subject and what it says.
fn warning(line: &str) -> Option<(&str, &str)> {
    if let Some(rest) = line.strip_prefix("WARNING:") {
        let said = rest.trim();
        return Some((said.split_once(':').map_or("warning", |(rule, _)| rule), said));
    }
    if let Some((rule, said)) = line.split_once(": WARNING:").or_else(|| line.split_once(": Warning:")) {
        return Some((rule, said.trim()));
    }
    let is_found = line.contains("INFECTED") || line.contains("Vulnerable") || line.to_ascii_lowercase().contains("suspicious files");
    is_found.then_some(("warning", line))
}

fn finding(rule: &str, result: &str, title: &str) -> Finding {
    let mut finding = Finding::new(Kind::Malware, rule, first_line(title));
    let infected = result.starts_with("INFECTED") || result.contains("Trojan installed");
    let raw = if result.contains("INFECTED") { "INFECTED" } else { "WARNING" };
    finding.set_severity(raw, if infected && raw == "INFECTED" { Severity::High } else { Severity::Medium });
    finding.location.path = result
        .split_whitespace()
        .find(|word| word.starts_with('/') && word.len() > 1)
        .map(|word| word.trim_end_matches([',', ':']).to_owned());
    finding
}
