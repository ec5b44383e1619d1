//! The page, or the RFC 9457 JSON, of an error.

use askama::Template;

use super::Page;
use crate::error::AppError;

/// What a person reads when something went wrong.
#[derive(Template)]
#[template(path = "web/problem.html")]
pub(super) struct ProblemPage {
    pub page: Page,
    /// What happened; the page's heading.
    pub title: String,
    /// That nothing was lost, and why it happened.
    pub what: String,
    /// What to do next.
    pub next: String,
    /// Where the next step leads.
    pub link: String,
    /// Its words.
    pub link_words: String,
    /// Four digits to read out.
    pub help_code: String,
}

/// The statuses that have words of their own.
const KNOWN: [u16; 12] = [400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 503];

impl ProblemPage {
    /// The page of `error`; `back` is the page to come back to from the sign-in, where that helps.
    pub(super) fn new(page: Page, status: u16, error: Option<&AppError>, back: &str) -> Self {
        let lang = page.lang();
        let kind = match error {
            Some(AppError::FormExpired) => "expired".to_owned(),
            Some(AppError::TooWeak) => "weak".to_owned(),
            _ if KNOWN.contains(&status) => status.to_string(),
            _ => "500".to_owned(),
        };
        let part = |part: &str| lang.t(&format!("problem-{kind}-{part}"));
        let what = error.and_then(AppError::message).map_or_else(|| part("what"), |message| message.say(lang));
        let (link, link_words) = if matches!(error, Some(AppError::TooWeak)) {
            let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
            (format!("/sign-in?back={back}"), lang.t("problem-weak-go"))
        } else {
            ("/".to_owned(), lang.t("problem-home"))
        };
        let help_code = page.ui.help_code();
        Self { title: part("title"), what, next: part("next"), link, link_words, help_code, page }
    }
}

/// The same for programs (RFC 9457, `application/problem+json`).
pub(super) fn problem_json(problem: &ProblemPage, status: u16) -> String {
    serde_json::json!({
        "type": "about:blank",
        "status": status,
        "title": problem.title,
        "detail": format!("{}{}", problem.what, problem.next),
        "instance": format!("urn:uuid:{}", problem.page.ui.request),
    })
    .to_string()
}
