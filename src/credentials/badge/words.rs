//! The sign in the middle of a badge.

/// To learn.
pub const SIGN: &str = "学";
