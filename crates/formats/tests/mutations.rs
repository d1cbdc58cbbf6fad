//! Hostile reports made from the fixtures: bytes flipped, pieces cut, doubled, moved, taken from other fixtures, numbers made huge. No format
//! may panic, lose count of its findings or take for ever. A few of them at every run, the same each time; as many as the time lasts with
//! `MUSTER_MUTATE_SECONDS=600 cargo test -p formats --test mutations`, each run others (`MUSTER_MUTATE_SEED`). The fuzz targets in `fuzz/` go further.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

#[path = "support/fixtures.rs"]
mod fixture_files;

use std::time::{Duration, Instant};

use formats::{Format, Input, Output, recognise};
use model::Finding;

use fixture_files::fixtures;

/// Mutations of each fixture in a run of no length.
const FEW: u64 = 6;
/// Largest fixture that is mutated, in bytes.
const LARGEST: usize = 48 * 1024;
/// A report of this size that takes longer is a hang.
const LONGEST: Duration = Duration::from_secs(30);

/// A generator of numbers that are spread well enough (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

struct Fixture {
    format: &'static Format,
    name: String,
    bytes: Vec<u8>,
}

fn small_fixtures() -> Vec<Fixture> {
    let small = fixtures().into_iter().filter(|(_, _, bytes)| bytes.len() <= LARGEST);
    let mut out: Vec<Fixture> = small.map(|(format, path, bytes)| Fixture { format, name: path.display().to_string(), bytes }).collect();
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

/// What stands in many reports and leads readers astray.
const ODD: [&[u8]; 28] = [
    b"null",
    b"{}",
    b"[]",
    b"\"\"",
    b"-1",
    b"0",
    b"18446744073709551616",
    b"1e999",
    b"-0.0",
    b"4294967296",
    b"true",
    b"[[[[[[[[",
    b"{\"a\":{\"a\":",
    b"\\ud800",
    b"\\u0000",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\0",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"&#0;",
    b"&lt;",
    b"\"\"\"",
    b",,,,,,",
    b"\r\n\r\n",
    b"2026-13-45T99:99:99Z",
    b"CVSS:3.1/AV:N",
];

fn mutated(numbers: &mut Numbers, from: &Fixture, others: &[Fixture]) -> Vec<u8> {
    let mut bytes = from.bytes.clone();
    for _ in 0..=numbers.below(4) {
        let (start, length) = (numbers.below(bytes.len()), 1 + numbers.below(64));
        let end = (start + length).min(bytes.len());
        let piece: Vec<u8> = bytes.get(start..end).unwrap_or_default().to_vec();
        match numbers.below(9) {
            0 => {
                if let Some(byte) = bytes.get_mut(start) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
            1 => drop(bytes.splice(start..end, [])),
            2 => drop(bytes.splice(end..end, piece)),
            3 => {
                let to = numbers.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            4 => {
                let odd = ODD.get(numbers.below(ODD.len())).copied().unwrap_or_default();
                bytes.splice(start..start, odd.iter().copied());
            }
            5 => {
                // A whole value: from a colon, comma or tag to the next.
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b'<' | b'\n' | b';');
                let rest = bytes.get(start..).unwrap_or_default();
                let from = start + rest.iter().position(|byte| matches!(byte, b':' | b'>' | b',' | b'=')).map_or(0, |at| at + 1);
                let to = from + bytes.get(from..).unwrap_or_default().iter().position(ends).unwrap_or(0);
                let odd = ODD.get(numbers.below(ODD.len())).copied().unwrap_or_default();
                bytes.splice(from..to, odd.iter().copied());
            }
            6 => bytes.truncate(start),
            7 => {
                if let Some(other) = others.get(numbers.below(others.len())) {
                    let at = numbers.below(other.bytes.len());
                    let taken = other.bytes.iter().skip(at).take(1 + numbers.below(400)).copied().collect::<Vec<_>>();
                    bytes.splice(start..start, taken);
                }
            }
            _ => {
                let many = piece.repeat(1 + numbers.below(40));
                bytes.splice(start..start, many);
            }
        }
        if bytes.len() > 4 * LARGEST {
            bytes.truncate(4 * LARGEST);
        }
    }
    bytes
}

fn check(format: &'static Format, input: &Input) {
    let mut last = None;
    let mut sink = |finding: Finding| {
        assert!(last < Some(finding.index), "{}: indices rise", format.id);
        last = Some(finding.index);
    };
    let mut out = Output::new(format.id, &mut sink);
    // An error is as good as findings.
    drop((format.parse)(input, &mut out));
    let next = out.next_index();
    let collected = out.finish();
    assert!(last.is_none_or(|last| last < next), "{}: an index is given once", format.id);
    assert!(collected.components.iter().all(|(run, _)| *run < collected.runs.len()), "{}: a component belongs to a run", format.id);
}

#[test]
fn hostile_reports_do_no_harm() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (seconds, seed) = (number("MUSTER_MUTATE_SECONDS").unwrap_or(0), number("MUSTER_MUTATE_SEED").unwrap_or(1));
    let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (all, start, mut read, mut round) = (small_fixtures(), Instant::now(), 0u64, 0u64);
    while round < FEW || start.elapsed().as_secs() < seconds {
        for fixture in &all {
            let bytes = mutated(&mut numbers, fixture, &all);
            let began = Instant::now();
            let input = Input::from_bytes("report", bytes.clone());
            let guarded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                check(fixture.format, &input);
                if let Ok(other) = recognise(&input)
                    && other.id != fixture.format.id
                {
                    check(other, &input);
                }
            }));
            if guarded.is_err() || began.elapsed() > LONGEST {
                let kept = std::env::temp_dir().join(format!("mutation-{}-{seed}-{read}", fixture.format.id));
                std::fs::write(&kept, &bytes).unwrap();
                panic!("{} mutated, after {:.1} s: {}", fixture.name, began.elapsed().as_secs_f64(), kept.display());
            }
            read += 1;
        }
        round += 1;
    }
    println!("{read} hostile reports of {} fixtures, {} s, seed {seed}", all.len(), start.elapsed().as_secs());
}
