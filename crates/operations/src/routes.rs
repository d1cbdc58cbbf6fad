//! `routes apply`: endpoints of a service and what answers them, from OpenAPI documents and CSV.

use model::{Endpoint, Timestamp};
use pipeline::correlate::yaml::{Node, documents};
use store::queries::facts;

use crate::{Muster, OperationError, Result};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Muster {
    /// Reads the routes of a service from files, over what each file stated before. All files or none. Answers their number.
    ///
    /// # Errors
    /// When a file is neither OpenAPI nor CSV with `method,pattern,path,symbol`.
    pub fn apply_routes(&self, files: &[(String, String)], service: Option<&str>, now: Timestamp) -> Result<u64> {
        let service = service.ok_or_else(|| OperationError::Bad("--service says whose routes these are".to_owned()))?;
        let mut read = Vec::new();
        let mut errors = Vec::new();
        for (path, text) in files {
            match endpoints(service, path, text) {
                Ok(found) => read.push((path, found)),
                Err(reason) => errors.push(format!("{path}: {reason}")),
            }
        }
        if !errors.is_empty() {
            return Err(OperationError::Problems(errors));
        }
        let count = read.iter().map(|(_, found)| found.len() as u64).sum();
        self.db.try_write(|tx| {
            for (path, found) in &read {
                facts::set_endpoints(tx, self.org, service, path, found, now)?;
            }
            // Web findings may now meet the code that answers them.
            self.link_again(tx, now)
        })?;
        Ok(count)
    }
}

fn endpoints(service: &str, source: &str, text: &str) -> Result<Vec<Endpoint>, String> {
    let head = text.trim_start().lines().next().unwrap_or_default().to_ascii_lowercase();
    if head.starts_with("method,") || head.starts_with("pattern,") {
        return csv(service, source, text);
    }
    let documents = documents(text).map_err(|error| format!("line {}: {}", error.line, error.message))?;
    let document = documents.first().ok_or("an empty document")?;
    let is_openapi = document.get("openapi").is_some() || document.get("swagger").is_some();
    let paths =
        document.get("paths").filter(|_| is_openapi).ok_or("neither an OpenAPI document nor CSV with method,pattern,path,symbol")?;
    let base = document.get("basePath").and_then(Node::text).unwrap_or_default().trim_end_matches('/');
    let mut out = Vec::new();
    for (pattern, item) in paths.entries() {
        for (method, operation) in item.entries().iter().filter(|(key, _)| METHODS.contains(&key.text.to_ascii_lowercase().as_str())) {
            let handler = operation.get("x-handler").or_else(|| item.get("x-handler"));
            let part = |name: &str| handler.and_then(|handler| handler.get(name)).and_then(Node::text);
            let symbol = match (part("class"), part("method").or_else(|| operation.get("operationId").and_then(Node::text))) {
                (Some(class), Some(method)) => Some(format!("{class}.{method}")),
                (None, Some(method)) => Some(method.to_owned()),
                (class, None) => class.map(str::to_owned),
            };
            out.push(Endpoint {
                service: service.to_owned(),
                method: method.text.to_ascii_uppercase(),
                pattern: format!("{base}{}", pattern.text),
                path: part("path").map(str::to_owned),
                symbol,
                source: source.to_owned(),
            });
        }
    }
    Ok(out)
}

fn csv(service: &str, source: &str, text: &str) -> Result<Vec<Endpoint>, String> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let header: Vec<String> =
        lines.next().map(|(_, line)| line.split(',').map(|cell| cell.trim().to_ascii_lowercase()).collect()).unwrap_or_default();
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let (method, pattern) = (column("method").ok_or("no column `method`")?, column("pattern").ok_or("no column `pattern`")?);
    let mut out = Vec::new();
    for (number, line) in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let at =
            |position: Option<usize>| position.and_then(|at| cells.get(at)).filter(|cell| !cell.is_empty()).map(|cell| (*cell).to_owned());
        let (Some(method), Some(pattern)) = (at(Some(method)), at(Some(pattern))) else {
            return Err(format!("line {}: method and pattern are needed", number + 1));
        };
        let (path, symbol) = (at(column("path")), at(column("symbol")));
        out.push(Endpoint {
            service: service.to_owned(),
            method: method.to_ascii_uppercase(),
            pattern,
            path,
            symbol,
            source: source.to_owned(),
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openapi_with_handlers() {
        let text = "openapi: 3.1.0\npaths:\n  /orders/{id}:\n    get:\n      operationId: show\n      x-handler: {path: api/orders.py, class: Orders, method: show}\n    parameters: []\n";
        let found = endpoints("api", "openapi.yaml", text).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].method.as_str(), found[0].path.as_deref(), found[0].symbol.as_deref()),
            ("GET", Some("api/orders.py"), Some("Orders.show"))
        );
    }

    #[test]
    fn csv_and_others() {
        assert_eq!(endpoints("a", "r.csv", "method,pattern,path,symbol\nget,/x,a.py,f\n").unwrap()[0].symbol.as_deref(), Some("f"));
        assert!(endpoints("a", "r.csv", "method,pattern\nget,\n").unwrap_err().contains("line 2"));
        assert!(endpoints("a", "x.yaml", "a: 1\n").is_err());
    }
}
