//! Every example of the code hosts' own pages, as a table: page, file, path, and whose that page says the path is.

use model::CodeOwnersFile;

use super::{CodeOwners, Ruling};

const REFERENCE: &str = "docs.gitlab.com/user/project/codeowners/reference";
const ADVANCED: &str = "docs.gitlab.com/user/project/codeowners/advanced";
const GITHUB: &str =
    "docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners";
const BITBUCKET: &str = "support.atlassian.com/bitbucket-cloud/docs/set-up-and-use-code-owners";
const BITBUCKET_BLOG: &str = "bitbucket.org/blog/code-owners";

/// The file of one example, and the paths of which its page speaks. `-`: nobody, ` | ` between sections or lines that all count.
struct Example {
    page: &'static str,
    host: &'static str,
    file: &'static str,
    paths: &'static [(&'static str, &'static str)],
}

const fn gitlab(page: &'static str, file: &'static str, paths: &'static [(&'static str, &'static str)]) -> Example {
    Example { page, host: "gitlab.com", file, paths }
}

const EXAMPLES: &[Example] = &[
    gitlab(
        REFERENCE,
        "* @default-owner\nREADME.md @doc-team @tech-lead\n*.rb @ruby-owner\nLICENSE @legal janedoe@gitlab.com\n\
         /docs/ @all-docs\n/docs/* @root-docs\n/docs/**/*.md @markdown-docs  # Markdown below\n\
         [Documentation]\nee/docs    @docs\ndocs       @docs\n/config/ @@maintainer\n",
        &[
            ("x", "@default-owner"),
            ("README.md", "@doc-team @tech-lead"),
            ("a/b.rb", "@ruby-owner"),
            ("LICENSE", "@legal janedoe@gitlab.com"),
            ("docs/x.txt", "@root-docs"),
            ("docs/a/x.txt", "@all-docs"),
            ("docs/a/x.md", "@markdown-docs"),
            ("config/x", "@@maintainer | @default-owner"),
        ],
    ),
    gitlab(
        REFERENCE,
        "* @admin\n[README Owners]\nREADME.md @user1 @user2\ninternal/README.md @user4\n[README other owners]\nREADME.md @user3\n",
        &[("README.md", "@user1 @user2 | @user3 | @admin"), ("internal/README.md", "@user4 | @user3 | @admin")],
    ),
    gitlab(
        REFERENCE,
        "[Documentation] @docs-team\ndocs/\nREADME.md\n[Database] @database-team @agarcia\nmodel/db/\nconfig/db/database-setup.md @docs-team\n",
        &[
            ("docs/a", "@docs-team"),
            ("README.md", "@docs-team"),
            ("model/db/x", "@database-team @agarcia"),
            ("config/db/database-setup.md", "@docs-team"),
        ],
    ),
    gitlab(
        REFERENCE,
        "* @username\n!pom.xml\n[Ruby]\n*.rb @ruby-team\n!/config/**/*.rb\n",
        &[("pom.xml", "-"), ("a.rb", "@ruby-team | @username"), ("config/x/a.rb", "@username"), ("config/a.rb", "@username")],
    ),
    gitlab(REFERENCE, "* @default-owner\n!*.rb\n/special/*.rb @ruby-owner\n", &[("special/a.rb", "-"), ("special/a.py", "@default-owner")]),
    gitlab(
        REFERENCE,
        "[Ruby]\n*.rb @ruby-team\n!/config/**/*.rb\n/config/routes.rb @ops\n",
        &[("config/routes.rb", "-"), ("a.rb", "@ruby-team")],
    ),
    gitlab(
        REFERENCE,
        "[Ruby]\n*.rb @ruby-team\n!/config/**/*.rb\n[Config]\n/config/ @ops-team\n",
        &[("config/a.rb", "@ops-team"), ("lib/a.rb", "@ruby-team")],
    ),
    gitlab(
        REFERENCE,
        "* @default-owner\n!package-lock.json\n!yarn.lock\n!**/generated/\n!.gitlab-ci.yml\n",
        &[
            ("package-lock.json", "-"),
            ("web/yarn.lock", "-"),
            ("a/generated/b/c.go", "-"),
            ("generated/c.go", "-"),
            (".gitlab-ci.yml", "-"),
            ("a.go", "@default-owner"),
        ],
    ),
    gitlab(REFERENCE, "/README.md @a\n/docs/README.md @b\n", &[("README.md", "@a"), ("docs/README.md", "@b"), ("x/README.md", "-")]),
    gitlab(
        REFERENCE,
        "/docs/index.* @a\n/docs/*spec* @b\n/docs/*/README.md @c\n",
        &[
            ("docs/index.md", "@a"),
            ("docs/index.xml", "@a"),
            ("docs/qa_specs.rb", "@b"),
            ("docs/spec_helpers.rb", "@b"),
            ("docs/runtime.spec", "@b"),
            ("docs/api/README.md", "@c"),
            ("docs/README.md", "-"),
            ("docs/api/v1/README.md", "-"),
        ],
    ),
    gitlab(
        REFERENCE,
        "/path/to/entry.rb @group @group/subgroup @user\nfile.md @@developer @@maintainer\n[Maintainers]\n* @gitlab-org/maintainers/group-name\n",
        &[
            ("path/to/entry.rb", "@group @group/subgroup @user | @gitlab-org/maintainers/group-name"),
            ("file.md", "@@developer @@maintainer | @gitlab-org/maintainers/group-name"),
        ],
    ),
    gitlab(
        ADVANCED,
        "**/*.rb @ruby\n* @dots\n**/*.rb @ruby\n",
        // An entry that is written twice stays where it stood first, so the wildcard after it decides.
        &[(".gitignore", "@dots"), ("config/database.rb", "@dots")],
    ),
    gitlab(
        ADVANCED,
        "**/*.rb @ruby\n",
        &[("config/database.rb", "@ruby"), ("app/controllers/users/stars_controller.rb", "@ruby"), ("a.rb", "@ruby")],
    ),
    gitlab(
        ADVANCED,
        "[Documentation][2] @docs-team\ndocs/\nREADME.md\n^[Database] @database-team\nmodel/db/\nconfig/db/database-setup.md @docs-team\n",
        &[("docs/x", "@docs-team"), ("model/db/x", "@database-team"), ("config/db/database-setup.md", "@docs-team")],
    ),
    gitlab(
        ADVANCED,
        "* @general-approvers\n[Documentation] @docs-team\ndocs/\nREADME.md\n*.txt\n[Database] @database-team\nmodel/db/\n\
         config/db/database-setup.md @docs-team\n",
        &[("model/db/CHANGELOG.txt", "@docs-team | @database-team | @general-approvers")],
    ),
    gitlab(
        ADVANCED,
        "[Documentation]\nee/docs/    @docs\ndocs/       @docs\n[Database]\nREADME.md  @database\nmodel/db/   @database\n\
         [DOCUMENTATION]\nREADME.md  @docs\n",
        &[("README.md", "@docs | @database"), ("ee/docs/x", "@docs"), ("model/db/x", "@database")],
    ),
    gitlab(ADVANCED, "*.md @doc-team\nterms.md @legal-team\n", &[("terms.md", "@legal-team"), ("x.md", "@doc-team")]),
    gitlab(ADVANCED, "path\\ with\\ spaces/*.md @owner\n", &[("path with spaces/a.md", "@owner"), ("path with spaces/a.txt", "-")]),
    gitlab(ADVANCED, "* @group\n[Section name\ndocs/ @docs_group\n", &[("docs/a", "@docs_group"), ("a", "@group")]),
    gitlab(ADVANCED, "[Docs]\ndocs/**/* @group\n[Section name\ndocs/ @docs_group\n", &[("docs/a", "@docs_group")]),
    gitlab(
        ADVANCED,
        "/path/* @group user_without_at_symbol @user_with_at_symbol\n",
        &[("path/a", "@group @user_with_at_symbol"), ("path/a/b", "-")],
    ),
    Example {
        page: GITHUB,
        host: "github.com",
        file: "* @global-owner1 @global-owner2\n*.js @js-owner # a comment\n*.go docs@example.com\n*.txt @octo-org/octocats\n\
               /build/logs/ @doctocat\ndocs/* docs@example.com\napps/ @octocat\n/docs/ @doctocat\n/scripts/ @doctocat @octocat\n\
               **/logs @octocat\n/apps/ @octocat\n/apps/github\n",
        paths: &[
            ("x.py", "@global-owner1 @global-owner2"),
            ("x/y.js", "@js-owner"),
            ("main.go", "docs@example.com"),
            ("a.txt", "@octo-org/octocats"),
            ("build/logs/a", "@octocat"),
            ("docs/build-app/troubleshooting.md", "@doctocat"),
            ("scripts/a", "@doctocat @octocat"),
            ("deeply/nested/logs/a", "@octocat"),
            ("apps/x", "@octocat"),
            ("apps/github/x", "-"),
        ],
    },
    Example {
        page: GITHUB,
        host: "github.com",
        file: "/apps/ @octocat\n/apps/github @doctocat\n",
        paths: &[("apps/github", "@doctocat"), ("apps/github/x", "@doctocat"), ("apps/x", "@octocat")],
    },
    Example {
        page: BITBUCKET,
        host: "bitbucket.org",
        file: "# a comment\n* individual@example.com individual2@example.com # another\n*.js @workspace/group:random(2)\n",
        paths: &[
            ("a", "individual@example.com individual2@example.com"),
            ("a.js", "@workspace/group | individual@example.com individual2@example.com"),
        ],
    },
    Example {
        page: BITBUCKET_BLOG,
        host: "bitbucket.org",
        file: "# everything\n*      ann@example.com bob@example.com\n\n# a group, all of it\n*.js   @workspace-slug/front:all\n\n\
               # those with least to do\n*.py   @workspace-slug/back:least_busy(2)\n\n# a team of teams.yaml\n*.tf   @teams/sre:random(2)\n",
        // Every line that matches adds its reviewers.
        paths: &[
            ("Makefile", "ann@example.com bob@example.com"),
            ("web/a.js", "@workspace-slug/front | ann@example.com bob@example.com"),
            ("jobs/b.py", "@workspace-slug/back | ann@example.com bob@example.com"),
            ("main.tf", "@teams/sre | ann@example.com bob@example.com"),
        ],
    },
];

