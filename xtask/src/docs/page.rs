//! The pages themselves.

use super::format::Described;

const MADE: &str = "<!-- Made by `cargo xtask docs` from the files in crates/formats/src/tools; change those. -->\n";

/// All formats in a table.
pub(super) fn overview(formats: &[Described]) -> String {
    let read_only: Vec<&Described> = formats.iter().filter(|format| format.read_only.is_some()).collect();
    let mut out = format!(
        "{MADE}\n# Formats\n\nMuster recognises a report from its content; `--format ID` names the format where that does not tell. There are {} formats.\n\n\
         *Supported*: what a complete report leaves out is closed. The rules of import are tried on every fixture of every such format. *Read-only* \
         ({}): reports are imported and close nothing; [why](#read-only).\n\n\
         What no format knows is read by a [mapping](mapping.md), and many tools without a format write [SARIF](s.md#sarif). \
         [Which versions were looked up](versions.md).\n\n\
         | id | name | kinds | media | status |\n|---|---|---|---|---|\n",
        formats.len(),
        read_only.len()
    );
    for format in formats {
        out.push_str(&format!(
            "| [{id}]({letter}.md#{id}) | {name} | {kinds} | {media} | {status} |\n",
            id = format.id,
            letter = format.letter(),
            name = format.name.replace('|', "\\|"),
            kinds = format.kinds,
            media = format.media,
            status = if format.read_only.is_some() { "read-only" } else { "supported" },
        ));
    }
    out.push_str("\n## Read-only\n\n");
    for format in read_only {
        let reason = format.read_only.as_deref().unwrap_or_default();
        out.push_str(&format!("- [{}]({}.md#{}): {reason}.\n", format.name, format.letter(), format.id));
    }
    out
}

/// The formats whose id starts with that letter.
pub(super) fn of_letter(letter: char, formats: &[&Described]) -> String {
    let mut out = format!("{MADE}\n# Formats: {}\n\n[All formats](README.md)\n", letter.to_ascii_uppercase());
    for format in formats {
        let status = match &format.read_only {
            None => "supported".to_owned(),
            Some(reason) => format!("read-only: {reason}"),
        };
        out.push_str(&format!(
            "\n## {name}\n\n<a id=\"{id}\"></a>`{id}` · {kinds} · {media} · {status}\n\n{doc}\n",
            name = format.name,
            id = format.id,
            kinds = format.kinds,
            media = format.media,
            doc = below_its_heading(&format.doc),
        ));
    }
    out
}

/// Headings of a module's doc, two levels down.
fn below_its_heading(doc: &str) -> String {
    let lines: Vec<String> = doc.lines().map(|line| if line.starts_with('#') { format!("##{line}") } else { line.to_owned() }).collect();
    lines.join("\n")
}
