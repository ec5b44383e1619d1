//! Samples of the pages of this subject.

use super::box_views::{BoxNote, YoursCard};
use super::forms;
use super::rules::{Category, Onward, Tally};
use super::service::May;
use super::views::{
    DeskPage, ExamsPage, Facts, Line, OwnExamPage, OwnExamsPage, PersonPage, PlanPage, QuestionPage, Row, Step, categories,
    desk_path, facts, forms as ways, item_words, levels, own_path, sights, title_of, verdicts,
};
use super::{Exam, Level, Stage, moment_words};
use crate::assessment::{Entry, Link, Question, Setting, Shown};
use crate::curriculum::{CourseCode, Shelf};
use crate::i18n::Message;
use crate::kernel::Seed;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, filled, form, id, learner, staff};
use crate::web::{FieldError, Fields, Filled, Page, Samples, drawn};

const TITLE: &str = "手机上的骗局怎么认";
const ALL: May = May {
    invigilate: true,
    see: true,
    decide: true,
    unpublish: true,
    enter: true,
    answer: true,
    cancel: true,
    take_back: true,
    waive_end: true,
};
const NOBODY: May = May {
    invigilate: false,
    see: false,
    decide: false,
    unpublish: false,
    enter: false,
    answer: false,
    cancel: false,
    take_back: false,
    waive_end: false,
};

fn of_stage(page: &Page, stage: Stage) -> Facts {
    let exam = Exam {
        id: id(1),
        organisation: id(9),
        place_code: "330182001".to_owned(),
        line: None,
        unit: "T19".to_owned(),
        level: if stage == Stage::Planned { Level::Supervised } else { Level::Exam },
        starts_at: NOW,
        ends_at: NOW.plus_minutes(90),
        seats: 30,
        invigilators: [id(2), id(3)],
        stage,
        published: None,
        enterer: None,
        cancelled_why: (stage == Stage::Cancelled).then(|| WORDS.to_owned()),
    };
    let place = if stage == Stage::Planned { PLACE } else { LONG_PLACE };
    facts(page, &exam, (TITLE.to_owned(), place.to_owned(), [NAME.to_owned(), LONG_NAME.to_owned()]))
}

fn row(href: String, (what, note, mark): (&str, &str, &str)) -> Row {
    Row { href, what: what.to_owned(), note: note.to_owned(), mark: mark.to_owned() }
}

impl ExamsPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let mark = format!("{} · {}", page.t("exams-stage-planned"), page.t1("exams-count", "count", 30));
        let what = format!("{}–10:30 {TITLE}", moment_words(page.lang(), NOW));
        let one = |place: &str| row(desk_path(id(1)), (&what, place, &mark));
        let state = |rows: Vec<Row>, may_add| Self { page: staff(page), rows, may_add };
        drawn([state(Vec::new(), false), state(vec![one(PLACE), one(LONG_PLACE)], true)])
    }
}

impl PlanPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let pair = |value: &str, words: &str| (value.to_owned(), words.to_owned());
        let unit = |code: &str| pair(code, code);
        let wrong = form(&[("day", "春天"), ("level", "2")], |fields| forms::draft(fields, NOW.day(), &[]));
        let state = |form: Filled| Self {
            organisations: vec![pair("1", PLACE), pair("2", LONG_PLACE)],
            units: shelf.courses().iter().map(|course| unit(&course.code.to_string())).collect(),
            levels: levels(page.lang()),
            lines: vec![pair("", &page.t("plans-line-all")), pair("women", &page.t("line-women"))],
            staff: vec![pair("", &page.t("exams-choose")), pair("1", NAME), pair("2", LONG_NAME)],
            form,
            page: staff(page),
        };
        drawn([state(filled(&[("level", "2"), ("seats", "20")])), state(wrong)])
    }
}

fn candidates(page: &Page) -> Vec<Row> {
    let names = [(LONG_NAME, "answer", "exams-mark-decide"), (RARE_NAME, "come", "exams-mark-appeal"), (NAME, "allow", "")];
    let line = |(number, (name, next, mark)): (u128, (&str, &str, &str))| {
        let who = page.t2("exams-who", ("name", name), ("tail", "1234"));
        let mark = if mark.is_empty() { String::new() } else { page.t(mark) };
        let href = format!("{}/people/{}", desk_path(id(1)), id::<()>(number));
        row(href, (&who, &page.t(&format!("exams-next-{next}")), &mark))
    };
    (5..).zip(names).map(line).collect()
}

