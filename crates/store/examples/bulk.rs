//! Measures how fast rows go in, on SQLite and on PostgreSQL: `cargo run --release -p store --example bulk [ROWS]`.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement for the person who runs it")]

use std::time::Instant;

use store::testing::on_both_engines;
use store::{Value, params};

const COLUMNS: &[&str] = &["org", "id", "stream", "rule", "path", "line", "title", "severity", "score", "seen", "hash"];

fn main() {
    let count: i64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    on_both_engines(|db| {
        db.write(|tx| {
            tx.script(
                "CREATE TABLE finding (org {text} NOT NULL, id BIGINT NOT NULL, stream BIGINT NOT NULL, rule {text} NOT NULL, path {text} NOT NULL,
                 line BIGINT, title {text} NOT NULL, severity BIGINT NOT NULL, score DOUBLE PRECISION, seen BIGINT NOT NULL, hash {bytes} NOT NULL,
                 PRIMARY KEY (org, id)) {strict_without_rowid};",
            )
        })
        .expect("an empty database");
        let row = |id: i64, severity: i64| -> Vec<Value> {
            params![
                "acme",
                id,
                id / 1000,
                "python.lang.security.audit.formatted-sql-query",
                format!("services/checkout/src/handlers/module_{}/orders_{}.py", id % 97, id % 1013),
                id % 4000,
                "Detected a formatted string in a SQL statement: use a parameter instead, or the query may be changed by its input",
                severity,
                0.5,
                1_763_625_600_000 + id,
                blake_like(id),
            ]
            .to_vec()
        };
        let size: usize =
            (0..100).map(|id| row(id, 1).iter().map(|value| format!("{value:?}").len().min(120)).sum::<usize>()).sum::<usize>() / 100;
        println!("{:?}: {count} rows of {} columns, about {size} bytes", db.kind(), COLUMNS.len());
        let timed = |what: &str, work: &dyn Fn() -> store::Result<u64>| {
            let start = Instant::now();
            let rows = work().expect("bulk work");
            let seconds = start.elapsed().as_secs_f64();
            println!(
                "  {what:<22} {rows:>8} rows {seconds:>7.3} s {:>10.0} rows/s",
                f64::from(u32::try_from(rows).unwrap_or(u32::MAX)) / seconds
            );
        };
        let keys: &[&str] = &["org", "id"];
        timed("make the rows", &|| Ok((0..count).map(|id| u64::from(std::hint::black_box(row(id, 1)).len() > 1)).sum()));
        timed("insert_many", &|| db.write(|tx| tx.insert_many("finding", COLUMNS, (0..count).map(|id| row(id, 1)))));
        timed("upsert_many, there", &|| db.write(|tx| tx.upsert_many("finding", COLUMNS, keys, (0..count).map(|id| row(id, 2)))));
        timed("upsert_many, new", &|| db.write(|tx| tx.upsert_many("finding", COLUMNS, keys, (count..2 * count).map(|id| row(id, 2)))));
        timed("update_many", &|| {
            db.write(|tx| tx.update_many("finding", keys, &["severity"], (0..count).map(|id| params!["acme", id, 3].to_vec())))
        });
        timed("query_map, all", &|| {
            db.read(|c| {
                Ok(c.query_map("SELECT id, path, title FROM finding WHERE org = $1", params!["acme"], |row| {
                    Ok((row.int(0)?, row.text(1)?, row.text(2)?))
                })?
                .len() as u64)
            })
        });
        timed("query_in, by id", &|| {
            let ids = (0..count).map(Value::Int).collect();
            db.read(|c| Ok(c.query_in("SELECT id, path FROM finding WHERE org = $1 AND id = ANY($2)", params!["acme"], ids)?.len() as u64))
        });
        timed("10,000 single reads", &|| {
            (0..10_000).try_fold(0, |sum, id| {
                db.read(|c| Ok(sum + c.query("SELECT path FROM finding WHERE org = $1 AND id = $2", params!["acme", id])?.len() as u64))
            })
        });
        timed("1,000 single writes", &|| {
            (0..1000).try_fold(0, |sum, id| {
                db.write(|tx| Ok(sum + tx.execute("UPDATE finding SET severity = 4 WHERE org = $1 AND id = $2", params!["acme", id])?))
            })
        });
        timed("delete_many", &|| db.write(|tx| tx.delete_many("finding", keys, (0..count).map(|id| params!["acme", id].to_vec()))));
    });
}

/// 32 bytes that look like a hash.
fn blake_like(id: i64) -> Vec<u8> {
    (0..4).flat_map(|part: i64| (id.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.cast_signed()) ^ part).to_be_bytes()).collect()
}
