//! What holds at a place because of the services there: the worst over all of them, each with the line that says so.

use model::{Application, Exposure, Service, Severity, SourceLine, Tri};

/// A fact of the inventory about a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// `exposure`, `production`, `data`, `criticality`, `compliance`.
    pub what: &'static str,
    pub value: String,
    /// `service checkout-api`, `application checkout`, with the environment where it is one's.
    pub of: String,
    pub source: SourceLine,
}

/// The facts of a place, folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) exposure: Exposure,
    pub(super) production: Tri,
    pub(super) data: Vec<String>,
    pub(super) criticality: Severity,
    pub(super) compliance: Vec<String>,
    /// The lines that decided: one for each value above.
    pub(super) list: Vec<Fact>,
}

impl Facts {
    pub(super) fn of(services: &[&Service], applications: &[&Application]) -> Self {
        let mut facts = Self::default();
        facts.exposure(services);
        facts.production(services);
        for service in services {
            for class in &service.data {
                if let Err(at) = facts.data.binary_search(class) {
                    facts.data.insert(at, class.clone());
                    facts.add("data", class, format!("service {}", service.name), &service.source);
                }
            }
        }
        let mut critical: Option<&Application> = None;
        for application in applications {
            if application.criticality > critical.map_or(Severity::Unknown, |known| known.criticality) {
                critical = Some(application);
            }
            for scope in &application.compliance {
                if let Err(at) = facts.compliance.binary_search(scope) {
                    facts.compliance.insert(at, scope.clone());
                    facts.add("compliance", scope, format!("application {}", application.name), &application.source);
                }
            }
        }
        if let Some(application) = critical {
            facts.criticality = application.criticality;
            facts.add("criticality", application.criticality.word(), format!("application {}", application.name), &application.source);
        }
        facts
    }

    fn add(&mut self, what: &'static str, value: &str, of: String, source: &SourceLine) {
        self.list.push(Fact { what, value: value.to_owned(), of, source: source.clone() });
    }

    fn exposure(&mut self, services: &[&Service]) {
        let mut widest: Option<(&Service, Option<&model::Environment>)> = None;
        for service in services {
            let inside = service.environments.iter().filter(|environment| environment.running != Some(false));
            let stated =
                std::iter::once((service.exposure, None)).chain(inside.map(|environment| (environment.exposure, Some(environment))));
            for (exposure, environment) in stated {
                if exposure > self.exposure {
                    self.exposure = exposure;
                    widest = Some((service, environment));
                }
            }
        }
        if let Some((service, environment)) = widest {
            let of = match environment {
                None => format!("service {}", service.name),
                Some(environment) => format!("service {} in {}", service.name, environment.name),
            };
            let stated = environment.map_or(service.exposure_source.as_ref(), |environment| environment.source.as_ref());
            self.add("exposure", self.exposure.word(), of, stated.unwrap_or(&service.source));
        }
    }

    /// Yes when any environment is production, no when every service has environments and none is, else unknown.
    fn production(&mut self, services: &[&Service]) {
        let runs = |environment: &&model::Environment| environment.is_production() && environment.running != Some(false);
        let yes = services.iter().find_map(|service| service.environments.iter().find(runs).map(|found| (service, found)));
        if let Some((service, environment)) = yes {
            self.production = Tri::Yes;
            let source = environment.source.as_ref().unwrap_or(&service.source);
            self.add("production", "yes", format!("service {} in {}", service.name, environment.name), source);
        } else if let Some(first) = services.first()
            && services.iter().all(|service| !service.environments.is_empty())
        {
            self.production = Tri::No;
            let of = match services.len() {
                1 => format!("service {}", first.name),
                count => format!("all {count} services"),
            };
            let left = first.environments.iter().find(|environment| environment.is_production()).and_then(|found| found.source.as_ref());
            self.add("production", "no", of, left.unwrap_or(&first.source));
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Environment;

    use super::*;

    fn service(name: &str, exposure: Exposure, environments: &[(&str, Exposure)], data: &[&str]) -> Service {
        Service {
            name: name.into(),
            exposure,
            environments: environments
                .iter()
                .map(|(name, exposure)| Environment { name: (*name).into(), exposure: *exposure, ..Environment::default() })
                .collect(),
            data: data.iter().map(|class| (*class).to_owned()).collect(),
            source: SourceLine { file: "muster.yaml".into(), line: 7 },
            ..Service::default()
        }
    }

    #[test]
    fn the_worst_over_services_and_environments() {
        let a = service("a", Exposure::None, &[("staging", Exposure::Internal)], &["pii", "payment"]);
        let b = service("b", Exposure::Unknown, &[("Production", Exposure::Internet)], &["health", "pii"]);
        let low = Application { name: "x".into(), criticality: Severity::Low, compliance: vec!["dora".into()], ..Application::default() };
        let high = Application { name: "y".into(), criticality: Severity::High, compliance: vec![], ..Application::default() };
        let facts = Facts::of(&[&a, &b], &[&low, &high]);
        assert_eq!((facts.exposure, facts.production, facts.criticality), (Exposure::Internet, Tri::Yes, Severity::High));
        assert_eq!(facts.data, ["health", "payment", "pii"]);
        assert_eq!(facts.compliance, ["dora"]);
        let exposure = facts.list.iter().find(|fact| fact.what == "exposure").unwrap();
        assert_eq!((exposure.of.as_str(), exposure.source.line), ("service b in Production", 7));
        assert_eq!(facts.list.iter().filter(|fact| fact.what == "data").count(), 3);
    }

    #[test]
    fn production_is_known_only_where_environments_are() {
        let staging = service("a", Exposure::None, &[("staging", Exposure::Unknown)], &[]);
        let silent = service("b", Exposure::None, &[], &[]);
        assert_eq!(Facts::of(&[&staging], &[]).production, Tri::No);
        assert_eq!(Facts::of(&[&staging, &silent], &[]).production, Tri::Unknown);
        assert_eq!(Facts::of(&[], &[]).production, Tri::Unknown);
        let not_production = Service {
            environments: vec![Environment { name: "prod-like".into(), production: Some(false), ..Environment::default() }],
            ..service("c", Exposure::None, &[], &[])
        };
        assert_eq!(Facts::of(&[&not_production], &[]).production, Tri::No);
    }
}
