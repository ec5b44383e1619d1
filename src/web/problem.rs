//! The page, or the RFC 9457 JSON, of an error.

use askama::Template;
use serde::Serialize;
use utoipa::ToSchema;

use super::Page;
use crate::error::AppError;
use crate::i18n::Message;

/// What a person reads when something went wrong.
#[derive(Template)]
#[template(path = "web/problem.html")]
pub(super) struct ProblemPage {
    pub page: Page,
    /// What happened; the page's heading.
    pub title: String,
    /// That nothing was lost, and why it happened.
    pub what: String,
    /// What to do next; empty where the error has said it itself.
    pub next: String,
    /// Where the next step leads, and its words.
    pub way: (String, String),
    /// Another way out.
    pub other_way: Option<(String, String)>,
    /// Four digits to read out.
    pub help_code: String,
}

/// The statuses that have words of their own.
const KNOWN: [u16; 12] = [400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 503];

/// The kinds of problems that programs are told of, each with its status. What is here stays here under `/api/v1`.
pub const PROBLEM_KINDS: [(&str, u16); 19] = [
    ("unreadable", 400),
    ("key-missing", 400),
    ("sign-in-first", 401),
    ("not-allowed", 403),
    ("too-weak", 403),
    ("not-found", 404),
    ("method-not-allowed", 405),
    ("too-slow", 408),
    ("changed", 409),
    ("on-its-way", 409),
    ("too-large", 413),
    ("wrong-kind", 415),
    ("refused", 422),
    ("invalid", 422),
    ("key-reused", 422),
    ("too-many", 429),
    ("busy", 503),
    ("no-room", 503),
    ("fault", 500),
];

/// The code of the kind of problem that an answer is.
fn code_of(status: u16, error: Option<&AppError>) -> &'static str {
    match (error, error.and_then(AppError::message).map(|message| message.key)) {
        (_, Some("api-key-missing")) => "key-missing",
        (_, Some("api-key-on-its-way")) => "on-its-way",
        (_, Some("api-key-reused")) => "key-reused",
        (Some(AppError::TooWeak), _) => "too-weak",
        (Some(AppError::Invalid(_)), _) => "invalid",
        (Some(AppError::NoRoom(_)), _) => "no-room",
        _ => PROBLEM_KINDS.iter().find(|(code, own)| *own == status && *code != "key-missing").map_or("fault", |(code, _)| *code),
    }
}

/// Statuses whose words lead to the first page: where the reader came from leads here again.
const HOME_FIRST: [u16; 3] = [403, 404, 405];

/// Where the reader stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways<'a> {
    /// The page to come back to from the sign-in.
    pub here: &'a str,
    /// The page of ours that the reader came from.
    pub came_from: Option<&'a str>,
}

/// The page where it can be mended, and the key of the words that lead there.
fn leads_to(error: Option<&AppError>, ways: &Ways<'_>) -> Option<(String, &'static str)> {
    if let Some(AppError::TooWeak) = error {
        let back: String = form_urlencoded::byte_serialize(ways.here.as_bytes()).collect();
        return Some((format!("/sign-in?back={back}"), "problem-weak-go"));
    }
    error.and_then(AppError::way).map(|(path, words)| (path.to_owned(), words))
}

impl ProblemPage {
    /// The page of `error`, with the ways out of it.
    pub(super) fn new(page: Page, status: u16, error: Option<&AppError>, ways: Ways<'_>) -> Self {
        let lang = page.lang();
        let kind = match error {
            Some(AppError::FormExpired) => "expired".to_owned(),
            Some(AppError::TooWeak) => "weak".to_owned(),
            _ if KNOWN.contains(&status) => status.to_string(),
            _ => "500".to_owned(),
        };
        let part = |part: &str| lang.t(&format!("problem-{kind}-{part}"));
        // An error with words of its own says what to do; the common advice might say the contrary.
        let (what, next) = match error.and_then(AppError::message) {
            Some(message) => (message.say(lang), String::new()),
            None => (part("what"), part("next")),
        };
        let home = ("/".to_owned(), lang.t("problem-home"));
        let back = ways.came_from.map(|path| (path.to_owned(), lang.t("problem-back")));
        let (way, other_way) = match (leads_to(error, &ways), back) {
            (Some((path, words)), back) => ((path, lang.t(words)), back),
            (None, Some(back)) if HOME_FIRST.contains(&status) && kind != "expired" => (home, Some(back)),
            (None, Some(back)) => (back, Some(home)),
            (None, None) => (home, None),
        };
        let help_code = page.ui.help_code();
        Self { title: part("title"), what, next, way, other_way, help_code, page }
    }
}

