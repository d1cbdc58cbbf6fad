//! `muster import`

use std::io::IsTerminal;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use operations::Upload;

use super::stream_flags::StreamFlags;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  muster import --repo github.com/acme/shop semgrep.json trivy.json\n  \
                        muster import --image registry.example.com/acme/api:1.4 --env production trivy-image.json\n  \
                        muster import --url https://shop.example.com zap.json\n  \
                        muster import --repo github.com/acme/shop --mapping acme.yaml acme-export.csv")]
pub(crate) struct Arguments {
    #[command(flatten)]
    stream: StreamFlags,
    /// Files, folders, archives.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let flags = arguments.stream.into_flags()?;
    let muster = global.open()?;
    let progress = if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} reports, {elapsed}  {wide_msg}") {
        progress.set_style(style);
    }
    let uploads = arguments.paths.into_iter().map(Upload::Path).collect();
    let answer = muster.import(uploads, &flags, clock::now(), |name| {
        progress.inc(1);
        progress.set_message(name.to_owned());
        progress.tick();
    })?;
    progress.finish_and_clear();
    for report in &answer.reports {
        for warning in &report.warnings {
            notice(&format!("warning: {}: {warning}", report.report));
        }
        if let Some(error) = &report.error {
            notice(&format!("error: {}: {error}", report.report));
        }
    }
    if global.json {
        json(&answer)?;
    } else {
        let mut table = Table::new(&["~report", "tool", "scan", "findings", "new", "unchanged", "reopened", "fixed", "held"]);
        for row in answer.reports.iter().filter(|row| row.error.is_none() && row.tool.is_some()) {
            let state = if row.repeated { "repeated" } else { row.coverage.map_or("", |coverage| coverage.word()) };
            let mut cells = vec![row.report.clone(), row.tool.clone().unwrap_or_default(), state.to_owned()];
            cells.extend([row.findings, row.new, row.unchanged, row.reopened, row.fixed, row.held].iter().map(u64::to_string));
            table.row(cells);
        }
        table.print()?;
        let counts = &answer.issues;
        notice(&format!("issues: {} new, {} reopened, {} fixed; {} open", counts.new, counts.reopened, counts.fixed, counts.open));
    }
    if answer.has_errors() { Err(Failure::Reported) } else { Ok(()) }
}
