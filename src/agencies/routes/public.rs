//! What everybody may read of an agency, and the first page of those who work for one.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::{facts_of, keys_of, page_of, used_words, words};
use crate::agencies::views::{OwnAgenciesPage, OwnAgencyPage, PowersView, PublicPage};
use crate::agencies::{Agency, AgencyWorker, service};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::{Corrector, Grant, Session, Visitor};
use crate::web::{House, Page, Tab, Ui, html, id_in};

async fn powers_now(house: &House, lang: Lang, shelf: &Shelf, agency: &Agency) -> Result<Option<PowersView>, AppError> {
    let now = service::delegation_of(house.db.read(), agency.id, house.clock().now().day()).await?;
    Ok(now.map(|version| words(lang, shelf).powers(&version.powers)))
}

/// `GET /agencies/{id}`: name, code, contact, what it may do, its public keys. Closed ones too: what they signed is still verified.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such agency.
pub async fn show(
    visitor: Visitor,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = service::find_agency(house.db.read(), id_in(&id)?).await?.ok_or(AppError::NotFound)?;
    let lang = ui.lang;
    let works = !agency.is_closed && agency.suspended.is_none();
    html(&PublicPage {
        facts: facts_of(&house, lang, &agency).await?,
        now: if works { powers_now(&house, lang, &shelf, &agency).await? } else { None },
        keys: keys_of(&house, lang, &agency).await?,
        page: Page::new(&house, ui, Tab::Elsewhere).of(visitor.0.as_ref().map(Session::who)),
    })
}

/// `GET /staff/agency`: the agencies that one works for.
///
/// # Errors
/// What the database answers.
pub async fn own_list(staff: Corrector, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let rows = service::list_worked_for(house.db.read(), &staff.scope).await?;
    html(&OwnAgenciesPage { page: page_of(&house, ui, &staff.session), rows })
}

/// The first page of those who work for an agency: what it may do, and how much of this year's quota was used. `appeals`: how many about certificates
/// wait for an answer, which is known further up.
///
/// # Errors
/// What the database answers.
pub async fn own(
    staff: &AgencyWorker,
    ui: Ui,
    (house, shelf): (&House, &Shelf),
    appeals: usize,
) -> Result<HttpResponse, AppError> {
    let lang = ui.lang;
    let role = |grant: &Grant| lang.t(&format!("role-{}", grant.role.code()));
    let mut roles: Vec<String> = staff.scope.grants().iter().map(role).collect();
    roles.dedup();
    html(&OwnAgencyPage {
        facts: facts_of(house, lang, &staff.agency).await?,
        now: powers_now(house, lang, shelf, &staff.agency).await?,
        used: used_words(house, lang, &staff.agency).await?,
        roles,
        appeals,
        page: page_of(house, ui, &staff.session),
    })
}
