//! The curriculum: 23 tasks of the source document as 23 courses, read from plain files that a teacher can edit.
//!
//! It reads the files (from the binary or from a folder), holds them to the standard, keeps each edition in the database by content
//! hash, and gives the rest of the house a [`Shelf`] to look things up on and to search. Rules it keeps: a clause is quoted word for
//! word and carries its SHA-256; a text names only hotlines, laws and institutions that stand on a list; an item has exactly the
//! right answers its form asks for; an edition is what its files are, by digest, and never changes once it is read; content that an
//! attempt points at stays readable for as long as the database is kept.
//!
//! It refuses an edition with a single fault: the server does not start on it, and `curriculum check` lists every fault with file,
//! line and a sentence for its author. Of a course that is being drafted only the outline is read. Nothing here ever runs a script,
//! follows a link or lets HTML of an author through: lessons pass one filter, pictures a narrower one.
//! Nothing here knows a learner.

mod build;
mod cards;
mod check;
mod choice;
mod editions;
mod html;
mod links;
mod lrmi;
pub mod model;
mod picture;
mod printed;
mod queries;
mod read;
mod reading;
pub mod rules;
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
pub use editions::{Kept, find_item, keep};
pub use links::{Asked, Health, Said, Silent, look_at_all};
pub use lrmi::{Site, metadata_of};
pub use model::CourseCode;
pub use picture::Picture;
pub use printed::Printed;
pub use reading::Reading;
pub use search::{Hit, HitKind, Part};
pub use shelf::{Scene, SceneAction, Shelf, Shown};
pub use shelves::Shelves;
pub use source::{Embedded, Folder, Source, digest_of_source};
pub use tally::{KINDS, Tally};

/// Everything that is wrong with the edition in `source`, by file and line. Used by the command line and when the server starts.
#[must_use]
pub fn check_command(source: &dyn Source) -> Vec<Fault> {
    read_and_check(source).1
}

/// What is no fault in `source`, but needs somebody before long: resources that end soon, or have ended.
#[must_use]
pub fn warn_command(source: &dyn Source, today: Day) -> Vec<Fault> {
    check::warnings(&read::read(source).0, today)
}

/// What others have made that `source` links to, for the command that looks whether it is still there.
#[must_use]
pub fn resources_command(source: &dyn Source) -> Vec<model::Resource> {
    read::read(source).0.resources.into_iter().map(|at| at.value).collect()
}

fn read_and_check(source: &dyn Source) -> (read::Draft, Vec<Fault>) {
    let (draft, mut faults) = read::read(source);
    faults.extend(check::check(&draft));
    faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    faults.dedup();
    (draft, faults)
}

/// What this subject keeps, and for how long.
pub const KEPT: &[kernel::Kept] = &[
    kernel::Kept::new("edition", DataClass::Impersonal, Term::Permanent),
    kernel::Kept::new("content", DataClass::Impersonal, Term::Permanent),
    kernel::Kept::new("edition_content", DataClass::Impersonal, Term::Permanent),
];
