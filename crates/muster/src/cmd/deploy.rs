//! `muster deploy`

use std::path::PathBuf;

use model::{DeployGate, Deployment, Timestamp};
use operations::{DeployMode, DeploymentFeed, DeploymentQuery};

use super::inventory::read_texts;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  muster deploy --service checkout-api --env production --image registry.example.com/acme/api@sha256:…\n  \
                  muster deploy --service checkout-api --env production --image … --gate bypassed --gate-reason 'INC-42: hotfix'\n  \
                  muster deploy --service checkout-api --env production --end\n  \
                  kubectl get pods -A -o json > pods.json && muster deploy read --env production --complete pods.json\n  \
                  muster deploy list --history --service checkout-api\n  muster deploy list --history --gate bypassed"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[arg(long, required = true)]
    service: Option<String>,
    #[arg(long, required = true)]
    env: Option<String>,
    /// Image with digest, or the digest.
    #[arg(long, required_unless_present_any = ["commit", "end"])]
    image: Option<String>,
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    at: Option<Timestamp>,
    /// It runs beside what ran there before: a canary, the other colour.
    #[arg(long)]
    beside: bool,
    /// What the release gate had said: passed, bypassed (it blocked, or was not asked) or none (there is none).
    #[arg(long, value_parser = gate)]
    gate: Option<DeployGate>,
    /// Why it was bypassed, or what it said.
    #[arg(long, value_name = "REASON", requires = "gate")]
    gate_reason: Option<String>,
    /// It ended: from then on it does not run there.
    #[arg(long, conflicts_with = "beside")]
    end: bool,
}

#[derive(clap::Subcommand)]
enum Command {
    /// What runs where, since when.
    List {
        #[arg(long)]
        service: Option<String>,
        #[arg(long)]
        env: Option<String>,
        /// Also what ran before, newest first.
        #[arg(long)]
        history: bool,
        /// Only what the gate had this to say of: passed, bypassed or none.
        #[arg(long, value_parser = gate)]
        gate: Option<DeployGate>,
        #[arg(long, value_name = "TIME", value_parser = clock::parse)]
        as_of: Option<Timestamp>,
    },
    /// Reads what runs from lists of Kubernetes objects, or JSON with one row a deployment.
    Read {
        /// Environment of all that names none; else a Kubernetes object's namespace.
        #[arg(long)]
        env: Option<String>,
        /// Since when, where the file does not say it.
        #[arg(long, value_name = "TIME", value_parser = clock::parse)]
        at: Option<Timestamp>,
        /// The files list all that runs: what they told before and leave out now has ended.
        #[arg(long)]
        complete: bool,
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// What the release gate had said, as one cell.
pub(super) fn gate_line(row: &Deployment) -> String {
    match (row.gate, &row.gate_reason) {
        (Some(gate), Some(reason)) => format!("{}: {reason}", gate.word()),
        (Some(gate), None) => gate.word().to_owned(),
        (None, _) => String::new(),
    }
}

fn gate(text: &str) -> Result<DeployGate, String> {
    DeployGate::from_word(text).ok_or_else(|| format!("`{text}` is none of passed, bypassed, none"))
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let now = clock::now();
    let muster = global.open()?;
    match arguments.command {
        Some(Command::List { service, env, history, gate, as_of }) => {
            let rows = muster.deployments(&DeploymentQuery { service, environment: env, history, gate, as_of }, now)?;
            if global.json {
                return json(&rows);
            }
            let mut table = Table::new(&["service", "environment", "~what", "since", "until", "~gate", "~told by"]);
            for row in rows {
                let gate = gate_line(&row);
                let what = row.image.or_else(|| row.commit.map(|commit| format!("commit {commit}"))).unwrap_or_default();
                let until = row.until.map(|until| until.to_string()).unwrap_or_default();
                table.row(vec![row.service, row.environment, what, row.since.to_string(), until, gate, row.source]);
            }
            table.print()
        }
        Some(Command::Read { env, at, complete, files }) => {
            let files = read_texts(&files)?;
            let answer = muster.read_deployments(&files, &DeploymentFeed { environment: env, at, complete }, now)?;
            for warning in &answer.warnings {
                notice(&format!("warning: {warning}"));
            }
            if global.json {
                return json(&answer);
            }
            for line in &answer.unplaced {
                notice(&format!("no service: {line}"));
            }
            notice(&format!(
                "{} deployments recorded, {} unchanged, {} ended; {} issues moved",
                answer.recorded, answer.unchanged, answer.ended, answer.moved.issues
            ));
            Ok(())
        }
        None => {
            let mode = match (arguments.end, arguments.beside) {
                (true, _) => DeployMode::End,
                (false, true) => DeployMode::Beside,
                (false, false) => DeployMode::Supersede,
            };
            let deployment = Deployment {
                service: arguments.service.unwrap_or_default(),
                environment: arguments.env.unwrap_or_default(),
                image: arguments.image,
                commit: arguments.commit,
                since: arguments.at.unwrap_or(now),
                gate: arguments.gate,
                gate_reason: arguments.gate_reason,
                ..Deployment::default()
            };
            let answer = muster.deploy_as(deployment, mode, now)?;
            for warning in &answer.warnings {
                notice(&format!("warning: {warning}"));
            }
            json(&answer)
        }
    }
}
