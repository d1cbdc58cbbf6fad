//! What runs where, since when.

use model::{DeployGate, Deployment, Timestamp};

use crate::{Conn, Result, Row, params};

/// A deployment and what tells it from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentRow {
    pub deployment: Deployment,
    /// The image's repository, or `commit`.
    pub unit: String,
    /// Digest, tag or commit.
    pub version: String,
}

const COLUMNS: &str = "service, environment, since, until, image, code_commit, source, unit, version, gate, gate_reason";

fn read(row: &Row) -> Result<DeploymentRow> {
    let deployment = Deployment {
        service: row.text(0)?,
        environment: row.text(1)?,
        since: row.time(2)?,
        until: row.opt_time(3)?,
        image: row.opt_text(4)?,
        commit: row.opt_text(5)?,
        source: row.text(6)?,
        gate: row.opt_text(9)?.as_deref().and_then(DeployGate::from_word),
        gate_reason: row.opt_text(10)?,
        built_from: None,
    };
    Ok(DeploymentRow { deployment, unit: row.text(7)?, version: row.text(8)? })
}

/// Stores a deployment as it stands in the row.
///
/// # Errors
/// Whatever the database says.
pub fn put(conn: &mut Conn, org: i64, row: &DeploymentRow, recorded: Timestamp) -> Result<()> {
    let d = &row.deployment;
    let columns = [
        "org",
        "service",
        "environment",
        "unit",
        "version",
        "since",
        "until",
        "image",
        "code_commit",
        "source",
        "recorded",
        "gate",
        "gate_reason",
    ];
    let values = params![
        org,
        &d.service,
        &d.environment,
        &row.unit,
        &row.version,
        d.since,
        d.until,
        d.image.as_deref(),
        d.commit.as_deref(),
        &d.source,
        recorded,
        d.gate.map(DeployGate::word),
        d.gate_reason.as_deref()
    ];
    conn.upsert_many("deployment", &columns, &["org", "service", "environment", "unit", "version", "since"], [values.to_vec()])?;
    Ok(())
}

/// Ends what runs of a service in an environment at a time; of one unit, and there of all versions but one, where those are given.
/// Answers how many ended.
///
/// # Errors
/// Whatever the database says.
pub fn end(
    conn: &mut Conn,
    org: i64,
    (service, environment): (&str, &str),
    unit: Option<&str>,
    but: Option<&str>,
    at: Timestamp,
) -> Result<u64> {
    conn.execute(
        "UPDATE deployment SET until = $4 WHERE org = $1 AND service = $2 AND environment = $3 AND since <= $4 \
         AND (until IS NULL OR until > $4) AND (unit = $5 OR $6 = 1) AND (version <> $7 OR $8 = 1)",
        params![org, service, environment, at, unit.unwrap_or_default(), unit.is_none(), but.unwrap_or_default(), but.is_none()],
    )
}

/// All deployments of a unit of a service to an environment, oldest first.
///
/// # Errors
/// Whatever the database says.
pub fn of_unit(conn: &mut Conn, org: i64, service: &str, environment: &str, unit: &str) -> Result<Vec<DeploymentRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deployment WHERE org = $1 AND service = $2 AND environment = $3 AND unit = $4 ORDER BY since, version"
    );
    conn.query_map(&sql, params![org, service, environment, unit], read)
}

/// What runs, or ran at that time.
///
/// # Errors
/// Whatever the database says.
pub fn running(conn: &mut Conn, org: i64, at: Timestamp) -> Result<Vec<DeploymentRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deployment WHERE org = $1 AND since <= $2 AND (until IS NULL OR until > $2) \
         ORDER BY service, environment, unit, since, version"
    );
    conn.query_map(&sql, params![org, at], read)
}

/// Everything that was deployed by a time, newest first; of one service where it is given.
///
/// # Errors
/// Whatever the database says.
pub fn shipped(conn: &mut Conn, org: i64, service: Option<&str>, at: Timestamp) -> Result<Vec<DeploymentRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deployment WHERE org = $1 AND since <= $2 AND (service = $3 OR $4 = 1) \
         ORDER BY since DESC, service, environment, unit, version"
    );
    conn.query_map(&sql, params![org, at, service.unwrap_or_default(), service.is_none()], read)
}

/// Services with the environments for which a deployment was recorded by that time.
///
/// # Errors
/// Whatever the database says.
pub fn recorded(conn: &mut Conn, org: i64, at: Timestamp) -> Result<Vec<(String, String)>> {
    let sql = "SELECT DISTINCT service, environment FROM deployment WHERE org = $1 AND since <= $2 ORDER BY service, environment";
    conn.query_map(sql, params![org, at], |row| Ok((row.text(0)?, row.text(1)?)))
}
