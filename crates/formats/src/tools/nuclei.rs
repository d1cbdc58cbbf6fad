//! Nuclei (template scanner), JSON lines, JSON array and text. Versions seen: 2.6 to 3.6.
//!
//! Make it with `nuclei -u https://shop.example.com -jsonl -o nuclei.jsonl` (`-json` up to version 2.9), or `-json-export nuclei.json`. The text
//! is what `-o nuclei.txt` writes without these.
//!
//! - index: lines, or elements of the array.
//! - rule: `template-id` with `matcher-name` behind a colon where one is given: `http-missing-security-headers:x-content-type-options`. One
//!   template finds several things, and each is a weakness of its own. Where only extractors tell two matches apart, `extractor-name` stands there.
//! - `info.severity` is the severity; `info.classification` gives CVE, CWE, CVSS vector and score.
//! - place: `matched-at`; a URL becomes the URL, a host and port (type `tcp`, `dns`, `ssl`, `javascript`) the resource. Templates with a `path` of files
//!   (type `file`) become a path and line. `fuzzing_parameter` (`meta`) is the parameter, `fuzzing_method` the method, else that of the request.
//! - `curl-command`, `request` and `response` are kept; `extracted-results` go to the description.
//! - `matcher-status` false (only with `-matcher-status`) is a template that did not match: a passed result.
//! - scan time: the `timestamp` of the first line. No version, no fingerprint, no end mark: an empty file says nothing.
//! - the text has rule, protocol, severity, place and what was extracted: the rule is the title.
//! - left out: authors, tags, metadata, `ip`, interactions.
//!
//! Differs: `matcher-name` is part of the rule, not a component.

use model::{Cvss, Finding, Kind, Timestamp};
use serde::Deserialize;

use super::nuclei_text;
use super::web::{labelled, origin, paragraphs};
use super::wording::add_cwes;
use crate::read::json::Shape;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Nuclei's JSON exports.
pub(crate) static FORMAT: Format = Format {
    id: "nuclei",
    name: "Nuclei",
    kinds: &[Kind::Dast],
    media: &[Media::JsonLines, Media::Json, Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let at = |top: &str| {
        let path = |name: &str| head.has(&format!("{top}{name}"));
        (path("template-id") || path("templateID")) && path("info.name") && (path("matched-at") || path("matched") || path("host"))
    };
    Match::sure_if(at("[].") || at("") || nuclei_text::is_text(head))
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    #[serde(alias = "templateID")]
    template_id: String,
    #[serde(default, alias = "matcher_name", deserialize_with = "lenient::text")]
    matcher_name: Option<String>,
    #[serde(default, alias = "extractor_name", deserialize_with = "lenient::text")]
    extractor_name: Option<String>,
    info: Info,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    protocol: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    host: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, alias = "matched", deserialize_with = "lenient::text")]
    matched_at: Option<String>,
    #[serde(default, alias = "extracted_results", deserialize_with = "lenient::texts")]
    extracted_results: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    request: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    response: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    timestamp: Option<String>,
    #[serde(default, alias = "curl_command", deserialize_with = "lenient::text")]
    curl_command: Option<String>,
    #[serde(default, alias = "matcher_status", deserialize_with = "lenient::truth")]
    matcher_status: Option<bool>,
    #[serde(default, deserialize_with = "lenient::list")]
    matched_line: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    template_url: Option<String>,
    #[serde(default, rename = "fuzzing_parameter", deserialize_with = "lenient::text")]
    fuzzing_parameter: Option<String>,
    #[serde(default, rename = "fuzzing_method", deserialize_with = "lenient::text")]
    fuzzing_method: Option<String>,
}

#[derive(Deserialize)]
struct Info {
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    impact: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    remediation: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    reference: Vec<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    classification: Classification,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Classification {
    #[serde(deserialize_with = "lenient::texts")]
    cve_id: Vec<String>,
    #[serde(deserialize_with = "lenient::texts")]
    cwe_id: Vec<String>,
    #[serde(deserialize_with = "lenient::text")]
    cvss_metrics: Option<String>,
    #[serde(deserialize_with = "lenient::number")]
    cvss_score: Option<f64>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Nuclei");
    if nuclei_text::is_text(&input.head()) {
        return nuclei_text::parse(input, out);
    }
    let mut json = input.json()?;
    json.values(|json, index| {
        if index == 0 && json.shape()? == Shape::Array {
            return json.rows(out, push);
        }
        let place = json.place();
        match json.row::<Row>()? {
            Ok(row) => push(out, row),
            Err(reason) => out.bad_row(place, reason),
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, row: Row) {
    let run = out.this();
    if run.at.is_none() {
        run.at = row.timestamp.as_deref().and_then(Timestamp::lenient);
    }
    if run.url.is_none() {
        run.url =
            [&row.url, &row.matched_at, &row.host].into_iter().flatten().find(|url| url.contains("://")).map(|url| origin(url).to_owned());
    }
    if row.matcher_status == Some(false) {
        run.claims.ran = true;
        return out.no_finding();
    }
    out.finding(finding(row));
}

fn finding(row: Row) -> Finding {
    let rule = match row.matcher_name.or(row.extractor_name) {
        Some(part) => format!("{}:{part}", row.template_id),
        None => row.template_id,
    };
    let mut finding = Finding::new(Kind::Dast, rule, row.info.name.trim());
    if let Some(raw) = row.info.severity {
        finding.set_severity_word(&raw);
    }
    let class = row.info.classification;
    finding.identifiers = class.cve_id.into_iter().map(|id| id.to_ascii_uppercase()).collect();
    add_cwes(&mut finding.cwes, class.cwe_id.iter().map(String::as_str));
    finding.cvss.extend(match class.cvss_metrics {
        Some(vector) => Some(Cvss::from_vector(&vector).with_score(class.cvss_score)),
        None => class.cvss_score.map(|score| Cvss::default().with_score(Some(score))),
    });
    let is_file = row.protocol.as_deref() == Some("file");
    let place = &mut finding.location;
    match row.matched_at.or(row.url).or(row.host) {
        Some(path) if is_file => place.path = Some(path),
        Some(url) if url.contains("://") => place.url = Some(url),
        other => place.resource = other,
    }
    if is_file {
        place.start_line = row.matched_line.first().copied();
        place.end_line = row.matched_line.last().copied().max(place.start_line);
    } else if place.resource.is_some() {
        place.resource_type = Some(row.protocol.unwrap_or_else(|| "host".to_owned()));
    } else {
        place.method = row.fuzzing_method.or_else(|| verb(row.request.as_deref()?));
        place.parameter = row.fuzzing_parameter;
    }
    let found = row.extracted_results.join("\n");
    finding.description = paragraphs([
        row.info.description.map(|text| text.trim().to_owned()),
        row.info.impact.map(|text| text.trim().to_owned()),
        labelled("Extracted", Some(&found)),
        labelled("Repeat with", row.curl_command.as_deref()),
    ]);
    finding.remediation = row.info.remediation;
    finding.references = row.info.reference;
    finding.references.extend(row.template_url);
    (finding.request, finding.response) = (row.request, row.response);
    finding
}

/// The method that an HTTP request starts with.
fn verb(request: &str) -> Option<String> {
    let word = request.split_whitespace().next()?;
    (word.len() <= 10 && word.chars().all(|c| c.is_ascii_uppercase())).then(|| word.to_owned())
}
