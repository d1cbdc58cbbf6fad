//! ClamAV, text of `clamscan` and `clamdscan`. Versions seen: 0.100 to 1.4.
//!
//! Make it with `clamscan -r /srv > clamav.txt` (with `--infected` or `--allmatch` as well).
//!
//! - index: the lines that end with `FOUND`, in the order of the report; files that are `OK`, `Empty file` or `Excluded` are counted.
//! - rule: the signature's name. Severity: the tool has none; all are high.
//! - place: the file. Files that gave an `ERROR` are unread. kind malware.
//! - ran: the summary with its *Scanned files*. *Engine version* and *Start Date* (without a zone, taken as UTC) as given. A summary with errors makes the scan
//!   partial.
//!
//! # Differs
//! CWE 506, which some readers give to each row, is not in the report.

use model::{Finding, Kind, Severity, Timestamp};

use super::wording::add_unread;
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `clamscan`.
pub(crate) static FORMAT: Format =
    Format { id: "clamav", name: "ClamAV", kinds: &[Kind::Malware], media: &[Media::Text], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    if head.is_json() || head.starts_with("<") {
        return Match::No;
    }
    let summary = head.contains("- SCAN SUMMARY -") && (head.contains("Infected files:") || head.contains("Known viruses:"));
    // A long report shows its summary behind the head, and `--no-summary` leaves it out.
    let is_line = |line: &str| {
        let found = line.strip_suffix(" FOUND").is_some_and(|rest| rest.contains(": "));
        found || (line.starts_with('/') && (line.ends_with(": OK") || line.ends_with(": Empty file")))
    };
    let start = head.text().lines().take(20).filter(|text| !text.trim().is_empty());
    let (all, like) = start.fold((0, 0), |(all, like), text| (all + 1, like + usize::from(is_line(text.trim_end()))));
    Match::sure_if(summary || (all > 0 && all == like))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("ClamAV");
    let mut in_summary = false;
    let ended = lines::each(input, |_, line| {
        let line = line.trim_end();
        if line.contains("- SCAN SUMMARY -") {
            in_summary = true;
        } else if in_summary {
            summary(out, line);
        } else if let Some((path, signature)) = line.strip_suffix(" FOUND").and_then(|rest| rest.rsplit_once(": ")) {
            let signature = signature.split('(').next().unwrap_or(signature);
            let mut finding = Finding::new(Kind::Malware, signature, format!("{signature} in {path}"));
            finding.severity = Severity::High;
            finding.location.path = Some(path.to_owned());
            out.finding(finding);
        } else if let Some((path, _)) = line.strip_suffix(" ERROR").and_then(|rest| rest.rsplit_once(": ")) {
            add_unread(&mut out.this().claims.unread, path);
        } else if [": OK", ": Empty file", ": Excluded", ": Symbolic link"].iter().any(|end| line.ends_with(end)) {
            out.no_finding();
        }
        Ok(())
    })?;
    if !in_summary {
        out.this().claims.partial = Some("the report has no summary".to_owned());
        if !ended {
            out.warn("", "the report ends inside a line; it may be cut off");
        }
    }
    Ok(())
}

fn summary(out: &mut Output<'_>, line: &str) {
    let Some((name, value)) = line.split_once(':') else { return };
    let (value, run) = (value.trim(), out.this());
    match name.trim() {
        "Engine version" => run.tool_version = Some(value.to_owned()),
        "Scanned files" => run.claims.ran = true,
        "Total errors" if value != "0" => run.claims.partial = Some(format!("{value} errors")),
        // `2026:07:31 18:41:55`
        "Start Date" => run.at = Timestamp::lenient(&value.replacen(':', "-", 2)),
        _ => {}
    }
}
