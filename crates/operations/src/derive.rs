//! One issue from its findings: state, owner, rank, and all that the queue shows. Pure; the same for now and for any past time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use model::{Decision, Exposure, Finding, Issue, Kind, Link, Presence, RankTerm, Severity, State, Suggestion, Timestamp, Tri};
use pipeline::correlate::{InventoryIndex, OwnerStrength, PlaceInput, Placed};
use pipeline::filter::Columns;
use pipeline::prioritise::fixes::{RemedyInput, remedy};
use pipeline::prioritise::{RankInput, Runtime, RuntimeFact, Stated, Verification, order_key, rank};
use pipeline::track::{KNOWN_EXPLOITED, OpenFinding, RefPresence, SeenState, evidence_of, presence_state, state_with_vex};
use serde::{Deserialize, Serialize};
use store::queries::facts::RuntimeFactRow;
use store::queries::findings::FindingRow;
use store::queries::issues::{IssueRow, Texts};
use store::queries::ledger::LedgerRow;
use store::queries::presence::PresenceRow;
use store::{Packed, Value};

use crate::Result;
use crate::ledger;
use crate::live::Live;
use crate::load::{Feeds, Streams, World};
use crate::rerank::KeptInput;
use crate::vex::{VexOutcome, VexRecord, put_vex, term};

/// What the import of a finding said of its whereabouts, kept so that it can be placed again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlaceFlags {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) application: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) repository: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base_image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// `--prefix`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) folder: Option<String>,
    /// What a bill of materials says that it describes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) subjects: Vec<String>,
}

/// A finding with its place and its times.
pub(crate) struct Member {
    pub(crate) row: FindingRow,
    pub(crate) finding: Finding,
    pub(crate) link: Link,
    pub(crate) presence: Vec<PresenceRow>,
    /// Where it belongs, once that was asked.
    placed: OnceLock<Placed>,
}

impl Member {
    pub(crate) fn read(row: FindingRow) -> Result<Self> {
        let mut finding: Finding = row.body.read()?;
        finding.identity = Some(row.identity.clone());
        finding.secret_hash.clone_from(&row.secret_hash);
        let link = if row.link_json.is_empty() { Link::default() } else { serde_json::from_str(&row.link_json)? };
        Ok(Self { row, finding, link, presence: Vec::new(), placed: OnceLock::new() })
    }

    /// Where it belongs by that inventory. It is looked up once: a member is read for one inventory.
    pub(crate) fn placed(&self, index: &InventoryIndex, streams: &Streams) -> &Placed {
        self.placed.get_or_init(|| placed(index, streams, &self.row, &self.finding))
    }

    /// Its presence at a time on each stream that saw it by then.
    pub(crate) fn present_at(&self, at: Timestamp) -> BTreeMap<i64, (Presence, &PresenceRow)> {
        let mut out = BTreeMap::new();
        for row in self.presence.iter().filter(|row| row.since <= at) {
            let presence = match row.until {
                Some(until) if until <= at => Presence::Closed,
                _ if row.held => Presence::Held,
                _ => Presence::Open,
            };
            // Rows come by time: the newest that began by then counts.
            out.insert(row.stream, (presence, row));
        }
        out
    }
}

/// Places a finding again from what its import said.
pub(crate) fn placed(index: &InventoryIndex, streams: &Streams, row: &FindingRow, finding: &Finding) -> Placed {
    place_input(streams, row, finding, |input| index.place(input))
}

