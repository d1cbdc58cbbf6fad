//! Names of request parameters that the code shown by a tool reads. They let a web finding be suggested beside the code that answers it,
//! after the code itself was dropped. Only names in the place of a name are taken (`params["id"]`, `req.query.id`), never other literals, so
//! that no secret value can be among them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

/// Most names of one finding.
const MOST: usize = 8;

/// Code beyond this many characters is not looked at.
const LONGEST: usize = 4000;

/// `params["id"]`, `request.args.get('id')`, `getParameter("id")`, `$_GET['id']`, `params[:id]`, `r.FormValue("id")`.
static INDEXED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)\b_?(?:param(?:s|eter)?s?|args|form|values|query|body|cookies?|headers?|get|post|request|getparameter(?:values)?|formvalue|queryvalue|postformvalue|requestparam|pathvariable)\s*[\[(]\s*(?::|["'])([a-z_][\w-]{0,39})\b["']?"#).ok()
});

/// `req.query.id`, `request.body.id`, `req.params.id`.
static MEMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\breq(?:uest)?\.(?:query|body|params|cookies)\.([a-z_]\w{0,39})").ok());

/// Names of parameters that the code reads, folded, sorted.
#[must_use]
pub fn inputs(code: &str) -> Vec<String> {
    let end = code.char_indices().nth(LONGEST).map_or(code.len(), |(at, _)| at);
    let code = code.get(..end).unwrap_or(code);
    let found = [&INDEXED, &MEMBER].into_iter().filter_map(|pattern| pattern.as_ref()).flat_map(|pattern| pattern.captures_iter(code));
    let names: BTreeSet<String> = found.filter_map(|c| c.get(1)).map(|name| name.as_str().to_ascii_lowercase()).collect();
    names.into_iter().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::inputs;

    #[test]
    fn names_in_the_place_of_a_name() {
        assert_eq!(inputs(r#"cursor.execute("SELECT * FROM t WHERE id=" + params["id"])"#), ["id"]);
        assert_eq!(inputs("const preTax = eval(req.body.preTax);"), ["pretax"]);
        assert_eq!(inputs("q = request.args.get('term') or $_GET['page']"), ["page", "term"]);
        assert_eq!(inputs(r#"String x = request.getParameter("owner");"#), ["owner"]);
        assert_eq!(inputs("User.where(name: params[:name])"), ["name"]);
    }

    #[test]
    fn no_other_literal() {
        assert!(inputs(r#"password = "hunter2"; connect("db", "tr0ub4dor"); x = rows[3]"#).is_empty());
        assert!(inputs(&"params[".repeat(50_000)).is_empty());
    }
}
