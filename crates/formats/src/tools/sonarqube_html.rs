//! SonarQube, HTML of sonar-report. Versions seen: 1 to 3.
//!
//! Make it with `sonar-report --sonarurl=… --sonarcomponent=shop --output=sonar-report.html`.
//!
//! - index: the rows of the table of detected vulnerabilities (columns Rule, Severity, Component, …).
//! - columns mean what they mean in the JSON report (`sonarqube.rs`): *Description* is the title, *Message* the description, *Key* the trusted
//!   fingerprint. The component is a path from the project's root. There are no columns and no end of lines.
//! - CWE from the rule's description in the table of known rules, where the rule is listed.
//! - the page is not well-formed XML: it is cut at its tags, and scripts or entities are not run or fetched.
//! - absence proves nothing (read-only): the report is made from a filtered search.

use std::collections::HashMap;

use model::{Finding, Kind};

use super::sonarqube::cwes_in;
use super::sonarqube_external::severity;
use super::web::page;
use super::wording::{beyond, first_line};
use crate::read::csv::fold;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most bytes of a table's header.
const LONGEST_HEADER: usize = 4000;

/// The HTML of sonar-report.
pub(crate) static FORMAT: Format = Format {
    id: "sonarqube-html",
    name: "SonarQube (sonar-report HTML)",
    kinds: &[Kind::Sast],
    media: &[Media::Html],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.starts_with("<") && head.contains("<title>SonarQube") && head.contains("Report</title>"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("SonarQube").claims.partial = Some("a search of SonarQube, maybe filtered".to_owned());
    let page = page(input)?;
    let Some((table, rules)) = detail_table(&page) else { return Ok(()) };
    let cwes = cwes_by_rule(rules);
    let mut columns = Vec::new();
    for (position, row) in table.split("<tr").skip(1).enumerate() {
        let heads = cells(row, "<th");
        if !heads.is_empty() {
            columns = heads.iter().map(|head| fold(head)).collect();
            continue;
        }
        let cells = cells(row, "<td");
        let cell =
            |name: &str| columns.iter().position(|column| column == name).and_then(|at| cells.get(at)).filter(|text| !text.is_empty());
        match (cell("rule"), cell("component")) {
            (Some(rule), Some(path)) => {
                let title = cell("description").or_else(|| cell("message")).unwrap_or(rule);
                let mut finding = Finding::new(Kind::Sast, rule.clone(), first_line(title));
                finding.description = cell("message").and_then(|message| beyond(&finding.title, message));
                if let Some(raw) = cell("severity") {
                    finding.set_severity(raw.clone(), severity(raw));
                }
                finding.location.path = Some(path.clone());
                finding.location.start_line = cell("line").and_then(|line| line.parse().ok()).filter(|line| *line > 0);
                finding.location.end_line = finding.location.start_line;
                finding.cwes = cwes.get(rule.as_str()).cloned().unwrap_or_default();
                if let Some(key) = cell("key") {
                    finding.fingerprint("key", key.clone());
                    finding.trusted_fingerprint = Some("key");
                }
                out.finding(finding);
            }
            _ if cells.is_empty() => {}
            _ => out.bad_row(format!("row {position} of the vulnerabilities"), "no rule or no component"),
        }
    }
    Ok(())
}

/// The table whose header names rule and component, and all that follows it.
fn detail_table(page: &str) -> Option<(&str, &str)> {
    let start = page.match_indices("<table").map(|(at, _)| at).find(|at| {
        let bytes = page.as_bytes().get(*at..page.len().min(at + LONGEST_HEADER)).unwrap_or_default();
        let header = String::from_utf8_lossy(bytes);
        let header = header.split("</thead>").next().unwrap_or_default();
        header.contains("<th>Rule</th>") && header.contains("<th>Component</th>")
    })?;
    let rest = page.get(start..)?;
    rest.split_once("</table>").or(Some((rest, "")))
}

/// The texts of the cells of a row.
fn cells(row: &str, tag: &str) -> Vec<String> {
    row.split(tag)
        .skip(1)
        .filter(|cell| cell.starts_with(['>', ' ']))
        .map(|cell| plain(cell.split_once('>').map_or("", |(_, text)| text)))
        .collect()
}

/// Text without tags, white space folded, character references replaced.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for (position, part) in html.split('<').enumerate() {
        text.push_str(if position == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) });
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let named = [("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    named.iter().fold(text, |text, (name, character)| text.replace(name, character))
}

/// The CWE numbers in the descriptions of the rules: each goes from its link to that of the next.
fn cwes_by_rule(rules: &str) -> HashMap<&str, Vec<u32>> {
    rules.split("rule_key=").skip(1).filter_map(|part| part.split_once('"')).map(|(rule, text)| (rule, cwes_in(text))).collect()
}
