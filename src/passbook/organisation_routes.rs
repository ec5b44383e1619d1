//! 《网络与线下学习情况明细》 of the people of an organisation: those in one of its training plans who have said yes, for the years that these
//! plans touch. Whoever is looked at finds it in their own log.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde_json::json;

use super::hours_routes::{Year, days_of, layout_of};
use super::rules::{page_of as cut, sheet_number};
use super::sheets::{Holder, Layout, OrganisationHoursPage, PersonYear, YearOf};
use super::views::Words;
use crate::audit::{self, Access};
use crate::curriculum::Shelf;
use crate::db::{DbFault, Tx};
use crate::error::AppError;
use crate::identity::{self, Acquaintance, Grant, Planner, Role};
use crate::kernel::{Group, LearnerId, OrganisationId};
use crate::places::{self, Organisation};
use crate::web::{House, Page, Tab, Table, Ui, html};
use crate::{plans, recognition};

/// People on one page: each has a sheet of their own.
const ON_A_PAGE: usize = 20;
/// People whose lines are read and kept in the log at once, for a file.
const AT_ONCE: usize = 100;
/// Years to choose from, back from this one.
const YEARS: i32 = 6;

/// What both need: the organisation, the year, its people, who joined first first.
struct Asked {
    organisation: Organisation,
    year: i32,
    people: Vec<LearnerId>,
    layout: Layout,
}

async fn asked(house: &House, planner: &Planner, (id, wanted): (&str, &Year), shelf: &Shelf, ui: &Ui) -> Result<Asked, AppError> {
    let today = house.clock().now().day();
    let year = wanted.wanted(today)?;
    let id: OrganisationId = id.parse().map_err(|_| AppError::NotFound)?;
    let theirs = async || {
        let organisation = plans::get_organisation(house.db.read(), &planner.scope, id).await?;
        let people = plans::people_of_organisation(house.db.read(), &planner.scope, id, year).await?;
        Ok::<_, plans::Error>((organisation, people))
    };
    let (organisation, people) = match theirs().await {
        Err(plans::Error::NoSuchPlan) => {
            let actor = planner.scope.actor();
            house.db.write_for(ui.request, async move |tx: &Tx| plans::turn_away_from(tx, actor, id).await).await?;
            return Err(AppError::NotFound);
        }
        found => found?,
    };
    // Laid out for those whom the organisation's plans are for.
    let lines = plans::lines_of_organisation(house.db.read(), &planner.scope, id).await?;
    let groups: Vec<Group> = lines.iter().filter_map(|line| identity::group_of_line(line)).collect();
    let layout = layout_of(shelf, (year, today), (&wanted.kind, &groups), ui.lang);
    Ok(Asked { organisation, year, people, layout })
}

/// Keeps in the log of each of these people that their hours were looked at.
async fn keep_access(house: &House, planner: &Planner, asked: &Asked, ui: &Ui, people: &[LearnerId]) -> Result<(), AppError> {
    let id = asked.organisation.id;
    // Who works for a part of its area alone sees the people of that part.
    let is_by = |grant: &&Grant| Role::PLANNERS.contains(&grant.role) && grant.organisation == Some(id);
    let grant = planner.scope.grants().iter().find(is_by).ok_or(AppError::NotFound)?.clone();
    let (actor, people) = (planner.scope.actor(), people.to_vec());
    let work = async move |tx: &Tx| {
        let access = |learner: &LearnerId| Access {
            learner: *learner,
            actor,
            actor_role: grant.role.code(),
            organisation: Some(id),
            place_code: grant.area.as_str(),
            what: "hours",
        };
        let accesses: Vec<Access<'_>> = people.iter().map(access).collect();
        if accesses.is_empty() {
            return Ok::<(), DbFault>(());
        }
        Ok(audit::record_accesses(tx, &accesses).await?)
    };
    Ok(house.db.write_for(ui.request, work).await?)
}

/// What these people learnt in the year, in their order; who has left is not among them.
async fn years_of(
    house: &House,
    (year, people): (i32, &[LearnerId]),
    words: &Words<'_>,
) -> Result<Vec<(Acquaintance, YearOf)>, AppError> {
    let mut known: HashMap<LearnerId, Acquaintance> =
        identity::people_of(house.db.read(), &house.keys, people, i64::from(year)).await?;
    let mut found = Vec::with_capacity(people.len());
    for learner in people {
        if let Some(person) = known.remove(learner) {
            let hours = recognition::list_hours(house.db.read(), *learner).await?;
            found.push((person, YearOf::of(&hours, year, words)));
        }
    }
    Ok(found)
}

