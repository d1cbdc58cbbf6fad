//! Wapiti (web application scanner), JSON, XML and CSV. Versions seen: 3.0.4 to 3.2.3.
//!
//! Make it with `wapiti -u https://shop.example.com -f json -o wapiti.json` (or `-f xml`, `-f csv`).
//!
//! - index: `vulnerabilities`, then `anomalies`, then `additionals`; within each the categories and their entries in the order of the file. XML has
//!   the same order, and so have the rows of the CSV.
//! - rule: the category's name (`SQL Injection`). `info` is the title; it names what was seen.
//! - severity: `level` 4 critical, 3 high, 2 medium, 1 low, 0 info. The reference importer reads 4 as critical, too.
//! - CWE: from the category's references. They lie in `classifications`, which may stand behind the entries: JSON is read twice.
//! - place: the path on the target's site, `method`, `parameter`. An empty parameter of an injection is the query string as a whole.
//! - `http_request` is the request, `curl_command` goes to the description. `detail` (with `--detailed-report`) holds the response.
//! - distinct: what of the message is no number or quotation. Two headers missing at one path are one category.
//! - coverage: `infos` with target and date is written at the end of a scan, so the run got through. The categories listed are all that
//!   Wapiti knows, not those whose modules ran: no list of rules. No fingerprint.
//! - the CSV names no CWE, no target and no time, and does not show that the run got through. Its `url` with the query is that of the request: the
//!   query is left out, as the others do.
//! - XML is not namespace-well-formed (`xsi:nil` without a declaration); it is read all the same.
//! - left out: authentication, count of crawled pages, `wstg`.
//!
//! # Differs
//! - Other importers make one finding of a category; here each address and parameter is one.

use std::collections::HashMap;

use model::{Finding, Kind, Severity, Timestamp};
use serde::Deserialize;

