//! Where something that no service has may belong: the line that would place it, from names that are alike.

use schemars::JsonSchema;
use serde::Serialize;

use super::index::InventoryIndex;
use super::place::{Clues, PlaceInput};
use super::{names, spelling};
use crate::normalise::image_repository;

/// Most suggestions for one thing.
const MOST: usize = 3;
/// Services beyond which slips of the pen are not looked for: names that are equal still are.
const MOST_SPELT: usize = 5000;

/// A service that an unplaced thing may belong to, and what to write so that it does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlaceSuggestion {
    /// A service of the inventory; absent where none is alike and a new one is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Why it may be that one.
    pub because: String,
    /// What to write in muster.yaml, under that service.
    pub write: String,
}

/// The last part of a name with slashes.
fn last(text: &str) -> &str {
    text.trim_end_matches('/').rsplit('/').next().unwrap_or(text)
}

impl InventoryIndex {
    /// Services that an unplaced finding may belong to, likeliest first; with none, the lines of a new one.
    #[must_use]
    pub fn suggest(&self, input: &PlaceInput<'_>) -> Vec<PlaceSuggestion> {
        let clues = Clues::of(input);
        let mut out: Vec<PlaceSuggestion> = Vec::new();
        let write = if let Some(image) = clues.image.and_then(image_repository) {
            self.alike(last(&image), &format!("image {image}"), &format!("images: [{image}]"), &mut out);
            format!("images: [{image}]")
        } else if let Some(repository) = clues.repository {
            let write = format!("repository: {repository}");
            let folder = clues.path.and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder);
            for segment in folder.into_iter().flat_map(|folder| folder.split('/').take(8)) {
                self.named(segment, &format!("folder {segment} of {repository}"), &write, &mut out);
            }
            self.alike(last(repository), &format!("repository {repository}"), &write, &mut out);
            write
        } else if let Some(place) = clues.url.as_deref().and_then(names::url_place) {
            let write = format!("urls: [https://{}]", place.origin);
            for label in place.origin.split('.').take(4) {
                self.alike(label, &format!("host {}", place.origin), &write, &mut out);
            }
            write
        } else if let Some(resource) = input.finding.location.resource.as_deref() {
            let write = format!("resources: [\"{}\"]", resource.chars().take(200).collect::<String>());
            for part in resource.split(['/', ':', '.', '_']).take(12) {
                self.named(part, &format!("resource {}", last(resource)), &write, &mut out);
            }
            write
        } else {
            return out;
        };
        out.truncate(MOST);
        if out.is_empty() {
            let because = "no service of the inventory is named alike".to_owned();
            out.push(PlaceSuggestion { service: None, because, write: format!("- {{name: …, {write}}}") });
        }
        out
    }

    /// The service of that very name.
    fn named(&self, name: &str, what: &str, write: &str, out: &mut Vec<PlaceSuggestion>) {
        let found = (name.len() > 2).then(|| self.service_at(name)).flatten().and_then(|at| self.services.get(at));
        if let Some(service) = found
            && !out.iter().any(|known| known.service.as_deref() == Some(&service.name))
        {
            let because = format!("{what} has the name of the service ({})", service.source);
            out.push(PlaceSuggestion { service: Some(service.name.clone()), because, write: write.to_owned() });
        }
    }

    /// The service of that name, or of one that is a slip away.
    fn alike(&self, name: &str, what: &str, write: &str, out: &mut Vec<PlaceSuggestion>) {
        let before = out.len();
        self.named(name, what, write, out);
        if out.len() > before || name.len() < 4 || self.services.len() > MOST_SPELT {
            return;
        }
        let near = spelling::closest(name, self.services.iter().map(|service| service.name.as_str()));
        let part = || {
            let has = |service: &&model::Service| service.name.split(['-', '_', '.']).any(|word| word.eq_ignore_ascii_case(name));
            self.services.iter().find(has).map(|service| service.name.as_str())
        };
        if let Some(found) = near.or_else(part)
            && !out.iter().any(|known| known.service.as_deref() == Some(found))
        {
            let because = format!("{what} is named much like the service");
            out.push(PlaceSuggestion { service: Some(found.to_owned()), because, write: write.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{Finding, Inventory, Kind, Service, Target, TargetKind};

    use super::*;

    #[test]
    fn names_alike_and_else_a_new_service() {
        let service = |name: &str| Service { name: name.into(), ..Service::default() };
        let inventory = Inventory { services: vec![service("checkout-api"), service("billing")], ..Inventory::default() };
        let index = InventoryIndex::new(&inventory);
        let finding = |path: Option<&str>| {
            let mut finding = Finding::new(Kind::Sast, "rule", "title");
            finding.location.path = path.map(Into::into);
            finding
        };
        let ask = |kind: TargetKind, name: &str, path: Option<&str>| {
            let target = Target { kind, name: name.into() };
            let found = index.suggest(&PlaceInput::new(&target, &finding(path)));
            found.into_iter().map(|one| (one.service.unwrap_or_default(), one.write)).collect::<Vec<_>>()
        };
        let one = |service: &str, write: &str| vec![(service.to_owned(), write.to_owned())];
        let image = "images: [registry.example.com/acme/chekout-api]";
        assert_eq!(ask(TargetKind::Image, "registry.example.com/acme/chekout-api:1", None), one("checkout-api", image));
        let write = "repository: github.com/acme/mono";
        assert_eq!(ask(TargetKind::Repository, "github.com/acme/mono", Some("services/billing/a.py")), one("billing", write));
        assert_eq!(ask(TargetKind::Url, "https://billing.example.com", None), one("billing", "urls: [https://billing.example.com]"));
        let unknown = ask(TargetKind::Repository, "github.com/acme/zebra", None);
        assert_eq!(unknown, one("", "- {name: …, repository: github.com/acme/zebra}"));
    }
}
