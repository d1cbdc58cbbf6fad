//! pnpm audit, JSON. Versions seen: pnpm 6 to 12.
//!
//! Make it with `pnpm audit --json > pnpm-audit.json`.
//!
//! - index: `advisories` in the order of the file, one finding an advisory.
//! - as npm 6 (`npm-audit`): rule is the GHSA id, severity the advisory's word, the first installed version and dependency path count
//!   (pnpm writes paths as `.>axios`, or with the workspace package first).
//! - pnpm 11 asks the registry otherwise: advisories have no CVE and no CVSS any more, `cwe` is one text, and `patched_versions` is worked out from
//!   the range, where it can be.
//! - place: `pnpm-lock.yaml`, the file that `pnpm audit` reads. The report names no root: `--prefix` of the import is put before it.
//! - told from npm 6 by what is missing: `actions` with `muted`, and `runId`.
//! - ran: `metadata` with counts. `{"error": …}` is a failed scan.

use model::Kind;
use serde_json::Value;

use super::npm_advisory::{self, Advisory};
use super::npm_audit;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `pnpm audit --json`.
pub(crate) static FORMAT: Format =
    Format { id: "pnpm-audit", name: "pnpm audit", kinds: &[Kind::Sca], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let npm = head.has("actions") || head.has("muted") || head.has("runId") || head.has("auditReportVersion");
    // A Composer report has `advisories` too, keyed by package, without metadata of this kind.
    let full = head.has("advisories") && (head.has("metadata.vulnerabilities") || head.contains("\"module_name\""));
    let failed = head.has("error.message") && head.contains("ERR_PNPM");
    Match::sure_if(!head.is_json_lines() && ((full && !npm) || failed))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("pnpm audit");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "advisories" => json.object(|json, key| {
            let place = json.place();
            match json.row::<Advisory>()? {
                Ok(row) => out.finding(npm_advisory::finding(row, None, "pnpm-lock.yaml")),
                Err(reason) => out.bad_row(place, format!("advisory {key}: {reason}")),
            }
            Ok(())
        }),
        "metadata" => npm_audit::metadata(json, out),
        "error" => {
            out.this().claims.failed = Some(npm_advisory::error(&json.row::<Value>()?.unwrap_or_default()));
            Ok(())
        }
        _ => Ok(()),
    })?;
    json.end()
}
