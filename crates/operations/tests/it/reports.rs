//! Small reports of four tools, in the shape that each writes.

use serde_json::{Value, json};

/// A weakness as both code scanners see it: file, line, the code there.
#[derive(Clone, Copy)]
pub(crate) struct Weak {
    pub(crate) rule: &'static str,
    pub(crate) path: &'static str,
    pub(crate) line: u32,
    pub(crate) code: &'static str,
}

pub(crate) const SQL: Weak = Weak {
    rule: "python.sqlalchemy.security.sqlalchemy-execute-raw-query",
    path: "shop/orders.py",
    line: 41,
    code: "db.execute(\"SELECT * FROM orders WHERE id=\" + order_id)",
};
pub(crate) const EVAL: Weak =
    Weak { rule: "python.lang.security.audit.eval-detected", path: "shop/rules.py", line: 12, code: "return eval(rule)" };
pub(crate) const MD5: Weak = Weak {
    rule: "python.lang.security.insecure-hash-algorithms-md5",
    path: "shop/receipt.py",
    line: 11,
    code: "return hashlib.md5(text).hexdigest()",
};

impl Weak {
    pub(crate) fn at(self, line: u32) -> Self {
        Self { line, ..self }
    }

    fn cwe(self) -> u32 {
        match self.path {
            "shop/orders.py" => 89,
            "shop/rules.py" => 95,
            _ => 327,
        }
    }
}

pub(crate) fn semgrep(weak: &[Weak]) -> Vec<u8> {
    semgrep_of("1.118.0", weak)
}

pub(crate) fn semgrep_of(version: &str, weak: &[Weak]) -> Vec<u8> {
    let results: Vec<Value> = weak.iter().map(|weak| semgrep_result(weak.rule, weak.path, weak.line, weak.code, weak.cwe())).collect();
    semgrep_with(version, &results)
}

pub(crate) fn semgrep_with(version: &str, results: &[Value]) -> Vec<u8> {
    json!({"version": version, "results": results, "errors": [], "paths": {"scanned": []}}).to_string().into_bytes()
}

pub(crate) fn semgrep_result(rule: &str, path: &str, line: u32, code: &str, cwe: u32) -> Value {
    json!({
        "check_id": rule, "path": path,
        "start": {"line": line, "col": 5, "offset": 0}, "end": {"line": line, "col": 60, "offset": 0},
        "extra": {
            "message": format!("Found by {rule}."), "severity": "ERROR", "lines": code, "is_ignored": false, "engine_kind": "OSS",
            "metadata": {"cwe": [format!("CWE-{cwe}: a weakness")], "confidence": "HIGH"}
        }
    })
}

pub(crate) fn bandit(weak: &[Weak]) -> Vec<u8> {
    let results: Vec<Value> = weak
        .iter()
        .map(|weak| {
            let (id, name) = match weak.cwe() {
                89 => ("B608", "hardcoded_sql_expressions"),
                95 => ("B307", "blacklist"),
                _ => ("B324", "hashlib"),
            };
            json!({
                "code": format!("{}     {}\n", weak.line, weak.code), "filename": format!("./{}", weak.path),
                "issue_confidence": "HIGH", "issue_severity": "HIGH", "issue_text": format!("Found by {name}."),
                "issue_cwe": {"id": weak.cwe(), "link": ""}, "line_number": weak.line, "line_range": [weak.line],
                "test_id": id, "test_name": name
            })
        })
        .collect();
    json!({"errors": [], "generated_at": "2026-01-02T07:12:44Z", "metrics": {"_totals": {"loc": 211}}, "results": results})
        .to_string()
        .into_bytes()
}

/// Trivy on a folder: vulnerable packages of `requirements.txt`.
pub(crate) fn trivy(packages: &[(&str, &str, &str)]) -> Vec<u8> {
    let found: Vec<Value> = packages
        .iter()
        .map(|(cve, name, version)| {
            json!({"VulnerabilityID": cve, "PkgName": name, "InstalledVersion": version, "FixedVersion": "99.0", "Severity": "HIGH",
                "PkgIdentifier": {"PURL": format!("pkg:pypi/{name}@{version}")}, "Title": format!("{name}: {cve}")})
        })
        .collect();
    json!({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": [
        {"Target": "requirements.txt", "Class": "lang-pkgs", "Type": "pip", "Vulnerabilities": found}
    ]})
    .to_string()
    .into_bytes()
}

