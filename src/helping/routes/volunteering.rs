//! A volunteer's own page: hours, how often learners said that they were helped, proofs.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::{Said, organisation_name, page_of, write};
use crate::db::Tx;
use crate::error::AppError;
use crate::help::CaseNumber;
use crate::helping::forms::Doing;
use crate::helping::service::{self, list_hours, list_proofs};
use crate::helping::views::{HoursRow, ProofPage, ProofRow, VolunteeringPage};
use crate::helping::{Error, HoursLine};
use crate::i18n::Message;
use crate::identity::{self, Learner, Session};
use crate::kernel::OrganisationId;
use crate::places;
use crate::web::{FieldError, Filled, House, Posted, Tab, Ui, day_words, html, html_with, redirect, text};

/// `GET /me/volunteering`.
///
/// # Errors
/// What the database answers.
pub async fn show(Learner(session): Learner, said: Query<Said>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    volunteering_page(&house, &session, ui, (Filled::default(), said.said == "thanked")).await
}

async fn volunteering_page(
    house: &House,
    session: &Session,
    ui: Ui,
    (form, is_thanked): (Filled, bool),
) -> Result<HttpResponse, AppError> {
    let (db, volunteer) = (house.db.read(), session.acting.learner);
    let lines = list_hours(db, volunteer).await?;
    let mut rows = Vec::new();
    for line in &lines {
        rows.push(HoursRow::of(line, organisation_name(house, Some(line.organisation)).await?, ui.lang));
    }
    let mut of = Vec::new();
    for (organisation, year) in years_of(&lines).into_iter().rev() {
        of.push((format!("{organisation}/{year}"), year, organisation_name(house, Some(organisation)).await?));
    }
    let proofs = list_proofs(db, volunteer).await?;
    let view = VolunteeringPage {
        minutes: lines.iter().map(|line| line.minutes).sum(),
        thanks: service::count_thanks(db, volunteer).await?,
        proofs: proofs.iter().map(|proof| ProofRow::of(proof, ui.lang)).collect(),
        may_show_cards: session.is_staff(),
        page: page_of(house, ui, session, Tab::Elsewhere),
        rows,
        of,
        form,
        is_thanked,
    };
    let status = if view.form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &view)
}

/// Which organisations have recorded something of which years.
fn years_of(lines: &[HoursLine]) -> BTreeSet<(OrganisationId, i32)> {
    lines.iter().map(|line| (line.organisation, line.day.year())).collect()
}

/// `POST /me/volunteering`: a proof, or the card of somebody whom they helped today.
///
/// # Errors
/// What the service refuses.
pub async fn act(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = async |field: &'static str, key: &'static str| {
        let form = Filled::wrong(posted.fields.clone(), vec![FieldError::new(field, Message::of(key))]);
        volunteering_page(&house, &session, posted.ui.clone(), (form, false)).await
    };
    let volunteer = session.acting.learner;
    let card = match Doing::parse(&posted.fields) {
        Ok(Doing::Prove(organisation, year)) => {
            let (once, digest) = (posted.once()?, posted.digest());
            let work = async move |tx: &Tx| {
                service::issue_proof(tx, (volunteer, volunteer), (organisation, year), (&once, &digest)).await
            };
            return match write(&house, &posted, work).await {
                Ok(number) => Ok(redirect(&format!("/me/volunteering/{}", number.as_str()))),
                Err(Error::NoSuchThing) => again("of", "helping-of-empty").await,
                Err(error) => Err(error.into()),
            };
        }
        Ok(Doing::Helped(card)) => card,
        Err(errors) => {
            let form = Filled::wrong(posted.fields.clone(), errors);
            return volunteering_page(&house, &session, posted.ui.clone(), (form, false)).await;
        }
    };
    // Only who may find people looks a card up; the look-up stands in the access log.
    if !session.is_staff() {
        return Err(AppError::NotAllowed);
    }
    let keys = house.keys.clone();
    let work = async move |tx: &Tx| {
        let scope = identity::load_scope(tx, volunteer).await?;
        let found = identity::find_by_card(tx, &keys, &scope, &card).await?.ok_or(Error::NoSuchPerson)?;
        service::confirm_help(tx, found.profile.learner, volunteer).await
    };
    match write(&house, &posted, work).await {
        Ok(()) => Ok(redirect("/me/volunteering?said=thanked")),
        Err(Error::NoSuchPerson | Error::Own) => again("card", "helping-card-unknown").await,
        Err(error) => Err(error.into()),
    }
}

/// `GET /me/volunteering/{number}`: 志愿服务记录证明, to print: what had been recorded when it was issued.
///
/// # Errors
/// [`AppError::NotFound`] where it is not the reader's.
pub async fn proof(
    Learner(session): Learner,
    number: Path<String>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (db, volunteer) = (house.db.read(), session.acting.learner);
    let number = text::digits(&number).and_then(|digits| CaseNumber::parse(&digits)).ok_or(AppError::NotFound)?;
    let proof = list_proofs(db, volunteer).await?.into_iter().find(|proof| proof.number == number).ok_or(AppError::NotFound)?;
    let organisation = places::find_organisation(db, proof.organisation).await?.ok_or(AppError::NotFound)?;
    let lines = list_hours(db, volunteer).await?;
    let is_of = |line: &&HoursLine| {
        line.organisation == proof.organisation
            && (proof.days.0..=proof.days.1).contains(&line.day)
            && line.recorded_at <= proof.issued_at
    };
    let mut rows: Vec<HoursRow> =
        lines.iter().filter(is_of).map(|line| HoursRow::of(line, organisation.name.clone(), ui.lang)).collect();
    rows.reverse();
    let phone = organisation.phone.as_deref().map(|phone| text::phone_number(phone).1).unwrap_or_default();
    html(&ProofPage {
        name: session.name.clone(),
        number: proof.number.to_string(),
        organisation: organisation.name,
        phone,
        from: day_words(ui.lang, proof.days.0),
        to: day_words(ui.lang, proof.days.1),
        issued: day_words(ui.lang, proof.issued_at.day()),
        minutes: proof.minutes,
        page: page_of(&house, ui, &session, Tab::Elsewhere),
        rows,
    })
}
