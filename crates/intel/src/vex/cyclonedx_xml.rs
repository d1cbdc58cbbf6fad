//! CycloneDX in XML, turned into the shapes of the JSON.
//!
//! Only what statements rest on is kept; extensions and everything else are passed over. Entities of a document's own are not resolved.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value, json};

use crate::error::Refusal;

/// Deepest nesting of elements.
const MOST_DEPTH: usize = 100;
/// Most elements of a document.
const MOST_ELEMENTS: usize = 5_000_000;

/// An element with what it holds. Names are without their prefix.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The elements of a list: `<components><component>`.
    fn list<'a>(&'a self, list: &'a str, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.all(list).flat_map(move |list| list.all(name))
    }

    fn text_of(&self, name: &str) -> Option<String> {
        self.all(name).next().map(|child| child.text.trim().to_owned())
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// True of a document that starts like XML.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// The document as JSON.
pub(super) fn to_json(bytes: &[u8]) -> Result<Value, Refusal> {
    let bom = parse(bytes)?;
    if bom.name != "bom" {
        return Err(Refusal::at("head", format!("not a VEX document: `{}` is not the `bom` of CycloneDX", super::short(&bom.name))));
    }
    let metadata = bom.all("metadata").next();
    let mut out = Map::new();
    out.insert("bomFormat".to_owned(), json!("CycloneDX"));
    put(&mut out, "serialNumber", bom.attribute("serialNumber").map(str::to_owned));
    if let Some(version) = bom.attribute("version").and_then(|text| text.trim().parse::<u64>().ok()) {
        out.insert("version".to_owned(), json!(version));
    }
    if let Some(metadata) = metadata {
        let named = |element: &Element| json!({"name": element.text_of("name")});
        let mut about = Map::new();
        put(&mut about, "timestamp", metadata.text_of("timestamp"));
        about.insert("authors".to_owned(), metadata.list("authors", "author").map(named).collect());
        for by in ["supplier", "manufacturer", "manufacture"] {
            if let Some(element) = metadata.all(by).next() {
                about.insert(by.to_owned(), named(element));
            }
        }
        if let Some(product) = metadata.all("component").next() {
            about.insert("component".to_owned(), component(product));
        }
        out.insert("metadata".to_owned(), Value::Object(about));
    }
    out.insert("components".to_owned(), bom.list("components", "component").map(component).collect());
    out.insert("vulnerabilities".to_owned(), bom.list("vulnerabilities", "vulnerability").map(vulnerability).collect());
    Ok(Value::Object(out))
}

fn put(out: &mut Map<String, Value>, name: &str, text: Option<String>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        out.insert(name.to_owned(), Value::String(text));
    }
}

/// Recursion is bounded by the depth of the document.
fn component(row: &Element) -> Value {
    let mut out = Map::new();
    put(&mut out, "bom-ref", row.attribute("bom-ref").map(str::to_owned));
    for name in ["group", "name", "version", "purl"] {
        put(&mut out, name, row.text_of(name));
    }
    let hash = |hash: &Element| json!({"alg": hash.attribute("alg").unwrap_or_default(), "content": hash.text.trim()});
    out.insert("hashes".to_owned(), row.list("hashes", "hash").map(hash).collect());
    let property = |property: &Element| json!({"name": property.attribute("name").unwrap_or_default(), "value": property.text.trim()});
    out.insert("properties".to_owned(), row.list("properties", "property").map(property).collect());
    out.insert("components".to_owned(), row.list("components", "component").map(component).collect());
    Value::Object(out)
}

fn vulnerability(row: &Element) -> Value {
    let mut out = Map::new();
    put(&mut out, "id", row.text_of("id"));
    let reference = |other: &Element| json!({"id": other.text_of("id")});
    out.insert("references".to_owned(), row.list("references", "reference").map(reference).collect());
    if let Some(said) = row.all("analysis").next() {
        let mut analysis = Map::new();
        for name in ["state", "justification", "detail", "firstIssued", "lastUpdated"] {
            put(&mut analysis, name, said.text_of(name));
        }
        let responses = said.list("responses", "response").map(|response| json!(response.text.trim()));
        analysis.insert("response".to_owned(), responses.collect());
        out.insert("analysis".to_owned(), Value::Object(analysis));
    }
    let version = |version: &Element| {
        let mut out = Map::new();
        for name in ["version", "range", "status"] {
            put(&mut out, name, version.text_of(name));
        }
        Value::Object(out)
    };
    let affect = |target: &Element| json!({"ref": target.text_of("ref").unwrap_or_default(), "versions": target.list("versions", "version").map(version).collect::<Value>()});
    out.insert("affects".to_owned(), row.list("affects", "target").map(affect).collect());
    Value::Object(out)
}

