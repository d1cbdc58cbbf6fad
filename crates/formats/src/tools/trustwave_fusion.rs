//! Trustwave Fusion (vulnerability scans of a network), findings of its API as JSON. One version seen (2021).
//!
//! Make it with `GET https://api.trustwave.com/v1/findings`.
//!
//! - index: `items[]`.
//! - `kb.id` is the rule, `name` the title, `kb.cves` the identifiers, `classification` in the description.
//! - severity: `severity` as it stands; `kb.cvssV3BaseScore` and `kb.cvssV2BaseScore` are scores without vectors.
//! - place: `location.url`, else host (`domain`, else `ip`) and port; the product of `applicationCpe` is the package. The text `None` is absent.
//! - `id` is kept as a fingerprint, not trusted. `createdOn` is the tool's first sight. A `status` of `Remediated` is resolved.
//! - an answer is a page of a search: absence proves nothing (read-only).

use model::{Cvss, Finding, Kind, Timestamp};
use serde_json::Value;

use super::loose::{number, text, texts};
use super::sca;
use super::web::labelled;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Trustwave Fusion's findings API.
pub(crate) static FORMAT: Format = Format {
    id: "trustwave-fusion",
    name: "Trustwave Fusion",
    kinds: &[Kind::Dast],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let item = head.has_all(&["items[].kb", "items[].location"]) && (head.has("items[].classification") || head.has("items[].severity"));
    let bare: String = if head.is_cut() { String::new() } else { head.text().chars().filter(|c| !c.is_whitespace()).take(30).collect() };
    // The name of the list is all that an empty answer holds; other tools that use it say more.
    match (item, bare == r#"{"items":[]}"#) {
        (true, _) => Match::Sure,
        (_, true) => Match::Maybe,
        _ => Match::No,
    }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Trustwave Fusion").claims.partial = Some("an answer of the findings API".to_owned());
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "items" {
            return Ok(());
        }
        json.rows(out, |out, row: Value| match said(&row, &["name"]) {
            Some(name) => {
                let mut finding = finding(&row, name);
                if let Some(status) = said(&row, &["status"]).filter(|status| status.eq_ignore_ascii_case("remediated")) {
                    finding.resolve("Trustwave Fusion", status);
                }
                out.finding(finding);
            }
            None => out.bad_row(format!("items[{}]", out.next_index()), "no name"),
        })
    })?;
    json.end()
}

/// A text that is not the API's word for none.
fn said(row: &Value, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| text(row, &[path]).filter(|text| text != "None"))
}

fn finding(row: &Value, name: String) -> Finding {
    let mut finding = Finding::new(Kind::Dast, said(row, &["kb.id"]).unwrap_or_else(|| name.clone()), name);
    if let Some(raw) = said(row, &["severity"]) {
        finding.set_severity_word(&raw);
    }
    let ids = texts(row, "kb.cves");
    if let Some((first, others)) = ids.split_first() {
        sca::identify(&mut finding, first, others.iter().map(String::as_str));
    }
    for (member, version) in [("kb.cvssV3BaseScore", "3.0"), ("kb.cvssV2BaseScore", "2.0")] {
        if let Some(score) = number(row, &[member]) {
            finding.cvss.push(Cvss { version: Some(version.to_owned()), ..Cvss::from_score(score) });
        }
    }
    finding.description = labelled("Classification", said(row, &["classification"]).as_deref());
    finding.first_seen_by_tool = said(row, &["createdOn"]).as_deref().and_then(Timestamp::lenient);
    if let Some(id) = said(row, &["id"]) {
        finding.fingerprint("id", id);
    }
    finding.location.url = said(row, &["location.url"]);
    if let (None, Some(host)) = (&finding.location.url, said(row, &["location.domain", "location.ip"])) {
        finding.location.resource = Some(said(row, &["location.port"]).map_or(host.clone(), |port| format!("{host}:{port}")));
        finding.location.resource_type = said(row, &["location.transportProtocol"]);
    }
    if let Some(name) = said(row, &["location.applicationName"]) {
        let cpe = said(row, &["location.applicationCpe"]);
        let version = cpe.as_deref().and_then(|cpe| cpe.strip_prefix("cpe:/")?.split(':').nth(3)).map(str::to_owned);
        let package = finding.package_mut();
        (package.name, package.version) = (Some(name), version);
    }
    finding
}
