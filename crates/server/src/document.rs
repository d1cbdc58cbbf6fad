//! The OpenAPI document, made from the table of routes.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::problem::ProblemBody;
use crate::table::{BASE, Carries, Route, SchemaOf, of, routes};

const REFERENCES: &str = "/components/schemas";

/// The document of the whole API, OpenAPI 3.1.
#[must_use]
pub fn document() -> Value {
    let settings = || SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = REFERENCES.into());
    // What is sent and what is answered differ in what must be there.
    let mut sent = settings().for_deserialize().into_generator();
    let mut answered = settings().for_serialize().into_generator();
    let problem = of::<ProblemBody>(&mut answered);
    let mut paths: Map<String, Value> = Map::new();
    for route in routes() {
        let path = paths.entry(format!("{BASE}{}", route.path)).or_insert_with(|| json!({}));
        if let Value::Object(methods) = path {
            methods.insert(route.method.word().to_owned(), operation(route, &mut sent, &mut answered));
        }
    }
    let mut schemas = sent.take_definitions(true);
    schemas.append(&mut answered.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Muster",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "Application security posture management: one queue of real vulnerabilities from the reports of all scanners.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Problem": {
                "description": "Not done; `code` says why.",
                "headers": {"x-request-id": {"schema": {"type": "string"}}},
                "content": {"application/problem+json": {"schema": problem}},
            }},
        },
    })
}

fn operation(route: &Route, sent: &mut SchemaGenerator, answered: &mut SchemaGenerator) -> Value {
    let noun = route.path.split('/').nth(1).unwrap_or_default();
    let mut parameters = in_path(route.path);
    parameters.extend(route.params.into_iter().flat_map(|params| in_query(params, sent)));
    let mut out = json!({
        "operationId": route.operation,
        "summary": route.summary,
        "tags": [noun],
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": (route.answer)(answered)}}},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    });
    let body =
        |media: &str, schema: SchemaOf, sent: &mut SchemaGenerator| json!({"required": true, "content": {media: {"schema": schema(sent)}}});
    let body = match route.body {
        Carries::Nothing => None,
        Carries::Json(schema) => Some(body("application/json", schema, sent)),
        Carries::Form(schema) => Some(body("multipart/form-data", schema, sent)),
    };
    if let Value::Object(map) = &mut out {
        map.extend((!parameters.is_empty()).then(|| ("parameters".to_owned(), Value::Array(parameters))));
        map.extend(body.map(|body| ("requestBody".to_owned(), body)));
    }
    out
}

fn in_path(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})).collect()
}

fn in_query(params: SchemaOf, sent: &mut SchemaGenerator) -> Vec<Value> {
    let schema = params(sent).to_value();
    let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let parameter = |(name, mut schema): (String, Value)| {
        without_null(&mut schema);
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let mut out = json!({"name": name, "in": "query", "required": false, "schema": schema});
        if let Value::Object(map) = &mut out {
            map.extend(description.map(|text| ("description".to_owned(), text)));
        }
        out
    };
    properties.into_iter().map(parameter).collect()
}

/// A parameter or a part of a form is there or not; it is never null.
fn without_null(schema: &mut Value) {
    let Value::Object(map) = schema else { return };
    if map.get("default").is_some_and(|value| value.is_null() || value == "") {
        map.remove("default");
    }
    if let Some(Value::Array(types)) = map.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            map.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = map.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            map.remove("anyOf");
            map.extend(only);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_missing_is_not_null() {
        let mut text = json!({"type": ["string", "null"], "default": null, "description": "x"});
        without_null(&mut text);
        assert_eq!(text, json!({"type": "string", "description": "x"}));
        let mut time = json!({"anyOf": [{"$ref": "#/x"}, {"type": "null"}], "default": null});
        without_null(&mut time);
        assert_eq!(time, json!({"$ref": "#/x"}));
    }

    #[test]
    fn no_name_stands_for_two_types() {
        let document = document();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for name in schemas.keys() {
            let first = name.trim_end_matches(|c: char| c.is_ascii_digit());
            assert!(first == name || !schemas.contains_key(first), "{name} and {first} are named alike in the code");
        }
    }

    #[test]
    fn what_is_both_sent_and_answered_is_one_type() {
        let both = |settings: SchemaSettings| {
            let mut generator = settings.into_generator();
            for route in routes() {
                match route.body {
                    Carries::Json(schema) | Carries::Form(schema) => drop(schema(&mut generator)),
                    Carries::Nothing => {}
                }
                route.params.map(|params| params(&mut generator));
            }
            generator.take_definitions(true)
        };
        let sent = both(SchemaSettings::draft2020_12().for_deserialize());
        let mut answered = SchemaSettings::draft2020_12().for_serialize().into_generator();
        for route in routes() {
            (route.answer)(&mut answered);
        }
        for (name, schema) in answered.take_definitions(true) {
            assert!(sent.get(&name).is_none_or(|other| *other == schema), "{name}");
        }
    }
}