fn line(page: &Page, about: &str, category: Category) -> Line {
    Line {
        when: moment_words(page.lang(), NOW),
        who: NAME.to_owned(),
        about: about.to_owned(),
        what: page.t(&format!("exams-category-{}", category.code())),
        words: if category == Category::Decided { String::new() } else { WORDS.to_owned() },
    }
}

/// The candidate who comes next.
fn next(page: &Page, key: &str) -> (String, String) {
    let who = page.t2("exams-who", ("name", LONG_NAME), ("tail", "1234"));
    (format!("{}/people/{}", desk_path(id(1)), id::<()>(6)), page.t2("exams-onward", ("who", who), ("what", page.t(key))))
}

/// What comes next at this stage, for who may do everything.
const fn onward(stage: Stage) -> Onward {
    match stage {
        Stage::Planned => Onward::PutDown,
        Stage::Finished => Onward::Candidate,
        Stage::Published => Onward::Enter,
        Stage::Entered | Stage::Cancelled => Onward::Nothing,
    }
}

fn wrong(field: &'static str, key: &'static str) -> Filled {
    Filled::wrong(Fields::from_pairs(&[("end", "01Z0")]), vec![FieldError::new(field, Message::of(key))])
}

fn box_note(page: &Page, (name, is_open): (&str, bool)) -> BoxNote {
    let at = moment_words(page.lang(), NOW);
    BoxNote {
        says: page.t2("exams-box-says", ("name", name), ("who", format!("{at} {NAME}"))),
        ended: page.t(if is_open { "exams-box-ended" } else { "exams-box-unended" }),
        from: if is_open { String::new() } else { page.t1("exams-words-from", "at", at) },
        is_open,
    }
}

/// What stands in somebody's name, who types the codes of so many ends.
fn yours(page: &Page, ends: usize) -> YoursCard {
    let who = |name: &str| page.t2("exams-who", ("name", name), ("tail", "1234"));
    let all = [LONG_NAME, RARE_NAME, NAME].map(who).join("、");
    let code = match ends {
        0 => None,
        1 => Some(page.t("exams-end-hint")),
        _ => Some(page.t1("exams-end-hint-many", "names", page.t1("exams-end-of", "name", LONG_PLACE))),
    };
    let people = ["exams-yours-seen", "exams-yours-declared", "exams-yours-allowed"];
    let mut lines: Vec<(String, String)> = people.map(|key| (page.t1(key, "count", 3), all.clone())).into();
    lines.push((page.t1("exams-yours-heard", "count", 0), page.t("exams-yours-nobody")));
    lines.push((page.t1("exams-yours-noted", "count", 1), format!("9:20 {} · {}", who(NAME), page.t("exams-category-device"))));
    let notices = if ends == 0 {
        ["exams-end-waived", "exams-end-not-come"].map(|key| page.t1(key, "name", LONG_PLACE)).into()
    } else {
        Vec::new()
    };
    YoursCard { lines, list: "00".to_owned(), code, notices }
}

