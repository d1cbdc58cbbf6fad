//! How findings become issues, on labelled programmes.

use std::path::PathBuf;

use super::{section, shared};
use crate::Done;
use crate::repository::{root, target};
use crate::run::{cargo, program, run, run_and_read, say};

const IMAGE: &str = "docs/images/identity-reliability.svg";

/// Measures on the labelled corpus where MUSTER_SHARED names one, else on the example programme and its own labels.
pub(super) fn measure() -> Done {
    run(cargo().args(["build", "--release", "--package", "operations", "--example", "identity_quality"]))?;
    let mut command = program(target().join("release/examples/identity_quality"));
    command.arg(root().join(IMAGE)).arg(root().join("examples"));
    match shared("corpus/programs/truth") {
        Some(truth) => {
            let programmes = truth.parent().map(PathBuf::from).unwrap_or_default();
            command.arg("corpus").arg(programmes);
            for (flag, file) in [("--lifecycle", lifecycle()?), ("--simulated", simulated()?)] {
                if let Some(file) = file {
                    command.arg(flag).arg(file);
                }
            }
        }
        None => {
            say("MUSTER_SHARED names no folder with corpus/programs: measured on the example programme");
            command.arg("examples");
        }
    }
    let mut text = String::new();
    run_and_read(&mut command, |line| {
        text.push_str(line);
        text.push('\n');
    })?;
    section::write("identity", &text)
}

fn muster() -> Done<PathBuf> {
    run(cargo().args(["build", "--release", "--package", "muster", "--bin", "muster"]))?;
    Ok(target().join("release/muster"))
}

/// What the scorer of the labelled corpus says of rescans.
fn lifecycle() -> Done<Option<PathBuf>> {
    let Some(scorer) = shared("corpus/score.py") else { return Ok(None) };
    let out = target().join("lifecycle.json");
    run(program("python3").arg(scorer).arg("--muster").arg(muster()?).args(["--only", "lifecycle", "--json"]).arg(&out))?;
    Ok(Some(out))
}

/// What the scorer of simulated programmes says of a small one.
fn simulated() -> Done<Option<PathBuf>> {
    let (Some(generator), Some(scorer)) = (shared("scenario/generate.py"), shared("scenario/score.py")) else { return Ok(None) };
    let (folder, out) = (target().join("simulated"), target().join("simulated.json"));
    run(program("python3").arg(generator).args(["--preset", "small", "--out"]).arg(&folder))?;
    let mut score = program("python3");
    score.arg(scorer).arg("--muster").arg(muster()?).args(["--quiet", "--dir"]).arg(&folder).arg("--json").arg(&out);
    run(&mut score)?;
    Ok(Some(out))
}
