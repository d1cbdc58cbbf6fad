//! What a run covers.

use std::collections::BTreeSet;

use formats::{Format, Status};
use model::{Coverage, Kind};
use pipeline::deduplicate::over_time::canonical_rule;
use pipeline::track::{CoverageInput, Scope, coverage};

use super::ImportFlags;
use super::read::ReadRun;
use super::times::plain;

/// The coverage record and the scope of a run. `kinds_known` are those that the tool has shown for this target before.
pub(crate) fn of_run(
    run: &ReadRun,
    flags: &ImportFlags,
    format: &'static Format,
    tool: &str,
    kinds_known: &BTreeSet<Kind>,
) -> (Coverage, Scope) {
    let mut claims = run.run.claims.clone();
    if let Some(rules) = &mut claims.rules {
        for rule in rules.iter_mut() {
            *rule = plain(&canonical_rule(tool, rule)).into_owned();
        }
    }
    let coverage = coverage(CoverageInput {
        claims,
        findings: run.findings.len() as u64,
        said_partial: flags.partial,
        said_complete: flags.complete,
        read_only: (format.status == Status::ReadOnly).then_some(format.name),
    });
    let seen: BTreeSet<Kind> = run.findings.iter().map(|finding| finding.kind).collect();
    let scope = Scope::new(&coverage, &seen, kinds_known, flags.complete);
    (coverage, scope)
}

/// What may change between two reports without the code changing: tool version, active rules, roots.
pub(crate) fn tooling(run: &ReadRun, scope: &Scope) -> String {
    let rules = scope.rules.as_ref().map(|rules| {
        let list: Vec<&str> = rules.iter().map(String::as_str).collect();
        model::short_hex(&model::hash_parts(&list), 8)
    });
    format!(
        "{}|{}|{}",
        run.run.tool_version.as_deref().unwrap_or_default(),
        rules.unwrap_or_default(),
        scope.root.as_deref().unwrap_or_default()
    )
}
