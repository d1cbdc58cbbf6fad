//! One file a verb.

pub(crate) mod affected;
pub(crate) mod apis;
pub(crate) mod components;
pub(crate) mod coverage;
pub(crate) mod demo;
pub(crate) mod deploy;
pub(crate) mod export;
pub(crate) mod facts;
pub(crate) mod fixes;
pub(crate) mod formats;
pub(crate) mod identity;
pub(crate) mod import;
pub(crate) mod intel;
pub(crate) mod inventory;
pub(crate) mod issue;
pub(crate) mod issues;
pub(crate) mod licences;
pub(crate) mod parse;
pub(crate) mod report;
pub(crate) mod risk;
pub(crate) mod routes;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod stream_flags;
pub(crate) mod vex;