fn parse(bytes: &[u8]) -> Result<Element, Refusal> {
    let mut reader = Reader::from_reader(bytes);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<Element> = Vec::new();
    let (mut elements, mut buffer) = (0usize, Vec::new());
    loop {
        buffer.clear();
        let place = format!("byte {}", reader.buffer_position());
        let event = reader.read_event_into(&mut buffer).map_err(|error| Refusal::at(place.clone(), error.to_string()))?;
        let done = match event {
            Event::Start(start) => {
                elements += 1;
                if open.len() >= MOST_DEPTH || elements > MOST_ELEMENTS {
                    return Err(Refusal::at(place, format!("nested more than {MOST_DEPTH} deep, or more than {MOST_ELEMENTS} elements")));
                }
                open.push(element(&start));
                None
            }
            Event::Empty(start) => {
                elements += 1;
                Some(element(&start))
            }
            Event::End(_) => open.pop(),
            Event::Text(text) => add(&mut open, &String::from_utf8_lossy(&text)),
            Event::CData(text) => add(&mut open, &String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => {
                let known = name.resolve_char_ref().ok().flatten().map(String::from);
                let known = known.or_else(|| {
                    let name = String::from_utf8_lossy(&name);
                    quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned)
                });
                add(&mut open, &known.unwrap_or_default())
            }
            Event::Eof => return Err(Refusal::at(place, "the file is cut off")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => None,
        };
        if let Some(done) = done {
            match open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => return Ok(done),
            }
        }
    }
}

fn add(open: &mut [Element], text: &str) -> Option<Element> {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
    None
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start.attributes().flatten().map(|attribute| {
        let value = attribute.unescape_value().map_or_else(|_| String::from_utf8_lossy(&attribute.value).into_owned(), Into::into);
        (String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned(), value)
    });
    Element {
        name: String::from_utf8_lossy(start.local_name().as_ref()).into_owned(),
        attributes: attributes.collect(),
        ..Element::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    /// The same document as in the tests of the JSON, but for the order of its parts.
    const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- written by hand --><c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:00000000-0000-4000-8000-000000000001" version="1">
  <c:vulnerabilities>
    <c:vulnerability><c:id>CVE-2026-3000</c:id><c:analysis><c:state>not_affected</c:state><c:justification>code_not_reachable</c:justification>
      <c:detail>Left &amp; right are <![CDATA[<not>]]> called&#46;</c:detail><c:lastUpdated>2026-01-20T00:00:00Z</c:lastUpdated></c:analysis>
      <c:affects><c:target><c:ref>lib</c:ref><c:versions><c:version><c:version>1.0</c:version><c:status>unaffected</c:status></c:version>
        <c:version><c:version>0.9</c:version><c:status>affected</c:status></c:version></c:versions></c:target>
        <c:target><c:ref>inner</c:ref></c:target><c:target><c:ref>root</c:ref></c:target></c:affects></c:vulnerability>
    <c:vulnerability><c:id>CVE-2026-3001</c:id><c:references><c:reference><c:id>GHSA-x</c:id></c:reference></c:references>
      <c:analysis><c:state>false_positive</c:state></c:analysis>
      <c:affects><c:target><c:ref>urn:cdx:00000000-0000-4000-8000-000000000009/1#pkg:npm/a@1</c:ref></c:target></c:affects></c:vulnerability>
  </c:vulnerabilities>
  <c:metadata><c:timestamp>2026-02-01T00:00:00Z</c:timestamp><c:authors><c:author><c:name>Example Security</c:name></c:author></c:authors>
    <c:component bom-ref="root" type="container"><c:name>api</c:name><c:version>7</c:version><c:purl>pkg:oci/api?repository_url=registry.example.com/acme/api</c:purl></c:component></c:metadata>
  <c:components><c:component bom-ref="lib" type="library"><c:group>org.acme</c:group><c:name>core</c:name><c:version>1.0</c:version>
    <c:components><c:component bom-ref="inner" type="library"><c:name>inner</c:name><c:purl>pkg:maven/org.acme/inner@3</c:purl></c:component></c:components>
  </c:component></c:components>
</c:bom>"#;

    #[test]
    fn says_what_the_json_says() {
        let document = read(XML.as_bytes(), "vex.xml").unwrap().document;
        assert_eq!((document.author.as_str(), document.version.as_str(), document.statements.len()), ("Example Security", "1", 2));
        let [first, second] = document.statements.as_slice() else { panic!("{document:?}") };
        assert_eq!(first.reason.as_deref(), Some("Left & right are <not> called."));
        let components: Vec<Option<&str>> = first.subjects.iter().map(|s| s.component.as_ref().map(|c| c.id.as_str())).collect();
        assert_eq!(components, [Some("org.acme/core"), Some("pkg:maven/org.acme/inner@3"), None]);
        assert_eq!(second.vulnerabilities, ["CVE-2026-3001", "GHSA-X"]);
        assert_eq!(second.subjects[0].component.as_ref().unwrap().id, "pkg:npm/a@1");
    }

    #[test]
    fn what_is_refused_says_where_and_why() {
        let refused = |text: &str| read(text.as_bytes(), "vex.xml").unwrap_err().to_string();
        let half: String = XML.chars().take(XML.len() * 6 / 10).collect();
        assert!(refused(&half).contains("the file is cut off"), "{}", refused(&half));
        assert!(refused("<html><body/></html>").contains("`html` is not the `bom`"));
        assert!(refused(&"<a>".repeat(100_000)).contains("nested more than"));
        assert!(refused(&XML.replace("not_affected", "fine")).contains("`fine` is no state"));
        for n in (0..XML.len()).filter(|n| XML.is_char_boundary(*n)) {
            let _ = read(XML.as_bytes().get(..n).unwrap(), "x");
        }
    }
}
