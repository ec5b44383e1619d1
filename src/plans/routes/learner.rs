//! Plans that somebody was asked to join: 参加, 不参加, what is done, 退出.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use super::{Said, session_words, write};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{Act, Learner, Session};
use crate::plans::service::{self, ForLearner, Own};
use crate::plans::views::{OwnItem, OwnPlanPage, OwnPlansPage, OwnRow, Stand, period_words};
use crate::plans::{AGREED_TEXT, Answer, Error, Item, MemberState, forms};
use crate::web::{House, Page, Posted, Tab, Ui, html, id_in, redirect};

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Learn).of(Some(session.who()))
}

/// `GET /training-plans`.
///
/// # Errors
/// What the database answers.
pub async fn plans(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let all = service::list_own(house.db.read(), &session.accounts()).await?;
    let page = page_of(&house, ui, &session);
    let row = |own: &Own| OwnRow {
        href: format!("/training-plans/{}", own.plan.id),
        title: own.plan.head.title.clone(),
        organisation: own.organisation.clone(),
        period: period_words(page.lang(), &own.plan.head),
    };
    let today = house.clock().now().day();
    let waits = |own: &Own| own.member.state == MemberState::Invited && own.plan.is_open(today);
    let is_in = |own: &Own| own.member.state == MemberState::Joined;
    html(&OwnPlansPage {
        waiting: all.iter().filter(|own| waits(own)).map(row).collect(),
        joined: all.iter().filter(|own| is_in(own)).map(row).collect(),
        // What is over and was never answered is none of theirs any more either.
        not: all.iter().filter(|own| !waits(own) && !is_in(own)).map(row).collect(),
        page,
    })
}

/// `GET /training-plans/{id}`.
///
/// # Errors
/// [`AppError::NotFound`] where they were not asked to join it.
pub async fn plan(
    Learner(session): Learner,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let found = service::find_own(house.db.read(), &session.accounts(), id_in(&id)?).await?;
    let page = page_of(&house, ui, &session);
    let (plan, state) = (&found.own.plan, found.own.member.state);
    let notice = match (said.said.as_str(), state) {
        ("join", MemberState::Joined) => page.t("plans-said-join"),
        ("decline", MemberState::Declined) => page.t("plans-said-decline"),
        ("leave", MemberState::Left) => page.t("plans-said-leave"),
        _ => String::new(),
    };
    let courses: Vec<&String> = found.items.iter().filter_map(course_in).collect();
    let is_passed = |code: &str| found.passed.iter().any(|(unit, _)| unit == code);
    let next = courses.iter().find(|code| !is_passed(code)).map(|code| {
        let words = page.t1("plans-own-next", "course", shelf.title_of(code));
        (format!("/courses/{code}"), words)
    });
    let today = house.clock().now().day();
    html(&OwnPlanPage {
        href: format!("/training-plans/{}", plan.id),
        title: plan.head.title.clone(),
        organisation: found.own.organisation.clone(),
        period: period_words(page.lang(), &plan.head),
        version: found.own.version(),
        stand: Stand {
            state,
            is_open: plan.is_open(today),
            is_older: found.own.version() < plan.version,
            may_share: session.may(Act::Share),
        },
        items: found.items.iter().map(|item| own_item((&page, &shelf), &found, item)).collect(),
        next,
        done: (courses.iter().filter(|code| is_passed(code)).count(), courses.len()),
        agreed: agreed(&page, &found.own),
        agreed_text: AGREED_TEXT,
        notice,
        page,
    })
}

const fn course_in(item: &Item) -> Option<&String> {
    match item {
        Item::Course(code) => Some(code),
        Item::Class(_) | Item::Words(_) => None,
    }
}

fn own_item((page, shelf): (&Page, &Shelf), found: &ForLearner, item: &Item) -> OwnItem {
    match item {
        Item::Course(code) => {
            let passed = found.passed.iter().find(|(unit, _)| unit == code);
            let note = match passed {
                Some((_, day)) => page.t1("plans-item-passed", "day", day),
                None => page.t("plans-item-to-do"),
            };
            let href = Some(format!("/courses/{code}"));
            OwnItem { words: shelf.title_of(code), note, href, is_done: passed.is_some() }
        }
        Item::Class(id) => {
            let (words, note) = found.sessions.get(id).map(|class| session_words(class, page.lang())).unwrap_or_default();
            OwnItem { words, note, href: Some(format!("/classes/{id}")), is_done: found.came.contains(id) }
        }
        Item::Words(words) => OwnItem { words: words.clone(), note: page.t("plans-item-own"), href: None, is_done: false },
    }
}

/// What they say yes to, sentence by sentence.
fn agreed(page: &Page, own: &Own) -> Vec<String> {
    let (from, until) = (own.plan.head.from.year().to_string(), own.plan.head.until.year().to_string());
    let who = page.t1("plans-agree-who", "organisation", &own.organisation);
    let years = if from == until {
        page.t1("plans-agree-year", "year", from)
    } else {
        page.t2("plans-agree-years", ("from", from), ("until", until))
    };
    vec![who, years, page.t("plans-agree-not"), page.t("plans-agree-seen"), page.t("plans-agree-free")]
}

/// `POST /training-plans/{id}`: 参加, 不参加 or 退出.
///
/// # Errors
/// As [`plan`]; where the plan is over, or another version was published since.
pub async fn act(
    Learner(session): Learner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (id, accounts, acting) = (id_in(&id)?, session.accounts(), session.acting);
    service::find_own(house.db.read(), &accounts, id).await?;
    let (answer, shown) = forms::answer(&posted.fields).ok_or(AppError::Malformed("doing"))?;
    if answer == Answer::Join {
        session.allow(Act::Share)?;
        // The page showed other words than those of now.
        if posted.fields.get("agreed") != AGREED_TEXT {
            return Err(Error::Newer.into());
        }
    }
    let standing = session.standing(i64::from(house.clock().now().day().year()));
    let work = async move |tx: &Tx| service::answer(tx, (&acting, &accounts), &standing, (id, shown), answer).await;
    write(&house, &posted, work).await?;
    let said = posted.fields.get("doing");
    Ok(redirect(&format!("/training-plans/{id}?said={said}")))
}
