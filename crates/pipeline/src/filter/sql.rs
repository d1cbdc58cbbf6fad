//! A filter as SQL over the columns of the issue table ([`super::Columns`] and those that the record keeps anyway).
//!
//! Every part is true or false and never NULL, so `NOT` means what the language means by `!`. What the columns cannot tell (regular
//! expressions, long texts, two names compared with each other) is left out where that only lets more issues through; the caller then asks
//! the filter itself of each row ([`Condition::exact`]).

use model::{State, Timestamp};

use super::Filter;
use super::columns::{MARK, fact_number, in_list, rank};
use super::expression::{Expression, Side, TextTest};
use super::field::{Field, Type};
use super::literal::Constant;
use super::syntax::Operator;

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Parameter {
    Int(i64),
    Real(f64),
    Text(String),
}

/// A condition on rows of the issue table.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// With `$n` for parameters, numbered from where the caller said.
    pub sql: String,
    pub parameters: Vec<Parameter>,
    /// True where the rows are those that the filter matches; else they may be more, never fewer.
    pub exact: bool,
}

impl Filter {
    /// The filter as a condition on the issue table, for the moment `now`; its parameters are numbered from `first`.
    #[must_use]
    pub fn to_sql(&self, now: Timestamp, first: usize) -> Condition {
        let mut writer = Writer { now, first, parameters: Vec::new() };
        let (sql, exact) = writer.expression(&self.expression).map_or_else(|| ("TRUE".to_owned(), false), |part| (part.sql, part.exact));
        Condition { sql, parameters: writer.parameters, exact }
    }
}

/// A written part. Where it is not exact, it lets more through than the part of the filter does.
struct Part {
    sql: String,
    exact: bool,
}

impl Part {
    fn exact(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), exact: true }
    }
}

struct Writer {
    now: Timestamp,
    first: usize,
    parameters: Vec<Parameter>,
}

impl Writer {
    /// `None` where nothing can be said: every row may match.
    fn expression(&mut self, expression: &Expression) -> Option<Part> {
        match expression {
            Expression::Always(value) => Some(Part::exact(if *value { "TRUE" } else { "FALSE" })),
            Expression::All(parts) => {
                let written: Vec<Option<Part>> = parts.iter().map(|part| self.expression(part)).collect();
                let exact = written.iter().all(|part| part.as_ref().is_some_and(|part| part.exact));
                let parts: Vec<String> = written.into_iter().flatten().map(|part| part.sql).collect();
                if parts.is_empty() {
                    return exact.then(|| Part::exact("TRUE"));
                }
                Some(Part { sql: format!("({})", parts.join(" AND ")), exact })
            }
            Expression::Any(parts) => {
                let mark = self.parameters.len();
                let written: Option<Vec<Part>> = parts.iter().map(|part| self.expression(part)).collect();
                let Some(written) = written else {
                    self.parameters.truncate(mark);
                    return None;
                };
                let exact = written.iter().all(|part| part.exact);
                let parts: Vec<String> = written.into_iter().map(|part| part.sql).collect();
                Some(if parts.is_empty() { Part::exact("FALSE") } else { Part { sql: format!("({})", parts.join(" OR ")), exact } })
            }
            Expression::Not(part) => {
                let mark = self.parameters.len();
                match self.expression(part) {
                    Some(part) if part.exact => Some(Part::exact(format!("NOT {}", part.sql))),
                    _ => {
                        self.parameters.truncate(mark);
                        None
                    }
                }
            }
            Expression::Fact(field) => Some(Part::exact(format!("({} = 2)", column(*field)?))),
            Expression::Flag(field) => self.flag(*field),
            Expression::Has(field) => has(*field).map(Part::exact),
            Expression::Compare(field, operator, Side::Values(values)) => self.compare(*field, *operator, values),
            Expression::Compare(_, _, Side::Field(_)) => None,
            Expression::Test(field, test) => self.test(*field, test),
            Expression::Search(needle) => Some(self.contains("search", needle, true)),
        }
    }

    fn parameter(&mut self, value: Parameter) -> String {
        self.parameters.push(value);
        format!("${}", self.first + self.parameters.len() - 1)
    }

    fn text(&mut self, text: String) -> String {
        self.parameter(Parameter::Text(text))
    }

