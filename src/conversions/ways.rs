//! Ways round: whether some way from point to point by arcs, back to where it began, multiplies to more than one. Exact, in whole numbers. Pure.
//!
//! A first pass adds logarithms in whole numbers, each rounded down: a way round that gains by them gains in truth. Where there is none, the
//! pass leaves each arc some room; a way round that gains in truth can only run through arcs that leave less room than all rounding
//! together. These few are decided with fractions of big integers.

use std::collections::VecDeque;

use num_bigint::BigUint;

/// From one point to another, times a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    /// Where it begins.
    pub from: usize,
    /// Where it leads.
    pub to: usize,
    /// Multiplied by; above nought.
    pub numerator: u64,
    /// Divided by; above nought.
    pub denominator: u64,
}

/// Binary places of a logarithm behind the point.
const PLACES: u32 = 40;
/// By how much, in the last place, the logarithm of a fraction may be too small: less than one for either half, and what squaring lost.
const ROOM: i128 = 4;

/// The logarithm to base two of a whole number, in units of 2^-40: never too great, and less than two too small.
fn log_of(value: u64) -> i128 {
    let value = value.max(1);
    let whole = value.ilog2();
    let mut mantissa = u128::from(value) << (63 - whole);
    let mut log = i128::from(whole);
    for _ in 0..PLACES {
        mantissa = (mantissa * mantissa) >> 63;
        log <<= 1;
        if mantissa >> 64 > 0 {
            mantissa >>= 1;
            log |= 1;
        }
    }
    log
}

/// The logarithm of an arc's fraction: never too great, and less than [`ROOM`] too small.
fn weight_of(arc: &Arc) -> i128 {
    log_of(arc.numerator) - log_of(arc.denominator) - 2
}

/// The arcs, in order, of some way round that multiplies to more than one, by their numbers. None: there is no such way. Arcs that begin or end
/// beyond `points` count as none.
#[must_use]
pub fn gaining_way(points: usize, arcs: &[Arc]) -> Option<Vec<usize>> {
    let known: Vec<(usize, Arc)> =
        arcs.iter().copied().enumerate().filter(|(_, arc)| arc.from < points && arc.to < points).collect();
    let weights: Vec<i128> = known.iter().map(|(_, arc)| weight_of(arc)).collect();
    let numbers = |way: Vec<usize>| way.into_iter().filter_map(|at| known.get(at).map(|(number, _)| *number)).collect();
    let plain: Vec<Arc> = known.iter().map(|(_, arc)| *arc).collect();
    match furthest(points, &plain, &weights) {
        Err(way) => Some(numbers(way)),
        Ok(best) => {
            let rooms =
                plain.iter().zip(&weights).map(|(arc, weight)| at(&best, arc.to) - at(&best, arc.from) - weight).collect();
            doubtful(points, &plain, rooms).iter().find_map(|part| decide(points, &plain, part)).map(numbers)
        }
    }
}

fn at<T: Copy + Default>(list: &[T], place: usize) -> T {
    list.get(place).copied().unwrap_or_default()
}

fn put<T>(list: &mut [T], place: usize, value: T) {
    if let Some(slot) = list.get_mut(place) {
        *slot = value;
    }
}

/// How far each point can be brought by the sum of weights; or a way round whose sum lies above nought.
fn furthest(points: usize, arcs: &[Arc], weights: &[i128]) -> Result<Vec<i128>, Vec<usize>> {
    let (mut best, mut came) = (vec![0_i128; points], vec![None; points]);
    for pass in 1_usize.. {
        let mut has_changed = false;
        for (number, (arc, weight)) in arcs.iter().zip(weights).enumerate() {
            let reached = at(&best, arc.from) + weight;
            if reached > at(&best, arc.to) {
                put(&mut best, arc.to, reached);
                put(&mut came, arc.to, Some(number));
                has_changed = true;
            }
        }
        if !has_changed {
            break;
        }
        // After as many passes as there are points, what still changes goes round.
        if (pass.is_power_of_two() || pass > points)
            && let Some(way) = round_among(arcs, &came)
        {
            return Err(way);
        }
    }
    Ok(best)
}

