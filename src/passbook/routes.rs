//! The passbook's pages.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::forms;
use super::rules::{page_of as cut, sheet_number};
use super::sheets::{Holder, StatementPage};
use super::views::{PassbookPage, QuestionPage, Words, entries, lines};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::help::{self, Asked, Asker, Kind, Request};
use crate::helping::{self, ActLine};
use crate::identity::{self, Act, Learner, Profile, Session};
use crate::kernel::{Day, TransferId};
use crate::recognition::{self, Passbook};
use crate::web::{Filled, House, Page, Posted, Tab, Ui, html, html_with, redirect};

pub(super) fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Passbook).of(Some(session.who()))
}

pub(super) async fn passbook_of(house: &House, session: &Session) -> Result<Passbook, AppError> {
    Ok(recognition::passbook_of(house.db.read(), session.acting.learner).await?)
}

pub(super) async fn profile_of(house: &House, session: &Session) -> Result<Profile, AppError> {
    Ok(identity::profile(house.db.read(), &house.keys, session.acting.learner).await?)
}

/// Acts on behalf that stand in the passbook itself.
const ACTS_SHOWN: usize = 3;
/// Lines on one page.
const ON_A_PAGE: usize = 30;

/// Which lines are wanted: of which year, which page of it. Anything else is the newest.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    year: String,
    #[serde(default)]
    page: String,
}

/// `GET /passbook?year=2026&page=2`: the newest year where none is named.
///
/// # Errors
/// What the database answers.
pub async fn show(
    Learner(session): Learner,
    which: Query<Which>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let passbook = passbook_of(&house, &session).await?;
    let least = recognition::least_to_go_out(shelf.credit_rule())?;
    let cases = help::list_of_all(db, &session.accounts()).await?;
    let profile = profile_of(&house, &session).await?;
    let words = Words { lang: ui.lang, shelf: &shelf };
    let mut years: Vec<i32> = passbook.entries.iter().map(|entry| entry.day.year()).collect();
    years.dedup();
    let newest = years.first().copied().unwrap_or_else(|| house.clock().now().day().year());
    let year = which.year.parse().ok().filter(|year| years.contains(year)).unwrap_or(newest);
    let of_year: Vec<_> = entries(&passbook).into_iter().filter(|(entry, _)| entry.day.year() == year).collect();
    let number = which.page.parse().unwrap_or(1);
    let (shown, pages) = cut(&of_year, number, ON_A_PAGE);
    let acts = helping::list_acts(db, &session.accounts()).await?;
    // What we answered stands beside the line, for those who may read it; so do the words of acts on behalf.
    let has_answer = |case: &help::Case| case.kind == Kind::Dispute && case.state == help::State::Answered;
    let own = session.acting.learner;
    let mut keys = HashMap::new();
    if session.may(Act::ReadAll) {
        keys = helping::keys_of(db, &house.keys, acts.get(..ACTS_SHOWN).unwrap_or(&acts)).await?;
        if !keys.contains_key(&own) && cases.iter().any(has_answer) {
            keys.insert(own, help::key_of(db, &house.keys, own).await?);
        }
    }
    let tail = |digits: &str| digits.chars().skip(6).map(String::from).collect::<Vec<_>>().join(" ");
    html(&PassbookPage {
        name: profile.name,
        card_tail: profile.card.map(|card| tail(card.as_str())),
        total: passbook.total,
        lines: lines(shown, &passbook, &words, (&cases, keys.get(&own))),
        years,
        year,
        number: number.clamp(1, pages),
        pages,
        looked_at: words.looked_at(&passbook),
        transferable: passbook.transferable(least),
        cells: shelf.cells(),
        has_more_acts: acts.len() > ACTS_SHOWN,
        acts: acts.iter().take(ACTS_SHOWN).map(|act| ActLine::of(act, keys.get(&act.learner), ui.lang)).collect(),
        standard_hours: words.hours(passbook.hours.standard_minutes),
        attended_hours: words.hours(passbook.hours.attended_minutes),
        page: page_of(&house, ui, &session),
    })
}

