//! What holds at a service itself, whatever is found there: for pages about the service.

use model::{Application, InventoryFact, Place, Service, SourceLine};

use super::facts::Facts;
use super::index::InventoryIndex;
use super::owner;
use super::place::Placed;

impl InventoryIndex {
    /// Owner, exposure and all else that holds at a service as a whole: what an issue there has that no more specific line speaks of.
    #[must_use]
    pub fn standing(&self, service: &Service) -> Placed {
        let services = [service];
        let applications = self.applications_of(&services);
        let home = service.repository.as_deref().and_then(|id| self.repository(id));
        let code = home.and_then(|home| home.codeowners.as_ref()).map(|file| (file, None));
        let (owner, owner_strength) = owner::owner(&self.teams, code, &services, &applications, Vec::new());
        let facts = Facts::of(&services, &applications);
        let place = Place {
            key: format!("service {}", service.name),
            application: (!service.application.is_empty()).then(|| service.application.clone()),
            services: vec![service.name.clone()],
            because: service.source.to_string(),
        };
        Placed {
            place,
            owner,
            owner_strength,
            exposure: facts.exposure,
            production: facts.production,
            data: facts.data,
            criticality: facts.criticality,
            compliance: facts.compliance,
            facts: facts.list,
            created_service: None,
            created_application: None,
        }
    }
}

/// Every fact that the inventory states of a service, its application's included, each with its line.
#[must_use]
pub fn facts_of(service: &Service, application: Option<&Application>) -> Vec<InventoryFact> {
    let of = format!("service {}", service.name);
    let mut out = Vec::new();
    let mut say = |what: &str, value: &str, of: &str, source: &SourceLine| {
        if !value.is_empty() {
            let (what, value, of) = (what.to_owned(), value.to_owned(), of.to_owned());
            out.push(InventoryFact { what, value, of, source: source.clone(), at: None });
        }
    };
    let here = &service.source;
    say("application", &service.application, &of, here);
    say("owner", service.owner.as_deref().unwrap_or_default(), &of, here);
    say("repository", service.repository.as_deref().unwrap_or_default(), &of, here);
    say("path", &service.path, &of, here);
    let shown = |what: &str, value: &str| {
        let by = service.observed.iter().find(|fact| fact.what == what && fact.value == value);
        by.map_or(here, |fact| &fact.source)
    };
    service.images.iter().for_each(|image| say("image", image, &of, shown("image", image)));
    service.urls.iter().for_each(|url| say("url", url, &of, shown("url", url)));
    if service.exposure != model::Exposure::Unknown {
        say("exposure", service.exposure.word(), &of, service.exposure_source.as_ref().unwrap_or(here));
    }
    for environment in &service.environments {
        let of = format!("{of} in {}", environment.name);
        let line = environment.source.as_ref().unwrap_or(here);
        let runs = environment.running != Some(false);
        if let Some(running) = environment.running {
            say("runs", if running { "yes" } else { "no" }, &of, line);
        }
        say("production", if environment.is_production() && runs { "yes" } else { "no" }, &of, line);
        if environment.exposure != model::Exposure::Unknown && runs {
            say("exposure", environment.exposure.word(), &of, line);
        }
    }
    service.data.iter().for_each(|class| say("data", class, &of, here));
    service.depends_on.iter().for_each(|name| say("depends on", name, &of, here));
    service.base_images.iter().for_each(|image| say("base image", image, &of, here));
    service.resources.iter().for_each(|resource| say("resource", resource, &of, shown("resource", resource)));
    service.packages.iter().for_each(|package| say("package", package, &of, here));
    if let Some(application) = application {
        let (of, there) = (format!("application {}", application.name), &application.source);
        say("owner", application.owner.as_deref().unwrap_or_default(), &of, there);
        if application.criticality != model::Severity::Unknown {
            say("criticality", application.criticality.word(), &of, there);
        }
        application.compliance.iter().for_each(|scope| say("compliance", scope, &of, there));
    }
    out
}
