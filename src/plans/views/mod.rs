//! The pages of this subject.

mod learner;
mod staff;

pub(super) use learner::{OwnItem, OwnPlanPage, OwnPlansPage, OwnRow, Stand};
pub(super) use staff::{Choices, ChoosePage, CoverageRow, FormPage, ItemRow, PeoplePage, PlanPage, PlanRow, PlansPage};

use super::Head;
use crate::i18n::Lang;
use crate::web::day_words;

/// From when until when, in words.
pub(super) fn period_words(lang: Lang, head: &Head) -> String {
    lang.fill("plans-period-words", &[("from", &day_words(lang, head.from)), ("until", &day_words(lang, head.until))])
}
