//! Views in the states they may be in: what the gallery shows and a test looks at. Nothing here runs, or takes room, until somebody asks.

use askama::Template;

use super::Page;

/// A view's samples, drawn: the way it looks when there is little, as much as usual, and as much as can be.
pub type Samples = Vec<askama::Result<String>>;

/// A view and its samples, framed like the page given: the name of the struct, and what draws them.
pub type Exhibit = (&'static str, fn(&Page) -> Samples);

/// The same for a view that something more is needed for: of a subject above.
pub type ExhibitOf<S> = (&'static str, fn(&Page, &S) -> Samples);

/// Draws a view in each of these states.
pub fn drawn<V: Template>(states: impl IntoIterator<Item = V>) -> Samples {
    states.into_iter().map(|state| state.render()).collect()
}

/// Where a sample hangs in the gallery: its own words, and the ways to those beside it.
#[derive(Clone, Debug)]
pub struct Hanging {
    /// `identity · PhonePage · 2`.
    pub words: String,
    /// The address of the one before it.
    pub before: Option<String>,
    /// The address of the one behind it.
    pub after: Option<String>,
}
