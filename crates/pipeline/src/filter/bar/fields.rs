//! The fields of the bar and what their values mean.

use model::{State, Timestamp};

use super::super::field::{Field, NAMES, Type};
use super::super::literal::{duration, quoted};
use super::super::suggest::did_you_mean;
use super::bound::Bound;
use super::glob;
use super::moment::{self, Way};
use super::term::Value;
use crate::deduplicate::across::cwe_class;
use crate::normalise::Purl;
use crate::normalise::cwe::cwe_numbers;

/// How the values of a field are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    /// Equal; `*` is a wild card, `none` asks for nothing there.
    Text,
    /// Contained, whatever the case.
    Part,
    Word,
    Rank,
    Fact,
    /// A number, times so much in the language.
    Number(f64),
    Span,
    Moment(Way),
    Tier,
    Cve,
    Cwe,
    Purl,
    Path,
    State,
    Is,
    Has,
    /// A field of the page that filters do not know.
    NotKept,
}

/// Name in the bar, name in the language, shape; sorted.
#[rustfmt::skip]
pub(super) static FIELDS: [(&str, &str, Shape); 46] = [
    ("age", "age", Shape::Span),
    ("app", "application", Shape::Text),
    ("application", "application", Shape::Text),
    ("assignee", "", Shape::NotKept),
    ("changed", "", Shape::NotKept),
    ("compliance", "compliance", Shape::Text),
    ("confidence", "confidence", Shape::Number(1.0)),
    ("criticality", "criticality", Shape::Rank),
    ("cve", "cve", Shape::Cve),
    ("cwe", "cwe", Shape::Cwe),
    ("data", "data", Shape::Text),
    ("due", "due", Shape::Moment(Way::Ahead)),
    ("epss", "epss", Shape::Number(1.0)),
    ("exploit", "exploit", Shape::Fact),
    ("exposed", "exposed", Shape::Fact),
    ("exposure", "exposure", Shape::Word),
    ("first_seen", "first_seen", Shape::Moment(Way::Back)),
    ("fix", "fix", Shape::Part),
    ("has", "", Shape::Has),
    ("id", "id", Shape::Text),
    ("identifier", "identifiers", Shape::Text),
    ("is", "", Shape::Is),
    ("kev", "kev", Shape::Fact),
    ("kind", "kind", Shape::Word),
    ("kinds", "kinds", Shape::Word),
    ("last_seen", "last_seen", Shape::Moment(Way::Back)),
    ("loaded", "loaded", Shape::Fact),
    ("owner", "team", Shape::Text),
    ("package", "package", Shape::Text),
    ("path", "path", Shape::Path),
    ("place", "place", Shape::Part),
    ("production", "production", Shape::Fact),
    ("purl", "package", Shape::Purl),
    ("rank", "rank", Shape::Number(1.0)),
    ("reachable", "reachable", Shape::Fact),
    ("ref", "refs", Shape::Text),
    ("score", "score", Shape::Number(10.0)),
    ("service", "services", Shape::Text),
    ("severity", "severity", Shape::Rank),
    ("state", "state", Shape::State),
    ("team", "team", Shape::Text),
    ("ticket", "tickets", Shape::Text),
    ("tier", "tier.id", Shape::Tier),
    ("title", "title", Shape::Part),
    ("tool", "tool", Shape::Text),
    ("vex", "vex", Shape::Fact),
];

/// `is:` word and condition.
const IS: [(&str, &str); 9] = [
    ("late", "overdue"),
    ("new", "age < duration(\"1d\")"),
    ("outgrown", "has(outgrown)"),
    ("overdue", "overdue"),
    ("owned", "has(team)"),
    ("unowned", "!has(team)"),
    ("unplaced", "!has(services)"),
    ("unranked", "!has(tier.id)"),
    ("urgent", "(state in [\"open\", \"in_progress\"] && tier.days <= 14)"),
];

/// `has:` word and name.
const HAS: [(&str, &str); 16] = [
    ("app", "application"),
    ("compliance", "compliance"),
    ("cve", "cve"),
    ("cwe", "cwe"),
    ("data", "data"),
    ("deadline", "due"),
    ("due", "due"),
    ("epss", "epss"),
    ("fix", "fix"),
    ("owner", "team"),
    ("package", "package"),
    ("path", "path"),
    ("service", "services"),
    ("suggestion", "suggestions"),
    ("team", "team"),
    ("ticket", "tickets"),
];

/// What one value of a term comes to.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    /// Values, written out, one of which the field equals.
    pub(super) equals: Vec<String>,
    /// Else a condition.
    pub(super) condition: Option<String>,
    /// Said to the reader though the value is used.
    pub(super) note: Option<String>,
    pub(super) state: Option<State>,
    pub(super) any_state: bool,
}

impl Meaning {
    fn equals(text: &str) -> Self {
        Self { equals: vec![quoted(text)], ..Self::default() }
    }

    fn condition(condition: impl Into<String>) -> Self {
        Self { condition: Some(condition.into()), ..Self::default() }
    }
}

