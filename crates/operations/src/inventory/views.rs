//! Applications, services and teams as pages show them: what is declared, from where, and what is open there.

use std::collections::{BTreeMap, HashMap};

use model::{
    Application, Branches, Deployment, Environment, Exposure, Inventory, InventoryConflict, InventoryFact, Owner, ReportRow, Service,
    Severity, SourceLine, TargetKind, Team, Timestamp, Tri,
};
use pipeline::correlate::{InventoryIndex, OwnerSuggestion, Placed, suggest_owner};
use pipeline::normalise::ImageReference;
use schemars::JsonSchema;
use serde::Serialize;
use store::Conn;
use store::queries::{deployments, reports, streams};

use super::counts::{Counted, QueueCounts};
use crate::context::not_ahead;
use crate::load::{applied_at, declared, merged_at, put_record, world_of};
use crate::posture::{CoverageRow, CoverageState};
use crate::{Muster, OperationError, Result};

/// Most deployments that a service lists as shipped.
const MOST_SHIPPED: usize = 50;

/// An application in a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ApplicationRow {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub criticality: Severity,
    pub compliance: Vec<String>,
    /// Names of its services.
    pub services: Vec<String>,
    /// The widest of its services.
    pub exposure: Exposure,
    pub issues: QueueCounts,
    /// The line that declares it.
    pub source: SourceLine,
}

/// One application with its services.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ApplicationView {
    pub application: ApplicationRow,
    pub services: Vec<ServiceRow>,
}

/// A service in a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ServiceRow {
    pub name: String,
    pub application: String,
    /// Its own team, else the application's, else what CODEOWNERS says of the whole repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub exposure: Exposure,
    pub production: Tri,
    pub criticality: Severity,
    pub data: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Prefix inside the repository; empty: all of it.
    pub path: String,
    pub issues: QueueCounts,
    /// How it stands with each kind of scan.
    pub scans: BTreeMap<String, CoverageState>,
    /// The line that declares it.
    pub source: SourceLine,
}

/// One service: what is known of it, from where, and what is open there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ServiceView {
    pub service: ServiceRow,
    /// Who owns it, and what less specific sources say.
    pub owner: Owner,
    /// Who may own it, by who works on its code; decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_owner: Option<OwnerSuggestion>,
    pub images: Vec<String>,
    pub urls: Vec<String>,
    pub environments: Vec<Environment>,
    pub branches: Branches,
    pub compliance: Vec<String>,
    /// Every fact with the line that states it and the day from which it holds.
    pub facts: Vec<InventoryFact>,
    /// Where sources disagree about it, and the rule that decided.
    pub conflicts: Vec<InventoryConflict>,
    /// Services that it calls.
    pub depends_on: Vec<String>,
    /// Services that call it.
    pub used_by: Vec<String>,
    /// What runs.
    pub deployments: Vec<Deployment>,
    /// What shipped, newest first, with what the gate had said; at most 50.
    pub shipped: Vec<Deployment>,
    /// Its scans, by kind.
    pub scans: Vec<CoverageRow>,
}

/// A team in a list. The counts are of the issues that it owns, wherever they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct TeamRow {
    pub team: Team,
    /// How many services are its own.
    pub services: u64,
    pub issues: QueueCounts,
}

/// One team with its services.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct TeamView {
    pub team: TeamRow,
    /// Names of applications that it owns.
    pub applications: Vec<String>,
    pub services: Vec<ServiceRow>,
}

/// Which services to list.
#[derive(Clone, Debug, Default)]
pub struct ServiceQuery {
    pub team: Option<String>,
    pub application: Option<String>,
    /// As of then; now where absent.
    pub as_of: Option<Timestamp>,
}

/// What the lists are made of, loaded once.
struct Parts {
    inventory: Inventory,
    index: InventoryIndex,
    /// What holds at each service, by name.
    standing: HashMap<String, Placed>,
    counted: Counted,
    scans: BTreeMap<String, Vec<CoverageRow>>,
}

impl Parts {
    fn service(&self, service: &Service) -> ServiceRow {
        let placed = self.standing.get(&service.name).cloned().unwrap_or_default();
        let scans = self.scans.get(&service.name).map(Vec::as_slice).unwrap_or_default();
        ServiceRow {
            name: service.name.clone(),
            application: service.application.clone(),
            owner: placed.owner.team,
            exposure: placed.exposure,
            production: placed.production,
            criticality: placed.criticality,
            data: placed.data,
            repository: service.repository.clone(),
            path: service.path.clone(),
            issues: self.counted.service(&service.name),
            scans: scans.iter().map(|row| (row.kind.word().to_owned(), row.state)).collect(),
            source: service.source.clone(),
        }
    }

