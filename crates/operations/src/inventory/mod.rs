//! `inventory apply`, `show`, `unplaced`, and what pages show of applications, services and teams.

mod again;
mod counts;
pub(crate) mod moves;
mod unplaced;
mod views;

use std::collections::BTreeSet;

use model::{Inventory, Timestamp};
use pipeline::correlate::{Declared, FileId, Problem, apply, merge, read, strangers};
use pipeline::normalise::repository_id;
use schemars::JsonSchema;
use serde::Serialize;
use store::queries::inventory::VersionRow;
use store::queries::{findings, inventory};
use store::{Conn, StoreError};

use crate::link::{Touched, relink};
use crate::load::{LATEST, Streams, declared, merged_at, put_record, world};
use crate::refresh::Cause;
use crate::{Muster, OperationError, Result};

pub use counts::QueueCounts;
pub use moves::{Change, Moved, Moves};
pub use unplaced::Unplaced;
pub use views::{ApplicationRow, ApplicationView, ServiceQuery, ServiceRow, ServiceView, TeamRow, TeamView};

/// The answer of `inventory apply`, and of `inventory diff` before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InventoryAnswer {
    pub files: u64,
    pub teams: u64,
    pub applications: u64,
    pub services: u64,
    pub codeowners: u64,
    /// Issues that were made again because something about their place may have changed.
    pub issues_placed: u64,
    /// Issues that moved to another owner, service, application, exposure or tier.
    pub moved: Moves,
    pub warnings: Vec<String>,
}

/// Where the files of an application of the inventory come from.
#[derive(Clone, Copy, Debug, Default)]
pub struct InventorySource<'a> {
    /// Repository that the files are of.
    pub repository: Option<&'a str>,
    /// A file whose declarations these take over.
    pub replace: Option<&'a str>,
}

/// How a look at what would be ends: in any case without a change.
enum Ended {
    Seen(Box<InventoryAnswer>),
    Failed(OperationError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
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
        let source = InventorySource { repository, replace };
        let read = read_all(files, source);
        self.db.try_write(|tx| self.apply_in(tx, read, source, now))
    }

    /// What applying these files would move. Nothing is changed.
    ///
    /// # Errors
    /// As `apply_inventory`.
    pub fn diff_inventory(&self, files: &[(String, String)], source: InventorySource<'_>, now: Timestamp) -> Result<InventoryAnswer> {
        let read = read_all(files, source);
        let ended = self.db.try_write(|tx| {
            let answer = self.apply_in(tx, read, source, now).map_err(Ended::Failed)?;
            Err::<(), Ended>(Ended::Seen(Box::new(answer)))
        });
        match ended {
            Err(Ended::Seen(answer)) => Ok(*answer),
            Err(Ended::Failed(error)) => Err(error),
            Ok(()) => Ok(InventoryAnswer::default()),
        }
    }

    fn apply_in(
        &self,
        tx: &mut Conn,
        Read { files, mut errors, mut warnings }: Read,
        source: InventorySource<'_>,
        now: Timestamp,
    ) -> Result<InventoryAnswer> {
        let repository = repository_of(source);
        crate::risk::follow_shipped(tx, self.org, now)?;
        let before = world(tx, self.org, now)?;
        let mut all: Vec<Declared> = declared(tx, self.org, LATEST)?;
        let gone = |repository: &str, path: &str| VersionRow {
            repository: repository.to_owned(),
            path: path.to_owned(),
            since: now,
            recorded: now,
            declared_json: None,
        };
        if let Some(old) = source.replace {
            let known = all.len();
            all.retain(|file| !(file.file.path == old && file.file.repository == repository));
            if all.len() == known {
                warnings.push(format!("{old}: no file of that name was applied, so there is nothing to take over"));
            } else {
                inventory::put(tx, self.org, &gone(&repository, old))?;
            }
        }
        for file in &files {
            apply(&mut all, file.clone());
        }
        // What is wrong between files is told in the same go as what is wrong in each.
        let merged = merge(&all);
        sort_problems(merged.problems, &mut errors, &mut warnings);
        let owned = files.iter().flat_map(|file| &file.inventory.codeowners);
        warnings.extend(owned.filter_map(|file| strangers(&merged.inventory, file)).map(|problem| problem.to_string()));
        if !errors.is_empty() {
            // Who mends the file sees everything at once.
            errors.extend(warnings.into_iter().map(|warning| format!("beside it a warning: {warning}")));
            return Err(OperationError::Problems(errors));
        }
        for file in &files {
            self.put_version(tx, file, source.replace.is_some(), now)?;
        }
        let inventory = merged.inventory;
        let mut answer = InventoryAnswer {
            files: files.len() as u64,
            teams: inventory.teams.len() as u64,
            applications: inventory.applications.len() as u64,
            services: inventory.services.len() as u64,
            codeowners: inventory.codeowners.len() as u64,
            warnings,
            ..InventoryAnswer::default()
        };
        let by = match files.as_slice() {
            [one] => format!("inventory {}", one.file.path),
            _ => "inventory".to_owned(),
        };
        let cause = Cause { tells_moves: true, ..Cause::of(&by, now) };
        let (placed, elsewhere) = again::place_again(tx, self.org, &before, cause)?;
        answer.issues_placed = placed;
        answer.moved = elsewhere.tell(tx, self.org)?;
        Ok(answer)
    }

