use super::*;
use std::io::Write;

/// A workbook of one sheet with these rows of XML, as a spreadsheet program packs it.
fn workbook(rows: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    for (path, content) in [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "xl/workbook.xml",
            format!(
                "<workbook {main} xmlns:r=\"urn:r\"><sheets><sheet name=\"About\" sheetId=\"1\" r:id=\"rId7\"/><sheet name=\"Findings &amp; more\" \
                 sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId2\" Target=\"/xl/worksheets/two.xml\"/><Relationship Id=\"rId7\" \
             Target=\"worksheets/one.xml\"/></Relationships>"
                .to_owned(),
        ),
        (
            "xl/styles.xml",
            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
             <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
                .to_owned(),
        ),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>Title</t></si><si><r><t>one </t></r><r><t>&lt;two&gt;</t></r><rPh><t>no</t></rPh></si><si/></sst>".to_owned(),
        ),
        ("xl/worksheets/one.xml", "<worksheet><sheetData/></worksheet>".to_owned()),
        ("xl/worksheets/two.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ] {
        writer.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const ROWS: &str = "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"C2\" t=\"inlineStr\"><is><t>Day</t></is></c></row>\
    <row r=\"3\"><c r=\"A3\"/></row>\
    <row r=\"4\"><c r=\"A4\" t=\"s\"><v>1</v></c><c r=\"B4\"><f>1+1</f><v>8.1999999999999993</v></c><c r=\"C4\" s=\"1\"><v>45658</v></c>\
    <c r=\"E4\" t=\"b\"><v>1</v></c></row>";

fn read(bytes: &[u8], sheet: &str) -> Result<Vec<(u64, Vec<String>)>, ParseError> {
    let mut out = Vec::new();
    Workbook::open(Cow::Borrowed(bytes))?.rows(sheet, |number, cells| {
        out.push((number, cells.to_vec()));
        Ok(true)
    })?;
    Ok(out)
}

#[test]
fn cells_are_texts_and_blank_rows_are_none() {
    let bytes = workbook(ROWS);
    assert!(is_workbook(&bytes));
    let found = read(&bytes, "Findings & more").unwrap();
    let expected = [(2, vec!["Title", "", "Day"]), (4, vec!["one <two>", "8.2", "2025-01-01", "", "true"])];
    assert_eq!(found, expected.map(|(number, cells)| (number, cells.into_iter().map(str::to_owned).collect())));
    assert_eq!(read(&bytes, "About").unwrap(), []);
    assert!(read(&bytes, "Other").unwrap_err().reason.contains("About, Findings & more"));
}

#[test]
fn rows_by_the_names_of_their_columns() {
    let mut sink = |_| {};
    let mut out = Output::new("x", &mut sink);
    let mut found = Vec::new();
    let input = Input::from_bytes("x.xlsx", workbook(ROWS));
    each(&input, &mut out, Some("Findings & more"), 0, |_, row| found.push((row.line, row.text(&["title"]), row.text(&["day"])))).unwrap();
    assert_eq!(found, [(4, Some("one <two>".to_owned()), Some("2025-01-01".to_owned()))]);
}

#[test]
fn damaged_workbooks_and_too_many_rows_are_errors() {
    let bytes = workbook(ROWS);
    for end in [0, 10, bytes.len() / 2, bytes.len() - 5] {
        assert!(Workbook::open(Cow::Borrowed(bytes.get(..end).unwrap())).is_err(), "{end}");
        assert!(!is_workbook(bytes.get(..end).unwrap()), "{end}");
    }
    assert!(read(&workbook("<row r=\"9999999\"><c><v>1</v></c></row>"), "Findings & more").is_err());
    assert!(read(&workbook("<row><c r=\"ZZZZ1\"><v>1</v></c></row>"), "Findings & more").unwrap().is_empty());
    assert!(read(&workbook("<row r=\"1\"><c r=\"A1\"><v>1</v></c>"), "Findings & more").is_err(), "a part that breaks off");
}
