//! Findings, the keys by which they are compared, and their identifiers.

use std::collections::HashSet;
use std::ops::ControlFlow;

use model::Timestamp;

use crate::{Conn, Packed, Result, Row, Value, params};

/// A stored finding.
#[derive(Clone, Debug, Default)]
pub struct FindingRow {
    pub id: i64,
    pub lineage: i64,
    pub identity: String,
    pub first_seen: Timestamp,
    /// `model::Finding` as JSON, without report and index.
    pub body: Packed,
    pub body_hash: i64,
    /// What recognises it in the next report, in bytes.
    pub match_key: Vec<u8>,
    pub secret_hash: Option<String>,
    pub secret_head_only: bool,
    /// Key of its place.
    pub place: String,
    pub flags_json: String,
    pub issue: String,
    pub link_json: String,
    /// Time of the scan whose words `body` holds.
    pub said: Timestamp,
    /// Kind, canonical rule and path where it has one, between line breaks: what closing asks.
    pub subject: String,
}

/// What an import has to know of every finding of a lineage: all but its words.
#[derive(Clone, Debug, Default)]
pub struct KnownRow {
    pub id: i64,
    pub identity: String,
    pub first_seen: Timestamp,
    pub body_hash: i64,
    pub match_key: Vec<u8>,
    pub secret_hash: Option<String>,
    pub flags_json: String,
    pub said: Timestamp,
    /// Empty in rows that an older version wrote.
    pub subject: String,
}

const COLUMNS: [&str; 15] = [
    "org",
    "id",
    "lineage",
    "identity",
    "first_seen",
    "body_hash",
    "match_key",
    "secret_hash",
    "secret_head_only",
    "place",
    "flags_json",
    "issue",
    "link_json",
    "said",
    "subject",
];

/// What a finding says is apart from the rest, which is changed more often.
const WORDS: [&str; 3] = ["org", "finding", "body"];

fn read(row: &Row) -> Result<FindingRow> {
    Ok(FindingRow {
        id: row.int(1)?,
        lineage: row.int(2)?,
        identity: row.text(3)?,
        first_seen: row.time(4)?,
        body_hash: row.int(5)?,
        match_key: row.bytes(6)?,
        secret_hash: row.opt_text(7)?,
        secret_head_only: row.bool(8)?,
        place: row.text(9)?,
        flags_json: row.text(10)?,
        issue: row.text(11)?,
        link_json: row.text(12)?,
        said: row.time(13)?,
        subject: row.text(14)?,
        body: Packed::stored(row.bytes(15)?),
    })
}

fn values(org: i64, f: &FindingRow, match_key: Vec<u8>, subject: String) -> Vec<Value> {
    vec![
        org.into(),
        f.id.into(),
        f.lineage.into(),
        f.identity.as_str().into(),
        f.first_seen.into(),
        f.body_hash.into(),
        match_key.into(),
        f.secret_hash.as_deref().into(),
        f.secret_head_only.into(),
        f.place.as_str().into(),
        f.flags_json.as_str().into(),
        f.issue.as_str().into(),
        f.link_json.as_str().into(),
        f.said.into(),
        subject.into(),
    ]
}

/// Adds findings. Their words, and what recognises them, are moved out of the rows.
///
/// # Errors
/// Whatever the database says.
pub fn insert<'a>(conn: &mut Conn, org: i64, rows: impl IntoIterator<Item = &'a mut FindingRow>) -> Result<()> {
    let mut words = Vec::new();
    let rows = rows.into_iter().map(|f| {
        words.push(params![org, f.id, std::mem::take(&mut f.body)].to_vec());
        let (match_key, subject) = (std::mem::take(&mut f.match_key), std::mem::take(&mut f.subject));
        values(org, f, match_key, subject)
    });
    conn.insert_many("finding", &COLUMNS, rows)?;
    conn.insert_many("finding_body", &WORDS, words)?;
    Ok(())
}

/// Overwrites findings.
///
/// # Errors
/// Whatever the database says.
pub fn upsert(conn: &mut Conn, org: i64, rows: &[FindingRow]) -> Result<()> {
    let narrow = rows.iter().map(|row| values(org, row, row.match_key.clone(), row.subject.clone()));
    conn.upsert_many("finding", &COLUMNS, &["org", "id"], narrow)?;
    let words = rows.iter().map(|row| params![org, row.id, row.body.clone()].to_vec());
    conn.upsert_many("finding_body", &WORDS, &["org", "finding"], words)?;
    Ok(())
}