    /// Keeps a version of a file, unless it says what it said before.
    fn put_version(&self, tx: &mut Conn, file: &Declared, replaces: bool, now: Timestamp) -> Result<()> {
        let json = serde_json::to_string(file)?;
        let (repository, path) = (&file.file.repository, &file.file.path);
        let versions = inventory::versions(tx, self.org, repository, path)?;
        if versions.last().is_some_and(|last| last.declared_json.as_ref() == Some(&json)) {
            return Ok(());
        }
        let since = if versions.is_empty() && !replaces { Timestamp(0) } else { now };
        let (repository, path) = (repository.clone(), path.clone());
        inventory::put(tx, self.org, &VersionRow { repository, path, since, recorded: now, declared_json: Some(json) })?;
        Ok(())
    }

    /// Links every web and code finding again, after routes changed.
    pub(crate) fn link_again(&self, tx: &mut Conn, now: Timestamp) -> Result<()> {
        let world = world(tx, self.org, now)?;
        let streams = Streams::load(tx, self.org, &world.index)?;
        let all = findings::ids(tx, self.org)?;
        let cause = Cause::of("routes", now);
        let touched = Touched { changed: &all, ..Touched::default() };
        relink(tx, self.org, touched, &streams, &world, cause)?.finish(tx, self.org, BTreeSet::new(), (&streams, &world), cause)?;
        Ok(())
    }

    /// The inventory as it stands, or stood at a time, with where its sources disagree.
    ///
    /// # Errors
    /// When the database fails.
    pub fn inventory(&self, as_of: Option<Timestamp>, now: Timestamp) -> Result<Inventory> {
        let at = as_of.unwrap_or(now);
        self.db.try_read(|conn| {
            let mut inventory = merged_at(conn, self.org, at)?.inventory;
            put_record(conn, self.org, &mut inventory, at)?;
            Ok(inventory)
        })
    }
}

fn repository_of(source: InventorySource<'_>) -> String {
    source.repository.map(|text| repository_id(text).unwrap_or_else(|| text.to_owned())).unwrap_or_default()
}

/// Files as they were read, with what is wrong in each.
struct Read {
    files: Vec<Declared>,
    errors: Vec<String>,
    warnings: Vec<String>,
}

fn read_all(files: &[(String, String)], source: InventorySource<'_>) -> Read {
    let repository = repository_of(source);
    let mut out = Read { files: Vec::new(), errors: Vec::new(), warnings: Vec::new() };
    for (path, text) in files {
        let id = FileId { repository: repository.clone(), path: path.clone() };
        match read(id, text) {
            None => out.errors.push(format!(
                "{path}: not an inventory file; muster.yaml, Backstage catalogs, CODEOWNERS, Kubernetes manifests, Terraform states and plans, \
                 OpenAPI documents, SLSA provenance and logs of git are read"
            )),
            Some((declared, problems)) => {
                sort_problems(problems, &mut out.errors, &mut out.warnings);
                out.files.push(declared);
            }
        }
    }
    out
}

fn sort_problems(problems: Vec<Problem>, errors: &mut Vec<String>, warnings: &mut Vec<String>) {
    for problem in problems {
        if problem.is_error() { errors.push(problem.to_string()) } else { warnings.push(problem.to_string()) }
    }
}
