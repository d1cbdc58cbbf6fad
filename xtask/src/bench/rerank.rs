//! How fast what the world learns moves the queue, through the program: its start, its feed's reading and its writing are in the figures.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::import::{Measured, fresh, muster, watched};
use super::{Figure, folder, megabytes};
use crate::Done;
use crate::run::{cargo, program, run};

const CVES: u64 = 20_000;
/// Packages that have each CVE: an issue each.
const EACH: u64 = 5;

/// Repositories of the million.
const REPOSITORIES: u64 = 10;

pub(super) fn figures() -> Done<Vec<Figure>> {
    let database = imported("rerank.db", 1)?;
    told(&database, &["intel", "load", &file("kev-one.json", kev(1))?], "kev")?;
    let start = told(&database, &["intel", "status"], "epss")?;
    let floor = format!("{:.0} ms the program, asked for a status", start.time.as_secs_f64() * 1e3);
    let mut figures = day(&database, 1, "a day of EPSS, 100,000 issues again", floor.clone())?;
    let few = format!("\"issues_ranked\":{EACH}");
    let entry = told(&database, &["intel", "load", &file("kev-two.json", kev(2))?], &few)?;
    figures.push(Figure {
        what: "a CVE joins KEV, to the queue",
        measured: format!("{:.0} ms", entry.time.as_secs_f64() * 1e3),
        floor,
        budget: "100 ms",
    });
    Ok(figures)
}

/// A million: the report of 100,000 is imported for ten repositories, so that ids lie as they do in a record that grew.
pub(super) fn million() -> Done<Vec<Figure>> {
    let database = imported("rerank-million.db", REPOSITORIES)?;
    day(&database, REPOSITORIES, "a day of EPSS, 1,000,000 issues again", "-".to_owned())
}

/// A record of 100,000 issues in each of so many repositories, ranked by a day of EPSS.
fn imported(database: &str, repositories: u64) -> Done<PathBuf> {
    run(cargo().args(["build", "--release", "--package", "muster", "--bin", "muster"]))?;
    let database = fresh(database)?;
    let report = file("trivy-cves.json", trivy())?;
    for number in 0..repositories {
        let repository = format!("github.com/bench/shop{number}");
        let import = ["import", "--repo", &repository, "--branch", "main", "--at", "2026-11-01T00:00:00Z", &report];
        told(&database, &import, &format!("\"new\":{}", CVES * EACH))?;
    }
    told(&database, &["intel", "load", &file("epss-2026-11-01.csv", epss(1))?], "epss")?;
    Ok(database)
}

/// The next day of EPSS.
fn day(database: &Path, repositories: u64, what: &'static str, floor: String) -> Done<Vec<Figure>> {
    let issues = CVES * EACH * repositories;
    let all = format!("\"issues_ranked\":{issues}");
    let day = told(database, &["intel", "load", &file("epss-2026-11-02.csv", epss(2))?], &all)?;
    let memory = day.memory.map_or_else(|| "unknown".to_owned(), |bytes| megabytes(bytes as f64));
    let seconds = day.time.as_secs_f64();
    Ok(vec![
        Figure { what, measured: format!("{:.0}/s ({seconds:.1} s)", issues as f64 / seconds), floor, budget: "100,000/s" },
        Figure { what: "… most memory", measured: memory, floor: "-".into(), budget: "256 MB" },
    ])
}

fn file(name: &str, text: String) -> Done<String> {
    let path = folder()?.join(name);
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path.display().to_string())
}

/// Runs a command on the database; its answer must hold a text, else the figure is one of something else.
fn told(database: &Path, arguments: &[&str], expected: &str) -> Done<Measured> {
    let answer = folder()?.join("rerank.json");
    let output = File::create(&answer).map_err(|error| format!("{}: {error}", answer.display()))?;
    let mut command = program(muster());
    command.args(["--db", &format!("sqlite:{}", database.display()), "--json"]).args(arguments);
    let (status, measured) = watched(command.stdin(Stdio::null()).stdout(output))?;
    let said = std::fs::read_to_string(&answer).unwrap_or_default();
    if !status.success() || !said.contains(expected) {
        return Err(format!("muster {}: {status}, expected {expected} in {said}", arguments.join(" ")));
    }
    Ok(measured)
}

fn cve(number: u64) -> String {
    format!("CVE-2020-{}", 10_000 + number)
}

/// Trivy's report of packages with a CVE each.
fn trivy() -> String {
    let mut rows = String::new();
    for number in 0..CVES * EACH {
        let (name, comma) = (format!("part-{number}"), if number == 0 { "" } else { "," });
        let _ = write!(
            rows,
            "{comma}{{\"VulnerabilityID\":\"{}\",\"PkgName\":\"{name}\",\"InstalledVersion\":\"1.0.0\",\"Severity\":\"HIGH\",\
             \"Title\":\"A flaw in {name}\",\"PkgIdentifier\":{{\"PURL\":\"pkg:npm/{name}@1.0.0\"}}}}",
            cve(number % CVES)
        );
    }
    format!(
        "{{\"SchemaVersion\":2,\"ArtifactName\":\".\",\"ArtifactType\":\"filesystem\",\"Results\":[{{\"Target\":\"package-lock.json\",\
         \"Class\":\"lang-pkgs\",\"Type\":\"npm\",\"Vulnerabilities\":[{rows}]}}]}}"
    )
}

/// Scores of a day, other ones each day.
fn epss(day: u64) -> String {
    let mut text = format!("#model_version:v2025.03.14,score_date:2026-11-{day:02}T00:00:00+0000\ncve,epss,percentile\n");
    for number in 0..CVES {
        let _ = writeln!(text, "{},0.{:05},0.50000", cve(number), 1 + (number * 7919 + day * 104_729) % 99_000);
    }
    text
}

/// The catalogue with its first entries.
fn kev(entries: u64) -> String {
    let entry = |number: u64| {
        format!(
            "{{\"cveID\":\"{}\",\"vendorProject\":\"Bench\",\"product\":\"Part\",\"vulnerabilityName\":\"A flaw\",\"dateAdded\":\"2026-11-01\",\
             \"shortDescription\":\"\",\"requiredAction\":\"\",\"dueDate\":\"2026-11-22\",\"knownRansomwareCampaignUse\":\"Unknown\",\"notes\":\"\",\
             \"cwes\":[]}}",
            cve(number)
        )
    };
    let list: Vec<String> = (0..entries).map(entry).collect();
    format!(
        "{{\"title\":\"CISA Catalog of Known Exploited Vulnerabilities\",\"catalogVersion\":\"2026.11.0{entries}\",\
         \"dateReleased\":\"2026-11-0{entries}T00:00:00.0000Z\",\"count\":{entries},\"vulnerabilities\":[{}]}}",
        list.join(",")
    )
}
