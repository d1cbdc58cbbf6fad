//! `muster deploy`

use model::{Deployment, Timestamp};

use crate::clock;
use crate::failure::Failure;
use crate::open::Global;
use crate::table::json;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[arg(long)]
    service: String,
    #[arg(long)]
    env: String,
    /// Image with digest.
    #[arg(long, required_unless_present = "commit")]
    image: Option<String>,
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    at: Option<Timestamp>,
}

pub(crate) fn run(arguments: Arguments, global: &Global) -> Result<(), Failure> {
    let now = clock::now();
    let deployment = Deployment {
        service: arguments.service,
        environment: arguments.env,
        image: arguments.image,
        commit: arguments.commit,
        since: arguments.at.unwrap_or(now),
        until: None,
    };
    json(&global.open()?.deploy(deployment, now)?)
}
