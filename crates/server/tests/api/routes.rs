//! Every row of the table of routes has a case here, which runs on both engines.

use serde_json::json;
use store::testing::on_both_places;

use crate::app::{AUTHOR, App, ids, sarif};

/// Trivy's report of one vulnerable package.
fn trivy(cve: &str, name: &str, version: &str) -> String {
    json!({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": [
        {"Target": "package-lock.json", "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": [{"VulnerabilityID": cve, "PkgName": name,
        "InstalledVersion": version, "PkgIdentifier": {"PURL": format!("pkg:npm/{name}@{version}")}, "Severity": "HIGH", "Title": "A flaw"}]}]})
    .to_string()
}

/// The model in force with a higher class prior of code.
fn prior_of_code_raised(app: &App, by: i32) -> String {
    let model = app.get("/risk").good();
    let yaml = model["yaml"].as_str().unwrap();
    let line = yaml.lines().find(|line| line.trim_start().starts_with("sast: ")).unwrap();
    let points: i32 = line.trim().trim_start_matches("sast: ").parse().unwrap();
    yaml.replacen(line, &format!("    sast: {}", points + by), 1)
}

type Case = (&'static str, fn(&App));

/// By operation. Each takes issues that no other case changes.
static CASES: &[Case] = &[
    ("listIssues", |app| {
        let page = app.get("/issues").good();
        assert!(page["items"].as_array().unwrap().len() >= 12);
        assert_eq!(page["items"][0]["rank"], 1);
        assert_eq!(page["order"], "rank");
        assert!(page["next"].is_null() && page["as_of"].is_null());
        assert_eq!(page["total"], json!({"count": page["items"].as_array().unwrap().len(), "exact": true}));
        assert!(page["items"][0].get("findings").is_none());
    }),
    ("showIssue", |app| {
        let view = app.get(&format!("/issues/{}", app.ids()[0])).good();
        assert_eq!(view["rank"], 1);
        assert_eq!(view["of"], app.ids().len());
        assert_eq!(view["issue"]["findings"].as_array().unwrap().len(), 1);
        assert_eq!(view["next"], app.ids()[1]);
        app.get("/issues/no-such-issue").problem(404, "not_found");
    }),
    ("setIssueState", |app| {
        let id = &app.ids()[1];
        let path = format!("/issues/{id}/state");
        let view = app.post(&path, &json!({"state": "deferred", "reason": "after the fair", "until": "2026-12-24T00:00:00Z"})).good();
        assert_eq!(view["issue"]["state"], "deferred");
        assert_eq!(view["issue"]["decisions"][0]["author"], AUTHOR);
        assert!(!app.ids().contains(id));
        app.post(&path, &json!({"state": "deferred", "reason": "", "until": "2026-12-24T00:00:00Z"})).problem(400, "bad_request");
        app.post(&path, &json!({"state": "gone", "reason": "x"})).problem(400, "bad_request");
        app.post(&path, &json!({"state": "open", "reason": "x", "author": "someone else"})).problem(400, "bad_request");
        app.post("/issues/no-such-issue/state", &json!({"state": "open", "reason": "x"})).problem(404, "not_found");
    }),
    ("undoDecision", |app| {
        let id = &app.ids()[1];
        app.post(&format!("/issues/{id}/state"), &json!({"state": "false_positive", "reason": "never called"})).good();
        assert!(!app.ids().contains(id));
        let view = app.post(&format!("/issues/{id}/undo"), &json!({})).good();
        assert_eq!(view["issue"]["state"], "open");
        assert!(app.ids().contains(id));
        assert!(view["history"].as_array().unwrap().len() >= 3, "{}", view["history"]);
        app.post(&format!("/issues/{id}/undo"), &json!({})).problem(400, "bad_request");
    }),
    ("mergeIssues", |app| {
        let (left, right) = (app.ids()[2].clone(), app.ids()[3].clone());
        let view = app.post(&format!("/issues/{left}/merge"), &json!({"issues": [right], "reason": "one function"})).good();
        assert_eq!(view["issue"]["findings"].as_array().unwrap().len(), 2);
        let kept = view["issue"]["id"].as_str().unwrap();
        // Both ids lead to it.
        for id in [&left, &right] {
            assert_eq!(app.get(&format!("/issues/{id}")).good()["issue"]["id"], kept);
        }
        app.post(&format!("/issues/{kept}/merge"), &json!({"issues": []})).problem(400, "bad_request");
        app.post(&format!("/issues/{kept}/merge"), &json!({"issues": ["no-such-issue"]})).problem(404, "not_found");
    }),
    ("splitIssue", |app| {
        let (left, right) = (app.ids()[4].clone(), app.ids()[5].clone());
        let view = app.post(&format!("/issues/{left}/merge"), &json!({"issues": [right]})).good();
        let id = view["issue"]["id"].as_str().unwrap();
        let findings = view["issue"]["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 2);
        let apart = findings[1]["identity"].as_str().unwrap();
        let all = app.ids().len();
        let view = app.post(&format!("/issues/{id}/split"), &json!({"findings": [apart]})).good();
        assert_eq!(view["issue"]["findings"].as_array().unwrap().len(), 1);
        assert_eq!(app.ids().len(), all + 1);
        app.post(&format!("/issues/{id}/split"), &json!({"findings": ["no-such-finding"]})).problem(404, "not_found");
    }),
    ("previewSplit", |app| {
        let (left, right) = (app.ids()[8].clone(), app.ids()[9].clone());
        let view = app.post(&format!("/issues/{left}/merge"), &json!({"issues": [right]})).good();
        let id = view["issue"]["id"].as_str().unwrap();
        let apart = view["issue"]["findings"][1]["identity"].as_str().unwrap();
        let all = app.ids();
        let preview = app.post(&format!("/issues/{id}/split/preview"), &json!({"findings": [apart]})).good();
        assert_eq!(preview["issues"].as_array().unwrap().len(), 2);
        assert_eq!(preview["issues"][0]["id"], id);
        // Nothing has changed, and the deed gives what was shown.
        assert_eq!(app.ids(), all);
        app.post(&format!("/issues/{id}/split"), &json!({"findings": [apart]})).good();
        for shown in preview["issues"].as_array().unwrap() {
            let path = format!("/issues/{}", shown["id"].as_str().unwrap());
            let issue = &app.get(&path).good()["issue"];
            for part in ["owner", "tier", "score", "title"] {
                assert_eq!(issue[part], shown[part], "{part}");
            }
        }
        app.post(&format!("/issues/{id}/split/preview"), &json!({"findings": ["no-such-finding"]})).problem(404, "not_found");
    }),
    ("answerLink", |app| {
        let (left, right) = (app.ids()[6].clone(), app.ids()[7].clone());
        let other = app.get(&format!("/issues/{right}")).good();
        let finding = other["issue"]["findings"][0]["identity"].as_str().unwrap().to_owned();
        let path = format!("/issues/{left}/links");
        let view = app.post(&path, &json!({"finding": finding, "action": "accept"})).good();
        assert_eq!(view["issue"]["findings"].as_array().unwrap().len(), 2);
        let path = format!("/issues/{}/links", view["issue"]["id"].as_str().unwrap());
        let view = app.post(&path, &json!({"finding": finding, "action": "reject", "reason": "another sink"})).good();
        assert_eq!(view["issue"]["findings"].as_array().unwrap().len(), 1);
        app.post(&path, &json!({"finding": finding, "action": "maybe"})).problem(400, "bad_request");
    }),
    ("listChanges", |app| {
        let rows = app.get("/changes?since=2020-01-01").good();
        let rows = rows["items"].as_array().unwrap().clone();
        assert!(rows.len() >= app.ids().len());
        assert_eq!((&rows[0]["issue"], &rows[0]["to"]["place"]), (&json!(app.ids()[0]), &json!(1)));
        assert!(rows[0]["causes"].as_array().unwrap().iter().any(|cause| cause["what"] == "opened"));
        assert_eq!(app.get("/changes?since=2020-01-01&limit=2").good()["items"].as_array().unwrap().len(), 2);
        assert_eq!(app.get("/changes?since=2020-01-01&team=nobody").good()["items"], json!([]));
        app.get("/changes?since=2099-01-01").problem(400, "bad_request");
        app.get("/changes").problem(400, "bad_request");
    }),
    ("summariseChanges", |app| {
        let summary = app.get("/changes/summary?since=2020-01-01").good();
        assert_eq!(summary["new"]["count"], app.ids().len());
        assert_eq!(summary["new"]["issues"].as_array().unwrap().len(), app.ids().len().min(10));
        assert_eq!(app.get("/changes/summary?since=2020-01-01&limit=1").good()["new"]["issues"].as_array().unwrap().len(), 1);
        app.get("/changes/summary?since=2099-01-01").problem(400, "bad_request");
    }),
    ("countFacets", |app| {
        let facets = app.get("/facets").good();
        assert_eq!(facets["total"], app.ids().len());
        assert_eq!(facets["kind"]["sast"], app.ids().len());
        for view in ["urgent", "late", "due7", "no_owner", "suggested", "all"] {
            assert!(facets["views"][view].is_u64(), "{view}");
        }
        assert_eq!(app.get("/facets?team=nobody").good()["total"], 0);
    }),
    ("importReports", |app| {
        let path = "reports/dropped/a.sarif";
        let answer =
            app.import(&[(path, &sarif("Second tool", 2)), ("note.json", "{\"a\": 1}")], &[("repo", "git.example.com/acme/second")]);
        let rows = answer["reports"].as_array().unwrap();
        assert_eq!((rows[0]["report"].as_str(), rows[0]["new"].as_u64()), (Some(path), Some(2)), "{answer}");
        assert!(rows[1]["error"].is_string(), "{answer}");
        assert_eq!(answer["issues"]["new"], 2);
    }),
    ("listImports", |app| {
        let page = app.get("/imports?limit=1").good();
        let row = &page["items"][0];
        assert!(row["warnings"].is_u64() && row["id"].is_string() && row["recorded"].is_string(), "{row}");
        let next = page["next"].as_str().unwrap();
        let second = app.get(&format!("/imports?limit=1&cursor={next}")).good();
        assert_ne!(second["items"][0]["id"], row["id"]);
        app.get("/imports?cursor=no-number").problem(400, "bad_cursor");
    }),
    ("showImport", |app| {
        let page = app.get("/imports?limit=500").good();
        let first = page["items"].as_array().unwrap().last().unwrap();
        let import = app.get(&format!("/imports/{}", first["id"].as_str().unwrap())).good();
        assert_eq!((&import["report"], &import["findings"]), (&json!("web.sarif"), &json!(12)));
        assert!(import["warnings"].is_array());
        app.get("/imports/999999").problem(404, "not_found");
        app.get("/imports/none").problem(404, "not_found");
    }),
    ("retractImport", |app| {
        let answer = app.import(&[("wrong.sarif", &sarif("Third tool", 3))], &[("repo", "git.example.com/acme/third")]);
        let open = app.ids().len();
        let path = format!("/imports/{}/retract", answer["reports"][0]["id"].as_str().unwrap());
        app.post(&path, &json!({"reason": " "})).problem(400, "bad_request");
        let import = app.post(&path, &json!({"reason": "another shop's"})).good();
        assert!(import["retracted"].is_string());
        assert_eq!(app.ids().len(), open - 3);
        app.post(&path, &json!({"reason": "again"})).problem(400, "bad_request");
    }),
    ("previewImport", |app| {
        let before = app.get("/status").good();
        let rows = app.form("/preview", &[("p.sarif", &sarif("Fourth tool", 5))], &[("repo", "git.example.com/acme/shop")]).good();
        assert_eq!(rows[0]["findings"], 5);
        assert_eq!(rows[0]["format"], "sarif");
        assert_eq!(rows[0]["stream"]["target"], json!({"kind": "repository", "name": "git.example.com/acme/shop"}));
        assert_eq!(app.get("/status").good()["findings"], before["findings"]);
    }),
    ("showStatus", |app| {
        let status = app.get("/status").good();
        assert_eq!(status["organisation"], "acme");
        assert!(status["findings"].as_u64().unwrap() >= 12 && status["imports"].as_u64().unwrap() >= 1);
        assert!(status["feeds"].is_array());
    }),
    ("listFormats", |app| {
        let rows = app.get("/formats").good();
        assert_eq!(rows.as_array().unwrap().len(), formats::FORMATS.len());
        assert!(rows.as_array().unwrap().iter().any(|row| row["id"] == "sarif"));
    }),
    ("diffIdentity", |app| {
        let diff = app.get("/identity/diff").good();
        assert_eq!((&diff["stored"], &diff["merged"], &diff["split"]), (&diff["program"], &json!(0), &json!(0)), "{diff}");
        assert!(diff["findings"].as_u64().unwrap() >= 12);
    }),
    ("applyIdentity", |app| {
        let open = app.ids();
        let answer = app.post("/identity/apply", &json!({})).good();
        assert_eq!((&answer["before"], &answer["redirected"]), (&answer["now"], &json!(0)), "{answer}");
        assert_eq!(app.ids(), open);
        app.post("/identity/apply", &json!({"force": true})).problem(400, "bad_request");
    }),
    ("suggestMapping", |app| {
        let before = app.get("/status").good();
        let report = "Finding,Risk,File,Line\nUse of a weak hash,High,src/a.py,3\nCall of a shell,Low,src/b.py,9\n";
        let answer = app.form("/formats/suggest", &[("acme.csv", report)], &[]).good();
        assert_eq!((answer["count"].as_u64(), answer["findings"][1]["location"]["start_line"].as_u64()), (Some(2), Some(9)), "{answer}");
        let mapping = answer["mapping"].as_str().unwrap();
        let changed = mapping.replace("tool: acme", "tool: Acme Lint");
        let again = app.form("/formats/suggest", &[("acme.csv", report)], &[("mapping", &changed)]).good();
        assert_eq!(again["findings"][0]["tool"], "Acme Lint", "{again}");
        let wrong =
            app.form("/formats/suggest", &[("acme.csv", report)], &[("mapping", "version: 1\ntool: T\n")]).problem(400, "bad_request");
        assert!(wrong.contains("mapping:1: rows"), "{wrong}");
        app.form("/formats/suggest", &[("a.csv", report), ("b.csv", report)], &[]).problem(400, "bad_request");
        app.form("/formats/suggest", &[("a.txt", "Dear all")], &[]).problem(400, "bad_request");
        assert_eq!(app.get("/status").good()["findings"], before["findings"]);
    }),
    ("showInventory", |app| {
        let text = "version: 1\nteams: [{name: payments}]\napplications:\n  - name: shop\n    owner: payments\n    services:\n      - name: api\n        repository: git.example.com/acme/other\n";
        app.muster.apply_inventory(&[("muster.yaml".to_owned(), text.to_owned())], None, None, crate::app::now()).unwrap();
        let inventory = app.get("/inventory").good();
        assert_eq!(inventory["teams"][0]["name"], "payments");
        assert_eq!(inventory["services"][0]["name"], "api");
    }),
    ("listUnplaced", |app| {
        let rows = app.get("/inventory/unplaced").good();
        assert_eq!(rows.as_array().unwrap().len(), app.ids().len());
        assert!(rows[0]["because"].is_string());
        assert!(rows[0]["suggestions"][0]["write"].as_str().unwrap().contains("repository: git.example.com/acme/"), "{rows}");
        assert_eq!(app.get("/inventory/unplaced?limit=1").good().as_array().unwrap().len(), 1);
    }),
    ("diffInventory", |app| {
        let text = "version: 1\nteams: [{name: web}]\napplications:\n  - name: site\n    owner: web\n    services:\n      - {name: pages, repository: git.example.com/acme/shop}\n";
        let body = json!({"files": [{"path": "site.yaml", "text": text}]});
        let answer = app.post("/inventory/diff", &body).good();
        assert!(answer["moved"]["counts"]["owner"].as_u64().unwrap() >= 8, "{answer}");
        assert_eq!(app.get("/teams").good().as_array().unwrap().len(), 1, "nothing has changed");
        let wrong = app.post("/inventory/diff", &json!({"files": [{"path": "site.yaml", "text": "version: 2\nteams: []\n"}]}));
        assert!(wrong.problem(400, "bad_request").contains("site.yaml:1"));
    }),
    ("applyInventory", |app| {
        let text = "version: 1\nteams: [{name: web}]\n";
        let answer = app.post("/inventory/apply", &json!({"files": [{"path": "teams.yaml", "text": text}]})).good();
        assert_eq!((&answer["files"], &answer["teams"]), (&json!(1), &json!(2)));
    }),
    ("disownIssue", |app| {
        let text = sarif("Owned tool", 1);
        app.import(&[("owned.sarif", &text)], &[("repo", "git.example.com/acme/other")]);
        let id = app.get("/issues?team=payments").good()["items"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/issues/{id}/not-mine");
        app.post(&path, &json!({"reason": " "})).problem(400, "bad_request");
        app.post(&path, &json!({"reason": "x", "to": "nobody"})).problem(400, "bad_request");
        let view = app.post(&path, &json!({"reason": "the web team wrote it", "to": "web"})).good();
        assert_eq!(view["issue"]["owner"]["team"], "web");
    }),
    ("listOwnerProposals", |app| {
        let rows = app.get("/inventory/proposals").good();
        assert_eq!((&rows[0]["from"], &rows[0]["to"]), (&json!("payments"), &json!("web")));
        assert!(rows[0]["write"].as_str().unwrap().starts_with("- {team: web, repository: \"git.example.com/acme/other\", path: "));
    }),
    ("deploy", |app| {
        let body = json!({"service": "api", "env": "production", "image": "r.example/api@sha256:aa", "at": "2026-11-01T00:00:00Z"});
        let answer = app.post("/deployments", &body).good();
        assert_eq!((&answer["service"], &answer["since"]), (&json!("api"), &json!("2026-11-01T00:00:00Z")));
        assert!(answer["moved"]["issues"].is_u64());
        app.post("/deployments", &json!({"service": "api", "env": "production"})).problem(400, "bad_request");
        // Told again, with what the gate had said.
        let body =
            json!({"service": "api", "env": "production", "image": "r.example/api@sha256:aa", "gate": "bypassed", "gate_reason": "INC-42"});
        assert_eq!(app.post("/deployments", &body).good()["since"], "2026-11-01T00:00:00Z");
    }),
    ("readDeployments", |app| {
        let text = "[{\"service\": \"api\", \"image\": \"r.example/api@sha256:bb\"}, {\"image\": \"r.example/nobodys:1\"}]";
        let body = json!({"files": [{"path": "feed.json", "text": text}], "env": "production"});
        let answer = app.post("/deployments/read", &body).good();
        assert_eq!(
            (&answer["recorded"], &answer["ended"], answer["unplaced"].as_array().unwrap().len()),
            (&json!(1), &json!(1), 1),
            "{answer}"
        );
        assert_eq!(app.post("/deployments/read", &body).good()["unchanged"], 1);
    }),
    ("listDeployments", |app| {
        let rows = app.get("/deployments?service=api").good();
        assert_eq!((rows.as_array().unwrap().len(), &rows[0]["image"]), (1, &json!("r.example/api@sha256:bb")));
        assert_eq!(app.get("/deployments?service=api&history=true").good().as_array().unwrap().len(), 2);
        let bypassed = app.get("/deployments?history=true&gate=bypassed").good();
        assert_eq!((bypassed.as_array().unwrap().len(), &bypassed[0]["gate_reason"]), (1, &json!("INC-42")), "{bypassed}");
        app.get("/deployments?gate=maybe").problem(400, "bad_request");
        assert_eq!(app.get("/services/api").good()["service"]["production"], "yes");
    }),
    ("listApplications", |app| {
        let rows = app.get("/applications").good();
        assert_eq!((&rows[0]["name"], &rows[0]["services"]), (&json!("shop"), &json!(["api"])));
    }),
    ("showApplication", |app| {
        let text = sarif("Other tool", 3);
        app.import(&[("other.sarif", &text)], &[("repo", "git.example.com/acme/other")]);
        let view = app.get("/applications/shop").good();
        assert_eq!((&view["application"]["issues"]["open"], &view["services"][0]["name"]), (&json!(3), &json!("api")));
        app.get("/applications/none").problem(404, "not_found");
    }),
    ("listServices", |app| {
        let rows = app.get("/services?team=payments&app=shop").good();
        assert_eq!((&rows[0]["issues"]["open"], &rows[0]["scans"]["sast"]), (&json!(3), &json!("fresh")), "{rows}");
        assert_eq!(app.get("/services?team=nobody").good(), json!([]));
    }),
    ("showService", |app| {
        let view = app.get("/services/api").good();
        assert_eq!(view["owner"]["team"], "payments");
        let fact = view["facts"].as_array().unwrap().iter().find(|fact| fact["what"] == "repository").unwrap();
        assert_eq!((&fact["source"], &fact["at"].is_string()), (&json!({"file": "muster.yaml", "line": 7}), &true));
        assert_eq!(view["scans"].as_array().unwrap().iter().filter(|scan| scan["state"] == "fresh").count(), 1);
        app.get("/services/none").problem(404, "not_found");
        // Before anything was imported.
        let then = app.get("/services/api?as_of=2020-01-01T00:00:00Z").good();
        assert_eq!((&then["service"]["issues"]["open"], &then["deployments"]), (&json!(0), &json!([])), "{then}");
        assert!(then["scans"].as_array().unwrap().iter().all(|scan| scan["state"] == "never"), "{then}");
        app.get("/services/api?as_of=2999-01-01T00:00:00Z").problem(400, "bad_request");
    }),
    ("listTeams", |app| {
        let rows = app.get("/teams").good();
        // One of its three issues was given to another team.
        assert_eq!(
            (&rows[0]["team"]["name"], &rows[0]["services"], &rows[0]["issues"]["open"]),
            (&json!("payments"), &json!(1), &json!(2))
        );
    }),
    ("showTrend", |app| {
        let trend = app.get("/trend?q=team:payments&weeks=2").good();
        let open = app.get("/facets?q=team:payments").good()["total"].clone();
        assert_eq!(trend["weeks"].as_array().unwrap().last().unwrap()["open"], open, "{trend}");
        assert_eq!(trend["age"]["n"], open);
        app.get("/trend?weeks=0").problem(400, "bad_request");
    }),
    ("listNotifications", |app| {
        let rows = app.get("/notifications?team=payments&since=2020-01-01T00:00:00Z").good();
        assert!(rows.is_array(), "{rows}");
        app.get("/notifications?limit=0").problem(400, "bad_request");
    }),
    ("showTeam", |app| {
        let view = app.get("/teams/payments").good();
        assert_eq!((&view["applications"], &view["services"][0]["name"]), (&json!(["shop"]), &json!("api")));
        app.get("/teams/none").problem(404, "not_found");
        assert_eq!(app.get("/teams/payments?as_of=2020-01-01T00:00:00Z").good()["team"]["issues"]["open"], 0);
    }),
    ("showVex", |app| {
        let path = "trivy.json";
        let report = trivy("CVE-2026-5000", "left", "1.0.0");
        app.import(&[(path, &report)], &[("repo", "git.example.com/acme/till"), ("app", "till")]);
        let document = app.get("/vex").good();
        assert_eq!(document["@context"], "https://openvex.dev/ns/v0.2.0");
        assert_eq!(document["author"], "acme");
        assert_eq!(document["statements"][0]["vulnerability"]["name"], "CVE-2026-5000");
        assert_eq!(app.get("/vex?format=openvex").good(), document, "nothing has changed");
        app.get("/vex?format=word").problem(400, "bad_request");
        app.get("/vex?app=till").problem(400, "bad_request");
    }),
    ("showApplicationVex", |app| {
        let document = app.get("/applications/till/vex?format=csaf").good();
        assert_eq!(document["document"]["category"], "csaf_vex");
        let status = &document["vulnerabilities"][0]["product_status"];
        assert_eq!(status["under_investigation"].as_array().unwrap().len(), 1);
        let issues = app.get("/issues?app=till").good();
        let id = issues["items"][0]["id"].as_str().unwrap();
        app.post(&format!("/issues/{id}/state"), &json!({"state": "not_affected", "reason": "never called"})).good();
        let document = app.get("/applications/till/vex?format=cyclonedx").good();
        assert_eq!((&document["vulnerabilities"][0]["analysis"]["state"], &document["version"]), (&json!("not_affected"), &json!(2)));
        app.get("/applications/nobody%27s/vex").problem(404, "not_found");
    }),
    ("applyVex", |app| {
        let report = trivy("CVE-2026-6000", "kiosk-part", "1.0.0");
        app.import(&[("kiosk.json", &report)], &[("repo", "git.example.com/acme/kiosk"), ("app", "kiosk")]);
        let says = json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://vex.example.com/1", "author": "Acme Product Security",
            "timestamp": "2026-01-02T00:00:00Z", "version": 1, "statements": [{"vulnerability": {"name": "CVE-2026-6000"}, "status": "not_affected",
            "impact_statement": "The part with the flaw is not built.", "products": [{"@id": "pkg:npm/kiosk-part@1.0.0"}]}]});
        let documents = json!([{"name": "a.json", "text": says.to_string()}, {"name": "b.json", "text": "{}"}]);
        let answer = app.post("/vex", &json!({"documents": documents})).good();
        assert_eq!((&answer[0]["format"], &answer[0]["issues"]), (&json!("openvex"), &json!(1)), "{answer}");
        assert!(answer[1]["error"].as_str().is_some_and(|error| error.contains("b.json")), "{answer}");
        app.post("/vex", &json!({"documents": []})).problem(400, "bad_request");
        app.post("/vex", &json!({"documents": documents, "author": "me"})).problem(400, "bad_request");
    }),
    ("showVexTrust", |app| assert_eq!(app.get("/vex/trust").good()["trusted"], json!([]))),
    ("applyVexTrust", |app| {
        let list = "version: 1\nvex:\n  trusted:\n    - Acme Product Security\n";
        let answer = app.post("/vex/trust", &json!({"text": list})).good();
        assert_eq!(
            (&answer["trust"]["trusted"][0]["author"], &answer["not_affected"]),
            (&json!("Acme Product Security"), &json!(1)),
            "{answer}"
        );
        assert_eq!(app.get("/vex/trust").good(), answer["trust"]);
        assert_eq!(app.get("/issues?app=kiosk").good()["items"], json!([]));
        app.post("/vex/trust", &json!({"text": "version: 1\nvex: [nobody"})).problem(400, "bad_request");
    }),
    ("listFeeds", |app| assert_eq!(app.get("/intel").good(), json!([]))),
    ("showVulnerability", |app| {
        let view = app.get("/intel/cve-2021-44228").good();
        assert_eq!((&view["id"], &view["epss"], &view["feeds"]), (&json!("CVE-2021-44228"), &json!([]), &json!([])));
        app.get("/intel/two%20words").problem(400, "bad_request");
    }),
    ("loadFeeds", |app| {
        let advisory = json!({"schema_version": "1.6.0", "id": "OSV-2026-1", "modified": "2026-01-02T00:00:00Z", "published": "2026-01-01T00:00:00Z",
            "affected": [{"package": {"ecosystem": "npm", "name": "no-such-part"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}]});
        let answer = app.form("/intel", &[("one.json", &advisory.to_string())], &[]).good();
        assert_eq!((&answer[0]["feed"], &answer[0]["rows"]), (&json!("advisories"), &json!(1)), "{answer}");
        assert_eq!(app.get("/intel").good()[0]["file"], "one.json");
        // All or none: the state before stays in force.
        app.form("/intel", &[("two.json", &advisory.to_string()), ("cut.json", "{\"vulnerabilities\": [")], &[])
            .problem(400, "bad_request");
        assert_eq!(app.get("/intel").good()[0]["file"], "one.json");
        app.form("/intel", &[("one.json", &advisory.to_string())], &[("format", "osv")]).problem(400, "bad_request");
        app.form("/intel", &[], &[]).problem(400, "bad_request");
    }),
    ("fetchFeeds", |app| {
        app.post("/intel/fetch", &json!({"feeds": ["no-such-feed"]})).problem(400, "bad_request");
        app.post("/intel/fetch", &json!({"feeds": [], "url": "http://127.0.0.1/"})).problem(400, "bad_request");
    }),
    ("listStreams", |app| {
        let rows = app.get("/streams").good();
        let failed = &rows[0];
        assert_eq!(failed["state"], "regular", "{rows}");
        assert_eq!(failed["stream"]["target"]["kind"], "repository");
        assert!(app.get(&format!("/imports/{}", failed["report"].as_str().unwrap())).good()["error"].is_null());
    }),
    ("listFixes", |app| {
        let page = app.get("/fixes?limit=2").good();
        assert_eq!(page["items"].as_array().unwrap().len(), 2, "{page}");
        let next = page["next"].as_str().unwrap();
        let second = app.get(&format!("/fixes?limit=2&cursor={next}")).good();
        assert_ne!(second["items"][0]["id"], page["items"][0]["id"]);
        let risks = |page: &serde_json::Value| {
            page["items"].as_array().unwrap().iter().map(|fix| fix["risk_removed"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert!(risks(&page).last() >= risks(&second).first());
        assert_eq!(app.get("/fixes?team=nobody").good()["items"], json!([]));
        app.get("/fixes?cursor=made-up").problem(400, "bad_cursor");
    }),
    ("showFix", |app| {
        let page = app.get("/fixes").good();
        let fix = &page["items"][0];
        let view = app.get(&format!("/fixes/{}", fix["id"].as_str().unwrap())).good();
        assert_eq!(view["fix"]["issues"], fix["issues"]);
        assert_eq!((&view["rank"], &view["issues"][0]["id"]), (&json!(1), &fix["issues"][0]));
        app.get("/fixes/FIX-NONE").problem(404, "not_found");
    }),
    ("listComponents", |app| {
        app.import(&[("bom.json", &trivy("CVE-2026-5001", "right", "1.2.0"))], &[("repo", "git.example.com/acme/parts")]);
        let page = app.get("/components?q=righ").good();
        assert_eq!((&page["items"][0]["package"], &page["items"][0]["versions"]), (&json!("pkg:npm/right"), &json!(["1.2.0"])), "{page}");
        app.get("/components?cursor=x").problem(400, "bad_cursor");
    }),
    ("showComponent", |app| {
        let view = app.get("/component?purl=pkg:npm/right").good();
        assert_eq!(view["uses"][0]["target"], "git.example.com/acme/parts");
        app.get("/component?purl=pkg:npm/none").problem(404, "not_found");
        app.get("/component?purl=right").problem(400, "bad_request");
    }),
    ("listAffected", |app| {
        let answer = app.get("/affected?q=pkg:npm/right%3C2").good();
        assert_eq!(answer["items"][0]["version"], "1.2.0", "{answer}");
        assert_eq!(app.get("/affected?q=pkg:npm/right%3C1").good()["items"], json!([]));
        let answer = app.get("/affected?q=CVE-2026-5001").good();
        assert_eq!(answer["items"][0]["issues"].as_array().unwrap().len(), 1, "{answer}");
        app.get("/affected?q=").problem(400, "bad_request");
    }),
    ("listAffectedOwners", |app| {
        let answer = app.get("/affected/owners?q=pkg:npm/right%3C2").good();
        assert_eq!((answer["items"].as_array().unwrap().len(), &answer["items"][0]["places"]), (1, &json!(1)), "{answer}");
        assert_eq!(answer["items"][0]["packages"], json!(["pkg:npm/right@1.2.0"]));
        app.get("/affected/owners?q=").problem(400, "bad_request");
    }),
    ("listLicences", |app| {
        let list = app.get("/licences").good();
        assert_eq!((&list["has_policy"], list["counts"]["unjudged"].as_u64().is_some()), (&json!(false), true), "{list}");
        app.muster.apply_licence_policy("licences.yaml", "version: 1\nallow: [MIT]\nunknown: deny\n", crate::app::now()).unwrap();
        let list = app.get("/licences").good();
        assert_eq!((&list["items"][0]["verdict"], &list["has_policy"]), (&json!("deny"), &json!(true)), "{list}");
        assert_eq!(app.get("/licences?team=nobody").good()["items"], json!([]));
    }),
    ("showSuite", |app| {
        let rows = app.get("/coverage/suite").good();
        assert!(rows.as_array().unwrap().iter().all(|row| row["percent"].as_u64().unwrap() <= 100), "{rows}");
        assert_eq!(app.get("/coverage/suite?team=nobody").good(), json!([]));
    }),
    ("listApis", |app| {
        let text = "method,pattern,path,symbol\nGET,/orders/{id},a.py,show\n";
        app.muster.apply_routes(&[("routes.csv".to_owned(), text.to_owned())], Some("api"), crate::app::now()).unwrap();
        let list = app.get("/apis?service=api").good();
        assert_eq!(
            (&list["items"][0]["pattern"], &list["items"][0]["handler"]),
            (&json!("/orders/{id}"), &json!("show in a.py")),
            "{list}"
        );
        assert_eq!(list["counts"]["untested"], 1);
        assert_eq!(app.get("/apis?problem=shadow&service=api").good()["items"], json!([]));
        app.get("/apis?problem=odd").problem(400, "bad_request");
    }),
    ("listFacts", |app| {
        let csv = b"function,calls\nOrders.show,3\n".to_vec();
        let flags = operations::ImportFlags { service: Some("api".to_owned()), ..operations::ImportFlags::default() };
        app.muster.apply_facts(&[("calls.csv".to_owned(), csv)], &flags, crate::app::now()).unwrap();
        let list = app.get("/facts?service=api").good();
        assert_eq!((&list["items"][0]["verdict"], &list["items"][0]["standing"]), (&json!("executed"), &json!("counts")), "{list}");
        assert!(app.get(&format!("/facts?issue={}", app.ids()[0])).good()["items"].is_array());
        app.get("/facts").problem(400, "bad_request");
        app.get("/facts?issue=no-such-issue").problem(404, "not_found");
    }),
    ("showRisk", |app| {
        let view = app.get("/risk").good();
        assert_eq!((&view["number"], &view["versions"].as_array().unwrap().len()), (&json!(1), &1));
        assert!(view["model"]["kev"]["points"].is_i64() && view["yaml"].as_str().unwrap().contains("version: 1"));
        let table = view["tables"].as_array().unwrap().iter().find(|table| table["name"] == "bod-26-04").unwrap();
        assert_eq!((table["rows"].as_array().unwrap().len(), &table["used_for"]), (16, &json!(["vulnerability"])));
        app.get("/risk?as_of=2099-01-01").problem(400, "bad_request");
    }),
    ("diffRisk", |app| {
        let yaml = prior_of_code_raised(app, 95);
        let diff = app.post("/risk/diff", &json!({"model": yaml})).good();
        let in_code = app.get("/facets").good()["kind"]["sast"].clone();
        assert_eq!((&diff["issues"], &diff["rescored"]), (&json!(app.ids().len()), &in_code), "{diff}");
        assert_eq!(app.get("/risk").good()["number"], 1, "nothing is in force but what was");
        let said = app.post("/risk/diff", &json!({"model": "version: 1\nname: x\n", "file": "mine.yaml"})).problem(400, "bad_request");
        assert!(said.starts_with("mine.yaml"), "{said}");
    }),
    ("applyRisk", |app| {
        let first = ids(&app.get("/issues?where=kind%20%3D%3D%20%22sast%22").good())[0].clone();
        let score = |app: &App| app.get(&format!("/issues/{first}")).good()["issue"]["score"].as_i64().unwrap();
        let before = score(app);
        let yaml = prior_of_code_raised(app, 5);
        let answer = app.post("/risk/apply", &json!({"model": yaml, "file": "mine.yaml"})).good();
        assert_eq!(
            (&answer["version"]["number"], &answer["version"]["by"], &answer["repeated"]),
            (&json!(2), &json!(AUTHOR), &json!(false))
        );
        assert_eq!(score(app), before + 5);
        assert_eq!(app.post("/risk/apply", &json!({"model": yaml})).good()["repeated"], true);
        app.post("/risk/apply", &json!({"model": yaml.replace("automatable: ", "automatable: -")})).problem(400, "bad_request");
        assert_eq!(app.get("/risk").good()["number"], 2);
    }),
    ("listCoverage", |app| {
        let rows = app.get("/coverage").good();
        assert!(rows.as_array().unwrap().iter().any(|row| row["kind"] == "sast"), "{rows}");
        assert_eq!(app.get("/coverage?team=nobody").good(), json!([]));
    }),
    ("exportAll", |app| {
        let export = app.get("/export").good();
        let ids: Vec<&str> = export["issues"].as_array().unwrap().iter().map(|issue| issue["id"].as_str().unwrap()).collect();
        assert!(app.ids().iter().all(|id| ids.contains(&id.as_str())), "{ids:?}");
        let issue = &export["issues"][0];
        let points: i64 = issue["terms"].as_array().unwrap().iter().map(|term| term["points"].as_i64().unwrap()).sum();
        assert_eq!(issue["score"], points);
        assert!(export["head"]["model"]["epss"].is_object() && export["head"]["tables"]["bod-26-04"].is_string());
        assert_eq!(app.get("/export?as_of=2001-01-01T00:00:00Z").good()["issues"], json!([]));
        app.get("/export?as_of=2999-01-01T00:00:00Z").problem(400, "bad_request");
    }),
    ("showSchema", |app| {
        let schema = app.get("/schema/issue").good();
        assert_eq!(schema["title"], "Issue");
        assert!(app.get("/schema/nothing").problem(404, "not_found").contains("issue-view"));
    }),
    ("showApi", |app| assert_eq!(app.get("/openapi.json").good(), server::document())),
];

#[test]
fn every_route_has_a_case_and_no_case_lacks_its_route() {
    let mut routes: Vec<&str> = server::routes().map(|route| route.operation).collect();
    let mut cases: Vec<&str> = CASES.iter().map(|(operation, _)| *operation).collect();
    routes.sort_unstable();
    cases.sort_unstable();
    assert_eq!(routes, cases);
}

#[test]
fn all_cases_on_both_engines() {
    on_both_places(|place| {
        let app = App::with_issues(place, 12);
        for (operation, case) in CASES {
            eprintln!("{operation}");
            case(&app);
        }
    });
}

#[test]
fn pages_of_one_hold_every_issue_once_in_order() {
    on_both_places(|place| {
        let app = App::with_issues(place, 5);
        for sort in ["rank", "due"] {
            let whole = ids(&app.get(&format!("/issues?sort={sort}")).good());
            let (mut cursor, mut seen) = (String::new(), Vec::new());
            for rank in 1.. {
                let page = app.get(&format!("/issues?sort={sort}&limit=1{cursor}")).good();
                assert_eq!(page["items"][0]["rank"], rank);
                assert_eq!(page["total"], json!({"count": 5, "exact": true}));
                seen.extend(ids(&page));
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen, whole, "{sort}");
            assert_eq!(seen.len(), 5);
        }
    });
}
