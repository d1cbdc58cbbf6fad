//! What VEX statements do to an issue: which findings they take out of the queue, and what the issue shows of them.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Finding, Issue, RankTerm, Target, TargetKind, Timestamp, Tri, VexFact, VexStatement, VexStatus, VexSubject, VexThing, VexVerdict,
};
use pipeline::correlate::Placed;
use pipeline::normalise::{ImageReference, repository_id};
use pipeline::track::vex::{Origin, PackageName, Spoken, Weighed, Whereabouts, Word, weigh};

use super::load::VexRecord;
use crate::derive::{Member, PlaceFlags, Surroundings, package_key};
use crate::ledger::RUNTIME_DAYS;

/// Most statements that an issue shows.
const MOST_SHOWN: usize = 50;

/// What follows for the issue.
#[derive(Default)]
pub(crate) struct VexOutcome {
    /// Findings that a trusted statement takes out of the queue, with its date.
    pub(crate) gated: BTreeMap<String, Timestamp>,
    pub(crate) fact: Tri,
    pub(crate) next_change: Option<Timestamp>,
}

/// Weighs the statements on each finding of an issue and shows them on it. `open` says which findings count.
pub(crate) fn put_vex<'a>(
    issue: &mut Issue,
    findings: impl Iterator<Item = (&'a Member, &'a Placed, bool)>,
    around: &Surroundings<'_>,
) -> VexOutcome {
    let mut out = VexOutcome::default();
    let mut facts: BTreeMap<(VexVerdict, String, String, Timestamp), VexFact> = BTreeMap::new();
    let (mut open, mut affected) = (0usize, false);
    let findings: Vec<(&Member, &Placed)> = findings.filter(|(.., counts)| *counts).map(|(member, placed, _)| (member, placed)).collect();
    let versions = versions(&findings);
    for (member, placed) in findings {
        open += 1;
        let weighed = of_versions(member, placed, &versions, around);
        if weighed.gates() {
            out.gated.insert(member.row.identity.clone(), weighed.counts.map(|(_, at)| at).unwrap_or_default());
        }
        affected |= weighed.counts.is_some_and(|(status, _)| status == VexStatus::Affected);
        out.next_change = [out.next_change, weighed.next_change].into_iter().flatten().min();
        issue.vex_conflict = issue.vex_conflict.take().or(weighed.conflict);
        for fact in weighed.facts {
            let key = (fact.verdict, fact.document.clone(), format!("{:?} {} {:?}", fact.status, fact.product, fact.component), fact.at);
            match facts.get_mut(&key) {
                Some(known) => known.findings.extend(fact.findings),
                None => _ = facts.insert(key, fact),
            }
        }
    }
    out.fact = match (open, out.gated.len()) {
        (1.., gated) if gated == open => Tri::Yes,
        _ if affected => Tri::No,
        _ => Tri::Unknown,
    };
    let mut list: Vec<VexFact> = facts.into_values().collect();
    list.sort_by(|a, b| (a.verdict, std::cmp::Reverse(a.at), &a.document).cmp(&(b.verdict, std::cmp::Reverse(b.at), &b.document)));
    list.truncate(MOST_SHOWN);
    issue.vex = list;
    out
}

/// The statement that counts, as a reason without points: it changes where the issue stands, not how high.
pub(crate) fn term(issue: &Issue) -> Option<RankTerm> {
    let fact = issue.vex.first().filter(|fact| fact.verdict == VexVerdict::Counts)?;
    Some(RankTerm { signal: "vex".to_owned(), points: 0, fact: sentence(fact), source: fact.document.clone(), at: Some(fact.at) })
}

/// `Acme Product Security says not affected: the function is not called`.
pub(crate) fn sentence(fact: &VexFact) -> String {
    let why = fact.reason.clone().or_else(|| fact.justification.as_ref().map(|word| word.replace('_', " ")));
    let why = why.map(|why| format!(": {}", why.chars().take(300).collect::<String>())).unwrap_or_default();
    format!("{} says {}{why}", fact.author, fact.status.spoken())
}

