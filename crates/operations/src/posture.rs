//! `coverage` and the status of the installation.

use std::collections::{BTreeMap, BTreeSet};

use model::{Kind, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use store::queries::{findings, issues, reports, streams};

use crate::intel::FeedAnswer;
use crate::load::{Streams, merged_at};
use crate::suite::needs;
use crate::{Muster, Result};

/// Days after which a scan is stale.
const STALE_AFTER: i64 = 30;

/// Kinds of scan that are listed of every service, whether it needs them or not.
const LISTED: [Kind; 6] = [Kind::Sast, Kind::Sca, Kind::Secret, Kind::Iac, Kind::Container, Kind::Dast];

/// How a service stands with one kind of scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ScanState")]
pub enum CoverageState {
    /// A complete scan within 30 days.
    Fresh,
    /// The last complete scan is older.
    Stale,
    /// The newest scan failed.
    Failed,
    /// Only parts were scanned.
    Partial,
    Never,
}

/// One target, or a service without target, and one kind of scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CoverageRow {
    /// Empty: a target that no service has.
    pub service: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    pub kind: Kind,
    pub state: CoverageState,
    /// The service needs this kind, by what it has (repository, image, address); others are shown where they came.
    pub required: bool,
    /// Tools that scanned.
    pub tools: Vec<String>,
    /// When the newest complete scan ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_complete: Option<Timestamp>,
    /// Why the newest scan is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// What this installation is and holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Status {
    pub name: String,
    pub version: String,
    /// `sqlite` or `postgresql`.
    pub database: String,
    pub organisation: String,
    pub issues: u64,
    pub findings: u64,
    pub imports: u64,
    pub feeds: Vec<FeedAnswer>,
    pub now: Timestamp,
}

impl Muster {
    /// Which service lacks which kind of scan, and which scans are stale, failed or partial. By service, then kind.
    ///
    /// # Errors
    /// When the database fails.
    pub fn coverage(&self, team: Option<&str>, now: Timestamp) -> Result<Vec<CoverageRow>> {
        self.coverage_at(team, now)
    }

    /// The same by what had been scanned, and what the inventory said, at a time.
    pub(crate) fn coverage_at(&self, team: Option<&str>, now: Timestamp) -> Result<Vec<CoverageRow>> {
        self.db.try_read(|conn| {
            let inventory = merged_at(conn, self.org, now)?.inventory;
            let world = crate::load::world(conn, self.org, now)?;
            let known = Streams::load(conn, self.org, &world.index)?;
            let mut scans: BTreeMap<(String, Kind), Vec<Scan>> = BTreeMap::new();
            for stream in streams::all(conn, self.org)? {
                if !known.by_id.get(&stream.id).is_some_and(|info| info.tracked) {
                    continue;
                }
                let services = services_of(&world.index, &inventory, &stream.key.target);
                let kinds = kinds_of(&stream.key.tool, conn, self.org, stream.lineage)?;
                let mut complete = None;
                let mut newest: Option<(String, Option<String>)> = None;
                for report in reports::of_stream(conn, self.org, stream.id)?.into_iter().filter(|report| report.scanned <= now) {
                    if report.coverage == "complete" {
                        complete = complete.max(Some(report.scanned));
                    }
                    let row: model::ReportRow = serde_json::from_str(&report.row_json)?;
                    newest = Some((report.coverage, row.coverage_reason));
                }
                if newest.is_none() {
                    continue;
                }
                for service in services {
                    for kind in &kinds {
                        let scan = Scan { tool: stream.key.tool.clone(), complete, newest: newest.clone() };
                        scans.entry((service.clone(), *kind)).or_default().push(scan);
                    }
                }
            }
            let mut out = Vec::new();
            for service in &inventory.services {
                let application = inventory.applications.iter().find(|application| application.name == service.application);
                let owner = service.owner.clone().or_else(|| application.and_then(|application| application.owner.clone()));
                let needed = needs(service);
                let seen = scans.keys().filter(|(name, _)| name == &service.name).map(|(_, kind)| *kind);
                for kind in LISTED.into_iter().chain(seen).collect::<BTreeSet<_>>() {
                    let found = scans.get(&(service.name.clone(), kind)).map(Vec::as_slice).unwrap_or_default();
                    out.push(row(&service.name, owner.clone(), (kind, needed.contains(&kind)), found, now));
                }
            }
            for ((service, kind), found) in &scans {
                if service.is_empty() {
                    out.push(row("", None, (*kind, false), found, now));
                }
            }
            out.retain(|row| team.is_none_or(|team| row.team.as_deref() == Some(team)));
            Ok(out)
        })
    }

