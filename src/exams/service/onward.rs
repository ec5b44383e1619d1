//! What comes next on a desk, for the one who looks: whom of the candidates they attend to, and which step the session takes.

use sea_orm::ConnectionTrait;

use super::invigilates;
use super::reading::{Candidate, Desk};
use crate::config::Keys;
use crate::exams::rules::{Next, Onward, Stage, is_time};
use crate::exams::{Error, Exam, Paper, Stay};
use crate::identity::{self, Role, StaffScope, Whose};
use crate::kernel::{LearnerId, Timestamp};

/// How soon somebody is attended to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Something is to be done now.
    Now,
    /// Once they have come.
    Coming,
}

impl Candidate {
    /// Whether an appeal of theirs waits for its answer.
    #[must_use]
    pub fn appeals(&self) -> bool {
        self.appeal.as_ref().is_some_and(|appeal| appeal.is_better.is_none())
    }

    /// Whether they passed, and that is not entered.
    #[must_use]
    pub fn is_to_enter(&self) -> bool {
        self.paper.passed == Some(true) && self.paper.entered_at.is_none()
    }
}

impl Desk {
    /// Whether `actor`, who looks, invigilates here and has not declared about this candidate yet; on a box they say it there.
    #[must_use]
    pub fn lacks_declaration(&self, one: &Candidate, actor: LearnerId) -> bool {
        let is_on = self.exam.stage == Stage::Planned && one.paper.handed_in_at.is_none();
        is_on && self.on_box.is_none() && self.may.invigilate && !one.declared.contains(&actor)
    }

    /// How soon a candidate needs `actor`, who looks; none: they do not. What is run on a box needs nobody here.
    #[must_use]
    pub fn need(&self, one: &Candidate, (actor, now): (LearnerId, Timestamp)) -> Option<Need> {
        let is_needed = match self.exam.stage {
            Stage::Planned if self.on_box.is_some() => false,
            Stage::Planned => {
                let hours = (self.exam.starts_at, self.exam.ends_at);
                if !self.may.invigilate || !is_time(hours, one.paper.setting.extra_minutes, now) {
                    return None;
                }
                match one.next {
                    Next::Come => return Some(Need::Coming),
                    Next::See => self.may.see || self.lacks_declaration(one, actor),
                    Next::Allow | Next::Again | Next::Keep => true,
                    _ => self.lacks_declaration(one, actor),
                }
            }
            Stage::Finished => self.may.decide && !one.needs.is_empty(),
            Stage::Published | Stage::Entered => self.may.answer && one.appeals(),
            Stage::Cancelled => false,
        };
        is_needed.then_some(Need::Now)
    }

    /// The next candidate who needs the one who looks, in the order of the list behind `after`; who has come before who has not.
    #[must_use]
    pub fn next_in_need(&self, looks: (LearnerId, Timestamp), after: Option<LearnerId>) -> Option<(Need, &Candidate)> {
        let is_here = |one: &&Candidate| Some(one.paper.learner) == after;
        let here = self.candidates.iter().position(|one| is_here(&one));
        let around = self.candidates.iter().cycle().skip(here.map_or(0, |at| at + 1)).take(self.candidates.len());
        let needing = around.filter(|one| !is_here(one)).filter_map(|one| Some((self.need(one, looks)?, one)));
        needing.min_by_key(|(need, _)| *need)
    }

    /// Whether the codes of the ends of its boxes are still asked for.
    #[must_use]
    pub fn asks_end(&self) -> bool {
        !self.unconfirmed.is_empty() && self.stays.iter().any(Stay::is_asked)
    }

    /// Passes that are not entered.
    #[must_use]
    pub fn left(&self) -> usize {
        self.candidates.iter().filter(|one| one.is_to_enter()).count()
    }

    /// The step that the session takes next, as far as the one who looks may take it.
    #[must_use]
    pub fn onward(&self, looks: (LearnerId, Timestamp)) -> Onward {
        let (_, now) = looks;
        let is_in = |paper: &Paper| paper.handed_in_at.is_some() || paper.is_over(&self.exam, now);
        let are_all_in = || !self.candidates.is_empty() && self.candidates.iter().all(|one| is_in(&one.paper));
        let is_somebody_in_need = matches!(self.next_in_need(looks, None), Some((Need::Now, _)));
        match self.exam.stage {
            Stage::Planned if self.may.invigilate && are_all_in() => Onward::Finish,
            Stage::Finished if self.unconfirmed.contains(&looks.0) => Onward::Confirm,
            Stage::Finished if self.may.decide && !is_somebody_in_need && self.unconfirmed.is_empty() => Onward::Publish,
            Stage::Published | Stage::Entered if self.may.enter && self.left() > 0 => Onward::Enter,
            _ if is_somebody_in_need => Onward::Candidate,
            Stage::Planned if now < self.exam.starts_at && self.on_box.is_none() => Onward::PutDown,
            _ => Onward::Nothing,
        }
    }
}

/// Which of the two may see a document of this candidate today, in their order; nobody where the candidate has left.
///
/// # Errors
/// What the database answers.
pub async fn who_sees(
    db: &impl ConnectionTrait,
    keys: &Keys,
    (scope, exam): (&StaffScope, &Exam),
    learner: LearnerId,
) -> Result<Vec<LearnerId>, Error> {
    let profile = match identity::profile(db, keys, learner).await {
        Ok(profile) => profile,
        Err(identity::Error::NoSuchPerson) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut seers = Vec::new();
    for invigilator in exam.invigilators {
        let own = if invigilator == scope.actor() { scope.clone() } else { identity::load_scope(db, invigilator).await? };
        let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
        if invigilates(&own, exam) && own.grant_for(Role::CHECKERS, whose).is_some() {
            seers.push(invigilator);
        }
    }
    Ok(seers)
}
