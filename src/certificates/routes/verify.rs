//! /v: how a certificate stands. Whoever asks has no account; nothing they ask is written down but a count.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::rt::time::{Instant, sleep_until};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::desk_of;
use crate::certificates::rules::limits::leaves_after;
use crate::certificates::service::{self, Answered, Asker};
use crate::certificates::verify_forms::{self, Typed};
use crate::certificates::verify_views::{Came, VerifyAnswerPage, VerifyPage, Word};
use crate::certificates::{Desk, Error};
use crate::config::Keys;
use crate::credentials::LongCode;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::kernel::{CertificateId, LearnerId, SealKey, Timestamp};
use crate::web::{Filled, House, Page, Posted, Tab, Ui, client_address, html, html_with, redirect};

const TOKEN: &str = "verify-answer";
/// How long an answer to number and name can be opened.
const TOKEN_MINUTES: i64 = 10;

pub(super) fn page_of(house: &House, ui: Ui) -> Page {
    Page::new(house, ui, Tab::Elsewhere)
}

pub(super) fn asker_of(request: &HttpRequest, house: &House) -> Asker {
    Asker::Address(client_address(request, house))
}

/// An answer about somebody's certificate: kept nowhere, found by no search, and nobody is told where its reader came from.
pub(super) fn unkept(mut answer: HttpResponse) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    answer
}

/// The forms, with what was typed and what is said to it.
pub(super) fn forms_again(page: Page, (status, form): (StatusCode, Filled), problem: String) -> Result<HttpResponse, AppError> {
    html_with(status, &VerifyPage { page, form, problem })
}

/// What an error comes to: asked too often is said with minutes and telephone; the rest is the error's own.
pub(super) fn refused(page: Page, form: Filled, error: Error) -> Result<HttpResponse, AppError> {
    let Error::TooMany(seconds) = error else { return Err(error.into()) };
    let minutes = seconds.div_ceil(60);
    let problem = page.t2("verify-too-many", ("minutes", minutes), ("phone", page.help_words()));
    let mut answer = forms_again(page, (StatusCode::TOO_MANY_REQUESTS, form), problem)?;
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Ok(answer)
}

/// `GET /v`: by long code, by number and name, by a file.
///
/// # Errors
/// Where the template fails.
pub async fn verify_page(ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    html(&VerifyPage { page: page_of(&house, ui), form: Filled::default(), problem: String::new() })
}

/// `POST /v`: leads to the answer. Right or wrong, there or not: to number and name the answer is a way of one length, and leaves at one time.
///
/// # Errors
/// What the database answers.
pub async fn post_verify(request: HttpRequest, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let received = Instant::now();
    let (number, name) = match verify_forms::typed(&posted.fields) {
        Ok(Typed::Code(code)) => return Ok(redirect(&format!("/v/{code}"))),
        Ok(Typed::Number(number, name)) => (number, name),
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            return forms_again(page_of(&house, posted.ui), (StatusCode::UNPROCESSABLE_ENTITY, form), String::new());
        }
    };
    let asker = asker_of(&request, &house);
    let found = service::match_number(&house.db, &house.keys, (&number, &name), &asker).await;
    let answer = match found {
        Ok(which) => Ok(redirect(&format!("/v/answer/{}", token_of(&house.keys, which, house.clock().now())))),
        Err(error) => refused(page_of(&house, posted.ui), Filled::with(posted.fields), error),
    };
    sleep_until(received + leaves_after(received.elapsed())).await;
    answer.map(unkept_unless_form)
}

/// The way to an answer is kept nowhere; a form may set its cookie.
fn unkept_unless_form(answer: HttpResponse) -> HttpResponse {
    if answer.status() == StatusCode::SEE_OTHER { unkept(answer) } else { answer }
}

fn token_key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose(TOKEN))
}

