//! Samples of the pages of this subject, about the curriculum that is put up.

use super::booklet::Booklet;
use super::certificate_plan::{Asker, Plan, plan_for, planned};
use super::holdings::{Holding, HoldingKind, Holdings};
use super::planner::{LessonMark, NextStep, Progress, order_of};
use super::practice::{Feedback, Run, write_run};
use super::rules::Kind;
use super::urls;
use super::views::{
    AnsweredPage, Asked, Beside, BookletPage, CardPage, CataloguePage, CoursePage, FinishedPage, GlossaryPage, HotlinesPage,
    Kept, Marks, OfRefresher, PathwayPage, PathwaysPage, PlanPage, PlanSheetPage, PlansPage, PracticeEndPage, PracticeScreenPage,
    PracticeStartPage, PracticeToldPage, QuestionPage, RunAt, SearchPage, Sheet, SourcesPage, TermPage, With, printed,
};
use crate::assessment::{Entry, Link, Question, Setting, Shown, Verdict, key_of};
use crate::curriculum::model::{Course, Lesson, Practice};
use crate::curriculum::{Chosen, CourseCode, Scene, Shelf, Site};
use crate::i18n::Message;
use crate::kernel::{Group, IdentityLevel, Seed};
use crate::recordings::Listen;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, learner};
use crate::web::{FieldError, Fields, Filled, Page, Samples, drawn};

const SEED: Seed = Seed([5; 16]);

/// The course that the samples are about.
fn course(shelf: &Shelf) -> Option<&Course> {
    shelf.course(CourseCode::parse("T19")?)
}

fn lesson(shelf: &Shelf) -> Option<(&Course, &Lesson)> {
    let course = course(shelf)?;
    Some((course, course.lessons.first()?))
}

fn drafted(shelf: &Shelf) -> Option<&Course> {
    shelf.courses().iter().find(|course| !course.is_complete())
}

/// Somebody who has begun the first lesson of `course`.
fn begun(course: &Course) -> Marks {
    let mark =
        |lesson: &Lesson| LessonMark { course: course.code, lesson: lesson.id.clone(), card: 3, is_finished: false, at: NOW };
    let lessons = course.lessons.first().map(mark).into_iter().collect();
    Marks { progress: Progress { lessons, ..Progress::default() }, groups: vec![Group::Farmer], ..Marks::default() }
}

/// Somebody who has done everything.
fn done(shelf: &Shelf) -> Marks {
    let mark =
        |lesson: &Lesson| LessonMark { course: lesson.course, lesson: lesson.id.clone(), card: 1, is_finished: true, at: NOW };
    let lessons = shelf.courses().iter().flat_map(|course| &course.lessons).map(mark).collect();
    let practices = shelf.courses().iter().map(|course| (course.code, NOW)).collect();
    let completed = shelf.courses().iter().map(|course| course.code).collect();
    Marks { progress: Progress { lessons, practices, ..Progress::default() }, completed, groups: Group::ALL.to_vec() }
}

impl CataloguePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let here = course(shelf).map(|course| course.code);
        let begun = course(shelf).map(begun).unwrap_or_default();
        drawn([
            Self::new(page.clone(), shelf.edition(), &Marks::default(), None),
            Self::new(learner(page, NAME), shelf.edition(), &begun, here),
            Self::new(learner(page, LONG_NAME), shelf.edition(), &done(shelf), here),
        ])
    }
}

impl CoursePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(course) = course(shelf) else { return Vec::new() };
        let of = |course: &Course, marks: &Marks, step: &NextStep| Self::new(learner(page, NAME), shelf, course, marks, step);
        let drafted = drafted(shelf).map(|drafted| of(drafted, &Marks::default(), &NextStep::Practice(course.code)));
        let site = Site { address: "https://xuefen.example.cn", provider: LONG_PLACE };
        let beside = |course: &Course| Beside::of(page, shelf, course, site, NOW.day());
        let full = shelf.edition().resources.first().and_then(|one| shelf.course(*one.courses.first()?));
        let full = full.map(|course| of(course, &Marks::default(), &NextStep::AllDone).beside(beside(course)));
        drawn(drafted.into_iter().chain(full).chain([
            of(course, &Marks::default(), &NextStep::AllDone),
            of(course, &begun(course), &NextStep::AllDone),
            of(course, &done(shelf), &NextStep::AllDone),
            of(course, &done(shelf), &NextStep::Test(course.code)),
        ]))
    }
}

