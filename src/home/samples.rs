//! Samples of the first page and of the question where to begin, about the curriculum that is put up.

use super::views::{HomePage, Known, Soon, StartPage};
use crate::curriculum::{Chosen, CourseCode, Shelf};
use crate::kernel::{Credits, Group};
use crate::learning::{self, Earned, LessonMark, Offer, Progress, RefresherKind};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, learner};
use crate::web::{Page, Samples, drawn};

fn chosen(group: Group) -> Chosen {
    Chosen { pathway: Some(group), ..Chosen::default() }
}

/// Somebody who is in the middle of the second lesson of the first course that is written.
fn begun(shelf: &Shelf) -> Progress {
    let course = shelf.courses().iter().find(|course| course.is_complete());
    let marks = course.into_iter().flat_map(|course| course.lessons.iter().take(2)).zip([true, false]);
    let mark = |(lesson, is_finished): (&crate::curriculum::model::Lesson, bool)| LessonMark {
        course: lesson.course,
        lesson: lesson.id.clone(),
        card: 3,
        is_finished,
        at: NOW,
    };
    Progress { lessons: marks.map(mark).collect(), ..Progress::default() }
}

impl StartPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let all: Vec<String> = shelf.start_points().points.iter().map(|point| point.id.clone()).collect();
        let step = learning::next_step(shelf, &chosen(Group::Elder), &Earned::default().completed, &Progress::default());
        let mut fresh = page.clone();
        fresh.ui.font_chosen = false;
        drawn([
            Self::new(fresh, shelf, (&[], true), &step, "/"),
            Self::new(page.clone(), shelf, (&[], true), &step, "/"),
            Self::new(learner(page, NAME), shelf, (&all, false), &step, "/start"),
        ])
    }
}

impl HomePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let every: std::collections::BTreeSet<CourseCode> = shelf.courses().iter().map(|course| course.code).collect();
        let total = Credits::from_milli(99_999_000).unwrap_or_default();
        let many = || Earned { completed: every.clone(), total, ..Earned::default() };
        let offer = |days: i64, is_begun: bool| {
            let longest = shelf.courses().iter().max_by_key(|course| course.title.chars().count())?;
            Some(Offer { course: longest.code, kind: RefresherKind::Week, days, is_begun })
        };
        let class = |place: &str, is_tomorrow: bool| Soon {
            href: "/classes/1".to_owned(),
            is_tomorrow,
            time: "16:51".to_owned(),
            place: place.to_owned(),
            title: shelf.courses().first().map(|course| course.title.clone()).unwrap_or_default(),
        };
        let known = |name: &str, progress: Progress, earned: Earned| Known {
            name: Some(name.to_owned()),
            class: match name {
                NAME => None,
                RARE_NAME => Some(class(PLACE, false)),
                _ => Some(class(LONG_PLACE, true)),
            },
            offer: offer(i64::try_from(name.chars().count()).unwrap_or(0) * 9 - 20, !earned.completed.is_empty()),
            is_asked: name == RARE_NAME,
            progress,
            earned,
        };
        let of = |name: &str, group: Group, progress: Progress, earned: Earned| {
            Self::new(learner(page, name), shelf, &chosen(group), &known(name, progress, earned))
        };
        let visitor = |progress: Progress| Self::new(page.clone(), shelf, &chosen(Group::Elder), &Known::visitor(progress));
        drawn([
            visitor(Progress::default()),
            visitor(begun(shelf)),
            of(NAME, Group::Elder, Progress::default(), Earned::default()),
            of(RARE_NAME, Group::Farmer, begun(shelf), Earned::default()),
            of(LONG_NAME, Group::Public, begun(shelf), many()),
        ])
    }
}
