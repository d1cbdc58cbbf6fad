//! Possible duplicates below the threshold.

use crate::{Conn, Result, Value, params};

/// Two findings that may be one issue.
#[derive(Clone, Debug, PartialEq)]
pub struct SuggestionRow {
    pub a: i64,
    pub b: i64,
    pub confidence: f64,
    pub because_json: String,
}

/// Replaces the suggestions among these findings.
///
/// # Errors
/// Whatever the database says.
pub fn replace(conn: &mut Conn, org: i64, among: &[i64], rows: &[SuggestionRow]) -> Result<()> {
    for side in ["a", "b"] {
        conn.delete_many("suggestion", &["org", side], among.iter().map(|id| params![org, *id].to_vec()))?;
    }
    let rows = rows.iter().map(|s| params![org, s.a, s.b, s.confidence, &s.because_json].to_vec());
    conn.insert_many("suggestion", &["org", "a", "b", "confidence", "because_json"], rows)?;
    Ok(())
}

/// The suggestions that name one of these findings.
///
/// # Errors
/// Whatever the database says.
pub fn of_findings(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<SuggestionRow>> {
    let mut out = Vec::new();
    if conn.query_opt("SELECT 1 FROM suggestion WHERE org = $1 LIMIT 1", params![org])?.is_none() {
        return Ok(out);
    }
    for side in ["a", "b"] {
        let sql = format!("SELECT a, b, confidence, because_json FROM suggestion WHERE org = $1 AND {side} = ANY($2)");
        for row in conn.query_in(&sql, params![org], ids.iter().map(|id| Value::Int(*id)).collect())? {
            out.push(SuggestionRow { a: row.int(0)?, b: row.int(1)?, confidence: row.real(2)?, because_json: row.text(3)? });
        }
    }
    out.sort_by_key(|s| (s.a, s.b));
    out.dedup_by_key(|s| (s.a, s.b));
    Ok(out)
}
