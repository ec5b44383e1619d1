//! One candidate of a session, for those who invigilate, decide and answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::{Said, beside, facts_of, staff_page, write};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::exams::service::{self, Candidate, Desk, Need, Seen};
use crate::exams::views::{
    Facts, PersonPage, categories, desk_path, forms as ways, lines as log_lines, next_words, percent, sights, verdicts,
};
use crate::exams::{Error, Form, Next, Stage, forms, moment_words};
use crate::identity::{self, Finder, sender_of};
use crate::kernel::{ExamId, LearnerId};
use crate::web::{FieldErrors, Fields, Filled, House, Page, Posted, Ui, html_with, id_in, redirect};

type Whom = (ExamId, LearnerId);

fn whom_in(path: &(String, String)) -> Result<Whom, AppError> {
    Ok((id_in(&path.0)?, id_in(&path.1)?))
}

/// `GET /staff/exams/{id}/people/{learner}`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn person(
    finder: Finder,
    path: Path<(String, String)>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let page = staff_page(&house, ui, &finder.session);
    let said = said.words(&page);
    person_page((&house, &finder, &shelf), page, whom_in(&path)?, (StatusCode::OK, None, said)).await
}

async fn person_page(
    (house, finder, shelf): (&House, &Finder, &Shelf),
    page: Page,
    (id, learner): Whom,
    (status, form, said): (StatusCode, Option<Filled>, String),
) -> Result<HttpResponse, AppError> {
    let desk = service::desk_of(house.db.read(), (shelf, &house.keys), &finder.scope, id).await?;
    let found = desk.candidates.iter().find(|one| one.paper.learner == learner).cloned().ok_or(AppError::NotFound)?;
    let (keys, scope, exam, for_write) = (house.keys.clone(), finder.scope.clone(), desk.exam.clone(), found.clone());
    let log = desk.log.clone();
    let look = async move |tx: &Tx| service::seen_by(tx, &keys, &scope, (&exam, &for_write, &log)).await;
    let seen = house.db.write_for(page.ui.request, look).await?;
    let pair = |code: &str, key: &str| (code.to_owned(), page.t(key));
    let facts = facts_of(house, &page, shelf, &desk.exam).await?;
    let by: Vec<LearnerId> = seen.noted.iter().map(|(one, _)| one.by).collect();
    let names = identity::staff_names_of(house.db.read(), &house.keys, &by).await?;
    let (actor, now) = (finder.scope.actor(), house.clock().now());
    let onward = desk.next_in_need((actor, now), Some(learner));
    let view = PersonPage {
        sees: sees(house, &page, finder, (&desk, &found, &facts)).await?,
        learner,
        name: found.name.clone(),
        next: found.next.code(),
        next_words: page.t(&format!("exams-next-{}", found.next.code())),
        lines: lines(&page, (&desk, &found, &facts), &seen),
        log: log_lines(&page, &desk, (&seen.noted, &names)),
        needs: found.needs.iter().map(|key| page.t(key)).collect(),
        is_needed: desk.need(&found, (actor, now)).is_some(),
        is_onward_now: matches!(onward, Some((Need::Now, _))),
        onward: onward.map(|(_, one)| next_words(&page, &desk, (one, actor))),
        has_declared: found.declared.contains(&actor),
        is_by_hand: found.paper.setting.form != Form::Screen,
        is_on_box: desk.on_box.is_some(),
        has_appeal: found.appeals(),
        sights: sights(&page),
        ways: ways(&page),
        aids: vec![pair("aloud", "exams-aid-aloud"), pair("hand", "exams-aid-hand")],
        categories: categories(&page),
        verdicts: verdicts(&page),
        answers: vec![pair("better", "exams-answer-better"), pair("stays", "exams-answer-stays")],
        may: desk.may,
        form: form.unwrap_or_else(|| Filled::with(as_fields(&found))),
        facts,
        said,
        page,
    };
    html_with(status, &view)
}

