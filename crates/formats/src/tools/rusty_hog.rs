//! Rusty Hog (secrets in git, files, S3, Google Drive, Confluence, Jira and Slack), JSON. Versions seen: 1.0 to 1.0.11.
//!
//! Make it with `choctaw_hog --outputfile hog.json URL`, `duroc_hog -o hog.json DIR`, `essex_hog`, `gottingen_hog`, `ankamali_hog`,
//! `berkshire_hog` or `hante_hog`, each with `--outputfile`.
//!
//! - index: `[]`: one reason in one line, page, ticket or object.
//! - `reason` is the rule and the title; `stringsFound` holds what matched and is evidence, never text.
//! - severity: none is given; high, as for all secrets that were not tried.
//! - place: `path` with `linenum` (Duroc) or `new_line_num`, else `old_line_num` (Choctaw), at `commitHash`; `url` of the page or ticket
//!   with `location`; `bucket` and `key`; the document of Google Drive. Duroc's line numbers count bytes in binary files and are as
//!   good as the file is text.
//! - one secret in several commits is one finding each time: the commit is part of the place and not of the identity.
//! - coverage: the report has no word about the run; `[]` is not recognised without `--format rusty-hog`. No time, version, fingerprint.
//! - left out: file ids of git, the commit's message.

use model::{Finding, Timestamp};
use serde_json::Value;

use super::loose::{position, text, texts};
use super::secret_value::{evidence, secret, set_severity_by_proof, without_value};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Rusty Hog's scanners.
pub(crate) static FORMAT: Format = Format {
    id: "rusty-hog",
    name: "Rusty Hog",
    kinds: &[model::Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has_all(&["[].stringsFound", "[].reason"]);
    let hog = ["diff", "linenum", "page_id", "issue_id", "url", "key", "g_drive_id", "path_link"];
    Match::sure_if(head.is_json_array() && row && !head.has("[].branch") && hog.iter().any(|name| head.has(&format!("[].{name}"))))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Rusty Hog");
    let mut json = input.json()?;
    json.rows(out, |out, row: Value| match text(&row, &["reason"]) {
        Some(reason) => out.finding(finding(&row, reason)),
        None => out.bad_row(format!("[{}]", out.next_index()), "no reason"),
    })?;
    json.end()
}

fn finding(row: &Value, reason: String) -> Finding {
    let mut finding = secret(reason.clone(), reason);
    set_severity_by_proof(&mut finding);
    let found = texts(row, "stringsFound");
    finding.secret = found.first().and_then(|value| evidence(value));
    let code = text(row, &["diff"]).map(|code| found.iter().fold(code, |code, value| code.replace(value.trim(), "REDACTED")));
    finding.snippet = code.and_then(|code| without_value(&code, ""));
    let to = &mut finding.location;
    to.path = text(row, &["path"]);
    to.start_line = position(row, &["linenum", "line_num", "new_line_num"]).or_else(|| position(row, &["old_line_num"]));
    to.end_line = to.start_line;
    to.commit = text(row, &["commitHash", "commit_hash"]);
    to.url = text(row, &["url", "web_link"]);
    if to.path.is_none() {
        to.resource = match (text(row, &["bucket"]), text(row, &["key"])) {
            (Some(bucket), Some(key)) => Some(format!("s3://{bucket}/{key}")),
            (_, key) => text(row, &["issue_id", "page_id", "g_drive_id"]).or(key),
        };
        to.symbol = text(row, &["location"]);
    }
    if finding.location.commit.is_some() {
        finding.first_seen_by_tool = text(row, &["date"]).as_deref().and_then(Timestamp::lenient);
    }
    finding
}
