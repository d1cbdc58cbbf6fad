//! `muster coverage`

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json_lines};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[arg(long)]
    team: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
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
            format!("{:?}", row.state).to_lowercase(),
            row.last_complete.map(|at| at.to_string().chars().take(10).collect()).unwrap_or_default(),
            row.tools.join(", "),
            row.because.clone().unwrap_or_default(),
        ]);
    }
    table.print()?;
    notice(&format!("{} rows, by service and kind", rows.len()));
    Ok(())
}
