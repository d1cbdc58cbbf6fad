//! `muster parse`

use std::io::{BufWriter, Write, stderr, stdout};
use std::path::PathBuf;

use formats::{Input, Output};

use crate::failure::Failure;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Format id, where the content does not tell (`muster formats`).
    #[arg(long)]
    format: Option<String>,
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, _as_json: bool) -> Result<(), Failure> {
    let mut failed = false;
    for path in &arguments.files {
        let name = path.display().to_string();
        if let Err(reason) = one(arguments, path, &name) {
            writeln!(stderr(), "error: {name}: {reason}")?;
            failed = true;
        }
    }
    if failed { Err(Failure::Reported) } else { Ok(()) }
}

fn one(arguments: &Arguments, path: &std::path::Path, name: &str) -> Result<(), String> {
    let input = Input::from_file(name, path.to_owned()).map_err(|error| error.to_string())?;
    let format = match &arguments.format {
        Some(id) => formats::by_id(id).ok_or_else(|| format!("no format `{id}`; `muster formats` lists them"))?,
        None => formats::recognise(&input).map_err(|error| error.to_string())?,
    };
    let mut lines = Vec::new();
    let mut sink = |finding: model::Finding| {
        // A finding is plain data; writing it to memory cannot fail.
        if serde_json::to_writer(&mut lines, &finding).is_ok() {
            lines.push(b'\n');
        }
    };
    let mut out = Output::new(format.id, &mut sink);
    let result = (format.parse)(&input, &mut out);
    for warning in out.finish().warnings {
        let _ = writeln!(stderr(), "warning: {name}: {warning}");
    }
    result.map_err(|error| error.to_string())?;
    let mut stdout = BufWriter::new(stdout().lock());
    stdout.write_all(&lines).and_then(|()| stdout.flush()).map_err(|error| error.to_string())
}
