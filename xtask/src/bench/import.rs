//! How fast findings are imported, through the program, and how fast the first page of the queue comes back.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::report::{self, Size};
use super::{Figure, folder, megabytes, parse};
use crate::repository::target;
use crate::run::{cargo, program, run, say};
use crate::served::Served;
use crate::{Done, http};

const FINDINGS: u64 = 100_000;
const PAGES: usize = 200;

pub(super) fn figures() -> Done<Vec<Figure>> {
    run(cargo().args(["build", "--release", "--package", "muster", "--bin", "muster"]))?;
    parse::build()?;
    let folder = folder()?;
    let report = folder.join("hundred-thousand.sarif");
    report::write(&report, &Size::Results(FINDINGS))?;
    let reading = parse::speed("muster", &report)?;
    let floor = format!("{:.0}/s reading alone", reading.results / reading.seconds);
    let database = fresh("bench.db")?;
    let new = import(&database, &report, "2026-11-01T00:00:00Z", "new")?;
    let unchanged = import(&database, &report, "2026-11-02T00:00:00Z", "unchanged")?;
    let rate = |run: &Measured| format!("{:.0}/s", FINDINGS as f64 / run.time.as_secs_f64());
    let memory = |run: &Measured| run.memory.map_or_else(|| "unknown".to_owned(), |bytes| megabytes(bytes as f64));
    let mut figures = vec![
        Figure { what: "import, 100,000 findings, all new", measured: rate(&new), floor: floor.clone(), budget: "20,000/s" },
        Figure { what: "import, nothing changed", measured: rate(&unchanged), floor, budget: "150,000/s" },
        Figure { what: "import, all new, most memory", measured: memory(&new), floor: "-".into(), budget: "300 MB" },
        Figure { what: "import, nothing changed, memory", measured: memory(&unchanged), floor: "-".into(), budget: "300 MB" },
    ];
    figures.extend(pages(&database)?);
    Ok(figures)
}

pub(super) struct Measured {
    pub(super) time: Duration,
    /// The most it had, in bytes.
    pub(super) memory: Option<u64>,
}

/// Known findings, and those that a service brings to them.
const KNOWN: u64 = 100_000;
const BROUGHT: u64 = 20_000;
/// Targets that the known findings are spread over.
const TARGETS: u64 = 5;

/// A service's findings imported into an empty record, and into one that knows others': what a report brings decides what it costs.
pub(super) fn among_others() -> Done<Vec<Figure>> {
    run(cargo().args(["build", "--release", "--package", "muster", "--bin", "muster"]))?;
    let folder = folder()?;
    let (others, mine) = (folder.join("others.sarif"), folder.join("mine.sarif"));
    report::write(&others, &Size::Results(KNOWN / TARGETS))?;
    report::write(&mine, &Size::Results(BROUGHT))?;
    let rate = |run: &Measured| format!("{:.0}/s", BROUGHT as f64 / run.time.as_secs_f64());
    let empty = fresh("alone.db")?;
    let alone = import_into(&empty, &mine, "github.com/bench/shop", "2026-11-01T00:00:00Z", &format!("\"new\":{BROUGHT},"))?;
    let again = import_into(&empty, &mine, "github.com/bench/shop", "2026-11-02T00:00:00Z", &format!("\"unchanged\":{BROUGHT},"))?;
    let full = fresh("among.db")?;
    for target in 0..TARGETS {
        let of = format!("\"new\":{},", KNOWN / TARGETS);
        import_into(&full, &others, &format!("github.com/bench/other-{target}"), "2026-11-01T00:00:00Z", &of)?;
    }
    let among = import_into(&full, &mine, "github.com/bench/shop", "2026-11-01T00:00:00Z", &format!("\"new\":{BROUGHT},"))?;
    let among_again = import_into(&full, &mine, "github.com/bench/shop", "2026-11-02T00:00:00Z", &format!("\"unchanged\":{BROUGHT},"))?;
    Ok(vec![
        Figure {
            what: "20,000 new among 100,000 others",
            measured: rate(&among),
            floor: format!("{} into an empty record", rate(&alone)),
            budget: "20,000/s",
        },
        Figure {
            what: "20,000 unchanged among 100,000",
            measured: rate(&among_again),
            floor: format!("{} without others", rate(&again)),
            budget: "150,000/s",
        },
    ])
}

/// A database that is not there yet.
pub(super) fn fresh(name: &str) -> Done<PathBuf> {
    let database = folder()?.join(name);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(PathBuf::from(format!("{}{end}", database.display())));
    }
    Ok(database)
}

