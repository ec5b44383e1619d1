//! Schema changes, one each, for SQLite and PostgreSQL alike. Constraints first; triggers only where a constraint cannot say it.

pub mod ddl;
mod m20261122_01_places;
mod m20261122_02_identity;
mod m20261122_03_records;
mod m20261122_04_curriculum;
mod m20261122_05_ledger;
mod m20261122_06_recognition;
mod m20261122_07_learning;
mod m20261122_08_help;
mod m20261122_09_clients;
mod m20261126_01_files;
mod m20261126_02_recordings;
mod m20261126_10_classes;
mod m20261126_11_enrolment;
mod m20261126_12_aliases;
mod m20261126_13_helping;
mod m20261126_14_hall;
mod m20261126_15_signals;
mod m20261126_20_agencies;
mod m20261126_21_plans;
mod m20261127_30_conversions;
mod m20261127_31_applications;
mod m20261127_32_exams;
mod m20261127_33_transfers;
mod m20261127_34_rolls;
mod m20261127_35_discarded_drafts;
mod m20261127_36_exam_boxes;
mod m20261127_37_application_identity;
mod m20261128_40_certificates;
mod m20261128_41_webhooks;
mod m20261128_42_verify;
mod m20261128_43_certificate_prints;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// All changes in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_01_places::Migration),
            Box::new(m20261122_02_identity::Migration),
            Box::new(m20261122_03_records::Migration),
            Box::new(m20261122_04_curriculum::Migration),
            Box::new(m20261122_05_ledger::Migration),
            Box::new(m20261122_06_recognition::Migration),
            Box::new(m20261122_07_learning::Migration),
            Box::new(m20261122_08_help::Migration),
            Box::new(m20261122_09_clients::Migration),
            Box::new(m20261126_01_files::Migration),
            Box::new(m20261126_02_recordings::Migration),
            Box::new(m20261126_10_classes::Migration),
            Box::new(m20261126_11_enrolment::Migration),
            Box::new(m20261126_12_aliases::Migration),
            Box::new(m20261126_13_helping::Migration),
            Box::new(m20261126_14_hall::Migration),
            Box::new(m20261126_15_signals::Migration),
            Box::new(m20261126_20_agencies::Migration),
            Box::new(m20261126_21_plans::Migration),
            Box::new(m20261127_30_conversions::Migration),
            Box::new(m20261127_31_applications::Migration),
            Box::new(m20261127_32_exams::Migration),
            Box::new(m20261127_33_transfers::Migration),
            Box::new(m20261127_34_rolls::Migration),
            Box::new(m20261127_35_discarded_drafts::Migration),
            Box::new(m20261127_36_exam_boxes::Migration),
            Box::new(m20261127_37_application_identity::Migration),
            Box::new(m20261128_40_certificates::Migration),
            Box::new(m20261128_41_webhooks::Migration),
            Box::new(m20261128_42_verify::Migration),
            Box::new(m20261128_43_certificate_prints::Migration),
        ]
    }
}
