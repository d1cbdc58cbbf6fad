//! Facts from files: a CSV with a column for what it speaks of, and reports of tools whose findings carry a verdict.

use std::borrow::Borrow;
use std::collections::HashMap;

use model::{Component, Finding, Kind, Timestamp};
use pipeline::normalise::Purl;
use store::queries::ledger::LedgerRow;

use super::verdict_of;

/// Most facts of one file.
const MOST: usize = 500_000;

/// A fact before its service is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    /// Named in the file; else the flag's or the target's.
    pub(super) service: Option<String>,
    pub(super) row: LedgerRow,
    /// The file states no time.
    pub(super) timeless: bool,
}

/// Columns that say of what a row speaks; with one of them, and without findings, a CSV is a list of facts.
const SUBJECTS: [&str; 9] = ["purl", "package", "function", "symbol", "route", "path", "issue", "cve", "vulnerability"];

/// True for a CSV of facts, by its header.
pub(super) fn is_csv(text: &str) -> bool {
    let header = columns(text.lines().find(|line| !line.starts_with('#')).unwrap_or_default());
    let has = |name: &str| header.iter().any(|column| column == name);
    let subject = SUBJECTS.iter().any(|name| has(name));
    let says = ["verdict", "loaded", "executed", "reachable", "calls", "hits", "count", "called"].iter().any(|name| has(name));
    subject && says && !has("severity") && !has("pattern")
}

fn columns(line: &str) -> Vec<String> {
    cells(line).into_iter().map(|cell| cell.trim().trim_start_matches('\u{feff}').to_ascii_lowercase().replace([' ', '-'], "_")).collect()
}

/// The cells of a line: quotes around a cell hold commas, two quotes are one.
fn cells(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                out.last_mut().into_iter().for_each(|cell| cell.push('"'));
            }
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            _ => out.last_mut().into_iter().for_each(|cell| cell.push(letter)),
        }
    }
    out
}

/// Reads a CSV of facts. All its problems, each with its line, or all its facts.
pub(super) fn csv(text: &str, file: &str) -> Result<Vec<Read>, Vec<String>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let header: HashMap<String, usize> = lines.next().map(|(_, line)| columns(line).into_iter().zip(0..).collect()).unwrap_or_default();
    let (mut out, mut problems) = (Vec::new(), Vec::new());
    for (at, line) in lines.take(MOST) {
        let row = cells(line);
        let cell = |names: &[&str]| {
            names.iter().find_map(|name| row.get(*header.get(*name)?)).map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty())
        };
        match fact(&cell, file) {
            Ok(read) => out.push(read),
            Err(reason) => problems.push(format!("{file}: line {}: {reason}", at + 1)),
        }
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

type Cell<'a> = dyn Fn(&[&str]) -> Option<String> + 'a;

fn fact(cell: &Cell<'_>, file: &str) -> Result<Read, String> {
    let (scope, subject) = subject(cell)?;
    let calls = cell(&["calls", "hits", "count", "occurrences"])
        .map(|text| text.parse::<i64>().map_err(|_| format!("`{text}` is no number of calls")));
    let calls = calls.transpose()?;
    let verdict = match cell(&["verdict", "status"]) {
        Some(word) => verdict_of(&word)
            .ok_or_else(|| format!("`{word}` is no verdict; write {}", super::VERDICTS.map(|(word, _)| word).join(", ")))?,
        None => by_column(cell, calls)?,
    };
    let time = |names: &[&str]| -> Result<Option<Timestamp>, String> {
        cell(names).map(|text| Timestamp::lenient(&text).ok_or_else(|| format!("`{text}` is no time"))).transpose()
    };
    let seen = time(&["observed_at", "at", "time", "timestamp", "last_seen", "date"])?;
    let about = match scope {
        "package" => cell(&["cve", "vulnerability", "advisory", "function", "symbol"]).unwrap_or_default(),
        _ => String::new(),
    };
    let version = cell(&["version"]).or_else(|| cell(&["purl"]).and_then(|purl| Purl::parse(&purl)?.version)).unwrap_or_default();
    let row = LedgerRow {
        scope: scope.to_owned(),
        subject,
        about: about.to_ascii_uppercase(),
        version: if scope == "package" { version } else { String::new() },
        source: cell(&["source", "tool", "sensor"]).unwrap_or_else(|| file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned()),
        seen: seen.unwrap_or_default(),
        verdict: verdict.to_owned(),
        expires: time(&["expires", "expires_at", "until"])?,
        calls,
        environment: cell(&["environment", "env"]).unwrap_or_default(),
        detail: cell(&["detail", "reason", "note"]).unwrap_or_default().chars().take(500).collect(),
        file: file.to_owned(),
        ..LedgerRow::default()
    };
    Ok(Read { service: cell(&["service"]), row, timeless: seen.is_none() })
}

