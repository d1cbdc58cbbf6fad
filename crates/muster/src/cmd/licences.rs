//! `muster licences`

use std::path::PathBuf;

use model::Timestamp;
use serde_json::json as value;

use super::inventory::read_texts;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json, json_lines};

#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  muster licences apply licences.yaml\n  muster licences --team payments\n  muster licences --all --json"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[arg(long)]
    team: Option<String>,
    /// Allowed ones too.
    #[arg(long)]
    all: bool,
    /// What was there then, under the policy of then.
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    as_of: Option<Timestamp>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Keeps a policy (allow, review, deny) from now on.
    Apply {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let now = clock::now();
    if let Some(Command::Apply { file }) = arguments.command {
        let mut files = read_texts(&[file])?;
        let (name, text) = files.pop().ok_or_else(|| Failure::Bad("one file holds the policy".to_owned()))?;
        let rules = global.open()?.apply_licence_policy(&name, &text, now)?;
        if global.json {
            return json(&value!({ "rules": rules }));
        }
        notice(&format!("{rules} rules hold from now on"));
        return Ok(());
    }
    let list = global.open()?.licences(arguments.team.as_deref(), arguments.all, arguments.as_of, now)?;
    if !list.has_policy {
        notice("there is no policy, so nothing is judged: `muster licences apply FILE` keeps one");
    }
    if global.json {
        return json_lines(&list.items);
    }
    let mut table = Table::new(&["verdict", "~licence", "~package", "~versions", "~services", "owner", "~because"]);
    for row in &list.items {
        let places = if row.services.is_empty() { &row.targets } else { &row.services };
        table.row(vec![
            row.verdict.word().to_owned(),
            if row.licence.is_empty() { "(none stated)".to_owned() } else { row.licence.clone() },
            row.package.clone(),
            row.versions.join(", "),
            places.join(", "),
            row.owners.join(", "),
            row.because.clone(),
        ]);
    }
    table.print()?;
    let counts: Vec<String> = list.counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    notice(&format!("{} packages listed; {}", list.items.len(), counts.join(", ")));
    Ok(())
}
