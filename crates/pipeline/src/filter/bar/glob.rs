//! Wild cards of the bar as conditions.

use super::super::literal::quoted;

/// A pattern for a text with `*`, which stands for any characters.
pub(super) fn of_text(name: &str, text: &str) -> String {
    let parts: Vec<String> = text.split('*').map(regex::escape).collect();
    format!("{name}.matches({})", quoted(&format!("^{}$", parts.join(".*"))))
}

/// A condition on a path: `*` and `?` stay inside a folder, `**` does not; without either the path itself and all below it.
pub(super) fn of_path(name: &str, glob: &str) -> String {
    let glob = glob.strip_prefix("./").unwrap_or(glob).trim_start_matches('/');
    let wild = |text: &str| text.contains(['*', '?']);
    if let Some(folder) = glob.strip_suffix("/**").filter(|folder| !wild(folder)) {
        return format!("{name}.startsWith({})", quoted(&format!("{folder}/")));
    }
    if !wild(glob) {
        let folder = glob.trim_end_matches('/');
        return format!("({name} == {} || {name}.startsWith({}))", quoted(folder), quoted(&format!("{folder}/")));
    }
    let mut pattern = String::from("^");
    let mut rest = glob;
    while let Some(first) = rest.chars().next() {
        let (head, part) = if rest.starts_with("**/") {
            ("**/", "(.*/)?".to_owned())
        } else if rest.starts_with("**") {
            ("**", ".*".to_owned())
        } else if first == '*' {
            ("*", "[^/]*".to_owned())
        } else if first == '?' {
            ("?", "[^/]".to_owned())
        } else {
            let end = rest.find(['*', '?']).unwrap_or(rest.len());
            let plain = rest.get(..end).unwrap_or(rest);
            (plain, regex::escape(plain))
        };
        pattern.push_str(&part);
        rest = rest.get(head.len()..).unwrap_or_default();
    }
    pattern.push('$');
    format!("{name}.matches({})", quoted(&pattern))
}
