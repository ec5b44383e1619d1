//! What is missing for a certificate: of all lists that would do, the one that takes the fewest minutes. Exact, and pure.
//!
//! Courses are taken area by area. What has been taken so far is summed up in a [`Taken`], no further than the demand counts; of two ways
//! to the same sum only the better is gone on with, since whatever follows adds the same to both. At most 128 courses.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A course as it may count, in the order in which somebody would meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<C, A> {
    /// Which.
    pub code: C,
    /// Its area.
    pub area: A,
    /// Whether it counts already, and what it takes else.
    pub state: State,
}

/// Whether a course counts already, and what it takes else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It counts.
    Done,
    /// It was recognised from elsewhere, and counts as far as the demand lets such courses count; else as soon as it is passed here, which
    /// takes so many minutes. `None` where it cannot be learnt here.
    Outside(Option<i64>),
    /// It is still to be learnt, in so many minutes.
    Open(i64),
    /// It neither counts nor can be learnt now: it is being looked into, or being written.
    Closed,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand<C> {
    /// So many courses, at least.
    pub min_courses: usize,
    /// Out of so many areas, at least.
    pub min_areas: usize,
    /// All of these among them.
    pub required: BTreeSet<C>,
    /// Out of each of these sets so many, at least.
    pub choices: Vec<(BTreeSet<C>, usize)>,
    /// From elsewhere, at most.
    pub max_outside: usize,
}

/// The shortest list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remaining<C> {
    /// What is to be learnt, in the order of the candidates.
    pub learn: Vec<C>,
    /// How long that takes.
    pub minutes: i64,
    /// What was recognised elsewhere and counts, in the order of the candidates.
    pub outside: Vec<C>,
    /// What is asked for by name and can neither count nor be learnt now: somebody else's move.
    pub blocked: Vec<C>,
}

/// What was taken so far, no further than it counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Taken {
    courses: usize,
    areas: usize,
    /// Whether the area at hand has one.
    has_area: bool,
    outside: usize,
    chosen: Vec<usize>,
}

/// What it costs. The less comes first: minutes, then courses to learn, then those that stand late in the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    minutes: i64,
    lessons: usize,
    learn: Reverse<u128>,
    outside: Reverse<u128>,
}

/// One way to deal with a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Leave,
    Count,
    CountOutside,
    Learn(i64),
}

/// The list that takes the fewest minutes; of lists that take as long the one of fewest courses, then the one whose courses stand first.
/// `None` where no list would do.
#[must_use]
pub fn remaining<C: Copy + Ord, A: Copy + Ord>(candidates: &[Candidate<C, A>], demand: &Demand<C>) -> Option<Remaining<C>> {
    let is_known = |code: &C| candidates.iter().any(|candidate| candidate.code == *code);
    if !demand.required.iter().all(is_known) {
        return None;
    }
    let start = Taken { courses: 0, areas: 0, has_area: false, outside: 0, chosen: vec![0; demand.choices.len()] };
    let mut ways = BTreeMap::from([(start, Cost::default())]);
    let areas: BTreeSet<A> = candidates.iter().map(|candidate| candidate.area).collect();
    for area in areas {
        ways = ways.into_iter().fold(BTreeMap::new(), |mut fresh, (taken, cost)| {
            keep(&mut fresh, Taken { has_area: false, ..taken }, cost);
            fresh
        });
        for (at, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| candidate.area == area) {
            let mut next = BTreeMap::new();
            for (taken, cost) in &ways {
                for way in ways_of(candidate, demand.required.contains(&candidate.code)) {
                    if let Some(after) = taken.after(candidate.code, way, demand) {
                        keep(&mut next, after, cost.after(at, way));
                    }
                }
            }
            ways = next;
        }
    }
    let best = ways.into_iter().filter(|(taken, _)| taken.suffices(demand)).map(|(_, cost)| cost).min()?;
    let of = |bits: u128| {
        let is_in = move |(at, _): &(usize, &Candidate<C, A>)| bits & bit(*at) != 0;
        candidates.iter().enumerate().filter(is_in).map(|(_, candidate)| candidate.code).collect::<Vec<_>>()
    };
    let is_blocked = |candidate: &&Candidate<C, A>| candidate.state == State::Closed && demand.required.contains(&candidate.code);
    Some(Remaining {
        learn: of(best.learn.0),
        minutes: best.minutes,
        outside: of(best.outside.0),
        blocked: candidates.iter().filter(is_blocked).map(|candidate| candidate.code).collect(),
    })
}

