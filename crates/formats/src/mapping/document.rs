//! A mapping file, read strictly: all that is wrong with it is named in one go, with file, line and key.

use model::Kind;
use yaml::{Node, Value};

use super::expression::{self, Expression, truth};
use super::field;
use super::reference::{self, Base, JsonStep, Reference, RowPath};
use super::{Condition, Mapping, ScanField, Test};

/// Most problems that are named.
const MOST_PROBLEMS: usize = 50;
/// Longest mapping, in bytes.
const LONGEST: usize = 1 << 20;

/// Collects problems and the references that lead outside of the row.
pub(super) struct Context<'a> {
    file: &'a str,
    rows: RowPath,
    problems: Vec<(u32, String)>,
    outer: Vec<Reference>,
}

impl Context<'_> {
    /// Notes a problem of that key.
    pub(super) fn problem(&mut self, line: u32, key: &str, reason: impl AsRef<str>) {
        let place = if line > 0 { format!("{}:{line}: ", self.file) } else { format!("{}: ", self.file) };
        let key = if key.is_empty() { String::new() } else { format!("{key}: ") };
        self.problems.push((line, format!("{place}{key}{}", reason.as_ref())));
    }

    /// How many problems there are.
    pub(super) fn problems(&self) -> usize {
        self.problems.len()
    }

    /// The reference that a scalar holds.
    pub(super) fn reference(&mut self, node: &Node, key: &str) -> Option<Reference> {
        let Some(text) = node.text() else {
            self.problem(node.line, key, format!("needs a column, a path or an expression, found {}", node.kind()));
            return None;
        };
        self.reference_text(text, node.line, key)
    }

    /// The reference of that text.
    pub(super) fn reference_text(&mut self, text: &str, line: u32, key: &str) -> Option<Reference> {
        match reference::reference(text, &self.rows) {
            Ok(mut reference) => {
                if reference.base != Base::Row {
                    reference.slot = self.outer.len();
                    self.outer.push(reference.clone());
                }
                Some(reference)
            }
            Err(reason) => {
                self.problem(line, key, reason);
                None
            }
        }
    }
}

/// Reads a mapping.
pub(super) fn read(file: &str, text: &str) -> Result<Mapping, Vec<String>> {
    let rows = RowPath::Csv { skip: 0, delimiter: None };
    let mut context = Context { file, rows, problems: Vec::new(), outer: Vec::new() };
    if text.len() > LONGEST {
        context.problem(0, "", "the file is larger than 1 MiB");
        return Err(context.problems.into_iter().map(|(_, text)| text).collect());
    }
    let mapping = match yaml::documents(text) {
        Err(error) => {
            context.problem(error.line, "", error.message);
            None
        }
        Ok(documents) => match documents.as_slice() {
            [root] => of_root(root, &mut context),
            [] => {
                context.problem(0, "", "the file is empty");
                None
            }
            [_, second, ..] => {
                context.problem(second.line, "", "a second document; a mapping is one");
                None
            }
        },
    };
    match mapping {
        Some(mapping) if context.problems.is_empty() => Ok(Mapping { text: text.to_owned(), outer: context.outer, ..mapping }),
        _ => {
            let mut problems = context.problems;
            problems.sort_by_key(|(line, _)| *line);
            problems.truncate(MOST_PROBLEMS);
            Err(problems.into_iter().map(|(_, text)| text).collect())
        }
    }
}

const TOP: [&str; 7] = ["version", "tool", "kind", "rows", "complete", "scan", "fields"];

fn of_root(root: &Node, context: &mut Context<'_>) -> Option<Mapping> {
    if !matches!(root.value, Value::Map(_)) {
        context.problem(root.line, "", format!("a mapping has {}; found {}", TOP.join(", "), root.kind()));
        return None;
    }
    known_keys(root, "", &TOP, context);
    match root.get("version") {
        None => context.problem(root.line, "version", "is missing; write `version: 1`"),
        Some(version) if version.text() != Some("1") => context.problem(version.line, "version", "only version 1 is known"),
        Some(_) => {}
    }
    let tool = required_text(root, "tool", "the name of the tool, which decides the stream of its reports", context);
    let rows = root.get("rows");
    if rows.is_none() {
        context.problem(root.line, "rows", "is missing; it says where the rows are, such as {in: json, at: \"results[]\"}");
    }
    // References are read for the rows' container, so the rest waits for it.
    context.rows = rows.and_then(|rows| row_path(rows, context))?;
    let conditions = rows.and_then(|rows| rows.get("where")).map(|node| conditions(node, context)).unwrap_or_default();
    let complete = root.get("complete").is_none_or(|node| truth(node, "complete", context));
    let scan = root.get("scan").map(|node| scan(node, context)).unwrap_or_default();
    let (severity, fields) = match root.get("fields") {
        Some(node) => fields(node, context),
        None => {
            context.problem(root.line, "fields", "is missing; it says which column or path is which field");
            (None, Vec::new())
        }
    };
    let has = |name: &str| root.get("fields").is_some_and(|fields| fields.get(name).is_some());
    if root.get("fields").is_some() && !has("title") && !has("rule") {
        let line = root.get("fields").map_or(root.line, |node| node.line);
        context.problem(line, "fields", "`title` or `rule` is needed: a row without both is no finding");
    }
    let kind = match root.get("kind") {
        Some(node) => {
            let kind = node.text().and_then(Kind::from_word);
            if kind.is_none() {
                let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
                context.problem(node.line, "kind", format!("needs one of {}", words.join(", ")));
            }
            kind
        }
        None if has("kind") => Some(Kind::Pentest),
        None => {
            context.problem(root.line, "kind", "is missing; say what sort of weakness the rows are, such as sast, sca or dast");
            None
        }
    };
    Some(Mapping {
        tool: tool?,
        kind: kind?,
        rows: context.rows.clone(),
        conditions,
        complete,
        scan,
        severity,
        fields,
        outer: Vec::new(),
        text: String::new(),
    })
}

