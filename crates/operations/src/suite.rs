//! Which share of a team's services has the full suite of scans.

use std::collections::{BTreeMap, BTreeSet};

use model::{Kind, Service, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::load::merged;
use crate::{CoverageRow, Muster, Result, ScanState};

/// A team's services and the suite of scans.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SuiteRow {
    /// Absent: services without an owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    pub services: u64,
    /// Services with a fresh complete scan of each kind that they need.
    pub full: u64,
    /// `full` of `services`, 0 to 100, rounded down.
    pub percent: u64,
    /// How many services lack which kind, or have it stale, failed or partial.
    pub lacking: BTreeMap<String, u64>,
    /// Services without the full suite, at most 100.
    pub incomplete: Vec<String>,
}

/// Most services that a row names.
const MOST_NAMED: usize = 100;

impl Muster {
    /// Percent of services with the full suite, by team. A service needs code, packages and secrets scanned where it has a repository,
    /// the image where it has one, and the running application where it has an address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn suite(&self, team: Option<&str>, now: Timestamp) -> Result<Vec<SuiteRow>> {
        let rows = self.coverage(team, now)?;
        let inventory = self.db.try_read(|conn| merged(conn, self.org))?.inventory;
        Ok(summarise(&rows, &inventory.services))
    }
}

/// The kinds of scan that a service needs, from what it has.
pub(crate) fn needs(service: &Service) -> BTreeSet<Kind> {
    let mut out = BTreeSet::new();
    if service.repository.is_some() {
        out.extend([Kind::Sast, Kind::Sca, Kind::Secret]);
    }
    if !service.images.is_empty() {
        out.insert(Kind::Container);
    }
    if !service.urls.is_empty() {
        out.insert(Kind::Dast);
    }
    out
}

fn summarise(rows: &[CoverageRow], services: &[Service]) -> Vec<SuiteRow> {
    let needed: BTreeMap<&str, BTreeSet<Kind>> = services.iter().map(|service| (service.name.as_str(), needs(service))).collect();
    // By team and service: the kinds that are not fresh.
    let mut lacking: BTreeMap<(Option<String>, String), BTreeSet<Kind>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.service.is_empty()) {
        let kinds = lacking.entry((row.team.clone(), row.service.clone())).or_default();
        let is_needed = needed.get(row.service.as_str()).is_some_and(|kinds| kinds.contains(&row.kind));
        if is_needed && row.state != ScanState::Fresh {
            kinds.insert(row.kind);
        }
    }
    let mut out: BTreeMap<Option<String>, SuiteRow> = BTreeMap::new();
    for ((team, service), kinds) in lacking {
        let row = out.entry(team.clone()).or_insert_with(|| SuiteRow { team, ..SuiteRow::default() });
        row.services += 1;
        // What nothing is known of has nothing to scan, and is not covered either.
        if kinds.is_empty() && needed.get(service.as_str()).is_some_and(|kinds| !kinds.is_empty()) {
            row.full += 1;
        } else if row.incomplete.len() < MOST_NAMED {
            row.incomplete.push(service);
        }
        for kind in kinds {
            *row.lacking.entry(kind.word().to_owned()).or_default() += 1;
        }
    }
    for row in out.values_mut() {
        row.percent = (100 * row.full).checked_div(row.services).unwrap_or(0);
    }
    out.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(service: &str, kind: Kind, state: ScanState) -> CoverageRow {
        CoverageRow {
            service: service.to_owned(),
            team: Some("payments".to_owned()),
            kind,
            state,
            required: true,
            tools: Vec::new(),
            last_complete: None,
            short: Vec::new(),
            because: None,
        }
    }

    #[test]
    fn only_what_a_service_has_must_be_scanned() {
        let api = Service { name: "api".into(), repository: Some("github.com/acme/api".into()), ..Service::default() };
        let web = Service { name: "web".into(), urls: vec!["https://web.example.com".into()], ..Service::default() };
        let bare = Service { name: "bare".into(), ..Service::default() };
        let rows = [
            row("api", Kind::Sast, ScanState::Fresh),
            row("api", Kind::Sca, ScanState::Fresh),
            row("api", Kind::Secret, ScanState::Fresh),
            row("api", Kind::Dast, ScanState::Never),
            row("web", Kind::Dast, ScanState::Stale),
            row("web", Kind::Sast, ScanState::Never),
            row("bare", Kind::Sast, ScanState::Never),
        ];
        let suite = summarise(&rows, &[api, web, bare]);
        assert_eq!((suite[0].services, suite[0].full, suite[0].percent), (3, 1, 33));
        assert_eq!((suite[0].lacking.get("dast"), suite[0].incomplete.as_slice()), (Some(&1), &["bare".to_owned(), "web".to_owned()][..]));
    }
}
