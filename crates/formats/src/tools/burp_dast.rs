//! Burp Suite DAST (once Enterprise Edition), HTML report of a scan. Versions seen: 2022 to 2024.
//!
//! Make it with *Report*, *Scan report* (*Remediation*), HTML.
//!
//! - index: the rows with a path in the tables *Issues found on …*, one an address, in the order of the page.
//! - rule: the name of the type, the rule of `burp.rs` being a number that the page does not give. Severity: High, Medium, Low, Information; confidence:
//!   Certain, Firm, Tentative.
//! - place: the site of the table with the row's path. kind dast.
//! - description, advice, classifications (CWE), references, request and response are those of the details that the row links to; a type's later addresses may
//!   have none of their own and then share the first one's texts, but not its request.
//! - ran: the page's statistics. The page is cut at its tags; no script is run.
//!
//! # Differs
//! Some readers make one finding of all addresses of a type.

use std::collections::HashMap;

use model::{Finding, Kind};

use super::web::{on_site, page, paragraphs, plain};
use super::wording::add_cwes;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Burp Suite DAST's page.
pub(crate) static FORMAT: Format = Format {
    id: "burp-dast",
    name: "Burp Suite DAST",
    kinds: &[Kind::Dast],
    media: &[Media::Html],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let is_page = head.starts_with("<") && head.contains("<html");
    let burp =
        head.contains("Burp Suite") || head.contains("Burp Scanner") || head.contains("portswigger.net") || head.contains("issue-type-row");
    Match::sure_if(
        is_page && burp && head.contains("issue-table") && (head.contains("Issues found on") || head.contains("Scan Remediation")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let page = page(input)?;
    out.run("Burp Suite").claims.ran = page.contains("Scan statistics");
    let details = details(&page);
    for part in page.split("Issues found on ").skip(1) {
        let site = part.split('<').next().unwrap_or_default().trim();
        let table = part.split("</table>").next().unwrap_or_default();
        let mut kind = String::new();
        for row in table.split("<tr").skip(1) {
            let cells: Vec<&str> = row.split("<td").skip(1).map(|cell| cell.split_once('>').map_or("", |(_, text)| text)).collect();
            let text = |at: usize| cells.get(at).map(|cell| plain(cell.split("</td>").next().unwrap_or_default()));
            if row.contains("colspan") {
                // `TLS certificate [1]`
                let name = text(0).unwrap_or_default();
                kind = name.rsplit_once(" [").map_or(name.as_str(), |(name, _)| name).trim().to_owned();
            } else if let (Some(path), Some(severity)) = (text(0), text(1)) {
                let id = row.rsplit("href=\"#").next().and_then(|rest| rest.split('"').next()).unwrap_or_default();
                out.finding(finding(&kind, &on_site(site, &path), &severity, text(2), id, &details));
            }
        }
    }
    Ok(())
}

/// The details by the number of their anchor, and those of each type's first address by the type's name.
fn details(page: &str) -> HashMap<&str, &str> {
    let mut out = HashMap::new();
    for part in page.split("<a name=\"").skip(1) {
        let Some((id, rest)) = part.split_once('"') else { continue };
        let name = rest.split("<h2>").nth(1).and_then(|rest| rest.split("</h2>").next()).unwrap_or_default();
        out.insert(id, rest);
        out.entry(name.trim()).or_insert(rest);
    }
    out
}

fn finding(kind: &str, url: &str, severity: &str, confidence: Option<String>, id: &str, details: &HashMap<&str, &str>) -> Finding {
    let mut finding = Finding::new(Kind::Dast, kind, kind);
    finding.set_severity_word(severity);
    finding.confidence = confidence.filter(|word| !word.is_empty());
    finding.location.url = Some(url.to_owned());
    let own = details.get(id).copied();
    let told = own.filter(|own| own.contains("Vulnerability classifications") || own.contains("Issue d"));
    let shared = told.or_else(|| details.get(kind).copied()).unwrap_or_default();
    let section = |html: &str, name: &str| {
        let part = html.split("<h3>").skip(1).find(|part| part.trim_start().starts_with(name))?;
        let (_, body) = part.split_once("</h3>")?;
        Some(body.split("<h3").next().unwrap_or(body).to_owned())
    };
    let text = |name: &str| section(shared, name).map(|html| plain(&html)).filter(|text| !text.is_empty());
    let detail = own.and_then(|own| section(own, "Issue detail")).map(|html| plain(&html)).filter(|text| !text.is_empty());
    finding.description = paragraphs([detail, text("Issue background"), text("Issue description")]);
    finding.remediation = paragraphs([text("Issue remediation"), text("Remediation")]);
    let classes = section(shared, "Vulnerability classifications").unwrap_or_default();
    add_cwes(
        &mut finding.cwes,
        classes.split("href=\"").skip(1).filter_map(|link| link.split('"').next()).filter(|link| link.contains("cwe")),
    );
    let links = section(shared, "References").unwrap_or_default();
    finding.references = links.split("href=\"").skip(1).filter_map(|link| link.split('"').next()).map(str::to_owned).collect();
    let message = |name: &str| own.and_then(|own| section(own, name)).map(|html| plain(html.split("</div>").next().unwrap_or_default()));
    (finding.request, finding.response) =
        (message("Request").filter(|text| !text.is_empty()), message("Response").filter(|text| !text.is_empty()));
    finding
}
