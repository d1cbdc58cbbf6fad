//! The one clock of the command line.

use model::Timestamp;

/// Now.
pub(crate) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the binary is where time comes in")]
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(elapsed.map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)))
}

/// A time argument; without a zone it is UTC, with a warning.
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    let (at, stated) = Timestamp::parse(text).map_err(|error| error.to_string())?;
    if !stated && text.len() > 10 {
        use std::io::Write;
        // Nobody is there to read it where stderr is gone.
        let _ = writeln!(std::io::stderr(), "warning: `{text}` has no zone; taken as UTC");
    }
    Ok(at)
}
