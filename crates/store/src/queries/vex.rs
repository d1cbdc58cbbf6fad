//! VEX documents that were applied, and what we published.

use std::ops::ControlFlow;

use model::Timestamp;

use crate::{Conn, Packed, Result, Row, Value, params};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRow {
    pub id: i64,
    /// Its own identifier, the same for all its versions.
    pub name: String,
    pub version: String,
    pub author: String,
    pub format: String,
    pub file: String,
    pub content_hash: String,
    pub dated: Timestamp,
    pub applied: Timestamp,
}

/// A statement with the document that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    pub document: i64,
    pub position: i64,
    /// `model::VexStatement`.
    pub statement_json: String,
}

const DOCUMENT: &str = "id, name, version, author, format, file, content_hash, dated, applied";

fn read_document(row: &Row) -> Result<DocumentRow> {
    Ok(DocumentRow {
        id: row.int(0)?,
        name: row.text(1)?,
        version: row.text(2)?,
        author: row.text(3)?,
        format: row.text(4)?,
        file: row.text(5)?,
        content_hash: row.text(6)?,
        dated: row.time(7)?,
        applied: row.time(8)?,
    })
}

/// Stores a document with its statements: (date, names of the vulnerability, JSON) in their order.
///
/// # Errors
/// Whatever the database says; a document of the same bytes is refused by it.
pub fn insert(conn: &mut Conn, org: i64, document: &DocumentRow, statements: &[(Timestamp, Vec<String>, String)]) -> Result<()> {
    let d = document;
    let columns = ["org", "id", "name", "version", "author", "format", "file", "content_hash", "dated", "applied"];
    let row = params![org, d.id, &d.name, &d.version, &d.author, &d.format, &d.file, &d.content_hash, d.dated, d.applied].to_vec();
    conn.insert_many("vex_document", &columns, [row])?;
    let rows = (0i64..).zip(statements).map(|(position, (dated, _, json))| params![org, d.id, position, *dated, json].to_vec());
    conn.insert_many("vex_statement", &["org", "document", "position", "dated", "statement_json"], rows)?;
    let names = (0i64..)
        .zip(statements)
        .flat_map(|(position, (_, names, _))| names.iter().map(move |name| params![org, name, d.id, position].to_vec()));
    conn.insert_many("vex_name", &["org", "name", "document", "position"], names)?;
    Ok(())
}

/// The document of these bytes.
///
/// # Errors
/// Whatever the database says.
pub fn by_content(conn: &mut Conn, org: i64, content_hash: &str) -> Result<Option<DocumentRow>> {
    let sql = format!("SELECT {DOCUMENT} FROM vex_document WHERE org = $1 AND content_hash = $2");
    conn.query_opt(&sql, params![org, content_hash])?.as_ref().map(read_document).transpose()
}

/// All documents, in the order in which they came.
///
/// # Errors
/// Whatever the database says.
pub fn documents(conn: &mut Conn, org: i64) -> Result<Vec<DocumentRow>> {
    conn.query_map(&format!("SELECT {DOCUMENT} FROM vex_document WHERE org = $1 ORDER BY id"), params![org], read_document)
}

/// Whether there is any document: without one, nothing needs to be asked of findings.
///
/// # Errors
/// Whatever the database says.
pub fn is_empty(conn: &mut Conn, org: i64) -> Result<bool> {
    Ok(conn.query_opt("SELECT id FROM vex_document WHERE org = $1 LIMIT 1", params![org])?.is_none())
}

/// Statements that give one of these names, by document and position. Served by the key of `vex_name`.
///
/// # Errors
/// Whatever the database says.
pub fn statements_on(conn: &mut Conn, org: i64, names: &[String]) -> Result<Vec<StatementRow>> {
    let sql = "SELECT DISTINCT s.document, s.position, s.statement_json FROM vex_name n \
               JOIN vex_statement s ON s.org = n.org AND s.document = n.document AND s.position = n.position \
               WHERE n.org = $1 AND s.org = $1 AND n.name = ANY($2) ORDER BY s.document, s.position";
    let rows = conn.query_in(sql, params![org], names.iter().map(|name| Value::Text(name.clone())).collect())?;
    rows.iter().map(|row| Ok(StatementRow { document: row.int(0)?, position: row.int(1)?, statement_json: row.text(2)? })).collect()
}

/// All names that statements give.
///
/// # Errors
/// Whatever the database says.
pub fn all_names(conn: &mut Conn, org: i64) -> Result<Vec<String>> {
    conn.query_map("SELECT DISTINCT name FROM vex_name WHERE org = $1", params![org], |row| row.text(0))
}

/// The issues that show a statement, also one that stands in a report alone. It reads every issue: only a new trust list asks so.
///
/// # Errors
/// Whatever the database says.
pub fn issues_that_show(conn: &mut Conn, org: i64) -> Result<Vec<String>> {
    let mut out = Vec::new();
    let sql = "SELECT issue.id, issue_body.body FROM issue JOIN issue_body ON issue_body.number = issue.number WHERE issue.org = $1";
    conn.query_each(sql, params![org], |row| {
        let body = Packed::stored(row.bytes(1)?);
        if shows(&body.open()?) {
            out.push(row.text(0)?);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(out)
}

/// True where the JSON of an issue has statements.
fn shows(body: &[u8]) -> bool {
    const MEMBER: &[u8] = b"\"vex\":[";
    body.windows(MEMBER.len()).any(|some| some == MEMBER)
}

/// One number of what we published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseRow {
    pub number: i64,
    pub released: Timestamp,
    pub content_hash: String,
}

/// What was published for an application, oldest first; empty text: for the whole organisation.
///
/// # Errors
/// Whatever the database says.
pub fn releases(conn: &mut Conn, org: i64, application: &str) -> Result<Vec<ReleaseRow>> {
    let sql = "SELECT number, released, content_hash FROM vex_release WHERE org = $1 AND application = $2 ORDER BY number";
    conn.query_map(sql, params![org, application], |row| {
        Ok(ReleaseRow { number: row.int(0)?, released: row.time(1)?, content_hash: row.text(2)? })
    })
}

/// Notes a new number.
///
/// # Errors
/// Whatever the database says.
pub fn release(conn: &mut Conn, org: i64, application: &str, row: &ReleaseRow) -> Result<()> {
    let columns = ["org", "application", "number", "released", "content_hash"];
    let values = params![org, application, row.number, row.released, &row.content_hash].to_vec();
    conn.insert_many("vex_release", &columns, [values])?;
    Ok(())
}
