//! Where a value stands: a column, or a path from the row, from what is around it, or from the top.

use crate::Media;
use crate::read::csv::fold;

/// Most steps of a path.
const MOST_STEPS: usize = 32;

/// Where the rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowPath {
    /// Ends with `Each` or `Any`.
    Json(Vec<JsonStep>),
    /// Inside a line; empty where the line is the row.
    JsonLines(Vec<JsonStep>),
    /// Names of elements, the row's last.
    Xml(Vec<String>),
    Csv {
        skip: usize,
        delimiter: Option<u8>,
    },
    Xlsx {
        sheet: Option<String>,
        skip: u64,
    },
}

impl RowPath {
    pub(super) fn media(&self) -> Media {
        match self {
            Self::Json(_) => Media::Json,
            Self::JsonLines(_) => Media::JsonLines,
            Self::Xml(_) => Media::Xml,
            Self::Csv { .. } => Media::Csv,
            Self::Xlsx { .. } => Media::Xlsx,
        }
    }

    /// Levels around a row that a reference can go up; none where they are not bounded by the path.
    fn levels(&self) -> Option<usize> {
        match self {
            Self::Json(steps) | Self::JsonLines(steps) => Some(levels(steps)),
            Self::Xml(_) => None,
            Self::Csv { .. } | Self::Xlsx { .. } => Some(0),
        }
    }
}

/// How many arrays and maps of rows a path goes through.
pub(super) fn levels(steps: &[JsonStep]) -> usize {
    steps.iter().filter(|step| matches!(step, JsonStep::Each | JsonStep::Any)).count()
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JsonStep {
    Key(String),
    Index(usize),
    /// `[]`: every element.
    Each,
    /// `*`: every member.
    Any,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct XmlStep {
    pub(super) name: String,
    /// `[@attribute='value']`
    pub(super) with: Option<(String, String)>,
}

/// From where a path starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Row,
    /// So many levels around the row.
    Up(usize),
    Top,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Path {
    /// Folded name of a column.
    Column(String),
    /// 0-based.
    ColumnNumber(usize),
    Json(Vec<JsonStep>),
    /// The name under which the row stands in a map.
    JsonKey,
    Xml {
        steps: Vec<XmlStep>,
        attribute: Option<String>,
    },
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) base: Base,
    pub(super) path: Path,
    /// As it was written.
    pub(super) text: String,
    /// Its place among those that lead outside of the row.
    pub(super) slot: usize,
}

/// Reads a reference for rows that lie there.
pub(super) fn reference(text: &str, rows: &RowPath) -> Result<Reference, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("an empty reference".to_owned());
    }
    let of = |base, path| Ok(Reference { base, path, text: text.to_owned(), slot: usize::MAX });
    if let RowPath::Csv { .. } | RowPath::Xlsx { .. } = rows {
        if let Some(number) = text.strip_prefix('#').and_then(|digits| digits.parse::<usize>().ok()) {
            let position = number.checked_sub(1).ok_or("columns count from #1")?;
            return of(Base::Row, Path::ColumnNumber(position));
        }
        let name = fold(text);
        return if name.is_empty() { Err(format!("`{text}` is no name of a column")) } else { of(Base::Row, Path::Column(name)) };
    }
    let ups = text.chars().take_while(|c| *c == '^').count();
    let (base, rest) = if ups > 0 {
        (Base::Up(ups), text.get(ups..).unwrap_or_default())
    } else if let Some(rest) = text.strip_prefix('$') {
        (Base::Top, rest.trim_start_matches(['.', '/']))
    } else {
        (Base::Row, text)
    };
    if let (Base::Up(ups), Some(levels)) = (base, rows.levels())
        && ups > levels
    {
        return Err(format!("`{text}` goes {ups} levels up, and there are {levels} around a row"));
    }
    // As many levels up as there are is the top.
    let base = if rows.levels().is_some_and(|levels| base == Base::Up(levels)) { Base::Top } else { base };
    match rows {
        RowPath::Xml(_) => of(base, xml_path(rest)?),
        _ if rest == "@key" => of(base, Path::JsonKey),
        _ => of(base, Path::Json(json_steps(rest)?)),
    }
}

