//! Where somebody at the door wanted to go: why it asks who they are, and a way back that does not lead to the same door again.

use crate::web::local_path;

/// The message that says why one is asked to sign in; none where nothing was wanted, or nothing that needs it.
#[must_use]
pub(super) fn reason_of(back: &str) -> Option<&'static str> {
    let path = back.split(['?', '#']).next().unwrap_or_default();
    let is_in = |room: &str| path.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if is_in("/passbook") {
        Some("identity-why-passbook")
    } else if is_in("/tests") || is_test_of_a_course(path) {
        Some("identity-why-test")
    } else if is_in("/me") {
        Some("identity-why-me")
    } else if path.starts_with("/help/") {
        Some("identity-why-help")
    } else if is_in("/staff") {
        Some("identity-why-staff")
    } else if is_in("/courses") {
        Some("identity-why-learn")
    } else {
        None
    }
}

/// A page that opens without signing in: that of the course where its test was wanted, the first page where something of one's own was.
#[must_use]
pub(super) fn way_back(back: &str) -> &str {
    let path = back.split(['?', '#']).next().unwrap_or_default();
    if is_test_of_a_course(path) {
        return path.strip_suffix("/test").unwrap_or("/");
    }
    match reason_of(back) {
        None | Some("identity-why-learn") => local_path(back),
        Some(_) => "/",
    }
}

fn is_test_of_a_course(path: &str) -> bool {
    path.starts_with("/courses/") && path.ends_with("/test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_says_why_it_asks_and_leads_back_to_a_page_that_is_open() {
        let cases = [
            ("", None, "/"),
            ("/", None, "/"),
            ("/passbook", Some("identity-why-passbook"), "/"),
            ("/passbook/hours?year=2026", Some("identity-why-passbook"), "/"),
            ("/passbooks", None, "/passbooks"),
            ("/courses/T19/test", Some("identity-why-test"), "/courses/T19"),
            ("/tests/1/2", Some("identity-why-test"), "/"),
            ("/me?said=name", Some("identity-why-me"), "/"),
            ("/help", None, "/help"),
            ("/help/12345674", Some("identity-why-help"), "/"),
            ("/staff/cases", Some("identity-why-staff"), "/"),
            ("/courses/T19/c1/done", Some("identity-why-learn"), "/courses/T19/c1/done"),
            ("//evil.example", None, "/"),
        ];
        for (back, reason, way) in cases {
            assert_eq!((reason_of(back), way_back(back)), (reason, way), "{back}");
        }
    }
}
