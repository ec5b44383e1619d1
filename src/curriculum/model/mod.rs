//! What an edition of the curriculum consists of. Read from files once, never changed afterwards.

mod code;
mod course;
mod edition;
mod item;
mod practice;
mod recording;

pub use code::CourseCode;
pub use course::{Card, CardKind, Course, CourseGroups, Lesson, LessonPlace, Need, Outcome, Review, Status};
pub use edition::{
    Area, Assessment, CertificateRule, Choose, CreditRule, DialKind, Edition, Hotline, Institution, Law, Manifest, Passage,
    Pathway, PathwayCourse, PolicyBox, RefreshRule, SourceDocument, StartPage, StartPoint, Steering, SteeringAnswer, Task, Term,
};
pub use item::{Audience, Choice, Form, Item, Pair, ShownScreen, Use};
pub use practice::{Action, Element, Practice, Screen, Typed, Variable, Verdict};
pub use recording::{Recording, Sound, Speaker, Voice};
