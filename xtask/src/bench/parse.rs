//! How fast a report is read, beside serde_json on the same bytes.

use std::path::Path;

use super::report::{self, Size};
use super::{Figure, folder, megabytes};
use crate::Done;
use crate::repository::target;
use crate::run::{answer, cargo, program, run};

/// Results, bytes, seconds, most memory in bytes.
pub(super) struct Speed {
    pub(super) results: f64,
    bytes: f64,
    pub(super) seconds: f64,
    memory: f64,
}

pub(super) fn figures() -> Done<Vec<Figure>> {
    build()?;
    let file = folder()?.join("fifty-megabytes.sarif");
    report::write(&file, &Size::Bytes(50_000_000))?;
    let (ours, floor) = (speed("muster", &file)?, speed("serde", &file)?);
    if ours.results != floor.results {
        return Err(format!("{} results were read, the report holds {}", ours.results, floor.results));
    }
    let rate = |speed: &Speed| format!("{:.0} MB/s", speed.bytes / speed.seconds / 1e6);
    Ok(vec![
        Figure {
            what: "parse SARIF, 50 MB",
            measured: rate(&ours),
            floor: format!("{} serde_json, typed, in memory", rate(&floor)),
            budget: "150 MB/s",
        },
        Figure {
            what: "parse SARIF, 50 MB, most memory",
            measured: megabytes(ours.memory),
            floor: format!("{} the same", megabytes(floor.memory)),
            budget: "flat in file size",
        },
    ])
}

pub(super) fn build() -> Done {
    run(cargo().args(["build", "--release", "--package", "formats", "--example", "sarif_speed"]))
}

/// `who` is `muster` or `serde`.
pub(super) fn speed(who: &str, file: &Path) -> Done<Speed> {
    let mut command = program(target().join("release/examples/sarif_speed"));
    let said = answer(command.arg(who).arg(file)).ok_or_else(|| format!("sarif_speed {who} failed"))?;
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        &[results, bytes, seconds, memory] => Ok(Speed { results, bytes, seconds, memory }),
        _ => Err(format!("sarif_speed {who} printed: {said}")),
    }
}
