//! Classes (线下班): sessions in the hall. They are planned, people sign up and come, time is counted, the session is closed. Beside
//! them: lectures for anybody, study groups, service points as people look for them.
//!
//! Rules kept here:
//! - Whoever holds sessions sees those of their own places only; a role that was ended counts from the next request on.
//! - Somebody is checked in once, however often and by whatever way; nobody checks in or witnesses themselves.
//! - Nobody comes to two sessions at once. Minutes are the planned ones until a volunteer says otherwise, and never more than the session
//!   has lasted. When the session is closed they become 签到学时, once, by recognition;
//!   afterwards nothing changes but by an administrator's correction, with a reason, as a further line.
//! - Two witnesses are two people who each say so on their own.
//! - The meeting of a study group is for its members, and stands on no public list.
//! - Who teaches is named in full to anybody who looks at a session: they speak in public, and people choose by whom they know.
//! - A line of the paper sheet counts where it fits one person here; else it waits and says why. What was typed is never lost.
//! - Letters name the course or the kind of the session, never words that somebody made up, and changes are told some times a day at most.
//! - A reminder goes once, the day before, and never for a session that does not take place.
//!
//! Nothing here ever gives credit: that somebody came, and that a real-life task was witnessed, are facts beside it.

mod error;
mod forms;
mod letters;
mod photo;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod upkeep;
mod views;

use crate::i18n::Lang;
use crate::kernel::{ClassId, DataClass, Day, Kept, LearnerId, OrganisationId, StudyGroupId, Term, Timestamp};
use crate::web::Exhibit;

pub use error::Error;
pub use photo::{Unreadable, card_in, copy_of};
pub use routes::{
    act_on_group, act_on_person, add_group, add_line, add_sheet_form, cancel, card, change, change_form, check_in, check_in_card,
    classes, close, correct, desk, end_form, group, group_add_form, groups, hall, keep_point, learner_act, learner_class,
    line_act, person, plan, plan_form, point, point_form, points, post_photo, print_sheet, roster, send_sheet_photo, sheet_photo,
    sheet_photo_act,
};
pub use rules::{Hours, Kind, State, Way, Why};
pub use service::{
    ClassChange, NewClass, NewGroup, Typed, add_member, attendance_of, cancel_class, change_class, check_in_person, close_class,
    export, find_class, find_group, forget, found_group, has_come_between, has_taught, list_before, list_came_since,
    list_groups_within, list_known, list_near, list_seen_by_teacher, list_within, members_of, next_class, people_on,
    plan_classes, sign_off, sign_up, tasks_of, type_line, who_came, witness_task,
};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// One class session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassSession {
    /// Its id.
    pub id: ClassId,
    /// What it is.
    pub kind: Kind,
    /// The course's code, where it is about one.
    pub course: Option<String>,
    /// What it is about in words: the course's title when it was planned, or its own.
    pub title: String,
    /// Where.
    pub organisation: OrganisationId,
    /// The place of that.
    pub place_code: String,
    /// On which day.
    pub day: Day,
    /// From when until when.
    pub hours: Hours,
    /// How many seats.
    pub seats: i64,
    /// Who teaches.
    pub teacher: LearnerId,
    /// Who else looks on.
    pub witness: Option<LearnerId>,
    /// Anything to bring or to know.
    pub notes: String,
    /// The group that meets.
    pub group: Option<StudyGroupId>,
    /// Where it stands.
    pub state: State,
    /// Why it does not take place.
    pub reason: Option<String>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl ClassSession {
    /// What it is about, as records name it: the course's code, or the title.
    #[must_use]
    pub fn what(&self) -> &str {
        self.course.as_deref().unwrap_or(&self.title)
    }

    /// 3 月 9 日 周一 9:00–11:00.
    #[must_use]
    pub fn time_words(&self, lang: Lang) -> String {
        let (_, month, day) = self.day.parts();
        let weekday = crate::places::weekday_words(lang, self.day.weekday());
        let (from, to) = (self.hours.starts_at.to_clock_text(), self.hours.ends_at.to_clock_text());
        let blanks =
            [("month", &*month.to_string()), ("day", &day.to_string()), ("weekday", &weekday), ("from", &from), ("to", &to)];
        lang.fill("classes-time", &blanks)
    }
}

