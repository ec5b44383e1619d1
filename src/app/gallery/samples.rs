//! The gallery's own page as it hangs in the gallery.

use super::views::{GalleryPage, Room};
use crate::web::{Exhibit, Page, Samples, drawn};

/// Everything.
pub(super) const SAMPLES: &[Exhibit] = &[("GalleryPage", GalleryPage::samples)];

impl GalleryPage {
    fn samples(page: &Page) -> Samples {
        let ways = |count: usize| vec!["/dev/gallery".to_owned(); count];
        let views = vec![("AgainPage", ways(1)), ("ProblemPage", ways(40))];
        let rooms =
            vec![Room { subject: "web", views }, Room { subject: "learning", views: vec![("PracticeScreenPage", ways(3))] }];
        drawn([Self { page: page.clone(), rooms: Vec::new() }, Self { page: page.clone(), rooms }])
    }
}