    /// What this installation is and holds.
    ///
    /// # Errors
    /// When the database fails.
    pub fn status(&self, now: Timestamp) -> Result<Status> {
        let feeds = self.feeds(now)?;
        self.db.try_read(|conn| {
            Ok(Status {
                name: "Muster".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                database: if self.url.starts_with("sqlite:") { "sqlite" } else { "postgresql" }.to_owned(),
                organisation: self.organisation.clone(),
                issues: issues::count(conn, self.org)?.unsigned_abs(),
                findings: findings::count(conn, self.org)?.unsigned_abs(),
                imports: reports::count(conn, self.org)?.unsigned_abs(),
                feeds,
                now,
            })
        })
    }
}

struct Scan {
    tool: String,
    complete: Option<Timestamp>,
    newest: Option<(String, Option<String>)>,
}

fn row(service: &str, team: Option<String>, (kind, required): (Kind, bool), scans: &[Scan], now: Timestamp) -> CoverageRow {
    let last_complete = scans.iter().filter_map(|scan| scan.complete).max();
    let newest = scans.iter().filter_map(|scan| scan.newest.as_ref()).max_by_key(|(state, _)| state == "failed");
    let failed = newest.is_some_and(|(state, _)| state == "failed");
    let state = match last_complete {
        Some(at) if at >= now.plus_days(-STALE_AFTER) => CoverageState::Fresh,
        Some(_) if failed => CoverageState::Failed,
        Some(_) => CoverageState::Stale,
        None if failed => CoverageState::Failed,
        None if !scans.is_empty() => CoverageState::Partial,
        None => CoverageState::Never,
    };
    let tools: BTreeSet<String> = scans.iter().map(|scan| scan.tool.clone()).collect();
    let because = newest.and_then(|(_, reason)| reason.clone());
    CoverageRow { service: service.to_owned(), team, kind, state, required, tools: tools.into_iter().collect(), last_complete, because }
}

/// Services whose things a target holds; the empty name where it belongs to none.
pub(crate) fn services_of(
    index: &pipeline::correlate::InventoryIndex,
    inventory: &model::Inventory,
    target: &model::Target,
) -> Vec<String> {
    let found: Vec<String> = match target.kind {
        model::TargetKind::Repository => {
            inventory.services.iter().filter(|s| s.repository.as_deref() == Some(&target.name)).map(|s| s.name.clone()).collect()
        }
        model::TargetKind::Image => inventory.services.iter().filter(|s| s.images.contains(&target.name)).map(|s| s.name.clone()).collect(),
        model::TargetKind::Url => {
            inventory.services.iter().filter(|s| s.urls.iter().any(|url| url.starts_with(&target.name))).map(|s| s.name.clone()).collect()
        }
        model::TargetKind::Service => index.service(&target.name).map(|service| service.name.clone()).into_iter().collect(),
        _ => Vec::new(),
    };
    if found.is_empty() { vec![String::new()] } else { found }
}

/// The kinds that a tool looks for: those that it showed on this target, else those of its format.
fn kinds_of(tool: &str, conn: &mut store::Conn, org: i64, lineage: i64) -> Result<BTreeSet<Kind>> {
    let known = findings::known_of_lineage(conn, org, lineage)?;
    let mut kinds = crate::import::Subjects::load(conn, org, tool, &known)?.kinds();
    if kinds.is_empty() {
        let format = formats::FORMATS.iter().find(|format| pipeline::deduplicate::over_time::canonical_tool(format.name) == tool);
        kinds.extend(format.and_then(|format| format.kinds.first()).copied());
    }
    Ok(kinds)
}
