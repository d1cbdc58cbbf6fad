//! How fast the question who has a package is answered over many bills of materials.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use super::import::{fresh, muster};
use super::{Figure, folder};
use crate::repository::target;
use crate::run::{cargo, program, run, say};
use crate::served::Served;
use crate::{Done, http};

/// Documents, where `MUSTER_BENCH_SBOMS` names no other number.
const DOCUMENTS: usize = 1_000;
const PACKAGES: usize = 1_000;
/// Different packages in all of them.
const KNOWN: usize = 20_000;
/// Every so many documents have the vulnerable version.
const VULNERABLE: usize = 10;
const QUESTIONS: usize = 50;

pub(super) fn figures() -> Done<Vec<Figure>> {
    run(cargo().args(["build", "--release", "--package", "muster", "--bin", "muster"]))?;
    let documents = folder()?.join("boms");
    let _ = std::fs::remove_dir_all(&documents);
    std::fs::create_dir_all(&documents).map_err(|error| format!("{}: {error}", documents.display()))?;
    let count = std::env::var("MUSTER_BENCH_SBOMS").ok().and_then(|text| text.parse().ok()).unwrap_or(DOCUMENTS);
    for number in 0..count {
        write(&documents.join(format!("bom-{number}.cdx.json")), number)?;
    }
    let database = fresh("affected.db")?;
    let url = format!("sqlite:{}", database.display());
    say(&format!("importing {count} bills of materials of {PACKAGES} packages"));
    let start = Instant::now();
    run(program(muster()).args(["--db", &url, "import", "--at", "2026-11-01T00:00:00Z"]).arg(&documents))?;
    let importing = start.elapsed();
    let server = Served::start(&muster(), &["--db", &url, "serve"], target().join("bench/server.log"))?;
    // %3C is `<`.
    const BY_RANGE: &str = "/api/v1/affected?q=pkg:maven/org.apache.logging.log4j/log4j-core%3C2.17.1";
    const BY_NAME: &str = "/api/v1/affected?q=log4j-core%20%3C%202.17.1";
    let mut figures = vec![Figure {
        what: "SBOMs of 1,000 packages, import",
        measured: format!("{:.0} packages/s", (count * PACKAGES) as f64 / importing.as_secs_f64()),
        floor: "-".into(),
        budget: "-",
    }];
    for (what, question) in [("who has it, by package URL, p95", BY_RANGE), ("who has it, by name, p95", BY_NAME)] {
        let answer = String::from_utf8_lossy(&http::get(server.address, question)?).into_owned();
        let found = answer.matches("\"target\":\"github.com/bench/").count();
        let wanted = count.div_ceil(VULNERABLE);
        if found != wanted {
            return Err(format!("{question}: {found} places instead of {wanted}"));
        }
        let mut times = Vec::new();
        for _ in 0..QUESTIONS {
            let start = Instant::now();
            http::get(server.address, question)?;
            times.push(start.elapsed());
        }
        times.sort();
        let p95 = times.get(QUESTIONS * 95 / 100).copied().unwrap_or_default();
        let measured = format!("{:.1} ms", p95.as_secs_f64() * 1e3);
        figures.push(Figure { what, measured, floor: "-".into(), budget: "50 ms" });
    }
    Ok(figures)
}

/// A CycloneDX document of a repository of its own.
fn write(path: &Path, number: usize) -> Done<()> {
    let mut text = format!(
        "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"metadata\":{{\"tools\":{{\"components\":[{{\"type\":\"application\",\"name\":\"syft\",\"version\":\"1.0.0\"}}]}},\
         \"component\":{{\"type\":\"application\",\"name\":\"service-{number}\",\"externalReferences\":[{{\"type\":\"vcs\",\"url\":\"https://github.com/bench/service-{number}\"}}]}}}},\"components\":["
    );
    let log4j = if number.is_multiple_of(VULNERABLE) { "2.14.1" } else { "2.25.0" };
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "{{\"type\":\"library\",\"name\":\"log4j-core\",\"version\":\"{log4j}\",\"purl\":\"pkg:maven/org.apache.logging.log4j/log4j-core@{log4j}\"}}"
    );
    for place in 1..PACKAGES {
        let package = (number * 7919 + place * 31) % KNOWN;
        let (major, minor) = (package % 9, (number + place) % 5);
        let _ = write!(
            text,
            ",{{\"type\":\"library\",\"name\":\"package-{package}\",\"version\":\"{major}.{minor}.0\",\"purl\":\"pkg:npm/package-{package}@{major}.{minor}.0\"}}"
        );
    }
    text.push_str("]}");
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
