//! JSON Schemas of what commands print.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

/// The schema of that output, or the names of all where it is unknown.
///
/// # Errors
/// The names that there are.
pub fn schema(name: &str) -> Result<Value, Vec<&'static str>> {
    SCHEMAS.iter().find(|(known, _)| *known == name).map(|(_, make)| make()).ok_or_else(|| SCHEMAS.iter().map(|(name, _)| *name).collect())
}

type Named = (&'static str, fn() -> Value);

/// By the command whose output it is.
static SCHEMAS: &[Named] = &[
    ("affected", of::<crate::Affected>),
    ("affected-owners", of::<crate::AffectedOwner>),
    ("apis", of::<crate::ApiRow>),
    ("application", of::<crate::ApplicationView>),
    ("applications", of::<Vec<crate::ApplicationRow>>),
    ("changes", of::<crate::ChangedIssue>),
    ("component", of::<crate::ComponentView>),
    ("components", of::<crate::ComponentRow>),
    ("coverage", of::<Vec<crate::CoverageRow>>),
    ("deploy", of::<crate::DeployAnswer>),
    ("deploy-list", of::<Vec<model::Deployment>>),
    ("deploy-read", of::<crate::DeploymentFeedAnswer>),
    ("export", of::<crate::RankingExport>),
    ("facts", of::<crate::FactRow>),
    ("facts-apply", of::<crate::FactsAnswer>),
    ("finding", of::<model::Finding>),
    ("fix", of::<model::Fix>),
    ("fix-view", of::<crate::FixView>),
    ("formats-suggest", of::<crate::SuggestAnswer>),
    ("identity-apply", of::<crate::IdentityAnswer>),
    ("identity-diff", of::<crate::IdentityDiff>),
    ("import", of::<crate::ImportAnswer>),
    ("intel", of::<Vec<crate::FeedAnswer>>),
    ("intel-fetch", of::<Vec<crate::FetchAnswer>>),
    ("intel-pack", of::<crate::PackAnswer>),
    ("inventory", of::<model::Inventory>),
    ("inventory-apply", of::<crate::InventoryAnswer>),
    ("inventory-proposals", of::<Vec<crate::OwnerProposal>>),
    ("issue", of::<model::Issue>),
    ("issue-view", of::<crate::IssueView>),
    ("intel-show", of::<crate::VulnerabilityView>),
    ("licences", of::<crate::LicenceRow>),
    ("notifications", of::<crate::Notification>),
    ("risk-apply", of::<crate::RiskApplied>),
    ("risk-diff", of::<crate::RiskDiff>),
    ("risk-show", of::<crate::RiskView>),
    ("service", of::<crate::ServiceView>),
    ("services", of::<Vec<crate::ServiceRow>>),
    ("since", of::<crate::SinceSummary>),
    ("streams", of::<crate::StreamStanding>),
    ("suite", of::<Vec<crate::SuiteRow>>),
    ("team", of::<crate::TeamView>),
    ("teams", of::<Vec<crate::TeamRow>>),
    ("trend", of::<crate::Trend>),
    ("trust", of::<crate::TrustList>),
    ("unplaced", of::<Vec<crate::Unplaced>>),
    ("vex-apply", of::<Vec<crate::VexAnswer>>),
    ("vex-trust-apply", of::<crate::TrustAnswer>),
];

fn of<T: JsonSchema>() -> Value {
    SchemaGenerator::new(SchemaSettings::draft2020_12()).into_root_schema_for::<T>().to_value()
}
