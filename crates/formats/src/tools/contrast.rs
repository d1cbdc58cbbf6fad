//! Contrast Assess (IAST), CSV. Exports seen: 2018 and 2020.
//!
//! Make it in *Vulnerabilities*, *Export*, *Export to CSV*, without a filter; or from the server's API.
//!
//! - index: rows without the header. Rows of status `Remediated`, `AutoRemediated` or `Fixed` are resolved.
//! - rule: `Rule Name`. Severity: Critical, High, Medium, Low, Note (info). CWE: the number in the link of `CWE ID`.
//! - place: `Request URI` is a path on the application without a host; it stands as URL and as route. The parameter, the file and the line are read from
//!   the name where it has them: `… from "id" Parameter on "/orders" page (Orders.java, line 17)`, `… used at Digest.java`. The file is a base name.
//! - status `NotAProblem` is a suppression; the others are open.
//! - `Vulnerability ID` is trusted over time: the server keeps one id for one trace, across exports, new lines and new versions.
//! - `First Seen` is when the tool saw it first. The export states no time; `Last Seen` is that of the last attack or request and is not taken.
//! - request: method, URI, query and body as recorded.
//! - coverage: the table shows nothing of what was exercised; without a row it is no evidence. No rule list.
//! - left out: number of events, application and its code, port, protocol.
//!
//! # Differs
//! - host: the export has none; `--url` at import says it. (Some readers put 0.0.0.0.)

use model::{Finding, Kind, Suppression, Timestamp};

use super::wording::add_cwes;
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Contrast's CSV export.
pub(crate) static FORMAT: Format =
    Format { id: "contrast", name: "Contrast Assess", kinds: &[Kind::Iast], media: &[Media::Csv], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has(&["Vulnerability Name", "Vulnerability ID", "Rule Name"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Contrast Assess");
    csv::each(input, out, 0, |out, row| {
        let Some(rule) = row.get(&["Rule Name"]) else { return out.bad_row(format!("line {}", row.line), "a row without a rule name") };
        let status = row.get(&["Status"]).unwrap_or_default();
        let mut finding = finding(rule, row);
        if matches!(status, "Remediated" | "AutoRemediated" | "Auto-Remediated" | "Remediated - Auto-Verified" | "Fixed") {
            finding.resolve("Contrast Assess", status);
        }
        if matches!(status, "NotAProblem" | "Not a Problem") {
            finding.suppressed = Some(Suppression { by: "Contrast Assess".to_owned(), reason: Some(status.to_owned()) });
        }
        out.finding(finding);
    })
}

fn finding(rule: &str, row: &Row<'_>) -> Finding {
    let name = row.get(&["Vulnerability Name"]).unwrap_or(rule);
    let mut finding = Finding::new(Kind::Iast, rule, name);
    if let Some(raw) = row.get(&["Severity"]) {
        finding.set_severity_word(raw);
    }
    add_cwes(&mut finding.cwes, row.get(&["CWE ID"]));
    finding.description = row.text(&["Category"]).map(|category| format!("Category: {category}"));
    let first = row.get(&["First Seen Datetime"]).and_then(Timestamp::lenient);
    finding.first_seen_by_tool = first.or_else(|| row.get(&["First Seen"])?.parse().ok().map(Timestamp));
    if let Some(id) = row.get(&["Vulnerability ID"]) {
        finding.fingerprint("vulnerability_id", id);
        finding.trusted_fingerprint = Some("vulnerability_id");
    }
    let place = &mut finding.location;
    place.url = row.text(&["Request URI"]);
    place.route.clone_from(&place.url);
    place.method = row.text(&["Request Method"]);
    place.parameter = parameter(name);
    (place.path, place.start_line) = source(name);
    finding.request = request(row);
    finding
}

/// The first quoted word before `Parameter`, `Cookie` or `Header`.
fn parameter(name: &str) -> Option<String> {
    let (_, rest) = name.split_once('"')?;
    let (inner, after) = rest.split_once('"')?;
    let source = after.trim_start();
    let is_source = ["Parameter", "HTTP Cookie", "Cookie", "HTTP Header", "Header"].iter().any(|word| source.starts_with(word));
    (is_source && !inner.is_empty()).then(|| inner.to_owned())
}

/// File and line in `… (Orders.java, line 17)`, or the file in `… used at Digest.java`.
fn source(name: &str) -> (Option<String>, Option<u32>) {
    if let Some((file, line)) =
        name.strip_suffix(')').and_then(|text| text.rsplit_once('(')).and_then(|(_, inner)| inner.rsplit_once(", line "))
        && let Ok(line) = line.trim().parse::<u32>()
    {
        return (Some(file.trim().to_owned()), Some(line).filter(|line| *line > 0));
    }
    let last = name.rsplit_once(" at ").or_else(|| name.rsplit_once(" in ")).map(|(_, last)| last.trim());
    let is_file = |text: &&str| {
        !text.contains(' ') && text.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && (1..=5).contains(&end.len()))
    };
    (last.filter(is_file).map(|file| file.trim_start_matches('/').to_owned()), None)
}

fn request(row: &Row<'_>) -> Option<String> {
    let uri = row.get(&["Request URI"])?;
    let query = row.get(&["Request Qs"]).map(|query| format!("?{query}")).unwrap_or_default();
    let version = row.get(&["Request Version"]).map(|version| format!(" HTTP/{}", version.trim_start_matches("HTTP/"))).unwrap_or_default();
    let line = format!("{} {uri}{query}{version}", row.get(&["Request Method"]).unwrap_or("GET"));
    Some(match row.get(&["Request Body"]) {
        Some(body) => format!("{line}\n\n{body}"),
        None => line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_where() {
        let name = "Cross-Site Scripting from \"field\" Parameter on \"/attack\" page (lesson_content.jsp, line 37)";
        assert_eq!((parameter(name).as_deref(), source(name)), (Some("field"), (Some("lesson_content.jsp".into()), Some(37))));
        assert_eq!(source("'MD5' hash algorithm used at Digest.java").0.as_deref(), Some("Digest.java"));
        assert_eq!(source("Overly Long Session Timeout in /WEB-INF/web.xml").0.as_deref(), Some("WEB-INF/web.xml"));
        let page = "Path Traversal from URI on \"/services/SoapRequest\" page";
        assert_eq!((parameter(page), source(page)), (None, (None, None)));
    }
}