/// A way round among the arcs by which each point was reached, in order.
fn round_among(arcs: &[Arc], came: &[Option<usize>]) -> Option<Vec<usize>> {
    let mut seen = vec![0_usize; came.len()];
    for start in 0..came.len() {
        let mut point = start;
        while at(&seen, point) == 0 {
            put(&mut seen, point, start + 1);
            let Some(arc) = at(came, point).and_then(|number| arcs.get(number)) else { break };
            point = arc.from;
        }
        let is_round = at(&seen, point) == start + 1 && at(came, point).is_some();
        if is_round && let Some(way) = back_from(arcs, came, point, point) {
            return Some(way);
        }
    }
    None
}

/// The arcs from `from` to `to`, by which each point was reached; at least one.
fn back_from(arcs: &[Arc], came: &[Option<usize>], to: usize, from: usize) -> Option<Vec<usize>> {
    let (mut way, mut point) = (Vec::new(), to);
    while way.len() <= came.len() {
        let number = at(came, point)?;
        way.push(number);
        point = arcs.get(number)?.from;
        if point == from {
            way.reverse();
            return Some(way);
        }
    }
    None
}

/// The parts in which a way round may gain in spite of the first pass: arcs between points that lead to each other, each with less room than all
/// rounding of a way round there.
fn doubtful(points: usize, arcs: &[Arc], rooms: Vec<i128>) -> Vec<Vec<usize>> {
    let mut alive: Vec<usize> = (0..arcs.len()).collect();
    loop {
        let parts = parts_of(points, arcs, &alive);
        let mut sizes = vec![0_i128; points];
        parts.iter().for_each(|part| {
            let size = at(&sizes, *part) + 1;
            put(&mut sizes, *part, size);
        });
        let stays = |number: &usize| {
            let Some(arc) = arcs.get(*number) else { return false };
            let part = at(&parts, arc.from);
            part == at(&parts, arc.to) && at(&rooms, *number) < ROOM * at(&sizes, part)
        };
        let left: Vec<usize> = alive.iter().copied().filter(stays).collect();
        if left.len() == alive.len() {
            let mut grouped = vec![Vec::new(); points];
            for number in left {
                if let Some(group) = arcs.get(number).and_then(|arc| grouped.get_mut(at(&parts, arc.from))) {
                    group.push(number);
                }
            }
            grouped.retain(|group| !group.is_empty());
            return grouped;
        }
        alive = left;
    }
}

/// For each point the part it lies in: points that lead to each other by these arcs (Kosaraju).
fn parts_of(points: usize, arcs: &[Arc], alive: &[usize]) -> Vec<usize> {
    let (mut onward, mut backward) = (vec![Vec::new(); points], vec![Vec::new(); points]);
    for arc in alive.iter().filter_map(|number| arcs.get(*number)) {
        if let (Some(on), Some(back)) = (onward.get_mut(arc.from), backward.get_mut(arc.to)) {
            on.push(arc.to);
            back.push(arc.from);
        }
    }
    let (mut seen, mut order) = (vec![false; points], Vec::with_capacity(points));
    for start in 0..points {
        let mut stack = vec![(start, 0_usize)];
        while let Some((point, next)) = stack.pop() {
            if next == 0 {
                if at(&seen, point) {
                    continue;
                }
                put(&mut seen, point, true);
            }
            match onward.get(point).and_then(|list| list.get(next)) {
                Some(other) => {
                    stack.push((point, next + 1));
                    stack.push((*other, 0));
                }
                None => order.push(point),
            }
        }
    }
    let mut part = vec![usize::MAX; points];
    for start in order.into_iter().rev() {
        let mut stack = vec![start];
        while let Some(point) = stack.pop() {
            if at(&part, point) == usize::MAX {
                put(&mut part, point, start);
                stack.extend(backward.get(point).into_iter().flatten());
            }
        }
    }
    part
}

/// A fraction of big integers without a common divisor.
#[derive(Clone)]
struct Fraction {
    numerator: BigUint,
    denominator: BigUint,
}

