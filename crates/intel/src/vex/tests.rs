use super::*;
use ::model::VexStatus;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap().0
}

fn good(text: &str) -> ReadVex {
    read(text.as_bytes(), "vex.json").unwrap()
}

fn refused(text: &str) -> String {
    read(text.as_bytes(), "vex.json").unwrap_err().to_string()
}

const OPENVEX: &str = r#"{
  "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://vex.example.com/2026/7", "author": "Example Security", "timestamp": "2026-02-01T08:00:00Z", "version": 3,
  "statements": [
    {"vulnerability": {"@id": "https://nvd.nist.gov/vuln/detail/CVE-2026-1000", "name": "cve-2026-1000", "aliases": ["GHSA-aaaa-bbbb-cccc"]},
     "timestamp": "2026-01-15T00:00:00Z", "status": "not_affected", "justification": "vulnerable_code_not_present",
     "products": [
       {"@id": "pkg:oci/api@sha256%3Aabc?repository_url=registry.example.com/acme/api", "hashes": {"sha-256": "ABCD12"},
        "subcomponents": [{"@id": "pkg:npm/left@1.0.0"}, {"identifiers": {"purl": "pkg:npm/right@2.0.0"}}]},
       {"@id": "https://example.com/products/checkout"}]},
    {"vulnerability": "CVE-2026-1001", "status": "affected", "products": ["pkg:npm/old@1"], "subcomponents": ["pkg:npm/inner@2"], "action_statement": "Update."}
  ]}"#;

#[test]
fn openvex_of_both_forms() {
    let read = good(OPENVEX);
    let document = read.document;
    assert_eq!((document.format.as_str(), document.version.as_str(), document.author.as_str()), ("openvex", "3", "Example Security"));
    let [first, second] = document.statements.as_slice() else { panic!("{document:?}") };
    assert_eq!(first.vulnerabilities, ["CVE-2026-1000", "GHSA-AAAA-BBBB-CCCC"]);
    assert_eq!((first.status, first.at), (VexStatus::NotAffected, at("2026-01-15")));
    assert_eq!(first.subjects.len(), 3);
    assert_eq!(first.subjects[0].product.digests, ["sha256:abcd12"]);
    assert_eq!(first.subjects[1].component.as_ref().unwrap().purls, ["pkg:npm/right@2.0.0"]);
    assert_eq!((first.subjects[2].product.names.len(), &first.subjects[2].component), (1, &None));
    assert_eq!((second.vulnerabilities[0].as_str(), second.at), ("CVE-2026-1001", at("2026-02-01T08:00:00Z")));
    assert_eq!(second.subjects[0].component.as_ref().unwrap().id, "pkg:npm/inner@2");
    assert_eq!(second.action.as_deref(), Some("Update."));
}

const CSAF: &str = r#"{
  "document": {"category": "csaf_vex", "csaf_version": "2.0", "title": "t", "publisher": {"category": "vendor", "name": "Vendor PSIRT", "namespace": "https://vendor.example"},
    "tracking": {"id": "V-1", "status": "final", "version": "2", "initial_release_date": "2026-01-01T00:00:00Z", "current_release_date": "2026-03-01T00:00:00Z", "revision_history": []}},
  "product_tree": {
    "branches": [{"category": "vendor", "name": "Vendor", "branches": [
      {"category": "product_name", "name": "lib", "branches": [
        {"category": "product_version", "name": "1.2", "product": {"product_id": "A", "name": "lib 1.2", "product_identification_helper": {"purl": "pkg:maven/org.vendor/lib@1.2"}}},
        {"category": "product_version_range", "name": "vers:maven/>=1.3|<1.5", "product": {"product_id": "B", "name": "lib 1.3 to 1.5", "product_identification_helper": {"purl": "pkg:maven/org.vendor/lib"}}}]},
      {"category": "product_name", "name": "appliance", "product": {"product_id": "C", "name": "appliance"}}]}],
    "relationships": [{"category": "default_component_of", "product_reference": "A", "relates_to_product_reference": "C", "full_product_name": {"product_id": "A-in-C", "name": "lib in appliance"}}],
    "product_groups": [{"group_id": "G", "product_ids": ["A", "B"]}]},
  "vulnerabilities": [{"cve": "CVE-2026-2000", "ids": [{"system_name": "GitHub", "text": "GHSA-1111-2222-3333"}],
    "product_status": {"known_not_affected": ["A", "B"], "known_affected": ["A-in-C"], "recommended": ["A"]},
    "flags": [{"label": "vulnerable_code_not_in_execute_path", "group_ids": ["G"], "date": "2026-01-10T00:00:00Z"}],
    "threats": [{"category": "impact", "details": "Never called.", "product_ids": ["A"]}],
    "remediations": [{"category": "workaround", "details": "Turn it off."}]}]}"#;

