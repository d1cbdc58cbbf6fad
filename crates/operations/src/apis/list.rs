//! The endpoints of services, and where what is documented, what is seen and what is tested differ.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Exposure, Finding, Kind, Target, TargetKind, Timestamp};
use pipeline::correlate::{InventoryIndex, Placed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::sightings::{self, SightingRow};
use store::queries::{facts, findings};

use super::pattern::{folded, is_field, matches, of_path, of_url, parameters};
use crate::derive::{Member, PlaceFlags, place_with, placed};
use crate::load::{Streams, World, world};
use crate::{Muster, Result};

/// Days without a call after which a documented endpoint counts as not used.
const UNUSED_AFTER: i64 = 30;

/// What is wrong with an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ApiProblem {
    /// Seen, tested or in the code, and in no document of a service that has one.
    Shadow,
    /// Deprecated, and still called.
    Zombie,
    /// No dynamic scanner has called it.
    Untested,
    /// Documented, and not called for 30 days although the service's traffic is known.
    Unused,
    /// It answers without asking who it is, on a service that handles classed data.
    Open,
}

/// Calls that were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiSeen {
    pub first: Timestamp,
    pub last: Timestamp,
    pub calls: i64,
}

/// Tests by scanners.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiTested {
    pub last: Timestamp,
    pub by: Vec<String>,
}

/// One endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiRow {
    pub service: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    pub method: String,
    pub pattern: String,
    pub problems: Vec<ApiProblem>,
    pub documented: bool,
    /// What answers it, where a route table or document says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<ApiSeen>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tested: Option<ApiTested>,
    /// `none`, `required` or `unknown`.
    pub authentication: String,
    /// Classes of data: the endpoint's where it states some, else the service's.
    pub data: Vec<String>,
    pub exposure: Exposure,
    pub deprecated: bool,
    /// Files and tools that know it.
    pub sources: Vec<String>,
    /// Open issues that dynamic scanners raised of it.
    pub issues: Vec<String>,
}

/// Which endpoints.
#[derive(Clone, Debug, Default)]
pub struct ApiQuery {
    pub service: Option<String>,
    pub team: Option<String>,
    pub problem: Option<ApiProblem>,
    /// A part of the pattern.
    pub text: String,
}

/// An answer of [`Muster::apis`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiList {
    /// By service, pattern, method.
    pub items: Vec<ApiRow>,
    /// How many of the endpoints asked for have each problem.
    pub counts: BTreeMap<String, u64>,
}

impl ApiProblem {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Shadow, Self::Zombie, Self::Untested, Self::Unused, Self::Open];

    /// The word that JSON uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Shadow => "shadow",
            Self::Zombie => "zombie",
            Self::Untested => "untested",
            Self::Unused => "unused",
            Self::Open => "open",
        }
    }

    /// The problem of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.word() == word)
    }
}

/// An endpoint on its way.
struct Draft {
    row: ApiRow,
    folded: String,
}

/// What is known of one service.
#[derive(Default)]
struct OfService {
    drafts: Vec<Draft>,
    has_document: bool,
    has_traffic: bool,
}

impl Muster {
    /// The endpoints of services: documented, in code, seen, tested.
    ///
    /// # Errors
    /// When the database fails.
    pub fn apis(&self, query: &ApiQuery, now: Timestamp) -> Result<ApiList> {
        self.db.try_read(|conn| {
            let world = world(conn, self.org, now)?;
            let mut rows = sightings::all(conn, self.org)?;
            rows.extend(self.tested_by_findings(conn, &world)?);
            // Described first: what is seen later finds its pattern.
            let place = |row: &SightingRow| match row.how.as_str() {
                "documented" => 0,
                "code" => 1,
                _ => 2,
            };
            rows.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
            let mut services: BTreeMap<String, OfService> = BTreeMap::new();
            for row in rows {
                services.entry(row.service.clone()).or_default().add(row);
            }
            let handlers = facts::endpoints(conn, self.org)?;
            for endpoint in handlers {
                services.entry(endpoint.service.clone()).or_default().handler(&endpoint);
            }
            let issues = self.issues_by_route(conn, &world)?;
            let mut out = ApiList::default();
            for (name, service) in services {
                for row in service.finish(&name, &world, &issues, now) {
                    let wanted = query.service.as_ref().is_none_or(|service| *service == row.service)
                        && query.team.as_ref().is_none_or(|team| row.owner.as_ref() == Some(team))
                        && row.pattern.to_lowercase().contains(&query.text.to_lowercase());
                    if !wanted {
                        continue;
                    }
                    for problem in &row.problems {
                        *out.counts.entry(problem.word().to_owned()).or_default() += 1;
                    }
                    if query.problem.is_none_or(|problem| row.problems.contains(&problem)) {
                        out.items.push(row);
                    }
                }
            }
            out.items.sort_by(|a, b| (&a.service, &a.pattern, &a.method).cmp(&(&b.service, &b.pattern, &b.method)));
            Ok(out)
        })
    }

