//! When the next try may begin: the first retries wait for nothing, after that a lesson of what was missed comes first.

/// How an attempt that is over came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Enough was right.
    Passed,
    /// Not yet.
    Failed,
}

/// The last attempt that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Its number, from 1.
    pub number: i64,
    /// How it came out.
    pub outcome: Outcome,
    /// Whether a lesson of what it missed has been gone through since.
    pub lesson_since: bool,
}

/// Whether a test may be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Now,
    /// After a lesson of what was missed.
    LessonFirst,
}

/// Whether another test may begin after `last`. The first try and `free_retries` after it wait for nothing: with three of them a lesson
/// comes before the fifth try.
#[must_use]
pub fn turn(last: Option<&Closed>, free_retries: i64) -> Turn {
    match last {
        Some(last) if last.outcome == Outcome::Failed && last.number > free_retries && !last.lesson_since => Turn::LessonFirst,
        _ => Turn::Now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_retries_wait_for_nothing_and_then_a_lesson_comes_first() {
        let cases = [
            (None, Turn::Now),
            (Some((1, Outcome::Failed, false)), Turn::Now),
            (Some((3, Outcome::Failed, false)), Turn::Now),
            (Some((4, Outcome::Failed, false)), Turn::LessonFirst),
            (Some((4, Outcome::Failed, true)), Turn::Now),
            (Some((4, Outcome::Passed, false)), Turn::Now),
            (Some((9, Outcome::Failed, false)), Turn::LessonFirst),
            (Some((9, Outcome::Passed, false)), Turn::Now),
        ];
        for (last, expected) in cases {
            let last = last.map(|(number, outcome, lesson_since)| Closed { number, outcome, lesson_since });
            assert_eq!(turn(last.as_ref(), 3), expected, "{last:?}");
        }
    }
}
