//! What feeds say of CVEs, looked up once for all issues that name them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use intel::{IntelView, VulnerabilityIntel};
use model::Timestamp;
use store::Conn;

use super::{By, Candidate};
use crate::Result;
use crate::load::{Feeds, feeds};

/// CVEs that are remembered: with more, what is known is forgotten and looked up again. 20 to 40 MB.
const MOST: usize = 50_000;

/// What feeds say, as far as it was asked for; nothing of a CVE that no feed knows.
pub(super) struct Cache {
    at: Timestamp,
    /// What holds whatever the CVE.
    general: Arc<Feeds>,
    known: HashMap<String, Option<Arc<VulnerabilityIntel>>>,
}

/// What feeds say of some CVEs.
pub(super) struct Known {
    general: Arc<Feeds>,
    known: HashMap<String, Arc<VulnerabilityIntel>>,
}

impl Cache {
    pub(super) fn new(conn: &mut Conn, at: Timestamp) -> Result<Self> {
        Ok(Self { at, general: Arc::new(feeds(conn, &BTreeSet::new(), at)?), known: HashMap::new() })
    }

    /// What feeds say of these CVEs.
    pub(super) fn of<'n>(&mut self, conn: &mut Conn, names: impl Iterator<Item = &'n str>) -> Result<Known> {
        let names: BTreeSet<&str> = names.collect();
        let new: BTreeSet<String> = names.iter().filter(|name| !self.known.contains_key(**name)).map(|name| (*name).to_owned()).collect();
        if !new.is_empty() {
            if self.known.len() + new.len() > MOST {
                self.known.clear();
                // Those of this portion that were known are forgotten as well.
                let all = names.iter().map(|name| (*name).to_owned()).collect();
                self.look_up(conn, all)?;
            } else {
                self.look_up(conn, new)?;
            }
        }
        let known = names.into_iter().filter_map(|name| Some((name.to_owned(), self.known.get(name)?.clone()?))).collect();
        Ok(Known { general: Arc::clone(&self.general), known })
    }

    /// What feeds say of the CVEs of those that have to be ranked.
    pub(super) fn of_candidates(&mut self, conn: &mut Conn, candidates: &[Candidate]) -> Result<Known> {
        let kept = candidates.iter().filter_map(|candidate| if let By::Kept(kept) = &candidate.by { Some(kept) } else { None });
        let names = kept.flat_map(|kept| &kept.input.identifiers);
        self.of(conn, names.filter(|name| name.starts_with("CVE-")).map(String::as_str))
    }

    fn look_up(&mut self, conn: &mut Conn, names: BTreeSet<String>) -> Result<()> {
        let mut found = feeds(conn, &names, self.at)?.known;
        self.known.extend(names.into_iter().map(|name| {
            let known = found.remove(&name).map(Arc::new);
            (name, known)
        }));
        Ok(())
    }
}

impl IntelView for Known {
    fn vulnerability(&self, cve: &str) -> Option<&VulnerabilityIntel> {
        self.known.get(cve).map(Arc::as_ref)
    }

    fn epss_median(&self, year: u16) -> Option<f64> {
        self.general.epss_median(year)
    }

    fn has_kev(&self) -> bool {
        self.general.has_kev()
    }

    fn has_exploits(&self) -> bool {
        self.general.has_exploits()
    }
}

#[cfg(test)]
mod tests {
    use store::Db;
    use store::queries::intel as queries;

    use super::*;

    #[test]
    fn each_cve_is_known_as_the_feeds_say_and_others_not() {
        let db = Db::open("sqlite::memory:").unwrap();
        let day = Timestamp(1_700_000_000_000);
        db.write(|tx| queries::put_epss(tx, [("CVE-2024-1".to_owned(), day, 0.25, 0.5)])).unwrap();
        db.try_read(|conn| {
            let mut cache = Cache::new(conn, day.plus_days(1))?;
            for _ in 0..2 {
                let known = cache.of(conn, ["CVE-2024-1", "CVE-2024-2", "CVE-2024-1"].into_iter())?;
                assert_eq!(known.vulnerability("CVE-2024-1").and_then(|known| known.epss).map(|epss| epss.score), Some(0.25));
                assert!(known.vulnerability("CVE-2024-2").is_none());
            }
            assert!(cache.of(conn, std::iter::empty())?.vulnerability("CVE-2024-1").is_none());
            let early = Cache::new(conn, day.plus_days(-1))?.of(conn, std::iter::once("CVE-2024-1"))?;
            assert!(early.vulnerability("CVE-2024-1").is_none());
            Ok::<_, crate::OperationError>(())
        })
        .unwrap();
    }
}