/// Reads a JSON path: `a.b[0].c[]`, `a["b.c"]`, `a.*`; `.` or nothing is the value itself.
pub(super) fn json_steps(text: &str) -> Result<Vec<JsonStep>, String> {
    let mut steps = Vec::new();
    let mut rest = if text == "." { "" } else { text };
    while !rest.is_empty() {
        if steps.len() >= MOST_STEPS {
            return Err(format!("more than {MOST_STEPS} steps"));
        }
        if let Some(inside) = rest.strip_prefix('[') {
            if let Some(quoted) = inside.strip_prefix(['"', '\'']) {
                let quote = inside.chars().next().unwrap_or('"');
                let (key, after) = quoted.split_once(quote).ok_or("a name in brackets lacks its closing quote")?;
                steps.push(JsonStep::Key(key.to_owned()));
                rest = after.strip_prefix(']').ok_or("`]` is missing")?;
            } else {
                let (number, after) = inside.split_once(']').ok_or("`]` is missing")?;
                steps.push(match number.trim() {
                    "" => JsonStep::Each,
                    "*" => JsonStep::Any,
                    number => JsonStep::Index(number.parse().map_err(|_| format!("`[{number}]` is neither `[]` nor a position"))?),
                });
                rest = after;
            }
            rest = rest.strip_prefix('.').unwrap_or(rest);
            continue;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return Err("a name is missing between two dots".to_owned());
        }
        steps.push(if name == "*" { JsonStep::Any } else { JsonStep::Key(name.to_owned()) });
        rest = match after.strip_prefix('.') {
            Some("") => return Err("a name is missing behind the last dot".to_owned()),
            Some(next) => next,
            None => after,
        };
    }
    Ok(steps)
}

/// Reads an XML path: `a/b/@c`, `tag[@name='cvss']`, `@id`; `.` or nothing is the text of the element itself.
fn xml_path(text: &str) -> Result<Path, String> {
    let (mut steps, mut attribute) = (Vec::new(), None);
    let mut rest = if text == "." { "" } else { text };
    while !rest.is_empty() {
        if attribute.is_some() {
            return Err("an attribute has nothing inside it".to_owned());
        }
        if steps.len() >= MOST_STEPS {
            return Err(format!("more than {MOST_STEPS} steps"));
        }
        let end = end_of_step(rest);
        let step = rest.get(..end).unwrap_or_default();
        rest = rest.get(end + 1..).unwrap_or_default();
        if let Some(name) = step.strip_prefix('@') {
            attribute = Some(name.to_owned());
            continue;
        }
        let (name, with) = match step.split_once('[') {
            None => (step, None),
            Some((name, condition)) => {
                let wrong = || format!("`[{condition}` is no condition; write it as [@attribute='value']");
                let (key, value) = condition.strip_suffix(']').and_then(|inside| inside.split_once('=')).ok_or_else(wrong)?;
                let key = key.trim().strip_prefix('@').ok_or_else(wrong)?;
                (name, Some((key.to_owned(), value.trim().trim_matches(['"', '\'']).to_owned())))
            }
        };
        if name.is_empty() || name.contains(|c: char| c.is_whitespace()) {
            return Err(format!("`{name}` is no name of an element"));
        }
        // Elements are compared without their namespace's prefix.
        let name = name.rsplit(':').next().unwrap_or(name).to_owned();
        steps.push(XmlStep { name, with });
    }
    Ok(Path::Xml { steps, attribute })
}

/// Where a step ends: at the next slash outside of brackets.
fn end_of_step(text: &str) -> usize {
    let mut inside = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            '/' if !inside => return at,
            _ => {}
        }
    }
    text.len()
}

/// Reads the path of the rows of an XML document: names from the outside in.
pub(super) fn xml_rows(text: &str) -> Result<Vec<String>, String> {
    let names: Vec<String> = text.trim_matches('/').split('/').map(|name| name.rsplit(':').next().unwrap_or(name).to_owned()).collect();
    if names.iter().any(|name| name.is_empty() || name.contains(['@', '[', '*', ' ', '$', '^'])) || names.len() > MOST_STEPS {
        return Err(format!("`{text}` is no path of names of elements"));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_paths() {
        use JsonStep::*;
        let key = |name: &str| Key(name.to_owned());
        assert_eq!(json_steps("a.b[0].c[]").unwrap(), [key("a"), key("b"), Index(0), key("c"), Each]);
        assert_eq!(json_steps("a[\"b.c\"].*[]").unwrap(), [key("a"), key("b.c"), Any, Each]);
        assert_eq!(json_steps(".").unwrap(), []);
        for wrong in ["a..b", "a.", "a[x]", "a[", "a[\"b]"] {
            assert!(json_steps(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn levels_are_bounded() {
        let rows = RowPath::Json(json_steps("files[].issues[]").unwrap());
        assert_eq!(reference("^path", &rows).unwrap().base, Base::Up(1));
        assert_eq!(reference("^^when", &rows).unwrap().base, Base::Top);
        assert!(reference("^^^x", &rows).unwrap_err().contains("levels"));
        assert_eq!(reference("$.tool.name", &rows).unwrap().path, Path::Json(json_steps("tool.name").unwrap()));
    }

    #[test]
    fn xml_paths() {
        let rows = RowPath::Xml(xml_rows("/report/item").unwrap());
        let path = reference("^host/tag[@name='os/kind']/@v", &rows).unwrap();
        let steps = vec![
            XmlStep { name: "host".into(), with: None },
            XmlStep { name: "tag".into(), with: Some(("name".into(), "os/kind".into())) },
        ];
        assert_eq!((path.base, path.path), (Base::Up(1), Path::Xml { steps, attribute: Some("v".into()) }));
        assert!(reference("@id/x", &rows).is_err());
        assert!(reference("a[b=c]", &rows).is_err());
    }
}