/// What may be done with a course. What is asked for by name and closed counts as if it were there: it is named beside the list.
fn ways_of<C, A>(candidate: &Candidate<C, A>, is_required: bool) -> impl Iterator<Item = Way> {
    let (leave, count) = match candidate.state {
        State::Done => (None, [Some(Way::Count), None]),
        State::Closed if is_required => (None, [Some(Way::Count), None]),
        State::Closed => (Some(Way::Leave), [None, None]),
        State::Open(minutes) => ((!is_required).then_some(Way::Leave), [Some(Way::Learn(minutes)), None]),
        State::Outside(minutes) => ((!is_required).then_some(Way::Leave), [Some(Way::CountOutside), minutes.map(Way::Learn)]),
    };
    leave.into_iter().chain(count.into_iter().flatten())
}

impl Taken {
    /// After a course was dealt with so; `None` where that is one from elsewhere too many.
    fn after<C: Ord>(&self, code: C, way: Way, demand: &Demand<C>) -> Option<Self> {
        if way == Way::Leave {
            return Some(self.clone());
        }
        let outside = self.outside + usize::from(way == Way::CountOutside);
        let areas = self.areas + usize::from(!self.has_area);
        let chosen = self.chosen.iter().zip(&demand.choices);
        let after = Self {
            courses: demand.min_courses.min(self.courses + 1),
            areas: demand.min_areas.min(areas),
            has_area: true,
            outside,
            chosen: chosen.map(|(so_far, (from, min))| (*min).min(so_far + usize::from(from.contains(&code)))).collect(),
        };
        (outside <= demand.max_outside).then_some(after)
    }

    fn suffices<C>(&self, demand: &Demand<C>) -> bool {
        let mut chosen = self.chosen.iter().zip(&demand.choices);
        self.courses >= demand.min_courses && self.areas >= demand.min_areas && chosen.all(|(so_far, (_, min))| so_far >= min)
    }
}

impl Cost {
    fn after(self, at: usize, way: Way) -> Self {
        match way {
            Way::Leave | Way::Count => self,
            Way::CountOutside => Self { outside: Reverse(self.outside.0 | bit(at)), ..self },
            Way::Learn(minutes) => Self {
                minutes: self.minutes.saturating_add(minutes),
                lessons: self.lessons + 1,
                learn: Reverse(self.learn.0 | bit(at)),
                ..self
            },
        }
    }
}

/// The bit of the course at this place: the first has the highest, so that of two sets of as many the greater number stands first.
fn bit(at: usize) -> u128 {
    u32::try_from(at).ok().and_then(|at| (1_u128 << 127).checked_shr(at)).unwrap_or(0)
}

fn keep(ways: &mut BTreeMap<Taken, Cost>, taken: Taken, cost: Cost) {
    let best = ways.entry(taken).or_insert(cost);
    *best = cost.min(*best);
}

/// The best of several lists, with its place: one that waits for nobody, then the shortest, then the first.
#[must_use]
pub fn shortest<C>(lists: impl IntoIterator<Item = Option<Remaining<C>>>) -> Option<(usize, Remaining<C>)> {
    let lists = lists.into_iter().enumerate().filter_map(|(at, list)| Some((at, list?)));
    lists.min_by_key(|(at, list)| (list.blocked.len(), list.minutes, *at))
}

