//! `muster schema`

use std::io::{Write, stdout};

use crate::failure::Failure;
use crate::table::json;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Which output; without it the names are listed.
    name: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match operations::schema(arguments.name.as_deref().unwrap_or_default()) {
        Ok(schema) => json(&schema),
        Err(names) if arguments.name.is_none() => {
            writeln!(stdout(), "{}", names.join("\n"))?;
            Ok(())
        }
        Err(names) => Err(Failure::Bad(format!("no such schema; there are {}", names.join(", ")))),
    }
}
