//! How fast a report is read, beside serde_json or quick-xml on the same bytes. The readers alone: what is redacted is redacted behind them.

use std::path::Path;
use std::process::Command;

use super::report::{self, Size};
use super::{Figure, folder, megabytes, shapes};
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
    let mut figures = vec![
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
    ];
    let large = folder()?.join("five-hundred-megabytes.sarif");
    report::write(&large, &Size::Bytes(500_000_000))?;
    figures.push(Figure {
        what: "parse SARIF, 500 MB, most memory",
        measured: megabytes(speed("muster", &large)?.memory),
        floor: "-".to_owned(),
        budget: "that of 50 MB",
    });
    std::fs::remove_file(&large).map_err(|error| format!("{}: {error}", large.display()))?;
    figures.push(shape("parse JSON (Trivy), 50 MB", "trivy", shapes::trivy, "serde_json, values, in memory", "100 MB/s")?);
    figures.push(shape("parse XML (Nessus), 50 MB", "nessus", shapes::nessus, "quick-xml, events, in memory", "80 MB/s")?);
    Ok(figures)
}

fn rate(speed: &Speed) -> String {
    format!("{:.0} MB/s", speed.bytes / speed.seconds / 1e6)
}

fn shape(what: &'static str, format: &str, write: fn(&Path, usize) -> Done, floor: &str, budget: &'static str) -> Done<Figure> {
    let file = folder()?.join(format!("fifty-megabytes.{format}"));
    write(&file, 50_000_000)?;
    let ours = measured(program(target().join("release/examples/read_speed")).args(["muster", format]).arg(&file))?;
    let least = measured(program(target().join("release/examples/read_speed")).args(["floor", format]).arg(&file))?;
    Ok(Figure { what, measured: rate(&ours), floor: format!("{} {floor}", rate(&least)), budget })
}

pub(super) fn build() -> Done {
    run(cargo().args(["build", "--release", "--package", "formats", "--example", "sarif_speed", "--example", "read_speed"]))
}

/// `who` is `muster` or `serde`.
pub(super) fn speed(who: &str, file: &Path) -> Done<Speed> {
    measured(program(target().join("release/examples/sarif_speed")).arg(who).arg(file))
}

fn measured(command: &mut Command) -> Done<Speed> {
    let said = answer(command).ok_or_else(|| format!("{command:?} failed"))?;
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        &[results, bytes, seconds, memory] => Ok(Speed { results, bytes, seconds, memory }),
        _ => Err(format!("{command:?} printed: {said}")),
    }
}
