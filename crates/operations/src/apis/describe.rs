//! Descriptions of APIs: OpenAPI and Swagger, GraphQL (schema and introspection), gRPC (proto files).

use pipeline::correlate::yaml::{Node, documents};
use serde_json::Value;

use super::read::{Document, Entry, Handler};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn document(entries: Vec<Entry>) -> Document {
    Document { how: "documented", entries, warnings: Vec::new() }
}

/// OpenAPI 3 and Swagger 2, as JSON or YAML.
pub(super) fn openapi(text: &str) -> Option<Result<Document, String>> {
    if !text.contains("openapi") && !text.contains("swagger") {
        return None;
    }
    let parsed = match documents(text) {
        Ok(parsed) => parsed,
        Err(error) => return Some(Err(format!("line {}: {}", error.line, error.message))),
    };
    let root = parsed.first()?;
    root.get("openapi").or_else(|| root.get("swagger"))?;
    let Some(paths) = root.get("paths") else { return Some(Err("an OpenAPI document without `paths`".to_owned())) };
    let base = base(root);
    let has_schemes =
        root.get("components").and_then(|part| part.get("securitySchemes")).or_else(|| root.get("securityDefinitions")).is_some();
    let mut entries = Vec::new();
    for (pattern, item) in paths.entries() {
        for (method, operation) in item.entries().iter().filter(|(key, _)| METHODS.contains(&key.text.to_ascii_lowercase().as_str())) {
            let security = operation.get("security").or_else(|| root.get("security"));
            let flag = |name: &str| operation.get(name).and_then(Node::text).is_some_and(|text| text == "true");
            let data = operation.get("x-data").or_else(|| item.get("x-data"));
            entries.push(Entry {
                method: method.text.to_ascii_uppercase(),
                pattern: format!("{base}{}", pattern.text),
                handler: handler(operation, item),
                auth: match security {
                    Some(list) if list.items().is_empty() => "none",
                    // An empty requirement among others: credentials are optional.
                    Some(list) if list.items().iter().any(|one| one.entries().is_empty()) => "none",
                    Some(_) => "required",
                    None if has_schemes => "none",
                    None => "unknown",
                },
                deprecated: flag("deprecated"),
                data: data.map(|list| list.items().iter().filter_map(Node::text).map(str::to_owned).collect()).unwrap_or_default(),
                ..Entry::default()
            });
        }
    }
    Some(Ok(document(entries)))
}

/// The path before all others: `basePath`, or that of the first server.
fn base(root: &Node) -> String {
    let swagger = root.get("basePath").and_then(Node::text);
    let server = || root.get("servers").and_then(|list| list.items().first()).and_then(|server| server.get("url")).and_then(Node::text);
    let base = match (swagger, server()) {
        (Some(base), _) => base,
        (None, Some(url)) if !url.contains('{') => super::pattern::of_url(url).1,
        _ => "",
    };
    base.trim_end_matches('/').to_owned()
}

/// `x-handler: {path, class, method}`, else the operation's id.
fn handler(operation: &Node, item: &Node) -> Handler {
    let stated = operation.get("x-handler").or_else(|| item.get("x-handler"));
    let part = |name: &str| stated.and_then(|handler| handler.get(name)).and_then(Node::text);
    let symbol = match (part("class"), part("method").or_else(|| operation.get("operationId").and_then(Node::text))) {
        (Some(class), Some(method)) => Some(format!("{class}.{method}")),
        (None, Some(method)) => Some(method.to_owned()),
        (class, None) => class.map(str::to_owned),
    };
    Handler { path: part("path").map(str::to_owned), symbol }
}

/// Fields of `Query`, `Mutation` and `Subscription` in a GraphQL schema: `POST /graphql#Query.orders`.
pub(super) fn graphql(text: &str) -> Option<Result<Document, String>> {
    const ROOTS: [&str; 3] = ["Query", "Mutation", "Subscription"];
    let is_root = |line: &str| {
        let rest = line.trim_start().trim_start_matches("extend ").strip_prefix("type ")?;
        ROOTS
            .into_iter()
            .find(|root| rest.strip_prefix(root).is_some_and(|tail| tail.trim_start().starts_with(['{', '@']) || tail.trim().is_empty()))
    };
    text.lines().find_map(is_root)?;
    let mut entries = Vec::new();
    let mut root = None;
    let mut quoted = false;
    let mut depth = 0i32;
    for line in text.lines().flat_map(|line| if is_root(line).is_some() { unfolded(line) } else { vec![line] }) {
        if line.matches("\"\"\"").count() % 2 == 1 {
            quoted = !quoted;
            continue;
        }
        let line = line.split('#').next().unwrap_or(line).trim();
        if quoted || line.starts_with('"') {
            continue;
        }
        if root.is_none() {
            root = is_root(line);
        } else if depth == 1 && !line.starts_with('}') && !line.is_empty() {
            let name: String = line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if let (Some(root), false) = (root, name.is_empty()) {
                entries.push(Entry {
                    method: "POST".to_owned(),
                    pattern: format!("/graphql#{root}.{name}"),
                    handler: Handler { path: None, symbol: Some(name) },
                    auth: if ["@auth", "@isAuthenticated", "@hasRole", "@requires"].iter().any(|mark| line.contains(mark)) {
                        "required"
                    } else {
                        "unknown"
                    },
                    deprecated: line.contains("@deprecated"),
                    ..Entry::default()
                });
            }
        }
        let count = |sign: char| i32::try_from(line.matches(sign).count()).unwrap_or(0);
        // Arguments may spread over lines: their parentheses hold no fields.
        depth += count('{') - count('}') + count('(') - count(')');
        if root.is_some() && depth <= 0 && line.contains('}') {
            root = None;
            depth = 0;
        }
    }
    Some(Ok(document(entries)))
}

