//! Files that have another name now and whose findings show no code: recognised by name and by what the tool finds in them, where.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::MatchKey;
use super::align::align;
use super::matching::Matching;
use super::shift::agreed;

/// From this sum of evidence on a file is taken for another one under a new name.
const ENOUGH: i64 = 7;
/// Most files of one folder, or of one name, on either side that are compared with each other.
const MOST_ALIKE: usize = 50;
/// Most findings of a file that are looked at.
const MOST_FINDINGS: usize = 200;
/// Folders of a path that are tried as its root.
const DEEPEST: usize = 24;
/// A finding is where it is expected within so many lines, and about there within so many.
const NEAR: u64 = 5;
const ABOUT: u64 = 30;

/// What is on the side of the known findings, and on that of the new ones.
type Sides<T> = (Vec<T>, Vec<T>);
/// A path and the findings in it that nothing is decided about.
type File = (u64, Vec<usize>);

/// Which of the files that are gone is which of those that have findings nobody knew. Each is taken once, the best pair first; a file with
/// two equally good partners has none.
pub(super) fn renamed(matching: &Matching<'_>, gone: &[File], come: &[File]) -> Vec<(Vec<usize>, Vec<usize>)> {
    // Nearly always: no file is gone, and other roots are looked for only where one is.
    if gone.is_empty() || come.is_empty() {
        return Vec::new();
    }
    let old_key = |at: &usize| matching.old_key(*at);
    let new_key = |at: &usize| matching.new.get(*at).copied();
    let gone: Vec<(Vec<&MatchKey>, &File)> = gone.iter().map(|file| (keys(&file.1, old_key), file)).collect();
    let come: Vec<(Vec<&MatchKey>, &File)> = come.iter().map(|file| (keys(&file.1, new_key), file)).collect();
    let known: BTreeSet<u64> = matching.old.iter().filter(|known| known.present).map(|known| known.key.path).collect();
    let mut found: Vec<(i64, usize, usize)> = Vec::new();
    let root = other_root(matching);
    for ((from, to), name) in by_name(&gone, &come, &root) {
        let (Some((old, _)), Some((new, (path, _)))) = (gone.get(from), come.get(to)) else { continue };
        // A file that had findings before is another one, unless only the root differs.
        if name < ROOT && known.contains(path) {
            continue;
        }
        if let Some(sum) = profile(old, new).map(|profile| profile + name).filter(|sum| *sum >= ENOUGH) {
            found.push((sum, from, to));
        }
    }
    found.sort_by_key(|(sum, from, to)| (std::cmp::Reverse(*sum), *from, *to));
    let mut best_of: BTreeMap<(bool, usize), (i64, usize)> = BTreeMap::new();
    for (sum, from, to) in &found {
        for side in [(false, *from), (true, *to)] {
            let best = best_of.entry(side).or_insert((*sum, 0));
            best.1 += usize::from(best.0 == *sum);
        }
    }
    let only_best = |side: (bool, usize), sum: i64| best_of.get(&side) == Some(&(sum, 1));
    found.retain(|(sum, from, to)| only_best((false, *from), *sum) && only_best((true, *to), *sum));
    let files = found.iter().filter_map(|(_, from, to)| Some((gone.get(*from)?.1.1.clone(), come.get(*to)?.1.1.clone())));
    files.collect()
}

fn keys<'a>(findings: &[usize], key: impl Fn(&usize) -> Option<&'a MatchKey>) -> Vec<&'a MatchKey> {
    let mut keys: Vec<&MatchKey> = findings.iter().filter_map(key).take(MOST_FINDINGS).collect();
    keys.sort_by_key(|key| (key.line, key.column, key.message));
    keys
}

/// What names say: one path ends in the whole other, the folder is the same and the name similar, only the name is the same …
const ROOT: i64 = 6;
const SIMILAR_IN_FOLDER: i64 = 6;
const SAME_NAME: i64 = 3;
const SAME_FOLDER: i64 = 1;

/// Files that have to show another root before files that are renamed at the same time are looked for below it.
const ROOT_SHOWN_BY: usize = 3;

/// What stands before the paths of a report whose root is another one, on the one side or the other.
#[derive(Default)]
struct OtherRoot {
    old: String,
    new: String,
}

/// A path cut behind each of its folders, the topmost first: what stands before and what below.
fn below_its_folders(path: &str) -> impl Iterator<Item = (&str, &str)> {
    path.match_indices('/').take(DEEPEST).filter_map(|(slash, _)| path.split_at_checked(slash + 1))
}

/// The folder below which most files of one side are those of the other. None where more files kept their paths.
fn other_root(matching: &Matching<'_>) -> OtherRoot {
    let old: BTreeSet<&str> = matching.old.iter().filter(|known| known.present).map(|known| known.key.path_text.as_str()).collect();
    let new: BTreeSet<&str> = matching.new.iter().map(|key| key.path_text.as_str()).collect();
    let kept = old.intersection(&new).count();
    let before = |long: &BTreeSet<&str>, short: &BTreeSet<&str>| -> Option<(usize, String)> {
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for path in long {
            for (head, _) in below_its_folders(path).filter(|(_, tail)| short.contains(tail)) {
                *votes.entry(head).or_default() += 1;
            }
        }
        let best = votes.into_iter().max_by_key(|(head, votes)| (*votes, std::cmp::Reverse(*head)));
        best.filter(|(_, votes)| *votes >= ROOT_SHOWN_BY && *votes > kept).map(|(head, votes)| (votes, head.to_owned()))
    };
    match (before(&old, &new), before(&new, &old)) {
        (Some((votes, root)), other) if other.as_ref().is_none_or(|(others, _)| *others < votes) => {
            OtherRoot { old: root, ..OtherRoot::default() }
        }
        (_, Some((_, root))) => OtherRoot { new: root, ..OtherRoot::default() },
        _ => OtherRoot::default(),
    }
}