impl CardPage<'_> {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some((course, lesson)) = lesson(shelf) else { return Vec::new() };
        let of = |number: usize, with: With| CardPage::new(learner(page, NAME), shelf, course, lesson, number, with);
        let all = (1..=lesson.cards.len())
            .map(|number| of(number, With { keeps: number.is_multiple_of(2), is_break_due: number == 4 }));
        let heard = of(2, With::default()).map(|card| CardPage { voices: voices(), ..card });
        drawn(all.chain([heard]).flatten())
    }
}

/// Two recordings, one of them with a long title.
fn voices() -> Vec<Listen> {
    let listen = |says: &str| Listen { src: "/audio/0.mp3".to_owned(), says: says.to_owned() };
    vec![listen(NAME), listen(LONG_PLACE)]
}

impl FinishedPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some((course, lesson)) = lesson(shelf) else { return Vec::new() };
        let of = |step: &NextStep, state: Kept| Self::new(learner(page, NAME), shelf.edition(), (course, lesson), step, state);
        let next = NextStep::Lesson { course: course.code, lesson: lesson.id.clone(), card: 1 };
        drawn([
            of(&next, Kept::Visitor),
            of(&next, Kept::NotYet),
            of(&NextStep::Practice(course.code), Kept::Yes),
            of(&NextStep::Test(course.code), Kept::Yes),
        ])
    }
}

impl QuestionPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some((course, lesson)) = lesson(shelf) else { return Vec::new() };
        let of = |asked: Asked, known: Entry, voices: Vec<Listen>| -> Option<Self> {
            let item = course.item(asked.item_id(lesson)?)?.asked(SEED, asked.position());
            let setting = if asked == Asked::Tried { Setting::Tried } else { Setting::Quiz };
            let back = Some(Link::new(asked.back_url(lesson), page.t("learning-back")));
            let shown = Shown::of(&item, SEED, asked.position());
            let question = Question::new(&shown, setting, page.lang(), asked.url(lesson), known).back(back).voices(voices);
            Some(Self::new(learner(page, NAME), course, lesson, asked, question))
        };
        let quiz = (1..=lesson.check.len()).map(|number| of(Asked::Quiz(number), Entry::Blank, Vec::new()));
        let empty = Entry::Wrong(Fields::default(), vec![FieldError::new("q", Message::of("answer-missing"))]);
        let others = [of(Asked::Tried, Entry::Blank, voices()), of(Asked::Quiz(1), empty, Vec::new())];
        let refreshers = course.items.iter().take(3).zip(1..).map(|(item, position)| {
            let item = item.asked(SEED, position);
            let question = Question::new(&Shown::of(&item, SEED, position), Setting::Quiz, page.lang(), "", Entry::Blank);
            let of = OfRefresher { kind: Kind::Week, position, count: 3 };
            let back = Link::new(of.back_url(course.code), page.t("learning-back"));
            Some(Self::of_refresher(learner(page, NAME), course, of, question.back(Some(back))))
        });
        drawn(quiz.chain(others).chain(refreshers).flatten())
    }
}

impl AnsweredPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some((course, lesson)) = lesson(shelf) else { return Vec::new() };
        let of = |asked: Asked, is_right: bool| -> Option<Self> {
            let item = course.item(asked.item_id(lesson)?)?.asked(SEED, asked.position());
            let right = key_of(&item).right_answer();
            let verdict = Verdict::of(shelf, &item, Some(&right).filter(|_| is_right), page.lang());
            Some(Self::new(learner(page, NAME), (course, lesson), asked, verdict))
        };
        let last = Asked::Quiz(lesson.check.len());
        let refresher = |position: usize, lesson: Option<&Lesson>| -> Option<Self> {
            let item = course.items.get(position)?.asked(SEED, position);
            let verdict = Verdict::of(shelf, &item, None, page.lang());
            let of = OfRefresher { kind: Kind::Month, position, count: 3 };
            Some(Self::of_refresher(learner(page, NAME), (course, lesson), of, verdict))
        };
        let quiz = [of(Asked::Tried, true), of(Asked::Quiz(1), true), of(Asked::Quiz(1), false), of(last, true)];
        drawn(quiz.into_iter().chain([refresher(1, Some(lesson)), refresher(3, None)]).flatten())
    }
}

