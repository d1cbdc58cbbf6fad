//! `muster apis`

use operations::{ApiProblem, ApiQuery, ApiRow};

use super::affected::day;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json_lines};

#[derive(clap::Args)]
#[command(
    after_help = "shadow: not documented; zombie: deprecated and still called; untested: no dynamic scanner called it; unused: documented and \
                        not called for 30 days; open: answers without credentials and handles classed data.\n\n\
                        Examples:\n  muster apis --problem shadow\n  muster apis --service checkout-api --json"
)]
pub(crate) struct Arguments {
    #[arg(long)]
    service: Option<String>,
    #[arg(long)]
    team: Option<String>,
    /// shadow, zombie, untested, unused, open.
    #[arg(long)]
    problem: Option<String>,
    /// A part of the pattern.
    #[arg(value_name = "TEXT", default_value = "")]
    text: String,
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let problem = match &arguments.problem {
        Some(word) => Some(ApiProblem::from_word(word).ok_or_else(|| {
            Failure::Bad(format!("`{word}` is no problem of an endpoint; write {}", ApiProblem::ALL.map(ApiProblem::word).join(", ")))
        })?),
        None => None,
    };
    let query = ApiQuery { service: arguments.service, team: arguments.team, problem, text: arguments.text };
    let list = global.open()?.apis(&query, clock::now())?;
    if global.json {
        return json_lines(&list.items);
    }
    let mut table = Table::new(&["service", "method", "~pattern", "problems", "last seen", "calls", "tested by", "auth", "~data", "owner"]);
    for row in &list.items {
        table.row(cells(row));
    }
    table.print()?;
    let counts: Vec<String> = list.counts.iter().map(|(problem, count)| format!("{count} {problem}")).collect();
    notice(&format!("{} endpoints; {}", list.items.len(), if counts.is_empty() { "no problem".to_owned() } else { counts.join(", ") }));
    Ok(())
}

fn cells(row: &ApiRow) -> Vec<String> {
    let problems: Vec<&str> = row.problems.iter().map(|problem| problem.word()).collect();
    vec![
        row.service.clone(),
        row.method.clone(),
        row.pattern.clone(),
        problems.join(" "),
        row.seen.as_ref().map(|seen| day(seen.last)).unwrap_or_default(),
        row.seen.as_ref().map(|seen| seen.calls.to_string()).unwrap_or_default(),
        row.tested.as_ref().map(|tested| tested.by.join(", ")).unwrap_or_default(),
        row.authentication.clone(),
        row.data.join(", "),
        row.owner.clone().unwrap_or_else(|| "none".to_owned()),
    ]
}
