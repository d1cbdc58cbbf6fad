//! What deriving an issue needs, loaded once: inventory, streams, decisions, feeds.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use intel::{IntelRow, IntelView, VulnerabilityIntel};
use model::{Decision, Deployment, Endpoint, Inventory, Target, TargetKind, Timestamp};
use pipeline::correlate::{Declared, InventoryIndex, merge, put_running};
use pipeline::prioritise::Model;
use store::Conn;
use store::queries::deployments::DeploymentRow;
use store::queries::streams::StreamRow;
use store::queries::{decisions, deployments, facts, intel as intel_queries, inventory as inventory_queries, streams};

use crate::Result;

/// The inventory as it stands.
pub(crate) struct World {
    pub(crate) index: InventoryIndex,
    pub(crate) model: Model,
    pub(crate) endpoints: Vec<Endpoint>,
    /// What runs.
    pub(crate) running: Vec<DeploymentRow>,
}

/// Loads inventory, model, routes and what runs, all of one time.
pub(crate) fn world(conn: &mut Conn, org: i64, at: Timestamp) -> Result<World> {
    let inventory = merged_at(conn, org, at)?.inventory;
    world_of(conn, org, inventory, at)
}

/// The world of an inventory that may differ from the one that is stored.
pub(crate) fn world_of(conn: &mut Conn, org: i64, mut inventory: Inventory, at: Timestamp) -> Result<World> {
    let running = put_record(conn, org, &mut inventory, at)?;
    let mut index = InventoryIndex::new(&inventory);
    let bases: Vec<String> = index.bases().map(ToOwned::to_owned).collect();
    for image in bases {
        if inventory_queries::streams_of_image(conn, org, &image)? > 0 {
            let packages = packages_of(conn, org, &image)?;
            index.set_digests(&image, inventory_queries::digests_of_image(conn, org, &image)?);
            index.set_brought(image, packages);
        }
    }
    let (model, _) = crate::risk::in_force(conn, org, at)?;
    let endpoints = facts::endpoints(conn, org)?;
    Ok(World { index, model, endpoints, running })
}

/// Puts the record of deployments into an inventory, and answers what runs.
pub(crate) fn put_record(conn: &mut Conn, org: i64, inventory: &mut Inventory, at: Timestamp) -> Result<Vec<DeploymentRow>> {
    let recorded = deployments::recorded(conn, org, at)?;
    let running = deployments::running(conn, org, at)?;
    let plain: Vec<Deployment> = running.iter().map(|row| row.deployment.clone()).collect();
    put_running(inventory, &recorded, &plain);
    Ok(running)
}

/// Packages, without version, that scans of an image show.
fn packages_of(conn: &mut Conn, org: i64, image: &str) -> Result<HashSet<String>> {
    let mut packages: HashSet<String> = inventory_queries::packages_of_image(conn, org, image)?.into_iter().collect();
    for body in inventory_queries::findings_of_image(conn, org, image)? {
        let finding: model::Finding = body.read()?;
        packages.extend(finding.package.and_then(|package| package.purl).as_deref().and_then(crate::derive::package_key));
    }
    Ok(packages)
}

/// A time after all others: the inventory as it was applied last.
pub(crate) const LATEST: Timestamp = Timestamp(i64::MAX);

/// All inventory files as they stand, merged.
pub(crate) fn merged(conn: &mut Conn, org: i64) -> Result<pipeline::correlate::Merged> {
    merged_at(conn, org, LATEST)
}

/// All inventory files as they stood at a time, merged.
pub(crate) fn merged_at(conn: &mut Conn, org: i64, at: Timestamp) -> Result<pipeline::correlate::Merged> {
    Ok(merge(&declared(conn, org, at)?))
}

/// All inventory files as they stood at a time.
pub(crate) fn declared(conn: &mut Conn, org: i64, at: Timestamp) -> Result<Vec<Declared>> {
    let mut files = Vec::new();
    for row in inventory_queries::at(conn, org, at)? {
        let mut file: Declared = serde_json::from_str(row.declared_json.as_deref().unwrap_or_default())?;
        file.applied = Some(row.recorded);
        files.push(file);
    }
    Ok(files)
}

/// When each inventory file was applied, by its path as given.
pub(crate) fn applied_at(conn: &mut Conn, org: i64) -> Result<HashMap<String, Timestamp>> {
    Ok(inventory_queries::at(conn, org, LATEST)?.into_iter().map(|row| (row.path, row.recorded)).collect())
}