/// Whether somebody signed up for a session, and whether they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// Who.
    pub learner: LearnerId,
    /// Which session.
    pub class: ClassId,
    /// Whether they are signed up.
    pub is_signed_up: bool,
    /// When they came.
    pub came_at: Option<Timestamp>,
    /// When they went, where somebody noted it.
    pub went_at: Option<Timestamp>,
    /// The minutes that count.
    pub minutes: i64,
    /// How they were checked in.
    pub way: Option<Way>,
}

/// A line of the paper sheet that counts for nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLine {
    /// Its id.
    pub id: uuid::Uuid,
    /// What was typed, sealed.
    pub words_sealed: Vec<u8>,
    /// Why it counts for nobody.
    pub why: Why,
}

/// That somebody did a course's real-life task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessedTask {
    /// Who did it.
    pub learner: LearnerId,
    /// Of which course.
    pub course: String,
    /// In which session it was seen.
    pub class: ClassId,
    /// Who saw it.
    pub witness: LearnerId,
    /// Who else.
    pub second: Option<LearnerId>,
    /// When.
    pub at: Timestamp,
}

/// Attended time that was put right after the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Whose.
    pub learner: LearnerId,
    /// From how many minutes.
    pub before: i64,
    /// To how many.
    pub after: i64,
    /// Why.
    pub reason: String,
}

/// 学习小组.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudyGroup {
    /// Its id.
    pub id: StudyGroupId,
    /// Its name.
    pub name: String,
    /// Where it meets.
    pub organisation: OrganisationId,
    /// The place of that.
    pub place_code: String,
    /// When it meets, in words.
    pub timetable: String,
    /// Who calls it together.
    pub convenor: Option<LearnerId>,
    /// Whether it has ended.
    pub has_ended: bool,
}

/// What this subject keeps, and for how long. Who came stays as class hours with recognition; what is kept here goes with the account.
pub const KEPT: &[Kept] = &[
    Kept::new("class_session", DataClass::Impersonal, Term::Permanent),
    Kept::new("class_attendance", DataClass::Learning, Term::Account),
    Kept::new("class_sheet_line", DataClass::Learning, Term::Days(upkeep::SHEET_DAYS)),
    Kept::new("class_sheet_photo", DataClass::Learning, Term::Days(upkeep::SHEET_DAYS)),
    Kept::new("class_task", DataClass::Learning, Term::Account),
    Kept::new("class_correction", DataClass::Record, Term::Permanent),
    Kept::new("study_group", DataClass::Impersonal, Term::Permanent),
    Kept::new("study_group_member", DataClass::Learning, Term::Account),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("HallPage", views::HallPage::samples),
    ("PlanPage", views::PlanPage::samples),
    ("DeskPage", views::DeskPage::samples),
    ("ConfirmPage", views::ConfirmPage::samples),
    ("PersonPage", views::PersonPage::samples),
    ("SheetPage", views::SheetPage::samples),
    ("PrintPage", views::PrintPage::samples),
    ("EndPage", views::EndPage::samples),
    ("GroupsPage", views::GroupsPage::samples),
    ("GroupAddPage", views::GroupAddPage::samples),
    ("GroupPage", views::GroupPage::samples),
    ("RosterPage", views::RosterPage::samples),
    ("PointFormPage", views::PointFormPage::samples),
    ("PointsPage", views::PointsPage::samples),
    ("PointPage", views::PointPage::samples),
    ("ClassesPage", views::ClassesPage::samples),
    ("ClassPage", views::ClassPage::samples),
];
