//! The words of Muster: what a tool says (*finding*), the real vulnerability (*issue*), what was scanned (*target*, *ref*), what people
//! decided (*decision*). Plain data without I/O and without a clock; every other crate speaks in these types.

mod component;
mod coverage;
mod cvss;
mod decision;
mod deployment;
mod endpoint;
mod finding;
mod fix;
mod hash;
mod inventory;
mod issue;
mod kind;
mod package;
mod place;
mod report;
mod severity;
mod state;
mod target;
mod timestamp;
mod vex;

pub use component::Component;
pub use coverage::{Coverage, CoverageState, ScanClaims};
pub use cvss::Cvss;
pub use decision::{Decision, DecisionKind};
pub use deployment::{DeployGate, Deployment};
pub use endpoint::Endpoint;
pub use finding::{AliasPair, Finding, FingerPrint, FlowStep, Location, Reachability, SecretEvidence, Sighting, Suppression};
pub use fix::{Fix, FixKind, FixStep, Remedy};
pub use hash::{fix_code, hash_parts, issue_code, short_hex};
pub use inventory::{
    Application, BaseImage, Branches, CodeOwnersFile, Environment, Exposure, Inventory, InventoryConflict, InventoryFact, OwnerRule,
    Service, SourceLine, Team, TeamTargets, Tri,
};
pub use issue::{EndOfLife, EvidenceFact, Issue, IssueFinding, IssueRank, Link, Owner, OwnerFact, RankTerm, Suggestion, Tier};
pub use kind::Kind;
pub use package::Package;
pub use place::Place;
pub use report::{ReportRow, Run, Warning};
pub use severity::Severity;
pub use state::{ClosureCause, Presence, State};
pub use target::{Ref, StreamKey, Target, TargetKind};
pub use timestamp::{Timestamp, TimestampError};
pub use vex::{VexDocument, VexFact, VexStatement, VexStatus, VexSubject, VexThing, VexVerdict};
