//! The pages of lists, one struct each.

use askama::Template;

use super::columns::Column;
use super::forms::WAYS;
use super::lines::{Problem, Said};
use super::list::{Batch, BatchState, Row, RowState};
use super::service::Shown;
use crate::i18n::{Lang, Message};
use crate::kernel::OrganisationId;
use crate::web::sheet::MOST_ROWS;
use crate::web::{Filled, Page};

/// A value and its words, for a list to choose from.
type Choice = (String, String);

/// The words of how far a list is.
fn state_words(page: &Page, batch: &Batch) -> String {
    page.t(match batch.state {
        BatchState::Reading | BatchState::Read => "enrolment-state-checking",
        BatchState::Checked => "enrolment-state-checked",
        BatchState::Decided => "enrolment-state-staging",
        BatchState::Valid => "enrolment-state-valid",
        BatchState::Done => "enrolment-state-done",
        BatchState::Broken => "enrolment-state-broken",
        BatchState::Abandoned => "enrolment-state-abandoned",
    })
}

/// The words of something said of a line.
pub(super) fn problem_words(lang: Lang, problem: &Problem, who: &[(String, String)]) -> String {
    let number = problem.number.map(|number| number.to_string()).unwrap_or_default();
    let blanks = [("count", number.as_str()), ("line", number.as_str())];
    let words = lang.fill(&problem.key, &blanks);
    let shown = problem.who.as_ref().and_then(|id| who.iter().find(|(known, _)| known == id));
    match shown {
        Some((_, name)) => format!("{words}{name}"),
        None => words,
    }
}

/// Bringing a list, and those that were brought.
#[derive(Template)]
#[template(path = "enrolment/batches.html")]
pub struct BatchesPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) organisations: Vec<Choice>,
    /// Lists with the names of their places.
    pub(super) batches: Vec<(Batch, String)>,
}

impl BatchesPage {
    fn ways(&self) -> Vec<Choice> {
        WAYS.map(|way| (way.code().to_owned(), self.page.t(&format!("identity-consent-{}", way.code())))).into()
    }

    fn heard(&self) -> [Choice; 1] {
        [("yes".to_owned(), self.page.t("enrolment-heard"))]
    }

    fn organisation(&self) -> &str {
        self.form.value("organisation")
    }

    fn state(&self, batch: &Batch) -> String {
        state_words(&self.page, batch)
    }

    fn made(&self, batch: &Batch) -> String {
        batch.made_at.to_minute_text()
    }

    fn most(&self) -> usize {
        MOST_ROWS
    }
}

/// One list: what is wrong with it, what must be decided, how far it is.
#[derive(Template)]
#[template(path = "enrolment/batch.html")]
pub struct BatchPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) shown: Shown,
    pub(super) place: String,
    /// Those who may be meant by a line, by id: name and place, the middle of the name hidden.
    pub(super) who: Vec<(String, String)>,
    pub(super) notice: Option<Message>,
    /// Whether it was decided on, does not get on, and who looks may break it off.
    pub(super) can_be_broken_off: bool,
}

impl BatchPage {
    fn batch(&self) -> &Batch {
        &self.shown.batch
    }

    fn state(&self) -> String {
        state_words(&self.page, self.batch())
    }

    fn is_busy(&self) -> bool {
        self.batch().state.is_busy()
    }

    fn is_done(&self) -> bool {
        self.batch().state == BatchState::Done
    }

    fn is_checked(&self) -> bool {
        self.batch().state == BatchState::Checked
    }

    fn can_be_given_up(&self) -> bool {
        matches!(self.batch().state, BatchState::Read | BatchState::Checked)
    }

    const fn count(&self, at: usize) -> u64 {
        let [new, wrong, alike, known, enrolled] = self.shown.counts;
        match at {
            0 => new,
            1 => wrong,
            2 => alike,
            3 => known,
            _ => enrolled,
        }
    }

    fn wrong(&self) -> impl Iterator<Item = &(Row, Option<Said>)> {
        self.shown.rows.iter().filter(|(row, _)| row.state == RowState::Wrong)
    }

    fn alike(&self) -> impl Iterator<Item = &(Row, Option<Said>)> {
        self.shown.rows.iter().filter(|(row, _)| row.state == RowState::Alike)
    }

    fn name(&self, said: &Option<Said>) -> String {
        said.as_ref().map(|said| said.name.clone()).unwrap_or_default()
    }

    fn column(&self, problem: &Problem) -> String {
        Column::from_code(&problem.column).map(|column| column.heading().to_owned()).unwrap_or_default()
    }

    fn words(&self, problem: &Problem) -> String {
        problem_words(self.page.lang(), problem, &self.who)
    }

    fn column_and_words(&self, problem: &Problem) -> String {
        self.page.t2("enrolment-line-problem", ("column", self.column(problem)), ("words", self.words(problem)))
    }

    /// How much of the step at hand is done, in a hundred.
    fn percent(&self) -> i64 {
        let batch = self.batch();
        (batch.done * 100).checked_div(batch.total).unwrap_or(0).clamp(0, 100)
    }

    fn is_more_wrong(&self) -> bool {
        let shown = u64::try_from(self.shown.rows.len()).unwrap_or(0);
        self.count(1) + self.count(2) > shown
    }

    fn decisions(&self) -> Vec<Choice> {
        ["new", "known"].map(|to| (to.to_owned(), self.page.t(&format!("enrolment-rest-{to}")))).into()
    }

    fn notice(&self) -> String {
        self.notice.as_ref().map(|message| message.say(self.page.lang())).unwrap_or_default()
    }
}

/// Which columns the lists of an organisation have.
#[derive(Template)]
#[template(path = "enrolment/format.html")]
pub struct FormatPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) id: OrganisationId,
    pub(super) name: String,
    pub(super) is_kept: bool,
}

impl FormatPage {
    fn columns(&self) -> Vec<Choice> {
        Column::OPTIONAL
            .map(|column| (column.code().to_owned(), self.page.t(&format!("enrolment-column-{}", column.code()))))
            .into()
    }
}
