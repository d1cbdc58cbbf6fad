//! The published files, where they are at hand: `MUSTER_SHARED` names a folder whose `intel/` holds them.

use intel::{CweGraph, DecisionTable, Feed, load};

#[test]
fn every_published_file_is_read() {
    let Some(shared) = std::env::var_os("MUSTER_SHARED") else {
        println!("skipped: MUSTER_SHARED is not set");
        return;
    };
    let folder = std::path::Path::new(&shared).join("intel");
    let cases = [
        ("kev-2026-08-21.json.gz", Feed::Kev, 1674),
        ("epss-2024-06-30.csv.gz", Feed::Epss, 252_015),
        ("epss-2026-08-16.csv.gz", Feed::Epss, 360_142),
        ("vulnrichment-2024-06-30.csv.gz", Feed::Vulnrichment, 11_093),
        ("exploit-availability.csv.gz", Feed::Exploits, 5_000),
        ("cwe-4.19.1.json.gz", Feed::Cwe, 969),
        ("cwe-mappings.csv", Feed::CweMappings, 2_152),
        ("advisory-aliases.csv.gz", Feed::Aliases, 14_000),
        ("ssvc/cisa_bod_26_04_1_0_0.csv", Feed::DecisionTable, 16),
        ("ssvc/deployer_patch_application_priority_1_0_0.csv", Feed::DecisionTable, 72),
    ];
    for (name, feed, least) in cases {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let loaded = load(&bytes, name).unwrap_or_else(|error| panic!("{error}"));
        println!("{name}: {} rows, {} warnings, {:?} {:?}", loaded.rows.len(), loaded.warnings.len(), loaded.date, loaded.version);
        for warning in loaded.warnings.iter().take(3) {
            println!("  {warning}");
        }
        assert_eq!(loaded.feed, feed, "{name}");
        assert!(loaded.rows.len() >= least, "{name}: {} rows", loaded.rows.len());
        if feed == Feed::Cwe {
            assert!(CweGraph::from_rows(&loaded.rows).is_a(89, 707));
        }
        if feed == Feed::DecisionTable {
            assert_eq!(DecisionTable::from_rows(&loaded.rows).missing(), None);
        }
    }
}
