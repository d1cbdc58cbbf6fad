//! ZIP files around a document, so that a fuzzer mutates the document and not its sums.

/// A workbook of one sheet, which is this document. Cells of type `s` may name texts 0 to 3.
#[must_use]
pub fn workbook(sheet: &[u8]) -> Vec<u8> {
    const BOOK: &str = r#"<workbook xmlns:r="urn:r"><sheets><sheet name="Findings" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    const PARTS: &str = r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#;
    const STYLES: &str = r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
    const TEXTS: &str = "<sst><si><t>Severity</t></si><si><t>CVE-2021-44228</t></si><si><t/></si><si><r><t>a</t></r></si></sst>";
    zip(&[
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", PARTS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/sharedStrings.xml", TEXTS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

/// A ZIP of this one member.
#[must_use]
pub fn member(name: &str, content: &[u8]) -> Vec<u8> {
    zip(&[(name, content)])
}

/// The worksheet or the results in a packed report; the bytes themselves where there is none.
#[must_use]
pub fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let read = || {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
        let wanted = |name: &&str| name.starts_with("xl/worksheets/") || *name == "audit.fvdl";
        let name = archive.file_names().filter(wanted).max()?.to_owned();
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_name(&name).ok()?, &mut out).ok()?;
        Some(out)
    };
    read().unwrap_or_else(|| bytes.to_vec())
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, content) in members {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        // In memory nothing of this fails.
        drop(writer.start_file(*path, options));
        drop(std::io::Write::write_all(&mut writer, content));
    }
    writer.finish().map(std::io::Cursor::into_inner).unwrap_or_default()
}
