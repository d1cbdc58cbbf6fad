//! Packages in snapshots of targets.

use model::{Component, Timestamp};

use crate::{Conn, Result, StoreError, params};

/// Replaces the packages of a stream by those of a newer snapshot.
///
/// # Errors
/// Whatever the database says.
pub fn replace(conn: &mut Conn, org: i64, stream: i64, scanned: Timestamp, components: &[Component]) -> Result<()> {
    conn.execute("DELETE FROM component WHERE org = $1 AND stream = $2 AND scanned <= $3", params![org, stream, scanned])?;
    let columns = ["org", "stream", "purl", "version", "file", "scanned", "direct", "loaded", "occurrences", "component_json"];
    let mut rows = Vec::with_capacity(components.len());
    for c in components {
        let json = serde_json::to_string(c).map_err(|error| StoreError::Other(error.to_string()))?;
        let occurrences = c.occurrences.and_then(|n| i64::try_from(n).ok());
        let (version, file) = (c.version.as_deref().unwrap_or_default(), c.file.as_deref().unwrap_or_default());
        rows.push(params![org, stream, &c.purl, version, file, scanned, c.direct, c.loaded, occurrences, json].to_vec());
    }
    conn.upsert_many("component", &columns, &["org", "stream", "purl", "version", "file"], rows)?;
    Ok(())
}

/// How many packages are known.
///
/// # Errors
/// Whatever the database says.
pub fn count(conn: &mut Conn, org: i64) -> Result<i64> {
    conn.query_one("SELECT COUNT(*) FROM component WHERE org = $1", params![org])?.int(0)
}
