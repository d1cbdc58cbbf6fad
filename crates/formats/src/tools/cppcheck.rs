//! Cppcheck (C and C++), XML version 2. Versions seen: 1.9 to 2.19.
//!
//! Make it with `cppcheck --enable=all --xml . 2> cppcheck.xml`.
//!
//! - index: the `error` elements.
//! - `id` is the rule, `msg` the title, `verbose` the description, `cwe` the CWE.
//! - severity: error high, warning medium, performance, portability and style low, information info. `inconclusive` is the confidence.
//! - place: the first `location`: file, line, column, from 1; further ones, which lead to it, are the flow in the order of the program.
//! - a message of the run itself (`missingInclude…`, `toomanyconfigs`, `checkersReport` and others without a place, or of severity information) is counted
//!   and is no finding; a file with `syntaxError`, `internalError` or `preprocessorErrorDirective` could not be read through: nothing closes there.
//! - `hash` is kept and not trusted. Ran: the closed list of errors. No time, no list of rules; the version is that of `cppcheck`.

use model::{Finding, FlowStep, Kind, Severity};

use super::wording::{add_cwes, add_unread, first_line};
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `cppcheck --xml`.
pub(crate) static FORMAT: Format =
    Format { id: "cppcheck", name: "Cppcheck", kinds: &[Kind::Sast], media: &[Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.is_xml("results") && head.has_tag("cppcheck"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Cppcheck");
    xml::walk(input, &["error", "cppcheck"], |node| {
        match node {
            Node::Row(row) if row.name == "cppcheck" => out.this().tool_version = row.attr("version").map(str::to_owned),
            Node::Row(row) => push(out, &row),
            Node::Close("errors", _) => out.this().claims.ran = true,
            _ => {}
        }
        Ok(())
    })
}

fn push(out: &mut Output<'_>, row: &Element) {
    let Some(rule) = row.attr("id") else { return out.bad_row(format!("byte {}", row.offset), "an error without id") };
    let place = row.child("location");
    if matches!(rule, "syntaxError" | "internalError" | "preprocessorErrorDirective" | "cppcheckError") {
        if let Some(file) = place.and_then(|place| place.attr("file")).or(row.attr("file0")) {
            add_unread(&mut out.this().claims.unread, file);
        }
        return out.no_finding();
    }
    if place.is_none() || row.attr("severity") == Some("information") {
        return out.no_finding();
    }
    out.finding(finding(rule, row));
}

fn finding(rule: &str, row: &Element) -> Finding {
    let message = row.attr("msg").unwrap_or(rule);
    let mut finding = Finding::new(Kind::Sast, rule, first_line(message));
    if let Some(raw) = row.attr("severity") {
        let severity = match raw {
            "error" => Severity::High,
            "warning" => Severity::Medium,
            "performance" | "portability" | "style" => Severity::Low,
            _ => Severity::Info,
        };
        finding.set_severity(raw, severity);
    }
    add_cwes(&mut finding.cwes, row.attr("cwe"));
    finding.description = row.attr("verbose").filter(|text| *text != message).map(str::to_owned);
    finding.confidence = row.attr("inconclusive").filter(|text| *text == "true").map(|_| "inconclusive".to_owned());
    if let Some(hash) = row.attr("hash").filter(|hash| *hash != "0") {
        finding.fingerprint("hash", hash);
    }
    let number = |place: &Element, name: &str| place.attr(name).and_then(|text| text.parse().ok()).filter(|number: &u32| *number > 0);
    let places: Vec<&Element> = row.children("location").collect();
    if let Some(first) = places.first() {
        let to = &mut finding.location;
        to.path = first.attr("file").map(str::to_owned);
        (to.start_line, to.end_line) = (number(first, "line"), number(first, "line"));
        to.start_column = number(first, "column");
    }
    finding.location.symbol = row.text_at("symbol").map(str::to_owned);
    // Cppcheck writes the end of the way first.
    let step = |place: &&Element| FlowStep {
        path: place.attr("file").map(str::to_owned),
        line: number(place, "line"),
        message: place.attr("info").map(str::to_owned),
        ..FlowStep::default()
    };
    if places.len() > 1 {
        finding.flow = places.iter().rev().map(step).collect();
    }
    // One statement may hold the same weakness of two variables.
    finding.distinct = Some(message.to_owned());
    finding
}
