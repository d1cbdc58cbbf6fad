//! `trust.yaml`: whose VEX statements count, for which products and statuses, and for how long.
//!
//! The reader is strict, as that of `muster.yaml` is: a misspelt key would trust more or fewer than its author thinks.

use globset::{GlobBuilder, GlobMatcher};
use model::{SourceLine, Timestamp, VexStatus};
use serde::{Deserialize, Serialize};

use crate::correlate::Problem;
use crate::correlate::yaml::{self, Node};
use crate::normalise::Purl;

/// Days after which a statement gates nothing, where the list does not say.
const MAX_AGE_DAYS: i64 = 365;

/// Who we are, in what we publish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Publisher {
    pub name: String,
    /// A URI.
    pub namespace: String,
}

/// One author.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TrustEntry {
    pub author: String,
    /// Patterns of products (`*` stands for any text); empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// Empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<VexStatus>,
    /// The line that names it.
    pub line: u32,
}

/// The list as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TrustList {
    pub file: String,
    /// Older statements gate nothing.
    pub max_age_days: i64,
    pub trusted: Vec<TrustEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Publisher>,
}

impl Default for TrustList {
    fn default() -> Self {
        Self { file: String::new(), max_age_days: MAX_AGE_DAYS, trusted: Vec::new(), publisher: None }
    }
}

/// What the list says of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustVerdict {
    /// It counts until then; the text names the line.
    Trusted(Timestamp, String),
    Expired(String),
    Untrusted(String),
}

impl TrustList {
    /// Reads a trust list.
    ///
    /// # Errors
    /// All problems in one go, each with its line and what to write instead.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader { file, problems: Vec::new() };
        let list = match yaml::documents(text) {
            Err(error) => {
                reader.problems.push(Problem::error(reader.at(error.line), error.message));
                Self::default()
            }
            Ok(documents) => match documents.as_slice() {
                [root] => reader.root(root),
                _ => {
                    reader.error(1, "not one document", "write `version: 1` and `vex:`");
                    Self::default()
                }
            },
        };
        if reader.problems.is_empty() { Ok(list) } else { Err(reader.problems) }
    }

    /// Whether a statement of this author on a product counts at a time. `products` are all names of the product.
    #[must_use]
    pub fn judge(&self, author: &str, status: VexStatus, products: &[String], made: Timestamp, now: Timestamp) -> TrustVerdict {
        let wanted = folded(author);
        let known: Vec<&TrustEntry> = self.trusted.iter().filter(|entry| folded(&entry.author) == wanted).collect();
        if known.is_empty() {
            return TrustVerdict::Untrusted(format!("{author} is not in the trust list"));
        }
        let in_scope: Vec<&&TrustEntry> = known.iter().filter(|entry| entry.covers(products)).collect();
        if in_scope.is_empty() {
            return TrustVerdict::Untrusted(format!("{author} is not trusted for this product"));
        }
        let Some(entry) = in_scope.iter().find(|entry| entry.statuses.is_empty() || entry.statuses.contains(&status)) else {
            return TrustVerdict::Untrusted(format!("{author} is not trusted to say {}", status.spoken()));
        };
        let until = made.plus_days(self.max_age_days);
        let line = SourceLine { file: self.file.clone(), line: entry.line };
        if until <= now {
            return TrustVerdict::Expired(format!("older than {} days ({})", self.max_age_days, self.file));
        }
        TrustVerdict::Trusted(until, format!("{author} is trusted ({line})"))
    }
}

impl TrustEntry {
    fn covers(&self, products: &[String]) -> bool {
        self.products.is_empty()
            || self.products.iter().filter_map(|pattern| matcher(pattern)).any(|pattern| {
                products.iter().any(|product| {
                    let canonical = Purl::parse(product);
                    // Scopes are written as people read them, with a plain `@`.
                    let plain = |text: &str| text.replace("%40", "@");
                    pattern.is_match(plain(product))
                        || canonical.is_some_and(|purl| pattern.is_match(plain(&purl.to_string())) || pattern.is_match(plain(&purl.key())))
                })
            })
    }
}

fn matcher(pattern: &str) -> Option<GlobMatcher> {
    let pattern = pattern.replace("%40", "@");
    GlobBuilder::new(&pattern).literal_separator(false).build().ok().map(|glob| glob.compile_matcher())
}

/// Names are compared without regard to case and white space.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