impl SearchPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let of = |query: &str, is_all: bool| Self::new(page.clone(), shelf, query, &shelf.search(query, 50), is_all);
        let none = "\u{201c}<没有>&\u{201d}";
        drawn([Self::blank(page.clone()), Self::empty(page.clone()), of("手机", false), of("手机", true), of(none, false)])
    }
}

impl BookletPage<'_> {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(booklet) = course(shelf).and_then(|course| Booklet::of(course, Group::Veteran)) else { return Vec::new() };
        let printed = printed(shelf, &booklet);
        drawn([BookletPage::new(page.clone(), shelf, &booklet, &printed, LONG_PLACE)])
    }
}

impl HotlinesPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        drawn([Self::new(page.clone(), shelf.edition())])
    }
}

impl SourcesPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        drawn([Self::new(page.clone(), shelf.edition())])
    }
}

impl GlossaryPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        drawn([Self::new(page.clone(), shelf.glossary())])
    }
}

impl TermPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let terms = shelf.glossary();
        let seen = terms.iter().max_by_key(|term| (term.see.len(), shelf.lessons_that_explain(&term.word).count()));
        drawn(terms.first().into_iter().chain(seen).map(|term| Self::new(page.clone(), shelf, term)))
    }
}

impl PathwaysPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        drawn([Self::new(page.clone(), shelf)])
    }
}

impl PathwayPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let unknown = vec![FieldError::new("steering", Message::of("learning-steering-unknown"))];
        let unknown = Filled::wrong(Fields::default(), unknown);
        let of = |group: Group, marks: &Marks, is_chosen: bool, form: Filled| -> Option<Self> {
            let order = order_of(shelf, &Chosen { pathway: Some(group), ..Chosen::default() }, group, &marks.completed);
            Some(Self::new(learner(page, NAME), shelf, (shelf.pathway(group)?, &order), marks, (is_chosen, form)))
        };
        let all = Group::ALL.map(|group| of(group, &Marks::default(), false, Filled::default()));
        let asking = shelf.edition().pathways.iter().find(|pathway| !pathway.choices.is_empty());
        let others = [
            of(Group::Elder, &done(shelf), true, Filled::default()),
            asking.and_then(|pathway| of(pathway.group, &Marks::default(), true, unknown)),
        ];
        drawn(all.into_iter().chain(others).flatten())
    }
}

/// Plans for all certificates.
fn plans<'s>(shelf: &'s Shelf, marks: &Marks, holdings: &Holdings) -> Vec<Plan<'s>> {
    let chosen = Chosen { pathway: Some(Group::Elder), ..Chosen::default() };
    let asker = Asker { chosen: &chosen, marks, holdings };
    planned(shelf).map(|rule| plan_for(shelf, rule, asker)).collect()
}

/// Holdings of the first `count` courses, in turn from elsewhere, passed here and looked into.
fn holdings(shelf: &Shelf, count: usize) -> Holdings {
    let kinds = [HoldingKind::Outside, HoldingKind::Passed, HoldingKind::LookedInto];
    let held = shelf.courses().iter().take(count).zip(kinds.into_iter().cycle());
    let holding = |kind| Holding { kind, supervision: 1, passed_at: NOW };
    Holdings { courses: held.map(|(course, kind)| (course.code, holding(kind))).collect(), ..Holdings::default() }
}

/// Holdings of somebody who has everything.
fn whole(shelf: &Shelf) -> Holdings {
    let holding = Holding { kind: HoldingKind::Passed, supervision: 3, passed_at: NOW };
    let courses = shelf.courses().iter().map(|course| (course.code, holding)).collect();
    Holdings { identity: IdentityLevel::ON_THE_DAY, courses }
}

impl PlansPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let of = |marks: &Marks, held: &Holdings| Self::new(learner(page, NAME), &plans(shelf, marks, held));
        let fresh = Self::new(page.clone(), &plans(shelf, &Marks::default(), &Holdings::default()));
        drawn([fresh, of(&Marks::default(), &holdings(shelf, 23)), of(&done(shelf), &whole(shelf))])
    }
}

impl PlanPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let all: Vec<CourseCode> = shelf.courses().iter().map(|course| course.code).collect();
        let of = |marks: &Marks, held: &Holdings, refresh: &[CourseCode]| -> Vec<Self> {
            let plans = plans(shelf, marks, held);
            plans.iter().map(|plan| Self::new(learner(page, NAME), shelf, plan, marks, refresh)).collect()
        };
        let begun = course(shelf).map(begun).unwrap_or_default();
        let fresh = of(&Marks::default(), &Holdings::default(), &[]);
        let pages = [fresh, of(&begun, &holdings(shelf, 23), &all), of(&done(shelf), &whole(shelf), &[])];
        drawn(pages.into_iter().flatten())
    }
}

