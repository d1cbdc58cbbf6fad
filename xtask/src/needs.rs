//! What must be installed, and how to get it.

use std::path::PathBuf;

use crate::Done;
use crate::run::{answer, cargo, program, run, say};

/// The oldest Node that the web app's tools take: major and minor number.
const NODE: (u32, u32) = (20, 19);

/// Fails with a line that says how to get it, unless Node and npm are there.
pub(crate) fn node() -> Done {
    let get = format!("install Node {}.{} or newer: https://nodejs.org", NODE.0, NODE.1);
    let version = answer(program("node").arg("--version")).ok_or_else(|| format!("node is missing; {get}"))?;
    if node_version(&version).is_none_or(|version| version < NODE) {
        return Err(format!("node {version} is too old; {get}"));
    }
    answer(program("npm").arg("--version")).ok_or_else(|| format!("npm is missing; it comes with Node; {get}"))?;
    Ok(())
}

/// Major and minor number of `v20.19.1`.
fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// The browser that the tests drive: the one that `CHROMIUM` names, else the first that is installed.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"].into_iter().find_map(in_path)
}

fn postgresql() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin/initdb")).any(|initdb| initdb.exists()) || in_path("initdb").is_some()
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// All that the tests need; installs what it may and can.
///
/// # Errors
/// With a line for each thing that is missing.
pub(crate) fn everything() -> Done {
    let mut missing: Vec<String> = [node().err(), git(), components().err()].into_iter().flatten().collect();
    let mut packages = Vec::new();
    if !postgresql() {
        packages.push("postgresql");
    }
    if chromium().is_none() {
        packages.push("chromium");
    }
    if !packages.is_empty() {
        // Whether it worked is seen by looking again.
        if let Err(reason) = install(&packages) {
            say(&reason);
        }
    }
    if !postgresql() {
        missing.push("PostgreSQL is missing (its programs, no running server); apt-get install postgresql".into());
    }
    match chromium() {
        Some(path) => say(&format!("browser: {}", path.display())),
        None => missing.push("Chromium is missing; apt-get install chromium, or set CHROMIUM to a browser's path".into()),
    }
    if missing.is_empty() { Ok(()) } else { Err(missing.join("\n")) }
}

fn git() -> Option<String> {
    answer(program("git").arg("--version")).is_none().then(|| "git is missing; apt-get install git, or https://git-scm.com".into())
}

/// rustfmt and clippy; rustup's minimal profile lacks them.
fn components() -> Done {
    let there = || ["fmt", "clippy"].iter().all(|name| answer(cargo().args([name, "--version"])).is_some());
    if there() {
        return Ok(());
    }
    let _ = run(program("rustup").args(["component", "add", "rustfmt", "clippy"]));
    if there() { Ok(()) } else { Err("rustfmt or clippy is missing; rustup component add rustfmt clippy".into()) }
}

/// Installs packages with apt-get where we may: as root, or with a sudo that asks for no password.
fn install(packages: &[&str]) -> Done {
    let names = packages.join(" ");
    if in_path("apt-get").is_none() {
        return Err(format!("not installed by us, since there is no apt-get: {names}"));
    }
    let root = answer(program("id").arg("-u")).is_some_and(|id| id == "0");
    if !root && answer(program("sudo").args(["-n", "true"])).is_none() {
        return Err(format!("not installed by us, since we may not: {names}"));
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = program(if root { "env" } else { "sudo" });
        if !root {
            command.args(["-n", "env"]);
        }
        run(command.arg("DEBIAN_FRONTEND=noninteractive").arg("apt-get").args(arguments))
    };
    apt_get(&["update", "--quiet"])?;
    // One by one: what one distribution lacks must not keep the other out.
    let failed: Vec<String> =
        packages.iter().filter_map(|name| apt_get(&["install", "--quiet", "--yes", "--no-install-recommends", name]).err()).collect();
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_compare_by_number() {
        assert_eq!(node_version("v20.19.1"), Some((20, 19)));
        assert!(node_version("v9.11.2").unwrap() < NODE);
        assert!(node_version("v100.0.0").unwrap() > NODE);
        assert_eq!(node_version("20"), None);
    }
}