use super::web::{add_references, labelled, on_site, paragraphs};
use super::wording::{add_cwes, first_line};
use crate::read::xml::{self, Element, Node};
use crate::read::{csv, lenient};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Wapiti's JSON and XML reports.
pub(crate) static FORMAT: Format = Format {
    id: "wapiti",
    name: "Wapiti",
    kinds: &[Kind::Dast],
    media: &[Media::Json, Media::Xml, Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let lists = ["vulnerabilities", "anomalies", "additionals"].iter().filter(|name| head.has(name)).count();
    let told = lists > 0 || head.contains("\"wstg\"") || head.contains("\"sol\"");
    let json = (head.has("classifications") && told) || (lists >= 2 && head.has("infos"));
    Match::sure_if(is_table(head) || json || (head.is_xml("report") && head.contains("generatorName") && head.contains(">wapiti<")))
}

fn is_table(head: &Head<'_>) -> bool {
    head.csv_has(&["category", "level", "description", "method", "parameter", "url"])
        && (head.csv_has(&["module"]) || head.csv_has(&["referer"]))
}

/// What the report says of a category.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Category {
    #[serde(deserialize_with = "lenient::text")]
    desc: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    sol: Option<String>,
    #[serde(rename = "ref", deserialize_with = "lenient::or_default")]
    references: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "lenient::text")]
    method: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    path: Option<String>,
    info: String,
    #[serde(default, deserialize_with = "lenient::text")]
    level: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    parameter: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    http_request: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    curl_command: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Infos {
    #[serde(deserialize_with = "lenient::text")]
    target: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    date: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    version: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Wapiti");
    if is_table(&input.head()) {
        return csv::each_escaped(input, out, |out, row| {
            let (Some(category), Some(info)) = (row.get(&["category"]), row.text(&["description"])) else {
                return out.bad_row(format!("line {}", row.line), "no category or description");
            };
            let text = |name: &str| row.text(&[name]);
            let entry = Entry {
                method: text("method"),
                path: text("url").map(|url| url.split(['?', '#']).next().unwrap_or_default().to_owned()),
                info,
                level: text("level"),
                parameter: text("parameter"),
                http_request: None,
                curl_command: None,
            };
            push(out, category, None, entry);
        });
    }
    if !input.head().is_json() {
        return parse_xml(input, out);
    }
    let (mut categories, mut infos) = (HashMap::<String, Category>::new(), Infos::default());
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "classifications" => json.object(|json, name| {
            categories.insert(name.to_owned(), json.row()?.unwrap_or_default());
            Ok(())
        }),
        "infos" => {
            infos = json.row()?.unwrap_or_default();
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.end()?;
    set_infos(out, infos);
    // One pass a section, because the order of the index is fixed and that of the file is not.
    for section in ["vulnerabilities", "anomalies", "additionals"] {
        let mut json = input.json()?;
        json.object(|json, key| {
            if key != section {
                return Ok(());
            }
            json.object(|json, name| {
                let category = categories.get(name);
                json.rows(out, |out, entry: Entry| push(out, name, category, entry))
            })
        })?;
    }
    Ok(())
}

fn set_infos(out: &mut Output<'_>, infos: Infos) {
    let run = out.this();
    run.claims.ran = infos.target.is_some() && infos.date.is_some();
    run.at = infos.date.as_deref().and_then(Timestamp::lenient);
    run.tool_version = infos.version.map(|version| version.trim_start_matches("Wapiti ").to_owned());
    run.url = infos.target;
}

fn push(out: &mut Output<'_>, name: &str, category: Option<&Category>, entry: Entry) {
    let site = out.this().url.clone().unwrap_or_default();
    let mut finding = Finding::new(Kind::Dast, name, first_line(&entry.info));
    if let Some(raw) = entry.level {
        let severity = match raw.as_str() {
            "4" => Severity::Critical,
            "3" => Severity::High,
            "2" => Severity::Medium,
            "1" => Severity::Low,
            "0" => Severity::Info,
            other => Severity::from_word(other),
        };
        finding.set_severity(raw, severity);
    }
    if let Some(category) = category {
        let mut titles: Vec<_> = category.references.iter().collect();
        titles.sort_unstable();
        add_cwes(
            &mut finding.cwes,
            titles
                .iter()
                .filter(|(title, url)| title.contains("CWE-") || url.contains("cwe.mitre.org"))
                .map(|(title, url)| if url.contains("cwe.mitre.org") { url.as_str() } else { title.split(':').next().unwrap_or_default() }),
        );
        titles.iter().for_each(|(_, url)| add_references(&mut finding, url));
        finding.remediation.clone_from(&category.sol);
    }
    finding.description = paragraphs([
        Some(entry.info.trim().to_owned()),
        category.and_then(|category| category.desc.clone()),
        labelled("Repeat with", entry.curl_command.as_deref()),
    ]);
    finding.distinct = Some(stable_words(&entry.info));
    finding.request = entry.http_request;
    finding.location.url = Some(on_site(&site, entry.path.as_deref().unwrap_or("/")));
    finding.location.method = entry.method;
    finding.location.parameter = entry.parameter;
    out.finding(finding);
}

/// The words of the first line that hold no digit, quotation or address.
fn stable_words(info: &str) -> String {
    let line = first_line(info);
    let words =
        line.split_whitespace().filter(|word| !word.contains(|c: char| c.is_ascii_digit() || matches!(c, '"' | '\'' | '/' | '%' | '=')));
    words.collect::<Vec<_>>().join(" ")
}

fn parse_xml(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut infos = Infos::default();
    let mut begun = false;
    let (mut anomalies, mut additionals) = (Vec::new(), Vec::new());
    xml::walk(input, &["info", "vulnerability", "anomaly", "additional"], |node| {
        let Node::Row(element) = node else { return Ok(()) };
        if element.name == "info" {
            let text = Some(element.text.clone()).filter(|text| !text.is_empty());
            match element.attr("name") {
                Some("target") => infos.target = text,
                Some("dateOfScan") => infos.date = text,
                Some("generatorVersion") => infos.version = text,
                _ => {}
            }
            return Ok(());
        }
        if !begun {
            begun = true;
            set_infos(out, std::mem::take(&mut infos));
        }
        match element.name.as_str() {
            "vulnerability" => category(out, &element),
            "anomaly" => anomalies.push(element),
            _ => additionals.push(element),
        }
        Ok(())
    })?;
    if !begun {
        set_infos(out, infos);
    }
    anomalies.iter().chain(&additionals).for_each(|element| category(out, element));
    Ok(())
}

fn category(out: &mut Output<'_>, element: &Element) {
    let name = element.attr("name").unwrap_or_default();
    let references = element.child("references").into_iter().flat_map(|all| all.children("reference"));
    let said = Category {
        desc: element.text_at("description").map(str::to_owned),
        sol: element.text_at("solution").map(str::to_owned),
        references: references
            .filter_map(|r| Some((r.text_at("title")?.to_owned(), r.text_at("url").unwrap_or_default().to_owned())))
            .collect(),
    };
    for entry in element.child("entries").into_iter().flat_map(|all| all.children("entry")) {
        let text = |name: &str| entry.text_at(name).map(str::to_owned);
        let Some(info) = text("info") else {
            out.bad_row(format!("byte {}", entry.offset), "an entry without `info`");
            continue;
        };
        let read = Entry {
            method: text("method"),
            path: text("path"),
            info,
            level: text("level"),
            parameter: text("parameter"),
            http_request: text("http_request"),
            curl_command: text("curl_command"),
        };
        push(out, name, Some(&said), read);
    }
}