/// Hands over all that is known of where a finding is.
pub(crate) fn place_input<T>(streams: &Streams, row: &FindingRow, finding: &Finding, ask: impl FnOnce(&PlaceInput<'_>) -> T) -> T {
    let flags: PlaceFlags = serde_json::from_str(&row.flags_json).unwrap_or_default();
    let unknown = model::Target { kind: model::TargetKind::Unknown, name: String::new() };
    let target = streams.lineage(row.lineage).map_or(&unknown, |stream| &stream.key.target);
    ask(&input_of(target, finding, &flags))
}

pub(crate) fn place_with(index: &InventoryIndex, target: &model::Target, finding: &Finding, flags: &PlaceFlags) -> Placed {
    index.place(&input_of(target, finding, flags))
}

fn input_of<'a>(target: &'a model::Target, finding: &'a Finding, flags: &'a PlaceFlags) -> PlaceInput<'a> {
    PlaceInput {
        target,
        finding,
        service_flag: flags.service.as_deref(),
        app_flag: flags.application.as_deref(),
        repository: flags.repository.as_deref(),
        image: flags.image.as_deref(),
        base_image: flags.base_image.as_deref(),
        url: flags.url.as_deref(),
        folder: flags.folder.as_deref(),
        subjects: &flags.subjects,
    }
}

/// What deriving needs beside the members.
pub(crate) struct Surroundings<'a> {
    pub(crate) world: &'a World,
    pub(crate) streams: &'a Streams,
    pub(crate) feeds: &'a Feeds,
    /// By identity.
    pub(crate) decisions: &'a HashMap<String, Vec<Decision>>,
    /// By service, oldest first.
    pub(crate) runtime: &'a HashMap<String, Vec<RuntimeFactRow>>,
    /// What tools said beside their findings, by service, oldest first.
    pub(crate) ledger: &'a HashMap<String, Vec<LedgerRow>>,
    /// By finding id: (the other finding, its issue, its identity, confidence, evidence).
    pub(crate) suggestions: &'a HashMap<i64, Vec<Suggestion>>,
    pub(crate) vex: &'a VexRecord,
    pub(crate) live: &'a Live,
    /// The time of which the answer speaks.
    pub(crate) at: Timestamp,
}

/// A finding, and how it stands on each stream that saw it by the time asked for.
type Seen<'a> = (&'a Member, BTreeMap<i64, (Presence, &'a PresenceRow)>);

/// A derived issue. `None` where none of its findings had been seen by the time asked for.
pub(crate) fn derive(id: &str, members: &[Member], around: &Surroundings<'_>) -> Option<(Issue, IssueRow)> {
    derive_with_input(id, members, around).map(|(issue, row, _)| (issue, row))
}

/// The same, with what ranking was told.
pub(crate) fn derive_with_input(id: &str, members: &[Member], around: &Surroundings<'_>) -> Option<(Issue, IssueRow, RankInput)> {
    let seen: Vec<Seen<'_>> =
        members.iter().map(|member| (member, with_running(member, around))).filter(|(_, present)| !present.is_empty()).collect();
    let founder = seen.iter().min_by_key(|(member, _)| (member.row.first_seen, &member.row.identity))?.0;
    let placements: Vec<&Placed> = seen.iter().map(|(member, _)| member.placed(&around.world.index, around.streams)).collect();
    let mut issue = Issue { id: id.to_owned(), title: founder.finding.title.clone(), kind: founder.finding.kind, ..Issue::default() };
    let when = times(&mut issue, &seen, around);
    put_places(&mut issue, founder, &placements, &seen);
    crate::ownership::put_assignment(&mut issue, seen.iter().map(|(member, _)| *member), around);
    put_words(&mut issue, &seen, &when);
    put_remedy(&mut issue, founder, &seen, &when, around);
    let any_open = when.open.iter().any(|open| *open);
    let spoken_of =
        seen.iter().zip(&placements).zip(&when.open).map(|(((member, _), placed), open)| (*member, *placed, *open || !any_open));
    let vex = put_vex(&mut issue, spoken_of, around);
    let input = rank_input(&issue, &seen, &placements, &when, &vex, around);
    put_rank(&mut issue, &input, around);
    put_state(&mut issue, &seen, &when, &vex, around);
    put_links(&mut issue, &seen, around);
    let row = row_of(&mut issue, &input, &when, &vex, around);
    Some((issue, row, input))
}

/// How a finding stands on each stream at the time asked for. One that a running version has is there, whatever a newer version's scan says.
fn with_running<'m>(member: &'m Member, around: &Surroundings<'_>) -> BTreeMap<i64, (Presence, &'m PresenceRow)> {
    let mut present = member.present_at(around.at);
    for (stream, (presence, _)) in &mut present {
        if *presence == Presence::Closed && around.live.of(*stream, member.row.id).is_some() {
            *presence = Presence::Open;
        }
    }
    present
}