/// Reads a value of a field. The error is what is wrong with it.
pub(super) fn meaning(field: &str, name: &'static str, shape: Shape, value: &Value, now: Timestamp) -> Result<Meaning, String> {
    if value.text.trim().is_empty() {
        return Err(format!("{field}: wants a value"));
    }
    let bound = Bound::of(value);
    let plain = match bound {
        Bound::Is(text) => Some(text),
        _ => None,
    };
    let unknown = |name: &str| Meaning::condition(format!("!has({name})"));
    let no_order = || format!("{field} has no order; write {field}:value");
    match shape {
        Shape::NotKept => Err(format!("{field} is not kept for filters yet")),
        Shape::Moment(way) => moment::condition(name, bound, way, now).map(Meaning::condition),
        Shape::Number(scale) => number(name, bound, scale),
        Shape::Span => span(field, name, bound),
        Shape::Rank => rank(field, name, bound),
        Shape::Tier => tier(bound),
        Shape::Path => Ok(if bound == Bound::Unknown { unknown(name) } else { Meaning::condition(glob::of_path(name, value.text.trim())) }),
        Shape::Purl => purl(&value.text),
        _ if bound == Bound::Unknown && shape == Shape::Fact => Ok(Meaning::equals("unknown")),
        _ if bound == Bound::Unknown && !matches!(shape, Shape::Is | Shape::Has | Shape::State) => Ok(unknown(name)),
        Shape::Part => Ok(Meaning::condition(format!("{name}.matches({})", quoted(&format!("(?i){}", regex::escape(value.text.trim())))))),
        Shape::Text => Ok(text(name, value)),
        Shape::Word => word(field, &plain.ok_or_else(no_order)?.to_lowercase(), &vocabulary(name)).map(Meaning::equals),
        Shape::Fact => match plain.ok_or_else(no_order)?.to_lowercase().as_str() {
            "yes" | "true" => Ok(Meaning::condition(name)),
            "no" | "false" => Ok(Meaning::equals("no")),
            other => word(field, other, &vocabulary(name)).map(Meaning::equals),
        },
        Shape::Cve => Ok(cve(plain.ok_or_else(no_order)?)),
        Shape::Cwe => cwe(plain.ok_or_else(no_order)?),
        Shape::State => state(&plain.unwrap_or("?").to_lowercase().replace('-', "_")),
        Shape::Is => is(&plain.unwrap_or("?").to_lowercase()),
        Shape::Has => {
            let wanted = plain.unwrap_or("?").to_lowercase();
            let wanted = word(
                "has",
                wanted.strip_suffix('s').filter(|short| HAS.iter().any(|(known, _)| known == short)).unwrap_or(&wanted),
                &HAS.map(|row| row.0),
            )?;
            let name = HAS.iter().find(|(known, _)| *known == wanted).map_or(wanted, |(_, name)| *name);
            Ok(Meaning::condition(format!("has({name})")))
        }
    }
}

fn vocabulary(name: &str) -> Vec<&'static str> {
    Field::named(name).map(Field::vocabulary).unwrap_or_default()
}

/// The word of the list, or what to say of it.
fn word<'k>(field: &str, wanted: &str, known: &[&'k str]) -> Result<&'k str, String> {
    known.iter().find(|word| **word == wanted).copied().ok_or_else(|| {
        let shown: String = wanted.chars().take(40).collect();
        format!(
            "{field} is never \"{shown}\"{}",
            match did_you_mean(wanted, known.iter().copied()) {
                near if near.is_empty() => format!("; it is one of {}", known.join(", ")),
                near => near,
            }
        )
    })
}

fn text(name: &str, value: &Value) -> Meaning {
    let text = value.text.trim();
    match text {
        "none" if !value.quoted => Meaning::condition(format!("!has({name})")),
        "*" if !value.quoted => Meaning::condition(format!("has({name})")),
        _ if text.contains('*') && !value.quoted => Meaning::condition(glob::of_text(name, text)),
        _ => Meaning::equals(text),
    }
}

fn number(name: &str, bound: Bound<'_>, scale: f64) -> Result<Meaning, String> {
    let write = |text: &str| {
        let (digits, part) = text.strip_suffix('%').map_or((text, 1.0), |digits| (digits, 0.01));
        let number = digits.trim().parse::<f64>().ok().map(|number| (number * part * scale * 1e6).round() / 1e6);
        number.filter(|number| number.is_finite()).map(|number| number.to_string()).ok_or_else(|| format!("\"{text}\" is not a number"))
    };
    match bound.condition(name, &write) {
        Some(condition) => condition.map(Meaning::condition),
        None => Ok(Meaning::condition(format!("!has({name})"))),
    }
}

fn span(field: &str, name: &str, bound: Bound<'_>) -> Result<Meaning, String> {
    if let Bound::Is(text) = bound {
        return Err(format!("write {field}:>{text} or {field}:<{text}"));
    }
    let write = |text: &str| match duration(text) {
        Some(_) => Ok(format!("duration({})", quoted(text))),
        None => Err(format!("\"{text}\" is not a span; write 30d or 12h")),
    };
    bound.condition(name, &write).unwrap_or_else(|| Err(format!("{field} is always known"))).map(Meaning::condition)
}

