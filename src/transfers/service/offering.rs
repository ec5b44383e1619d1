//! The learner's side: which awards can go where, and offering one.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{said_of, standing};
use crate::agencies;
use crate::config::Keys;
use crate::conversions::{self, Direction, Rule};
use crate::db::{OnceKey, Tx};
use crate::kernel::{Acting, Credits, Day, Digest, LearnerId, RuleId, Timestamp, TransferId, digest_of};
use crate::ledger;
use crate::outbox::Standing;
use crate::recognition::{self, EntryState, Instruction, Levels, OfferStands, PassbookEntry};
use crate::transfers::{Error, Offer, queries};

/// An award that could go out by a rule.
#[derive(Clone, Debug)]
pub struct Way {
    /// The rule.
    pub rule: Rule,
    /// In which account the award stands.
    pub account: LearnerId,
    /// The award.
    pub award: TransferId,
    /// How much it is.
    pub amount: Credits,
    /// What the receiver gives for it, in thousandths of its unit.
    pub gives: i64,
    /// The evidence that it needs at least: what the rule asks for, and what any award needs that goes out.
    pub least: Levels,
}

impl Way {
    /// The way of an award by a rule, where the unit is worth so much; none where nothing comes of it.
    fn of(
        rule: &Rule,
        (account, award, amount): (LearnerId, TransferId, Credits),
        (least, worth): (Levels, Credits),
    ) -> Option<Self> {
        let gives = rule.gives(worth, amount.milli())?.milli();
        (gives > 0).then(|| Self { rule: rule.clone(), account, award, amount, gives, least })
    }

    /// What is confirmed, as a digest that the form carries.
    #[must_use]
    pub fn shown(&self) -> Digest {
        let figures = [self.amount.milli(), self.gives, i64::from(self.rule.version)];
        let figures: Vec<u8> = figures.into_iter().flat_map(i64::to_be_bytes).collect();
        digest_of(&[b"transfer out", self.rule.id.uuid().as_bytes(), self.award.uuid().as_bytes(), &figures])
    }

    /// Until when the receiver answers where it is offered today: to the end of the last promised day.
    #[must_use]
    pub fn due_at(&self, today: Day) -> Timestamp {
        today.plus_days(self.rule.promised_days.saturating_add(1)).start()
    }
}

/// The awards of a learner that could go out today, by rule; `least` is the evidence without which nothing goes out, whatever a rule asks for, `worth`
/// says what a unit is worth.
///
/// # Errors
/// What the database answers.
pub async fn list_ways(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    today: Day,
    (least, worth): (Levels, impl Fn(&str) -> Option<Credits>),
) -> Result<Vec<Way>, Error> {
    let rules = conversions::rules_in_force(db, Direction::Out, today).await?;
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let passbook = recognition::passbook_of(db, learner).await?;
    let mut ways = Vec::new();
    for rule in &rules {
        let (Some(worth), least) = (worth(&rule.unit), rule.least.at_least(least)) else { continue };
        let is_award = |entry: &&PassbookEntry| {
            entry.unit.as_deref() == Some(rule.unit.as_str())
                && matches!(entry.code, ledger::Code::Issue | ledger::Code::ConvertIn)
                && entry.state == EntryState::Stands
        };
        for entry in passbook.entries.iter().filter(is_award) {
            // What was credited for a partner's result goes out as what was passed here does: on the evidence it rests on.
            let reaches = passbook.results_for(entry).any(|result| result.levels().reach(least));
            if reaches {
                ways.extend(Way::of(rule, (entry.account, entry.transfer, entry.amount), (least, worth)));
            }
        }
    }
    Ok(ways)
}

/// The way of one award by one rule.
///
/// # Errors
/// [`Error::NoSuch`] where it cannot go so.
pub async fn find_way(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    (rule, award): (RuleId, TransferId),
    (today, least, worth): (Day, Levels, impl Fn(&str) -> Option<Credits>),
) -> Result<Way, Error> {
    let ways = list_ways(db, learner, today, (least, worth)).await?;
    ways.into_iter().find(|way| (way.rule.id, way.award) == (rule, award)).ok_or(Error::NoSuch)
}