/// A stream as deriving sees it.
#[derive(Clone, Debug)]
pub(crate) struct StreamInfo {
    pub(crate) row: StreamRow,
    /// Whether its ref is tracked.
    pub(crate) tracked: bool,
    /// The ref as people read it.
    pub(crate) label: String,
}

/// All streams of an organisation with what is derived of them.
#[derive(Default)]
pub(crate) struct Streams {
    pub(crate) by_id: HashMap<i64, StreamInfo>,
    /// Lineage to a stream of it, for its target and tool.
    pub(crate) of_lineage: HashMap<i64, i64>,
}

impl Streams {
    pub(crate) fn load(conn: &mut Conn, org: i64, index: &InventoryIndex) -> Result<Self> {
        let rows = streams::all(conn, org)?;
        let mut refs: BTreeMap<(TargetKind, &str), BTreeSet<&str>> = BTreeMap::new();
        for row in &rows {
            refs.entry((row.key.target.kind, &row.key.target.name)).or_default().insert(&row.key.reference.0);
        }
        let mut out = Self::default();
        for row in &rows {
            let known = refs.get(&(row.key.target.kind, row.key.target.name.as_str()));
            let tracked = is_tracked(&row.key.target, &row.key.reference.0, known, index);
            let label = ref_label(&row.key.target, &row.key.reference.0, index);
            out.of_lineage.insert(row.lineage, row.id);
            out.by_id.insert(row.id, StreamInfo { row: row.clone(), tracked, label });
        }
        Ok(out)
    }

    /// Lineages with a stream that other streams take for tracked, or call by another name.
    pub(crate) fn differing(&self, other: &Self) -> BTreeSet<i64> {
        let same = |info: &StreamInfo| {
            other.by_id.get(&info.row.id).is_some_and(|known| known.tracked == info.tracked && known.label == info.label)
        };
        self.by_id.values().filter(|info| !same(info)).map(|info| info.row.lineage).collect()
    }

    /// The target and tool of a lineage.
    pub(crate) fn lineage(&self, lineage: i64) -> Option<&StreamRow> {
        self.of_lineage.get(&lineage).and_then(|id| self.by_id.get(id)).map(|info| &info.row)
    }
}

/// Tracked refs of a repository: its default branch (kept as an empty ref) and declared release lines; where neither a declared
/// default nor main or master was ever imported, all. Of everything else: all.
pub(crate) fn is_tracked(target: &Target, reference: &str, known: Option<&BTreeSet<&str>>, index: &InventoryIndex) -> bool {
    if target.kind != TargetKind::Repository || reference.is_empty() {
        return true;
    }
    let declared = index.branches(&target.name);
    let release = declared.is_some_and(|branches| {
        branches.release.iter().any(|pattern| globset::Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(reference)))
    });
    release || (declared.and_then(|branches| branches.default.as_deref()).is_none() && !known.is_some_and(|refs| refs.contains("")))
}

/// The ref as people read it.
pub(crate) fn ref_label(target: &Target, reference: &str, index: &InventoryIndex) -> String {
    if !reference.is_empty() {
        return reference.to_owned();
    }
    if target.kind != TargetKind::Repository {
        return "default".to_owned();
    }
    index.branches(&target.name).and_then(|branches| branches.default.clone()).unwrap_or_else(|| "main".to_owned())
}

/// What feeds say of the CVEs asked for, at one time.
#[derive(Default)]
pub(crate) struct Feeds {
    pub(crate) known: HashMap<String, VulnerabilityIntel>,
    pub(crate) kev: bool,
    pub(crate) exploits: bool,
    pub(crate) medians: BTreeMap<u16, f64>,
}

impl IntelView for Feeds {
    fn vulnerability(&self, cve: &str) -> Option<&VulnerabilityIntel> {
        self.known.get(cve)
    }

    fn epss_median(&self, year: u16) -> Option<f64> {
        self.medians.get(&year).copied()
    }

    fn has_kev(&self) -> bool {
        self.kev
    }

    fn has_exploits(&self) -> bool {
        self.exploits
    }
}

