//! Relative links in the docs lead to files and folders of the repository.

use super::Tree;
use crate::Done;

pub(super) fn broken(tree: &Tree) -> Done<Vec<String>> {
    let mut broken = Vec::new();
    for file in tree.below("", ".md") {
        for (number, link) in links(&tree.text(file)?) {
            let Some(path) = resolved(file, &link) else { continue };
            if !path.is_empty() && !tree.has(&path) && !tree.has_below(&format!("{path}/")) {
                broken.push(format!("{file}:{number}: {link} leads nowhere"));
            }
        }
    }
    Ok(broken)
}

/// The targets of `[text](target)`, `![picture](target "title")` and `[name]: target`, outside of code, with their line.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut fenced = false;
    for (line, number) in text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // What stands between backticks is code: every second piece.
        let prose: Vec<&str> = line.split('`').step_by(2).collect();
        let prose = prose.join("``");
        if let Some((_, target)) = prose.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
            links.push((number, target.to_owned()));
        }
        links.extend(prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| (number, target.to_owned())));
    }
    links
}

/// The path from the root that the link in the file means; `None` for addresses and for places in the same page.
fn resolved(file: &str, link: &str) -> Option<String> {
    let target = link.trim().trim_start_matches('<').split(['#', '>', ' ']).next().unwrap_or_default();
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { file.split('/').collect() };
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::tree;
    use super::*;

    #[test]
    fn dead_links_are_named_with_their_line() {
        let read = |_: &str| {
            Ok("[up](../README.md), [gone](gone.md#part) and ![a](pictures/a.png \"A\")\n`[code](nowhere)` [out](https://a.example/x)\n\
                ```\n[fenced](nowhere)\n```\n[folder](../docs/) [here](#part)\n[named]: missing.md"
                .to_owned())
        };
        let files = ["README.md", "docs/a.md", "docs/pictures/a.png"];
        let broken = broken(&tree(&files, read)).unwrap();
        let of_docs: Vec<&str> = broken.iter().filter_map(|what| what.strip_prefix("docs/a.md:")).collect();
        assert_eq!(of_docs, ["1: gone.md#part leads nowhere", "7: missing.md leads nowhere"]);
    }
}
