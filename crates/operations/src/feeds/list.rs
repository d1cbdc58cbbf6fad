//! The list of feeds: where each comes from, and when it is old.

use std::collections::BTreeMap;

use intel::Feed;
use pipeline::correlate::yaml::{Node, documents};

use crate::{OperationError, Result};

/// The shipped list.
const SHIPPED: &str = include_str!("feeds.yaml");

/// Most feeds of a list.
const MOST: usize = 100;

/// A feed at its publisher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedSource {
    /// Names the file that is kept: lower-case letters, digits, `-` and `_`.
    pub name: String,
    pub url: String,
    /// An address whose text begins with the file's SHA-256.
    pub sha256: Option<String>,
    /// The variable of the environment that holds the publisher's token. Where it is empty the feed is left out.
    pub token: Option<String>,
    /// The address answers with where the file lies, and its SHA-256 (`data[0].url`, `data[0].sha256`).
    pub leads: bool,
    /// The address of one day's file, with `{day}` in it (`2026-08-16`): for days that lie behind.
    pub day_url: Option<String>,
}

/// A list of feeds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedList {
    pub feeds: Vec<FeedSource>,
    /// By the word of the feed: days after which its newest file is old.
    pub max_age_days: BTreeMap<String, u32>,
}

impl FeedList {
    /// The shipped list.
    #[must_use]
    pub fn shipped() -> Self {
        // A test reads it; an empty list would fetch nothing and find nothing old.
        Self::read("feeds.yaml", SHIPPED).unwrap_or_default()
    }

    /// The text of the shipped list: the place to start from for one of one's own.
    #[must_use]
    pub fn shipped_text() -> &'static str {
        SHIPPED
    }

    /// Reads a list.
    ///
    /// # Errors
    /// With every problem in one go, each with file and line.
    pub fn read(file: &str, text: &str) -> Result<Self> {
        let wrong = |line: u32, reason: &str| format!("{file}:{line}: {reason}");
        let roots = documents(text).map_err(|error| OperationError::Bad(wrong(error.line, &error.message)))?;
        let mut problems = Vec::new();
        let mut out = Self::default();
        let Some(root) = roots.first() else { return Err(OperationError::Bad(wrong(1, "the list is empty"))) };
        if root.get("version").and_then(Node::text) != Some("1") {
            problems.push(wrong(root.line, "`version: 1` is missing"));
        }
        for (key, value) in root.entries() {
            match key.text.as_str() {
                "version" => {}
                "feeds" => {
                    for item in value.items().iter().take(MOST + 1) {
                        match source(item, &out.feeds) {
                            Ok(source) => out.feeds.push(source),
                            Err(reason) => problems.push(wrong(item.line, &reason)),
                        }
                    }
                    if value.items().len() > MOST {
                        problems.push(wrong(value.line, &format!("more than {MOST} feeds")));
                    }
                }
                "max_age_days" => {
                    for (feed, days) in value.entries() {
                        let known = Feed::ALL.iter().any(|known| known.word() == feed.text);
                        match days.text().and_then(|text| text.parse::<u32>().ok()).filter(|days| known && (1..=3650).contains(days)) {
                            Some(days) => drop(out.max_age_days.insert(feed.text.clone(), days)),
                            None => {
                                let words = Feed::ALL.map(Feed::word).join(", ");
                                problems.push(wrong(feed.line, &format!("`{}`: days from 1 to 3650 for one of {words}", feed.text)));
                            }
                        }
                    }
                }
                other => problems.push(wrong(key.line, &format!("unknown key `{other}`; keys are version, feeds, max_age_days"))),
            }
        }
        if problems.is_empty() { Ok(out) } else { Err(OperationError::Problems(problems)) }
    }
}

fn source(item: &Node, known: &[FeedSource]) -> std::result::Result<FeedSource, String> {
    let mut out = FeedSource::default();
    for (key, value) in item.entries() {
        let text = value.text().unwrap_or_default().to_owned();
        match key.text.as_str() {
            "name" => out.name = text,
            "url" => out.url = text,
            "sha256" => out.sha256 = Some(text),
            "token" => out.token = Some(text),
            "leads" => out.leads = text == "true",
            "day_url" => out.day_url = Some(text),
            other => return Err(format!("unknown key `{other}`; a feed has name, url, day_url, sha256, token and leads")),
        }
    }
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if out.name.is_empty() || !out.name.chars().all(named) {
        return Err("a feed needs a `name` of lower-case letters, digits, - and _".to_owned());
    }
    if known.iter().any(|other| other.name == out.name) {
        return Err(format!("there is a feed `{}` already", out.name));
    }
    if out.token.as_ref().is_some_and(|name| name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')) {
        return Err("`token` names a variable of the environment; the token itself does not belong here".to_owned());
    }
    if out.day_url.as_ref().is_some_and(|url| !url.contains("{day}")) {
        return Err("`day_url` has no `{day}` in it".to_owned());
    }
    let addresses = std::iter::once(&out.url).chain(&out.sha256).chain(&out.day_url);
    if let Some(odd) = addresses.into_iter().find(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
        return Err(format!("`{odd}` is no http or https address"));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::FeedList;

    #[test]
    fn the_shipped_list_is_a_list() {
        let list = FeedList::read("feeds.yaml", super::SHIPPED).unwrap();
        assert_eq!(list, FeedList::shipped());
        assert!(list.feeds.iter().all(|feed| feed.url.starts_with("https://")));
        assert!(["kev", "epss", "vulnrichment", "advisories", "end_of_life"].iter().all(|feed| list.max_age_days.contains_key(*feed)));
    }

    #[test]
    fn a_token_itself_and_an_address_without_a_day_are_refused() {
        let text = "version: 1\nfeeds:\n  - {name: a, url: \"https://x\", token: \"secret-value!\"}\n  - {name: b, url: \"https://x\", day_url: \"https://y\"}\n";
        let said = FeedList::read("f.yaml", text).unwrap_err().to_string();
        assert!(
            said.contains("f.yaml:3: `token` names a variable")
                && said.contains("f.yaml:4: `day_url` has no")
                && !said.contains("secret-value"),
            "{said}"
        );
    }

    #[test]
    fn all_problems_come_in_one_go_with_their_lines() {
        let text = "version: 1\nfeeds:\n  - {name: a, url: \"ftp://x\"}\n  - {name: B, url: \"https://x\"}\n  - {name: a, url: \"https://x\", key: 1}\n\
                    max_age_days: {kev: never, odd: 3}\nmore: 1\n";
        let said = FeedList::read("f.yaml", text).unwrap_err().to_string();
        for part in [
            "f.yaml:3: `ftp://x`",
            "f.yaml:4: a feed needs",
            "f.yaml:5: unknown key `key`",
            "f.yaml:6: `kev`",
            "f.yaml:6: `odd`",
            "f.yaml:7: unknown key",
        ] {
            assert!(said.contains(part), "{part} not in\n{said}");
        }
        assert!(FeedList::read("f.yaml", "").is_err() && FeedList::read("f.yaml", "[").is_err());
    }
}
