//! `muster report`

use crate::clock;
use crate::failure::Failure;
use crate::open::{Global, author};
use crate::table::{Table, json, json_lines};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Imported reports, newest first.
    List {
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Takes a report back: history is as if it had not come.
    Retract {
        id: String,
        #[arg(long)]
        reason: String,
    },
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let muster = global.open()?;
    match command {
        Command::List { limit } => {
            let page = muster.imports(None, limit)?;
            if global.json {
                return json_lines(&page.items);
            }
            let mut table = Table::new(&["id", "scanned", "tool", "scan", "findings", "new", "fixed", "~report"]);
            for item in &page.items {
                let coverage = item.row.coverage.map_or("", |coverage| coverage.word());
                table.row(vec![
                    item.row.id.clone().unwrap_or_default(),
                    item.at.to_string(),
                    item.row.tool.clone().unwrap_or_default(),
                    coverage.to_owned(),
                    item.row.findings.to_string(),
                    item.row.new.to_string(),
                    item.row.fixed.to_string(),
                    item.row.report.clone(),
                ]);
            }
            table.print()
        }
        Command::Retract { id, reason } => json(&muster.retract(&id, &reason, &author(), clock::now())?),
    }
}
