//! The evidence model of each class. Weights are tenths of a deciban of odds; one unit of natural log odds is 43.4 of them.
//!
//! `weigh` says no where a cannot-link holds: then nothing but a person's word can make the two findings one issue.

mod code;
mod config;
mod package;
mod route;
mod secret;
mod web;
mod workflow;

use super::class::Class;
use super::ledger::Ledger;
use super::subject::Subject;
use super::vocabulary::{Likeness, likeness};

pub(super) use code::{NEAREST, near, one_file};
pub(super) use route::{by_named_parameter, by_route_table, by_trace, handles, routes_of};
pub(super) use secret::{is_entropy, proven_apart};

/// Puts the evidence on a pair into the ledger. `None`: they cannot be one issue.
pub(super) fn weigh(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    match (a.class, b.class) {
        (Class::Code, Class::Code) => code::weigh(a, b, ledger),
        (Class::Secret, Class::Secret) => secret::weigh(a, b, ledger),
        (Class::Config, Class::Config) | (Class::Cloud, Class::Cloud) => config::weigh(a, b, ledger),
        (Class::Workflow, Class::Workflow) => workflow::weigh(a, b, ledger),
        (Class::Package, Class::Package) => package::weigh(a, b, ledger),
        (Class::Web, Class::Web) => web::weigh(a, b, ledger),
        (Class::Web, Class::Code) | (Class::Code, Class::Web) if a.is_iast() || b.is_iast() => web::weigh(a, b, ledger),
        _ => None,
    }
}

/// Whether a pair names one place exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    Exact,
    /// Both were at one place in an earlier version of the code. Where either has a partner on its present lines, that says more.
    Past,
    /// One finding is wider than the other (a range of lines, a general control): if it fits two findings of one tool that cannot be
    /// one, it proves neither.
    Loose,
}

/// What the weakness families of a pair say of it.
#[derive(Clone, Copy, Debug)]
struct Families {
    a: &'static str,
    b: &'static str,
    likeness: Likeness,
    /// The CWE that names the family of one or both of them.
    by_cwe: Option<u32>,
}

/// The families of both, where both are known. A family that only a CWE tells keeps nothing apart: rules state CWEs carelessly.
fn families(a: &Subject<'_>, b: &Subject<'_>) -> Option<Families> {
    let (x, y) = a.family.zip(b.family)?;
    let stated = [a, b].into_iter().find(|subject| subject.by_cwe).and_then(|subject| subject.candidate.finding.cwes.first().copied());
    let families = Families { a: x, b: y, likeness: likeness(x, y), by_cwe: stated };
    (families.likeness != Likeness::Different || stated.is_none()).then_some(families)
}

impl Families {
    /// Adds what they prove: `same` where both are one family, `wider` where one is the general word for the other, `by_cwe` where only
    /// a CWE tells.
    fn weigh(&self, same: i32, wider: i32, by_cwe: i32, ledger: &mut Ledger<'_>) {
        let Self { a, b, .. } = self;
        match (self.by_cwe, self.likeness) {
            (Some(cwe), _) => {
                ledger.add(by_cwe, &["rule", "title", "cwes"], || format!("both are of the weakness family {a}: CWE-{cwe} is"))
            }
            (None, Likeness::Same) => ledger.add(same, &["rule", "title"], || format!("both are of the weakness family {a}")),
            (None, _) => {
                ledger.add(wider, &["rule", "title"], || format!("the weakness families {a} and {b} are one within the other"));
            }
        }
    }
}

/// True for two results of one rule of one tool.
fn same_rule(a: &Subject<'_>, b: &Subject<'_>) -> bool {
    a.tool() == b.tool() && a.rule() == b.rule()
}
