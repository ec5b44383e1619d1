//! What somebody still needs for a certificate, for whoever issues it: by the same reckoning as 还差什么. Pure.

use super::certificate_plan::{Asker, plan_for};
use super::holdings::{HoldingKind, Holdings};
use super::views::Marks;
use crate::curriculum::model::CertificateRule;
use crate::curriculum::{Chosen, CourseCode, Shelf};

/// What is missing for one certificate, and what it may rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Courses still to be passed.
    pub learn: Vec<CourseCode>,
    /// Courses that can neither count nor be learnt now: somebody else's move.
    pub blocked: Vec<CourseCode>,
    /// Whether no list of courses would do.
    pub is_out_of_reach: bool,
    /// Whether a document is still to be seen.
    pub document: bool,
    /// Courses whose test is still to be taken while somebody of the staff is there.
    pub supervised: Vec<CourseCode>,
    /// Courses whose credit is being looked into.
    pub looked_into: Vec<CourseCode>,
    /// Courses whose credit went to an outside programme, or is on its way there.
    pub out: Vec<CourseCode>,
    /// Courses from elsewhere, and how many of them count at most, where there are more.
    pub outside: Option<(usize, usize)>,
    /// The courses that it would rest on.
    pub counted: Vec<CourseCode>,
}

impl Missing {
    /// Whether nothing is missing.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.learn.is_empty() && self.blocked.is_empty() && !self.is_out_of_reach && !self.document && self.supervised.is_empty()
    }
}

/// What is missing for the certificate `rule`, given what somebody holds; `about`: the course that a certificate of one unit is about.
#[must_use]
pub fn missing_for(shelf: &Shelf, rule: &CertificateRule, about: Option<CourseCode>, holdings: &Holdings) -> Missing {
    if let Some(about) = about {
        return missing_of_one(shelf, rule, about, holdings);
    }
    let (chosen, marks) =
        (Chosen::default(), Marks { completed: holdings.courses.keys().copied().collect(), ..Marks::default() });
    let plan = plan_for(shelf, rule, Asker { chosen: &chosen, marks: &marks, holdings });
    let most = rule.max_outside();
    Missing {
        learn: plan.list.iter().flat_map(|list| list.learn.iter().copied()).collect(),
        blocked: plan.list.iter().flat_map(|list| list.blocked.iter().copied()).collect(),
        is_out_of_reach: plan.list.is_none(),
        document: plan.needs_document,
        outside: Some((plan.outside.len(), most)).filter(|(count, most)| count > most),
        supervised: plan.supervised,
        looked_into: plan.looked_into,
        out: plan.out,
        counted: plan.counted,
    }
}

fn missing_of_one(shelf: &Shelf, rule: &CertificateRule, about: CourseCode, holdings: &Holdings) -> Missing {
    let document = holdings.identity.value() < rule.identity_level;
    let Some(course) = shelf.course(about) else {
        return Missing { document, is_out_of_reach: true, ..Missing::default() };
    };
    let held = holdings.courses.get(&about);
    let is_supervised = held.is_some_and(|holding| holding.supervision >= rule.supervision_level);
    let missing = Missing { document, supervised: if is_supervised { Vec::new() } else { vec![about] }, ..Missing::default() };
    match held.map(|holding| holding.kind) {
        Some(HoldingKind::Passed) => Missing { counted: vec![about], ..missing },
        Some(HoldingKind::Outside) if rule.max_outside() > 0 => Missing { counted: vec![about], ..missing },
        Some(HoldingKind::LookedInto) => Missing { looked_into: vec![about], blocked: vec![about], ..missing },
        Some(HoldingKind::Out) => Missing { out: vec![about], blocked: vec![about], ..missing },
        // What is not there yet is passed first; how it is supervised is a matter of then.
        Some(HoldingKind::Outside) | None if course.is_complete() => {
            Missing { learn: vec![about], supervised: Vec::new(), document, ..Missing::default() }
        }
        Some(HoldingKind::Outside) | None => {
            Missing { blocked: vec![about], supervised: Vec::new(), document, ..Missing::default() }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::curriculum::Embedded;
    use crate::kernel::{Group, IdentityLevel, Timestamp};
    use crate::learning::holdings::Holding;

    static SHELF: LazyLock<Shelf> = LazyLock::new(|| Shelf::open(&Embedded).unwrap());

    fn any_holding() -> impl Strategy<Value = Option<Holding>> {
        // Most of it good, so that both answers come about.
        let kind = prop_oneof![
            20 => Just(HoldingKind::Passed),
            2 => Just(HoldingKind::Outside),
            1 => Just(HoldingKind::LookedInto),
            1 => Just(HoldingKind::Out),
        ];
        let passed_at = Timestamp::from_ms(1_000);
        let holding = (kind, prop_oneof![6 => Just(2_i64), 1 => 0_i64..4]);
        prop_oneof![
            8 => holding.prop_map(move |(kind, supervision)| Some(Holding { kind, supervision, passed_at })),
            1 => Just(None),
        ]
    }

    fn any_chosen() -> impl Strategy<Value = Chosen> {
        let group = prop::option::of(prop::sample::select(Group::LISTED.to_vec()));
        group.prop_map(|pathway| Chosen { pathway, groups: pathway.into_iter().collect(), ..Chosen::default() })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_list_somebody_follows_their_plan_and_whoever_issues_say_the_same(
            held in proptest::collection::vec(any_holding(), SHELF.courses().len()),
            identity in 0_i64..4,
            chosen in any_chosen(),
        ) {
            let courses = SHELF.courses().iter().zip(&held).filter_map(|(course, held)| Some((course.code, (*held)?))).collect();
            let holdings = Holdings { identity: IdentityLevel::from_value(identity).unwrap(), courses };
            let completed = holdings.courses.keys().copied().collect();
            let marks = Marks { completed, groups: chosen.groups.clone(), ..Marks::default() };
            for rule in SHELF.certificates().iter().filter(|rule| rule.min_courses > 1) {
                let plan = plan_for(&SHELF, rule, Asker { chosen: &chosen, marks: &marks, holdings: &holdings });
                let is_told_nothing = plan.has_courses() && !plan.has_errand();
                let missing = missing_for(&SHELF, rule, None, &holdings);
                prop_assert_eq!(is_told_nothing, missing.is_nothing(), "{} for {:?}: {:?}", rule.id, chosen, missing);
            }
        }
    }
}
