//! The pages: what a learner offers, what an organisation was offered.

mod learner;
mod receiver;

pub use learner::{new_page, offer, one, own};
pub use receiver::{answer, received, receiving};

use serde::Deserialize;

use crate::curriculum::{CourseCode, Shelf};
use crate::error::AppError;
use crate::kernel::Credits;
use crate::recognition::Levels;

/// What links to these pages carry.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
}

fn parse<T: std::str::FromStr>(text: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

fn worth_of(shelf: &Shelf, unit: &str) -> Option<Credits> {
    CourseCode::parse(unit).and_then(|code| shelf.credits_of(code))
}

/// The evidence that the edition asks of any award that goes out.
fn least_of(shelf: &Shelf) -> Result<Levels, AppError> {
    let rule = shelf.credit_rule();
    let least = Levels::from_values(rule.transferable_identity_level, rule.transferable_supervision_level);
    least.ok_or_else(|| AppError::Fault("the edition names no levels for what goes out".to_owned()))
}

fn unit_words(shelf: &Shelf, unit: &str) -> String {
    let course = CourseCode::parse(unit).and_then(|code| shelf.course(code));
    course.map_or_else(|| unit.to_owned(), |course| course.title.clone())
}
