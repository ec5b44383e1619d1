//! Samples of the pages of closing.

use super::Closing;
use super::views::{ClosePage, ClosingPage, ClosingsPage};
use crate::i18n::Message;
use crate::web::samples::{LONG_NAME, NAME, NOW, id, staff};
use crate::web::{Page, Samples, drawn};

fn closing(is_agreed: bool) -> Closing {
    Closing {
        learner: id(1),
        id: id::<()>(2).uuid(),
        place_code: Some("330182001".to_owned()),
        closed_by: id(3),
        closed_at: NOW,
        confirmed_by: is_agreed.then(|| id(4)),
        undone_at: None,
        finished_at: None,
    }
}

impl ClosePage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([(NAME, false), (LONG_NAME, false), (NAME, true)].map(|(name, is_own)| Self {
            page: staff(page),
            id: id(1),
            name: name.to_owned(),
            is_own,
        }))
    }
}

impl ClosingsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let some = vec![(closing(false), LONG_NAME.to_owned()), (closing(true), NAME.to_owned()), (closing(true), String::new())];
        drawn([
            Self { page: staff(page), closings: Vec::new(), notice: Some(Message::of("closing-undone")) },
            Self { page: staff(page), closings: some, notice: None },
        ])
    }
}

impl ClosingPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |closing: Closing, name: &str, [is_by_self, can_undo]: [bool; 2], notice: Option<&'static str>| Self {
            page: staff(page),
            closing,
            name: name.to_owned(),
            is_by_self,
            can_undo,
            notice: notice.map(Message::of),
        };
        let undone = Closing { undone_at: Some(NOW), ..closing(false) };
        let finished = Closing { finished_at: Some(NOW), ..closing(true) };
        drawn([
            state(closing(false), NAME, [true, true], Some("closing-closed")),
            state(closing(false), LONG_NAME, [false, true], None),
            state(closing(true), NAME, [false, false], Some("closing-confirmed")),
            state(undone, NAME, [true, false], None),
            state(finished, "", [false, false], None),
        ])
    }
}
