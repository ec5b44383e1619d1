//! The curriculum: 23 tasks of the source document as 23 courses, read from plain files that a teacher can edit.
//!
//! It reads the files (from the binary or from a folder), holds them to the standard, keeps each edition in the database by content
//! hash, and gives the rest of the house a [`Shelf`] to look things up on and to search. Rules it keeps: a clause is quoted word for
//! word and carries its SHA-256; a text names only hotlines, laws and institutions that stand on a list; an item has exactly the
//! right answers its form asks for; an edition is what its files are, by digest, and never changes once it is read; content that an
//! attempt points at stays readable for as long as the database is kept.
//!
//! It refuses an edition with a single fault, and lists every fault with file, line and a sentence for its author: the edition that is
//! up stays up, and a server that starts on such a folder puts up the last good edition, of which it keeps a copy. A version names one
//! edition only. Of a course that is being drafted only the outline is read. Nothing here ever runs a script,
//! follows a link or lets HTML of an author through: lessons pass one filter, pictures a narrower one.
//! Nothing here knows a learner.

mod build;
mod cards;
mod check;
mod choice;
mod editions;
mod hour_sheets;
mod html;
mod last_good;
mod links;
mod lrmi;
pub mod model;
mod picture;
mod printed;
mod queries;
mod read;
mod reading;
mod renewal;
pub mod rules;
mod scene;
mod search;
mod shelf;
mod shelves;
mod source;
mod tags;
mod tally;
mod words;

use crate::kernel::{self, DataClass, Day, Term};

pub use check::{Fault, Trouble};
pub use choice::{Chosen, KeptChoice, STEERING_COOKIE};
pub use editions::{DescribedKind, Kept, KeptEdition, KeptKind, find_item, find_kind, keep, list_editions, list_kinds};
pub use hour_sheets::{hour_sheet_for, hour_sheets_on};
pub use last_good::texts_of;
pub use links::{Asked, Health, Said, Silent, look_at_all};
pub use lrmi::{Site, metadata_of};
pub use model::CourseCode;
pub use picture::Picture;
pub use printed::Printed;
pub use reading::Reading;
pub use renewal::{Error, Preview, open, preview, renew};
pub use scene::{Scene, SceneAction, Shown};
pub use search::{Hit, HitKind, Part};
pub use shelf::Shelf;
pub use shelves::{Attempt, Outcome, Shelves, Up, UpFrom};
pub use source::{Embedded, Folder, Source, digest_of_source, is_of_recordings};
pub use tally::{Counts, KINDS, Tally};

/// Everything that is wrong with the edition in `source`, by file and line; first what may have hidden or caused the rest. Used by the command line and when the server starts.
#[must_use]
pub fn check_command(source: &dyn Source) -> Vec<Fault> {
    read_and_check(&source::Snapshot::of(source), read::Drafts::OutlineOnly).1
}

/// What is no fault in `source`, but needs somebody before long: resources that end soon, or have ended.
#[must_use]
pub fn warn_command(source: &dyn Source, today: Day) -> Vec<Fault> {
    check::warnings(&read_outline(source), today)
}

/// What others have made that `source` links to, for the command that looks whether it is still there.
#[must_use]
pub fn resources_command(source: &dyn Source) -> Vec<model::Resource> {
    read_outline(source).resources.into_iter().map(|at| at.value).collect()
}

fn read_outline(source: &dyn Source) -> read::Draft {
    read::read(&source::Snapshot::of(source), read::Drafts::OutlineOnly).0
}

fn read_and_check(source: &dyn Source, drafts: read::Drafts) -> (read::Draft, Vec<Fault>) {
    let (draft, mut faults) = read::read(source, drafts);
    faults.extend(check::check(&draft));
    let rank = |fault: &Fault| !fault.trouble.hides_others();
    faults.sort_by(|a, b| (rank(a), &a.file, a.line).cmp(&(rank(b), &b.file, b.line)));
    faults.dedup();
    (draft, faults)
}

/// What this subject keeps, and for how long.
pub const KEPT: &[kernel::Kept] = &[
    kernel::Kept::new("edition", DataClass::Impersonal, Term::Permanent),
    kernel::Kept::new("content", DataClass::Impersonal, Term::Permanent),
    kernel::Kept::new("edition_content", DataClass::Impersonal, Term::Permanent),
];
