//! What its owner does with an application: send it, take it back, appeal.

use super::{CODE_NUMBER, NewStep, PLACE_NUMBER, keep, note, remove_evidence, was_done};
use crate::agencies;
use crate::applications::deeds::hands_of;
use crate::applications::queries::{applications, files};
use crate::applications::rules::{Deed, appeal_until};
use crate::applications::{AGREED_TEXT, Application, Elsewhere, Error, Sent, State};
use crate::config::Keys;
use crate::conversions::{self, Rule};
use crate::db::{OnceKey, Tx, remember};
use crate::identity;
use crate::kernel::{Acting, ApplicationId, Day, Digest, LearnerId, OrganisationId, RuleId, SealKey, mac_of};
use crate::outbox::Standing;
use crate::recognition::normal_number;

/// What is sent, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The partner's number of it.
    pub number: String,
    /// What it is worth there, in thousandths of the partner's unit.
    pub value: i64,
    /// When it was passed.
    pub passed: Day,
    /// Whether it is registered in another credit bank.
    pub elsewhere: Elsewhere,
}

/// The keyed code of a partner's number, in one spelling.
fn number_code(keys: &Keys, partner: OrganisationId, number: &str) -> Digest {
    let number = normal_number(number);
    Digest::from_array(*mac_of(&keys.for_purpose(CODE_NUMBER), &[partner.uuid().as_bytes(), number.as_bytes()]).bytes())
}

/// The number as it was typed; nothing once the key of its owner is gone.
pub(in crate::applications) fn number_of(key: &SealKey, sent: &Sent) -> String {
    sent.number_sealed.as_deref().and_then(|sealed| key.open_text(PLACE_NUMBER, sealed).ok()).unwrap_or_default()
}

/// Sends an application by the version of the rule that was shown, which is the one in force today. The same form again is done already.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::SentAlready`], [`Error::NoEvidence`], [`Error::NoRule`], [`Error::RuleChanged`]; where the agency does not work
/// today.
pub async fn send(
    tx: &Tx,
    keys: &Keys,
    (acting, accounts, standing): (&Acting, &[LearnerId], &Standing),
    (id, shown, details): (ApplicationId, RuleId, &Details),
    (once, digest): (&OnceKey, &Digest),
) -> Result<(), Error> {
    if was_done(tx, acting.learner, (once, digest)).await? {
        return Ok(());
    }
    let own = applications::find_of(tx, accounts, id).await?.ok_or(Error::NoSuch)?;
    identity::hold_person(tx, own.learner).await?;
    let draft = applications::lock(tx, own.learner, id).await?.ok_or(Error::NoSuch)?;
    if draft.state != State::Draft {
        return Err(Error::SentAlready);
    }
    if !files::list(tx, draft.learner, id).await?.iter().any(|piece| piece.file.is_some()) {
        return Err(Error::NoEvidence);
    }
    let rule = super::rule_of(tx, draft.rule, tx.now.day()).await?.ok_or(Error::NoRule)?;
    if rule.id != shown {
        return Err(Error::RuleChanged);
    }
    let agency = agencies::must_work(tx, rule.agency).await?;
    let key = identity::person_key(tx, keys, draft.learner).await?;
    let sent = sent_of(tx, (keys, &key), acting, (&rule, details));
    if !applications::send(tx, &draft, rule.id, &sent).await? {
        return Err(Error::SentAlready);
    }
    let now = Application { rule: rule.id, state: State::Sent, turn: 1, sent: Some(sent), ..draft };
    let step = NewStep {
        deed: Deed::Send,
        actor: acting.actor(),
        to: None,
        why: None,
        words: "",
        examined: None,
        given: None,
        responsible_org: &agency.name,
        place_code: &agency.place_code,
    };
    note(tx, keys, &now, &step, standing).await?;
    Ok(remember(tx, acting.learner, once, digest, &id.to_string()).await?)
}

fn sent_of(tx: &Tx, (keys, key): (&Keys, &SealKey), acting: &Acting, (rule, details): (&Rule, &Details)) -> Sent {
    Sent {
        number_sealed: Some(key.seal(PLACE_NUMBER, details.number.as_bytes())),
        number_code: number_code(keys, rule.partner, &details.number),
        value: details.value,
        passed: details.passed,
        elsewhere: details.elsewhere,
        agreed_text: AGREED_TEXT.to_owned(),
        helper: acting.helper,
        at: tx.now,
        due: tx.now.day().plus_days(rule.promised_days),
    }
}

/// Its owner does something with what was sent, having been shown turn `shown`.
struct Own<'a> {
    acting: &'a Acting,
    accounts: &'a [LearnerId],
    standing: &'a Standing,
    id: ApplicationId,
    shown: i64,
}

impl Own<'_> {
    async fn does(
        &self,
        tx: &Tx,
        keys: &Keys,
        (deed, words): (Deed, &str),
        (once, digest): (&OnceKey, &Digest),
    ) -> Result<(), Error> {
        if was_done(tx, self.acting.learner, (once, digest)).await? {
            return Ok(());
        }
        let own = applications::find_of(tx, self.accounts, self.id).await?.ok_or(Error::NoSuch)?;
        let held = applications::lock(tx, own.learner, self.id).await?.ok_or(Error::NoSuch)?;
        let rule = conversions::get_rule(tx, held.rule).await?;
        let state = held.state.after(deed, hands_of(rule.deciders)).filter(|_| held.turn == self.shown).ok_or(Error::Moved)?;
        let is_late = deed == Deed::Appeal && held.decided_at.is_none_or(|at| appeal_until(at) < tx.now.day());
        if is_late {
            return Err(Error::TooLate);
        }
        let agency = agencies::find_agency(tx, held.agency).await?.ok_or(Error::NoSuch)?;
        let step = NewStep {
            deed,
            actor: self.acting.actor(),
            to: None,
            why: None,
            words,
            examined: None,
            given: None,
            responsible_org: &agency.name,
            place_code: &agency.place_code,
        };
        keep(tx, keys, (&held, state), &step, self.standing).await?;
        if deed == Deed::Withdraw {
            remove_evidence(tx, &held).await?;
        }
        Ok(remember(tx, self.acting.learner, once, digest, &self.id.to_string()).await?)
    }
}

/// Takes an application back while it waits; its evidence is removed at once.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Moved`].
pub(in crate::applications) async fn withdraw(
    tx: &Tx,
    keys: &Keys,
    (acting, accounts, standing): (&Acting, &[LearnerId], &Standing),
    (id, shown): (ApplicationId, i64),
    form: (&OnceKey, &Digest),
) -> Result<(), Error> {
    Own { acting, accounts, standing, id, shown }.does(tx, keys, (Deed::Withdraw, ""), form).await
}

/// Does not agree with a return, and says why.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Moved`], [`Error::TooLate`].
pub(in crate::applications) async fn appeal(
    tx: &Tx,
    keys: &Keys,
    (acting, accounts, standing): (&Acting, &[LearnerId], &Standing),
    (id, shown, words): (ApplicationId, i64, &str),
    form: (&OnceKey, &Digest),
) -> Result<(), Error> {
    Own { acting, accounts, standing, id, shown }.does(tx, keys, (Deed::Appeal, words), form).await
}
