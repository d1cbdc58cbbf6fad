//! Members that a newer version of a tool may have renamed: a list of results under a name that nobody knows must not pass for one that
//! is empty.
//!
//! `members.txt` says of the objects that hold results which members they have, one object a line: format, path, members. A member that
//! results hang on is marked: `!` where the tool always writes it, `?` where it leaves it out when there is nothing. Behind the colon stands
//! what its values are: `l` list, `o` object, `t` anything else. `*` instead of members says that the object's members are named by data.
//!
//! Where a marked member stands nowhere in the report, and in its place one that is not known with a value of the same kind, a warning names
//! both; where it is one that the tool always writes, the report also counts as partial, so that it closes nothing.

mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::OnceLock;

use crate::{Format, Input, Output};

/// How much of a report is looked at, in bytes. A version that names a member otherwise does so from the start.
const LOOKED_AT: u64 = 2 * 1024 * 1024;
/// Most members that a warning names.
const MOST_NAMED: usize = 8;

const TABLE: &str = include_str!("members.txt");

/// What is known of the objects at one path.
#[derive(Default)]
struct Known {
    /// Member to its kinds.
    members: BTreeMap<&'static str, Kinds>,
    /// Members that results hang on, and whether the tool always writes them.
    marked: BTreeMap<&'static str, bool>,
}

/// Kinds of values, as a set.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    const LIST: Self = Self(1);
    const OBJECT: Self = Self(2);
    const SCALAR: Self = Self(4);

    fn of(letters: &str) -> Self {
        let kind = |letter| match letter {
            'l' => Self::LIST.0,
            'o' => Self::OBJECT.0,
            _ => Self::SCALAR.0,
        };
        Self(letters.chars().map(kind).fold(0, |all, kind| all | kind))
    }

    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// Path of an object to what is known of it; nothing where its members are named by data.
type Objects = BTreeMap<&'static str, Option<Known>>;

fn table() -> &'static BTreeMap<&'static str, Objects> {
    static PARSED: OnceLock<BTreeMap<&'static str, Objects>> = OnceLock::new();
    PARSED.get_or_init(|| {
        let mut out: BTreeMap<&'static str, Objects> = BTreeMap::new();
        for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut parts = line.split('\t');
            let (Some(format), Some(path), Some(members)) = (parts.next(), parts.next(), parts.next()) else { continue };
            out.entry(format).or_default().insert(path, (members != "*").then(|| known(members)));
        }
        out
    })
}

fn known(members: &'static str) -> Known {
    let mut known = Known::default();
    for member in members.split(' ') {
        let Some((name, letters)) = member.rsplit_once(':') else { continue };
        let bare = name.trim_end_matches(['!', '?']);
        known.members.insert(bare, Kinds::of(letters));
        if bare != name {
            known.marked.insert(bare, name.ends_with('!'));
        }
    }
    known
}

/// Says so where the report, which was read, seems to name otherwise what results hang on.
pub(crate) fn warn(format: &Format, input: &Input, out: &mut Output<'_>) {
    let Some(objects) = table().get(format.id) else { return };
    if !matches!(input.head().bytes().iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'[')) {
        return;
    }
    let mut bytes = Vec::new();
    // What cannot be opened any more was read before.
    if !input.open().is_ok_and(|source| source.take(LOOKED_AT).read_to_end(&mut bytes).is_ok()) {
        return;
    }
    let seen = walk::members(&bytes, &|path| match objects.get(path) {
        Some(Some(_)) => walk::Named::ByTool,
        Some(None) => walk::Named::ByData,
        None => walk::Named::Elsewhere,
    });
    for (path, members) in &seen {
        let Some(Some(known)) = objects.get(path.as_str()) else { continue };
        let missing = known.marked.iter().filter(|(name, _)| !members.contains_key(**name));
        let mut by_kind: BTreeSet<&str> = BTreeSet::new();
        let mut always: BTreeSet<&str> = BTreeSet::new();
        let mut strangers: BTreeSet<&str> = BTreeSet::new();
        for (name, is_always) in missing {
            let kinds = known.members.get(name).copied().unwrap_or_default();
            let fits = |(stranger, found): &(&String, &Kinds)| !known.members.contains_key(stranger.as_str()) && found.meets(kinds);
            let mut found = members.iter().filter(fits).map(|(stranger, _)| stranger.as_str()).peekable();
            if found.peek().is_some() {
                by_kind.insert(name);
                if *is_always {
                    always.insert(name);
                }
                strangers.extend(found);
            }
        }
        if !by_kind.is_empty() {
            let at = if path.is_empty() { "the report".to_owned() } else { format!("`{}`", path.trim_start_matches('.')) };
            let said = format!("{at} has no {} and unknown members: {}", listed(&by_kind), listed(&strangers));
            if !always.is_empty() {
                out.this().claims.partial.get_or_insert_with(|| said.clone());
            }
            out.warn("", format!("{said}; a newer version may name it otherwise"));
        }
    }
}

fn listed(names: &BTreeSet<&str>) -> String {
    let shown = names.iter().take(MOST_NAMED).map(|name| format!("`{}`", name.chars().take(60).collect::<String>()));
    let shown = shown.collect::<Vec<_>>().join(", ");
    if names.len() > MOST_NAMED { format!("{shown} and {} more", names.len() - MOST_NAMED) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_formats_and_marks() {
        for (format, objects) in table() {
            assert!(crate::by_id(format).is_some(), "{format}");
            for (path, known) in objects.iter().filter_map(|(path, known)| Some((path, known.as_ref()?))) {
                assert!(!known.marked.is_empty(), "{format} {path} has nothing that results hang on");
            }
        }
    }
}
