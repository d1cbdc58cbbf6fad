//! The whole way from candidates to issues.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use model::{EvidenceFact, Link};

use super::agglomerate::{Edges, agglomerate};
use super::candidate::{Candidate, Context, Options, PeoplesWord};
use super::class::Class;
use super::compare::{keys, signature};
use super::constraints::Constraints;
use super::ledger::{Ledger, SUGGESTION, THRESHOLD, probability};
use super::subject::{Reader, Subject};
use super::weigh::{NEAREST, Strength, by_named_parameter, by_route_table, by_trace, handles, near, one_file, routes_of, weigh};
use super::{MATCHING, neighbourhood};

/// Most nodes of one bucket of which every pair is weighed; the others meet only the first few, with a warning.
const FULL_BUCKET: usize = 250;
const FIRST_FEW: usize = 24;

/// Most suggestions of one issue.
const MOST_SUGGESTIONS: usize = 5;

/// What makes a loose pair that fits several findings of one tool lose: it proves none of them.
const AMBIGUOUS: i32 = -78;

/// An issue: findings that are one real vulnerability.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Places in the list of candidates, by first seen and identity: the first is the founder.
    pub members: Vec<usize>,
    /// Least by first seen, then identity.
    pub founder: usize,
    /// Why each member belongs, in the order of `members`; the founder's confidence is 1.
    pub links: Vec<Link>,
}

/// Two findings of different issues that may be one.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// Places in the list of candidates.
    pub left: usize,
    pub right: usize,
    pub confidence: f64,
    pub because: Vec<EvidenceFact>,
}

/// The issues that the candidates are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clustering {
    /// By the founder's first seen and identity.
    pub groups: Vec<Group>,
    /// Most likely first.
    pub suggestions: Vec<Suggestion>,
    /// What was too large to be compared in full, and decisions that contradict each other. Sorted.
    pub warnings: Vec<String>,
}

/// Findings to issues. The result depends on the set of candidates alone, not on their order (but for the places in the list).
#[must_use]
pub fn cluster(candidates: &[Candidate<'_>], words: &PeoplesWord, context: &Context<'_>) -> Clustering {
    cluster_with(candidates, words, context, &Options::default())
}

/// As [`cluster`], with groups that stand or evidence that does not count.
#[must_use]
pub fn cluster_with(candidates: &[Candidate<'_>], words: &PeoplesWord, context: &Context<'_>, options: &Options<'_>) -> Clustering {
    let mut warnings = BTreeSet::new();
    let mut reader = Reader::new(context);
    let mut subjects: Vec<Subject<'_>> = candidates.iter().enumerate().map(|(at, candidate)| reader.read(at, candidate)).collect();
    subjects.sort_by(|a, b| (a.identity(), a.candidate.id).cmp(&(b.identity(), b.candidate.id)));
    if !options.without.contains(&"neighbours") {
        neighbourhood::share(&mut subjects, &mut warnings);
    }

    let standing = options.standing_group();
    let nodes = Nodes::new(&subjects, words, &standing);
    let constraints = Constraints::new(words, &nodes.of_identity, &mut warnings).with_standing(&standing, &nodes.of_identity);
    let weighing = Weighing {
        nodes: &nodes,
        context,
        without: options.without,
        edges: Edges::new(),
        loose: HashSet::new(),
        past: Vec::new(),
        bridges: HashMap::new(),
    };
    let edges = weighing.run(&mut warnings);
    let names: Vec<&str> = nodes.first.iter().map(|s| s.identity()).collect();
    let parts = agglomerate(&names, &edges.edges, &constraints, &mut warnings);

    let said = words_by_node(&constraints);
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, node) in nodes.node.iter().enumerate() {
        members.entry(parts.part.get(*node).copied().unwrap_or(*node)).or_default().push(at);
    }
    let mut groups: Vec<Group> = members.into_values().map(|group| edges.group(&subjects, group, &said)).collect();
    groups.sort_by(|a, b| founding(candidates, a.founder).cmp(&founding(candidates, b.founder)));
    let suggestions = edges.suggestions(&parts.part, &parts.suggestions);
    Clustering { groups, suggestions, warnings: warnings.into_iter().collect() }
}

fn founding<'a>(candidates: &[Candidate<'a>], at: usize) -> Option<(model::Timestamp, &'a str, u64)> {
    candidates.get(at).map(|c| (c.first_seen, c.identity, c.id))
}

/// Who put a node together with others.
fn words_by_node(constraints: &Constraints) -> HashMap<usize, String> {
    constraints.together().iter().flat_map(|(nodes, by)| nodes.iter().map(move |node| (*node, by.clone()))).collect()
}

