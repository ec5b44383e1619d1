//! What an edition of the curriculum consists of. Read from files once, never changed afterwards.

mod code;
mod course;
mod edition;
mod hour_sheet;
mod item;
mod practice;
mod recording;
mod resource;
mod variable;

pub use code::CourseCode;
pub use course::{Card, CardKind, Course, CourseGroups, Lesson, LessonPlace, Need, Outcome, Review, Status};
pub use edition::{
    Area, Assessment, CertificateRule, Choose, CreditRule, DialKind, Edition, Hotline, Institution, Law, Licence, Manifest,
    Passage, Pathway, PathwayCourse, PolicyBox, RefreshRule, SourceDocument, StartPage, StartPoint, Steering, SteeringAnswer,
    Task, Term,
};
pub use hour_sheet::{HourColumn, HourSheet};
pub use item::{Audience, Choice, Form, Item, Pair, ShownScreen, Use};
pub use practice::{Action, Element, Practice, Screen, Typed, Verdict};
pub use recording::{ReadAs, Recording, Sound, Speaker, Voice};
pub use resource::{Resource, ResourceKind};
pub use variable::{Part, Pool, Variable, Variables};
