//! What the world knows of vulnerabilities and weaknesses: KEV, EPSS, CVSS, SSVC inputs, exploit lists, CWE, aliases. Pure: bytes in, rows
//! out. One file a feed; [`load`] recognises a feed by its content.
//!
//! A feed is taken whole or refused whole: a file that was cut off, that has a score out of range or another shape is an error with its
//! place, so that the state before stays in force. A single odd row is a warning.

mod advisories;
mod aliases;
mod archive;
mod cve_id;
mod cve_record;
mod cvss;
mod cwe;
mod cwe_mappings;
mod end_of_life;
mod epss;
mod error;
mod exploits;
mod feed;
mod kev;
mod metasploit;
mod row;
mod ssvc;
mod table;
mod vendor;
pub mod vex;
mod view;
mod vulnrichment;

pub use aliases::MAX_CVES as MAX_CVES_OF_AN_ALIAS;
pub use cve_id::{canonical as canonical_cve, is_cve, year as cve_year};
pub use cvss::{Assessment, CvssError, DerivedSsvc, assess as assess_cvss, best as best_cvss, derived_ssvc};
pub use cwe::CweGraph;
pub use end_of_life::{Cycle, cycle_of, keys_of_release};
pub use epss::{AgeMedians, medians_by_year};
pub use error::FeedError;
pub use feed::{Feed, Loaded, load, recognise};
pub use row::{AdvisoryPackage, Exploitation, IntelRow};
pub use ssvc::DecisionTable;
pub use vendor::{VendorFact, entries_before, vendor_key};
pub use view::{EpssFact, ExploitFact, IntelView, KevFact, NoIntel, SsvcFact, VulnerabilityIntel};
