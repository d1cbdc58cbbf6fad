//! cargo-deny: licences, banned and doubled crates, sources. What it needs is in `deny.toml`.

use std::path::PathBuf;

use crate::Done;
use crate::repository::target;
use crate::run::{answer, cargo, program, run};

/// The version that the rules in `deny.toml` are written for.
const VERSION: &str = "0.20.2";

pub(super) fn check() -> Done {
    // `--locked`: the check is of the versions that are built. Advisories are left out: they would need the network at every run.
    run(program(installed()?).args(["--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))
}

/// The program, installed into the target folder where it is absent.
fn installed() -> Done<PathBuf> {
    let tools = target().join("tools");
    let ours = tools.join("bin/cargo-deny");
    let fits = |path: &PathBuf| answer(program(path).arg("--version")).is_some_and(|text| text.ends_with(VERSION));
    if let Some(there) = [ours.clone(), PathBuf::from("cargo-deny")].into_iter().find(fits) {
        return Ok(there);
    }
    let scratch = target().join("tools-build");
    let mut install = cargo();
    install.args(["install", "cargo-deny", "--version", VERSION, "--locked", "--root"]).arg(&tools);
    // It runs for a second: what counts is how fast it is built. Its own profile asks for the slowest build there is.
    for (setting, value) in [("OPT_LEVEL", "0"), ("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "false")] {
        install.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    run(install.env("CARGO_TARGET_DIR", &scratch).current_dir(target()))?;
    let _ = std::fs::remove_dir_all(scratch);
    Ok(ours)
}
