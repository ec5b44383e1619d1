//! Samples of the pages of this subject.

use super::forms;
use super::service::Counts;
use super::views::{
    Aims, Choices, ClassPage, ClassRow, ClassesPage, ConfirmPage, DeskPage, EndPage, GroupAddPage, GroupPage, GroupRow,
    GroupsPage, HallPage, Member, Own, PersonPage, PersonRow, PlanPage, PointFormPage, PointPage, PointRow, PointsPage,
    PrintPage, RosterPage, SheetPage, SheetRow, check_in_notice, why_key,
};
use super::{ClassSession, Hours, Kind, State, Why};
use crate::places::{Facility, Organisation, OrganisationKind, Service, spans_typed};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, filled, form, id, learner, staff};
use crate::web::{Filled, Page, Samples, drawn};

const TITLE: &str = "手机拍照和整理照片";
const LONG_TITLE: &str = "老专家讲堂：冬天大棚里的草莓怎么少生病，农药少用一半也能有好收成";

fn class(state: State, title: &str) -> ClassSession {
    let day = NOW.day();
    ClassSession {
        id: id(1),
        kind: Kind::Lecture,
        course: None,
        title: title.to_owned(),
        organisation: id(2),
        place_code: "330185".to_owned(),
        day,
        hours: Hours::on(day.start(), 540, 660),
        seats: 20,
        teacher: id(3),
        witness: None,
        notes: String::new(),
        group: None,
        state,
        reason: None,
        closed_at: None,
    }
}

fn row(page: &Page, state: State, title: &str, place: &str) -> ClassRow {
    ClassRow::of(&class(state, title), place, Counts { signed_up: 18, came: 12 }, page.lang())
}

fn rows(page: &Page) -> Vec<ClassRow> {
    vec![
        row(page, State::Planned, TITLE, PLACE),
        row(page, State::Cancelled, LONG_TITLE, LONG_PLACE),
        row(page, State::Closed, TITLE, LONG_PLACE),
    ]
}

fn person(name: &str, number: u128, came: bool) -> PersonRow {
    let notes =
        if came { vec!["通过了 T19 的考核".to_owned(), "有人见证了真实任务".to_owned()] } else { Vec::new() };
    PersonRow { learner: id::<()>(number).to_string(), name: name.to_owned(), tail: "4417".to_owned(), came, minutes: 120, notes }
}

fn people(came: bool) -> Vec<PersonRow> {
    [NAME, LONG_NAME, RARE_NAME].into_iter().zip(10..).map(|(name, number)| person(name, number, came)).collect()
}

fn facts() -> Vec<(String, String)> {
    vec![("时间".to_owned(), "3 月 9 日 周一 9:00".to_owned()), ("要带什么".to_owned(), LONG_PLACE.to_owned())]
}

impl HallPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let bare = || Self {
            page: staff(page),
            today: Vec::new(),
            open: Vec::new(),
            coming: Vec::new(),
            closed: Vec::new(),
            has_points: false,
        };
        let full =
            Self { today: rows(page), open: rows(page), coming: rows(page), closed: rows(page), has_points: true, ..bare() };
        drawn([bare(), full])
    }
}

fn choices() -> Choices {
    let pairs = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect::<Vec<_>>();
    Choices {
        courses: pairs(&["不选", TITLE, LONG_TITLE]),
        points: pairs(&[PLACE, LONG_PLACE]),
        people: pairs(&[NAME, LONG_NAME]),
        seconds: pairs(&["不用", NAME]),
        groups: pairs(&["不选", TITLE]),
    }
}

impl PlanPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let wrong = form(&[("day", "昨天"), ("title", &LONG_TITLE.repeat(3))], |fields| forms::plan(fields, NOW.day()));
        let changes = Some(("/staff/classes/1".to_owned(), LONG_TITLE.to_owned()));
        let state =
            |form: Filled, changes: Option<(String, String)>| Self { page: staff(page), form, choices: choices(), changes };
        drawn([state(Filled::default(), None), state(wrong, None), state(filled(&[("day", "2026-03-09")]), changes)])
    }
}

impl DeskPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let bare = |row: ClassRow| Self {
            page: staff(page),
            row,
            facts: facts(),
            aims: Aims::default(),
            form: Filled::default(),
            notice: None,
            expected: Vec::new(),
            came: Vec::new(),
            known: Vec::new(),
            waiting: 0,
        };
        let open = || bare(row(page, State::Planned, LONG_TITLE, LONG_PLACE));
        let aims = Aims { takes_people: true, may_close: true, may_change: true };
        let wrong = form(&[("number", "1234567890")], |fields| forms::card(fields, "number").map_err(|error| vec![error]));
        let who = id::<()>(10).to_string();
        drawn([
            bare(row(page, State::Cancelled, TITLE, PLACE)),
            Self { expected: people(false), ..open() },
            Self {
                aims,
                expected: people(false),
                came: people(true),
                known: people(false),
                waiting: 3,
                notice: check_in_notice(page, "in", &who, LONG_NAME),
                ..open()
            },
            Self { aims, form: wrong, ..open() },
        ])
    }
}

