//! How long it takes to decide whether 20,000 conversion rules gain on some way round: where none does, many of them to the last digit,
//! and where one long way does by one part in a billion. In this process, without a database.

use std::time::{Duration, Instant};

use credit_bank::conversions::{Arc, gaining_way};

/// Rules.
const RULES: usize = 20_000;
/// Points: partners and units.
const POINTS: usize = 4_000;
/// Times that each is measured; the slowest counts.
const TIMES: usize = 5;

/// What each point is worth, in some unit: whole numbers, so that arcs between them lose nothing at all.
fn worth(point: usize) -> u64 {
    let spread = u64::try_from(point).unwrap().wrapping_mul(2_654_435_761) % 999_983;
    spread + 1
}

fn arc(from: usize, to: usize) -> Arc {
    Arc { from, to, numerator: worth(to), denominator: worth(from) }
}

/// Half of the rules go there and back exactly, the others lose a thousandth.
fn clean() -> Vec<Arc> {
    let pair = |number: usize| {
        let (one, other) = (number * 7 % POINTS, (number * 13 + 1) % POINTS);
        let less = |arc: Arc| Arc { numerator: arc.numerator * 999, denominator: arc.denominator * 1000, ..arc };
        if number.is_multiple_of(2) { [arc(one, other), arc(other, one)] } else { [less(arc(one, other)), less(arc(other, one))] }
    };
    (0..RULES / 2).flat_map(pair).collect()
}

/// The same with one way through a thousand points that gains a billionth.
fn planted() -> Vec<Arc> {
    let mut arcs = clean();
    let ring = 1_000;
    arcs.truncate(RULES - ring);
    arcs.extend((0..ring).map(|point| arc(point, (point + 1) % ring)));
    if let Some(last) = arcs.last_mut() {
        last.numerator = last.numerator * 1_000_000_000 + 1;
        last.denominator *= 1_000_000_000;
    }
    arcs
}

fn slowest(arcs: &[Arc], gains: bool) -> Duration {
    let once = |_| {
        let begun = Instant::now();
        let way = gaining_way(POINTS, arcs);
        let took = begun.elapsed();
        assert_eq!(way.is_some(), gains);
        took
    };
    (0..TIMES).map(once).max().unwrap_or_default()
}

pub fn measure() {
    for (name, arcs, gains) in [("none gains", clean(), false), ("one way gains", planted(), true)] {
        let took = slowest(&arcs, gains);
        println!(
            "| {RULES} conversion rules, {name} | ≤ 1 s | {:.0} ms | slowest of {TIMES}, {} arcs, {POINTS} points |",
            took.as_secs_f64() * 1000.0,
            arcs.len()
        );
    }
}
