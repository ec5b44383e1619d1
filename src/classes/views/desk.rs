//! A session on a volunteer's device: who came, by whatever way they are checked in; the paper sheet; the end.

use askama::Template;

use super::ClassRow;
use crate::classes::rules::Why;
use crate::web::{Filled, Page};

/// Somebody of a session.
#[derive(Clone, Debug)]
pub(in crate::classes) struct PersonRow {
    pub learner: String,
    pub name: String,
    /// The last four digits of the card.
    pub tail: String,
    pub came: bool,
    pub minutes: i64,
    /// What was witnessed or passed, and what was put right.
    pub notes: Vec<String>,
}

/// What one looks for on the page of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::classes) struct Aims {
    /// People can be checked in now.
    pub takes_people: bool,
    /// It may be closed.
    pub may_close: bool,
    /// It may be changed and taken back.
    pub may_change: bool,
}

/// What was just done, and to whom: with the way back.
#[derive(Clone, Debug)]
pub(in crate::classes) struct Notice {
    pub words: String,
    /// Whose check-in can be taken back.
    pub undo: Option<String>,
}

/// The notice behind a check-in.
pub(in crate::classes) fn check_in_notice(page: &Page, said: &str, learner: &str, name: &str) -> Option<Notice> {
    let of = |key: &str| page.t1(key, "name", name);
    Some(match said {
        "in" => Notice { words: of("classes-said-in"), undo: Some(learner.to_owned()) },
        "already" => Notice { words: of("classes-said-already"), undo: None },
        "undone" => Notice { words: of("classes-said-undone"), undo: None },
        "planned" => Notice { words: page.t("classes-said-planned"), undo: None },
        "changed-untold" => Notice { words: page.t("classes-said-changed-untold"), undo: None },
        "changed" => Notice { words: page.t("classes-said-changed"), undo: None },
        "cancelled" => Notice { words: page.t("classes-said-cancelled"), undo: None },
        "kept" => Notice { words: page.t("classes-said-kept"), undo: None },
        "photo" => Notice { words: page.t("classes-said-photo"), undo: None },
        "closed" => Notice { words: page.t("classes-said-closed"), undo: None },
        "corrected" => Notice { words: page.t("classes-said-corrected"), undo: None },
        _ => return None,
    })
}

/// One session: who is expected, who came.
#[derive(Template)]
#[template(path = "classes/desk.html")]
pub(in crate::classes) struct DeskPage {
    pub page: Page,
    pub row: ClassRow,
    pub facts: Vec<(String, String)>,
    pub aims: Aims,
    pub form: Filled,
    pub notice: Option<Notice>,
    /// Signed up, and not there yet.
    pub expected: Vec<PersonRow>,
    pub came: Vec<PersonRow>,
    /// Known from former sessions.
    pub known: Vec<PersonRow>,
    /// Lines of the sheet that wait.
    pub waiting: usize,
}

impl DeskPage {
    fn came_words(&self) -> String {
        self.page.t1("classes-came-count", "count", self.came.len())
    }

    fn expected_words(&self) -> String {
        self.page.t1("classes-expected-count", "count", self.expected.len())
    }

    fn tail_words(&self, row: &PersonRow) -> String {
        if row.tail.is_empty() { String::new() } else { self.page.t1("classes-tail", "tail", &row.tail) }
    }

    fn minutes_words(&self, row: &PersonRow) -> String {
        self.page.t1("classes-minutes-of", "minutes", row.minutes)
    }

    fn waiting_words(&self) -> String {
        self.page.t1("classes-sheet-waiting", "count", self.waiting)
    }
}

/// Somebody's card was shown: to which session do they come?
#[derive(Template)]
#[template(path = "classes/confirm.html")]
pub(in crate::classes) struct ConfirmPage {
    pub page: Page,
    pub form: Filled,
    /// The name, where the card belongs to somebody of these places.
    pub name: Option<String>,
    pub card: String,
    pub card_words: String,
    /// `card` or `photo`.
    pub way: &'static str,
    /// Sessions that are on now, by their ids.
    pub sessions: Vec<(String, ClassRow)>,
    /// Their page, for whatever else they came for.
    pub learner: Option<String>,
}

impl ConfirmPage {
    fn title(&self) -> String {
        match &self.name {
            Some(name) => self.page.t1("classes-confirm-who", "name", name),
            None => self.page.t("classes-confirm-nobody"),
        }
    }
}

