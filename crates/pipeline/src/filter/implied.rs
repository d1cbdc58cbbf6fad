//! What a whole filter implies: conditions that an index can serve before the filter itself is asked.

use model::Severity;

use super::expression::{Expression, Side};
use super::field::Field;
use super::literal::Constant;
use super::syntax::Operator;

/// Conditions that hold for every issue that the filter matches. They are necessary, not sufficient: what an index finds by them must
/// still be asked. Texts are to be compared exactly but for `identifier`, which is in upper case, as issues hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Implied {
    pub team: Option<String>,
    pub application: Option<String>,
    /// One of the affected services.
    pub service: Option<String>,
    /// The word of the founding finding's kind.
    pub kind: Option<String>,
    /// Id of the tier.
    pub tier: Option<String>,
    /// The word of the state.
    pub state: Option<String>,
    /// A CVE or other identifier of the issue.
    pub identifier: Option<String>,
    /// No issue below this matches, and none of unknown severity.
    pub severity_at_least: Option<Severity>,
}

impl Implied {
    pub(super) fn of(expression: &Expression) -> Self {
        let mut implied = Self::default();
        implied.add(expression);
        implied
    }

    /// Adds what a part says that has to hold.
    fn add(&mut self, expression: &Expression) {
        match expression {
            Expression::All(parts) => parts.iter().for_each(|part| self.add(part)),
            Expression::Compare(Field::Severity, operator, Side::Values(values)) => self.add_severity(*operator, values),
            Expression::Compare(field, Operator::Equal, Side::Values(values)) => {
                if let [Constant::Text(text)] = values.as_slice() {
                    self.add_text(*field, text);
                }
            }
            _ => {}
        }
    }

    fn add_text(&mut self, field: Field, text: &str) {
        let place = match field {
            Field::Team => &mut self.team,
            Field::Application => &mut self.application,
            Field::Services => &mut self.service,
            Field::Kind => &mut self.kind,
            Field::TierId => &mut self.tier,
            Field::State => &mut self.state,
            Field::Cve | Field::Identifiers => &mut self.identifier,
            _ => return,
        };
        if place.is_none() {
            *place = Some(if field.ignores_case() { text.to_ascii_uppercase() } else { text.to_owned() });
        }
    }

    fn add_severity(&mut self, operator: Operator, values: &[Constant]) {
        let ranks = values.iter().map(|value| if let Constant::Rank(rank) = value { *rank } else { Severity::Unknown });
        let Some(least) = ranks.min().filter(|rank| *rank != Severity::Unknown) else { return };
        // Above `high` is critical; the rest of the filter finds that nothing is above critical.
        let bound = match operator {
            Operator::Equal | Operator::GreaterOrEqual => Some(least),
            Operator::Greater => Severity::ALL.into_iter().filter(|rank| *rank > least).min().or(Some(least)),
            // Even `severity < "high"` leaves out the unknown.
            Operator::Less | Operator::LessOrEqual => Some(Severity::Info),
            Operator::Differs => None,
        };
        self.severity_at_least = self.severity_at_least.max(bound);
    }
}
