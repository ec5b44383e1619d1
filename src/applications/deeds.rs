//! What somebody of an agency does with an application, and whose work it is.

use super::rules::{Hands, State, Why};
use crate::identity::Role;
use crate::kernel::{IdentityLevel, LearnerId};
use crate::recognition::{Deciders, SupervisionLevel};

/// How a result was examined there, as whoever would recognise it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Examined {
    /// How it was supervised.
    pub supervision: SupervisionLevel,
    /// What was done there to know who sat there, where it is said: otherwise what the bank knows counts.
    pub identity: Option<IdentityLevel>,
}

/// What somebody of the agency wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// 认定: at once, or as the first of two.
    Accept(Examined),
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

/// How many people a rule asks for.
pub(super) const fn hands_of(deciders: Deciders) -> Hands {
    match deciders {
        Deciders::One => Hands::One,
        Deciders::Two => Hands::Two,
    }
}

/// Whose work an application is where it stands: officers take on and prepare, reviewers are the second and hear appeals.
pub(super) const fn roles_of(state: State) -> &'static [Role] {
    match state {
        State::Sent => Role::OFFICERS,
        _ => Role::REVIEWERS,
    }
}
