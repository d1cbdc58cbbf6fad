//! `muster components`

use model::Timestamp;

use super::affected::day;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json, json_lines};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  muster components log4j\n  muster components pkg:npm/next --as-of 2026-08-01\n  muster components --limit 500 --json\n  muster components --service checkout-api"
)]
pub(crate) struct Arguments {
    /// A part of a name, or a package URL for every place that has the package.
    #[arg(value_name = "NAME|PURL", default_value = "")]
    text: String,
    /// Only the packages of this service.
    #[arg(long)]
    service: Option<String>,
    /// What was there then.
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    as_of: Option<Timestamp>,
    /// At most so many, 1 to 500.
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

pub(crate) fn run(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    let (muster, now) = (global.open()?, clock::now());
    if arguments.text.starts_with("pkg:") {
        let view = muster.component(&arguments.text, arguments.as_of, now)?;
        if global.json {
            return json(&view);
        }
        let mut table = Table::new(&["version", "", "~services", "~target", "ref", "~file", "owner", "since", "listed by"]);
        for has in &view.uses {
            table.row(vec![
                has.version.clone(),
                has.direct.map(|direct| if direct { "direct" } else { "transitive" }).unwrap_or_default().to_owned(),
                has.at.services.join(", "),
                has.at.target.clone(),
                has.at.reference.clone(),
                has.file.clone().unwrap_or_default(),
                has.at.owner.clone().unwrap_or_else(|| "none".to_owned()),
                day(has.since),
                format!("{} ({})", has.at.tool, has.listed),
            ]);
        }
        table.print()?;
        for over in &view.end_of_life {
            notice(&format!("no fix will come for {}: {}", over.package, end_of_life(over)));
        }
        notice(&format!("{} places have {}", view.uses.len(), view.package));
        return Ok(());
    }
    let (text, as_of, limit) = (&arguments.text, arguments.as_of, arguments.limit);
    let page = match &arguments.service {
        Some(service) => muster.components_of_service(service, text, as_of, None, limit, now)?,
        None => muster.components(text, as_of, None, limit, now)?,
    };
    if global.json {
        return json_lines(&page.items);
    }
    let mut table = Table::new(&["~package", "~versions", "targets", "direct", "transitive", "no fix will come", "~licences"]);
    for row in &page.items {
        table.row(vec![
            row.package.clone(),
            row.versions.join(", "),
            row.targets.to_string(),
            row.direct.to_string(),
            row.transitive.to_string(),
            over(row),
            row.licenses.join(", "),
        ]);
    }
    table.print()?;
    let more = if page.next.is_some() { "; there are more" } else { "" };
    notice(&format!("{} packages, by package URL{more}", page.items.len()));
    Ok(())
}

/// The releases of a package that are over.
fn over(row: &operations::ComponentRow) -> String {
    let mut releases: Vec<&str> = row.end_of_life.iter().map(|over| over.release.as_str()).collect();
    releases.sort_unstable();
    releases.dedup();
    releases.join(", ")
}

/// A release that is over, since when, and by whose word.
pub(super) fn end_of_life(over: &model::EndOfLife) -> String {
    let since = over.since.map(|since| format!(" since {}", day(since))).unwrap_or_default();
    let extended = over.extended_until.map(|until| format!("; extended support until {}", day(until))).unwrap_or_default();
    format!("{} is at the end of its life{since}{extended} ({})", over.release, over.source)
}
