//! Raw words of scanners to canonical ones: severity, CWE, paths, package URLs, repository ids; secrets are hashed and redacted.
