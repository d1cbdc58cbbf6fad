//! Small readings that the formats of web scanners share: URLs, HTML in texts, HTTP messages.

use model::Finding;

use crate::{Input, ParseError};

/// A report that is a web page. One that does not end was cut off.
pub(crate) fn page(input: &Input) -> Result<String, ParseError> {
    let page = input.text()?;
    if page.trim_end().ends_with("</html>") { Ok(page) } else { Err(ParseError::whole("the page has no end; it is cut off")) }
}

/// The text of a piece of HTML: tags dropped, block ends as line breaks, the five common entities decoded.
pub(crate) fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        if !is_tag {
            out.push('<');
            rest = after;
            continue;
        }
        match after.split_once('>') {
            Some((tag, tail)) => {
                let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                let breaks =
                    matches!(name.to_ascii_lowercase().as_str(), "p" | "br" | "li" | "div" | "tr" | "ul" | "ol" | "h1" | "h2" | "h3");
                if breaks && !out.ends_with('\n') && !out.is_empty() {
                    out.push('\n');
                }
                rest = tail;
            }
            // No tag ends any more: the rest is text, and is not searched again from each `<`.
            None => {
                out.push('<');
                out.push_str(after);
                rest = "";
            }
        }
    }
    out.push_str(rest);
    let decoded = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&nbsp;", " ");
    decoded.replace("&amp;", "&").trim().to_owned()
}

/// The same where something is left.
pub(crate) fn plain_some(html: Option<&str>) -> Option<String> {
    html.map(plain).filter(|text| !text.is_empty())
}

/// Paragraphs joined by a blank line; `None` where there is none.
pub(crate) fn paragraphs(parts: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// A line `label: text` where the text says something.
pub(crate) fn labelled(label: &str, text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(|text| format!("{label}: {text}"))
}

/// Scheme, host and port of a URL.
pub(crate) fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url)
}

/// A path on the site of that URL; a whole URL stays as it is.
pub(crate) fn on_site(site: &str, path: &str) -> String {
    if path.contains("://") {
        return path.to_owned();
    }
    format!("{}{}{path}", origin(site), if path.starts_with('/') || path.is_empty() { "" } else { "/" })
}

/// The URL of a host and port for a tool that does not say the scheme: `https` for 443 and 8443, else `http`.
pub(crate) fn guessed_site(host: &str, port: Option<&str>) -> String {
    match port.filter(|port| !port.is_empty() && *port != "0") {
        Some("443") => format!("https://{host}"),
        Some("80") | None => format!("http://{host}"),
        Some("8443") => format!("https://{host}:8443"),
        Some(port) => format!("http://{host}:{port}"),
    }
}

/// The head and body of an HTTP message; `None` where both are blank.
pub(crate) fn message(head: Option<&str>, body: Option<&str>) -> Option<String> {
    let (head, body) = (head.unwrap_or_default().trim(), body.unwrap_or_default().trim());
    match (head.is_empty(), body.is_empty()) {
        (true, true) => None,
        (false, true) => Some(head.to_owned()),
        (true, false) => Some(body.to_owned()),
        (false, false) => Some(format!("{head}\n\n{body}")),
    }
}

/// Adds the web addresses that stand in a text, each once.
pub(crate) fn add_references(finding: &mut Finding, text: &str) {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\'' | ','));
    for word in words.filter(|word| word.starts_with("http://") || word.starts_with("https://")) {
        let word = word.trim_end_matches([')', '.', ';']);
        if !finding.references.iter().any(|known| known == word) {
            finding.references.push(word.to_owned());
        }
    }
}

/// The CVE numbers in a text, upper case, each once.
pub(crate) fn cves(text: &str) -> Vec<String> {
    let upper = text.to_ascii_uppercase();
    let mut out: Vec<String> = Vec::new();
    for (at, _) in upper.match_indices("CVE-") {
        let rest = upper.get(at + 4..).unwrap_or_default();
        let year: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let number: String = rest
            .get(year.len()..)
            .unwrap_or_default()
            .strip_prefix('-')
            .unwrap_or_default()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let id = format!("CVE-{year}-{number}");
        if year.len() == 4 && number.len() >= 4 && !out.contains(&id) {
            out.push(id);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_to_text() {
        assert_eq!(plain("<p>a &lt;b&gt;</p><p>c <b>d</b> < 3</p>"), "a <b>\nc d < 3");
        assert_eq!(plain_some(Some("<br/>")), None);
    }

    #[test]
    fn urls() {
        assert_eq!(origin("https://a:8/x?y"), "https://a:8");
        assert_eq!(on_site("https://a/b", "/c"), "https://a/c");
        assert_eq!(on_site("https://a/b", "http://z/"), "http://z/");
        assert_eq!(guessed_site("a", Some("443")), "https://a");
    }

    #[test]
    fn cve_numbers() {
        assert_eq!(cves("x cve-2014-0160, CVE-2014-0160 CVE-1 CVE-2021-44228."), ["CVE-2014-0160", "CVE-2021-44228"]);
    }
}
