//! `muster formats`

use std::io::{Write, stdout};

use formats::FORMATS;
use serde_json::json;

use crate::failure::Failure;

#[derive(clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments, as_json: bool) -> Result<(), Failure> {
    let mut out = stdout().lock();
    if as_json {
        let rows: Vec<_> = FORMATS
            .iter()
            .map(|format| {
                let media: Vec<_> = format.media.iter().map(|media| media.word()).collect();
                json!({"id": format.id, "name": format.name, "kinds": format.kinds, "media": media, "status": format.status.word()})
            })
            .collect();
        serde_json::to_writer(&mut out, &rows).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    for format in FORMATS {
        let kinds: Vec<_> = format.kinds.iter().map(|kind| kind.word()).collect();
        writeln!(out, "{:<24} {:<38} {:<10} {}", format.id, format.name, format.status.word(), kinds.join(", "))?;
    }
    writeln!(out, "{} formats, by id", FORMATS.len())?;
    Ok(())
}
