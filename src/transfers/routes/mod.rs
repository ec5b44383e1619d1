//! The pages: what a learner offers, what an organisation was offered.

mod learner;
mod receiver;

pub use learner::{new_page, offer, one, own};
pub use receiver::{answer, received, receiving};

use serde::Deserialize;

/// What links to these pages carry.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
}
