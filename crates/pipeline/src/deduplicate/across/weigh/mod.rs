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

/// True for two results of one rule of one tool.
fn same_rule(a: &Subject<'_>, b: &Subject<'_>) -> bool {
    a.tool() == b.tool() && a.rule() == b.rule()
}