/// Writes which issue findings belong to, and why.
///
/// # Errors
/// Whatever the database says.
pub fn set_links(conn: &mut Conn, org: i64, links: impl IntoIterator<Item = (i64, String, String)>) -> Result<()> {
    let rows = links.into_iter().map(|(id, issue, link)| params![org, id, issue, link].to_vec());
    conn.update_many("finding", &["org", "id"], &["issue", "link_json"], rows)?;
    Ok(())
}

/// Writes where findings belong.
///
/// # Errors
/// Whatever the database says.
pub fn set_places(conn: &mut Conn, org: i64, places: impl IntoIterator<Item = (i64, String)>) -> Result<()> {
    let rows = places.into_iter().map(|(id, place)| params![org, id, place].to_vec());
    conn.update_many("finding", &["org", "id"], &["place"], rows)?;
    Ok(())
}

/// Writes what recognises findings.
///
/// # Errors
/// Whatever the database says.
pub fn set_match(conn: &mut Conn, org: i64, rows: impl IntoIterator<Item = (i64, Vec<u8>)>) -> Result<()> {
    let rows = rows.into_iter().map(|(id, match_key)| params![org, id, match_key].to_vec());
    conn.update_many("finding", &["org", "id"], &["match_key"], rows)?;
    Ok(())
}