    /// Findings of dynamic scanners: where they found something, they tested.
    fn web_findings(&self, conn: &mut Conn) -> Result<Vec<Member>> {
        let ids = findings::of_kinds(conn, self.org, &[Kind::Dast.word(), Kind::Api.word(), Kind::Iast.word()])?;
        findings::by_ids(conn, self.org, &ids)?.into_iter().map(Member::read).collect()
    }

    fn tested_by_findings(&self, conn: &mut Conn, world: &World) -> Result<Vec<SightingRow>> {
        let streams = Streams::load(conn, self.org, &world.index)?;
        let mut out: BTreeMap<(String, String, String, String), SightingRow> = BTreeMap::new();
        for member in self.web_findings(conn)? {
            let Some(route) = route_of(&member) else { continue };
            let last = streams.lineage(member.row.lineage).map_or(member.row.first_seen, |stream| stream.latest_at);
            for service in placed(&world.index, &streams, &member.row, &member.finding).place.services {
                let method = member.finding.location.method.as_deref().unwrap_or("GET").to_ascii_uppercase();
                let key = (service.clone(), method.clone(), route.clone(), member.finding.tool.clone());
                out.entry(key).or_insert_with(|| SightingRow {
                    service,
                    method,
                    pattern: route.clone(),
                    how: "tested".to_owned(),
                    source: member.finding.tool.clone(),
                    first: member.row.first_seen,
                    last,
                    auth: "unknown".to_owned(),
                    ..SightingRow::default()
                });
            }
        }
        Ok(out.into_values().collect())
    }

    /// Open issues by service, each with its route.
    fn issues_by_route(&self, conn: &mut Conn, world: &World) -> Result<HashMap<String, Vec<(String, String)>>> {
        let streams = Streams::load(conn, self.org, &world.index)?;
        let members = self.web_findings(conn)?;
        let ids: BTreeSet<String> = members.iter().map(|member| member.row.issue.clone()).collect();
        let open: BTreeSet<String> = store::queries::issues::by_ids(conn, self.org, &ids.into_iter().collect::<Vec<_>>())?
            .into_iter()
            .filter(|row| row.queued)
            .map(|row| row.id)
            .collect();
        let mut out: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for member in members.iter().filter(|member| open.contains(&member.row.issue)) {
            let Some(route) = route_of(member) else { continue };
            for service in placed(&world.index, &streams, &member.row, &member.finding).place.services {
                out.entry(service).or_default().push((route.clone(), member.row.issue.clone()));
            }
        }
        Ok(out)
    }
}

/// The service's own facts.
fn place_of_service(index: &InventoryIndex, name: &str) -> Placed {
    let target = Target { kind: TargetKind::Service, name: name.to_owned() };
    place_with(index, &target, &Finding::new(Kind::Dast, "endpoint", "endpoint"), &PlaceFlags::default())
}

/// The service that an address belongs to.
pub(crate) fn service_of_address(index: &InventoryIndex, host: &str, path: &str) -> Option<String> {
    let target = Target { kind: TargetKind::Url, name: format!("https://{host}") };
    let mut finding = Finding::new(Kind::Dast, "endpoint", "endpoint");
    finding.location.url = Some(format!("https://{host}{path}"));
    place_with(index, &target, &finding, &PlaceFlags::default()).place.services.into_iter().next()
}

fn route_of(member: &Member) -> Option<String> {
    let location = &member.finding.location;
    if let Some(route) = location.route.as_deref().filter(|route| route.starts_with('/')) {
        // Some tools give the address that was called for its route.
        return Some(if parameters(route) > 0 { route.to_owned() } else { of_path(route) });
    }
    let (_, path) = of_url(location.url.as_deref()?);
    path.starts_with('/').then(|| of_path(path))
}

impl OfService {
    fn add(&mut self, row: SightingRow) {
        self.has_document |= row.how == "documented";
        self.has_traffic |= row.how == "seen";
        let described = matches!(row.how.as_str(), "documented" | "code");
        let fold = folded(&row.pattern);
        let same_method = |own: &str| own == row.method || own == "*" || row.method == "*" || (own == "GET" && row.method == "HEAD");
        // The same pattern, else the closest one that stands for the address that was called.
        let same = self.drafts.iter().position(|draft| draft.folded == fold && same_method(&draft.row.method));
        let at = same.or_else(|| {
            let stands = |draft: &&(usize, &Draft)| same_method(&draft.1.row.method) && matches(&draft.1.row.pattern, &row.pattern);
            let near = self.drafts.iter().enumerate().filter(|_| !described);
            near.filter(|draft| stands(&draft)).min_by_key(|(_, draft)| parameters(&draft.row.pattern)).map(|(at, _)| at)
        });
        let at = at.unwrap_or_else(|| {
            // A GraphQL schema describes its fields, all of which are called by one address.
            let fields = format!("{fold}#");
            let of_schema = self.drafts.iter().find(|draft| draft.row.documented && draft.folded.starts_with(&fields));
            let new = ApiRow {
                service: row.service.clone(),
                method: row.method.clone(),
                pattern: row.pattern.clone(),
                authentication: "unknown".to_owned(),
                documented: of_schema.is_some(),
                sources: of_schema.map(|draft| draft.row.sources.clone()).unwrap_or_default(),
                ..ApiRow::default()
            };
            self.drafts.push(Draft { row: new, folded: fold });
            self.drafts.len() - 1
        });
        let Some(draft) = self.drafts.get_mut(at) else { return };
        draft.row.take(row);
    }

