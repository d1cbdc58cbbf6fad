//! Measures how fast SARIF is read: `cargo run --release -p formats --example sarif_speed muster|serde FILE`.
//!
//! `muster` reads the file as an import does. `serde` is the floor: serde_json into the smallest types that hold what we keep, from
//! memory, no finding made of it. Prints results, bytes, seconds (the best of three) and the most memory the process ever had, in bytes.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement for the person who runs it")]
#![expect(dead_code, reason = "the floor reads what nobody looks at")]

use std::borrow::Cow;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use formats::{Input, Output};
use serde::Deserialize;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mode, file) = (arguments.next().expect("muster or serde"), PathBuf::from(arguments.next().expect("a file")));
    let bytes = file.metadata().expect("the file exists").len();
    let read = if mode == "serde" { with_serde } else { with_muster };
    let (results, seconds) = (0..3).map(|_| read(&file)).min_by(|a, b| a.1.total_cmp(&b.1)).expect("three runs");
    println!("{results} {bytes} {seconds:.4} {}", most_memory());
}

fn with_muster(file: &Path) -> (usize, f64) {
    let format = formats::by_id("sarif").expect("SARIF is read");
    let start = Instant::now();
    let input = Input::from_file("report", file.to_owned()).expect("the file can be read");
    let mut results = 0;
    let mut sink = |finding| {
        black_box(finding);
        results += 1;
    };
    (format.parse)(&input, &mut Output::new(format.id, &mut sink)).expect("it is SARIF");
    (results, start.elapsed().as_secs_f64())
}

fn with_serde(file: &Path) -> (usize, f64) {
    let bytes = std::fs::read(file).expect("the file can be read");
    let start = Instant::now();
    let log: Log<'_> = serde_json::from_slice(&bytes).expect("it is SARIF");
    let results = black_box(&log).runs.iter().map(|run| run.results.len()).sum();
    (results, start.elapsed().as_secs_f64())
}

/// The peak of the resident memory in bytes; 0 where the system does not tell.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    peak.unwrap_or(0) * 1024
}

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    runs: Vec<Run<'a>>,
}

#[derive(Deserialize)]
struct Run<'a> {
    #[serde(borrow)]
    results: Vec<Row<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(borrow)]
    rule_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    level: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<Message<'a>>,
    #[serde(borrow, default)]
    locations: Vec<Location<'a>>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(borrow)]
    physical_location: Option<Physical<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Physical<'a> {
    #[serde(borrow)]
    artifact_location: Option<Artifact<'a>>,
    #[serde(borrow)]
    region: Option<Region<'a>>,
}

#[derive(Deserialize)]
struct Artifact<'a> {
    #[serde(borrow)]
    uri: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region<'a> {
    start_line: Option<u32>,
    end_line: Option<u32>,
    #[serde(borrow)]
    snippet: Option<Message<'a>>,
}