/// Equal findings stand as one node; findings that people spoke of stand alone.
struct Nodes<'s, 'a> {
    /// Node of each subject.
    node: Vec<usize>,
    /// The least member of each node.
    first: Vec<&'s Subject<'a>>,
    of_identity: HashMap<&'s str, usize>,
}

impl<'s, 'a> Nodes<'s, 'a> {
    fn new(subjects: &'s [Subject<'a>], words: &PeoplesWord, standing: &HashMap<&str, usize>) -> Self {
        let spoken: HashSet<&str> = words.words.iter().flat_map(|w| w.left.iter().chain(&w.right)).map(String::as_str).collect();
        let mut made = Self { node: Vec::with_capacity(subjects.len()), first: Vec::new(), of_identity: HashMap::new() };
        let mut by_signature: HashMap<(String, Option<usize>), usize> = HashMap::new();
        for subject in subjects {
            let next = made.first.len();
            let group = standing.get(subject.identity()).copied();
            let node =
                if spoken.contains(subject.identity()) { next } else { *by_signature.entry((signature(subject), group)).or_insert(next) };
            if node == next {
                made.first.push(subject);
            }
            made.node.push(node);
            made.of_identity.insert(subject.candidate.identity, node);
        }
        made
    }
}

/// Evidence between nodes.
struct Weighing<'n, 's, 'a, 'c> {
    nodes: &'n Nodes<'s, 'a>,
    context: &'n Context<'c>,
    /// Fields whose evidence does not count.
    without: &'n [&'n str],
    edges: Edges,
    /// Pairs that do not name one place exactly.
    loose: HashSet<(usize, usize)>,
    /// Pairs that were at one place in an earlier version of the code.
    past: Vec<(usize, usize)>,
    /// Pairs that more than the two findings joins.
    bridges: HashMap<(usize, usize), Bridge>,
}

/// What joins a pair beside the fields of both: mostly a web finding to code.
#[derive(Clone, Copy)]
enum Bridge {
    Trace(usize),
    Route {
        only: bool,
    },
    Named,
    /// Lonely neighbours in code.
    Near,
}

impl<'s, 'a> Weighing<'_, 's, 'a, '_> {
    fn run(mut self, warnings: &mut BTreeSet<String>) -> Self {
        let traces = self.nodes.first.iter().any(|s| s.is_iast());
        let mut buckets: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (node, subject) in self.nodes.first.iter().enumerate() {
            for key in keys(subject, traces) {
                buckets.entry(key).or_default().push(node);
            }
        }
        // Hints on a common fix matter only where somebody has no CVE.
        let hinted: Vec<String> = buckets.keys().filter_map(|key| key.strip_prefix("hint|").map(str::to_owned)).collect();
        for key in hinted {
            let mut all = buckets.remove(&format!("hint|{key}")).unwrap_or_default();
            all.extend(buckets.remove(&format!("hint?|{key}")).unwrap_or_default());
            all.sort_unstable();
            buckets.insert(format!("hint|{key}"), all);
        }
        buckets.retain(|key, nodes| nodes.len() > 1 && !key.starts_with("hint?|"));
        let mut seen = HashSet::new();
        for (key, nodes) in &buckets {
            if nodes.len() > FULL_BUCKET {
                warnings.insert(format!(
                    "{} different findings meet at `{}`: only the first {FULL_BUCKET} are compared with each other",
                    nodes.len(),
                    key.chars().take(120).collect::<String>()
                ));
            }
            for (at, &a) in nodes.iter().enumerate() {
                let reach = if at < FULL_BUCKET { FULL_BUCKET } else { 0 };
                let few = if at < FIRST_FEW { nodes.len() } else { reach };
                for &b in nodes.iter().take(few).skip(at + 1) {
                    if seen.insert((a.min(b), a.max(b))) {
                        self.pair(a.min(b), a.max(b));
                    }
                }
            }
        }
        self.lonely_neighbours();
        self.outdated();
        self.ambiguous();
        self.bridges_to_code();
        self
    }

    fn first(&self, node: usize) -> Option<&'s Subject<'a>> {
        self.nodes.first.get(node).copied()
    }

    fn pair(&mut self, a: usize, b: usize) {
        let (Some(x), Some(y)) = (self.first(a), self.first(b)) else { return };
        let mut ledger = Ledger::sum_only().leaving_out(self.without);
        if let Some(strength) = weigh(x, y, &mut ledger)
            && ledger.sum() >= SUGGESTION
        {
            self.edges.insert((a, b), ledger.sum());
            match strength {
                Strength::Exact => {}
                Strength::Loose => drop(self.loose.insert((a, b))),
                Strength::Past => self.past.push((a, b)),
            }
        }
    }

