//! One id for a repository, whichever URL form names it: `host/segment/segment`.

use std::cell::RefCell;

/// Hosts on which the path means the same in any case.
const CASELESS: [&str; 5] = ["github.com", "gitlab.com", "bitbucket.org", "dev.azure.com", "codeberg.org"];

/// Other names of the same host.
const HOST_ALIASES: [(&str, &str); 8] = [
    ("www.github.com", "github.com"),
    ("ssh.github.com", "github.com"),
    ("www.gitlab.com", "gitlab.com"),
    ("altssh.gitlab.com", "gitlab.com"),
    ("www.bitbucket.org", "bitbucket.org"),
    ("altssh.bitbucket.org", "bitbucket.org"),
    ("ssh.dev.azure.com", "dev.azure.com"),
    ("www.codeberg.org", "codeberg.org"),
];

/// Short forms that package managers write.
const SHORTHANDS: [(&str, &str); 3] = [("github:", "github.com"), ("gitlab:", "gitlab.com"), ("bitbucket:", "bitbucket.org")];

/// The canonical id of a repository: host in lower case without port, then its segments. The scheme, user, password, port, query,
/// fragment, `.git` and pages inside the repository (`/tree/main`, `/-/blob/…`) are dropped; on hosts that do not tell case apart the path
/// is in lower case. An id gives itself.
///
/// A bare `a/b` is taken as an id, so ask only of text that is meant as a repository. Local paths, `file:` and text without at least a
/// host and one segment give `None`.
#[must_use]
pub fn repository_id(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 2048 || text.contains(|c: char| c.is_control() || c == '\\' || c == '"' || c == '<' || c == '>') {
        return None;
    }
    let text = text
        .strip_prefix("scm:")
        .map_or(text, |rest| rest.split_once(':').map_or(rest, |(kind, url)| if kind == "git" { url } else { rest }));
    let lower = text.to_ascii_lowercase();
    for (short, host) in SHORTHANDS {
        if lower.starts_with(short) && !lower.starts_with(&format!("{short}//")) {
            return assemble(host, text.get(short.len()..)?);
        }
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let scheme = scheme.to_ascii_lowercase();
        let last = scheme.rsplit('+').next().unwrap_or_default();
        if !matches!(last, "http" | "https" | "ssh" | "git" | "git+ssh" | "ftp" | "ftps" | "svn" | "hg") {
            return None;
        }
        let (authority, path) = rest.split_once('/')?;
        return assemble(authority, path);
    }
    if lower.starts_with("file:") || text.starts_with(['/', '.', '~', '-']) || text.contains(char::is_whitespace) {
        return None;
    }
    // scp form: `git@host:group/name.git`; one letter before the colon is a drive.
    let colon = text.find(':');
    let slash = text.find('/');
    if let Some(colon) = colon.filter(|&at| slash.is_none_or(|slash| at < slash)) {
        let (authority, path) = (text.get(..colon)?, text.get(colon + 1..)?);
        if authority.len() < 2 {
            return None;
        }
        return assemble(authority, without_port(path));
    }
    let (authority, path) = text.split_once('/')?;
    assemble(authority, path)
}

/// As [`repository_id`], for findings by the thousand: most are of the repository of the one before.
pub(crate) fn known_repository_id(text: &str) -> Option<String> {
    thread_local! {
        static LAST: RefCell<(String, Option<String>)> = RefCell::default();
    }
    LAST.with_borrow_mut(|(known, id)| {
        if known != text {
            *id = repository_id(text);
            text.clone_into(known);
        }
        id.clone()
    })
}

/// `7999/group/name` is a path behind a port that someone wrote in scp form.
fn without_port(path: &str) -> &str {
    match path.split_once('/') {
        Some((port, rest)) if port.parse::<u16>().is_ok() && rest.contains('/') => rest,
        _ => path,
    }
}

