//! The plain output of the scorer of a labelled corpus that does not come with the repository.

use super::{section, shared};
use crate::Done;
use crate::repository::target;
use crate::run::{answer, cargo, program, run, run_and_read, say};

pub(super) fn measure() -> Done {
    let Some(scorer) = shared("corpus/score.py") else {
        say("nothing measured: MUSTER_SHARED names no folder that holds corpus/score.py");
        return Ok(());
    };
    run(cargo().args(["build", "--release", "--package", "muster", "--bin", "muster"]))?;
    let mut said = String::new();
    let mut command = program("python3");
    command.arg(&scorer).arg("--muster").arg(target().join("release/muster"));
    run_and_read(&mut command, |line| {
        said.push_str(line);
        said.push('\n');
    })?;
    // Where the corpus lies is nobody's business.
    let folder = scorer.parent().and_then(std::path::Path::parent).map(|folder| folder.to_string_lossy().into_owned());
    let said = folder.map_or(said.clone(), |folder| said.replace(&folder, "…"));
    let commit = answer(program("git").args(["describe", "--always", "--dirty"])).unwrap_or_else(|| "unknown".into());
    section::write("reading", &format!("Written at commit {commit}.\n\n```text\n{}\n```", said.trim_end()))
}
