//! Feeds from their publishers, bundles for closed networks, and when a feed is old.

mod age;
mod bundle;
mod fetch;
mod list;

pub use age::FeedAge;
pub(crate) use age::stale_warnings;
pub use bundle::{PackAnswer, PackedFeed, pack_feeds};
pub(crate) use bundle::{is_bundle, unpack};
pub use fetch::{FetchAnswer, FetchOptions};
pub use list::{FeedList, FeedSource};
