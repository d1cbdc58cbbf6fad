//! Issues, as the queue shows them.

use model::Timestamp;

use crate::{Conn, Result, Row, Value, params};

/// An issue as it is stored: what is filtered and sorted, and the whole as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IssueRow {
    pub id: String,
    /// Ascending: the highest score first.
    pub order_key: i64,
    pub queued: bool,
    pub state: String,
    pub tracked: bool,
    pub tier: String,
    pub tier_days: Option<i64>,
    pub due: Option<Timestamp>,
    /// Rank of the severity, 0 (unknown) to 5 (critical).
    pub severity: i64,
    pub kind: String,
    pub team: Option<String>,
    pub application: Option<String>,
    /// Names between line breaks, with one at both ends.
    pub services: String,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub next_change: Option<Timestamp>,
    pub suggestions: i64,
    /// `model::Issue` without findings.
    pub body_json: String,
}

const COLUMNS: [&str; 19] = [
    "org",
    "id",
    "order_key",
    "queued",
    "state",
    "tracked",
    "tier",
    "tier_days",
    "due",
    "severity",
    "kind",
    "team",
    "application",
    "services",
    "first_seen",
    "last_seen",
    "next_change",
    "suggestions",
    "body_json",
];

fn read(row: &Row) -> Result<IssueRow> {
    Ok(IssueRow {
        id: row.text(1)?,
        order_key: row.int(2)?,
        queued: row.bool(3)?,
        state: row.text(4)?,
        tracked: row.bool(5)?,
        tier: row.text(6)?,
        tier_days: row.opt_int(7)?,
        due: row.opt_time(8)?,
        severity: row.int(9)?,
        kind: row.text(10)?,
        team: row.opt_text(11)?,
        application: row.opt_text(12)?,
        services: row.text(13)?,
        first_seen: row.time(14)?,
        last_seen: row.time(15)?,
        next_change: row.opt_time(16)?,
        suggestions: row.int(17)?,
        body_json: row.text(18)?,
    })
}

/// Adds issues or overwrites them.
///
/// # Errors
/// Whatever the database says.
pub fn upsert(conn: &mut Conn, org: i64, rows: &[IssueRow]) -> Result<()> {
    let rows = rows.iter().map(|i| {
        params![
            org,
            &i.id,
            i.order_key,
            i.queued,
            &i.state,
            i.tracked,
            &i.tier,
            i.tier_days,
            i.due,
            i.severity,
            &i.kind,
            i.team.as_deref(),
            i.application.as_deref(),
            &i.services,
            i.first_seen,
            i.last_seen,
            i.next_change,
            i.suggestions,
            &i.body_json
        ]
        .to_vec()
    });
    conn.upsert_many("issue", &COLUMNS, &["org", "id"], rows)?;
    Ok(())
}

/// Removes issues that no finding belongs to any more.
///
/// # Errors
/// Whatever the database says.
pub fn delete(conn: &mut Conn, org: i64, ids: &[String]) -> Result<()> {
    conn.delete_many("issue", &["org", "id"], ids.iter().map(|id| params![org, id].to_vec()))?;
    Ok(())
}

fn select(rest: &str) -> String {
    format!("SELECT {} FROM issue WHERE org = $1 {rest}", COLUMNS.join(", "))
}

/// Issues by id.
///
/// # Errors
/// Whatever the database says.
pub fn by_ids(conn: &mut Conn, org: i64, ids: &[String]) -> Result<Vec<IssueRow>> {
    let ids = ids.iter().map(|id| Value::Text(id.clone())).collect();
    let rows = conn.query_in(&select("AND id = ANY($2) ORDER BY id"), params![org], ids)?;
    rows.iter().map(read).collect()
}

/// What narrows a page of issues, by the columns that have an index.
#[derive(Clone, Debug, Default)]
pub struct Narrow<'a> {
    /// Only the queue (open or in progress on a tracked ref).
    pub queued: bool,
    /// `Some(None)`: issues without a team.
    pub team: Option<Option<&'a str>>,
    pub application: Option<&'a str>,
    pub kind: Option<&'a str>,
    pub tier: Option<&'a str>,
    /// Least severity, 0 to 5.
    pub severity: Option<i64>,
    /// The place behind which the page starts: (order key, id).
    pub after: Option<(i64, String)>,
}

