//! `muster coverage`

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json_lines};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  muster coverage --team payments\n  muster coverage --suite --json")]
pub(crate) struct Arguments {
    #[arg(long)]
    team: Option<String>,
    /// Percent of services with the full suite of scans, by team.
    #[arg(long)]
    suite: bool,
}

pub(crate) fn run(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    if arguments.suite {
        return suite(arguments, global);
    }
    let rows = global.open()?.coverage(arguments.team.as_deref(), clock::now())?;
    if global.json {
        return json_lines(&rows);
    }
    let mut table = Table::new(&["service", "team", "kind", "state", "last complete", "~tools", "~because"]);
    for row in &rows {
        table.row(vec![
            if row.service.is_empty() { "(no service)".to_owned() } else { row.service.clone() },
            row.team.clone().unwrap_or_else(|| "none".to_owned()),
            row.kind.word().to_owned(),
            row.standing(),
            row.last_complete.map(|at| at.to_string().chars().take(10).collect()).unwrap_or_default(),
            row.tools.join(", "),
            row.short.iter().map(because).collect::<Vec<_>>().join("; "),
        ]);
    }
    table.print()?;
    notice(&format!("{} rows, by service and kind", rows.len()));
    Ok(())
}

/// `eslint failed: cannot find a package`
fn because(short: &operations::Shortfall) -> String {
    let reason = short.because.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{} {}{reason}", short.tool, short.state.word())
}

fn suite(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    let rows = global.open()?.suite(arguments.team.as_deref(), clock::now())?;
    if global.json {
        return json_lines(&rows);
    }
    let mut table = Table::new(&["team", "services", "full suite", "percent", "~lacking"]);
    for row in &rows {
        let lacking: Vec<String> = row.lacking.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        table.row(vec![
            row.team.clone().unwrap_or_else(|| "none".to_owned()),
            row.services.to_string(),
            row.full.to_string(),
            row.percent.to_string(),
            lacking.join(", "),
        ]);
    }
    table.print()?;
    notice("a service needs code, packages and secrets of its repository, its image and its address scanned, whichever it has");
    Ok(())
}