/// What the times of the findings say.
struct SeenWhen {
    any_tracked: bool,
    state: SeenState,
    /// Whether each member is open where it counts.
    open: Vec<bool>,
}

fn times(issue: &mut Issue, seen: &[Seen<'_>], around: &Surroundings<'_>) -> SeenWhen {
    let mut refs: Vec<RefPresence> = Vec::new();
    let mut labels = BTreeSet::new();
    let tracked = |stream: &i64| around.streams.by_id.get(stream).is_some_and(|info| info.tracked);
    let any_tracked = seen.iter().any(|(_, present)| present.keys().any(tracked));
    let mut first: Option<Timestamp> = None;
    let mut last: Option<Timestamp> = None;
    let mut open = Vec::with_capacity(seen.len());
    let mut running = BTreeSet::new();
    for (member, present) in seen {
        let mut member_open = false;
        for (stream, (presence, row)) in present {
            let counts = tracked(stream) || !any_tracked;
            let Some(info) = around.streams.by_id.get(stream) else { continue };
            running.extend(around.live.of(*stream, member.row.id).into_iter().flatten().cloned());
            refs.push(RefPresence { reference: info.label.clone(), tracked: info.tracked, presence: *presence });
            if *presence != Presence::Closed {
                labels.insert(info.label.clone());
                member_open |= counts;
            }
            let until = match (presence, row.until) {
                (Presence::Closed, Some(until)) => until,
                _ => info.row.latest_at.min(around.at).max(row.since),
            };
            last = last.max(Some(until));
        }
        for row in member.presence.iter().filter(|row| row.since <= around.at && (tracked(&row.stream) || !any_tracked)) {
            first = Some(first.map_or(row.since, |known| known.min(row.since)));
        }
        open.push(member_open);
    }
    issue.refs = labels.into_iter().collect();
    issue.running = running.into_iter().take(MOST_NAMED).collect();
    issue.first_seen = first.unwrap_or_default();
    issue.last_seen = last.unwrap_or(issue.first_seen);
    SeenWhen { any_tracked, state: presence_state(&refs), open }
}

/// Owner, services, exposure and what else follows from where the findings are.
fn put_places(issue: &mut Issue, founder: &Member, placements: &[&Placed], seen: &[Seen<'_>]) {
    let mut services = BTreeSet::new();
    let mut data = BTreeSet::new();
    let mut compliance = BTreeSet::new();
    let mut best: Option<(&Placed, OwnerStrength)> = None;
    for placed in placements {
        services.extend(placed.place.services.iter().cloned());
        data.extend(placed.data.iter().cloned());
        compliance.extend(placed.compliance.iter().cloned());
        issue.exposure = issue.exposure.max(placed.exposure);
        issue.criticality = issue.criticality.max(placed.criticality);
        if placed.owner.team.is_some() && best.is_none_or(|(_, strength)| placed.owner_strength > strength) {
            best = Some((placed, placed.owner_strength));
        }
    }
    let of_founder = seen.iter().position(|(member, _)| member.row.id == founder.row.id).and_then(|at| placements.get(at));
    issue.owner =
        best.map(|(placed, _)| placed.owner.clone()).or_else(|| of_founder.map(|placed| placed.owner.clone())).unwrap_or_default();
    issue.application = of_founder
        .and_then(|placed| placed.place.application.clone())
        .or_else(|| placements.iter().find_map(|placed| placed.place.application.clone()));
    issue.services = services.into_iter().collect();
    issue.data = data.into_iter().collect();
    issue.compliance = compliance.into_iter().collect();
    issue.place = place_line(&founder.finding);
}

/// What has to change, as one line.
pub(crate) fn place_line(finding: &Finding) -> String {
    let location = &finding.location;
    if let Some(package) = &finding.package {
        let name = package.name.clone().or_else(|| package.purl.clone()).unwrap_or_default();
        let version = package.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
        let file = package.file.as_deref().or(location.path.as_deref()).or(location.image.as_deref());
        if !name.is_empty() {
            return file.map_or_else(|| format!("{name}{version}"), |file| format!("{name}{version} in {file}"));
        }
    }
    if let Some(path) = &location.path {
        return location.start_line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"));
    }
    if let Some(url) = location.url.as_ref().or(location.route.as_ref()) {
        let method = location.method.as_deref().map(|method| format!("{method} ")).unwrap_or_default();
        let parameter = location.parameter.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        return format!("{method}{url}{parameter}");
    }
    location.resource.clone().or_else(|| location.image.clone()).or_else(|| location.symbol.clone()).unwrap_or_default()
}

/// Most files and packages that an issue names by itself; its findings name them all.
const MOST_NAMED: usize = 50;

/// Severity, identifiers, weaknesses, the change that ends it: from the findings that are open, else from all.
fn put_words(issue: &mut Issue, seen: &[Seen<'_>], when: &SeenWhen) {
    let any_open = when.open.iter().any(|open| *open);
    let mut kinds = BTreeSet::new();
    let mut identifiers = BTreeSet::new();
    let mut cwes = BTreeSet::new();
    let mut tools = BTreeSet::new();
    let mut paths = BTreeSet::new();
    let mut packages = BTreeSet::new();
    let mut severity: Option<(Severity, &str)> = None;
    for ((member, _), open) in seen.iter().zip(&when.open) {
        if any_open && !open {
            continue;
        }
        let finding = &member.finding;
        kinds.insert(finding.kind);
        identifiers.extend(finding.identifiers.iter().cloned());
        cwes.extend(finding.cwes.iter().copied());
        tools.insert(finding.tool.clone());
        paths.extend(finding.location.path.clone());
        if let Some(package) = &finding.package {
            paths.extend(package.file.clone());
            packages.extend(package.purl.clone().or_else(|| package.name.clone()));
        }
        let word = (finding.severity, finding.tool.as_str());
        if severity.is_none_or(|known| word.0 > known.0 || (word.0 == known.0 && word.1 < known.1)) {
            severity = Some(word);
        }
    }
    issue.kinds = kinds.into_iter().collect();
    issue.identifiers = identifiers.into_iter().collect();
    issue.cwes = cwes.into_iter().collect();
    issue.tools = tools.into_iter().collect();
    issue.paths = paths.into_iter().take(MOST_NAMED).collect();
    issue.packages = packages.into_iter().take(MOST_NAMED).collect();
    if let Some((severity, tool)) = severity {
        issue.severity = severity;
        issue.severity_by = tool.to_owned();
    }
}

/// The change that ends it, and the work item that the change belongs to.
fn put_remedy(issue: &mut Issue, founder: &Member, seen: &[Seen<'_>], when: &SeenWhen, around: &Surroundings<'_>) {
    let any_open = when.open.iter().any(|open| *open);
    let findings: Vec<&Finding> =
        seen.iter().zip(&when.open).filter(|(_, open)| **open || !any_open).map(|((member, _), _)| &member.finding).collect();
    let remedy = remedy(&RemedyInput {
        issue: &issue.id,
        title: &issue.title,
        team: issue.owner.team.as_deref(),
        services: &issue.services,
        target: around.streams.lineage(founder.row.lineage).map(|stream| &stream.key.target),
        founder: &founder.finding,
        findings: &findings,
    });
    issue.fix = pipeline::prioritise::fixes::line(&remedy);
    issue.remedy = Some(remedy);
}

fn put_state(issue: &mut Issue, seen: &[Seen<'_>], when: &SeenWhen, vex: &VexOutcome, around: &Surroundings<'_>) {
    let mut decisions: Vec<Decision> = Vec::new();
    for (member, _) in seen {
        for decision in around.decisions.get(&member.row.identity).into_iter().flatten() {
            if decision.at <= around.at && !decisions.iter().any(|known| known.id == decision.id) {
                decisions.push(decision.clone());
            }
        }
    }
    decisions.sort_by_key(Decision::order);
    let exploited = is_known_exploited(issue).then(|| KNOWN_EXPLOITED.to_owned());
    let open = seen.iter().zip(&when.open).filter(|(_, open)| **open).map(|((member, _), _)| OpenFinding {
        identity: member.row.identity.clone(),
        evidence: evidence_of(&member.finding).into_iter().chain(exploited.clone()).collect(),
        content: content_of(&member.finding).to_owned(),
    });
    let open: Vec<OpenFinding> = open.collect();
    let gated = vex.gated.iter().map(|(identity, at)| (identity.as_str(), *at)).collect();
    let (state, outgrown) = state_with_vex(when.state, &open, &gated, &decisions, around.at);
    issue.state = state;
    issue.outgrown = outgrown;
    issue.decisions = decisions;
}

/// True where a feed lists one of its vulnerabilities as exploited.
pub(crate) fn is_known_exploited(issue: &Issue) -> bool {
    issue.facts.get("kev") == Some(&Tri::Yes)
}

/// Hash of what a finding is about: the code that the tool shows. Empty where it shows none.
pub(crate) fn content_of(finding: &Finding) -> &str {
    finding.location.snippet_hash.as_deref().unwrap_or_default()
}

/// What ranking is told: the facts of the findings that are open, else of all, and of the services affected.
fn rank_input(
    issue: &Issue,
    seen: &[Seen<'_>],
    placements: &[&Placed],
    when: &SeenWhen,
    vex: &VexOutcome,
    around: &Surroundings<'_>,
) -> RankInput {
    let mut input = RankInput { title: issue.title.clone(), first_seen: issue.first_seen, ..RankInput::default() };
    let any_open = when.open.iter().any(|open| *open);
    for ((member, present), open) in seen.iter().zip(&when.open) {
        if any_open && !open {
            continue;
        }
        let last = present.keys().filter_map(|stream| around.streams.by_id.get(stream)).map(|info| info.row.latest_at.min(around.at)).max();
        input.add_finding(&member.finding, last.unwrap_or(issue.last_seen));
        add_runtime(&mut input, &member.finding, &issue.services, around);
        add_ledger(&mut input, issue, &member.finding, around);
    }
    input.severity = issue.severity;
    input.severity_by.clone_from(&issue.severity_by);
    input.vex = vex.fact;
    put_context(&mut input, placements);
    input
}

fn put_rank(issue: &mut Issue, input: &RankInput, around: &Surroundings<'_>) {
    let ranked = rank(input, around.feeds, &around.world.model, around.at);
    issue.tier = ranked.tier;
    issue.score = ranked.score;
    issue.because = ranked.because;
    issue.because.extend(term(issue));
    issue.unknown = ranked.unknown;
    issue.facts = ranked.facts;
    issue.epss = ranked.epss;
    issue.due = ranked.due;
    let own = around.world.model.own_terms(issue, around.at);
    issue.score = own.iter().fold(issue.score, |sum, term| sum.saturating_add(term.points));
    issue.because.extend(own);
}

/// Exposure, production, data, criticality and compliance with the lines that state them.
fn put_context(input: &mut RankInput, placements: &[&Placed]) {
    let source_of = |placed: &Placed, what: &str| {
        placed.facts.iter().find(|fact| fact.what == what).map(|fact| fact.source.to_string()).unwrap_or_else(|| "inventory".to_owned())
    };
    let mut data = BTreeSet::new();
    let mut compliance = BTreeSet::new();
    let mut data_source = None;
    let mut compliance_source = None;
    for placed in placements {
        if placed.exposure > input.exposure.value && placed.exposure != Exposure::Unknown {
            input.exposure = Stated::new(placed.exposure, source_of(placed, "exposure"));
        }
        let yes_first = |tri: Tri| match tri {
            Tri::Yes => 2,
            Tri::No => 1,
            Tri::Unknown => 0,
        };
        if yes_first(placed.production) > yes_first(input.production.value) {
            input.production = Stated::new(placed.production, source_of(placed, "production"));
        }
        if placed.criticality > input.criticality.value {
            input.criticality = Stated::new(placed.criticality, source_of(placed, "criticality"));
        }
        if !placed.place.services.is_empty() && !placed.data.is_empty() {
            data.extend(placed.data.iter().cloned());
            data_source.get_or_insert_with(|| source_of(placed, "data"));
        }
        if !placed.compliance.is_empty() {
            compliance.extend(placed.compliance.iter().cloned());
            compliance_source.get_or_insert_with(|| source_of(placed, "compliance"));
        }
    }
    input.data = data_source.map(|source| Stated::new(data.into_iter().collect(), source));
    if let Some(source) = compliance_source {
        input.compliance = Stated::new(compliance.into_iter().collect(), source);
    }
}

/// What sensors saw of the finding's package in the services affected.
fn add_runtime(input: &mut RankInput, finding: &Finding, services: &[String], around: &Surroundings<'_>) {
    let Some(package) = &finding.package else { return };
    let Some(key) = package.purl.as_deref().and_then(package_key) else { return };
    for service in services {
        let facts = around.runtime.get(service).into_iter().flatten();
        // The newest word of a sensor replaces its older ones.
        let mut newest: BTreeMap<(&str, &str), &RuntimeFactRow> = BTreeMap::new();
        for fact in facts.filter(|fact| fact.purl == key && fact.seen <= around.at) {
            let same_version = fact.version.is_empty() || package.version.as_deref().is_none_or(|version| version == fact.version);
            if same_version {
                newest.insert((&fact.source, &fact.version), fact);
            }
        }
        for fact in newest.values() {
            let state = if fact.loaded { Runtime::Loaded } else { Runtime::NotLoaded };
            let calls = fact.occurrences.and_then(|n| u64::try_from(n).ok());
            let runtime = RuntimeFact { state, places: None, calls, source: format!("{} of {service}", fact.source), at: fact.seen };
            if !input.runtime.contains(&runtime) {
                input.runtime.push(runtime);
            }
        }
    }
}

/// What tools said of the finding's package, function, route or vulnerability beside their findings. A newer word of the same source
/// replaces its older ones.
fn add_ledger(input: &mut RankInput, issue: &Issue, finding: &Finding, around: &Surroundings<'_>) {
    for service in &issue.services {
        let mut newest: BTreeMap<(&str, &str, &str), &LedgerRow> = BTreeMap::new();
        for fact in around.ledger.get(service).into_iter().flatten() {
            if ledger::is_fresh(fact, around.at) && ledger::is_about(fact, &issue.id, finding) {
                newest.insert((&fact.source, &fact.subject, &fact.about), fact);
            }
        }
        for fact in newest.values() {
            let source = format!("{} of {service}", fact.source);
            let calls = fact.calls.and_then(|n| u64::try_from(n).ok());
            let state = match fact.verdict.as_str() {
                "executed" | "blocked" => Some(Runtime::Executed),
                "loaded" => Some(Runtime::Loaded),
                "not_loaded" => Some(Runtime::NotLoaded),
                _ => None,
            };
            if let Some(state) = state {
                let runtime = RuntimeFact { state, places: None, calls, source, at: fact.seen };
                if !input.runtime.contains(&runtime) {
                    input.runtime.push(runtime);
                }
                continue;
            }
            let proof = if source.to_lowercase().contains("iast") { Verification::Iast } else { Verification::Dast };
            match fact.verdict.as_str() {
                "confirmed" => input.verified.push(Stated::new(proof, source).at(fact.seen)),
                // `present` and `imported` say nothing of the way to the weakness; `exposed` is the inventory's to say.
                verdict => input.add_verdict(verdict, &source, fact.seen),
            }
        }
    }
}

/// A package URL without version and qualifiers.
pub(crate) fn package_key(purl: &str) -> Option<String> {
    pipeline::normalise::Purl::parse(purl).map(|purl| purl.key())
}

fn put_links(issue: &mut Issue, seen: &[Seen<'_>], around: &Surroundings<'_>) {
    let weakest = seen.iter().map(|(member, _)| member.link.confidence).filter(|c| *c > 0.0).fold(1.0f64, f64::min);
    issue.confidence = weakest;
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for (member, _) in seen {
        for suggestion in around.suggestions.get(&member.row.id).into_iter().flatten().filter(|s| s.issue != issue.id) {
            match suggestions.iter_mut().find(|known| known.issue == suggestion.issue) {
                Some(known) if known.confidence >= suggestion.confidence => {}
                Some(known) => *known = suggestion.clone(),
                None => suggestions.push(suggestion.clone()),
            }
        }
    }
    suggestions.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.issue.cmp(&b.issue)));
    issue.suggestions = suggestions;
}

fn row_of(issue: &mut Issue, input: &RankInput, when: &SeenWhen, vex: &VexOutcome, around: &Surroundings<'_>) -> IssueRow {
    let terms = issue.decisions.iter().filter(|d| d.ended.is_none()).filter_map(|d| d.until);
    let facts = issue.services.iter().filter_map(|service| around.ledger.get(service)).flatten().map(ledger::holds);
    let apart = terms.chain(facts).chain(vex.next_change).filter(|change| *change > around.at).min();
    let next_change = apart.into_iter().chain(next_age(&issue.because, around.at)).min();
    let columns = Columns::of(issue);
    let input = KeptInput::of(issue, input, apart);
    let rank = issue.take_rank();
    let body = Packed::of(&serde_json::to_vec(issue).unwrap_or_default());
    let packed = Packed::of(&serde_json::to_vec(&rank).unwrap_or_default());
    issue.put_rank(rank);
    let mut row = IssueRow {
        id: issue.id.clone(),
        order_key: order_key(issue.score),
        queued: issue.state.in_queue() && when.any_tracked,
        state: issue.state.word().to_owned(),
        tracked: when.any_tracked,
        tier: issue.tier.id.clone(),
        tier_days: issue.tier.days.map(i64::from),
        due: issue.due,
        kind: issue.kind.word().to_owned(),
        team: issue.owner.team.clone(),
        application: issue.application.clone(),
        first_seen: issue.first_seen,
        last_seen: issue.last_seen,
        next_change,
        suggestions: i64::try_from(issue.suggestions.len()).unwrap_or(i64::MAX),
        body,
        rank: packed,
        input,
        ..IssueRow::default()
    };
    put_columns(&mut row, columns);
    row
}

/// When the next of the observations that a score rests on grows old.
pub(crate) fn next_age(because: &[RankTerm], at: Timestamp) -> Option<Timestamp> {
    let ages = because.iter().filter(|term| term.signal == "loaded" || term.signal == "not_loaded");
    ages.filter_map(|term| term.at.map(|at| at.plus_days(30))).filter(|change| *change > at).min()
}

/// The columns of a row that filters alone ask of.
pub(crate) fn put_columns(row: &mut IssueRow, c: Columns) {
    row.severity = c.severity;
    row.exposure = c.exposure;
    row.services = c.services;
    let has_cve = c.identifiers.contains("cve-");
    // As `store::queries::issues::SEARCHED` and `TEXTS` name them.
    row.searched = store::params![
        c.criticality,
        c.score,
        c.confidence,
        c.epss,
        c.exploit,
        c.exposed,
        c.kev,
        c.loaded,
        c.production,
        c.reachable,
        c.vex,
        has_cve
    ]
    .to_vec();
    let texts = [c.severity_by, c.compliance, c.cwes, c.data, c.identifiers, c.kinds, c.packages, c.paths, c.refs, c.tools, c.search];
    row.texts = Texts::of(texts.into_iter().map(Value::Text).collect());
}

/// True where a state needs no scanner to stay as it is: people's findings.
pub(crate) fn unwatched(kinds: &[Kind]) -> bool {
    kinds.iter().all(|kind| *kind == Kind::Pentest)
}

/// A state for which `issue set` opens an exception.
pub(crate) fn is_exception(state: State) -> bool {
    matches!(state, State::AcceptedRisk | State::Deferred)
}
