//! `routes apply`: endpoints of services from descriptions, route tables, traffic and crawls, and what answers them.

use std::collections::BTreeMap;

use model::{Endpoint, Timestamp};
use pipeline::correlate::InventoryIndex;
use store::queries::{facts, sightings};

use crate::apis::{Document, Entry, read, service_of_address};
use crate::{Muster, OperationError, Result};

impl Muster {
    /// Reads endpoints of services from files: a description or route table over what that file stated before, traffic and crawls beside it.
    /// All files or none. Answers their number.
    ///
    /// # Errors
    /// When a file is none of these, or neither a flag nor an address says whose endpoints they are.
    pub fn apply_routes(&self, files: &[(String, String)], service: Option<&str>, now: Timestamp) -> Result<u64> {
        let world = self.db.try_read(|conn| crate::load::world(conn, self.org, now))?;
        let mut documents = Vec::new();
        let mut errors = Vec::new();
        for (path, text) in files {
            let found = read(text).and_then(|document| by_service(&document, service, &world.index).map(|parts| (document.how, parts)));
            match found {
                Ok(found) => documents.push((path, found)),
                Err(reason) => errors.push(format!("{path}: {reason}")),
            }
        }
        if !errors.is_empty() {
            return Err(OperationError::Problems(errors));
        }
        self.db.try_write(|tx| {
            let mut count = 0;
            let mut handlers = false;
            for (path, (how, parts)) in &documents {
                for (service, entries) in parts {
                    let rows: Vec<_> = entries.iter().map(|entry| entry.row(service, how, path, now)).collect();
                    count += rows.len() as u64;
                    sightings::put(tx, self.org, service, path, &rows)?;
                    if matches!(*how, "documented" | "code") {
                        handlers = true;
                        let endpoints: Vec<Endpoint> = entries
                            .iter()
                            .map(|entry| Endpoint {
                                service: service.clone(),
                                method: entry.method.clone(),
                                pattern: entry.pattern.clone(),
                                path: entry.handler.path.clone(),
                                symbol: entry.handler.symbol.clone(),
                                source: (*path).clone(),
                            })
                            .collect();
                        facts::set_endpoints(tx, self.org, service, path, &endpoints, now)?;
                    }
                }
            }
            if handlers {
                // Web findings may now meet the code that answers them.
                self.link_again(tx, now)?;
            }
            Ok(count)
        })
    }
}

/// The entries of each service: the one named, else the one whose address an entry's host is.
fn by_service(document: &Document, named: Option<&str>, index: &InventoryIndex) -> Result<BTreeMap<String, Vec<Entry>>, String> {
    let mut out: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let mut strangers = 0u64;
    for entry in &document.entries {
        let service = match named {
            Some(service) => Some(service.to_owned()),
            None => entry.host.as_deref().and_then(|host| service_of_address(index, host, &entry.pattern)),
        };
        match service {
            Some(service) => out.entry(service).or_default().push(entry.clone()),
            None => strangers += 1,
        }
    }
    match (out.is_empty(), strangers) {
        (true, 0) => Err("it names no endpoint".to_owned()),
        (true, _) => Err("--service says whose endpoints these are; no service of the inventory has their address".to_owned()),
        (false, _) => Ok(out),
    }
}
