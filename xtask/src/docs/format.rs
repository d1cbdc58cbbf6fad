//! What the source of a format says of it.

/// A format as its file describes it.
pub(super) struct Described {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kinds: String,
    pub(super) media: String,
    /// Why it is read-only; absent for supported formats.
    pub(super) read_only: Option<String>,
    /// The module's doc, Markdown.
    pub(super) doc: String,
}

impl Described {
    /// The page that it is on.
    pub(super) fn letter(&self) -> char {
        self.id.chars().next().filter(char::is_ascii_lowercase).unwrap_or('0')
    }
}

/// Reads the source of a format.
pub(super) fn described(source: &str, reasons: &[(String, String)]) -> Option<Described> {
    let (_, rest) = source.split_once("static FORMAT: Format")?;
    let definition = rest.split("};").next()?;
    let id = text_behind(definition, "id: \"")?;
    let status = words(definition, "status: ", "Status::", ',');
    let reason = reasons.iter().find(|(known, _)| *known == id).map(|(_, reason)| reason.clone());
    let read_only = match status.first()?.as_str() {
        "supported" => None,
        _ => Some(reason.unwrap_or_else(|| "see below".to_owned())),
    };
    let kinds = if definition.contains("Kind::ALL") { "any".to_owned() } else { kinds(source, definition) };
    let media = words(definition, "media: ", "Media::", ']').join(", ").replace("jsonlines", "jsonl");
    let doc: Vec<&str> =
        source.lines().map_while(|line| line.strip_prefix("//!")).map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let (name, doc) = (text_behind(definition, "name: \"")?, doc.join("\n").trim().to_owned());
    (!kinds.is_empty() && !media.is_empty() && !doc.is_empty()).then_some(Described { id, name, kinds, media, read_only, doc })
}

/// The kinds of a definition, or those of a constant that it names.
fn kinds(source: &str, definition: &str) -> String {
    let own = words(definition, "kinds: ", "Kind::", ']');
    if !own.is_empty() {
        return own.join(", ");
    }
    let name = definition.split_once("kinds: ").map(|(_, rest)| rest.trim_start_matches('&')).unwrap_or_default();
    let name: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    words(source, &format!("{name}: "), "Kind::", ';').join(", ")
}

fn text_behind(definition: &str, start: &str) -> Option<String> {
    let (_, rest) = definition.split_once(start)?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// The names behind each `Kind::` (or the like) between `start` and `end`, in lower case.
fn words(source: &str, start: &str, prefix: &str, end: char) -> Vec<String> {
    let Some((_, rest)) = source.split_once(start) else { return Vec::new() };
    let part = rest.split(end).next().unwrap_or_default();
    part.split(prefix).skip(1).map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()).collect()
}

/// Why formats are read-only, by id, from the table in the source.
pub(super) fn reasons(source: &str) -> Vec<(String, String)> {
    let table = source.split_once("static BECAUSE").map_or("", |(_, rest)| rest.split("];").next().unwrap_or_default());
    let texts: Vec<&str> = table.split('"').skip(1).step_by(2).collect();
    texts.chunks_exact(2).filter_map(|pair| Some((pair.first()?.to_string(), pair.get(1)?.to_string()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_may_stand_in_a_constant() {
        let source = "//! X.\nconst KINDS: &[Kind] = &[Kind::Sca, Kind::Container];\npub(crate) static FORMAT: Format = Format {\n    id: \"x\",\n    name: \
                      \"X\",\n    kinds: KINDS,\n    media: &[Media::Xml],\n    status: Status::Supported,\n    sniff,\n    parse,\n};";
        let found = described(source, &[]).unwrap();
        assert_eq!((found.kinds.as_str(), found.media.as_str(), found.read_only), ("sca, container", "xml", None));
    }
}
