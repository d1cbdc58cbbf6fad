//! What every fuzz target does: read hostile bytes with a format, and hold what comes out to what the rest of Muster relies on.
//!
//! The first byte of an input picks the format among those of the target, so that a mutation of it tries the same bytes on another.

pub mod around;
pub mod pack;
pub mod targets;

use std::sync::OnceLock;

use formats::{Format, Input, Mapping, Output, recognise};

use crate::targets::{Reads, TARGETS, Target, formats_of, target};

/// Feeds an input to the target that the environment names.
///
/// # Panics
/// Where a reader breaks its promises, and where `MUSTER_FUZZ` names no target.
pub fn run(data: &[u8]) {
    static PICKED: OnceLock<(&Target, Vec<&'static Format>)> = OnceLock::new();
    let (picked, formats) = PICKED.get_or_init(|| {
        let name = std::env::var("MUSTER_FUZZ").unwrap_or_default();
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        let picked = target(&name).unwrap_or_else(|| panic!("MUSTER_FUZZ is one of {}", names.join(", ")));
        (picked, formats_of(picked))
    });
    match picked.reads {
        Reads::Mapping => mapping(data),
        Reads::Suggest => suggest(data),
        Reads::Framed => framed(formats, data),
        Reads::Container(_) | Reads::Formats(_) => read(picked.name, formats, data),
    }
}

/// Reads the bytes behind the first with the format that the first picks, and once more as recognition would have it read.
fn read(target: &str, formats: &[&Format], data: &[u8]) {
    let Some((pick, report)) = data.split_first() else { return };
    let Some(format) = formats.get(usize::from(*pick) % formats.len().max(1)) else { return };
    // Mutations of packed bytes rarely get past the check of their sum: what is not packed is packed here.
    let report = match target {
        _ if report.starts_with(b"PK") => report.to_vec(),
        "xlsx" => pack::workbook(report),
        "packed" => pack::member("audit.fvdl", report),
        // What does not end with a line break is taken for a YAML cut off, and not read.
        "yaml" => [report, b"\n"].concat(),
        _ => report.to_vec(),
    };
    let input = Input::from_bytes("report", report);
    check(format.id, &|out| format.read(&input, out));
    if let Ok(other) = recognise(&input)
        && other.id != format.id
    {
        check(other.id, &|out| other.read(&input, out));
    }
}

/// What the second byte picks stands around the report.
fn framed(formats: &[&Format], data: &[u8]) {
    if let Some((pick, [how, report @ ..])) = data.split_first() {
        read("framing", formats, &[&[*pick], around::framed(*how, report).as_slice()].concat());
    }
}

/// A mapping before a line of dashes, a report behind it.
fn mapping(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (rules, report) = text.split_once("\n-----\n").unwrap_or((&text, ""));
    if let Ok(mapping) = Mapping::parse("mapping.yaml", rules) {
        let input = Input::from_bytes("report", report.as_bytes().to_vec());
        check("mapping", &|out| mapping.read(&input, out));
    }
}

/// A proposal for an unknown file must be a mapping that Muster reads.
fn suggest(data: &[u8]) {
    let input = Input::from_bytes("report", data.to_vec());
    drop(formats::mapping::suggest::suggest(&input, &|text| text.to_owned()));
}

fn check(id: &'static str, parse: &dyn Fn(&mut Output<'_>) -> Result<(), formats::ParseError>) {
    let mut last = None;
    let mut sink = |finding: model::Finding| {
        assert!(last < Some(finding.index), "{id}: indices rise");
        last = Some(finding.index);
        assert_eq!(finding.format, id);
    };
    let mut out = Output::new(id, &mut sink);
    let result = parse(&mut out);
    let next = out.next_index();
    let collected = out.finish();
    assert!(last.is_none_or(|last| last < next), "{id}: an index is never given twice");
    assert!(collected.components.iter().all(|(run, _)| *run < collected.runs.len()), "{id}: a component belongs to a run");
    drop(result);
}