impl PlanSheetPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let of = |name: Option<&str>, held: &Holdings| -> Vec<Self> {
            let sheet = Sheet { name, today: NOW.day() };
            let plans = plans(shelf, &Marks::default(), held);
            plans.iter().map(|plan| Self::new(learner(page, NAME), shelf, plan, sheet)).collect()
        };
        let all = [of(None, &Holdings::default()), of(Some(LONG_NAME), &holdings(shelf, 23)), of(Some(NAME), &whole(shelf))];
        drawn(all.into_iter().flatten())
    }
}

/// The practice that the samples are about.
fn practice(shelf: &Shelf) -> Option<(&Course, &Practice)> {
    let course = course(shelf)?;
    Some((course, course.practice.as_ref()?))
}

/// A run at each screen of `practice`, with what it shows.
fn runs(shelf: &Shelf, course: &Course, practice: &Practice) -> Vec<(Run, Scene)> {
    let at = |screen: u8| {
        let run = Run { screen, ..Run::with_seed(practice, SEED) };
        let scene = shelf.scene(course.code, &run.screen(practice)?.id, &run.drawn(practice))?;
        Some((run, scene))
    };
    (0..u8::MAX).map_while(at).collect()
}

impl PracticeStartPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some((course, practice)) = practice(shelf) else { return Vec::new() };
        let run = urls::practice(course.code);
        let of = |paused: Option<String>, is_lost: bool| {
            Self::new(learner(page, NAME), course, practice, (run.clone(), paused), is_lost)
        };
        drawn([of(None, false), of(Some(run.clone()), false), of(None, true)])
    }
}

impl PracticeScreenPage<'_> {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some((course, practice)) = practice(shelf) else { return Vec::new() };
        let told = shelf.text_html(LONG_PLACE, "told");
        let mut samples = Vec::new();
        for (run, scene) in runs(shelf, course, practice).iter().filter(|(_, scene)| !scene.is_end) {
            let at = RunAt { course, practice, run };
            let token = write_run(&[0; 32], practice, run);
            let new = |told, form| PracticeScreenPage::new(learner(page, NAME), &at, scene, (token.clone(), told), form);
            let mut states = vec![new(None, Filled::default())];
            if scene.actions.iter().any(|action| action.field.is_some()) {
                let empty = vec![FieldError::new("typed", Message::of("learning-practice-type-something"))];
                states.push(new(Some(told.as_str()), Filled::wrong(Fields::default(), empty)));
            }
            samples.extend(drawn(states));
        }
        samples
    }
}

impl PracticeToldPage<'_> {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some((course, practice)) = practice(shelf) else { return Vec::new() };
        let mut told: Vec<(Run, Feedback)> = Vec::new();
        for (run, scene) in runs(shelf, course, practice) {
            for action in (0..).take(scene.actions.len()) {
                let next = run.act(practice, action, "1");
                told.extend(next.ok().and_then(|next| Some((next.clone(), next.feedback(practice)?))));
            }
        }
        let drawn_of = |(run, told): &(Run, Feedback)| {
            let says = shelf.text_html(&told.says, "told");
            let ways = (urls::practice(course.code), urls::practice(course.code));
            drawn([PracticeToldPage::new(learner(page, NAME), &RunAt { course, practice, run }, told, &says, ways)])
        };
        told.iter().flat_map(drawn_of).collect()
    }
}

impl PracticeEndPage<'_> {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some((course, practice)) = practice(shelf) else { return Vec::new() };
        let runs = runs(shelf, course, practice);
        let ends = runs.iter().filter(|(_, scene)| scene.is_end);
        let states = ends.flat_map(|end| [Kept::Visitor, Kept::NotYet, Kept::Yes].map(|state| (end, state)));
        let of = |((run, scene), state): (&(Run, Scene), Kept)| {
            let token = (write_run(&[0; 32], practice, run), state);
            let at = RunAt { course, practice, run };
            drawn([PracticeEndPage::new(learner(page, NAME), shelf.edition(), &at, scene, token, &begun(course))])
        };
        states.flat_map(of).collect()
    }
}
