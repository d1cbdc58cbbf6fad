//! `cargo xtask measure`: how well reports are read and findings become issues, measured through the command line on a corpus that
//! does not come with the repository.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::repository::{root, target};
use crate::run::{answer, cargo, program, run, run_and_read, say};
use crate::{Done, refuse_unknown};

const PAGE: &str = "docs/measurements.md";

fn run_scorer(scorer: &Path) -> Done<String> {
    run(cargo().args(["build", "--release", "--package", "muster", "--bin", "muster"]))?;
    let mut said = String::new();
    let mut command = program("python3");
    command.arg(scorer).arg("--muster").arg(target().join("release/muster"));
    run_and_read(&mut command, |line| {
        said.push_str(line);
        said.push('\n');
    })?;
    Ok(said)
}

pub(crate) fn command(arguments: &[String]) -> Done<ExitCode> {
    refuse_unknown(arguments, &[], &[])?;
    let Some(shared) = std::env::var_os("MUSTER_SHARED").map(PathBuf::from) else {
        say("nothing measured: MUSTER_SHARED names no folder (it must hold corpus/score.py)");
        return Ok(ExitCode::SUCCESS);
    };
    let scorer = shared.join("corpus/score.py");
    if !scorer.is_file() {
        say("nothing measured: the folder that MUSTER_SHARED names holds no corpus/score.py");
        return Ok(ExitCode::SUCCESS);
    }
    let said = run_scorer(&scorer)?.replace(&*shared.to_string_lossy(), "…");
    let commit = answer(program("git").args(["describe", "--always", "--dirty"])).unwrap_or_else(|| "unknown".into());
    let page = format!(
        "# Measurements\n\nWritten by `cargo xtask measure` at commit {commit}. The corpus is real output of real scanners with hand-made labels; \
         it is not part of\nthis repository. Precision and recall are of pairs of findings that are, or are not, the same flaw.\n\n```text\n{}\n```\n",
        said.trim_end()
    );
    std::fs::write(root().join(PAGE), page).map_err(|error| format!("{PAGE}: {error}"))?;
    say(&format!("written to {PAGE}"));
    Ok(ExitCode::SUCCESS)
}
