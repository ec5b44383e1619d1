//! The laboratory (试算): what was converted with the partner and stands, reckoned once more by a rule. It names nobody.

use std::collections::BTreeMap;

use super::rule::{Terms, gives};
use super::rules::Direction;
use crate::kernel::{Credits, Digest, LearnerId, RuleId, Timestamp, digest_of};
use crate::recognition::ConvertedLine;

/// What a rule is tried on.
#[derive(Clone, Debug)]
pub struct History {
    /// The version that the rule would follow.
    pub before: Option<RuleId>,
    /// All that was converted with the partner in this direction and stands, the oldest first.
    pub lines: Vec<ConvertedLine>,
    /// By which account each person acts, where they have several.
    pub primaries: BTreeMap<LearnerId, LearnerId>,
}

/// One line reckoned once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunLine {
    /// A number of the person in this run alone, by the order in which they come: lines of one person bear the same.
    pub person: usize,
    /// When it was converted.
    pub at: Timestamp,
    /// What went in, in thousandths.
    pub value: i64,
    /// What came of it, in thousandths.
    pub now: i64,
    /// What would come of it, in thousandths.
    pub then: i64,
}

/// What trying a rule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Over draft, version before, worth of the unit, and history line by line.
    pub digest: Digest,
    /// The lines of the rule's unit, the oldest first.
    pub lines: Vec<RunLine>,
    /// How many people they are of.
    pub people: usize,
}

/// Sums of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Lines.
    pub lines: usize,
    /// People.
    pub people: usize,
    /// Lines of which more would come.
    pub gain: usize,
    /// Lines of which less would come.
    pub lose: usize,
    /// What more would come in all, in thousandths.
    pub more: i64,
    /// What less would come in all, in thousandths.
    pub less: i64,
}

impl Run {
    /// Its sums.
    #[must_use]
    pub fn sums(&self) -> Sums {
        let mut sums = Sums { lines: self.lines.len(), people: self.people, ..Sums::default() };
        for line in &self.lines {
            let change = line.then.saturating_sub(line.now);
            if change > 0 {
                sums.gain += 1;
                sums.more = sums.more.saturating_add(change);
            } else if change < 0 {
                sums.lose += 1;
                sums.less = sums.less.saturating_sub(change);
            }
        }
        sums
    }

    /// The lines of which something else would come, those that lose first.
    #[must_use]
    pub fn changed(&self) -> Vec<&RunLine> {
        let lose = self.lines.iter().filter(|line| line.then < line.now);
        lose.chain(self.lines.iter().filter(|line| line.then > line.now)).collect()
    }
}

/// Reckons the history once more by what the rule says, where its unit is worth so much. The cap of a person counts over all units of the partner
/// and all accounts of the person, in the order in which things were converted.
#[must_use]
pub fn reckon(rule: RuleId, terms: &Terms, worth: Credits, history: &History) -> Run {
    let (mut held, mut numbers): (BTreeMap<LearnerId, i64>, BTreeMap<LearnerId, usize>) = (BTreeMap::new(), BTreeMap::new());
    let most = terms.most.filter(|_| terms.direction == Direction::In).map(Credits::milli);
    let mut lines = Vec::new();
    for line in &history.lines {
        let person = person_of(history, line);
        let stands = held.entry(person).or_default();
        if line.unit != terms.unit {
            *stands = stands.saturating_add(line.came);
            continue;
        }
        let reaches = line.levels.reach(terms.least);
        let comes = gives(terms.direction, terms.fraction, worth, line.value).filter(|_| reaches).map_or(0, Credits::milli);
        let then = if most.is_some_and(|most| stands.saturating_add(comes) > most) { 0 } else { comes };
        *stands = stands.saturating_add(then);
        let next = numbers.len() + 1;
        let person = *numbers.entry(person).or_insert(next);
        lines.push(RunLine { person, at: line.at, value: line.value, now: line.came, then });
    }
    Run { digest: digest(rule, terms, worth, history), people: numbers.len(), lines }
}

fn person_of(history: &History, line: &ConvertedLine) -> LearnerId {
    history.primaries.get(&line.learner).copied().unwrap_or(line.learner)
}

