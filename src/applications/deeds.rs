//! What somebody of an agency does with an application, and whose work it is.

use super::rules::{State, Why};
use crate::identity::Role;
use crate::kernel::LearnerId;
use crate::recognition::SupervisionLevel;

/// What somebody of the agency wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// 认定: at once, or as the first of two.
    Accept(SupervisionLevel),
    /// 退回.
    Return(Why, String),
    /// 转交.
    Pass(LearnerId),
    /// 同意.
    Agree,
    /// 不同意.
    Disagree(String),
    /// 维持退回.
    Reject(String),
}

/// Whose work an application is where it stands: officers take on and prepare, reviewers are the second and hear appeals.
pub(super) const fn roles_of(state: State) -> &'static [Role] {
    match state {
        State::Sent => Role::OFFICERS,
        _ => Role::REVIEWERS,
    }
}
