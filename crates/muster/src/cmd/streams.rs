//! `muster streams`

use operations::StreamState;

use crate::clock;
use crate::cmd::affected::day;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json_lines};

#[derive(clap::Args)]
#[command(
    after_help = "A stream is what one tool says of one target on one ref. Those that need a look come first: failed, silent, partial.\n\n\
                        Examples:\n  muster streams\n  muster streams --wrong --json"
)]
pub(crate) struct Arguments {
    /// Only those that failed, fell silent or are partial.
    #[arg(long)]
    wrong: bool,
}

pub(crate) fn run(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    let mut rows = global.open()?.streams(clock::now())?;
    rows.retain(|row| !arguments.wrong || row.state != StreamState::Regular);
    if global.json {
        return json_lines(&rows);
    }
    let mut table = Table::new(&["state", "tool", "~target", "ref", "category", "scans", "last", "last complete", "~because"]);
    for row in &rows {
        table.row(vec![
            row.state.word().to_owned(),
            row.stream.tool.clone(),
            row.stream.target.name.clone(),
            row.stream.reference.0.clone(),
            row.stream.category.clone(),
            row.scans.to_string(),
            day(row.last),
            row.last_complete.map(day).unwrap_or_default(),
            row.because.clone(),
        ]);
    }
    table.print()?;
    notice(&format!("{} streams, those that need a look first", rows.len()));
    Ok(())
}