fn row_path(node: &Node, context: &mut Context<'_>) -> Option<RowPath> {
    let container = required_text_in(node, "rows", "in", "json, ndjson, csv, xml or xlsx", context)?;
    let keys: &[&str] = match container.as_str() {
        "json" | "ndjson" | "xml" => &["in", "where", "at"],
        "csv" => &["in", "where", "skip", "delimiter"],
        "xlsx" => &["in", "where", "skip", "sheet"],
        other => {
            let line = node.get("in").map_or(node.line, |node| node.line);
            context.problem(line, "rows.in", format!("`{other}` is none of json, ndjson, csv, xml, xlsx"));
            return None;
        }
    };
    known_keys(node, "rows", keys, context);
    let at = node.get("at");
    let path = at.and_then(Node::text).unwrap_or_default();
    let line = at.map_or(node.line, |at| at.line);
    let skip = node.get("skip").map_or(Some(0), |skip| match skip.text().and_then(|text| text.parse::<u32>().ok()) {
        Some(lines) if lines <= 1000 => Some(lines),
        _ => {
            context.problem(skip.line, "rows.skip", "needs the number of lines before the header, up to 1000");
            None
        }
    });
    match container.as_str() {
        "json" => {
            let steps = json_rows(if path.is_empty() { "[]" } else { path }, line, context)?;
            Some(RowPath::Json(steps))
        }
        "ndjson" if path.is_empty() => Some(RowPath::JsonLines(Vec::new())),
        "ndjson" => json_rows(path, line, context).map(RowPath::JsonLines),
        "xml" => match reference::xml_rows(path) {
            Ok(names) => Some(RowPath::Xml(names)),
            Err(reason) => {
                let reason = if path.is_empty() { "is missing; it names the element of a row, such as report/item" } else { &reason };
                context.problem(line, "rows.at", reason);
                None
            }
        },
        "csv" => {
            let delimiter = match node.get("delimiter") {
                None => None,
                Some(given) => match &given.value {
                    Value::Scalar { text, .. } if text == "tab" || text == "\\t" => Some(b'\t'),
                    Value::Scalar { text, .. } if text.len() == 1 => text.bytes().next(),
                    _ => {
                        context.problem(given.line, "rows.delimiter", "needs one character, or `tab`");
                        None
                    }
                },
            };
            Some(RowPath::Csv { skip: usize::try_from(skip?).ok()?, delimiter })
        }
        _ => Some(RowPath::Xlsx { sheet: node.get("sheet").and_then(Node::text).map(str::to_owned), skip: u64::from(skip?) }),
    }
}

fn json_rows(path: &str, line: u32, context: &mut Context<'_>) -> Option<Vec<JsonStep>> {
    let path = path.trim_start_matches("$.").trim_start_matches('$');
    let reason = match reference::json_steps(path) {
        Err(reason) => reason,
        Ok(steps) if !matches!(steps.last(), Some(JsonStep::Each | JsonStep::Any)) => {
            format!("`{path}` does not end with [] or *: rows are the elements of a list or the members of an object")
        }
        Ok(steps) if steps.iter().any(|step| matches!(step, JsonStep::Index(_))) => {
            "rows lie in all elements ([]), not in one of them".to_owned()
        }
        Ok(steps) => return Some(steps),
    };
    context.problem(line, "rows.at", reason);
    None
}

