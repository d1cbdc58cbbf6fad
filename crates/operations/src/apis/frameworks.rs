//! Tables of routes as frameworks print them: CSV, Spring (actuator mappings), Laravel, Rails, Flask, Django.

use serde_json::Value;

use super::read::{Document, Entry, Handler};

fn document(entries: Vec<Entry>) -> Document {
    Document { how: "code", entries, warnings: Vec::new() }
}

fn entry(method: &str, pattern: &str, path: Option<String>, symbol: Option<String>) -> Entry {
    let pattern = if pattern.starts_with('/') { pattern.to_owned() } else { format!("/{pattern}") };
    Entry { method: method.to_ascii_uppercase(), pattern, handler: Handler { path, symbol }, auth: "unknown", ..Entry::default() }
}

/// CSV with `method,pattern,path,symbol`.
pub(super) fn csv(text: &str) -> Option<Result<Document, String>> {
    let head = text.trim_start().lines().next().unwrap_or_default().to_ascii_lowercase();
    let header: Vec<&str> = head.split(',').map(str::trim).collect();
    let column = |name: &str| header.iter().position(|cell| *cell == name);
    let (Some(method), Some(pattern)) = (column("method"), column("pattern")) else {
        return header.contains(&"pattern").then(|| Err("no column `method`".to_owned()));
    };
    let mut entries = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).skip(1) {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let at =
            |position: Option<usize>| position.and_then(|at| cells.get(at)).filter(|cell| !cell.is_empty()).map(|cell| (*cell).to_owned());
        let (Some(method), Some(pattern)) = (at(Some(method)), at(Some(pattern))) else {
            return Some(Err(format!("line {}: method and pattern are needed", number + 1)));
        };
        let mut one = entry(&method, &pattern, at(column("path")), at(column("symbol")));
        one.pattern = pattern;
        entries.push(one);
    }
    Some(Ok(document(entries)))
}

/// `GET /actuator/mappings`.
pub(super) fn spring(text: &str) -> Option<Result<Document, String>> {
    if !text.starts_with('{') || !text.contains("dispatcherServlet") && !text.contains("dispatcherHandlers") {
        return None;
    }
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return Some(Err(error.to_string())),
    };
    let mut entries = Vec::new();
    let contexts = value.get("contexts")?.as_object()?;
    for context in contexts.values() {
        for group in ["/mappings/dispatcherServlets", "/mappings/dispatcherHandlers"] {
            let servlets = context.pointer(group).and_then(Value::as_object).into_iter().flat_map(|map| map.values());
            for mapping in servlets.filter_map(Value::as_array).flatten() {
                let Some(details) = mapping.get("details") else { continue };
                let list = |name: &str| {
                    let list = details.pointer(&format!("/requestMappingConditions/{name}")).and_then(Value::as_array);
                    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
                };
                let part = |name: &str| details.pointer(&format!("/handlerMethod/{name}")).and_then(Value::as_str);
                let symbol = part("className")
                    .zip(part("name"))
                    .map(|(class, method)| format!("{}.{method}", class.rsplit('.').next().unwrap_or(class)));
                let methods = list("methods");
                for pattern in list("patterns") {
                    let any = ["*".to_owned()];
                    for method in if methods.is_empty() { &any[..] } else { &methods[..] } {
                        entries.push(entry(method, &pattern, None, symbol.clone()));
                    }
                }
            }
        }
    }
    Some(Ok(document(entries)))
}

/// `php artisan route:list --json`, and other lists of objects with `method`, `uri` or `path`, and `action` or `handler`.
pub(super) fn laravel(text: &str) -> Option<Result<Document, String>> {
    if !text.starts_with('[') {
        return None;
    }
    let rows: Vec<Value> = serde_json::from_str(text).ok()?;
    let word = |row: &Value, names: &[&str]| names.iter().find_map(|name| row.get(name)?.as_str().map(str::to_owned));
    let first = rows.first()?;
    word(first, &["method"]).and(word(first, &["uri", "path", "pattern"]))?;
    // A list of requests has times or states; a table of routes has neither.
    if ["status", "timestamp", "time"].iter().any(|name| first.get(name).is_some()) {
        return None;
    }
    let mut entries = Vec::new();
    for row in &rows {
        let (Some(methods), Some(path)) = (word(row, &["method"]), word(row, &["uri", "path", "pattern"])) else { continue };
        let symbol = word(row, &["action", "handler", "symbol"]).map(|name| name.rsplit('\\').next().unwrap_or(&name).replace('@', "."));
        for method in methods.split('|').filter(|method| *method != "HEAD") {
            entries.push(entry(method, &path, word(row, &["file"]), symbol.clone()));
        }
    }
    Some(Ok(document(entries)))
}