fn digest(rule: RuleId, terms: &Terms, worth: Credits, history: &History) -> Digest {
    let before = history.before.map(|id| id.to_string()).unwrap_or_default();
    let line = |line: &ConvertedLine| {
        let levels = (line.levels.identity.value(), line.levels.supervision.value());
        let (person, at) = (person_of(history, line), line.at.ms());
        let (transfer, unit, value, came) = (line.transfer, &line.unit, line.value, line.came);
        format!("{person} {transfer} {unit} {value} {came} {} {} {at}\n", levels.0, levels.1)
    };
    let lines: String = history.lines.iter().map(line).collect();
    digest_of(&[
        b"conversion run",
        rule.uuid().as_bytes(),
        terms.digest().bytes(),
        before.as_bytes(),
        &worth.milli().to_be_bytes(),
        lines.as_bytes(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversions::sample_rule;
    use crate::recognition::Levels;

    fn id<T>(number: u128) -> crate::kernel::Id<T> {
        crate::kernel::Id::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn line(number: u128, learner: u128, unit: &str, value: i64, came: i64) -> ConvertedLine {
        let levels = Levels::from_values(2, 2).unwrap();
        let at = Timestamp::from_ms(i64::try_from(number).unwrap());
        ConvertedLine { learner: id(learner), transfer: id(number), unit: unit.to_owned(), value, came, levels, at }
    }

    fn run(change: impl FnOnce(&mut Terms), lines: Vec<ConvertedLine>, worth: i64) -> Run {
        let mut terms = sample_rule(id(1), "").terms();
        change(&mut terms);
        let history = History { before: None, lines, primaries: [(id(12), id(11))].into() };
        reckon(id(1), &terms, Credits::from_milli(worth).unwrap(), &history)
    }

    fn then(run: &Run) -> Vec<i64> {
        run.lines.iter().map(|line| line.then).collect()
    }

    #[test]
    fn lines_of_the_unit_are_reckoned_once_more_and_capped_at_its_worth() {
        let lines = vec![line(1, 11, "T05", 1000, 500), line(2, 13, "T06", 9000, 750), line(3, 14, "T05", 9000, 250)];
        let run = run(|_| (), lines, 750);
        // 1000 thirds in steps of a quarter are 250; 9000 would be 3000, the unit is worth 750.
        assert_eq!((then(&run), run.people), (vec![250, 750], 2));
        let sums = Sums { lines: 2, people: 2, gain: 1, lose: 1, more: 500, less: 250 };
        assert_eq!((run.sums(), run.changed().len(), run.changed()[0].then), (sums, 2, 250));
    }

    #[test]
    fn the_cap_counts_over_all_units_and_accounts_of_a_person_in_their_order() {
        let lines = vec![
            line(1, 11, "T06", 1, 600),
            line(2, 12, "T05", 1000, 250),
            line(3, 11, "T05", 1000, 250),
            line(4, 13, "T05", 1000, 250),
        ];
        let run = run(|terms| terms.most = Credits::from_milli(1000), lines, 1000);
        assert_eq!((then(&run), run.people), (vec![250, 0, 250], 2));
    }

    #[test]
    fn what_does_not_reach_the_evidence_comes_to_nothing() {
        let run = run(|terms| terms.least = Levels::from_values(2, 3).unwrap(), vec![line(1, 11, "T05", 1000, 250)], 1000);
        assert_eq!((then(&run), run.sums().less), (vec![0], 250));
    }

    #[test]
    fn an_award_that_goes_out_counts_at_most_what_its_unit_is_worth_and_no_cap() {
        let out = |terms: &mut Terms| {
            terms.direction = Direction::Out;
            terms.most = Credits::from_milli(1);
        };
        assert_eq!(then(&run(out, vec![line(1, 11, "T05", 3000, 1000)], 1500)), [500]);
    }

    #[test]
    fn another_draft_worth_or_history_makes_another_digest() {
        let one = || vec![line(1, 11, "T05", 1000, 250)];
        let first = run(|_| (), one(), 750).digest;
        assert_eq!(run(|_| (), one(), 750).digest, first);
        let others = [
            run(|terms| terms.promised_days = 11, one(), 750).digest,
            run(|_| (), one(), 1000).digest,
            run(|_| (), Vec::new(), 750).digest,
            run(|_| (), vec![line(1, 11, "T05", 1000, 251)], 750).digest,
        ];
        assert!(others.iter().all(|other| *other != first));
    }
}
