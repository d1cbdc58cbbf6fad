//! The web app without a browser.

use crate::counts::{self, Counts};
use crate::run::{npm, run, run_and_read};
use crate::{Done, needs};

pub(super) fn all(sum: &mut Counts) -> Done {
    needs::node()?;
    run(npm().arg("ci"))?;
    let results = [
        run(npm().args(["run", "lint"])),
        run_and_read(npm().arg("test"), |line| *sum += counts::vitest(line)),
        run(npm().args(["run", "build"])),
    ];
    let failed: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}
