//! Properties over every practice there is.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::curriculum::model::{Course, Practice};
use crate::curriculum::{Embedded, Shelf};
use crate::kernel::Seed;

static SHELF: LazyLock<Shelf> = LazyLock::new(|| Shelf::open(&Embedded).unwrap());
const KEY: [u8; 32] = [5; 32];

fn practices() -> Vec<(&'static Course, &'static Practice)> {
    let courses = SHELF.courses().iter();
    courses.filter_map(|course| course.practice.as_ref().map(|practice| (course, practice))).collect()
}

/// Everything that can come of one screen: every tap, and for what is typed the right thing and a wrong one.
fn ways(practice: &Practice, run: &Run) -> Vec<Run> {
    let actions = run.screen(practice).unwrap().actions.iter().enumerate();
    let typed = actions.flat_map(|(place, action)| match &action.typed {
        Some(field) => vec![(place, run.drawn(practice).fill(&field.expects[0])), (place, "别的".to_owned())],
        None => vec![(place, String::new())],
    });
    typed.map(|(place, typed)| run.act(practice, u8::try_from(place).unwrap(), &typed).unwrap()).collect()
}

#[test]
fn every_screen_is_reached_and_from_every_screen_there_is_a_way_to_the_end() {
    assert!(practices().len() >= 5);
    for (course, practice) in practices() {
        let mut reached = BTreeSet::new();
        let mut open = vec![Run::with_seed(practice, Seed([1; 16]))];
        while let Some(run) = open.pop() {
            if reached.insert(run.screen) {
                open.extend(ways(practice, &run));
            }
        }
        assert_eq!(reached.len(), practice.screens.len(), "{}", course.code);
        assert!(steps_to_end(practice).iter().all(Option::is_some), "{}", course.code);
    }
}

#[test]
fn whatever_is_done_is_told_about_and_every_blank_is_filled() {
    for (course, practice) in practices() {
        for (place, screen) in practice.screens.iter().enumerate() {
            let seed = Seed([u8::try_from(place).unwrap(); 16]);
            let run = Run { screen: u8::try_from(place).unwrap(), ..Run::with_seed(practice, seed) };
            let scene = SHELF.scene(course.code, &screen.id, &run.drawn(practice)).unwrap();
            let shown = format!(
                "{}{}{}",
                scene.title,
                scene.task,
                scene.actions.iter().map(|action| action.label.as_str()).collect::<String>()
            );
            assert!(!shown.contains('{'), "{}: {shown}", course.code);
            for next in ways(practice, &run) {
                let told = next.feedback(practice).unwrap_or_else(|| panic!("{}: nothing told on {}", course.code, screen.id));
                assert!(!told.says.contains('{') && !told.label.contains('{'), "{}: {told:?}", course.code);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// A walk by chance: the same taps from the same seed come to the same run, which survives being written and read.
    #[test]
    fn a_run_replays_and_survives_its_text(seed in any::<[u8; 16]>(), taps in proptest::collection::vec(any::<usize>(), 0..60)) {
        for (_, practice) in practices() {
            let walk = || taps.iter().fold(Run::with_seed(practice, Seed(seed)), |run, tap| {
                let ways = ways(practice, &run);
                if ways.is_empty() { run } else { ways[tap % ways.len()].clone() }
            });
            let run = walk();
            prop_assert_eq!(&run, &walk());
            prop_assert_eq!(read_run(&KEY, practice, &write_run(&KEY, practice, &run)), Some(run));
        }
    }

    /// Not a single letter of a written run can be changed, and none is good for another key or another practice.
    #[test]
    fn an_altered_run_is_none(seed in any::<[u8; 16]>(), at in any::<usize>(), letter in "[A-Za-z0-9_-]") {
        let (_, practice) = practices()[0];
        let text = write_run(&KEY, practice, &Run::with_seed(practice, Seed(seed)));
        let at = at % text.len();
        let altered = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
        if altered != text {
            prop_assert_eq!(read_run(&KEY, practice, &altered), None);
        }
        prop_assert_eq!(read_run(&[6; 32], practice, &text), None);
        prop_assert_eq!(read_run(&KEY, practices()[1].1, &text), None);
        prop_assert_eq!(read_run(&KEY, practice, &text[..at]), None);
    }
}

#[test]
fn every_practice_can_be_walked_through_to_its_end() {
    for (course, practice) in practices() {
        let walked = Run::walked(practice, Seed([2; 16]));
        assert!(walked.is_some_and(|run| run.is_over(practice) && run.wrong.is_empty()), "{}", course.code);
    }
}
