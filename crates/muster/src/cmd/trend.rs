//! `muster trend`

use operations::{Duration, IssueQuery};

use crate::clock;
use crate::cmd::affected::day;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  muster trend --service checkout-api\n  muster trend --team payments --weeks 26 --json\n  muster trend --where 'kind == \"sca\"'"
)]
pub(crate) struct Arguments {
    /// Only this team's; `none`: without an owner.
    #[arg(long)]
    team: Option<String>,
    #[arg(long)]
    app: Option<String>,
    #[arg(long)]
    service: Option<String>,
    /// A condition in the filter language, on how issues stand now.
    #[arg(long = "where", value_name = "EXPR")]
    condition: Option<String>,
    /// How many, 1 to 104.
    #[arg(long, default_value_t = 13)]
    weeks: u32,
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let query = IssueQuery {
        team: arguments.team.map(operations::team_asked),
        application: arguments.app,
        service: arguments.service,
        filter: arguments.condition,
        ..IssueQuery::default()
    };
    let trend = global.open()?.trend(&query, arguments.weeks, clock::now())?;
    if global.json {
        return json(&trend);
    }
    let mut table = Table::new(&["week to", "open", "urgent", "opened", "fixed"]);
    for week in &trend.weeks {
        let counts = [week.open, week.urgent, week.opened, week.fixed];
        table.row(std::iter::once(day(week.until)).chain(counts.map(|count| count.to_string())).collect());
    }
    table.print()?;
    notice(&format!("fixed after {}; open for {}", days(&trend.time_to_fix), days(&trend.age)));
    Ok(())
}

/// `4.2 days in the mean, 3 in the median (n 12)`.
fn days(of: &Duration) -> String {
    match (of.mean, of.median) {
        (Some(mean), Some(median)) => format!("{mean:.1} days in the mean, {median:.1} in the median (n {})", of.n),
        _ => "no time yet (n 0)".to_owned(),
    }
}