/// `GET /passbook/{transfer}/dispute`: the line and what may be wrong with it.
///
/// # Errors
/// [`AppError::NotFound`] where the line is not the reader's.
pub async fn question(
    Learner(session): Learner,
    transfer: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let page = question_page(&house, &shelf, &session, &transfer, ui, Filled::default()).await?;
    html(&page)
}

/// `POST /passbook/{transfer}/dispute`: asks about the line; no second time while the first waits.
///
/// # Errors
/// As [`question`].
pub async fn ask_about(
    Learner(session): Learner,
    transfer: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let about = transfer.parse::<TransferId>().map_err(|_| AppError::NotFound)?;
    let own = recognition::find_entry(house.db.read(), session.acting.learner, about).await?;
    own.ok_or(AppError::NotFound)?;
    let told = match forms::question(&posted.fields) {
        Ok(told) => told,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            let page = question_page(&house, &shelf, &session, &transfer, posted.ui, form).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let asked = Asked { once: posted.once()?, digest: posted.digest() };
    let place_code = help::place_for(&house.config, session.place_code.as_deref());
    let wish = Request { kind: Kind::Dispute, about: Some(about), told, phone: None, place_code, concerns: None, source: None };
    let key = help::key_of(house.db.read(), &house.keys, session.acting.learner).await?;
    let asker = Asker::Learner(session.acting);
    let work = async move |tx: &Tx| help::open(tx, &asker, &key, &wish, &asked).await;
    let opened = house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect(&help::asked_path(&opened)))
}

async fn question_page(
    house: &House,
    shelf: &Shelf,
    session: &Session,
    transfer: &str,
    ui: Ui,
    form: Filled,
) -> Result<QuestionPage, AppError> {
    let about = transfer.parse::<TransferId>().map_err(|_| AppError::NotFound)?;
    let db = house.db.read();
    let passbook = passbook_of(house, session).await?;
    let at = passbook.entries.iter().position(|entry| entry.transfer == about).ok_or(AppError::NotFound)?;
    let cases = help::list_about(db, &session.accounts(), about).await?;
    let words = Words { lang: ui.lang, shelf };
    let entry = entries(&passbook).get(at).copied().ok_or(AppError::NotFound)?;
    let line = lines(&[entry], &passbook, &words, (&cases, None)).pop().ok_or(AppError::NotFound)?;
    let amount = words.amount(entry.0.amount);
    Ok(QuestionPage { line, amount, number: help::entry_number(about), form, page: page_of(house, ui, session) })
}

pub(super) fn holder_of(
    (house, session): (&House, &Session),
    profile: &Profile,
    (from, to): (Day, Day),
    newest: Option<TransferId>,
) -> Holder {
    Holder {
        name: profile.name.clone(),
        card: profile.card.as_ref().map(ToString::to_string),
        from,
        to,
        number: sheet_number(house.clock().now().day(), newest),
        organisation: session.authority.organisation_name.clone(),
    }
}

/// `GET /passbook/statement`: everything, the oldest first, to print.
///
/// # Errors
/// What the database answers.
pub async fn statement(Learner(session): Learner, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let passbook = passbook_of(&house, &session).await?;
    let profile = profile_of(&house, &session).await?;
    let words = Words { lang: ui.lang, shelf: &shelf };
    let mut lines = lines(&entries(&passbook), &passbook, &words, (&[], None));
    lines.reverse();
    let newest = passbook.entries.first().map(|entry| entry.transfer);
    html(&StatementPage {
        holder: holder_of((&house, &session), &profile, (profile.registered_at.day(), house.clock().now().day()), newest),
        lines,
        total_words: words.amount(passbook.total),
        standard_hours: words.hours(passbook.hours.standard_minutes),
        attended_hours: words.hours(passbook.hours.attended_minutes),
        page: page_of(&house, ui, &session),
    })
}