struct Reader<'a> {
    file: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn at(&self, line: u32) -> SourceLine {
        SourceLine { file: self.file.to_owned(), line }
    }

    fn error(&mut self, line: u32, message: impl Into<String>, instead: impl Into<String>) {
        self.problems.push(Problem::error(self.at(line), message).instead(instead));
    }

    fn root(&mut self, root: &Node) -> TrustList {
        let mut list = TrustList { file: self.file.to_owned(), ..TrustList::default() };
        self.keys(root, "the file", &["version", "vex"]);
        if root.get("version").and_then(Node::text) != Some("1") {
            self.error(root.line, "`version` is missing or not known", "begin the file with `version: 1`");
        }
        let Some(vex) = root.get("vex") else {
            self.error(root.line, "`vex` is missing", "write `vex: {trusted: [Name of an author]}`");
            return list;
        };
        self.keys(vex, "`vex`", &["max_age_days", "trusted", "publisher"]);
        if let Some(node) = vex.get("max_age_days") {
            match node.text().and_then(|text| text.parse().ok()).filter(|days| (1..=36_500).contains(days)) {
                Some(days) => list.max_age_days = days,
                None => self.error(node.line, "`max_age_days` is no number of days from 1 to 36500", "write `max_age_days: 365`"),
            }
        }
        match vex.get("trusted") {
            Some(node) if node.kind() != "a list" && !node.is_null() => {
                self.error(node.line, "`trusted` must be a list", "write each author on a line of its own after `- `");
            }
            node => list.trusted = node.map(Node::items).unwrap_or_default().iter().filter_map(|item| self.entry(item)).collect(),
        }
        list.publisher = vex.get("publisher").and_then(|node| self.publisher(node));
        list
    }

    fn entry(&mut self, node: &Node) -> Option<TrustEntry> {
        if let Some(name) = node.text().map(str::trim).filter(|name| !name.is_empty()) {
            return Some(TrustEntry { author: name.to_owned(), line: node.line, ..TrustEntry::default() });
        }
        self.keys(node, "an author", &["author", "products", "statuses"]);
        let Some(author) = node.get("author").and_then(Node::text).map(str::trim).filter(|name| !name.is_empty()) else {
            self.error(node.line, "an entry without author", "write `{author: Name, products: [\"pkg:maven/org.example/*\"]}`");
            return None;
        };
        let mut entry = TrustEntry { author: author.to_owned(), line: node.line, ..TrustEntry::default() };
        for item in self.list(node, "products") {
            match item.text().filter(|pattern| pattern.len() <= 1024 && matcher(pattern).is_some()) {
                Some(pattern) => entry.products.push(pattern.to_owned()),
                None => self.error(item.line, "no pattern of a product", "write `\"pkg:maven/org.example/*\"`"),
            }
        }
        for item in self.list(node, "statuses") {
            match item.text().and_then(VexStatus::from_word) {
                Some(status) => entry.statuses.push(status),
                None => self.error(item.line, "no status", "write not_affected, fixed, affected or under_investigation"),
            }
        }
        Some(entry)
    }

    fn publisher(&mut self, node: &Node) -> Option<Publisher> {
        self.keys(node, "`publisher`", &["name", "namespace"]);
        let text = |key: &str| node.get(key).and_then(Node::text).map(str::trim).filter(|text| !text.is_empty());
        match (text("name"), text("namespace").filter(|uri| uri.contains(':') && !uri.contains(char::is_whitespace))) {
            (Some(name), Some(namespace)) => Some(Publisher { name: name.to_owned(), namespace: namespace.to_owned() }),
            _ => {
                self.error(
                    node.line,
                    "`publisher` needs a name and a URI",
                    "write `publisher: {name: Acme, namespace: \"https://acme.example\"}`",
                );
                None
            }
        }
    }

    /// The elements of a list that is there and not empty: an empty scope would mean everything.
    fn list<'n>(&mut self, node: &'n Node, key: &str) -> &'n [Node] {
        let Some(value) = node.get(key) else { return &[] };
        if value.items().is_empty() {
            self.error(value.line, format!("`{key}` must be a list with something in it"), format!("leave `{key}` out to mean all"));
        }
        value.items()
    }

    fn keys(&mut self, node: &Node, what: &str, known: &[&str]) {
        if node.kind() != "a mapping" {
            self.error(node.line, format!("{what} is {} and must be a mapping", node.kind()), format!("write {}", known.join(", ")));
        }
        for (key, _) in node.entries() {
            if !known.contains(&key.text.as_str()) {
                let shown: String = key.text.chars().take(60).collect();
                self.error(key.line, format!("unknown key `{shown}` in {what}"), format!("known here: {}", known.join(", ")));
            }
        }
    }
}