impl DeskPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let asked = item_words(page, ("收到“中奖”短信，先做什么？", Tally { answered: 12, right: 1 }));
        let many = [("exams-many-down", 30), ("exams-many-came", 29), ("exams-many-undeclared", 28)];
        let counts = many.map(|(key, count)| page.t1(key, "count", count)).join(" · ");
        let state = |stage: Stage, may: May, form: Filled| Self {
            facts: of_stage(page, stage).with_stage(page),
            said: if stage == Stage::Planned { page.t("exams-said-planned") } else { String::new() },
            counts: counts.clone(),
            onward: onward(stage),
            next: matches!(stage, Stage::Planned | Stage::Finished).then(|| next(page, "exams-mark-decide")),
            rows: candidates(page),
            log: vec![line(page, &page.t("exams-whole"), Category::Out), line(page, LONG_NAME, Category::Decided)],
            items: vec![("00".to_owned(), asked.clone())],
            hands: vec![asked.clone()],
            out: if stage == Stage::Planned { Vec::new() } else { vec![asked.clone()] },
            categories: categories(page),
            left: 2,
            on_box: None,
            yours: None,
            unconfirmed: Vec::new(),
            waives: false,
            returned: vec![("yes".to_owned(), page.t("exams-returned-yes"))],
            may,
            form,
            page: staff(page),
        };
        let empty = Self {
            next: None,
            rows: Vec::new(),
            log: Vec::new(),
            items: Vec::new(),
            hands: Vec::new(),
            ..state(Stage::Planned, NOBODY, Filled::default())
        };
        let bad = form(&[("number", "123")], forms::card);
        let no_item = form(&[], forms::item);
        let boxed = |may: May, form: Filled, note: (&str, bool)| Self {
            on_box: Some(box_note(page, note)),
            onward: Onward::Nothing,
            next: None,
            ..state(Stage::Planned, may, form)
        };
        let unconfirmed = |yours: Option<YoursCard>, may: May, form: Filled| Self {
            onward: if yours.is_some() { Onward::Confirm } else { Onward::Nothing },
            yours,
            unconfirmed: vec![LONG_NAME.to_owned()],
            waives: may.waive_end,
            next: None,
            ..state(Stage::Finished, may, form)
        };
        drawn([
            boxed(ALL, form(&[], |fields| forms::words(fields, "box_why")), (LONG_PLACE, false)),
            boxed(May { invigilate: true, ..NOBODY }, wrong("returned", "exams-returned-first"), (PLACE, true)),
            empty,
            state(Stage::Planned, ALL, bad),
            Self { onward: Onward::Finish, ..state(Stage::Planned, ALL, Filled::default()) },
            state(Stage::Finished, ALL, no_item),
            Self { onward: Onward::Publish, next: None, ..state(Stage::Finished, ALL, Filled::default()) },
            state(Stage::Finished, NOBODY, Filled::default()),
            unconfirmed(Some(yours(page, 1)), NOBODY, Filled::default()),
            unconfirmed(Some(yours(page, 2)), NOBODY, wrong("end", "exams-end-wrong")),
            unconfirmed(Some(yours(page, 0)), NOBODY, wrong("yours", "exams-listed-anew")),
            unconfirmed(None, May { decide: true, ..NOBODY }, Filled::default()),
            unconfirmed(None, May { decide: true, waive_end: true, ..NOBODY }, wrong("end_why", "exams-words-empty")),
            state(Stage::Published, ALL, Filled::default()),
            Self { onward: Onward::Nothing, left: 0, ..state(Stage::Published, ALL, Filled::default()) },
            state(Stage::Entered, NOBODY, Filled::default()),
            state(Stage::Cancelled, NOBODY, Filled::default()),
        ])
    }
}

impl PersonPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let pair = |code: &str, key: &str| (code.to_owned(), page.t(key));
        let state = |stage: Stage, next: &'static str, (may, form): (May, Filled)| Self {
            facts: of_stage(page, stage),
            learner: id(5),
            name: LONG_NAME.to_owned(),
            said: String::new(),
            next,
            next_words: page.t(&format!("exams-next-{next}")),
            lines: vec![(page.t("exams-card-tail"), "1234".to_owned()), (page.t("exams-undeclared"), NAME.to_owned())],
            log: if next == "come" { Vec::new() } else { vec![line(page, LONG_NAME, Category::Device)] },
            sees: String::new(),
            is_needed: next != "begin",
            onward: (stage != Stage::Published).then(|| self::next(page, "exams-next-again")),
            is_onward_now: true,
            needs: if stage == Stage::Finished {
                vec![page.t("exams-need-noted"), page.t("exams-need-items")]
            } else {
                Vec::new()
            },
            has_declared: next == "allow",
            is_by_hand: next == "keep",
            is_on_box: false,
            has_appeal: stage == Stage::Published,
            sights: sights(page),
            ways: ways(page),
            aids: vec![pair("aloud", "exams-aid-aloud"), pair("hand", "exams-aid-hand")],
            categories: categories(page),
            verdicts: verdicts(page),
            answers: vec![pair("better", "exams-answer-better"), pair("stays", "exams-answer-stays")],
            may,
            form,
            page: staff(page),
        };
        let at = |next| {
            state(Stage::Planned, next, (May { invigilate: true, ..NOBODY }, filled(&[("form", "screen"), ("extra", "0")])))
        };
        let decides = May { decide: true, ..NOBODY };
        let undecided = form(&[], forms::verdict);
        drawn([
            at("come"),
            Self { is_on_box: true, is_needed: false, ..at("come") },
            Self { sees: page.t1("exams-sight-who", "names", LONG_NAME), ..at("see") },
            Self { sees: page.t("exams-sight-nobody"), ..at("see") },
            state(Stage::Planned, "see", (ALL, form(&[], forms::sight))),
            at("declare"),
            at("allow"),
            at("answer"),
            state(Stage::Planned, "keep", (May { invigilate: true, ..NOBODY }, form(&[("right", "9")], forms::by_hand))),
            state(Stage::Planned, "begin", (May { invigilate: true, ..NOBODY }, form(&[("extra", "999")], forms::setting))),
            Self { is_needed: false, is_onward_now: false, onward: Some(next(page, "exams-next-come")), ..at("answer") },
            state(Stage::Finished, "done", (decides, undecided)),
            state(Stage::Published, "done", (May { answer: true, ..NOBODY }, form(&[], forms::answer))),
        ])
    }
}

