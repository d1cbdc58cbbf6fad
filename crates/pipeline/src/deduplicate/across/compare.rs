//! Which pairs inside a block are weighed at all: findings that share a compare key. And which findings are so equal that one of them
//! stands for all.

use std::fmt::Write as _;

use super::class::Class;
use super::subject::{LONGEST_STATEMENT, Subject};
use super::vocabulary::root;

/// Most lines of one finding under which it is looked up.
const MOST_LINES: usize = 96;

/// Most values of one secret under which it is looked up.
const MOST_VALUES: usize = 24;

/// Findings of equal signature are one node: same tool, rule and place, or, for packages and secrets, the same thing.
///
/// What is left out is left out on purpose: versions and paths of a dependency, pages of a site-wide setting, lines of a key.
pub(super) fn signature(s: &Subject<'_>) -> String {
    let mut out = format!("{}|{}|", s.class.word(), s.scope);
    let finding = s.candidate.finding;
    let written = match s.class {
        Class::Package => match &s.package {
            Some(p) => {
                out = format!("package|{}|{}|{}|{}|{:?}|", s.candidate.place, s.topic, p.ecosystem, p.name, p.source);
                if s.ids.is_empty() {
                    write!(out, "{}|{}|{}|{:?}", s.tool(), s.rule(), finding.title, finding.package.as_ref().map(|p| &p.licenses))
                } else {
                    write!(out, "{:?}|{:?}", s.cves, s.ids)
                }
            }
            None => write!(out, "alone {}", s.identity()),
        },
        Class::Secret => match (s.key_block, s.values.is_empty()) {
            (Some(block), _) => write!(out, "{}|key {block}", s.path),
            (None, false) => write!(out, "values {:?}", s.values),
            (None, true) if s.path.is_empty() || s.first == 0 => write!(out, "alone {}", s.identity()),
            (None, true) => write!(out, "{}|{}|{:?}|{}|{}", s.path, s.first, s.columns, s.tool(), s.rule()),
        },
        Class::Code if s.path.is_empty() || s.first == 0 => write!(out, "alone {}", s.identity()),
        Class::Code => write!(
            out,
            "{}|{}|{}|{:?}|{}|{}|{:?}|{:?}|{:?}|{:?}",
            s.path,
            s.first,
            s.last,
            s.columns,
            s.tool(),
            s.rule(),
            s.family,
            s.steps,
            s.web,
            (s.by_cwe, &finding.cwes, &s.earlier, finding.here_since, finding.statement)
        ),
        Class::Config | Class::Cloud if s.resource.is_none() && s.first == 0 && !s.whole_file() => write!(out, "alone {}", s.identity()),
        Class::Config | Class::Cloud => {
            write!(out, "{}|{:?}|{}|{}|{}|{}|{:?}", s.path, s.resource, s.first, s.last, s.tool(), s.rule(), s.control)
        }
        Class::Workflow => {
            write!(out, "{}|{}|{}|{}|{}|{:?}|{:?}|{:?}", s.path, s.first, s.last, s.tool(), s.rule(), s.job, s.step, s.control)
        }
        Class::Web => match (s.site_wide(), &s.web) {
            (Some(setting), _) => {
                out = format!("setting|{}|{setting}", s.site());
                Ok(())
            }
            (None, Some(web)) => {
                out = format!("web|{}|", s.site());
                write!(out, "{:?}|{:?}|{}|{}|{}|{}", web, s.family, s.by_cwe, s.tool(), s.rule(), finding.title)
            }
            (None, None) => write!(out, "alone {}", s.identity()),
        },
    };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
    out
}