fn assemble(authority: &str, path: &str) -> Option<String> {
    let host = authority.rsplit('@').next()?.to_ascii_lowercase();
    let host = if host.starts_with('[') { host.split_inclusive(']').next()? } else { host.split(':').next()? };
    let host = host.trim_end_matches('.');
    let host_is_plain =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte) || !byte.is_ascii());
    if !host_is_plain || host.starts_with(['.', '-']) {
        return None;
    }
    let host = HOST_ALIASES.iter().find(|(alias, _)| *alias == host).map_or(host, |(_, name)| name);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut segments: Vec<String> = path.split('/').filter(|segment| !segment.is_empty() && *segment != ".").map(plain_segment).collect();
    if segments.iter().any(|segment| segment == "..") {
        return None;
    }
    let mut host = host.to_owned();
    shape_by_host(&mut host, &mut segments);
    without_git(&mut segments);
    // `-.git` is a separator too, once it is seen.
    while let Some(at) = segments.iter().position(|segment| segment == "-").filter(|at| *at > 0) {
        segments.truncate(at);
        without_git(&mut segments);
    }
    if segments.is_empty() || segments.iter().any(|segment| segment == "." || segment == "..") {
        return None;
    }
    let joined = segments.join("/");
    Some(if CASELESS.contains(&host.as_str()) || host.starts_with("bitbucket.") {
        format!("{host}/{}", joined.to_lowercase())
    } else {
        format!("{host}/{joined}")
    })
}

/// Takes `.git` off the end, however often it stands there.
fn without_git(segments: &mut Vec<String>) {
    while let Some(last) = segments.last_mut() {
        match last.len().checked_sub(4).filter(|&at| last.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(".git"))) {
            Some(at) => last.truncate(at),
            None => break,
        }
        if last.is_empty() {
            segments.pop();
        }
    }
}

/// A segment in one spelling: a blank is `%20`.
fn plain_segment(segment: &str) -> String {
    segment.replace(' ', "%20")
}

/// What is particular to one code host: where its repository path ends, and its several forms of one path.
fn shape_by_host(host: &mut String, segments: &mut Vec<String>) {
    // GitLab separates pages from groups with `/-/`.
    if let Some(at) = segments.iter().position(|segment| segment == "-") {
        segments.truncate(at.max(1));
    }
    if matches!(host.as_str(), "github.com" | "bitbucket.org" | "codeberg.org") {
        segments.truncate(2);
    }
    azure(host, segments);
    // Bitbucket Server: `/scm/KEY/name.git` for cloning, `/projects/KEY/repos/name/browse` for reading, `~user` for people.
    if segments.len() == 3 && segments.first().is_some_and(|first| first == "scm") {
        segments.remove(0);
    }
    if let [space, key, repos, name, ..] = segments.as_slice()
        && repos == "repos"
        && (space == "projects" || space == "users")
    {
        let owner = if space == "users" { format!("~{key}") } else { key.clone() };
        *segments = vec![owner, name.clone()];
    }
}