/// Issues in the order of the queue, handed over until `each` breaks. Served by `issue_queue`, `issue_queue_of_team` and
/// `issue_queue_of_application`.
///
/// # Errors
/// Whatever the database or `each` says.
pub fn in_order(
    conn: &mut Conn,
    org: i64,
    narrow: &Narrow<'_>,
    mut each: impl FnMut(IssueRow) -> Result<std::ops::ControlFlow<()>>,
) -> Result<()> {
    let mut params: Vec<Value> = vec![org.into()];
    let mut conditions = String::new();
    let mut also = |condition: &str, value: Value| {
        params.push(value);
        conditions.push_str(&format!(" AND {condition} ${}", params.len()));
    };
    if narrow.queued {
        also("queued =", 1i64.into());
    }
    match narrow.team {
        Some(Some(team)) => also("team =", team.into()),
        Some(None) => conditions.push_str(" AND team IS NULL"),
        None => {}
    }
    let mut also = |condition: &str, value: Value| {
        params.push(value);
        conditions.push_str(&format!(" AND {condition} ${}", params.len()));
    };
    if let Some(application) = narrow.application {
        also("application =", application.into());
    }
    if let Some(kind) = narrow.kind {
        also("kind =", kind.into());
    }
    if let Some(tier) = narrow.tier {
        also("tier =", tier.into());
    }
    if let Some(severity) = narrow.severity {
        also("severity >=", severity.into());
    }
    if let Some((key, id)) = &narrow.after {
        params.push((*key).into());
        params.push(id.as_str().into());
        conditions.push_str(&format!(" AND (order_key, id) > (${}, ${})", params.len() - 1, params.len()));
    }
    conn.query_each(&select(&format!("{conditions} ORDER BY order_key, id")), &params, |row| each(read(row)?))
}

/// Issues whose state or facts change by time alone before `now`.
///
/// # Errors
/// Whatever the database says.
pub fn due_for_change(conn: &mut Conn, org: i64, now: Timestamp) -> Result<Vec<String>> {
    conn.query_map("SELECT id FROM issue WHERE org = $1 AND next_change <= $2", params![org, now], |row| row.text(0))
}

/// How many issues stand in the queue.
///
/// # Errors
/// Whatever the database says.
pub fn count_queued(conn: &mut Conn, org: i64) -> Result<i64> {
    conn.query_one("SELECT COUNT(*) FROM issue WHERE org = $1 AND queued = 1", params![org])?.int(0)
}

/// How many issues stand in the queue, counted no further than `most`: a page must not wait for a million rows.
///
/// # Errors
/// Whatever the database says.
pub fn count_queued_to(conn: &mut Conn, org: i64, most: i64) -> Result<i64> {
    let counted = "SELECT COUNT(*) FROM (SELECT 1 FROM issue WHERE org = $1 AND queued = 1 LIMIT $2) AS counted";
    conn.query_one(counted, params![org, most])?.int(0)
}

/// How many issues there are in any state.
///
/// # Errors
/// Whatever the database says.
pub fn count(conn: &mut Conn, org: i64) -> Result<i64> {
    conn.query_one("SELECT COUNT(*) FROM issue WHERE org = $1", params![org])?.int(0)
}

/// All ids.
///
/// # Errors
/// Whatever the database says.
pub fn ids(conn: &mut Conn, org: i64) -> Result<Vec<String>> {
    conn.query_map("SELECT id FROM issue WHERE org = $1 ORDER BY id", params![org], |row| row.text(0))
}

/// Lets old ids lead to new ones. Ids that led to an old one lead on.
///
/// # Errors
/// Whatever the database says.
pub fn redirect(conn: &mut Conn, org: i64, pairs: &[(String, String)], since: Timestamp) -> Result<()> {
    for (old, new) in pairs {
        conn.execute("UPDATE redirect SET new = $3 WHERE org = $1 AND new = $2", params![org, old, new])?;
    }
    let rows = pairs.iter().map(|(old, new)| params![org, old, new, since].to_vec());
    conn.upsert_many("redirect", &["org", "old", "new", "since"], &["org", "old"], rows)?;
    // An id that lives again is no old id.
    conn.delete_many("redirect", &["org", "old"], pairs.iter().map(|(_, new)| params![org, new].to_vec()))?;
    Ok(())
}

/// Where an old id leads.
///
/// # Errors
/// Whatever the database says.
pub fn redirected(conn: &mut Conn, org: i64, old: &str) -> Result<Option<String>> {
    conn.query_opt("SELECT new FROM redirect WHERE org = $1 AND old = $2", params![org, old])?.map(|row| row.text(0)).transpose()
}

/// Old ids that lead to this one.
///
/// # Errors
/// Whatever the database says.
pub fn former_ids(conn: &mut Conn, org: i64, id: &str) -> Result<Vec<String>> {
    conn.query_map("SELECT old FROM redirect WHERE org = $1 AND new = $2 ORDER BY old", params![org, id], |row| row.text(0))
}
