//! Findings whose place or rule is another one now: renamed and moved files, renamed rules, formats that spell a place differently.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::{Matching, Which};
use super::{How, MatchKey, rename};

/// Most candidates of one content on either side; more, and it says nothing.
const MOST_ALIKE: usize = 50;
/// Votes that make a move certain although the file's name changed.
const ENOUGH_VOTES: u64 = 4;

/// The same rule at the same address or resource, where a format leaves out part of the place (the method, the path).
pub(super) fn other_spelling(matching: &mut Matching<'_>) {
    let (old, new) = matching.left(Which::Present);
    matching.by(&old, &new, Which::Present, How::Feature, |key| {
        (key.url != 0 && key.path == 0).then_some((key.rule, key.distinct, key.url, key.parameter))
    });
    let (old, new) = matching.left(Which::Present);
    matching.by(&old, &new, Which::Present, How::Feature, |key| {
        (key.resource != 0).then_some((key.rule, key.distinct, key.resource, key.file_name))
    });
}

#[derive(Default)]
struct Move {
    votes: u64,
    same_name: bool,
    /// Something of equal content went this way.
    content: bool,
    /// Something on the same line and column, in a file of the same name, went this way.
    line: bool,
    /// A content that occurs once among what is left on either side.
    unique: bool,
}

/// Findings of a file that is gone, in a file that is new to them. Findings that go the same way support each other.
pub(super) fn moved(matching: &mut Matching<'_>, which: Which) {
    let (old, new) = matching.left(which);
    if old.is_empty() || new.is_empty() {
        return;
    }
    let mut moves: BTreeMap<(u64, u64), Move> = BTreeMap::new();
    let still_there: BTreeSet<u64> = matching.new.iter().map(|key| key.path).collect();
    // Code goes from file to file; a package leaves one manifest and enters another, which is no move while the manifest is there.
    let movable = |key: &MatchKey| key.version == 0 || !still_there.contains(&key.path);
    let movable_old: Vec<usize> = old.iter().copied().filter(|at| matching.old_key(*at).is_some_and(movable)).collect();
    let by_content = |key: &MatchKey| (key.content != 0).then_some([key.rule, key.distinct, key.content, 0]);
    let by_line = |key: &MatchKey| {
        (key.file_name != 0 && key.line != 0).then_some([key.rule, u64::from(key.line), u64::from(key.column), key.file_name])
    };
    vote(matching, &movable_old, &new, &mut moves, true, by_content);
    vote(matching, &movable_old, &new, &mut moves, false, by_line);
    let mut ranked: Vec<((u64, u64), Move)> = moves.into_iter().collect();
    ranked.sort_by_key(|(paths, found)| (std::cmp::Reverse((found.votes, found.same_name)), *paths));
    let by_path = |all: &[usize], key: &dyn Fn(usize) -> Option<u64>| {
        let mut map: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for at in all {
            if let Some(path) = key(*at) {
                map.entry(path).or_default().push(*at);
            }
        }
        map
    };
    let old_by_path = by_path(&old, &|at| matching.old_key(at).map(|key| key.path));
    let new_by_path = by_path(&new, &|at| matching.new.get(at).map(|key| key.path));
    for ((from, to), found) in ranked {
        let certain = found.line || (found.content && (found.same_name || found.unique || found.votes >= ENOUGH_VOTES));
        let (Some(old), Some(new)) = (old_by_path.get(&from), new_by_path.get(&to)) else { continue };
        if certain {
            follow(matching, old, new, which, !still_there.contains(&from));
        }
    }
    let gone = old_by_path.iter().filter(|(path, _)| **path != 0 && !still_there.contains(path));
    let gone: Vec<(u64, Vec<usize>)> = gone.map(|(path, old)| (*path, matching.free_old(old, which))).collect();
    let come: Vec<(u64, Vec<usize>)> =
        new_by_path.iter().filter(|(path, _)| **path != 0).map(|(path, new)| (*path, matching.free_new(new))).collect();
    for (old, new) in rename::renamed(matching, &gone, &come) {
        follow(matching, &old, &new, which, true);
    }
}

