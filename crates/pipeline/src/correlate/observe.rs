//! What files show of services without declaring them: from where they can be reached, their images, addresses and resources.

use std::collections::{HashMap, HashSet};

use model::{Exposure, InventoryFact, Service, SourceLine};

use super::Problem;
use super::merge::{Declared, Merged};
use super::names::{repository_key, url_place};
use super::sources::wider_way_in;

/// Resources of one service that manifests and plans add.
const MAX_RESOURCES: usize = 2000;

/// Adds what manifests show to the services they speak of: the widest exposure counts, and hosts that nobody claims.
pub(super) fn observe(files: &[&Declared], merged: &mut Merged) {
    let services = &mut merged.inventory.services;
    let conflicts = &mut merged.inventory.conflicts;
    let mut by_code: HashMap<String, Vec<usize>> = HashMap::new();
    let key_of = |url: &str| url_place(url).map(|place| format!("{}/{}", place.origin, place.path));
    let mut claimed: HashSet<String> = services.iter().flat_map(|service| &service.urls).filter_map(|url| key_of(url)).collect();
    let mut by_image: HashMap<String, usize> = HashMap::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut by_url: HashMap<String, usize> = HashMap::new();
    let by_resource = Resources::of_services(services);
    for (at, service) in services.iter().enumerate() {
        by_name.entry(service.name.clone()).or_insert(at);
        for image in &service.images {
            by_image.entry(image.clone()).or_insert(at);
        }
        if let Some(id) = &service.repository {
            by_code.entry(repository_key(id)).or_default().push(at);
        }
        for key in service.urls.iter().filter_map(|url| key_of(url)) {
            by_url.entry(key).or_insert(at);
        }
    }
    for seen in files.iter().flat_map(|file| &file.observations) {
        if let Some(id) = &seen.repository {
            let here = by_code.get(&repository_key(id)).map(Vec::as_slice).unwrap_or_default();
            for image in seen.images.iter().filter(|image| !by_image.contains_key(*image)) {
                if let Some(service) = built_here(services, here, image).and_then(|at| services.get_mut(at)) {
                    service.images.push(image.clone());
                    note(service, "image", image, &seen.at);
                }
            }
        }
        let mut meant: Vec<usize> = seen.images.iter().filter_map(|image| by_image.get(image).copied()).collect();
        if meant.is_empty() {
            meant.extend(by_name.get(&seen.workload));
        }
        if meant.is_empty() {
            meant.extend(seen.resources.iter().filter_map(|resource| by_resource.of(resource)));
        }
        if meant.is_empty() {
            meant.extend(seen.urls.iter().filter_map(|url| key_of(url)).filter_map(|key| by_url.get(&key)));
        }
        meant.sort_unstable();
        meant.dedup();
        for at in meant {
            let Some(service) = services.get_mut(at) else { continue };
            if seen.exposure > service.exposure {
                if service.exposure != Exposure::Unknown {
                    let (declared, shown) = (service.exposure.word(), seen.exposure.word());
                    let message = format!(
                        "{} is reachable from {shown}, but {} says {declared}: the wider counts",
                        service.name,
                        service.exposure_source.as_ref().unwrap_or(&service.source)
                    );
                    let problem = Problem::warning(seen.at.clone(), message);
                    merged.problems.push(problem.instead(format!("write `exposure: {shown}`, or close the way in")));
                    let known = service.exposure_source.as_ref().unwrap_or(&service.source);
                    conflicts.push(wider_way_in(&service.name, (seen.exposure, &seen.at), (service.exposure, known)));
                }
                service.exposure = seen.exposure;
                service.exposure_source = Some(seen.at.clone());
            }
            for resource in &seen.resources {
                if !service.resources.contains(resource) && service.resources.len() < MAX_RESOURCES {
                    service.resources.push(resource.clone());
                    note(service, "resource", resource, &seen.at);
                }
            }
            for url in &seen.urls {
                if key_of(url).is_some_and(|key| claimed.insert(key)) {
                    service.urls.push(url.clone());
                    note(service, "url", url, &seen.at);
                }
            }
        }
    }
}

/// Keeps which line showed something of a service.
fn note(service: &mut Service, what: &str, value: &str, at: &SourceLine) {
    let of = format!("service {}", service.name);
    service.observed.push(InventoryFact { what: what.to_owned(), value: value.to_owned(), of, source: at.clone(), at: None });
}

/// Services by the resources that they declare: whole names, and prefixes that end in `*`.
#[derive(Default)]
struct Resources {
    whole: HashMap<String, usize>,
    prefixes: Vec<(String, usize)>,
}

impl Resources {
    fn of_services(services: &[Service]) -> Self {
        let mut known = Self::default();
        for (at, service) in services.iter().enumerate() {
            for resource in &service.resources {
                let resource = resource.to_lowercase();
                match resource.strip_suffix('*') {
                    Some(prefix) if known.prefixes.len() < MAX_RESOURCES => known.prefixes.push((prefix.to_owned(), at)),
                    Some(_) => {}
                    None => drop(known.whole.entry(resource).or_insert(at)),
                }
            }
        }
        known
    }

    /// The service that declares it: by its whole name, else by the longest prefix.
    fn of(&self, resource: &str) -> Option<usize> {
        let resource = resource.to_lowercase();
        let holding = || self.prefixes.iter().filter(|(prefix, _)| resource.starts_with(prefix.as_str()));
        self.whole.get(&resource).copied().or_else(|| holding().max_by_key(|(prefix, _)| prefix.len()).map(|(_, at)| *at))
    }
}

/// The service whose code an image was built from: the only one of the repository, else the one that the image is named after.
fn built_here(services: &[Service], here: &[usize], image: &str) -> Option<usize> {
    let name = image.rsplit('/').next().unwrap_or(image);
    match here {
        [only] => Some(*only),
        several => several.iter().copied().find(|at| services.get(*at).is_some_and(|service| service.name.eq_ignore_ascii_case(name))),
    }
}
