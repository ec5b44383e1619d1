//! A conversion rule and what comes of it.

use uuid::Uuid;

use super::rules::{Direction, RuleState, TestCase};
use crate::kernel::{AgencyId, Credits, Day, Digest, LearnerId, OrganisationId, RuleId, Timestamp, digest_of};
use crate::ledger::{self, Fraction};
use crate::recognition::{self, Deciders, Levels};

/// What a rule says: the same in a form, in a file and in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// With whom.
    pub partner: OrganisationId,
    /// Which way.
    pub direction: Direction,
    /// The unit that is credited (in), or whose award is given (out), by its code.
    pub unit: String,
    /// What result, in words.
    pub title: String,
    /// In: thousandths of the partner's unit into milli-credits. Out: the other way. In whole steps.
    pub fraction: Fraction,
    /// The evidence asked for at least.
    pub least: Levels,
    /// What is to be sent along, in words for the learner.
    pub evidence: String,
    /// The first day.
    pub from: Day,
    /// The last day; none: until it is replaced.
    pub until: Option<Day>,
    /// Who decides.
    pub deciders: Deciders,
    /// The most that may stand of one person by this partner.
    pub most: Option<Credits>,
    /// Working days are not told apart: days within which an answer is promised.
    pub promised_days: u32,
    /// What is certified and what has to come of it.
    pub tests: Vec<TestCase>,
}

/// A rule that was ended before its time: on which day, by whom, why.
pub type Ended = (Day, LearnerId, String);

/// One version of a conversion rule, or a draft of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// The agency that publishes it.
    pub agency: AgencyId,
    /// With whom it converts.
    pub partner: OrganisationId,
    /// Their name on the day it was written.
    pub partner_name: String,
    /// Which way.
    pub direction: Direction,
    /// The unit that is credited (in), or whose award is given (out), by its code.
    pub unit: String,
    /// 1 for the first of this agency, direction, partner and unit; 0 for a draft.
    pub version: u32,
    /// What result, in words.
    pub title: String,
    /// In: thousandths of the partner's unit into milli-credits. Out: milli-credits into thousandths of the partner's unit.
    pub fraction: Fraction,
    /// The evidence asked for at least.
    pub least: Levels,
    /// What is to be sent along, in words for the learner.
    pub evidence: String,
    /// The first day.
    pub from: Day,
    /// The last day; none: until it is replaced.
    pub until: Option<Day>,
    /// Who decides.
    pub deciders: Deciders,
    /// The most that may stand of one person by this partner.
    pub most: Option<Credits>,
    /// Days within which an answer is promised.
    pub promised_days: u32,
    /// What is certified and what has to come of it.
    pub tests: Vec<TestCase>,
    /// Where it stands.
    pub state: RuleState,
    /// Who wrote it.
    pub drafted_by: LearnerId,
    /// When.
    pub drafted_at: Timestamp,
    /// Who published it.
    pub published_by: Option<LearnerId>,
    /// When.
    pub published_at: Option<Timestamp>,
    /// Where it was ended before its time.
    pub ended: Option<Ended>,
}

/// How a version of a rule stands in the ledger.
pub(super) fn version_name(id: RuleId, version: impl std::fmt::Display) -> String {
    format!("cr-{id}/v{version}")
}

impl Rule {
    /// A draft that says this and nothing more: of no agency, by nobody, at no time.
    pub(super) fn draft_of(id: RuleId, partner_name: String, terms: Terms) -> Self {
        Self {
            id,
            agency: AgencyId::from_uuid(Uuid::nil()),
            partner: terms.partner,
            partner_name,
            direction: terms.direction,
            unit: terms.unit,
            version: 0,
            title: terms.title,
            fraction: terms.fraction,
            least: terms.least,
            evidence: terms.evidence,
            from: terms.from,
            until: terms.until,
            deciders: terms.deciders,
            most: terms.most,
            promised_days: terms.promised_days,
            tests: terms.tests,
            state: RuleState::Draft,
            drafted_by: LearnerId::NOBODY,
            drafted_at: Timestamp::from_ms(0),
            published_by: None,
            published_at: None,
            ended: None,
        }
    }