/// Azure DevOps: `organisation/project/repository` from its three URL forms. A project's repository of the same name may leave the
/// project out.
fn azure(host: &mut String, segments: &mut Vec<String>) {
    let old_name = host.strip_suffix(".visualstudio.com").map(str::to_owned);
    let is_ssh_of_old = old_name.as_deref() == Some("vs-ssh");
    if host != "dev.azure.com" && old_name.is_none() {
        return;
    }
    let ssh = segments.first().is_some_and(|first| first == "v3");
    if ssh {
        segments.remove(0);
    } else if let Some(organisation) = old_name.filter(|_| !is_ssh_of_old) {
        segments.retain(|segment| !segment.eq_ignore_ascii_case("DefaultCollection"));
        segments.insert(0, organisation);
    }
    *host = "dev.azure.com".to_owned();
    if let Some(at) = segments.iter().position(|segment| segment == "_git") {
        segments.remove(at);
        segments.truncate(at + 1);
        if at == 1
            && let Some(name) = segments.get(1).cloned()
        {
            segments.push(name);
        }
    }
    segments.truncate(3);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_remembered_of_the_last_is_not_said_of_the_next() {
        for text in
            ["https://github.com/A/b.git", "", "https://github.com/A/b.git", "https://github.com/A/b.git", "./local", "gitlab.com/c/d"]
        {
            assert_eq!(known_repository_id(text), repository_id(text), "{text}");
        }
    }

    fn all_give(id: &str, forms: &[&str]) {
        for form in forms.iter().chain([&id]) {
            assert_eq!(repository_id(form).as_deref(), Some(id), "{form}");
        }
    }

    #[test]
    fn the_forms_of_one_url() {
        all_give(
            "github.com/acme/shop",
            &[
                "https://github.com/acme/shop",
                "https://github.com/Acme/Shop.git",
                "http://GitHub.com:443/acme/shop/",
                "https://user:token@github.com/acme/shop.git",
                "https://www.github.com/acme/shop/tree/main/src?x=1#L3",
                "git@github.com:acme/shop.git",
                "ssh://git@github.com/acme/shop.git",
                "ssh://git@ssh.github.com:443/acme/shop.git",
                "git+https://github.com/acme/shop.git#v1.2",
                "git+ssh://git@github.com/acme/shop",
                "git://github.com/acme/shop.git",
                "scm:git:https://github.com/acme/shop.git",
                "github:acme/shop",
                " github.com/acme/shop/ ",
            ],
        );
    }

    #[test]
    fn subgroups_ports_and_case_of_private_hosts() {
        all_give(
            "git.example.com/Group/sub/Name",
            &[
                "https://git.example.com:8443/Group/sub/Name.git",
                "ssh://git@GIT.example.com:2222/Group/sub/Name.git",
                "git@git.example.com:Group/sub/Name.git",
                "git@git.example.com:2222/Group/sub/Name.git",
                "https://git.example.com/Group/sub/Name/-/blob/main/a.py",
            ],
        );
        assert_ne!(repository_id("https://git.example.com/a/b"), repository_id("https://git.example.com/A/b"));
        assert_eq!(repository_id("http://gitea:3000/a/b.git").as_deref(), Some("gitea/a/b"));
    }

    #[test]
    fn azure_devops() {
        all_give(
            "dev.azure.com/acme/web%20shop/api",
            &[
                "https://acme@dev.azure.com/acme/Web%20Shop/_git/API",
                "git@ssh.dev.azure.com:v3/acme/Web%20Shop/api",
                "https://acme.visualstudio.com/DefaultCollection/Web%20Shop/_git/api",
                "acme@vs-ssh.visualstudio.com:v3/acme/Web%20Shop/api",
            ],
        );
        all_give("dev.azure.com/acme/shop/shop", &["https://dev.azure.com/acme/_git/shop", "https://acme.visualstudio.com/_git/shop"]);
    }

    #[test]
    fn bitbucket() {
        all_give("bitbucket.org/acme/shop", &["https://bitbucket.org/Acme/shop/src/main/", "git@bitbucket.org:acme/shop.git"]);
        all_give(
            "bitbucket.example.com/pay/api",
            &[
                "https://bitbucket.example.com/scm/PAY/api.git",
                "ssh://git@bitbucket.example.com:7999/pay/api.git",
                "https://bitbucket.example.com/projects/PAY/repos/api/browse/src",
            ],
        );
        assert_eq!(repository_id("https://bitbucket.example.com/users/jo/repos/x/browse").as_deref(), Some("bitbucket.example.com/~jo/x"));
    }

    #[test]
    fn what_is_no_repository() {
        for text in [
            "",
            "shop",
            "/srv/git/shop.git",
            "./shop",
            "../a/b",
            "~/src/a",
            "file:///srv/git/a.git",
            "file:a/b",
            r"C:\src\a",
            "C:/src/a",
            "https://github.com",
            "https://github.com/",
            "s3://bucket/key",
            "a b/c",
            "https:///a/b",
            "https://x/../..",
        ] {
            assert_eq!(repository_id(text), None, "{text}");
        }
    }

    #[test]
    fn a_separator_named_like_a_repository_ends_the_path() {
        assert_eq!(repository_id("git@A:A/-.git").as_deref(), Some("a/A"));
        assert_eq!(repository_id("git@A:b.git/-.git").as_deref(), Some("a/b"));
    }

    proptest! {
        #[test]
        fn an_id_gives_itself(text in "(https://|ssh://git@|git@|)[a-zA-Z.:0-9]{1,12}[/:][a-zA-Z0-9_./ ~@#?-]{0,30}(\\.git)?/?") {
            if let Some(id) = repository_id(&text) {
                prop_assert_eq!(repository_id(&id), Some(id.clone()), "{}", text);
            }
        }
    }
}
