//! Measures how fast a report is read: `cargo run --release -p formats --example read_speed muster|floor FORMAT FILE`.
//!
//! `muster` reads the file as an import does. `floor` is what nobody goes below who looks at every value: serde_json into its own values,
//! quick-xml from event to event with all attributes; both from memory. Prints findings (values or elements for the floor), bytes, seconds
//! (the best of three) and the most memory the process ever had, in bytes. No redaction: that is the pipeline's work, behind the reader.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement for the person who runs it")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use formats::{Format, Input, Output};
use quick_xml::events::Event;
use serde_json::Value;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().expect(what);
    let (mode, id, file) = (next("muster or floor"), next("a format"), PathBuf::from(next("a file")));
    let format = formats::by_id(&id).expect("the format is known");
    let bytes = file.metadata().expect("the file exists").len();
    let (found, seconds) = (0..3)
        .map(|_| if mode == "floor" { with_floor(&file) } else { with_muster(format, &file) })
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .expect("three runs");
    println!("{found} {bytes} {seconds:.4} {}", most_memory());
}

fn with_muster(format: &'static Format, file: &Path) -> (usize, f64) {
    let start = Instant::now();
    let input = Input::from_file("report", file.to_owned()).expect("the file can be read");
    let mut findings = 0;
    let mut sink = |finding| {
        black_box(finding);
        findings += 1;
    };
    (format.parse)(&input, &mut Output::new(format.id, &mut sink)).expect("it is such a report");
    (findings, start.elapsed().as_secs_f64())
}

fn with_floor(file: &Path) -> (usize, f64) {
    let bytes = std::fs::read(file).expect("the file can be read");
    let start = Instant::now();
    let is_xml = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
    let found = if is_xml { elements(&bytes) } else { values(&bytes) };
    (found, start.elapsed().as_secs_f64())
}

fn values(bytes: &[u8]) -> usize {
    let value: Value = serde_json::from_slice(bytes).expect("it is JSON");
    black_box(&value);
    value.as_object().map_or(0, serde_json::Map::len)
}

fn elements(bytes: &[u8]) -> usize {
    let mut reader = quick_xml::Reader::from_reader(bytes);
    let mut found = 0;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).expect("it is XML") {
            Event::Start(element) | Event::Empty(element) => {
                found += 1;
                element.attributes().flatten().for_each(|attribute| drop(black_box(attribute.unescape_value())));
            }
            Event::Text(text) => drop(black_box(text.decode())),
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// The peak of the resident memory in bytes; 0 where the system does not tell.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    peak.unwrap_or(0) * 1024
}
