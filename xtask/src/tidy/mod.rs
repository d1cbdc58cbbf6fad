//! `cargo xtask tidy`: the few rules of the source tree that a machine can check.

mod commands;
mod crates;
mod formats;
mod links;
mod migrations;
mod sizes;
mod words;

use std::process::ExitCode;

use crate::repository::{files, text};
use crate::run::say;
use crate::{Done, docs, refuse_unknown};

/// The files of the repository and their text.
pub(crate) struct Tree {
    files: Vec<String>,
    read: fn(&str) -> Done<String>,
}

impl Tree {
    /// These files, sorted, and how their text is read.
    pub(crate) fn new(files: Vec<String>, read: fn(&str) -> Done<String>) -> Self {
        Self { files, read }
    }

    /// Files in a folder (`crates/formats/src/tools/`) that end so (`.rs`).
    pub(crate) fn below<'a>(&'a self, folder: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
        self.files.iter().map(String::as_str).filter(move |file| file.starts_with(folder) && file.ends_with(end))
    }

    pub(crate) fn has(&self, file: &str) -> bool {
        self.files.binary_search_by(|known| known.as_str().cmp(file)).is_ok()
    }

    fn has_below(&self, folder: &str) -> bool {
        self.below(folder, "").next().is_some()
    }

    pub(crate) fn text(&self, file: &str) -> Done<String> {
        (self.read)(file)
    }
}

/// A rule: its sentence, and the function that names what breaks it.
struct Rule {
    says: &'static str,
    broken: fn(&Tree) -> Done<Vec<String>>,
}

const RULES: &[Rule] = &[
    Rule { says: "crates depend on each other in one direction", broken: crates::broken },
    Rule { says: "every format is listed, in order, and has a fixture", broken: formats::broken },
    Rule { says: "the pages on formats are as the formats say", broken: docs::out_of_date },
    Rule { says: "every migration is listed", broken: migrations::broken },
    Rule { says: "no file is too long to read", broken: sizes::broken },
    Rule { says: "relative links lead to files", broken: links::broken },
    Rule { says: "no path of a developer's machine", broken: words::broken },
    Rule { says: "commands in the docs exist", broken: commands::broken },
];

pub(crate) fn command(arguments: &[String]) -> Done<ExitCode> {
    refuse_unknown(arguments, &[], &[])?;
    check_all()?;
    Ok(ExitCode::SUCCESS)
}

/// Checks all rules.
///
/// # Errors
/// When one is broken; what breaks it was printed.
pub(crate) fn check_all() -> Done {
    let tree = Tree::new(files()?, text);
    let mut sum = 0;
    for rule in RULES {
        let broken = (rule.broken)(&tree)?;
        say(&format!("{:<6} {}", if broken.is_empty() { "ok" } else { "BROKEN" }, rule.says));
        for line in &broken {
            say(&format!("       {line}"));
        }
        sum += broken.len();
    }
    if sum == 0 { Ok(()) } else { Err(format!("tidy: {sum} to put right")) }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::Tree;

    /// A tree of these files; each text is what its name says in `texts`, found through a function since that is what a tree reads by.
    pub(crate) fn tree(files: &[&str], read: fn(&str) -> super::Done<String>) -> Tree {
        let mut files: Vec<String> = files.iter().map(|&file| file.to_owned()).collect();
        files.sort();
        Tree { files, read }
    }
}
