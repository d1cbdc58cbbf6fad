//! Provenance of images: from which repository an image was built. It ties an image that no service claims to the service of its code.
//!
//! Read: in-toto statements with SLSA provenance (0.2 and 1.x), plain or in a DSSE envelope, one or one on each line. A signature is not checked:
//! the file says what it says, like any file of the inventory. Sources: in-toto.io/Statement/v1; slsa.dev/spec/v1.0/provenance and v0.2;
//! the DSSE envelope of github.com/secure-systems-lab/dsse.

use model::SourceLine;

use super::yaml::{self, Node};
use super::{Declared, FileId, Observation, Problem};
use crate::normalise::{image_repository, repository_id};

/// Most statements of one file, and the longest payload in bytes.
const MOST: (usize, usize) = (10_000, 4 << 20);

/// True where a text looks like an attestation.
#[must_use]
pub fn recognise(text: &str) -> bool {
    let head: String = text.chars().take(20_000).collect();
    let plain = head.contains("in-toto.io/Statement") && head.contains("slsa.dev/provenance");
    text.trim_start().starts_with('{') && (plain || head.contains("application/vnd.in-toto+json"))
}

/// Reads attestations.
#[must_use]
pub fn read(file: FileId, text: &str) -> (Declared, Vec<Problem>) {
    let mut declared = Declared { file, lenient: true, ..Declared::default() };
    let at = |declared: &Declared, line: u32| SourceLine { file: declared.file.path.clone(), line };
    let mut problems = Vec::new();
    let whole = yaml::documents(text).map(|documents| documents.into_iter().map(|node| (node.line, node)).collect::<Vec<_>>());
    let documents = whole.or_else(|error| by_line(text).ok_or(error));
    let documents = match documents {
        Ok(documents) => documents,
        Err(error) => return (declared.clone(), vec![Problem::error(at(&declared, error.line), error.message)]),
    };
    for (line, document) in documents.into_iter().take(MOST.0) {
        let envelope = document.get("dsseEnvelope").unwrap_or(&document);
        let statement = match envelope.get("payload").and_then(Node::text) {
            None => Some(document.clone()),
            Some(payload) => decode(payload).and_then(|text| yaml::documents(&text).ok()?.into_iter().next()),
        };
        let Some(statement) = statement else {
            problems.push(Problem::warning(at(&declared, line), "a payload that is no statement is left out"));
            continue;
        };
        let Some(repository) = source_of(&statement) else { continue };
        let subjects = statement.get("subject").map_or(&[][..], Node::items);
        let images: Vec<String> = subjects.iter().filter_map(|subject| image_repository(subject.get("name")?.text()?)).take(50).collect();
        if !images.is_empty() {
            let at = at(&declared, line);
            declared.observations.push(Observation { images, repository: Some(repository), at, ..Observation::default() });
        }
    }
    (declared, problems)
}

fn by_line(text: &str) -> Option<Vec<(u32, Node)>> {
    let mut out = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        out.extend(yaml::documents(line).ok()?.into_iter().map(|node| (number, node)));
    }
    Some(out)
}

/// The repository that the build took its code from.
fn source_of(statement: &Node) -> Option<String> {
    let places: [&[&str]; 5] = [
        &["predicate", "buildDefinition", "externalParameters", "workflow", "repository"],
        &["predicate", "buildDefinition", "externalParameters", "source", "uri"],
        &["predicate", "buildDefinition", "externalParameters", "source"],
        &["predicate", "invocation", "configSource", "uri"],
        &["predicate", "buildDefinition", "externalParameters", "configSource", "uri"],
    ];
    let stated = places.iter().find_map(|keys| statement.at(keys).and_then(Node::text));
    let first = || {
        let list =
            statement.at(&["predicate", "buildDefinition", "resolvedDependencies"]).or_else(|| statement.at(&["predicate", "materials"]));
        list?.items().iter().filter_map(|item| item.get("uri")?.text()).find(|uri| uri.starts_with("git+"))
    };
    let text = stated.or_else(first)?;
    let text = text.strip_prefix("git+").unwrap_or(text);
    // `https://host/path@refs/heads/main`
    let cut = text.split_once("://").map_or(0, |(scheme, _)| scheme.len() + 3);
    let end = text.get(cut..).and_then(|rest| rest.find('@')).map_or(text.len(), |at| cut + at);
    repository_id(text.get(..end)?)
}

/// Base64 with the usual or the URL's letters, as text.
fn decode(text: &str) -> Option<String> {
    if text.len() > MOST.1 {
        return None;
    }
    let (mut out, mut bits, mut held) = (Vec::with_capacity(text.len() / 4 * 3), 0u32, 0u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATEMENT: &str = r#"{"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "r.example/acme/api", "digest": {"sha256": "ab"}}],
 "predicateType": "https://slsa.dev/provenance/v1",
 "predicate": {"buildDefinition": {"externalParameters": {"workflow": {"repository": "https://github.com/Acme/shop", "ref": "refs/heads/main"}}}}}"#;

    fn seen(text: &str) -> Vec<(Vec<String>, Option<String>)> {
        assert!(recognise(text), "{text}");
        let (declared, problems) = read(FileId::default(), text);
        assert_eq!(problems, []);
        declared.observations.into_iter().map(|one| (one.images, one.repository)).collect()
    }

    #[test]
    fn statements_and_envelopes() {
        let expected = vec![(vec!["r.example/acme/api".to_owned()], repository_id("https://github.com/Acme/shop"))];
        assert_eq!(seen(STATEMENT), expected);
        // {"subject":[{"name":"r.example/acme/api"}],"predicate":{"invocation":{"configSource":{"uri":"git+https://github.com/Acme/shop@refs/heads/main"}}}}
        let payload = "eyJzdWJqZWN0IjpbeyJuYW1lIjoici5leGFtcGxlL2FjbWUvYXBpIn1dLCJwcmVkaWNhdGUiOnsiaW52b2NhdGlvbiI6eyJjb25maWdTb3VyY2UiOnsidXJpIjoiZ2l0K2h0dHBzOi8vZ2l0aHViLmNvbS9BY21lL3Nob3BAcmVmcy9oZWFkcy9tYWluIn19fX0=";
        let envelope = format!("{{\"payloadType\": \"application/vnd.in-toto+json\", \"payload\": \"{payload}\", \"signatures\": []}}");
        assert_eq!(seen(&envelope), expected);
        assert_eq!(seen(&format!("{envelope}\n{envelope}\n")).len(), 2);
        assert_eq!(decode("aGk=").as_deref(), Some("hi"));
        assert_eq!(decode("a!"), None);
    }
}
