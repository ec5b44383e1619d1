//! Another phone for one's account: proven by a code, and the phone before is told.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::sign_in::{Link, ask_again, refusal, said, send};
use super::welcome::{Caller, crowded, flow_cookie, flow_of, write};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::Error;
use crate::identity::forms;
use crate::identity::guard::Learner;
use crate::identity::kinds::CodePurpose;
use crate::identity::roles::Act;
use crate::identity::secrets::Secret;
use crate::identity::service::{self, Asked, CodeOutcome, CodeSent, Door};
use crate::identity::session::Session;
use crate::identity::views::{NewCodePage, NewPhonePage};
use crate::web::{FieldError, Filled, House, Page, Posted, Tab, Ui, html, html_with, redirect};

fn allow(session: &Session) -> Result<(), AppError> {
    session.allow(Act::ChangeDoor)
}

/// `GET /me/phone`.
pub async fn new_phone(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    allow(&session)?;
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(session.who()));
    html(&NewPhonePage { page, form: Filled::default() })
}

/// `POST /me/phone`: sends a code to the new phone.
pub async fn ask_new(
    Learner(session): Learner,
    posted: Posted,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    allow(&session)?;
    let again = |status, error| {
        let page = Page::new(&house, posted.ui.clone(), Tab::Elsewhere).of(Some(session.who()));
        html_with(status, &NewPhonePage { page, form: Filled::wrong(posted.fields.clone(), vec![error]) })
    };
    let phone = match forms::phone(&posted.fields) {
        Ok(phone) => phone,
        Err(error) => return again(StatusCode::UNPROCESSABLE_ENTITY, error),
    };
    let caller = Caller::of(&request, &house);
    if let Some(crowd) = crowded(caller.take_allowance(&house, Door::Phone(&phone)).await)? {
        let form = again(StatusCode::TOO_MANY_REQUESTS, FieldError::new("phone", crowd.message()))?;
        return Ok(crowd.answer(form));
    }
    let learner = session.acting.learner.uuid();
    let flow = Secret::derived(
        &house.keys,
        "flow",
        &[learner.as_bytes(), posted.once()?.as_str().as_bytes(), phone.as_str().as_bytes()],
    );
    match send(&house, &caller, &flow, &phone, CodePurpose::ChangePhone, &posted.ui).await? {
        CodeSent::Sent => {
            let mut response = redirect("/me/phone/code");
            response.add_cookie(&flow_cookie(&flow, &house)).map_err(|error| AppError::Fault(error.to_string()))?;
            Ok(response)
        }
        refused => again(StatusCode::TOO_MANY_REQUESTS, FieldError::new("phone", refusal(refused))),
    }
}

/// `GET /me/phone/code`.
pub async fn new_code_form(
    Learner(session): Learner,
    link: Query<Link>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    allow(&session)?;
    code_page(&request, &house, &session, ui, (StatusCode::OK, Filled::default(), said(&link.said))).await
}

async fn code_page(
    request: &HttpRequest,
    house: &House,
    session: &Session,
    ui: Ui,
    (status, form, notice): (StatusCode, Filled, Option<Message>),
) -> Result<HttpResponse, AppError> {
    let asked = match flow_of(request, house) {
        Some(flow) => service::find_asked(house.db.read(), &house.keys, &flow, house.clock().now()).await?,
        None => None,
    };
    let Some(Asked { phone, .. }) = asked else { return Ok(redirect("/me/phone")) };
    let page = Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()));
    html_with(status, &NewCodePage { page, form, phone: phone.masked(), notice })
}

/// `POST /me/phone/code`: the account has the new phone.
pub async fn new_code(
    Learner(session): Learner,
    posted: Posted,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    allow(&session)?;
    let wrong = async |message: Message| {
        let form = Filled::wrong(posted.fields.clone(), vec![FieldError::new("otp", message)]);
        code_page(&request, &house, &session, posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form, None)).await
    };
    let Some(flow) = flow_of(&request, &house) else { return Ok(redirect("/me/phone")) };
    let code = match forms::code(&posted.fields) {
        Ok(code) => code,
        Err(error) => return wrong(error.message).await,
    };
    let (keys, acting, here, help_phone) = (house.keys.clone(), session.acting, session.id, session.authority.help_phone.clone());
    let outcome = write(&house, async move |tx| {
        let outcome = service::prove_phone(tx, &keys, &flow, CodePurpose::ChangePhone, &code).await?;
        match &outcome {
            CodeOutcome::Proven(proven) => match service::change_phone(tx, &keys, &acting, here, proven, &help_phone).await {
                Ok(()) => Ok(Ok(outcome)),
                Err(Error::PhoneTaken) => Ok(Err(Message::of("identity-phone-taken"))),
                Err(error) => Err(error),
            },
            _ => Ok(Ok(outcome)),
        }
    });
    match outcome.await? {
        Ok(CodeOutcome::Proven(_)) => Ok(redirect("/me?said=phone")),
        Ok(CodeOutcome::Wrong) => wrong(Message::of("identity-code-wrong")).await,
        Ok(CodeOutcome::Stale) => wrong(Message::of("identity-code-stale")).await,
        Err(taken) => wrong(taken).await,
    }
}

/// `POST /me/phone/again`: a code once more, as at the door.
pub async fn again(
    Learner(session): Learner,
    posted: Posted,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    allow(&session)?;
    let Some((flow, said)) = ask_again(&house, &request, &posted, CodePurpose::ChangePhone).await? else {
        return Ok(redirect("/me/phone"));
    };
    let mut response = redirect(&format!("/me/phone/code?said={said}"));
    response.add_cookie(&flow_cookie(&flow, &house)).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(response)
}
