//! `cargo xtask measure`: how well reports are read, findings become issues and the queue is ordered. Each measurement writes one part of the page, between
//! its markers, and leaves the rest of the page alone.

mod identity;
mod ranking;
mod reading;
mod section;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::run::say;
use crate::{Done, refuse_unknown};

struct Measurement {
    name: &'static str,
    about: &'static str,
    run: fn() -> Done,
}

const MEASUREMENTS: &[Measurement] = &[
    Measurement {
        name: "identity",
        about: "how findings become issues: pairs, calibration, what each evidence is worth",
        run: identity::measure,
    },
    Measurement {
        name: "ranking",
        about: "how well the queue is ordered: past days with later KEV entries, simulated programmes, what each signal is worth",
        run: ranking::measure,
    },
    Measurement { name: "reading", about: "the scorer of a labelled corpus that MUSTER_SHARED names, all parts", run: reading::measure },
];

/// `cargo xtask measure [NAME…]`; without names all, and `--list` lists them.
pub(crate) fn command(arguments: &[String]) -> Done<ExitCode> {
    let names: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let flags: Vec<String> = arguments.iter().filter(|argument| argument.starts_with('-')).cloned().collect();
    refuse_unknown(&flags, &["--list"], &[])?;
    if !flags.is_empty() {
        for measurement in MEASUREMENTS {
            say(&format!("{:<9} {}", measurement.name, measurement.about));
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(unknown) = names.iter().find(|name| !MEASUREMENTS.iter().any(|measurement| measurement.name == name.as_str())) {
        let known: Vec<&str> = MEASUREMENTS.iter().map(|measurement| measurement.name).collect();
        return Err(format!("no measurement `{unknown}`; there are {}", known.join(", ")));
    }
    for measurement in MEASUREMENTS.iter().filter(|m| names.is_empty() || names.iter().any(|name| name.as_str() == m.name)) {
        (measurement.run)()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder that MUSTER_SHARED names, where it holds this file or folder.
fn shared(what: &str) -> Option<PathBuf> {
    let found = std::env::var_os("MUSTER_SHARED").map(|folder| PathBuf::from(folder).join(what))?;
    found.exists().then_some(found)
}
