//! Runs one test on both engines, for this crate and those above it.
//!
//! PostgreSQL is a throw-away cluster, started once in a test process, or the one that `MUSTER_TEST_POSTGRES_URL` names. Each test
//! has a database of its own in it. Without PostgreSQL installed the test fails, unless `MUSTER_TEST_SKIP_POSTGRES=1` is set
//! and `CI` is not.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot run must fail, and say why")]

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;
use testcluster::{Cluster, ClusterError};

use crate::Db;
use crate::postgres;

/// An empty database of one test; removed when dropped.
#[derive(Debug)]
pub struct Place {
    url: String,
    _folder: Option<TempDir>,
    database: Option<String>,
}

impl Place {
    /// Where it is, for [`Db::open`].
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A new SQLite file.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("muster.db").display());
        Self { url, _folder: Some(folder), database: None }
    }

    /// A new PostgreSQL database; `None` when PostgreSQL is missing and may be.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = server()?;
        let name = format!("muster_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // One of the same name can only be left from a killed process whose number has come round again.
        administer(server, &[format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name} TEMPLATE template0")]);
        Some(Self { url: with_database(server, &name), _folder: None, database: Some(name) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let (Some(name), Some(server)) = (&self.database, server()) {
            administer(server, &[format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")]);
        }
    }
}

/// Runs a test on an empty, migrated database of each engine.
pub fn on_both_engines(test: impl Fn(&Db)) {
    on_both_places(|place| test(&Db::open(place.url()).expect("an empty database opens")));
}

/// Runs a test with the place of an empty database of each engine, which it opens itself.
pub fn on_both_places(test: impl Fn(&Place)) {
    for place in [Some(Place::sqlite()), Place::postgres()].into_iter().flatten() {
        let _named = Named(if place.database.is_some() { "PostgreSQL" } else { "SQLite" });
        test(&place);
    }
}

/// Says on which engine a test failed.
struct Named(&'static str);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the test failed on {}", self.0);
        }
    }
}

/// The URL of a database of the test server; `None` when there is none and need not be.
fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<(String, Option<Cluster>)>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        if let Ok(url) = std::env::var("MUSTER_TEST_POSTGRES_URL") {
            return Some((url, None));
        }
        match Cluster::start() {
            Ok(cluster) => Some((cluster.url(), Some(cluster))),
            Err(error @ ClusterError::NotInstalled) => {
                let may_skip =
                    std::env::var("MUSTER_TEST_SKIP_POSTGRES").is_ok_and(|value| value == "1") && std::env::var_os("CI").is_none();
                assert!(may_skip, "{error}");
                eprintln!("skipped on PostgreSQL: {error}");
                None
            }
            Err(error) => panic!("{error}"),
        }
    });
    server.as_ref().map(|(url, _)| url.as_str())
}

fn administer(server: &str, statements: &[String]) {
    let config = postgres::config(server).expect("the URL of the test server");
    let mut engine = postgres::connect(&config).expect("the test server answers");
    for statement in statements {
        engine.script(statement).expect("the test server makes and removes databases");
    }
}

/// The same server's URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let (start, options) = url.split_once('?').map_or((url, None), |(start, options)| (start, Some(options)));
    let host_end = start.find("://").and_then(|scheme| Some(scheme + 3 + start.get(scheme + 3..)?.find('/')?)).unwrap_or(start.len());
    let mut url = format!("{}/{name}", start.get(..host_end).unwrap_or(start));
    if let Some(options) = options {
        url.push('?');
        url.push_str(options);
    }
    url
}
