//! Labels of images, as scanners repeat them: from which code, at which commit and on which base image one was built.
//!
//! Names: the annotations of the OCI image specification (`org.opencontainers.image.*`), and those of Label Schema, which came before them and
//! which many images still carry.

use model::Run;

/// Takes over what the labels of the scanned image say. `label` gives the value of a label by its name.
pub(super) fn take(run: &mut Run, label: impl Fn(&str) -> Option<String>) {
    let first = |names: [&str; 2]| {
        names.iter().filter(|name| !name.is_empty()).find_map(|name| label(name).filter(|value| !value.trim().is_empty()))
    };
    if run.repository.is_none() {
        run.repository = first(["org.opencontainers.image.source", "org.label-schema.vcs-url"]);
    }
    run.revision = first(["org.opencontainers.image.revision", "org.label-schema.vcs-ref"]);
    let (name, digest) = (first(["org.opencontainers.image.base.name", ""]), first(["org.opencontainers.image.base.digest", ""]));
    run.base_image = match (name, digest) {
        (Some(name), Some(digest)) if !name.contains('@') => Some(format!("{name}@{digest}")),
        (Some(name), _) => Some(name),
        // Which image has that digest, the inventory and the scans know.
        (None, digest) => digest.map(|digest| format!("@{}", digest.trim())),
    };
}

/// Takes over what lines of `NAME: VALUE` say of labels, with or without `Labels:` before the name, as Trivy writes them into annotations.
pub(super) fn take_lines(run: &mut Run, lines: &[String]) {
    take(run, |label| {
        lines.iter().find_map(|line| {
            let line = line.trim();
            let rest = line.strip_prefix("Labels:").unwrap_or(line).strip_prefix(label)?;
            Some(rest.strip_prefix(':').or_else(|| rest.strip_prefix('='))?.trim().to_owned())
        })
    });
}

/// The image that a package URL (`pkg:oci/api@sha256%3A…?repository_url=host/api&tag=1`, `pkg:docker/acme/api@1.4`) names, else `name`. `version`
/// counts where it is a digest.
pub(super) fn image_of(name: &str, purl: Option<&str>, version: Option<&str>) -> Option<String> {
    let digest = version.filter(|version| version.starts_with("sha256:") && !name.contains('@'));
    let name = digest.map_or_else(|| name.to_owned(), |digest| format!("{name}@{digest}"));
    let plain = || Some(name.clone()).filter(|name| !name.is_empty());
    let purl = purl.and_then(|purl| purl.strip_prefix("pkg:oci/").or_else(|| purl.strip_prefix("pkg:docker/")));
    let Some((rest, qualifiers)) = purl.and_then(|purl| purl.split_once('?')) else { return plain() };
    let qualifier = |key: &str| qualifiers.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('=')).map(decode);
    let Some(mut image) = qualifier("repository_url") else { return plain() };
    let tag = qualifier("tag")
        .or_else(|| name.rsplit_once(':').map(|(_, tag)| tag.to_owned()).filter(|tag| !tag.contains('/') && !name.contains('@')));
    if let Some(tag) = tag {
        image = format!("{image}:{tag}");
    }
    match rest.split_once('@').map(|(_, digest)| decode(digest)) {
        Some(digest) if digest.starts_with("sha256:") => Some(format!("{image}@{digest}")),
        _ => Some(image),
    }
}

fn decode(text: &str) -> String {
    text.replace("%3A", ":").replace("%3a", ":").replace("%2F", "/").replace("%2f", "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(labels: &[(&str, &str)]) -> Run {
        let mut run = Run::default();
        take(&mut run, |name| labels.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()));
        run
    }

    #[test]
    fn both_sets_of_names() {
        let oci = read(&[
            ("org.opencontainers.image.source", "https://github.com/acme/shop"),
            ("org.label-schema.vcs-url", "https://github.com/acme/older"),
            ("org.opencontainers.image.revision", "c0ffee1"),
            ("org.opencontainers.image.base.name", "r.example/base/python:3.12"),
            ("org.opencontainers.image.base.digest", "sha256:ab"),
        ]);
        assert_eq!(oci.repository.as_deref(), Some("https://github.com/acme/shop"));
        assert_eq!((oci.revision.as_deref(), oci.base_image.as_deref()), (Some("c0ffee1"), Some("r.example/base/python:3.12@sha256:ab")));
        let schema = read(&[("org.label-schema.vcs-url", "https://github.com/acme/shop"), ("org.label-schema.vcs-ref", "abc"), ("x", " ")]);
        assert_eq!((schema.repository.as_deref(), schema.revision.as_deref()), (Some("https://github.com/acme/shop"), Some("abc")));
        assert_eq!(read(&[("org.opencontainers.image.source", " ")]), Run::default());
        assert_eq!(read(&[("org.opencontainers.image.base.digest", "sha256:ab")]).base_image.as_deref(), Some("@sha256:ab"));
    }

    #[test]
    fn lines_of_annotations() {
        let mut run = Run::default();
        let lines = [
            "ImageID: sha256:00",
            "Labels:org.opencontainers.image.source: https://github.com/acme/shop",
            "org.opencontainers.image.revision=c0ffee1",
        ];
        take_lines(&mut run, &lines.map(str::to_owned));
        assert_eq!((run.repository.as_deref(), run.revision.as_deref()), (Some("https://github.com/acme/shop"), Some("c0ffee1")));
    }
}
