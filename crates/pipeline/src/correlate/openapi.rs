//! OpenAPI documents as inventory: under which addresses a service answers. (What its paths are, `routes apply` reads.)
//!
//! The service is the one that `x-service` names, at the top or in `info`, else the one with the title's name, else the one that has an
//! address of `servers` already. Source: spec.openapis.org, OpenAPI 3.x "Server Object" and Swagger 2.0 `host`, `schemes`, `basePath`.

use model::{Exposure, SourceLine};

use super::names::url_place;
use super::yaml::{self, Node};
use super::{Declared, FileId, Observation, Problem};

/// True where a text looks like an OpenAPI document.
#[must_use]
pub fn recognise(text: &str) -> bool {
    let mut lines = text.lines().take(50);
    lines.any(|line| {
        let line = line.trim_start_matches(['{', ' ', '\t']);
        ["openapi:", "swagger:", "\"openapi\":", "\"swagger\":", "\"openapi\" :"].iter().any(|head| line.starts_with(head))
    })
}

/// Reads a document.
#[must_use]
pub fn read(file: FileId, text: &str) -> (Declared, Vec<Problem>) {
    let mut declared = Declared { file, lenient: true, ..Declared::default() };
    let at = |declared: &Declared, line: u32| SourceLine { file: declared.file.path.clone(), line };
    let documents = match yaml::documents(text) {
        Ok(documents) => documents,
        Err(error) => return (declared.clone(), vec![Problem::error(at(&declared, error.line), error.message)]),
    };
    for document in &documents {
        let word = |keys: &[&str]| document.at(keys).and_then(Node::text);
        let named = word(&["x-service"]).or_else(|| word(&["info", "x-service"]));
        let workload = named.map_or_else(|| slug(word(&["info", "title"]).unwrap_or_default()), ToOwned::to_owned);
        let servers = document.get("servers").map_or(&[][..], Node::items);
        let mut urls: Vec<String> = servers.iter().filter_map(|server| address(server.get("url")?.text()?)).collect();
        if let Some(host) = word(&["host"]) {
            urls.extend(address(&format!("https://{host}{}", word(&["basePath"]).unwrap_or_default())));
        }
        urls.sort();
        urls.dedup();
        let line = document.get("servers").or_else(|| document.get("host")).map_or(document.line, |node| node.line);
        let at = at(&declared, line);
        declared.observations.push(Observation { workload, urls, exposure: Exposure::Unknown, at, ..Observation::default() });
    }
    (declared, Vec::new())
}

/// A whole address without variables; loopback names are nobody's.
fn address(url: &str) -> Option<String> {
    let place = url_place(url).filter(|_| !url.contains('{'))?;
    let host = place.origin.split(':').next().unwrap_or_default();
    (host != "localhost" && host.contains('.')).then(|| url.trim_end_matches('/').to_owned())
}

/// `Checkout API (v2)` is named like the service `checkout-api-v2`.
fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names() {
        let text = "openapi: 3.1.0\ninfo: {title: Checkout API, version: \"1\"}\nservers:\n  - {url: \"https://checkout.example.com/api/\"}\n  - {url: \"http://localhost:8080\"}\n  - {url: \"https://{region}.example.com\"}\n  - {url: /v1}\n";
        assert!(recognise(text) && recognise("{\n  \"swagger\": \"2.0\"}") && !recognise("version: 1\n"));
        let (declared, problems) = read(FileId { repository: String::new(), path: "openapi.yaml".into() }, text);
        assert_eq!(problems, []);
        let [seen] = declared.observations.as_slice() else { panic!("one") };
        assert_eq!(
            (seen.workload.as_str(), seen.urls.as_slice(), seen.at.line),
            ("checkout-api", &["https://checkout.example.com/api".to_owned()][..], 4)
        );
        let old = "swagger: \"2.0\"\nx-service: shop\nhost: shop.example.com\nbasePath: /v2\n";
        let (declared, _) = read(FileId::default(), old);
        assert_eq!(
            (declared.observations[0].workload.as_str(), declared.observations[0].urls[0].as_str()),
            ("shop", "https://shop.example.com/v2")
        );
        assert_eq!(read(FileId::default(), "openapi: [").1.len(), 1);
    }
}
