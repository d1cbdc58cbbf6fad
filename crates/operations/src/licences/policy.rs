//! The policy: which licences are allowed, which are to be reviewed, which are denied.

use pipeline::correlate::yaml::{Node, documents};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expression::Expression;

/// What a policy says of a licence. Ordered: what needs most attention first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LicenceVerdict {
    Deny,
    Review,
    /// There is no policy.
    #[default]
    Unjudged,
    Allow,
}

impl LicenceVerdict {
    /// The word that files and JSON use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Review => "review",
            Self::Unjudged => "unjudged",
            Self::Allow => "allow",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Deny, Self::Review, Self::Allow].into_iter().find(|verdict| verdict.word() == word)
    }
}

/// A pattern of licences with its line.
struct Rule {
    /// Lower case; a `*` at the end stands for any rest.
    pattern: String,
    line: u32,
    verdict: LicenceVerdict,
}

struct Exception {
    package: String,
    licence: Option<String>,
    verdict: LicenceVerdict,
    line: u32,
    reason: String,
}

/// A policy as it was read.
pub(super) struct Policy {
    file: String,
    rules: Vec<Rule>,
    unknown: LicenceVerdict,
    exceptions: Vec<Exception>,
}

impl Policy {
    /// Reads a policy; all its mistakes, each with its line.
    pub(super) fn read(file: &str, text: &str) -> Result<Self, Vec<String>> {
        let documents = documents(text).map_err(|error| vec![format!("{file}:{}: {}", error.line, error.message)])?;
        let Some(root) = documents.first() else { return Err(vec![format!("{file}: an empty document")]) };
        let mut out = Self { file: file.to_owned(), rules: Vec::new(), unknown: LicenceVerdict::Review, exceptions: Vec::new() };
        let mut problems = Vec::new();
        for (key, value) in root.entries() {
            let mut wrong = |line: u32, message: String| problems.push(format!("{file}:{line}: {message}"));
            match key.text.as_str() {
                "version" if value.text() == Some("1") => {}
                "version" => wrong(key.line, "version: write 1".to_owned()),
                "allow" | "review" | "deny" => {
                    let verdict = LicenceVerdict::from_word(&key.text).unwrap_or_default();
                    for item in value.items() {
                        match item.text() {
                            Some(pattern) if !pattern.trim().is_empty() => {
                                out.rules.push(Rule { pattern: pattern.trim().to_lowercase(), line: item.line, verdict });
                            }
                            _ => wrong(item.line, format!("{}: write the name of a licence", key.text)),
                        }
                    }
                }
                "unknown" => match value.text().and_then(LicenceVerdict::from_word) {
                    Some(verdict) => out.unknown = verdict,
                    None => wrong(key.line, "unknown: write allow, review or deny".to_owned()),
                },
                "exceptions" => {
                    for item in value.items() {
                        match exception(item) {
                            Ok(exception) => out.exceptions.push(exception),
                            Err(message) => wrong(item.line, message),
                        }
                    }
                }
                other => wrong(
                    key.line,
                    format!("`{other}` is no key of a licence policy; write version, allow, review, deny, unknown, exceptions"),
                ),
            }
        }
        if problems.is_empty() && out.rules.is_empty() {
            problems.push(format!("{file}: it allows, reviews and denies nothing"));
        }
        // The more a pattern says, the sooner it decides; of equals the stricter.
        out.rules.sort_by(|a, b| {
            let exact = |rule: &Rule| (rule.pattern.ends_with('*'), std::cmp::Reverse(rule.pattern.len()));
            exact(a).cmp(&exact(b)).then_with(|| a.verdict.cmp(&b.verdict))
        });
        if problems.is_empty() { Ok(out) } else { Err(problems) }
    }

    /// How many licences and exceptions it names.
    pub(super) fn size(&self) -> u64 {
        (self.rules.len() + self.exceptions.len()) as u64
    }

