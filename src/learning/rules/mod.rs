//! What comes next, what is missing for a certificate, which three questions are worth another thought. Knows nothing but the kernel.

mod next;
mod refresher;
mod remaining;

pub use next::{
    CoursePlan, LessonMark, LessonPlan, NextStep, Paused, Progress, TestMark, TestState, minutes_left, next_in_course, next_step,
};
pub use refresher::{Kind, Offer, Passed, Question, REFRESHER_ITEMS, Taken, draw, is_due, offer};
pub use remaining::{Candidate, Demand, Remaining, State, course_minutes_left, remaining, shortest};
