//! `muster notifications`

use model::Timestamp;
use operations::NotificationQuery;

use crate::clock;
use crate::cmd::affected::day;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json_lines};

#[derive(clap::Args)]
#[command(
    after_help = "Rows come with `muster intel load`: an advisory or a list of exploited vulnerabilities that is about packages which are here.\n\
                        Muster sends nothing by itself; take the rows from here.\n\n\
                        Examples:\n  muster notifications --team payments\n  muster notifications --since 2026-11-19T08:00:00Z --json"
)]
pub(crate) struct Arguments {
    /// Only this team's; `none`: of places that nobody owns.
    #[arg(long)]
    team: Option<String>,
    /// Noted, or grown, then or later.
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    since: Option<Timestamp>,
    /// At most so many, 1,000 at the most.
    #[arg(long)]
    limit: Option<usize>,
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let query = NotificationQuery { team: arguments.team.map(operations::team_asked), since: arguments.since, limit: arguments.limit };
    let rows = global.open()?.notifications(&query)?;
    if global.json {
        return json_lines(&rows);
    }
    let mut table =
        Table::new(&["noted", "vulnerability", "", "owner", "~reached at", "~services", "production", "has it since", "~packages"]);
    for row in &rows {
        let has = &row.has;
        let ways = [&has.contacts.email, &has.contacts.slack, &has.contacts.jira_project].into_iter().flatten();
        let services = if has.services.is_empty() { &has.targets } else { &has.services };
        table.row(vec![
            day(row.changed),
            row.vulnerability.clone(),
            row.kind.word().to_owned(),
            has.owner.clone().unwrap_or_else(|| "none".to_owned()),
            ways.cloned().collect::<Vec<_>>().join(", "),
            services.join(", "),
            format!("{} of {}", has.production, has.places),
            day(has.since),
            has.packages.join(", "),
        ]);
    }
    table.print()?;
    notice(&format!("{} notifications, the newest first", rows.len()));
    Ok(())
}
