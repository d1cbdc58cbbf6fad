//! The names of the language: what each stands for and of what type it is.

use model::{Exposure, Kind, Severity, State, Tri};

use super::suggest::did_you_mean;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Age,
    Application,
    Compliance,
    Confidence,
    Criticality,
    Cve,
    Cwe,
    Data,
    Due,
    EndOfLife,
    Epss,
    Exploit,
    Exposed,
    Exposure,
    FirstSeen,
    Fix,
    Id,
    Identifiers,
    Kev,
    Kind,
    Kinds,
    LastSeen,
    Loaded,
    New,
    Outgrown,
    Overdue,
    Package,
    Path,
    Place,
    Production,
    Rank,
    Reachable,
    Refs,
    Score,
    Services,
    Severity,
    SeverityBy,
    State,
    Suggestions,
    Team,
    Tickets,
    TierDays,
    TierId,
    TierLabel,
    Title,
    Tool,
    Vex,
}

/// What can be done with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// Any text; `==`, `!=`, `in`, `startsWith`, `contains`, `matches`.
    Text,
    /// One of a few words ([`Field::vocabulary`]); a wrong one is refused.
    Word,
    Number,
    /// A CWE number; `"CWE-89"` is read as 89.
    Cwe,
    /// `low < medium < high < critical`, `info` below; `unknown` equals only itself.
    Rank,
    /// `"yes"`, `"no"` or `"unknown"`.
    Fact,
    Flag,
    Time,
    Span,
}

impl Type {
    /// How an error names it.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Word | Self::Rank => "a word",
            Self::Number | Self::Cwe => "a number",
            Self::Fact => "a fact (\"yes\", \"no\" or \"unknown\")",
            Self::Flag => "true or false",
            Self::Time => "a time",
            Self::Span => "a duration",
        }
    }

    /// True where `<` and its like mean something.
    pub(super) fn is_ordered(self) -> bool {
        matches!(self, Self::Number | Self::Cwe | Self::Rank | Self::Time | Self::Span)
    }
}

/// Every name, sorted; several may stand for one thing. The third says whether it holds several values.
#[rustfmt::skip]
pub(super) static NAMES: [(&str, Field, Type, bool); 53] = [
    ("age", Field::Age, Type::Span, false),
    ("application", Field::Application, Type::Text, false),
    ("compliance", Field::Compliance, Type::Text, true),
    ("confidence", Field::Confidence, Type::Number, false),
    ("criticality", Field::Criticality, Type::Rank, false),
    ("cve", Field::Cve, Type::Text, true),
    ("cwe", Field::Cwe, Type::Cwe, true),
    ("cwes", Field::Cwe, Type::Cwe, true),
    ("data", Field::Data, Type::Text, true),
    ("due", Field::Due, Type::Time, false),
    ("end_of_life", Field::EndOfLife, Type::Text, true),
    ("epss", Field::Epss, Type::Number, false),
    ("exploit", Field::Exploit, Type::Fact, false),
    ("exposed", Field::Exposed, Type::Fact, false),
    ("exposure", Field::Exposure, Type::Word, false),
    ("first_seen", Field::FirstSeen, Type::Time, false),
    ("fix", Field::Fix, Type::Text, false),
    ("id", Field::Id, Type::Text, false),
    ("identifiers", Field::Identifiers, Type::Text, true),
    ("kev", Field::Kev, Type::Fact, false),
    ("kind", Field::Kind, Type::Word, false),
    ("kinds", Field::Kinds, Type::Word, true),
    ("last_seen", Field::LastSeen, Type::Time, false),
    ("loaded", Field::Loaded, Type::Fact, false),
    ("new", Field::New, Type::Flag, false),
    ("outgrown", Field::Outgrown, Type::Text, false),
    ("overdue", Field::Overdue, Type::Flag, false),
    ("owner.team", Field::Team, Type::Text, false),
    ("package", Field::Package, Type::Text, true),
    ("path", Field::Path, Type::Text, true),
    ("place", Field::Place, Type::Text, false),
    ("production", Field::Production, Type::Fact, false),
    ("rank", Field::Rank, Type::Number, false),
    ("reachable", Field::Reachable, Type::Fact, false),
    ("refs", Field::Refs, Type::Text, true),
    ("score", Field::Score, Type::Number, false),
    ("service", Field::Services, Type::Text, true),
    ("services", Field::Services, Type::Text, true),
    ("severity", Field::Severity, Type::Rank, false),
    ("severity_by", Field::SeverityBy, Type::Text, false),
    ("state", Field::State, Type::Word, false),
    ("suggestions", Field::Suggestions, Type::Text, true),
    ("team", Field::Team, Type::Text, false),
    ("tickets", Field::Tickets, Type::Text, true),
    ("tier.days", Field::TierDays, Type::Number, false),
    ("tier.id", Field::TierId, Type::Text, false),
    ("tier.label", Field::TierLabel, Type::Text, false),
    ("title", Field::Title, Type::Text, false),
    ("tool", Field::Tool, Type::Text, true),
    ("vex", Field::Vex, Type::Fact, false),
    // Forms that people type.
    ("app", Field::Application, Type::Text, false),
    ("identifier", Field::Identifiers, Type::Text, true),
    ("ticket", Field::Tickets, Type::Text, true),
];