/// Who may see the document that is to be seen, in words; nothing where the one who looks may.
async fn sees(
    house: &House,
    page: &Page,
    finder: &Finder,
    (desk, one, facts): (&Desk, &Candidate, &Facts),
) -> Result<String, AppError> {
    if !desk.may.invigilate || desk.on_box.is_some() || one.next != Next::See {
        return Ok(String::new());
    }
    let looks = (&finder.scope, &desk.exam);
    let seers = service::who_sees(house.db.read(), &house.keys, looks, one.paper.learner).await?;
    if seers.contains(&finder.scope.actor()) {
        return Ok(String::new());
    }
    let names = names_among(desk, facts, |id| seers.contains(&id));
    Ok(if names.is_empty() { page.t("exams-sight-nobody") } else { page.t1("exams-sight-who", "names", names) })
}

/// The names of those of the two who are meant.
fn names_among(desk: &Desk, facts: &Facts, is_meant: impl Fn(LearnerId) -> bool) -> String {
    let both = desk.exam.invigilators.iter().zip(&facts.invigilators);
    both.filter(|(id, _)| is_meant(**id)).map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("、")
}

/// How somebody is tested, as the form has it.
fn as_fields(one: &Candidate) -> Fields {
    let (setting, extra) = (one.paper.setting, one.paper.setting.extra_minutes.to_string());
    let mut pairs = vec![("form", setting.form.code()), ("extra", extra.as_str())];
    pairs.extend(setting.is_read_aloud.then_some(("aid", "aloud")));
    pairs.extend(setting.is_assisted.then_some(("aid", "hand")));
    Fields::from_pairs(&pairs)
}

/// What is known so far, line by line.
fn lines(page: &Page, (desk, one, facts): (&Desk, &Candidate, &Facts), seen: &Seen) -> Vec<(String, String)> {
    let paper = &one.paper;
    let mut lines = vec![
        (page.t("exams-card-tail"), one.tail.clone()),
        (page.t("exams-form"), page.t(&format!("exams-form-{}", paper.setting.form.code()))),
    ];
    let mut add = |key: &str, words: String| {
        if !words.is_empty() {
            lines.push((page.t(key), words));
        }
    };
    add("exams-declared", names_among(desk, facts, |id| one.declared.contains(&id)));
    if desk.exam.stage == Stage::Planned {
        add("exams-undeclared", names_among(desk, facts, |id| !one.declared.contains(&id)));
    }
    add("exams-came", paper.came_at.map(|at| moment_words(page.lang(), at)).unwrap_or_default());
    let sight = |(_, kind, at): (LearnerId, crate::exams::Sight, crate::kernel::Timestamp)| {
        format!("{} · {}", page.t(&format!("exams-sight-{}", kind.code())), moment_words(page.lang(), at))
    };
    add("exams-sight", paper.sight.map(sight).unwrap_or_default());
    add("exams-score", one.score.map(percent).unwrap_or_default());
    let verdict = paper.verdict.as_ref().map(|verdict| match verdict.void {
        None => page.t("exams-verdict-counts"),
        Some(reason) => page.t(&format!("exams-reason-{}", reason.code())),
    });
    add("exams-verdict", verdict.unwrap_or_default());
    if paper.passed.is_some() {
        add("exams-outcome", page.t(&format!("exams-outcome-{}", paper.outcome().code())));
    }
    let keys = ["exams-heard", "exams-ground", "exams-appeal", "exams-answer"];
    for (key, words) in keys.into_iter().zip(&seen.texts) {
        add(key, words.clone());
    }
    lines
}

/// `POST /staff/exams/{id}/people/{learner}`: what `doing` says.
///
/// # Errors
/// As [`person`]; what the service refuses.
pub async fn act(
    finder: Finder,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let whom = whom_in(&path)?;
    service::get_exam(house.db.read(), &finder.scope, (whom.0, Some(whom.1))).await?;
    let done = match posted.fields.get("doing") {
        "came" | "seen" | "declare" | "allow" => on_the_day(&house, &finder, whom, &posted).await?,
        "arrange" | "by-hand" | "note" => at_the_test(&house, &finder, whom, &posted).await?,
        "decide" | "answer" => afterwards((&house, &finder, &shelf), whom, &posted).await?,
        _ => return Err(AppError::Malformed("doing")),
    };
    match done {
        Ok(said) => Ok(redirect(&format!("{}/people/{}?said={said}", desk_path(whom.0), whom.1))),
        Err(errors) => {
            let page = staff_page(&house, posted.ui.clone(), &finder.session);
            let form = Some(Filled::wrong(posted.fields.clone(), errors));
            let again = (StatusCode::UNPROCESSABLE_ENTITY, form, String::new());
            person_page((&house, &finder, &shelf), page, whom, again).await
        }
    }
}

