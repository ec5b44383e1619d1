//! What the whole house keeps and for how long: the lists of all subjects.

use crate::kernel::Kept;
use crate::{
    agencies, applications, assessment, audit, certificates, classes, clients, closing, conversions, curriculum, db, enrolment,
    exams, files, hall, hall_box, help, helping, identity, jobs, learning, ledger, outbox, places, plans, recognition,
    recordings, rolls, signals, transfers, webhooks,
};

/// The lists, those that concern people most first. A test holds that every table of the schema stands in exactly one.
pub const KEPT: &[&[Kept]] = &[
    identity::KEPT,
    enrolment::KEPT,
    closing::KEPT,
    learning::KEPT,
    assessment::KEPT,
    recognition::KEPT,
    agencies::KEPT,
    conversions::KEPT,
    applications::KEPT,
    certificates::KEPT,
    ledger::KEPT,
    classes::KEPT,
    plans::KEPT,
    exams::KEPT,
    hall::KEPT,
    hall_box::KEPT,
    help::KEPT,
    helping::KEPT,
    outbox::KEPT,
    audit::KEPT,
    db::KEPT,
    jobs::KEPT,
    clients::KEPT,
    webhooks::KEPT,
    curriculum::KEPT,
    recordings::KEPT,
    rolls::KEPT,
    transfers::KEPT,
    signals::KEPT,
    files::KEPT,
    places::KEPT,
];
