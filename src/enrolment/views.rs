//! The pages of the desk and of cards, one struct each.

use askama::Template;

use crate::i18n::Message;
use crate::identity::Relation;
use crate::kernel::{Group, LearnerId};
use crate::web::{Filled, Font, Page, QrPicture};

use super::forms::{GROUPS, WAYS};

/// A value and its words, for a list to choose from.
type Choice = (String, String);

/// Digits of the code of a village; a town has fewer.
const VILLAGE_DIGITS: usize = 12;

/// Enrolling somebody at the desk.
#[derive(Template)]
#[template(path = "enrolment/enrol.html")]
pub struct EnrolPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    /// The place of the last one, code and name: it stands in the form.
    pub(super) remembered: Option<(String, String)>,
    pub(super) notice: Option<Message>,
}

impl EnrolPage {
    fn ways(&self) -> Vec<Choice> {
        WAYS.map(|way| (way.code().to_owned(), self.page.t(&format!("identity-consent-{}", way.code())))).into()
    }

    fn no_phone(&self) -> [Choice; 1] {
        [("yes".to_owned(), self.page.t("enrolment-no-phone"))]
    }

    fn fonts(&self) -> Vec<Choice> {
        Font::ALL.map(|font| (font.code().to_owned(), self.page.t(&format!("size-{}", font.code())))).into()
    }

    fn groups(&self) -> Vec<Choice> {
        let none = (String::new(), self.page.t("enrolment-group-none"));
        let words = |group: &Group| (group.code().to_owned(), self.group(group.code()));
        std::iter::once(none).chain(GROUPS.iter().map(words)).collect()
    }

    fn group(&self, code: &str) -> String {
        self.page.t(&format!("enrolment-group-{}", code.replace('_', "-")))
    }

    fn relations(&self) -> Vec<Choice> {
        let none = (String::new(), self.page.t("identity-relation-none"));
        let words = |relation: &Relation| (relation.code().to_owned(), self.page.t(&format!("relation-{}", relation.code())));
        std::iter::once(none).chain(Relation::ALL.iter().map(words)).collect()
    }

    /// Where they are enrolled, in one line; empty where nothing is remembered.
    fn where_and_what(&self) -> String {
        let Some((_, place)) = &self.remembered else { return String::new() };
        match self.form.value("group") {
            "" => place.clone(),
            group => format!("{place} · {}", self.group(group)),
        }
    }

    /// Whether place and reading list lie open: no village is remembered, or something is wrong with them.
    fn is_place_open(&self) -> bool {
        self.place_code().len() < VILLAGE_DIGITS || self.has_wrong(&["place", "group", "card"])
    }

    /// Whether the boxes for somebody under 14 lie open: something is written or wrong in one of them, or the day of birth is asked for.
    fn is_child_open(&self) -> bool {
        let is_day_asked = self.form.errors().iter().any(|error| error.message.key == "identity-year-needs-day");
        let is_written = ["guardian", "month", "day"].iter().any(|name| !self.form.value(name).is_empty());
        is_day_asked || is_written || self.has_wrong(&["guardian", "relation"])
    }

    fn has_wrong(&self, fields: &[&str]) -> bool {
        self.form.errors().iter().any(|error| fields.contains(&error.field))
    }

    fn place_code(&self) -> &str {
        self.remembered.as_ref().map_or("", |(code, _)| code)
    }

    fn notice(&self) -> String {
        self.notice.as_ref().map(|message| message.say(self.page.lang())).unwrap_or_default()
    }
}

/// Somebody who sounds alike, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AlikeShown {
    pub learner: LearnerId,
    pub name: String,
    pub place: String,
    pub is_same_year: bool,
}

/// 是不是这位？
#[derive(Template)]
#[template(path = "enrolment/alike.html")]
pub struct AlikePage {
    pub(super) page: Page,
    /// What was typed goes along.
    pub(super) typed: Vec<(String, String)>,
    pub(super) name: String,
    pub(super) alike: Vec<AlikeShown>,
}

/// A card to be shown or printed.
#[derive(Clone, Debug)]
pub(super) struct CardShown {
    /// The name; empty on a blank card.
    pub name: String,
    /// The number in groups.
    pub number: String,
    pub qr: QrPicture,
}

impl CardShown {
    /// Names of several parts do not break within one.
    fn name_parts(&self) -> impl Iterator<Item = &str> {
        self.name.split_inclusive(['·', ' '])
    }
}

/// Somebody's card, right after they were enrolled or later.
#[derive(Template)]
#[template(path = "enrolment/card.html")]
pub struct CardPage {
    pub(super) page: Page,
    /// What is wrong with the PIN, where something is.
    pub(super) form: Filled,
    pub(super) id: LearnerId,
    pub(super) card: CardShown,
    pub(super) has_pin: bool,
    pub(super) has_pictures: bool,
    /// Where the enrolment can be taken back by who looks: its place and its reading list, which then stand in the form again.
    pub(super) undo: Option<(String, String)>,
    /// Whether it is the staff member's own.
    pub(super) is_own: bool,
    pub(super) notice: Option<Message>,
}

impl CardPage {
    fn notice(&self) -> String {
        self.notice.as_ref().map(|message| message.say(self.page.lang())).unwrap_or_default()
    }
}

/// Printing cards: of today, and blank ones.
#[derive(Template)]
#[template(path = "enrolment/cards.html")]
pub struct CardsPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    /// How many were enrolled today by who looks.
    pub(super) today: usize,
}

/// Cards on sheets of eight.
#[derive(Template)]
#[template(path = "enrolment/sheet.html")]
pub struct SheetPage {
    pub(super) page: Page,
    pub(super) title: String,
    /// Where to go back to, with its words.
    pub(super) back: (String, String),
    pub(super) cards: Vec<CardShown>,
    /// Cards of the block that were given away already, of a blank one.
    pub(super) given: usize,
    /// Which page, from 1, of how many.
    pub(super) number: usize,
    pub(super) pages: usize,
}

impl SheetPage {
    fn sheets(&self) -> impl Iterator<Item = &[CardShown]> {
        self.cards.chunks(8)
    }

    fn count(&self) -> usize {
        self.cards.len()
    }

    fn has_before(&self) -> bool {
        self.number > 1
    }

    fn has_after(&self) -> bool {
        self.number < self.pages
    }

    fn which(&self) -> String {
        self.page.t2("identity-page-number", ("number", self.number), ("pages", self.pages))
    }
}
