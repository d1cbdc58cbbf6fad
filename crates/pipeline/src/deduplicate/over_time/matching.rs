//! The stages by which findings are recognised, surest first. A stage only sees what the stages before it left.

use std::collections::BTreeMap;
use std::hash::Hash;

use super::align::align;
use super::shift::Shifts;
use super::{How, Known, MatchKey, elsewhere};

/// An edited line is looked for within so many lines of where it should be.
const NEAR: u64 = 5;
/// Within so many, where as many findings of the rule are left before as after.
const NEAR_IN_ORDER: u64 = 30;
/// Most findings on one line that are paired by cost rather than by order.
const MOST_ON_A_LINE: usize = 32;

/// The known findings, those of the report, and who is who so far. Both are in an order of their own content.
pub(super) struct Matching<'a> {
    pub(super) old: &'a [&'a Known],
    pub(super) new: &'a [&'a MatchKey],
    pub(super) shifts: Shifts,
    /// For each known finding whether it is taken.
    taken: Vec<bool>,
    /// For each new finding its known one.
    pairs: Vec<Option<(usize, How)>>,
    /// True where nothing is present on this ref: a new branch is compared with what the others have.
    all_count: bool,
    /// True where the last report had nothing that is present: then all that is present counts as seen.
    all_fresh: bool,
}

/// Which known findings a stage looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Open on this ref and seen by its last report.
    Present,
    /// Open on this ref, but the last report did not have it: it was partial, or made from another root.
    Stale,
    /// Closed here, or known from another ref.
    Others,
}