    /// Whether somebody ended it before its time, as against: it ran out, or another version replaced it.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.state == RuleState::Ended
    }

    /// What comes of `value` where the unit is worth so much: never more than that; none: nothing comes of it. In: thousandths of the partner's
    /// unit into credit. Out: milli-credits into thousandths of the partner's unit.
    #[must_use]
    pub fn gives(&self, worth: Credits, value: i64) -> Option<Credits> {
        gives(self.direction, self.fraction, worth, value)
    }

    /// How it stands in the ledger as version of the rule.
    #[must_use]
    pub fn version_name(&self) -> String {
        version_name(self.id, self.version)
    }

    /// As recognition asks for it, where the unit is worth so much.
    #[must_use]
    pub fn for_recognition(&self, worth: Credits) -> recognition::ConversionRule {
        recognition::ConversionRule {
            partner: self.partner,
            unit: self.unit.clone(),
            fraction: self.fraction,
            worth,
            least: self.least,
            version: self.version_name(),
            from: self.from,
            until: self.until,
            deciders: self.deciders,
            most: self.most,
        }
    }

    /// What it says.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms {
            partner: self.partner,
            direction: self.direction,
            unit: self.unit.clone(),
            title: self.title.clone(),
            fraction: self.fraction,
            least: self.least,
            evidence: self.evidence.clone(),
            from: self.from,
            until: self.until,
            deciders: self.deciders,
            most: self.most,
            promised_days: self.promised_days,
            tests: self.tests.clone(),
        }
    }
}

/// What comes of `value`; see [`Rule::gives`].
#[must_use]
pub(super) fn gives(direction: Direction, fraction: Fraction, worth: Credits, value: i64) -> Option<Credits> {
    match direction {
        Direction::In => Some(recognition::converted_within(value, fraction, worth)?.credited.credits()),
        Direction::Out => Some(ledger::convert(value.min(worth.milli()), fraction)?.credited.credits()),
    }
}

/// A test case that does not come out: what it is, what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The case.
    pub case: TestCase,
    /// What comes of it instead.
    pub gives: Credits,
}

impl Terms {
    /// The test cases that do not come out.
    #[must_use]
    pub fn failed(&self, worth: Credits) -> Vec<Failed> {
        let tried = self.tests.iter().map(|case| {
            let gives = gives(self.direction, self.fraction, worth, case.value).unwrap_or_default();
            Failed { case: *case, gives }
        });
        tried.filter(|tried| tried.gives != tried.case.expects).collect()
    }

    /// Digest over all it says.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let Fraction { numerator, denominator, step } = self.fraction;
        let numbers = [
            numerator,
            denominator,
            step.milli(),
            self.least.identity.value(),
            self.least.supervision.value(),
            if self.deciders == Deciders::Two { 2 } else { 1 },
            self.most.map_or(0, Credits::milli),
            i64::from(self.promised_days),
        ];
        let numbers: Vec<u8> = numbers.into_iter().flat_map(i64::to_be_bytes).collect();
        let tests: Vec<String> = self.tests.iter().map(|case| case.code()).collect();
        let days = format!("{} {}", self.from, self.until.map(|day| day.to_string()).unwrap_or_default());
        digest_of(&[
            b"conversion rule",
            self.partner.uuid().as_bytes(),
            self.direction.code().as_bytes(),
            self.unit.as_bytes(),
            self.title.as_bytes(),
            &numbers,
            self.evidence.as_bytes(),
            days.as_bytes(),
            tests.join(" ").as_bytes(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversions::sample_rule;

    #[test]
    fn a_draft_says_all_that_its_terms_say_and_has_nothing_of_its_own() {
        let id = RuleId::from_uuid(Uuid::from_u128(1));
        let sample = sample_rule(id, "开放大学");
        let (first, last) = (sample.from.plus_days(30), sample.from.plus_days(60));
        let terms = Terms { from: first, until: Some(last), deciders: Deciders::One, most: None, ..sample.terms() };
        let draft = Rule::draft_of(id, "开放大学".to_owned(), terms.clone());
        assert_eq!((draft.terms(), draft.partner_name.as_str()), (terms, "开放大学"));
        assert_eq!((draft.state, draft.version, draft.published_at, draft.published_by), (RuleState::Draft, 0, None, None));
        assert_ne!(draft.agency, sample.agency);
    }
}