/// The end of their card, as pages and files have it: after a mark, so that no program makes a number of it.
fn card_end(person: &Acquaintance) -> String {
    if person.card_tail.is_empty() { String::new() } else { format!("\u{2026}{}", person.card_tail) }
}

/// `GET /staff/organisations/{id}/hours?year=2026&page=2`: the people, with how many hours of each kind, and the sheet of each, to print.
///
/// # Errors
/// [`AppError::NotFound`] where the organisation is none of theirs; [`AppError::Malformed`] where the year is none.
pub async fn organisation_hours(
    planner: Planner,
    id: Path<String>,
    wanted: Query<Year>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let asked = asked(&house, &planner, (&id, &wanted), &shelf, &ui).await?;
    let number = wanted.page.parse().unwrap_or(1);
    let (shown, pages) = cut(&asked.people, number, ON_A_PAGE);
    keep_access(&house, &planner, &asked, &ui, shown).await?;
    let words = Words { lang: ui.lang, shelf: &shelf };
    let today = house.clock().now().day();
    let (from, to) = days_of(asked.year, today);
    // The bank answers for the sheet, not the employer, who stands at the head of the list.
    let issuer = places::authority_of(&house, Some(&asked.organisation.place_code)).await?.organisation_name;
    let person = |(person, of_year): (Acquaintance, YearOf)| {
        let card = Some(card_end(&person)).filter(|end| !end.is_empty());
        let issuer = issuer.clone();
        let holder = Holder { name: person.name, card, from, to, number: sheet_number(today, None), organisation: issuer };
        PersonYear { holder, of_year }
    };
    let people = years_of(&house, (asked.year, shown), &words).await?.into_iter().map(person).collect();
    html(&OrganisationHoursPage {
        href: format!("/staff/organisations/{}/hours", asked.organisation.id),
        organisation: asked.organisation.name.clone(),
        year: asked.year,
        years: (0..YEARS).map(|back| today.year() - back).collect(),
        people,
        total: asked.people.len(),
        number: number.clamp(1, pages),
        pages,
        layout: asked.layout,
        page: Page::new(&house, ui, Tab::Elsewhere).of(Some(planner.session.who())),
    })
}

/// `GET /staff/organisations/{id}/hours/{kind}?year=2026`: the lines of all of them as a table.
///
/// # Errors
/// As [`organisation_hours`]; [`AppError::NotFound`] for a kind of file that we do not write.
pub async fn organisation_hours_file(
    planner: Planner,
    path: Path<(String, String)>,
    wanted: Query<Year>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (id, kind) = path.into_inner();
    if !Table::KINDS.contains(&kind.as_str()) {
        return Err(AppError::NotFound);
    }
    let asked = asked(&house, &planner, (&id, &wanted), &shelf, &ui).await?;
    let words = Words { lang: ui.lang, shelf: &shelf };
    let mut lines = Vec::new();
    for people in asked.people.chunks(AT_ONCE) {
        keep_access(&house, &planner, &asked, &ui, people).await?;
        for (person, of_year) in years_of(&house, (asked.year, people), &words).await? {
            let own = |line: &super::sheets::HourLine| {
                [vec![person.name.clone(), card_end(&person)], line.cells(&asked.layout)].concat()
            };
            // Who has none in the year stands there too, so that the file holds as many people as the page.
            if of_year.lines.is_empty() {
                lines.push(vec![person.name.clone(), card_end(&person)]);
            }
            lines.extend(of_year.lines.iter().map(own));
        }
    }
    lines.push(vec![asked.layout.note.clone()]);
    let mut headings = vec![ui.lang.t("passbook-name"), ui.lang.t("passbook-card-end")];
    headings.extend(asked.layout.headings(ui.lang));
    let table = Table { name: asked.year.to_string(), headings, lines };
    let answer = table.answer(&kind, &format!("hours-{}", asked.year))?.ok_or(AppError::NotFound)?;
    note_taken(&house, &planner, &asked, &ui).await?;
    Ok(answer)
}

/// Keeps in the trail that the lines were taken out of the bank.
async fn note_taken(house: &House, planner: &Planner, asked: &Asked, ui: &Ui) -> Result<(), AppError> {
    let (actor, id, place) = (planner.scope.actor(), asked.organisation.id.to_string(), asked.organisation.place_code.clone());
    let detail = json!({ "year": asked.year, "people": asked.people.len() });
    let work = async move |tx: &Tx| {
        let entry = audit::Entry {
            actor: Some(actor),
            action: "passbook.take_hours",
            object_kind: "organisation",
            object_id: &id,
            learner: None,
            place_code: Some(&place),
            detail: detail.clone(),
        };
        Ok::<(), DbFault>(audit::record(tx, &entry).await?)
    };
    Ok(house.db.write_for(ui.request, work).await?)
}
