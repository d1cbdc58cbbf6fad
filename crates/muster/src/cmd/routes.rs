//! `muster routes`

use std::path::PathBuf;

use serde_json::json as value;

use super::inventory::read_texts;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::json;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// OpenAPI documents, or CSV with method,pattern,path,symbol.
    Apply {
        #[arg(long)]
        service: Option<String>,
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let Command::Apply { service, files } = command;
    let files = read_texts(&files)?;
    let routes = global.open()?.apply_routes(&files, service.as_deref(), clock::now())?;
    if global.json {
        return json(&value!({ "routes": routes }));
    }
    notice(&format!("{routes} routes"));
    Ok(())
}
