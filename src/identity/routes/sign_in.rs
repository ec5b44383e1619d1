//! The learners' doors: a code to the phone, or card and PIN.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::welcome::{Caller, crowded, flow_cookie, flow_of, welcome, with_back, write};
use crate::db::OnceKey;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::forms;
use crate::identity::guard::Visitor;
use crate::identity::kinds::CodePurpose;
use crate::identity::roles::{Assurance, Ownership};
use crate::identity::secrets::Secret;
use crate::identity::service::{self, Asked, CardSignIn, CodeRequest, CodeSent, Door, SignIn, SmsSignIn};
use crate::identity::session::Session;
use crate::identity::values::Phone;
use crate::identity::views::{CardPage, CodePage, Errand, PhonePage};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, local_path, redirect};

/// What links may carry.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    pub(super) back: String,
    #[serde(default)]
    pub(super) card: String,
    #[serde(default)]
    pub(super) said: String,
    /// `1` on the way of a registration.
    #[serde(default)]
    pub(super) new: String,
    #[serde(default)]
    pub(super) shared: String,
}

/// `GET /sign-in`: the phone number. Who came in by a card may prove more here.
pub async fn phone_form(visitor: Visitor, link: Query<Link>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let page = Page::new(&house, ui, Tab::Learn);
    let (page, errand) = match visitor.0 {
        Some(session) if session.is_weak() => (page.of(Some(session.who())), Errand::ProveMore),
        Some(_) => return Ok(redirect(local_path(&link.back))),
        None => (page, Errand::SignIn),
    };
    let notice = (link.said == "card").then(|| Message::of("identity-card-closed"));
    html(&PhonePage { page, form: Filled::default(), back: local_path(&link.back).to_owned(), errand, notice })
}