/// A sealed answer: whose certificate, and since when. Of none it names nobody's; its length is one.
fn token_of(keys: &Keys, which: Option<(LearnerId, CertificateId)>, now: Timestamp) -> String {
    let (learner, id) = which.map_or((Uuid::nil(), Uuid::nil()), |(learner, id)| (learner.uuid(), id.uuid()));
    let plain = [learner.as_bytes().as_slice(), id.as_bytes(), &now.ms().to_be_bytes()].concat();
    URL_SAFE_NO_PAD.encode(token_key(keys).seal(TOKEN, &plain))
}

/// What such a token says, while it is good.
fn token_in(keys: &Keys, text: &str, now: Timestamp) -> Option<(LearnerId, CertificateId)> {
    let plain = token_key(keys).open(TOKEN, &URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (learner, rest) = plain.split_at_checked(16)?;
    let (id, at) = rest.split_at_checked(16)?;
    let at = Timestamp::from_ms(i64::from_be_bytes(at.try_into().ok()?));
    let is_good = at <= now && now < at.plus_minutes(TOKEN_MINUTES);
    let ids = (LearnerId::from_uuid(Uuid::from_slice(learner).ok()?), CertificateId::from_uuid(Uuid::from_slice(id).ok()?));
    is_good.then_some(ids)
}

/// `GET /v/answer/{token}`: the answer to number and name, for ten minutes.
///
/// # Errors
/// What the database answers.
pub async fn answer_page(token: Path<String>, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let (page, now) = (page_of(&house, ui), house.clock().now());
    let Some(which) = token_in(&house.keys, &token, now) else {
        let problem = page.t("verify-answer-over");
        return forms_again(page, (StatusCode::NOT_FOUND, Filled::default()), problem);
    };
    let desk = desk_of(&house, &shelf);
    let found = service::answer_of(house.db.read(), &desk, which, now).await?;
    let answer = match found {
        Some(found) => shown(&house, (page, &shelf), &found, Came::by_name())?,
        None => unknown(
            &house,
            page,
            (StatusCode::OK, "name"),
            &["verify-unknown", "verify-unknown-number", "verify-unknown-code-too"],
        )?,
    };
    Ok(unkept(answer))
}

/// The page of a certificate that was found; counted.
pub(super) fn shown(
    house: &House,
    (page, shelf): (Page, &Shelf),
    found: &Answered,
    came: Came<'_>,
) -> Result<HttpResponse, AppError> {
    let kind = &found.shown.register.kind;
    let title = shelf.certificates().iter().find(|rule| rule.id == *kind).map_or(kind.as_str(), |rule| rule.title.as_str());
    house.metrics.verified(came.word(), Word::of(found.shown.standing).code());
    let view = VerifyAnswerPage::found(page, found, came, (title, |unit: &str| shelf.title_of(unit)));
    Ok(unkept(html(&view)?))
}

/// The page of none; counted.
pub(super) fn unknown(
    house: &House,
    page: Page,
    (status, way): (StatusCode, &'static str),
    keys: &[&str],
) -> Result<HttpResponse, AppError> {
    house.metrics.verified(way, Word::Unknown.code());
    Ok(unkept(html_with(status, &VerifyAnswerPage::unknown(page, keys))?))
}

/// `GET /v/{code}` and `GET /V/{code}`: the answer to the long code, for life.
///
/// # Errors
/// What the database answers.
pub async fn code_page(
    request: HttpRequest,
    code: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (page, desk) = (page_of(&house, ui), desk_of(&house, &shelf));
    let code = match LongCode::parse(&code) {
        Ok(code) => code,
        Err(wrong) => {
            let mut view = VerifyAnswerPage::unknown(page, &["verify-unknown"]);
            view.sentences.insert(1, verify_forms::wrong_code(wrong).say(view.page.lang()));
            house.metrics.verified("code", Word::Unknown.code());
            return Ok(unkept(html_with(StatusCode::NOT_FOUND, &view)?));
        }
    };
    let which = match service::match_code(&house.db, &desk.keys, &code, &asker_of(&request, &house)).await {
        Ok(which) => which,
        Err(error) => return refused(page, Filled::default(), error),
    };
    let found = match which {
        Some(which) => service::answer_of(house.db.read(), &desk, which, house.clock().now()).await?,
        None => None,
    };
    match found {
        Some(found) => shown(&house, (page, &shelf), &found, Came::by_code()),
        None => unknown(&house, page, (StatusCode::NOT_FOUND, "code"), &["verify-unknown", "verify-unknown-code"]),
    }
}

/// One of the files of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    DidKey,
    Jwt,
    Receipts,
}

async fn file(request: &HttpRequest, code: &str, house: &House, shelf: &Shelf, form: Form) -> Result<HttpResponse, AppError> {
    let desk = desk_of(house, shelf);
    let code = LongCode::parse(code).map_err(|_| AppError::NotFound)?;
    let which = service::match_code(&house.db, &desk.keys, &code, &asker_of(request, house)).await?;
    let which = which.ok_or(AppError::NotFound)?;
    let (kind, body) = body_of(house, &desk, which, form).await?.ok_or(AppError::NotFound)?;
    Ok(unkept(HttpResponse::Ok().content_type(kind).body(body)))
}

async fn body_of(
    house: &House,
    desk: &Desk,
    which: (LearnerId, CertificateId),
    form: Form,
) -> Result<Option<(&'static str, String)>, AppError> {
    let db = house.db.read();
    let Some((own, bundle)) = service::files_of(db, desk, which).await? else { return Ok(None) };
    Ok(Some(match form {
        Form::Json => ("application/vc", bundle.credential),
        Form::DidKey => ("application/vc", bundle.did_key),
        Form::Jwt => ("application/vc+jwt", bundle.jwt),
        Form::Receipts => {
            let origin = desk.origin.as_ref().ok_or(AppError::NotFound)?;
            let address = own.code(&desk.keys)?.to_text();
            let receipts = service::receipts_json(db, &own, (origin, &address)).await?;
            ("application/json", receipts.to_string())
        }
    }))
}

/// `GET /v/{code}/credential.json`: the signed document, for whoever holds the paper.
///
/// # Errors
/// [`AppError::NotFound`], also where its owner has left.
pub async fn credential(
    request: HttpRequest,
    code: Path<String>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    file(&request, &code, &house, &shelf, Form::Json).await
}

/// `GET /v/{code}/credential.jwt`: the same as a JWT.
///
/// # Errors
/// As [`credential`].
pub async fn credential_jwt(
    request: HttpRequest,
    code: Path<String>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    file(&request, &code, &house, &shelf, Form::Jwt).await
}

/// `GET /v/{code}/credential.did-key.json`: the same in the name of the key itself.
///
/// # Errors
/// As [`credential`].
pub async fn credential_did_key(
    request: HttpRequest,
    code: Path<String>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    file(&request, &code, &house, &shelf, Form::DidKey).await
}

/// `GET /v/{code}/receipts`: where its lines stand in the sealed log, with proofs.
///
/// # Errors
/// As [`credential`].
pub async fn receipts(
    request: HttpRequest,
    code: Path<String>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    file(&request, &code, &house, &shelf, Form::Receipts).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_for_ten_minutes_here_and_is_of_one_length_whatever_it_says() {
        let (keys, now) = (Keys::fresh(), Timestamp::from_ms(1_795_744_800_000));
        let which = (LearnerId::fresh(now), CertificateId::fresh(now));
        let (found, none) = (token_of(&keys, Some(which), now), token_of(&keys, None, now));
        assert_eq!((found.len(), token_in(&keys, &found, now)), (none.len(), Some(which)));
        assert!(token_in(&keys, &found, now.plus_ms(599_999)).is_some());
        assert_eq!(token_in(&keys, &found, now.plus_minutes(TOKEN_MINUTES)), None);
        assert_eq!(token_in(&keys, &found, now.plus_ms(-1)), None);
        for (keys, text) in [(&Keys::fresh(), found.as_str()), (&keys, "AAAA"), (&keys, "*")] {
            assert_eq!(token_in(keys, text, now), None, "{text}");
        }
    }
}