    /// Two tools that each report one result of a family within two lines, with no partner of the other tool and nothing else around.
    fn lonely_neighbours(&mut self) {
        let mut by_family: BTreeMap<(&str, &str), BTreeMap<u32, Vec<usize>>> = BTreeMap::new();
        for (node, s) in self.nodes.first.iter().enumerate() {
            if let (Class::Code, Some(family), true) = (s.class, s.family, s.first > 0) {
                by_family.entry((s.base(), super::vocabulary::root(family))).or_default().entry(s.first).or_default().push(node);
            }
        }
        let partners = self.partners(&HashSet::new());
        let mut found = Vec::new();
        for lines in by_family.values() {
            for (&line, here) in lines {
                for (_, there) in lines.range(line.saturating_add(1)..=line.saturating_add(NEAREST)) {
                    let pairs = here.iter().take(8).flat_map(|&a| there.iter().take(8).map(move |&b| (a, b)));
                    found.extend(pairs.filter(|&(a, b)| self.lonely(a, b, lines, &partners)));
                }
            }
        }
        for (a, b) in found {
            let pair = (a.min(b), a.max(b));
            let mut ledger = Ledger::sum_only().leaving_out(self.without);
            if !self.edges.contains_key(&pair) && self.weigh_bridge(a, b, Bridge::Near, &mut ledger).is_some() && ledger.sum() >= SUGGESTION
            {
                self.edges.insert(pair, ledger.sum());
                self.bridges.insert(pair, Bridge::Near);
            }
        }
    }

