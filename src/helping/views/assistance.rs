//! 辅助操作: the learner's page and the helper's.

use askama::Template;

use super::ActLine;
use crate::helping::{Aid, Assistance};
use crate::i18n::Lang;
use crate::web::{Filled, Page, day_words};

/// The message that names an aid: 念给您听.
const fn aid_key(aid: Aid) -> &'static str {
    match aid {
        Aid::Reads => "helping-aid-reads",
        Aid::Moves => "helping-aid-moves",
        Aid::Both => "helping-aid-both",
    }
}

/// How it stands with help in the session at hand.
#[derive(Clone, Debug)]
pub enum Standing {
    /// Nobody helps.
    Nobody,
    /// Somebody has said that they will.
    Offered { name: String, aid: Aid },
    /// Somebody does.
    On { name: String, aid: Aid },
    /// Somebody did until just now.
    Over { name: String, is_thanked: bool },
}

/// 请人在旁边帮忙.
#[derive(Template)]
#[template(path = "helping/assistance.html")]
pub struct AssistancePage {
    pub page: Page,
    /// A helper's card.
    pub form: Filled,
    pub standing: Standing,
}

impl AssistancePage {
    fn aid_words(&self, aid: &Aid) -> String {
        self.page.t(aid_key(*aid))
    }

    fn aids(&self) -> Vec<(&'static str, String)> {
        Aid::ALL.map(|aid| (aid.code(), self.page.t(aid_key(aid)))).to_vec()
    }

    fn offered_words(&self, name: &String, aid: &Aid) -> String {
        self.page.t2("helping-offered", ("name", name), ("aid", self.aid_words(aid)))
    }

    fn say_words(&self, aid: &Aid) -> String {
        self.page.t1("helping-say", "aid", self.aid_words(aid))
    }

    fn on_words(&self, name: &String, aid: &Aid) -> String {
        self.page.t2("helping-on", ("name", name), ("aid", self.aid_words(aid)))
    }
}

/// That somebody sat beside the learner.
pub struct BesideLine {
    pub who: String,
    pub note: String,
}

impl BesideLine {
    /// The line of `one`, whose helper is called `who`.
    pub fn of(one: &Assistance, who: String, lang: Lang) -> Self {
        let what = match one.aid {
            Aid::Reads => "helping-aid-choose-reads",
            Aid::Moves => "helping-aid-choose-moves",
            Aid::Both => "helping-aid-choose-both",
        };
        Self { who, note: format!("{} · {}", day_words(lang, one.since.day()), lang.t(what)) }
    }
}

/// 帮这位学员: which of the two it is.
#[derive(Template)]
#[template(path = "helping/aid.html")]
pub struct AidPage {
    pub page: Page,
    pub id: String,
    pub name: String,
    pub form: Filled,
    /// The helper has just said so.
    pub is_offered: bool,
    /// Who sat beside them before.
    pub before: Vec<BesideLine>,
    /// What was done on the learner's behalf.
    pub acts: Vec<ActLine>,
}

impl AidPage {
    fn back(&self) -> String {
        format!("/staff/learners/{}", self.id)
    }

    fn aids(&self) -> Vec<(&'static str, String)> {
        let key = |aid: Aid| match aid {
            Aid::Reads => "helping-aid-choose-reads",
            Aid::Moves => "helping-aid-choose-moves",
            Aid::Both => "helping-aid-choose-both",
        };
        Aid::ALL.map(|aid| (aid.code(), self.page.t(key(aid)))).to_vec()
    }
}
