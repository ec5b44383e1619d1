//! The practice: every tap is a POST that leads to the next address; the run travels along, signed.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::find::{Answer, find_practice, marks_of};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Course, Practice, Verdict};
use crate::db::DbFault;
use crate::error::AppError;
use crate::i18n::Message;
use crate::learning::planner::Paused;
use crate::learning::practice::{Feedback, NotYet, PURPOSE, Run, read_run, write_run};
use crate::learning::reader::with_paused;
use crate::learning::views::{Kept, PracticeEndPage, PracticeScreenPage, PracticeStartPage, PracticeToldPage, RunAt};
use crate::learning::{Reader, RunKey, service, urls};
use crate::web::{FieldError, Filled, House, Page, Posted, Ui, html, html_with, redirect};

/// The run in an address.
#[derive(Debug, Deserialize)]
pub struct RunQuery {
    #[serde(default)]
    s: String,
}

/// A practice, with what signs its runs.
struct Stage<'s> {
    shelf: &'s Shelf,
    course: &'s Course,
    practice: &'s Practice,
    key: [u8; 32],
}

impl<'s> Stage<'s> {
    fn find(house: &House, shelf: &'s Shelf, code: &str) -> Result<Self, AppError> {
        let (course, practice) = find_practice(shelf, code)?;
        Ok(Self { shelf, course, practice, key: house.keys.for_purpose(PURPOSE) })
    }

    fn read(&self, text: &str) -> Option<Run> {
        read_run(&self.key, self.practice, text)
    }

    fn url(&self, run: &Run) -> String {
        urls::run(self.course.code, &write_run(&self.key, self.practice, run))
    }

    fn start(&self, page: Page, paused: Option<Paused>, status: StatusCode) -> Answer {
        let url = self.url(&Run::fresh(self.practice));
        let paused =
            paused.filter(|paused| paused.course == self.course.code).map(|paused| urls::run(paused.course, &paused.run));
        html_with(status, &PracticeStartPage::new(page, self.course, self.practice, (url, paused), status != StatusCode::OK))
    }

    /// To the address of `run`, which the browser keeps for later, or forgets where it has come to its end.
    fn lead_to(&self, run: &Run, house: &House, reader: &Reader) -> Answer {
        let token = write_run(&self.key, self.practice, run);
        let answer = redirect(&urls::run(self.course.code, &token));
        let paused = Paused { course: self.course.code, run: token, at: house.clock().now() };
        with_paused(answer, house, reader, Some(&paused).filter(|_| !run.is_over(self.practice)))
    }

    /// The screen, with what the last action left to say above it.
    fn screen(&self, page: Page, run: &Run, told: Option<&Feedback>, form: Filled) -> Answer {
        let scene = run
            .screen(self.practice)
            .and_then(|screen| self.shelf.scene(self.course.code, &screen.id, &run.drawn(self.practice)));
        let scene = scene.ok_or(AppError::NotFound)?;
        let says = told.map(|told| self.shelf.text_html(&told.says, "told"));
        let token = write_run(&self.key, self.practice, &run.told());
        let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let at = RunAt { course: self.course, practice: self.practice, run };
        html_with(status, &PracticeScreenPage::new(page, &at, &scene, (token, says.as_deref()), form))
    }

    fn told(&self, page: Page, run: &Run, told: &Feedback) -> Answer {
        let says = self.shelf.text_html(&told.says, "told");
        let at = RunAt { course: self.course, practice: self.practice, run };
        let ways = (self.url(&run.told()), self.url(&run.back()));
        html(&PracticeToldPage::new(page, &at, told, &says, ways))
    }