/// An award to be offered.
#[derive(Clone, Debug)]
pub struct Offering {
    /// As it was looked up for the page.
    pub way: Way,
    /// Whose hand.
    pub acting: Acting,
    /// What the form carries of what was shown.
    pub shown: Digest,
    /// The form's key.
    pub once: OnceKey,
    /// Where the learner stands.
    pub standing: Standing,
}

/// Offers an award by a rule, as it was shown; the same form once more is the first. Gives the number of the offer.
///
/// # Errors
/// [`Error::AnothersHand`], [`Error::Stale`]; where the agency does not work; what recognition refuses.
pub async fn offer(tx: &Tx, new: &Offering) -> Result<TransferId, Error> {
    let way = &new.way;
    if new.acting.helper.is_some() {
        return Err(Error::AnothersHand);
    }
    let agency = agencies::find_agency(tx, way.rule.agency).await?.ok_or(Error::NoSuch)?;
    let instruction = Instruction {
        learner: way.account,
        officer: new.acting.actor(),
        evidence: new.shown,
        responsible_org: agency.name.clone(),
        once: new.once.clone(),
        standing: &new.standing,
    };
    let due_at = way.due_at(tx.now.day());
    let offered = recognition::Offer {
        award: way.award,
        receiver: way.rule.partner,
        due_at,
        least: way.least,
        rule_version: way.rule.version_name(),
    };
    let transfer = recognition::offer_out(tx, &instruction, &offered).await?;
    // The chain is held since: what is read now is what is booked on.
    must_be_as_shown(tx, new).await?;
    agencies::must_work(tx, way.rule.agency).await?;
    let row = Offer {
        learner: way.account,
        transfer,
        rule: way.rule.id,
        receiver: way.rule.partner,
        award: way.award,
        unit: way.rule.unit.clone(),
        amount: way.amount,
        gives: way.gives,
        shown: new.shown,
        offered_at: tx.now,
        due_at,
        said_sealed: None,
    };
    queries::insert(tx, &row).await?;
    Ok(transfer)
}

/// The rule is the one in force, and what it comes to is what was shown.
async fn must_be_as_shown(tx: &Tx, new: &Offering) -> Result<(), Error> {
    let (way, rule) = (&new.way, &new.way.rule);
    let now = conversions::rule_in_force(tx, rule.agency, Direction::Out, rule.partner, &rule.unit, tx.now.day()).await?;
    let is_same_rule = now.is_some_and(|now| now.id == rule.id);
    let award = ledger::find_transfer(tx, way.account, way.award).await?;
    let is_same_award = award.is_some_and(|award| award.amount.credits() == way.amount);
    if is_same_rule && is_same_award && way.shown() == new.shown { Ok(()) } else { Err(Error::Stale) }
}

/// The offers of these accounts with how each stands, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_own(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<(Offer, OfferStands)>, Error> {
    standing(db, queries::list_of(db, accounts).await?).await
}

/// One offer of these accounts, how it stands, and what the receiver said.
///
/// # Errors
/// [`Error::NoSuch`] where it is none of theirs.
pub async fn find_own(
    db: &impl ConnectionTrait,
    keys: &Keys,
    accounts: &[LearnerId],
    transfer: TransferId,
) -> Result<(Offer, OfferStands, String), Error> {
    let offer = queries::find(db, transfer).await?.filter(|offer| accounts.contains(&offer.learner)).ok_or(Error::NoSuch)?;
    let said = said_of(db, keys, &offer).await?;
    let (offer, stands) = standing(db, vec![offer]).await?.pop().ok_or(Error::NoSuch)?;
    Ok((offer, stands, said))
}

/// What was shown and said of somebody's transfers: part of "my data".
///
/// # Errors
/// What the database answers; words that do not open.
pub async fn export(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId) -> Result<Value, Error> {
    let mut told = Vec::new();
    for offer in queries::list_of(db, &[learner]).await? {
        let said = said_of(db, keys, &offer).await?;
        told.push(json!({
            "transfer": offer.transfer, "award": offer.award, "receiver": offer.receiver, "unit": offer.unit,
            "milli": offer.amount.milli(), "gives_thousandths": offer.gives, "rule": offer.rule,
            "offered_at_ms": offer.offered_at.ms(), "due_at_ms": offer.due_at.ms(), "said": said,
        }));
    }
    Ok(Value::Array(told))
}