    /// The tools with which each node is linked, but for the pairs given.
    fn partners(&self, without: &HashSet<(usize, usize)>) -> HashMap<usize, BTreeSet<&'s str>> {
        let mut partners: HashMap<usize, BTreeSet<&str>> = HashMap::new();
        for (&(a, b), _) in self.edges.iter().filter(|(pair, sum)| **sum >= THRESHOLD && !without.contains(pair)) {
            if let (Some(x), Some(y)) = (self.first(a), self.first(b)) {
                partners.entry(a).or_default().insert(y.tool());
                partners.entry(b).or_default().insert(x.tool());
            }
        }
        partners
    }

    /// What two findings shared in an earlier version counts only where neither has a partner of the other's tool in the present one.
    fn outdated(&mut self) {
        let past: HashSet<(usize, usize)> = self.past.iter().copied().collect();
        let partners = self.partners(&past);
        for pair in past {
            let (Some(x), Some(y)) = (self.first(pair.0), self.first(pair.1)) else { continue };
            let has = |node: usize, tool: &str| partners.get(&node).is_some_and(|tools| tools.contains(tool));
            if !has(pair.0, y.tool()) && !has(pair.1, x.tool()) {
                self.loose.insert(pair);
            } else if let Some(sum) = self.edges.get_mut(&pair) {
                *sum = (*sum).min(SUGGESTION - 1);
            }
        }
    }

    /// True where neither has a partner of the other's tool and neither tool has another line of the family around.
    fn lonely(&self, a: usize, b: usize, lines: &BTreeMap<u32, Vec<usize>>, partners: &HashMap<usize, BTreeSet<&str>>) -> bool {
        let (Some(x), Some(y)) = (self.first(a), self.first(b)) else { return false };
        let has = |node: usize, tool: &str| partners.get(&node).is_some_and(|tools| tools.contains(tool));
        if x.tool() == y.tool() || has(a, y.tool()) || has(b, x.tool()) {
            return false;
        }
        let margin = 2 * x.first.abs_diff(y.first) + 1;
        let around = lines.range(x.first.min(y.first).saturating_sub(margin)..=x.first.max(y.first).saturating_add(margin));
        around.flat_map(|(_, nodes)| nodes.iter().take(64)).filter_map(|&n| self.first(n)).all(|s| {
            let mine = if s.tool() == x.tool() {
                Some(x.first)
            } else if s.tool() == y.tool() {
                Some(y.first)
            } else {
                None
            };
            mine.is_none_or(|line| line == s.first) || !one_file(s, x)
        })
    }

    /// A loose pair whose wide end fits two findings of one tool that cannot be one issue proves neither.
    fn ambiguous(&mut self) {
        let mut fits: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
        for &(a, b) in &self.loose {
            for (wide, narrow) in [(a, b), (b, a)] {
                if let Some(subject) = self.first(narrow) {
                    fits.entry((wide, subject.tool())).or_default().push(narrow);
                }
            }
        }
        let mut weakened = BTreeSet::new();
        for ((wide, _), narrow) in fits {
            let linked = |a: usize, b: usize| self.edges.get(&(a.min(b), a.max(b))).is_some_and(|sum| *sum >= THRESHOLD);
            let rivals = narrow.iter().take(64).any(|&a| narrow.iter().take(64).any(|&b| a != b && !linked(a, b)));
            if rivals {
                weakened.extend(narrow.iter().map(|&n| (wide.min(n), wide.max(n))));
            }
        }
        for pair in weakened {
            if let Some(sum) = self.edges.get_mut(&pair) {
                *sum = (*sum).min(THRESHOLD + AMBIGUOUS.max(-THRESHOLD - 20));
            }
        }
    }

    /// Routes, traces and, as suggestions, parameters named in the code finding.
    fn bridges_to_code(&mut self) {
        let web: Vec<usize> = (0..self.nodes.first.len())
            .filter(|&n| self.first(n).is_some_and(|s| s.class == Class::Web && s.site_wide().is_none() && s.web.is_some()))
            .collect();
        if web.is_empty() {
            return;
        }
        let mut near: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (&(a, b), &sum) in &self.edges {
            if sum >= THRESHOLD {
                near.entry(a).or_default().push(b);
                near.entry(b).or_default().push(a);
            }
        }
        let mut found: Vec<((usize, usize), Bridge)> = Vec::new();
        for (&trace, around) in near.iter().filter(|(n, _)| self.first(**n).is_some_and(|s| s.is_iast())) {
            for &w in around.iter().filter(|n| web.binary_search(n).is_ok()) {
                let codes = around.iter().filter(|&&n| self.first(n).is_some_and(|s| s.class == Class::Code && !s.is_iast()));
                found.extend(codes.map(|&c| ((w, c), Bridge::Trace(trace))));
            }
        }
        self.by_route_or_name(&web, &mut found);
        // Bridges are tried best first; among traces the least node decides.
        found.sort_by_key(|(pair, bridge)| {
            (
                *pair,
                match bridge {
                    Bridge::Trace(t) => (0, *t),
                    Bridge::Route { .. } => (1, 0),
                    Bridge::Named | Bridge::Near => (2, 0),
                },
            )
        });
        for ((w, c), bridge) in found {
            let pair = (w.min(c), w.max(c));
            let mut ledger = Ledger::sum_only().leaving_out(self.without);
            if !self.edges.contains_key(&pair) && self.weigh_bridge(w, c, bridge, &mut ledger).is_some() && ledger.sum() >= SUGGESTION {
                self.edges.insert(pair, ledger.sum());
                self.bridges.insert(pair, bridge);
            }
        }
    }

    fn by_route_or_name(&self, web: &[usize], found: &mut Vec<((usize, usize), Bridge)>) {
        let mut by_family: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (node, s) in self.nodes.first.iter().enumerate().filter(|(_, s)| s.class == Class::Code && !s.is_iast()) {
            by_family.entry(s.family.map_or("", super::vocabulary::root)).or_default().push(node);
        }
        for &w in web {
            let Some(s) = self.first(w) else { continue };
            let Some(codes) = s.family.and_then(|family| by_family.get(super::vocabulary::root(family))) else { continue };
            let routes: Vec<_> = routes_of(s, self.context.routes).take(8).collect();
            if !routes.is_empty() {
                let handled: Vec<usize> = codes
                    .iter()
                    .copied()
                    .filter(|&c| self.first(c).is_some_and(|code| routes.iter().any(|route| handles(route, code))))
                    .take(64)
                    .collect();
                let places: BTreeSet<(&str, u32)> =
                    handled.iter().filter_map(|&c| self.first(c)).map(|c| (c.path.as_str(), c.first)).collect();
                found.extend(handled.iter().map(|&c| ((w, c), Bridge::Route { only: places.len() == 1 })));
            }
            found.extend(codes.iter().take(2000).map(|&c| ((w, c), Bridge::Named)));
        }
    }

    fn weigh_bridge(&self, w: usize, c: usize, bridge: Bridge, ledger: &mut Ledger<'_>) -> Option<Strength> {
        let (web, code) = (self.first(w)?, self.first(c)?);
        match bridge {
            Bridge::Trace(trace) => by_trace(web, code, self.first(trace)?, ledger),
            Bridge::Route { only } => by_route_table(web, code, self.context.routes, only, ledger),
            Bridge::Named => by_named_parameter(web, code, ledger),
            Bridge::Near => near(web, code, ledger),
        }
    }

    /// The evidence on two nodes as sentences.
    fn explain(&self, a: usize, b: usize) -> (i32, Vec<EvidenceFact>) {
        let pair = (a.min(b), a.max(b));
        let (Some(x), Some(y)) = (self.first(pair.0), self.first(pair.1)) else { return (0, Vec::new()) };
        let mut ledger = Ledger::explaining().leaving_out(self.without);
        match self.bridges.get(&pair) {
            Some(bridge) => {
                let (w, c) = if x.class == Class::Web { pair } else { (pair.1, pair.0) };
                let _ = self.weigh_bridge(w, c, *bridge, &mut ledger);
            }
            None => drop(weigh(x, y, &mut ledger)),
        }
        let known = self.edges.get(&pair).copied().unwrap_or(ledger.sum());
        let missing = known - ledger.sum();
        if missing != 0 {
            ledger.add(missing, &["location"], || "it fits another finding of the same tool as well, and they cannot be one".to_owned());
        }
        (ledger.sum(), ledger.into_facts())
    }

    /// A group with the link of each member: to the founder where both were compared, else to the member most like it.
    fn group(&self, subjects: &[Subject<'_>], mut group: Vec<usize>, said: &HashMap<usize, String>) -> Group {
        group.sort_by_key(|&at| subjects.get(at).map(|s| (s.candidate.first_seen, s.candidate.identity, s.candidate.id)));
        let node = |at: usize| self.nodes.node.get(at).copied().unwrap_or(at);
        let nodes: BTreeSet<usize> = group.iter().map(|&at| node(at)).collect();
        let founder = group.first().copied().unwrap_or(0);
        let mut by_node: HashMap<usize, Link> = HashMap::new();
        let links = group.iter().map(|&at| {
            if at == founder {
                return Link { confidence: 1.0, because: Vec::new(), by: MATCHING.to_owned() };
            }
            if node(at) == node(founder) || nodes.len() == 1 {
                return self.twin(subjects, at, founder);
            }
            by_node.entry(node(at)).or_insert_with(|| self.link(node(at), node(founder), &nodes, said)).clone()
        });
        let links = links.collect();
        let place = |at: usize| subjects.get(at).map_or(at, |s| s.at);
        Group { founder: place(founder), members: group.iter().map(|&at| place(at)).collect(), links }
    }

    fn link(&self, node: usize, founder: usize, nodes: &BTreeSet<usize>, said: &HashMap<usize, String>) -> Link {
        let sum = |other: usize| self.edges.get(&(node.min(other), node.max(other))).copied().unwrap_or(i32::MIN);
        let best = nodes
            .iter()
            .copied()
            .filter(|&other| other != node)
            .max_by_key(|&other| (sum(other), other == founder, std::cmp::Reverse(other)));
        match best.filter(|&other| sum(other) >= THRESHOLD) {
            Some(other) => {
                let (sum, because) = self.explain(node, other);
                Link { confidence: probability(sum), because, by: MATCHING.to_owned() }
            }
            None => Link { confidence: 1.0, because: Vec::new(), by: said.get(&node).cloned().unwrap_or_else(|| MATCHING.to_owned()) },
        }
    }

    /// Two findings of one node: equal in all that identity looks at.
    fn twin(&self, subjects: &[Subject<'_>], at: usize, founder: usize) -> Link {
        let (Some(a), Some(b)) = (subjects.get(at.min(founder)), subjects.get(at.max(founder))) else { return Link::default() };
        let mut ledger = Ledger::explaining().leaving_out(self.without);
        let weighed = weigh(a, b, &mut ledger);
        if weighed.is_none() || ledger.sum() < THRESHOLD {
            ledger = Ledger::explaining();
            ledger.prior(-217, a.class.word());
            ledger.add(434, &["tool", "rule", "location"], || "they are equal in everything that identity looks at".to_owned());
        }
        Link { confidence: probability(ledger.sum()), because: ledger.into_facts(), by: MATCHING.to_owned() }
    }

    fn suggestions(&self, part: &[usize], pairs: &[(usize, usize)]) -> Vec<Suggestion> {
        let mut count: HashMap<usize, usize> = HashMap::new();
        let mut out = Vec::new();
        for &(a, b) in pairs {
            let of = |node: usize| part.get(node).copied().unwrap_or(node);
            if [a, b].iter().any(|&n| count.get(&of(n)).is_some_and(|c| *c >= MOST_SUGGESTIONS)) {
                continue;
            }
            for node in [a, b] {
                *count.entry(of(node)).or_default() += 1;
            }
            if let (Some(x), Some(y)) = (self.first(a), self.first(b)) {
                let (sum, because) = self.explain(a, b);
                out.push(Suggestion { left: x.at, right: y.at, confidence: probability(sum), because });
            }
        }
        out
    }
}
