//! What the record of deployments says of services: an environment in which nothing of a service runs any more counts no more, and one
//! in which it runs counts although nobody declared it.

use std::collections::{BTreeMap, BTreeSet};

use model::{Deployment, Environment, Inventory, InventoryConflict, InventoryFact, SourceLine};

/// Puts the record into the inventory. `recorded` are all pairs of service and environment that a deployment was ever recorded for by the
/// time asked for, `running` what runs then. An environment without any record stays as it was declared: silence is not "no".
pub fn put_running(inventory: &mut Inventory, recorded: &[(String, String)], running: &[Deployment]) {
    let mut pairs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (service, environment) in recorded {
        pairs.entry(service).or_default().insert(environment);
    }
    let mut runs: BTreeMap<(&str, &str), &Deployment> = BTreeMap::new();
    for deployment in running {
        let known = runs.entry((&deployment.service, &deployment.environment)).or_insert(deployment);
        if deployment.since < known.since {
            *known = deployment;
        }
    }
    let defaults = inventory.environments.clone();
    let mut conflicts = Vec::new();
    for service in &mut inventory.services {
        for name in pairs.get(service.name.as_str()).into_iter().flatten() {
            let deployment = runs.get(&(service.name.as_str(), *name));
            let source = match deployment {
                Some(deployment) => source_of(deployment),
                None => SourceLine { file: format!("record of deployments: nothing runs in {name}"), line: 0 },
            };
            let known = service.environments.iter_mut().find(|known| known.name.eq_ignore_ascii_case(name));
            if let Some(environment) = known {
                environment.running = Some(deployment.is_some());
                if deployment.is_none() {
                    conflicts.push(left(&service.name, environment, &service.source, &source));
                }
                environment.source = Some(source);
            } else {
                let usual = defaults.iter().find(|usual| usual.name.eq_ignore_ascii_case(name)).cloned().unwrap_or_default();
                let (name, running) = ((*name).to_owned(), Some(deployment.is_some()));
                service.environments.push(Environment { name, running, source: Some(source), ..usual });
            }
        }
    }
    inventory.conflicts.extend(conflicts);
}

fn source_of(deployment: &Deployment) -> SourceLine {
    let by = if deployment.source.is_empty() { "deploy" } else { &deployment.source };
    SourceLine { file: format!("{by}, in {} since {}", deployment.environment, deployment.since), line: 0 }
}

/// Declared as an environment of the service, and left by it.
fn left(service: &str, environment: &Environment, declared: &SourceLine, record: &SourceLine) -> InventoryConflict {
    let of = format!("service {service} in {}", environment.name);
    let fact = |value: &str, source: &SourceLine| InventoryFact {
        what: "runs".to_owned(),
        value: value.to_owned(),
        of: of.clone(),
        source: source.clone(),
        at: None,
    };
    InventoryConflict {
        said: vec![fact("no", record), fact("yes", declared)],
        what: "runs".to_owned(),
        rule: "once deployments to an environment are recorded, the record decides what runs there".to_owned(),
        of,
    }
}

#[cfg(test)]
mod tests {
    use model::{Exposure, Service, Timestamp, Tri};

    use super::super::InventoryIndex;
    use super::*;

    fn after(recorded: &[&str], running: &[&str]) -> (Tri, Exposure, usize) {
        let environment = |name: &str, exposure| Environment { name: name.into(), exposure, ..Environment::default() };
        let environments = vec![environment("production", Exposure::Internet), environment("staging", Exposure::Internal)];
        let mut inventory = Inventory {
            services: vec![Service { name: "api".into(), environments, ..Service::default() }],
            environments: vec![environment("prod-eu", Exposure::Internet)],
            ..Inventory::default()
        };
        let recorded: Vec<_> = recorded.iter().map(|name| ("api".to_owned(), (*name).to_owned())).collect();
        let deployment = |name: &&str| Deployment {
            service: "api".into(),
            environment: (*name).to_owned(),
            since: Timestamp(5),
            ..Deployment::default()
        };
        let running: Vec<Deployment> = running.iter().map(deployment).collect();
        put_running(&mut inventory, &recorded, &running);
        let placed = InventoryIndex::new(&inventory).standing(&inventory.services[0]);
        (placed.production, placed.exposure, inventory.conflicts.len())
    }

    #[test]
    fn what_runs_decides_where_there_is_a_record() {
        assert_eq!(after(&[], &[]), (Tri::Yes, Exposure::Internet, 0), "as declared");
        assert_eq!(after(&["staging"], &["staging"]), (Tri::Yes, Exposure::Internet, 0), "silence on production is not no");
        assert_eq!(after(&["staging", "production"], &["staging"]), (Tri::No, Exposure::Internal, 1));
        assert_eq!(after(&["production", "prod-eu"], &["prod-eu"]), (Tri::Yes, Exposure::Internet, 1), "not declared, and runs");
    }
}
