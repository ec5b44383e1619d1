//! Somebody's accounts: which are read as one, what was asked about that, and asking.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::forms::Wish;
use super::request_routes::{page_of, rows_of};
use super::service;
use super::views::{AccountRow, AccountsPage};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{
    self, AliasKind, Corrector, Form, Found, Membership, NewAliasRequest, Officer, Profile, Role, Session, StaffScope, Whose,
};
use crate::kernel::LearnerId;
use crate::places;
use crate::recognition::AliasError;
use crate::web::{FieldError, Filled, House, Posted, Ui, html_with, redirect};

/// What a link says besides.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    end: String,
}

async fn learner_seen(house: &House, scope: &StaffScope, (id, roles): (&str, &'static [Role])) -> Result<Found, AppError> {
    let learner: LearnerId = id.parse().map_err(|_| AppError::NotFound)?;
    let (keys, scope) = (house.keys.clone(), scope.clone());
    let work = async move |tx: &Tx| service::see_learner(tx, &keys, &scope, (learner, roles)).await;
    Ok(house.db.write::<_, AliasError, _>(work).await?)
}

/// `GET /staff/learners/{id}/joined?end={account}`: the accounts of this person, and what was asked about them; with the form that asks that
/// one of them stand for itself again.
///
/// # Errors
/// [`AppError::NotFound`] where the person is not theirs to see.
pub async fn show(
    staff: Corrector,
    path: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let found = learner_seen(&house, &staff.scope, (&path, Role::CORRECTORS)).await?;
    let reader = Reader { house: &house, session: &staff.session, scope: &staff.scope };
    html_with(StatusCode::OK, &reader.page(ui, &found.profile, (link.end.parse().ok(), Filled::default())).await?)
}

/// `POST /staff/learners/{id}/joined`: asks that another account be read through this one (`kind=join`), or that this end (`kind=end`).
///
/// # Errors
/// As [`show`]; [`AppError::NotAllowed`] for one's own accounts.
pub async fn ask(staff: Officer, path: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let Found { profile, by, .. } = learner_seen(&house, &staff.scope, (&path, Role::OFFICERS)).await?;
    let reader = Reader { house: &house, session: &staff.session, scope: &staff.scope };
    let ending = Some(posted.fields.get("account")).filter(|_| posted.fields.get("kind") == AliasKind::End.code());
    let ending = ending.and_then(|account| account.parse().ok());
    let wish = match Wish::parse(&posted.fields) {
        Ok(wish) => wish,
        Err(errors) => {
            let page = reader.page(posted.ui, &profile, (ending, Filled::wrong(posted.fields, errors))).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (keys, scope, other) = (house.keys.clone(), staff.scope.clone(), wish.other);
    let work = async move |tx: &Tx| service::find_other(tx, &keys, &scope, &other).await;
    let found = house.db.write::<_, AliasError, _>(work).await?;
    let Some(other) = found.filter(|other| other.learner != profile.learner) else {
        let error = FieldError::new("number", Message::of("alias-number-none"));
        let page = reader.page(posted.ui, &profile, (ending, Filled::wrong(posted.fields, vec![error]))).await?;
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let db = house.db.read();
    let authority = places::authority_of(&house, profile.place_code.as_deref()).await?;
    let key = identity::person_key(db, &house.keys, other.learner).await?;
    let (_, joined_by) = identity::membership_of(db, other.learner).await?;
    let new = NewAliasRequest {
        learner: other.learner,
        primary: profile.learner,
        kind: wish.kind,
        ends: joined_by.filter(|_| wish.kind == AliasKind::End),
        asker: staff.scope.actor(),
        reason: wish.reason,
        ground_sealed: identity::seal_alias_ground(&key, &wish.ground),
        responsible_org: authority.organisation_name.clone(),
        // Of somebody who has not said where they live it belongs where it was asked.
        place_code: profile.place_code.clone().unwrap_or_else(|| by.area.as_str().to_owned()),
    };
    let form = Form { action: "identity.alias_ask", actor: staff.scope.actor(), once: posted.once()? };
    let work = async move |tx: &Tx| identity::ask_alias(tx, &new, &form).await;
    let hindered = match house.db.write_for(posted.ui.request, work).await {
        Ok(id) => return Ok(redirect(&format!("/staff/aliases/{}/{id}?said=asked", other.learner))),
        Err(identity::Error::AliasImpossible) => "alias-impossible",
        Err(identity::Error::AliasAsked) => "alias-asked-already",
        Err(error) => return Err(error.into()),
    };
    let form = Filled::wrong(posted.fields, vec![FieldError::new("number", Message::of(hindered))]);
    html_with(StatusCode::CONFLICT, &reader.page(posted.ui, &profile, (ending, form)).await?)
}

/// Who looks at somebody's accounts.
struct Reader<'a> {
    house: &'a House,
    session: &'a Session,
    scope: &'a StaffScope,
}

impl Reader<'_> {
    async fn page(
        &self,
        ui: Ui,
        profile: &Profile,
        (ending, form): (Option<LearnerId>, Filled),
    ) -> Result<AccountsPage, AppError> {
        let (db, learner) = (self.house.db.read(), profile.learner);
        let membership = identity::membership_of(db, learner).await?.0;
        let accounts = identity::accounts_of(db, learner).await?;
        let mut joined = Vec::new();
        for account in accounts.iter().filter(|account| **account != learner) {
            let other = identity::profile(db, &self.house.keys, *account).await.ok();
            joined.push(AccountRow::of(*account, other.as_ref(), accounts.first() == Some(account)));
        }
        let requests = identity::list_alias_requests_of(db, learner).await?;
        let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
        let is_own = learner == self.scope.actor();
        let lang = ui.lang;
        Ok(AccountsPage {
            learner,
            name: profile.name.clone(),
            is_read_through: matches!(membership, Membership::ReadThrough(_)),
            ending: ending.filter(|account| *account != learner && accounts.contains(account)),
            joined,
            requests: rows_of(self.house, &requests, lang).await?,
            may_ask: !is_own && self.scope.grant_for(Role::OFFICERS, whose).is_some(),
            is_own,
            form,
            page: page_of(self.house, ui, self.session),
        })
    }
}