/// Text tables: `rails routes`, `flask routes`, `manage.py show_urls`.
pub(super) fn text(text: &str) -> Option<Result<Document, String>> {
    let entries: Vec<Entry> =
        text.lines().flat_map(|line| rails(line).or_else(|| flask(line)).or_else(|| django(line)).unwrap_or_default()).collect();
    (!entries.is_empty()).then(|| Ok(document(entries)))
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// `order GET    /orders/:id(.:format)   orders#show`
fn rails(line: &str) -> Option<Vec<Entry>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|word| word.split('|').all(|one| METHODS.contains(&one)))?;
    let (path, action) = (words.get(at + 1)?, words.get(at + 2)?);
    if !path.starts_with('/') || !action.contains('#') {
        return None;
    }
    let path = path.replace("(.:format)", "");
    let (controller, method) = action.split_once('#')?;
    let file = format!("app/controllers/{controller}_controller.rb");
    Some(words.get(at)?.split('|').map(|method_word| entry(method_word, &path, Some(file.clone()), Some(method.to_owned()))).collect())
}

/// `orders.show   GET, HEAD   /orders/<int:id>`
fn flask(line: &str) -> Option<Vec<Entry>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [name, methods @ .., path] = words.as_slice() else { return None };
    let methods: Vec<&str> = methods.iter().map(|word| word.trim_end_matches(',')).collect();
    if methods.is_empty() || !path.starts_with('/') || !methods.iter().all(|word| METHODS.contains(word)) {
        return None;
    }
    let wanted = methods.iter().filter(|word| !matches!(**word, "HEAD" | "OPTIONS"));
    Some(wanted.map(|method| entry(method, path, None, Some((*name).to_owned()))).collect())
}

/// `/orders/<int:id>/\tshop.views.show\torder`
fn django(line: &str) -> Option<Vec<Entry>> {
    let mut cells = line.split('\t').map(str::trim);
    let (path, view) = (cells.next()?, cells.next()?);
    (path.starts_with('/') && view.contains('.') && !view.contains(' ')).then(|| vec![entry("*", path, None, Some(view.to_owned()))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(read: Option<Result<Document, String>>) -> Vec<String> {
        let shown = |entry: Entry| format!("{} {} {}", entry.method, entry.pattern, entry.handler.symbol.unwrap_or_default());
        read.unwrap().unwrap().entries.into_iter().map(shown).collect()
    }

    #[test]
    fn tables_of_frameworks() {
        assert_eq!(routes(csv("method,pattern,path,symbol\nget,/x,a.py,f\n")), ["GET /x f"]);
        assert!(csv("method,pattern\nget,\n").unwrap().unwrap_err().contains("line 2"));
        assert_eq!(routes(text("  order GET    /orders/:id(.:format)   orders#show\n")), ["GET /orders/:id show"]);
        assert_eq!(
            routes(text("Endpoint  Methods  Rule\n--------\norders.show  GET, HEAD  /orders/<int:id>\n")),
            ["GET /orders/<int:id> orders.show"]
        );
        assert_eq!(routes(text("/orders/<int:id>/\tshop.views.show\torder\n")), ["* /orders/<int:id>/ shop.views.show"]);
        assert_eq!(
            routes(laravel(r#"[{"method": "GET|HEAD", "uri": "orders/{id}", "action": "App\\Http\\OrderController@show"}]"#)),
            ["GET /orders/{id} OrderController.show"]
        );
        let actuator = r#"{"contexts": {"shop": {"mappings": {"dispatcherServlets": {"dispatcherServlet": [{"details": {"handlerMethod": {"className": "com.acme.Orders", "name": "show"},
            "requestMappingConditions": {"methods": ["GET"], "patterns": ["/orders/{id}"]}}}]}}}}}"#;
        assert_eq!(routes(spring(actuator)), ["GET /orders/{id} Orders.show"]);
        assert!(text("nothing here\n").is_none());
    }
}
