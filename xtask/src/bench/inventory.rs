//! How long it takes until an inventory of 2,000 services is applied to 100,000 issues.

use std::fmt::Write as _;
use std::time::Instant;

use super::import::{fresh, import_into, muster};
use super::report::{self, Size};
use super::{Figure, folder};
use crate::Done;
use crate::run::{answer, cargo, program, run, say};

const REPOSITORIES: u64 = 20;
const FINDINGS: u64 = 100_000;
const SERVICES: u64 = 2_000;

/// All issues get a service, then all get another owner, then nothing changes.
pub(super) fn figures() -> Done<Vec<Figure>> {
    run(cargo().args(["build", "--release", "--package", "muster", "--bin", "muster"]))?;
    let folder = folder()?;
    let report = folder.join("repository.sarif");
    let each = FINDINGS / REPOSITORIES;
    report::write(&report, &Size::Results(each))?;
    let database = fresh("inventory.db")?;
    for repository in 0..REPOSITORIES {
        let name = format!("github.com/bench/repository-{repository}");
        import_into(&database, &report, &name, "2026-11-01T00:00:00Z", &format!("\"new\":{each},"))?;
    }
    let url = format!("sqlite:{}", database.display());
    let file = folder.join("muster.yaml");
    let apply = |team: &str, moved: u64| -> Done<f64> {
        std::fs::write(&file, inventory(team)).map_err(|error| format!("{}: {error}", file.display()))?;
        say(&format!("applying 2,000 services of team {team}"));
        let mut command = program(muster());
        command.args(["--db", &url, "--json", "inventory", "apply"]).arg(&file);
        let start = Instant::now();
        let said = answer(&mut command).ok_or("muster inventory apply failed")?;
        let time = start.elapsed().as_secs_f64();
        let expected = format!("\"moved\":{{\"issues\":{moved},");
        if said.contains(&expected) { Ok(time) } else { Err(format!("expected {expected} {}", said.get(..400).unwrap_or(&said))) }
    };
    let placed = apply("blue", FINDINGS)?;
    let owned = apply("red", FINDINGS)?;
    let same = apply("red", 0)?;
    let figure = |what: &'static str, seconds: f64| Figure { what, measured: format!("{seconds:.1} s"), floor: "-".into(), budget: "5 s" };
    Ok(vec![
        figure("2,000 services place 100,000 issues", placed),
        figure("the same with another owner for all", owned),
        figure("the same again", same),
    ])
}

fn inventory(team: &str) -> String {
    let mut out = String::from("version: 1\nteams: [{name: blue}, {name: red}]\napplications:\n");
    let of_repository = SERVICES / REPOSITORIES;
    for repository in 0..REPOSITORIES {
        let _ = writeln!(out, "  - name: application-{repository}\n    owner: {team}\n    services:");
        for service in 0..of_repository {
            let name = format!("service-{repository}-{service}");
            let path = format!("services/service-{service}");
            let _ = writeln!(
                out,
                "      - {{name: {name}, repository: github.com/bench/repository-{repository}, path: {path}, exposure: internet}}"
            );
        }
    }
    out
}
