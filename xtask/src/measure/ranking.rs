//! How well the queue is ordered: on past days of public data, and on simulated programmes whose truth is known.

use std::path::{Path, PathBuf};

use super::{section, shared};
use crate::Done;
use crate::repository::{root, target};
use crate::run::{cargo, program, run, run_and_read, say};

/// Simulated programmes by preset and seed. Weights are chosen on the first of *company* and the first two of *sca10k*; the others are held back.
const PROGRAMMES: [(&str, u32); 8] =
    [("company", 1), ("company", 2), ("company", 3), ("company", 4), ("sca10k", 1), ("sca10k", 2), ("sca10k", 3), ("sca10k", 4)];
/// Importing a company takes ten minutes: it is done only where this variable is set, or its database is there already. What is imported once is
/// kept, and only ranked again.
const LONG: &str = "MUSTER_MEASURE_LONG";
/// A past day of invented CVEs, for the program's own sake.
const OWN: &str = "crates/operations/examples/ranking_quality/days";

/// Measures where MUSTER_SHARED names a folder with past days; else on an invented one, which shows only that it works.
pub(super) fn measure() -> Done {
    run(cargo().args(["build", "--release", "--package", "operations", "--example", "ranking_quality"]))?;
    let mut command = program(target().join("release/examples/ranking_quality"));
    let intel = shared("intel");
    command.arg("--intel").arg(intel.clone().unwrap_or_else(|| root().join(OWN)));
    for feed in feeds(intel.as_deref())? {
        command.arg("--feed").arg(feed);
    }
    for (name, database, truth) in programmes()? {
        command.arg("--programme").arg(name).arg(database).arg(truth);
    }
    let mut text = String::new();
    run_and_read(&mut command, |line| {
        text.push_str(line);
        text.push('\n');
    })?;
    if intel.is_none() {
        say("MUSTER_SHARED names no folder with intel: measured on an invented day, and the page is left as it is");
        return Ok(());
    }
    section::write("ranking", &text)
}

/// What readers have learnt to read since a database was imported: the lists of exploited vulnerabilities and the descriptions of CVEs.
fn feeds(folder: Option<&Path>) -> Done<Vec<PathBuf>> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let wanted = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("kev-") || name.starts_with("vulnrichment-")
    };
    let mut out: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(wanted).collect();
    out.sort();
    Ok(out)
}

/// Name, database and truth of each programme, made where they are not there yet.
fn programmes() -> Done<Vec<(String, PathBuf, PathBuf)>> {
    let (Some(generator), Some(scorer)) = (shared("scenario/generate.py"), shared("scenario/score.py")) else { return Ok(Vec::new()) };
    let folder = target().join("ranking");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut out = Vec::new();
    for (preset, seed) in PROGRAMMES {
        let (files, database) = (folder.join(format!("{preset}-{seed}")), folder.join(format!("{preset}-{seed}.db")));
        if !database.exists() && preset == "company" && std::env::var_os(LONG).is_none() {
            say(&format!("{preset}, seed {seed}: left out; set {LONG}=1 to import it"));
            continue;
        }
        if !files.exists() {
            run(program("python3").arg(&generator).args(["--preset", preset, "--seed", &seed.to_string(), "--out"]).arg(&files))?;
        }
        if !database.exists() {
            import(&scorer, &files, &database)?;
        }
        out.push((format!("{preset}, seed {seed}"), database, files.join("truth")));
    }
    Ok(out)
}

/// Imports a programme as the scorer drives it; the database takes its name only when it is whole.
fn import(scorer: &Path, files: &Path, database: &Path) -> Done {
    run(cargo().args(["build", "--release", "--package", "muster", "--bin", "muster"]))?;
    let part = database.with_extension("part");
    let _ = std::fs::remove_file(&part);
    let mut score = program("python3");
    score.arg(scorer).arg("--muster").arg(target().join("release/muster")).arg("--quiet").arg("--dir").arg(files);
    score.arg("--db").arg(format!("sqlite:{}", part.display()));
    run(&mut score)?;
    std::fs::rename(&part, database).map_err(|error| format!("{}: {error}", database.display()))
}
