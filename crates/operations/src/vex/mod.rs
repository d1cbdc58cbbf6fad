//! `vex apply`, `vex trust`, `vex export`: what others say of vulnerabilities in products, whose word counts, and what we say.

mod export;
mod known;
mod load;
mod weigh;

use std::collections::BTreeSet;

pub use intel::vex::Format as VexFormat;
use model::{Issue, State, Timestamp, VexDocument, VexVerdict, Warning};
use pipeline::track::vex::Compiled;
pub use pipeline::track::vex::TrustList;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::vex::DocumentRow;
use store::queries::{counters, findings, issues, settings, vex};

pub(crate) use load::VexRecord;
pub(crate) use weigh::{VexOutcome, put_vex, sentence, term};

use crate::load::{Streams, alias_closure, world};
use crate::refresh::{Cause, refresh};
use crate::{Muster, OperationError, Result};

/// What one document brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VexAnswer {
    pub file: String,
    /// `openvex`, `csaf` or `cyclonedx`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Its identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    pub statements: u64,
    /// Issues that a statement of it speaks of, whether its author is trusted or not.
    pub issues: u64,
    /// Those of them that are out of the queue by it.
    pub not_affected: u64,
    /// True where the same bytes had been applied before and nothing changed.
    pub repeated: bool,
    pub warnings: Vec<Warning>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The answer of `vex trust apply`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrustAnswer {
    pub trust: TrustList,
    /// Issues that were looked at again.
    pub issues: u64,
    /// Those of them that are out of the queue by a trusted statement now.
    pub not_affected: u64,
}

