//! `muster issues`

use model::{State, Timestamp};
use operations::{ChangedQuery, IssueQuery, Sort, Standing};

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json_lines, points};

/// Which issues are meant.
#[derive(clap::Args)]
pub(crate) struct Filters {
    /// Only this team's; `none`: without an owner.
    #[arg(long)]
    team: Option<String>,
    #[arg(long)]
    app: Option<String>,
    #[arg(long)]
    service: Option<String>,
    /// open, in_progress, fixed, accepted_risk, deferred, false_positive, not_affected; `any` for all.
    #[arg(long, value_name = "STATE", num_args = 1.., value_delimiter = ',')]
    state: Vec<String>,
    /// A condition in the filter language.
    #[arg(long = "where", value_name = "EXPR")]
    condition: Option<String>,
    /// What was true then.
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    as_of: Option<Timestamp>,
}

impl Filters {
    /// The question that they ask at a time.
    pub(crate) fn query(self, now: Timestamp) -> Result<IssueQuery, Failure> {
        let mut query = IssueQuery {
            team: self.team.map(operations::team_asked),
            application: self.app,
            service: self.service,
            filter: self.condition,
            as_of: self.as_of,
            ..IssueQuery::default()
        };
        for word in &self.state {
            match State::from_word(word) {
                Some(state) => query.states.push(state),
                None if word == "any" => query.any_state = true,
                None => {
                    return Err(Failure::Bad(format!("`{word}` is no state; states are {}, any", State::ALL.map(State::word).join(", "))));
                }
            }
        }
        if let Some(at) = query.as_of.filter(|at| at.0 > now.0 + 300_000) {
            return Err(Failure::Bad(format!("--as-of {at} lies ahead of now")));
        }
        Ok(query)
    }
}

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  muster issues --team payments --limit 20\n  muster issues --where 'kev && exposed && loaded'\n  \
                        muster issues --where 'severity >= \"high\" && age > duration(\"30d\")' --sort due\n  muster issues --as-of 2026-11-01 --state any --json\n  \
                        muster issues --changed-since 2026-11-19T08:00:00Z --team payments")]
pub(crate) struct Arguments {
    #[command(flatten)]
    filters: Filters,
    /// What moved since then, from where to where, and why; in the order of the queue.
    #[arg(long, value_name = "TIME", value_parser = clock::parse, conflicts_with_all = ["as_of", "sort", "findings", "state"])]
    changed_since: Option<Timestamp>,
    #[arg(long, value_parser = ["rank", "due"], default_value = "rank")]
    sort: String,
    /// At most so many. JSON has no limit unless one is given, a table has 50.
    #[arg(long)]
    limit: Option<usize>,
    /// With the findings of each issue (JSON).
    #[arg(long)]
    findings: bool,
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let now = clock::now();
    let query = IssueQuery {
        sort: if arguments.sort == "due" { Sort::Due } else { Sort::Rank },
        limit: arguments.limit.or((!global.json).then_some(50)),
        with_findings: arguments.findings,
        ..arguments.filters.query(now)?
    };
    if let Some(since) = arguments.changed_since {
        return changed(ChangedQuery { since, limit: query.limit, issues: query }, global, now);
    }
    let list = global.open()?.issues(&query, now)?;
    for warning in &list.warnings {
        notice(&format!("warning: {warning}"));
    }
    if global.json {
        return json_lines(&list.issues);
    }
    let mut table = Table::new(&["#", "id", "fix within", "score", "severity", "~issue", "~place", "owner", "due"]);
    for issue in &list.issues {
        table.row(vec![
            issue.rank.unwrap_or_default().to_string(),
            issue.id.clone(),
            issue.tier.label.clone(),
            points(issue.score),
            issue.severity.word().to_owned(),
            issue.title.clone(),
            issue.place.clone(),
            issue.owner.team.clone().unwrap_or_else(|| "none".to_owned()),
            issue.due.map(|due| due.to_string().chars().take(10).collect()).unwrap_or_default(),
        ]);
    }
    table.print()?;
    let order = if query.sort == Sort::Due { "earliest deadline first" } else { "highest score first" };
    let more = if list.next.is_some() { "; there are more" } else { "" };
    notice(&format!("{} issues, {order}{more}", list.issues.len()));
    Ok(())
}

fn changed(query: ChangedQuery, global: &Global, now: Timestamp) -> Result<(), Failure> {
    let (list, warnings) = global.open()?.changed_since(&query, now)?;
    for warning in &warnings {
        notice(&format!("warning: {warning}"));
    }
    if global.json {
        return json_lines(&list);
    }
    let mut table = Table::new(&["id", "place", "moved", "fix within", "score", "state", "owner", "~issue", "~because"]);
    for issue in &list {
        let both = |of: fn(&Standing) -> String| match issue.from.as_ref().map(of).filter(|from| *from != of(&issue.to)) {
            Some(from) => format!("{from} → {}", of(&issue.to)),
            None => of(&issue.to),
        };
        let cause = issue.causes.last();
        table.row(vec![
            issue.issue.clone(),
            issue.to.place.map(|place| place.to_string()).unwrap_or_default(),
            issue.places.map(|by| format!("{by:+}")).unwrap_or_default(),
            both(|standing| standing.tier.clone()),
            both(|standing| points(standing.score)),
            both(|standing| standing.state.word().to_owned()),
            issue.team.clone().unwrap_or_else(|| "none".to_owned()),
            issue.title.clone(),
            cause.map(|cause| format!("{} ({}, {})", cause.detail, cause.by, cause.at)).unwrap_or_default(),
        ]);
    }
    table.print()?;
    notice(&format!("{} issues changed since {}, in the order of the queue", list.len(), query.since));
    Ok(())
}
