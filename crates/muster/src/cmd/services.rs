//! `muster services`

use model::{InventoryConflict, Timestamp};
use operations::{ServiceQuery, ServiceRow, ServiceView};

use crate::clock;
use crate::cmd::affected::day;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  muster services --team payments\n  muster services checkout-api\n  muster services checkout-api --as-of 2026-08-01 --json"
)]
pub(crate) struct Arguments {
    /// One service: every fact with its source, what runs and what shipped, conflicts, owner and why.
    name: Option<String>,
    #[arg(long, conflicts_with = "name")]
    team: Option<String>,
    #[arg(long, conflicts_with = "name")]
    app: Option<String>,
    /// How it stood then.
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    as_of: Option<Timestamp>,
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let (muster, now) = (global.open()?, clock::now());
    if let Some(name) = &arguments.name {
        let view = muster.service(name, arguments.as_of, now)?;
        return if global.json { json(&view) } else { one(&view) };
    }
    let rows = muster.services(&ServiceQuery { team: arguments.team, application: arguments.app, as_of: arguments.as_of }, now)?;
    if global.json {
        return json(&rows);
    }
    list(&rows)
}

/// Services as a table.
pub(super) fn list(rows: &[ServiceRow]) -> Result<(), Failure> {
    let mut table =
        Table::new(&["service", "application", "owner", "exposure", "production", "criticality", "open", "late", "~repository"]);
    for row in rows {
        let path = if row.path.is_empty() { String::new() } else { format!("/{}", row.path) };
        table.row(vec![
            row.name.clone(),
            row.application.clone(),
            row.owner.clone().unwrap_or_else(|| "none".to_owned()),
            row.exposure.word().to_owned(),
            row.production.word().to_owned(),
            row.criticality.word().to_owned(),
            row.issues.open.to_string(),
            row.issues.overdue.to_string(),
            row.repository.as_ref().map(|repository| format!("{repository}{path}")).unwrap_or_default(),
        ]);
    }
    table.print()?;
    notice(&format!("{} services, by name", rows.len()));
    Ok(())
}

fn one(view: &ServiceView) -> Result<(), Failure> {
    list(std::slice::from_ref(&view.service))?;
    let mut facts = Table::new(&["fact", "~value", "~from", "since"]);
    for fact in &view.facts {
        facts.row(vec![fact.what.clone(), fact.value.clone(), fact.source.to_string(), fact.at.map(day).unwrap_or_default()]);
    }
    facts.print()?;
    let mut shipped = Table::new(&["environment", "~what", "~built from", "since", "until", "~gate"]);
    for row in &view.shipped {
        shipped.row(vec![
            row.environment.clone(),
            row.image.clone().or_else(|| row.commit.as_ref().map(|commit| format!("commit {commit}"))).unwrap_or_default(),
            row.built_from.clone().unwrap_or_default(),
            day(row.since),
            row.until.map_or_else(|| "runs".to_owned(), day),
            super::deploy::gate_line(row),
        ]);
    }
    shipped.print()?;
    for conflict in &view.conflicts {
        notice(&format!("conflict: {}", conflict_line(conflict)));
    }
    for because in &view.owner.because {
        notice(&format!("owner: {} ({})", because.fact, because.source));
    }
    if let Some(line) = suggestion_line(view) {
        notice(&line);
    }
    Ok(())
}

/// Most people that a suggestion names.
const PEOPLE: usize = 3;

/// Who may own it by the log of git, where that is not who does.
fn suggestion_line(view: &ServiceView) -> Option<String> {
    let suggested = view.suggested_owner.as_ref().filter(|suggested| suggested.team.is_none() || suggested.team != view.owner.team)?;
    let people: Vec<&str> = suggested.people.iter().take(PEOPLE).map(|one| one.who.as_str()).collect();
    let who = suggested.team.as_ref().map_or_else(|| people.join(", "), |team| format!("team {team}"));
    Some(format!("perhaps of {who}: {}", suggested.because))
}

fn conflict_line(conflict: &InventoryConflict) -> String {
    let said: Vec<String> = conflict.said.iter().map(|fact| format!("{} ({})", fact.value, fact.source)).collect();
    format!("{} of {}: {}; {}", conflict.what, conflict.of, said.join(", not "), conflict.rule)
}
