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
    /// A tool scanned completely within 30 days, and its newest scan did not fail.
    Fresh,
    /// The last complete scan is older.
    Stale,
    /// No scan is fresh, and the newest scan of a tool failed.
    Failed,
    /// Only parts were scanned.
    Partial,
    Never,
}

impl CoverageState {
    /// As answers have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::Partial => "partial",
            Self::Never => "never",
        }
    }
}

/// A tool whose newest scan of a target is not complete, or whose last complete one is old. It may stand beside one that is fresh.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Shortfall {
    /// `failed`, `partial` or `stale`.
    pub state: CoverageState,
    pub tool: String,
    /// What was scanned.
    pub target: String,
    /// When its newest scan ran.
    pub scanned: Timestamp,
    /// What the newest scan says of why it is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
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
    /// Tools that fall short, whatever the state: those that failed first, then partial and stale ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub short: Vec<Shortfall>,
    /// Why the newest scan is not complete: the reason of the first that falls short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl CoverageRow {
    /// The state with what falls short beside it: `fresh, 1 failed`.
    #[must_use]
    pub fn standing(&self) -> String {
        let mut out = self.state.word().to_owned();
        for state in [CoverageState::Failed, CoverageState::Partial, CoverageState::Stale] {
            let count = self.short.iter().filter(|short| short.state == state).count();
            if self.state == CoverageState::Fresh && count > 0 {
                out.push_str(&format!(", {count} {}", state.word()));
            }
        }
        out
    }
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
                let mut newest = None;
                for report in reports::of_stream(conn, self.org, stream.id)?.into_iter().filter(|report| report.scanned <= now) {
                    if report.coverage == "complete" {
                        complete = complete.max(Some(report.scanned));
                    }
                    newest = Some(report);
                }
                let Some(newest) = newest else { continue };
                let row: model::ReportRow = serde_json::from_str(&newest.row_json)?;
                let scan = Scan {
                    tool: stream.key.tool.clone(),
                    target: stream.key.target.name.clone(),
                    complete,
                    scanned: newest.scanned,
                    coverage: newest.coverage,
                    because: row.coverage_reason,
                };
                for service in services {
                    for kind in &kinds {
                        scans.entry((service.clone(), *kind)).or_default().push(scan.clone());
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

/// What one tool scanned of one target.
#[derive(Clone)]
struct Scan {
    tool: String,
    target: String,
    /// When the newest complete one ran.
    complete: Option<Timestamp>,
    /// When the newest one ran.
    scanned: Timestamp,
    /// The newest one: `complete`, `partial` or `failed`.
    coverage: String,
    because: Option<String>,
}

impl Scan {
    /// A partial scan takes nothing from a complete one that is fresh; one that failed says that the tool no longer looks.
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.coverage != "failed" && self.complete.is_some_and(|at| at >= now.plus_days(-STALE_AFTER))
    }

    fn shortfall(&self, now: Timestamp) -> Option<Shortfall> {
        let state = match self.coverage.as_str() {
            "failed" => CoverageState::Failed,
            "partial" => CoverageState::Partial,
            _ if self.is_fresh(now) => return None,
            _ => CoverageState::Stale,
        };
        let (tool, target, because) = (self.tool.clone(), self.target.clone(), self.because.clone());
        Some(Shortfall { state, tool, target, scanned: self.scanned, because })
    }
}

/// How a service stands with a kind: green needs one tool with a fresh complete scan; what the others lack stands beside it.
fn row(service: &str, team: Option<String>, (kind, required): (Kind, bool), scans: &[Scan], now: Timestamp) -> CoverageRow {
    let last_complete = scans.iter().filter_map(|scan| scan.complete).max();
    let worst_first = [CoverageState::Failed, CoverageState::Partial, CoverageState::Stale];
    let mut short: Vec<Shortfall> = scans.iter().filter_map(|scan| scan.shortfall(now)).collect();
    short.sort_by_key(|each| (worst_first.iter().position(|state| *state == each.state), each.tool.clone(), each.target.clone()));
    let state = match last_complete {
        _ if scans.iter().any(|scan| scan.is_fresh(now)) => CoverageState::Fresh,
        _ if short.iter().any(|each| each.state == CoverageState::Failed) => CoverageState::Failed,
        Some(_) => CoverageState::Stale,
        None if !scans.is_empty() => CoverageState::Partial,
        None => CoverageState::Never,
    };
    let tools: BTreeSet<String> = scans.iter().map(|scan| scan.tool.clone()).collect();
    let because = short.iter().find_map(|each| each.because.clone());
    CoverageRow {
        service: service.to_owned(),
        team,
        kind,
        state,
        required,
        tools: tools.into_iter().collect(),
        last_complete,
        short,
        because,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;
    const NOW: Timestamp = Timestamp(100 * DAY);

    /// A tool's newest scan, and its newest complete one, in days before now.
    fn scan(tool: &str, (coverage, days): (&str, i64), complete: Option<i64>) -> Scan {
        Scan {
            tool: tool.to_owned(),
            target: "github.com/acme/shop".to_owned(),
            complete: complete.map(|days| NOW.plus_days(-days)),
            scanned: NOW.plus_days(-days),
            coverage: coverage.to_owned(),
            because: (coverage != "complete").then(|| format!("{tool} broke")),
        }
    }

    fn of(scans: &[Scan]) -> CoverageRow {
        row("api", None, (Kind::Sast, true), scans, NOW)
    }

    #[test]
    fn a_failed_tool_beside_a_fresh_one_is_named() {
        let scans = [
            scan("bandit", ("complete", 8), Some(8)),
            scan("njsscan", ("complete", 60), Some(60)),
            scan("semgrep", ("partial", 7), Some(12)),
            scan("eslint", ("failed", 7), Some(12)),
        ];
        let row = of(&scans);
        assert_eq!((row.state, row.standing().as_str()), (CoverageState::Fresh, "fresh, 1 failed, 1 partial, 1 stale"));
        let tools: Vec<&str> = row.short.iter().map(|short| short.tool.as_str()).collect();
        assert_eq!((tools, row.because.as_deref()), (vec!["eslint", "semgrep", "njsscan"], Some("eslint broke")));
    }

    #[test]
    fn green_needs_a_fresh_complete_scan_of_a_tool_that_has_not_failed_since() {
        let state = |coverage, complete| of(&[scan("semgrep", (coverage, 1), complete)]).state;
        assert_eq!(state("complete", Some(1)), CoverageState::Fresh);
        assert_eq!(state("partial", Some(3)), CoverageState::Fresh, "what was complete three days ago still is fresh");
        assert_eq!(state("partial", Some(31)), CoverageState::Stale);
        assert_eq!(state("partial", None), CoverageState::Partial);
        assert_eq!(state("failed", Some(3)), CoverageState::Failed, "the tool no longer looks");
        assert_eq!(state("failed", None), CoverageState::Failed);
        let old = of(&[scan("semgrep", ("complete", 31), Some(31))]);
        assert_eq!((old.state, old.standing().as_str(), old.short.len()), (CoverageState::Stale, "stale", 1));
        assert_eq!((of(&[]).state, of(&[]).short), (CoverageState::Never, Vec::new()));
    }
}
