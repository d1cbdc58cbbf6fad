//! CycloneDX, JSON and XML, 1.0 to 1.7 (XML also with the vulnerability extension of 1.2): SBOM, SBOM with vulnerabilities, VEX, and
//! the inventory of a running system.
//!
//! Make it with `trivy image --format cyclonedx --scanners vuln -o bom.cdx.json IMAGE`, `grype -o cyclonedx-json`, `cdxgen`, `syft` …
//!
//! - index: `vulnerabilities[].affects[]` laid end to end, one a component; a vulnerability without `affects` counts once. (Most tools
//!   write one component a vulnerability, and then it is the place in `vulnerabilities[]`.)
//! - rule: `id`. `references[].id` are other names of it, unless they are several CVEs.
//! - severity: the rating of the vulnerability's own `source`, else the first CVSS rating with a severity, else a score by the CVSS bands.
//! - package: the component of `affects[].ref` by `bom-ref`, or a package URL in the reference itself (BOM-Link, VEX). Name with group:
//!   `group:artifact` for Maven, `group/name` else. Fixed versions: `affects[].versions[]` that are unaffected, `grype:fixed_versions`.
//! - kind: a distribution's package (`pkg:deb`, `rpm`, `apk` …) container, else sca.
//! - `analysis.state` not_affected, false_positive, resolved and resolved_with_pedigree is a suppression with its justification.
//! - every component with a package URL is a component of the target. Direct or not comes from `dependencies`, where these have edges
//!   between packages; a flat list under the root says nothing.
//! - runtime: a BOM of the lifecycle phase `operations`, or one that names no phase, with `evidence.occurrences`: such a component was
//!   seen loaded; in a BOM of the phase `operations` one without was looked for and not seen. The property `runtime:loaded` says it outright.
//! - target: `metadata.component` of type container (package URL of type oci before the name); `vcs` references give the repository, else the
//!   label `org.opencontainers.image.source` of the image among the properties, as Trivy and Syft write it.
//! - tool: the scanner in `metadata.tools`, so that this and the tool's own format are one stream; else the first tool named.
//! - ran: only a vulnerability shows that something looked for vulnerabilities: an SBOM without any may never have been scanned.
//! - left out: services, formulation, annotations, signatures, hashes.
//!
//! # Differs
//! - severity: the rating of the vulnerability's own source comes first. (Some readers take the first rating with a word; `unknown` they call info.)

use model::{Finding, Kind, Severity, Suppression};

