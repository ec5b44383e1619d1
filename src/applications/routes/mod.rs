//! The handlers of this subject's pages.

mod files;
mod learner;
mod staff;

pub use files::{drop_file, evidence_file, keep_file, own_file, send_file};
pub use learner::{act, begin, begin_page, own_details, own_list, own_one};
pub use staff::{case_page, decide, queue};

use serde::Deserialize;

use super::{Error, Step, service};
use crate::db::Tx;
use crate::identity::Session;
use crate::kernel::{Credits, SealKey};
use crate::web::{House, Page, Posted, Tab, Ui, day_words};

/// What a link to these pages may carry.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
    #[serde(default)]
    page: u64,
}

fn own_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Passbook).of(Some(session.who()))
}

fn staff_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

async fn write<T, F>(house: &House, posted: &Posted, work: F) -> Result<T, Error>
where
    F: AsyncFn(&Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    house.db.write_for(posted.ui.request, work).await
}

fn credit_words(page: &Page, credits: Credits) -> String {
    page.t1("applications-credits", "credits", credits)
}

/// What was done, in order: when and what, why, and the words.
fn steps_in_words(page: &Page, steps: &[Step], key: Option<&SealKey>) -> Vec<(String, String)> {
    let line = |step: &Step| {
        let what = page.t(&format!("applications-deed-{}", step.deed.code()));
        let why = step.why.map(|why| page.t(&format!("applications-why-{}", why.code())));
        let head = page.t2("applications-step", ("when", day_words(page.lang(), step.at.day())), ("what", what));
        let words = service::words_of(key, step);
        (head, why.into_iter().chain(Some(words).filter(|words| !words.is_empty())).collect::<Vec<_>>().join("\n"))
    };
    steps.iter().map(line).collect()
}