fn common(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

fn common_with(big: &BigUint, small: u64) -> u64 {
    let rest = u64::try_from(big % small).unwrap_or(0);
    common(small, rest)
}

impl Fraction {
    fn one() -> Self {
        Self { numerator: BigUint::from(1_u8), denominator: BigUint::from(1_u8) }
    }

    fn times(&self, arc: &Arc) -> Self {
        let whole = common(arc.numerator, arc.denominator);
        let (numerator, denominator) = (arc.numerator / whole, arc.denominator / whole);
        let (above, below) = (common_with(&self.numerator, denominator), common_with(&self.denominator, numerator));
        Self {
            numerator: (&self.numerator / above) * (numerator / below),
            denominator: (&self.denominator / below) * (denominator / above),
        }
    }

    fn is_above(&self, other: &Self) -> bool {
        &self.numerator * &other.denominator > &other.numerator * &self.denominator
    }
}

/// A way round by the arcs of one part that multiplies to more than one, decided exactly.
fn decide(points: usize, arcs: &[Arc], part: &[usize]) -> Option<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); points];
    for number in part {
        if let Some(list) = arcs.get(*number).and_then(|arc| out.get_mut(arc.from)) {
            list.push(*number);
        }
    }
    let root = part.first().and_then(|number| arcs.get(*number))?.from;
    let mut best: Vec<Option<Fraction>> = vec![None; points];
    let (mut came, mut waits) = (vec![None; points], vec![false; points]);
    put(&mut best, root, Some(Fraction::one()));
    let mut queue = VecDeque::from([root]);
    while let Some(point) = queue.pop_front() {
        put(&mut waits, point, false);
        for number in out.get(point).into_iter().flatten() {
            let (Some(arc), Some(Some(here))) = (arcs.get(*number), best.get(point)) else { continue };
            let reached = here.times(arc);
            let is_better = best.get(arc.to).and_then(Option::as_ref).is_none_or(|there| reached.is_above(there));
            if !is_better {
                continue;
            }
            // Whoever brings one of those forward through which they came goes round and gains.
            if arc.to == point {
                return Some(vec![*number]);
            }
            if let Some(mut way) = back_from(arcs, &came, point, arc.to) {
                way.push(*number);
                return Some(way);
            }
            put(&mut best, arc.to, Some(reached));
            put(&mut came, arc.to, Some(*number));
            if !at(&waits, arc.to) {
                put(&mut waits, arc.to, true);
                queue.push_back(arc.to);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arc(from: usize, to: usize, numerator: u64, denominator: u64) -> Arc {
        Arc { from, to, numerator, denominator }
    }

    /// What a way round multiplies to, above and below; it has to be one.
    fn product(arcs: &[Arc], way: &[usize]) -> (BigUint, BigUint) {
        let along: Vec<Arc> = way.iter().map(|number| arcs[*number]).collect();
        for (one, next) in along.iter().zip(along.iter().cycle().skip(1)) {
            assert_eq!(one.to, next.from, "{way:?}");
        }
        let of = |read: fn(&Arc) -> u64| along.iter().map(read).fold(BigUint::from(1_u8), |all, one| all * one);
        (of(|arc| arc.numerator), of(|arc| arc.denominator))
    }

    fn gains(arcs: &[Arc], way: &[usize]) -> bool {
        let (above, below) = product(arcs, way);
        above > below
    }

    /// Whether some way round gains, by trying all that come to each point once.
    fn by_hand(arcs: &[Arc], points: usize) -> bool {
        fn on(arcs: &[Arc], start: usize, way: &mut Vec<usize>) -> bool {
            let here = way.last().map_or(start, |number| arcs[*number].to);
            if !way.is_empty() && here == start {
                return gains(arcs, way);
            }
            (0..arcs.len()).any(|number| {
                let is_new = arcs[number].to == start || way.iter().all(|one| arcs[*one].to != arcs[number].to);
                if arcs[number].from != here || !is_new {
                    return false;
                }
                way.push(number);
                let found = on(arcs, start, way);
                way.pop();
                found
            })
        }
        (0..points).any(|start| on(arcs, start, &mut Vec::new()))
    }

    #[test]
    fn a_logarithm_is_never_too_great_and_less_than_two_too_small() {
        assert_eq!((log_of(1), log_of(2), log_of(1 << 60)), (0, 1 << 40, 60 << 40));
        // log2 of three to forty places: 1.584962500721156…
        let three = 1_742_684_699_131_i128;
        assert!((three - 1..=three + 1).contains(&log_of(3)), "{}", log_of(3));
        for value in [3, 5, 7, 999_999_999_989, u64::MAX] {
            let (one, square) = (log_of(value), if value < 1 << 31 { log_of(value * value) } else { 2 * log_of(value) });
            assert!((square - 2 * one).abs() < 4, "{value}");
        }
    }

    #[test]
    fn a_third_and_three_back_gain_nothing_and_a_little_more_does() {
        assert_eq!(gaining_way(2, &[arc(0, 1, 1, 3), arc(1, 0, 3, 1)]), None);
        let most = 1_000_000_000_000;
        let way = gaining_way(2, &[arc(0, 1, 1, 3), arc(1, 0, 3, 1), arc(1, 0, 3 * most + 1, most)]).unwrap();
        assert_eq!(way.len(), 2);
        assert!(way.contains(&0) && way.contains(&2));
        assert_eq!(gaining_way(1, &[arc(0, 0, 1, 1)]), None);
        assert_eq!(gaining_way(1, &[arc(0, 0, most + 1, most)]), Some(vec![0]));
        assert_eq!(gaining_way(0, &[]), None);
        assert_eq!(gaining_way(1, &[arc(0, 7, 9, 1), arc(7, 0, 9, 1)]), None);
    }

    #[test]
    fn fractions_that_differ_in_the_fortieth_digit_are_told_apart() {
        // (x+1)(x+2)(x+9)(x+10) = x(x+4)(x+7)(x+11) + 180: at 3·10^10 the fractions differ in the fortieth digit.
        let x = 30_000_000_000_u64;
        let (less, more) = ([x, x + 4, x + 7, x + 11], [x + 1, x + 2, x + 9, x + 10]);
        let ring = |above: [u64; 4], below: [u64; 4]| -> Vec<Arc> {
            (0..4).map(|point| arc(point, (point + 1) % 4, above[point], below[point])).collect()
        };
        assert_eq!(gaining_way(4, &ring(less, more)), None);
        assert_eq!(gaining_way(4, &ring(more, more)), None);
        let arcs = ring(more, less);
        let way = gaining_way(4, &arcs).unwrap();
        assert!(way.len() == 4 && gains(&arcs, &way));
    }

    #[test]
    fn a_long_way_round_that_gains_by_a_hair_is_found_and_one_that_loses_by_a_hair_is_not() {
        let (points, most) = (2_000, 1_000_000_000_000_u64);
        let ring = |last: Arc| -> Vec<Arc> {
            let halves = (0..points - 1)
                .map(|point| if point % 2 == 0 { arc(point, point + 1, 2, 3) } else { arc(point, point + 1, 3, 2) });
            halves.chain([last]).collect()
        };
        // 1000 times two thirds and 999 times three halves: two thirds in all.
        assert_eq!(gaining_way(points, &ring(arc(points - 1, 0, 3, 2))), None);
        assert_eq!(gaining_way(points, &ring(arc(points - 1, 0, 3 * most - 1, 2 * most))), None);
        let way = gaining_way(points, &ring(arc(points - 1, 0, 3 * most + 1, 2 * most))).unwrap();
        assert_eq!(way.len(), points);
    }

    proptest! {
        #[test]
        fn what_trying_all_ways_finds_is_found(
            made in prop::collection::vec((0_usize..4, 0_usize..4, 1_u64..7, 1_u64..7), 1..8),
        ) {
            let arcs: Vec<Arc> = made.into_iter().map(|(from, to, above, below)| arc(from, to, above, below)).collect();
            let found = gaining_way(4, &arcs);
            prop_assert_eq!(found.is_some(), by_hand(&arcs, 4));
            prop_assert!(found.is_none_or(|way| gains(&arcs, &way)));
        }

        #[test]
        fn what_follows_from_worths_of_points_never_gains_and_one_part_more_does(
            worths in prop::collection::vec(1_u64..1_000_000, 4),
            pairs in prop::collection::vec((0_usize..4, 0_usize..4), 1..12),
        ) {
            let mut arcs: Vec<Arc> = pairs.iter().map(|(from, to)| arc(*from, *to, worths[*to], worths[*from])).collect();
            prop_assert_eq!(gaining_way(4, &arcs), None);
            let (from, to) = pairs[0];
            arcs.push(arc(to, from, worths[from] * 1_000_000 + 1, worths[to] * 1_000_000));
            prop_assert!(gaining_way(4, &arcs).is_some_and(|way| gains(&arcs, &way)));
        }
    }
}
