//! What Muster does, one file a verb: load, call the pipeline, write in one transaction. The command line and the server both call
//! these, and nothing else.

mod advisories;
mod affected;
mod components;
mod changes;
mod context;
mod cves;
mod decide;
mod demo;
mod deploy;
mod derive;
mod end_of_life;
mod error;
mod export;
mod facts;
mod fixes;
mod feeds;
mod history;
mod import;
mod imports;
mod intel;
mod apis;
mod inventory;
mod issues;
#[cfg(test)]
mod issues_in_sql;
mod ledger;
mod licences;
mod link;
mod live;
mod load;
mod mapping;
mod matching;
mod ownership;
mod parse;
mod portions;
mod posture;
mod refresh;
mod rerank;
mod risk;
mod routes;
mod schema;
mod split_preview;
mod streams;
mod suite;
mod trend;
mod vendors;
mod vex;
mod vulnerability;

pub use affected::{
    Affected, AffectedAnswer, AffectedBecause, AffectedOwner, AffectedOwners, Notification, NotificationKind, NotificationQuery,
};
pub use apis::{ApiList, ApiProblem, ApiQuery, ApiRow, ApiSeen, ApiTested};
pub use changes::{ChangeCause, ChangedIssue, ChangedQuery, SinceGroup, SinceSummary, Standing};
pub use components::{ComponentPage, ComponentRow, ComponentUse, ComponentView, DeployedAs, Where};
pub use context::{Muster, SecretKey};
pub use decide::StateChange;
pub use demo::{DemoProgress, Step};
pub use deploy::{DeployAnswer, DeployMode, DeploymentFeed, DeploymentFeedAnswer, DeploymentQuery};
pub use error::OperationError;
pub use export::{ExportHead, ExportPart, ExportedIssue, ExportedTerm, ExportedVulnerability, RankingExport};
pub use feeds::{FeedAge, FeedList, FeedSource, FetchAnswer, FetchOptions, PackAnswer, PackedFeed, pack_feeds};
pub use fixes::{FixList, FixView};
pub use import::{ImportAnswer, ImportFlags, IssueCounts, PreviewRow, Upload};
pub use imports::{ImportPage, ImportView};
pub use intel::FeedAnswer;
pub use inventory::{
    ApplicationRow, ApplicationView, Change, InventoryAnswer, InventorySource, Moved, Moves, QueueCounts, ServiceQuery, ServiceRow,
    ServiceView, TeamRow, TeamView, Unplaced,
};
pub use issues::{Facets, HistoryEntry, IssueList, IssueQuery, IssueView, Sort, team_asked};
pub use ledger::{FactList, FactRow, FactStanding, FactsAnswer};
pub use licences::{LicenceList, LicenceRow, LicenceVerdict};
pub use mapping::{GuessRow, SuggestAnswer, mapping, suggest};
pub use matching::{IdentityAnswer, IdentityDiff, IdentityMerge, IdentityPart, IdentitySplit};
pub use ownership::OwnerProposal;
pub use parse::{Parsed, parse, parse_each};
pub use posture::{CoverageRow, CoverageState as ScanState, Shortfall, Status};
pub use risk::{
    ModelVersion, RankMove, RiskApplied, RiskDiff, RiskTable, RiskTableRow, RiskView, TeamMoves, TermChange, TierMoves, TopMoves,
};
pub use schema::schema;
pub use split_preview::SplitPreview;
pub use streams::{StreamStanding, StreamState};
pub use suite::SuiteRow;
pub use trend::{Duration, Trend, TrendWeek};
pub use vex::{TrustAnswer, TrustList, VexAnswer, VexFormat};
pub use vulnerability::{EpssPoint, ExploitEntry, KevEntry, SsvcEntry, StatementEntry, VulnerabilityView};

/// The result of an operation.
pub type Result<T, E = OperationError> = std::result::Result<T, E>;
