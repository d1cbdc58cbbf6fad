//! `deploy`: what runs where, since when. What runs decides which findings live, what is in production, and how far a service is exposed.

mod feed;

use std::collections::BTreeSet;

use model::{DeployGate, Deployment, Timestamp};
use pipeline::normalise::ImageReference;
use schemars::JsonSchema;
use serde::Serialize;
use store::Conn;
use store::queries::deployments::{self, DeploymentRow};
use store::queries::inventory::issues_concerned;

use crate::context::not_ahead;
use crate::inventory::moves::Moves;
use crate::load::{Streams, World, world};
use crate::refresh::{Cause, refresh};
use crate::{Muster, OperationError, Result};

pub use feed::{FeedAnswer as DeploymentFeedAnswer, FeedOptions as DeploymentFeed};

/// What a deployment is recorded as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeployMode {
    /// It takes the place of what ran before of the same image or code.
    #[default]
    Supersede,
    /// It runs beside what ran before: a canary, the other colour.
    Beside,
    /// Nothing of the service runs there from then on; of one image where it is given.
    End,
}

/// The answer of `deploy`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct DeployAnswer {
    #[serde(flatten)]
    pub deployment: Deployment,
    /// What ended by it.
    pub ended: u64,
    /// Issues that changed by it.
    pub moved: Moves,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Which deployments to list.
#[derive(Clone, Debug, Default)]
pub struct DeploymentQuery {
    pub service: Option<String>,
    pub environment: Option<String>,
    /// Also what ran before: shipped versions.
    pub history: bool,
    /// Only what the gate had this to say of.
    pub gate: Option<DeployGate>,
    /// As of then; now where absent.
    pub as_of: Option<Timestamp>,
}

impl Muster {
    /// Records that an image or commit runs in an environment of a service, in the place of what ran there of it.
    ///
    /// # Errors
    /// When neither image nor commit is given, or the time lies ahead.
    pub fn deploy(&self, deployment: Deployment, now: Timestamp) -> Result<DeployAnswer> {
        self.deploy_as(deployment, DeployMode::Supersede, now)
    }

    /// Records a deployment, or the end of one.
    ///
    /// # Errors
    /// When neither image nor commit is given where one is needed, a name is missing, or the time lies ahead.
    pub fn deploy_as(&self, mut deployment: Deployment, mode: DeployMode, now: Timestamp) -> Result<DeployAnswer> {
        not_ahead("--at", deployment.since, now)?;
        if mode != DeployMode::End && deployment.image.is_none() && deployment.commit.is_none() {
            return Err(OperationError::Bad("--image or --commit says what was deployed".to_owned()));
        }
        if deployment.service.trim().is_empty() || deployment.environment.trim().is_empty() {
            return Err(OperationError::Bad("--service and --env say where it runs".to_owned()));
        }
        if deployment.gate_reason.is_some() && deployment.gate.is_none() {
            return Err(OperationError::Bad("--gate-reason belongs to --gate passed, bypassed or none".to_owned()));
        }
        if deployment.source.is_empty() {
            "deploy".clone_into(&mut deployment.source);
        }
        self.db.try_write(|tx| {
            let before = world(tx, self.org, now)?;
            let mut warnings = Vec::new();
            if deployment.gate == Some(DeployGate::Bypassed)
                && deployment.gate_reason.as_ref().is_none_or(|reason| reason.trim().is_empty())
            {
                warnings.push("the gate was bypassed without a reason; --gate-reason keeps it".to_owned());
            }
            match before.index.service(&deployment.service) {
                // One spelling for one service.
                Some(service) => deployment.service.clone_from(&service.name),
                None => {
                    warnings.push(format!("the inventory has no service {}; it is recorded and counts once there is", deployment.service))
                }
            }
            let ended = record(tx, self.org, &mut deployment, mode, &before, now)?;
            let concerned = concerned(tx, self.org, std::slice::from_ref(&deployment), &before)?;
            let moved = self.after_deployment(tx, &concerned, now)?;
            Ok(DeployAnswer { deployment: deployment.clone(), ended, moved, warnings })
        })
    }

    /// Makes issues again after the record of deployments changed.
    pub(crate) fn after_deployment(&self, tx: &mut Conn, ids: &BTreeSet<String>, now: Timestamp) -> Result<Moves> {
        crate::risk::follow_shipped(tx, self.org, now)?;
        let world = world(tx, self.org, now)?;
        let streams = Streams::load(tx, self.org, &world.index)?;
        let cause = Cause { tells_moves: true, ..Cause::of("deploy", now) };
        let changes = refresh(tx, self.org, ids, &streams, &world, cause)?;
        changes.elsewhere.tell(tx, self.org)
    }

