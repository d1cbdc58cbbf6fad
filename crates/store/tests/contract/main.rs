//! What SQLite and PostgreSQL must do alike. Each test runs on both.
#![expect(clippy::unwrap_used, reason = "a step that fails is the failure of the test")]

mod bulk;
mod components;
mod events;
mod failures;
mod findings;
mod inventory;
mod issues;
mod opening;
mod risk;
mod transactions;
mod values;
mod vex;

use store::{Conn, Result};

/// A table with a column of each kind.
fn make_things(tx: &mut Conn) -> Result<()> {
    tx.script(
        "CREATE TABLE thing (
            org {text} NOT NULL,
            id BIGINT NOT NULL,
            weight DOUBLE PRECISION,
            name {text},
            body {bytes},
            PRIMARY KEY (org, id)
        ) {strict};",
    )
}

fn count(conn: &mut Conn) -> Result<i64> {
    conn.query_one("SELECT COUNT(*) FROM thing", &[])?.int(0)
}
