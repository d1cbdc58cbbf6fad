//! One spelling of a tool's rule: formats of one tool write it with and without paths, packs and prefixes.

/// First segments of rule ids in Semgrep's public rules. What stands before one is the path of a rules folder.
const SEMGREP_ROOTS: [&str; 34] = [
    "python",
    "javascript",
    "typescript",
    "java",
    "go",
    "ruby",
    "php",
    "c",
    "cpp",
    "csharp",
    "kotlin",
    "scala",
    "rust",
    "swift",
    "bash",
    "html",
    "json",
    "yaml",
    "generic",
    "dockerfile",
    "terraform",
    "solidity",
    "ocaml",
    "clojure",
    "elixir",
    "apex",
    "problem-based-packs",
    "ai",
    "contrib",
    "trailofbits",
    "gitlab",
    "package_managers",
    "scala3",
    "stacks",
];

/// The rule id that identities are made of. Never shown: `finding.rule` stays as the tool writes it.
#[must_use]
pub fn canonical_rule(tool: &str, rule: &str) -> String {
    let lower = rule.trim().to_lowercase();
    let rule = without_tool(tool, &lower);
    match tool {
        "semgrep" | "opengrep" => semgrep(rule),
        "trivy" | "tfsec" | "defsec" => numbered(rule.strip_prefix("avd-").unwrap_or(rule)),
        "codeql" => codeql(rule),
        // `preset > rule` in SARIF, `rule` in JSON.
        "secretlint" => rule.rsplit(" > ").next().unwrap_or(rule).to_owned(),
        "shellcheck" => {
            if rule.starts_with(|c: char| c.is_ascii_digit()) {
                format!("sc{rule}")
            } else {
                rule.to_owned()
            }
        }
        _ => rule.to_owned(),
    }
}

/// Without the tool's own name before it: `bandit.B101`, `Hadolint/DL3006`.
fn without_tool<'a>(tool: &str, rule: &'a str) -> &'a str {
    rule.strip_prefix(tool)
        .and_then(|rest| rest.strip_prefix(['.', ':', '/', ' ']))
        .map(str::trim_start)
        .filter(|rest| !rest.is_empty())
        .unwrap_or(rule)
}

/// `home.jo.rules.python.lang.x.x` is `python.lang.x`: the path of a local rules folder and the doubled last segment go.
fn semgrep(rule: &str) -> String {
    let mut segments: Vec<&str> = rule.split('.').collect();
    // The last segment is the rule's own name, never a root.
    let names = segments.len().saturating_sub(1);
    if let Some(root) = segments.iter().take(names).position(|segment| SEMGREP_ROOTS.contains(segment)) {
        segments.drain(..root);
    }
    if let [.., a, b] = segments.as_slice()
        && a == b
    {
        segments.pop();
    }
    segments.join(".")
}

/// `ds002`, `ds-0002` and `ksv-0001`: letters, `-`, number of four digits.
fn numbered(rule: &str) -> String {
    let letters = rule.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rule.len());
    let (head, tail) = rule.split_at(letters);
    match tail.strip_prefix('-').unwrap_or(tail).parse::<u32>() {
        Ok(number) if !head.is_empty() && head.len() <= 5 => format!("{head}-{number:04}"),
        _ => rule.to_owned(),
    }
}

/// `codeql/python-queries:1.2.3/py/sql-injection` is `py/sql-injection`: pack and version go.
fn codeql(rule: &str) -> String {
    let rule = rule.split('@').next().unwrap_or(rule);
    let segments: Vec<&str> = rule.split('/').collect();
    let pack = segments.iter().position(|segment| segment.split(':').next().is_some_and(|pack| pack.ends_with("-queries")));
    pack.and_then(|pack| segments.get(pack + 1..)).filter(|own| !own.is_empty()).map_or_else(|| rule.to_owned(), |own| own.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_rule() {
        for (tool, spellings) in [
            (
                "semgrep",
                &[
                    "python.lang.security.use-defused-xml.use-defused-xml",
                    "tmp.rules.python.lang.security.use-defused-xml",
                    "Python.lang.security.use-defused-xml",
                ][..],
            ),
            ("trivy", &["DS002", "AVD-DS-0002", "DS-0002"]),
            ("trivy", &["CVE-2021-44228", "cve-2021-44228"]),
            ("bandit", &["B101", "bandit.B101"]),
            ("hadolint", &["DL3006", "Hadolint.DL3006"]),
            ("shellcheck", &["2086", "SC2086", "ShellCheck.SC2086"]),
            ("secretlint", &["@a/rule-slack", "@a/preset > @a/rule-slack"]),
            ("codeql", &["py/sql-injection", "codeql/python-queries:0.9.1/py/sql-injection"]),
        ] {
            for spelling in spellings {
                assert_eq!(canonical_rule(tool, spelling), canonical_rule(tool, spellings[0]), "{spelling}");
                let once = canonical_rule(tool, spelling);
                assert_eq!(canonical_rule(tool, &once), once);
            }
        }
        assert_ne!(canonical_rule("semgrep", "python.flask.a.eval"), canonical_rule("semgrep", "python.django.a.eval"));
        assert_ne!(canonical_rule("trivy", "KSV001"), canonical_rule("trivy", "KSV010"));
    }
}