    /// What runs, or what ever shipped, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn deployments(&self, query: &DeploymentQuery, now: Timestamp) -> Result<Vec<Deployment>> {
        let at = query.as_of.unwrap_or(now);
        let rows = self.db.read(|conn| match query.history {
            true => deployments::shipped(conn, self.org, query.service.as_deref(), at),
            false => deployments::running(conn, self.org, at),
        })?;
        let wanted = |deployment: &Deployment| {
            query.service.as_ref().is_none_or(|service| *service == deployment.service)
                && query.environment.as_ref().is_none_or(|environment| *environment == deployment.environment)
                && query.gate.is_none_or(|gate| deployment.gate == Some(gate))
        };
        Ok(rows.into_iter().map(|row| row.deployment).filter(wanted).collect())
    }
}

/// What of a service a deployment is, and its version.
pub(crate) fn unit_of(deployment: &Deployment, world: &World) -> (String, String) {
    match (&deployment.image, &deployment.commit) {
        (Some(text), _) => match ImageReference::parse(text) {
            Some(image) => (image.repository, image.digest.or(image.tag).unwrap_or_default()),
            None => {
                let service = world.index.service(&deployment.service);
                let only = service.and_then(|service| match service.images.as_slice() {
                    [only] => Some(only.clone()),
                    _ => None,
                });
                (only.unwrap_or_else(|| "image".to_owned()), text.clone())
            }
        },
        (None, commit) => ("commit".to_owned(), commit.clone().unwrap_or_default()),
    }
}

/// Writes a deployment between its neighbours. Answers how many others ended by it.
fn record(tx: &mut Conn, org: i64, deployment: &mut Deployment, mode: DeployMode, world: &World, now: Timestamp) -> Result<u64> {
    let (unit, version) = unit_of(deployment, world);
    let (service, environment) = (deployment.service.clone(), deployment.environment.clone());
    let place = (service.as_str(), environment.as_str());
    if mode == DeployMode::End {
        let named = deployment.image.is_some() || deployment.commit.is_some();
        return Ok(deployments::end(tx, org, place, named.then_some(unit.as_str()), None, deployment.since)?);
    }
    let known = deployments::of_unit(tx, org, &deployment.service, &deployment.environment, &unit)?;
    let at = deployment.since;
    let runs = |row: &&DeploymentRow| row.deployment.since <= at && row.deployment.until.is_none_or(|until| until > at);
    if let Some(row) = known.iter().filter(runs).find(|row| row.version == version) {
        // It runs there already: its time stays, and what ran beside it ends unless it may stay.
        let told = std::mem::take(deployment);
        *deployment = Deployment { source: told.source, ..row.deployment.clone() };
        if told.gate.is_some() {
            (deployment.gate, deployment.gate_reason) = (told.gate, told.gate_reason);
        }
    }
    let mut ended = 0;
    if mode == DeployMode::Supersede {
        ended = deployments::end(tx, org, place, Some(&unit), Some(&version), at)?;
        // Told late: it ran until the next version came.
        let next = known.iter().map(|row| row.deployment.since).filter(|since| *since > at).min();
        deployment.until = deployment.until.or(next);
    }
    let row = DeploymentRow { deployment: deployment.clone(), unit, version };
    deployments::put(tx, org, &row, now)?;
    Ok(ended)
}

/// Issues that deployments concern: those of the services, and those of scans of what was deployed.
fn concerned(tx: &mut Conn, org: i64, list: &[Deployment], world: &World) -> Result<BTreeSet<String>> {
    let mut asked = BTreeSet::new();
    let mut out = BTreeSet::new();
    for deployment in list {
        let (unit, _) = unit_of(deployment, world);
        let repository = world.index.service(&deployment.service).and_then(|service| service.repository.clone());
        let target = match (&deployment.image, repository) {
            (Some(_), _) => Some(("image", unit)),
            (None, Some(repository)) => Some(("repository", repository)),
            (None, None) => None,
        };
        if asked.insert((deployment.service.clone(), target.clone())) {
            let target = target.as_ref().map(|(kind, name)| (*kind, name.as_str()));
            out.extend(issues_concerned(tx, org, &deployment.service, target)?);
        }
    }
    Ok(out)
}
