//! Which columns the lists of an organisation have.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{page_of, write};
use crate::enrolment::batch_views::FormatPage;
use crate::enrolment::columns::Column;
use crate::enrolment::{batch_forms, service};
use crate::error::AppError;
use crate::identity::{Administrator, Role};
use crate::kernel::OrganisationId;
use crate::places::{self, Organisation};
use crate::web::{Fields, Filled, House, Posted, Ui, html, redirect};

/// What a link to the page carries.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
}

async fn own(house: &House, admin: &Administrator, path: &str) -> Result<Organisation, AppError> {
    let id: OrganisationId = path.parse().map_err(|_| AppError::NotFound)?;
    let found = places::find_organisation(house.db.read(), id).await?.ok_or(AppError::NotFound)?;
    let areas = admin.scope.areas(Role::ADMINISTRATORS);
    if areas.iter().any(|area| area.covers(&found.place_code)) { Ok(found) } else { Err(AppError::NotFound) }
}

/// `GET /staff/organisations/{id}/format`.
pub async fn format(
    admin: Administrator,
    path: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let Organisation { id, name, .. } = own(&house, &admin, &path).await?;
    let format = service::find_format(house.db.read(), Some(id)).await?;
    let held: Vec<(&str, &str)> = format.columns().iter().map(|column: &Column| ("columns", column.code())).collect();
    let form = Filled::with(Fields::from_pairs(&held));
    html(&FormatPage { page: page_of(&house, ui, &admin.session), form, id, name, is_kept: link.said == "kept" })
}

/// `POST /staff/organisations/{id}/format`.
pub async fn keep(
    admin: Administrator,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let organisation = own(&house, &admin, &path).await?;
    let (id, by, format) = (organisation.id, admin.scope.actor(), batch_forms::format(&posted.fields));
    let work =
        async move |tx: &crate::db::Tx| service::keep_format(tx, by, (organisation.id, &organisation.place_code), &format).await;
    write(&house, &posted.ui, work).await?;
    Ok(redirect(&format!("/staff/organisations/{id}/format?said=kept")))
}
