//! Registration: one question a page, then all at a glance, then the text of consent.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::draft::{Answers, DRAFT_COOKIE, choice_of};
use super::sign_in::Link;
use super::welcome::{Caller, flow_of, gone, welcome, with_back, write};
use crate::error::AppError;
use crate::i18n::{Lang, Message};
use crate::identity::Error;
use crate::identity::forms;
use crate::identity::guard::Visitor;
use crate::identity::kinds::CONSENT_VERSION;
use crate::identity::roles::Assurance;
use crate::identity::service::{self, Draft, Proven};
use crate::identity::values::{BirthYear, Majority};
use crate::identity::views::{CheckPage, ConsentPage, Errand, NamePage, NotNowPage, PhonePage, PrivacyPage, YearPage, YoungPage};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, local_path, redirect};

/// Somebody on the way: their phone is proven.
async fn proven(request: &HttpRequest, house: &House) -> Result<Option<Proven>, AppError> {
    let Some(flow) = flow_of(request, house) else { return Ok(None) };
    Ok(service::find_proven(house.db.read(), &house.keys, &flow, house.clock().now()).await?)
}

/// `GET /register`: begins with the phone, or goes on where it was left.
pub async fn start(
    visitor: Visitor,
    link: Query<Link>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    if visitor.0.is_some() {
        return Ok(redirect(local_path(&link.back)));
    }
    // `again`: somebody who goes a step back to write another number.
    if link.said != "again" && proven(&request, &house).await?.is_some() {
        return Ok(redirect(&with_back("/register/name", &link.back)));
    }
    let page = Page::new(&house, ui, Tab::Learn);
    let back = local_path(&link.back).to_owned();
    html(&PhonePage { page, form: Filled::default(), back, errand: Errand::Register, notice: None })
}

/// `GET /register/name`.
pub async fn name_form(link: Query<Link>, request: HttpRequest, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    if proven(&request, &house).await?.is_none() {
        return Ok(redirect(&with_back("/register", &link.back)));
    }
    let mut answers = Answers::of(&request, &house);
    if !link.back.is_empty() {
        local_path(&link.back).clone_into(&mut answers.back);
    }
    if link.shared == "yes" {
        answers.tell_shared();
    }
    let name = answers.name();
    let known = [("name", name.as_ref().map_or("", |name| name.as_str()))];
    let page = Page::new(&house, ui, Tab::Learn);
    let mut response = html(&NamePage { page, form: Filled::with(Fields::from_pairs(&known)) })?;
    response.add_cookie(&answers.cookie(&house)).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(response)
}

/// `POST /register/name`.
pub async fn name(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let mut answers = Answers::of(&request, &house);
    match forms::name(&posted.fields) {
        Ok(name) => answers.tell_name(&name),
        Err(error) => {
            let form = Filled::wrong(posted.fields, vec![error]);
            return html_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &NamePage { page: Page::new(&house, posted.ui, Tab::Learn), form },
            );
        }
    }
    on(&answers, "/register/year", &house)
}

fn on(answers: &Answers, path: &str, house: &House) -> Result<HttpResponse, AppError> {
    let mut response = redirect(path);
    response.add_cookie(&answers.cookie(house)).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(response)
}

/// `GET /register/year`.
pub async fn year_form(request: HttpRequest, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let answers = Answers::of(&request, &house);
    if answers.name().is_none() {
        return Ok(redirect("/register/name"));
    }
    let form = Filled::with(Fields::from_pairs(&[("year", answers.year_text().as_str())]));
    html(&year_page(&house, ui, form))
}

/// The year alone; month and day as well where only they can tell whether somebody is 14.
fn year_page(house: &House, ui: Ui, form: Filled) -> YearPage {
    let today = house.clock().now().day();
    let year = BirthYear::parse(form.value("year"), today);
    let asks_day = year.is_ok_and(|year| year.majority(today) == Majority::DependsOnDay);
    YearPage { page: Page::new(house, ui, Tab::Learn), form, asks_day }
}

