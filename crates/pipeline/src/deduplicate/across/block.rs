//! The strings by which a finding can meet another. Two that share none are never compared.

use std::collections::BTreeSet;

use super::candidate::{Candidate, Context};
use super::class::Class;
use super::subject::{Reader, Subject};
use super::vocabulary::fold;

/// Most keys of one finding; what has more is a hub and would join half the world.
const MOST_KEYS: usize = 48;

/// Bytes of a key beyond which it is cut.
const LONGEST_KEY: usize = 200;

/// Makes the block keys of findings, one after the other: it remembers what a rule means.
///
/// A caller stores them and hands [`super::cluster`] all findings that share a key, directly or through others, with what changed.
pub struct BlockKeys<'c> {
    reader: Reader<'c>,
    context: &'c Context<'c>,
}

impl<'c> BlockKeys<'c> {
    /// `context` is what is known beside the findings.
    #[must_use]
    pub fn new(context: &'c Context<'c>) -> Self {
        Self { reader: Reader::new(context), context }
    }

    /// The block keys of a finding: file, package in a place, site and path, value of a secret, resource.
    #[must_use]
    pub fn of(&mut self, candidate: &Candidate<'_>) -> Vec<String> {
        keys_of(&self.reader.read(0, candidate), self.context)
    }

    /// The block keys that a finding had in another place of the inventory, and those that it has.
    ///
    /// `before` is the finding as it was there: its place and services differ, and no more. `context` is what was known then.
    #[must_use]
    pub fn of_moved<'a>(&mut self, (before, context): (&Candidate<'a>, &Context<'_>), now: &Candidate<'a>) -> Rekeyed {
        let mut subject = self.reader.read(0, now);
        let by_place = matches!(subject.class, Class::Package | Class::Web) || subject.is_iast();
        let has = keys_of(&subject, self.context);
        subject.candidate = *before;
        Rekeyed { had: keys_of(&subject, context), has, by_place }
    }
}

/// The block keys of a finding that moved in the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rekeyed {
    pub had: Vec<String>,
    pub has: Vec<String>,
    /// It is compared by where it is in the inventory: packages by their place, what answers from outside and traces by their services.
    /// Others, when they move in the inventory, are compared with those alone that newly ask for a key of theirs.
    pub by_place: bool,
}

/// The key that others ask for, where this one only offers it.
#[must_use]
pub fn offered(key: &str) -> Option<&str> {
    key.strip_prefix(OFFERED)
}

fn keys_of(subject: &Subject<'_>, context: &Context<'_>) -> Vec<String> {
    let mut keys = BTreeSet::new();
    match subject.class {
        Class::Package => package_keys(subject, &mut keys),
        Class::Code => code_keys(subject, &mut keys),
        Class::Secret | Class::Workflow => file_key(subject, &mut keys),
        Class::Config | Class::Cloud => resource_keys(subject, &mut keys),
        Class::Web => web_keys(subject, context, &mut keys),
    }
    for value in &subject.values {
        keys.insert(format!("value|{}|{value}", subject.scope));
    }
    keys.into_iter().take(MOST_KEYS).map(shortened).collect()
}

/// What marks a key by which findings of code are found from outside and from traces, and not from each other: code of one weakness that
/// reads a parameter of one name is no reason to compare it with all other such code of the service.
const OFFERED: char = '~';

/// The keys under which those stand whom a finding with this key can meet.
///
/// A key that code offers leads to those who ask for it alone; any other leads to its equals, and to the code that offers it.
#[must_use]
pub fn met_under(key: &str) -> Vec<String> {
    match offered(key) {
        Some(asked) => vec![asked.to_owned()],
        None => vec![key.to_owned(), format!("{OFFERED}{key}")],
    }
}

/// Very long keys are cut and hashed, so that a store can index them.
fn shortened(key: String) -> String {
    let asked = offered(&key);
    if asked.unwrap_or(&key).len() <= LONGEST_KEY {
        return key;
    }
    if let Some(asked) = asked {
        return format!("{OFFERED}{}", shortened(asked.to_owned()));
    }
    let head: String = key.chars().take(40).collect();
    format!("{head}|{}", blake3::hash(key.as_bytes()).to_hex())
}

fn package_keys(subject: &Subject<'_>, keys: &mut BTreeSet<String>) {
    match &subject.package {
        Some(package) => keys.extend(package.names().map(|name| format!("package|{}|{name}", subject.candidate.place))),
        None => drop(keys.insert(format!("package|{}|{}", subject.candidate.place, fold(&subject.candidate.finding.title)))),
    }
}

fn file_key(subject: &Subject<'_>, keys: &mut BTreeSet<String>) {
    if !subject.path.is_empty() {
        keys.insert(format!("file|{}|{}", subject.scope, subject.path));
    }
}

fn code_keys(subject: &Subject<'_>, keys: &mut BTreeSet<String>) {
    file_key(subject, keys);
    // A trace knows the service and often only the file's name.
    if !subject.base().is_empty() {
        let offered = if subject.is_iast() { "" } else { "~" };
        keys.extend(subject.candidate.services.iter().take(8).map(|service| format!("{offered}source|{service}|{}", subject.base())));
    }
    if let (Some(web), Some(family)) = (&subject.web, subject.family) {
        keys.insert(format!("web|{}|{}|{family}", subject.site(), web.path));
    }
    if let Some(family) = subject.family.filter(|_| !subject.is_iast() && !subject.candidate.services.is_empty()) {
        let words = subject.quoted_words();
        keys.extend(
            subject
                .candidate
                .services
                .iter()
                .take(2)
                .flat_map(|service| words.iter().take(8).map(move |word| format!("~named|{service}|{family}|{word}"))),
        );
    }
}

fn resource_keys(subject: &Subject<'_>, keys: &mut BTreeSet<String>) {
    file_key(subject, keys);
    if subject.path.is_empty() {
        let name = subject.resource.as_ref().map_or("", |r| r.name.as_str());
        keys.insert(format!("resource|{}|{name}", subject.scope));
    }
}

fn web_keys(subject: &Subject<'_>, context: &Context<'_>, keys: &mut BTreeSet<String>) {
    let site = subject.site();
    if let Some(family) = subject.site_wide() {
        keys.insert(format!("site|{site}|{family}"));
        return;
    }
    let Some(web) = &subject.web else {
        keys.insert(format!("site|{site}|{}", fold(&subject.candidate.finding.rule)));
        return;
    };
    keys.insert(format!("web|{site}|{}|{}", web.path, subject.family.unwrap_or_default()));
    if let (Some(family), Some(parameter)) = (subject.family, &web.parameter) {
        keys.extend(subject.candidate.services.iter().take(8).map(|service| format!("named|{service}|{family}|{parameter}")));
    }
    for route in super::weigh::routes_of(subject, context.routes).take(8) {
        let base = route.path.as_deref().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        if !base.is_empty() {
            keys.insert(format!("source|{}|{base}", route.service));
        }
    }
}
