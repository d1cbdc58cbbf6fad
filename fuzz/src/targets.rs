//! The list of targets: one for each container and each family, one for what stands around a report, and two for mappings.

use formats::{FORMATS, Format, Media, by_id};

/// What a target feeds.
#[derive(Clone, Copy)]
pub enum Reads {
    /// The formats of a container.
    Container(Media),
    /// These formats: a family, one shape that many tools write.
    Formats(&'static [&'static str]),
    /// One format in six, with something around the report: packed, behind a log, one of several.
    Framed,
    /// A mapping before a line of dashes, a report behind it.
    Mapping,
    /// A proposal of a mapping.
    Suggest,
}

/// One target.
pub struct Target {
    pub name: &'static str,
    pub reads: Reads,
    /// What a fixture must hold to be a first input, where a family is written in more than one way.
    pub seeds_hold: &'static str,
}

const fn all(name: &'static str, reads: Reads) -> Target {
    Target { name, reads, seeds_hold: "" }
}

const fn written(name: &'static str, ids: &'static [&'static str], seeds_hold: &'static str) -> Target {
    Target { name, reads: Reads::Formats(ids), seeds_hold }
}

const GITLAB: &[&str] = &[
    "gitlab-sast",
    "gitlab-dast",
    "gitlab-dependency-scanning",
    "gitlab-container-scanning",
    "gitlab-secret-detection",
    "gitlab-fuzzing",
];

/// Every target.
pub const TARGETS: &[Target] = &[
    all("html", Reads::Container(Media::Html)),
    all("xlsx", Reads::Container(Media::Xlsx)),
    all("packed", Reads::Formats(&["fortify"])),
    all("yaml", Reads::Container(Media::Yaml)),
    all("csv", Reads::Container(Media::Csv)),
    all("json_lines", Reads::Container(Media::JsonLines)),
    all("text", Reads::Container(Media::Text)),
    all("sarif", Reads::Formats(&["sarif"])),
    written("cyclonedx_json", &["cyclonedx"], "bomFormat"),
    written("cyclonedx_xml", &["cyclonedx"], "<bom"),
    all("gitlab", Reads::Formats(GITLAB)),
    all("sonarqube", Reads::Formats(&["sonarqube", "sonarqube-external"])),
    all("junit", Reads::Formats(&["junit"])),
    all("checkstyle", Reads::Formats(&["checkstyle"])),
    all("code_climate", Reads::Formats(&["gitlab-code-quality"])),
    all("ocsf", Reads::Formats(&["ocsf", "prowler-ocsf"])),
    all("asff", Reads::Formats(&["asff"])),
    written("spdx2", &["spdx"], "SPDX-2"),
    written("spdx3", &["spdx"], "@graph"),
    all("osv", Reads::Formats(&["osv-scanner"])),
    all("csaf", Reads::Formats(&["csaf"])),
    all("openvex", Reads::Formats(&["openvex"])),
    all("framing", Reads::Framed),
    all("mapping", Reads::Mapping),
    all("suggest", Reads::Suggest),
    all("xml", Reads::Container(Media::Xml)),
    all("json", Reads::Container(Media::Json)),
];

/// The formats that a target reads; of mappings, which know none, those whose fixtures it starts with: one in six.
#[must_use]
pub fn formats_of(target: &Target) -> Vec<&'static Format> {
    match target.reads {
        Reads::Formats(ids) => ids.iter().filter_map(|id| by_id(id)).collect(),
        // What is read as JSON is read as YAML.
        Reads::Container(Media::Yaml) => reading(Media::Json),
        Reads::Container(media) => reading(media),
        Reads::Framed | Reads::Mapping | Reads::Suggest => FORMATS.iter().copied().step_by(6).collect(),
    }
}

fn reading(media: Media) -> Vec<&'static Format> {
    FORMATS.iter().copied().filter(|format| format.media.contains(&media)).collect()
}

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
