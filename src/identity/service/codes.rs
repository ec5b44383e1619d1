//! Proving a phone by a code. One flow belongs to one browser, by a secret that only it holds: what strangers guess at
//! other flows never uses up its tries. The code follows from the flow: a second text says the same as the first.

use sea_orm::{ConnectionTrait, DbErr};

use super::cards::is_known_device;
use super::notes::{Deed, note, tell};
use super::people::person_key;
use super::{Opening, SignIn, open_session, texts};
use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::identity::Error;
use crate::identity::kinds::CodePurpose;
use crate::identity::queries::doors::{self, Challenge, NewChallenge};
use crate::identity::queries::people::{self, PHONE_PLACE, PersonUpdate};
use crate::identity::queries::sessions;
use crate::identity::roles::Assurance;
use crate::identity::rules::{self, MaySend, Recipient};
use crate::identity::secrets::{self, Origin, Secret};
use crate::identity::values::Phone;
use crate::kernel::{Acting, Digest, LearnerId, SealKey, SessionId, Timestamp};
use crate::outbox::{self, Channel, Letter};

/// The longest look back at texts sent.
const DAY_MS: i64 = 86_400_000;
const CHALLENGE_PLACE: &str = "sms_challenge.phone";

/// A code that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct CodeRequest<'a> {
    /// From where.
    pub origin: &'a Origin,
    /// The secret of the flow.
    pub flow: &'a Secret,
    /// To which phone.
    pub phone: &'a Phone,
    /// What for.
    pub purpose: CodePurpose,
    /// The language of the text.
    pub lang: Lang,
    /// How many texts the bank may send in a day.
    pub sms_per_day: u32,
}

/// What asking for a code came to; the same whether the phone has an account or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeSent {
    /// It is on its way.
    Sent,
    /// One went just now; another may go in so many seconds.
    Wait(i64),
    /// Enough went to this phone today.
    NotToday,
    /// The bank has no texts left today.
    BankUsedUp,
}

/// Sends a code, or the same once more.
///
/// # Errors
/// What the database answers.
pub async fn send_code(tx: &Tx, keys: &Keys, request: CodeRequest<'_>) -> Result<CodeSent, Error> {
    let CodeRequest { origin, flow, phone, purpose, lang, sms_per_day } = request;
    let (flow, index) = (flow.hash(), secrets::phone_index(keys, phone));
    let holder = people::find_by_phone(tx, index.clone()).await?;
    let is_known = is_known_device(tx, origin, holder.unwrap_or(LearnerId::NOBODY)).await?;
    let source = origin.source(keys, is_known);
    let sent = doors::list_texts(tx, &index, tx.now.ms() - DAY_MS).await?;
    match rules::may_send(&sent, &source, tx.now) {
        MaySend::Yes => {}
        MaySend::In(seconds) => return Ok(CodeSent::Wait(seconds)),
        MaySend::NotToday => return Ok(CodeSent::NotToday),
    }
    let place_code = match holder {
        Some(holder) => people::find_place_of(tx, holder).await?,
        None => None,
    };
    let recipient = match (holder, is_known) {
        (None, _) => Recipient::Stranger,
        (Some(_), false) => Recipient::Holder,
        (Some(_), true) => Recipient::KnownDevice,
    };
    if !texts::are_left(tx, recipient, &source, place_code.as_deref(), sms_per_day).await? {
        return Ok(CodeSent::BankUsedUp);
    }
    let goes_out = match doors::find_challenge(tx, &flow).await? {
        Some(before) if before.purpose == purpose && open_phone(keys, &before)? == *phone => doors::send_again(tx, &flow).await?,
        // A flow belongs to one phone and one purpose; another begins another flow.
        Some(_) => return Err(Error::PhoneNotProven),
        None => {
            let phone_sealed = challenge_key(keys).seal(CHALLENGE_PLACE, phone.as_str().as_bytes());
            let had_account = holder.is_some();
            let new = NewChallenge { flow, phone_index: index, phone_sealed, purpose, source, had_account, place_code };
            doors::insert_challenge(tx, new).await?
        }
    };
    if !goes_out {
        // The same form arrived twice at once: the first has sent the text.
        return Ok(CodeSent::Wait(rules::RESEND_MS / 1_000));
    }
    let params = vec![("code", secrets::code_of(keys, &flow, phone))];
    let letter = Letter { learner: holder, channel: Channel::Sms, to: phone.as_str(), template: purpose.letter(), lang, params };
    outbox::send(tx, keys, &letter).await?;
    Ok(CodeSent::Sent)
}

