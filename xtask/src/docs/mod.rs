//! `cargo xtask docs`: the pages on formats, made from the files of the formats. `tidy` says when they are out of date.

mod format;
mod page;

use std::process::ExitCode;

use crate::repository::{files, root, text};
use crate::run::say;
use crate::tidy::Tree;
use crate::{Done, refuse_unknown};
use format::Described;

const LIST: &str = "crates/formats/src/list.rs";
const TOOLS: &str = "crates/formats/src/tools/";
const READ_ONLY: &str = "crates/formats/src/read_only.rs";
/// Where the pages are.
const FOLDER: &str = "docs/formats/";
/// Pages in that folder that people write.
const WRITTEN: [&str; 2] = ["docs/formats/mapping.md", "docs/formats/versions.md"];

/// Writes the pages that differ.
pub(crate) fn command(arguments: &[String]) -> Done<ExitCode> {
    refuse_unknown(arguments, &[], &[])?;
    let tree = Tree::new(files()?, text);
    let pages = pages(&tree)?;
    let mut written = 0;
    for (path, content) in &pages {
        if !tree.has(path) || tree.text(path)? != *content {
            let file = root().join(path);
            let folder = file.parent().unwrap_or(&file);
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, content)).map_err(|error| format!("{path}: {error}"))?;
            written += 1;
        }
    }
    for path in left_over(&tree, &pages) {
        std::fs::remove_file(root().join(&path)).map_err(|error| format!("{path}: {error}"))?;
        written += 1;
    }
    say(&format!("{} pages on formats, {written} changed", pages.len()));
    Ok(ExitCode::SUCCESS)
}

/// The pages that are not as they would be written now.
pub(crate) fn out_of_date(tree: &Tree) -> Done<Vec<String>> {
    let pages = pages(tree)?;
    let mut broken = Vec::new();
    for (path, content) in &pages {
        if !tree.has(path) || tree.text(path)? != *content {
            broken.push(format!("{path}: not as the files of the formats say; run `cargo xtask docs`"));
        }
    }
    broken.extend(left_over(tree, &pages).into_iter().map(|path| format!("{path}: no format is on this page; run `cargo xtask docs`")));
    Ok(broken)
}

/// True for pages that are made here.
pub(crate) fn is_made(path: &str) -> bool {
    path.starts_with(FOLDER) && !WRITTEN.contains(&path)
}

fn left_over(tree: &Tree, pages: &[(String, String)]) -> Vec<String> {
    let made = tree.below(FOLDER, ".md").filter(|path| is_made(path));
    made.filter(|path| !pages.iter().any(|(known, _)| known == path)).map(str::to_owned).collect()
}

/// All pages, with their paths.
fn pages(tree: &Tree) -> Done<Vec<(String, String)>> {
    let list = tree.text(LIST)?;
    let reasons = if tree.has(READ_ONLY) { format::reasons(&tree.text(READ_ONLY)?) } else { Vec::new() };
    let mut formats: Vec<Described> = Vec::new();
    for module in list.lines().filter_map(|line| line.trim().strip_prefix('&')?.split_once("::FORMAT")).map(|(module, _)| module) {
        let file = format!("{TOOLS}{module}.rs");
        let described = format::described(&tree.text(&file)?, &reasons);
        formats.push(described.ok_or_else(|| format!("{file}: id, name, kinds, media or status of the format cannot be read"))?);
    }
    formats.sort_by(|a, b| a.id.cmp(&b.id));
    let mut pages = vec![(format!("{FOLDER}README.md"), page::overview(&formats))];
    let mut letters: Vec<char> = formats.iter().map(Described::letter).collect();
    letters.dedup();
    for letter in letters {
        let of_letter: Vec<&Described> = formats.iter().filter(|format| format.letter() == letter).collect();
        pages.push((format!("{FOLDER}{letter}.md"), page::of_letter(letter, &of_letter)));
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::tree;

    const BANDIT: &str = "//! Bandit, JSON.\n//!\n//! - index: `results[]`.\n\nuse x;\npub(crate) static FORMAT: Format =\n    Format { id: \"bandit\", \
                          name: \"Bandit\", kinds: &[Kind::Sast], media: &[Media::Json, Media::JsonLines], status: Status::ReadOnly, sniff, parse };\n";

    fn read(file: &str) -> Done<String> {
        Ok(match file {
            LIST => "    &bandit::FORMAT,",
            READ_ONLY => "static BECAUSE: &[(&str, &str)] = &[\n    (\"bandit\", \"it is an example\"),\n];",
            "docs/formats/b.md" => "old",
            _ => BANDIT,
        }
        .to_owned())
    }

    #[test]
    fn pages_are_made_from_the_files() {
        let files =
            [LIST, READ_ONLY, "crates/formats/src/tools/bandit.rs", "docs/formats/b.md", "docs/formats/q.md", "docs/formats/mapping.md"];
        let tree = tree(&files, read);
        let pages = pages(&tree).unwrap();
        let (path, page) = &pages[1];
        assert_eq!(path, "docs/formats/b.md");
        for text in ["Bandit, JSON.\n\n- index: `results[]`.", "`bandit`", "json, jsonl", "read-only: it is an example"] {
            assert!(page.contains(text), "{text} in {page}");
        }
        assert!(pages[0].1.contains("| [bandit](b.md#bandit) | Bandit | sast | json, jsonl | read-only |"), "{}", pages[0].1);
        let broken = out_of_date(&tree).unwrap();
        assert_eq!(broken.len(), 3, "{broken:?}");
        assert!(broken[2].starts_with("docs/formats/q.md: no format"), "{broken:?}");
    }
}
