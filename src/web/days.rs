//! Days in words.

use crate::i18n::Lang;
use crate::kernel::Day;

/// A day as people say it: 2026 年 8 月 6 日, kept on one line. Tables show the figures alone.
#[must_use]
pub fn day_words(lang: Lang, day: Day) -> String {
    let (year, month, day) = day.parts();
    lang.fill("day-words", &[("year", &year.to_string()), ("month", &month.to_string()), ("day", &day.to_string())])
}
