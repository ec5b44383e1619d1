//! Conversion rules (转换规则): what a partner's result counts here, and what an award of ours counts there.
//!
//! Rules kept here:
//! - A rule is data: partner, unit, a fraction of whole numbers with a step, evidence, days, deciders, a cap, promised days, test cases. In the
//!   database and in files the same fields, held to the same check.
//! - A draft is its drafter's alone; another person publishes it, by whichever accounts. What was published is never changed: a further version
//!   replaces it from its first day on, and what was replaced does not come back. One person may end a version before its time, with a reason.
//! - A draft that nobody wants is discarded by whoever works for the agency. It is gone for everybody then; that it was there stays kept.
//! - A version keeps agency, direction, partner and unit. A result gives at most what its unit gives, and an award that goes out is at most that.
//! - Before it binds, a rule is tried on all that was converted with the partner and stands. Publishing names what that came to, and it is reckoned
//!   again inside the transaction.
//! - No way round gains: of all rules that hold today or later, side by side. Decided in whole numbers, one publisher at a time.
//!
//! Nothing here gives credit. Trying a rule names nobody.

mod error;
mod files;
mod forms;
mod laboratory;
mod queries;
mod routes;
mod rule;
mod rules;
mod samples;
mod service;
mod views;
mod ways;

use crate::curriculum::Shelf;
use crate::kernel::{DataClass, Kept, Term};
use crate::web::ExhibitOf;

pub use error::Error;
pub use files::check_files;
pub use laboratory::{Run, RunLine, Sums};
pub use routes::{
    add_page, change_page, list_page, post_add, post_change, post_discard, post_end, post_publish, post_try, public_list,
    public_rule, rule_page,
};
pub use rule::{Ended, Failed, Rule, Terms};
pub use rules::{Direction, RuleState, TestCase};
pub use samples::sample_rule;
pub use service::{
    Drafting, discard, draft, end, gaining_among, get_rule, given_by, given_in, is_ended, publish, redraft, rule_in_force,
    rules_in_force, try_out, versions_of,
};
pub use ways::{Arc, gaining_way};

/// What this subject keeps, and for how long: the ledger cites versions of rules.
pub const KEPT: &[Kept] = &[
    Kept::new("conversion_rule", DataClass::Trail, Term::Permanent),
    Kept::new("conversion_run", DataClass::Trail, Term::Permanent),
    Kept::new("conversion_discard", DataClass::Trail, Term::Permanent),
    Kept::new("conversion_gate", DataClass::Impersonal, Term::Permanent),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("RulesPage", views::RulesPage::samples),
    ("RuleFormPage", views::RuleFormPage::samples),
    ("RulePage", views::RulePage::samples),
    ("PublicRulesPage", views::PublicRulesPage::samples),
    ("PublicRulePage", views::PublicRulePage::samples),
];
