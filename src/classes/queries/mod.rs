//! The tables of this subject.

pub(super) mod attendance;
pub(super) mod groups;
pub(super) mod sessions;
pub(super) mod sheet;
pub(super) mod sheet_photo;
