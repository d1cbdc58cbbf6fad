//! Which weaknesses the lists of frameworks name: OWASP Top 10, CWE Top 25, ASVS (`framework,item,title,cwe`).

use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::IntelRow;
use crate::table::Table;

pub(crate) fn read(bytes: &[u8], _name: &str) -> Result<Draft, Refusal> {
    let mut draft = Draft::new("CWE mappings");
    let mut table = Table::open(bytes, &["framework", "item", "title", "cwe"])?;
    let [framework, item, title, cwe] = ["framework", "item", "title", "cwe"].map(|name| table.column(name));
    while let Some(row) = table.next()? {
        match row.get(cwe).trim_start_matches("CWE-").parse() {
            Ok(cwe) => draft.rows.push(IntelRow::CweMapping {
                framework: row.get(framework).to_owned(),
                item: row.get(item).to_owned(),
                title: row.get(title).to_owned(),
                cwe,
            }),
            Err(_) => draft.warn(format!("line {}", row.line), format!("`{}` is not a CWE number", row.get(cwe))),
        }
    }
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use crate::{IntelRow, load};

    #[test]
    fn a_row() {
        let loaded = load(b"framework,item,title,cwe\nOWASP Top 10 2025,A05,Injection,CWE-89\nX,1,y,none\n", "m.csv").unwrap();
        assert!(matches!(&loaded.rows[..], [IntelRow::CweMapping { cwe: 89, .. }]));
        assert_eq!(loaded.warnings[0].place, "line 3");
    }
}
