//! JFrog Xray, summary of artefacts or builds, JSON of its API (v1 and v2).
//!
//! Make it with `curl -u "$USER" -X POST https://acme.jfrog.io/xray/api/v1/summary/artifact -d '{"paths": ["default/docker/shop/1.0"]}' > xray.json`.
//!
//! - index: `artifacts[].issues[]` laid end to end.
//! - rule: `issue_id`, since 2022; else the CVE, else the summary.
//! - severity: the word as it stands.
//! - package: the last part of the first `impact_path` (`3.12:busybox:1.31.1-r20`, a file name); an issue that hits several packages is one finding, the other paths stand in the
//!   description.
//! - place: the first `impact_path`; the artefact (`general.name`) is the image of a Docker artefact, else the resource.
//! - CVSS `9.8/CVSS:3.0/…`, a vector alone, or a score alone; CWE of each CVE.
//! - `issue_type` license is kind license.
//! - each artefact is a run: of its image, else with its name as the category.
//! - coverage: an artefact in the answer was scanned and is complete; `errors[]` are artefacts that were not: nothing closes there.
//! - no time, no version. Left out: the list of all licences.
//!
//! # Differs
//! - component and version: those of the package; the artefact is the image. (Some readers call the artefact the component.)

use model::{Finding, Kind};
use serde_json::Value;

use super::jfrog::{cves, packaged, rate};
use super::web::{labelled, paragraphs};
use super::wording::{beyond, first_line};
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The summary of artefacts in the Xray API.
pub(crate) static FORMAT: Format = Format {
    id: "jfrog-xray-summary",
    name: "JFrog Xray artifact summary (API)",
    kinds: &[Kind::Sca, Kind::Container, Kind::License],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("artifacts[].general") && (head.has("artifacts[].issues") || head.has("artifacts[].licenses")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("JFrog Xray");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "artifacts" => loose::rows(json, out, |out, place, artefact| {
            begin(out, artefact);
            for row in inner(out, place, artefact, "issues") {
                out.finding(finding(artefact, row));
            }
            Ok(())
        }),
        "errors" => loose::rows(json, out, |out, place, error| {
            out.this().claims.unread.extend(error.text(&["identifier"]));
            out.warn(place, error.text(&["error"]).unwrap_or_else(|| "not scanned".to_owned()));
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()
}

/// A run for each artefact: the next answer may be about others.
fn begin(out: &mut Output<'_>, artefact: &Value) {
    if out.this().claims.ran {
        out.run("JFrog Xray");
    }
    let name = artefact.text(&["general/name", "general/component_id"]);
    let run = out.this();
    run.claims.ran = true;
    if is_image(artefact) {
        run.image = name;
    } else {
        // Without its version, which is another one in the next answer.
        run.category = name.map(|name| name.rsplit_once(':').map_or(name.clone(), |(name, _)| name.to_owned())).unwrap_or_default();
    }
}

fn is_image(artefact: &Value) -> bool {
    artefact.text(&["general/pkg_type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("docker"))
}

fn finding(artefact: &Value, row: &Value) -> Finding {
    let summary = row.text(&["summary", "description"]).unwrap_or_default();
    let cve = row.list("cves").iter().find_map(|cve| cve.text(&["cve"]));
    let rule = row.text(&["issue_id"]).or(cve).unwrap_or_else(|| first_line(&summary));
    let docker = is_image(artefact);
    let kind = match row.text(&["issue_type"]).as_deref() {
        Some("license") => Kind::License,
        _ if docker => Kind::Container,
        _ => Kind::Sca,
    };
    let mut finding = Finding::new(kind, rule.clone(), first_line(&summary));
    if finding.title.is_empty() {
        finding.title.clone_from(&rule);
    }
    cves(&mut finding, &rule, row);
    rate(&mut finding, row);
    let paths = row.texts("impact_path");
    if let Some(path) = paths.first() {
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        let id =
            if last.starts_with(|c: char| c.is_ascii_digit()) && last.contains(':') { format!("alpine://{last}") } else { last.to_owned() };
        packaged(&mut finding, &id, row.texts("fixed_versions"));
        finding.location.path = Some(path.clone());
    }
    finding.description = paragraphs([
        row.text(&["description"]).and_then(|text| beyond(&finding.title, &text)),
        labelled("Also", Some(&paths.iter().skip(1).cloned().collect::<Vec<_>>().join("\n"))),
    ]);
    let name = artefact.text(&["general/name", "general/component_id"]);
    if docker {
        finding.location.image = name;
    } else {
        finding.location.resource = name;
        finding.location.resource_type = Some("artifact".to_owned());
    }
    finding
}
