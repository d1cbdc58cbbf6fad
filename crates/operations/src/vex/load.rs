//! The VEX statements that may speak of a set of findings, loaded once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::Timestamp;
use pipeline::track::vex::{Compiled, Names, Origin, TrustList};
use store::Conn;
use store::queries::vex::DocumentRow;
use store::queries::{reports, settings, vex};

use crate::Result;
use crate::derive::Member;
use crate::load::{alias_closure, all_names};

/// The name of the setting.
pub(super) const TRUST: &str = "vex_trust";

/// Statements and trust as of a time, for a set of findings.
#[derive(Default)]
pub(crate) struct VexRecord {
    pub(super) trust: TrustList,
    pub(super) statements: Vec<(Origin, Compiled)>,
    /// Name of a vulnerability to places in `statements`.
    by_name: HashMap<String, Vec<usize>>,
    /// Other names of a name.
    aliases: HashMap<String, Vec<String>>,
    /// By stream: what was scanned last.
    pub(super) versions: HashMap<i64, String>,
}

impl VexRecord {
    /// Loads what may speak of these findings.
    pub(crate) fn load(conn: &mut Conn, org: i64, members: &BTreeMap<String, Vec<Member>>, at: Timestamp) -> Result<Self> {
        let mut out = Self { trust: trust(conn, org, at)?, ..Self::default() };
        if vex::is_empty(conn, org)? {
            return Ok(out);
        }
        let own: BTreeSet<String> =
            members.values().flatten().flat_map(|member| member.finding.identifiers.iter()).map(|name| name.to_uppercase()).collect();
        out.aliases = alias_closure(conn, org, &own)?.names;
        let mut names = own;
        names.extend(out.aliases.keys().cloned());
        let rows = vex::statements_on(conn, org, &names.into_iter().collect::<Vec<_>>())?;
        if rows.is_empty() {
            return Ok(out);
        }
        let origins = origins(vex::documents(conn, org)?);
        for row in rows {
            let Some(origin) = origins.get(&row.document) else { continue };
            let statement = Compiled::new(serde_json::from_str(&row.statement_json)?);
            for name in &statement.statement.vulnerabilities {
                out.by_name.entry(name.clone()).or_default().push(out.statements.len());
            }
            out.statements.push((origin.clone(), statement));
        }
        let streams: BTreeSet<i64> = members
            .values()
            .flatten()
            .filter(|member| !out.statements_on(&out.names(member)).is_empty())
            .flat_map(|member| member.presence.iter().map(|row| row.stream))
            .collect();
        out.versions = reports::versions_of(conn, org, &streams.into_iter().collect::<Vec<_>>(), at)?
            .into_iter()
            .map(|(stream, version, _)| (stream, version))
            .collect();
        Ok(out)
    }

    /// The names of a finding's vulnerability.
    pub(super) fn names(&self, member: &Member) -> Names {
        let own: BTreeSet<String> = member.finding.identifiers.iter().map(|name| name.to_uppercase()).collect();
        Names { all: all_names(own.iter().cloned(), &self.aliases).into_iter().collect(), own }
    }

    /// The statements on a vulnerability.
    pub(super) fn statements_on(&self, names: &Names) -> Vec<&(Origin, Compiled)> {
        let mut places: Vec<usize> = names.all.iter().filter_map(|name| self.by_name.get(name)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        let all = places.into_iter().filter_map(|place| self.statements.get(place));
        all.filter(|(_, statement)| names.meet(&statement.statement.vulnerabilities)).collect()
    }
}

/// The trust list in force at a time; nobody is trusted where there is none.
pub(super) fn trust(conn: &mut Conn, org: i64, at: Timestamp) -> Result<TrustList> {
    match settings::get(conn, org, TRUST, at)? {
        Some(json) => Ok(serde_json::from_str(&json)?),
        None => Ok(TrustList::default()),
    }
}

/// Where statements come from. Of the versions of one document each holds until the next was issued.
fn origins(mut documents: Vec<DocumentRow>) -> HashMap<i64, Origin> {
    documents.sort_by_key(|document| (document.dated, document.id));
    let mut next: HashMap<(String, String), Timestamp> = HashMap::new();
    let mut out = HashMap::new();
    for document in documents.into_iter().rev() {
        let key = (document.author.to_lowercase(), document.name.clone());
        let replaced = next.insert(key, document.dated);
        let version = document.version.trim().parse().ok();
        let origin = Origin { version, author: document.author, document: document.name, order: document.id, replaced };
        out.insert(document.id, origin);
    }
    out
}
