//! `muster issue`

use std::io::Write;

use model::{State, Timestamp};
use operations::{IssueView, StateChange};

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::{Global, author};
use crate::table::{json, points};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// One issue, its evidence and its history.
    Show { id: String },
    /// Sets the state by a decision that covers the findings it has now, or says whose it is not.
    Set {
        id: String,
        /// open, in_progress, fixed, accepted_risk, deferred, false_positive, not_affected.
        #[arg(long, required_unless_present = "not_mine")]
        state: Option<String>,
        /// It is not its owner's: it goes to triage, or to the team of `--to`, and a change of the inventory is proposed.
        #[arg(long, conflicts_with_all = ["state", "until"])]
        not_mine: bool,
        /// The team that it goes to.
        #[arg(long, value_name = "TEAM", requires = "not_mine")]
        to: Option<String>,
        #[arg(long, default_value = "")]
        reason: String,
        #[arg(long, value_name = "TIME", value_parser = clock::parse)]
        until: Option<Timestamp>,
    },
    /// These issues are one.
    Merge {
        id: String,
        #[arg(required = true)]
        others: Vec<String>,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// These findings of it are another issue.
    Split {
        id: String,
        #[arg(required = true, value_name = "FINDING")]
        findings: Vec<String>,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// The finding belongs to the issue.
    AcceptLink {
        id: String,
        finding: String,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// The finding does not belong to the issue.
    RejectLink {
        id: String,
        finding: String,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Takes back the newest decision.
    Undo { id: String },
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let muster = global.open()?;
    let now = clock::now();
    let author = author();
    let view = match command {
        Command::Show { id } => muster.issue(&id, now)?,
        Command::Set { id, not_mine: true, to, reason, .. } => muster.not_mine(&id, to.as_deref(), &reason, &author, now)?,
        Command::Set { id, state, reason, until, .. } => {
            let state = state.unwrap_or_default();
            let known = State::ALL.map(State::word).join(", ");
            let state = State::from_word(&state).ok_or_else(|| Failure::Bad(format!("`{state}` is no state; states are {known}")))?;
            muster.set_state(&id, &StateChange { state, reason, until }, &author, now)?
        }
        Command::Merge { id, others, reason } => muster.merge(&id, &others, &reason, &author, now)?,
        Command::Split { id, findings, reason } => muster.split(&id, &findings, &reason, &author, now)?,
        Command::AcceptLink { id, finding, reason } => muster.judge_link(&id, &finding, true, &reason, &author, now)?,
        Command::RejectLink { id, finding, reason } => muster.judge_link(&id, &finding, false, &reason, &author, now)?,
        Command::Undo { id } => muster.undo(&id, &author, now)?,
    };
    for warning in &view.warnings {
        notice(&format!("warning: {warning}"));
    }
    if global.json { json(&view.issue) } else { show(&view) }
}

fn show(view: &IssueView) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let issue = &view.issue;
    if let Some(old) = &view.redirected_from {
        writeln!(out, "{old} is now {}", issue.id)?;
    }
    writeln!(out, "{}  {}", issue.id, issue.title)?;
    writeln!(out, "{} · {} · {}", issue.state.word(), issue.severity.word(), issue.place)?;
    if let Some(reason) = &issue.outgrown {
        writeln!(out, "outgrown: {reason}")?;
    }
    for over in &issue.end_of_life {
        writeln!(out, "no fix will come: {}", super::components::end_of_life(over))?;
    }
    let rank = view.rank.map(|rank| format!("rank {rank} of {}", view.of)).unwrap_or_else(|| "not in the queue".to_owned());
    let due = issue.due.map(|due| format!(", due {due}")).unwrap_or_default();
    writeln!(out, "{}{due}, {rank}\n", issue.tier.label)?;
    writeln!(out, "Score {} in decibans, because", points(issue.score))?;
    for term in &issue.because {
        writeln!(
            out,
            "  {:>6}  {}  ({}{})",
            points(term.points),
            term.fact,
            term.source,
            term.at.map(|at| format!(", {at}")).unwrap_or_default()
        )?;
    }
    for fact in &issue.unknown {
        writeln!(out, "       ?  {fact}")?;
    }
    writeln!(out, "\nDeadline")?;
    for fact in &issue.tier.because {
        writeln!(out, "  {} ({})", fact.fact, fact.source)?;
    }
    show_vex(&mut out, issue)?;
    writeln!(out, "\nOwner: {}", issue.owner.team.as_deref().unwrap_or("none"))?;
    for fact in &issue.owner.because {
        writeln!(out, "  {} ({})", fact.fact, fact.source)?;
    }
    writeln!(out, "\nFindings")?;
    for finding in issue.findings.iter().flatten() {
        let f = &finding.finding;
        writeln!(
            out,
            "  {} {}  {}  confidence {:.2} by {}",
            f.tool,
            f.rule,
            f.identity.as_deref().unwrap_or_default(),
            finding.link.confidence,
            finding.link.by
        )?;
        writeln!(out, "    {} #{}", f.report, f.index)?;
        for fact in &finding.link.because {
            writeln!(out, "    {:>6}  {} [{}]", points(fact.weight), fact.fact, fact.fields.join(", "))?;
        }
    }
    for suggestion in &issue.suggestions {
        writeln!(out, "  perhaps also {} (finding {}, {:.2})", suggestion.issue, suggestion.finding, suggestion.confidence)?;
    }
    writeln!(out, "\nHistory")?;
    for entry in &view.history {
        writeln!(out, "  {}  {}: {} ({})", entry.at, entry.what, entry.detail, entry.by)?;
    }
    out.flush()?;
    Ok(())
}

/// What VEX statements say of it, whose, from when, in which document, and whether it counts.
fn show_vex(out: &mut impl Write, issue: &model::Issue) -> Result<(), Failure> {
    if issue.vex.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nVEX")?;
    for fact in &issue.vex {
        let verdict = serde_json::to_value(fact.verdict)?;
        let component = fact.component.as_deref().map(|component| format!(", {component}")).unwrap_or_default();
        let day: String = fact.at.to_string().chars().take(10).collect();
        writeln!(out, "  {}  {} on {day}, {}: {}", fact.status.word(), fact.author, fact.document, verdict.as_str().unwrap_or_default())?;
        writeln!(out, "    {} in {}{component}", fact.vulnerability, fact.product)?;
        for text in [&fact.justification, &fact.reason].into_iter().flatten() {
            writeln!(out, "    {}", text.replace(['\n', '\r', '\u{1b}'], " "))?;
        }
        writeln!(out, "    {}", fact.because)?;
    }
    if let Some(conflict) = &issue.vex_conflict {
        writeln!(out, "  {conflict}")?;
    }
    Ok(())
}
