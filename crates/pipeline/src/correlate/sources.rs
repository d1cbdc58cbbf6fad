//! Where sources disagree: what each says of one thing, and the rule that decides.

use std::collections::BTreeMap;

use model::{Exposure, InventoryConflict, InventoryFact, SourceLine};

use super::merge::Declared;

/// What a file was written for decides between two; of two alike the first by name.
const RULE_FILES: &str = "muster.yaml counts before files that were written for another purpose; of two alike the first by path";

/// A thing and one of its properties.
type Topic = (String, &'static str);

/// Things that several files declare, and of which they say different things. Files come in the order in which they count.
pub(super) fn disagreements(files: &[&Declared]) -> Vec<InventoryConflict> {
    let mut said: BTreeMap<Topic, Vec<InventoryFact>> = BTreeMap::new();
    for file in files {
        let mut say = |of: String, what: &'static str, value: &str, source: &SourceLine| {
            if value.is_empty() {
                return;
            }
            let fact =
                InventoryFact { what: what.to_owned(), value: value.to_owned(), of: of.clone(), source: source.clone(), at: file.applied };
            said.entry((of, what)).or_default().push(fact);
        };
        for service in &file.inventory.services {
            let of = || format!("service {}", service.name);
            say(of(), "owner", service.owner.as_deref().unwrap_or_default(), &service.source);
            say(of(), "application", &service.application, &service.source);
            let code =
                service.repository.as_ref().map(|id| if service.path.is_empty() { id.clone() } else { format!("{id}:{}", service.path) });
            say(of(), "repository", &code.unwrap_or_default(), &service.source);
            if service.exposure != Exposure::Unknown {
                say(of(), "exposure", service.exposure.word(), &service.source);
            }
        }
        for application in &file.inventory.applications {
            let of = || format!("application {}", application.name);
            say(of(), "owner", application.owner.as_deref().unwrap_or_default(), &application.source);
            if application.criticality != model::Severity::Unknown {
                say(of(), "criticality", application.criticality.word(), &application.source);
            }
        }
    }
    said.retain(|_, facts| facts.iter().any(|fact| Some(&fact.value) != facts.first().map(|first| &first.value)));
    let conflict = |((of, what), said): (Topic, Vec<InventoryFact>)| InventoryConflict {
        of,
        what: what.to_owned(),
        said,
        rule: RULE_FILES.to_owned(),
    };
    said.into_iter().map(conflict).collect()
}

/// A file shows a wider way in than another states: both, the wider first.
pub(super) fn wider_way_in(service: &str, wider: (Exposure, &SourceLine), stated: (Exposure, &SourceLine)) -> InventoryConflict {
    let of = format!("service {service}");
    let fact = |(exposure, source): (Exposure, &SourceLine)| InventoryFact {
        what: "exposure".to_owned(),
        value: exposure.word().to_owned(),
        of: of.clone(),
        source: source.clone(),
        at: None,
    };
    let said = vec![fact(wider), fact(stated)];
    InventoryConflict { said, of, what: "exposure".to_owned(), rule: "the wider way in counts, whoever states it".to_owned() }
}