    /// The verdict on a package's licence, and the line that gives it.
    pub(super) fn judge(&self, package: &str, licence: &str) -> (LicenceVerdict, String) {
        for exception in &self.exceptions {
            let licence_fits = exception.licence.as_ref().is_none_or(|named| fits(named, &licence.to_lowercase()));
            if licence_fits && fits(&exception.package, package) {
                return (exception.verdict, format!("{}:{}: exception: {}", self.file, exception.line, exception.reason));
            }
        }
        if licence.trim().is_empty() {
            return (self.unknown, format!("{}: no licence is stated", self.file));
        }
        self.of(&Expression::read(licence))
    }

    fn of(&self, expression: &Expression) -> (LicenceVerdict, String) {
        match expression {
            Expression::One(name) => self.one(name),
            // The user chooses: the mildest counts; of several that all hold, the strictest.
            Expression::Any(parts) => parts.iter().map(|part| self.of(part)).max_by_key(|(verdict, _)| *verdict).unwrap_or_default(),
            Expression::All(parts) => parts.iter().map(|part| self.of(part)).min_by_key(|(verdict, _)| *verdict).unwrap_or_default(),
        }
    }

    fn one(&self, name: &str) -> (LicenceVerdict, String) {
        let folded = name.to_lowercase();
        // `GPL-2.0+` and `GPL-2.0-or-later` are one; an exception behind WITH is asked for first, then without.
        let spellings = [folded.clone(), folded.replace('+', "-or-later"), folded.split(" with ").next().unwrap_or(&folded).to_owned()];
        for spelling in &spellings {
            if let Some(rule) = self.rules.iter().find(|rule| fits(&rule.pattern, spelling)) {
                return (rule.verdict, format!("{}:{}: {} {}", self.file, rule.line, rule.verdict.word(), rule.pattern));
            }
        }
        (self.unknown, format!("{}: no line names {name}", self.file))
    }
}

/// True for the same text, or for one that starts like a pattern with a `*` at its end.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => pattern == text,
    }
}

fn exception(item: &Node) -> Result<Exception, String> {
    let text = |name: &str| item.get(name).and_then(Node::text).map(str::trim).filter(|text| !text.is_empty());
    let package = text("package").ok_or("an exception needs `package`")?;
    let then = text("then").unwrap_or("allow");
    let verdict = LicenceVerdict::from_word(then).ok_or_else(|| format!("`{then}`: write allow, review or deny"))?;
    let reason = text("reason").ok_or("an exception needs a `reason`")?;
    let licence = text("licence").or_else(|| text("license")).map(str::to_lowercase);
    Ok(Exception { package: package.to_owned(), licence, verdict, line: item.line, reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "version: 1\nallow: [MIT, Apache-2.0, GPL-2.0-only WITH Classpath-exception-2.0]\nreview: [LGPL-*]\ndeny: [GPL-*, AGPL-*]\nexceptions:\n  - {package: \"pkg:npm/left*\", licence: WTFPL, reason: agreed}\n";

    fn verdict(package: &str, licence: &str) -> (LicenceVerdict, String) {
        Policy::read("licences.yaml", POLICY).unwrap().judge(package, licence)
    }

    #[test]
    fn verdicts() {
        use LicenceVerdict::{Allow, Deny, Review};
        let of = |licence: &str| verdict("pkg:npm/a", licence).0;
        assert_eq!([of("MIT"), of("GPL-3.0-only"), of("LGPL-2.1"), of("Odd-1.0"), of("")], [Allow, Deny, Review, Review, Review]);
        assert_eq!([of("MIT OR GPL-3.0-only"), of("MIT AND GPL-3.0-only"), of("GPL-2.0+")], [Allow, Deny, Deny]);
        assert_eq!([of("GPL-2.0-only WITH Classpath-exception-2.0"), of("GPL-2.0-only WITH Other")], [Allow, Deny]);
        assert_eq!(verdict("pkg:npm/left-pad", "WTFPL").0, Allow);
        assert!(verdict("pkg:npm/a", "GPL-3.0-only").1.contains("licences.yaml:4"), "{:?}", verdict("pkg:npm/a", "GPL-3.0-only"));
    }

    #[test]
    fn all_mistakes_are_named() {
        let problems = Policy::read("p.yaml", "version: 2\nalow: [MIT]\nunknown: maybe\nexceptions:\n  - {package: x}\n").err().unwrap();
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(Policy::read("p.yaml", "version: 1\n").is_err());
    }
}
