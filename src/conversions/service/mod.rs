//! What is done with conversion rules.

mod drafts;
mod publish;
mod reading;

use serde_json::Value;

use super::Error;
use super::rule::Rule;
use crate::agencies::Agency;
use crate::audit;
use crate::db::Tx;
use crate::kernel::{LearnerId, RuleId};

pub use drafts::{Drafting, discard, draft, end, redraft};
pub(super) use drafts::{must_be_drafter, worth_of};
pub use publish::{gaining_among, publish, try_out};
pub(super) use publish::{kept_run, run_of, was_tried, words_of};
pub(super) use reading::{Standing, agency_names, count_all_in_force, get_of_agency, list_all_in_force, list_of_agency};
pub use reading::{get_rule, given_by, given_in, is_ended, rule_in_force, rules_in_force, versions_of};

/// A rule of another agency is not to be found.
fn must_be_of(rule: &Rule, agency: &Agency) -> Result<(), Error> {
    if rule.agency == agency.id { Ok(()) } else { Err(Error::NoSuchRule) }
}

/// Keeps what was done with a rule.
async fn note(
    tx: &Tx,
    (actor, action): (LearnerId, &'static str),
    agency: &Agency,
    (rule, detail): (RuleId, Value),
) -> Result<(), Error> {
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind: "conversion_rule",
        object_id: &rule.to_string(),
        learner: None,
        place_code: Some(&agency.place_code),
        detail,
    };
    Ok(audit::record(tx, &entry).await?)
}
