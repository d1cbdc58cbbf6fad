//! bundler-audit (Ruby gems), text and JSON. Versions seen: 0.6 to 0.9.
//!
//! Make it with `bundle-audit check --format json --output bundler-audit.json`; the text is the default output.
//!
//! - index: text: each block of `Key: value` lines; JSON: `results[]`. Insecure sources count in both.
//! - rule: the CVE, else the GHSA id, else the advisory's id; an insecure source has the rule `insecure-source`.
//! - severity: `Criticality` (`None` is info, `Unknown` unknown); the CVSS score is kept, not used: the tool has said its word.
//! - place: `Gemfile.lock`, the file that bundler-audit reads; the text names no other.
//! - fixed: the version requirements of `Solution`, `patched_versions`, as they stand.
//! - ran: `No vulnerabilities found`, `Vulnerabilities found!`, or the JSON's `created_at`.
//!
//! # Differs
//! - severity: an advisory without criticality is unknown. (Some readers call it medium.)

use model::{Finding, Kind, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use crate::read::{lenient, lines};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// bundler-audit, text and JSON.
pub(crate) static FORMAT: Format = Format {
    id: "bundler-audit",
    name: "bundler-audit",
    kinds: &[Kind::Sca],
    media: &[Media::Text, Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    if head.is_json_object() {
        return Match::sure_if(
            head.has("results[].gem.name") || (head.has_all(&["version", "created_at", "results"]) && !head.has("results[].id")),
        );
    }
    let named = head.starts_with("Name: ") || (head.contains("\nName: ") && head.contains("\nAdvisory: "));
    let block = named && head.contains("\nVersion: ") && (head.contains("\nCriticality: ") || head.contains("\nSolution: "));
    let source = head.starts_with("Insecure Source URI found: ");
    Match::sure_if(
        block
            || source
            || head.text().trim_end().ends_with("No vulnerabilities found") && !head.is_cut() && head.text().lines().count() < 40,
    )
}

/// One result, whichever way it was written.
#[derive(Default)]
struct Advisory {
    gem: String,
    version: Option<String>,
    ids: Vec<String>,
    criticality: Option<String>,
    url: Option<String>,
    title: Option<String>,
    description: Option<String>,
    fixed: Vec<String>,
    score: Option<f64>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("bundler-audit");
    if input.head().is_json() { json(input, out) } else { text(input, out) }
}

fn text(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut current: Option<Advisory> = None;
    lines::each(input, |number, line| {
        let (key, value) = line.split_once(": ").map_or((line.trim(), ""), |(key, value)| (key, value.trim()));
        if key == "Name" {
            flush(current.replace(Advisory { gem: value.to_owned(), ..Advisory::default() }), out);
            return Ok(());
        }
        let last = line.trim();
        if last == "Vulnerabilities found!" || last == "No vulnerabilities found" {
            out.this().claims.ran = true;
            return Ok(());
        }
        if key == "Insecure Source URI found" {
            flush(current.take(), out);
            out.finding(insecure(value));
            return Ok(());
        }
        let Some(advisory) = current.as_mut() else {
            out.warn(format!("line {number}"), "a line outside of a result");
            return Ok(());
        };
        let value = value.to_owned();
        match key {
            "Version" => advisory.version = Some(value),
            "Advisory" | "CVE" | "GHSA" => advisory.ids.push(value),
            "Criticality" => advisory.criticality = Some(value),
            "URL" => advisory.url = Some(value),
            "Title" => advisory.title = Some(value),
            "Solution" => advisory.fixed.extend(value.strip_prefix("upgrade to ").map(versions).unwrap_or_default()),
            _ => {}
        }
        Ok(())
    })?;
    flush(current, out);
    if !out.this().claims.ran {
        out.warn("the last line", "the report does not end with `Vulnerabilities found!`; it may be cut off");
        out.this().claims.partial = Some("the end of the report is missing".to_owned());
    }
    Ok(())
}

fn versions(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().trim_matches('\'').to_owned()).filter(|part| !part.is_empty()).collect()
}

fn flush(advisory: Option<Advisory>, out: &mut Output<'_>) {
    if let Some(advisory) = advisory {
        out.finding(finding(advisory));
    }
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "type", default, deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    source: Option<String>,
    #[serde(default)]
    gem: Option<Gem>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    advisory: JsonAdvisory,
}

#[derive(Deserialize)]
struct Gem {
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    version: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct JsonAdvisory {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(deserialize_with = "lenient::number")]
    cvss_v3: Option<f64>,
    #[serde(deserialize_with = "lenient::text")]
    cve: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    ghsa: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    patched_versions: Vec<String>,
    #[serde(deserialize_with = "lenient::text")]
    criticality: Option<String>,
}

fn json(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "version" => {
            out.this().tool_version = json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar);
            Ok(())
        }
        "created_at" => {
            let time = json.row::<String>()?.ok();
            out.this().at = time.and_then(|time| Timestamp::lenient(&time));
            out.this().claims.ran = true;
            Ok(())
        }
        "results" => json.rows(out, |out, row: Row| match row.gem {
            Some(gem) => out.finding(finding(from_json(gem, row.advisory))),
            None if row.kind.as_deref() == Some("insecure_source") => out.finding(insecure(row.source.as_deref().unwrap_or_default())),
            None => out.bad_row("results", "a result without `gem`"),
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn from_json(gem: Gem, row: JsonAdvisory) -> Advisory {
    // The ids stand without their start: `2020-8161`, `5f9h-9pjv-v6j7`.
    let cve = row.cve.map(|cve| format!("CVE-{}", cve.trim_start_matches("CVE-")));
    let ghsa = row.ghsa.map(|ghsa| format!("GHSA-{}", ghsa.trim_start_matches("GHSA-")));
    let mut ids: Vec<String> = [cve, ghsa].into_iter().flatten().collect();
    if ids.is_empty() {
        ids.extend(row.id);
    }
    Advisory {
        gem: gem.name,
        version: gem.version,
        ids,
        criticality: row.criticality,
        url: row.url,
        title: row.title,
        description: row.description,
        fixed: row.patched_versions,
        score: row.cvss_v3,
    }
}

fn insecure(source: &str) -> Finding {
    let mut finding = Finding::new(Kind::Sca, "insecure-source", format!("Gems are fetched without encryption from {source}"));
    finding.cwes.push(319);
    finding.location.path = Some("Gemfile.lock".to_owned());
    finding.distinct = Some(source.to_owned());
    finding
}

fn finding(advisory: Advisory) -> Finding {
    let rule = advisory.ids.first().cloned().unwrap_or_else(|| "unnamed".to_owned());
    let title = advisory.title.unwrap_or_else(|| format!("{rule} in {}", advisory.gem));
    let mut finding = Finding::new(Kind::Sca, rule.clone(), title);
    if let Some(raw) = advisory.criticality {
        let severity = Severity::from_word(&raw);
        finding.set_severity(raw, severity);
    }
    sca::identify(&mut finding, &rule, advisory.ids.iter().map(String::as_str));
    sca::assessed(&mut finding, None, advisory.score, None);
    finding.description = advisory.description;
    finding.url = advisory.url;
    let package = finding.package_mut();
    package.ecosystem = Some("gem".to_owned());
    package.name = Some(advisory.gem);
    package.version = advisory.version;
    package.fixed = advisory.fixed;
    sca::in_file(&mut finding, "Gemfile.lock");
    finding
}