fn challenge_key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("challenge"))
}

fn open_phone(keys: &Keys, challenge: &Challenge) -> Result<Phone, Error> {
    let digits = challenge_key(keys).open_text(CHALLENGE_PLACE, &challenge.phone_sealed)?;
    Phone::parse(&digits).map_err(|_| Error::PhoneNotProven)
}

/// A phone that somebody has proven to hold.
#[derive(Clone, Debug)]
pub struct Proven {
    /// The phone.
    pub phone: Phone,
    /// Whose account it is tied to, if to one.
    pub holder: Option<LearnerId>,
}

/// What a try at a code came to.
#[derive(Clone, Debug)]
pub enum CodeOutcome {
    /// The phone is proven.
    Proven(Proven),
    /// The digits do not fit; more tries are left.
    Wrong,
    /// The code is too old, used up, or never was: a new one is needed.
    Stale,
}

/// Tries a code. A right code may come twice within a minute from the same browser.
///
/// # Errors
/// What the database answers.
pub async fn prove_phone(tx: &Tx, keys: &Keys, flow: &Secret, purpose: CodePurpose, code: &str) -> Result<CodeOutcome, Error> {
    let flow = flow.hash();
    let Some(challenge) = doors::find_challenge(tx, &flow).await?.filter(|challenge| challenge.purpose == purpose) else {
        return Ok(CodeOutcome::Stale);
    };
    let was_used = challenge.verified_at_ms.is_some_and(|at| !rules::is_double_tap(at, tx.now));
    if was_used || !(doors::count_try(tx, &flow).await? || was_just_proven(tx, &flow).await?) {
        return Ok(CodeOutcome::Stale);
    }
    let phone = open_phone(keys, &challenge)?;
    if !secrets::is_same_code(keys, code, &secrets::code_of(keys, &flow, &phone)) {
        return Ok(if challenge.tries + 1 >= rules::TRIES_PER_CODE { CodeOutcome::Stale } else { CodeOutcome::Wrong });
    }
    doors::mark_verified(tx, &flow).await?;
    let holder = people::find_by_phone(tx, secrets::phone_index(keys, &phone)).await?;
    Ok(CodeOutcome::Proven(Proven { phone, holder }))
}

/// Whether a form that arrived many times at once has proven the phone a moment ago, and used up the tries.
async fn was_just_proven(tx: &Tx, flow: &Digest) -> Result<bool, DbErr> {
    let challenge = doors::find_challenge(tx, flow).await?;
    Ok(challenge.and_then(|challenge| challenge.verified_at_ms).is_some_and(|at| rules::is_double_tap(at, tx.now)))
}

/// A flow that this browser has begun.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The phone it asked a code for.
    pub phone: Phone,
    /// What for.
    pub purpose: CodePurpose,
    /// Whether its code can still be used and sent.
    pub is_open: bool,
}

impl Asked {
    /// Whether the code of this phone, asked for this purpose, can still be used and sent.
    #[must_use]
    pub fn is_open_for(&self, phone: &Phone, purpose: CodePurpose) -> bool {
        self.is_open && self.phone == *phone && self.purpose == purpose
    }
}

/// What this browser has asked for: the phone is shown masked on the page that asks for the code.
///
/// # Errors
/// What the database answers.
pub async fn find_asked(db: &impl ConnectionTrait, keys: &Keys, flow: &Secret, now: Timestamp) -> Result<Option<Asked>, Error> {
    let Some(challenge) = doors::find_challenge(db, &flow.hash()).await? else { return Ok(None) };
    let is_open = challenge.verified_at_ms.is_none()
        && challenge.expires_at_ms > now.ms()
        && challenge.tries < rules::TRIES_PER_CODE
        && challenge.sends < rules::SENDS_PER_CODE;
    Ok(Some(Asked { phone: open_phone(keys, &challenge)?, purpose: challenge.purpose, is_open }))
}