impl Muster {
    /// Stores VEX documents (OpenVEX, CSAF, CycloneDX, recognised by content) and looks again at the issues that they speak of. A bad document
    /// is a row with `error`; the others are stored. A document that names no product that is known here is refused, unless `any_product`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn apply_vex(&self, files: &[(String, Vec<u8>)], any_product: bool, now: Timestamp) -> Result<Vec<VexAnswer>> {
        let mut out = Vec::new();
        for (name, bytes) in files {
            let answer = match intel::vex::read(bytes, name) {
                Err(error) => VexAnswer { file: name.clone(), error: Some(error.to_string()), ..VexAnswer::default() },
                Ok(read) => {
                    let hash = model::short_hex(blake3::hash(bytes).as_bytes(), 32);
                    self.db.try_write(|tx| self.store_vex(tx, name, &read.document, &read.warnings, &hash, any_product, now))?
                }
            };
            out.push(answer);
        }
        Ok(out)
    }

    #[expect(clippy::too_many_arguments, reason = "one call, in the loop over the files")]
    fn store_vex(
        &self,
        tx: &mut Conn,
        name: &str,
        document: &VexDocument,
        warnings: &[Warning],
        hash: &str,
        any_product: bool,
        now: Timestamp,
    ) -> Result<VexAnswer> {
        let mut answer = VexAnswer {
            file: name.to_owned(),
            format: Some(document.format.clone()),
            document: Some(document.id.clone()),
            version: Some(document.version.clone()).filter(|version| !version.is_empty()),
            author: Some(document.author.clone()),
            date: Some(document.at),
            statements: document.statements.len() as u64,
            warnings: warnings.to_vec(),
            ..VexAnswer::default()
        };
        if vex::by_content(tx, self.org, hash)?.is_some() {
            answer.repeated = true;
            return Ok(answer);
        }
        let unknown = known::unknown_products(tx, self.org, document, now)?;
        match &unknown {
            known::Unknown::All(place, product) if !any_product => {
                answer.error = Some(format!(
                    "{name}: {place}: nobody here has `{product}` or another product of this document; nothing was stored (--any-product keeps it for later)"
                ));
                return Ok(answer);
            }
            known::Unknown::All(place, product) | known::Unknown::Some(place, product) => {
                let message = format!("nobody here has `{product}`; what is said of it waits until somebody does");
                answer.warnings.push(Warning { place: place.clone(), message });
            }
            known::Unknown::None => {}
        }
        let ahead = document.statements.iter().filter(|statement| statement.at > now).count();
        if ahead > 0 {
            let message = format!("{ahead} statements are dated ahead of now and hold from their date on");
            answer.warnings.push(Warning { place: String::new(), message });
        }
        let row = DocumentRow {
            id: counters::take(tx, self.org, "vex", 1)?,
            name: document.id.clone(),
            version: document.version.clone(),
            author: document.author.trim().to_owned(),
            format: document.format.clone(),
            file: name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned(),
            content_hash: hash.to_owned(),
            dated: document.at,
            applied: now,
        };
        let mut statements = Vec::with_capacity(document.statements.len());
        for statement in &document.statements {
            statements.push((statement.at, statement.vulnerabilities.clone(), serde_json::to_string(statement)?));
        }
        vex::insert(tx, self.org, &row, &statements)?;
        let names: BTreeSet<String> = document.statements.iter().flat_map(|statement| statement.vulnerabilities.clone()).collect();
        let ids = self.issues_on(tx, names)?;
        let by = format!("VEX of {} ({})", row.author, row.name);
        let after = self.look_again(tx, &ids, &by, now)?;
        let speaks = |issue: &&Issue| issue.vex.iter().any(|fact| fact.document == document.id && fact.author == row.author);
        let spoken: Vec<&Issue> = after.iter().filter(speaks).collect();
        answer.issues = spoken.len() as u64;
        let gated = |issue: &&&Issue| {
            issue.state == State::NotAffected
                && issue.vex.iter().any(|fact| fact.document == document.id && fact.verdict == VexVerdict::Counts && fact.status.gates())
        };
        answer.not_affected = spoken.iter().filter(gated).count() as u64;
        Ok(answer)
    }

    /// The issues with a finding that goes by one of these names or an alias of them.
    fn issues_on(&self, tx: &mut Conn, names: BTreeSet<String>) -> Result<BTreeSet<String>> {
        let mut all = names.clone();
        all.extend(alias_closure(tx, self.org, &names)?.names.into_keys());
        let found = findings::naming(tx, self.org, all.into_iter().collect())?;
        Ok(findings::by_ids(tx, self.org, &found)?.into_iter().map(|row| row.issue).collect())
    }

    /// Makes issues again and gives them as they are then.
    fn look_again(&self, tx: &mut Conn, ids: &BTreeSet<String>, by: &str, now: Timestamp) -> Result<Vec<Issue>> {
        crate::risk::follow_shipped(tx, self.org, now)?;
        let world = world(tx, self.org, now)?;
        let streams = Streams::load(tx, self.org, &world.index)?;
        refresh(tx, self.org, ids, &streams, &world, Cause::of(by, now))?;
        let rows = issues::by_ids(tx, self.org, &ids.iter().cloned().collect::<Vec<_>>())?;
        rows.iter().map(|row| Ok(row.issue()?)).collect()
    }

    /// Puts a trust list in force and looks again at the issues that statements speak of.
    ///
    /// # Errors
    /// When the list is wrong, with every problem in one go: the one before stays in force.
    pub fn apply_trust(&self, file: &str, text: &str, now: Timestamp) -> Result<TrustAnswer> {
        let problems =
            |problems: Vec<pipeline::correlate::Problem>| OperationError::Problems(problems.iter().map(ToString::to_string).collect());
        let trust = TrustList::read(file, text).map_err(problems)?;
        self.db.try_write(|tx| {
            settings::set(tx, self.org, load::TRUST, now, &serde_json::to_string(&trust)?)?;
            let names = vex::all_names(tx, self.org)?.into_iter().collect();
            let mut ids = self.issues_on(tx, names)?;
            // Statements that stand in reports are in no document; the issues show them.
            ids.extend(vex::issues_that_show(tx, self.org)?);
            let by = format!("trust list {file}");
            let after = self.look_again(tx, &ids, &by, now)?;
            let counts = |issue: &&Issue| {
                issue.state == State::NotAffected && issue.vex.iter().any(|fact| fact.verdict == VexVerdict::Counts && fact.status.gates())
            };
            Ok(TrustAnswer { not_affected: after.iter().filter(counts).count() as u64, issues: ids.len() as u64, trust })
        })
    }

    /// The trust list in force.
    ///
    /// # Errors
    /// When the database fails.
    pub fn trust(&self, now: Timestamp) -> Result<TrustList> {
        self.db.try_read(|conn| load::trust(conn, self.org, now))
    }
}

/// A statement with its products taken apart.
fn compiled(document: &VexDocument) -> impl Iterator<Item = Compiled> {
    document.statements.iter().cloned().map(Compiled::new)
}
