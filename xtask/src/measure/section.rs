//! A part of the page of measurements, between its markers.

use crate::Done;
use crate::repository::root;

const PAGE: &str = "docs/measurements.md";

/// Replaces a part of the page; the rest stays as it is.
pub(super) fn write(name: &str, text: &str) -> Done {
    let file = root().join(PAGE);
    let page = std::fs::read_to_string(&file).map_err(|error| format!("{PAGE}: {error}"))?;
    std::fs::write(&file, replaced(&page, name, text)?).map_err(|error| format!("{PAGE}: {error}"))?;
    crate::run::say(&format!("written to {PAGE}"));
    Ok(())
}

fn replaced(page: &str, name: &str, text: &str) -> Done<String> {
    let (begin, end) = (format!("<!-- {name}: written by cargo xtask measure -->"), format!("<!-- end of {name} -->"));
    let missing = || format!("{PAGE} lacks the line `{begin}` or, behind it, `{end}`");
    let (before, rest) = page.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    Ok(format!("{before}{begin}\n\n{}\n\n{end}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_is_replaced() {
        let page = "# A\n<!-- b: written by cargo xtask measure -->\nold\n<!-- end of b -->\n## C\n";
        let new = replaced(page, "b", "\nnew\n").unwrap();
        assert_eq!(new, "# A\n<!-- b: written by cargo xtask measure -->\n\nnew\n\n<!-- end of b -->\n## C\n");
        assert_eq!(replaced(&new, "b", "new").unwrap(), new);
        assert!(replaced(page, "c", "new").unwrap_err().contains("end of c"));
    }
}
