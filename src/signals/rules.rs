//! What is worth a look, and what follows a look. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::{Digest, LearnerId};

/// Days after which it is looked whether somebody came again who was enrolled.
pub(super) const UNSEEN_DAYS: u32 = 60;
/// People who answered alike in one minute before somebody is asked to look.
const LEAST_ALIKE: usize = 3;
/// Questions that two tests have in common before their answers are compared.
const LEAST_COMMON: usize = 3;
/// People of one day who never came again before somebody is asked to look; and they are at least one in so many.
const LEAST_UNSEEN: usize = 5;
const UNSEEN_OF: usize = 3;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// People of one volunteer handed in the same answers in the same minute.
    SameAnswers,
    /// 久未到场: many whom one volunteer enrolled on a day never came again.
    NotSeen,
    /// Whoever taught a session was the only one to see that people did its task.
    Taught,
}

impl Kind {
    const ALL: [Self; 3] = [Self::SameAnswers, Self::NotSeen, Self::Taught];

    /// The code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SameAnswers => "same_answers",
            Self::NotSeen => "not_seen",
            Self::Taught => "taught",
        }
    }

    /// The kind that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// How far a signal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has looked.
    Open,
    /// Somebody has asked, and waits for an answer.
    Asked,
    /// Somebody has looked: all is well.
    Fine,
}

impl State {
    const ALL: [Self; 3] = [Self::Open, Self::Asked, Self::Fine];

    /// The code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asked => "asked",
            Self::Fine => "fine",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A test that was handed in, as far as it is compared.
#[derive(Clone, Debug)]
pub(super) struct Paper {
    pub learner: LearnerId,
    pub unit: String,
    /// The minute in which it was handed in.
    pub minute: i64,
    /// What was answered, by question; nothing where it was left out.
    pub answers: BTreeMap<Digest, Option<String>>,
}

/// People who answered alike, as one group.
pub(super) struct AlikeGroup {
    pub unit: String,
    pub learners: BTreeSet<LearnerId>,
    /// How many of the volunteer's people handed in a test of this unit in that minute.
    pub among: usize,
}

/// Whether two tests say the same wherever both were asked the same, which is often enough to mean something.
fn is_alike(one: &Paper, other: &Paper) -> bool {
    let common = one.answers.iter().filter_map(|(item, given)| Some((given, other.answers.get(item)?)));
    let (mut count, mut same) = (0_usize, true);
    for (given, theirs) in common {
        count += 1;
        same &= given == theirs;
    }
    same && count >= LEAST_COMMON
}

/// Those among tests of one volunteer's people that were handed in within one minute with the same answers.
pub(super) fn alike(papers: &[Paper]) -> Vec<AlikeGroup> {
    let mut at_once: BTreeMap<(&str, i64), Vec<&Paper>> = BTreeMap::new();
    for paper in papers {
        at_once.entry((&paper.unit, paper.minute)).or_default().push(paper);
    }
    let mut groups = Vec::new();
    for ((unit, _), papers) in at_once {
        let among: BTreeSet<LearnerId> = papers.iter().map(|paper| paper.learner).collect();
        let mut found: Vec<Vec<&Paper>> = Vec::new();
        for paper in papers {
            match found.iter_mut().find(|group| group.iter().all(|known| is_alike(known, paper))) {
                Some(group) => group.push(paper),
                None => found.push(vec![paper]),
            }
        }
        for group in found {
            let learners: BTreeSet<LearnerId> = group.iter().map(|paper| paper.learner).collect();
            if learners.len() >= LEAST_ALIKE {
                groups.push(AlikeGroup { unit: unit.to_owned(), learners, among: among.len() });
            }
        }
    }
    groups
}

/// Whether so many of so many who never came again are worth a look.
pub(super) const fn are_many_unseen(unseen: usize, among: usize) -> bool {
    unseen >= LEAST_UNSEEN && unseen * UNSEEN_OF >= among
}

/// What a signal becomes where somebody who looked says so; `None`: somebody has said that all is well, and that stands.
pub(super) const fn after(state: State, said: State) -> Option<State> {
    match (state, said) {
        (State::Fine, _) | (_, State::Open) => None,
        (State::Open | State::Asked, said) => Some(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::digest_of;

    fn paper(learner: u128, minute: i64, answers: &[(&str, &str)]) -> Paper {
        let answer = |(item, given): &(&str, &str)| {
            (digest_of(&[item.as_bytes()]), Some((*given).to_owned()).filter(|given| !given.is_empty()))
        };
        Paper {
            learner: LearnerId::from_uuid(uuid::Uuid::from_u128(learner)),
            unit: "T19".to_owned(),
            minute,
            answers: answers.iter().map(answer).collect(),
        }
    }

    const FOUR: [(&str, &str); 4] = [("a", "1"), ("b", "2"), ("c", "1"), ("d", "")];

    fn sizes(papers: &[Paper]) -> Vec<(usize, usize)> {
        alike(papers).iter().map(|group| (group.learners.len(), group.among)).collect()
    }

    #[test]
    fn three_in_one_minute_who_say_the_same_are_worth_a_look_and_two_are_not() {
        let same = |learner| paper(learner, 7, &FOUR);
        assert_eq!(sizes(&[same(1), same(2), same(3)]), [(3, 3)]);
        assert_eq!(sizes(&[same(1), same(2)]), []);
        // One person's two tests are one person's.
        assert_eq!(sizes(&[same(1), same(2), same(2)]), []);
        // A minute later is no longer the same minute.
        assert_eq!(sizes(&[same(1), same(2), paper(3, 8, &FOUR)]), []);
        // Who said something else is among them, and not one of them.
        let other = paper(4, 7, &[("a", "1"), ("b", "2"), ("c", "1"), ("d", "2")]);
        assert_eq!(sizes(&[same(1), other, same(2), same(3)]), [(3, 4)]);
    }

    #[test]
    fn tests_that_share_too_few_questions_say_nothing_about_each_other() {
        let few = [("a", "1"), ("b", "2"), ("x", "1"), ("y", "1")];
        assert_eq!(sizes(&[paper(1, 7, &FOUR), paper(2, 7, &few), paper(3, 7, &[("a", "1"), ("z", "1")])]), []);
    }

    #[test]
    fn many_who_never_came_again_are_at_least_five_and_a_third() {
        let cases = [((4, 4), false), ((5, 5), true), ((5, 15), true), ((5, 16), false), ((40, 100), true)];
        for ((unseen, among), expected) in cases {
            assert_eq!(are_many_unseen(unseen, among), expected, "{unseen} of {among}");
        }
    }

    #[test]
    fn that_all_is_well_stands() {
        assert_eq!(after(State::Open, State::Asked), Some(State::Asked));
        assert_eq!(after(State::Asked, State::Fine), Some(State::Fine));
        assert_eq!(after(State::Fine, State::Asked), None);
        assert!(Kind::ALL.into_iter().all(|kind| Kind::from_code(kind.code()) == Some(kind)));
        assert!(State::ALL.into_iter().all(|state| State::from_code(state.code()) == Some(state)));
    }
}
