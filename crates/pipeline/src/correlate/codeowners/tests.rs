//! The examples of the code hosts' documentation, and what their issue trackers say does not work.

use proptest::prelude::*;

use super::*;

fn read(repository: &str, text: &str) -> CodeOwners {
    CodeOwners::read(&CodeOwnersFile { repository: repository.into(), file: "CODEOWNERS".into(), text: text.into() }).0
}

fn github(text: &str) -> CodeOwners {
    read("github.com/acme/shop", text)
}

/// Owners of the deciding line; `none` where it names nobody, `-` where no line matches.
fn owners(file: &CodeOwners, path: &str) -> String {
    match file.ruling(path) {
        Ruling::NotMatched => "-".to_owned(),
        Ruling::Unowned(_) => "none".to_owned(),
        Ruling::Owned(rules) => rules.iter().map(|rule| rule.owners.join(" ")).collect::<Vec<_>>().join(" | "),
    }
}

fn check(file: &CodeOwners, cases: &[(&str, &str)]) {
    for (path, expected) in cases {
        assert_eq!(owners(file, path), *expected, "{path}");
    }
}

#[test]
fn github_documented_example() {
    // docs.github.com, "About code owners", "Example of a CODEOWNERS file", each pattern alone so that each is tried.
    check(
        &github("*       @global-owner1 @global-owner2"),
        &[("x", "@global-owner1 @global-owner2"), ("a/b/c.md", "@global-owner1 @global-owner2")],
    );
    check(
        &github("*.js    @js-owner #This is an inline comment."),
        &[("a.js", "@js-owner"), ("deep/in/a.js", "@js-owner"), ("a.jsx", "-")],
    );
    check(&github("*.go docs@example.com"), &[("cmd/main.go", "docs@example.com")]);
    check(&github("*.txt @octo-org/octocats"), &[("a/notes.txt", "@octo-org/octocats")]);
    check(
        &github("/build/logs/ @doctocat"),
        &[("build/logs/a", "@doctocat"), ("build/logs/a/b", "@doctocat"), ("x/build/logs/a", "-"), ("build/logs", "-")],
    );
    check(
        &github("docs/* docs@example.com"),
        &[("docs/getting-started.md", "docs@example.com"), ("docs/build-app/troubleshooting.md", "-"), ("x/docs/a.md", "-")],
    );
    check(&github("apps/ @octocat"), &[("apps/a", "@octocat"), ("deep/apps/a/b", "@octocat"), ("apps", "-"), ("myapps/a", "-")]);
    check(&github("/docs/ @doctocat"), &[("docs/a/b", "@doctocat"), ("x/docs/a", "-")]);
    check(&github("/scripts/ @doctocat @octocat"), &[("scripts/a", "@doctocat @octocat")]);
    check(
        &github("**/logs @octocat"),
        &[
            ("build/logs", "@octocat"),
            ("scripts/logs/a", "@octocat"),
            ("deeply/nested/logs/x", "@octocat"),
            ("logs", "@octocat"),
            ("blogs", "-"),
        ],
    );
}

#[test]
fn github_last_match_wins_and_an_empty_line_unsets() {
    let file = github("/apps/ @octocat\n/apps/github\n/apps/github/readme @doctocat\n");
    check(&file, &[("apps/x", "@octocat"), ("apps/github/x", "none"), ("apps/github/readme", "@doctocat"), ("other", "-")]);
    let Ruling::Unowned(rule) = file.ruling("apps/github/x") else { panic!("unowned") };
    assert_eq!((rule.line, rule.pattern.as_str()), (2, "/apps/github"));
    check(&github("/apps/ @first\n* @last\n"), &[("apps/x", "@last")]);
}

