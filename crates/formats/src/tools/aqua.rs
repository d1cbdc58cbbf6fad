//! Aqua Security (images and functions), JSON. Versions seen: CSP 4 to 2022.4, API v2, results in Azure DevOps.
//!
//! Make it with `scannercli scan IMAGE --jsonfile aqua.json`, `GET /api/v2/…/vulnerabilities`, or the pipeline task's report.
//!
//! - index: the `vulnerabilities[]` of each of `resources[]`; or `cves[]`; or `result[]`; an array holds one such report an image under `results`.
//! - rule: `name` (CVE). Severity: `aqua_severity`, else `severity`, else the vendor's, else NVD's. CVSS of NVD, vendor and Aqua, v3 and v2.
//! - the package: `resource.name` with `version`; kind container for a distribution's format (`apk`, `deb`, `rpm`), else sca. In `cves[]` it is the `file`,
//!   a path or a name.
//! - place: `resource.path`, the image (`image`, `image_name`, with the digest) and the layer.
//! - `acknowledged` is a suppression. No fingerprint.
//! - ran: `scan_started`, which looks at packages of both kinds (and for secrets where `scan_options` says so), or `status` SCANNED. Time: `scan_started`.
//! - `sensitive_data_items[]` of a resource are secrets: the type is the rule, the file the place. They have no value; the severity of
//!   secrets without one is high.
//! - left out: image assurance (what a policy made of the findings).
//!
//! # Differs
//! - secrets are high, as every credential is; the report gives them no severity, and some readers call them info.

use model::{Finding, Kind, Suppression, Timestamp};

