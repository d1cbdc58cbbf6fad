//! What has to change so that an issue ends.

use std::collections::BTreeSet;

use model::{Finding, FixKind, Kind, Package, Remedy, Target, TargetKind, fix_code};

use crate::normalise::Purl;

/// Most files and versions that a remedy names.
const MOST: usize = 20;

/// An issue, as far as its remedy needs it.
#[derive(Clone, Debug)]
pub struct RemedyInput<'a> {
    pub issue: &'a str,
    pub title: &'a str,
    pub team: Option<&'a str>,
    pub services: &'a [String],
    /// What was scanned when the issue was first seen.
    pub target: Option<&'a Target>,
    /// The founding finding: it gives the id, so that the id stays when other findings join.
    pub founder: &'a Finding,
    /// Findings that are open, else all.
    pub findings: &'a [&'a Finding],
}

/// The remedy of an issue.
#[must_use]
pub fn remedy(input: &RemedyInput<'_>) -> Remedy {
    let package = input.founder.package.as_ref().or_else(|| input.findings.iter().find_map(|finding| finding.package.as_ref()));
    let mut out = match (input.founder.kind, package) {
        (Kind::Sca | Kind::Container | Kind::Runtime | Kind::Malware | Kind::License, Some(package)) => of_package(input, package),
        (Kind::Secret, _) => of_secret(input),
        (Kind::Iac | Kind::Cloud | Kind::Config | Kind::Pipeline | Kind::Container, _) => of_configuration(input),
        _ => of_code(input),
    };
    let files: BTreeSet<&str> = input
        .findings
        .iter()
        .filter_map(|finding| finding.package.as_ref().and_then(|package| package.file.as_deref()).or(finding.location.path.as_deref()))
        .collect();
    out.files = files.into_iter().take(MOST).map(str::to_owned).collect();
    out
}

fn id(input: &RemedyInput<'_>, kind: FixKind, place: &str, subject: &str) -> String {
    let kind = serde_json::to_string(&kind).unwrap_or_default();
    fix_code(&[&kind, input.team.unwrap_or_default(), place, subject])
}

/// The services affected, else what was scanned.
fn whose(input: &RemedyInput<'_>) -> String {
    match (input.services, input.target) {
        ([], Some(target)) => target.name.clone(),
        ([], None) => String::new(),
        (services, _) => services.join(", "),
    }
}

fn of_package(input: &RemedyInput<'_>, package: &Package) -> Remedy {
    let purl = package.purl.as_deref().and_then(Purl::parse);
    let key = purl.as_ref().map(Purl::key).or_else(|| package.name.as_deref().map(str::to_lowercase)).unwrap_or_default();
    let name = package.name.clone().or_else(|| purl.as_ref().map(|purl| purl.name.clone())).unwrap_or_default();
    let packages = || input.findings.iter().filter_map(|finding| finding.package.as_ref());
    let versions: BTreeSet<&str> = packages().filter_map(|package| package.version.as_deref()).collect();
    let fixed: BTreeSet<Vec<String>> = packages().map(|package| stated(&package.fixed)).filter(|fixed| !fixed.is_empty()).collect();
    let mut out = Remedy {
        subject: name,
        place: whose(input),
        ecosystem: purl.as_ref().map(|purl| purl.kind.clone()),
        versions: versions.into_iter().take(MOST).map(str::to_owned).collect(),
        fixed: fixed.into_iter().take(MOST).collect(),
        ..Remedy::default()
    };
    let image = input.target.filter(|target| target.kind == TargetKind::Image).map(|target| target.name.as_str()).or(input
        .founder
        .location
        .image
        .as_deref());
    out.kind = match input.founder.kind {
        Kind::Malware => FixKind::Remove,
        Kind::License => FixKind::Replace,
        _ if purl.as_ref().is_some_and(Purl::is_of_distribution) && image.is_some() => {
            let image = image.unwrap_or_default();
            out.place = crate::normalise::image_repository(image).unwrap_or_else(|| image.to_owned());
            if out.fixed.is_empty() { FixKind::ReplaceBase } else { FixKind::Rebuild }
        }
        _ if out.fixed.is_empty() => FixKind::Replace,
        _ => FixKind::Upgrade,
    };
    // All packages of an image's distribution come with one rebuild.
    let subject =
        if matches!(out.kind, FixKind::Rebuild | FixKind::ReplaceBase) { purl.as_ref().map(distribution).unwrap_or_default() } else { key };
    // What a tool adds later (a fixed version) may change the kind; the place is the founder's.
    out.fix = id(input, out.kind, &out.place, &subject);
    if matches!(out.kind, FixKind::Rebuild | FixKind::ReplaceBase) {
        out.ecosystem = Some(subject);
    }
    out
}

/// `debian-12.5`, else `debian`.
fn distribution(purl: &Purl) -> String {
    let stated = purl.qualifiers.get("distro").cloned();
    stated.or_else(|| purl.namespace.clone()).unwrap_or_else(|| purl.kind.clone())
}

/// The versions that a tool names: `1.2.3, 2.0.1` in one text are two.
fn stated(fixed: &[String]) -> Vec<String> {
    let parts = fixed.iter().flat_map(|text| text.split([',', ';', '|'])).map(|part| part.trim().trim_start_matches([' ', '>', '=', '<']));
    let mut out: Vec<String> = parts.filter(|part| part.starts_with(|c: char| c.is_ascii_alphanumeric())).map(str::to_owned).collect();
    out.truncate(MOST);
    out
}

fn of_secret(input: &RemedyInput<'_>) -> Remedy {
    let founder = input.founder;
    let place = founder.location.path.clone().unwrap_or_else(|| whose(input));
    // One value is one rotation, wherever it stands. The hash is keyed, and only a hash of it goes into the id.
    let subject = founder.secret_hash.clone().unwrap_or_else(|| input.issue.to_owned());
    Remedy {
        fix: id(input, FixKind::Rotate, "", &subject),
        kind: FixKind::Rotate,
        subject: input.title.to_owned(),
        place,
        ..Remedy::default()
    }
}

fn of_configuration(input: &RemedyInput<'_>) -> Remedy {
    let target = input.target.map(|target| target.name.as_str()).unwrap_or_default();
    let place = input.founder.location.path.clone().unwrap_or_else(|| whose(input));
    let subject = input.founder.rule.as_str();
    Remedy {
        fix: id(input, FixKind::Configure, &format!("{target}\u{1f}{place}"), subject),
        kind: FixKind::Configure,
        subject: input.title.to_owned(),
        place,
        ..Remedy::default()
    }
}

fn of_code(input: &RemedyInput<'_>) -> Remedy {
    let founder = input.founder;
    let target = input.target.map(|target| target.name.as_str()).unwrap_or_default();
    let place = match (&founder.location.path, &founder.location.url) {
        (Some(path), _) => path.clone(),
        (None, Some(url)) => origin(url).to_owned(),
        (None, None) => whose(input),
    };
    // What people found is a piece of work each; of scanners, one weakness in one file or on one site is.
    let subject = match (founder.kind, founder.cwes.first()) {
        (Kind::Pentest, _) => input.issue.to_owned(),
        (_, Some(cwe)) => format!("CWE-{cwe}"),
        (_, None) => founder.rule.clone(),
    };
    Remedy {
        fix: id(input, FixKind::Code, &format!("{target}\u{1f}{place}"), &subject),
        kind: FixKind::Code,
        subject: input.title.to_owned(),
        place,
        ..Remedy::default()
    }
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url)
}
