//! Owners that a CODEOWNERS file names and no team has: their lines decide nothing, which their author should know.

use std::collections::BTreeMap;

use model::{CodeOwnersFile, Inventory};

use super::Problem;
use super::codeowners::CodeOwners;
use super::owner::TeamNames;

/// Names that one warning lists.
const NAMED: usize = 8;

/// A warning on the owners of a file that belong to no team of the inventory, at the first line that names one. None where all belong to one, or the
/// inventory has no team at all yet.
#[must_use]
pub fn strangers(inventory: &Inventory, file: &CodeOwnersFile) -> Option<Problem> {
    if inventory.teams.is_empty() {
        return None;
    }
    let teams = TeamNames::new(inventory);
    let (read, _) = CodeOwners::read(file);
    // By name: the first line.
    let mut unknown: BTreeMap<&str, u32> = BTreeMap::new();
    let mut first = None;
    for rule in read.rules() {
        // GitLab's roles (`@@maintainer`) are nobody's names.
        for owner in rule.owners.iter().filter(|owner| !owner.starts_with("@@") && teams.resolve(owner).is_none()) {
            unknown.entry(owner).or_insert(rule.line);
            first.get_or_insert(rule);
        }
    }
    let first = first?;
    let mut by_line: Vec<(u32, &str)> = unknown.iter().map(|(name, line)| (*line, *name)).collect();
    by_line.sort_unstable();
    let names: Vec<String> = by_line.iter().take(NAMED).map(|(line, name)| format!("{name} (line {line})")).collect();
    let more = by_line.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let plural = if by_line.len() == 1 { "owner belongs" } else { "owners belong" };
    let message = format!("{} {plural} to no team: {}{more}", by_line.len(), names.join(", "));
    Some(Problem::warning(read.source(first), message).instead("write them under `handles`, `members` or `email` of a team"))
}

#[cfg(test)]
mod tests {
    use model::Team;

    use super::*;

    #[test]
    fn names_that_no_team_has() {
        let team =
            Team { name: "red".into(), handles: vec!["@acme/red".into()], members: vec!["ana@acme.example".into()], ..Team::default() };
        let inventory = Inventory { teams: vec![team], ..Inventory::default() };
        let text = "* @acme/red\n/a @acme/ghost ana@acme.example\n/b @acme/ghost x@acme.example\n/c\n";
        let file = |text: &str| CodeOwnersFile { repository: "github.com/acme/shop".into(), file: "CODEOWNERS".into(), text: text.into() };
        assert_eq!(
            strangers(&inventory, &file(text)).unwrap().to_string(),
            "CODEOWNERS:2: 2 owners belong to no team: @acme/ghost (line 2), x@acme.example (line 3); write them under `handles`, `members` or `email` of a team"
        );
        assert_eq!(strangers(&inventory, &file("* @acme/red\n")), None);
        assert_eq!(strangers(&Inventory::default(), &file(text)), None, "the teams may come later");
    }
}
