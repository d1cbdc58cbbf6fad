//! Amazon ECR, JSON of an image's scan: basic scanning and enhanced scanning by Amazon Inspector.
//!
//! Make it with `aws ecr describe-image-scan-findings --repository-name shop --image-id imageTag=1.4.2 > ecr.json`.
//!
//! - index: `imageScanFindings.findings[]` (basic), `enhancedFindings[]` (enhanced).
//! - basic: `name` is the rule; the attributes give package, version and CVSS vectors; kind container. `UNDEFINED` is unknown, `INFORMATIONAL` info.
//! - enhanced: as Amazon Inspector's own answer (`aws_inspector.rs`).
//! - image: repository, tag and digest of the answer.
//! - `imageScanStatus` COMPLETE or ACTIVE got through, FAILED is a failed scan; `nextToken` means that pages follow: partial.
//! - time: `imageScanCompletedAt`. Left out: counts.

use model::{Finding, Kind, Timestamp};
use serde_json::Value;

use super::{aws_inspector, sca};
use crate::read::fields::Fields;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `aws ecr describe-image-scan-findings`.
pub(crate) static FORMAT: Format = Format {
    id: "ecr-scan",
    name: "Amazon ECR image scan",
    kinds: &[Kind::Container, Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("imageScanFindings") && (head.has("repositoryName") || head.has("imageScanStatus.status")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Amazon ECR");
    let mut image = Image::default();
    let mut json = input.json()?;
    json.object(|json, key| {
        if key == "imageScanFindings" {
            return Ok(());
        }
        let value = json.row::<Value>()?.unwrap_or_default();
        let value = Fields::of(&value);
        match key {
            "repositoryName" => image.repository = crate::read::lenient::scalar(value.whole_value()),
            "imageId" => (image.tag, image.digest) = (value.text(&["imageTag"]), value.text(&["imageDigest"])),
            "imageScanStatus" => {
                let said = value.text(&["description", "status"]);
                let claims = &mut out.this().claims;
                match value.text(&["status"]).as_deref() {
                    Some("COMPLETE" | "ACTIVE") => claims.ran = true,
                    Some("FAILED") => claims.failed = said,
                    _ => claims.partial = said,
                }
            }
            "nextToken" if !value.whole_value().is_null() => {
                out.this().claims.partial = Some("the answer goes on in another page".to_owned());
            }
            _ => {}
        }
        Ok(())
    })?;
    json.end()?;
    let image = image.name();
    out.this().image.clone_from(&image);
    let mut counted = false;
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "imageScanFindings" {
            return Ok(());
        }
        json.object(|json, key| match key {
            "findingSeverityCounts" => {
                let counts = json.row::<Value>()?.unwrap_or_default();
                counted = counts.as_object().is_some_and(|counts| !counts.is_empty());
                Ok(())
            }
            "findings" => json.rows(out, |out, row: Value| basic(out, Fields::of(&row), image.as_deref())),
            "enhancedFindings" => json.rows(out, |out, row: Value| {
                let row = Fields::of(&row);
                match row.text(&["title"]) {
                    Some(title) => out.finding(aws_inspector::finding(&title, row)),
                    None => out.bad_row(format!("row {}", out.next_index()), "a finding without title"),
                }
            }),
            "imageScanCompletedAt" => {
                let time = json.row::<Value>()?.ok().as_ref().and_then(crate::read::lenient::scalar);
                out.this().at = time.as_deref().and_then(Timestamp::lenient);
                Ok(())
            }
            _ => Ok(()),
        })
    })?;
    if counted && out.next_index() == 0 {
        out.bad_row("imageScanFindings", "findings are counted and none is listed");
    }
    Ok(())
}

/// Which image was scanned; the registry's host is not said.
#[derive(Default)]
struct Image {
    repository: Option<String>,
    tag: Option<String>,
    digest: Option<String>,
}

impl Image {
    /// `repository:tag@digest`.
    fn name(self) -> Option<String> {
        let tag = self.tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = self.digest.map(|digest| format!("@{digest}")).unwrap_or_default();
        Some(format!("{}{tag}{digest}", self.repository?))
    }
}

fn basic(out: &mut Output<'_>, row: Fields<'_>, image: Option<&str>) {
    let Some(rule) = row.text(&["name"]) else {
        return out.bad_row(format!("row {}", out.next_index()), "a finding without name");
    };
    let attribute = |name: &str| row.list("attributes").find(|one| one.text(&["key"]).as_deref() == Some(name))?.text(&["value"]);
    let package = attribute("package_name");
    let title = package.as_ref().map_or_else(|| rule.clone(), |package| format!("{rule} in {package}"));
    let mut finding = Finding::new(Kind::Container, rule.clone(), title);
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    sca::identify(&mut finding, &rule, []);
    for version in ["CVSS4", "CVSS3", "CVSS2"] {
        let score = attribute(&format!("{version}_SCORE")).and_then(|score| score.parse().ok());
        sca::assessed(&mut finding, attribute(&format!("{version}_VECTOR")).as_deref(), score, None);
    }
    finding.description = row.text(&["description"]);
    finding.references.extend(row.text(&["uri"]));
    finding.location.image = image.map(str::to_owned);
    let to = finding.package_mut();
    (to.name, to.version) = (package, attribute("package_version"));
    out.finding(finding);
}
