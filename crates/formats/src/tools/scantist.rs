//! Scantist (packages with known vulnerabilities), JSON of its issue export. One version seen (2021).
//!
//! Make it with *Vulnerabilities → Export → JSON* of a scan, or the report of `sbd` with `-report_format json`.
//!
//! - index: `[]`.
//! - `Public ID` is the rule and identifier (`CVE-…`, else Scantist's own `SEC-…`); title: the identifier and the library.
//! - severity: `Score` as it stands.
//! - package: `Library` with `Library Version`, fixed by `Patched Version`; a Java library is written `group artifact` and becomes a
//!   package URL. `File Path` is the manifest that brings it.
//! - an export may be filtered: absence proves nothing (read-only). No CVSS, no time, no fingerprint.
//! - left out: latest version, comments and priority of the tool's own workflow.
//!
//! # Differs
//! - the CWE that other importers set on every row (1035) is not in the report.

use model::{Finding, Kind};
use serde_json::Value;

use super::loose::text;
use super::sca;
use crate::read::json::Shape;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Scantist's export.
pub(crate) static FORMAT: Format =
    Format { id: "scantist", name: "Scantist", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| head.has(&format!("{top}[].Public ID")) && head.has(&format!("{top}[].Library"));
    Match::sure_if(of("") || of("results") || of("vulnerabilities"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Scantist").claims.partial = Some("an export of the issue list".to_owned());
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, row)?;
    } else {
        json.object(|json, key| if matches!(key, "results" | "vulnerabilities") { json.rows(out, row) } else { Ok(()) })?;
    }
    json.end()
}

fn row(out: &mut Output<'_>, row: Value) {
    let (Some(id), Some(library)) = (text(&row, &["Public ID"]), text(&row, &["Library"])) else {
        return out.bad_row(format!("[{}]", out.next_index()), "neither `Public ID` nor `Library`");
    };
    let mut finding = Finding::new(Kind::Sca, id.clone(), format!("{id} in {library}"));
    if let Some(raw) = text(&row, &["Score"]) {
        finding.set_severity_word(&raw);
    }
    sca::identify(&mut finding, &id, []);
    finding.description = text(&row, &["Description"]);
    let package = finding.package_mut();
    package.version = text(&row, &["Library Version"]);
    package.fixed = text(&row, &["Patched Version"]).into_iter().collect();
    if let Some((group, artifact)) = library.split_once(' ').filter(|(group, artifact)| group.contains('.') && !artifact.contains(' ')) {
        package.purl = Some(format!("pkg:maven/{group}/{artifact}"));
    }
    package.name = Some(library);
    if let Some(path) = text(&row, &["File Path"]) {
        sca::in_file(&mut finding, &path);
    }
    out.finding(finding);
}