impl OwnExamsPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let when = format!("{}–10:30", moment_words(page.lang(), NOW));
        let one = |key: &str| row(own_path(id(1)), (TITLE, &when, &page.t(key)));
        let state = |rows: Vec<Row>| Self { page: learner(page, NAME), rows };
        drawn([state(Vec::new()), state(vec![one("exams-own-planned"), one("exams-own-passed")])])
    }
}

impl OwnExamPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |stage: Stage, key: &str, (step, more): (Step, Vec<String>)| Self {
            facts: of_stage(page, stage),
            title: title_of(TITLE),
            form: Filled::default(),
            says: page.t(key),
            more,
            questions: match step {
                Step::GoOn(_) => (1..=10).map(|at| (at, at < 4)).collect(),
                Step::HandIn => (1..=10).map(|at| (at, true)).collect(),
                Step::Read | Step::Begin => Vec::new(),
            },
            step,
            again: matches!(key, "exams-own-void" | "exams-own-failed").then(|| "/courses/T19".to_owned()),
            may_appeal: key == "exams-own-void",
            page: learner(page, LONG_NAME),
        };
        let score = || page.t2("exams-own-score", ("score", "80%"), ("pass", "70%"));
        let why = || vec![page.t1("exams-own-void-why", "why", page.t("exams-own-reason-broken")), WORDS.to_owned()];
        let appealed = vec![page.t1("exams-own-appeal", "words", WORDS), page.t("exams-own-appeal-waits")];
        let wrong = form(&[("ground", "")], |fields| forms::words(fields, "ground"));
        drawn([
            state(Stage::Planned, "exams-own-planned", (Step::Read, Vec::new())),
            state(Stage::Planned, "exams-own-allowed", (Step::Begin, Vec::new())),
            state(Stage::Planned, "exams-own-here", (Step::GoOn(4), Vec::new())),
            state(Stage::Planned, "exams-own-here", (Step::HandIn, Vec::new())),
            state(Stage::Planned, "exams-own-over", (Step::Read, Vec::new())),
            state(Stage::Entered, "exams-own-passed", (Step::Read, vec![score(), page.t("exams-own-entered")])),
            Self { form: wrong, ..state(Stage::Published, "exams-own-void", (Step::Read, why())) },
            state(Stage::Published, "exams-own-failed", (Step::Read, appealed)),
            state(Stage::Cancelled, "exams-own-cancelled", (Step::Read, Vec::new())),
        ])
    }
}

impl QuestionPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(course) = CourseCode::parse("T19").and_then(|code| shelf.course(code)) else { return Vec::new() };
        let seed = Seed([7; 16]);
        let state = |(position, item): (usize, &crate::curriculum::model::Item)| {
            let item = item.asked(seed, position);
            let here = own_path(id(1));
            let next = Some(Link::new(format!("{here}/questions/{}", position + 1), page.t("exams-next-question")));
            let action = format!("{here}/questions/{position}");
            let question = Question::new(&Shown::of(&item, seed, position), Setting::Test, page.lang(), action, Entry::Blank);
            Self { page: learner(page, NAME), back: here, question: question.go(next), position, count: 10 }
        };
        drawn((1..).zip(course.items.iter().take(3)).map(state))
    }
}
