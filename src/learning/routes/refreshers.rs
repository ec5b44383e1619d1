//! 再来一遍: three questions of a course that was passed a week or a month ago, one a page, each told at once why.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::find::{Answer, find_course};
use crate::assessment::{self, Entry, Link, Question, Setting, Shown, Verdict, read_answer};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Course, Item};
use crate::error::AppError;
use crate::identity::Learner;
use crate::kernel::Chance;
use crate::learning::refresher::{Refresher, RefresherKey};
use crate::learning::rules::Kind;
use crate::learning::views::{AnsweredPage, OfRefresher, QuestionPage};
use crate::learning::{Reader, refresher_service as service, urls};
use crate::recordings::{Voices, item_voices};
use crate::web::{House, Page, Posted, Ui, html, html_with, redirect};

fn key_of(shelf: &Shelf, code: &str, kind: &str) -> Result<RefresherKey, AppError> {
    let course = find_course(shelf, code)?.code;
    Ok(RefresherKey { course, kind: Kind::from_code(kind).ok_or(AppError::NotFound)? })
}

/// `POST /refreshers/{code}/{kind}`: begins it, or goes on with it.
///
/// # Errors
/// [`AppError::NotFound`] where none is due; what the database answers.
pub async fn begin_refresher(
    Learner(session): Learner,
    reader: Reader,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
    path: Path<(String, String)>,
) -> Answer {
    let key = key_of(&shelf, &path.0, &path.1)?;
    let groups = reader.chosen.lesson_groups(&shelf.start_points().points);
    let (acting, seed) = (session.acting, Chance::fresh_seed());
    let work = async move |tx: &crate::db::Tx| service::begin(tx, &acting, &shelf, key, &groups, seed).await;
    let position = house.db.write_for::<_, assessment::Error, _>(posted.ui.request, work).await?;
    Ok(redirect(&urls::refresher_question(key.course, key.kind, position)))
}

/// `POST /refreshers/{code}/{kind}/later`: puts it away; it is not offered again.
///
/// # Errors
/// [`AppError::NotFound`] where none is due; what the database answers.
pub async fn put_refresher_away(
    Learner(session): Learner,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
    path: Path<(String, String)>,
) -> Answer {
    let (key, acting) = (key_of(&shelf, &path.0, &path.1)?, session.acting);
    let work = async move |tx: &crate::db::Tx| service::put_away(tx, &acting, &shelf, key).await;
    house.db.write_for::<_, assessment::Error, _>(posted.ui.request, work).await?;
    Ok(redirect("/"))
}

/// A question of a refresher that was begun.
struct Asking<'s> {
    shelf: &'s Shelf,
    voices: &'s Voices,
    course: &'s Course,
    row: Refresher,
    item: Item,
    position: usize,
}

impl<'s> Asking<'s> {
    async fn find(
        house: &House,
        (shelf, voices): (&'s Shelf, &'s Voices),
        Learner(session): &Learner,
        path: &(String, String, usize),
    ) -> Result<Self, AppError> {
        let (course, key) = (find_course(shelf, &path.0)?, key_of(shelf, &path.0, &path.1)?);
        let row = service::get(house.db.read(), session.acting.learner, key).await?;
        let hash = row.item_at(path.2).ok_or(AppError::NotFound)?;
        let item = assessment::get_asked(house.db.read(), shelf, hash, (row.seed, path.2)).await?;
        Ok(Self { shelf, voices, course, item, position: path.2, row })
    }

    fn shown(&self) -> Shown<'_> {
        Shown::of(&self.item, self.row.seed, self.position)
    }

    fn of(&self) -> OfRefresher {
        OfRefresher { kind: self.row.key.kind, position: self.position, count: self.row.items.len() }
    }

    fn page(&self, page: Page, known: Entry) -> QuestionPage {
        let action = urls::refresher_question(self.course.code, self.row.key.kind, self.position);
        let back = Link::new(self.of().back_url(self.course.code), page.t("learning-back"));
        let question = Question::new(&self.shown(), Setting::Quiz, page.lang(), action, known).back(Some(back));
        let question = question.voices(item_voices(self.voices, self.shelf, &self.item, page.lang()));
        QuestionPage::of_refresher(page, self.course, self.of(), question)
    }
}

/// `GET /refreshers/{code}/{kind}/{position}`: one question.
///
/// # Errors
/// [`AppError::NotFound`] where it was not begun, or has no such question; what the database answers.
pub async fn refresher_question(
    learner: Learner,
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String, usize)>,
) -> Answer {
    let asking = Asking::find(&house, (&shelf, &voices), &learner, &path).await?;
    html(&asking.page(reader.page(&house, ui), Entry::Blank))
}

/// `POST /refreshers/{code}/{kind}/{position}`: keeps an answer, and leads to what is right and why.
///
/// # Errors
/// As [`refresher_question`].
pub async fn answer_refresher(
    learner: Learner,
    reader: Reader,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String, usize)>,
) -> Answer {
    let asking = Asking::find(&house, (&shelf, &voices), &learner, &path).await?;
    let given = match read_answer(&asking.shown(), &posted.fields) {
        Ok(given) => given,
        Err(errors) => {
            let page = reader.page(&house, posted.ui);
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &asking.page(page, Entry::Wrong(posted.fields, errors)));
        }
    };
    let (key, position, acting) = (asking.row.key, asking.position, learner.0.acting);
    let work = async move |tx: &crate::db::Tx| service::answer(tx, &acting, key, position, &given).await;
    house.db.write_for::<_, assessment::Error, _>(posted.ui.request, work).await?;
    Ok(redirect(&urls::refresher_answer(key.course, key.kind, position)))
}

/// `GET /refreshers/{code}/{kind}/{position}/answer`: what is right, and why. Who has not answered yet is asked first.
///
/// # Errors
/// As [`refresher_question`].
pub async fn refresher_answered(
    learner: Learner,
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String, usize)>,
) -> Answer {
    let asking = Asking::find(&house, (&shelf, &voices), &learner, &path).await?;
    let Some(given) = asking.row.given_at(asking.position) else {
        return Ok(redirect(&urls::refresher_question(asking.course.code, asking.row.key.kind, asking.position)));
    };
    let page = reader.page(&house, ui);
    let verdict = Verdict::of(&shelf, &asking.item, Some(given), page.lang());
    let lesson = shelf.lesson(&asking.item.lesson);
    html(&AnsweredPage::of_refresher(page, (asking.course, lesson), asking.of(), verdict))
}
