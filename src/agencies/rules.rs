//! The unified social credit code, which delegation is in force, what it allows, how a quota is handed out. Pure.

use crate::kernel::{Credits, Day, DelegationId, LearnerId, Timestamp};

/// Characters of the grounds and reasons that are kept for the file.
pub const MOST_WORDS: usize = 500;
/// Days that a new key may be set ahead.
pub const MOST_DAYS_AHEAD: u32 = 90;
/// Years that a delegation may last.
pub const MOST_YEARS: u32 = 5;
/// The most credit that a limit may say: a million, in milli-credits.
pub const MOST_CREDIT_MILLI: i64 = 1_000_000_000;

/// The 31 characters of GB 32100-2015: digits, and letters without I, O, S, V, Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const CODE_LENGTH: usize = 18;

/// A unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, of which the last checks the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditCode(String);

/// Why something is no such code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongCode {
    /// It has so many characters.
    Length(usize),
    /// A character that no code has.
    Character(char),
    /// The last character does not check the others.
    Check,
}

impl CreditCode {
    /// The code written in `text`: capitals, no spaces.
    ///
    /// # Errors
    /// [`WrongCode`].
    pub fn parse(text: &str) -> Result<Self, WrongCode> {
        let mut values = Vec::with_capacity(CODE_LENGTH);
        for c in text.chars() {
            values.push(ALPHABET.find(c).ok_or(WrongCode::Character(c))?);
        }
        match values.split_last() {
            Some((check, body)) if values.len() == CODE_LENGTH => {
                if *check == check_of(body) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(WrongCode::Check)
                }
            }
            _ => Err(WrongCode::Length(values.len())),
        }
    }

    /// The code as it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The check value: 31 less the sum of each value times 3 to the power of its place, modulo 31.
fn check_of(body: &[usize]) -> usize {
    let step = |(sum, weight): (usize, usize), value: &usize| ((sum + value * weight) % 31, weight * 3 % 31);
    let (sum, _) = body.iter().fold((0, 1), step);
    (31 - sum) % 31
}

/// Where a delegation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for a second person.
    Open,
    /// Agreed to.
    Approved,
    /// Not agreed to.
    Refused,
    /// Its asker took it back.
    Withdrawn,
}

impl State {
    /// The code in tables, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Approved, Self::Refused, Self::Withdrawn].into_iter().find(|state| state.code() == code)
    }
}

/// What an agency may do: the same in a request and in what was agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Powers {
    /// Codes of the certification units it may recognise, in their order.
    pub units: Vec<String>,
    /// Codes of the kinds of certificate it may issue, in their order; none: it issues none.
    pub kinds: Vec<String>,
    /// Those of them that an officer issues only with a second person.
    pub second_for: Vec<String>,
    /// What it may recognise for one learner, in all.
    pub per_learner: Credits,
    /// What it may recognise in a calendar year.
    pub per_year: Credits,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
}

/// One version of a delegation (授权).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Its id.
    pub id: DelegationId,
    /// What it allows.
    pub powers: Powers,
    /// Why, for the file.
    pub ground: String,
    /// Where it stands.
    pub state: State,
    /// Who asked for it, and when.
    pub asked: (LearnerId, Timestamp),
    /// Who decided.
    pub decider: Option<LearnerId>,
    /// When it was decided or taken back.
    pub decided_at: Option<Timestamp>,
    /// Why it was not agreed to.
    pub answer: Option<String>,
    /// When it was ended before its time, by whom, and why.
    pub ended: Option<(Timestamp, LearnerId, String)>,
}

impl Delegation {
    /// The day from which it counts: its first day, but never before somebody agreed. None where nobody did.
    #[must_use]
    pub fn begins(&self) -> Option<Day> {
        let decided = self.decided_at.filter(|_| self.state == State::Approved)?;
        Some(self.powers.from.max(decided.day()))
    }