impl<'a> Matching<'a> {
    pub(super) fn new(old: &'a [&'a Known], new: &'a [&'a MatchKey]) -> Self {
        let all_count = !old.iter().any(|known| known.present);
        let all_fresh = !old.iter().any(|known| known.present && known.fresh);
        let counts = |known: &Known| all_count || (known.present && (known.fresh || all_fresh));
        let basis: Vec<&MatchKey> = old.iter().filter(|known| counts(known)).map(|known| &known.key).collect();
        let shifts = Shifts::read(&basis, new);
        Self { old, new, shifts, taken: vec![false; old.len()], pairs: vec![None; new.len()], all_count, all_fresh }
    }

    /// For each new finding the known one that it is.
    pub(super) fn run(mut self) -> Vec<Option<(usize, How)>> {
        let mut groups: BTreeMap<u64, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, key) in self.new.iter().enumerate() {
            groups.entry(key.group).or_default().1.push(at);
        }
        for (at, known) in self.old.iter().enumerate() {
            if let Some(group) = groups.get_mut(&known.key.group) {
                group.0.push(at);
            }
        }
        groups.retain(|_, (old, _)| !old.is_empty());
        for (old, new) in groups.values() {
            self.same_place(old, new);
        }
        elsewhere::other_spelling(&mut self);
        elsewhere::moved(&mut self, Which::Present);
        elsewhere::moved(&mut self, Which::Stale);
        elsewhere::rule_renamed(&mut self);
        for (old, new) in groups.values() {
            self.rest(old, new, Which::Stale, How::Order);
            self.rest(old, new, Which::Others, How::Order);
        }
        elsewhere::came_back(&mut self);
        self.pairs
    }

    /// All stages for findings of one rule in one place.
    fn same_place(&mut self, old: &[usize], new: &[usize]) {
        for which in [Which::Present, Which::Stale, Which::Others] {
            self.by(old, new, which, How::Content, |key| {
                let says_something = key.content != 0 || key.resource != 0 || key.url != 0;
                says_something.then_some((key.content, key.resource, key.url, key.commit, key.version, key.symbol))
            });
            self.by(old, new, which, How::Content, |key| (key.content != 0).then_some((key.content, key.resource)));
            self.by(old, new, which, How::Content, |key| (key.content != 0).then_some(key.content));
        }
        for which in [Which::Present, Which::Stale, Which::Others] {
            self.by(old, new, which, How::Feature, |key| (key.resource != 0).then_some(key.resource));
            self.by(old, new, which, How::Feature, |key| (key.url != 0).then_some(key.url));
            self.by_fingerprint(old, new, which);
        }
        self.by_line(old, new, Which::Present);
        self.by_line(old, new, Which::Stale);
        self.by_line(old, new, Which::Others);
        self.rest(old, new, Which::Present, How::Order);
    }

    /// Pairs what has the same key.
    pub(super) fn by<K: Ord + Hash>(&mut self, old: &[usize], new: &[usize], which: Which, how: How, key: impl Fn(&MatchKey) -> Option<K>) {
        let (old, new) = (self.free_old(old, which), self.free_new(new));
        if old.is_empty() || new.is_empty() {
            return;
        }
        let mut buckets: BTreeMap<K, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for at in new {
            if let Some(key) = self.new.get(at).and_then(|found| key(found)) {
                buckets.entry(key).or_default().1.push(at);
            }
        }
        for at in old {
            if let Some(bucket) = self.old_key(at).and_then(&key).and_then(|key| buckets.get_mut(&key)) {
                bucket.0.push(at);
            }
        }
        for (old, new) in buckets.into_values() {
            self.pair_up(&old, &new, how, |this, a, b| this.compatible(a, b).then(|| this.cost(a, b)));
        }
    }

    /// The tool's fingerprint counts only where it is one of its kind before and after.
    fn by_fingerprint(&mut self, old: &[usize], new: &[usize], which: Which) {
        let (old, new) = (self.free_old(old, which), self.free_new(new));
        let mut seen: BTreeMap<u64, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for at in old {
            if let Some(key) = self.old_key(at).filter(|key| key.fingerprint != 0) {
                seen.entry(key.fingerprint).or_default().0.push(at);
            }
        }
        for at in new {
            if let Some(key) = self.new.get(at).filter(|key| key.fingerprint != 0) {
                seen.entry(key.fingerprint).or_default().1.push(at);
            }
        }
        for (old, new) in seen.into_values() {
            if let ([old], [new]) = (old.as_slice(), new.as_slice()) {
                self.take(*old, *new, How::Feature);
            }
        }
    }

    /// Pairs what stands exactly where it should.
    fn by_line(&mut self, old: &[usize], new: &[usize], which: Which) {
        let (old, new) = (self.free_old(old, which), self.free_new(new));
        let mut lines: BTreeMap<i64, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for at in new {
            if let Some(key) = self.new.get(at).filter(|key| key.line != 0) {
                lines.entry(i64::from(key.line)).or_default().1.push(at);
            }
        }
        for at in old {
            let Some(key) = self.old_key(at).filter(|key| key.line != 0) else { continue };
            let line = if which != Which::Others || self.all_count { self.shifts.expected(key) } else { i64::from(key.line) };
            if let Some(bucket) = lines.get_mut(&line) {
                bucket.0.push(at);
            }
        }
        for (old, new) in lines.into_values() {
            self.pair_up(&old, &new, How::Line, |this, a, b| {
                let same_code = which != Which::Others || this.all_count || !this.content_differs(a, b);
                (same_code && this.compatible(a, b)).then(|| this.cost(a, b))
            });
        }
    }

    /// The best pairing in order of what is left.
    pub(super) fn rest(&mut self, old: &[usize], new: &[usize], which: Which, how: How) {
        let (old, new) = (self.free_old(old, which), self.free_new(new));
        let equal = old.len() == new.len();
        let lenient = which != Which::Others || self.all_count;
        self.pair_up(&old, &new, how, |this, a, b| {
            if !this.compatible(a, b) {
                return None;
            }
            let (before, now) = (this.old_key(a)?, this.new.get(b)?);
            let far = this.distance(a, b);
            let lines = before.line != 0 && now.line != 0;
            let allowed = if !this.content_differs(a, b) {
                lenient || !lines || far <= NEAR
            } else if !lenient {
                false
            } else {
                let same_symbol = before.symbol != 0 && before.symbol == now.symbol;
                // Where nothing in the file kept its content the file was rewritten, and order is all there is.
                !lines
                    || far <= NEAR
                    || same_symbol
                    || (how != How::Moved && !this.shifts.certain(before.path))
                    || (equal && far <= NEAR_IN_ORDER)
            };
            allowed.then(|| this.cost(a, b))
        });
    }

    /// Pairs two lists at the least cost: what stands on one expected line first, then in order.
    fn pair_up(&mut self, old: &[usize], new: &[usize], how: How, cost: impl Fn(&Self, usize, usize) -> Option<u64>) {
        match (old, new) {
            ([], _) | (_, []) => return,
            ([old], [new]) => {
                if cost(self, *old, *new).is_some() {
                    self.take(*old, *new, how);
                }
                return;
            }
            _ => {}
        }
        let (mut old, new) = (old.to_vec(), new.to_vec());
        let mut lines: BTreeMap<i64, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for at in &old {
            lines.entry(self.old_key(*at).map_or(0, |key| self.shifts.expected(key))).or_default().0.push(*at);
        }
        for at in &new {
            lines.entry(self.new.get(*at).map_or(0, |key| i64::from(key.line))).or_default().1.push(*at);
        }
        for (old, new) in lines.values().filter(|(old, new)| old.len() == new.len() && old.len() <= MOST_ON_A_LINE) {
            let mut pairs: Vec<(u64, usize, usize)> = old
                .iter()
                .flat_map(|a| new.iter().map(move |b| (*a, *b)))
                .filter_map(|(a, b)| cost(self, a, b).map(|cost| (cost, a, b)))
                .collect();
            pairs.sort_unstable();
            for (_, a, b) in pairs {
                self.take(a, b, how);
            }
        }
        old.retain(|at| self.is_free_old(*at));
        let new = self.free_new(&new);
        old.sort_by_key(|at| self.old_key(*at).map(|key| (self.shifts.expected(key), key.column, key.message)));
        let pairs = align(old.len(), new.len(), |a, b| cost(self, *old.get(a)?, *new.get(b)?));
        for (a, b) in pairs {
            if let (Some(a), Some(b)) = (old.get(a), new.get(b)) {
                self.take(*a, *b, how);
            }
        }
    }

    /// How unlike two findings are that may be the same: lines off, then what tells findings on one line apart.
    fn cost(&self, a: usize, b: usize) -> u64 {
        let (Some(old), Some(new)) = (self.old_key(a), self.new.get(b)) else { return 0 };
        let differ = |a: u64, b: u64, cost: u64| if a != 0 && b != 0 && a != b { cost } else { 0 };
        let far = if old.line == 0 || new.line == 0 { 0 } else { self.distance(a, b).min(1 << 20) };
        far * 64
            + differ(old.message, new.message, 2)
            + differ(old.wording, new.wording, 6)
            + differ(u64::from(old.column), u64::from(new.column), 3)
            + differ(u64::from(old.end_line.saturating_sub(old.line)), u64::from(new.end_line.saturating_sub(new.line)), 1)
            + differ(old.symbol, new.symbol, 8)
            + differ(old.secret, new.secret, 12)
            + differ(old.fingerprint, new.fingerprint, 8)
            + differ(old.commit, new.commit, 8)
            + differ(old.version, new.version, 16)
            + differ(old.url, new.url, 64)
            + differ(old.resource, new.resource, 128)
    }

    /// Lines between where an old finding should be and where the new one is.
    fn distance(&self, a: usize, b: usize) -> u64 {
        let (Some(old), Some(new)) = (self.old_key(a), self.new.get(b)) else { return 0 };
        let line = i64::from(new.line);
        let by_shift = self.shifts.expected(old).abs_diff(line);
        if self.which(a) == Which::Present { by_shift } else { by_shift.min(i64::from(old.line).abs_diff(line)) }
    }

    /// False where both name a resource, a parameter or a method, and another.
    fn compatible(&self, a: usize, b: usize) -> bool {
        let (Some(old), Some(new)) = (self.old_key(a), self.new.get(b)) else { return false };
        let agree = |a: u64, b: u64| a == 0 || b == 0 || a == b;
        old.distinct == new.distinct
            && agree(old.resource, new.resource)
            && agree(old.parameter, new.parameter)
            && agree(old.method, new.method)
    }

    fn content_differs(&self, a: usize, b: usize) -> bool {
        let (Some(old), Some(new)) = (self.old_key(a), self.new.get(b)) else { return true };
        old.content != 0 && new.content != 0 && old.content != new.content
    }

    pub(super) fn old_key(&self, at: usize) -> Option<&'a MatchKey> {
        self.old.get(at).map(|known| &known.key)
    }

    fn which(&self, at: usize) -> Which {
        match self.old.get(at) {
            _ if self.all_count => Which::Present,
            Some(known) if known.present && (known.fresh || self.all_fresh) => Which::Present,
            Some(known) if known.present => Which::Stale,
            _ => Which::Others,
        }
    }

    fn is_free_old(&self, at: usize) -> bool {
        self.taken.get(at) == Some(&false)
    }

    pub(super) fn free_old(&self, all: &[usize], which: Which) -> Vec<usize> {
        all.iter().copied().filter(|at| self.is_free_old(*at) && self.which(*at) == which).collect()
    }

    pub(super) fn free_new(&self, all: &[usize]) -> Vec<usize> {
        all.iter().copied().filter(|at| self.pairs.get(*at).is_some_and(Option::is_none)).collect()
    }

    /// All known findings of that sort, and all new ones, that nothing is decided about.
    pub(super) fn left(&self, which: Which) -> (Vec<usize>, Vec<usize>) {
        let (old, new): (Vec<usize>, Vec<usize>) = ((0..self.old.len()).collect(), (0..self.new.len()).collect());
        (self.free_old(&old, which), self.free_new(&new))
    }

    /// Decides that two are one, unless either is decided about.
    pub(super) fn take(&mut self, old: usize, new: usize, how: How) {
        if let (Some(taken @ false), Some(pair @ None)) = (self.taken.get_mut(old), self.pairs.get_mut(new)) {
            *taken = true;
            *pair = Some((old, how));
        }
    }
}
