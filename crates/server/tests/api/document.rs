//! The OpenAPI document.

use std::collections::BTreeSet;

use serde_json::Value;

#[test]
fn the_document_is_as_it_was() {
    insta::assert_json_snapshot!("openapi", server::document());
}

#[test]
fn every_route_is_in_it_once() {
    let document = server::document();
    let mut names = BTreeSet::new();
    for route in server::routes() {
        let operation = &document["paths"][format!("/api/v1{}", route.path)][route.method.word()];
        assert_eq!(operation["operationId"], route.operation, "{route:?}");
        assert!(!operation["responses"]["200"]["content"]["application/json"]["schema"].is_null(), "{route:?}");
        assert!(names.insert(route.operation), "{route:?}");
    }
    let all: usize = document["paths"].as_object().unwrap().values().map(|methods| methods.as_object().unwrap().len()).sum();
    assert_eq!(all, names.len());
}

#[test]
fn every_reference_in_it_leads_somewhere() {
    let document = server::document();
    let mut stack = vec![&document];
    let mut count = 0;
    while let Some(value) = stack.pop() {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference}"));
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                    count += 1;
                }
                stack.extend(map.values());
            }
            Value::Array(list) => stack.extend(list),
            _ => {}
        }
    }
    assert!(count > 20);
}