/// Imports the report, scanned at that time; all findings must be `new` or `unchanged`, else the figure is one of something else.
fn import(database: &Path, report: &Path, at: &str, all: &str) -> Done<Measured> {
    import_into(database, report, "github.com/bench/shop", at, &format!("\"{all}\":{FINDINGS},"))
}

/// Imports the report of a repository; the answer must hold a text, else the figure is one of something else.
pub(super) fn import_into(database: &Path, report: &Path, repository: &str, at: &str, expected: &str) -> Done<Measured> {
    let answer = folder()?.join("import.json");
    let output = File::create(&answer).map_err(|error| format!("{}: {error}", answer.display()))?;
    let url = format!("sqlite:{}", database.display());
    let mut command = program(muster());
    command.args(["--db", &url, "--json", "import", "--repo", repository, "--branch", "main", "--at", at]).arg(report);
    say(&format!("importing for {repository}, scanned at {at}"));
    let (status, measured) = watched(command.stdin(Stdio::null()).stdout(output))?;
    let said = std::fs::read_to_string(&answer).unwrap_or_default();
    if !status.success() || !said.contains(expected) {
        return Err(format!("muster import: {status}, expected {expected} {said}"));
    }
    Ok(measured)
}

/// Runs a program to its end: how it ended, how long it took and the most memory it had.
pub(super) fn watched(command: &mut Command) -> Done<(ExitStatus, Measured)> {
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let mut memory = None;
    // Looking often costs little; the peak only grows, so that what is missed is what came in the last moment.
    let status = loop {
        memory = peak(child.id()).or(memory);
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    Ok((status, Measured { time: start.elapsed(), memory }))
}

/// The peak of a process's resident memory in bytes, where the system tells.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes: u64 = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())?;
    Some(kilobytes * 1024)
}

pub(super) fn muster() -> PathBuf {
    target().join("release/muster")
}

fn pages(database: &Path) -> Done<Vec<Figure>> {
    let url = format!("sqlite:{}", database.display());
    let server = Served::start(&muster(), &["--db", &url, "serve"], target().join("bench/server.log"))?;
    const PAGE: &str = "/api/v1/issues?limit=50";
    // severity:>=medium path:services/service-40/**
    const FILTERED: &str = "/api/v1/issues?limit=50&q=severity%3A%3E%3Dmedium%20path%3Aservices%2Fservice-40%2F**";
    let full = http::get(server.address, PAGE)?;
    if !String::from_utf8_lossy(&full).contains("\"rank\":50,") {
        return Err("the first page of the queue does not hold 50 issues".into());
    }
    let filtered = String::from_utf8_lossy(&http::get(server.address, FILTERED)?).into_owned();
    if !filtered.contains("service-40/") || filtered.contains("service-41/") {
        return Err("the filtered page does not hold what was asked for".into());
    }
    // A file out of the program's own memory: what a request costs at all.
    let floor = times(server.address, "/")?;
    let milliseconds = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let at = |times: &[Duration], part: usize| times.get(times.len() * part / 100).copied().map(milliseconds).unwrap_or_default();
    let floor_at = |part: usize| format!("{} a file, the same way", at(&floor, part));
    let page = times(server.address, PAGE)?;
    let narrow = times(server.address, FILTERED)?;
    let facets = times(server.address, "/api/v1/facets")?;
    let memory = server.process().and_then(peak).map_or_else(|| "unknown".to_owned(), |bytes| megabytes(bytes as f64));
    Ok(vec![
        Figure { what: "first page of the queue, p50", measured: at(&page, 50), floor: floor_at(50), budget: "-" },
        Figure { what: "first page of the queue, p95", measured: at(&page, 95), floor: floor_at(95), budget: "10 ms" },
        Figure { what: "page of two filters, p95", measured: at(&narrow, 95), floor: floor_at(95), budget: "10 ms" },
        Figure { what: "facets and views, p95", measured: at(&facets, 95), floor: floor_at(95), budget: "50 ms" },
        Figure { what: "serve, most memory", measured: memory, floor: "-".into(), budget: "256 MB" },
    ])
}

/// How long each of many requests took, shortest first.
fn times(server: SocketAddr, path: &str) -> Done<Vec<Duration>> {
    http::get(server, path)?;
    let mut times = Vec::new();
    for _ in 0..PAGES {
        let start = Instant::now();
        http::get(server, path)?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times)
}