/// OSV-Scanner on the same file, which names advisories and lists the CVE as an alias.
pub(crate) fn osv(packages: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let packages: Vec<Value> = packages
        .iter()
        .map(|(ghsa, cve, name, version)| {
            json!({"package": {"name": name, "version": version, "ecosystem": "PyPI"},
                "vulnerabilities": [{"id": ghsa, "aliases": [cve], "summary": format!("{name} is vulnerable"), "schema_version": "1.6.0",
                    "affected": [{"package": {"ecosystem": "PyPI", "name": name}}]}],
                "groups": [{"ids": [ghsa], "aliases": [ghsa, cve], "max_severity": "7.5"}]})
        })
        .collect();
    json!({"results": [{"source": {"path": "requirements.txt", "type": "lockfile"}, "packages": packages}]}).to_string().into_bytes()
}

/// What Trivy writes of the same packages as a bill of materials: a CVE, the package and its version.
pub(crate) fn trivy_sbom(packages: &[(&str, &str, &str)]) -> Vec<u8> {
    let purl = |name: &str, version: &str| format!("pkg:pypi/{name}@{version}");
    let components: Vec<Value> = packages
        .iter()
        .map(|(_, name, version)| {
            json!({"bom-ref": purl(name, version), "type": "library", "name": name, "version": version, "purl": purl(name, version),
                   "properties": [{"name": "aquasecurity:trivy:FilePath", "value": "requirements.txt"}]})
        })
        .collect();
    let vulnerabilities: Vec<Value> = packages
        .iter()
        .map(|(cve, name, version)| {
            json!({"id": cve, "source": {"name": "nvd"}, "ratings": [{"source": {"name": "nvd"}, "severity": "high"}],
                   "affects": [{"ref": purl(name, version), "versions": [{"version": version, "status": "affected"}]}]})
        })
        .collect();
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"tools": {"components": [{"type": "application", "group": "aquasecurity", "name": "trivy", "version": "0.62.0"}]}},
        "components": components, "vulnerabilities": vulnerabilities
    })
    .to_string()
    .into_bytes()
}

/// Snyk on one manifest: an advisory, the package and its version.
pub(crate) fn snyk(manifest: &str, packages: &[(&str, &str, &str)]) -> Vec<u8> {
    let vulnerabilities: Vec<Value> = packages
        .iter()
        .map(|(id, name, version)| {
            json!({"id": id, "title": "A flaw", "severity": "high", "packageName": name, "version": version, "packageManager": "npm",
                   "from": ["shop@1.0.0", format!("{name}@{version}")], "identifiers": {"CVE": [], "CWE": ["CWE-79"]}})
        })
        .collect();
    json!({
        "vulnerabilities": vulnerabilities, "ok": vulnerabilities.is_empty(), "dependencyCount": 40, "packageManager": "npm",
        "projectName": "shop", "displayTargetFile": manifest, "path": "/builds/acme/shop"
    })
    .to_string()
    .into_bytes()
}

/// `npm audit` of one project, which does not say where that is: advisory and package.
pub(crate) fn npm_audit(packages: &[(&str, &str)]) -> Vec<u8> {
    let vulnerabilities: serde_json::Map<String, Value> = packages
        .iter()
        .map(|(advisory, name)| {
            let via = json!([{"source": 1_087_092, "name": name, "dependency": name, "title": "A flaw", "severity": "high", "range": "<2.0.0",
                              "url": format!("https://github.com/advisories/{advisory}")}]);
            let entry = json!({"name": name, "severity": "high", "isDirect": true, "via": via, "effects": [], "range": "<2.0.0",
                               "nodes": [format!("node_modules/{name}")], "fixAvailable": true});
            ((*name).to_owned(), entry)
        })
        .collect();
    json!({"auditReportVersion": 2, "vulnerabilities": vulnerabilities, "metadata": {"vulnerabilities": {"total": packages.len()}}})
        .to_string()
        .into_bytes()
}
