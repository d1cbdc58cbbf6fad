//! References of container images: repository, tag, digest.

/// An image reference taken apart, in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageReference {
    /// Registry and name: `docker.io/library/nginx`, `registry.example.com:5000/acme/api`. Never with tag or digest.
    pub repository: String,
    pub tag: Option<String>,
    /// `sha256:…`
    pub digest: Option<String>,
}

impl ImageReference {
    /// Takes a reference apart as Docker does: the part before the first slash is a registry when it holds a dot or a colon or is
    /// `localhost`; else it is Docker Hub, where a name without owner lies in `library`. What stands behind a blank
    /// (`nginx:1.25 (debian 12.5)`) is dropped. `None` where there is no name, or the text is no reference.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.split_whitespace().next()?;
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        if text.len() > 1024 {
            return None;
        }
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(canonical_digest(digest)?)),
            None => (text, None),
        };
        if canonical_digest(name).is_some() {
            // A bare digest names no repository.
            return None;
        }
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned()).filter(|tag| !tag.is_empty())),
            _ => (name, None),
        };
        let name = name.to_ascii_lowercase();
        let (registry, path) = match name.split_once('/') {
            Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (first, rest),
            _ => ("docker.io", name.as_str()),
        };
        let registry = registry.strip_suffix(":443").unwrap_or(registry);
        let registry =
            if matches!(registry, "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com") { "docker.io" } else { registry };
        let path = path.trim_matches('/');
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
        if path.is_empty() || path.contains("//") || !path.bytes().all(plain) || registry.is_empty() {
            return None;
        }
        let repository =
            if registry == "docker.io" && !path.contains('/') { format!("docker.io/library/{path}") } else { format!("{registry}/{path}") };
        Some(Self { repository, tag, digest })
    }
}

impl std::fmt::Display for ImageReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// The repository of a reference, without tag and digest, in canonical form.
#[must_use]
pub fn image_repository(text: &str) -> Option<String> {
    ImageReference::parse(text).map(|image| image.repository)
}

/// `algorithm:hex` in lower case.
fn canonical_digest(text: &str) -> Option<String> {
    let (algorithm, hex) = text.split_once(':')?;
    let known = matches!(algorithm, "sha256" | "sha512" | "sha384");
    (known && hex.len() >= 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn parts(text: &str) -> (String, Option<String>, bool) {
        let image = ImageReference::parse(text).unwrap_or_else(|| panic!("{text}"));
        (image.repository, image.tag, image.digest.is_some())
    }

    #[test]
    fn docker_hub_has_one_form() {
        for text in [
            "nginx",
            "library/nginx",
            "docker.io/nginx",
            "docker.io/library/nginx",
            "index.docker.io/library/nginx",
            "docker://nginx",
            "NGINX",
        ] {
            assert_eq!(parts(text), ("docker.io/library/nginx".into(), None, false), "{text}");
        }
        assert_eq!(parts("acme/api:1.2").0, "docker.io/acme/api");
    }

    #[test]
    fn registries_ports_tags_digests() {
        assert_eq!(parts("localhost:5000/api"), ("localhost:5000/api".into(), None, false));
        assert_eq!(parts("registry.example.com:5000/acme/api:v1"), ("registry.example.com:5000/acme/api".into(), Some("v1".into()), false));
        assert_eq!(parts(&format!("ghcr.io/acme/api:v1@{DIGEST}")), ("ghcr.io/acme/api".into(), Some("v1".into()), true));
        assert_eq!(parts("ghcr.io:443/acme/api").0, "ghcr.io/acme/api");
        assert_eq!(parts("nginx:1.25 (debian 12.5)"), ("docker.io/library/nginx".into(), Some("1.25".into()), false));
    }

    #[test]
    fn what_is_no_reference() {
        for text in ["", " ", DIGEST, "a@b", "nginx@sha256:xyz", "registry.example.com/", "a//b", "a/b\\c", "é"] {
            assert_eq!(ImageReference::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn canonical_form_gives_itself(text in "[a-zA-Z0-9.:/@_-]{1,40}") {
            if let Some(image) = ImageReference::parse(&text) {
                prop_assert_eq!(ImageReference::parse(&image.repository).map(|again| again.repository), Some(image.repository.clone()));
                prop_assert_eq!(ImageReference::parse(&image.to_string()), Some(image));
            }
        }
    }
}
