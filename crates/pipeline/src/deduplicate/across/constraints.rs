//! People's word as constraints: what belongs together, what must stay apart. The newest of two that contradict each other holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::candidate::{PeoplesWord, Word, WordKind};

/// A side of a decision that keeps two parts apart: number of the decision, and which part.
type Side = (usize, bool);

/// Decisions over nodes.
#[derive(Debug, Default)]
pub(super) struct Constraints {
    /// Sides that a node stands on, its companions' included.
    sides: HashMap<usize, BTreeSet<Side>>,
    /// Nodes that people joined, with who said so.
    together: Vec<(Vec<usize>, String)>,
    /// Groups of nodes that stand as they are, and the group of each of their nodes.
    standing: BTreeMap<usize, Vec<usize>>,
    group_of: HashMap<usize, usize>,
}

impl Constraints {
    /// `node_of` maps an identity to its node; identities that are not here are passed over. A warning names a word that could not be kept.
    pub(super) fn new(words: &PeoplesWord, node_of: &HashMap<&str, usize>, warnings: &mut BTreeSet<String>) -> Self {
        let mut order: Vec<&Word> = words.words.iter().collect();
        let newest_first = |a: &Word, b: &Word| (b.at, b.number).cmp(&(a.at, a.number));
        order.sort_by(|a, b| newest_first(a, b).then_with(|| (a.kind, &a.left, &a.right, &a.by).cmp(&(b.kind, &b.left, &b.right, &b.by))));
        let mut made = Self::default();
        let mut group: BTreeMap<usize, usize> = BTreeMap::new();
        for (number, word) in order.into_iter().enumerate() {
            let nodes =
                |identities: &[String]| identities.iter().filter_map(|id| node_of.get(id.as_str()).copied()).collect::<BTreeSet<usize>>();
            let (left, right) = (nodes(&word.left), nodes(&word.right));
            match word.kind {
                WordKind::Apart => made.part(number, &left, &right, &group),
                WordKind::Together => made.unite(word, left.union(&right).copied().collect(), &mut group, warnings),
            }
        }
        made.spread(&group);
        made
    }

    /// The same with groups that neither part nor join each other.
    pub(super) fn with_standing(mut self, standing: &HashMap<&str, usize>, node_of: &HashMap<&str, usize>) -> Self {
        for (identity, group) in standing {
            if let Some(node) = node_of.get(identity) {
                self.standing.entry(*group).or_default().push(*node);
                self.group_of.insert(*node, *group);
            }
        }
        for nodes in self.standing.values_mut() {
            nodes.sort_unstable();
            nodes.dedup();
        }
        self
    }

    /// Groups that stand, each by node.
    pub(super) fn standing(&self) -> impl Iterator<Item = &[usize]> {
        self.standing.values().map(Vec::as_slice)
    }

    /// The standing group of a node.
    pub(super) fn group_of(&self, node: usize) -> Option<usize> {
        self.group_of.get(&node).copied()
    }

    fn part(&mut self, number: usize, left: &BTreeSet<usize>, right: &BTreeSet<usize>, group: &BTreeMap<usize, usize>) {
        let whole = |node: &usize| group.get(node).copied().unwrap_or(*node);
        let parts: [BTreeSet<usize>; 2] = [left.iter().map(whole).collect(), right.iter().map(whole).collect()];
        for (nodes, side) in [(left, false), (right, true)] {
            // What a newer word joined is not parted by an older one.
            for node in nodes.iter().filter(|node| !parts.iter().all(|part| part.contains(&whole(node)))) {
                self.sides.entry(*node).or_default().insert((number, side));
            }
        }
    }

    fn unite(&mut self, word: &Word, nodes: Vec<usize>, group: &mut BTreeMap<usize, usize>, warnings: &mut BTreeSet<String>) {
        let mut joined: Vec<usize> = Vec::new();
        for node in nodes {
            let mine = self.company(node, group);
            let all: BTreeSet<usize> = joined.iter().flat_map(|&n| self.company(n, group)).collect();
            if self.clash(&mine, &all) {
                warnings
                    .insert(format!("a newer decision keeps apart what {} put together: that part of the decision does not hold", word.by));
            } else {
                joined.push(node);
            }
        }
        let all: BTreeSet<usize> = joined.iter().flat_map(|&n| self.company(n, group)).collect();
        if let (Some(&least), true) = (all.first(), all.len() > 1) {
            group.extend(all.iter().map(|&node| (node, least)));
            self.together.push((all.into_iter().collect(), word.by.clone()));
        }
    }

    fn company(&self, node: usize, group: &BTreeMap<usize, usize>) -> BTreeSet<usize> {
        match group.get(&node) {
            None => BTreeSet::from([node]),
            Some(least) => group.iter().filter(|(_, l)| *l == least).map(|(n, _)| *n).collect(),
        }
    }

    fn clash(&self, a: &BTreeSet<usize>, b: &BTreeSet<usize>) -> bool {
        let sides = |nodes: &BTreeSet<usize>| nodes.iter().filter_map(|n| self.sides.get(n)).flatten().copied().collect::<BTreeSet<Side>>();
        opposed(&sides(a), &sides(b))
    }

    /// Companions by people's word stand on each other's sides, so that evidence cannot pull them over.
    fn spread(&mut self, group: &BTreeMap<usize, usize>) {
        let mut of_group: BTreeMap<usize, BTreeSet<Side>> = BTreeMap::new();
        for (node, least) in group {
            of_group.entry(*least).or_default().extend(self.sides.get(node).into_iter().flatten().copied());
        }
        for (node, least) in group {
            if let Some(sides) = of_group.get(least).filter(|sides| !sides.is_empty()) {
                self.sides.insert(*node, sides.clone());
            }
        }
    }

    /// Sides that a node stands on.
    pub(super) fn sides(&self, node: usize) -> BTreeSet<Side> {
        self.sides.get(&node).cloned().unwrap_or_default()
    }

    /// Groups that people put together, with who did.
    pub(super) fn together(&self) -> &[(Vec<usize>, String)] {
        &self.together
    }
}

/// True where some decision keeps the two apart.
pub(super) fn opposed(a: &BTreeSet<Side>, b: &BTreeSet<Side>) -> bool {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    few.iter().any(|&(number, side)| many.contains(&(number, !side)))
}
