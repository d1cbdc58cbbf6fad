//! What a name stands for in one issue.

use model::{Exposure, Issue, Severity, Timestamp, Tri};

use super::Subject;
use super::field::Field;
use crate::normalise::Purl;

/// One value. A name that holds several gives them one after another, one that holds nothing gives none.
#[derive(Clone, Copy, Debug)]
pub(super) enum Atom<'a> {
    Text(&'a str),
    Number(f64),
    Rank(Severity),
    Fact(Tri),
    Flag(bool),
    Time(Timestamp),
    Span(i64),
}

/// Asks `found` of each value of the field until it says true; true where it did.
pub(super) fn any(field: Field, subject: &Subject<'_>, lift: bool, found: &mut dyn FnMut(Atom<'_>) -> bool) -> bool {
    let issue = subject.issue;
    let atom = match field {
        Field::Id => Atom::Text(&issue.id),
        Field::TierId => Atom::Text(&issue.tier.id),
        Field::TierLabel => Atom::Text(&issue.tier.label),
        Field::Title => Atom::Text(&issue.title),
        Field::Place => Atom::Text(&issue.place),
        Field::SeverityBy => Atom::Text(&issue.severity_by),
        Field::Team => return optional(issue.owner.team.as_deref(), found),
        Field::Application => return optional(issue.application.as_deref(), found),
        Field::Outgrown => return optional(issue.outgrown.as_deref(), found),
        Field::Fix => return optional(issue.fix.as_deref(), found),
        Field::Kind => Atom::Text(issue.kind.word()),
        Field::State => Atom::Text(issue.state.word()),
        Field::Exposure => Atom::Text(issue.exposure.word()),
        Field::Kinds => return issue.kinds.iter().any(|kind| found(Atom::Text(kind.word()))),
        Field::Identifiers => return texts(&issue.identifiers, found),
        Field::Cve => {
            let is_cve = |id: &&String| id.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("CVE-"));
            return issue.identifiers.iter().filter(is_cve).any(|id| found(Atom::Text(id)));
        }
        Field::Compliance => return texts(&issue.compliance, found),
        Field::Data => return texts(&issue.data, found),
        Field::EndOfLife => return issue.end_of_life.iter().any(|over| found(Atom::Text(&over.release))),
        Field::Refs => return texts(&issue.refs, found),
        Field::Services => return texts(&issue.services, found),
        Field::Tickets => return texts(&issue.tickets, found),
        Field::Suggestions => return issue.suggestions.iter().any(|suggestion| found(Atom::Text(&suggestion.issue))),
        Field::Tool => return tools(issue, found),
        Field::Path => return paths(issue, found),
        Field::Package => return packages(issue, found),
        Field::Cwe => return issue.cwes.iter().any(|cwe| found(Atom::Number(f64::from(*cwe)))),
        #[expect(clippy::cast_precision_loss, reason = "no answer has 2^53 rows")]
        Field::Rank => return issue.rank.is_some_and(|rank| found(Atom::Number(rank as f64))),
        Field::TierDays => return issue.tier.days.is_some_and(|days| found(Atom::Number(f64::from(days)))),
        Field::Epss => return issue.epss.is_some_and(|epss| found(Atom::Number(epss))),
        Field::Score => Atom::Number(f64::from(issue.score)),
        Field::Confidence => Atom::Number(issue.confidence),
        Field::Severity => Atom::Rank(issue.severity),
        Field::Criticality => Atom::Rank(issue.criticality),
        Field::Kev | Field::Exploit | Field::Reachable | Field::Loaded | Field::Exposed | Field::Production | Field::Vex => {
            Atom::Fact(fact(field, issue, lift))
        }
        Field::New => Atom::Flag(subject.is_new),
        Field::Overdue => Atom::Flag(issue.state.in_queue() && issue.due.is_some_and(|due| due < subject.now)),
        Field::FirstSeen => Atom::Time(issue.first_seen),
        Field::LastSeen => Atom::Time(issue.last_seen),
        Field::Due => return issue.due.is_some_and(|due| found(Atom::Time(due))),
        Field::Age => Atom::Span(subject.now.0.saturating_sub(issue.first_seen.0)),
    };
    match atom {
        Atom::Text("") => false,
        atom => found(atom),
    }
}

/// A fact of the issue; `unknown` where it says nothing. With `lift`, what is said to be unknown counts as yes (a fact that does not apply
/// stays as it is).
pub(super) fn fact(field: Field, issue: &Issue, lift: bool) -> Tri {
    let stated = issue.facts.get(field.name()).copied();
    let value = match (field, stated) {
        (_, Some(stated)) => Some(stated),
        (Field::Exposed, None) => Some(match issue.exposure {
            Exposure::Internet => Tri::Yes,
            Exposure::Internal | Exposure::None => Tri::No,
            Exposure::Unknown => Tri::Unknown,
        }),
        _ => None,
    };
    match value {
        Some(Tri::Unknown) if lift => Tri::Yes,
        value => value.unwrap_or(Tri::Unknown),
    }
}

