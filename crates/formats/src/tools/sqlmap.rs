//! sqlmap (SQL injection), the table of results and the log. Versions seen: 1.7 to 1.9.
//!
//! Make it with `sqlmap -u "https://shop.example.com/item?id=1" --batch --results-file=sqlmap.csv`; the log is `log` in the folder of the target below
//! `~/.local/share/sqlmap/output`.
//!
//! - index: CSV rows without the header; in the log the parameters of the blocks laid end to end. sqlmap appends to both on a further run: a
//!   parameter of one target that was there before is counted and is no finding again.
//! - rule: `sql-injection`, CWE 89, severity high (sqlmap rates nothing; what it lists it has exploited, so it is verified).
//! - place: `Target URL`, `Place` as method where it is GET, POST or PUT, `Parameter`. The log has no URL.
//! - techniques: B boolean-based, E error-based, U UNION, S stacked, T time-based, Q inline; in the log their titles and payloads.
//! - an empty table shows nothing; no version, no time: no closure without `--complete`.

use std::collections::HashSet;

use model::{Finding, Kind, Severity};

use super::web::{labelled, origin, paragraphs};
use crate::read::{csv, lines};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of sqlmap's results file and log.
pub(crate) static FORMAT: Format = Format {
    id: "sqlmap",
    name: "sqlmap",
    kinds: &[Kind::Dast],
    media: &[Media::Csv, Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(is_log(head) || head.csv_has(&["Target URL", "Place", "Parameter", "Technique(s)"]))
}

/// A log starts with the points that were found; what was printed on a terminal says more before them.
fn is_log(head: &Head<'_>) -> bool {
    let names = ["sqlmap identified the following injection point", "sqlmap resumed the following injection point"];
    !head.is_json() && !head.starts_with("<") && names.iter().any(|name| head.contains(name))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("sqlmap");
    let mut seen = HashSet::new();
    if is_log(&input.head()) {
        return parse_log(input, out, &mut seen);
    }
    csv::each(input, out, 0, |out, row| {
        let Some(parameter) = row.get(&["Parameter"]) else { return out.no_finding() };
        let place = row.get(&["Place"]).unwrap_or_default();
        let url = row.text(&["Target URL"]);
        if !seen.insert((url.clone(), place.to_owned(), parameter.to_owned())) {
            return out.no_finding();
        }
        if let (None, Some(url)) = (&out.this().url, &url) {
            out.this().url = Some(origin(url).to_owned());
        }
        let mut finding = finding(place, parameter);
        finding.location.url = url;
        let techniques: Vec<_> = row.get(&["Technique(s)"]).unwrap_or_default().chars().filter_map(technique).collect();
        finding.description = paragraphs([labelled("Techniques", Some(&techniques.join(", "))), labelled("Note", row.get(&["Note(s)"]))]);
        out.finding(finding);
    })
}

fn finding(place: &str, parameter: &str) -> Finding {
    let mut finding = Finding::new(Kind::Dast, "sql-injection", format!("SQL injection in {place} parameter '{parameter}'"));
    finding.severity = Severity::High;
    finding.cwes.push(89);
    finding.verified = Some(true);
    finding.location.method = matches!(place, "GET" | "POST" | "PUT").then(|| place.to_owned());
    finding.location.parameter = Some(parameter.to_owned());
    finding
}

fn technique(letter: char) -> Option<&'static str> {
    Some(match letter {
        'B' => "boolean-based blind",
        'E' => "error-based",
        'U' => "UNION query",
        'S' => "stacked queries",
        'T' => "time-based blind",
        'Q' => "inline query",
        _ => return None,
    })
}

type Seen = HashSet<(Option<String>, String, String)>;

fn parse_log(input: &Input, out: &mut Output<'_>, seen: &mut Seen) -> Result<(), ParseError> {
    let mut open: Option<(Finding, Vec<String>)> = None;
    lines::each(input, |number, line| {
        if let Some(named) = line.strip_prefix("Parameter: ") {
            close(out, seen, open.take());
            match named.trim().strip_suffix(')').and_then(|text| text.rsplit_once(" (")) {
                Some((parameter, place)) => open = Some((finding(place, parameter), Vec::new())),
                None => out.bad_row(format!("line {number}"), "a parameter without its place"),
            }
        } else if line.starts_with(' ') {
            if let Some((_, said)) = &mut open {
                said.push(line.trim().to_owned());
            }
        } else {
            close(out, seen, open.take());
        }
        Ok(())
    })?;
    close(out, seen, open);
    Ok(())
}

fn close(out: &mut Output<'_>, seen: &mut Seen, open: Option<(Finding, Vec<String>)>) {
    let Some((mut finding, said)) = open else { return };
    let key = (None, finding.title.clone(), String::new());
    if seen.insert(key) {
        finding.description = Some(said.join("\n")).filter(|text| !text.is_empty());
        out.finding(finding);
    } else {
        out.no_finding();
    }
}
