//! The quiz in the lesson and 我试过了. An answer is said to be right or not at once, may be changed without limit, and is not kept;
//! that a lesson was gone through is. An answer says which question it was given to: where a newer edition asks another one, that is
//! said, and it is asked.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::find::{Answer, find_lesson};
use super::lessons::finish;
use crate::assessment::{Entry, Link, Question, Setting, Shown, Verdict, grade, key_of, read_answer};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Course, Item, Lesson};
use crate::db::DbFault;
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::Seed;
use crate::learning::views::{AnsweredPage, Asked, QuestionPage};
use crate::learning::{LessonKey, Reader, service};
use crate::recordings::{Voices, item_voices};
use crate::web::{FieldError, Fields, House, Page, Posted, Ui, html, html_with, redirect};

/// Names, in an address, the question that was shown: the beginning of its hash.
const SHOWN: &str = "of";
const SHOWN_BYTES: usize = 6;

/// The question that an answer was given to, in the address it is sent to.
#[derive(Debug, Deserialize)]
pub struct OfQuery {
    #[serde(default)]
    of: String,
}

/// The fields of an answer: a choice, or a line for each thing to be put in order or paired.
const CHOICE_FIELD: &str = "q";
const ANSWER_FIELDS: [&str; 9] = [CHOICE_FIELD, "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];

/// A question of a lesson.
struct Asking<'s> {
    shelf: &'s Shelf,
    voices: &'s Voices,
    course: &'s Course,
    lesson: &'s Lesson,
    /// In the words in which it is asked.
    item: Item,
    asked: Asked,
}

impl<'s> Asking<'s> {
    fn find((shelf, voices): (&'s Shelf, &'s Voices), code: &str, name: &str, asked: Asked) -> Result<Self, AppError> {
        let (course, lesson) = find_lesson(shelf, code, name)?;
        let item = asked.item_id(lesson).and_then(|id| course.item(id)).ok_or(AppError::NotFound)?;
        let item = item.asked(Seed::of(&item.hash), asked.position());
        Ok(Self { shelf, voices, course, lesson, item, asked })
    }

    /// The question in words and in an order that are the same for everybody and always: nothing is kept of it.
    fn shown(&self) -> Shown<'_> {
        Shown::of(&self.item, Seed::of(&self.item.hash), self.asked.position())
    }

    /// What names this very question in an address.
    fn mark(&self) -> String {
        hex::encode(self.item.hash.bytes().iter().take(SHOWN_BYTES).copied().collect::<Vec<u8>>())
    }

    /// Whether the address names another question: one of an earlier edition. An address that names none is taken for this one.
    fn is_another(&self, shown: &str) -> bool {
        !shown.is_empty() && shown != self.mark()
    }

    fn page(&self, page: Page, known: Entry) -> QuestionPage {
        let setting = if self.asked == Asked::Tried { Setting::Tried } else { Setting::Quiz };
        let back = Link::new(self.asked.back_url(self.lesson), page.t("learning-back"));
        let question = Question::new(&self.shown(), setting, page.lang(), self.action(), known).back(Some(back));
        let question = question.voices(item_voices(self.voices, self.shelf, &self.item, page.lang()));
        QuestionPage::new(page, self.course, self.lesson, self.asked, question)
    }

    /// Where its form is sent.
    fn action(&self) -> String {
        format!("{}?{SHOWN}={}", self.asked.url(self.lesson), self.mark())
    }

    /// The question that has taken the place of the one that was answered.
    fn instead(&self, page: Page) -> Answer {
        let changed = vec![FieldError::new(CHOICE_FIELD, Message::of("learning-question-changed"))];
        html_with(StatusCode::UNPROCESSABLE_ENTITY, &self.page(page, Entry::Wrong(Fields::default(), changed)))
    }

    /// Keeps what the answer means for the lesson: that it was tried, that it is gone through.
    async fn keep(&self, house: &House, reader: &Reader, is_right: bool) -> Result<(), AppError> {
        let Some(acting) = reader.acting() else { return Ok(()) };
        if self.asked == Asked::Tried && is_right {
            let key = LessonKey::of(self.lesson);
            house.db.write::<_, DbFault, _>(async move |tx| service::keep_tried(tx, acting, &key).await).await?;
        }
        if self.asked.is_last(self.lesson) { finish(reader, house, self.lesson).await } else { Ok(()) }
    }

    async fn answer(&self, reader: &Reader, posted: Posted, of: &OfQuery, house: &House) -> Answer {
        if self.is_another(&of.of) {
            return self.instead(reader.page(house, posted.ui));
        }
        let shown = self.shown();
        match read_answer(&shown, &posted.fields) {
            Ok(given) => {
                self.keep(house, reader, grade(&key_of(&self.item), Some(&given)).right).await?;
                let (url, answer) = (self.asked.url(self.lesson), query_of(&posted.fields));
                Ok(redirect(&format!("{url}/answer?{SHOWN}={}&{answer}", self.mark())))
            }
            Err(errors) => {
                let page = reader.page(house, posted.ui);
                html_with(StatusCode::UNPROCESSABLE_ENTITY, &self.page(page, Entry::Wrong(posted.fields, errors)))
            }
        }
    }

    fn answered(&self, page: Page, fields: &Fields) -> Answer {
        if self.is_another(fields.get(SHOWN)) {
            return Ok(redirect(&self.asked.url(self.lesson)));
        }
        let Ok(given) = read_answer(&self.shown(), fields) else { return Ok(redirect(&self.asked.url(self.lesson))) };
        let verdict = Verdict::of(self.shelf, &self.item, Some(&given), page.lang());
        html(&AnsweredPage::new(page, (self.course, self.lesson), self.asked, verdict))
    }
}

