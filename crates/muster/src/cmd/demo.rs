//! `muster demo`

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use operations::{Muster, SecretKey};

use super::serve::serve;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:7433", value_name = "ADDR")]
    listen: SocketAddr,
    /// Folder with the example programme (`demo.yaml`).
    #[arg(long, default_value = "examples", value_name = "DIR")]
    examples: PathBuf,
    /// Loads the programme and ends, for a look with other commands (with --db).
    #[arg(long)]
    no_serve: bool,
}

pub(crate) fn run(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    // Dropped, and so removed, when serving ends.
    let folder = tempfile::tempdir()?;
    let url = global.db.clone().unwrap_or_else(|| format!("sqlite:{}", folder.path().join("demo.db").display()));
    // A throw-away key as well: nothing of the example stays.
    let key = SecretKey::in_file(&folder.path().join("secret.key"))?;
    let muster = Muster::open(&url, &global.org, key, clock::now())?;
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(1) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {wide_msg}") {
        bar.set_style(style);
    }
    notice("loading the example programme");
    muster.replay(&arguments.examples, clock::now(), |step| {
        bar.set_length(step.of as u64);
        bar.set_position(step.done as u64);
        bar.set_message(step.what.clone());
    })?;
    bar.finish_and_clear();
    let status = muster.status(clock::now())?;
    notice(&format!("{} issues from {} findings in {} reports", status.issues, status.findings, status.imports));
    if arguments.no_serve { Ok(()) } else { serve(muster, arguments.listen) }
}
