//! Kubescape (Kubernetes and its manifests), JSON version 2. Versions seen: 2.9 to 4.0.
//!
//! Make it with `kubescape scan --format json --format-version v2 --output kubescape.json .`.
//!
//! - index: `results[].controls[]`, laid end to end. Controls that passed or were skipped are counted and are no findings.
//! - rule: `controlID`; the title is the control's name.
//! - severity: by the `scoreFactor` of the control in `summaryDetails`, as Kubescape does: from 9 critical, 7 high, 4 medium, 1 low.
//! - place: the resource is namespace, kind and name; the path is that of the manifest (`sourcePath`) where files were scanned. The fields to change (`failedPath`,
//!   `fixPath`) go to the description. No lines.
//! - `summaryDetails` and `resources` stand before and behind the results: the file is read twice.
//! - coverage: the summary's counters show that the run got through. `clusterName` is the cluster, `generationTime` the time unless it is the year 1.
//!   `summaryDetails.controls` lists all controls that ran, which is the list of active rules. `scanCoverage` (4.0) names what could not be collected or
//!   evaluated: a report with such gaps is of a part.
//! - left out: frameworks, scores, attack tracks.
//!
//! # Differs
//! - severity: by `scoreFactor`, as Kubescape prints it. (Some readers take other bands.)

use std::collections::{BTreeSet, HashMap};

use model::{Finding, Kind, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::web::labelled;
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most manifests whose path is kept while a report is read.
const MOST_RESOURCES: usize = 200_000;

/// The format of `kubescape scan --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "kubescape", name: "Kubescape", kinds: &[Kind::Config], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let beside = ["customerGUID", "clusterAPIServerInfo", "resources", "results", "jobID", "generationTime"];
    Match::sure_if(head.has("summaryDetails") && beside.iter().any(|name| head.has(name)))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Summary {
    #[serde(deserialize_with = "lenient::number")]
    score_factor: Option<f64>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "resourceID")]
    id: String,
    #[serde(default)]
    object: Object,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Object {
    #[serde(rename = "sourcePath", deserialize_with = "lenient::text")]
    source_path: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "resourceID")]
    resource_id: String,
    controls: Vec<Value>,
}

#[derive(Deserialize)]
struct Control {
    #[serde(rename = "controlID")]
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default)]
    status: Value,
    #[serde(default)]
    rules: Value,
}

#[derive(Default)]
struct About {
    factors: HashMap<String, f64>,
    paths: HashMap<String, String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Kubescape");
    let mut about = About::default();
    let mut rules = Vec::new();
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "generationTime" => {
            out.this().at = json.row::<String>()?.ok().filter(|text| !text.starts_with("0001")).as_deref().and_then(Timestamp::lenient);
            Ok(())
        }
        "clusterName" => {
            out.this().cluster = json.row::<String>()?.ok().filter(|name| !name.is_empty());
            Ok(())
        }
        "scanCoverage" => {
            out.this().claims.partial = gaps(&json.row::<Value>()?.unwrap_or_default());
            Ok(())
        }
        "summaryDetails" => json.object(|json, key| match key {
            "controls" => json.object(|json, id| {
                let summary: Summary = json.row()?.unwrap_or_default();
                rules.push(id.to_owned());
                about.factors.insert(id.to_owned(), summary.score_factor.unwrap_or_default());
                Ok(())
            }),
            "ResourceCounters" => {
                out.this().claims.ran = true;
                Ok(())
            }
            _ => Ok(()),
        }),
        "resources" => json.array(|json, _| {
            if let (Ok(resource), true) = (json.row::<Resource>()?, about.paths.len() < MOST_RESOURCES)
                && let Some(path) = resource.object.source_path
            {
                about.paths.insert(resource.id, path);
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.end()?;
    out.this().claims.rules = (!rules.is_empty()).then_some(rules);
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "results" => json.array(|json, _| {
            let place = json.place();
            match json.row::<Row>()? {
                Ok(row) => push(out, &place, row, &about),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        }),
        _ => Ok(()),
    })
}

/// What the report says that it could not look at.
fn gaps(coverage: &Value) -> Option<String> {
    let lists = [
        ("failedGVRPulls", "kinds of resources could not be collected"),
        ("partialGVRPulls", "kinds of resources were collected in part"),
        ("notEvaluatedControls", "controls were not evaluated"),
        ("policyDegradations", "policy inputs could not be loaded"),
        ("skippedManifests", "manifests could not be read"),
    ];
    let of = |(list, words): (&str, &str)| {
        let count = coverage.get(list)?.as_array()?.len();
        (count > 0).then(|| format!("{count} {words}"))
    };
    let said: Vec<String> = lists.into_iter().filter_map(of).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

fn push(out: &mut Output<'_>, place: &str, row: Row, about: &About) {
    for (position, value) in row.controls.into_iter().enumerate() {
        match serde_json::from_value::<Control>(value) {
            Ok(control) => match control.status.get("status").unwrap_or(&control.status).as_str() {
                Some("failed") => out.finding(finding(&row.resource_id, control, about)),
                Some("passed" | "skipped" | "excluded" | "irrelevant") => out.no_finding(),
                _ => out.bad_row(format!("{place}.controls[{position}]"), "a control without a known status"),
            },
            Err(error) => out.bad_row(format!("{place}.controls[{position}]"), error.to_string()),
        }
    }
}

fn finding(resource: &str, control: Control, about: &About) -> Finding {
    let mut finding = Finding::new(Kind::Config, control.id.as_str(), control.name.unwrap_or_else(|| control.id.clone()));
    if let Some(factor) = about.factors.get(&control.id) {
        let severity = match factor {
            f if *f >= 9.0 => Severity::Critical,
            f if *f >= 7.0 => Severity::High,
            f if *f >= 4.0 => Severity::Medium,
            f if *f >= 1.0 => Severity::Low,
            _ => Severity::Unknown,
        };
        finding.set_severity(factor.to_string(), severity);
    }
    let fields = fields(&control.rules).into_iter().collect::<Vec<_>>().join(", ");
    finding.description = labelled("Fields", Some(&fields));
    finding.references.push(format!("https://hub.armosec.io/docs/{}", control.id.to_ascii_lowercase()));
    let parts: Vec<&str> = resource.rsplitn(4, '/').collect();
    let place = &mut finding.location;
    place.resource = Some(match parts.as_slice() {
        [name, kind, "", ..] => format!("{kind}/{name}"),
        [name, kind, namespace, ..] => format!("{namespace}/{kind}/{name}"),
        _ => resource.to_owned(),
    });
    place.resource_type = parts.get(1).map(|kind| (*kind).to_owned());
    // `deploy/shop.yaml:2` is the third document of the file.
    place.path = about.paths.get(resource).map(|path| path.rsplit_once(':').map_or(path.as_str(), |(path, _)| path).to_owned());
    finding
}

fn fields(rules: &Value) -> BTreeSet<String> {
    let paths = rules.as_array().into_iter().flatten().filter_map(|rule| rule.get("paths")?.as_array()).flatten();
    paths
        .filter_map(|path| {
            let fix = path.pointer("/fixPath/path").and_then(Value::as_str).filter(|text| !text.is_empty());
            fix.or_else(|| path.get("failedPath").and_then(Value::as_str)).filter(|text| !text.is_empty()).map(str::to_owned)
        })
        .take(100)
        .collect()
}
