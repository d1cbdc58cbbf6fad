//! `muster fixes`

use operations::FixView;

use super::issues::Filters;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json, json_lines, points};

#[derive(clap::Args)]
#[command(after_help = "The risk removed is the score that one issue would need to weigh as much as all issues of the fix together.\n\n\
                        Examples:\n  muster fixes --team payments --limit 10\n  muster fixes --where 'kev || exploit == \"yes\"' --json\n  \
                        muster fixes FIX-7F3K2Q9D4XYZ")]
pub(crate) struct Arguments {
    /// One fix, with its issues.
    #[arg(value_name = "FIX")]
    id: Option<String>,
    #[command(flatten)]
    filters: Filters,
    /// At most so many. JSON has no limit unless one is given, a table has 50.
    #[arg(long)]
    limit: Option<usize>,
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let now = clock::now();
    if let Some(id) = &arguments.id {
        return show(&global.open()?.fix(id, now)?, global);
    }
    let query = arguments.filters.query(now)?;
    let mut list = global.open()?.fixes(&query, now)?;
    let total = list.fixes.len();
    list.fixes.truncate(arguments.limit.or((!global.json).then_some(50)).unwrap_or(total));
    for warning in &list.warnings {
        notice(&format!("warning: {warning}"));
    }
    if global.json {
        return json_lines(&list.fixes);
    }
    let mut table = Table::new(&["#", "id", "risk removed", "share", "issues", "~change", "~place", "owner", "fix within"]);
    for (fix, rank) in list.fixes.iter().zip(1u64..) {
        table.row(vec![
            rank.to_string(),
            fix.id.clone(),
            points(i32::try_from(fix.risk_removed).unwrap_or(i32::MAX)),
            format!("{}.{} %", fix.share / 10, fix.share % 10),
            fix.issues.len().to_string(),
            fix.change.clone(),
            fix.place.clone().unwrap_or_default(),
            fix.owner.clone().unwrap_or_else(|| "none".to_owned()),
            fix.tier.as_ref().map(|tier| tier.label.clone()).unwrap_or_default(),
        ]);
    }
    table.print()?;
    notice(&format!("{} of {total} fixes, those that remove most risk first", list.fixes.len()));
    Ok(())
}

fn show(view: &FixView, global: &Global) -> Result<(), Failure> {
    if global.json {
        return json(view);
    }
    let fix = &view.fix;
    notice(&format!("{} · {} · {} of {}", fix.id, fix.change, view.rank, view.of));
    notice(&format!("{} · {}", fix.place.as_deref().unwrap_or("no place"), fix.owner.as_deref().unwrap_or("nobody's")));
    for step in &fix.steps {
        notice(&format!("{} ends {}", step.version, step.issues));
    }
    let mut table = Table::new(&["id", "fix within", "score", "severity", "~issue", "~place"]);
    for issue in &view.issues {
        table.row(vec![
            issue.id.clone(),
            issue.tier.label.clone(),
            points(issue.score),
            issue.severity.word().to_owned(),
            issue.title.clone(),
            issue.place.clone(),
        ]);
    }
    table.print()
}
