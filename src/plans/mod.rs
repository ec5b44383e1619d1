//! Training plans (培训方案): an organisation lays out courses in an order, lessons of its own and a period, and asks people to join.
//!
//! Rules kept here:
//! - A plan is published version by version. No version is ever changed: a change is a further one, and whoever has joined keeps theirs.
//! - Nobody is in a plan without having said yes themselves, to words that say who sees what of them. They may leave at any time, and come back while it runs.
//! - Whoever said no, or left, is not asked again by the same plan.
//! - Staff see the plans of their organisation, place and line of work; of people only those who are in one of these plans, for the years that it
//!   touches.
//! - What is done is read from recognition; nothing of anybody's progress is kept here but that they have finished.
//! - Figures are counts of a plan, 已训/计划数. There is no list of who has done more, and no order but that in which people joined.
//! - A text of invitation names the organisation alone, goes once a plan, and few times a day to one person.
//!
//! Nothing here ever gives credit or hours.

mod error;
mod forms;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod upkeep;
mod views;

use crate::kernel::{ClassId, DataClass, Day, Kept, LearnerId, OrganisationId, PlanId, Term, Timestamp};
use crate::web::Exhibit;

pub use error::Error;
pub use routes::{
    act_on_plan, add_form, add_plan, change_form, change_plan, invite, learner_act, learner_plan, learner_plans, people, plan,
    plans,
};
pub use rules::{Answer, MemberState};
pub use service::{
    NewPlan, Terms, answer, change, count_all, count_waiting, export, forget, get_organisation, get_plan, invite_card, joined_of,
    lines_of_organisation, list_organisations, list_plans, people_of_organisation, publish, sees_people, sees_people_of,
    turn_away_from,
};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// The words that people say yes to when they join, with their version; a test keeps both in step.
pub const AGREED_TEXT: &str = "training-plan/2026-11-26.1";

/// A training plan, with the head of one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// For which place.
    pub place_code: String,
    /// For which line of work (条线).
    pub line: Option<String>,
    /// The version that people are asked to join now.
    pub version: i64,
    /// Whether it was ended before its time.
    pub has_ended: bool,
    /// When its figures were drawn last.
    pub counted_at: Option<Timestamp>,
    /// What stands above its parts.
    pub head: Head,
}

impl Plan {
    /// Whether people may join it on this day.
    #[must_use]
    pub fn is_open(&self, today: Day) -> bool {
        !self.has_ended && self.head.until >= today
    }
}

/// What stands above the parts of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its title.
    pub title: String,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub until: Day,
    /// 计划数: how many are to be trained.
    pub planned: i64,
}

impl Head {
    /// Whether its period touches this calendar year.
    #[must_use]
    pub fn touches(&self, year: i32) -> bool {
        (self.from.year()..=self.until.year()).contains(&year)
    }
}

/// One part of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A course, by its code.
    Course(String),
    /// A class session.
    Class(ClassId),
    /// A lesson of their own, in words.
    Words(String),
}

/// What somebody has to do with a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Who.
    pub learner: LearnerId,
    /// Which plan.
    pub plan: PlanId,
    /// The version they were asked to join, or have joined.
    pub version: i64,
    /// What they said.
    pub state: MemberState,
    /// When they were asked.
    pub invited_at: Timestamp,
    /// The words that they said yes to, when they joined last.
    pub agreed_text: Option<String>,
    /// When they joined last.
    pub joined_at: Option<Timestamp>,
    /// When they answered last.
    pub answered_at: Option<Timestamp>,
    /// When they had passed all courses of their version.
    pub completed_at: Option<Timestamp>,
}

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("training_plan", DataClass::Impersonal, Term::Permanent),
    Kept::new("training_plan_version", DataClass::Impersonal, Term::Permanent),
    Kept::new("training_plan_item", DataClass::Impersonal, Term::Permanent),
    Kept::new("training_plan_count", DataClass::Impersonal, Term::Permanent),
    Kept::new("training_plan_member", DataClass::Learning, Term::Account),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("PlansPage", views::PlansPage::samples),
    ("ChoosePage", views::ChoosePage::samples),
    ("FormPage", views::FormPage::samples),
    ("PlanPage", views::PlanPage::samples),
    ("PeoplePage", views::PeoplePage::samples),
    ("OwnPlansPage", views::OwnPlansPage::samples),
    ("OwnPlanPage", views::OwnPlanPage::samples),
];
