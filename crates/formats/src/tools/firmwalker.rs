//! Firmwalker (sensitive files in extracted firmware), its text report. Last version: 2023, the script has no numbers.
//!
//! Make it with `./firmwalker.sh /path/to/rootfs firmwalker.txt`.
//!
//! - index: the lines that name a file, an address or a hash, below a `***heading***`.
//! - rule: the section and the pattern, as the script titles them (`SSL related files/*.pem`, `patterns in files/admin`). Kind secret for password files, hashes, keys and the patterns of
//!   credentials; config for the others.
//! - severity: the script rates nothing; info for all, as it lists what a person may want to look at. There is no raw word.
//! - place: the path in the firmware, without the folder that the firmware was extracted to. Addresses, e-mail addresses and hashes are the resource instead; a hash of a password is
//!   evidence and is not shown.
//! - the listing of `etc/ssl` is how `ls` shows it and is no finding.
//! - every run looks for both kinds.
//! - coverage: the folder in `***Firmware Directory***` is what was looked at, and the section on e-mail addresses is the last: with it the script got through.
//! - no time, no version, no fingerprint.

use model::{Finding, Kind, Severity};

use super::secret_value::evidence;
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The text that `firmwalker.sh` writes.
pub(crate) static FORMAT: Format = Format {
    id: "firmwalker",
    name: "Firmwalker",
    kinds: &[Kind::Secret, Kind::Config],
    media: &[Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.starts_with("***Firmware Directory***"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Firmwalker").claims.kinds = vec![Kind::Secret, Kind::Config];
    let mut section = String::new();
    let mut pattern = String::new();
    lines::each(input, |_, line| {
        let line = line.trim();
        if let Some(heading) = line.strip_prefix("***").map(|rest| rest.trim_end_matches('*')) {
            section = heading.trim().trim_start_matches("Search for ").to_owned();
            pattern.clear();
            out.this().claims.ran |= section.contains("emails");
        } else if let Some(heading) = between(line, '#').or_else(|| between(line, '-')) {
            heading.clone_into(&mut pattern);
        } else if section == "Firmware Directory" {
            out.this().claims.roots.push("/".to_owned());
        } else if !section.starts_with("List ") {
            out.finding(finding(&section, &pattern, line));
        }
        Ok(())
    })?;
    Ok(())
}

/// The text behind, or between, long rows of that character.
fn between(line: &str, character: char) -> Option<&str> {
    let marks = line.chars().take_while(|c| *c == character).count();
    (marks >= 10).then(|| line.trim_matches(character).trim())
}

fn finding(section: &str, pattern: &str, line: &str) -> Finding {
    let about = format!("{section} {pattern}").to_ascii_lowercase();
    let secret = ["password", "hash", "key", "*.pem", "*.p12", "shadow", "id_rsa", "id_dsa", "secret", "token", "pwd", "private"];
    let kind = if secret.iter().any(|word| about.contains(word)) { Kind::Secret } else { Kind::Config };
    let rule = if pattern.is_empty() { section.to_owned() } else { format!("{section}/{pattern}") };
    let is_hash = section.contains("hashes");
    let is_place = line.starts_with('/') || line.starts_with("./");
    let shown = if is_hash { "a password hash" } else { line };
    let mut finding = Finding::new(kind, rule, format!("{shown} ({section})"));
    finding.severity = Severity::Info;
    if is_hash {
        finding.secret = line.rsplit(':').next().and_then(evidence);
    } else if is_place {
        // Patterns in files are told with the line of `grep` behind the path in some versions.
        finding.location.path = Some(line.split(": ").next().unwrap_or(line).to_owned());
    } else {
        finding.location.resource = Some(line.to_owned());
    }
    finding
}
