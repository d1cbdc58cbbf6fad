//! Commands that the docs name exist.

use super::Tree;
use crate::{Done, command_names};

const PROGRAM: &str = "crates/muster/src/cmd/";

pub(super) fn broken(tree: &Tree) -> Done<Vec<String>> {
    let mut broken = Vec::new();
    let scripts = tree.text("web/package.json")?;
    // Commands on the pages on formats are those of other tools.
    for file in tree.below("", ".md").filter(|file| !crate::docs::is_made(file)) {
        for (number, command) in commands(&tree.text(file)?) {
            let mut words = command.split_whitespace();
            let exists = match (words.next(), words.next(), words.next()) {
                (Some("cargo"), Some("xtask"), Some(name)) => command_names().any(|known| known == name),
                (Some("npm"), Some("run"), Some(name)) => scripts.contains(&format!("\"{name}\": ")),
                (Some("muster"), Some(name), _) => verb_exists(tree, name),
                _ => true,
            };
            if !exists {
                broken.push(format!("{file}:{number}: there is no `{command}`"));
            }
        }
    }
    Ok(broken)
}

/// True where a file or folder has the verb's name, and for flags and placeholders, which are no verbs.
fn verb_exists(tree: &Tree, verb: &str) -> bool {
    if !verb.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-') || verb.starts_with('-') {
        return true;
    }
    let module = verb.replace('-', "_");
    tree.has(&format!("{PROGRAM}{module}.rs")) || tree.has(&format!("{PROGRAM}{module}/mod.rs")) || verb == "help"
}

/// Lines of code blocks and pieces of code in a line, with the number of their line; a prompt and settings before them are dropped.
fn commands(text: &str) -> Vec<(usize, String)> {
    let mut commands = Vec::new();
    let mut fenced = false;
    for (line, number) in text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            commands.push((number, line));
        } else {
            commands.extend(line.split('`').skip(1).step_by(2).map(|code| (number, code)));
        }
    }
    let plain = |code: &str| {
        let words = code.trim().trim_start_matches("$ ").split_whitespace();
        words.skip_while(|word| word.contains('=')).collect::<Vec<_>>().join(" ")
    };
    commands.into_iter().map(|(number, code)| (number, plain(code))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::tree;
    use super::*;

    #[test]
    fn commands_that_do_not_exist_are_named() {
        let read = |file: &str| {
            Ok(match file {
                "web/package.json" => "{\"scripts\": {\"e2e\": \"playwright test\"}}",
                _ => "`cargo xtask demo`, `cargo xtask dance`\n```\n$ A=b muster import x.json\nmuster levitate\nnpm run e2e\nnpm run far\n```\n`muster --db X`",
            }
            .to_owned())
        };
        let files = ["README.md", "crates/muster/src/cmd/import.rs", "web/package.json"];
        assert_eq!(
            broken(&tree(&files, read)).unwrap(),
            [
                "README.md:1: there is no `cargo xtask dance`",
                "README.md:4: there is no `muster levitate`",
                "README.md:6: there is no `npm run far`",
            ]
        );
    }
}
