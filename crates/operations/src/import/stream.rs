//! Which stream a run belongs to: target, ref, tool, category.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use formats::FORMATS;
use model::{Ref, Run, StreamKey, Target, TargetKind};
use pipeline::correlate::InventoryIndex;
use pipeline::deduplicate::over_time::canonical_tool;
use pipeline::normalise::{ImageReference, WebUrl, repository_id};
use store::queries::streams::Form;

use super::ImportFlags;
use crate::derive::PlaceFlags;

/// Formats that are bills of materials.
const SBOM_FORMATS: [&str; 2] = ["cyclonedx", "spdx"];

/// Formats that name the packages of one project and not where in the repository it is: `npm audit` of two folders looks the same.
const OF_ONE_PROJECT: [&str; 15] = [
    "auditjs",
    "bun-audit",
    "bundler-audit",
    "cargo-audit",
    "composer-audit",
    "mix-audit",
    "nancy",
    "npm-audit",
    "nsp",
    "ossindex-devaudit",
    "pip-audit",
    "pnpm-audit",
    "safety",
    "symfony-security-check",
    "yarn-audit",
];

/// What was scanned: a flag wins over what the report states.
pub(crate) fn target(run: &Run, flags: &ImportFlags) -> Target {
    let of = |kind, name: String| Target { kind, name };
    let image = |text: &str| ImageReference::parse(text).map_or_else(|| text.to_owned(), |image| image.repository);
    let url = |text: &str| WebUrl::parse(text).map_or_else(|| text.to_owned(), |url| url.origin());
    let repository = |text: &str| repository_id(text).unwrap_or_else(|| text.to_owned());
    if let Some(name) = &flags.target {
        return of(TargetKind::Named, name.clone());
    }
    if let Some(name) = &flags.image {
        return of(TargetKind::Image, image(name));
    }
    if let Some(name) = &flags.url {
        return of(TargetKind::Url, url(name));
    }
    if let Some(name) = &flags.repo {
        return of(TargetKind::Repository, repository(name));
    }
    if let Some(name) = &run.image {
        return of(TargetKind::Image, image(name));
    }
    if let Some(name) = run.url.as_deref().filter(|_| flags.service.is_none()) {
        return of(TargetKind::Url, url(name));
    }
    if let Some(name) = run.repository.as_deref().and_then(repository_id) {
        return of(TargetKind::Repository, name);
    }
    if let Some(name) = &run.account {
        return of(TargetKind::Account, name.clone());
    }
    if let Some(name) = &run.cluster {
        return of(TargetKind::Cluster, name.clone());
    }
    if let Some(name) = &flags.service {
        return of(TargetKind::Service, name.clone());
    }
    if let Some(name) = &flags.app {
        return of(TargetKind::Application, name.clone());
    }
    of(TargetKind::Unknown, String::new())
}

/// The stream of a run.
pub(crate) fn key(run: &Run, flags: &ImportFlags, format: &str, index: &InventoryIndex) -> StreamKey {
    let target = target(run, flags);
    let reference = reference(&target, run, flags, index);
    let tool = canonical_tool(&run.tool);
    StreamKey { reference, category: category(run, flags, format, &target, &tool), target, tool }
}

/// A bill of materials is followed apart from the tool's reports; identities are the same in both.
pub(crate) fn form(format: &str) -> Form {
    if SBOM_FORMATS.contains(&format) { Form::Sbom } else { Form::Report }
}

/// The default branch is an empty ref, whether it is named or not.
fn reference(target: &Target, run: &Run, flags: &ImportFlags, index: &InventoryIndex) -> Ref {
    if target.kind != TargetKind::Repository {
        // What is named as another branch closes nothing of the default one, whatever the target (import rule 6).
        let branch = flags.branch.as_deref().filter(|branch| !matches!(*branch, "main" | "master"));
        let parts: Vec<&str> = flags.env.as_deref().into_iter().chain(branch).collect();
        return Ref(parts.join("/"));
    }
    let branch = flags.branch.as_deref().or(run.branch.as_deref()).unwrap_or_default();
    let branch = branch.trim_start_matches("refs/heads/").trim_start_matches("origin/");
    let declared = index.branches(&target.name).and_then(|branches| branches.default.as_deref());
    let is_default = match declared {
        Some(default) => branch == default,
        None => matches!(branch, "main" | "master"),
    };
    Ref(if is_default { String::new() } else { branch.to_owned() })
}

/// `--category`, else `--prefix`, else `--service` where the report cannot say which part of the repository it is of, so that the report of
/// one service closes nothing of another's; else what the run states. A tool that also writes a format of its own, which knows no such id,
/// ignores the id of its SARIF: one scan must give one stream in both.
fn category(run: &Run, flags: &ImportFlags, format: &str, target: &Target, tool: &str) -> String {
    if let Some(category) = flags.category.as_ref().or(flags.prefix.as_ref()) {
        return category.trim_matches('/').to_owned();
    }
    let of_one_project = target.kind == TargetKind::Repository && OF_ONE_PROJECT.contains(&format);
    if let Some(service) = flags.service.as_ref().filter(|_| of_one_project) {
        return service.clone();
    }
    if format == "sarif" && own_formats().contains(tool) {
        return String::new();
    }
    run.category.clone()
}

fn own_formats() -> &'static BTreeSet<String> {
    static TOOLS: OnceLock<BTreeSet<String>> = OnceLock::new();
    TOOLS.get_or_init(|| FORMATS.iter().filter(|format| format.id != "sarif").map(|format| canonical_tool(format.name)).collect())
}

/// Facts about the target that place findings: flags, else what the report states.
pub(crate) fn place_flags(run: &Run, flags: &ImportFlags) -> PlaceFlags {
    PlaceFlags {
        service: flags.service.clone(),
        application: flags.app.clone(),
        repository: flags.repo.clone().or_else(|| run.repository.clone()),
        image: flags.image.clone().or_else(|| run.image.clone()),
        base_image: run.base_image.clone(),
        url: flags.url.clone().or_else(|| run.url.clone()),
        folder: flags.prefix.clone(),
        subjects: run.subjects.clone(),
    }
}

/// The tag of the image that was scanned, where its digest is its version.
pub(crate) fn tag(run: &Run, flags: &ImportFlags) -> Option<String> {
    let image = ImageReference::parse(flags.image.as_deref().or(run.image.as_deref())?)?;
    image.digest.and(image.tag)
}

/// Commit, tag or digest of what was scanned.
pub(crate) fn version(run: &Run, flags: &ImportFlags) -> Option<String> {
    if let Some(commit) = flags.commit.clone().or_else(|| run.commit.clone()) {
        return Some(commit);
    }
    let image = flags.image.as_deref().or(run.image.as_deref())?;
    let image = ImageReference::parse(image)?;
    image.digest.or(image.tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_that_is_named_here_is_one() {
        for id in SBOM_FORMATS.iter().chain(&OF_ONE_PROJECT) {
            assert!(FORMATS.iter().any(|format| format.id == *id), "no format {id}");
        }
    }
}
