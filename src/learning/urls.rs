//! Addresses of this subject's pages; written once.

use super::planner::NextStep;
use super::rules::Kind;
use crate::curriculum::CourseCode;
use crate::curriculum::model::Lesson;
use crate::kernel::Group;

/// `/courses/T19`.
#[must_use]
pub fn course(code: CourseCode) -> String {
    format!("/courses/{code}")
}

/// The part of a lesson's address that names it within its course: `c1`, `civil-servant`.
#[must_use]
pub fn lesson_name(id: &str) -> &str {
    id.split_once('-').map_or(id, |(_, name)| name)
}

/// `/courses/T19/c1`: goes on where one left off.
#[must_use]
pub fn lesson(lesson: &Lesson) -> String {
    of_lesson(lesson.course, &lesson.id)
}

fn of_lesson(course: CourseCode, id: &str) -> String {
    format!("/courses/{course}/{}", lesson_name(id))
}

/// `/courses/T19/c1/3`.
#[must_use]
pub fn card(lesson: &Lesson, card: usize) -> String {
    format!("{}/{card}", of_lesson(lesson.course, &lesson.id))
}

/// `/courses/T19/c1/tried`.
#[must_use]
pub fn tried(lesson: &Lesson) -> String {
    format!("{}/tried", of_lesson(lesson.course, &lesson.id))
}

/// `/courses/T19/c1/quiz/2`.
#[must_use]
pub fn quiz(lesson: &Lesson, number: usize) -> String {
    format!("{}/quiz/{number}", of_lesson(lesson.course, &lesson.id))
}

/// `/courses/T19/c1/done`.
#[must_use]
pub fn finished(lesson: &Lesson) -> String {
    format!("{}/done", of_lesson(lesson.course, &lesson.id))
}

/// `/courses/T19/booklet/elder`.
#[must_use]
pub fn booklet(code: CourseCode, group: Group) -> String {
    format!("/courses/{code}/booklet/{group}")
}

/// `/courses/T19/practice`.
#[must_use]
pub fn practice(code: CourseCode) -> String {
    format!("/courses/{code}/practice")
}

/// `/courses/T19/practice/run?s=…`, for a run written as `token`.
#[must_use]
pub fn run(code: CourseCode, token: &str) -> String {
    format!("/courses/{code}/practice/run?s={token}")
}

/// `/courses/T19/test`: of the assessment.
#[must_use]
pub fn test(code: CourseCode) -> String {
    format!("/courses/{code}/test")
}

/// `/pathways/elder/steering`: what somebody mainly does.
#[must_use]
pub fn steering(group: Group) -> String {
    format!("/pathways/{group}/steering")
}

/// `/pathways/elder`.
#[must_use]
pub fn pathway(group: Group) -> String {
    format!("/pathways/{group}")
}

/// `/plan`: the certificates, and how far one is from each.
pub const PLANS: &str = "/plan";

/// `/plan/foundation`: what is missing for one.
#[must_use]
pub fn plan(certificate: &str) -> String {
    format!("{PLANS}/{certificate}")
}

/// `/plan/foundation/print`: the same on paper.
#[must_use]
pub fn plan_sheet(certificate: &str) -> String {
    format!("{PLANS}/{certificate}/print")
}

/// `/refreshers/T19/week`: where one is begun.
#[must_use]
pub fn refresher(course: CourseCode, kind: Kind) -> String {
    format!("/refreshers/{course}/{}", kind.code())
}

/// `/refreshers/T19/week/later`: where one is put away.
#[must_use]
pub fn refresher_later(course: CourseCode, kind: Kind) -> String {
    format!("{}/later", refresher(course, kind))
}

/// `/refreshers/T19/week/2`: a question of one.
#[must_use]
pub fn refresher_question(course: CourseCode, kind: Kind, position: usize) -> String {
    format!("{}/{position}", refresher(course, kind))
}

/// `/refreshers/T19/week/2/answer`: what is right, and why.
#[must_use]
pub fn refresher_answer(course: CourseCode, kind: Kind, position: usize) -> String {
    format!("{}/answer", refresher_question(course, kind, position))
}

/// `/certificates/ask/foundation`: where a certificate is asked for.
#[must_use]
pub fn ask_certificate(certificate: &str) -> String {
    format!("/certificates/ask/{certificate}")
}

/// Where the next step is taken.
#[must_use]
pub fn step(step: &NextStep) -> String {
    match step {
        NextStep::Lesson { course, lesson, card } | NextStep::Missed { course, lesson, card } => {
            format!("{}/{card}", of_lesson(*course, lesson))
        }
        NextStep::Practice(course) => practice(*course),
        NextStep::GoOnPractising { course, run: token } => run(*course, token),
        NextStep::Test(course) => test(*course),
        NextStep::GoOnTesting { attempt, .. } => format!("/tests/{attempt}"),
        NextStep::AllDone => "/courses".to_owned(),
    }
}

/// The sign-in page that leads back to `path`.
#[must_use]
pub fn sign_in(path: &str) -> String {
    let back: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("/sign-in?back={back}")
}

/// `/search?q=…&all=1`: everything that was found.
#[must_use]
pub fn search_all(query: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!("/search?q={query}&all=1")
}

/// `/glossary/…`: an explained word.
#[must_use]
pub fn term(word: &str) -> String {
    // `+` stands for a space in a query only.
    let word: String = form_urlencoded::byte_serialize(word.as_bytes()).collect::<String>().replace('+', "%20");
    format!("/glossary/{word}")
}
