//! `cargo xtask bench`: speed and memory on this machine, each figure beside the floor that it cannot go below and the budget that it
//! is meant to keep.

mod affected;
mod import;
mod inventory;
mod parse;
mod report;
mod rerank;
mod shapes;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::repository::target;
use crate::run::say;
use crate::{Done, chosen, refuse_unknown};

/// A line of the table.
struct Figure {
    what: &'static str,
    measured: String,
    /// What no implementation of ours goes below, measured on the same machine just now; `-` where nothing is known.
    floor: String,
    budget: &'static str,
}

struct Bench {
    name: &'static str,
    about: &'static str,
    /// Only where `--only` names it: it takes minutes and gigabytes.
    asked: bool,
    run: fn() -> Done<Vec<Figure>>,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "affected",
        about: "who has a package is asked over 1,000 bills of materials of 1,000 packages",
        asked: false,
        run: affected::figures,
    },
    Bench {
        name: "parse",
        about: "reports of 50 MB in SARIF, JSON and XML are read, and one of 500 MB",
        asked: false,
        run: parse::figures,
    },
    Bench {
        name: "import",
        about: "100,000 findings are imported twice into SQLite, and the first page of the queue is asked for",
        asked: false,
        run: import::figures,
    },
    Bench {
        name: "among",
        about: "20,000 findings of a service are imported beside 100,000 of others, and into an empty record",
        asked: false,
        run: import::among_others,
    },
    Bench {
        name: "inventory",
        about: "an inventory of 2,000 services is applied to 100,000 issues",
        asked: false,
        run: inventory::figures,
    },
    Bench {
        name: "rerank",
        about: "100,000 issues with CVEs: a day of EPSS ranks all again, an entry of KEV those that it is about",
        asked: false,
        run: rerank::figures,
    },
    Bench {
        name: "rerank-million",
        about: "ten repositories of 100,000 issues with CVEs: a day of EPSS ranks all again",
        asked: true,
        run: rerank::million,
    },
];

/// Runs the benches and prints their table.
pub(crate) fn command(arguments: &[String]) -> Done<ExitCode> {
    refuse_unknown(arguments, &["--list"], &["--only"])?;
    if arguments.iter().any(|argument| argument == "--list") {
        for bench in BENCHES {
            say(&format!("{:<8} {}", bench.name, bench.about));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut figures = Vec::new();
    let named = arguments.iter().any(|argument| argument.starts_with("--only"));
    for bench in chosen(BENCHES, |bench| bench.name, arguments)?.into_iter().filter(|bench| named || !bench.asked) {
        say(&format!("\n=== {}: {} ===", bench.name, bench.about));
        figures.extend((bench.run)()?);
    }
    say(&format!("\n{:<34} {:>20}  {:<38} budget", "figure", "measured", "floor"));
    for Figure { what, measured, floor, budget } in figures {
        say(&format!("{what:<34} {measured:>20}  {floor:<38} {budget}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// A folder for what the benches make; it stays, so that a figure can be looked into.
fn folder() -> Done<PathBuf> {
    let folder = target().join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Bytes as megabytes (10^6).
fn megabytes(bytes: f64) -> String {
    format!("{:.0} MB", bytes / 1e6)
}