/// `POST /sign-in`: sends a code.
pub async fn ask(visitor: Visitor, posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let back = local_path(posted.fields.get("back")).to_owned();
    let is_new = posted.fields.get("new") == "1";
    let again = |status, error: FieldError| {
        let weak = visitor.0.as_ref().filter(|session| session.is_weak());
        let page = Page::new(&house, posted.ui.clone(), Tab::Learn).of(weak.map(Session::who));
        let form = Filled::wrong(posted.fields.clone(), vec![error]);
        let errand = match (weak, posted.fields.get("new")) {
            (Some(_), _) => Errand::ProveMore,
            (None, "1") => Errand::Register,
            (None, _) => Errand::SignIn,
        };
        html_with(status, &PhonePage { page, form, back: back.clone(), errand, notice: None })
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
    let flow = match flow_of(&request, &house) {
        // Somebody who went back and typed the same number again: the code on its way still counts.
        Some(held) if is_open(&house, &held, &phone).await? => held,
        _ => flow_for(&posted.once()?, &phone, &house),
    };
    match send(&house, &caller, &flow, &phone, CodePurpose::SignIn, &posted.ui).await? {
        CodeSent::Sent | CodeSent::Wait(_) if is_open(&house, &flow, &phone).await? => {
            let path = if is_new { "/sign-in/code?new=1" } else { "/sign-in/code" };
            let mut response = redirect(&with_back(path, &back));
            response.add_cookie(&flow_cookie(&flow, &house)).map_err(|error| AppError::Fault(error.to_string()))?;
            Ok(response)
        }
        refused => again(StatusCode::TOO_MANY_REQUESTS, FieldError::new("phone", refusal(refused))),
    }
}

/// A form that is sent twice is one flow.
pub(super) fn flow_for(once: &OnceKey, phone: &Phone, house: &House) -> Secret {
    Secret::derived(&house.keys, "flow", &[once.as_str().as_bytes(), phone.as_str().as_bytes()])
}

async fn is_open(house: &House, flow: &Secret, phone: &Phone) -> Result<bool, AppError> {
    let asked = service::find_asked(house.db.read(), &house.keys, flow, house.clock().now()).await?;
    Ok(asked.is_some_and(|asked| asked.is_open_for(phone, CodePurpose::SignIn)))
}

pub(super) async fn send(
    house: &House,
    caller: &Caller,
    flow: &Secret,
    phone: &Phone,
    purpose: CodePurpose,
    ui: &Ui,
) -> Result<CodeSent, AppError> {
    let (keys, origin, flow, phone) = (house.keys.clone(), caller.origin.clone(), flow.clone(), phone.clone());
    let (lang, sms_per_day) = (ui.lang, house.config.sms_per_day);
    let sent = write(house, async move |tx| {
        let request = CodeRequest { origin: &origin, flow: &flow, phone: &phone, purpose, lang, sms_per_day };
        service::send_code(tx, &keys, request).await
    });
    Ok(sent.await?)
}

pub(super) fn refusal(sent: CodeSent) -> Message {
    match sent {
        CodeSent::Sent => Message::of("identity-code-sent-again"),
        CodeSent::Wait(seconds) => Message::of("identity-code-wait").with("seconds", seconds),
        CodeSent::NotToday => Message::of("identity-code-not-today"),
        CodeSent::BankUsedUp => Message::of("identity-code-used-up"),
    }
}

/// `GET /sign-in/code`: the digits of the text.
pub async fn code_form(link: Query<Link>, request: HttpRequest, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let shown = CodeShown { form: Filled::default(), notice: said(&link.said), is_new: link.new == "1" };
    code_page(&request, &house, ui, &link.back, (StatusCode::OK, shown)).await
}

/// The words behind a link's code; nothing that a stranger could put there.
pub(super) fn said(code: &str) -> Option<Message> {
    match code {
        "again" => Some(Message::of("identity-code-sent-again")),
        "fresh" => Some(Message::of("identity-code-sent-fresh")),
        "crowd" => Some(Message::of("identity-crowd-a-while")),
        "wait" => Some(Message::of("identity-code-wait-a-minute")),
        "not-today" => Some(Message::of("identity-code-not-today")),
        "used-up" => Some(Message::of("identity-code-used-up")),
        _ => None,
    }
}

/// What a page that asks for the digits shows.
struct CodeShown {
    form: Filled,
    notice: Option<Message>,
    is_new: bool,
}

async fn code_page(
    request: &HttpRequest,
    house: &House,
    ui: Ui,
    back: &str,
    (status, shown): (StatusCode, CodeShown),
) -> Result<HttpResponse, AppError> {
    let asked = match flow_of(request, house) {
        Some(flow) => service::find_asked(house.db.read(), &house.keys, &flow, house.clock().now()).await?,
        None => None,
    };
    let Some(Asked { phone, .. }) = asked else { return Ok(redirect(&with_back("/sign-in", back))) };
    let page = Page::new(house, ui, Tab::Learn);
    let CodeShown { form, notice, is_new } = shown;
    html_with(status, &CodePage { page, form, back: local_path(back).to_owned(), phone: phone.masked(), notice, is_new })
}

/// `POST /sign-in/code`: in, or on to the registration.
pub async fn code(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let back = local_path(posted.fields.get("back")).to_owned();
    let wrong = async |message: Message| {
        let form = Filled::wrong(posted.fields.clone(), vec![FieldError::new("otp", message)]);
        let shown = CodeShown { form, notice: None, is_new: posted.fields.get("new") == "1" };
        code_page(&request, &house, posted.ui.clone(), &back, (StatusCode::UNPROCESSABLE_ENTITY, shown)).await
    };
    let Some(flow) = flow_of(&request, &house) else { return Ok(redirect(&with_back("/sign-in", &back))) };
    let code = match forms::code(&posted.fields) {
        Ok(code) => code,
        Err(error) => return wrong(error.message).await,
    };
    let ownership = forms::ownership(&posted.fields);
    let caller = Caller::of(&request, &house).on(ownership).at_hall(&request, &house).await?;
    let (keys, origin, secret, held) = (house.keys.clone(), caller.origin.clone(), flow.clone(), caller.held.clone());
    let outcome =
        write(&house, async move |tx| service::sign_in_by_sms(tx, &keys, &origin, &secret, &code, held.as_ref()).await).await?;
    match outcome {
        SmsSignIn::Ended(SignIn::In { .. }) => {
            let token = service::session_token(&house.keys, &flow);
            welcome(&house, &posted.ui, &caller, (&token, Assurance::Sms), &back).await
        }
        SmsSignIn::Unregistered => {
            let path = if ownership == Ownership::Shared { "/register/name?shared=yes" } else { "/register/name" };
            Ok(redirect(&with_back(path, &back)))
        }
        SmsSignIn::Ended(_) => wrong(Message::of("identity-code-wrong")).await,
        SmsSignIn::Stale => wrong(Message::of("identity-code-stale")).await,
        SmsSignIn::NotYet => wrong(Message::of("identity-code-not-yet")).await,
    }
}

/// `POST /sign-in/again`: the same digits once more; new ones, where those cannot be used any more.
pub async fn again(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let back = local_path(posted.fields.get("back")).to_owned();
    let Some((flow, said)) = ask_again(&house, &request, &posted, CodePurpose::SignIn).await? else {
        return Ok(redirect(&with_back("/sign-in", &back)));
    };
    let new = if posted.fields.get("new") == "1" { "&new=1" } else { "" };
    let mut response = redirect(&with_back(&format!("/sign-in/code?said={said}{new}"), &back));
    response.add_cookie(&flow_cookie(&flow, &house)).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(response)
}

/// Sends a code once more to the phone of the flow that this browser is in. A flow whose code is used up, or that was for something
/// else, is followed by a fresh one: otherwise it would go round in circles. Gives the flow to hold from now on and the word for the
/// next page; nothing where there is no flow.
pub(super) async fn ask_again(
    house: &House,
    request: &HttpRequest,
    posted: &Posted,
    purpose: CodePurpose,
) -> Result<Option<(Secret, &'static str)>, AppError> {
    let Some(held) = flow_of(request, house) else { return Ok(None) };
    let (db, keys, now) = (house.db.read(), &house.keys, house.clock().now());
    let Some(asked) = service::find_asked(db, keys, &held, now).await? else { return Ok(None) };
    let fresh = flow_for(&posted.once()?, &asked.phone, house);
    if held == fresh {
        // The same form once more: its text is on the way.
        return Ok(Some((held, "fresh")));
    }
    let caller = Caller::of(request, house);
    if crowded(caller.take_allowance(house, Door::Phone(&asked.phone)).await)?.is_some() {
        return Ok(Some((held, "crowd")));
    }
    let goes_on = asked.is_open_for(&asked.phone, purpose);
    let flow = if goes_on { held.clone() } else { fresh };
    let said = match send(house, &caller, &flow, &asked.phone, purpose, &posted.ui).await? {
        CodeSent::Sent if goes_on => "again",
        CodeSent::Sent => "fresh",
        CodeSent::Wait(_) => "wait",
        CodeSent::NotToday => "not-today",
        CodeSent::BankUsedUp => "used-up",
    };
    // The same form sent twice at once: the fresh flow stands since the first.
    let stands = service::find_asked(db, keys, &flow, now).await?.is_some();
    Ok(Some(match (stands, said) {
        (true, "wait") if !goes_on => (flow, "fresh"),
        (true, _) => (flow, said),
        (false, _) => (held, said),
    }))
}

/// `GET /sign-in/card`: card number and PIN; the QR code on the card fills in the number.
pub async fn card_form(link: Query<Link>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let form = Filled::with(Fields::from_pairs(&[("card", forms::digits_only(&link.card).as_str())]));
    let page = Page::new(&house, ui, Tab::Learn);
    html(&CardPage { page, form, back: local_path(&link.back).to_owned(), asks_year: false })
}

/// `POST /sign-in/card`.
pub async fn by_card(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let back = local_path(posted.fields.get("back")).to_owned();
    let again = |status, errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        let page = Page::new(&house, posted.ui.clone(), Tab::Learn);
        let asks_year = posted.fields.has("year") || form.errors().iter().any(|error| error.field == "year");
        html_with(status, &CardPage { page, form, back: back.clone(), asks_year })
    };
    let wrong = |field, key| again(StatusCode::UNPROCESSABLE_ENTITY, vec![FieldError::new(field, Message::of(key))]);
    let shown = match forms::card_try(&posted.fields, house.clock().now().day()) {
        Ok(shown) => shown,
        Err(errors) => return again(StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let caller = Caller::of(&request, &house).on(forms::ownership(&posted.fields)).at_hall(&request, &house).await?;
    if let Some(crowd) = crowded(caller.take_allowance(&house, Door::Card(&shown.card)).await)? {
        let form = again(StatusCode::TOO_MANY_REQUESTS, vec![FieldError::new("card", crowd.message())])?;
        return Ok(crowd.answer(form));
    }
    let once = posted.once()?;
    let parts: [&[u8]; 3] = [b"card", once.as_str().as_bytes(), shown.card.as_str().as_bytes()];
    let token = Secret::derived(&house.keys, "session-token", &parts);
    let (keys, origin, held, secret) = (house.keys.clone(), caller.origin.clone(), caller.held.clone(), token.clone());
    let outcome =
        write(&house, async move |tx| service::sign_in_by_card(tx, &keys, &origin, &shown, (&secret, held.as_ref())).await);
    match outcome.await? {
        CardSignIn::Ended(SignIn::In { .. }) => welcome(&house, &posted.ui, &caller, (&token, Assurance::CardPin), &back).await,
        CardSignIn::Ended(SignIn::Wrong) if posted.fields.has("year") => wrong("card", "identity-card-year-wrong"),
        CardSignIn::Ended(SignIn::Wrong) => wrong("card", "identity-card-wrong"),
        CardSignIn::Ended(SignIn::Rest(seconds)) => {
            again(StatusCode::TOO_MANY_REQUESTS, vec![FieldError::new("card", forms::rest(seconds))])
        }
        CardSignIn::AsksYear => wrong("year", "identity-card-year"),
        CardSignIn::ByPhone => Ok(redirect(&with_back("/sign-in?said=card", &back))),
    }
}
