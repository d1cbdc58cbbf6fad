//! `muster facts`

use std::path::PathBuf;

use model::Timestamp;
use operations::{FactList, FactStanding, ImportFlags};

use super::affected::day;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json, json_lines};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// What tools saw loaded, executed, reachable, confirmed: CSV lists, and reports of tools that say so. No finding is made.
    #[command(
        after_help = "A CSV has a column purl, function, route, issue or cve, and verdict, loaded, executed, reachable or calls.\n\n\
                            Examples:\n  muster facts apply --service checkout-api loaded.csv\n  muster facts apply runtime.cdx.json\n  \
                            muster facts apply --service shop --at 2026-08-01T00:00:00Z endor.sarif"
    )]
    Apply {
        /// Whose facts they are, where the file or its target does not say.
        #[arg(long)]
        service: Option<String>,
        #[arg(long)]
        image: Option<String>,
        #[arg(long)]
        repo: Option<String>,
        /// When it was seen, where the file does not say.
        #[arg(long, value_name = "TIME", value_parser = clock::parse)]
        at: Option<Timestamp>,
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Where each fact of an issue or a service comes from, what counts, and by which rule.
    #[command(after_help = "Examples:\n  muster facts show --issue MST-7F3K2Q9D4XYZ\n  muster facts show --service checkout-api --json")]
    Show {
        #[arg(long, conflicts_with = "service", required_unless_present = "service")]
        issue: Option<String>,
        #[arg(long)]
        service: Option<String>,
    },
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Apply { service, image, repo, at, files } => {
            let mut read = Vec::new();
            for path in &files {
                let bytes = std::fs::read(path).map_err(|error| Failure::Bad(format!("{}: {error}", path.display())))?;
                read.push((path.display().to_string(), bytes));
            }
            let flags = ImportFlags { service, image, repo, at, ..ImportFlags::default() };
            let answer = global.open()?.apply_facts(&read, &flags, clock::now())?;
            for warning in &answer.warnings {
                notice(&format!("warning: {warning}"));
            }
            if global.json {
                return json(&answer);
            }
            let words: Vec<String> =
                answer.verdicts.iter().map(|(verdict, count)| format!("{count} {}", verdict.replace('_', " "))).collect();
            notice(&format!("{} facts ({}); {} issues ranked again", answer.facts, words.join(", "), answer.issues_ranked));
            Ok(())
        }
        Command::Show { issue, service } => {
            let muster = global.open()?;
            let list = match (&issue, &service) {
                (Some(issue), _) => muster.facts_of_issue(issue, clock::now())?,
                (None, service) => muster.facts_of_service(service.as_deref().unwrap_or_default(), clock::now())?,
            };
            if global.json { json_lines(&list.items) } else { show(&list) }
        }
    }
}

fn show(list: &FactList) -> Result<(), Failure> {
    let mut table = Table::new(&["fact", "verdict", "~of", "source", "seen", "until", "standing", "~because"]);
    for row in &list.items {
        let standing = match row.standing {
            FactStanding::Counts => "counts",
            FactStanding::Agrees => "agrees",
            FactStanding::Outweighed => "outweighed",
            FactStanding::Superseded => "superseded",
            FactStanding::Expired => "expired",
        };
        table.row(vec![
            row.fact.clone(),
            row.verdict.replace('_', " "),
            row.about.as_ref().map_or_else(|| row.subject.clone(), |about| format!("{} {about}", row.subject)),
            row.source.clone(),
            row.at.map(day).unwrap_or_default(),
            row.expires.map(day).unwrap_or_default(),
            standing.to_owned(),
            row.because.clone(),
        ]);
    }
    table.print()?;
    for contradiction in &list.contradictions {
        notice(&format!("contradiction: {contradiction}"));
    }
    notice(&format!("{} facts, those that count first", list.items.len()));
    Ok(())
}
