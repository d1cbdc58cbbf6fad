//! httpx of ProjectDiscovery (HTTP probing), JSON lines and CSV. Versions seen: 1.6 to 1.7; 1.0 to 1.2 write names with `-`.
//!
//! Make it with `httpx -l hosts.txt -json -o httpx.jsonl`, or the same with `-csv`.
//!
//! - index: the lines (or the elements of an array), or the rows behind the header. The rule is `content-discovered` for all, severity info: httpx rates nothing.
//! - place: `url` with `method`. The title is the status and the path; the page's title, the server and the technologies go to the description.
//! - a line with `failed: true` is an address that did not answer: it is counted and is no finding.
//! - nothing shows that the run got through. `timestamp` of a line is that of one answer: the last one is the time. No version, no fingerprint.
//! - left out: hashes, addresses, words and lines counted, the body of the answer.

use model::{Kind, Timestamp};

use super::discovery::answered;
use super::web::{labelled, paragraphs};
use crate::read::csv;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `httpx -json`.
pub(crate) static FORMAT: Format = Format {
    id: "httpx",
    name: "httpx",
    kinds: &[Kind::Dast],
    media: &[Media::JsonLines, Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |at: &str| {
        let has = |name: &str| head.has(&format!("{at}{name}"));
        has("url")
            && has("input")
            && (has("status_code") || has("status-code") || has("failed"))
            && (has("scheme") || has("webserver") || has("tech"))
    };
    Match::sure_if(row("[].") || row("") || is_table(head))
}

fn is_table(head: &Head<'_>) -> bool {
    head.csv_has_most(&["url", "input", "status_code", "webserver", "scheme", "failed"])
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("httpx");
    if is_table(&input.head()) {
        return csv::each(input, out, 0, |out, row| {
            let text = |names: &[&str]| row.text(names).filter(|text| text != "[]" && text != "map[]");
            let Some(url) = text(&["url"]) else {
                // An address that did not answer has an error and no URL in some versions.
                if row.get(&["failed"]) == Some("true") {
                    out.no_finding()
                } else {
                    out.bad_row(format!("line {}", row.line), "no `url`")
                }
                return;
            };
            let tech = text(&["tech"]).map(|list| list.trim_matches(['[', ']']).to_owned());
            let page = knowledge(row.get(&["knowledgebase"]).unwrap_or_default());
            let answer = Answer {
                status: text(&["status_code"]),
                at: row.get(&["timestamp"]).map(|text| text.trim().trim_end_matches(" UTC")).and_then(Timestamp::lenient),
                failed: row.get(&["failed"]) == Some("true"),
                method: text(&["method"]),
                told: [text(&["title"]), text(&["webserver"]), tech, text(&["location", "final_url"]), page],
            };
            push(out, &url, answer);
        });
    }
    loose::strung(input, out, |out, _, row| {
        let url = row.text(&["url"]).ok_or("no `url`")?;
        let told = [
            row.text(&["title"]),
            row.text(&["webserver"]),
            Some(row.texts("tech").join(", ")),
            row.text(&["location", "final_url"]),
            row.text(&["knowledgebase/PageType"]),
        ];
        let answer = Answer {
            status: row.text(&["status_code"]),
            at: row.text(&["timestamp"]).and_then(|text| Timestamp::lenient(&text)),
            failed: row.truth("failed") == Some(true),
            method: row.text(&["method"]),
            told,
        };
        push(out, &url, answer);
        Ok(())
    })
}

/// What a row says of an address beside the address.
struct Answer {
    status: Option<String>,
    at: Option<Timestamp>,
    failed: bool,
    method: Option<String>,
    /// Title, server, technologies, redirect and type of the page.
    told: [Option<String>; 5],
}

fn push(out: &mut Output<'_>, url: &str, answer: Answer) {
    let run = out.this();
    run.at = run.at.max(answer.at);
    if answer.failed {
        return out.no_finding();
    }
    let mut finding = answered(url, answer.status.as_deref());
    finding.location.method = answer.method;
    let labels = ["Title", "Server", "Technologies", "Redirects to", "Page type"];
    finding.description = paragraphs(labels.into_iter().zip(answer.told).map(|(label, text)| labelled(label, text.as_deref())));
    out.finding(finding);
}

/// The type of the page in Go's `map[PageType:login pHash:0]`.
fn knowledge(map: &str) -> Option<String> {
    let (_, rest) = map.split_once("PageType:")?;
    rest.split([' ', ']']).next().map(str::to_owned).filter(|text| !text.is_empty())
}
