//! Where the lines of a file went between two reports, read off the findings that are certainly the same.

use std::collections::BTreeMap;

use super::MatchKey;

/// Most pairs of one file that are looked at.
const MOST_PAIRS: usize = 20_000;

/// For each file how far its lines moved.
#[derive(Debug, Default)]
pub(super) struct Shifts {
    files: BTreeMap<u64, File>,
}

#[derive(Debug, Default)]
struct File {
    /// (old line, how far it moved), sorted.
    anchors: Vec<(u32, i64)>,
    /// True where equal content gave them, false where they are a guess.
    certain: bool,
}

impl Shifts {
    /// From findings whose rule and content occur once in a file before and once after; where there are none, from the distance that most
    /// pairs of one rule in the file agree on.
    pub(super) fn read(old: &[&MatchKey], new: &[&MatchKey]) -> Self {
        let mut by_path: BTreeMap<u64, (Vec<&MatchKey>, Vec<&MatchKey>)> = BTreeMap::new();
        for key in old.iter().filter(|key| key.path != 0 && key.line != 0) {
            by_path.entry(key.path).or_default().0.push(key);
        }
        for key in new.iter().filter(|key| key.path != 0 && key.line != 0) {
            if let Some(entry) = by_path.get_mut(&key.path) {
                entry.1.push(key);
            }
        }
        let files = by_path.into_iter().filter(|(_, (_, new))| !new.is_empty()).map(|(path, (old, new))| {
            let mut anchors = anchors(&old, &new);
            let certain = !anchors.is_empty();
            if !certain {
                anchors = guessed(&old, &new);
            }
            (path, File { anchors, certain })
        });
        Self { files: files.collect() }
    }

    /// Learns how the lines of a file moved that has another path now. `old` and `new` are the findings that it left and that it has.
    pub(super) fn follow(&mut self, from: u64, old: &[&MatchKey], new: &[&MatchKey]) {
        let mut anchors = anchors(old, new);
        let certain = !anchors.is_empty();
        if !certain {
            anchors = guessed(old, new);
        }
        self.files.insert(from, File { anchors, certain });
    }

    /// Where the line of an old finding should be now: as far from its place as the nearest line that is known to have moved.
    pub(super) fn expected(&self, old: &MatchKey) -> i64 {
        let line = i64::from(old.line);
        let Some(File { anchors, .. }) = self.files.get(&old.path) else { return line };
        let after = anchors.partition_point(|(anchor, _)| *anchor <= old.line);
        let before = after.checked_sub(1).and_then(|at| anchors.get(at));
        let nearest = match (before, anchors.get(after)) {
            (Some(before), Some(next)) => Some(if old.line - before.0 <= next.0 - old.line { before } else { next }),
            (before, next) => before.or(next),
        };
        line + nearest.map_or(0, |(_, shift)| *shift)
    }

    /// True where some finding of the file kept its content, so that the file was not rewritten from top to bottom.
    pub(super) fn certain(&self, path: u64) -> bool {
        self.files.get(&path).is_some_and(|file| file.certain)
    }
}

fn anchors(old: &[&MatchKey], new: &[&MatchKey]) -> Vec<(u32, i64)> {
    type Lines = (usize, u32, usize, u32);
    let mut seen: BTreeMap<(u64, u64, u64), Lines> = BTreeMap::new();
    for key in old.iter().filter(|key| key.content != 0) {
        let entry = seen.entry((key.rule, key.content, key.distinct)).or_default();
        (entry.0, entry.1) = (entry.0 + 1, key.line);
    }
    for key in new.iter().filter(|key| key.content != 0) {
        if let Some(entry) = seen.get_mut(&(key.rule, key.content, key.distinct)) {
            (entry.2, entry.3) = (entry.2 + 1, key.line);
        }
    }
    let once = seen.into_values().filter(|(olds, _, news, _)| *olds == 1 && *news == 1);
    let mut anchors: Vec<(u32, i64)> = once.map(|(_, from, _, to)| (from, i64::from(to) - i64::from(from))).collect();
    anchors.sort_unstable();
    anchors
}