    fn contains(&mut self, column: &str, text: &str, exact: bool) -> Part {
        if text.is_empty() {
            return Part { sql: "TRUE".to_owned(), exact };
        }
        let text = self.text(text.to_owned());
        Part { sql: format!("(instr({column}, {text}) > 0)"), exact }
    }

    fn flag(&mut self, field: Field) -> Option<Part> {
        match field {
            Field::Overdue => {
                let words: Vec<String> =
                    State::ALL.iter().filter(|state| state.in_queue()).map(|state| format!("'{}'", state.word())).collect();
                let now = self.parameter(Parameter::Int(self.now.0));
                Some(Part::exact(format!("(state IN ({}) AND COALESCE(due < {now}, FALSE))", words.join(", "))))
            }
            // Outside a gate nothing is new.
            Field::New => Some(Part::exact("FALSE")),
            _ => None,
        }
    }

    fn compare(&mut self, field: Field, operator: Operator, values: &[Constant]) -> Option<Part> {
        let mark = self.parameters.len();
        let positive = if operator == Operator::Differs { Operator::Equal } else { operator };
        let mut parts = Vec::with_capacity(values.len());
        for value in values {
            let Some(part) = self.pair(field, positive, value) else {
                self.parameters.truncate(mark);
                return None;
            };
            parts.push(part);
        }
        let exact = parts.iter().all(|part| part.exact);
        let any = if parts.is_empty() {
            "FALSE".to_owned()
        } else {
            format!("({})", parts.into_iter().map(|part| part.sql).collect::<Vec<_>>().join(" OR "))
        };
        if operator != Operator::Differs {
            return Some(Part { sql: any, exact });
        }
        if !exact || values.is_empty() {
            self.parameters.truncate(mark);
            return values.is_empty().then(|| Part::exact("FALSE"));
        }
        Some(Part::exact(format!("({} AND NOT {any})", has_value(field)?)))
    }

    /// One value of the field stands so to one constant.
    fn pair(&mut self, field: Field, operator: Operator, value: &Constant) -> Option<Part> {
        match (field.kind(), value) {
            (Type::Text | Type::Word, Constant::Text(text)) => self.text_equals(field, text),
            (Type::Fact, Constant::Fact(fact)) => Some(Part::exact(format!("({} = {})", column(field)?, fact_number(*fact)))),
            (Type::Rank, Constant::Rank(severity)) => {
                let (column, number) = (column(field)?, rank(*severity));
                Some(Part::exact(match (number, operator) {
                    (_, Operator::Equal) => format!("({column} = {number})"),
                    (0, Operator::LessOrEqual | Operator::GreaterOrEqual) => format!("({column} = 0)"),
                    (0, _) => "FALSE".to_owned(),
                    _ => format!("({column} > 0 AND {column} {} {number})", sign(operator)),
                }))
            }
            (Type::Cwe, Constant::Number(number)) if operator == Operator::Equal => {
                Some(self.contains("cwes", &format!("{MARK}{number}{MARK}"), true))
            }
            (Type::Number, Constant::Number(number)) => {
                let column = column(field)?;
                let number = self.parameter(Parameter::Real(*number));
                Some(Part::exact(format!("COALESCE(CAST({column} AS DOUBLE PRECISION) {} {number}, FALSE)", sign(operator))))
            }
            (Type::Time, Constant::Time(at)) => {
                let column = column(field)?;
                let at = self.parameter(Parameter::Int(at.0));
                Some(Part::exact(format!("COALESCE({column} {} {at}, FALSE)", sign(operator))))
            }
            // An age is counted from `first_seen`: older means seen before.
            (Type::Span, Constant::Span(span)) => {
                let since = self.parameter(Parameter::Int(self.now.0.saturating_sub(*span)));
                Some(Part::exact(format!("(first_seen {} {since})", sign(operator.turned()))))
            }
            (Type::Flag, Constant::Flag(wanted)) => {
                let part = self.flag(field)?;
                Some(if *wanted { part } else { Part::exact(format!("NOT {}", part.sql)) })
            }
            _ => None,
        }
    }

    fn text_equals(&mut self, field: Field, text: &str) -> Option<Part> {
        let sought = in_list(text, field.ignores_case());
        if field == Field::Cve && !sought.starts_with("cve-") {
            return Some(Part::exact("FALSE"));
        }
        if let Some(column) = list_column(field) {
            return Some(if text.is_empty() {
                Part::exact("FALSE")
            } else {
                self.contains(column, &format!("{MARK}{sought}{MARK}"), true)
            });
        }
        let Some(column) = column(field) else { return self.searched(field, text) };
        if text.is_empty() {
            return Some(Part::exact("FALSE"));
        }
        let sought = self.text(sought);
        Some(Part::exact(format!("COALESCE({column} = {sought}, FALSE)")))
    }

