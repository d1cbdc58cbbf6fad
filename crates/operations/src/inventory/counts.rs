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
            out.add(&row);
        }
        Ok(out)
    }

    /// The queue of a past time, counted.
    pub(crate) fn load_as_of(conn: &mut Conn, org: i64, at: Timestamp) -> Result<Self> {
        let mut out = Self { services: HashMap::new(), applications: HashMap::new(), teams: HashMap::new() };
        for (issue, row) in crate::history::as_of(conn, org, at)? {
            if !(row.tracked && issue.state.in_queue()) {
                continue;
            }
            let count = PlaceCount {
                services: issue.services,
                application: issue.application,
                team: issue.owner.team,
                tier: row.tier,
                count: 1,
                overdue: u64::from(issue.due.is_some_and(|due| due < at)),
            };
            out.add(&count);
        }
        Ok(out)
    }

    fn add(&mut self, row: &PlaceCount) {
        for service in &row.services {
            self.services.entry(service.clone()).or_default().add(row);
        }
        if let Some(application) = &row.application {
            self.applications.entry(application.clone()).or_default().add(row);
        }
        if let Some(team) = &row.team {
            self.teams.entry(team.clone()).or_default().add(row);
        }
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
