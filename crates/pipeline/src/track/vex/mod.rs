//! VEX: which statements speak of a finding, whose word counts, and what follows.
//!
//! A statement speaks of a finding where all three agree: the vulnerability (by any of its names), the product (an image, a repository, a
//! service, an application, or the package itself) and the component in it. Never the CVE alone. What cannot be told (a version that no
//! scan stated, a product that only a number names) does not agree: an issue that stays in the queue by mistake is seen, one that left it
//! is not.

mod component;
mod product;
mod speaks;
mod trust;
mod weigh;

pub use component::PackageName;
pub use product::ProductName;
pub use speaks::{Compiled, Names, Spoken, Whereabouts};
pub use trust::{Publisher, TrustEntry, TrustList, TrustVerdict};
pub use weigh::{Origin, Weighed, Word, weigh};

#[cfg(test)]
mod tests;