    /// Whether it would count for nothing any more, today or on a later day, were its agency taken down: also one that waits for a second person.
    #[must_use]
    pub fn ends_with_its_agency(&self, today: Day) -> bool {
        let is_left = matches!(self.state, State::Open | State::Approved) && self.ended.is_none();
        is_left && today <= self.powers.until
    }
}

/// The delegation in force on `day`: of those that have begun the one that was agreed to last, as long as it has neither run out nor been ended.
/// What was replaced does not come back when the newer one is over: not even where that was ended before its first day, since one person alone
/// would undo then what two have agreed to. From its first day on nothing is in force, but what was agreed to after it.
#[must_use]
pub fn in_force(versions: &[Delegation], day: Day) -> Option<&Delegation> {
    let begun = versions.iter().filter_map(|version| Some((version.begins()?, version.decided_at, version)));
    let last = begun.filter(|(begins, _, _)| *begins <= day).max_by_key(|(begins, decided, _)| (*decided, *begins));
    let (_, _, version) = last?;
    let is_ended = version.ended.as_ref().is_some_and(|(at, _, _)| at.day() <= day);
    (day <= version.powers.until && !is_ended).then_some(version)
}

/// For how long each of an agency's keys signs, the oldest first: from when, and until which day another takes over. `from` are their first
/// days as they were set, in the order in which they were made. None for a key that signs never: a newer one begins no later than it.
#[must_use]
pub fn key_spans(from: &[Day]) -> Vec<Option<(Day, Option<Day>)>> {
    let mut next: Option<Day> = None;
    let mut spans = Vec::with_capacity(from.len());
    for first in from.iter().rev() {
        let signs = next.is_none_or(|next| *first < next);
        spans.push(signs.then_some((*first, next)));
        next = Some(next.map_or(*first, |next| next.min(*first)));
    }
    spans.reverse();
    spans
}

/// Why a delegation does not allow something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDelegated {
    /// Not this unit.
    Unit,
    /// Not this kind of certificate.
    Kind,
    /// More than it may recognise for one learner; so much is left.
    OverPerLearner(Credits),
}

impl Powers {
    /// Whether `credits` for `unit` may be recognised for somebody for whom it has recognised `already`.
    ///
    /// # Errors
    /// [`NotDelegated`].
    pub fn allow(&self, unit: &str, credits: Credits, already: Credits) -> Result<(), NotDelegated> {
        if !self.units.iter().any(|one| one == unit) {
            return Err(NotDelegated::Unit);
        }
        if already.plus(credits) <= self.per_learner {
            return Ok(());
        }
        let left = self.per_learner.milli().saturating_sub(already.milli()).max(0);
        Err(NotDelegated::OverPerLearner(Credits::from_milli(left).unwrap_or_default()))
    }

    /// Whether certificates of this kind may be issued.
    ///
    /// # Errors
    /// [`NotDelegated::Kind`].
    pub fn allow_kind(&self, kind: &str) -> Result<(), NotDelegated> {
        if self.kinds.iter().any(|one| one == kind) { Ok(()) } else { Err(NotDelegated::Kind) }
    }

    /// Whether certificates of this kind are issued by two people.
    #[must_use]
    pub fn needs_second(&self, kind: &str) -> bool {
        self.second_for.iter().any(|one| one == kind)
    }
}

/// Parts in which a quota is used up side by side.
pub const SLOTS: u8 = 8;