impl ConfirmPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: Option<&str>, sessions: Vec<(String, ClassRow)>| Self {
            page: staff(page),
            form: Filled::default(),
            name: name.map(str::to_owned),
            card: "1234567897".to_owned(),
            card_words: "123\u{a0}456\u{a0}7897".to_owned(),
            way: "card",
            sessions,
            learner: name.map(|_| id::<()>(10).to_string()),
        };
        let planned = |title: &str, place: &str| row(page, State::Planned, title, place);
        let two = vec![("1".to_owned(), planned(TITLE, PLACE)), ("2".to_owned(), planned(LONG_TITLE, LONG_PLACE))];
        drawn([state(None, Vec::new()), state(Some(NAME), Vec::new()), state(Some(LONG_NAME), two)])
    }
}

impl PersonPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |person: PersonRow, is_open: bool, form: Filled| Self {
            page: staff(page),
            row: row(page, State::Planned, LONG_TITLE, PLACE),
            person,
            form,
            notice: is_open.then(|| PLACE.to_owned()),
            is_open,
            course: is_open.then(|| "T19".to_owned()),
            needs_two: false,
            is_witnessed: false,
            may_witness: true,
            second: is_open.then(|| LONG_NAME.to_owned()),
            corrects: !is_open,
            most: 120,
        };
        let wrong = form(&[("doing", "minutes"), ("minutes", "999")], |fields| {
            forms::person_act(fields, 120).map_err(|error| vec![error])
        });
        drawn([
            state(person(NAME, 10, false), true, Filled::default()),
            state(person(LONG_NAME, 11, true), true, wrong),
            Self {
                needs_two: true,
                is_witnessed: true,
                may_witness: false,
                ..state(person(RARE_NAME, 12, true), true, Filled::default())
            },
            state(person(NAME, 10, true), false, Filled::default()),
        ])
    }
}

fn lines(page: &Page) -> Vec<SheetRow> {
    let all = [Why::Unknown, Why::Several, Why::Elsewhere, Why::Busy].into_iter().zip(20..);
    let line = |(why, number): (Why, u128)| SheetRow {
        id: id::<()>(number).to_string(),
        words: LONG_NAME.to_owned(),
        why: page.t(why_key(why, if number == 21 { "4417" } else { LONG_NAME })),
    };
    all.map(line).collect()
}

impl SheetPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |lines: Vec<SheetRow>, came: Vec<PersonRow>, form: Filled, at: Option<String>| Self {
            page: staff(page),
            row: row(page, State::Planned, LONG_TITLE, PLACE),
            form,
            notice: check_in_notice(page, if came.is_empty() { "" } else { "in" }, "1", NAME),
            came,
            photos: if lines.is_empty() { Vec::new() } else { vec![id::<()>(30).to_string(), id::<()>(31).to_string()] },
            lines,
            at,
        };
        let wrong = form(&[("line", "1234567890")], |fields| forms::sheet_line(fields).map_err(|error| vec![error]));
        let matched = form(&[("number", "12")], |fields| forms::card(fields, "number").map_err(|error| vec![error]));
        drawn([
            state(Vec::new(), Vec::new(), Filled::default(), None),
            state(lines(page), people(true), wrong, None),
            state(lines(page), people(true), matched, Some(id::<()>(20).to_string())),
        ])
    }
}

impl PrintPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |row: ClassRow, names: &[&str], count: usize| {
            let mut lines: Vec<(String, String)> = names.iter().map(|name| ((*name).to_owned(), "4417".to_owned())).collect();
            lines.resize(count, (String::new(), String::new()));
            Self { page: staff(page), row, teacher: NAME.to_owned(), lines }
        };
        drawn([
            state(row(page, State::Planned, TITLE, PLACE), &[], 16),
            state(row(page, State::Planned, LONG_TITLE, LONG_PLACE), &[NAME, LONG_NAME, RARE_NAME], 32),
        ])
    }
}

impl EndPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |came: Vec<PersonRow>, lines: Vec<SheetRow>, is_closed: bool, form: Filled| Self {
            page: staff(page),
            row: row(page, if is_closed { State::Closed } else { State::Planned }, LONG_TITLE, PLACE),
            form,
            notice: is_closed.then(|| PLACE.to_owned()),
            came,
            lines,
            may_close: !is_closed,
            is_closed,
            corrects: is_closed,
            most: 120,
        };
        let wrong = form(&[("minutes", "x")], |fields| forms::correction(fields, 120));
        drawn([
            state(Vec::new(), Vec::new(), false, Filled::default()),
            state(people(true), lines(page), false, Filled::default()),
            state(people(true), lines(page), true, wrong),
        ])
    }
}

fn group(name: &str, place: &str) -> GroupRow {
    GroupRow {
        href: "/staff/groups/1".to_owned(),
        name: name.to_owned(),
        place: place.to_owned(),
        timetable: "每周三上午 9 点".to_owned(),
        people: 12,
    }
}

