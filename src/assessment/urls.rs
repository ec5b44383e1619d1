//! Addresses of this subject's pages; written once.

use crate::curriculum::CourseCode;
use crate::kernel::AttemptId;

/// `/courses/T19/c1`: of learning.
#[must_use]
pub fn lesson(code: CourseCode, id: &str) -> String {
    let name = id.split_once('-').map_or(id, |(_, name)| name);
    format!("/courses/{code}/{name}")
}

/// `/courses/T19/test`.
#[must_use]
pub fn start(code: CourseCode) -> String {
    format!("/courses/{code}/test")
}

/// `/tests/{attempt}`: goes on where one left off.
#[must_use]
pub fn go_on(attempt: AttemptId) -> String {
    format!("/tests/{attempt}")
}

/// `/tests/{attempt}/3`.
#[must_use]
pub fn question(attempt: AttemptId, position: usize) -> String {
    format!("/tests/{attempt}/{position}")
}

/// `/tests/{attempt}/check`.
#[must_use]
pub fn check(attempt: AttemptId) -> String {
    format!("/tests/{attempt}/check")
}

/// `/tests/{attempt}/hand-in`.
#[must_use]
pub fn hand_in(attempt: AttemptId) -> String {
    format!("/tests/{attempt}/hand-in")
}

/// `/tests/{attempt}/result`.
#[must_use]
pub fn result(attempt: AttemptId) -> String {
    format!("/tests/{attempt}/result")
}
