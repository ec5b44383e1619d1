//! The pages of closing, one struct each.

use askama::Template;

use super::{Closing, rules};
use crate::i18n::Message;
use crate::kernel::LearnerId;
use crate::web::{Page, day_words};

/// Before an account is closed.
#[derive(Template)]
#[template(path = "closing/close.html")]
pub struct ClosePage {
    pub(super) page: Page,
    pub(super) id: LearnerId,
    pub(super) name: String,
    /// Whether it is the administrator's own.
    pub(super) is_own: bool,
}

/// Those that were closed and can be undone, or wait for a second person.
#[derive(Template)]
#[template(path = "closing/closings.html")]
pub struct ClosingsPage {
    pub(super) page: Page,
    /// Each with the name.
    pub(super) closings: Vec<(Closing, String)>,
    pub(super) notice: Option<Message>,
}

impl ClosingsPage {
    fn since(&self, closing: &Closing) -> String {
        closing.closed_at.day().to_string()
    }

    fn notice(&self) -> String {
        self.notice.as_ref().map(|message| message.say(self.page.lang())).unwrap_or_default()
    }
}

/// One closing: a word to the family, to be printed; agreeing to it, and undoing it.
#[derive(Template)]
#[template(path = "closing/closing.html")]
pub struct ClosingPage {
    pub(super) page: Page,
    pub(super) closing: Closing,
    /// The name; empty once the person is forgotten.
    pub(super) name: String,
    /// Whether who looks closed it.
    pub(super) is_by_self: bool,
    pub(super) can_undo: bool,
    pub(super) notice: Option<Message>,
}

impl ClosingPage {
    fn since(&self) -> String {
        day_words(self.page.lang(), self.closing.closed_at.day())
    }

    fn until(&self) -> String {
        day_words(self.page.lang(), rules::undone_until(self.closing.closed_at).day())
    }

    fn last_word(&self) -> String {
        self.page.t2("closing-word-6", ("day", self.until()), ("phone", self.page.help_words()))
    }

    fn stands(&self) -> bool {
        self.closing.undone_at.is_none() && self.closing.finished_at.is_none()
    }

    fn notice(&self) -> String {
        self.notice.as_ref().map(|message| message.say(self.page.lang())).unwrap_or_default()
    }
}