/// One person of a session.
#[derive(Template)]
#[template(path = "classes/person.html")]
pub(in crate::classes) struct PersonPage {
    pub page: Page,
    pub row: ClassRow,
    pub person: PersonRow,
    pub form: Filled,
    pub notice: Option<String>,
    pub is_open: bool,
    /// The course whose task can be witnessed.
    pub course: Option<String>,
    /// Whether two people must have seen it.
    pub needs_two: bool,
    pub is_witnessed: bool,
    /// The reader has not said yet that they saw it, and their word counts.
    pub may_witness: bool,
    /// Who else holds the session and can say so too, where the reader said it first.
    pub second: Option<String>,
    /// Whether the reader puts minutes right after the end.
    pub corrects: bool,
    pub most: i64,
}

impl PersonPage {
    fn href(&self) -> String {
        format!("{}/people/{}", self.row.href, self.person.learner)
    }

    fn minutes_hint(&self) -> String {
        self.page.t1("classes-minutes-hint", "most", self.most)
    }

    fn minutes_words(&self) -> String {
        self.page.t1("classes-minutes-of", "minutes", self.person.minutes)
    }

    fn witness_words(&self) -> String {
        self.page.t(if self.is_witnessed { "classes-witness-also" } else { "classes-witness-one" })
    }

    fn second_words(&self, second: &str) -> String {
        self.page.t1("classes-witness-second", "name", second)
    }
}

/// A line of the paper sheet.
#[derive(Clone, Debug)]
pub(in crate::classes) struct SheetRow {
    pub id: String,
    pub words: String,
    pub why: String,
}

/// The key of why a line with these words counts for nobody.
pub(in crate::classes) fn why_key(why: Why, words: &str) -> &'static str {
    let is_tail = words.len() == 4 && words.chars().all(|c| c.is_ascii_digit());
    match why {
        Why::Unknown if is_tail => "classes-why-unknown-tail",
        Why::Several if is_tail => "classes-why-several-tail",
        Why::Unknown => "classes-why-unknown",
        Why::Several => "classes-why-several",
        Why::Elsewhere => "classes-why-elsewhere",
        Why::Busy => "classes-why-busy",
    }
}

/// 补录签到: the paper sheet, line by line.
#[derive(Template)]
#[template(path = "classes/sheet.html")]
pub(in crate::classes) struct SheetPage {
    pub page: Page,
    pub row: ClassRow,
    pub form: Filled,
    pub notice: Option<Notice>,
    /// Who counts by the sheet, the last first.
    pub came: Vec<PersonRow>,
    pub lines: Vec<SheetRow>,
    /// Photographs of the sheet.
    pub photos: Vec<String>,
    /// The line whose card number was wrong.
    pub at: Option<String>,
}

impl SheetPage {
    fn came_words(&self) -> String {
        self.page.t1("classes-sheet-came", "count", self.came.len())
    }

    fn is_at(&self, line: &SheetRow) -> bool {
        self.at.as_deref() == Some(&line.id)
    }

    fn tail_words(&self, row: &PersonRow) -> String {
        if row.tail.is_empty() { String::new() } else { self.page.t1("classes-tail", "tail", &row.tail) }
    }
}

/// The sign-in sheet to print.
#[derive(Template)]
#[template(path = "classes/print.html")]
pub(in crate::classes) struct PrintPage {
    pub page: Page,
    pub row: ClassRow,
    pub teacher: String,
    /// Names and ends of card numbers; empty lines behind them.
    pub lines: Vec<(String, String)>,
}

impl PrintPage {
    /// Lines of one printed page.
    const ON_A_PAGE: usize = 16;

    fn sheets(&self) -> Vec<(usize, &[(String, String)])> {
        self.lines.chunks(Self::ON_A_PAGE).enumerate().map(|(at, lines)| (at * Self::ON_A_PAGE, lines)).collect()
    }

    fn page_words(&self, number: &usize) -> String {
        let pages = self.lines.chunks(Self::ON_A_PAGE).len();
        self.page.t2("help-staff-page", ("page", number), ("pages", pages))
    }
}

/// 下课: who came, who passed, what is open; and putting right afterwards.
#[derive(Template)]
#[template(path = "classes/end.html")]
pub(in crate::classes) struct EndPage {
    pub page: Page,
    pub row: ClassRow,
    pub form: Filled,
    pub notice: Option<String>,
    pub came: Vec<PersonRow>,
    pub lines: Vec<SheetRow>,
    /// It can be closed now.
    pub may_close: bool,
    pub is_closed: bool,
    /// Whether the reader puts minutes right after the end.
    pub corrects: bool,
    pub most: i64,
}

impl EndPage {
    fn came_words(&self) -> String {
        self.page.t1("classes-came-count", "count", self.came.len())
    }

    fn open_words(&self) -> String {
        self.page.t1("classes-sheet-waiting", "count", self.lines.len())
    }

    fn minutes_words(&self, row: &PersonRow) -> String {
        self.page.t1("classes-minutes-of", "minutes", row.minutes)
    }

    fn minutes_hint(&self) -> String {
        self.page.t1("classes-minutes-hint", "most", self.most)
    }
}