/// `POST /register/year`: those under 14 are told kindly how to come with a guardian.
pub async fn year(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let mut answers = Answers::of(&request, &house);
    let again = |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        html_with(StatusCode::UNPROCESSABLE_ENTITY, &year_page(&house, posted.ui.clone(), form))
    };
    let born = match forms::born(&posted.fields, house.clock().now().day()) {
        Ok(born) => born,
        Err(error) => return again(vec![error]),
    };
    answers.tell_year(born.year, born.majority == Majority::MayRegister);
    match born.majority {
        Majority::MayRegister => on(&answers, "/register/check", &house),
        Majority::NeedsGuardian => on(&answers, "/register/young", &house),
        Majority::DependsOnDay if posted.fields.has("month") => {
            again(vec![FieldError::new("month", Message::of("identity-year-needs-day"))])
        }
        Majority::DependsOnDay => on(&answers, "/register/year", &house),
    }
}

/// `GET /register/young`: how somebody under 14 comes with a guardian.
pub async fn young(ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    html(&YoungPage { page: Page::new(&house, ui, Tab::Help) })
}

/// Everything told and the phone proven, or the page where something is missing.
async fn told(request: &HttpRequest, house: &House) -> Result<Result<(Answers, Proven, Draft), HttpResponse>, AppError> {
    let answers = Answers::of(request, house);
    let Some(proven) = proven(request, house).await? else { return Ok(Err(redirect("/register"))) };
    let Some(name) = answers.name() else { return Ok(Err(redirect("/register/name"))) };
    let Some(birth_year) = answers.year() else { return Ok(Err(redirect("/register/year"))) };
    let choice = choice_of(request);
    let draft = Draft { name, birth_year, choice, font: "normal", lang: Lang::default() };
    Ok(Ok((answers, proven, draft)))
}

/// `GET /register/check`: all at a glance.
pub async fn check(request: HttpRequest, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (_, proven, draft) = match told(&request, &house).await? {
        Ok(told) => told,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let page = Page::new(&house, ui, Tab::Learn);
    html(&CheckPage { page, name: draft.name.to_string(), year: draft.birth_year.value(), phone: proven.phone.masked() })
}

/// `POST /register/check`.
pub async fn check_done(_posted: Posted) -> HttpResponse {
    redirect("/register/consent")
}

/// `GET /register/consent`: the text, and the two buttons.
pub async fn consent(request: HttpRequest, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    match told(&request, &house).await? {
        Ok(_) => html(&ConsentPage { page: Page::new(&house, ui, Tab::Learn) }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `POST /register/consent`: the account is made, or nothing is kept.
pub async fn agree(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    if posted.fields.get("agree") != "yes" {
        let mut response = redirect("/register/not-now");
        response.add_cookie(&gone(DRAFT_COOKIE, &house)).map_err(|error| AppError::Fault(error.to_string()))?;
        return Ok(response);
    }
    let (answers, _, mut draft) = match told(&request, &house).await? {
        Ok(told) => told,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Some(flow) = flow_of(&request, &house) else { return Ok(redirect("/register")) };
    (draft.font, draft.lang) = (posted.ui.font.code(), posted.ui.lang);
    let caller = Caller::of(&request, &house).on(answers.ownership());
    let make = async || {
        let (keys, origin, flow, draft) = (house.keys.clone(), caller.origin.clone(), flow.clone(), draft.clone());
        let held = caller.held.clone();
        write(&house, async move |tx| service::register_by_phone(tx, &keys, &origin, &flow, &draft, held.as_ref()).await).await
    };
    // Two taps at once: the slower one finds the account that the faster one has made.
    match make().await {
        Err(Error::PhoneTaken) => make().await?,
        outcome => outcome?,
    };
    let token = service::session_token(&house.keys, &flow);
    let opened = with_back("/register/done", &answers.back);
    let mut response = welcome(&house, &posted.ui, &caller, (&token, Assurance::Sms), &opened).await?;
    response.add_cookie(&gone(DRAFT_COOKIE, &house)).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(response)
}

/// `GET /register/not-now`: nothing was kept.
pub async fn not_now(ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    html(&NotNowPage { page: Page::new(&house, ui, Tab::Learn) })
}

/// `GET /privacy`: the text of consent, for everybody at any time.
pub async fn privacy(visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let who = visitor.0.map(|session| session.who());
    let page = Page::new(&house, ui, Tab::Elsewhere).of(who);
    html(&PrivacyPage { page, version: CONSENT_VERSION, officer: house.config.data_officer.clone() })
}