    fn test(&mut self, field: Field, test: &TextTest) -> Option<Part> {
        let (text, starts) = match test {
            TextTest::StartsWith(text) => (text, true),
            TextTest::Contains(text) => (text, false),
            TextTest::Matches(_) => return None,
        };
        let sought = in_list(text, field.ignores_case());
        if let Some(column) = list_column(field) {
            if field == Field::Cve {
                return Some(match starts {
                    true if sought.starts_with("cve-") => self.contains(column, &format!("{MARK}{sought}"), true),
                    true if "cve-".starts_with(&sought) => self.contains(column, &format!("{MARK}cve-"), true),
                    true => Part::exact("FALSE"),
                    false => self.contains(column, &sought, false),
                });
            }
            return Some(if sought.is_empty() {
                Part::exact(format!("({column} <> '')"))
            } else if starts {
                self.contains(column, &format!("{MARK}{sought}"), true)
            } else {
                self.contains(column, &sought, true)
            });
        }
        let Some(column) = column(field) else { return self.searched(field, text) };
        if sought.is_empty() {
            return Some(Part::exact(has_value(field)?));
        }
        let sought = self.text(sought);
        let place = if starts { "= 1" } else { "> 0" };
        Some(Part::exact(format!("COALESCE(instr({column}, {sought}) {place}, FALSE)")))
    }

    /// Title and place stand in the column that is searched, in lower case: it cannot say which of them has the text.
    fn searched(&mut self, field: Field, text: &str) -> Option<Part> {
        (matches!(field, Field::Title | Field::Place) && text.is_ascii()).then(|| self.contains("search", &in_list(text, true), false))
    }
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::Differs => "<>",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
    }
}

/// The column of a name that has one value; `None` where the table has none.
fn column(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Application => "application",
        Field::Confidence => "confidence",
        Field::Criticality => "criticality",
        Field::Due => "due",
        Field::Epss => "epss",
        Field::Exploit => "exploit",
        Field::Exposed => "exposed",
        Field::Exposure => "exposure",
        Field::FirstSeen => "first_seen",
        Field::Id => "id",
        Field::Kev => "kev",
        Field::Kind => "kind",
        Field::LastSeen => "last_seen",
        Field::Loaded => "loaded",
        Field::Production => "production",
        Field::Reachable => "reachable",
        Field::Score => "score",
        Field::Severity => "severity",
        Field::SeverityBy => "severity_by",
        Field::State => "state",
        Field::Team => "team",
        Field::TierDays => "tier_days",
        Field::TierId => "tier",
        Field::Vex => "vex",
        _ => return None,
    })
}

/// The column of a name that has several values.
fn list_column(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Compliance => "compliance",
        Field::Cve | Field::Identifiers => "identifiers",
        Field::Cwe => "cwes",
        Field::Data => "data",
        Field::Kinds => "kinds",
        Field::Package => "packages",
        Field::Path => "paths",
        Field::Refs => "refs",
        Field::Services => "services",
        Field::Tool => "tools",
        _ => return None,
    })
}

/// There is a value, if only `unknown`.
fn has_value(field: Field) -> Option<String> {
    if field == Field::Cve {
        return Some(format!("(instr(identifiers, '{MARK}cve-') > 0)"));
    }
    if let Some(column) = list_column(field) {
        return Some(format!("({column} <> '')"));
    }
    if matches!(field, Field::Age | Field::Overdue | Field::New) {
        return Some("TRUE".to_owned());
    }
    let column = column(field)?;
    Some(match field.kind() {
        Type::Text | Type::Word => format!("COALESCE({column} <> '', FALSE)"),
        _ => format!("({column} IS NOT NULL)"),
    })
}

/// There is a value, and it is known.
fn has(field: Field) -> Option<String> {
    match field {
        Field::Suggestions => Some("(suggestions > 0)".to_owned()),
        Field::Exposure => Some("(exposure <> 'unknown')".to_owned()),
        _ if matches!(field.kind(), Type::Fact | Type::Rank) => Some(format!("({} <> 0)", column(field)?)),
        _ => has_value(field),
    }
}
