//! Entries of vendors in CISA's list of known exploited vulnerabilities, by day: kept by vendor, so that those of one are found at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use intel::{IntelRow, VulnerabilityIntel, entries_before, vendor_key};
use model::Timestamp;
use store::Conn;
use store::queries::intel as queries;

use crate::Result;

/// The list that counts: the weight was measured with it, and others have several times as many entries.
const LIST: &str = "CISA KEV";

fn stored_under(vendor: &str) -> String {
    format!("kev-vendor {vendor}")
}

/// CVE to the day of its entry.
type Entries = BTreeMap<String, Timestamp>;

fn known(conn: &mut Conn, keys: &BTreeSet<String>) -> Result<HashMap<String, Entries>> {
    let keys: Vec<String> = keys.iter().cloned().collect();
    queries::references_of(conn, &keys)?.into_iter().map(|(key, json)| Ok((key, serde_json::from_str(&json)?))).collect()
}

/// Adds the entries of a list to those of its vendors.
pub(crate) fn put_entries(conn: &mut Conn, rows: &[IntelRow]) -> Result<()> {
    let mut new: BTreeMap<String, Entries> = BTreeMap::new();
    for row in rows {
        if let IntelRow::Kev { cve, added, vendor, source, .. } = row
            && source == LIST
            && let Some(vendor) = vendor_key(vendor, "")
        {
            new.entry(stored_under(&vendor)).or_default().insert(cve.clone(), *added);
        }
    }
    let mut known = known(conn, &new.keys().cloned().collect())?;
    for (key, entries) in new {
        let before = known.remove(&key).unwrap_or_default();
        let mut all = before.clone();
        all.extend(entries);
        if all != before {
            queries::replace_reference(conn, &key, [serde_json::to_string(&all)?])?;
        }
    }
    Ok(())
}

/// Counts, for CVEs whose vendor and day of publication are known, the vendor's entries of the year before.
pub(crate) fn count_entries(conn: &mut Conn, of: &mut HashMap<String, VulnerabilityIntel>) -> Result<()> {
    let key = |known: &VulnerabilityIntel| {
        known.published?;
        vendor_key(&known.vendor.as_ref()?.name, "").map(|vendor| stored_under(&vendor))
    };
    let keys: BTreeSet<String> = of.values().filter_map(key).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let entries = known(conn, &keys)?;
    for known in of.values_mut() {
        let (Some(key), Some(published)) = (key(known), known.published) else { continue };
        if let (Some(vendor), Some(entries)) = (&mut known.vendor, entries.get(&key)) {
            vendor.entries = entries_before(entries.values().copied(), published);
        }
    }
    Ok(())
}
