//! `inventory apply`, `show`, `unplaced`, and what pages show of applications, services and teams.

mod counts;
mod unplaced;
mod views;

use std::collections::BTreeSet;

use model::{Inventory, Timestamp};
use pipeline::correlate::{Declared, FileId, Problem, apply, merge, read};
use pipeline::normalise::repository_id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::findings::FindingRow;
use store::queries::{findings, inventory, issues};

use crate::derive::{Member, placed};
use crate::link::{Touched, relink};
use crate::load::{Streams, declared, merged, world};
use crate::refresh::{Cause, refresh};
use crate::{Muster, OperationError, Result};

pub use counts::QueueCounts;
pub use unplaced::Unplaced;
pub use views::{ApplicationRow, ApplicationView, ServiceQuery, ServiceRow, ServiceView, TeamRow, TeamView};

/// The answer of `inventory apply`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryAnswer {
    pub files: u64,
    pub teams: u64,
    pub applications: u64,
    pub services: u64,
    pub codeowners: u64,
    /// Issues that were made again because a finding of theirs may have moved.
    pub issues_placed: u64,
    pub warnings: Vec<String>,
}

impl Muster {
    /// Reads inventory files over what they declared before. All files or none.
    ///
    /// # Errors
    /// When a file is wrong, with every problem in one go, or two files claim one thing.
    pub fn apply_inventory(
        &self,
        files: &[(String, String)],
        repository: Option<&str>,
        replace: Option<&str>,
        now: Timestamp,
    ) -> Result<InventoryAnswer> {
        let repository = repository.map(|text| repository_id(text).unwrap_or_else(|| text.to_owned())).unwrap_or_default();
        let mut read_files = Vec::new();
        let mut errors = Vec::new();
        let mut warnings = Vec::new();
        for (path, text) in files {
            let id = FileId { repository: repository.clone(), path: path.clone() };
            match read(id, text) {
                None => errors.push(format!(
                    "{path}: not an inventory file; muster.yaml, Backstage catalogs, CODEOWNERS and Kubernetes manifests are read"
                )),
                Some((declared, problems)) => {
                    sort_problems(problems, &mut errors, &mut warnings);
                    read_files.push(declared);
                }
            }
        }
        if !errors.is_empty() {
            return Err(OperationError::Problems(errors));
        }
        self.db.try_write(|tx| {
            let mut all: Vec<Declared> = declared(tx, self.org)?;
            if let Some(old) = replace {
                all.retain(|file| !(file.file.path == old && file.file.repository == repository));
                inventory::remove(tx, self.org, &repository, old)?;
            }
            for file in &read_files {
                apply(&mut all, file.clone());
            }
            let merged = merge(&all);
            let mut errors = Vec::new();
            sort_problems(merged.problems, &mut errors, &mut warnings);
            if !errors.is_empty() {
                return Err(OperationError::Problems(errors));
            }
            for file in &read_files {
                inventory::put(tx, self.org, &file.file.repository, &file.file.path, now, &serde_json::to_string(file)?)?;
            }
            let inventory = merged.inventory;
            let mut answer = InventoryAnswer {
                files: read_files.len() as u64,
                teams: inventory.teams.len() as u64,
                applications: inventory.applications.len() as u64,
                services: inventory.services.len() as u64,
                codeowners: inventory.codeowners.len() as u64,
                ..InventoryAnswer::default()
            };
            answer.issues_placed = self.place_again(tx, now)?;
            answer.warnings = warnings;
            Ok(answer)
        })
    }

    /// Places every finding again, and makes the issues again whose findings moved, or whose owner or facts may have changed.
    pub(crate) fn place_again(&self, tx: &mut Conn, now: Timestamp) -> Result<u64> {
        let world = world(tx, self.org, now)?;
        let streams = Streams::load(tx, self.org, &world.index)?;
        let mut moved: Vec<FindingRow> = Vec::new();
        for row in findings::all(tx, self.org)? {
            let member = Member::read(row)?;
            let key = placed(&world.index, &streams, &member.row, &member.finding).place.key;
            if key != member.row.place {
                moved.push(FindingRow { place: key, ..member.row });
            }
        }
        findings::upsert(tx, self.org, &moved)?;
        let changed: Vec<i64> = moved.iter().map(|row| row.id).collect();
        let relinked = relink(tx, self.org, Touched { changed: &changed, freed: &changed }, &streams, &world)?;
        let mut ids: BTreeSet<String> = issues::ids(tx, self.org)?.into_iter().collect();
        ids.extend(relinked.issues.iter().cloned());
        let none = BTreeSet::new();
        let cause = Cause { at: now, now, by: "inventory", new_findings: &none };
        refresh(tx, self.org, &ids, &streams, &world, cause)?;
        relinked.keep_redirects(tx, self.org, now)?;
        Ok(ids.len() as u64)
    }

    /// Links every web and code finding again, after routes changed.
    pub(crate) fn link_again(&self, tx: &mut Conn, now: Timestamp) -> Result<()> {
        let world = world(tx, self.org, now)?;
        let streams = Streams::load(tx, self.org, &world.index)?;
        let all: Vec<i64> = findings::all(tx, self.org)?.into_iter().map(|row| row.id).collect();
        let relinked = relink(tx, self.org, Touched { changed: &all, freed: &[] }, &streams, &world)?;
        let none = BTreeSet::new();
        let cause = Cause { at: now, now, by: "routes", new_findings: &none };
        refresh(tx, self.org, &relinked.issues, &streams, &world, cause)?;
        relinked.keep_redirects(tx, self.org, now)?;
        Ok(())
    }

    /// The inventory as it stands.
    ///
    /// # Errors
    /// When the database fails.
    pub fn inventory(&self) -> Result<Inventory> {
        self.db.try_read(|conn| Ok(merged(conn, self.org)?.inventory))
    }
}

fn sort_problems(problems: Vec<Problem>, errors: &mut Vec<String>, warnings: &mut Vec<String>) {
    for problem in problems {
        if problem.is_error() { errors.push(problem.to_string()) } else { warnings.push(problem.to_string()) }
    }
}