/// Minutes that are left of a course of `whole` minutes of which so many are behind somebody: never less than its test takes.
#[must_use]
pub fn course_minutes_left(whole: i64, behind: i64, test: i64) -> i64 {
    whole.saturating_sub(behind).max(test)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn course(code: u8, area: u8, state: State) -> Candidate<u8, u8> {
        Candidate { code, area, state }
    }

    fn demand(min_courses: usize, min_areas: usize, required: &[u8]) -> Demand<u8> {
        let required = required.iter().copied().collect();
        Demand { min_courses, min_areas, required, choices: Vec::new(), max_outside: min_courses / 2 }
    }

    fn learn(candidates: &[Candidate<u8, u8>], demand: &Demand<u8>) -> Option<(Vec<u8>, i64)> {
        remaining(candidates, demand).map(|list| (list.learn, list.minutes))
    }

    #[test]
    fn the_shortest_list_is_found_where_taking_the_quickest_first_would_miss_it() {
        use State::{Done, Open};
        // The two quickest lie in one area; two areas are asked for.
        let three = [course(1, 1, Open(10)), course(2, 1, Open(20)), course(3, 2, Open(90))];
        assert_eq!(learn(&three, &demand(2, 2, &[])), Some((vec![1, 3], 100)));
        assert_eq!(learn(&three, &demand(2, 1, &[])), Some((vec![1, 2], 30)));
        assert_eq!(learn(&three, &demand(2, 1, &[3])), Some((vec![1, 3], 100)));
        assert_eq!(learn(&three, &demand(4, 1, &[])), None, "there are but three");
        assert_eq!(learn(&three, &demand(1, 3, &[])), None, "there are but two areas");
        assert_eq!(learn(&three, &demand(1, 1, &[9])), None, "there is no such course");
        let begun = [course(1, 1, Done), course(2, 1, Open(180)), course(3, 2, Open(180)), course(4, 2, Open(70))];
        assert_eq!(learn(&begun, &demand(2, 1, &[1])), Some((vec![4], 70)), "what was begun is shorter");
        assert_eq!(learn(&begun, &demand(1, 1, &[1])), Some((vec![], 0)));
    }

    #[test]
    fn lists_that_take_as_long_go_by_number_then_by_order() {
        let as_long = |minutes: [i64; 4]| -> Vec<_> {
            (1..).zip(minutes).map(|(code, minutes)| course(code, code, State::Open(minutes))).collect()
        };
        assert_eq!(learn(&as_long([180; 4]), &demand(2, 1, &[])), Some((vec![1, 2], 360)));
        assert_eq!(learn(&as_long([180; 4]), &demand(2, 1, &[4])), Some((vec![1, 4], 360)));
        assert_eq!(learn(&as_long([200, 180, 180, 180]), &demand(2, 1, &[])), Some((vec![2, 3], 360)));
        // One of 200 in area 1 is as long as two of 100, one of which would do for the area.
        let choice = Demand { choices: vec![([1].into(), 1), ([2].into(), 1)], ..demand(1, 1, &[]) };
        assert_eq!(learn(&as_long([100; 4]), &choice), Some((vec![1, 2], 200)));
    }

    #[test]
    fn some_are_chosen_out_of_several_and_what_is_done_is_chosen_already() {
        let choice = |min| Demand { choices: vec![([2, 3, 4].into(), min)], ..demand(2, 1, &[1]) };
        let open = |code| course(code, 1, State::Open(180));
        let all = [open(1), open(2), open(3), open(4), open(5)];
        assert_eq!(learn(&all, &choice(1)), Some((vec![1, 2], 360)));
        assert_eq!(learn(&all, &choice(2)), Some((vec![1, 2, 3], 540)));
        let done = [open(1), open(2), course(3, 1, State::Done), open(4), course(5, 1, State::Done)];
        assert_eq!(learn(&done, &choice(1)), Some((vec![1], 180)));
    }

    #[test]
    fn what_comes_from_elsewhere_counts_up_to_the_share_and_then_once_it_is_passed_here() {
        let outside = |code, minutes| course(code, code, State::Outside(minutes));
        let three = [outside(1, Some(50)), outside(2, Some(40)), outside(3, None), course(4, 4, State::Open(45))];
        let list = remaining(&three, &Demand { max_outside: 2, ..demand(3, 1, &[]) }).unwrap();
        assert_eq!((list.learn, list.minutes, list.outside), (vec![2], 40, vec![1, 3]));
        let list = remaining(&three, &Demand { max_outside: 1, ..demand(3, 1, &[3]) }).unwrap();
        assert_eq!((list.learn, list.minutes, list.outside), (vec![2, 4], 85, vec![3]));
        assert_eq!(remaining(&three, &Demand { max_outside: 0, ..demand(1, 1, &[3]) }), None);
    }

    #[test]
    fn what_is_asked_for_by_name_and_closed_is_named_and_nothing_else_closed_is_counted_on() {
        let courses = [course(1, 1, State::Closed), course(2, 2, State::Closed), course(3, 3, State::Open(180))];
        let list = remaining(&courses, &demand(2, 1, &[1])).unwrap();
        assert_eq!((list.learn, list.blocked), (vec![3], vec![1]));
        assert_eq!(remaining(&courses, &demand(3, 1, &[1])), None);
    }

    #[test]
    fn of_several_lists_the_one_that_waits_for_nobody_comes_first_then_the_shortest_then_the_first() {
        let list =
            |minutes, blocked: &[u8]| Some(Remaining { learn: vec![], minutes, outside: vec![], blocked: blocked.to_vec() });
        let best = |lists: Vec<Option<Remaining<u8>>>| shortest(lists).map(|(at, _)| at);
        assert_eq!(best(vec![list(20, &[]), list(10, &[]), list(20, &[])]), Some(1));
        assert_eq!(best(vec![list(10, &[]), list(10, &[])]), Some(0));
        assert_eq!(best(vec![list(10, &[1]), list(90, &[])]), Some(1));
        assert_eq!(best(vec![None, list(90, &[2])]), Some(1));
        assert_eq!(best(vec![None]), None);
    }

    #[test]
    fn the_minutes_of_a_course_shrink_to_its_test() {
        for (behind, left) in [(0, 180), (100, 80), (165, 20), (400, 20)] {
            assert_eq!(course_minutes_left(180, behind, 20), left, "{behind}");
        }
    }

    /// Every way to deal with every course, one by one.
    fn by_trying_all(candidates: &[Candidate<u8, u8>], demand: &Demand<u8>) -> Option<(i64, usize, Vec<usize>)> {
        let mut lists: Vec<Vec<Way>> = vec![vec![]];
        for candidate in candidates {
            let is_required = demand.required.contains(&candidate.code);
            let mut ways = vec![Way::Leave];
            match candidate.state {
                State::Done => ways.push(Way::Count),
                State::Closed if is_required => ways.push(Way::Count),
                State::Closed => {}
                State::Open(minutes) => ways.push(Way::Learn(minutes)),
                State::Outside(minutes) => ways.extend([Some(Way::CountOutside), minutes.map(Way::Learn)].into_iter().flatten()),
            }
            lists = lists.iter().flat_map(|list| ways.iter().map(|way| [list.as_slice(), &[*way]].concat())).collect();
        }
        let judged = lists.into_iter().filter_map(|list| {
            let counted: Vec<&Candidate<u8, u8>> =
                candidates.iter().zip(&list).filter(|(_, way)| **way != Way::Leave).map(|(candidate, _)| candidate).collect();
            let codes: BTreeSet<u8> = counted.iter().map(|candidate| candidate.code).collect();
            let areas: BTreeSet<u8> = counted.iter().map(|candidate| candidate.area).collect();
            let outside = list.iter().filter(|way| **way == Way::CountOutside).count();
            let does = codes.len() >= demand.min_courses
                && areas.len() >= demand.min_areas
                && demand.required.is_subset(&codes)
                && demand.choices.iter().all(|(from, min)| from.intersection(&codes).count() >= *min)
                && outside <= demand.max_outside;
            let learnt: Vec<usize> =
                list.iter().enumerate().filter(|(_, way)| matches!(way, Way::Learn(_))).map(|(at, _)| at).collect();
            let minutes = list.iter().map(|way| if let Way::Learn(minutes) = way { *minutes } else { 0 }).sum();
            does.then_some((minutes, learnt.len(), learnt))
        });
        judged.min()
    }

    fn any_state() -> impl Strategy<Value = State> {
        // Few different minutes, so that many lists take as long as each other.
        let minutes = prop_oneof![Just(20_i64), Just(60), Just(180)];
        prop_oneof![
            2 => Just(State::Done),
            4 => minutes.clone().prop_map(State::Open),
            1 => Just(State::Outside(None)),
            2 => minutes.prop_map(|minutes| State::Outside(Some(minutes))),
            1 => Just(State::Closed),
        ]
    }

    proptest! {
        #[test]
        fn no_other_list_is_shorter_nor_as_short_and_earlier(
            states in proptest::collection::vec((any_state(), 0_u8..4), 1..8),
            numbers in (0_usize..7, 0_usize..5, 0_usize..4),
            required in proptest::collection::btree_set(0_u8..8, 0..3),
            choice in proptest::collection::btree_set(0_u8..8, 1..4),
            min in 0_usize..3,
        ) {
            let candidates: Vec<_> =
                (0_u8..).zip(&states).map(|(code, (state, area))| course(code, *area, *state)).collect();
            let (min_courses, min_areas, max_outside) = numbers;
            let demand = Demand { min_courses, min_areas, required, choices: vec![(choice, min)], max_outside };
            let found = remaining(&candidates, &demand);
            let place = |code: &u8| candidates.iter().position(|candidate| candidate.code == *code).unwrap();
            let told = found.as_ref().map(|list| (list.minutes, list.learn.len(), list.learn.iter().map(place).collect()));
            prop_assert_eq!(told, by_trying_all(&candidates, &demand));
        }
    }
}