fn optional(text: Option<&str>, found: &mut dyn FnMut(Atom<'_>) -> bool) -> bool {
    text.is_some_and(|text| !text.is_empty() && found(Atom::Text(text)))
}

fn texts(list: &[String], found: &mut dyn FnMut(Atom<'_>) -> bool) -> bool {
    list.iter().any(|text| !text.is_empty() && found(Atom::Text(text)))
}

/// The tools of its findings, else the one whose severity it has.
fn tools(issue: &Issue, found: &mut dyn FnMut(Atom<'_>) -> bool) -> bool {
    if issue.tools.is_empty() { optional(Some(&issue.severity_by), found) } else { texts(&issue.tools, found) }
}

/// The path of its place, and those of its findings and of the manifests of their packages.
fn paths(issue: &Issue, found: &mut dyn FnMut(Atom<'_>) -> bool) -> bool {
    path_of(&issue.place).is_some_and(|path| found(Atom::Text(path))) || texts(&issue.paths, found)
}

/// The path that a place names: `services/api/orders.py` of `services/api/orders.py:41`, `go.mod` of `golang.org/x/net 0.1.0 in go.mod`.
/// URLs and routes (`GET /orders/{id} (q)`) name none.
fn path_of(place: &str) -> Option<&str> {
    let path = place.rsplit_once(" in ").map_or(place, |(_, path)| path);
    let is_route =
        path.split_once(' ').is_some_and(|(method, rest)| method.bytes().all(|b| b.is_ascii_uppercase()) && rest.starts_with('/'));
    if path.starts_with("pkg:") || path.contains("://") || is_route {
        return None;
    }
    let is_lines = |tail: &str| !tail.is_empty() && tail.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let path = path.rsplit_once(':').filter(|(_, tail)| is_lines(tail)).map_or(path, |(path, _)| path);
    Some(path).filter(|path| !path.is_empty())
}

/// The packages of its place and of its findings: as written, as package URL without version, and by name.
fn packages(issue: &Issue, found: &mut dyn FnMut(Atom<'_>) -> bool) -> bool {
    let of_place = issue.place.split(" in ").next().filter(|place| place.starts_with("pkg:"));
    let is_purl = |package: &&str| package.starts_with("pkg:");
    let of_findings = issue.packages.iter().map(String::as_str).filter(|package| !package.is_empty());
    let purls = of_place.into_iter().chain(of_findings.clone().filter(is_purl));
    for purl in purls {
        if found(Atom::Text(purl)) {
            return true;
        }
        let Some(parsed) = Purl::parse(purl) else { continue };
        if found(Atom::Text(&parsed.key())) {
            return true;
        }
        let named = match parsed.namespace.as_deref() {
            // A name without its scope is another package on the npm registry; elsewhere people leave the group out.
            Some(scope) if parsed.kind == "npm" => found(Atom::Text(&format!("{scope}/{}", parsed.name))),
            Some(group) => {
                let mark = if parsed.kind == "maven" { ':' } else { '/' };
                found(Atom::Text(&format!("{group}{mark}{}", parsed.name))) || found(Atom::Text(&parsed.name))
            }
            None => found(Atom::Text(&parsed.name)),
        };
        if named {
            return true;
        }
    }
    let names = of_findings.filter(|package| !is_purl(package));
    package_name_of(&issue.place).into_iter().chain(names).any(|name| {
        // `group:artifact` also goes by its artifact.
        let artifact = name.rsplit_once(':').map(|(_, artifact)| artifact).filter(|artifact| !artifact.is_empty());
        found(Atom::Text(name)) || artifact.is_some_and(|artifact| found(Atom::Text(artifact)))
    })
}

/// The package that a place names: `next` of `next 14.1.0 in package-lock.json`.
fn package_name_of(place: &str) -> Option<&str> {
    let (package, _) = place.split_once(" in ").filter(|(package, _)| !package.starts_with("pkg:"))?;
    let name = package.rsplit_once(' ').map_or(package, |(name, _)| name);
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_places() {
        assert_eq!(path_of("services/api/orders.py:41"), Some("services/api/orders.py"));
        assert_eq!(path_of("src/a.ts:41-44"), Some("src/a.ts"));
        assert_eq!(path_of("pkg:npm/next@14.1.0 in package-lock.json"), Some("package-lock.json"));
        assert_eq!(path_of("pkg:npm/next@14.1.0"), None);
        assert_eq!(path_of("next 14.1.0 in web/package-lock.json"), Some("web/package-lock.json"));
        assert_eq!(path_of("GET /orders/{id} (id)"), None);
        assert_eq!(path_of("https://shop.example.com/orders"), None);
        assert_eq!(path_of(""), None);
    }

    #[test]
    fn packages_of_places() {
        assert_eq!(package_name_of("next 14.1.0 in package-lock.json"), Some("next"));
        assert_eq!(package_name_of("@types/node in package.json"), Some("@types/node"));
        assert_eq!(package_name_of("src/a.py:4"), None);
        assert_eq!(package_name_of("pkg:npm/next@14.1.0 in package-lock.json"), None);
    }
}
