//! Pages for whoever asks: the form, the case, taking it back and up again.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::forms::{self, CallBack};
use super::service::{self, Asked, Asker, Opened, Request, Source};
use super::views::{CaseLine, CasePage, Dial, HelpPage, Saying, ServicePoint};
use super::{CallPhone, Case, CaseNumber, Error, Kind, State};
use crate::config::{Config, Keys};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Act, Learner, Session, Visitor};
use crate::kernel::{Digest, LearnerId, SealKey, digest_of, mac_of};
use crate::places::{self, OrganisationKind, PlaceCode};
use crate::web::{FieldError, Fields, Filled, House, Page, Posted, Tab, Ui, client_address, html, html_with, redirect, text};

/// Days for which an answered case stands on the page.
const ANSWERED_SHOWN_DAYS: i64 = 30;
/// Organisations looked through for a service point.
const MOST_ORGANISATIONS: u64 = 50;

/// What a link to these pages may carry.
#[derive(Debug, Deserialize)]
pub struct HelpLink {
    /// The 求助码 of the page that somebody comes from.
    #[serde(default)]
    code: String,
    /// What has just been done.
    #[serde(default)]
    said: String,
}

/// `GET /help`: whom to ring, where to go, and how to be called back.
///
/// # Errors
/// What the database answers.
pub async fn show(visitor: Visitor, link: Query<HelpLink>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let phone = known_phone(&house, visitor.0.as_ref()).await?;
    let phone = phone.map(|phone| text::grouped(phone.as_str())).unwrap_or_default();
    let form = Filled::with(Fields::from_pairs(&[("phone", &phone)]));
    let mut page = help_page(&house, ui, visitor.0.as_ref(), form).await?;
    let is_code = link.code.len() == 4 && link.code.bytes().all(|byte| byte.is_ascii_digit());
    page.code = is_code.then(|| link.code.clone());
    html(&page)
}

/// The number of the reader's account; nobody's where the session is one that a found card could have opened.
async fn known_phone(house: &House, session: Option<&Session>) -> Result<Option<CallPhone>, AppError> {
    let Some(session) = session.filter(|session| session.may(Act::ReadAll)) else { return Ok(None) };
    let phone = identity::profile(house.db.read(), &house.keys, session.acting.learner).await?.phone;
    Ok(phone.and_then(|phone| CallPhone::parse(phone.as_str()).ok()))
}

