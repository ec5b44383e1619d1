//! The pages: what a learner offers, what an organisation was offered.

mod learner;
mod receiver;

pub use learner::{new_page, offer, one, own};
pub use receiver::{answer, received, receiving};

use serde::Deserialize;

use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::recognition::Levels;

/// What links to these pages carry.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
}

/// The evidence that the edition asks of any award that goes out.
fn least_of(shelf: &Shelf) -> Result<Levels, AppError> {
    let rule = shelf.credit_rule();
    let least = Levels::from_values(rule.transferable_identity_level, rule.transferable_supervision_level);
    least.ok_or_else(|| AppError::Fault("the edition names no levels for what goes out".to_owned()))
}
