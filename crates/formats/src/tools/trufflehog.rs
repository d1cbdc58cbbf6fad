//! TruffleHog (secrets), JSON lines and text. Versions seen: 2.2 and 3.0 to 3.92.
//!
//! Make it with `trufflehog filesystem . --json > trufflehog.jsonl` or `trufflehog git file://. --json > trufflehog.jsonl`;
//! without `--json` it writes the text.
//!
//! - index: the lines, in version 2 too (a line is a reason in one file of one commit, with all its strings).
//! - version 3: `DetectorName` is the rule; version 2: `reason`.
//! - severity: the tool has none; critical where `Verified` is true, else high. (Version 2: a generic secret is medium.)
//! - `Verified: true` is a secret that was tried and works. False says nothing: it may not have been tried.
//! - the value (`Raw`; base 64 before 3.5) becomes evidence and stands nowhere else; `RawV2` is not taken, it joins several values.
//! - place: the one member of `SourceMetadata.Data` (Git, Filesystem, GitHub, Docker, S3 …): file, line, commit, repository, image, link. `line`
//!   starts at 1.
//! - log lines among the results are read: `finished scanning` shows that the scan ran, an error makes the report partial. Without them, no
//!   line is no evidence. No fingerprint, no list of rules. Time and version stand in the log only.
//! - text: a block below `Found verified result` or `Found unverified result`; the rest is as in the lines of
//!   version 3. It does not show where it ends, so it is partial and closes nothing.
//! - left out: `ExtraData`, `StructuredData`, the diff of version 2.
//!
//! # Differs
//! - Other importers make one finding of a secret in several commits.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::secret_value::{evidence, secret, set_severity_by_proof};
use super::trufflehog_text;
use super::wording::{first_line, from_base64};
use crate::read::{lenient, lines};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `trufflehog --json`.
pub(crate) static FORMAT: Format = Format {
    id: "trufflehog",
    name: "TruffleHog",
    kinds: &[Kind::Secret],
    media: &[Media::JsonLines, Media::Text],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| {
        let has = |name: &str| head.has(&format!("{top}{name}"));
        (has("DetectorName") && has("SourceMetadata"))
            || (has("stringsFound") && has("reason"))
            || (has("logger") && head.is(&format!("{top}logger"), "trufflehog"))
    };
    // A single line, or several. An array of these is trufflehog3's.
    let cut_row = head.is_cut() && head.has_all(&["branch", "commit", "commitHash", "diff"]);
    Match::sure_if(trufflehog_text::is_text(head) || head.is_json_object() && (row("") || (head.is_json_lines() && row("[].")) || cut_row))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("TruffleHog");
    if trufflehog_text::is_text(&input.head()) {
        return trufflehog_text::parse(input, out);
    }
    let mut number = 0;
    lines::json(input, out, |out, row: Value| {
        number += 1;
        if row.get("SourceMetadata").is_some() || row.get("DetectorName").is_some() {
            version_3(out, &row, number);
        } else if row.get("reason").is_some() {
            version_2(out, &row, number);
        } else if row.get("level").is_some() && row.get("msg").is_some() {
            log(out, &row);
        } else {
            out.bad_row(format!("result {number}"), "neither DetectorName nor reason");
        }
    })
}

fn log(out: &mut Output<'_>, row: &Value) {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let run = out.this();
    if text("msg") == "finished scanning" {
        run.claims.ran = true;
        run.at = model::Timestamp::lenient(text("ts"));
        run.tool_version = row.get("trufflehog_version").and_then(lenient::scalar);
    } else if text("level").starts_with("error") {
        run.claims.partial.get_or_insert_with(|| format!("the tool reports an error: {}", first_line(text("msg"))));
    }
}

fn version_3(out: &mut Output<'_>, row: &Value, number: u64) {
    let Some(detector) = row.get("DetectorName").and_then(lenient::scalar) else {
        out.bad_row(format!("result {number}"), "no DetectorName");
        return;
    };
    let raw = row.get("Raw").and_then(Value::as_str).unwrap_or_default();
    // Before 3.5 the value was written as bytes, which JSON shows in base 64; those lines lack the name of the decoder.
    let decoded = if row.get("DecoderName").is_none() { from_base64(raw) } else { None };
    let data = row.pointer("/SourceMetadata/Data").and_then(Value::as_object);
    let verified = row.get("Verified").and_then(Value::as_bool) == Some(true);
    let description = row.get("DetectorDescription").and_then(lenient::scalar);
    push(out, &detector, verified, decoded.as_deref().unwrap_or(raw), description, data.and_then(|data| data.values().next()));
}

/// Hands over a result of version 3, from JSON or text.
pub(super) fn push(out: &mut Output<'_>, detector: &str, verified: bool, raw: &str, description: Option<String>, place: Option<&Value>) {
    let mut finding = secret(detector, format!("{detector} secret"));
    finding.verified = verified.then_some(true);
    set_severity_by_proof(&mut finding);
    finding.description = description;
    finding.secret = evidence(raw);
    if let Some(place) = place {
        set_place(out, &mut finding, place);
    }
    out.finding(finding);
}

fn set_place(out: &mut Output<'_>, finding: &mut Finding, place: &Value) {
    let text = |key: &str| place.get(key).and_then(lenient::scalar);
    let location = &mut finding.location;
    location.path = text("file").or_else(|| text("path")).or_else(|| text("filename"));
    location.start_line = place.get("line").and_then(Value::as_u64).and_then(|line| u32::try_from(line).ok()).filter(|line| *line > 0);
    location.end_line = location.start_line;
    location.commit = text("commit");
    location.layer = text("layer");
    location.image = text("image").map(|image| match text("tag") {
        Some(tag) => format!("{image}:{tag}"),
        None => image,
    });
    location.resource = text("bucket").or_else(|| text("channel_name")).or_else(|| text("vault"));
    finding.url = text("link");
    let run = out.this();
    run.repository = run.repository.take().or_else(|| text("repository"));
    if run.image.is_none() {
        run.image.clone_from(&finding.location.image);
    }
}

fn version_2(out: &mut Output<'_>, row: &Value, number: u64) {
    let text = |key: &str| row.get(key).and_then(lenient::scalar);
    let (Some(reason), Some(path)) = (text("reason"), text("path")) else {
        out.bad_row(format!("result {number}"), "no reason or no path");
        return;
    };
    let mut finding = secret(reason.clone(), reason.clone());
    finding.severity = if reason == "Generic Secret" { Severity::Medium } else { Severity::High };
    finding.location.path = Some(path);
    finding.location.commit = text("commitHash");
    // One string is the value; of several none is the one.
    if let Some([Value::String(value)]) = row.get("stringsFound").and_then(Value::as_array).map(Vec::as_slice) {
        finding.secret = evidence(value);
    }
    out.finding(finding);
}
