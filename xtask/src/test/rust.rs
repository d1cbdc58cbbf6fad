//! The parts that cargo runs.

use testcluster::Cluster;

use crate::Done;
use crate::counts::{self, Counts};
use crate::run::{cargo, run, run_and_read};

pub(super) fn format() -> Done {
    run(cargo().args(["fmt", "--all", "--check"]))
}

pub(super) fn clippy() -> Done {
    run(cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--keep-going", "--", "-D", "warnings"]))
}

/// All tests and documentation examples, against one PostgreSQL for the whole run: a cluster takes seconds to start, and each test
/// has a database of its own in it.
pub(super) fn tests(sum: &mut Counts) -> Done {
    let cluster = Cluster::start().map_err(|error| error.to_string())?;
    let mut command = cargo();
    command.args(["test", "--workspace", "--no-fail-fast", "--locked"]);
    command.env("MUSTER_TEST_POSTGRES_URL", cluster.url());
    // A snapshot that differs is a failure, and leaves no file behind.
    command.env("INSTA_UPDATE", "no");
    run_and_read(&mut command, |line| *sum += counts::cargo(line))
}
