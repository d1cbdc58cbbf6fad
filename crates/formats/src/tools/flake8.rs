//! flake8 with security plug-ins (Dlint, flake8-bandit), its default text. Versions seen: flake8 3 to 7, Dlint 0.10 to 0.16.
//!
//! Make it with `python -m flake8 --select=DUO . > dlint.txt`.
//!
//! - index: the lines `path:line:column: CODE message`; other lines are warnings.
//! - the code is the rule, the message the title. `DUO…` are Dlint's and name the tool.
//! - severity: there is none; medium without a raw word.
//! - lines and columns start at 1; there is no end.
//! - an empty file says nothing. No fingerprint, no list of rules, no time, no version.

use model::{Finding, Kind, Severity};

use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The default output of flake8.
pub(crate) static FORMAT: Format =
    Format { id: "flake8", name: "flake8 (Dlint)", kinds: &[Kind::Sast], media: &[Media::Text], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let first = head.text().lines().find(|line| !line.trim().is_empty()).and_then(finding);
    match first {
        Some(found) if found.location.path.as_deref().is_some_and(|path| path.ends_with(".py")) => Match::Sure,
        Some(found) if found.rule.starts_with("DUO") => Match::Sure,
        Some(_) => Match::Maybe,
        None => Match::No,
    }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let is_dlint = input.head().text().lines().filter_map(finding).all(|finding| finding.rule.starts_with("DUO"));
    out.run(if is_dlint { "Dlint" } else { "flake8" });
    lines::each(input, |number, line| {
        match finding(line) {
            Some(finding) => out.finding(finding),
            None => out.warn(format!("line {number}"), "not `path:line:column: CODE message`"),
        }
        Ok(())
    })?;
    Ok(())
}

/// One line; `None` where it has another form.
fn finding(line: &str) -> Option<Finding> {
    // A path may hold a colon (`C:\app.py:3:1: …`), so the parts are taken from the first pair of numbers on.
    let (at, _) = line.match_indices(':').find(|(at, _)| {
        let mut parts = line.get(at + 1..).unwrap_or_default().splitn(3, ':');
        parts.next().is_some_and(is_number) && parts.next().is_some_and(is_number) && parts.next().is_some_and(|rest| rest.starts_with(' '))
    })?;
    let (path, rest) = (line.get(..at)?, line.get(at + 1..)?);
    let mut parts = rest.splitn(3, ':');
    let (start, column, text) = (parts.next()?, parts.next()?, parts.next()?);
    let (code, message) = text.trim_start().split_once(' ')?;
    let letters = code.chars().take_while(char::is_ascii_uppercase).count();
    let digits = code.chars().skip(letters).filter(char::is_ascii_digit).count();
    if !(1..=4).contains(&letters) || digits < 2 || letters + digits != code.len() {
        return None;
    }
    let mut finding = Finding::new(Kind::Sast, code, message.trim());
    finding.severity = Severity::Medium;
    finding.location.path = Some(path.to_owned());
    finding.location.start_line = start.parse().ok();
    finding.location.end_line = finding.location.start_line;
    finding.location.start_column = column.parse().ok();
    Some(finding)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_flake8() {
        let found = finding("C:\\app\\main.py:4:5: DUO107 insecure use of XML modules").unwrap();
        assert_eq!(
            (found.rule.as_str(), found.location.path.as_deref(), found.location.start_line),
            ("DUO107", Some("C:\\app\\main.py"), Some(4))
        );
        for other in ["app.c:4:5: warning: unused", "no line at all", "app.py:4: DUO107 x"] {
            assert!(finding(other).is_none(), "{other}");
        }
    }
}
