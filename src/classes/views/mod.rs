//! The pages of this subject.

/// Times from–to, kept together: no line breaks at the dash. For pages only, since letters carry nothing unseen.
pub(in crate::classes) fn kept_together(words: &str) -> String {
    words.replace('\u{2013}', "\u{2060}\u{2013}\u{2060}")
}

mod desk;
mod groups;
mod hall;
mod learner;
mod points;

pub(super) use desk::{
    Aims, ConfirmPage, DeskPage, EndPage, PersonPage, PersonRow, PrintPage, SheetPage, SheetRow, check_in_notice, why_key,
};
pub(super) use groups::{GroupAddPage, GroupPage, GroupRow, GroupsPage, Member, RosterPage};
pub(super) use hall::{Choices, ClassRow, HallPage, PlanPage};
pub(super) use learner::{ClassPage, ClassesPage, Own};
pub(super) use points::{PointFormPage, PointPage, PointRow, PointsPage};