    fn application(&self, application: &Application) -> ApplicationRow {
        let services: Vec<&Service> = self.inventory.services.iter().filter(|service| service.application == application.name).collect();
        ApplicationRow {
            name: application.name.clone(),
            owner: application.owner.clone(),
            criticality: application.criticality,
            compliance: application.compliance.clone(),
            exposure: services
                .iter()
                .filter_map(|service| self.standing.get(&service.name))
                .map(|placed| placed.exposure)
                .max()
                .unwrap_or_default(),
            services: services.into_iter().map(|service| service.name.clone()).collect(),
            issues: self.counted.application(&application.name),
            source: application.source.clone(),
        }
    }

    fn team(&self, team: &Team) -> TeamRow {
        let own = |placed: &&Placed| placed.owner.team.as_deref() == Some(&team.name);
        TeamRow { team: team.clone(), services: self.standing.values().filter(own).count() as u64, issues: self.counted.team(&team.name) }
    }
}

impl Muster {
    fn parts(&self, with_scans: bool, as_of: Option<Timestamp>, now: Timestamp) -> Result<Parts> {
        let at = as_of.unwrap_or(now);
        not_ahead("--as-of", at, now)?;
        self.settle(now)?;
        let mut scans: BTreeMap<String, Vec<CoverageRow>> = BTreeMap::new();
        if with_scans {
            for row in self.coverage_at(None, at)? {
                scans.entry(row.service.clone()).or_default().push(row);
            }
        }
        self.db.try_read(|conn| {
            let mut inventory = merged_at(conn, self.org, at)?.inventory;
            let index = world_of(conn, self.org, inventory.clone(), at)?.index;
            put_record(conn, self.org, &mut inventory, at)?;
            let counted = match as_of {
                Some(at) => Counted::load_as_of(conn, self.org, at)?,
                None => Counted::load(conn, self.org, now)?,
            };
            let standing = inventory.services.iter().map(|service| (service.name.clone(), index.standing(service))).collect();
            Ok(Parts { inventory, index, standing, counted, scans })
        })
    }