/// A type that is written on one line, with its fields on lines of their own.
fn unfolded(line: &str) -> Vec<&str> {
    let Some((head, rest)) = line.split_once('{').filter(|(_, rest)| !rest.trim().is_empty()) else { return vec![line] };
    let mut out = vec![line.get(..=head.len()).unwrap_or(line)];
    let (inside, end) = rest.rsplit_once('}').map_or((rest, None), |(inside, _)| (inside, rest.get(inside.len()..)));
    let (mut start, mut depth) = (0, 0i32);
    for (at, sign) in inside.char_indices() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                out.extend(inside.get(start..at));
                start = at + 1;
            }
            // White space alone parts fields too: what follows is a name with its arguments or its type.
            ' ' | '\t' if depth == 0 && begins_field(inside.get(start..at), inside.get(at..)) => {
                out.extend(inside.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    out.extend(inside.get(start..));
    out.extend(end);
    out
}

/// True where a field is whole before and another one begins behind.
fn begins_field(before: Option<&str>, behind: Option<&str>) -> bool {
    let (before, behind) = (before.unwrap_or_default().trim(), behind.unwrap_or_default().trim_start());
    let rest = behind.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    before.contains(':') && !before.ends_with(':') && rest.len() < behind.len() && rest.trim_start().starts_with([':', '('])
}

/// The answer to GraphQL's introspection.
pub(super) fn graphql_introspection(text: &str) -> Option<Result<Document, String>> {
    if !text.starts_with('{') || !text.contains("__schema") && !text.contains("queryType") {
        return None;
    }
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return Some(Err(error.to_string())),
    };
    let schema = value.pointer("/data/__schema").or_else(|| value.get("__schema"))?;
    let mut entries = Vec::new();
    for (member, word) in [("queryType", "Query"), ("mutationType", "Mutation"), ("subscriptionType", "Subscription")] {
        let Some(name) = schema.pointer(&format!("/{member}/name")).and_then(Value::as_str) else { continue };
        let types = schema.get("types").and_then(Value::as_array).into_iter().flatten();
        let fields =
            types.filter(|one| one.get("name").and_then(Value::as_str) == Some(name)).filter_map(|one| one.get("fields")?.as_array());
        for field in fields.flatten() {
            let Some(field_name) = field.get("name").and_then(Value::as_str) else { continue };
            entries.push(Entry {
                method: "POST".to_owned(),
                pattern: format!("/graphql#{word}.{field_name}"),
                handler: Handler { path: None, symbol: Some(field_name.to_owned()) },
                auth: "unknown",
                deprecated: field.get("isDeprecated").and_then(Value::as_bool).unwrap_or(false),
                ..Entry::default()
            });
        }
    }
    Some(Ok(document(entries)))
}

/// Methods of services in a proto file: `POST /shop.Orders/Show`, and the addresses of `google.api.http`.
pub(super) fn proto(text: &str) -> Option<Result<Document, String>> {
    let plain = || text.lines().map(|line| line.split("//").next().unwrap_or(line).trim());
    if !plain().any(|line| line.starts_with("syntax") && line.contains("proto")) || !plain().any(|line| line.starts_with("service ")) {
        return None;
    }
    let text = statements(plain());
    let lines = || text.lines().map(str::trim);
    let name = |rest: &str| -> String { rest.trim().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).collect() };
    let mut package = String::new();
    let mut service = String::new();
    let mut method = String::new();
    let mut entries: Vec<Entry> = Vec::new();
    for line in lines() {
        if let Some(rest) = line.strip_prefix("package ") {
            package = name(rest);
        } else if let Some(rest) = line.strip_prefix("service ") {
            service = name(rest);
        } else if let Some(rest) = line.strip_prefix("rpc ") {
            method = name(rest);
            let full = if package.is_empty() { service.clone() } else { format!("{package}.{service}") };
            entries.push(Entry {
                method: "POST".to_owned(),
                pattern: format!("/{full}/{method}"),
                handler: Handler { path: None, symbol: Some(format!("{service}.{method}")) },
                auth: "unknown",
                deprecated: line.contains("deprecated = true"),
                ..Entry::default()
            });
        } else if line.contains("deprecated = true") {
            entries.last_mut().into_iter().for_each(|entry| entry.deprecated = true);
        } else if let Some((verb, rest)) = line.split_once(':')
            && METHODS.contains(&verb.trim())
            && let Some(path) = rest.split('"').nth(1)
        {
            let handler = Handler { path: None, symbol: Some(format!("{service}.{method}")) };
            entries.push(Entry {
                method: verb.trim().to_ascii_uppercase(),
                pattern: path.to_owned(),
                handler,
                auth: "unknown",
                ..Entry::default()
            });
        }
    }
    Some(Ok(document(entries)))
}