/// The answer as it travels to the page that tells what is right.
fn query_of(fields: &Fields) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ANSWER_FIELDS {
        query.extend_pairs(fields.all(name).map(|value| (name, value)));
    }
    query.finish()
}

fn fields_of(ui: &Ui) -> Fields {
    let query = ui.path.split_once('?').map_or("", |(_, query)| query);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Fields::from_pairs(&pairs)
}

/// `GET /courses/{code}/{lesson}/tried`: one question about what was seen on one's own phone.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn tried(
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String)>,
) -> Answer {
    let asking = Asking::find((&shelf, &voices), &path.0, &path.1, Asked::Tried)?;
    html(&asking.page(reader.page(&house, ui), Entry::Blank))
}

/// `POST /courses/{code}/{lesson}/tried`.
///
/// # Errors
/// [`AppError::NotFound`]; what the database answers.
pub async fn answer_tried(
    reader: Reader,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String)>,
    of: Query<OfQuery>,
) -> Answer {
    Asking::find((&shelf, &voices), &path.0, &path.1, Asked::Tried)?.answer(&reader, posted, &of, &house).await
}

/// `GET /courses/{code}/{lesson}/tried/answer?q=…`: what is right, and why.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn tried_answered(
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String)>,
) -> Answer {
    let fields = fields_of(&ui);
    Asking::find((&shelf, &voices), &path.0, &path.1, Asked::Tried)?.answered(reader.page(&house, ui), &fields)
}

/// `GET /courses/{code}/{lesson}/quiz/{n}`.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn quiz(
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String, usize)>,
) -> Answer {
    let asking = Asking::find((&shelf, &voices), &path.0, &path.1, Asked::Quiz(path.2))?;
    html(&asking.page(reader.page(&house, ui), Entry::Blank))
}

/// `POST /courses/{code}/{lesson}/quiz/{n}`.
///
/// # Errors
/// [`AppError::NotFound`]; what the database answers.
pub async fn answer_quiz(
    reader: Reader,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String, usize)>,
    of: Query<OfQuery>,
) -> Answer {
    Asking::find((&shelf, &voices), &path.0, &path.1, Asked::Quiz(path.2))?.answer(&reader, posted, &of, &house).await
}

/// `GET /courses/{code}/{lesson}/quiz/{n}/answer?q=…`: what is right, and why.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn quiz_answered(
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String, usize)>,
) -> Result<HttpResponse, AppError> {
    let fields = fields_of(&ui);
    Asking::find((&shelf, &voices), &path.0, &path.1, Asked::Quiz(path.2))?.answered(reader.page(&house, ui), &fields)
}
