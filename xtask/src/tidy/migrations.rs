//! Every migration is listed, numbered without gaps.

use super::Tree;
use crate::Done;

const FOLDER: &str = "crates/store/src/migrations/";
const LIST: &str = "crates/store/src/migrations/mod.rs";

pub(super) fn broken(tree: &Tree) -> Done<Vec<String>> {
    let list = tree.text(LIST)?;
    let mut broken = Vec::new();
    for (position, file) in tree.below(FOLDER, ".sql").enumerate() {
        let name = file.strip_prefix(FOLDER).unwrap_or(file);
        if !list.contains(&format!("include_str!(\"{name}\")")) {
            broken.push(format!("{file}: not listed in {LIST}"));
        }
        let number = name.split('_').next().and_then(|number| number.parse().ok());
        if number != Some(position + 1) {
            broken.push(format!("{file}: number {:04} is missing before it, or taken twice", position + 1));
        }
    }
    Ok(broken)
}

#[cfg(test)]
mod tests {
    use super::super::testing::tree;
    use super::*;

    #[test]
    fn a_gap_and_an_unlisted_file_are_named() {
        let files = ["crates/store/src/migrations/0001_start.sql", "crates/store/src/migrations/0003_more.sql"];
        let read = |_: &str| Ok("include_str!(\"0001_start.sql\")".to_owned());
        let broken = broken(&tree(&files, read)).unwrap();
        assert_eq!(broken.len(), 2);
        assert!(broken.iter().all(|what| what.contains("0003_more.sql")));
    }
}
