//! `--source`: findings get what the code around them says, and their identities do not depend on it.

use std::path::Path;

use operations::{ImportFlags, Muster};
use store::testing::Place;

use crate::support::{every_issue, import, moves, open, scan};

/// A Semgrep report as it is without an account: it shows no code.
fn report(path: &str, line: u32) -> String {
    format!(
        r#"{{"version": "1.99.0", "results": [{{"check_id": "python.lang.security.audit.eval-detected.eval-detected", "path": "{path}",
        "start": {{"line": {line}, "col": 5, "offset": 9}}, "end": {{"line": {line}, "col": 20, "offset": 24}},
        "extra": {{"message": "Detected the use of eval().", "severity": "WARNING", "lines": "requires login", "metadata": {{}}}}}}],
        "errors": [], "paths": {{"scanned": ["app/one.py", "app/two.py"]}}}}"#
    )
}

fn with_source(n: i64, root: &Path) -> ImportFlags {
    ImportFlags { source: Some(root.to_owned()), ..scan(n) }
}

fn only_finding(muster: &Muster) -> (String, Option<String>, Option<(u32, u32)>) {
    let issues = every_issue(muster);
    assert_eq!(issues.len(), 1);
    let finding = &issues[0].findings.as_ref().unwrap()[0].finding;
    (finding.identity.clone().unwrap(), finding.location.symbol.clone(), finding.statement)
}

#[test]
fn code_helps_and_identities_do_not_depend_on_it() {
    let checkout = tempfile::tempdir().unwrap();
    let folder = checkout.path().join("app");
    std::fs::create_dir(&folder).unwrap();
    let code = "def total(request):\n    return eval(\n        request.args['sum'])\n";
    std::fs::write(folder.join("one.py"), code).unwrap();
    std::fs::write(folder.join("two.py"), "import os\n").unwrap();
    let place = Place::sqlite();
    let muster = open(place.url());
    import(&muster, "semgrep.json", report("app/one.py", 2).as_bytes(), &scan(1));
    let (identity, symbol, statement) = only_finding(&muster);
    assert_eq!((symbol, statement), (None, None));
    // The same scan with the code at hand.
    let answer = import(&muster, "semgrep.json", report("app/one.py", 2).as_bytes(), &with_source(2, checkout.path()));
    assert_eq!(moves(&answer), [0; 4]);
    assert_eq!(only_finding(&muster), (identity.clone(), Some("total".into()), Some((2, 3))));
    // The function goes to another file, far down, and the first file stays.
    std::fs::write(folder.join("one.py"), "import os\n").unwrap();
    std::fs::write(folder.join("two.py"), format!("import os\n{}{code}", "\n".repeat(80))).unwrap();
    import(&muster, "semgrep.json", report("app/two.py", 83).as_bytes(), &with_source(3, checkout.path()));
    assert_eq!(only_finding(&muster), (identity.clone(), Some("total".into()), Some((83, 84))));
    // And without the code again.
    import(&muster, "semgrep.json", report("app/two.py", 83).as_bytes(), &scan(4));
    assert_eq!(only_finding(&muster).0, identity);
}
