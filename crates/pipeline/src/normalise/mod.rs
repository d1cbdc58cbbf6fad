//! Raw words of scanners to canonical ones: severity, CWE, paths, package URLs, repository ids; secrets are hashed and redacted.
//!
//! Everything here is a pure function of its input. Applied twice it changes nothing more (but for `--prefix`, which is put before a path
//! once).

pub mod cwe;
pub mod finding;
pub mod identifiers;
pub mod image;
pub mod inputs;
pub mod path;
pub mod purl;
pub mod redact;
pub mod repository;
pub mod secret;
pub mod snippet;
pub mod source;
pub mod url;
pub mod version;

pub use finding::{Context, normalise};
pub use identifiers::canonical_identifiers;
pub use image::{ImageReference, image_repository};
pub use path::Paths;
pub use purl::Purl;
pub use redact::{Redactor, redact_text};
pub(crate) use repository::known_repository_id;
pub use repository::repository_id;
pub use secret::secret_hash;
pub use source::{SourceFacts, SourceText};
pub use url::WebUrl;
