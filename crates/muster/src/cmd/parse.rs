//! `muster parse`

use std::io::{BufWriter, Write, stdout};
use std::path::PathBuf;

use model::Finding;
use operations::{ImportFlags, Parsed, Upload};

use super::stream_flags::StreamFlags;
use crate::failure::{Failure, notice};
use crate::table::Table;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    stream: StreamFlags,
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: Arguments, as_json: bool) -> Result<(), Failure> {
    let flags = arguments.stream.into_flags()?;
    let mut failed = false;
    for path in arguments.files {
        let read = if as_json { print_each(path, &flags)? } else { operations::parse(vec![Upload::Path(path)], &flags) };
        for parsed in read {
            for warning in &parsed.warnings {
                notice(&format!("warning: {}: {warning}", parsed.report));
            }
            if let Some(error) = &parsed.error {
                notice(&format!("error: {}: {error}", parsed.report));
                failed = true;
            }
            if !as_json {
                table(&parsed.findings).print()?;
                if parsed.error.is_none() {
                    notice(&format!("{}: {} findings, in the order of the report", parsed.report, parsed.findings.len()));
                }
            }
        }
    }
    if failed { Err(Failure::Reported) } else { Ok(()) }
}

/// Prints findings as they are read, one JSON object a line.
fn print_each(path: PathBuf, flags: &ImportFlags) -> Result<Vec<Parsed>, Failure> {
    let mut out = BufWriter::new(stdout().lock());
    // Nobody reads on after the first line that cannot be written.
    let mut written: Result<(), Failure> = Ok(());
    let parsed = operations::parse_each(vec![Upload::Path(path)], flags, &mut |finding| {
        if written.is_ok() {
            written = serde_json::to_writer(&mut out, &finding).map_err(Failure::from).and_then(|()| Ok(writeln!(out)?));
        }
    });
    written?;
    out.flush()?;
    Ok(parsed)
}

/// Findings for people.
pub(super) fn table(findings: &[Finding]) -> Table {
    let mut table = Table::new(&["#", "severity", "~rule", "~place", "~title"]);
    for finding in findings {
        let location = &finding.location;
        let line = location.start_line.map(|line| format!(":{line}")).unwrap_or_default();
        let package = finding.package.as_ref().and_then(|package| package.name.clone());
        let place = location.path.as_ref().map(|path| format!("{path}{line}"));
        let place = package.or(place).or_else(|| location.url.clone()).or_else(|| location.resource.clone()).unwrap_or_default();
        let cells = [finding.index.to_string(), finding.severity.word().to_owned(), finding.rule.clone(), place, finding.title.clone()];
        table.row(cells.to_vec());
    }
    table
}