use super::sca;
use super::secret_value::set_severity_by_proof;
use super::wording::add_cwes;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Aqua's image scans.
pub(crate) static FORMAT: Format = Format {
    id: "aqua",
    name: "Aqua Security",
    kinds: &[Kind::Sca, Kind::Container, Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let scan = |top: &str| {
        head.has(&format!("{top}resources")) && (head.has(&format!("{top}scan_started")) || head.has(&format!("{top}resources[].scanned")))
    };
    let counted = head.has("cves_counts") || head.has_all(&["cves[].name", "cves[].severity", "image_name"]);
    let asked = head.has("result") && head.has_all(&["query.show_negligible", "pagesize"]);
    let listed =
        head.has_all(&["result[].image_name", "result[].aqua_severity"]) || head.has_all(&["result[].name", "result[].nvd_severity"]);
    Match::sure_if(scan("") || scan("[].results.") || scan("results.") || counted || asked || listed)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Aqua");
    fields::read(input, out, &["resources", "cves", "result"], head, |out, place, row| match row.value("results") {
        Some(report) if report.is_object() => {
            let report = Fields::of(report);
            head(out, report);
            report.rows(out, "resources", |out, row| push(out, place, row));
            report.rows(out, "cves", |out, row| push(out, place, row));
        }
        _ => push(out, place, row),
    })
}

fn head(out: &mut Output<'_>, report: Fields<'_>) {
    let run = out.this();
    let started = report.number(&["scan_started/seconds"]).map(|seconds| Timestamp::from_seconds(whole(seconds)));
    run.at = started.or(run.at);
    run.claims.ran |= run.at.is_some() || report.text(&["status"]).is_some_and(|word| word.eq_ignore_ascii_case("scanned"));
    if started.is_some() {
        run.claims.kinds = vec![Kind::Container, Kind::Sca];
        if report.is_true(&["scan_options/scan_sensitive_data"]) {
            run.claims.kinds.push(Kind::Secret);
        }
    }
    if let Some(error) = report.text(&["errorMsg", "error"]) {
        run.claims.failed = Some(error);
    }
    let name = report.text(&["image", "image_name", "pull_name"]);
    let digest = report.text(&["digest"]).map(|text| if text.starts_with("sha256:") { text } else { format!("sha256:{text}") });
    run.image = match (name, digest) {
        (Some(name), Some(digest)) if !name.contains('@') => Some(format!("{name}@{digest}")),
        (Some(name), _) => Some(name),
        (None, _) => run.image.take(),
    };
}

#[expect(clippy::cast_possible_truncation, reason = "saturates, and a time that large is of no use")]
fn whole(number: f64) -> i64 {
    number as i64
}

fn push(out: &mut Output<'_>, place: &str, row: Fields<'_>) {
    if row.value("resource").is_some() && row.text(&["name"]).is_none() {
        let resource = Fields::of(row.value("resource").unwrap_or(row.whole_value()));
        row.rows(out, "sensitive_data_items", |out, item| secret(out, item, resource));
        return row.rows(out, "vulnerabilities", |out, found| vulnerability(out, place, found, resource));
    }
    let resource = row.value("resource").map_or(row, Fields::of);
    vulnerability(out, place, row, resource);
}

/// A file that holds a secret: the report names its type and never its value.
fn secret(out: &mut Output<'_>, item: Fields<'_>, resource: Fields<'_>) {
    let rule = item.text(&["type"]).unwrap_or_else(|| "sensitive data".to_owned());
    let path = resource.text(&["path", "name"]);
    let mut finding = Finding::new(Kind::Secret, rule.clone(), format!("{rule} in {}", path.as_deref().unwrap_or_default()));
    finding.location.image.clone_from(&out.this().image);
    finding.location.layer = resource.text(&["layer_digest"]);
    finding.location.path = path;
    set_severity_by_proof(&mut finding);
    out.finding(finding);
}

fn vulnerability(out: &mut Output<'_>, place: &str, row: Fields<'_>, resource: Fields<'_>) {
    let Some(id) = row.text(&["name"]) else { return out.bad_row(place, "a vulnerability without name") };
    let image = row.text(&["image_name"]).or_else(|| out.this().image.clone());
    let (name, version, file) = match row.text(&["file"]) {
        Some(file) if file.starts_with('/') => (file.rsplit('/').next().unwrap_or_default().to_owned(), None, Some(file)),
        Some(file) => (file, None, None),
        None => (resource.text(&["name", "resource_name"]).unwrap_or_default(), resource.text(&["version"]), resource.text(&["path"])),
    };
    let format = resource.text(&["format", "type"]).filter(|format| !format.eq_ignore_ascii_case("cve"));
    let is_system = matches!(format.as_deref(), Some("apk" | "deb" | "rpm" | "package"));
    let mut finding = Finding::new(if is_system { Kind::Container } else { Kind::Sca }, id.clone(), format!("{id} in {name}"));
    if let Some(raw) = row.text(&["aqua_severity", "severity", "vendor_severity_v3", "vendor_severity", "nvd_severity_v3", "nvd_severity"])
    {
        let severity = if raw == "negligible" { model::Severity::Info } else { model::Severity::from_word(&raw) };
        finding.set_severity(raw, severity);
    }
    sca::identify(&mut finding, &id, None);
    for source in ["nvd", "vendor", "aqua"] {
        for version in ["_v3", ""] {
            let vector = row.text(&[&format!("{source}_vectors{version}")]);
            sca::assessed(&mut finding, vector.as_deref(), row.number(&[&format!("{source}_score{version}")]), Some(source));
        }
    }
    let cwes: Vec<String> = row.list("cwe_info").filter_map(|cwe| cwe.text(&["Id"])).collect();
    add_cwes(&mut finding.cwes, cwes.iter().map(String::as_str));
    (finding.description, finding.remediation) = (row.text(&["description"]), row.text(&["solution"]));
    finding.url = row.text(&["nvd_url", "url", "vendor_url"]);
    if row.is_true(&["acknowledged", "is_acknowledged"]) {
        finding.suppressed =
            Some(Suppression { by: "Aqua".to_owned(), reason: row.text(&["ack_comment"]).or(Some("acknowledged".to_owned())) });
    }
    finding.location.image = image;
    finding.location.layer = resource.text(&["layer_digest"]);
    let package = finding.package_mut();
    (package.name, package.version, package.ecosystem) = (Some(name).filter(|name| !name.is_empty()), version, format);
    package.licenses = resource.texts(&["license", "licenses"]);
    let fixed = row.text(&["fix_version"]).unwrap_or_default();
    package.fixed = fixed.split(',').map(|version| version.trim().to_owned()).filter(|version| !version.is_empty()).collect();
    sca::in_file(&mut finding, &file.unwrap_or_default());
    out.finding(finding);
}
