//! PMD (Java and other languages), JSON, XML and CSV. Versions seen: 6 and 7 (to 7.18).
//!
//! Make it with `pmd check -d src -R rulesets/java/quickstart.xml -f json -r pmd.json` (or `-f xml`, `-f csv`; SARIF is better).
//!
//! - index: JSON `files[].violations[]`, then `suppressedViolations[]`; XML the `violation` elements, then `suppressedviolation`; CSV the rows.
//! - `rule` is the rule, the message or `description` the title; the rule set goes to the description, `externalInfoUrl` to the references.
//! - severity: `priority` 1 and 2 high, 3 medium, 4 low, 5 info.
//! - place: file, lines and columns, which start at 1; the end column is that of the last character. CSV has the first line only.
//! - class and method (XML) are the symbol.
//! - `processingErrors[]` (XML `error`) name files that could not be read: nothing closes there. `configurationErrors[]` (`configerror`) are rules
//!   that did not run: the report is partial.
//! - version and time from `pmdVersion` and `timestamp`. JSON is closed behind its last list, which shows that the run got through; a table shows nothing.

use model::{Finding, Kind, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::wording::first_line;
use crate::read::csv;
use crate::read::loose::{self, Loose};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The formats of `pmd check`: JSON, XML, CSV.
pub(crate) static FORMAT: Format = Format {
    id: "pmd",
    name: "PMD",
    kinds: &[Kind::Sast],
    media: &[Media::Json, Media::Xml, Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.csv_has_most(&["File", "Priority", "Line", "Rule set", "Rule"])
            || head.has_all(&["pmdVersion", "files"])
            || head.is_xml("pmd"),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("PMD");
    match input.head() {
        head if head.is_json() => json(input, out),
        head if head.is_xml("pmd") => from_xml(input, out),
        _ => table(input, out),
    }
}

fn start(rule: &str, title: &str, priority: Option<&str>, set: Option<&str>) -> Finding {
    let mut finding = Finding::new(Kind::Sast, rule, first_line(title));
    if let Some(raw) = priority {
        let severity = match raw {
            "1" | "2" => Severity::High,
            "3" => Severity::Medium,
            "4" => Severity::Low,
            "5" => Severity::Info,
            _ => Severity::Unknown,
        };
        finding.set_severity(raw, severity);
    }
    finding.description = set.map(|set| format!("Rule set: {set}"));
    finding
}

fn at(finding: &mut Finding, path: &str, number: impl Fn(&str) -> Option<u32>) {
    let number = |name| number(name).filter(|number| *number > 0);
    let place = &mut finding.location;
    place.path = Some(path.to_owned());
    place.start_line = number("beginline");
    place.end_line = number("endline").or(place.start_line);
    place.start_column = number("begincolumn");
    place.end_column = number("endcolumn").map(|column| column.saturating_add(1));
}

fn json(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "files" | "suppressedViolations" => loose::rows(json, out, |out, place, file| {
            let path = file.text(&["filename"]).ok_or("a file without name")?;
            if file.find("violations").is_none() {
                return Err("a file without `violations`".to_owned());
            }
            for row in loose::inner(out, place, file, "violations") {
                match row.text(&["rule"]) {
                    Some(rule) => out.finding(of_json(row, &rule, &path)),
                    None => out.bad_row(place, "a violation without rule"),
                }
            }
            Ok(())
        }),
        "processingErrors" => loose::rows(json, out, |out, _, row| {
            out.this().claims.unread.extend(row.text(&["filename"]));
            Ok(())
        }),
        "configurationErrors" => loose::rows(json, out, |out, _, row| {
            failed(out, row.text(&["rule"]));
            Ok(())
        }),
        "pmdVersion" | "timestamp" => {
            let text = json.row::<Value>()?.ok().as_ref().and_then(crate::read::lenient::scalar);
            if key == "timestamp" {
                out.this().at = text.as_deref().and_then(Timestamp::lenient);
            } else {
                out.this().tool_version = text;
            }
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.expect(out, &["files"]);
    json.expect(out, &["suppressedViolations"]);
    out.this().claims.ran = true;
    json.end()
}

fn failed(out: &mut Output<'_>, rule: Option<String>) {
    let said = format!("the rule {} did not run", rule.as_deref().unwrap_or("of a configuration error"));
    out.this().claims.partial.get_or_insert(said);
}

fn of_json(row: &Value, rule: &str, path: &str) -> Finding {
    let title = row.text(&["description"]).unwrap_or_else(|| rule.to_owned());
    let mut finding = start(rule, &title, row.text(&["priority"]).as_deref(), row.text(&["ruleset"]).as_deref());
    at(&mut finding, path, |name| row.whole(&[name]));
    finding.references.extend(row.text(&["externalInfoUrl"]));
    if let Some(by) = row.text(&["suppressiontype"]) {
        finding.suppressed = Some(Suppression { by, reason: row.text(&["usermsg"]) });
    }
    finding
}

fn from_xml(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut path = String::new();
    xml::walk(input, &["violation", "suppressedviolation", "error", "configerror"], |node| {
        match node {
            Node::Open(element) if element.name == "pmd" => {
                out.this().tool_version = element.attr("version").map(str::to_owned);
                out.this().at = element.attr("timestamp").and_then(Timestamp::lenient);
            }
            Node::Open(element) if element.name == "file" => path = element.attr("name").unwrap_or_default().to_owned(),
            Node::Row(row) => match row.name.as_str() {
                "violation" => match row.attr("rule") {
                    Some(rule) => out.finding(of_xml(&row, rule, &path)),
                    None => out.bad_row(format!("byte {}", row.offset), "a violation without rule"),
                },
                // It names no rule and no line: nothing that a finding could be known by.
                "suppressedviolation" => out.no_finding(),
                "error" => out.this().claims.unread.extend(row.attr("filename").map(str::to_owned)),
                _ => failed(out, row.attr("rule").map(str::to_owned)),
            },
            _ => {}
        }
        Ok(())
    })?;
    out.this().claims.ran = true;
    Ok(())
}

fn of_xml(row: &Element, rule: &str, path: &str) -> Finding {
    let mut finding = start(rule, &row.text, row.attr("priority"), row.attr("ruleset"));
    if finding.title.is_empty() {
        rule.clone_into(&mut finding.title);
    }
    at(&mut finding, path, |name| row.attr(name)?.parse().ok());
    finding.references.extend(row.attr("externalInfoUrl").map(str::to_owned));
    let symbol = [row.attr("class"), row.attr("method")];
    finding.location.symbol = Some(symbol.into_iter().flatten().collect::<Vec<_>>().join(".")).filter(|text| !text.is_empty());
    finding
}

fn table(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    csv::each(input, out, 0, |out, row| {
        let (Some(rule), Some(file)) = (row.get(&["Rule"]), row.get(&["File"])) else {
            return out.bad_row(format!("line {}", row.line), "a row without rule or file");
        };
        let mut finding = start(rule, row.get(&["Description"]).unwrap_or(rule), row.get(&["Priority"]), row.get(&["Rule set"]));
        at(&mut finding, file, |name| if name == "beginline" { row.whole(&["Line"]) } else { None });
        out.finding(finding);
    })
}