#[test]
fn csaf_with_its_product_tree() {
    let document = good(CSAF).document;
    assert_eq!((document.id.as_str(), document.version.as_str(), document.author.as_str()), ("V-1", "2", "Vendor PSIRT"));
    let of = |id: &str| {
        let holds = |statement: &&::model::VexStatement| {
            statement.subjects.iter().any(|s| s.component.as_ref().unwrap_or(&s.product).names.iter().any(|name| name == id))
        };
        document.statements.iter().filter(holds).collect::<Vec<_>>()
    };
    let affected = document.statements.iter().find(|s| s.status == VexStatus::Affected).unwrap();
    assert_eq!(affected.action.as_deref(), Some("Turn it off."));
    assert_eq!(affected.subjects[0].product.id, "appliance");
    assert_eq!(affected.subjects[0].component.as_ref().unwrap().purls, ["pkg:maven/org.vendor/lib@1.2"]);
    assert_eq!(affected.at, at("2026-03-01"));
    let ranged = of("lib 1.3 to 1.5");
    assert_eq!(ranged[0].subjects[0].product.range.as_deref(), Some("vers:maven/>=1.3|<1.5"));
    assert_eq!((ranged[0].justification.as_deref(), ranged[0].at), (Some("vulnerable_code_not_in_execute_path"), at("2026-01-10")));
    assert_eq!(ranged[0].reason, None);
    assert!(of("lib 1.2").iter().any(|statement| statement.reason.as_deref() == Some("Never called.")));
    assert_eq!(document.statements.len(), 3, "what is recommended is no status");
}

const CYCLONEDX: &str = r#"{
  "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:00000000-0000-4000-8000-000000000001", "version": 1,
  "metadata": {"timestamp": "2026-02-01T00:00:00Z", "authors": [{"name": "Example Security"}],
    "component": {"bom-ref": "root", "type": "container", "name": "api", "version": "7", "purl": "pkg:oci/api?repository_url=registry.example.com/acme/api"}},
  "components": [{"bom-ref": "lib", "type": "library", "group": "org.acme", "name": "core", "version": "1.0", "components": [
    {"bom-ref": "inner", "type": "library", "name": "inner", "purl": "pkg:maven/org.acme/inner@3"}]}],
  "vulnerabilities": [
    {"id": "CVE-2026-3000", "analysis": {"state": "not_affected", "justification": "code_not_reachable", "lastUpdated": "2026-01-20T00:00:00Z"},
     "affects": [{"ref": "lib", "versions": [{"version": "1.0", "status": "unaffected"}, {"version": "0.9", "status": "affected"}]}, {"ref": "inner"}, {"ref": "root"}]},
    {"id": "CVE-2026-3001", "references": [{"id": "GHSA-x"}], "analysis": {"state": "false_positive"}, "affects": [{"ref": "urn:cdx:00000000-0000-4000-8000-000000000009/1#pkg:npm/a@1"}]},
    {"id": "CVE-2026-3002", "affects": [{"ref": "lib"}]}]}"#;

#[test]
fn cyclonedx_analyses() {
    let document = good(CYCLONEDX).document;
    let [first, second] = document.statements.as_slice() else { panic!("{document:?}") };
    assert_eq!((first.status, first.at), (VexStatus::NotAffected, at("2026-01-20")));
    let components: Vec<Option<&str>> = first.subjects.iter().map(|s| s.component.as_ref().map(|c| c.id.as_str())).collect();
    assert_eq!(components, [Some("org.acme/core"), Some("pkg:maven/org.acme/inner@3"), None]);
    assert!(first.subjects.iter().all(|subject| subject.product.names == ["api"]));
    assert_eq!((second.justification.as_deref(), second.at), (Some("false_positive"), at("2026-02-01")));
    assert_eq!(second.subjects[0].component.as_ref().unwrap().id, "pkg:npm/a@1");
}

