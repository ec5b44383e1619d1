//! One key on an administrator's desk: asking that it be believed no longer, agreeing or not, taking that back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{own, page_of};
use crate::agencies::doubt_forms::Doing;
use crate::agencies::doubt_views::KeyPage;
use crate::agencies::views::{KeyView, May};
use crate::agencies::{Agency, AgencyKey, Doubt, Error, State, service};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Administrator};
use crate::kernel::LearnerId;
use crate::web::{FieldError, FieldErrors, Filled, House, Posted, Ui, html_with, redirect};

/// What was done just now.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
}

/// A key with the doubt about it that waits, and the newest one that was refused.
struct Seen {
    agency: Agency,
    key: AgencyKey,
    doubts: Vec<Doubt>,
}

impl Seen {
    fn open(&self) -> Option<&Doubt> {
        self.doubts.iter().find(|doubt| doubt.state == State::Open)
    }
}

async fn found(house: &House, admin: &Administrator, (agency, generation): &(String, String)) -> Result<Seen, AppError> {
    let agency = own(house, admin, agency).await?;
    let generation: i64 = generation.parse().map_err(|_| AppError::NotFound)?;
    let keys = service::verifying_keys_of(house.db.read(), agency.id).await?;
    let key = keys.into_iter().find(|key| key.generation == generation).ok_or(AppError::NotFound)?;
    let mut doubts = service::list_doubts(house.db.read(), agency.id).await?;
    doubts.retain(|doubt| doubt.generation == generation);
    Ok(Seen { agency, key, doubts })
}

fn href_of(seen: &Seen) -> String {
    format!("/staff/agencies/{}/keys/{}", seen.agency.id, seen.key.generation)
}

/// `GET /staff/agencies/{id}/keys/{generation}`.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or the agency lies elsewhere.
pub async fn key_page(
    admin: Administrator,
    path: Path<(String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let seen = found(&house, &admin, &path).await?;
    let said = match link.said.as_str() {
        "asked" if seen.open().is_some() => "agencies-said-doubted",
        "agreed" if seen.key.distrusted_at.is_some() => "agencies-said-distrusted",
        "disagreed" if seen.open().is_none() => "agencies-said-disagreed",
        "withdrawn" if seen.open().is_none() => "agencies-said-withdrawn",
        _ => "",
    };
    page(&house, &admin, ui, (&seen, said), (StatusCode::OK, Filled::default())).await
}

/// What the reader may do with the doubt that waits, and whether they work for the agency: then they neither ask nor decide.
async fn may(house: &House, admin: &Administrator, seen: &Seen) -> Result<(May, bool), AppError> {
    let actor = admin.scope.actor();
    let is_own = match service::must_not_work_for(house.db.read(), &seen.agency, actor).await {
        Ok(()) => false,
        Err(Error::OwnAgency) => true,
        Err(error) => return Err(error.into()),
    };
    let may = match seen.open() {
        Some(open) if open.asked.0 == actor => May::TakeBack,
        Some(_) if !is_own => May::Decide,
        _ => May::Look,
    };
    Ok((may, is_own))
}

async fn page(
    house: &House,
    admin: &Administrator,
    ui: Ui,
    (seen, said): (&Seen, &'static str),
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let lang = ui.lang;
    let open = seen.open();
    let people: Vec<LearnerId> = open.map(|open| open.asked.0).into_iter().collect();
    let names = identity::staff_names_of(house.db.read(), &house.keys, &people).await?;
    let refused = seen.doubts.iter().find(|doubt| doubt.state == State::Refused && open.is_none());
    let (may, is_own) = may(house, admin, seen).await?;
    let view = KeyPage {
        id: seen.agency.id,
        name: seen.agency.name.clone(),
        href: href_of(seen),
        key: KeyView::of(lang, &seen.key, house.clock().now().day()),
        doubt: open.map(|open| open.id.to_string()).unwrap_or_default(),
        asker: open.and_then(|open| names.get(&open.asked.0).cloned()).unwrap_or_default(),
        asked: open.map(|open| open.asked.1.day().to_string()).unwrap_or_default(),
        why: open.map(|open| open.why.clone()).unwrap_or_default(),
        answer: refused.and_then(|doubt| doubt.answer.clone()).unwrap_or_default(),
        may,
        is_own,
        form,
        said,
        page: page_of(house, ui, &admin.session),
    };
    html_with(status, &view)
}

/// `POST /staff/agencies/{id}/keys/{generation}`: 申请停用, 同意, 不同意, 收回 (`doing`).
///
/// # Errors
/// As [`key_page`]; what the service refuses.
pub async fn doubt(
    admin: Administrator,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let seen = found(&house, &admin, &path).await?;
    let again = async |posted: Posted, status: StatusCode, errors: FieldErrors| {
        let form = Filled::wrong(posted.fields, errors);
        page(&house, &admin, posted.ui, (&seen, ""), (status, form)).await
    };
    let doing = match Doing::parse(&posted.fields) {
        Ok(doing) => doing,
        Err(errors) => return again(posted, StatusCode::UNPROCESSABLE_ENTITY, errors).await,
    };
    let (actor, said) = (admin.scope.actor(), doing.said());
    let (agency, generation) = (seen.agency.id, seen.key.generation);
    // What the form was shown with: another one may wait by now, for another reason.
    let named = posted.fields.get("doubt").parse::<uuid::Uuid>().ok();
    let id = named.filter(|named| seen.doubts.iter().any(|doubt| doubt.id == *named));
    let field = if matches!(doing, Doing::Ask(_)) { "distrust_why" } else { "answer" };
    let new = service::fresh_key(&house.keys, agency);
    let work = async move |tx: &Tx| match (&doing, id) {
        (Doing::Ask(why), _) => service::doubt_key(tx, (agency, generation), actor, why).await.map(|_| ()),
        (_, None) => Err(Error::Decided),
        (Doing::Agree, Some(id)) => service::distrust_key(tx, (agency, id), actor, &new).await,
        (Doing::Disagree(words), Some(id)) => service::keep_trust(tx, (agency, id), actor, words).await,
        (Doing::Withdraw, Some(id)) => service::withdraw_doubt(tx, (agency, id), actor).await,
    };
    match house.db.write_for(posted.ui.request, work).await {
        Ok(()) => Ok(redirect(&format!("{}?said={said}", href_of(&seen)))),
        Err(error) => {
            let (status, message): (StatusCode, Message) = match AppError::from(error) {
                AppError::Refused(message) => (StatusCode::UNPROCESSABLE_ENTITY, message),
                AppError::Changed(message) => (StatusCode::CONFLICT, message),
                other => return Err(other),
            };
            again(posted, status, vec![FieldError::new(field, message)]).await
        }
    }
}
