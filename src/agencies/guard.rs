//! The right to work for an agency, as extractors: whoever stands in a route's `{agency}`, looked at anew with every request.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::{Agency, service};
use crate::db::{DbFault, Tx};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{Checker, Corrector, Role, Session, StaffScope};
use crate::kernel::AgencyId;
use crate::places::PlaceCode;
use crate::web::House;

/// What somebody does for an agency.
pub trait Work {
    /// One of these roles, in the agency's organisation.
    const ROLES: &'static [Role];
}

/// Taking on and preparing.
#[derive(Clone, Copy, Debug)]
pub struct Preparing;

/// Being the second.
#[derive(Clone, Copy, Debug)]
pub struct Seconding;

/// One of these two.
#[derive(Clone, Copy, Debug)]
pub struct AnyWork;

impl Work for Preparing {
    const ROLES: &'static [Role] = Role::OFFICERS;
}

impl Work for Seconding {
    const ROLES: &'static [Role] = Role::REVIEWERS;
}

impl Work for AnyWork {
    const ROLES: &'static [Role] = Role::CORRECTORS;
}

/// Somebody who works for the agency of the route's `{agency}`, which works today.
#[derive(Clone, Debug)]
pub struct AgencyStaff<W = AnyWork> {
    /// Their session.
    pub session: Session,
    /// The agency.
    pub agency: Agency,
    /// What they may see for it: their roles in its organisation, each within its place and its line of work.
    pub scope: StaffScope,
    work: PhantomData<W>,
}

/// 经办人 of the agency.
pub type AgencyOfficer = AgencyStaff<Preparing>;

/// 复核人 of the agency.
pub type AgencyReviewer = AgencyStaff<Seconding>;

/// One of these two.
pub type AgencyWorker = AgencyStaff<AnyWork>;

impl<W: Work> AgencyStaff<W> {
    async fn of(request: &HttpRequest) -> Result<Self, AppError> {
        let Corrector { session, scope, .. } = Corrector::extract(request).await?;
        if !scope.has_any(W::ROLES) {
            return Err(AppError::NotAllowed);
        }
        let house = request.app_data::<Data<House>>().ok_or_else(|| AppError::Fault("no house".to_owned()))?;
        let id: AgencyId = request.match_info().get("agency").and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
        let agency = service::find_for(house.db.read(), &scope, id).await?.ok_or(AppError::NotFound)?;
        let own = scope.within_organisation(agency.organisation, agency.line.as_deref());
        if !own.has_any(W::ROLES) {
            let works_there = scope.grants().iter().any(|grant| grant.organisation == Some(agency.organisation));
            turn_away(house, &scope, &agency, if works_there { "line" } else { "agency" }).await?;
            return Err(AppError::NotFound);
        }
        if agency.is_closed || agency.suspended.is_some() {
            turn_away(house, &scope, &agency, if agency.is_closed { "closed" } else { "suspended" }).await?;
            let key = if agency.is_closed { "agencies-is-closed" } else { "agencies-is-suspended" };
            return Err(AppError::Changed(Message::of(key)));
        }
        Ok(Self { session, agency, scope: own, work: PhantomData })
    }
}

/// Whoever looks after what an agency has issued: its people, also while it is suspended; once it has closed, whoever administers its place.
#[derive(Clone, Debug)]
pub struct AgencyKeeper {
    /// Their session.
    pub session: Session,
    /// The agency.
    pub agency: Agency,
    /// What they may see for it.
    pub scope: StaffScope,
}

/// What of somebody's roles counts for what an agency has issued: those in its organisation; once it has closed, those of an administrator of its
/// place. None: it is not theirs.
#[must_use]
pub fn keeping_scope(agency: &Agency, scope: &StaffScope) -> Option<StaffScope> {
    if agency.is_closed {
        let place = PlaceCode::parse(&agency.place_code)?;
        return scope.administers(&place).then(|| scope.clone());
    }
    let own = scope.within_organisation(agency.organisation, agency.line.as_deref());
    own.has_any(Role::CORRECTORS).then_some(own)
}

impl AgencyKeeper {
    async fn of(request: &HttpRequest) -> Result<Self, AppError> {
        let Checker { session, scope, .. } = Checker::extract(request).await?;
        let house = request.app_data::<Data<House>>().ok_or_else(|| AppError::Fault("no house".to_owned()))?;
        let id: AgencyId = request.match_info().get("agency").and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
        let agency = service::find_for(house.db.read(), &scope, id).await?.ok_or(AppError::NotFound)?;
        let Some(own) = keeping_scope(&agency, &scope) else {
            turn_away(house, &scope, &agency, if agency.is_closed { "closed" } else { "agency" }).await?;
            return Err(AppError::NotFound);
        };
        Ok(Self { session, agency, scope: own })
    }
}

impl FromRequest for AgencyKeeper {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

/// Keeps that somebody was turned away.
async fn turn_away(house: &House, scope: &StaffScope, agency: &Agency, why: &'static str) -> Result<(), AppError> {
    let (actor, id, place) = (scope.actor(), agency.id, agency.place_code.clone());
    let kept = async move |tx: &Tx| -> Result<(), DbFault> { Ok(service::turn_away(tx, actor, (id, &place), why).await?) };
    Ok(house.db.write(kept).await?)
}

impl<W: Work + 'static> FromRequest for AgencyStaff<W> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}