#[test]
fn what_is_refused_says_where_and_why() {
    assert!(refused("hello").contains("head: not a VEX document"));
    assert!(refused("{\"runs\": []}").contains("head: not a VEX document"));
    for text in [OPENVEX, CSAF, CYCLONEDX] {
        let half: String = text.chars().take(text.len() * 6 / 10).collect();
        assert!(refused(&half).contains("the file is cut off"), "{}", refused(&half));
    }
    assert!(refused(&OPENVEX.replace("\"not_affected\"", "\"fine\"")).contains("statements[0].status: `fine` is no status"));
    assert!(refused(&OPENVEX.replace("Example Security", " ")).contains("author"));
    assert!(refused(&CSAF.replace("\"final\"", "\"draft\"")).contains("draft"));
    assert!(refused(&CYCLONEDX.replace("\"state\"", "\"condition\"")).contains("says nothing of any product"));
    assert!(
        refused(&CYCLONEDX.replace("\"in_triage\"", "").replace("\"false_positive\"", "\"maybe\""))
            .contains("vulnerabilities[1].analysis.state")
    );
    assert!(refused(&CSAF.replace("\"product_id\": \"B\"", "\"product_id\": \"A\"")).contains("given twice"));
}

#[test]
fn no_cut_and_no_wrong_type_panics() {
    for text in [OPENVEX, CSAF, CYCLONEDX] {
        for n in 0..text.len() {
            let _ = read(text.as_bytes().get(..n).unwrap(), "x");
        }
        for (from, to) in [("[", "{"), ("{", "["), ("\"", "1"), (": \"", ": 7, \"")] {
            let _ = read(text.replace(from, to).as_bytes(), "x");
        }
    }
    let deep = format!("{{\"bomFormat\": \"CycloneDX\", \"components\": {}", "[{\"components\": ".repeat(10_000));
    assert!(read(deep.as_bytes(), "deep.json").is_err());
    let circle = CSAF.replace("\"product_reference\": \"A\"", "\"product_reference\": \"A-in-C\"");
    assert!(good(&circle).warnings.iter().any(|warning| warning.message.contains("A-in-C")));
}

fn publication() -> Publication {
    let product =
        |id: &str, name: &str, version: Option<&str>| Product { id: id.into(), name: name.into(), version: version.map(str::to_owned) };
    let image = product("pkg:oci/api?repository_url=registry.example.com%2Facme%2Fapi", "api", None);
    let service = product("urn:muster:service:api", "api", None);
    let item = |product: &Product, purl: &str, name: &str| Item {
        product: product.clone(),
        component: Some(Product { id: purl.into(), name: name.into(), version: Some("1.0".into()) }),
    };
    let entry = |vulnerability: &str, status, items| Entry {
        vulnerability: vulnerability.into(),
        aliases: vec!["GHSA-1111-2222-3333".into()],
        title: "A flaw".into(),
        status,
        at: at("2026-01-05"),
        justification: None,
        reason: None,
        action: None,
        remedy: "none_available",
        false_positive: false,
        items,
    };
    let mut away =
        entry("CVE-2026-4000", VexStatus::NotAffected, vec![item(&image, "pkg:npm/a@1.0", "a"), item(&service, "pkg:npm/a@1.0", "a")]);
    away.justification = Some("vulnerable_code_not_present".into());
    away.reason = Some("Built without it.".into());
    let mut there = entry("CVE-2026-4001", VexStatus::Affected, vec![item(&image, "pkg:npm/b@1.0", "b")]);
    there.action = Some("Upgrade b to 2.0".into());
    there.remedy = "vendor_fix";
    let open = entry("GHSA-9999-8888-7777", VexStatus::UnderInvestigation, vec![Item { product: service, component: None }]);
    Publication {
        author: "Acme".into(),
        namespace: "https://acme.example".into(),
        id: "acme:shop".into(),
        title: "Acme: shop".into(),
        product: product("urn:muster:application:shop", "shop", None),
        releases: vec![at("2026-01-05"), at("2026-02-05")],
        entries: vec![away, there, open],
    }
}

