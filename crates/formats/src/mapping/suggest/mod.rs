//! Proposes a mapping for a file in no known format, from the names of its columns and what stands in them.
//!
//! The proposal is a start for a person, who knows what the tool means: every line says how sure it is and why.

mod guess;
mod sample;
mod shape;
mod looks;
mod write;

use crate::{Input, Media};

pub use guess::{Guess, Sure};

/// A proposed mapping.
#[derive(Clone, Debug)]
pub struct Suggestion {
    pub media: Media,
    /// The mapping as YAML, with comments.
    pub yaml: String,
    /// What was guessed, by field.
    pub guesses: Vec<Guess>,
    /// Columns and paths that were given to no field.
    pub unused: Vec<String>,
}

/// Proposes a mapping. `mask` masks what looks like a secret in the values that the comments show.
///
/// # Errors
/// When the file is in no container that mappings read, or no rows are found in it.
pub fn suggest(input: &Input, mask: &dyn Fn(&str) -> String) -> Result<Suggestion, String> {
    let sampled = sample::tables(input)?;
    let best = sampled
        .tables
        .into_iter()
        .filter(|table| !table.columns.is_empty())
        .map(|table| {
            let guesses = guess::guess(&table);
            (guess::weight(&guesses, &table), table, guesses)
        })
        .max_by_key(|(weight, ..)| *weight);
    let Some((_, table, mut guesses)) = best else {
        return Err("no rows were found: no list of objects, no table, no element that is repeated".to_owned());
    };
    let unused = table.columns.iter().map(|column| &column.reference).filter(|name| !guesses.iter().any(|guess| guess.reference == **name));
    let unused: Vec<String> = unused.cloned().collect();
    for guess in &mut guesses {
        // Values of such columns are what a report must not leak.
        if matches!(guess.field, "secret" | "snippet" | "request" | "response") {
            guess.examples.clear();
        }
        guess.examples.iter_mut().for_each(|example| *example = mask(example));
    }
    let yaml = write::write(input.name(), sampled.media, &table, &guesses, &unused);
    Ok(Suggestion { media: sampled.media, yaml, guesses, unused })
}
