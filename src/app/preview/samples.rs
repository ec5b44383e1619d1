//! The pages of a preview as they hang in the gallery.

use super::stand::State;
use super::views::{PreviewItemPage, PreviewItemsPage, PreviewPage};
use crate::curriculum::{CourseCode, Fault, Shelf, Trouble};
use crate::web::{ExhibitOf, Page, Samples, drawn};

/// Everything.
pub(in crate::app) const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("PreviewPage", PreviewPage::samples),
    ("PreviewItemsPage", PreviewItemsPage::samples),
    ("PreviewItemPage", PreviewItemPage::samples),
];

impl PreviewPage {
    fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let faults = |count: usize| vec![Fault::new("courses/T13/groups/civil-servant.md", 99, Trouble::Markup); count];
        let drafting = CourseCode::parse("T13").into_iter().collect();
        let states = [
            State::default(),
            State { faults: faults(3), ..State::default() },
            State { drafting, lacking: faults(40), was_sound: true, ..State::default() },
        ];
        drawn(states.map(|state| Self::new(page.clone(), shelf, &state)))
    }
}

impl PreviewItemsPage {
    fn samples(page: &Page, shelf: &Shelf) -> Samples {
        drawn(shelf.courses().iter().take(2).map(|course| Self::new(page.clone(), course)))
    }
}

impl PreviewItemPage {
    fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let first = shelf.courses().iter().take(1);
        drawn(first.flat_map(|course| course.items.iter().map(|item| Self::new(page.clone(), shelf, course, item))))
    }
}
