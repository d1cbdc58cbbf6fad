//! Issues that one change ends, as one work item.

use std::collections::{BTreeMap, BTreeSet};

use model::{Fix, FixKind, Issue, Remedy, Tri};

use super::{combined, odds, upgrade};
use crate::normalise::version::compare;

/// Most identifiers and names that a fix lists.
const MOST_IDENTIFIERS: usize = 50;
const MOST_NAMED: usize = 4;

/// The work items of these issues, those that remove most risk first. An issue without a remedy is a piece of work of its own.
#[must_use]
pub fn group(issues: &[Issue]) -> Vec<Fix> {
    let mut groups: BTreeMap<String, Vec<(&Issue, Remedy)>> = BTreeMap::new();
    for issue in issues {
        let remedy = issue.remedy.clone().unwrap_or_else(|| alone(issue));
        groups.entry(remedy.fix.clone()).or_default().push((issue, remedy));
    }
    let mut weighed: Vec<(Fix, f64)> = groups.into_iter().map(|(id, members)| fix(id, members)).collect();
    let all: f64 = weighed.iter().map(|(_, odds)| odds).sum();
    for (fix, odds) in &mut weighed {
        fix.share = thousandths(*odds, all);
    }
    let mut out: Vec<Fix> = weighed.into_iter().map(|(fix, _)| fix).collect();
    out.sort_by(|a, b| (b.risk_removed, b.issues.len()).cmp(&(a.risk_removed, a.issues.len())).then_with(|| a.id.cmp(&b.id)));
    out
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
fn thousandths(part: f64, all: f64) -> u32 {
    if all > 0.0 { (1000.0 * part / all).round().clamp(0.0, 1000.0) as u32 } else { 0 }
}

/// The remedy of an issue that was made before there were remedies.
fn alone(issue: &Issue) -> Remedy {
    Remedy { fix: model::fix_code(&["alone", &issue.id]), subject: issue.title.clone(), place: issue.place.clone(), ..Remedy::default() }
}

fn fix(id: String, mut members: Vec<(&Issue, Remedy)>) -> (Fix, f64) {
    members.sort_by(|a, b| b.0.score.cmp(&a.0.score).then_with(|| a.0.id.cmp(&b.0.id)));
    let weight: f64 = members.iter().map(|(issue, _)| odds(issue.score)).sum();
    let remedies: Vec<&Remedy> = members.iter().map(|(_, remedy)| remedy).collect();
    let mut out = Fix { id, risk_removed: combined(weight), ..Fix::default() };
    let mut services = BTreeSet::new();
    let mut identifiers = BTreeSet::new();
    for (issue, _) in &members {
        out.issues.push(issue.id.clone());
        out.owner = out.owner.or_else(|| issue.owner.team.clone());
        out.application = out.application.or_else(|| issue.application.clone());
        services.extend(issue.services.iter().cloned());
        identifiers.extend(issue.identifiers.iter().cloned());
        out.due = [out.due, issue.due].into_iter().flatten().min();
        out.known_exploited += u64::from(issue.facts.get("kev") == Some(&Tri::Yes));
        let stricter = |known: &model::Tier| issue.tier.days.unwrap_or(u32::MAX) < known.days.unwrap_or(u32::MAX);
        if out.tier.as_ref().is_none_or(stricter) {
            out.tier = Some(model::Tier { because: Vec::new(), range: None, ..issue.tier.clone() });
        }
    }
    out.services = services.into_iter().collect();
    out.identifiers = identifiers.into_iter().take(MOST_IDENTIFIERS).collect();
    let Some(first) = remedies.first() else { return (out, weight) };
    out.kind = first.kind;
    if matches!(first.kind, FixKind::Upgrade) {
        let from: BTreeSet<&String> = remedies.iter().flat_map(|remedy| &remedy.versions).collect();
        out.from = from.into_iter().cloned().collect();
        (out.to, out.steps) = upgrade::target(&remedies);
    }
    out.place = place(&remedies);
    out.change = change(&remedies, &out);
    (out, weight)
}

/// `checkout-api (package-lock.json)`.
fn place(remedies: &[&Remedy]) -> Option<String> {
    let files: BTreeSet<&str> = remedies.iter().flat_map(|remedy| &remedy.files).map(String::as_str).collect();
    let place = remedies.first().map(|remedy| remedy.place.as_str()).filter(|place| !place.is_empty());
    let files = files.into_iter().filter(|file| !place.is_some_and(|place| place.ends_with(file))).collect::<Vec<_>>();
    match place {
        Some(place) if files.is_empty() => Some(place.to_owned()),
        Some(place) => Some(format!("{place} ({})", listed(&files))),
        None => Some(listed(&files)).filter(|text| !text.is_empty()),
    }
}

/// The first names, and how many more there are.
fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > MOST_NAMED { format!("{shown} and {} more", names.len() - MOST_NAMED) } else { shown }
}

fn change(remedies: &[&Remedy], fix: &Fix) -> String {
    let Some(first) = remedies.first() else { return String::new() };
    let subject = first.subject.as_str();
    let distribution = first.ecosystem.as_deref().unwrap_or("its distribution");
    match first.kind {
        FixKind::Upgrade => match &fix.to {
            Some(to) => format!("Upgrade {subject} to {to}"),
            None => format!("Upgrade {subject}"),
        },
        FixKind::Rebuild => format!("Rebuild on an updated {distribution} base image: {}", listed(&updates(remedies))),
        FixKind::ReplaceBase => {
            let names: BTreeSet<&str> = remedies.iter().map(|remedy| remedy.subject.as_str()).collect();
            let names: Vec<&str> = names.into_iter().collect();
            format!("Change the base image, or remove what it does not need: {distribution} has no fix for {}", listed(&names))
        }
        FixKind::Replace => format!("Replace {subject}: no fixed version is known"),
        FixKind::Remove => format!("Remove {subject}"),
        FixKind::Rotate => format!("Rotate: {subject}"),
        FixKind::Configure => format!("Change the configuration: {subject}"),
        FixKind::Code => format!("Change the code: {subject}"),
    }
}

/// Names of packages, those of most issues first.
fn updates<'a>(remedies: &[&'a Remedy]) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for remedy in remedies {
        *counts.entry(remedy.subject.as_str()).or_default() += 1;
    }
    let mut names: Vec<(&str, u64)> = counts.into_iter().collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    names.into_iter().map(|(name, _)| name).collect()
}

/// The change that ends an issue alone, as one line.
#[must_use]
pub fn line(remedy: &Remedy) -> Option<String> {
    match remedy.kind {
        FixKind::Upgrade => {
            let (to, _) = upgrade::target(&[remedy]);
            // Where every fixed version lies below what is there, tools disagree on what is there: the least is named.
            let least = || {
                let kind = remedy.ecosystem.as_deref().unwrap_or_default();
                remedy.fixed.iter().flatten().min_by(|a, b| compare(kind, a, b).unwrap_or_else(|| a.cmp(b))).cloned()
            };
            to.or_else(least).map(|to| format!("Upgrade {} to {to}", remedy.subject))
        }
        FixKind::Rebuild => {
            let to = remedy.fixed.iter().flatten().next()?;
            Some(format!("Rebuild {} on an updated base image with {} {to}", remedy.place, remedy.subject))
        }
        FixKind::Remove => Some(format!("Remove {}", remedy.subject)),
        FixKind::Rotate => Some("Rotate the secret and remove it".to_owned()),
        FixKind::ReplaceBase | FixKind::Replace | FixKind::Configure | FixKind::Code => None,
    }
}
