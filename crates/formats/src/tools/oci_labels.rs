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
    run.base_image =
        first(["org.opencontainers.image.base.name", ""]).map(|name| match first(["org.opencontainers.image.base.digest", ""]) {
            Some(digest) if !name.contains('@') => format!("{name}@{digest}"),
            _ => name,
        });
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
    }
}
