//! Plans as staff of an organisation have them.

use askama::Template;

use crate::web::{Filled, Page};

/// A plan on the list.
pub(in crate::plans) struct PlanRow {
    pub href: String,
    pub title: String,
    pub organisation: String,
    pub period: String,
    /// Whether it runs, and how many are in it.
    pub state: String,
}

/// 培训方案.
#[derive(Template)]
#[template(path = "plans/plans.html")]
pub(in crate::plans) struct PlansPage {
    pub page: Page,
    pub rows: Vec<PlanRow>,
    /// Where the yearly sheets of each organisation are, and its name.
    pub sheets: Vec<(String, String)>,
    pub may_add: bool,
    /// Which page of the plans, of how many.
    pub number: u64,
    pub pages: u64,
}

impl PlansPage {
    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }
}

/// For which organisation a plan is.
#[derive(Template)]
#[template(path = "plans/choose.html")]
pub(in crate::plans) struct ChoosePage {
    pub page: Page,
    /// The address, and the name.
    pub organisations: Vec<(String, String)>,
    /// Which page of them, of how many.
    pub number: u64,
    pub pages: u64,
}

impl ChoosePage {
    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }
}

/// What a version may be made of.
pub(in crate::plans) struct Choices {
    pub courses: Vec<(String, String)>,
    pub sessions: Vec<(String, String)>,
    pub places: Vec<(String, String)>,
    pub lines: Vec<(String, String)>,
}

/// A plan to be published, or changed by a further version.
#[derive(Template)]
#[template(path = "plans/form.html")]
pub(in crate::plans) struct FormPage {
    pub page: Page,
    pub form: Filled,
    pub action: String,
    pub back: String,
    /// The organisation's id and name.
    pub organisation: (String, String),
    pub choices: Choices,
    pub is_change: bool,
}

impl FormPage {
    fn title(&self) -> String {
        self.page.t(if self.is_change { "plans-change" } else { "plans-add" })
    }

    fn go(&self) -> String {
        self.page.t(if self.is_change { "plans-change-go" } else { "plans-add-go" })
    }
}

/// A part of a plan, in words.
pub(in crate::plans) struct ItemRow {
    pub words: String,
    pub note: String,
}

/// How far a course has come, or all of them.
pub(in crate::plans) struct CoverageRow {
    pub what: String,
    pub done: i64,
    /// By month, in words; empty where nobody has.
    pub months: String,
}

/// One plan: what it says, who was asked, 已训/计划数.
#[derive(Template)]
#[template(path = "plans/plan.html")]
pub(in crate::plans) struct PlanPage {
    pub page: Page,
    pub href: String,
    pub title: String,
    pub facts: Vec<(String, String)>,
    pub items: Vec<ItemRow>,
    pub is_open: bool,
    pub has_ended: bool,
    /// Whether its end can be taken back.
    pub may_reopen: bool,
    pub joined: i64,
    pub rest: i64,
    pub planned: i64,
    /// Each course, and all of them last.
    pub coverage: Vec<CoverageRow>,
    /// When the figures were drawn, in words.
    pub counted: String,
    /// Where the yearly sheets are, for those who see the people.
    pub hours: Option<String>,
    /// What was just done.
    pub notice: String,
}

impl PlanPage {
    fn rest_words(&self) -> String {
        self.page.t1("plans-rest-count", "count", self.rest)
    }

    fn of_joined(&self, row: &CoverageRow) -> String {
        format!("{}\u{2060}/\u{2060}{}", row.done, self.joined)
    }

    fn of_planned(&self, row: &CoverageRow) -> String {
        format!("{}\u{2060}/\u{2060}{}", row.done, self.planned)
    }
}

/// Who is in a plan, and asking people.
#[derive(Template)]
#[template(path = "plans/people.html")]
pub(in crate::plans) struct PeoplePage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub title: String,
    pub is_open: bool,
    /// Lists of people to choose from.
    pub sources: Vec<(String, String)>,
    /// Name and the last digits of the card, who joined first first: one page of them, for those who see them.
    pub members: Vec<(String, String)>,
    pub sees_people: bool,
    /// How many are in it, and asked and not in it.
    pub joined: usize,
    pub rest: i64,
    /// Which page of the people, of how many.
    pub number: usize,
    pub pages: usize,
    /// What was just done.
    pub notice: String,
}

impl PeoplePage {
    fn joined_words(&self) -> String {
        self.page.t1("plans-joined-count", "count", self.joined)
    }

    fn which_page(&self) -> String {
        self.page.t2("help-staff-page", ("page", self.number), ("pages", self.pages))
    }

    fn rest_words(&self) -> String {
        self.page.t1("plans-rest-count", "count", self.rest)
    }
}
