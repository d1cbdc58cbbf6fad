//! Tables in HTML pages that tools write from a template. The pages are rarely well-formed XML, so they are cut at the tags of rows and cells;
//! scripts are not run, and nothing is fetched. Tags are expected in lower case.

/// The cells of every row of the page, in order, as HTML. Row by row, so that a page of any size is gone through once.
pub fn rows(page: &str) -> impl Iterator<Item = Vec<&str>> {
    page.split("<tr").skip(1).map(|row| cells(row.split_once("</tr").map_or(row, |(row, _)| row)))
}

fn cells(row: &str) -> Vec<&str> {
    let is_cell =
        |part: &&str| part.starts_with(['d', 'h']) && part.get(1..).is_some_and(|rest| rest.starts_with(['>', ' ', '\t', '\n', '\r']));
    let content = |part: &'_ str| -> Option<usize> { part.find('>').map(|at| at + 1) };
    row.split("<t")
        .skip(1)
        .filter(is_cell)
        .filter_map(|part| part.get(content(part)?..))
        .map(|text| text.split_once("</t").map_or(text, |(text, _)| text))
        .collect()
}

/// The value of an attribute where this text has a tag with it: `href="…"`. In either kind of quotes.
#[must_use]
pub fn attribute<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = html.split_once(&format!("{name}="))?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest.get(1..)?.split_once(quote).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_rows() {
        let page = "<table><thead><tr class=x><th>A</th><th width=\"1\">B</th></tr></thead>\n<tr>\n\t<td\n>1 <b>x</b></td><td></td></tr><tr><td>cut";
        let found: Vec<_> = rows(page).collect();
        assert_eq!(found, [vec!["A", "B"], vec!["1 <b>x</b>", ""], vec!["cut"]]);
    }

    #[test]
    fn attributes_in_either_quotes() {
        assert_eq!(attribute("<a id=\"7\" href='x'>", "href"), Some("x"));
        assert_eq!(attribute("<a id=\"7\">", "id"), Some("7"));
        assert_eq!(attribute("<a id=7>", "id"), None);
    }
}