/// The phone that this browser has proven within the last hour, for the pages of registration.
///
/// # Errors
/// What the database answers.
pub async fn find_proven(db: &impl ConnectionTrait, keys: &Keys, flow: &Secret, now: Timestamp) -> Result<Option<Proven>, Error> {
    let challenge = doors::find_challenge(db, &flow.hash()).await?;
    let is_fresh = |at: i64| now.ms() <= Timestamp::from_ms(at).plus_minutes(rules::PROVEN_MINUTES).ms();
    let Some(challenge) = challenge.filter(|c| c.purpose == CodePurpose::SignIn && c.verified_at_ms.is_some_and(is_fresh)) else {
        return Ok(None);
    };
    let phone = open_phone(keys, &challenge)?;
    let holder = people::find_by_phone(db, secrets::phone_index(keys, &phone)).await?;
    Ok(Some(Proven { phone, holder }))
}

/// What signing in by a code came to.
#[derive(Clone, Debug)]
pub enum SmsSignIn {
    /// Welcome, or what does not fit.
    Ended(SignIn),
    /// The code is too old or used up: a new one is needed.
    Stale,
    /// The phone is proven and has no account yet: registration goes on.
    Unregistered,
    /// The phone belongs to somebody of a list that is being enrolled just now.
    NotYet,
}

/// Signs in by a code.
///
/// # Errors
/// What the database answers.
pub async fn sign_in_by_sms(
    tx: &Tx,
    keys: &Keys,
    origin: &Origin,
    flow: &Secret,
    code: &str,
    replaces: Option<&Secret>,
) -> Result<SmsSignIn, Error> {
    let proven = match prove_phone(tx, keys, flow, CodePurpose::SignIn, code).await? {
        CodeOutcome::Proven(proven) => proven,
        CodeOutcome::Wrong => return Ok(SmsSignIn::Ended(SignIn::Wrong)),
        CodeOutcome::Stale => return Ok(SmsSignIn::Stale),
    };
    let Some(learner) = proven.holder else { return Ok(SmsSignIn::Unregistered) };
    if people::find_person(tx, learner).await?.is_none() {
        return Ok(SmsSignIn::NotYet);
    }
    let token = session_token(keys, flow);
    let session = open_session(tx, Opening { learner, assurance: Assurance::Sms, origin, token: &token, replaces }).await?;
    Ok(SmsSignIn::Ended(SignIn::In { learner, session }))
}

/// The token of the session that a flow opens: the same for a double tap, known to none but its browser.
#[must_use]
pub fn session_token(keys: &Keys, flow: &Secret) -> Secret {
    Secret::derived(keys, "session-token", &[b"sms", flow.bytes()])
}

/// Gives one's account the phone that the flow has proven; the one before is told, and the sessions but the one at hand end.
///
/// # Errors
/// [`Error::PhoneTaken`] where another account holds it; [`Error::PhoneNotProven`] where the code does not fit.
pub async fn change_phone(
    tx: &Tx,
    keys: &Keys,
    acting: &Acting,
    here: SessionId,
    proven: &Proven,
    help_phone: &str,
) -> Result<(), Error> {
    let before = super::profile(tx, keys, acting.learner).await?;
    if before.phone.as_ref() == Some(&proven.phone) {
        return Ok(());
    }
    if !people::insert_phone(tx, secrets::phone_index(keys, &proven.phone), acting.learner).await? {
        return Err(Error::PhoneTaken);
    }
    let key = person_key(tx, keys, acting.learner).await?;
    let sealed = key.seal(PHONE_PLACE, proven.phone.as_str().as_bytes());
    people::update_person(tx, acting.learner, PersonUpdate::Phone(Some(sealed))).await?;
    if let Some(old) = &before.phone {
        people::delete_phone(tx, secrets::phone_index(keys, old), acting.learner).await?;
    }
    // Whoever holds the old phone, or found it, is out.
    sessions::end_all(tx, acting.learner, Some(here)).await?;
    let params = vec![("tail", proven.phone.tail().to_owned()), ("help_phone", help_phone.to_owned())];
    tell(tx, keys, &before, "phone-changed", params).await?;
    Ok(note(tx, Deed::of("identity.change_phone", acting.actor(), acting.learner)).await?)
}
