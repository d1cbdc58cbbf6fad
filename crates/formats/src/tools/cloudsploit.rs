//! CloudSploit (cloud posture, by Aqua), JSON. Versions seen: 2 and 3.
//!
//! Make it with `./index.js --json cloudsploit.json`.
//!
//! - index: the elements of the array; `OK` is counted and is no finding.
//! - rule: `plugin`; the message is the description. Severity by status, as CloudSploit explains them: FAIL (an immediate risk) critical, WARN (a possible
//!   misconfiguration) medium, UNKNOWN (could not be read) info.
//! - place: `resource` (`N/A` is none) with the region, which is part of the identity. kind cloud.
//! - UNKNOWN says that the check could not look: its resource, else its plug-in, is unread.
//! - ran: rows that passed. The report names no account, no time and no version.
//!
//! # Differs
//! - rows of passed checks are no findings.

use model::{Finding, Kind, Severity};

use super::wording::{add_unread, first_line};
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of CloudSploit's results.
pub(crate) static FORMAT: Format = Format {
    id: "cloudsploit",
    name: "CloudSploit",
    kinds: &[Kind::Cloud],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["[].plugin", "[].category", "[].region", "[].status", "[].message"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("CloudSploit");
    fields::read(
        input,
        out,
        &[],
        |_, _| {},
        |out, place, row| match row.text(&["plugin"]) {
            Some(rule) => push(out, &rule, row),
            None => out.bad_row(place, "a result without plug-in"),
        },
    )
}

fn push(out: &mut Output<'_>, rule: &str, row: Fields<'_>) {
    let status = row.text(&["status"]).unwrap_or_default();
    let resource = row.text(&["resource"]).filter(|name| name != "N/A");
    let severity = match status.to_ascii_uppercase().as_str() {
        "OK" | "PASS" | "0" => return out.no_finding(),
        "FAIL" | "2" => Severity::Critical,
        "WARN" | "1" => Severity::Medium,
        "UNKNOWN" | "3" => {
            add_unread(&mut out.this().claims.unread, resource.as_deref().unwrap_or(rule));
            Severity::Info
        }
        _ => return out.bad_row(format!("plug-in {rule}"), "a result without a known status"),
    };
    let mut finding = Finding::new(Kind::Cloud, rule, first_line(&row.text(&["title"]).unwrap_or_else(|| rule.to_owned())));
    finding.set_severity(status, severity);
    finding.description = super::web::paragraphs([row.text(&["message"]), row.text(&["description"])]);
    finding.distinct = Some(row.texts(&["region"]).join(" ")).filter(|region| !region.is_empty());
    finding.location.resource = resource;
    out.finding(finding);
}