/// Removes findings that no report says any more, with all that hangs on them.
///
/// # Errors
/// Whatever the database says.
pub fn delete(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<()> {
    const TABLES: [(&str, &str); 5] =
        [("finding", "id"), ("finding_body", "finding"), ("block", "finding"), ("identifier", "finding"), ("presence", "finding")];
    for (table, column) in TABLES {
        conn.delete_many(table, &["org", column], ids.iter().map(|id| params![org, *id].to_vec()))?;
    }
    for side in ["a", "b"] {
        conn.delete_many("suggestion", &["org", side], ids.iter().map(|id| params![org, *id].to_vec()))?;
    }
    Ok(())
}

fn select(rest: &str) -> String {
    let columns: Vec<String> = COLUMNS.iter().map(|column| format!("finding.{column}")).collect();
    format!(
        "SELECT {}, finding_body.body FROM finding JOIN finding_body ON finding_body.org = finding.org AND finding_body.finding = finding.id \
         WHERE finding.org = $1 {rest}",
        columns.join(", ")
    )
}

/// Sorted, each once. Not in SQL: asked for an order or for distinct values, SQLite walks the index that has them in order, all of it,
/// where looking up what is asked for costs what is asked for.
fn once<T: Ord>(found: Result<Vec<T>>) -> Result<Vec<T>> {
    let mut found = found?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// In the order of their row numbers, for the same reason.
fn by_number(found: Result<Vec<FindingRow>>) -> Result<Vec<FindingRow>> {
    let mut found = found?;
    found.sort_unstable_by_key(|row| row.id);
    Ok(found)
}

/// What an import has to know of the findings of a lineage. Served by `finding_by_lineage`.
///
/// # Errors
/// Whatever the database says.
pub fn known_of_lineage(conn: &mut Conn, org: i64, lineage: i64) -> Result<Vec<KnownRow>> {
    let sql = "SELECT id, identity, first_seen, body_hash, match_key, secret_hash, flags_json, said, subject FROM finding \
               WHERE org = $1 AND lineage = $2";
    let known = conn.query_map(sql, params![org, lineage], |row| {
        Ok(KnownRow {
            id: row.int(0)?,
            identity: row.text(1)?,
            first_seen: row.time(2)?,
            body_hash: row.int(3)?,
            match_key: row.bytes(4)?,
            secret_hash: row.opt_text(5)?,
            flags_json: row.text(6)?,
            said: row.time(7)?,
            subject: row.text(8)?,
        })
    });
    // In the order of their row numbers: asked for it, SQLite would walk all findings.
    let mut known = known?;
    known.sort_unstable_by_key(|row| row.id);
    Ok(known)
}

/// Ids of all findings of these kinds, by id.
///
/// # Errors
/// Whatever the database says.
pub fn of_kinds(conn: &mut Conn, org: i64, kinds: &[&str]) -> Result<Vec<i64>> {
    let mut out = Vec::new();
    for kind in kinds {
        let sql = "SELECT id FROM finding WHERE org = $1 AND subject >= $2 AND subject < $3 ORDER BY id";
        // A subject starts with the kind and a line break.
        out.extend(conn.query_map(sql, params![org, format!("{kind}\n"), format!("{kind}\u{b}")], |row| row.int(0))?);
    }
    out.sort_unstable();
    Ok(out)
}

/// Findings by id.
///
/// # Errors
/// Whatever the database says.
pub fn by_ids(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<FindingRow>> {
    let ids = ids.iter().map(|id| Value::Int(*id)).collect();
    conn.query_in_map(&select("AND finding.id = ANY($2) ORDER BY finding.id"), params![org], ids, read)
}

/// The findings of issues. Served by `finding_by_issue`.
///
/// # Errors
/// Whatever the database says.
pub fn of_issues(conn: &mut Conn, org: i64, issues: &[String]) -> Result<Vec<FindingRow>> {
    let ids = issues.iter().map(|id| Value::Text(id.clone())).collect();
    by_number(conn.query_in_map(&select("AND finding.issue = ANY($2)"), params![org], ids, read))
}

/// Findings by identity.
///
/// # Errors
/// Whatever the database says.
pub fn by_identities(conn: &mut Conn, org: i64, identities: &[String]) -> Result<Vec<FindingRow>> {
    let ids = identities.iter().map(|id| Value::Text(id.clone())).collect();
    by_number(conn.query_in_map(&select("AND finding.identity = ANY($2)"), params![org], ids, read))
}

/// Identities of findings: (id, identity).
///
/// # Errors
/// Whatever the database says.
pub fn identities(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT id, identity FROM finding WHERE org = $1 AND id = ANY($2) ORDER BY id";
    let rows = conn.query_in(sql, params![org], ids.iter().map(|id| Value::Int(*id)).collect())?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
}

/// Issues and identities of findings: (id, issue, identity).
///
/// # Errors
/// Whatever the database says.
pub fn named(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<(i64, String, String)>> {
    let sql = "SELECT id, issue, identity FROM finding WHERE org = $1 AND id = ANY($2)";
    let rows = conn.query_in(sql, params![org], ids.iter().map(|id| Value::Int(*id)).collect())?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?, row.text(2)?))).collect()
}

/// How many findings each of these issues has; those that have none are left out. Served by `finding_by_issue`.
///
/// # Errors
/// Whatever the database says.
pub fn sizes(conn: &mut Conn, org: i64, issues: Vec<String>) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT issue, COUNT(*) FROM finding WHERE org = $1 AND issue = ANY($2) GROUP BY issue";
    let rows = conn.query_in(sql, params![org], issues.into_iter().map(Value::Text).collect())?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// Row numbers of findings by identity.
///
/// # Errors
/// Whatever the database says.
pub fn ids_of(conn: &mut Conn, org: i64, identities: &[String]) -> Result<Vec<i64>> {
    let ids = identities.iter().map(|id| Value::Text(id.clone())).collect();
    let rows = conn.query_in("SELECT id FROM finding WHERE org = $1 AND identity = ANY($2)", params![org], ids)?;
    once(rows.iter().map(|row| row.int(0)).collect())
}

/// All row numbers, ascending.
///
/// # Errors
/// Whatever the database says.
pub fn ids(conn: &mut Conn, org: i64) -> Result<Vec<i64>> {
    conn.query_map("SELECT id FROM finding WHERE org = $1 ORDER BY id", params![org], |row| row.int(0))
}

/// The issues of all findings, each once, in the order of their first findings: who goes through them so finds neighbours together.
///
/// # Errors
/// Whatever the database says.
pub fn issues(conn: &mut Conn, org: i64) -> Result<Vec<String>> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    conn.query_each("SELECT issue FROM finding WHERE org = $1 ORDER BY id", params![org], |row| {
        let issue = row.text(0)?;
        if seen.insert(issue.clone()) {
            out.push(issue);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(out)
}

/// The issues of findings.
///
/// # Errors
/// Whatever the database says.
pub fn issues_of(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<String>> {
    let sql = "SELECT issue FROM finding WHERE org = $1 AND id = ANY($2)";
    let rows = conn.query_in(sql, params![org], ids.iter().map(|id| Value::Int(*id)).collect())?;
    once(rows.iter().map(|row| row.text(0)).collect())
}

/// All findings, one at a time.
///
/// # Errors
/// Whatever the database or `each` says.
pub fn all(conn: &mut Conn, org: i64) -> Result<Vec<FindingRow>> {
    conn.query_map(&select("ORDER BY finding.id"), params![org], read)
}

/// How many findings there are.
///
/// # Errors
/// Whatever the database says.
pub fn count(conn: &mut Conn, org: i64) -> Result<i64> {
    conn.query_one("SELECT COUNT(*) FROM finding WHERE org = $1", params![org])?.int(0)
}

/// Replaces the block keys of findings.
///
/// # Errors
/// Whatever the database says.
pub fn set_blocks(conn: &mut Conn, org: i64, old: &[i64], rows: impl IntoIterator<Item = (i64, String)>) -> Result<()> {
    conn.delete_many("block", &["org", "finding"], old.iter().map(|id| params![org, *id].to_vec()))?;
    conn.insert_many("block", &["org", "key", "finding"], rows.into_iter().map(|(id, key)| params![org, key, id].to_vec()))?;
    Ok(())
}

/// Takes block keys away and adds others; those that are there already stay.
///
/// # Errors
/// Whatever the database says.
pub fn change_blocks(
    conn: &mut Conn,
    org: i64,
    gone: impl IntoIterator<Item = (i64, String)>,
    new: impl IntoIterator<Item = (i64, String)>,
) -> Result<()> {
    const COLUMNS: [&str; 3] = ["org", "key", "finding"];
    conn.delete_many("block", &COLUMNS, gone.into_iter().map(|(id, key)| params![org, key, id].to_vec()))?;
    conn.upsert_many("block", &COLUMNS, &COLUMNS, new.into_iter().map(|(id, key)| params![org, key, id].to_vec()))?;
    Ok(())
}

/// The findings that share one of these keys.
///
/// # Errors
/// Whatever the database says.
pub fn sharing(conn: &mut Conn, org: i64, keys: Vec<String>) -> Result<Vec<i64>> {
    let sql = "SELECT finding FROM block WHERE org = $1 AND key = ANY($2)";
    let rows = conn.query_in(sql, params![org], keys.into_iter().map(Value::Text).collect())?;
    once(rows.iter().map(|row| row.int(0)).collect())
}

/// Who stands under these keys: (key, finding), in no order.
///
/// # Errors
/// Whatever the database says.
pub fn under(conn: &mut Conn, org: i64, keys: Vec<String>) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT key, finding FROM block WHERE org = $1 AND key = ANY($2)";
    let rows = conn.query_in(sql, params![org], keys.into_iter().map(Value::Text).collect())?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// The block keys of each finding: (finding, key), in no order.
///
/// # Errors
/// Whatever the database says.
pub fn keys_of(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT finding, key FROM block WHERE org = $1 AND finding = ANY($2)";
    let rows = conn.query_in(sql, params![org], ids.iter().map(|id| Value::Int(*id)).collect())?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
}

/// Adds block keys of findings that have none.
///
/// # Errors
/// Whatever the database says.
pub fn add_blocks(conn: &mut Conn, org: i64, rows: impl IntoIterator<Item = (i64, String)>) -> Result<()> {
    conn.insert_many("block", &["org", "key", "finding"], rows.into_iter().map(|(id, key)| params![org, key, id].to_vec()))?;
    Ok(())
}

/// The block keys of findings.
///
/// # Errors
/// Whatever the database says.
pub fn blocks_of(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<String>> {
    let sql = "SELECT key FROM block WHERE org = $1 AND finding = ANY($2)";
    let rows = conn.query_in(sql, params![org], ids.iter().map(|id| Value::Int(*id)).collect())?;
    once(rows.iter().map(|row| row.text(0)).collect())
}

/// Replaces the identifiers of findings.
///
/// # Errors
/// Whatever the database says.
pub fn set_identifiers(conn: &mut Conn, org: i64, old: &[i64], rows: impl IntoIterator<Item = (i64, String)>) -> Result<()> {
    conn.delete_many("identifier", &["org", "finding"], old.iter().map(|id| params![org, *id].to_vec()))?;
    conn.insert_many("identifier", &["org", "name", "finding"], rows.into_iter().map(|(id, name)| params![org, name, id].to_vec()))?;
    Ok(())
}

/// The identifiers that these findings name, each once.
///
/// # Errors
/// Whatever the database says.
pub fn identifiers_of(conn: &mut Conn, org: i64, ids: &[i64]) -> Result<Vec<String>> {
    let sql = "SELECT name FROM identifier WHERE org = $1 AND finding = ANY($2)";
    let rows = conn.query_in(sql, params![org], ids.iter().map(|id| Value::Int(*id)).collect())?;
    once(rows.iter().map(|row| row.text(0)).collect())
}

/// The findings that name one of these identifiers.
///
/// # Errors
/// Whatever the database says.
pub fn naming(conn: &mut Conn, org: i64, names: Vec<String>) -> Result<Vec<i64>> {
    let sql = "SELECT finding FROM identifier WHERE org = $1 AND name = ANY($2)";
    let rows = conn.query_in(sql, params![org], names.into_iter().map(Value::Text).collect())?;
    once(rows.iter().map(|row| row.int(0)).collect())
}

/// All identifiers that findings name.
///
/// # Errors
/// Whatever the database says.
pub fn all_identifiers(conn: &mut Conn, org: i64) -> Result<Vec<String>> {
    conn.query_map("SELECT DISTINCT name FROM identifier WHERE org = $1", params![org], |row| row.text(0))
}