#[test]
fn github_gitignore_rules() {
    check(&github("/*.js @o"), &[("a.js", "@o"), ("b/a.js", "-")]);
    check(&github("/* @o"), &[("a", "@o"), ("a/b", "-")]);
    check(&github("docs/** @o"), &[("docs/a", "@o"), ("docs/a/b/c", "@o"), ("docs", "-"), ("x/docs/a", "-")]);
    check(&github("a/**/b @o"), &[("a/b", "@o"), ("a/x/b", "@o"), ("a/x/y/b", "@o"), ("a/x/y/b/below", "@o"), ("a/xb", "-")]);
    check(&github("**/foo/bar @o"), &[("foo/bar", "@o"), ("x/foo/bar/baz", "@o"), ("foo/x/bar", "-")]);
    check(&github("foo/ @o"), &[("x/foo/y", "@o"), ("foo", "-")]);
    check(&github("foo @o"), &[("foo", "@o"), ("x/foo", "@o"), ("foo/x", "@o")]);
    check(&github("/foo @o"), &[("foo", "@o"), ("x/foo", "-"), ("foo/x", "@o")]);
    check(&github("src/*/test @o"), &[("src/a/test", "@o"), ("src/a/b/test", "-"), ("src/a/test/x", "@o")]);
    check(&github("f?o.md @o"), &[("fxo.md", "@o"), ("fo.md", "-"), ("f/o.md", "-")]);
    check(&github("pre*mid*.end @o"), &[("pre-mid-x.end", "@o"), ("premid.end", "@o"), ("pre.end", "-")]);
    check(&github("foo**bar @o"), &[("fooxbar", "@o"), ("foo/bar", "-")]);
    check(&github("*.test.ts @o"), &[("a/b.test.ts", "@o"), ("a/b.ts", "-"), ("x.test.ts/below", "@o")]);
    check(&github("** @o"), &[("a", "@o"), ("a/b", "@o")]);
    check(&github("/ @o"), &[("a", "-")]);
    // Case counts, also for file systems that ignore it.
    check(&github("/Docs/ @o"), &[("docs/a", "-"), ("Docs/a", "@o")]);
}