fn subject(cell: &Cell<'_>) -> Result<(&'static str, String), String> {
    if let Some(text) = cell(&["purl", "package"]) {
        let purl = Purl::parse(&text).or_else(|| Purl::build(&cell(&["ecosystem", "type"])?, &text, None));
        return Ok(("package", purl.ok_or_else(|| format!("`{text}` is no package URL, as pkg:npm/lodash is"))?.key()));
    }
    if let Some(issue) = cell(&["issue", "finding"]) {
        return Ok(("issue", issue));
    }
    if let Some(path) = cell(&["route", "path"]) {
        let method = cell(&["method"]).unwrap_or_else(|| "*".to_owned()).to_ascii_uppercase();
        // `GET /orders` in one cell.
        return Ok(match path.split_once(' ') {
            Some((method, path)) => ("route", format!("{} {path}", method.to_ascii_uppercase())),
            None => ("route", format!("{method} {path}")),
        });
    }
    if let Some(function) = cell(&["function", "symbol", "method_name"]) {
        return Ok(("function", function));
    }
    match cell(&["cve", "vulnerability"]) {
        Some(name) => Ok(("vulnerability", name.to_ascii_uppercase())),
        None => Err(format!("it says of nothing; fill one of {}", SUBJECTS.join(", "))),
    }
}

/// Yes and no in a column whose name is the verdict, or the number of calls alone.
fn by_column(cell: &Cell<'_>, calls: Option<i64>) -> Result<&'static str, String> {
    for (column, yes, no) in [
        ("executed", "executed", "not_executed"),
        ("loaded", "loaded", "not_loaded"),
        ("reachable", "reachable", "unreachable"),
        ("called", "executed", "not_executed"),
    ] {
        if let Some(word) = cell(&[column]) {
            return match word.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(yes),
                "false" | "no" | "0" => Ok(no),
                _ => Err(format!("`{word}` in `{column}` is neither true nor false")),
            };
        }
    }
    match calls {
        Some(0) => Ok("not_executed"),
        Some(_) => Ok("executed"),
        None => Err("no verdict, and no number of calls".to_owned()),
    }
}

