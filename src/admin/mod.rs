//! The staff desk: the first page of staff, organisations, places, editions, the audit trail; and, for trying things out, the mailbox.
//!
//! Pages that gather from below; no table is owned here. Whatever is shown lies within the areas of who looks at it.
//! The mailbox exists only where the bank does not run in production.

mod edition_views;
mod editions;
mod forms;
mod organisations;
mod places;
mod routes;
mod samples;
mod views;

use crate::web::Exhibit;

pub use editions::{renew as post_edition, show as editions_page};
pub use organisations::{
    add as post_organisation, add_form as organisation_add_page, close as post_close_organisation, list as organisations_page,
    reopen as post_reopen_organisation,
};
pub use places::{
    add as post_village, add_form as village_add_page, settle as post_place, show as place_page, tree as places_page,
};
pub use routes::{audit_trail as audit_page, desk as desk_page, mailbox as mailbox_page};

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("DeskPage", views::DeskPage::samples),
    ("OrganisationsPage", views::OrganisationsPage::samples),
    ("OrganisationAddPage", views::OrganisationAddPage::samples),
    ("PlacesPage", views::PlacesPage::samples),
    ("PlacePage", views::PlacePage::samples),
    ("VillageAddPage", views::VillageAddPage::samples),
    ("AuditPage", views::AuditPage::samples),
    ("EditionsPage", edition_views::EditionsPage::samples),
    ("MailboxPage", views::MailboxPage::samples),
];
