//! Samples of the page about the package.

use super::views::OpenPage;
use crate::curriculum::Shelf;
use crate::web::samples::{NAME, learner};
use crate::web::{Page, Samples, drawn};

impl OpenPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let of = |page: Page, bytes: u64| Self::new(page, shelf.edition(), bytes);
        drawn([of(page.clone(), 1_834_567), of(learner(page, NAME), 2_834_567_890)])
    }
}