/// Proto text with a statement a line: braces and semicolons outside of strings end one.
fn statements<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for line in lines {
        let mut quoted = false;
        for sign in line.chars() {
            quoted ^= sign == '"';
            out.push(sign);
            if !quoted && matches!(sign, '{' | '}' | ';') {
                out.push('\n');
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(read: Option<Result<Document, String>>) -> Vec<(String, String, &'static str, bool)> {
        read.unwrap().unwrap().entries.into_iter().map(|entry| (entry.method, entry.pattern, entry.auth, entry.deprecated)).collect()
    }

    fn way(method: &str, pattern: &str, auth: &'static str, deprecated: bool) -> (String, String, &'static str, bool) {
        (method.to_owned(), pattern.to_owned(), auth, deprecated)
    }

    #[test]
    fn openapi_with_security() {
        let text = "openapi: 3.1.0\nservers: [{url: https://shop.example.com/v1}]\nsecurity: [{bearer: []}]\npaths:\n  /orders/{id}:\n    get: {operationId: show, deprecated: true}\n    post: {security: []}\n";
        assert_eq!(ways(openapi(text)), [way("GET", "/v1/orders/{id}", "required", true), way("POST", "/v1/orders/{id}", "none", false)]);
        assert!(openapi("a: 1\n").is_none());
        assert!(openapi("openapi: 3.1.0\n").unwrap().is_err());
    }

    #[test]
    fn graphql_and_grpc() {
        let text = "\"\"\"\nThe roots\n\"\"\"\ntype Query {\n  orders(\n    first: Int\n  ): [Order!]! @auth\n  old: Int @deprecated\n}\ntype Order {\n  id: ID!\n}\nextend type Mutation {\n  pay(id: ID!): Order\n}\n";
        assert_eq!(
            ways(graphql(text)),
            [
                way("POST", "/graphql#Query.orders", "unknown", false),
                way("POST", "/graphql#Query.old", "unknown", true),
                way("POST", "/graphql#Mutation.pay", "unknown", false),
            ]
        );
        let text = "syntax = \"proto3\";\npackage shop.v1;\nservice Orders {\n  rpc Show(A) returns (B) {\n    option (google.api.http) = {\n      get: \"/v1/orders/{id}\"\n    };\n  }\n}\n";
        assert_eq!(
            ways(proto(text)),
            [way("POST", "/shop.v1.Orders/Show", "unknown", false), way("GET", "/v1/orders/{id}", "unknown", false)]
        );
        let text = "type Query { order(id: ID!, last: Int): Order, all: [Order!]! @deprecated }\ntype Order { id: ID! }\n";
        assert_eq!(
            ways(graphql(text)),
            [way("POST", "/graphql#Query.order", "unknown", false), way("POST", "/graphql#Query.all", "unknown", true)]
        );
        let text = "type Query { order(id: ID!, last: Int): Order @a(b: C)  me: User! all : [Order!]! }\n";
        let fields = ways(graphql(text)).into_iter().map(|way| way.1).collect::<Vec<_>>();
        assert_eq!(fields, ["/graphql#Query.order", "/graphql#Query.me", "/graphql#Query.all"]);
        let text = "syntax = \"proto3\";\npackage a;\nservice Pay { rpc Charge(R) returns (S) { option (google.api.http) = { post: \"/v1/{id}:charge\" body: \"*\" }; } rpc Refund(R) returns (S); }\n";
        assert_eq!(
            ways(proto(text)),
            [
                way("POST", "/a.Pay/Charge", "unknown", false),
                way("POST", "/v1/{id}:charge", "unknown", false),
                way("POST", "/a.Pay/Refund", "unknown", false)
            ]
        );
        let text = r#"{"data": {"__schema": {"queryType": {"name": "Q"}, "types": [{"name": "Q", "fields": [{"name": "orders", "isDeprecated": false}]}]}}}"#;
        assert_eq!(ways(graphql_introspection(text)), [way("POST", "/graphql#Query.orders", "unknown", false)]);
    }
}