/// `POST /help`: asks to be called back.
///
/// # Errors
/// What the service refuses.
pub async fn ask(posted: Posted, visitor: Visitor, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let session = visitor.0.as_ref();
    let again = async |status, errors, wait: Option<u32>| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        let mut answer = html_with(status, &help_page(&house, posted.ui.clone(), session, form).await?)?;
        if let Some(seconds) = wait {
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        }
        Ok(answer)
    };
    let call = match CallBack::parse(&posted.fields) {
        Ok(call) => call,
        Err(errors) => return again(StatusCode::UNPROCESSABLE_ENTITY, errors, None).await,
    };
    let asker = asker_of(session, &posted.ui);
    let wish = Request {
        kind: Kind::CallBack,
        about: None,
        told: call.told,
        phone: Some(call.phone),
        place_code: place_for(&house.config, session.and_then(|session| session.place_code.as_deref())),
        concerns: None,
        source: source_of(&request, &house),
    };
    match open_case(&house, &posted, asker, wish).await {
        Ok(opened) => Ok(redirect(&asked_path(&opened))),
        Err(CannotOpen::Case(Error::TooMany(seconds))) => {
            let message = Message::of("help-too-many-calls").with("minutes", seconds.div_ceil(60));
            again(StatusCode::TOO_MANY_REQUESTS, vec![FieldError::new("phone", message)], Some(seconds)).await
        }
        Err(CannotOpen::Case(Error::TooManyOpen)) => {
            let error = FieldError::new("phone", Message::of("help-too-many-open"));
            again(StatusCode::UNPROCESSABLE_ENTITY, vec![error], None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /help/print`: asks for something to be printed.
///
/// # Errors
/// [`AppError::Malformed`] where we have no such paper; what the service refuses.
pub async fn ask_print(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let told = forms::print(&posted.fields).ok_or(AppError::Malformed("paper"))?;
    let profile = identity::profile(house.db.read(), &house.keys, session.acting.learner).await?;
    let phone = profile.phone.and_then(|phone| CallPhone::parse(phone.as_str()).ok());
    let place_code = place_for(&house.config, session.place_code.as_deref());
    let wish = Request { kind: Kind::Print, about: None, told, phone, place_code, concerns: None, source: None };
    let opened = open_case(&house, &posted, Asker::Learner(session.acting), wish).await?;
    Ok(redirect(&asked_path(&opened)))
}

/// Why a case could not be opened.
enum CannotOpen {
    /// Help's own refusal.
    Case(Error),
    /// Anything else.
    Other(AppError),
}

impl From<CannotOpen> for AppError {
    fn from(error: CannotOpen) -> Self {
        match error {
            CannotOpen::Case(error) => error.into(),
            CannotOpen::Other(error) => error,
        }
    }
}

async fn open_case(house: &House, posted: &Posted, asker: Asker, wish: Request) -> Result<Opened, CannotOpen> {
    let asked = Asked { once: posted.once().map_err(CannotOpen::Other)?, digest: posted.digest() };
    let key = key_of(house.db.read(), &house.keys, asker.learner()).await.map_err(CannotOpen::Other)?;
    let work = async move |tx: &Tx| service::open(tx, &asker, &key, &wish, &asked).await;
    house.db.write_for(posted.ui.request, work).await.map_err(CannotOpen::Case)
}

/// The page of a case that was opened just now.
#[must_use]
pub fn asked_path(opened: &Opened) -> String {
    format!("/help/{}?said=asked", opened.number.as_str())
}

/// `GET /help/{number}`: where the asker's case stands. What was said is shown to nobody who may only have found a card.
///
/// # Errors
/// [`AppError::NotFound`] where it is not the reader's.
pub async fn case(
    number: Path<String>,
    link: Query<HelpLink>,
    visitor: Visitor,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let session = visitor.0.as_ref();
    let (_, case) = own_case(&house, session, &ui, &number).await?;
    let may_read = session.is_none_or(|session| session.may(Act::ReadAll));
    let contents = match may_read {
        true => Some(case.read(&key_of(house.db.read(), &house.keys, case.learner).await?)),
        false => None,
    };
    let line = CaseLine::of(&case, ui.lang);
    let officer = || session.map_or(&house.config.data_officer, |session| &session.authority.data_officer).clone();
    let officer = (case.kind == Kind::DataComplaint).then(officer);
    let said = Saying::of(&link.said, &case);
    let now = house.clock().now();
    html(&CasePage { page: page_of(&house, ui, session), line, case, contents, officer, said, now })
}

/// `POST /help/{number}/withdraw`: the asker takes the case back.
///
/// # Errors
/// As [`case`]; also where it was answered meanwhile.
pub async fn withdraw(
    number: Path<String>,
    posted: Posted,
    visitor: Visitor,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (asker, case) = own_case(&house, visitor.0.as_ref(), &posted.ui, &number).await?;
    let path = format!("/help/{}?said=withdrawn", case.number.as_str());
    house.db.write_for(posted.ui.request, async move |tx| service::withdraw(tx, &asker, &case.number).await).await?;
    Ok(redirect(&path))
}

/// `POST /help/{number}/resume`: the asker takes up again what they took back.
///
/// # Errors
/// As [`case`]; also where it was taken back too long ago.
pub async fn resume(
    number: Path<String>,
    posted: Posted,
    visitor: Visitor,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (asker, case) = own_case(&house, visitor.0.as_ref(), &posted.ui, &number).await?;
    let path = format!("/help/{}?said=resumed", case.number.as_str());
    house.db.write_for(posted.ui.request, async move |tx| service::resume(tx, &asker, &case.number).await).await?;
    Ok(redirect(&path))
}

/// The asker's case, and as whom they asked: by their account, or from this browser before they signed in. Somebody who is not signed in
/// may be its owner and is led to the sign-in page.
async fn own_case(house: &House, session: Option<&Session>, ui: &Ui, number: &str) -> Result<(Asker, Case), AppError> {
    let number = text::digits(number).and_then(|digits| CaseNumber::parse(&digits)).ok_or(AppError::NotFound)?;
    let asker = asker_of(session, ui);
    match service::find_by_number(house.db.read(), &asker, &number).await {
        Err(Error::NoSuchCase) => {}
        outcome => return Ok((asker, outcome?)),
    }
    let Some(session) = session else { return Err(AppError::SignInFirst) };
    let before = asked_before(house, session, ui).await?;
    let case = before.into_iter().find(|case| case.number == number).ok_or(AppError::NotFound)?;
    Ok((Asker::Browser(browser_of(ui)), case))
}

/// What the reader asked from this browser before they signed in.
async fn asked_before(house: &House, session: &Session, ui: &Ui) -> Result<Vec<Case>, AppError> {
    let Some(phone) = known_phone(house, Some(session)).await? else { return Ok(Vec::new()) };
    let key = key_of(house.db.read(), &house.keys, LearnerId::NOBODY).await?;
    Ok(service::list_of_browser(house.db.read(), &browser_of(ui), &key, &phone).await?)
}

fn page_of(house: &House, ui: Ui, session: Option<&Session>) -> Page {
    Page::new(house, ui, Tab::Help).of(session.map(Session::who))
}

async fn help_page(house: &House, ui: Ui, session: Option<&Session>, form: Filled) -> Result<HelpPage, AppError> {
    let mine = match session {
        Some(session) => {
            let mut cases = service::list_of_all(house.db.read(), &session.accounts()).await?;
            cases.extend(asked_before(house, session, &ui).await?);
            cases
        }
        // Whoever sits at this browser now need not be who asked.
        None => Vec::new(),
    };
    // What was answered of late stands there too: who asked need not have kept the number.
    let since = house.clock().now().plus_days(-ANSWERED_SHOWN_DAYS);
    let is_shown = |case: &&Case| case.state.is_waiting() || (case.state == State::Answered && case.changed_at > since);
    let mine = mine.iter().filter(is_shown).map(|case| CaseLine::of(case, ui.lang)).collect();
    let place = place_for(&house.config, session.and_then(|session| session.place_code.as_deref()));
    let page = page_of(house, ui, session);
    let point = service_point(house.db.read(), &place, &page).await?;
    Ok(HelpPage { page, form, point, mine, code: None })
}

/// The nearest service point: of the village, else of the town, else of the county; else what their place says.
async fn service_point(db: &impl ConnectionTrait, place: &str, page: &Page) -> Result<ServicePoint, AppError> {
    let mut areas: Vec<PlaceCode> =
        [12, 9, 6].iter().filter_map(|level| place.get(..*level)).filter_map(PlaceCode::parse).collect();
    areas.dedup();
    for area in areas {
        let all = places::list_organisations(db, &[area], MOST_ORGANISATIONS).await?;
        if let Some(point) = all.into_iter().find(|one| one.kind == OrganisationKind::ServicePoint) {
            let digits = point.phone.as_deref().and_then(text::digits).filter(|digits| !digits.is_empty());
            let phone = digits.map(|digits| Dial { words: text::grouped(&digits), digits });
            let hours = Some(point.open_words(page.lang()).join(&page.t("hours-then"))).filter(|words| !words.is_empty());
            return Ok(ServicePoint { name: point.name, address: point.address, opening_hours: hours, phone });
        }
    }
    Ok(ServicePoint { name: page.help_place.clone(), address: None, opening_hours: None, phone: None })
}

/// Who asks: the learner, or the browser by the digest of the token that its forms carry while nobody is signed in.
pub(super) fn asker_of(session: Option<&Session>, ui: &Ui) -> Asker {
    match session {
        Some(session) => Asker::Learner(session.acting),
        None => Asker::Browser(browser_of(ui)),
    }
}

/// By which a browser is known again, before and after its owner signs in.
fn browser_of(ui: &Ui) -> Digest {
    digest_of(&[b"help", ui.visitor.as_bytes()])
}

/// The place that answers somebody who lives at `lives_at`: it, where this bank serves it; else the bank's own.
#[must_use]
pub fn place_for(config: &Config, lives_at: Option<&str>) -> String {
    lives_at.filter(|place| place.starts_with(&config.home_place)).unwrap_or(&config.home_place).to_owned()
}

/// The key that seals what `learner` tells us: their own, or the bank's for somebody without an account.
///
/// # Errors
/// Where the person has left.
pub async fn key_of(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId) -> Result<SealKey, AppError> {
    if learner == LearnerId::NOBODY {
        return Ok(SealKey::from_bytes(keys.for_purpose("help")));
    }
    Ok(identity::person_key(db, keys, learner).await?)
}

/// The digest of the asker's address (of IPv6, of the network of one house).
fn source_of(request: &HttpRequest, house: &House) -> Option<Source> {
    let network = match client_address(request, house)?.to_canonical() {
        std::net::IpAddr::V4(v4) => v4.octets().to_vec(),
        std::net::IpAddr::V6(v6) => v6.octets().into_iter().take(8).collect(),
    };
    Digest::from_slice(mac_of(&house.keys.for_purpose("help-source"), &[&network]).bytes()).map(Source)
}
