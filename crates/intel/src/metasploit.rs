//! Metasploit's `modules_metadata_base.json`: one object, its keys the modules, each with its kind, references and the day of disclosure.
//!
//! Modules of the kind `exploit` are working exploits; scanners and the like are not. The file does not say since when a module is in it, so
//! that an entry counts from the day on which it was loaded.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};

use crate::cve_id::canonical;
use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::IntelRow;

pub(crate) fn is(text: &str) -> bool {
    let head: String = text.chars().take(8192).collect();
    ["\"fullname\"", "\"references\"", "\"disclosure_date\"", "\"rank\""].iter().all(|key| head.contains(key))
}

#[derive(Deserialize)]
struct Module {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    references: Vec<String>,
}

/// The CVEs of all exploit modules; modules are read one by one.
struct Cves(BTreeSet<String>);

impl<'de> Deserialize<'de> for Cves {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Modules;
        impl<'de> Visitor<'de> for Modules {
            type Value = Cves;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of modules")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cves, A::Error> {
                let mut out = BTreeSet::new();
                while let Some((_, module)) = map.next_entry::<serde::de::IgnoredAny, Module>()? {
                    if module.kind == "exploit" {
                        out.extend(module.references.iter().filter_map(|reference| canonical(reference)));
                    }
                }
                Ok(Cves(out))
            }
        }
        deserializer.deserialize_map(Modules)
    }
}

pub(crate) fn read(bytes: &[u8], _name: &str) -> Result<Draft, Refusal> {
    let mut draft = Draft::new("Metasploit");
    let Cves(cves) = serde_json::from_slice(bytes)?;
    draft.rows = cves.into_iter().map(|cve| IntelRow::Exploit { cve, source: "Metasploit".to_owned(), since: None }).collect();
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use crate::{Feed, IntelRow, load, recognise};

    fn modules() -> String {
        let module = |kind: &str, references: &str| {
            format!(
                "{{\"name\": \"A\", \"fullname\": \"{kind}/a\", \"aliases\": [], \"rank\": 600, \"disclosure_date\": \"2021-12-09\", \
                 \"type\": \"{kind}\", \"references\": [{references}], \"mod_time\": \"2025-01-01 00:00:00 +0000\"}}"
            )
        };
        format!(
            "{{\n\"exploit_multi/a\": {},\n\"auxiliary_scanner/b\": {}\n}}\n",
            module("exploit", "\"CVE-2021-44228\", \"URL-https://example.com\", \"CVE-2021-45046\""),
            module("auxiliary", "\"CVE-2020-1000\"")
        )
    }

    #[test]
    fn exploit_modules_count_and_scanners_do_not() {
        let text = modules();
        assert_eq!(recognise(text.as_bytes(), "modules_metadata_base.json"), Some(Feed::Exploits));
        let loaded = load(text.as_bytes(), "modules_metadata_base.json").unwrap();
        let cves: Vec<&str> =
            loaded.rows.iter().map(|row| if let IntelRow::Exploit { cve, .. } = row { cve.as_str() } else { panic!("{row:?}") }).collect();
        assert_eq!(cves, ["CVE-2021-44228", "CVE-2021-45046"]);
        assert_eq!(loaded.source, "Metasploit");
    }

    #[test]
    fn a_file_that_is_cut_off_is_refused() {
        let text = modules();
        let cut = &text[..text.len() - 40];
        assert!(load(cut.as_bytes(), "m.json").unwrap_err().to_string().contains("cut off"));
    }
}
