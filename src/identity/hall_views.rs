//! The pages of a hall's device, and those on which a volunteer makes ready what is used there.

use askama::Template;
use uuid::Uuid;

use super::values::PICTURES;
use crate::i18n::Message;
use crate::kernel::LearnerId;
use crate::web::{Filled, Page};

/// A picture's code and its name.
type Named = (&'static str, String);

fn named(page: &Page, code: &'static str) -> Named {
    (code, page.t(&format!("picture-{code}")))
}

/// Which of the three is asked for.
fn which(page: &Page, step: usize) -> String {
    page.t(match step {
        1 => "identity-pictures-first",
        2 => "identity-pictures-second",
        _ => "identity-pictures-last",
    })
}

/// The first page of a hall's device.
#[derive(Template)]
#[template(path = "identity/hall.html")]
pub struct HallPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    /// The place whose device this is today.
    pub(super) place: Option<String>,
    pub(super) notice: Option<Message>,
}

impl HallPage {
    fn notice(&self) -> String {
        self.notice.as_ref().map(|message| message.say(self.page.lang())).unwrap_or_default()
    }
}

/// Twelve pictures, for the next of one's three.
#[derive(Template)]
#[template(path = "identity/hall_pictures.html")]
pub struct HallPicturesPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) card: String,
    pub(super) step: usize,
}

impl HallPicturesPage {
    fn all(&self) -> Vec<Named> {
        PICTURES.into_iter().map(|code| named(&self.page, code)).collect()
    }

    fn which(&self) -> String {
        which(&self.page, self.step)
    }

    fn wrong(&self) -> String {
        self.form.error("pictures", self.page.lang())
    }
}

/// Somebody chooses their three pictures on a volunteer's device.
#[derive(Template)]
#[template(path = "identity/choose_pictures.html")]
pub struct ChoosePicturesPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) id: LearnerId,
    pub(super) name: String,
    pub(super) step: usize,
    pub(super) chosen: Vec<&'static str>,
}

impl ChoosePicturesPage {
    fn all(&self) -> Vec<Named> {
        PICTURES.into_iter().map(|code| named(&self.page, code)).collect()
    }

    fn chosen(&self) -> Vec<Named> {
        self.chosen.iter().map(|code| named(&self.page, code)).collect()
    }

    fn are_three(&self) -> bool {
        self.chosen.len() == 3
    }

    fn which(&self) -> String {
        which(&self.page, self.step)
    }

    fn wrong(&self) -> String {
        self.form.error("pictures", self.page.lang())
    }
}

/// Six digits by which a volunteer lets somebody in.
#[derive(Template)]
#[template(path = "identity/vouch.html")]
pub struct VouchPage {
    pub(super) page: Page,
    pub(super) id: LearnerId,
    pub(super) name: String,
    /// The digits; none once they are used or over.
    pub(super) digits: Option<String>,
}

impl VouchPage {
    /// In two groups of three, to be read out.
    fn digits(&self) -> String {
        let digits = self.digits.as_deref().unwrap_or_default();
        digits.split_at_checked(3).map_or_else(String::new, |(first, last)| format!("{first}\u{a0}{last}"))
    }
}

/// Saying that the device at hand is the hall's; those that are.
#[derive(Template)]
#[template(path = "identity/hall_device.html")]
pub struct HallDevicePage {
    pub(super) page: Page,
    pub(super) form: Filled,
    /// Id, place and until when.
    pub(super) halls: Vec<(Uuid, String, String)>,
}