    async fn end(&self, page: Page, run: &Run, house: &House, reader: &Reader) -> Answer {
        let mut marks = marks_of(house, self.shelf, reader).await?;
        let state = match reader.acting() {
            None => Kept::Visitor,
            Some(acting) if service::is_run_kept(house.db.read(), acting.learner, self.practice, run).await? => Kept::Yes,
            Some(_) => Kept::NotYet,
        };
        if state == Kept::Visitor {
            marks.progress.practices.push((self.course.code, house.clock().now()));
        }
        let scene = run
            .screen(self.practice)
            .and_then(|screen| self.shelf.scene(self.course.code, &screen.id, &run.drawn(self.practice)));
        let scene = scene.ok_or(AppError::NotFound)?;
        let at = RunAt { course: self.course, practice: self.practice, run };
        let token = write_run(&self.key, self.practice, run);
        html(&PracticeEndPage::new(page, self.shelf.edition(), &at, &scene, (token, state), &marks))
    }

    /// Keeps a run that has come to its end, for who is signed in.
    async fn keep(&self, run: &Run, house: &House, reader: &Reader) -> Result<(), AppError> {
        let (Some(acting), Some(key)) = (reader.acting(), RunKey::of(self.course.code, self.practice, run)) else {
            return Ok(());
        };
        let standing = reader.standing(house.clock().now());
        Ok(house.db.write::<_, DbFault, _>(async move |tx| service::finish_practice(tx, acting, &standing, &key).await).await?)
    }
}

/// `GET /courses/{code}/practice`: before a run.
///
/// # Errors
/// [`AppError::NotFound`] where the course has no practice yet.
pub async fn practice(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf, code: Path<String>) -> Answer {
    let paused = reader.paused(&house, &shelf);
    Stage::find(&house, &shelf, &code)?.start(reader.page(&house, ui), paused, StatusCode::OK)
}

/// `GET /courses/{code}/practice/run?s=…`: where the run stands: what is told of the last action, a screen, or the end.
///
/// # Errors
/// [`AppError::NotFound`]; what the database answers. A run that cannot be read leads to a new one.
pub async fn practice_run(
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    code: Path<String>,
    query: Query<RunQuery>,
) -> Answer {
    let stage = Stage::find(&house, &shelf, &code)?;
    let page = reader.page(&house, ui);
    let Some(run) = stage.read(&query.s) else { return stage.start(page, None, StatusCode::UNPROCESSABLE_ENTITY) };
    match run.feedback(stage.practice) {
        Some(told) if told.verdict != Verdict::Neutral => stage.told(page, &run, &told),
        _ if run.is_over(stage.practice) => stage.end(page, &run.told(), &house, &reader).await,
        told => stage.screen(page, &run, told.as_ref(), Filled::default()),
    }
}

/// `POST /courses/{code}/practice/run`: one action; or, at the end, keeping what was done before signing in.
///
/// # Errors
/// [`AppError::Malformed`] where the screen has no such action; what the database answers.
pub async fn practice_act(reader: Reader, posted: Posted, house: Data<House>, shelf: Shelf, code: Path<String>) -> Answer {
    let stage = Stage::find(&house, &shelf, &code)?;
    let fields = posted.fields;
    let page = || reader.page(&house, posted.ui.clone());
    let Some(run) = stage.read(fields.get("s")) else { return stage.start(page(), None, StatusCode::UNPROCESSABLE_ENTITY) };
    if run.is_over(stage.practice) {
        stage.keep(&run, &house, &reader).await?;
        return stage.lead_to(&run.told(), &house, &reader);
    }
    let action = fields.get("action").parse().map_err(|_| AppError::Malformed("action"))?;
    match run.told().act(stage.practice, action, fields.get("typed")) {
        Ok(next) => {
            stage.keep(&next, &house, &reader).await?;
            stage.lead_to(&next, &house, &reader)
        }
        Err(NotYet::NoSuchAction) => Err(AppError::Malformed("action")),
        Err(NotYet::NothingTyped) => {
            let empty = FieldError::new("typed", Message::of("learning-practice-type-something"));
            stage.screen(page(), &run.told(), None, Filled::wrong(fields, vec![empty]))
        }
    }
}
