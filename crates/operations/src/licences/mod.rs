//! `licences`: the licences of packages under a policy.

mod expression;
mod policy;

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::queries::components::{self, SpanRow};
use store::queries::settings;

use self::policy::Policy;
use crate::components::PackagePlaces;
use crate::{Muster, OperationError, Result};

pub use policy::LicenceVerdict;

/// The setting that holds the policy in force.
const SETTING: &str = "licence_policy";

/// A package under the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LicenceRow {
    pub verdict: LicenceVerdict,
    /// As stated, with ` AND ` between several; empty where none is stated.
    pub licence: String,
    /// Package URL without version.
    pub package: String,
    pub versions: Vec<String>,
    pub services: Vec<String>,
    /// What was scanned, where no service has it.
    pub targets: Vec<String>,
    pub owners: Vec<String>,
    /// The line of the policy that decides.
    pub because: String,
}

/// An answer of [`Muster::licences`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LicenceList {
    /// Denied first, then what is to be reviewed; by licence and package.
    pub items: Vec<LicenceRow>,
    /// How many packages have each verdict.
    pub counts: BTreeMap<String, u64>,
    /// Without a policy nothing is judged.
    pub has_policy: bool,
}

impl Muster {
    /// Keeps a licence policy from now on. Answers how many licences it names.
    ///
    /// # Errors
    /// All mistakes of the file, each with its line.
    pub fn apply_licence_policy(&self, file: &str, text: &str, now: Timestamp) -> Result<u64> {
        let policy = Policy::read(file, text).map_err(OperationError::Problems)?;
        let stored = serde_json::to_string(&(file, text))?;
        self.db.write(|tx| settings::set(tx, self.org, SETTING, now, &stored))?;
        Ok(policy.size())
    }

    /// Packages whose licence the policy does not allow; with `all` every package. Without a policy all are listed, unjudged.
    ///
    /// # Errors
    /// When the database fails.
    pub fn licences(&self, team: Option<&str>, all: bool, as_of: Option<Timestamp>, now: Timestamp) -> Result<LicenceList> {
        let at = as_of.unwrap_or(now);
        self.db.try_read(|conn| {
            let stored = settings::get(conn, self.org, SETTING, at)?;
            let policy = match &stored {
                Some(json) => {
                    let (file, text): (String, String) = serde_json::from_str(json)?;
                    Some(Policy::read(&file, &text).map_err(OperationError::Problems)?)
                }
                None => None,
            };
            // Of every package and licence, one span of each stream and file: the rest is counted there.
            let mut spans: Vec<SpanRow> = Vec::new();
            components::each_at(conn, self.org, at, |span| spans.push(span))?;
            // A report that names a package without its licence takes nothing from a bill of materials that states it.
            let stated: BTreeSet<(String, String)> =
                spans.iter().filter(|span| !span.licenses.is_empty()).map(|span| (span.purl.clone(), span.version.clone())).collect();
            spans.retain(|span| !span.licenses.is_empty() || !stated.contains(&(span.purl.clone(), span.version.clone())));
            let mut places = PackagePlaces::load(conn, self.org, &spans, at)?;
            let mut rows: BTreeMap<(String, String), LicenceRow> = BTreeMap::new();
            let mut judged: BTreeMap<(String, String), (LicenceVerdict, String)> = BTreeMap::new();
            for span in &spans {
                let licence = span.licenses.join(" AND ");
                let key = (span.purl.clone(), licence.clone());
                let (verdict, because) = judged
                    .entry(key.clone())
                    .or_insert_with(|| match &policy {
                        Some(policy) => policy.judge(&span.purl, &licence),
                        None => (LicenceVerdict::Unjudged, "there is no policy".to_owned()),
                    })
                    .clone();
                let at = places.of(span);
                if team.is_some_and(|team| at.owner.as_deref() != Some(team)) {
                    continue;
                }
                let row = rows.entry(key).or_insert_with(|| LicenceRow {
                    verdict,
                    licence,
                    package: span.purl.clone(),
                    because,
                    ..LicenceRow::default()
                });
                add(&mut row.versions, &span.version);
                at.services.iter().for_each(|service| add(&mut row.services, service));
                if at.services.is_empty() {
                    add(&mut row.targets, &at.target);
                }
                at.owner.iter().for_each(|owner| add(&mut row.owners, owner));
            }
            let mut out = LicenceList { has_policy: policy.is_some(), ..LicenceList::default() };
            for row in rows.values() {
                *out.counts.entry(row.verdict.word().to_owned()).or_default() += 1;
            }
            let wanted = |row: &LicenceRow| all || !out.has_policy || row.verdict != LicenceVerdict::Allow;
            out.items = rows.into_values().filter(wanted).collect();
            out.items.sort_by(|a, b| (a.verdict, &a.licence, &a.package).cmp(&(b.verdict, &b.licence, &b.package)));
            Ok(out)
        })
    }
}

fn add(list: &mut Vec<String>, value: &str) {
    if let Err(at) = list.binary_search_by(|known| known.as_str().cmp(value)) {
        list.insert(at, value.to_owned());
    }
}