/// The words that facts are compared with.
pub(super) const FACT_WORDS: [&str; 3] = ["yes", "no", "unknown"];

impl Field {
    /// The field of a name, or what to say of it.
    pub(super) fn named(name: &str) -> Result<Self, String> {
        if let Some((_, field, ..)) = NAMES.iter().find(|(known, ..)| *known == name) {
            return Ok(*field);
        }
        let hint = match name {
            "tier" => "; did you mean tier.id, tier.days or tier.label?".to_owned(),
            "owner" => "; did you mean owner.team?".to_owned(),
            "now" => "; durations count from now: age > duration(\"30d\")".to_owned(),
            "null" | "nil" | "none" | "None" | "NULL" => "; whether a value is there is asked by has(name)".to_owned(),
            "True" | "TRUE" | "False" | "FALSE" => "; did you mean true or false?".to_owned(),
            _ => did_you_mean(name, NAMES.iter().map(|(known, ..)| *known)),
        };
        Err(format!("unknown name \"{}\"{hint}", name.chars().take(60).collect::<String>()))
    }

    fn row(self) -> Option<&'static (&'static str, Field, Type, bool)> {
        NAMES.iter().find(|(_, field, ..)| *field == self)
    }

    /// The name that errors use.
    pub(super) fn name(self) -> &'static str {
        match self {
            // The short and the contract's word, where several sort otherwise.
            Self::Team => "team",
            Self::Services => "services",
            Self::Application => "application",
            _ => self.row().map_or("", |(name, ..)| name),
        }
    }

    pub(super) fn kind(self) -> Type {
        self.row().map_or(Type::Text, |(_, _, kind, _)| *kind)
    }

    /// True where it holds several values.
    pub(super) fn is_list(self) -> bool {
        self.row().is_some_and(|(.., list)| *list)
    }

    /// True where upper and lower case are the same: tools and identifiers are written in either.
    pub(super) fn ignores_case(self) -> bool {
        matches!(self, Self::Tool | Self::SeverityBy | Self::Cve | Self::Identifiers)
    }

    /// The words that the field can be, where they are few.
    pub(super) fn vocabulary(self) -> Vec<&'static str> {
        match self {
            Self::Kind | Self::Kinds => Kind::ALL.map(Kind::word).to_vec(),
            Self::State => State::ALL.map(State::word).to_vec(),
            Self::Exposure => [Exposure::None, Exposure::Internal, Exposure::Internet, Exposure::Unknown].map(Exposure::word).to_vec(),
            Self::Severity => Severity::ALL.map(Severity::word).to_vec(),
            Self::Criticality => Severity::ALL.into_iter().filter(|word| *word != Severity::Info).map(Severity::word).collect(),
            _ if self.kind() == Type::Fact => FACT_WORDS.to_vec(),
            _ => Vec::new(),
        }
    }
}

/// The fact of that word.
pub(super) fn fact(word: &str) -> Option<Tri> {
    [Tri::Yes, Tri::No, Tri::Unknown].into_iter().find(|fact| fact.word() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_sorted_and_one_field_has_one_type() {
        let plain: Vec<_> = NAMES.iter().map(|row| row.0).take_while(|name| *name != "app").collect();
        assert!(plain.is_sorted());
        for (name, field, kind, list) in NAMES {
            assert_eq!(Field::named(name), Ok(field));
            assert_eq!((field.kind(), field.is_list()), (kind, list), "{name}");
            assert_eq!(matches!(kind, Type::Word | Type::Rank | Type::Fact), !field.vocabulary().is_empty(), "{name}");
        }
    }
}
