//! `muster affected`

use model::Timestamp;
use operations::Affected;

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json_lines};

#[derive(clap::Args)]
#[command(
    after_help = "Who has it comes from SBOMs, from reports that name packages, and from advisories (`muster intel load`). No issue is made.\n\n\
                        Examples:\n  muster affected CVE-2021-44228\n  muster affected 'pkg:maven/org.apache.logging.log4j/log4j-core<2.17.1'\n  \
                        muster affected 'log4j-core < 2.17.1' --as-of 2026-08-01\n  muster affected pkg:npm/next@14.1.0 --json\n  muster affected malicious\n  muster affected CVE-2021-44228 --by-owner"
)]
pub(crate) struct Arguments {
    /// A CVE or another identifier, a package URL with a version or a range, a part of a name with a range, or `malicious`: all that an
    /// advisory calls so.
    #[arg(value_name = "CVE|PURL[RANGE]|malicious")]
    question: String,
    /// Who had it then.
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    as_of: Option<Timestamp>,
    /// Who has to be told: a line for each owning team, with how it is reached.
    #[arg(long)]
    by_owner: bool,
}

pub(crate) fn run(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    if arguments.by_owner {
        return owners(arguments, global);
    }
    let answer = global.open()?.affected(&arguments.question, arguments.as_of, clock::now())?;
    for warning in &answer.warnings {
        notice(&format!("warning: {warning}"));
    }
    if global.json {
        return json_lines(&answer.items);
    }
    let mut table = Table::new(&["package", "version", "", "~services", "~target", "ref", "~deployed", "owner", "since", "fixed in"]);
    for item in &answer.items {
        table.row(row(item));
    }
    table.print()?;
    if let Some(since) = answer.known_exploited_since {
        notice(&format!("known to be exploited since {}", day(since)));
    }
    if !answer.advisories.is_empty() {
        notice(&format!("advisories: {}", answer.advisories.join(", ")));
    }
    notice(&format!("{} places have {}, deployed ones first", answer.items.len(), answer.question));
    Ok(())
}

fn owners(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    let answer = global.open()?.affected_owners(&arguments.question, arguments.as_of, clock::now())?;
    for warning in &answer.warnings {
        notice(&format!("warning: {warning}"));
    }
    if global.json {
        return json_lines(&answer.items);
    }
    let mut table = Table::new(&["owner", "places", "deployed", "production", "~reached at", "~services", "~packages", "~fixed in"]);
    for row in &answer.items {
        let ways = [&row.contacts.email, &row.contacts.slack, &row.contacts.jira_project].into_iter().flatten();
        let services = if row.services.is_empty() { &row.targets } else { &row.services };
        table.row(vec![
            row.owner.clone().unwrap_or_else(|| "none".to_owned()),
            row.places.to_string(),
            row.deployed.to_string(),
            row.production.to_string(),
            ways.cloned().collect::<Vec<_>>().join(", "),
            services.join(", "),
            row.packages.join(", "),
            row.fixed.join(", "),
        ]);
    }
    table.print()?;
    if let Some(since) = answer.known_exploited_since {
        notice(&format!("known to be exploited since {}", day(since)));
    }
    notice(&format!("{} owners of {}; those with most in production first", answer.items.len(), answer.question));
    Ok(())
}

fn row(item: &Affected) -> Vec<String> {
    let at = &item.has.at;
    let deployed: Vec<String> = at
        .deployments
        .iter()
        .map(|deployed| {
            let version = if deployed.same_version { "" } else { " (another version?)" };
            format!("{} since {}{version}", deployed.environment, day(deployed.since))
        })
        .collect();
    vec![
        item.package.clone(),
        item.has.version.clone(),
        match item.has.direct {
            Some(true) => "direct".to_owned(),
            Some(false) => "transitive".to_owned(),
            None => String::new(),
        },
        at.services.join(", "),
        at.target.clone(),
        at.reference.clone(),
        deployed.join(", "),
        at.owner.clone().unwrap_or_else(|| "none".to_owned()),
        day(item.has.since),
        item.fixed.first().cloned().unwrap_or_default(),
    ]
}

pub(super) fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