/// Pairs of files whose names have something in common, with what that is worth.
fn by_name(gone: &[(Vec<&MatchKey>, &File)], come: &[(Vec<&MatchKey>, &File)], root: &OtherRoot) -> BTreeMap<(usize, usize), i64> {
    let mut pairs: BTreeMap<(usize, usize), i64> = BTreeMap::new();
    let text = |file: &(Vec<&MatchKey>, &File)| file.0.first().map_or_else(String::new, |key| key.path_text.clone());
    let (gone, come): (Vec<String>, Vec<String>) = (gone.iter().map(text).collect(), come.iter().map(text).collect());
    for (long, short, swapped) in [(&gone, &come, false), (&come, &gone, true)] {
        let whole: HashMap<&str, usize> = short.iter().enumerate().map(|(at, path)| (path.as_str(), at)).collect();
        for (a, path) in long.iter().enumerate() {
            for b in below_its_folders(path).filter_map(|(_, tail)| whole.get(tail).copied()) {
                pairs.insert(if swapped { (b, a) } else { (a, b) }, ROOT);
            }
        }
    }
    let mut alike: BTreeMap<(bool, &str, &str), Sides<usize>> = BTreeMap::new();
    for (files, root, is_new) in [(&gone, &root.old, false), (&come, &root.new, true)] {
        for (at, path) in files.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
            let path = path.strip_prefix(root.as_str()).unwrap_or(path);
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            for key in [(true, folder, extension(name)), (false, name, "")] {
                let sides = alike.entry(key).or_default();
                if is_new { &mut sides.1 } else { &mut sides.0 }.push(at);
            }
        }
    }
    for ((is_folder, ..), (old, new)) in alike.iter().filter(|(_, (old, new))| old.len() <= MOST_ALIKE && new.len() <= MOST_ALIKE) {
        for (&from, &to) in old.iter().flat_map(|from| new.iter().map(move |to| (from, to))) {
            let worth = match (is_folder, gone.get(from), come.get(to)) {
                (false, ..) => SAME_NAME,
                (true, Some(a), Some(b)) if similar(stem(a), stem(b)) => SIMILAR_IN_FOLDER,
                _ => SAME_FOLDER,
            };
            let best = pairs.entry((from, to)).or_insert(worth);
            *best = (*best).max(worth);
        }
    }
    pairs
}

/// True where one path ends in the whole other, or both are files of similar name in one folder.
pub(super) fn akin(a: &str, b: &str) -> bool {
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|head| head.ends_with('/'));
    let folder = |path: &str| path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned());
    !a.is_empty() && (ends(a, b) || ends(b, a) || (folder(a) == folder(b) && extension(a) == extension(b) && similar(stem(a), stem(b))))
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// `invoiceRoutes` and `invoiceRoutesV2`, `order_view` and `orders_view`; not `user_controller` and `post_controller`.
fn similar(a: &str, b: &str) -> bool {
    let long = a.chars().count().max(b.chars().count());
    let short = a.chars().count().min(b.chars().count());
    let head = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let tail = a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).count().min(short - head.min(short));
    head >= 3 && (head + tail) * 5 >= long * 3
}

/// What the findings of two files say for their being one; `None` where less than half of either has a partner in the other.
fn profile(old: &[&MatchKey], new: &[&MatchKey]) -> Option<i64> {
    let mut rules: BTreeMap<(u64, u64), Sides<&MatchKey>> = BTreeMap::new();
    for key in old {
        rules.entry((key.rule, key.distinct)).or_default().0.push(key);
    }
    for key in new {
        rules.entry((key.rule, key.distinct)).or_default().1.push(key);
    }
    let shift = agreed(old, new).unwrap_or(0);
    let off = |old: &MatchKey, new: &MatchKey, shift: i64| (i64::from(old.line) + shift).abs_diff(i64::from(new.line));
    let (mut partners, mut sum) = (0usize, 0i64);
    for (olds, news) in rules.values() {
        let pairs = align(olds.len(), news.len(), |a, b| Some(off(olds.get(a)?, news.get(b)?, shift)));
        partners += pairs.len();
        for (a, b) in pairs {
            let (Some(a), Some(b)) = (olds.get(a), news.get(b)) else { continue };
            // A shift that only one pair shows is no agreement.
            let far = if old.len() > 1 && new.len() > 1 { off(a, b, shift).min(off(a, b, 0)) } else { off(a, b, 0) };
            let agree = |a: u64, b: u64, worth: i64| if a != 0 && a == b { worth } else { 0 };
            sum += match far {
                0..=NEAR => 2,
                _ if far <= ABOUT => 1,
                _ => 0,
            };
            sum += agree(a.symbol, b.symbol, 2) + agree(a.parameter, b.parameter, 1) + agree(a.content, b.content, 3);
            sum -= i64::from(a.content != 0 && b.content != 0 && a.content != b.content);
        }
    }
    (partners > 0 && partners * 4 >= old.len() + new.len()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_versions_of_each_other() {
        assert!(similar("invoiceRoutes", "invoiceRoutesV2"));
        assert!(similar("order_view", "orders_view"));
        assert!(!similar("user_controller", "post_controller"));
        assert!(!similar("a", "b"));
        assert!(!similar("index", "main"));
    }
}
