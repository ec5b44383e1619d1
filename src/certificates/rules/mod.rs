//! What may be said, and by whom: pure, table by table.

pub(super) mod acts;
pub(super) mod basis;
pub(super) mod file;
pub(super) mod levels;
pub(super) mod limits;
pub(super) mod sample;
pub(super) mod shares;
pub(super) mod states;
