//! The text that kube-bench writes without `--json`: a line a check, then the remediations and the summary of each kind of node.

use std::collections::HashMap;

use super::kube_bench::{self, Row};
use super::wording::plain_line;
use crate::read::lines;
use crate::{Head, Input, Output, ParseError};

/// True where the first lines are the heading of a section and its checks.
pub(super) fn is_text(head: &Head<'_>) -> bool {
    let first = head.text().lines().map(plain_line).filter(|line| !line.trim().is_empty()).take(40);
    let (mut heading, mut check) = (false, false);
    for line in first {
        heading |= line.starts_with("[INFO] ") && line.get(7..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        check |= read(&line).is_some_and(|(_, number, _)| number.matches('.').count() >= 2);
    }
    heading && check
}

/// Status, number and text of a line.
fn read(line: &str) -> Option<(&str, &str, &str)> {
    let (status, rest) = line.strip_prefix('[')?.split_once("] ")?;
    let (number, text) = rest.trim().split_once(' ')?;
    let numbered = number.contains('.') && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    (matches!(status, "PASS" | "FAIL" | "WARN" | "INFO") && numbered).then_some((status, number, text.trim()))
}

/// The checks of one kind of node, until its name is known.
#[derive(Default)]
struct Section {
    heading: Option<String>,
    rows: Vec<(Row, Option<String>)>,
    remediations: HashMap<String, String>,
    /// The check whose remediation the lines belong to.
    current: Option<String>,
}

pub(super) fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut section = Section::default();
    let mut in_remediations = false;
    lines::each(input, |_, line| {
        let line = plain_line(line);
        if let Some(node) = line.strip_prefix("== Summary ").map(|rest| rest.trim_end_matches([' ', '='])) {
            in_remediations = false;
            flush(out, std::mem::take(&mut section), Some(node));
        } else if line.starts_with("== Remediations ") {
            in_remediations = true;
        } else if let Some((status, number, text)) = read(&line).filter(|_| !in_remediations) {
            if status == "INFO" {
                section.heading = Some(text.to_owned());
            } else {
                let row = Row::of_text(number, text, status);
                section.rows.push((row, section.heading.clone()));
            }
        } else if in_remediations {
            let number = line.split_whitespace().next().filter(|word| word.matches('.').count() >= 2);
            let number = number.filter(|word| word.chars().all(|c| c.is_ascii_digit() || c == '.'));
            let text = match number {
                Some(number) => {
                    section.current = Some(number.to_owned());
                    line.trim().strip_prefix(number).unwrap_or_default().trim()
                }
                None => line.trim(),
            };
            if let Some(current) = &section.current {
                let remediation = section.remediations.entry(current.clone()).or_default();
                remediation.push_str(if remediation.is_empty() { "" } else { "\n" });
                remediation.push_str(text);
            }
        }
        Ok(())
    })?;
    if !section.rows.is_empty() {
        out.warn("the last lines", "the report does not end with a summary; it may be cut off");
        out.this().claims.partial = Some("the end of the report is missing".to_owned());
        flush(out, section, None);
    }
    Ok(())
}

fn flush(out: &mut Output<'_>, section: Section, node: Option<&str>) {
    for (mut row, heading) in section.rows {
        row.remediation = section.remediations.get(&row.test_number).cloned();
        kube_bench::push(out, row, node, heading.as_deref());
    }
}
