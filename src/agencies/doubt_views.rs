//! The page of one key: whether it is to be believed.

use askama::Template;

use super::views::{KeyView, May};
use crate::kernel::AgencyId;
use crate::web::{Filled, Page};

/// One key on an administrator's desk.
#[derive(Template)]
#[template(path = "agencies/key.html")]
pub struct KeyPage {
    pub(super) page: Page,
    pub(super) id: AgencyId,
    pub(super) name: String,
    pub(super) href: String,
    pub(super) key: KeyView,
    /// The doubt that waits: an answer is to this one, and to no later one.
    pub(super) doubt: String,
    /// Who asked that it be believed no longer, when, and why; empty where nobody waits for an answer.
    pub(super) asker: String,
    pub(super) asked: String,
    pub(super) why: String,
    /// Why somebody did not agree last.
    pub(super) answer: String,
    pub(super) may: May,
    /// Whether whoever looks works for the agency: others decide then.
    pub(super) is_own: bool,
    pub(super) form: Filled,
    pub(super) said: &'static str,
}

impl KeyPage {
    fn is_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    fn is_believed(&self) -> bool {
        self.key.distrusted.is_empty()
    }

    fn decides(&self) -> bool {
        self.may == May::Decide
    }

    fn takes_back(&self) -> bool {
        self.may == May::TakeBack
    }
}
