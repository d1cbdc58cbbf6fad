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
    /// Descriptions (OpenAPI, GraphQL, gRPC), route tables (CSV, Rails, Flask, Django, Spring, Laravel), HAR files, access logs (nginx,
    /// Envoy, Kong, AWS API Gateway) and lists of addresses that a crawler wrote.
    #[command(
        after_help = "Examples:\n  muster routes apply --service checkout-api openapi.yaml routes.csv\n  muster routes apply access.log traffic.har"
    )]
    Apply {
        /// Whose endpoints they are, where no address says.
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
