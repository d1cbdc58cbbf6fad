//! Complete link: two parts join only if no decision parts them and every pair between them reaches the threshold.

use std::collections::{BTreeSet, HashMap};

use super::constraints::{Constraints, opposed};
use super::ledger::{SUGGESTION, THRESHOLD};

/// Largest part, in nodes; equal findings are one node, so this is far above what tools say of one thing.
const LARGEST: usize = 600;

/// Sums of evidence on pairs of nodes, the smaller number first. Absent: no evidence, or a cannot-link.
pub(super) type Edges = HashMap<(usize, usize), i32>;

/// The parts that the nodes fall into, and pairs between parts that people may want to look at.
#[derive(Debug)]
pub(super) struct Parts {
    /// Part of each node.
    pub(super) part: Vec<usize>,
    /// Pairs of nodes, the best of each two parts.
    pub(super) suggestions: Vec<(usize, usize)>,
}

/// `keys` order equal edges; they are the nodes' least identities, so the order of nodes plays no part.
pub(super) fn agglomerate(keys: &[&str], edges: &Edges, constraints: &Constraints, warnings: &mut BTreeSet<String>) -> Parts {
    let key = |node: usize| keys.get(node).copied().unwrap_or_default();
    let named = |&(a, b): &(usize, usize)| if key(a) <= key(b) { (key(a), key(b)) } else { (key(b), key(a)) };
    let mut order: Vec<((usize, usize), i32)> =
        edges.iter().map(|(pair, sum)| (*pair, *sum)).filter(|(_, sum)| *sum >= SUGGESTION).collect();
    order.sort_unstable_by(|(a, x), (b, y)| y.cmp(x).then_with(|| named(a).cmp(&named(b))));

    let mut parts = Joined::new(keys.len(), constraints);
    for pair in constraints.standing().flat_map(|nodes| nodes.windows(2)) {
        if let [a, b] = pair
            && !parts.parted(parts.of(*a), parts.of(*b))
        {
            parts.join(parts.of(*a), parts.of(*b));
        }
    }
    for ((a, b), sum) in order.iter().copied() {
        if sum < THRESHOLD {
            break;
        }
        let (x, y) = (parts.of(a), parts.of(b));
        if x == y {
            continue;
        }
        let (left, right) = (parts.members(x), parts.members(y));
        if left.len() + right.len() > LARGEST {
            warnings.insert(format!("more than {LARGEST} different findings look like {}: what is beyond stays apart", key(a)));
            continue;
        }
        let all_agree =
            || left.iter().all(|&m| right.iter().all(|&n| edges.get(&(m.min(n), m.max(n))).is_some_and(|sum| *sum >= THRESHOLD)));
        if !parts.parted(x, y) && !parts.both_stand(x, y) && all_agree() {
            parts.join(x, y);
        }
    }
    for (nodes, _) in constraints.together() {
        for pair in nodes.windows(2) {
            if let [a, b] = pair {
                parts.join(parts.of(*a), parts.of(*b));
            }
        }
    }
    let mut seen = BTreeSet::new();
    let mut suggestions = Vec::new();
    for ((a, b), _) in order {
        let (x, y) = (parts.of(a), parts.of(b));
        if x != y && !parts.parted(x, y) && seen.insert((x.min(y), x.max(y))) {
            suggestions.push((a, b));
        }
    }
    Parts { part: parts.part, suggestions }
}

/// Disjoint parts with their members and the sides of decisions that they stand on.
struct Joined {
    part: Vec<usize>,
    members: Vec<Vec<usize>>,
    sides: Vec<BTreeSet<(usize, bool)>>,
    /// The standing group that a part holds.
    standing: Vec<Option<usize>>,
}

impl Joined {
    fn new(nodes: usize, constraints: &Constraints) -> Self {
        Self {
            part: (0..nodes).collect(),
            members: (0..nodes).map(|node| vec![node]).collect(),
            sides: (0..nodes).map(|node| constraints.sides(node)).collect(),
            standing: (0..nodes).map(|node| constraints.group_of(node)).collect(),
        }
    }

    fn of(&self, node: usize) -> usize {
        self.part.get(node).copied().unwrap_or(node)
    }

    fn members(&self, part: usize) -> &[usize] {
        self.members.get(part).map_or(&[], Vec::as_slice)
    }

    fn parted(&self, a: usize, b: usize) -> bool {
        matches!((self.sides.get(a), self.sides.get(b)), (Some(p), Some(q)) if opposed(p, q))
    }

    /// True where both hold groups that stand, and not the same.
    fn both_stand(&self, a: usize, b: usize) -> bool {
        let of = |part: usize| self.standing.get(part).copied().flatten();
        matches!((of(a), of(b)), (Some(x), Some(y)) if x != y)
    }

    /// Moves the smaller part into the larger.
    fn join(&mut self, a: usize, b: usize) {
        if a == b {
            return;
        }
        let (into, from) = if self.members(a).len() >= self.members(b).len() { (a, b) } else { (b, a) };
        let moved = self.members.get_mut(from).map(std::mem::take).unwrap_or_default();
        let sides = self.sides.get_mut(from).map(std::mem::take).unwrap_or_default();
        let stands = self.standing.get(from).copied().flatten();
        for node in &moved {
            if let Some(slot) = self.part.get_mut(*node) {
                *slot = into;
            }
        }
        if let (Some(list), Some(mine)) = (self.members.get_mut(into), self.sides.get_mut(into)) {
            list.extend(moved);
            mine.extend(sides);
        }
        if let Some(standing) = self.standing.get_mut(into) {
            *standing = standing.or(stands);
        }
    }
}