/// What the findings and packages of a tool's report say, without making findings of them.
pub(super) fn of_report(findings: &[impl Borrow<Finding>], components: &[Component], tool: &str, at: Timestamp, file: &str) -> Vec<Read> {
    let base = |scope: &str, subject: String, verdict: &str| LedgerRow {
        scope: scope.to_owned(),
        subject,
        source: tool.to_owned(),
        seen: at,
        verdict: verdict.to_owned(),
        file: file.to_owned(),
        ..LedgerRow::default()
    };
    let mut out: Vec<LedgerRow> = Vec::new();
    for component in components {
        let Some(purl) = Purl::parse(&component.purl) else { continue };
        let verdict = match component.loaded {
            Some(true) => "loaded",
            Some(false) => "not_loaded",
            None => continue,
        };
        let version = component.version.clone().or_else(|| purl.version.clone()).unwrap_or_default();
        let calls = component.occurrences.and_then(|count| i64::try_from(count).ok());
        out.push(LedgerRow { version, calls, ..base("package", purl.key(), verdict) });
    }
    for finding in findings.iter().map(Borrow::borrow) {
        let said = finding.reachability.as_ref().and_then(|word| Some((verdict_of(&word.verdict)?, word.source.clone())));
        let proof = match (finding.kind, finding.verified) {
            (Kind::Iast, _) | (Kind::Dast | Kind::Api | Kind::Pentest, Some(true)) => Some(("confirmed", None)),
            (Kind::Dast | Kind::Api, Some(false)) => Some(("not_confirmed", None)),
            _ => None,
        };
        for (verdict, source) in said.into_iter().chain(proof) {
            let mut row = match finding.package.as_ref().and_then(|package| Some((package, Purl::parse(package.purl.as_deref()?)?))) {
                Some((package, purl)) => LedgerRow {
                    about: finding.identifiers.first().cloned().unwrap_or_else(|| finding.rule.clone()),
                    version: package.version.clone().or(purl.version.clone()).unwrap_or_default(),
                    ..base("package", purl.key(), verdict)
                },
                None => match (
                    &finding.location.symbol,
                    finding.location.route.as_ref().or(finding.location.url.as_ref()),
                    finding.identifiers.first(),
                ) {
                    (Some(symbol), ..) => base("function", symbol.clone(), verdict),
                    (None, Some(route), _) => {
                        let method = finding.location.method.as_deref().unwrap_or("*").to_ascii_uppercase();
                        base("route", format!("{method} {route}"), verdict)
                    }
                    (None, None, Some(name)) => base("vulnerability", name.clone(), verdict),
                    (None, None, None) => continue,
                },
            };
            if let Some(source) = source {
                row.source = source;
            }
            row.detail = finding.title.chars().take(200).collect();
            out.push(row);
        }
    }
    out.truncate(MOST);
    out.into_iter().map(|row| Read { service: None, row, timeless: false }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_sort() {
        let read = |text: &str| {
            assert!(is_csv(text), "{text}");
            let read = csv(text, "facts.csv").unwrap().remove(0);
            (read.row.scope, read.row.subject, read.row.verdict, read.row.calls)
        };
        let row = |scope: &str, subject: &str, verdict: &str, calls| (scope.to_owned(), subject.to_owned(), verdict.to_owned(), calls);
        assert_eq!(read("purl,verdict\npkg:npm/a@1.0.0,loaded\n"), row("package", "pkg:npm/a", "loaded", None));
        assert_eq!(read("function,calls\nOrders.show,12\n"), row("function", "Orders.show", "executed", Some(12)));
        assert_eq!(read("method,path,hits\nget,/orders/{id},3\n"), row("route", "GET /orders/{id}", "executed", Some(3)));
        assert_eq!(read("issue,verdict\nMST-1,confirmed\n"), row("issue", "MST-1", "confirmed", None));
        assert_eq!(read("cve,reachable\ncve-2026-1,no\n"), row("vulnerability", "CVE-2026-1", "unreachable", None));
        let about = csv(
            "purl,cve,verdict,source,observed_at,expires\npkg:npm/a,CVE-2026-1,\"No path found\",Endor,2026-01-02,2026-02-02\n",
            "f.csv",
        )
        .unwrap()
        .remove(0);
        assert_eq!(
            (about.row.about.as_str(), about.row.verdict.as_str(), about.row.source.as_str()),
            ("CVE-2026-1", "unreachable", "Endor")
        );
        assert!(about.row.expires > Some(about.row.seen) && !about.timeless);
    }

    #[test]
    fn every_problem_is_named_with_its_line() {
        let problems = csv("purl,verdict\nx,loaded\npkg:npm/a,perhaps\n,loaded\npkg:npm/b,loaded\n", "f.csv").unwrap_err();
        assert_eq!(problems.len(), 3);
        assert!(problems[1].contains("line 3") && problems[1].contains("executed"), "{problems:?}");
        assert!(!is_csv("id,severity,purl,verdict\n") && !is_csv("method,pattern,path,symbol\n"));
    }
}
