//! What the members of a document are called.

use serde_json::Value;

/// The names of members anywhere in the document, 150 at most, looking at 50 elements of each list.
pub(crate) fn names(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if !out.contains(key) && out.len() < 150 {
                    out.push(key.clone());
                }
                names(member, out);
            }
        }
        Value::Array(elements) => elements.iter().take(50).for_each(|element| names(element, out)),
        _ => {}
    }
}
