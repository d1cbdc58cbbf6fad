//! What people decided.

use model::Timestamp;

use crate::{Conn, Result, Value, params};

/// Stores a decision. `decision_json` is `model::Decision`.
///
/// # Errors
/// Whatever the database says.
pub fn insert(conn: &mut Conn, org: i64, id: i64, kind: &str, decided: Timestamp, covers: &[String], decision_json: &str) -> Result<()> {
    let sql = "INSERT INTO decision (org, id, kind, decided, decision_json) VALUES ($1, $2, $3, $4, $5)";
    conn.execute(sql, params![org, id, kind, decided, decision_json])?;
    conn.insert_many(
        "decision_cover",
        &["org", "identity", "decision"],
        covers.iter().map(|identity| params![org, identity, id].to_vec()),
    )?;
    Ok(())
}

/// Ends a decision, or lets it hold again.
///
/// # Errors
/// Whatever the database says.
pub fn end(conn: &mut Conn, org: i64, id: i64, ended: Option<Timestamp>, decision_json: &str) -> Result<()> {
    let sql = "UPDATE decision SET ended = $3, decision_json = $4 WHERE org = $1 AND id = $2";
    conn.execute(sql, params![org, id, ended, decision_json])?;
    Ok(())
}

/// The decisions that cover one of these identities: (id, JSON), by time.
///
/// # Errors
/// Whatever the database says.
pub fn of_identities(conn: &mut Conn, org: i64, identities: &[String]) -> Result<Vec<(i64, String)>> {
    // A record in which nobody has decided anything yet is asked once, not for each of a hundred thousand findings.
    if conn.query_opt("SELECT 1 FROM decision_cover WHERE org = $1 LIMIT 1", params![org])?.is_none() {
        return Ok(Vec::new());
    }
    let sql = "SELECT DISTINCT decision FROM decision_cover WHERE org = $1 AND identity = ANY($2)";
    let rows = conn.query_in(sql, params![org], identities.iter().map(|id| Value::Text(id.clone())).collect())?;
    let ids: Vec<Value> = rows.iter().map(|row| row.int(0).map(Value::Int)).collect::<Result<_>>()?;
    let sql = "SELECT id, decision_json FROM decision WHERE org = $1 AND id = ANY($2) ORDER BY decided, id";
    let rows = conn.query_in(sql, params![org], ids)?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
}

/// Decisions of a kind as JSON, by time.
///
/// # Errors
/// Whatever the database says.
pub fn of_kind(conn: &mut Conn, org: i64, kind: &str) -> Result<Vec<String>> {
    let sql = "SELECT decision_json FROM decision WHERE org = $1 AND kind = $2 ORDER BY decided, id";
    conn.query_map(sql, params![org, kind], |row| row.text(0))
}

/// All decisions: (id, JSON), by time.
///
/// # Errors
/// Whatever the database says.
pub fn all(conn: &mut Conn, org: i64) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT id, decision_json FROM decision WHERE org = $1 ORDER BY decided, id";
    conn.query_map(sql, params![org], |row| Ok((row.int(0)?, row.text(1)?)))
}

/// True where a decision of one of these kinds holds.
///
/// # Errors
/// Whatever the database says.
pub fn any_of(conn: &mut Conn, org: i64, kinds: &[&str]) -> Result<bool> {
    let any = "SELECT 1 FROM decision WHERE org = $1 AND ended IS NULL AND kind = ANY($2) LIMIT 1";
    Ok(conn.query_opt(any, params![org, words(kinds)])?.is_some())
}

fn words(words: &[&str]) -> Value {
    Value::List(words.iter().map(|word| Value::Text((*word).to_owned())).collect())
}