fn members() -> Vec<Member> {
    let member = |(name, number): (&str, u128)| Member {
        learner: id::<()>(number).to_string(),
        name: name.to_owned(),
        tail: "4417".to_owned(),
        convenes: number == 11,
    };
    [NAME, LONG_NAME, RARE_NAME].into_iter().zip(10..).map(member).collect()
}

impl GroupsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |rows: Vec<GroupRow>| Self { page: staff(page), rows };
        drawn([state(Vec::new()), state(vec![group(TITLE, PLACE), group(LONG_TITLE, LONG_PLACE)])])
    }
}

impl GroupAddPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let points = || vec![("1".to_owned(), PLACE.to_owned()), ("2".to_owned(), LONG_PLACE.to_owned())];
        let wrong = form(&[("name", &LONG_TITLE.repeat(3))], forms::group);
        drawn([Filled::default(), wrong].map(|form| Self { page: staff(page), form, points: points() }))
    }
}

impl GroupPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |members: Vec<Member>, has_ended: bool, form: Filled| Self {
            page: staff(page),
            row: group(LONG_TITLE, LONG_PLACE),
            form,
            is_kept: !members.is_empty() && !has_ended,
            left: (!members.is_empty() && !has_ended).then(|| id::<()>(13).to_string()),
            members,
            has_ended,
        };
        let wrong = form(&[("doing", "join"), ("number", "12")], |fields| forms::group_act(fields).map_err(|error| vec![error]));
        drawn([
            state(Vec::new(), false, Filled::default()),
            state(members(), false, wrong),
            state(members(), true, Filled::default()),
        ])
    }
}

impl RosterPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |members: Vec<Member>| Self { page: staff(page), row: group(LONG_TITLE, PLACE), members };
        drawn([state(Vec::new()), state(members())])
    }
}

fn organisation(name: &str, is_full: bool) -> Organisation {
    let spans = (1..=5).filter_map(|day| spans_typed(day, "8:30-11:30 14:00-17:00")).flatten();
    let service =
        Service {
            spans: spans.collect(), closed: Some("国家放假的日子不开门".to_owned()), facilities: Facility::ALL.to_vec()
        };
    Organisation {
        id: id(2),
        kind: OrganisationKind::ServicePoint,
        name: name.to_owned(),
        place_code: "330185".to_owned(),
        line: None,
        address: is_full.then(|| LONG_PLACE.to_owned()),
        phone: is_full.then(|| "0571-87000000".to_owned()),
        opening_hours: None,
        service: if is_full { service } else { Service::default() },
        is_closed: false,
    }
}

fn point(page: &Page, name: &str, is_full: bool) -> PointRow {
    PointRow::of(&organisation(name, is_full), PLACE.to_owned(), page)
}

impl PointsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |near: Vec<PointRow>, others: Vec<PointRow>| Self { page: page.clone(), near, others };
        let all = || vec![point(page, PLACE, false), point(page, LONG_PLACE, true)];
        drawn([state(Vec::new(), Vec::new()), state(all(), all())])
    }
}

impl PointPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state =
            |point: PointRow, classes: Vec<ClassRow>, may_change: bool| Self { page: page.clone(), point, classes, may_change };
        drawn([state(point(page, PLACE, false), Vec::new(), false), state(point(page, LONG_PLACE, true), rows(page), true)])
    }
}

impl PointFormPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let wrong = form(&[("day1", "早上"), ("phone", "1"), ("closed", &LONG_PLACE.repeat(5))], forms::service);
        let state = |form: Filled, is_kept: bool| Self {
            page: staff(page),
            form,
            id: id::<()>(2).to_string(),
            name: LONG_PLACE.to_owned(),
            is_kept,
        };
        drawn([
            state(Filled::default(), false),
            state(filled(&[("day1", "8:30-11:30"), ("facility", "wifi")]), true),
            state(wrong, false),
        ])
    }
}

impl ClassesPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |page: Page, own: Vec<ClassRow>, near: Vec<ClassRow>, others: Vec<ClassRow>| Self { page, own, near, others };
        let reader = learner(page, LONG_NAME);
        drawn([state(page.clone(), Vec::new(), Vec::new(), Vec::new()), state(reader, rows(page), rows(page), rows(page))])
    }
}

impl ClassPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |own: Own, hindrance: &str, title: &str| Self {
            page: learner(page, NAME),
            row: row(page, State::Planned, title, LONG_PLACE),
            facts: facts(),
            own,
            hindrance: page.t(hindrance),
            notice: if own == Own::SignedUp { page.t("classes-said-up") } else { String::new() },
            course: (own == Own::Nothing).then(|| "T19".to_owned()),
            point: "/points/1".to_owned(),
        };
        drawn([
            Self { hindrance: String::new(), ..state(Own::Nothing, "classes-full", TITLE) },
            state(Own::SignedUp, "classes-full", LONG_TITLE),
            state(Own::Came, "classes-full", TITLE),
            state(Own::Stranger, "classes-full", TITLE),
        ])
    }
}
