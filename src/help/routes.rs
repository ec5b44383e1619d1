//! Pages for whoever asks: the form, the case, taking it back.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use sea_orm::ConnectionTrait;

use super::forms::CallBack;
use super::service::{self, Asked, Asker, Request, Source};
use super::views::{CaseLine, CasePage, HelpPage, ServicePoint};
use super::{Case, CaseNumber, Error, Kind, grouped};
use crate::config::{Config, Keys};
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Session, Visitor};
use crate::kernel::{Digest, LearnerId, SealKey, digest_of, mac_of};
use crate::places::{self, OrganisationKind, PlaceCode};
use crate::web::{Fields, Filled, House, Page, Posted, Tab, Ui, client_address, html, html_with, redirect, text};

/// Organisations looked through for a service point.
const MOST_ORGANISATIONS: u64 = 50;

/// `GET /help`: whom to ring, where to go, and how to be called back.
///
/// # Errors
/// What the database answers.
pub async fn show(visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let phone = match &visitor.0 {
        Some(session) => identity::profile(house.db.read(), &house.keys, session.acting.learner).await?.phone,
        None => None,
    };
    let phone = phone.map(|phone| grouped(phone.as_str())).unwrap_or_default();
    let form = Filled::with(Fields::from_pairs(&[("phone", &phone)]));
    html(&help_page(&house, ui, visitor.0.as_ref(), form).await?)
}

/// `POST /help`: asks to be called back.
///
/// # Errors
/// What the service refuses.
pub async fn ask(posted: Posted, visitor: Visitor, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let call = match CallBack::parse(&posted.fields) {
        Ok(call) => call,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            let page = help_page(&house, posted.ui, visitor.0.as_ref(), form).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let asker = asker_of(visitor.0.as_ref(), &posted.ui);
    let wish = Request {
        kind: Kind::CallBack,
        about: None,
        told: call.told,
        phone: Some(call.phone),
        place_code: place_for(&house.config, visitor.0.as_ref().and_then(|session| session.place_code.as_deref())),
        source: source_of(&request, &house),
    };
    let asked = Asked { once: posted.once()?, digest: posted.digest() };
    let key = key_of(house.db.read(), &house.keys, asker.learner()).await?;
    let work = async move |tx: &Tx| service::open(tx, &asker, &key, &wish, &asked).await;
    let opened = house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect(&format!("/help/{}", opened.number.as_str())))
}

/// `GET /help/{number}`: where the asker's case stands.
///
/// # Errors
/// [`AppError::NotFound`] where it is not the reader's.
pub async fn case(number: Path<String>, visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let asker = asker_of(visitor.0.as_ref(), &ui);
    let case = own_case(&house, &asker, &number, visitor.0.is_some()).await?;
    let contents = case.read(&key_of(house.db.read(), &house.keys, case.learner).await?);
    let line = CaseLine::of(&case, ui.lang);
    let officer = (case.kind == Kind::DataComplaint).then(|| house.config.data_officer.clone());
    let page = page_of(&house, ui, visitor.0.as_ref());
    html(&CasePage { page, line, case, contents, officer })
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
    let asker = asker_of(visitor.0.as_ref(), &posted.ui);
    let number = own_case(&house, &asker, &number, visitor.0.is_some()).await?.number;
    let path = format!("/help/{}", number.as_str());
    house.db.write_for(posted.ui.request, async move |tx| service::withdraw(tx, &asker, &number).await).await?;
    Ok(redirect(&path))
}

/// The asker's case; somebody who is not signed in may be its owner and is led to the sign-in page.
async fn own_case(house: &House, asker: &Asker, number: &str, is_signed_in: bool) -> Result<Case, AppError> {
    let number = text::digits(number).and_then(|digits| CaseNumber::parse(&digits)).ok_or(AppError::NotFound)?;
    match service::find_by_number(house.db.read(), asker, &number).await {
        Err(Error::NoSuchCase) if !is_signed_in => Err(AppError::SignInFirst),
        outcome => Ok(outcome?),
    }
}

fn page_of(house: &House, ui: Ui, session: Option<&Session>) -> Page {
    Page::new(house, ui, Tab::Help).of(session.map(Session::who))
}

async fn help_page(house: &House, ui: Ui, session: Option<&Session>, form: Filled) -> Result<HelpPage, AppError> {
    let mine = match session {
        Some(session) => service::list_of(house.db.read(), session.acting.learner).await?,
        None => Vec::new(),
    };
    let mine = mine.iter().filter(|case| case.state.is_waiting()).map(|case| CaseLine::of(case, ui.lang)).collect();
    let place = place_for(&house.config, session.and_then(|session| session.place_code.as_deref()));
    let point = service_point(house.db.read(), &place, &house.config.help_place).await?;
    Ok(HelpPage { page: page_of(house, ui, session), form, point, mine })
}

/// The nearest service point: of the village, else of the town, else of the county; else the words of the configuration.
async fn service_point(db: &impl ConnectionTrait, place: &str, otherwise: &str) -> Result<ServicePoint, AppError> {
    let mut areas: Vec<PlaceCode> =
        [12, 9, 6].iter().filter_map(|level| place.get(..*level)).filter_map(PlaceCode::parse).collect();
    areas.dedup();
    for area in areas {
        let all = places::list_organisations(db, &[area], MOST_ORGANISATIONS).await?;
        if let Some(point) = all.into_iter().find(|one| one.kind == OrganisationKind::ServicePoint) {
            let phone = point.phone.map(|phone| (text::digits(&phone).unwrap_or_default(), phone));
            return Ok(ServicePoint { name: point.name, address: point.address, opening_hours: point.opening_hours, phone });
        }
    }
    Ok(ServicePoint { name: otherwise.to_owned(), address: None, opening_hours: None, phone: None })
}

/// Who asks: the learner, or the browser by the digest of its forms' token.
pub(super) fn asker_of(session: Option<&Session>, ui: &Ui) -> Asker {
    match session {
        Some(session) => Asker::Learner(session.acting),
        None => Asker::Browser(digest_of(&[b"help", ui.csrf.as_bytes()])),
    }
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
