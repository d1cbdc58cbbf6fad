//! Xeol (packages whose support has ended), JSON. Versions seen: 0.8 to 0.10.
//!
//! Make it with `xeol IMAGE -o json > xeol.json` or `xeol dir:. -o json`.
//!
//! - index: `matches[]`.
//! - rule: `end-of-life`; title: the product with its release cycle. The end of life and the newest release are the description.
//! - severity: the tool rates nothing: unknown. CWE-1104 (components that nobody maintains) is what every row is about.
//! - package: `artifact.purl`, name, version, file; the layer of the first location.
//! - target: the image (`source.target.userInput`).
//! - coverage: `descriptor` stands at the end: the run got through. Its version is often not given; no time.
//!
//! # Differs
//! - severity: others rate by the days since the end of life, by the clock of the import, and set CWE-672.

use model::{Finding, Kind};
use serde_json::Value;

use super::loose::{text, texts};
use super::sca;
use super::web::{labelled, paragraphs};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `xeol -o json`.
pub(crate) static FORMAT: Format = Format {
    id: "xeol",
    name: "Xeol",
    kinds: &[Kind::Sca, Kind::Container],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has("matches[].Cycle") || head.has("matches[].Cycle.ProductName");
    Match::sure_if(row || (head.has("matches") && head.is("descriptor.name", "xeol")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Xeol");
    // The source stands behind the matches, so that the report is read twice.
    let mut is_image = false;
    let mut first = input.json()?;
    first.object(|json, key| {
        match key {
            "source" => {
                let source = json.row::<Value>()?.unwrap_or_default();
                is_image = text(&source, &["type"]).as_deref() == Some("image");
                if is_image {
                    out.this().image = text(&source, &["target.userInput", "target.imageID"]);
                }
            }
            "descriptor" => {
                let descriptor = json.row::<Value>()?.unwrap_or_default();
                let run = out.this();
                run.tool_version = text(&descriptor, &["version"]).filter(|version| !version.starts_with('['));
                run.claims.ran = true;
            }
            _ => {}
        }
        Ok(())
    })?;
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "matches" {
            return Ok(());
        }
        json.rows(out, |out, row: Value| match text(&row, &["artifact.name", "Cycle.ProductName"]) {
            Some(name) => {
                let mut finding = finding(&row, &name, if is_image { Kind::Container } else { Kind::Sca });
                finding.location.image.clone_from(&out.this().image);
                out.finding(finding);
            }
            None => out.bad_row(format!("matches[{}]", out.next_index()), "neither artifact nor product"),
        })
    })?;
    json.end()
}

fn finding(row: &Value, name: &str, kind: Kind) -> Finding {
    let product = text(row, &["Cycle.ProductName"]).unwrap_or_else(|| name.to_owned());
    let cycle = text(row, &["Cycle.ReleaseCycle"]).map(|cycle| format!(" {cycle}")).unwrap_or_default();
    let mut finding = Finding::new(kind, "end-of-life", format!("{product}{cycle} is at its end of life"));
    finding.cwes = vec![1104];
    let told = |label: &str, member: &str| labelled(label, text(row, &[member]).as_deref());
    finding.description = paragraphs([
        told("End of life", "Cycle.Eol"),
        told("Released", "Cycle.ReleaseDate"),
        told("Newest release of the cycle", "Cycle.LatestRelease"),
    ]);
    finding.references.extend(text(row, &["Cycle.ProductPermalink"]));
    let place = row.pointer("/artifact/locations/0").unwrap_or(&Value::Null);
    finding.location.layer = text(place, &["layerID"]);
    let package = finding.package_mut();
    package.name = Some(name.to_owned());
    package.purl = text(row, &["artifact.purl"]);
    package.version = text(row, &["artifact.version"]);
    package.ecosystem = text(row, &["artifact.type"]);
    package.licenses = texts(row, "artifact.licenses");
    if let Some(path) = text(place, &["path"]) {
        sca::in_file(&mut finding, &path);
    }
    finding
}
