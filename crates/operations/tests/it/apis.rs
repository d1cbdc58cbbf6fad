//! Endpoints: documented, seen, tested.

use operations::{ApiProblem, ApiQuery, ApiRow, Muster};
use store::testing::on_both_places;

use crate::support::{now, open};

const INVENTORY: &str = "version: 1\nteams: [{name: payments}]\napplications:\n  - name: shop\n    owner: payments\n    services:\n      - name: api\n        repository: github.com/acme/shop\n        urls: [https://shop.example.com]\n        data: [pii]\n";
const DOCUMENT: &str = "openapi: 3.1.0\nsecurity: [{bearer: []}]\ncomponents: {securitySchemes: {bearer: {type: http}}}\npaths:\n  /orders/{id}:\n    get: {operationId: show}\n  /old:\n    get: {deprecated: true}\n  /quiet:\n    get: {}\n";

fn rows(muster: &Muster, problem: Option<ApiProblem>) -> Vec<ApiRow> {
    muster.apis(&ApiQuery { problem, ..ApiQuery::default() }, now()).unwrap().items
}

fn patterns(rows: &[ApiRow]) -> Vec<&str> {
    rows.iter().map(|row| row.pattern.as_str()).collect()
}

#[test]
fn shadow_zombie_untested_unused_and_open() {
    on_both_places(|place| {
        let muster = open(place.url());
        muster.apply_inventory(&[("muster.yaml".into(), INVENTORY.into())], None, None, now()).unwrap();
        let apply = |name: &str, text: &str, service: Option<&str>| muster.apply_routes(&[(name.into(), text.into())], service, now());
        assert_eq!(apply("openapi.yaml", DOCUMENT, Some("api")).unwrap(), 3);
        assert!(apply("access.log", "1.2.3.4 - - [09/Apr/2026:13:55:36 +0000] \"GET /a HTTP/1.1\" 200 1\n", None).is_err(), "whose?");
        let har = r#"{"log": {"entries": [
            {"startedDateTime": "2026-04-09T10:00:00Z", "request": {"method": "GET", "url": "https://shop.example.com/orders/7", "headers": [{"name": "Authorization"}]}, "response": {"status": 200}},
            {"startedDateTime": "2026-04-09T10:00:01Z", "request": {"method": "GET", "url": "https://shop.example.com/old", "headers": []}, "response": {"status": 200}},
            {"startedDateTime": "2026-04-09T10:00:02Z", "request": {"method": "POST", "url": "https://shop.example.com/admin/export", "headers": []}, "response": {"status": 200}},
            {"startedDateTime": "2026-04-09T10:00:03Z", "request": {"method": "GET", "url": "https://shop.example.com/.env", "headers": []}, "response": {"status": 404}},
            {"startedDateTime": "2026-04-09T10:00:04Z", "request": {"method": "GET", "url": "https://other.example.com/x", "headers": []}, "response": {"status": 200}}]}}"#;
        assert_eq!(apply("traffic.har", har, None).unwrap(), 3, "by the service's address; strangers are left out");
        apply("crawl.txt", "https://shop.example.com/orders/9\n", None).unwrap();
        let all = rows(&muster, None);
        assert_eq!(patterns(&all), ["/admin/export", "/old", "/orders/{id}", "/quiet"]);
        assert_eq!(patterns(&rows(&muster, Some(ApiProblem::Shadow))), ["/admin/export"]);
        assert_eq!(patterns(&rows(&muster, Some(ApiProblem::Zombie))), ["/old"]);
        assert_eq!(patterns(&rows(&muster, Some(ApiProblem::Untested))), ["/admin/export", "/old", "/quiet"]);
        assert_eq!(patterns(&rows(&muster, Some(ApiProblem::Unused))), ["/quiet"]);
        assert_eq!(patterns(&rows(&muster, Some(ApiProblem::Open))), ["/admin/export", "/old"], "seen to answer without credentials");
        let order = all.iter().find(|row| row.pattern == "/orders/{id}").unwrap();
        assert_eq!(
            (order.owner.as_deref(), order.data.as_slice(), order.authentication.as_str()),
            (Some("payments"), &["pii".to_owned()][..], "required")
        );
        assert_eq!((order.handler.as_deref(), order.seen.as_ref().unwrap().calls), (Some("show"), 1));
        // The same document again changes nothing; a shorter one takes back what it said.
        apply("openapi.yaml", DOCUMENT, Some("api")).unwrap();
        assert_eq!(rows(&muster, None), all);
        apply("openapi.yaml", "openapi: 3.1.0\npaths:\n  /orders/{id}:\n    get: {operationId: show}\n", Some("api")).unwrap();
        assert_eq!(patterns(&rows(&muster, Some(ApiProblem::Shadow))), ["/admin/export", "/old"]);
    });
}

#[test]
fn fields_of_a_schema_stand_apart_and_their_address_is_documented() {
    on_both_places(|place| {
        let muster = open(place.url());
        muster.apply_inventory(&[("muster.yaml".into(), INVENTORY.into())], None, None, now()).unwrap();
        let schema = "type Query {\n  order(id: ID!): Order\n  me: User\n}\ntype Mutation { pay(id: ID!): Order }\n";
        muster.apply_routes(&[("schema.graphql".into(), schema.into())], Some("api"), now()).unwrap();
        let log = "1.2.3.4 - - [09/Apr/2026:13:55:36 +0000] \"POST /graphql HTTP/1.1\" 200 1\n";
        muster.apply_routes(&[("access.log".into(), log.into())], Some("api"), now()).unwrap();
        let fields = ["/graphql", "/graphql#Mutation.pay", "/graphql#Query.me", "/graphql#Query.order"];
        assert_eq!(patterns(&rows(&muster, None)), fields);
        assert_eq!(patterns(&rows(&muster, Some(ApiProblem::Shadow))), [] as [&str; 0], "a schema describes the address");
        assert!(!patterns(&rows(&muster, Some(ApiProblem::Unused))).iter().any(|pattern| pattern.contains('#')), "nobody can tell");
    });
}