fn rank(field: &str, name: &str, bound: Bound<'_>) -> Result<Meaning, String> {
    let known = vocabulary(name);
    let write = |text: &str| word(field, &text.to_lowercase(), &known).map(quoted);
    match bound {
        Bound::Is(text) => word(field, &text.to_lowercase(), &known).map(Meaning::equals),
        Bound::Unknown => Ok(Meaning::equals("unknown")),
        bound => bound.condition(name, &write).unwrap_or_else(|| Err(format!("{field}: wants a value"))).map(Meaning::condition),
    }
}

fn tier(bound: Bound<'_>) -> Result<Meaning, String> {
    let write = |text: &str| {
        let days = text.strip_suffix('d').unwrap_or(text).parse::<u32>();
        days.map(|days| days.to_string()).map_err(|_| format!("\"{text}\" is no number of days"))
    };
    match bound {
        Bound::Is(id) => Ok(Meaning::equals(id)),
        bound => bound.condition("tier.days", &write).unwrap_or_else(|| Ok("!has(tier.id)".into())).map(Meaning::condition),
    }
}

fn cve(text: &str) -> Meaning {
    let id = text.to_uppercase();
    if id.contains('*') {
        return Meaning::condition(glob::of_text("identifiers", &id));
    }
    let bare = id.split_once('-').is_some_and(|(year, _)| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()));
    if bare {
        Meaning::equals(&format!("CVE-{id}"))
    } else if id.starts_with("CVE-") {
        Meaning::equals(&id)
    } else {
        Meaning::condition(format!("identifiers == {}", quoted(&id)))
    }
}

/// `89`, `CWE-89`, and with `+` all that is a kind of it.
fn cwe(text: &str) -> Result<Meaning, String> {
    let (number, class) = text.strip_suffix('+').map_or((text, false), |number| (number, true));
    match cwe_numbers(number).as_slice() {
        [cwe] => {
            let cwes = if class { cwe_class(*cwe) } else { vec![*cwe] };
            Ok(Meaning { equals: cwes.iter().map(u32::to_string).collect(), ..Meaning::default() })
        }
        _ => Err("a CWE is written cwe:89, or cwe:89+ with all that is a kind of it".into()),
    }
}

/// A package URL: without version every version, with one that one. Ranges are not compared.
fn purl(text: &str) -> Result<Meaning, String> {
    let text = text.trim();
    let text = if text.starts_with("pkg:") { text.to_owned() } else { format!("pkg:{text}") };
    let at = text.rfind('@').filter(|at| text.get(*at..).is_some_and(|tail| !tail.contains('/')));
    let (package, version) = at.map_or((text.as_str(), None), |at| (text.get(..at).unwrap_or_default(), text.get(at + 1..)));
    let is_range = version
        .is_some_and(|version| version.starts_with(['<', '>', '=', '~', '^', '[', '(']) || version.contains("..") || version.contains('*'));
    if is_range {
        let mut meaning = purl(package)?;
        meaning.note = Some(format!("versions are not compared here; every version of {package} is shown"));
        return Ok(meaning);
    }
    if package.contains('*') {
        return Ok(Meaning::condition(glob::of_text("package", &text)));
    }
    Ok(match Purl::parse(&text) {
        Some(purl) if purl.version.is_some() => {
            let exact = purl.to_string();
            let versioned = format!("{exact}?");
            Meaning::condition(format!("(package == {} || package.startsWith({}))", quoted(&exact), quoted(&versioned)))
        }
        Some(purl) => Meaning::equals(&purl.key()),
        None => Meaning::condition(format!("package.startsWith({})", quoted(&text))),
    })
}

fn state(wanted: &str) -> Result<Meaning, String> {
    if wanted == "any" {
        return Ok(Meaning { any_state: true, ..Meaning::default() });
    }
    let mut known = State::ALL.map(State::word).to_vec();
    known.push("any");
    let wanted = word("state", wanted, &known)?;
    Ok(Meaning { state: State::from_word(wanted), ..Meaning::equals(wanted) })
}

fn is(wanted: &str) -> Result<Meaning, String> {
    if let Some((.., condition)) = IS.iter().find(|(known, _)| *known == wanted) {
        return Ok(Meaning::condition(*condition));
    }
    let facts = NAMES.iter().filter(|(.., kind, _)| *kind == Type::Fact).map(|(name, ..)| *name);
    let known: Vec<&str> = IS.iter().map(|(known, _)| *known).chain(facts).collect();
    word("is", wanted, &known).map(Meaning::condition)
}

/// Values that a field of the bar can have, where they are few.
pub(super) fn values(name: &str, shape: Shape) -> Vec<&'static str> {
    match shape {
        Shape::Word | Shape::Rank | Shape::Fact => vocabulary(name),
        Shape::State => State::ALL.map(State::word).into_iter().chain(["any"]).collect(),
        Shape::Is => IS.map(|row| row.0).to_vec(),
        Shape::Has => HAS.map(|row| row.0).to_vec(),
        _ => Vec::new(),
    }
}