use super::cyclonedx_bom::{Affect, Bom, Part, Vulnerability};
use super::{cyclonedx_bom, cyclonedx_xml, sca};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// CycloneDX, JSON and XML.
pub(crate) static FORMAT: Format = Format {
    id: "cyclonedx",
    name: "CycloneDX",
    kinds: &[Kind::Sca, Kind::Container],
    media: &[Media::Json, Media::Xml],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    if head.is_json_object() {
        let named = head.is("bomFormat", "CycloneDX") || head.value("$schema").is_some_and(|text| text.contains("cyclonedx"));
        let shape =
            head.has("components[].bom-ref") || head.has("vulnerabilities[].affects[].ref") || head.has("metadata.component.bom-ref");
        return Match::sure_if(named || shape);
    }
    Match::sure_if(
        head.is_xml("bom") && (head.xml_root_tag().is_some_and(|tag| tag.contains("cyclonedx.org")) || head.has_tag("components")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    if input.head().is_json() {
        let bom = cyclonedx_bom::read(input, out)?;
        start(&bom, out);
        let mut json = input.json()?;
        json.object(|json, key| match key {
            "vulnerabilities" => json.rows(out, |out, row: Vulnerability| findings(&row, None, &bom, out)),
            _ => Ok(()),
        })?;
        return json.end();
    }
    let bom = cyclonedx_xml::read(input)?;
    start(&bom, out);
    cyclonedx_xml::vulnerabilities(input, |place, row, owner| match row {
        Ok(row) => findings(&row, owner, &bom, out),
        Err(reason) => out.bad_row(place, reason),
    })
}

fn start(bom: &Bom, out: &mut Output<'_>) {
    *out.this() = bom.run.clone();
    for component in bom.components() {
        out.component(component);
    }
}

/// `owner` is the component that the vulnerability stands in (extension of 1.2).
fn findings(row: &Vulnerability, owner: Option<&Part>, bom: &Bom, out: &mut Output<'_>) {
    out.this().claims.ran = true;
    let affects = row.affects.as_deref().unwrap_or_default();
    if affects.is_empty() {
        out.finding(finding(row, &Affect::default(), owner, bom));
    }
    for affect in affects {
        out.finding(finding(row, affect, owner, bom));
    }
}

fn finding(row: &Vulnerability, affect: &Affect, owner: Option<&Part>, bom: &Bom) -> Finding {
    let position = affect.reference.as_deref().and_then(|reference| bom.position(reference));
    let part = position.and_then(|position| bom.part(position)).or(owner);
    let purl = part.and_then(|part| part.purl.clone()).or_else(|| affect.reference.as_deref().and_then(cyclonedx_bom::purl_in));
    let kind = if purl.as_deref().is_some_and(is_system) { Kind::Container } else { Kind::Sca };
    let name = part.map(Part::full_name).or_else(|| purl.as_deref().and_then(cyclonedx_bom::name_in));
    let title = match &name {
        Some(name) => format!("{} in {name}", row.id),
        None => row.id.clone(),
    };
    let mut finding = Finding::new(kind, row.id.clone(), title);
    severity(&mut finding, row);
    sca::identify(&mut finding, &row.id, row.references.iter().filter_map(|reference| reference.id.as_deref()));
    for cwe in &row.cwes {
        if !finding.cwes.contains(cwe) {
            finding.cwes.push(*cwe);
        }
    }
    for rating in &row.ratings {
        let is_cvss = rating.method.as_deref().is_none_or(|method| method.to_ascii_lowercase().starts_with("cvss"));
        if is_cvss {
            sca::assessed(&mut finding, rating.full_vector().as_deref(), rating.score, rating.source.name.as_deref());
        }
    }
    finding.description = row.description.clone().or_else(|| row.detail.clone());
    finding.remediation.clone_from(&row.recommendation);
    finding.references = row.advisories.iter().filter_map(|advisory| advisory.url.clone()).collect();
    finding.url.clone_from(&row.source.url);
    suppress(&mut finding, row);
    finding.location.image.clone_from(&bom.run.image);
    let package = finding.package_mut();
    package.name = name;
    let stated = affect.versions.iter().find(|version| version.is_affected()).and_then(|version| version.version.clone());
    package.version = part.and_then(|part| part.version.clone()).or(stated).or_else(|| purl.as_deref().and_then(sca::purl_version));
    package.purl = purl;
    let unaffected = affect.versions.iter().filter(|version| version.status.as_deref() == Some("unaffected"));
    package.fixed = unaffected.filter_map(|version| version.version.clone()).collect();
    let stated = row.properties.iter().filter(|property| property.is(&["grype:fixed_versions", "fixed_versions", "fixed_version"]));
    package.fixed.extend(stated.filter_map(|property| property.value.clone()));
    if let Some(position) = position {
        package.direct = bom.direct(position);
        package.chain = bom.chain(position);
    }
    if let Some(part) = part {
        package.licenses.clone_from(&part.licenses);
        package.source = part.property(&["aquasecurity:trivy:SrcName"]);
        if let Some(file) = position.and_then(|position| bom.file(position)).or_else(|| part.file()) {
            sca::in_file(&mut finding, &file);
        }
    }
    if finding.package == Some(model::Package::default()) {
        finding.package = None;
    }
    finding
}

fn is_system(purl: &str) -> bool {
    ["pkg:deb/", "pkg:rpm/", "pkg:apk/", "pkg:alpm/"].iter().any(|start| purl.starts_with(start))
}

fn severity(finding: &mut Finding, row: &Vulnerability) {
    let own = |name: Option<&str>| name.is_some() && name == row.source.name.as_deref();
    let rated = |rating: &&cyclonedx_bom::Rating| rating.severity.is_some();
    let all = || row.ratings.iter().filter(rated);
    // A rating by another method (OWASP, SSVC) counts only where there is no other.
    let plain =
        |rating: &&cyclonedx_bom::Rating| rating.method.as_deref().is_none_or(|method| method.starts_with("CVSS") || method == "other");
    let chosen = all().find(|rating| own(rating.source.name.as_deref())).or_else(|| all().find(plain)).or_else(|| all().next());
    if let Some(raw) = chosen.and_then(|rating| rating.severity.clone()) {
        finding.set_severity_word(&raw);
    } else if let Some(score) = row.ratings.iter().find_map(|rating| rating.score) {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
    }
}

fn suppress(finding: &mut Finding, row: &Vulnerability) {
    let Some(state) = row.analysis.state.as_deref() else { return };
    if matches!(state, "not_affected" | "false_positive" | "resolved" | "resolved_with_pedigree") {
        let parts = [Some(state), row.analysis.justification.as_deref(), row.analysis.detail.as_deref()];
        let reason = parts.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
        finding.suppressed = Some(Suppression { by: "CycloneDX analysis".to_owned(), reason: Some(reason) });
    }
}