/// The versions that findings of the issue give of each package.
fn versions(findings: &[(&Member, &Placed)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (member, _) in findings {
        let Some(package) = &member.finding.package else { continue };
        if let (Some(key), Some(version)) = (package.purl.as_deref().and_then(package_key), &package.version) {
            out.entry(key).or_default().insert(version.clone());
        }
    }
    out
}

/// The versions of a package that sensors saw in the services that a finding is in, and when the first of these observations is too old.
fn seen_in_services(key: &str, placed: &Placed, around: &Surroundings<'_>) -> (BTreeSet<String>, Option<Timestamp>) {
    let services = &placed.place.services;
    let observed = services.iter().filter_map(|service| around.runtime.get(service)).flatten();
    let observed = observed.filter(|row| row.purl == key).map(|row| (&row.version, row.seen));
    let stated = services.iter().filter_map(|service| around.ledger.get(service)).flatten();
    let stated = stated.filter(|fact| fact.scope == "package" && fact.subject == key).map(|fact| (&fact.version, fact.seen));
    let (mut versions, mut until) = (BTreeSet::new(), None);
    for (version, seen) in observed.chain(stated) {
        let end = seen.plus_days(RUNTIME_DAYS);
        if !version.is_empty() && seen <= around.at && end > around.at {
            versions.insert(version.clone());
            until = Some(until.map_or(end, |known: Timestamp| known.min(end)));
        }
    }
    (versions, until)
}

/// Weighs the statements on a finding. A tool that gives no version (npm audit) speaks of those that the others see in the same issue, else of
/// those that sensors saw in its services: a statement has to speak of all of them.
fn of_versions(member: &Member, placed: &Placed, versions: &BTreeMap<String, BTreeSet<String>>, around: &Surroundings<'_>) -> Weighed {
    let package = member.finding.package.as_ref().filter(|package| package.version.is_none());
    let key = package.and_then(|package| package.purl.as_deref()).and_then(package_key);
    let (known, until) = match key {
        Some(key) => versions.get(&key).map_or_else(|| seen_in_services(&key, placed, around), |known| (known.clone(), None)),
        None => (BTreeSet::new(), None),
    };
    let mut first: Option<Weighed> = None;
    for version in &known {
        let mut weighed = of_finding(member, placed, Some(version), around);
        weighed.next_change = weighed.next_change.into_iter().chain(until).min();
        if !weighed.gates() {
            return weighed;
        }
        // Of several the one that was said last holds for all.
        if first.as_ref().is_none_or(|known| known.counts.map(|(_, at)| at) < weighed.counts.map(|(_, at)| at)) {
            first = Some(weighed);
        }
    }
    first.unwrap_or_else(|| of_finding(member, placed, None, around))
}

fn of_finding(member: &Member, placed: &Placed, version: Option<&String>, around: &Surroundings<'_>) -> Weighed {
    let record = around.vex;
    let unknown = Target { kind: TargetKind::Unknown, name: String::new() };
    let target = around.streams.lineage(member.row.lineage).map_or(&unknown, |stream| &stream.key.target);
    let own = of_tool(member, target, around);
    if record.statements.is_empty() && own.is_none() {
        return Weighed::default();
    }
    let statements = record.statements_on(&record.names(member));
    let mut words: Vec<Word<'_>> = Vec::new();
    if !statements.is_empty() {
        let flags: PlaceFlags = serde_json::from_str(&member.row.flags_json).unwrap_or_default();
        let mut at = whereabouts(member, target, placed, &flags, record, around);
        if let (Some(package), Some(version)) = (&mut at.package, version) {
            package.version = Some(version.clone());
        }
        let spoken = statements
            .into_iter()
            .filter_map(|(origin, statement)| Some(Word { origin, statement: &statement.statement, spoken: statement.speaks_of(&at)? }));
        words.extend(spoken);
    }
    words.extend(own.as_ref().map(|(origin, statement, spoken)| Word { origin, statement, spoken: spoken.clone() }));
    weigh(&words, &record.trust, &member.row.identity, around.at)
}

fn whereabouts<'a>(
    member: &'a Member,
    target: &'a Target,
    placed: &'a Placed,
    flags: &'a PlaceFlags,
    record: &VexRecord,
    around: &'a Surroundings<'_>,
) -> Whereabouts<'a> {
    let finding = &member.finding;
    let in_image = target.kind == TargetKind::Image;
    let of_target = in_image.then_some(target.name.as_str());
    let stated = flags.image.as_deref().filter(|_| target.kind != TargetKind::Repository);
    let images: Vec<ImageReference> =
        finding.location.image.as_deref().into_iter().chain(stated).filter_map(ImageReference::parse).collect();
    let image = of_target.and_then(ImageReference::parse).or_else(|| images.first().cloned());
    let mut versions: BTreeSet<String> = images.iter().flat_map(|image| [image.tag.clone(), image.digest.clone()]).flatten().collect();
    versions.extend(member.presence.iter().filter_map(|row| record.versions.get(&row.stream)).cloned());
    let repository = match target.kind {
        TargetKind::Repository => Some(target.name.as_str()),
        TargetKind::Image | TargetKind::Url => None,
        _ => flags.repository.as_deref(),
    };
    let file = finding.package.as_ref().and_then(|package| package.file.as_deref());
    Whereabouts {
        target,
        package: finding.package.as_ref().map(PackageName::of),
        chain: finding.package.as_ref().map_or(&[], |package| package.chain.as_slice()),
        services: placed.place.services.iter().filter_map(|name| around.world.index.service(name)).collect(),
        service_names: &placed.place.services,
        application: placed.place.application.as_deref(),
        image,
        path: if repository.is_some() { file.or(finding.location.path.as_deref()) } else { None },
        repository: repository.and_then(repository_id),
        versions: versions.into_iter().collect(),
        named_images: BTreeSet::new(),
    }
}