/// Keys under which a node meets others. Buckets stay small: a line and not a file, a control and not a resource, an id and not a package.
pub(super) fn keys(s: &Subject<'_>, traces: bool) -> Vec<String> {
    let mut out = Vec::new();
    match s.class {
        Class::Package => package_keys(s, &mut out),
        Class::Code => code_keys(s, traces, &mut out),
        Class::Secret => secret_keys(s, &mut out),
        Class::Config | Class::Cloud => config_keys(s, &mut out),
        Class::Workflow => out.push(format!("w|{}|{}|{}", s.scope, s.path, s.control.unwrap_or(s.rule()))),
        Class::Web => web_keys(s, &mut out),
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn package_keys(s: &Subject<'_>, out: &mut Vec<String>) {
    let Some(package) = &s.package else { return };
    for name in package.names() {
        let head = format!("{}|{name}|{}", s.candidate.place, s.topic);
        out.extend(s.ids.iter().map(|id| format!("p|{head}|{id}")));
        if s.ids.is_empty() {
            out.push(format!("p|{head}|"));
        }
        // A common fix is a hint for those without a CVE; buckets in which all have one are not looked at.
        if let Some(fixed) = s.candidate.finding.package.as_ref().and_then(|p| p.fixed.first()) {
            out.push(format!("{}|{head}|{fixed}", if s.cves.is_empty() { "hint" } else { "hint?" }));
        }
    }
}

fn lines(s: &Subject<'_>) -> impl Iterator<Item = u32> {
    let last = if s.last - s.first <= LONGEST_STATEMENT { s.last } else { s.first };
    s.first..=last
}

fn code_keys(s: &Subject<'_>, traces: bool, out: &mut Vec<String>) {
    if s.first > 0 && !s.path.is_empty() {
        let statement = s.statement.map(|(first, last)| first..=last).into_iter().flatten();
        let now = lines(s).chain(statement).chain(s.steps.iter().copied()).take(MOST_LINES).map(|line| (s.path.as_str(), line));
        let then = s.earlier.iter().flat_map(|seen| {
            (seen.first..=seen.last.min(seen.first.saturating_add(LONGEST_STATEMENT))).map(|line| (seen.path.as_str(), line))
        });
        for (path, line) in now.chain(then).take(2 * MOST_LINES) {
            if !s.is_iast() {
                out.push(format!("c|{}|{path}|{line}", s.scope));
            }
            if traces || s.is_iast() {
                out.extend(s.candidate.services.iter().take(8).map(|service| format!("t|{service}|{}|{line}", s.base())));
            }
        }
        if s.is_iast() {
            out.push(format!("c|{}|{}|{}", s.scope, s.path, s.first));
        }
    }
    if let (Some(web), true) = (&s.web, s.is_iast()) {
        out.push(format!("u|{}|{}|{}", s.site(), web.path, s.family.map_or("", root)));
    }
}

fn secret_keys(s: &Subject<'_>, out: &mut Vec<String>) {
    if let Some(block) = s.key_block {
        out.push(format!("k|{}|{}|{block}", s.scope, s.path));
    } else if s.first > 0 && !s.path.is_empty() {
        out.push(format!("s|{}|{}|{}", s.scope, s.path, s.first));
    }
    out.extend(s.values.iter().take(MOST_VALUES).map(|value| format!("v|{}|{value}", s.scope)));
}

fn config_keys(s: &Subject<'_>, out: &mut Vec<String>) {
    let control = s.control.map_or("?", root);
    let head = format!("r|{}|{}|{control}", s.scope, s.path);
    if s.whole_file() {
        out.push(head);
        return;
    }
    if let Some(resource) = &s.resource {
        out.push(format!("{head}|{}", resource.name));
    }
    if s.first > 0 {
        out.extend(lines(s).take(MOST_LINES).map(|line| format!("{head}|{line}")));
    }
}

fn web_keys(s: &Subject<'_>, out: &mut Vec<String>) {
    let sites =
        [Some(s.site()), s.web.as_ref().map(|web| web.host.clone()).filter(|host| !host.is_empty()).map(|host| format!("host {host}"))];
    for site in sites.into_iter().flatten() {
        match (s.site_wide(), &s.web) {
            (Some(setting), _) => {
                out.push(format!("h|{site}|{}", root(setting).to_owned() + setting.strip_prefix("header").unwrap_or_default()))
            }
            (None, Some(web)) => out.push(format!("u|{site}|{}|{}", web.path, s.family.map_or("", root))),
            (None, None) => {}
        }
    }
}