/// What was done, as the next page says it; or what is to be mended.
type Done = Result<Result<&'static str, FieldErrors>, AppError>;

fn told(result: Result<(), Error>, (said, field): (&'static str, &'static str)) -> Done {
    match result {
        Ok(()) => Ok(Ok(said)),
        Err(error) => beside(error, field).map(Err),
    }
}

async fn on_the_day(house: &House, finder: &Finder, whom: Whom, posted: &Posted) -> Done {
    let (scope, keys) = (finder.scope.clone(), house.keys.clone());
    match posted.fields.get("doing") {
        "came" => told(write(house, posted, async move |tx: &Tx| service::came(tx, &scope, whom).await).await, ("came", "step")),
        "seen" => {
            let kind = match forms::sight(&posted.fields) {
                Ok(kind) => kind,
                Err(errors) => return Ok(Err(errors)),
            };
            let sender = sender_of(house);
            let work = async move |tx: &Tx| service::seen(tx, (&keys, &sender), &scope, (whom, kind)).await;
            told(write(house, posted, work).await, ("seen", "step"))
        }
        "declare" => {
            told(write(house, posted, async move |tx: &Tx| service::declare(tx, &scope, whom).await).await, ("declared", "step"))
        }
        _ => {
            let (once, digest) = (posted.once()?, posted.digest());
            let work = async move |tx: &Tx| service::allow(tx, &scope, whom, (&once, &digest)).await;
            told(write(house, posted, work).await, ("allowed", "step"))
        }
    }
}

async fn at_the_test(house: &House, finder: &Finder, whom: Whom, posted: &Posted) -> Done {
    let (scope, keys) = (finder.scope.clone(), house.keys.clone());
    match posted.fields.get("doing") {
        "arrange" => {
            let setting = match forms::setting(&posted.fields) {
                Ok(setting) => setting,
                Err(errors) => return Ok(Err(errors)),
            };
            let work = async move |tx: &Tx| service::arrange(tx, &scope, whom, setting).await;
            told(write(house, posted, work).await, ("arranged", "form"))
        }
        "by-hand" => {
            let (points, words) = match forms::by_hand(&posted.fields) {
                Ok(points) => points,
                Err(errors) => return Ok(Err(errors)),
            };
            let work = async move |tx: &Tx| service::keep_by_hand(tx, &keys, &scope, (whom, points, &words)).await;
            told(write(house, posted, work).await, ("noted", "right"))
        }
        _ => {
            let (category, words) = match forms::note(&posted.fields) {
                Ok(note) => note,
                Err(errors) => return Ok(Err(errors)),
            };
            let (once, digest) = (posted.once()?, posted.digest());
            let work = async move |tx: &Tx| {
                service::note(tx, &keys, &scope, (whom.0, Some(whom.1), category, &words), (&once, &digest)).await
            };
            told(write(house, posted, work).await, ("noted", "words"))
        }
    }
}

async fn afterwards((house, finder, shelf): (&House, &Finder, &Shelf), whom: Whom, posted: &Posted) -> Done {
    let (scope, keys, shelf) = (finder.scope.clone(), house.keys.clone(), shelf.clone());
    if posted.fields.get("doing") == "decide" {
        let (void, words) = match forms::verdict(&posted.fields) {
            Ok(verdict) => verdict,
            Err(errors) => return Ok(Err(errors)),
        };
        let work = async move |tx: &Tx| service::decide(tx, &keys, &scope, whom, (void, &words)).await;
        return told(write(house, posted, work).await, ("decided", "verdict"));
    }
    let (is_better, words) = match forms::answer(&posted.fields) {
        Ok(answer) => answer,
        Err(errors) => return Ok(Err(errors)),
    };
    let work = async move |tx: &Tx| service::answer_appeal(tx, (&shelf, &keys), &scope, whom, (is_better, &words)).await;
    told(write(house, posted, work).await, ("answered", "result"))
}
