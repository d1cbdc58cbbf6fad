//! `muster intel`

use std::path::PathBuf;

use operations::FeedAnswer;

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Loads published feed files, recognised by content.
    Load {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Feeds that are loaded, with their dates.
    Status,
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let muster = global.open()?;
    let feeds = match command {
        Command::Load { files } => {
            let mut read = Vec::new();
            for path in &files {
                let bytes = std::fs::read(path).map_err(|error| Failure::Bad(format!("{}: {error}", path.display())))?;
                read.push((path.display().to_string(), bytes));
            }
            muster.load_intel(&read, clock::now())?
        }
        Command::Status => muster.feeds()?,
    };
    for feed in &feeds {
        for warning in feed.warnings.iter().take(5) {
            notice(&format!("warning: {}: {warning}", feed.file));
        }
    }
    if global.json { json(&feeds) } else { print(&feeds) }
}

fn print(feeds: &[FeedAnswer]) -> Result<(), Failure> {
    let mut table = Table::new(&["feed", "date", "rows", "~file"]);
    for feed in feeds {
        let date = feed.date.map(|date| date.to_string().chars().take(10).collect()).unwrap_or_else(|| "not known".to_owned());
        table.row(vec![feed.feed.clone(), date, feed.rows.to_string(), feed.file.clone()]);
    }
    table.print()?;
    notice(&format!("{} feeds, by name", feeds.len()));
    Ok(())
}
