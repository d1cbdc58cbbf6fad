//! Rootkit Hunter (rootkits, changed system files, weak host settings), its log. Version seen: 1.4.6.
//!
//! Make it with `rkhunter --check --sk --nocolors --logfile rkhunter.log`.
//!
//! - index: the checks, which are the lines that end in a result in brackets (`[ OK ]`, `[ Not found ]`, `[ Warning ]`). A `[ Warning ]` is
//!   a finding, the others are passed results.
//! - rule and title: the name of the check. A check of one file is `File properties`, with the file as path.
//! - the lines `Warning: …` behind it are the description, with the lines that belong to them.
//! - severity: rkhunter knows one word, `Warning`, which is medium.
//! - kind: malware for rootkits and system commands, config for the checks of boot, accounts, network and configuration files.
//! - place: the file that is checked, and the host of the first line as resource. No columns, lines or fingerprint.
//! - coverage: `Info: End date is …` (the log) or `System checks summary` shows that the run got to its end; without it the log is partial.
//! - left out: the applications check's version numbers, timings.

use model::{Finding, Kind, Severity, Timestamp};

use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Longest description, in bytes: a check of the whole system may list very many files.
const LONGEST: usize = 20_000;

/// The format of rkhunter's log and output.
pub(crate) static FORMAT: Format = Format {
    id: "rkhunter",
    name: "Rootkit Hunter",
    kinds: &[Kind::Malware, Kind::Config],
    media: &[Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let named = head.contains("Running Rootkit Hunter version") || head.contains("[ Rootkit Hunter version");
    // A line starts with its clock in brackets, which looks like a JSON array.
    Match::sure_if(named && !head.starts_with("<") && !head.starts_with("{"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Rootkit Hunter").claims.partial = Some("the log has no end".to_owned());
    let mut state = State::default();
    lines::each(input, |_, line| {
        state.line(out, line);
        Ok(())
    })?;
    state.flush(out);
    Ok(())
}

#[derive(Default)]
struct State {
    host: Option<String>,
    about_settings: bool,
    open: Option<Finding>,
    in_warning: bool,
}

impl State {
    fn line(&mut self, out: &mut Output<'_>, line: &str) {
        let text = without_clock(line);
        let trimmed = text.trim();
        if let Some(rest) = trimmed.strip_prefix("Running Rootkit Hunter version ") {
            let (version, host) = rest.split_once(" on ").unwrap_or((rest, ""));
            out.this().tool_version = Some(version.trim().to_owned());
            self.host = Some(host.trim().to_owned()).filter(|host| !host.is_empty());
        } else if let Some(rest) = trimmed.strip_prefix("[ Rootkit Hunter version ") {
            out.this().tool_version = Some(rest.trim_end_matches(']').trim().to_owned());
        } else if let Some(date) = trimmed.strip_prefix("Info: Start date is ") {
            out.this().at = day_of(date);
        } else if trimmed.starts_with("Info: End date is") || trimmed.starts_with("System checks summary") {
            self.flush(out);
            let claims = &mut out.this().claims;
            (claims.ran, claims.partial) = (true, None);
        } else if let Some((name, result)) = checked(trimmed) {
            self.flush(out);
            if result.eq_ignore_ascii_case("warning") {
                self.open = Some(self.finding(name));
            } else {
                out.no_finding();
            }
        } else if let Some(message) = trimmed.strip_prefix("Warning:") {
            self.in_warning = true;
            self.tell(message.trim());
        } else if trimmed.starts_with("Info:") || !text.starts_with("   ") {
            // A section's heading stands at the start of its line; what belongs to a warning is set in.
            self.in_warning = false;
            if trimmed.starts_with("Performing") || trimmed.starts_with("Checking") {
                self.about_settings =
                    ["boot", "account", "configuration", "network", "local host", "port"].iter().any(|word| trimmed.contains(word));
            }
        } else if self.in_warning {
            self.tell(trimmed);
        }
    }

    fn finding(&self, name: &str) -> Finding {
        let is_file = name.starts_with('/') && !name.contains(' ');
        let kind = if self.about_settings && !is_file { Kind::Config } else { Kind::Malware };
        let mut finding = if is_file {
            let mut finding = Finding::new(kind, "File properties", format!("File properties of {name}"));
            finding.location.path = Some(name.to_owned());
            finding
        } else {
            Finding::new(kind, name, name)
        };
        finding.set_severity("Warning", Severity::Medium);
        finding.location.resource = self.host.clone();
        finding.location.resource_type = self.host.as_ref().map(|_| "host".to_owned());
        finding
    }

    fn tell(&mut self, message: &str) {
        if let Some(finding) = self.open.as_mut() {
            let told = finding.description.get_or_insert_with(String::new);
            if told.len() < LONGEST {
                if !told.is_empty() {
                    told.push('\n');
                }
                told.push_str(message);
            }
        }
    }

    fn flush(&mut self, out: &mut Output<'_>) {
        self.in_warning = false;
        if let Some(finding) = self.open.take() {
            out.finding(finding);
        }
    }
}

/// The line without `[05:10:38]` in front.
fn without_clock(line: &str) -> &str {
    match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((clock, rest)) if clock.len() == 8 && clock.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') => {
            rest.strip_prefix(' ').unwrap_or(rest)
        }
        _ => line,
    }
}

/// Name and result of a check: `Checking for hidden ports   [ None found ]`.
fn checked(line: &str) -> Option<(&str, &str)> {
    let (name, result) = line.strip_suffix(']')?.rsplit_once("[ ")?;
    let name = name.trim();
    (!name.is_empty()).then(|| (name, result.trim()))
}

/// `Fri Jul 31 05:10:38 UTC 2026`: the zone stands before the year.
fn day_of(date: &str) -> Option<Timestamp> {
    let words: Vec<&str> = date.split_whitespace().filter(|word| *word != "UTC" && *word != "GMT").collect();
    Timestamp::lenient(&words.join(" "))
}