#[test]
fn github_escapes_and_what_does_not_work() {
    check(&github("/my\\ folder/ @o"), &[("my folder/a", "@o")]);
    check(&github("a\\*b @o"), &[("a*b", "@o"), ("axb", "-")]);
    let (file, problems) = CodeOwners::read(&CodeOwnersFile {
        repository: "github.com/a/b".into(),
        file: ".github/CODEOWNERS".into(),
        text: "* @all\n!secret.txt @x\n[ab].txt @y\n\\#x @z\n/docs/ nobody\n[Section]\n".into(),
    });
    check(&file, &[("secret.txt", "@all"), ("a.txt", "@all"), ("#x", "@all"), ("docs/x", "@all")]);
    assert_eq!(problems.iter().map(|problem| problem.at.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    assert!(problems.iter().all(|problem| !problem.is_error()));
}

#[test]
fn comments_blank_lines_and_line_ends() {
    check(&github("\u{feff}# head\r\n\r\n  * @a # tail @b\r\n"), &[("x", "@a")]);
}

#[test]
fn root_lines_are_those_that_cover_everything() {
    for (pattern, root) in
        [("*", true), ("**", true), ("/**", true), ("**/*", true), ("/*", false), ("*.tf", false), ("/src/", false), ("*/", false)]
    {
        assert_eq!(github(&format!("{pattern} @o")).rules()[0].root, root, "{pattern}");
    }
}

#[test]
fn files_over_the_limit_are_ignored() {
    let text = "/a/b/c @o\n".repeat(400_000);
    let (file, problems) = CodeOwners::read(&CodeOwnersFile { repository: "github.com/a/b".into(), file: "CODEOWNERS".into(), text });
    assert_eq!(file.rules().len(), 0);
    assert!(problems[0].message.contains("larger than 3 MB"));
}

fn gitlab(text: &str) -> CodeOwners {
    read("gitlab.com/acme/shop", text)
}

#[test]
fn gitlab_paths() {
    // docs.gitlab.com, "Code Owners syntax": relative, absolute, directory, wildcard and globstar paths.
    check(&gitlab("README.md @o"), &[("README.md", "@o"), ("internal/README.md", "@o"), ("app/lib/README.md", "@o")]);
    check(
        &gitlab("internal/README.md @o"),
        &[("internal/README.md", "@o"), ("docs/internal/README.md", "@o"), ("docs/api/internal/README.md", "@o")],
    );
    check(&gitlab("/README.md @o"), &[("README.md", "@o"), ("internal/README.md", "-")]);
    check(&gitlab("/docs/ @o"), &[("docs/index.md", "@o"), ("docs/a/b", "@o"), ("docs", "-")]);
    check(&gitlab("/docs @o"), &[("docs/index.md", "-"), ("docs", "@o")]);
    check(&gitlab("/docs/*.md @o"), &[("docs/index.md", "@o"), ("docs/a/index.md", "-")]);
    check(&gitlab("/docs/**/index.md @o"), &[("docs/index.md", "@o"), ("docs/api/index.md", "@o"), ("docs/api/graphql/index.md", "@o")]);
    check(&gitlab("/config/**/* @o"), &[("config/a", "@o"), ("config/a/b/c", "@o"), ("x/config/a", "-")]);
    check(&gitlab("* @o"), &[("a", "@o"), (".hidden/x", "@o")]);
    check(&gitlab("*.rb @o"), &[("a.rb", "@o"), ("x/y.rb", "@o")]);
    check(&gitlab("/spec/[a-c]*.rb @o"), &[("spec/b1.rb", "@o"), ("spec/d.rb", "-")]);
    check(&gitlab("\\#file @o"), &[("#file", "@o"), ("x/#file", "@o")]);
    check(&gitlab("path\\ with\\ spaces/ @o"), &[("path with spaces/x", "@o")]);
    // A comment after a pattern is none: owners named in it count.
    check(&gitlab("*.md @a # and @b"), &[("x.md", "@a @b")]);
}

#[test]
fn gitlab_sections() {
    let file = gitlab(
        "* @general\n\n[README Owners]\nREADME.md @user1 @user2\ninternal/README.md @user4\n\n[README other owners]\nREADME.md @user3\n",
    );
    check(
        &file,
        &[("README.md", "@user1 @user2 | @user3 | @general"), ("internal/README.md", "@user4 | @user3 | @general"), ("x", "@general")],
    );
    let defaults = gitlab("[Database] @db-team\n/db/\n/docs/db/ @docs\n[DATABASE] @models\n/model/db/\n");
    check(&defaults, &[("db/x", "@db-team"), ("docs/db/x", "@docs"), ("model/db/x", "@models")]);
    let optional = gitlab("^[Optional][2] @later\n*.go\n[Required][3] @first\n*.go\n");
    check(&optional, &[("a.go", "@first | @later")]);
    let Ruling::Owned(rules) = optional.ruling("a.go") else { panic!("owned") };
    assert_eq!(rules.iter().map(|rule| optional.section(rule)).collect::<Vec<_>>(), ["Required", "Optional"]);
    check(&gitlab("[Docs]\n*.md\n"), &[("a.md", "none")]);
    check(&gitlab("[With spaces] @@maintainer docs@example.com\n*.md\n"), &[("a.md", "@@maintainer docs@example.com")]);
}

#[test]
fn gitlab_exclusions() {
    // docs.gitlab.com, "Exclude directories or files": in its section an excluded path stays out, whatever follows.
    let file = gitlab("* @default\n!pom.xml\n\n[Ruby]\n*.rb @ruby\n!/config/**/*.rb\n/config/a.rb @late\n");
    check(&file, &[("a.rb", "@ruby | @default"), ("pom.xml", "-"), ("config/a.rb", "@default"), ("config/x/y.rb", "@default")]);
}

#[test]
fn bitbucket_adds_up() {
    let file = read("bitbucket.org/acme/shop", "* @acme/all\n*.js @acme/web:random(1) someone@example.com\n/src/ @teams/core:all\n");
    check(
        &file,
        &[("src/a.js", "@teams/core | @acme/web someone@example.com | @acme/all"), ("x.js", "@acme/web someone@example.com | @acme/all")],
    );
}

#[test]
fn gitea_reads_expressions() {
    let file = read("codeberg.org/acme/shop", ".*\\.go @user1 @user2\n!docs/.* @org1/team1\n(bad @x\n");
    check(&file, &[("docs/a.go", "@user1 @user2"), ("a.go", "@org1/team1 | @user1 @user2"), ("docs/x", "-")]);
}

#[test]
fn a_lookup_says_line_and_pattern() {
    let file = github("# owners\n* @a\n\n/src/billing/  @acme/risk\n");
    let Ruling::Owned(rules) = file.ruling("./src/billing/x.py") else { panic!("owned") };
    assert_eq!((file.source(rules[0]).to_string().as_str(), rules[0].pattern.as_str()), ("CODEOWNERS:4", "/src/billing/"));
    assert!(!rules[0].root);
}

#[test]
fn hostile_patterns_and_paths_end() {
    let stars = format!("{}b @o\n", "a*".repeat(1000));
    let deep = format!("{}/x @o\n", "**/a".repeat(500));
    let file = github(&(stars + &deep));
    check(&file, &[(&"a".repeat(4000), "-"), (&"a/".repeat(2000), "-")]);
    assert!(matches!(file.ruling(&"a/".repeat(1_000_000)), Ruling::NotMatched));
}

/// gitignore's rules as a regular expression: the slow way to the same answer.
fn slow(pattern: &str, path: &str) -> bool {
    let folder = pattern.ends_with('/');
    let body = pattern.trim_end_matches('/');
    let anchored = body.contains('/');
    let body = body.trim_start_matches('/');
    let parts: Vec<&str> = body.split('/').collect();
    let mut text = if anchored { "^".to_owned() } else { "^(?:.*/)?".to_owned() };
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        if *part == "**" {
            text.push_str(if last { ".+" } else { "(?:.*/)?" });
        } else {
            text.push_str(&part.replace('.', "\\.").replace("**", "*").replace('*', "[^/]*"));
            if !last {
                text.push('/');
            }
        }
    }
    text.push_str(match parts.last() {
        Some(&"**") => "$",
        _ if folder => "/.+$",
        Some(&"*") => "$",
        _ => "(?:/.*)?$",
    });
    regex::Regex::new(&text).unwrap().is_match(path)
}

proptest! {
    #[test]
    fn equals_the_slow_way(
        patterns in prop::collection::vec("/?(a|b|\\*|\\*\\*|\\*\\.x|a\\*)(/(a|b|\\*|\\*\\*|\\*\\.x|b\\*)){0,3}", 1..6),
        folder in prop::collection::vec(any::<bool>(), 6),
        path in "(a|b|ab|a\\.x)(/(a|b|ab|b\\.x)){0,4}",
    ) {
        let patterns: Vec<String> = patterns
            .iter()
            .zip(folder)
            .map(|(pattern, folder)| if folder && !pattern.ends_with("**") { format!("{pattern}/") } else { pattern.clone() })
            .collect();
        let text: String = patterns.iter().enumerate().map(|(at, pattern)| format!("{pattern} @o{at}\n")).collect();
        let expected = patterns.iter().rposition(|pattern| slow(pattern, &path)).map_or("-".to_owned(), |at| format!("@o{at}"));
        prop_assert_eq!(owners(&github(&text), &path), expected, "{:?} {}", patterns, path);
    }

    #[test]
    fn any_text_gives_an_answer(text in "[a-z/*?\\[\\]!\\\\#^@ \n.-]{0,120}", path in "[a-z/*.\\[]{0,40}") {
        for host in ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"] {
            let _ = read(&format!("{host}/a/b"), &text).ruling(&path);
        }
    }
}
