//! `muster teams`

use model::Timestamp;

use super::services;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  muster teams\n  muster teams payments\n  muster teams payments --as-of 2026-08-01 --json")]
pub(crate) struct Arguments {
    /// One team with its services.
    name: Option<String>,
    /// How it stood then.
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    as_of: Option<Timestamp>,
}

pub(crate) fn run(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    let (muster, now) = (global.open()?, clock::now());
    if let Some(name) = &arguments.name {
        let view = muster.team(name, arguments.as_of, now)?;
        if global.json {
            return json(&view);
        }
        let issues = &view.team.issues;
        services::list(&view.services)?;
        notice(&format!("{name} owns {} open issues, {} late", issues.open, issues.overdue));
        return Ok(());
    }
    let rows = muster.teams(arguments.as_of, now)?;
    if global.json {
        return json(&rows);
    }
    let mut table = Table::new(&["team", "services", "open", "late", "~members", "~reached at"]);
    for row in &rows {
        let targets = &row.team.targets;
        let ways = [&targets.email, &targets.slack, &targets.jira_project].into_iter().flatten();
        table.row(vec![
            row.team.name.clone(),
            row.services.to_string(),
            row.issues.open.to_string(),
            row.issues.overdue.to_string(),
            row.team.members.join(", "),
            ways.cloned().collect::<Vec<_>>().join(", "),
        ]);
    }
    table.print()?;
    notice(&format!("{} teams, by name", rows.len()));
    Ok(())
}
