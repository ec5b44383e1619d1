//! Tables `roll` and `roll_line`.

pub(in crate::rolls) mod lines;
pub(in crate::rolls) mod rolls;
