//! `muster formats`

use std::io::{Write, stdout};
use std::path::PathBuf;

use formats::FORMATS;
use operations::{ImportFlags, Upload};
use serde_json::json;

use super::parse::table;
use super::stream_flags::read_mapping;
use crate::failure::{Failure, notice};

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Proposes a mapping for a file in no known format, on stdout; what it would import on stderr.
    Suggest {
        file: PathBuf,
        /// A mapping to try instead of proposing one.
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
    },
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<(), Failure> {
    match &arguments.command {
        None => list(as_json),
        Some(Command::Suggest { file, mapping }) => {
            let mapping = mapping.as_deref().map(read_mapping).transpose()?;
            suggest(file.clone(), ImportFlags { mapping, ..ImportFlags::default() }, as_json)
        }
    }
}

fn list(as_json: bool) -> Result<(), Failure> {
    let mut out = stdout().lock();
    if as_json {
        let rows: Vec<_> = FORMATS
            .iter()
            .map(|format| {
                let media: Vec<_> = format.media.iter().map(|media| media.word()).collect();
                let mut row =
                    json!({"id": format.id, "name": format.name, "kinds": format.kinds, "media": media, "status": format.status.word()});
                if let (Some(because), Some(row)) = (formats::read_only_because(format), row.as_object_mut()) {
                    row.insert("because".to_owned(), json!(because));
                }
                row
            })
            .collect();
        serde_json::to_writer(&mut out, &rows).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    for format in FORMATS {
        let kinds: Vec<_> = format.kinds.iter().map(|kind| kind.word()).collect();
        writeln!(out, "{:<24} {:<38} {:<10} {}", format.id, format.name, format.status.word(), kinds.join(", "))?;
    }
    let read_only: Vec<_> = FORMATS.iter().filter_map(|format| Some((format, formats::read_only_because(format)?))).collect();
    writeln!(out, "\nread-only, and so closing nothing:")?;
    for (format, because) in &read_only {
        writeln!(out, "{:<24} {because}", format.id)?;
    }
    writeln!(out, "\n{} formats, by id; {} read-only", FORMATS.len(), read_only.len())?;
    Ok(())
}

fn suggest(file: PathBuf, flags: ImportFlags, as_json: bool) -> Result<(), Failure> {
    let answer = operations::suggest(Upload::Path(file), &flags)?;
    if as_json {
        crate::table::json(&answer)?;
    } else {
        let mut out = stdout().lock();
        out.write_all(answer.mapping.as_bytes())?;
        out.flush()?;
        drop(out);
        table(&answer.findings).print_on_stderr();
    }
    for warning in &answer.warnings {
        notice(&format!("warning: {}: {warning}", answer.report));
    }
    if let Some(format) = &answer.format {
        notice(&format!("{}: the format `{format}` reads this file without a mapping", answer.report));
    }
    if let Some(error) = &answer.error {
        notice(&format!("error: {}: {error}", answer.report));
        return Err(Failure::Reported);
    }
    let shown = answer.findings.len();
    notice(&format!("{}: would import {} findings; the first {shown} are shown", answer.report, answer.count));
    Ok(())
}