/// Loads what feeds say of these CVEs as of a time.
pub(crate) fn feeds(conn: &mut Conn, cves: &BTreeSet<String>, at: Timestamp) -> Result<Feeds> {
    let names: Vec<String> = cves.iter().cloned().collect();
    let mut out = Feeds::default();
    let add = |out: &mut Feeds, cve: &str, row: &IntelRow| out.known.entry(cve.to_owned()).or_default().add(row);
    for json in intel_queries::kev_of(conn, &names, at)? {
        let row: IntelRow = serde_json::from_str(&json)?;
        if let IntelRow::Kev { cve, .. } = &row {
            add(&mut out, &cve.clone(), &row);
        }
    }
    for (cve, date, score, percentile) in intel_queries::newest_epss_of(conn, &names, at)? {
        let percentile = Some(percentile).filter(|p| *p >= 0.0);
        let row = IntelRow::Epss { cve: cve.clone(), score, percentile, date: Some(date) };
        add(&mut out, &cve, &row);
    }
    for (cve, json) in intel_queries::facts_of(conn, &names, at)? {
        add(&mut out, &cve, &serde_json::from_str(&json)?);
    }
    crate::vendors::count_entries(conn, &mut out.known)?;
    for feed in intel_queries::feeds(conn)? {
        match feed.feed.as_str() {
            "kev" => out.kev = true,
            "exploits" => out.exploits = true,
            _ => {}
        }
    }
    for json in intel_queries::reference(conn, "epss-medians")? {
        let (year, median): (u16, f64) = serde_json::from_str(&json)?;
        out.medians.insert(year, median);
    }
    Ok(out)
}

/// Decisions that cover one of these identities, newest last, with their row numbers.
pub(crate) fn decisions_of(conn: &mut Conn, org: i64, identities: &[String]) -> Result<Vec<(i64, Decision)>> {
    let mut out = Vec::new();
    for (id, json) in decisions::of_identities(conn, org, identities)? {
        out.push((id, serde_json::from_str(&json)?));
    }
    Ok(out)
}

/// Names of vulnerabilities with all their other names.
#[derive(Debug, Default)]
pub(crate) struct Aliases {
    pub(crate) names: HashMap<String, Vec<String>>,
    /// Identifiers that join too many others, each as a sentence.
    pub(crate) warnings: Vec<String>,
}

/// These names with all their other names, as far as the aliases lead.
pub(crate) fn all_names(own: impl IntoIterator<Item = String>, aliases: &HashMap<String, Vec<String>>) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = own.into_iter().collect();
    let mut todo: Vec<String> = all.iter().cloned().collect();
    while let Some(name) = todo.pop() {
        for other in aliases.get(&name).into_iter().flatten() {
            if all.insert(other.clone()) {
                todo.push(other.clone());
            }
        }
    }
    all
}

/// All other names of these identifiers, closed over feeds and what reports state. An identifier that joins very many is a hub and
/// joins nothing: it would make one vulnerability of half the world.
pub(crate) fn alias_closure(conn: &mut Conn, org: i64, names: &BTreeSet<String>) -> Result<Aliases> {
    const MOST: usize = 40;
    // Steps from a name that findings have: a circle of names ends by itself, since no name is asked for twice.
    const STEPS: usize = 4;
    let mut edges: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut hubs: BTreeSet<String> = BTreeSet::new();
    let mut asked: BTreeSet<String> = BTreeSet::new();
    let mut frontier: Vec<String> = names.iter().cloned().collect();
    for _ in 0..STEPS {
        frontier.retain(|name| asked.insert(name.clone()));
        if frontier.is_empty() {
            break;
        }
        for (a, b) in intel_queries::aliases_of(conn, org, &frontier)? {
            edges.entry(a.clone()).or_default().insert(b.clone());
            edges.entry(b).or_default().insert(a);
        }
        // What lies behind a hub is not asked for: that way leads to half the world.
        let mut next = BTreeSet::new();
        for name in frontier {
            match edges.get(&name) {
                Some(others) if others.len() > MOST => drop(hubs.insert(name)),
                Some(others) => next.extend(others.iter().cloned()),
                None => {}
            }
        }
        frontier = next.into_iter().collect();
    }
    let mut out = Aliases::default();
    for hub in &hubs {
        let count = edges.get(hub).map_or(0, BTreeSet::len);
        out.warnings
            .push(format!("{hub} is stated to be an alias of {count} identifiers: too many to be one vulnerability, so it joins nothing"));
    }
    for (name, others) in edges.into_iter().filter(|(name, _)| !hubs.contains(name)) {
        let kept: Vec<String> = others.into_iter().filter(|other| !hubs.contains(other)).collect();
        if kept.len() <= MOST {
            out.names.insert(name, kept);
        }
    }
    Ok(out)
}