#[test]
fn every_documented_example() {
    let mut wrong = Vec::new();
    for example in EXAMPLES {
        let file =
            CodeOwnersFile { repository: format!("{}/acme/shop", example.host), file: "CODEOWNERS".into(), text: example.file.into() };
        let (file, _) = CodeOwners::read(&file);
        for (path, expected) in example.paths {
            let found = match file.ruling(path) {
                Ruling::NotMatched | Ruling::Unowned(_) => "-".to_owned(),
                Ruling::Owned(rules) => rules.iter().map(|rule| rule.owners.join(" ")).collect::<Vec<_>>().join(" | "),
            };
            if found != *expected {
                wrong.push(format!("{}: {path} is {found}, the page says {expected}", example.page));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Approvals and optional sections: what the merge request asks for.
#[test]
fn every_documented_head() {
    let cases = [
        ("[Section name]", "1 approval of section Section name"),
        ("^[Section name]", "approval of section Section name is optional"),
        ("[Section name][5]", "5 approvals of section Section name"),
        ("[Section name] @username", "1 approval of section Section name"),
        ("[Section name][2] @group @subgroup", "2 approvals of section Section name"),
        ("[Section name][0]", "1 approval of section Section name"),
        ("[Section name][x]", "1 approval of section Section name"),
        // Optional and not: required.
        ("^[Section name]\n*.go @a\n[SECTION NAME]", "1 approval of section Section name"),
        ("", ""),
    ];
    for (head, asks) in cases {
        let file = CodeOwnersFile {
            repository: "gitlab.com/acme/shop".into(),
            file: "CODEOWNERS".into(),
            text: format!("{head}\nx.md @somebody\n"),
        };
        let (file, problems) = CodeOwners::read(&file);
        let Ruling::Owned(rules) = file.ruling("x.md") else { panic!("{head}") };
        assert_eq!(file.asks(rules[0]), asks, "{head}");
        assert_eq!(problems.len(), usize::from(head.ends_with("[0]") || head.ends_with("[x]")), "{head}");
    }
}
