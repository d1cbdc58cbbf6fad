//! `muster intel show`

use operations::VulnerabilityView;

use super::affected::day;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

pub(crate) fn run(id: &str, global: &Global) -> Result<(), Failure> {
    let view = global.open()?.vulnerability(id, clock::now())?;
    if global.json {
        return json(&view);
    }
    let mut table = Table::new(&["what", "~said", "since", "~source"]);
    let mut line = |what: &str, said: String, since: String, source: &str| table.row(vec![what.to_owned(), said, since, source.to_owned()]);
    said(&view, &mut line);
    table.print()?;
    if view.rejected {
        notice(&format!("{} was rejected: it is no vulnerability", view.id));
    }
    let names = if view.aliases.is_empty() { String::new() } else { format!(", also {}", view.aliases.join(", ")) };
    notice(&format!("{}{names}; looked in {} feeds", view.id, view.feeds.len()));
    Ok(())
}

/// Hands over what is known, a line each: what, said, since, source.
fn said(view: &VulnerabilityView, line: &mut impl FnMut(&str, String, String, &str)) {
    if let Some(published) = view.published {
        line("published", String::new(), day(published), "");
    }
    if let Some(kev) = &view.kev {
        let ransomware = if kev.ransomware { ", known in ransomware campaigns" } else { "" };
        line("exploited", format!("{}{ransomware}", kev.name), day(kev.added), &kev.source);
    }
    if let Some(epss) = view.epss.last() {
        line("epss", format!("{:.5}", epss.score), day(epss.at), "FIRST");
    }
    for exploit in &view.exploits {
        line("exploit", "public exploit code".to_owned(), exploit.since.map(day).unwrap_or_default(), &exploit.source);
    }
    if let Some(ssvc) = &view.ssvc {
        let truth = |known: Option<bool>| known.map_or("unknown", |known| if known { "yes" } else { "no" });
        let exploitation = ssvc.exploitation.as_deref().unwrap_or("unknown");
        let total = truth(ssvc.total_impact);
        let said = format!("exploitation {exploitation}, automatable {}, total impact {total}", truth(ssvc.automatable));
        line("ssvc", said, ssvc.at.map(day).unwrap_or_default(), &ssvc.source);
    }
    for cvss in &view.cvss {
        line("cvss", cvss.vector.clone().unwrap_or_default(), String::new(), cvss.source.as_deref().unwrap_or_default());
    }
    if !view.cwes.is_empty() {
        let cwes: Vec<String> = view.cwes.iter().map(|cwe| format!("CWE-{cwe}")).collect();
        line("weakness", cwes.join(", "), String::new(), "");
    }
    for statement in &view.statements {
        line("vex", format!("{} of {}", statement.status.word(), statement.products.join(", ")), day(statement.at), &statement.author);
    }
}
