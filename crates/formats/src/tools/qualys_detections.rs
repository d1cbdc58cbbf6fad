//! Qualys VM, XML of the host list detection API (`HOST_LIST_VM_DETECTION_OUTPUT`). API versions seen: 2.0 to 5.0.
//!
//! Make it with `curl "https://qualysapi.qualys.com/api/5.0/fo/asset/host/vm/detection/?action=list&show_results=1"`.
//!
//! - index: `HOST/DETECTION_LIST/DETECTION`, hosts laid end to end.
//! - rule: the QID (`qid_38173`), as in the other exports; the answer has no titles, which stand in the knowledge base.
//! - severity: 5 critical, 4 high, 3 medium, 2 low, 1 info; `QDS` goes to the description. `TYPE` Confirmed or Potential is the confidence.
//! - `STATUS` Fixed is resolved; `IS_IGNORED` and `IS_DISABLED` 1 are suppressions.
//! - place: the resource `host:port`: `DNS`, else the address; protocol, instance and SSL tell detections apart.
//! - `FIRST_FOUND_DATETIME` is first seen, `RESPONSE/DATETIME` the time of the answer. CVEs are read where the answer has them.
//! - an answer is a page (`WARNING` with the address of the next) and may be filtered: read-only.

use model::{Finding, Kind, Suppression, Timestamp};

use super::ports::host_and_port;
use super::qualys_scale::set_level;
use super::web::{cves, labelled, paragraphs};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The answer of Qualys' host list detection API.
pub(crate) static FORMAT: Format = Format {
    id: "qualys-detections",
    name: "Qualys VM (host list detection API)",
    kinds: &[Kind::Dast],
    media: &[Media::Xml],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("HOST_LIST_VM_DETECTION_OUTPUT"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Qualys VM");
    xml::walk(input, &["HOST", "WARNING"], |node| {
        match node {
            Node::Close("DATETIME", text) => out.this().at = Timestamp::lenient(text),
            Node::Row(row) if row.name == "HOST" => host(out, &row),
            Node::Row(row) if row.name == "WARNING" => {
                let said = row.text_at("TEXT").unwrap_or("the answer goes on in another page");
                out.this().claims.partial = Some(said.to_owned());
            }
            _ => {}
        }
        Ok(())
    })
}

fn host(out: &mut Output<'_>, host: &Element) {
    let text = |name: &str| host.text_at(name).map(str::trim);
    let name = text("DNS").or_else(|| text("IP")).or_else(|| text("IPV6")).unwrap_or("unknown");
    for row in host.child("DETECTION_LIST").into_iter().flat_map(|list| list.children("DETECTION")) {
        let Some(qid) = row.text_at("QID") else {
            out.bad_row(format!("byte {}", row.offset), "a DETECTION without QID");
            continue;
        };
        let mut finding = detection(qid.trim(), name, row);
        if let Some(status) = row.text_at("STATUS").filter(|status| status.eq_ignore_ascii_case("fixed")) {
            finding.resolve("Qualys", status);
        }
        out.finding(finding);
    }
}

fn detection(qid: &str, host: &str, row: &Element) -> Finding {
    let title = row.text_at("TITLE").map_or_else(|| format!("QID {qid}"), str::to_owned);
    let mut finding = Finding::new(Kind::Dast, format!("qid_{qid}"), title);
    if let Some(level) = row.text_at("SEVERITY") {
        set_level(&mut finding, level);
    }
    finding.confidence = row.text_at("TYPE").map(str::to_lowercase);
    for cve in row.all("CVE").iter().chain(&row.all("CVE_ID")).flat_map(|cve| cves(&cve.deep_text())) {
        if !finding.identifiers.contains(&cve) {
            finding.identifiers.push(cve);
        }
    }
    let flag = |name: &str| row.text_at(name).is_some_and(|text| text.trim() == "1");
    if let Some(word) = [("IS_IGNORED", "ignored"), ("IS_DISABLED", "disabled")].into_iter().find(|(name, _)| flag(name)) {
        finding.suppressed = Some(Suppression { by: "Qualys".to_owned(), reason: Some(word.1.to_owned()) });
    }
    let name = row.text_at("FQDN").unwrap_or(host);
    finding.location.resource = Some(host_and_port(name, row.text_at("PORT")));
    let parts = [row.text_at("PROTOCOL"), row.text_at("INSTANCE"), flag("SSL").then_some("ssl")];
    finding.distinct = Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
    finding.first_seen_by_tool = row.text_at("FIRST_FOUND_DATETIME").and_then(Timestamp::lenient);
    let shown: Option<String> = row.text_at("RESULTS").map(|text| text.chars().take(2000).collect());
    finding.description = paragraphs([labelled("Result", shown.as_deref()), labelled("Qualys detection score", row.text_at("QDS"))]);
    if let Some(id) = row.text_at("UNIQUE_VULN_ID") {
        finding.fingerprint("UNIQUE_VULN_ID", id.trim());
    }
    finding
}
