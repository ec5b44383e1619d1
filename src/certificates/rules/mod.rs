//! What may be said, and by whom: pure, table by table.

pub(super) mod acts;
pub(super) mod limits;
pub(super) mod sample;
pub(super) mod shares;
pub(super) mod states;
