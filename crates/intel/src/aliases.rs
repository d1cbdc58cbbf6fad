//! Advisory aliases: which identifiers name one vulnerability, from OSV sources (`id,alias,…,published,withdrawn`).
//!
//! Aliases are closed over, so one careless id would pull different vulnerabilities into one issue and hide all but one of them. An id
//! that joins more than [`MAX_CVES`] CVEs is therefore taken as an advisory *about* them, not as their name: its rows are left out, with a
//! warning.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;

use crate::cve_id::is_cve;
use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::IntelRow;
use crate::table::Table;

/// CVEs that one id may be a name of. Two CVEs are two vulnerabilities; 54 of 9,279 ids in the lists of 2026 break this.
pub const MAX_CVES: usize = 1;

struct Edge {
    alias: String,
    source: String,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

pub(crate) fn read(bytes: &[u8], _name: &str) -> Result<Draft, Refusal> {
    let mut draft = Draft::new("OSV aliases");
    let mut table = Table::open(bytes, &["id", "alias"])?;
    let [id, alias, ecosystem, published, withdrawn] =
        ["id", "alias", "ecosystem", "published", "withdrawn"].map(|name| table.column(name));
    let mut by_id: BTreeMap<String, Vec<Edge>> = BTreeMap::new();
    while let Some(row) = table.next()? {
        let (name, other) = (row.get(id), row.get(alias));
        if name.is_empty() || name == other {
            draft.warn(format!("line {}", row.line), "no identifier");
        }
        // An advisory without alias is listed with an empty one.
        if name.is_empty() || other.is_empty() || name == other {
            continue;
        }
        by_id.entry(name.to_ascii_uppercase()).or_default().push(Edge {
            alias: other.to_ascii_uppercase(),
            source: if row.get(ecosystem).is_empty() { "OSV".to_owned() } else { format!("OSV {}", row.get(ecosystem)) },
            since: Timestamp::lenient(row.get(published)),
            until: Timestamp::lenient(row.get(withdrawn)),
        });
    }
    for (name, edges) in by_id {
        let cves: BTreeSet<&str> = edges.iter().map(|edge| edge.alias.as_str()).filter(|alias| is_cve(alias)).collect();
        if cves.len() > MAX_CVES {
            draft.warn(name.as_str(), format!("joins {} CVEs: an advisory about them, not another name of one; left out", cves.len()));
            continue;
        }
        let mut seen = BTreeSet::new();
        for edge in edges {
            if seen.insert(edge.alias.clone()) {
                let Edge { alias, source, since, until } = edge;
                draft.rows.push(IntelRow::Alias { a: name.clone(), b: alias, source, since, until });
            }
        }
    }
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use crate::{IntelRow, load};

    #[test]
    fn edges_once_and_hubs_left_out() {
        let text = "id,alias,ecosystem,package,fixed,symbol_count,published,withdrawn\n\
            GHSA-22h5-pq3x-2gf2,CVE-2025-27221,RubyGems,uri,>= 1.0.3,0,2025-02-26,\n\
            GHSA-22h5-pq3x-2gf2,CVE-2025-27221,RubyGems,uri-two,,0,2025-02-26,\n\
            RUSTSEC-2020-0014,CVE-2020-35868,crates.io,rusqlite,,0,2020-04-23,\n\
            RUSTSEC-2020-0014,CVE-2020-35871,crates.io,rusqlite,,0,2020-04-23,\n\
            GO-2021-0001,,Go,x,,0,2021-01-01,\n";
        let loaded = load(text.as_bytes(), "aliases.csv").unwrap();
        assert!(
            matches!(&loaded.rows[..], [IntelRow::Alias { a, b, source, .. }] if a.starts_with("GHSA") && b == "CVE-2025-27221" && source == "OSV RubyGems")
        );
        assert_eq!(loaded.warnings.len(), 1);
        assert_eq!(loaded.warnings[0].place, "RUSTSEC-2020-0014");
    }
}
