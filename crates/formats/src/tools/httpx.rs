//! httpx of ProjectDiscovery (HTTP probing), JSON lines. Versions seen: 1.6 to 1.7; 1.0 to 1.2 write names with `-`.
//!
//! Make it with `httpx -l hosts.txt -json -o httpx.jsonl`.
//!
//! - index: the lines (or the elements of an array). The rule is `content-discovered` for all, severity info: httpx rates nothing.
//! - place: `url` with `method`. The title is the status and the path; the page's title, the server and the technologies go to the description.
//! - a line with `failed: true` is an address that did not answer: it is counted and is no finding.
//! - nothing shows that the run got through. `timestamp` of a line is that of one answer: the last one is the time. No version, no fingerprint.
//! - left out: hashes, addresses, words and lines counted, the body of the answer.

use model::{Kind, Timestamp};

use super::discovery::answered;
use super::web::{labelled, paragraphs};
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `httpx -json`.
pub(crate) static FORMAT: Format =
    Format { id: "httpx", name: "httpx", kinds: &[Kind::Dast], media: &[Media::JsonLines], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = |at: &str| {
        let has = |name: &str| head.has(&format!("{at}{name}"));
        has("url")
            && has("input")
            && (has("status_code") || has("status-code") || has("failed"))
            && (has("scheme") || has("webserver") || has("tech"))
    };
    Match::sure_if(row("[].") || row(""))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("httpx");
    loose::strung(input, out, |out, _, row| {
        let url = row.text(&["url"]).ok_or("no `url`")?;
        let at = row.text(&["timestamp"]).and_then(|text| Timestamp::lenient(&text));
        let run = out.this();
        run.at = run.at.max(at);
        if row.truth("failed") == Some(true) {
            out.no_finding();
            return Ok(());
        }
        let mut finding = answered(&url, row.text(&["status_code"]).as_deref());
        finding.location.method = row.text(&["method"]);
        finding.description = paragraphs([
            labelled("Title", row.text(&["title"]).as_deref()),
            labelled("Server", row.text(&["webserver"]).as_deref()),
            labelled("Technologies", Some(&row.texts("tech").join(", "))),
            labelled("Redirects to", row.text(&["location", "final_url"]).as_deref()),
            labelled("Page type", row.text(&["knowledgebase/PageType"]).as_deref()),
        ]);
        out.finding(finding);
        Ok(())
    })
}
