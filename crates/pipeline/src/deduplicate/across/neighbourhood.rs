//! What findings learn from their neighbours: a function of the whole set, so that no order of imports shows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::class::Class;
use super::resource::ResourceKey;
use super::subject::Subject;
use super::vocabulary::{fold, root};
use super::weigh::{is_entropy, one_file, proven_apart};

/// Most aliases of one vulnerability; an id that joins more is a hub and joins nothing.
const MOST_ALIASES: usize = 64;

/// Longest key block, in lines: an RSA key of 8192 bits has about 100.
const LONGEST_KEY: u32 = 110;

/// Most lines of a key without a hit before the block counts as ended.
const LONGEST_GAP: u32 = 8;

/// Most findings on one line whose values are shared out.
const MOST_ON_A_LINE: usize = 64;

/// Shares out what neighbours show. Warnings name what was too large.
pub(super) fn share(subjects: &mut [Subject<'_>], warnings: &mut BTreeSet<String>) {
    source_packages(subjects);
    aliases(subjects, warnings);
    resource_blocks(subjects);
    statements(subjects);
    key_blocks(subjects);
    values_on_a_line(subjects);
}

/// A scanner that knows only the binary package learns its source package from one that knows both.
fn source_packages(subjects: &mut [Subject<'_>]) {
    let mut known: HashMap<(String, String, String), BTreeSet<String>> = HashMap::new();
    let key = |s: &Subject<'_>| s.package.as_ref().map(|p| (s.candidate.place.to_owned(), p.ecosystem.clone(), p.name.clone()));
    for subject in subjects.iter() {
        if let (Some(key), Some(source)) = (key(subject), subject.package.as_ref().and_then(|p| p.source.clone())) {
            known.entry(key).or_default().insert(source);
        }
    }
    for subject in subjects.iter_mut() {
        let Some(sources) = key(subject).and_then(|key| known.get(&key)) else { continue };
        if let (Some(package), Some(source), 1) = (subject.package.as_mut(), sources.first(), sources.len()) {
            package.source.get_or_insert_with(|| source.clone());
        }
    }
}

/// Closes identifiers over what all reports on one package in one place state.
fn aliases(subjects: &mut [Subject<'_>], warnings: &mut BTreeSet<String>) {
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, subject) in subjects.iter().enumerate() {
        if let (Some(package), false) = (&subject.package, subject.ids.is_empty()) {
            let name = package.source.as_ref().unwrap_or(&package.short);
            groups.entry((subject.candidate.place.to_owned(), name.clone())).or_default().push(at);
        }
    }
    for ((place, name), members) in groups {
        if members.len() < 2 {
            continue;
        }
        let mut component: HashMap<String, usize> = HashMap::new();
        let mut parents: Vec<usize> = Vec::new();
        for &at in &members {
            let mut first = None;
            for id in subjects.get(at).map(|s| &s.ids).into_iter().flatten() {
                let node = *component.entry(id.clone()).or_insert_with(|| {
                    parents.push(parents.len());
                    parents.len() - 1
                });
                match first {
                    None => first = Some(node),
                    Some(other) => join(&mut parents, node, other),
                }
            }
        }
        let mut closed: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for (id, node) in &component {
            closed.entry(find(&mut parents, *node)).or_default().insert(id.clone());
        }
        for at in members {
            let Some(subject) = subjects.get_mut(at) else { continue };
            let root = subject.ids.first().and_then(|id| component.get(id)).map(|&node| find(&mut parents, node));
            match root.and_then(|root| closed.get(&root)) {
                Some(all) if all.len() <= MOST_ALIASES => subject.ids.clone_from(all),
                Some(all) => drop(warnings.insert(format!("{} identifiers of {name} in {place} are stated to be aliases, beginning with {}: too many to be one vulnerability, so they join nothing", all.len(), all.first().map_or("", |id| id.as_str())))),
                None => {}
            }
        }
    }
}

fn find(parents: &mut [usize], mut at: usize) -> usize {
    while let Some(&up) = parents.get(at) {
        if up == at {
            break;
        }
        let above = parents.get(up).copied().unwrap_or(up);
        if let Some(slot) = parents.get_mut(at) {
            *slot = above;
        }
        at = above;
    }
    at
}

fn join(parents: &mut [usize], a: usize, b: usize) {
    let (a, b) = (find(parents, a), find(parents, b));
    if let Some(slot) = parents.get_mut(a.max(b)) {
        *slot = a.min(b);
    }
}

/// First line, last line and resource of a block, in the order of lines.
type Blocks = BTreeSet<(u32, u32, ResourceKey)>;

/// A tool that names resources with their lines tells the others in whose block their lines lie.
fn resource_blocks(subjects: &mut [Subject<'_>]) {
    let mut blocks: HashMap<(String, String), Blocks> = HashMap::new();
    for s in subjects.iter().filter(|s| s.class == Class::Config && s.last > s.first && s.first > 0) {
        if let Some(resource) = &s.resource {
            blocks.entry((s.scope.clone(), s.path.clone())).or_default().insert((s.first, s.last, resource.clone()));
        }
    }
    for s in subjects.iter_mut().filter(|s| s.class == Class::Config && s.resource.is_none() && s.first > 0 && !s.whole_file()) {
        let Some(known) = blocks.get(&(s.scope.clone(), s.path.clone())) else { continue };
        // The nearest blocks before the line; blocks of one file seldom nest.
        let upto = (s.first, u32::MAX, ResourceKey { kind: "\u{10ffff}".to_owned(), name: String::new(), labelled: true });
        let holding = known
            .range(..=upto)
            .rev()
            .take(64)
            .filter(|(_, last, _)| *last >= s.first)
            .min_by_key(|(first, last, key)| (last - first, key.clone()));
        if let Some((_, _, resource)) = holding {
            s.resource = Some(resource.clone());
            s.resource_by_block = true;
        }
    }
}

/// Longest statement that is shared out, in lines: what is longer is a function, not a statement.
const LONGEST_SHARED_STATEMENT: u32 = 12;

/// Most statements of one family in files of one name that are looked through for each finding.
const MOST_STATEMENTS: usize = 200;

/// First and last line, and whose they are.
type Range = (u32, u32, usize);

/// Tools point at the start, the call or an argument of a statement; one that gives the whole range tells the others.
fn statements(subjects: &mut [Subject<'_>]) {
    let range = |s: &Subject<'_>| {
        let stated = Some((s.first, s.last)).filter(|(first, last)| last > first && last - first <= LONGEST_SHARED_STATEMENT);
        s.statement.or(stated).filter(|_| s.class == Class::Code && s.first > 0)
    };
    let mut by_family: BTreeMap<(String, &str), Vec<Range>> = BTreeMap::new();
    for (at, s) in subjects.iter().enumerate() {
        if let (Some(family), Some((first, last))) = (s.family, range(s)) {
            by_family.entry((s.base().to_owned(), root(family))).or_default().push((first, last, at));
        }
    }
    let mut learned = Vec::new();
    for (at, s) in subjects.iter().enumerate().filter(|(_, s)| s.class == Class::Code && s.first > 0 && s.statement.is_none()) {
        let known = s.family.and_then(|family| by_family.get(&(s.base().to_owned(), root(family))));
        let around = known.into_iter().flatten().take(MOST_STATEMENTS);
        let holding = around.filter(|(first, last, other)| {
            (*first..=*last).contains(&s.first) && subjects.get(*other).is_some_and(|other| one_file(s, other))
        });
        if let Some(range) = holding.map(|&(first, last, _)| (first, last)).min_by_key(|&(first, last)| (last - first, first)) {
            learned.push((at, range));
        }
    }
    for (at, range) in learned {
        if let Some(s) = subjects.get_mut(at) {
            s.statement = Some(range);
        }
    }
}

/// One private key is one secret, though tools report its head, its lines or the whole.
fn key_blocks(subjects: &mut [Subject<'_>]) {
    let mut files: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, s) in subjects.iter().enumerate() {
        if s.class == Class::Secret && s.first > 0 && !s.path.is_empty() {
            files.entry((s.scope.clone(), s.path.clone())).or_default().push(at);
        }
    }
    for members in files.into_values() {
        let mut heads: BTreeMap<u32, u32> = BTreeMap::new();
        let mut hits: BTreeSet<u32> = BTreeSet::new();
        for s in members.iter().filter_map(|&at| subjects.get(at)) {
            if names_private_key(s) {
                let end = heads.entry(s.first).or_insert(s.first);
                *end = (*end).max(s.last.min(s.first.saturating_add(LONGEST_KEY)));
            } else if is_generic(s) {
                hits.insert(s.first);
            }
        }
        let starts: Vec<u32> = heads.keys().copied().collect();
        for (n, &start) in starts.iter().enumerate() {
            let next = starts.get(n + 1).copied().unwrap_or(u32::MAX);
            let mut end = heads.get(&start).copied().unwrap_or(start);
            for &line in hits.range(start..next.min(start.saturating_add(LONGEST_KEY))) {
                if line > end.saturating_add(LONGEST_GAP) {
                    break;
                }
                end = end.max(line);
            }
            for &at in &members {
                if let Some(s) = subjects.get_mut(at).filter(|s| (start..=end.min(next.saturating_sub(1))).contains(&s.first))
                    && (names_private_key(s) || is_generic(s))
                {
                    s.key_block = Some(start);
                }
            }
        }
    }
}

fn names_private_key(s: &Subject<'_>) -> bool {
    // Only what the rule is called: long messages speak of private files and keys, too.
    let title: String = s.candidate.finding.title.chars().take(40).collect();
    [fold(s.rule()), fold(&title)].iter().any(|words| words.contains("private key"))
}

/// Rules that report any string of high entropy: inside a key block they see its lines.
fn is_generic(s: &Subject<'_>) -> bool {
    let rule = s.rule().to_ascii_lowercase();
    is_entropy(&rule) || rule.contains("base64") || rule.contains("no-secrets") || rule.contains("generic")
}

/// The values that tools show of one line stand for the line, as long as nothing proves two secrets on it.
fn values_on_a_line(subjects: &mut [Subject<'_>]) {
    let mut lines: BTreeMap<(String, String, u32), Vec<usize>> = BTreeMap::new();
    for (at, s) in subjects.iter().enumerate() {
        if s.class == Class::Secret && s.first > 0 && !s.path.is_empty() {
            lines.entry((s.scope.clone(), s.path.clone(), s.key_block.unwrap_or(s.first))).or_default().push(at);
        }
    }
    for members in lines.into_values().filter(|m| (2..=MOST_ON_A_LINE).contains(&m.len())) {
        let mut learned = Vec::new();
        for &at in &members {
            let Some(s) = subjects.get(at) else { continue };
            let others =
                members.iter().filter_map(|&other| subjects.get(other)).filter(|other| s.key_block.is_some() || !proven_apart(s, other));
            learned.push((at, others.flat_map(|other| other.values.iter().cloned()).collect::<BTreeSet<_>>()));
        }
        for (at, values) in learned {
            if let Some(s) = subjects.get_mut(at) {
                s.values.extend(values);
            }
        }
    }
}
