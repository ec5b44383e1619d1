//! The practice that was stopped in the middle, as a cookie keeps it: no row for a tap, and yet it survives a closed browser.

use super::planner::Paused;
use crate::curriculum::CourseCode;
use crate::kernel::{LearnerId, Timestamp, digest_of};

/// The cookie's name.
pub(super) const PRACTICE_COOKIE: &str = "practice";
/// How long it is kept.
pub(super) const KEPT_DAYS: i64 = 30;
/// The longest run that is read.
const MOST_RUN: usize = 1000;
/// Stands where nobody was signed in.
const NOBODY: &str = "-";
/// Characters that tell whose it is, on a browser that several people use.
const OWNER_CHARS: usize = 8;

/// The cookie of `paused`: whose, which course, when, the run.
pub(super) fn write(paused: &Paused, owner: Option<LearnerId>) -> String {
    format!("{}.{}.{}.{}", owner_mark(owner), paused.course, paused.at.ms(), paused.run)
}

/// The practice that `cookie` keeps; `None` where it is somebody else's or no cookie of ours. What was stopped before signing in is whose
/// who signs in.
pub(super) fn read(cookie: &str, owner: Option<LearnerId>) -> Option<Paused> {
    let mut parts = cookie.splitn(4, '.');
    let mark = parts.next()?;
    let is_own = mark == NOBODY || mark == owner_mark(owner);
    let course = CourseCode::parse(parts.next()?)?;
    let at = Timestamp::from_ms(parts.next()?.parse().ok()?);
    let run = parts.next().filter(|run| run.len() <= MOST_RUN)?.to_owned();
    is_own.then_some(Paused { course, run, at })
}

fn owner_mark(owner: Option<LearnerId>) -> String {
    let Some(owner) = owner else { return NOBODY.to_owned() };
    let digest = digest_of(&[b"practice", owner.uuid().as_bytes()]).to_string();
    digest.chars().take(OWNER_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stopped_comes_back_to_who_stopped_it_and_to_nobody_else() {
        let owner = |n: u128| Some(LearnerId::from_uuid(uuid::Uuid::from_u128(n)));
        let course = CourseCode::parse("T19").unwrap();
        let paused = Paused { course, run: "a-B_9".to_owned(), at: Timestamp::from_ms(7) };
        let cases = [
            (None, None, true),
            (None, owner(1), true),
            (owner(1), owner(1), true),
            (owner(1), owner(2), false),
            (owner(1), None, false),
        ];
        for (wrote, reads, is_given) in cases {
            assert_eq!(read(&write(&paused, wrote), reads), is_given.then(|| paused.clone()), "{wrote:?} {reads:?}");
        }
        for cookie in ["", "-", "-.T19", "-.T19.x.y", "-.T99x.7.y", "T19.7.y"] {
            assert_eq!(read(cookie, None), None, "{cookie}");
        }
    }
}