fn conditions(node: &Node, context: &mut Context<'_>) -> Vec<Condition> {
    let mut out = Vec::new();
    if node.items().is_empty() {
        context.problem(node.line, "rows.where", "needs a list of conditions, such as [{from: status, not_in: [passed]}]");
    }
    for (at, item) in node.items().iter().enumerate() {
        let key = format!("rows.where[{at}]");
        known_keys(item, &key, &["from", "in", "not_in", "present"], context);
        let Some(from) = item.get("from") else {
            context.problem(item.line, &key, "needs `from`, the column or path that is looked at");
            continue;
        };
        let Some(of) = expression::read(from, &format!("{key}.from"), context) else { continue };
        let tests: Vec<&str> = ["in", "not_in", "present"].into_iter().filter(|name| item.get(name).is_some()).collect();
        let &[name] = tests.as_slice() else {
            context.problem(item.line, &key, "needs one of in, not_in, present");
            continue;
        };
        let Some(value) = item.get(name) else { continue };
        let inner = format!("{key}.{name}");
        let test = if name == "present" {
            Test::Present(truth(value, &inner, context))
        } else {
            let words: Vec<String> = value.items().iter().filter_map(|word| word.text().map(|word| word.trim().to_lowercase())).collect();
            if words.is_empty() || words.len() != value.items().len() {
                context.problem(value.line, &inner, "needs a list of words");
            }
            if name == "in" { Test::In(words) } else { Test::NotIn(words) }
        };
        out.push(Condition { of, test });
    }
    out
}

fn scan(node: &Node, context: &mut Context<'_>) -> Vec<(ScanField, Expression)> {
    let names = ScanField::ALL.map(|(name, _)| name);
    known_keys(node, "scan", &names, context);
    let mut out = Vec::new();
    for (name, field) in ScanField::ALL {
        if let Some(node) = node.get(name)
            && let Some(expression) = expression::read(node, &format!("scan.{name}"), context)
        {
            out.push((field, expression));
        }
    }
    out
}

type Fields = (Option<Expression>, Vec<(&'static field::Field, Expression)>);

fn fields(node: &Node, context: &mut Context<'_>) -> Fields {
    let mut names: Vec<&str> = field::fields().map(|field| field.name).collect();
    names.push("severity");
    known_keys(node, "fields", &names, context);
    let severity = node.get("severity").and_then(|node| expression::read(node, "fields.severity", context));
    let mut out = Vec::new();
    for field in field::fields() {
        if let Some(node) = node.get(field.name)
            && let Some(expression) = expression::read(node, &format!("fields.{}", field.name), context)
        {
            out.push((field, expression));
        }
    }
    (severity, out)
}

fn known_keys(node: &Node, key: &str, known: &[&str], context: &mut Context<'_>) {
    if !matches!(node.value, Value::Map(_)) {
        context.problem(node.line, key, format!("needs a mapping with {}, found {}", known.join(", "), node.kind()));
        return;
    }
    for (name, _) in node.entries() {
        if !known.contains(&name.text.as_str()) {
            let inner = if key.is_empty() { name.text.clone() } else { format!("{key}.{}", name.text) };
            context.problem(name.line, &inner, unknown_key(&name.text, known));
        }
    }
}

/// What to write instead of a key that is not known.
pub(super) fn unknown_key(name: &str, known: &[&str]) -> String {
    let folded = crate::read::csv::fold(name);
    let near = known.iter().find(|known| {
        let known = crate::read::csv::fold(known);
        let last = known.len().saturating_sub(folded.len());
        known == folded || known.get(last..) == Some(folded.as_str()) && folded.len() > 2 || distance(&known, &folded) <= 2
    });
    match near {
        Some(near) => format!("there is no such key; did you mean `{near}`?"),
        None => format!("there is no such key; there are {}", known.join(", ")),
    }
}

/// Letters to change to make one word of the other; of short words, up to their length.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(40).collect(), b.chars().take(40).collect());
    if a.len() < 4 || b.len() < 4 {
        return a.len().max(b.len());
    }
    let mut before: Vec<usize> = (0..=b.len()).collect();
    for (row, x) in a.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, y) in b.iter().enumerate() {
            let replaced = before.get(column).copied().unwrap_or_default() + usize::from(x != y);
            let removed = before.get(column + 1).copied().unwrap_or_default() + 1;
            let added = line.last().copied().unwrap_or_default() + 1;
            line.push(replaced.min(removed).min(added));
        }
        before = line;
    }
    before.last().copied().unwrap_or_default()
}

fn required_text(node: &Node, key: &str, about: &str, context: &mut Context<'_>) -> Option<String> {
    required_text_in(node, "", key, about, context)
}

fn required_text_in(node: &Node, outer: &str, key: &str, about: &str, context: &mut Context<'_>) -> Option<String> {
    let full = if outer.is_empty() { key.to_owned() } else { format!("{outer}.{key}") };
    match node.get(key) {
        None => {
            context.problem(node.line, &full, format!("is missing: {about}"));
            None
        }
        Some(value) => {
            let text = value.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty() && text.len() <= 200);
            if text.is_none() {
                context.problem(value.line, &full, format!("needs a text of up to 200 letters: {about}"));
            }
            text
        }
    }
}