/// Most pairs of one file from which a stretch is read.
const MOST_STRETCHED: usize = 60;
/// A line is where a guess says within so many lines.
const OFF: f64 = 2.0;
/// A reformatted file grows or shrinks by no more than this, and begins where it began, give or take so many lines.
const STRETCH: std::ops::RangeInclusive<f64> = 0.3..=3.0;
const HEAD: f64 = 40.0;

/// Where nothing shows its code: the distance that most pairs of one rule agree on or, where a reformatted file explains more of them, how
/// far it stretched.
fn guessed(old: &[&MatchKey], new: &[&MatchKey]) -> Vec<(u32, i64)> {
    let shift = agreed(old, new);
    let plain: Vec<(u32, i64)> = shift.map(|shift| (1, shift)).into_iter().collect();
    if old.len().min(new.len()) < 2 {
        return plain;
    }
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for a in old {
        pairs.extend(new.iter().filter(|b| (a.rule, a.distinct) == (b.rule, b.distinct)).map(|b| (a.line, b.line)).take(MOST_STRETCHED));
        if pairs.len() > MOST_STRETCHED {
            return plain;
        }
    }
    pairs.sort_unstable();
    // A line explains at most one line of the other side: the lines that either side has, whichever are fewer.
    let explained = |scale: f64, head: f64| {
        let hits = || pairs.iter().filter(move |(a, b)| (f64::from(*a) * scale + head - f64::from(*b)).abs() <= OFF);
        let olds: std::collections::BTreeSet<u32> = hits().map(|(a, _)| *a).collect();
        let news: std::collections::BTreeSet<u32> = hits().map(|(_, b)| *b).collect();
        (olds.len().min(news.len()), hits().copied().collect::<Vec<(u32, u32)>>())
    };
    #[expect(clippy::cast_precision_loss, reason = "a distance in lines")]
    let (mut most, _) = explained(1.0, shift.unwrap_or(0) as f64);
    let mut best = None;
    for (n, first) in pairs.iter().enumerate() {
        for last in pairs.iter().skip(n + 1).filter(|last| last.0 > first.0 && last.1 > first.1) {
            let scale = f64::from(last.1 - first.1) / f64::from(last.0 - first.0);
            let head = f64::from(first.1) - f64::from(first.0) * scale;
            if !STRETCH.contains(&scale) || head.abs() > HEAD {
                continue;
            }
            let (count, hits) = explained(scale, head);
            if count > most {
                (most, best) = (count, Some(hits));
            }
        }
    }
    // What explains few of the pairs is chance.
    let lines = |of: fn(&(u32, u32)) -> u32| pairs.iter().map(of).collect::<std::collections::BTreeSet<u32>>().len();
    let either = lines(|pair| pair.0).min(lines(|pair| pair.1));
    match best.filter(|_| most * 3 >= either * 2) {
        Some(hits) => hits.into_iter().map(|(a, b)| (a, i64::from(b) - i64::from(a))).collect(),
        None => plain,
    }
}

/// The distance that most pairs agree on, within two lines; of several the shortest.
pub(super) fn agreed(old: &[&MatchKey], new: &[&MatchKey]) -> Option<i64> {
    let mut by_group: BTreeMap<(u64, u64), (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    for key in old {
        by_group.entry((key.rule, key.distinct)).or_default().0.push(key.line);
    }
    for key in new {
        if let Some(entry) = by_group.get_mut(&(key.rule, key.distinct)) {
            entry.1.push(key.line);
        }
    }
    let mut votes: BTreeMap<i64, u64> = BTreeMap::new();
    let mut pairs = 0;
    'all: for (mut old, mut new) in by_group.into_values() {
        old.sort_unstable();
        new.sort_unstable();
        for from in &old {
            for to in &new {
                pairs += 1;
                if pairs > MOST_PAIRS {
                    break 'all;
                }
                *votes.entry(i64::from(*to) - i64::from(*from)).or_default() += 1;
            }
        }
    }
    let weight =
        |shift: i64| (-2..=2).map(|off| votes.get(&(shift + off)).copied().unwrap_or(0) * if off == 0 { 2 } else { 1 }).sum::<u64>();
    votes.keys().map(|shift| (weight(*shift), -shift.abs(), *shift)).max().map(|(_, _, shift)| shift)
}
