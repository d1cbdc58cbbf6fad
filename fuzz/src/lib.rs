//! What every fuzz target does: read hostile bytes with a format, and hold what comes out to what the rest of Muster relies on.
//!
//! The first byte of an input picks the format among those of the target, so that a mutation of it tries the same bytes on another.

pub mod pack;

use formats::{FORMATS, Format, Input, Mapping, Media, Output, by_id, recognise};

/// Families: one shape that many tools write.
const FAMILIES: [(&str, &[&str]); 13] = [
    ("sarif", &["sarif"]),
    ("cyclonedx", &["cyclonedx"]),
    (
        "gitlab",
        &[
            "gitlab-sast",
            "gitlab-dast",
            "gitlab-dependency-scanning",
            "gitlab-container-scanning",
            "gitlab-secret-detection",
            "gitlab-fuzzing",
        ],
    ),
    ("sonarqube", &["sonarqube", "sonarqube-external"]),
    ("junit", &["junit"]),
    ("checkstyle", &["checkstyle"]),
    ("code_climate", &["gitlab-code-quality"]),
    ("ocsf", &["prowler-ocsf"]),
    ("asff", &["asff"]),
    ("spdx", &["spdx"]),
    ("osv", &["osv-scanner"]),
    ("csaf", &["csaf"]),
    ("openvex", &["openvex"]),
];

/// Targets that read what several others read, for a run of less time than all of them would take one by one.
const GROUPS: [(&str, &[&str]); 3] = [
    ("documents", &["cyclonedx", "spdx", "osv", "csaf", "openvex"]),
    ("families", &["sarif", "gitlab", "sonarqube", "junit", "checkstyle", "code_climate", "ocsf", "asff"]),
    ("lines", &["csv", "json_lines", "text"]),
];

/// The formats that a target reads: those of its family or group, else all of its container.
#[must_use]
pub fn formats_of(target: &str) -> Vec<&'static Format> {
    if let Some((_, members)) = GROUPS.iter().find(|(name, _)| *name == target) {
        let mut formats: Vec<_> = members.iter().flat_map(|member| formats_of(member)).collect();
        formats.sort_by_key(|format| format.id);
        formats.dedup_by_key(|format| format.id);
        return formats;
    }
    if let Some((_, ids)) = FAMILIES.iter().find(|(name, _)| *name == target) {
        return ids.iter().filter_map(|id| by_id(id)).collect();
    }
    if target == "packed" {
        return by_id("fortify").into_iter().collect();
    }
    let media = match target {
        "json" => Media::Json,
        "json_lines" => Media::JsonLines,
        "xml" => Media::Xml,
        "csv" => Media::Csv,
        "xlsx" => Media::Xlsx,
        "html" => Media::Html,
        _ => Media::Text,
    };
    FORMATS.iter().copied().filter(|format| format.media.contains(&media)).collect()
}

/// Reads the bytes behind the first with the format that the first picks, and once more as recognition would have it read.
pub fn read(target: &str, data: &[u8]) {
    let formats = formats_of(target);
    let Some((pick, report)) = data.split_first() else { return };
    let Some(format) = formats.get(usize::from(*pick) % formats.len().max(1)) else { return };
    // Mutations of packed bytes rarely get past the check of their sum: what is not packed is packed here.
    let report = match target {
        _ if report.starts_with(b"PK") => report.to_vec(),
        "xlsx" => pack::workbook(report),
        "packed" => pack::member("audit.fvdl", report),
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

/// A mapping before a line of dashes, a report behind it.
pub fn mapping(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (rules, report) = text.split_once("\n-----\n").unwrap_or((&text, ""));
    if let Ok(mapping) = Mapping::parse("mapping.yaml", rules) {
        let input = Input::from_bytes("report", report.as_bytes().to_vec());
        check("mapping", &|out| mapping.read(&input, out));
    }
}

/// A proposal for an unknown file must be a mapping that Muster reads.
pub fn suggest(data: &[u8]) {
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
