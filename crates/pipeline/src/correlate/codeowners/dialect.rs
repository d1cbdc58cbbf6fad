//! Which code host's rules a CODEOWNERS file follows.

/// The code hosts that read the file alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    GitHub,
    GitLab,
    /// Cloud and Data Center.
    Bitbucket,
    /// Gitea and Forgejo.
    Gitea,
}

impl Dialect {
    /// By the host's name, else by the folder in which the file stands, else by `[Section]` lines (GitLab), else GitHub.
    #[must_use]
    pub fn of(repository: &str, file: &str, text: &str) -> Self {
        let host = repository.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let hosts = [
            ("github", Self::GitHub),
            ("gitlab", Self::GitLab),
            ("bitbucket", Self::Bitbucket),
            ("gitea", Self::Gitea),
            ("forgejo", Self::Gitea),
            ("codeberg.org", Self::Gitea),
        ];
        if let Some((_, dialect)) = hosts.iter().find(|(name, _)| host.contains(name)) {
            return *dialect;
        }
        let folder = file.rsplit(['/', '\\']).nth(1).unwrap_or_default();
        match folder {
            ".github" => Self::GitHub,
            ".gitlab" => Self::GitLab,
            ".bitbucket" => Self::Bitbucket,
            ".gitea" | ".forgejo" => Self::Gitea,
            _ if text.lines().any(|line| is_section(line.trim())) => Self::GitLab,
            _ => Self::GitHub,
        }
    }

    /// Where the host looks for the file, the first that is there counts.
    #[must_use]
    pub fn folders(self) -> &'static [&'static str] {
        match self {
            Self::GitHub => &[".github", "", "docs"],
            Self::GitLab => &["", "docs", ".gitlab"],
            Self::Bitbucket => &[".bitbucket"],
            Self::Gitea => &["", "docs", ".gitea", ".forgejo"],
        }
    }

    /// Of several files of one repository the host reads one: less is earlier in its order. A path as given may have folders before the
    /// repository's root, so only the last folder is looked at.
    #[must_use]
    pub fn order(self, file: &str) -> usize {
        let folder = file.rsplit(['/', '\\']).nth(1).unwrap_or_default();
        let known = self.folders().iter().position(|known| !known.is_empty() && *known == folder);
        known.or_else(|| self.folders().iter().position(|known| known.is_empty())).unwrap_or(usize::MAX)
    }
}

/// A section's head: `[Name]`, `^[Name]`.
pub(super) fn is_section(line: &str) -> bool {
    let line = line.strip_prefix('^').unwrap_or(line);
    line.strip_prefix('[').and_then(|rest| rest.find(']')).is_some_and(|end| end > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_then_place_then_sections() {
        let sections = "[Docs] @docs\n*.md\n";
        assert_eq!(Dialect::of("github.com/acme/x", "CODEOWNERS", sections), Dialect::GitHub);
        assert_eq!(Dialect::of("gitlab.acme.example/x", "CODEOWNERS", ""), Dialect::GitLab);
        assert_eq!(Dialect::of("bitbucket.org/acme/x", ".bitbucket/CODEOWNERS", ""), Dialect::Bitbucket);
        assert_eq!(Dialect::of("codeberg.org/acme/x", "CODEOWNERS", ""), Dialect::Gitea);
        assert_eq!(Dialect::of("git.acme.example/x", ".gitlab/CODEOWNERS", ""), Dialect::GitLab);
        assert_eq!(Dialect::of("git.acme.example/x", "CODEOWNERS", sections), Dialect::GitLab);
        assert_eq!(Dialect::of("git.acme.example/x", "CODEOWNERS", "* @x\n"), Dialect::GitHub);
    }

    #[test]
    fn the_first_place_counts() {
        assert!(Dialect::GitHub.order("x/.github/CODEOWNERS") < Dialect::GitHub.order("x/CODEOWNERS"));
        assert!(Dialect::GitHub.order("CODEOWNERS") < Dialect::GitHub.order("docs/CODEOWNERS"));
        assert!(Dialect::GitLab.order("CODEOWNERS") < Dialect::GitLab.order(".gitlab/CODEOWNERS"));
    }
}