/// What is handed out at once where `amount` is asked for: some twenty times as much, but never more than a thirty-second of the quota, so that
/// little lies about in blocks when it comes to an end.
#[must_use]
pub fn block_of(limit: i64, amount: i64) -> i64 {
    amount.max((limit / 32).min(amount.saturating_mul(20)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_code_is_18_characters_of_31_with_the_last_checking_the_others() {
        let cases = [
            // The example of the standard itself.
            ("91350100M000100Y43", Ok(())),
            ("12330182MB1A234560", Ok(())),
            ("52330182MJ9876543E", Ok(())),
            ("91350100M000100Y44", Err(WrongCode::Check)),
            ("91350100M000100YX3", Err(WrongCode::Check)),
            ("19350100M000100Y43", Err(WrongCode::Check)),
            ("91350100M000100Y4", Err(WrongCode::Length(17))),
            ("91350100M000100Y433", Err(WrongCode::Length(19))),
            ("", Err(WrongCode::Length(0))),
            ("91350100M000I00Y43", Err(WrongCode::Character('I'))),
            ("91350100m000100Y43", Err(WrongCode::Character('m'))),
            ("91350100M000１00Y43", Err(WrongCode::Character('１'))),
            ("91350100 000100Y43", Err(WrongCode::Character(' '))),
        ];
        for (text, expected) in cases {
            assert_eq!(CreditCode::parse(text).map(|_| ()), expected, "{text}");
        }
    }

    #[test]
    fn every_single_slip_and_every_swap_of_neighbours_is_found() {
        let good: Vec<char> = "91350100M000100Y43".chars().collect();
        for at in 0..good.len() {
            for c in ALPHABET.chars().filter(|c| *c != good[at]) {
                let mut slip = good.clone();
                slip[at] = c;
                assert!(CreditCode::parse(&slip.iter().collect::<String>()).is_err(), "{at} {c}");
            }
            if at + 1 < good.len() && good[at] != good[at + 1] {
                let mut swap = good.clone();
                swap.swap(at, at + 1);
                assert!(CreditCode::parse(&swap.iter().collect::<String>()).is_err(), "{at}");
            }
        }
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn version(number: u128, (from, until): (&str, &str), decided: Option<&str>, ended: Option<&str>) -> Delegation {
        let nobody = LearnerId::NOBODY;
        let credits = |milli| Credits::from_milli(milli).unwrap();
        Delegation {
            id: DelegationId::from_uuid(uuid::Uuid::from_u128(number)),
            powers: Powers {
                units: vec!["T01".to_owned(), "T19".to_owned()],
                kinds: vec!["unit".to_owned()],
                second_for: Vec::new(),
                per_learner: credits(1_000),
                per_year: credits(10_000),
                from: day(from),
                until: day(until),
            },
            ground: String::new(),
            state: if decided.is_some() { State::Approved } else { State::Open },
            asked: (nobody, Timestamp::from_ms(0)),
            decider: decided.map(|_| nobody),
            decided_at: decided.map(|text| day(text).start()),
            answer: None,
            ended: ended.map(|text| (day(text).start().plus_minutes(600), nobody, String::new())),
        }
    }

    #[test]
    fn of_the_versions_that_have_begun_the_one_agreed_to_last_is_in_force_until_it_ends() {
        let (year, half) = (("2026-01-01", "2026-12-31"), ("2026-06-01", "2026-06-30"));
        let first = || version(1, year, Some("2025-12-20"), None);
        let ended_early = || version(2, half, Some("2026-05-01"), Some("2026-05-02"));
        let after_it = || version(3, ("2026-05-10", "2026-12-31"), Some("2026-05-05"), None);
        let cases = [
            ("nobody agreed yet", vec![version(1, year, None, None)], "2026-03-01", None),
            ("before its first day", vec![first()], "2025-12-31", None),
            ("on its first day", vec![first()], "2026-01-01", Some(1)),
            ("on its last day", vec![first()], "2026-12-31", Some(1)),
            ("after its last day", vec![first()], "2027-01-01", None),
            ("agreed to late", vec![version(1, year, Some("2026-03-01"), None)], "2026-02-28", None),
            ("from when it was agreed to", vec![version(1, year, Some("2026-03-01"), None)], "2026-03-01", Some(1)),
            ("replaced from a day", vec![first(), version(2, half, Some("2026-05-01"), None)], "2026-06-01", Some(2)),
            ("not before that day", vec![first(), version(2, half, Some("2026-05-01"), None)], "2026-05-31", Some(1)),
            ("does not come back", vec![first(), version(2, half, Some("2026-05-01"), None)], "2026-07-01", None),
            ("ended before it began, still used", vec![first(), ended_early()], "2026-05-31", Some(1)),
            ("ended before it began, from its day", vec![first(), ended_early()], "2026-06-01", None),
            ("of two days the later word", vec![first(), version(2, year, Some("2025-12-21"), None)], "2026-03-01", Some(2)),
            ("agreed to after the later one was ended", vec![first(), ended_early(), after_it()], "2026-05-20", Some(3)),
            ("and not hidden by that one's day", vec![first(), ended_early(), after_it()], "2026-06-01", Some(3)),
            (
                "the later word, though it begins earlier",
                vec![version(2, half, Some("2026-05-01"), None), after_it()],
                "2026-06-15",
                Some(3),
            ),
            ("the day before its end", vec![version(1, year, Some("2026-01-01"), Some("2026-04-02"))], "2026-04-01", Some(1)),
            ("ended", vec![version(1, year, Some("2026-01-01"), Some("2026-04-02"))], "2026-04-02", None),
        ];
        for (what, versions, on, expected) in cases {
            let found = in_force(&versions, day(on)).map(|found| found.id.uuid().as_u128());
            assert_eq!(found, expected, "{what}");
        }
    }

    #[test]
    fn a_key_signs_until_a_newer_one_begins_and_never_where_that_begins_no_later() {
        let cases = [
            ("one", "05-01", "05-01.."),
            ("one after the other", "05-01 05-04 05-05", "05-01..05-04 05-04..05-05 05-05.."),
            ("passed over by an earlier one", "05-01 06-01 05-10", "05-01..05-10 never 05-10.."),
            ("passed over on its own day", "05-01 06-01 06-01", "05-01..06-01 never 06-01.."),
            ("passed over, and replaced", "05-01 06-01 05-10 06-01", "05-01..05-10 never 05-10..06-01 06-01.."),
        ];
        for (what, from, expected) in cases {
            let from: Vec<Day> = from.split(' ').map(|text| day(&format!("2026-{text}"))).collect();
            let short = |day: Day| day.to_string()[5..].to_owned();
            let words = |span: &Option<(Day, Option<Day>)>| match span {
                Some((from, until)) => format!("{}..{}", short(*from), until.map(short).unwrap_or_default()),
                None => "never".to_owned(),
            };
            assert_eq!(key_spans(&from).iter().map(words).collect::<Vec<_>>().join(" "), expected, "{what}");
        }
    }

    #[test]
    fn a_delegation_allows_its_units_and_kinds_up_to_what_one_learner_may_have() {
        let powers = version(1, ("2026-01-01", "2026-12-31"), Some("2026-01-01"), None).powers;
        let credits = |milli| Credits::from_milli(milli).unwrap();
        let cases = [
            ("T01", 250, 0, Ok(())),
            ("T19", 250, 750, Ok(())),
            ("T19", 251, 750, Err(NotDelegated::OverPerLearner(credits(250)))),
            ("T19", 1, 5_000, Err(NotDelegated::OverPerLearner(credits(0)))),
            ("T02", 250, 0, Err(NotDelegated::Unit)),
            ("", 250, 0, Err(NotDelegated::Unit)),
        ];
        for (unit, amount, already, expected) in cases {
            assert_eq!(powers.allow(unit, credits(amount), credits(already)), expected, "{unit} {amount} after {already}");
        }
        assert_eq!(powers.allow_kind("unit"), Ok(()));
        assert_eq!(powers.allow_kind("full"), Err(NotDelegated::Kind));
    }

    #[test]
    fn a_block_is_at_least_what_is_asked_for_and_a_small_part_of_the_quota() {
        for (limit, amount, block) in
            [(40, 1, 1), (40_000, 1_000, 1_250), (1_000_000, 250, 5_000), (1_000, 900, 900), (0, 250, 250)]
        {
            assert_eq!(block_of(limit, amount), block, "{limit} {amount}");
        }
    }
}
