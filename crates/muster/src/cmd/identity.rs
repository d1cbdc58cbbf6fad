//! `muster identity`

use std::io::Write;

use model::EvidenceFact;
use operations::{IdentityDiff, IdentityMerge, IdentitySplit};

use crate::clock;
use crate::failure::Failure;
use crate::open::{Global, author};
use crate::table::{json, points};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Which issues this program's matching would make of several or split, and why. Changes nothing.
    Diff,
    /// Makes all issues again with this program's matching. Ids of issues that end lead on.
    Apply,
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let muster = global.open()?;
    match command {
        Command::Diff => {
            let diff = muster.identity_diff(clock::now())?;
            if global.json { json(&diff) } else { show(&diff) }
        }
        Command::Apply => {
            let answer = muster.identity_apply(&author(), clock::now())?;
            if global.json {
                return json(&answer);
            }
            let mut out = std::io::stdout().lock();
            writeln!(out, "{} issues changed, {} ids lead on ({} to {})", answer.changed, answer.redirected, answer.before, answer.now)?;
            Ok(())
        }
    }
}

fn show(diff: &IdentityDiff) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "issues made by {}, compared with {}", diff.stored, diff.program)?;
    writeln!(out, "{} findings: {} issues now, {} afterwards", diff.findings, diff.issues, diff.issues_after)?;
    writeln!(out, "{} would be made of several, {} would fall apart", diff.merged, diff.split)?;
    for IdentityMerge { issue, title, from, confidence, because } in &diff.merges {
        writeln!(out, "\n{issue}  {title}\n  of {}, confidence {confidence:.2}", from.join(", "))?;
        facts(&mut out, because)?;
    }
    for IdentitySplit { issue, title, parts } in &diff.splits {
        writeln!(out, "\n{issue}  {title}")?;
        for part in parts {
            writeln!(out, "  {} of {} findings: {}", part.issue, part.findings.len(), part.findings.join(", "))?;
            if part.issue == *issue {
                continue;
            }
            writeln!(out, "    joined by")?;
            facts(&mut out, &part.joined_by)?;
            writeln!(out, "    {}", if part.left.is_empty() { "nothing is left of it" } else { "left of it" })?;
            facts(&mut out, &part.left)?;
        }
    }
    for warning in &diff.warnings {
        writeln!(out, "\nwarning: {warning}")?;
    }
    out.flush()?;
    Ok(())
}

fn facts(out: &mut impl Write, facts: &[EvidenceFact]) -> Result<(), Failure> {
    for fact in facts {
        writeln!(out, "    {:>6}  {} [{}]", points(fact.weight), fact.fact, fact.fields.join(", "))?;
    }
    Ok(())
}
