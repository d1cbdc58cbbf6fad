//! `cargo xtask test`: every check there is, in parts. A part that fails does not keep the later ones from running.

mod browser;
mod licences;
mod rust;
mod web;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::counts::Counts;
use crate::run::say;
use crate::{Done, chosen, needs, refuse_unknown, tidy};

/// A part: what it is called, what it does, and the function, which adds the tests it ran.
struct Part {
    name: &'static str,
    about: &'static str,
    run: fn(&mut Counts) -> Done,
}

const PARTS: &[Part] = &[
    Part { name: "prerequisites", about: "Node, PostgreSQL, Chromium; installs what it may", run: |_| needs::everything() },
    Part { name: "format", about: "cargo fmt --check", run: |_| rust::format() },
    Part { name: "clippy", about: "cargo clippy, warnings denied", run: |_| rust::clippy() },
    Part { name: "tests", about: "cargo test of the workspace, on SQLite and one throw-away PostgreSQL", run: rust::tests },
    Part { name: "web", about: "the web app: packages, lint, unit tests, build", run: web::all },
    Part { name: "browser", about: "the pages in Chromium on the example programme", run: browser::all },
    Part { name: "tidy", about: "cargo xtask tidy", run: |_| tidy::check_all() },
    Part { name: "licences", about: "licences, banned and doubled crates, sources (cargo-deny)", run: |_| licences::check() },
];

/// How a part went.
struct Outcome {
    name: &'static str,
    time: Duration,
    counts: Counts,
    result: Done,
}

/// Runs the parts. The last line says how many tests passed and failed, in all of them.
pub(crate) fn command(arguments: &[String]) -> Done<ExitCode> {
    refuse_unknown(arguments, &["--list"], &["--only"])?;
    if arguments.iter().any(|argument| argument == "--list") {
        for part in PARTS {
            say(&format!("{:<14} {}", part.name, part.about));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let outcomes: Vec<Outcome> = chosen(PARTS, |part| part.name, arguments)?.into_iter().map(run_part).collect();
    say(&summary(&outcomes));
    Ok(if outcomes.iter().all(|outcome| outcome.result.is_ok()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_part(part: &Part) -> Outcome {
    say(&format!("\n=== {}: {} ===", part.name, part.about));
    let start = Instant::now();
    let mut counts = Counts::default();
    let mut result = (part.run)(&mut counts);
    if result.is_ok() && counts.failed > 0 {
        result = Err(format!("{} failed", counts.failed));
    }
    if let Err(reason) = &result {
        say(&format!("{} failed: {reason}", part.name));
        // So that the last line never says that nothing failed when something did: what did not compile, for example.
        counts.failed = counts.failed.max(1);
    }
    Outcome { name: part.name, time: start.elapsed(), counts, result }
}

/// The table, why parts failed, and the closing line.
fn summary(outcomes: &[Outcome]) -> String {
    let mut text = format!("\n{:<14} {:>8} {:>7} {:>7} {:>8}\n", "part", "time", "passed", "failed", "skipped");
    let mut all = Counts::default();
    let mut time = Duration::ZERO;
    let mut row = |name: &str, time: Duration, counts: Counts, word: &str| {
        let seconds = time.as_secs();
        let time = format!("{}:{:02}", seconds / 60, seconds % 60);
        text.push_str(&format!("{name:<14} {time:>8} {:>7} {:>7} {:>8}  {word}\n", counts.passed, counts.failed, counts.skipped));
    };
    for outcome in outcomes {
        all += outcome.counts;
        time += outcome.time;
        row(outcome.name, outcome.time, outcome.counts, if outcome.result.is_ok() { "ok" } else { "FAILED" });
    }
    row("all", time, all, "");
    for outcome in outcomes {
        if let Err(reason) = &outcome.result {
            text.push_str(&format!("{}: {reason}\n", outcome.name));
        }
    }
    text.push_str(&format!("\n{} passed, {} failed", all.passed, all.failed));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_sum_and_a_broken_part_counts() {
        let good = |counts: &mut Counts| -> Done {
            counts.passed += 3;
            Ok(())
        };
        let broken: fn(&mut Counts) -> Done = |_| Err("does not compile".into());
        let outcomes = [run_part(&Part { name: "good", about: "", run: good }), run_part(&Part { name: "bad", about: "", run: broken })];
        let text = summary(&outcomes);
        assert_eq!(text.lines().last(), Some("3 passed, 1 failed"));
        assert!(text.contains("bad: does not compile"));
    }

    #[test]
    fn failed_tests_fail_their_part_even_if_the_program_succeeded() {
        let part = Part {
            name: "flaky",
            about: "",
            run: |counts| {
                counts.failed += 2;
                Ok(())
            },
        };
        let outcome = run_part(&part);
        assert!(outcome.result.is_err());
        assert_eq!(outcome.counts.failed, 2);
    }
}
