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
    pub(super) fn new(page: Page, status: u16, error: Option<&AppError>) -> Self {
        let key = if KNOWN.contains(&status) { status } else { 500 };
        let lang = page.lang();
        let expired = matches!(error, Some(AppError::FormExpired));
        let part = |part: &str| {
            if expired { lang.t(&format!("problem-expired-{part}")) } else { lang.t(&format!("problem-{key}-{part}")) }
        };
        let what = error.and_then(AppError::message).map_or_else(|| part("what"), |message| message.say(lang));
        let (link, link_words) = ("/".to_owned(), lang.t("problem-home"));
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