/// What went wrong, for programs (RFC 9457, `application/problem+json`), in the reader's language.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The address of a page about this kind of problem; its last part is a code that programs may go by.
    #[schema(format = "uri-reference")]
    r#type: String,
    /// The status of the answer.
    status: u16,
    /// What happened.
    title: String,
    /// Why, and how to mend it.
    detail: String,
    /// The request, to be named when asking for help.
    instance: String,
    /// Values that cannot be, one by one; only with 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ProblemField>,
}

/// One value that cannot be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// Its name.
    field: String,
    /// How to mend it.
    detail: String,
}

impl Problem {
    /// `site`: where this bank's addresses begin, where that is known.
    pub(super) fn of(page: &ProblemPage, (status, error): (u16, Option<&AppError>), site: &str) -> Self {
        let lang = page.page.lang();
        let errors = match error {
            Some(AppError::Invalid(errors)) => errors.as_slice(),
            _ => &[],
        };
        let field = |(name, message): &(String, Message)| ProblemField { field: name.clone(), detail: message.say(lang) };
        Self {
            r#type: format!("{site}/api/v1/problems/{}", code_of(status, error)),
            status,
            title: page.title.clone(),
            detail: format!("{}{}", page.what, page.next),
            instance: format!("urn:uuid:{}", page.page.ui.request),
            errors: errors.iter().map(field).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn shown(error: &AppError, status: u16, back: Option<&str>) -> ProblemPage {
        ProblemPage::new(Page::sample(Lang::Chinese), status, Some(error), Ways { here: "/me", came_from: back })
    }

    #[test]
    fn programs_are_told_the_kind_of_a_problem_by_a_code_that_stays() {
        let cases: [(u16, Option<AppError>, &str); 9] = [
            (400, Some(AppError::Malformed("body")), "unreadable"),
            (400, Some(AppError::Unreadable(Message::of("api-key-missing"))), "key-missing"),
            (404, None, "not-found"),
            (405, None, "method-not-allowed"),
            (409, Some(AppError::Changed(Message::of("rolls-moved"))), "changed"),
            (422, Some(AppError::Invalid(Vec::new())), "invalid"),
            (422, Some(AppError::Refused(Message::of("api-key-reused"))), "key-reused"),
            (503, Some(AppError::Busy), "busy"),
            (418, None, "fault"),
        ];
        for (status, error, code) in cases {
            assert_eq!(code_of(status, error.as_ref()), code, "{status} {error:?}");
        }
    }

    #[test]
    fn an_error_that_says_what_to_do_is_not_contradicted_by_common_advice() {
        let told = AppError::Refused(Message::of("identity-phone-taken"));
        let page = shown(&told, 422, Some("/me/phone"));
        assert_eq!((page.what.as_str(), page.next.as_str()), (Lang::Chinese.t("identity-phone-taken").as_str(), ""));
        assert_eq!(page.way.0, "/me/phone");
        assert_eq!(shown(&AppError::NotFound, 404, None).next, Lang::Chinese.t("problem-404-next"));
    }

    #[test]
    fn an_error_that_knows_where_it_is_mended_leads_there_and_there_is_always_a_way_out() {
        let leading =
            AppError::Changed(Message::of("identity-phone-not-proven")).leading_to("/sign-in", "identity-phone-prove-again");
        let page = shown(&leading, 409, Some("/register/consent"));
        assert_eq!(page.way, ("/sign-in".to_owned(), Lang::Chinese.t("identity-phone-prove-again")));
        assert_eq!(page.other_way.map(|way| way.0).as_deref(), Some("/register/consent"));
        assert_eq!(actix_web::ResponseError::status_code(&leading), actix_web::http::StatusCode::CONFLICT);
        let nowhere = shown(&AppError::NotFound, 404, None);
        assert_eq!((nowhere.way.0.as_str(), nowhere.other_way), ("/", None));
    }
}
