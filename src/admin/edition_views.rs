//! The page of editions.

use askama::Template;

use crate::curriculum::{Attempt, Fault, KeptEdition, Outcome, UpFrom};
use crate::kernel::Timestamp;
use crate::web::Page;

/// Faults that are listed; how many more there are is said.
const MOST_FAULTS: usize = 200;
/// Characters of a digest: enough to tell two editions apart.
const SHORT: usize = 8;

/// Which edition is up, how the folder was read last, and the editions that are kept.
#[derive(Template)]
#[template(path = "admin/editions.html")]
pub struct EditionsPage {
    pub(super) page: Page,
    pub(super) version: String,
    pub(super) digest: String,
    pub(super) since: Option<Timestamp>,
    pub(super) from: UpFrom,
    /// Whether there is a folder to take another edition from.
    pub(super) has_folder: bool,
    /// Whether the reader may put up another edition.
    pub(super) may_put_up: bool,
    pub(super) last: Option<Attempt>,
    /// What came of pressing the button.
    pub(super) said: String,
    pub(super) kept: Vec<KeptEdition>,
}

impl EditionsPage {
    /// What is said at the top after the button was pressed: message key, whether it is good news.
    fn said(&self) -> Option<(&'static str, bool)> {
        match self.said.as_str() {
            "put_up" => Some(("admin-edition-said-put-up", true)),
            "same" => Some(("admin-edition-said-same", true)),
            "refused" => Some(("admin-edition-said-refused", false)),
            "no_folder" => Some(("admin-edition-said-no-folder", false)),
            _ => None,
        }
    }

    const fn whence(&self) -> &'static str {
        match self.from {
            UpFrom::Program => "admin-edition-from-program",
            UpFrom::Folder => "admin-edition-from-folder",
            UpFrom::LastGood => "admin-edition-from-last-good",
        }
    }

    /// The end of the last reading in words.
    fn outcome(&self, last: &Attempt) -> String {
        match &last.outcome {
            Outcome::PutUp => self.page.t("admin-edition-last-put-up"),
            Outcome::Same | Outcome::NoFolder => self.page.t("admin-edition-last-same"),
            Outcome::Refused(faults) => self.page.t1("admin-edition-last-refused", "count", faults.len()),
        }
    }

    fn faults(&self) -> &[Fault] {
        let faults = self.last.as_ref().map(|last| last.outcome.faults()).unwrap_or_default();
        faults.get(..MOST_FAULTS).unwrap_or(faults)
    }

    /// How many faults are not listed.
    fn more(&self) -> usize {
        self.last.as_ref().map_or(0, |last| last.outcome.faults().len()).saturating_sub(MOST_FAULTS)
    }

    /// The beginning of a digest.
    fn short<'d>(&self, digest: &'d str) -> &'d str {
        digest.get(..SHORT).unwrap_or(digest)
    }

    fn is_up(&self, kept: &KeptEdition) -> bool {
        kept.digest == self.digest
    }
}
