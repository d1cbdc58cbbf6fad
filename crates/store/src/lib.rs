//! SQLite and PostgreSQL behind one API.
//!
//! [`Db`] opens either by URL and runs work in transactions; [`Conn`] runs statements inside one. Statements are in the subset
//! of SQL that both engines read alike: `$1` parameters, BIGINT, DOUBLE PRECISION, text and bytes. Where the two differ is in
//! `sqlite.rs` and `postgres.rs`, and nowhere else. Things to mind when writing a statement:
//!
//! - say `NULLS FIRST` or `NULLS LAST` where a null may be sorted: the engines differ;
//! - truth is an integer in a column (`WHERE open = 1`), and comes out of an expression as 0 or 1;
//! - a parameter whose type nothing tells (`SELECT $1`) needs a `CAST($1 AS BIGINT)`;
//! - dividing by zero is an error on one engine and null on the other: use `NULLIF`;
//! - `LIKE` tells upper from lower case.

mod bulk;
mod conn;
mod db;
mod engine;
mod error;
pub mod migrations;
mod packed;
mod pool;
mod postgres;
pub mod queries;
mod row;
mod script;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod value;

pub use conn::Conn;
pub use db::Db;
pub use engine::EngineKind;
pub use error::{Result, StoreError};
pub use packed::Packed;
pub use row::Row;
pub use value::Value;
