//! What is done with conversion rules.

mod reading;

pub use reading::{get_rule, is_ended, rule_in_force, rules_in_force};
