//! VEX documents: OpenVEX, CSAF 2.0 and CycloneDX (JSON and XML), in; the three as JSON, out.
//!
//! A document is read whole or refused whole, with place and reason. What one statement lacks (a product, a date) is a warning, and the
//! statement is left out: it could take nothing out of the queue. Names of vulnerabilities are in upper case; products and components stay
//! as the document writes them, and are understood where they are matched.

mod csaf;
mod csaf_tree;
mod cyclonedx;
mod cyclonedx_xml;
mod openvex;
mod publish;
mod words;
mod write_csaf;
mod write_cyclonedx;
mod write_openvex;

use ::model::{Timestamp, VexDocument, VexThing, Warning};

use crate::error::{FeedError, Refusal};

pub use publish::{Entry, Format, Item, Product, Publication, write};
pub use words::justification_of;

/// Largest document after decompression, in bytes. The largest published ones are some 30 MB.
const MAX_BYTES: usize = 128 << 20;
/// Most pairs of product and component in a document.
const MAX_SUBJECTS: usize = 500_000;
/// Most statements in a document.
const MAX_STATEMENTS: usize = 200_000;
/// Warnings kept of one document.
const MAX_WARNINGS: usize = 100;

/// A document that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadVex {
    pub document: VexDocument,
    pub warnings: Vec<Warning>,
}

/// Reads a document; the format is recognised from its content, `.gz` is unpacked. `name` is the file's name, for errors.
///
/// # Errors
/// When it is no VEX document, was cut off, has no author, date or identifier, or no statement that says anything.
pub fn read(bytes: &[u8], name: &str) -> Result<ReadVex, FeedError> {
    let refuse = |refusal: Refusal| FeedError { file: name.to_owned(), place: refusal.place, reason: refusal.reason };
    let bytes = crate::feed::unpack(bytes).map_err(refuse)?;
    if bytes.len() > MAX_BYTES {
        return Err(refuse(Refusal::at("file", format!("larger than {MAX_BYTES} bytes"))));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if cyclonedx_xml::is(bytes) {
        let mut draft = Draft::default();
        let bom = cyclonedx_xml::to_json(bytes).and_then(|json| serde_json::to_vec(&json).map_err(Refusal::from)).map_err(refuse)?;
        let document = cyclonedx::read(&bom, &mut draft).and_then(|document| draft.check(document)).map_err(refuse)?;
        return Ok(ReadVex { document, warnings: draft.warnings });
    }
    let head: Head = serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Syntax if error.line() == 1 && error.column() <= 1 => {
            refuse(Refusal::at("head", "not a VEX document: OpenVEX, CSAF and CycloneDX are read as JSON, CycloneDX as XML too"))
        }
        _ => refuse(error.into()),
    })?;
    let mut draft = Draft::default();
    let document = match head.format() {
        Some(Format::OpenVex) => openvex::read(bytes, &mut draft),
        Some(Format::Csaf) => csaf::read(bytes, &mut draft),
        Some(Format::CycloneDx) => cyclonedx::read(bytes, &mut draft),
        None => Err(Refusal::at("head", "not a VEX document: OpenVEX, CSAF and CycloneDX are read as JSON, CycloneDX as XML too")),
    };
    let document = document.and_then(|document| draft.check(document)).map_err(refuse)?;
    Ok(ReadVex { document, warnings: draft.warnings })
}

/// The members by which a document is recognised; everything else is passed over.
#[derive(serde::Deserialize)]
struct Head {
    #[serde(rename = "@context", default)]
    context: Option<serde_json::Value>,
    #[serde(rename = "bomFormat", default)]
    bom_format: Option<serde_json::Value>,
    #[serde(default)]
    document: Option<HeadOfCsaf>,
    #[serde(default)]
    statements: Option<serde::de::IgnoredAny>,
}

#[derive(serde::Deserialize)]
struct HeadOfCsaf {
    #[serde(default)]
    csaf_version: Option<serde_json::Value>,
}

impl Head {
    fn format(&self) -> Option<Format> {
        let is = |value: &Option<serde_json::Value>, wanted: &str| {
            value.as_ref().is_some_and(|value| value.to_string().to_ascii_lowercase().contains(wanted))
        };
        if self.document.as_ref().is_some_and(|document| document.csaf_version.is_some()) {
            Some(Format::Csaf)
        } else if is(&self.bom_format, "cyclonedx") {
            Some(Format::CycloneDx)
        } else if is(&self.context, "openvex") || self.context.is_some() && self.statements.is_some() {
            Some(Format::OpenVex)
        } else {
            None
        }
    }
}

/// What a reader notices.
#[derive(Default)]
struct Draft {
    warnings: Vec<Warning>,
    subjects: usize,
}

impl Draft {
    fn warn(&mut self, place: impl Into<String>, message: impl Into<String>) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(Warning { place: place.into(), message: message.into() });
        }
    }

    /// Counts pairs of product and component.
    fn count(&mut self, place: &str, subjects: usize) -> Result<(), Refusal> {
        self.subjects += subjects;
        if self.subjects > MAX_SUBJECTS {
            return Err(Refusal::at(place, format!("more than {MAX_SUBJECTS} pairs of product and component")));
        }
        Ok(())
    }

    fn check(&self, document: VexDocument) -> Result<VexDocument, Refusal> {
        if document.statements.is_empty() {
            let first = self.warnings.first().map(|warning| format!("; the first problem: {warning}")).unwrap_or_default();
            return Err(Refusal::at("statements", format!("it says nothing of any product{first}")));
        }
        if document.statements.len() > MAX_STATEMENTS {
            return Err(Refusal::at("statements", format!("more than {MAX_STATEMENTS} statements")));
        }
        if document.author.trim().is_empty() {
            return Err(Refusal::at("author", "it names no author, so nobody can say whether to trust it"));
        }
        if document.id.trim().is_empty() {
            return Err(Refusal::at("id", "it has no identifier, so a later version of it could not be told from another document"));
        }
        Ok(document)
    }
}

/// A date that a document gives.
fn time(text: Option<&String>) -> Option<Timestamp> {
    text.and_then(|text| Timestamp::lenient(text))
}

/// A text that says something.
fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The name of a vulnerability, in upper case; of an address its last part.
fn vulnerability(text: &str) -> Option<String> {
    let text = text.trim();
    let text = if text.contains("://") { text.trim_end_matches('/').rsplit(['/', '=', '#']).next()? } else { text };
    (!text.is_empty() && text.len() <= 128 && !text.contains(char::is_control)).then(|| text.to_ascii_uppercase())
}

/// Sorts an identifier among the package URLs or the names of a thing.
fn name(thing: &mut VexThing, text: &str) {
    let text = text.trim();
    if text.is_empty() || text.len() > 4096 {
        return;
    }
    let list = if is_purl(text) { &mut thing.purls } else { &mut thing.names };
    if !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}

fn is_purl(text: &str) -> bool {
    text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("pkg:"))
}

/// Names the thing for people, once all its names are known.
fn finish(mut thing: VexThing) -> VexThing {
    if thing.id.is_empty() {
        thing.id = thing.purls.first().or_else(|| thing.names.first()).or_else(|| thing.digests.first()).cloned().unwrap_or_default();
    }
    thing
}

/// A text for a message.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// `sha256:…` of an algorithm and a value as documents write them.
fn digest(algorithm: &str, value: &str) -> Option<String> {
    let algorithm: String = algorithm.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let known = matches!(algorithm.as_str(), "sha256" | "sha384" | "sha512");
    (known && value.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| format!("{algorithm}:{}", value.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests;