    fn handler(&mut self, endpoint: &model::Endpoint) {
        let fold = folded(&endpoint.pattern);
        let at = self.drafts.iter().position(|draft| draft.folded == fold && draft.row.method == endpoint.method);
        let draft = match at.and_then(|at| self.drafts.get_mut(at)) {
            Some(draft) => draft,
            None => {
                let row = ApiRow {
                    service: endpoint.service.clone(),
                    method: endpoint.method.clone(),
                    pattern: endpoint.pattern.clone(),
                    authentication: "unknown".to_owned(),
                    sources: vec![endpoint.source.clone()],
                    ..ApiRow::default()
                };
                self.drafts.push(Draft { row, folded: fold });
                let Some(draft) = self.drafts.last_mut() else { return };
                draft
            }
        };
        draft.row.handler = match (&endpoint.path, &endpoint.symbol) {
            (Some(path), Some(symbol)) => Some(format!("{symbol} in {path}")),
            (path, symbol) => symbol.clone().or_else(|| path.clone()),
        };
    }

    fn finish(
        self,
        name: &str,
        world: &World,
        issues: &HashMap<String, Vec<(String, String)>>,
        now: Timestamp,
    ) -> impl Iterator<Item = ApiRow> {
        let placed = place_of_service(&world.index, name);
        let known = issues.get(name).cloned().unwrap_or_default();
        let (has_document, has_traffic) = (self.has_document, self.has_traffic);
        self.drafts.into_iter().map(move |draft| {
            let mut row = draft.row;
            row.owner.clone_from(&placed.owner.team);
            row.application.clone_from(&placed.place.application);
            row.exposure = placed.exposure;
            if row.data.is_empty() {
                row.data.clone_from(&placed.data);
            }
            let own: BTreeSet<String> = known
                .iter()
                .filter(|(route, _)| folded(route) == draft.folded || matches(&row.pattern, route))
                .map(|(_, issue)| issue.clone())
                .collect();
            row.issues = own.into_iter().collect();
            row.problems = problems(&row, has_document, has_traffic, now);
            row.sources.sort();
            row
        })
    }
}

impl ApiRow {
    /// Takes over what a source says.
    fn take(&mut self, row: SightingRow) {
        match row.how.as_str() {
            "documented" => self.documented = true,
            "seen" => {
                let seen = self.seen.get_or_insert(ApiSeen { first: row.first, last: row.last, calls: 0 });
                seen.first = seen.first.min(row.first);
                seen.last = seen.last.max(row.last);
                seen.calls = seen.calls.saturating_add(row.calls);
            }
            "tested" => {
                let tested = self.tested.get_or_insert(ApiTested { last: row.last, by: Vec::new() });
                tested.last = tested.last.max(row.last);
                if !tested.by.contains(&row.source) {
                    tested.by.push(row.source.clone());
                }
            }
            _ => {}
        }
        self.deprecated |= row.deprecated;
        // What answered without credentials counts before what a document says.
        if row.auth != "unknown" && (self.authentication == "unknown" || row.how == "seen") {
            self.authentication = row.auth;
        }
        for class in row.data {
            if !self.data.contains(&class) {
                self.data.push(class);
            }
        }
        if !self.sources.contains(&row.source) {
            self.sources.push(row.source);
        }
    }
}

fn problems(row: &ApiRow, has_document: bool, has_traffic: bool, now: Timestamp) -> Vec<ApiProblem> {
    let mut out = Vec::new();
    if has_document && !row.documented {
        out.push(ApiProblem::Shadow);
    }
    if row.deprecated && row.seen.is_some() {
        out.push(ApiProblem::Zombie);
    }
    if row.tested.is_none() {
        out.push(ApiProblem::Untested);
    }
    let called = row.seen.as_ref().is_some_and(|seen| seen.last >= now.plus_days(-UNUSED_AFTER));
    // Traffic shows the one address of a GraphQL schema, not which of its fields was asked for.
    if has_traffic && row.documented && !called && !is_field(&row.pattern) {
        out.push(ApiProblem::Unused);
    }
    if row.authentication == "none" && !row.data.is_empty() && row.seen.is_some() {
        out.push(ApiProblem::Open);
    }
    out
}