    /// Applications by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn applications(&self, as_of: Option<Timestamp>, now: Timestamp) -> Result<Vec<ApplicationRow>> {
        let parts = self.parts(false, as_of, now)?;
        Ok(parts.inventory.applications.iter().map(|application| parts.application(application)).collect())
    }

    /// One application with its services.
    ///
    /// # Errors
    /// When there is none of that name, or the database fails.
    pub fn application(&self, name: &str, as_of: Option<Timestamp>, now: Timestamp) -> Result<ApplicationView> {
        let parts = self.parts(true, as_of, now)?;
        let found = parts.inventory.applications.iter().find(|application| application.name == name);
        let application = found.ok_or_else(|| OperationError::NotFound(format!("the inventory has no application {name}")))?;
        let services = parts.inventory.services.iter().filter(|service| service.application == name);
        Ok(ApplicationView {
            application: parts.application(application),
            services: services.map(|service| parts.service(service)).collect(),
        })
    }

    /// Services by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn services(&self, query: &ServiceQuery, now: Timestamp) -> Result<Vec<ServiceRow>> {
        let parts = self.parts(true, query.as_of, now)?;
        let mut rows: Vec<ServiceRow> = parts
            .inventory
            .services
            .iter()
            .filter(|service| query.application.as_ref().is_none_or(|application| *application == service.application))
            .map(|service| parts.service(service))
            .collect();
        rows.retain(|row| query.team.is_none() || row.owner == query.team);
        Ok(rows)
    }

    /// One service with its facts, deployments and scans.
    ///
    /// # Errors
    /// When there is none of that name, or the database fails.
    pub fn service(&self, name: &str, as_of: Option<Timestamp>, now: Timestamp) -> Result<ServiceView> {
        let at = as_of.unwrap_or(now);
        let mut parts = self.parts(true, as_of, now)?;
        let missing = || OperationError::NotFound(format!("the inventory has no service {name}"));
        let service = parts.index.service(name).cloned().ok_or_else(missing)?;
        let row = parts.service(&service);
        let standing = parts.standing.remove(&service.name).unwrap_or_default();
        let application = parts.inventory.applications.iter().find(|application| application.name == service.application).cloned();
        let (deployments, shipped, applied, suggested_owner) = self.db.try_read(|conn| {
            let mut running = deployments::running(conn, self.org, at)?;
            running.retain(|row| row.deployment.service == service.name);
            let mut running: Vec<Deployment> = running.into_iter().map(|row| row.deployment).collect();
            let mut shipped = deployments::shipped(conn, self.org, Some(&service.name), at)?;
            shipped.truncate(MOST_SHIPPED);
            let mut shipped: Vec<Deployment> = shipped.into_iter().map(|row| row.deployment).collect();
            for list in [&mut running, &mut shipped] {
                say_commits(conn, self.org, list, at)?;
            }
            let suggested = suggest_owner(&declared(conn, self.org, at)?, &parts.inventory, &service);
            Ok::<_, OperationError>((running, shipped, applied_at(conn, self.org)?, suggested))
        })?;
        let mut facts = pipeline::correlate::facts_of(&service, application.as_ref());
        for fact in &mut facts {
            fact.at = applied.get(&fact.source.file).copied();
        }
        let of = format!("service {}", service.name);
        let about =
            |conflict: &&InventoryConflict| conflict.of == of || conflict.of.strip_prefix(&of).is_some_and(|rest| rest.starts_with(" in "));
        let conflicts = parts.inventory.conflicts.iter().filter(about).cloned().collect();
        let calls = |other: &&Service| other.depends_on.contains(&service.name);
        let used_by = parts.inventory.services.iter().filter(calls).map(|other| other.name.clone()).collect();
        Ok(ServiceView {
            owner: standing.owner,
            suggested_owner,
            images: service.images,
            urls: service.urls,
            environments: service.environments,
            branches: service.branches,
            compliance: application.map(|application| application.compliance).unwrap_or_default(),
            facts,
            conflicts,
            depends_on: service.depends_on,
            used_by,
            deployments,
            shipped,
            scans: parts.scans.remove(&row.name).unwrap_or_default(),
            service: row,
        })
    }

    /// Teams by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn teams(&self, as_of: Option<Timestamp>, now: Timestamp) -> Result<Vec<TeamRow>> {
        let parts = self.parts(false, as_of, now)?;
        Ok(parts.inventory.teams.iter().map(|team| parts.team(team)).collect())
    }

    /// One team with its services.
    ///
    /// # Errors
    /// When there is none of that name, or the database fails.
    pub fn team(&self, name: &str, as_of: Option<Timestamp>, now: Timestamp) -> Result<TeamView> {
        let parts = self.parts(true, as_of, now)?;
        let found = parts.inventory.teams.iter().find(|team| team.name == name);
        let team = found.ok_or_else(|| OperationError::NotFound(format!("the inventory has no team {name}")))?;
        let own = parts.inventory.applications.iter().filter(|application| application.owner.as_deref() == Some(name));
        let mut services: Vec<ServiceRow> = parts.inventory.services.iter().map(|service| parts.service(service)).collect();
        services.retain(|row| row.owner.as_deref() == Some(name));
        Ok(TeamView { team: parts.team(team), applications: own.map(|application| application.name.clone()).collect(), services })
    }
}

/// Says of images from which commit they were built, where a scan of that very version carries the label.
fn say_commits(conn: &mut Conn, org: i64, list: &mut [Deployment], at: Timestamp) -> Result<()> {
    let mut of_image: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    if list.iter().any(|row| row.image.is_some()) {
        for stream in streams::all(conn, org)? {
            if stream.key.target.kind == TargetKind::Image {
                of_image.entry(stream.key.target.name.clone()).or_default().push(stream.id);
            }
        }
    }
    for row in list {
        let Some(image) = row.image.as_deref().and_then(ImageReference::parse) else { continue };
        let versions: Vec<String> = image.digest.into_iter().chain(image.tag).collect();
        for stream in of_image.get(&image.repository).into_iter().flatten() {
            if row.built_from.is_none()
                && let Some(report) = reports::newest_of_versions(conn, org, *stream, &versions, at)?
            {
                row.built_from = serde_json::from_str::<ReportRow>(&report.row_json)?.revision;
            }
        }
    }
    Ok(())
}
