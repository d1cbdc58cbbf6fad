//! Deployments read from Kubernetes lists and from JSON feeds.

use std::collections::{BTreeMap, BTreeSet};

use model::{Deployment, Timestamp};
use pipeline::correlate::running_of;
use schemars::JsonSchema;
use serde::Serialize;
use store::queries::deployments::{self, DeploymentRow};

use super::{concerned, unit_of};
use crate::context::not_ahead;
use crate::inventory::moves::Moves;
use crate::load::world;
use crate::{Muster, OperationError, Result};

/// How a feed is to be read.
#[derive(Clone, Debug, Default)]
pub struct FeedOptions {
    /// The environment of all rows that name none; else a Kubernetes object's namespace.
    pub environment: Option<String>,
    /// Since when, where a row does not say it.
    pub at: Option<Timestamp>,
    /// The files list all that runs in their environments: what they leave out of what they told before has ended.
    pub complete: bool,
}

/// What reading a feed changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "DeploymentFeedAnswer")]
pub struct FeedAnswer {
    pub recorded: u64,
    pub unchanged: u64,
    pub ended: u64,
    /// What runs and is no service's, one line each.
    pub unplaced: Vec<String>,
    /// Issues that changed by it.
    pub moved: Moves,
    pub warnings: Vec<String>,
}

/// Most lines of what is nobody's.
const MOST_UNPLACED: usize = 200;

impl Muster {
    /// Reads what runs from files: lists of Kubernetes objects, or JSON with one row a deployment.
    ///
    /// # Errors
    /// When a file is neither, or a time lies ahead; then nothing is recorded.
    pub fn read_deployments(&self, files: &[(String, String)], options: &FeedOptions, now: Timestamp) -> Result<FeedAnswer> {
        let at = options.at.unwrap_or(now);
        not_ahead("--at", at, now)?;
        let mut errors = Vec::new();
        let mut rows = Vec::new();
        for (path, text) in files {
            match running_of(path, text) {
                Ok(found) => rows.extend(found.into_iter().map(|row| (path, row))),
                Err(problems) => errors.extend(problems.iter().map(ToString::to_string)),
            }
        }
        if !errors.is_empty() {
            return Err(OperationError::Problems(errors));
        }
        self.db.try_write(|tx| {
            let before = world(tx, self.org, now)?;
            let mut answer = FeedAnswer::default();
            let mut unplaced = BTreeSet::new();
            let mut wanted: BTreeMap<(String, String, String), Vec<DeploymentRow>> = BTreeMap::new();
            for (path, row) in rows {
                let by_image = row.image.as_deref().and_then(|image| before.index.service_of_image(image));
                let named = row.service.as_deref().or(row.workload.as_deref());
                let service = by_image.or_else(|| named.and_then(|name| before.index.service(name))).map(|service| service.name.clone());
                let Some(service) = service.or(row.service) else {
                    unplaced.insert(format!("{}: {}", row.source, row.image.or(row.workload).unwrap_or_default()));
                    continue;
                };
                let Some(environment) = row.environment.or_else(|| options.environment.clone()).or(row.namespace) else {
                    answer.warnings.push(format!("{}: no environment; --env names it", row.source));
                    continue;
                };
                let since = row.since.filter(|since| *since <= now).unwrap_or(at);
                let source = path.clone();
                let (gate, gate_reason) = (row.gate, row.gate_reason);
                let deployment = Deployment {
                    service,
                    environment,
                    image: row.image,
                    commit: row.commit,
                    since,
                    until: None,
                    source,
                    gate,
                    gate_reason,
                    built_from: None,
                };
                let (unit, version) = unit_of(&deployment, &before);
                let key = (deployment.service.clone(), deployment.environment.clone(), unit.clone());
                let rows = wanted.entry(key).or_default();
                if !rows.iter().any(|known| known.version == version) {
                    rows.push(DeploymentRow { deployment, unit, version });
                }
            }
            let mut touched: Vec<Deployment> = Vec::new();
            let running = deployments::running(tx, self.org, at)?;
            for ((service, environment, unit), rows) in &wanted {
                let here = |row: &&DeploymentRow| {
                    row.deployment.service == *service && row.deployment.environment == *environment && row.unit == *unit
                };
                for old in running.iter().filter(here).filter(|old| !rows.iter().any(|row| row.version == old.version)) {
                    answer.ended += end(tx, self.org, old, at, now)?;
                    touched.push(old.deployment.clone());
                }
                for row in rows {
                    if running.iter().filter(here).any(|old| old.version == row.version) {
                        answer.unchanged += 1;
                        continue;
                    }
                    deployments::put(tx, self.org, row, now)?;
                    answer.recorded += 1;
                    touched.push(row.deployment.clone());
                }
            }
            if options.complete {
                let sources: BTreeSet<&String> = files.iter().map(|(path, _)| path).collect();
                let listed = |row: &DeploymentRow| {
                    wanted.contains_key(&(row.deployment.service.clone(), row.deployment.environment.clone(), row.unit.clone()))
                };
                for old in running.iter().filter(|row| sources.contains(&row.deployment.source) && !listed(row)) {
                    answer.ended += end(tx, self.org, old, at, now)?;
                    touched.push(old.deployment.clone());
                }
            }
            answer.unplaced = unplaced.into_iter().take(MOST_UNPLACED).collect();
            let ids = concerned(tx, self.org, &touched, &before)?;
            answer.moved = self.after_deployment(tx, &ids, now)?;
            Ok(answer)
        })
    }
}

/// Ends one version.
fn end(tx: &mut store::Conn, org: i64, old: &DeploymentRow, at: Timestamp, now: Timestamp) -> Result<u64> {
    let deployment = Deployment { until: Some(at), ..old.deployment.clone() };
    deployments::put(tx, org, &DeploymentRow { deployment, ..old.clone() }, now)?;
    Ok(1)
}