#[test]
fn what_we_write_says_the_same_when_it_is_read() {
    let publication = publication();
    for format in Format::ALL {
        let text = write(format, &publication);
        assert_eq!(text, write(format, &publication), "the same content gives the same bytes");
        let read = good(&text);
        assert_eq!(read.warnings, [], "{format:?}");
        let document = read.document;
        assert_eq!((document.format.as_str(), document.author.as_str(), document.version.as_str()), (format.word(), "Acme", "2"));
        assert_eq!(document.at, at("2026-02-05"));
        for entry in &publication.entries {
            let statement = document.statements.iter().find(|s| s.vulnerabilities.contains(&entry.vulnerability)).unwrap();
            assert_eq!(statement.status, entry.status);
            let pairs = |subjects: &[::model::VexSubject]| {
                let mut pairs: Vec<(String, Option<String>)> = subjects
                    .iter()
                    .map(|s| {
                        let product = s.product.names.iter().chain(&s.product.purls).find(|name| name.contains(':')).unwrap().clone();
                        (product, s.component.as_ref().map(|c| c.purls[0].clone()))
                    })
                    .collect();
                pairs.sort();
                pairs
            };
            let mut wanted: Vec<(String, Option<String>)> =
                entry.items.iter().map(|item| (item.product.id.clone(), item.component.as_ref().map(|c| c.id.clone()))).collect();
            wanted.sort();
            assert_eq!(pairs(&statement.subjects), wanted, "{format:?} {}", entry.vulnerability);
            if entry.status == VexStatus::NotAffected {
                assert_eq!(statement.justification.as_deref().and_then(justification_of), Some("vulnerable_code_not_present"));
                assert_eq!(statement.reason, entry.reason);
            }
            if entry.status == VexStatus::Affected {
                assert_eq!(statement.action, entry.action);
            }
        }
    }
}

/// What the mandatory tests of CSAF 2.0, section 6.1, ask of ids, status, flags and revisions.
#[test]
fn csaf_is_sound_beyond_its_schema() {
    let value: serde_json::Value = serde_json::from_str(&write(Format::Csaf, &publication())).unwrap();
    let mut defined: Vec<&str> = Vec::new();
    let tree = &value["product_tree"];
    defined.extend(tree["full_product_names"].as_array().unwrap().iter().map(|p| p["product_id"].as_str().unwrap()));
    defined.extend(tree["relationships"].as_array().unwrap().iter().map(|r| r["full_product_name"]["product_id"].as_str().unwrap()));
    let count = defined.len();
    defined.sort_unstable();
    defined.dedup();
    assert_eq!(defined.len(), count, "an id is given once");
    for relation in tree["relationships"].as_array().unwrap() {
        assert!(defined.contains(&relation["product_reference"].as_str().unwrap()));
        assert!(defined.contains(&relation["relates_to_product_reference"].as_str().unwrap()));
    }
    for row in value["vulnerabilities"].as_array().unwrap() {
        assert!(row["cve"].is_string() || row["ids"].is_array());
        let mut seen: Vec<&str> = Vec::new();
        for (status, ids) in row["product_status"].as_object().unwrap() {
            for id in ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap()) {
                assert!(defined.contains(&id) && !seen.contains(&id), "one status a product");
                seen.push(id);
                let holds = |list: &str| row[list].as_array().into_iter().flatten().any(|x| x["product_ids"].to_string().contains(id));
                match status.as_str() {
                    "known_not_affected" => assert!(holds("flags") || holds("threats")),
                    "known_affected" => assert!(holds("remediations")),
                    _ => {}
                }
            }
        }
    }
    let tracking = &value["document"]["tracking"];
    let numbers: Vec<&str> = tracking["revision_history"].as_array().unwrap().iter().map(|r| r["number"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["1", "2"]);
    assert_eq!(tracking["version"], "2");
}
