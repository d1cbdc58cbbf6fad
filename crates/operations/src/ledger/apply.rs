//! `facts apply`: files into the ledger, and the issues that they speak of ranked again.

use std::collections::BTreeSet;

use model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::queries::ledger::{self, LedgerRow};

use super::read::{self, Read};
use crate::context::not_ahead;
use crate::import::{ImportFlags, Upload, members, read_file};
use crate::load::{Streams, world};
use crate::refresh::{Cause, refresh};
use crate::{Muster, OperationError, Result};

/// What `facts apply` did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FactsAnswer {
    /// Facts that were read.
    pub facts: u64,
    /// By verdict.
    pub verdicts: std::collections::BTreeMap<String, u64>,
    /// Services that they speak of.
    pub services: Vec<String>,
    /// Issues that were ranked again.
    pub issues_ranked: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl Muster {
    /// Reads facts from files: CSV lists, and reports of any tool that says reachable, loaded or executed. No finding is made. All files or
    /// none.
    ///
    /// # Errors
    /// When a file says nothing of this sort, a row is wrong, a time lies ahead, or nobody says whose facts they are.
    pub fn apply_facts(&self, files: &[(String, Vec<u8>)], flags: &ImportFlags, now: Timestamp) -> Result<FactsAnswer> {
        if let Some(at) = flags.at {
            not_ahead("--at", at, now)?;
        }
        let mut answer = FactsAnswer::default();
        let mut problems = Vec::new();
        let mut rows: Vec<LedgerRow> = Vec::new();
        let known = self.db.try_read(|conn| world(conn, self.org, now))?;
        for (name, bytes) in files {
            match self.read_facts(name, bytes, flags, &known, now) {
                Ok(read) if read.is_empty() => {
                    problems.push(format!("{name}: it says of nothing that it is reachable, loaded or executed"))
                }
                Ok(read) => {
                    for (service, read) in read {
                        if read.row.seen.0 > now.0 + 5 * 60 * 1000 {
                            problems.push(format!("{name}: {} lies ahead of now ({now})", read.row.seen));
                            break;
                        }
                        rows.push(LedgerRow { service, ..read.row });
                    }
                }
                Err(mut reasons) => problems.append(&mut reasons),
            }
        }
        if !problems.is_empty() {
            return Err(OperationError::Problems(problems));
        }
        let services: BTreeSet<String> = rows.iter().map(|row| row.service.clone()).collect();
        for service in services.iter().filter(|service| known.index.service(service).is_none()) {
            answer.warnings.push(format!("the inventory knows no service {service}; its facts wait for one"));
        }
        answer.facts = rows.len() as u64;
        for row in &rows {
            *answer.verdicts.entry(row.verdict.clone()).or_default() += 1;
        }
        answer.issues_ranked = self.db.try_write(|tx| {
            crate::risk::follow_shipped(tx, self.org, now)?;
            ledger::put(tx, self.org, &rows, now)?;
            let ids: BTreeSet<String> = crate::facts::all_issues_of_services(tx, self.org, &services)?.into_iter().collect();
            let world = world(tx, self.org, now)?;
            let streams = Streams::load(tx, self.org, &world.index)?;
            refresh(tx, self.org, &ids, &streams, &world, Cause::of("facts", now))?;
            Ok::<_, OperationError>(ids.len() as u64)
        })?;
        answer.services = services.into_iter().collect();
        Ok(answer)
    }

    /// The facts of a file, each with its service.
    fn read_facts(
        &self,
        name: &str,
        bytes: &[u8],
        flags: &ImportFlags,
        world: &crate::load::World,
        now: Timestamp,
    ) -> Result<Vec<(String, Read)>, Vec<String>> {
        let whose = |services: Vec<String>| {
            if services.is_empty() { Err(vec![format!("{name}: --service says whose facts these are")]) } else { Ok(services) }
        };
        let mut out = Vec::new();
        let text = std::str::from_utf8(bytes).ok().filter(|text| read::is_csv(text));
        if let Some(text) = text {
            for mut read in read::csv(text, name)? {
                let service = read.service.clone().or_else(|| flags.service.clone());
                if read.timeless {
                    read.row.seen = flags.at.unwrap_or(now);
                }
                for service in whose(service.into_iter().collect())? {
                    out.push((service, read.clone()));
                }
            }
            return Ok(out);
        }
        for member in members(vec![Upload::Bytes(name.to_owned(), bytes.to_vec())]) {
            let file = read_file(&member, flags, self.key.bytes()).map_err(|refusal| vec![format!("{}: {refusal}", member.name)])?;
            for run in &file.runs {
                let at = flags.at.or(run.run.at.filter(|at| at.0 <= now.0 + 5 * 60 * 1000)).unwrap_or(now);
                let read = read::of_report(&run.findings, &run.components, &run.run.tool, at, &file.name);
                if read.is_empty() {
                    continue;
                }
                let services = match &flags.service {
                    Some(service) => vec![service.clone()],
                    None => crate::facts::services_of(run, flags, world),
                };
                for service in whose(services)? {
                    out.extend(read.iter().map(|read| (service.clone(), read.clone())));
                }
            }
        }
        Ok(out)
    }
}
