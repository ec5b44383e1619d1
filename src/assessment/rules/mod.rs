//! What a test asks, what an answer is worth, when the next try may begin. Knows nothing but the kernel.

mod draw;
mod grade;
mod retry;

pub use draw::{Candidate, draw};
pub use grade::{Given, Key, Mark, grade, needed, score};
pub use retry::{Closed, Outcome, Turn, turn};
