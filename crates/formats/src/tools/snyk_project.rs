//! What a Snyk report says of its projects, read before the rows because it stands behind them.

use model::{Kind, Run};
use serde_json::Value;

use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Input, ParseError};

#[derive(Clone, Default)]
pub(super) struct Project {
    pub(super) file: Option<String>,
    pub(super) package_manager: Option<String>,
    pub(super) image: Option<String>,
    pub(super) applications: Vec<Project>,
    name: Option<String>,
    path: Option<String>,
    error: Option<String>,
    threshold: Option<String>,
    is_docker: bool,
    is_iac: bool,
    complete: bool,
}

#[derive(Default)]
pub(super) struct Report {
    pub(super) run: Run,
    pub(super) projects: Vec<Project>,
}

/// Calls `each` before the one project, or before every project of the list.
pub(super) fn each(json: &mut Json<'_>, each: &mut dyn FnMut(&mut Json<'_>) -> Result<(), ParseError>) -> Result<(), ParseError> {
    if json.shape()? == Shape::Array { json.array(|json, _| each(json)) } else { each(json) }
}

pub(super) fn read(input: &Input) -> Result<Report, ParseError> {
    let mut report = Report { run: Run { tool: "Snyk".to_owned(), ..Run::default() }, ..Report::default() };
    each(&mut input.json()?, &mut |json| {
        report.projects.push(project(json)?);
        Ok(())
    })?;
    let claims = &mut report.run.claims;
    let (failed, done): (Vec<&Project>, Vec<&Project>) = report.projects.iter().partition(|project| project.error.is_some());
    claims.ran = done.iter().any(|project| project.complete);
    if let Some(first) = failed.first() {
        let reason = first.error.clone().unwrap_or_default();
        if done.is_empty() { claims.failed = Some(reason) } else { claims.partial = Some(format!("a project failed: {reason}")) }
    }
    if let Some(threshold) = done.iter().find_map(|project| project.threshold.as_deref()).filter(|threshold| *threshold != "low") {
        claims.partial.get_or_insert_with(|| format!("only severity {threshold} and above was asked for"));
    }
    for project in done {
        let kind = match (project.is_docker, project.is_iac) {
            (true, _) => Kind::Container,
            (_, true) => Kind::Iac,
            _ => Kind::Sca,
        };
        let inner = (!project.applications.is_empty()).then_some(Kind::Sca);
        for kind in [Some(kind), inner].into_iter().flatten() {
            if !claims.kinds.contains(&kind) {
                claims.kinds.push(kind);
            }
        }
    }
    // A project is a manifest: what it does not say of another manifest is not gone. An image has none that all its packages are in.
    let manifests: Option<Vec<String>> =
        report.projects.iter().map(|project| project.file.clone().filter(|_| !project.is_docker && project.error.is_none())).collect();
    report.run.claims.roots = manifests.unwrap_or_default();
    let mut images: Vec<_> = report.projects.iter().filter_map(|project| project.image.clone()).collect();
    images.dedup();
    if let [image] = images.as_slice() {
        report.run.image = Some(image.clone());
    }
    Ok(report)
}

fn project(json: &mut Json<'_>) -> Result<Project, ParseError> {
    let mut project = Project::default();
    let mut counted = false;
    let mut target_file = None;
    json.object(|json, key| {
        let slot = match key {
            "displayTargetFile" => &mut project.file,
            "targetFile" => &mut target_file,
            "packageManager" => &mut project.package_manager,
            "projectName" => &mut project.name,
            "path" => &mut project.path,
            "error" => &mut project.error,
            "severityThreshold" => &mut project.threshold,
            "docker" => {
                project.is_docker = true;
                return Ok(());
            }
            "infrastructureAsCodeIssues" => {
                project.is_iac = true;
                counted = true;
                return Ok(());
            }
            "dependencyCount" => {
                counted = true;
                return Ok(());
            }
            "ok" => {
                project.complete = json.shape()? == Shape::Bool;
                return Ok(());
            }
            "applications" if json.shape()? == Shape::Array => {
                return json.array(|json, _| {
                    // Applications of applications do not occur; one level keeps the recursion bounded by the reader's depth.
                    project.applications.push(self::project(json)?);
                    Ok(())
                });
            }
            _ => return Ok(()),
        };
        *slot = lenient::scalar(&json.row::<Value>()?.unwrap_or_default());
        Ok(())
    })?;
    project.complete &= counted;
    project.file = project.file.filter(|_| !project.is_docker).or(target_file);
    if project.is_docker || project.package_manager.as_deref().is_some_and(is_distribution) {
        project.image = image(project.name.as_deref(), project.path.as_deref());
        let image = project.image.clone();
        for application in &mut project.applications {
            application.image.clone_from(&image);
        }
    }
    Ok(project)
}

/// True for a package manager of a distribution: `deb`, `rpm`, `apk`, also `debian:11`.
pub(super) fn is_distribution(manager: &str) -> bool {
    const NAMES: [&str; 17] = [
        "deb",
        "rpm",
        "apk",
        "linux",
        "debian",
        "ubuntu",
        "alpine",
        "centos",
        "rhel",
        "amzn",
        "oracle",
        "sles",
        "wolfi",
        "chainguard",
        "rocky",
        "fedora",
        "distroless",
    ];
    NAMES.contains(&manager.split(':').next().unwrap_or_default())
}

/// Name and tag from `projectName` (`docker-image|acme/api`) and `path` (`acme/api:1.2/api`).
fn image(name: Option<&str>, path: Option<&str>) -> Option<String> {
    let name = name?.trim_start_matches("docker-image|");
    let tag = path.and_then(|path| path.strip_prefix(name)?.strip_prefix(':')).and_then(|rest| rest.split('/').next());
    match tag {
        Some(tag) => Some(format!("{name}:{tag}")),
        None => path.filter(|path| path.contains(name)).or(Some(name)).map(str::to_owned),
    }
}