/// Pairs the findings of a file with those of the file that it became, or that its code went to.
fn follow(matching: &mut Matching<'_>, old: &[usize], new: &[usize], which: Which, whole: bool) {
    let tag = |key: &MatchKey| (key.rule, key.distinct);
    if whole {
        let old_keys: Vec<&MatchKey> = old.iter().filter_map(|at| matching.old_key(*at)).filter(|key| key.line != 0).collect();
        let new_keys: Vec<&MatchKey> = new.iter().filter_map(|at| matching.new.get(*at).copied()).filter(|key| key.line != 0).collect();
        if let Some(from) = old_keys.first().map(|key| key.path) {
            matching.shifts.follow(from, &old_keys, &new_keys);
        }
    }
    matching.by(old, new, which, How::Moved, |key| (key.content != 0).then_some((tag(key), key.content, key.version, key.resource)));
    matching.by(old, new, which, How::Moved, |key| (key.content != 0).then_some((tag(key), key.content)));
    matching.by(old, new, which, How::Moved, |key| (key.resource != 0).then_some((tag(key), key.resource)));
    // What lost its content too follows only where the whole file went.
    if !whole {
        return;
    }
    let mut rules: BTreeMap<(u64, u64), (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for at in old {
        if let Some(key) = matching.old_key(*at) {
            rules.entry(tag(key)).or_default().0.push(*at);
        }
    }
    for at in new {
        if let Some(key) = matching.new.get(*at) {
            rules.entry(tag(key)).or_default().1.push(*at);
        }
    }
    for (old, new) in rules.into_values() {
        matching.rest(&old, &new, which, How::Moved);
    }
}

/// A closed finding whose file has another name meanwhile: the same rule, code and function, once on either side, in a file that only has
/// another root or a similar name.
pub(super) fn came_back(matching: &mut Matching<'_>) {
    let (old, new) = matching.left(Which::Others);
    let still_there: BTreeSet<u64> = matching.new.iter().map(|key| key.path).collect();
    let tag = |key: &MatchKey| (key.content != 0 && key.line != 0).then_some((key.rule, key.distinct, key.content, key.symbol));
    type Alike = BTreeMap<(u64, u64, u64, u64), (Vec<usize>, Vec<usize>)>;
    let mut alike: Alike = BTreeMap::new();
    for at in &old {
        if let Some(tag) = matching.old_key(*at).filter(|key| !still_there.contains(&key.path)).and_then(tag) {
            alike.entry(tag).or_default().0.push(*at);
        }
    }
    for at in &new {
        if let Some(entry) = matching.new.get(*at).and_then(|key| tag(key)).and_then(|tag| alike.get_mut(&tag)) {
            entry.1.push(*at);
        }
    }
    for sides in alike.into_values() {
        let ([a], [b]) = (sides.0.as_slice(), sides.1.as_slice()) else { continue };
        let paths = matching.old_key(*a).zip(matching.new.get(*b)).map(|(old, new)| rename::akin(&old.path_text, &new.path_text));
        if paths == Some(true) {
            matching.take(*a, *b, How::Moved);
        }
    }
}

fn vote(
    matching: &Matching<'_>,
    old: &[usize],
    new: &[usize],
    moves: &mut BTreeMap<(u64, u64), Move>,
    is_content: bool,
    tag: impl Fn(&MatchKey) -> Option<[u64; 4]>,
) {
    type Alike<'a> = (Vec<&'a MatchKey>, Vec<&'a MatchKey>);
    let mut alike: BTreeMap<[u64; 4], Alike<'_>> = BTreeMap::new();
    for key in old.iter().filter_map(|at| matching.old_key(*at)).filter(|key| key.path != 0) {
        if let Some(tag) = tag(key) {
            alike.entry(tag).or_default().0.push(key);
        }
    }
    for key in new.iter().filter_map(|at| matching.new.get(*at)).filter(|key| key.path != 0) {
        if let Some(entry) = tag(key).and_then(|tag| alike.get_mut(&tag)) {
            entry.1.push(key);
        }
    }
    for (old, new) in alike.into_values().filter(|(old, new)| old.len() <= MOST_ALIKE && new.len() <= MOST_ALIKE) {
        for from in &old {
            for to in &new {
                let found = moves.entry((from.path, to.path)).or_default();
                found.votes += if is_content { 2 } else { 1 };
                found.same_name |= from.file_name == to.file_name;
                found.content |= is_content;
                found.line |= !is_content;
                found.unique |= is_content && old.len() == 1 && new.len() == 1;
            }
        }
    }
}

/// The same weakness under another rule id: the old id is gone from the report and the new one was never seen; line, content, and title or
/// the rule's last segment are the same. For packages: the same package in the same file with an identifier in common.
pub(super) fn rule_renamed(matching: &mut Matching<'_>) {
    let (old, new) = matching.left(Which::Present);
    if old.is_empty() || new.is_empty() {
        return;
    }
    let reported: BTreeSet<u64> = matching.new.iter().map(|key| key.rule).collect();
    let known: BTreeSet<u64> = matching.old.iter().map(|known| known.key.rule).collect();
    type Sides = (Vec<usize>, Vec<usize>);
    let mut places: BTreeMap<(u64, u64, u64), Sides> = BTreeMap::new();
    for at in &old {
        if let Some(key) = matching.old_key(*at) {
            places.entry((key.path, key.content, key.distinct)).or_default().0.push(*at);
        }
    }
    for at in &new {
        if let Some(entry) = matching.new.get(*at).and_then(|key| places.get_mut(&(key.path, key.content, key.distinct))) {
            entry.1.push(*at);
        }
    }
    let mut pairs = Vec::new();
    for (old, new) in places.into_values().filter(|(old, new)| old.len() <= MOST_ALIKE && new.len() <= MOST_ALIKE) {
        for a in &old {
            for b in &new {
                let (Some(before), Some(now)) = (matching.old_key(*a), matching.new.get(*b)) else { continue };
                let shares_identifier = before.identifiers.iter().any(|id| now.identifiers.contains(id));
                let far = matching.shifts.expected(before).abs_diff(i64::from(now.line));
                let same_name = before.title == now.title || (before.rule_name != 0 && before.rule_name == now.rule_name);
                let renamed = !reported.contains(&before.rule) && !known.contains(&now.rule) && same_name && far <= 2;
                if (before.content != 0 && shares_identifier && before.version == now.version && far <= 2) || renamed {
                    pairs.push((u64::from(before.title != now.title), far, *a, *b));
                }
            }
        }
    }
    pairs.sort_unstable();
    for (_, _, a, b) in pairs {
        matching.take(a, b, How::RuleRenamed);
    }
}