/// What a report itself says by a suppression in the words of VEX: a statement of its tool, as of the newest scan.
fn of_tool(member: &Member, target: &Target, around: &Surroundings<'_>) -> Option<(Origin, VexStatement, Spoken)> {
    let finding = &member.finding;
    let suppressed = finding.suppressed.as_ref()?;
    let text = suppressed.reason.as_deref()?;
    let status = status_in(text)?;
    let streams = member.presence.iter().filter_map(|row| around.streams.by_id.get(&row.stream));
    let at = streams.map(|info| info.row.latest_at.min(around.at)).max()?;
    let component = finding.package.as_ref().and_then(|package| package.purl.clone());
    let thing = |id: &str| VexThing { id: id.to_owned(), ..VexThing::default() };
    let statement = VexStatement {
        place: String::new(),
        vulnerabilities: vulnerability_of(finding),
        status,
        at,
        justification: None,
        reason: Some(text.to_owned()),
        action: None,
        subjects: vec![VexSubject { product: thing(&target.name), component: component.as_deref().map(thing) }],
    };
    let origin = Origin {
        author: finding.tool.clone(),
        document: format!("{} of {}", suppressed.by, target.name),
        order: 0,
        replaced: None,
        version: None,
    };
    let products = [Some(target.name.clone()), component.clone()].into_iter().flatten().collect();
    Some((origin, statement, Spoken { product: target.name.clone(), component, products }))
}

fn vulnerability_of(finding: &Finding) -> Vec<String> {
    let first = finding.identifiers.iter().find(|name| name.starts_with("CVE-")).or_else(|| finding.identifiers.first());
    vec![first.unwrap_or(&finding.rule).clone()]
}

/// The status among the words of a suppression. Reasons that are no words of VEX (`nosec`, a sentence) state none.
fn status_in(text: &str) -> Option<VexStatus> {
    let word = |part: &str| match part.trim().to_ascii_lowercase().as_str() {
        "not_affected" | "false_positive" => Some(VexStatus::NotAffected),
        "fixed" | "resolved" | "resolved_with_pedigree" => Some(VexStatus::Fixed),
        _ => None,
    };
    text.split([':', ',']).take(3).find_map(word)
}
