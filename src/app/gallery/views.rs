//! The page of the gallery's own: what hangs in it.

use askama::Template;

use crate::web::Page;

/// All views.
#[derive(Template)]
#[template(path = "app/gallery.html")]
pub(super) struct GalleryPage {
    pub page: Page,
    pub rooms: Vec<Room>,
}

/// The views of one subject.
pub(super) struct Room {
    pub subject: &'static str,
    /// Names of view structs, with the addresses of their samples.
    pub views: Vec<(&'static str, Vec<String>)>,
}
