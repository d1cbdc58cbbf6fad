//! How many open issues stand at services, applications and teams.

use std::collections::{BTreeMap, HashMap};

use model::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use store::Conn;
use store::queries::issues::{self, PlaceCount};

use crate::Result;

/// Open issues of the queue at one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QueueCounts {
    pub open: u64,
    /// Past their due date.
    pub overdue: u64,
    /// By the tier that `due` counts by; tiers without an issue are absent.
    pub tiers: BTreeMap<String, u64>,
}

impl QueueCounts {
    fn add(&mut self, row: &PlaceCount) {
        self.open += row.count;
        self.overdue += row.overdue;
        *self.tiers.entry(row.tier.clone()).or_default() += row.count;
    }
}

/// The queue, counted once.
pub(crate) struct Counted {
    services: HashMap<String, QueueCounts>,
    applications: HashMap<String, QueueCounts>,
    teams: HashMap<String, QueueCounts>,
}

impl Counted {
    pub(crate) fn load(conn: &mut Conn, org: i64, now: Timestamp) -> Result<Self> {
        let mut out = Self { services: HashMap::new(), applications: HashMap::new(), teams: HashMap::new() };
        for row in issues::counts_by_place(conn, org, now)? {
            for service in &row.services {
                out.services.entry(service.clone()).or_default().add(&row);
            }
            if let Some(application) = &row.application {
                out.applications.entry(application.clone()).or_default().add(&row);
            }
            if let Some(team) = &row.team {
                out.teams.entry(team.clone()).or_default().add(&row);
            }
        }
        Ok(out)
    }

    pub(crate) fn service(&self, name: &str) -> QueueCounts {
        self.services.get(name).cloned().unwrap_or_default()
    }

    pub(crate) fn application(&self, name: &str) -> QueueCounts {
        self.applications.get(name).cloned().unwrap_or_default()
    }

    pub(crate) fn team(&self, name: &str) -> QueueCounts {
        self.teams.get(name).cloned().unwrap_or_default()
    }
}
