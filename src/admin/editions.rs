//! 课程版本: which edition is up, what is wrong with the folder, and taking up a changed one. Seen by every administrator; put up by
//! those of the whole bank, since everybody learns from it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::edition_views::EditionsPage;
use crate::curriculum::{self, Outcome, Shelves};
use crate::error::AppError;
use crate::identity::Administrator;
use crate::places::PlaceCode;
use crate::web::{House, Page, Posted, Tab, Ui, html_with, redirect};

/// Editions that are listed.
const MOST: u64 = 50;

/// What has just happened.
#[derive(Debug, Default, Deserialize)]
pub struct EditionLink {
    #[serde(default)]
    said: String,
}

/// `GET /staff/editions`.
pub async fn show(
    admin: Administrator,
    link: Query<EditionLink>,
    ui: Ui,
    house: Data<House>,
    shelves: Data<Shelves>,
) -> Result<HttpResponse, AppError> {
    page(&admin, (&house, &shelves), ui, (StatusCode::OK, &link.said)).await
}

/// `POST /staff/editions`: reads the folder again. A faulty one is refused, and its faults are listed (422); the same once more is no change.
pub async fn renew(
    admin: Administrator,
    posted: Posted,
    house: Data<House>,
    shelves: Data<Shelves>,
) -> Result<HttpResponse, AppError> {
    if !may_put_up(&admin) {
        return Err(AppError::NotAllowed);
    }
    let outcome = curriculum::renew(&house, &shelves, Some(admin.scope.actor())).await.map_err(|error| match error {
        curriculum::Error::Database(fault) => fault.into(),
        other => AppError::Fault(other.to_string()),
    })?;
    match outcome {
        Outcome::PutUp | Outcome::Same => Ok(redirect(&format!("/staff/editions?said={}", outcome.code()))),
        Outcome::Refused(_) | Outcome::NoFolder => {
            page(&admin, (&house, &shelves), posted.ui, (StatusCode::UNPROCESSABLE_ENTITY, outcome.code())).await
        }
    }
}

fn may_put_up(admin: &Administrator) -> bool {
    admin.scope.administers(&PlaceCode::default())
}

async fn page(
    admin: &Administrator,
    (house, shelves): (&House, &Shelves),
    ui: Ui,
    (status, said): (StatusCode, &str),
) -> Result<HttpResponse, AppError> {
    let kept = curriculum::list_editions(house.db.read(), MOST).await?;
    let up = shelves.up();
    let page = EditionsPage {
        page: Page::new(house, ui, Tab::Elsewhere).of(Some(admin.session.who())),
        version: up.shelf.edition().manifest.version.clone(),
        digest: up.shelf.digest().to_string(),
        since: up.since,
        from: up.from,
        has_folder: house.config.curriculum_dir.is_some(),
        may_put_up: may_put_up(admin),
        last: shelves.last(),
        said: said.to_owned(),
        kept,
    };
    html_with(status, &page)
}
