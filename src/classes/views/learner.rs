//! Sessions as learners look for them.

use askama::Template;

use super::ClassRow;
use crate::web::Page;

/// What a reader has to do with a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::classes) enum Own {
    /// Not signed in.
    #[default]
    Stranger,
    /// Nothing yet.
    Nothing,
    /// Signed up.
    SignedUp,
    /// They came.
    Came,
}

/// 线下班, the nearest first.
#[derive(Template)]
#[template(path = "classes/classes.html")]
pub(in crate::classes) struct ClassesPage {
    pub page: Page,
    /// Those the reader is signed up for.
    pub own: Vec<ClassRow>,
    /// Those of one's own town.
    pub near: Vec<ClassRow>,
    pub others: Vec<ClassRow>,
}

/// One session.
#[derive(Template)]
#[template(path = "classes/class.html")]
pub(in crate::classes) struct ClassPage {
    pub page: Page,
    pub row: ClassRow,
    pub facts: Vec<(String, String)>,
    pub own: Own,
    /// Why one cannot sign up, in words; empty where one can.
    pub hindrance: String,
    /// What has just been done.
    pub notice: String,
    /// The course that can be learnt beforehand.
    pub course: Option<String>,
    /// Where the service point is described.
    pub point: String,
}

impl ClassPage {
    const fn is_signed_up(&self) -> bool {
        matches!(self.own, Own::SignedUp)
    }

    const fn has_come(&self) -> bool {
        matches!(self.own, Own::Came)
    }

    const fn may_sign_up(&self) -> bool {
        matches!(self.own, Own::Stranger | Own::Nothing) && self.hindrance.is_empty()
    }
}
