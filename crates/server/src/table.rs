//! The table of routes: the router, the OpenAPI document and the tests are made from it.

use axum::routing::MethodRouter;
use schemars::{Schema, SchemaGenerator};

use crate::app::App;
use crate::routes::{
    apis, applications, changes, components, coverage, deployments, export, fixes, formats, identity, imports, intel, inventory, issues,
    licences, notifications, risk, schema, services, status, streams, teams, trend, vex,
};

/// Where the API lives.
pub(crate) const BASE: &str = "/api/v1";

/// What a request may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

impl Method {
    /// As OpenAPI writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
        }
    }
}

/// Makes the schema of a type.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What a request carries.
#[derive(Clone, Copy)]
pub(crate) enum Carries {
    Nothing,
    Json(SchemaOf),
    /// `multipart/form-data`.
    Form(SchemaOf),
}

/// One row of the table.
#[derive(Clone, Copy)]
pub struct Route {
    pub method: Method,
    /// Behind `/api/v1`.
    pub path: &'static str,
    /// Names the row, in the document and in tests.
    pub operation: &'static str,
    pub summary: &'static str,
    /// The parameters behind the question mark, as the properties of one object.
    pub(crate) params: Option<SchemaOf>,
    pub(crate) body: Carries,
    pub(crate) answer: SchemaOf,
    pub(crate) handler: fn() -> MethodRouter<App>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}{} ({})", self.method.word(), BASE, self.path, self.operation)
    }
}

/// All routes of the API, by noun.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    [
        issues::ROUTES,
        fixes::ROUTES,
        changes::ROUTES,
        imports::ROUTES,
        streams::ROUTES,
        identity::ROUTES,
        inventory::ROUTES,
        applications::ROUTES,
        services::ROUTES,
        deployments::ROUTES,
        teams::ROUTES,
        trend::ROUTES,
        vex::ROUTES,
        components::ROUTES,
        apis::ROUTES,
        notifications::ROUTES,
        licences::ROUTES,
        risk::ROUTES,
        coverage::ROUTES,
        export::ROUTES,
        intel::ROUTES,
        status::ROUTES,
        formats::ROUTES,
        schema::ROUTES,
    ]
    .into_iter()
    .flatten()
}

/// The schema of a type, by reference where it has a name.
pub(crate) fn of<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// The schema of the properties of a type, in place.
pub(crate) fn fields<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}
