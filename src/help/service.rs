//! Opening, answering, taking back and forgetting cases.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::call_phone::CallPhone;
use super::number::{BODY_DIGITS, CaseNumber, LONG_BODY_DIGITS};
use super::queries::{self, Change, NewRow};
use super::rules::{self, Kind, State};
use super::{Case, Error, PLACE_ANSWER, PLACE_PHONE, PLACE_TOLD, Told};
use crate::audit;
use crate::config::Keys;
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::identity;
use crate::kernel::{Acting, AgencyId, CaseId, Chance, Digest, LearnerId, SealKey, Timestamp, TransferId};
use crate::outbox::{self, Channel, Letter};
use crate::places::PlaceCode;

/// Draws of a short number before a long one is drawn; while a tenth of all short ones are taken, twelve fail once in 10^12.
const SHORT_DRAWS: usize = 12;
const LONG_DRAWS: usize = 4;
const HOUR_MS: i64 = 3_600_000;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Asker {
    /// Somebody with an account.
    Learner(Acting),
    /// Somebody without: known again by the digest of their browser's token.
    Browser(Digest),
}

impl Asker {
    /// Whose case it is.
    #[must_use]
    pub const fn learner(&self) -> LearnerId {
        match self {
            Self::Learner(acting) => acting.learner,
            Self::Browser(_) => LearnerId::NOBODY,
        }
    }

    fn hand(&self) -> Option<LearnerId> {
        match self {
            Self::Learner(acting) => Some(acting.actor()),
            Self::Browser(_) => None,
        }
    }

    fn owns(&self, case: &Case) -> bool {
        match self {
            Self::Learner(acting) => case.learner == acting.learner,
            Self::Browser(browser) => {
                case.learner == LearnerId::NOBODY && case.sealed.browser.as_deref() == Some(browser.bytes().as_slice())
            }
        }
    }
}

/// The form's own key and the digest of what it asks, by which a repeat is told.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The key.
    pub once: OnceKey,
    /// The digest.
    pub digest: Digest,
}

/// The address from which a call-back is asked for, as a digest; for the limit only.
#[derive(Clone, Copy, Debug)]
pub struct Source(pub Digest);

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// What kind of help.
    pub kind: Kind,
    /// The line of the passbook, for a dispute. The caller has made sure that it is the asker's own.
    pub about: Option<TransferId>,
    /// What was told.
    pub told: Told,
    /// Where to ring.
    pub phone: Option<CallPhone>,
    /// Where the asker belongs; empty: not known.
    pub place_code: String,
    /// Of whom they complain: it is neither shown to them nor answered by them.
    pub concerns: Option<LearnerId>,
    /// Limits how much comes from one address; `None`: no limit.
    pub source: Option<Source>,
}

/// A case that was opened now, or before by the same form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What to say over the phone.
    pub number: CaseNumber,
}

/// Opens a case, sealed with `key`. The same form again, or a second dispute about one line while the first waits, is the first case.
///
/// # Errors
/// [`Error::SentBefore`], [`Error::TooMany`], [`Error::TooManyOpen`].
pub async fn open(tx: &Tx, asker: &Asker, key: &SealKey, request: &Request, asked: &Asked) -> Result<Opened, Error> {
    let learner = asker.learner();
    match what_was_done(tx, learner, &asked.once, &asked.digest).await? {
        Once::New => {}
        Once::Done(effect) => return CaseNumber::parse(&effect).map(|number| Opened { number }).ok_or(Error::NoSuchCase),
        Once::Misused => return Err(Error::SentBefore),
    }
    let number = match first_alike(tx, learner, key, request).await? {
        Some(first) => first.number,
        None => insert(tx, asker, key, request, (request.about.map(|id| id.to_string()), None)).await?,
    };
    remember(tx, learner, &asked.once, &asked.digest, number.as_str()).await?;
    Ok(Opened { number })
}

/// The dispute about the same line, or the wish for the same paper, that still waits.
async fn first_alike(tx: &Tx, learner: LearnerId, key: &SealKey, request: &Request) -> Result<Option<Case>, DbErr> {
    let cases = match (request.kind, request.about) {
        (Kind::Print | Kind::OnBehalf, _) => queries::list_of(tx, &[learner]).await?,
        (_, Some(about)) => queries::list_about(tx, &[learner], about).await?,
        (_, None) => return Ok(None),
    };
    let is_alike = |case: &Case| {
        let is_it = || {
            let (told, asked) = (case.read(key).told, &request.told);
            (told.paper, told.year, &told.act, told.not_agreed) == (asked.paper, asked.year, &asked.act, asked.not_agreed)
        };
        case.state.is_waiting() && case.kind == request.kind && (request.about.is_some() || is_it())
    };
    Ok(cases.into_iter().find(is_alike))
}

pub(super) async fn insert(
    tx: &Tx,
    asker: &Asker,
    key: &SealKey,
    request: &Request,
    (about, agency): (Option<String>, Option<AgencyId>),
) -> Result<CaseNumber, Error> {
    let learner = asker.learner();
    within_limits(tx, learner, request).await?;
    let id = CaseId::fresh(tx.now);
    let number = draw_number(tx, learner, id.uuid()).await?;
    let told = serde_json::to_vec(&request.told).unwrap_or_default();
    let row = NewRow {
        learner,
        id,
        number: &number,
        kind: request.kind,
        about,
        told: key.seal(PLACE_TOLD, &told),
        phone: request.phone.as_ref().map(|phone| key.seal(PLACE_PHONE, phone.as_str().as_bytes())),
        browser: if let Asker::Browser(browser) = asker { Some(*browser) } else { None },
        place_code: &request.place_code,
        concerns: request.concerns,
        agency,
    };
    if !queries::insert_case(tx, row).await? {
        // Another process has just opened the same dispute.
        return first_alike(tx, learner, key, request).await?.map(|first| first.number).ok_or(Error::NoNumber);
    }
    record(
        tx,
        asker.hand(),
        "help.open",
        &Named { learner, id, place_code: &request.place_code },
        json!({ "kind": request.kind.code() }),
    )
    .await?;
    Ok(number)
}

async fn within_limits(tx: &Tx, learner: LearnerId, request: &Request) -> Result<(), Error> {
    // Nobody is kept from undoing what was done in their name, nor from a second look at what was taken from them.
    if matches!(request.kind, Kind::OnBehalf | Kind::Appeal) {
        return Ok(());
    }
    if learner != LearnerId::NOBODY && queries::count_waiting_of(tx, learner).await? >= rules::MOST_OPEN {
        return Err(Error::TooManyOpen);
    }
    let Some(Source(source)) = request.source else { return Ok(()) };
    let hour = tx.now.ms() / HOUR_MS;
    if queries::count_one(tx, &source, hour, rules::MOST_PER_HOUR).await? {
        return Ok(());
    }
    let rest_ms = (hour + 1) * HOUR_MS - tx.now.ms();
    Err(Error::TooMany(u32::try_from(rest_ms / 1000 + 1).unwrap_or(3600)))
}

/// Draws a number that nothing else has which people ask about by telephone, for what `learner` has under `id`.
///
/// # Errors
/// [`Error::NoNumber`].
pub async fn draw_number(tx: &Tx, learner: LearnerId, id: Uuid) -> Result<CaseNumber, Error> {
    let lengths = std::iter::repeat_n(BODY_DIGITS, SHORT_DRAWS).chain(std::iter::repeat_n(LONG_BODY_DIGITS, LONG_DRAWS));
    for length in lengths {
        let body: String = (0..length).map(|_| Chance::secret_digits(1)).collect();
        if let Some(number) = CaseNumber::from_body(&body)
            && queries::take_number(tx, &number, learner, id).await?
        {
            return Ok(number);
        }
    }
    Err(Error::NoNumber)
}

/// Whose this number is, and the id of what has it: a case, or whatever else drew it.
///
/// # Errors
/// What the database answers.
pub async fn find_numbered(db: &impl ConnectionTrait, number: &CaseNumber) -> Result<Option<(LearnerId, Uuid)>, DbErr> {
    queries::find_numbered(db, number).await
}

/// All cases of one account, newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Case>, DbErr> {
    queries::list_of(db, &[learner]).await
}

/// All cases of one person, in all their accounts, newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_of_all(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Case>, DbErr> {
    queries::list_of(db, accounts).await
}

/// The disputes about one line of a person's passbook, newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_about(db: &impl ConnectionTrait, accounts: &[LearnerId], about: TransferId) -> Result<Vec<Case>, DbErr> {
    queries::list_about(db, accounts, about).await
}

/// The newest dispute about one line.
///
/// # Errors
/// What the database answers.
pub async fn find_about(db: &impl ConnectionTrait, learner: LearnerId, about: TransferId) -> Result<Option<Case>, DbErr> {
    Ok(queries::list_about(db, &[learner], about).await?.into_iter().next())
}

/// The asker's case of this number.
///
/// # Errors
/// [`Error::NoSuchCase`], also where it is somebody else's.
pub async fn find_by_number(db: &impl ConnectionTrait, asker: &Asker, number: &CaseNumber) -> Result<Case, Error> {
    let case = queries::find_by_number(db, number).await?.ok_or(Error::NoSuchCase)?;
    let is_own = match asker {
        // In another account of the same person it is theirs too.
        Asker::Learner(acting) if case.learner != acting.learner => {
            identity::accounts_of(db, acting.learner).await?.contains(&case.learner)
        }
        _ => asker.owns(&case),
    };
    if is_own { Ok(case) } else { Err(Error::NoSuchCase) }
}

/// The asker takes a case back. Taking it back twice is taking it back once.
///
/// # Errors
/// [`Error::NoSuchCase`]; [`Error::Ended`] where it was answered meanwhile.
pub async fn withdraw(tx: &Tx, asker: &Asker, number: &CaseNumber) -> Result<(), Error> {
    let case = find_by_number(tx, asker, number).await?;
    let change = Change { state: State::Withdrawn, handler: None, answer: None };
    if queries::change(tx, case.learner, case.id, change).await? {
        return Ok(record(tx, asker.hand(), "help.withdraw", &Named::of(&case), json!({})).await?);
    }
    if case.state == State::Withdrawn { Ok(()) } else { Err(Error::Ended) }
}

/// The asker takes up again what they took back, with a new term. Twice is once.
///
/// # Errors
/// [`Error::NoSuchCase`]; [`Error::Ended`] where it was answered, taken back too long ago, or asked anew meanwhile.
pub async fn resume(tx: &Tx, asker: &Asker, number: &CaseNumber) -> Result<(), Error> {
    let case = find_by_number(tx, asker, number).await?;
    if case.state.is_waiting() {
        return Ok(());
    }
    let alike = match (case.about, case.contested) {
        (Some(about), _) => queries::list_about(tx, &[case.learner], about).await?,
        (None, Some(about)) => queries::list_appeals(tx, &[case.learner], about).await?,
        (None, None) => Vec::new(),
    };
    let asked_anew = alike.iter().any(|other| other.state.is_waiting());
    if asked_anew || !rules::may_resume(case.state, case.changed_at, tx.now) || !queries::resume(tx, &case).await? {
        return Err(Error::Ended);
    }
    Ok(record(tx, asker.hand(), "help.resume", &Named::of(&case), json!({})).await?)
}

/// What somebody who has signed in asked from this browser before, with the number of their account: nobody else's who sat there.
///
/// # Errors
/// What the database answers.
pub async fn list_of_browser(
    db: &impl ConnectionTrait,
    browser: &Digest,
    key: &SealKey,
    phone: &CallPhone,
) -> Result<Vec<Case>, DbErr> {
    let mut cases = queries::list_of_browser(db, browser).await?;
    cases.retain(|case| case.read(key).phone.as_deref() == Some(phone.as_str()));
    Ok(cases)
}

/// Somebody of the staff, and what of the bank's cases is theirs to see.
#[derive(Clone, Debug)]
pub struct Handler {
    /// Who.
    pub person: LearnerId,
    /// Where they work.
    pub areas: Vec<PlaceCode>,
    /// Which kinds are theirs.
    pub kinds: Vec<Kind>,
}

impl Handler {
    fn within(&self) -> queries::Within<'_> {
        queries::Within { areas: &self.areas, kinds: &self.kinds, reader: self.person }
    }

    fn may_see(&self, case: &Case) -> bool {
        case.concerns != Some(self.person)
            && self.kinds.contains(&case.kind)
            && self.areas.iter().any(|area| area.covers(&case.place_code))
    }
}

/// What waits for this handler, what is promised first on top: `most` cases after the first `skip`.
///
/// # Errors
/// What the database answers.
pub async fn list_waiting(db: &impl ConnectionTrait, handler: &Handler, skip: u64, most: u64) -> Result<Vec<Case>, DbErr> {
    queries::list_waiting(db, handler.within(), (skip, most)).await
}

/// How many cases wait for this handler.
///
/// # Errors
/// What the database answers.
pub async fn count_waiting(db: &impl ConnectionTrait, handler: &Handler) -> Result<u64, DbErr> {
    queries::count_waiting(db, handler.within()).await
}

/// How many cases wait at each place, and how many of these are overdue.
///
/// # Errors
/// What the database answers.
pub async fn count_by_place(
    db: &impl ConnectionTrait,
    handler: &Handler,
    now: Timestamp,
) -> Result<Vec<(String, i64, i64)>, DbErr> {
    queries::count_by_place(db, handler.within(), now).await
}

/// One case that is the handler's to see.
///
/// # Errors
/// [`Error::NoSuchCase`], also where it is outside their places or not of their kinds.
pub async fn find_for_staff(db: &impl ConnectionTrait, handler: &Handler, learner: LearnerId, id: CaseId) -> Result<Case, Error> {
    queries::find_case(db, learner, id).await?.filter(|case| handler.may_see(case)).ok_or(Error::NoSuchCase)
}

/// Takes a case in hand: the asker sees that somebody is at it.
///
/// # Errors
/// [`Error::NoSuchCase`], [`Error::Ended`].
pub async fn take_in_hand(tx: &Tx, handler: &Handler, learner: LearnerId, id: CaseId) -> Result<(), Error> {
    let case = find_for_staff(tx, handler, learner, id).await?;
    let change = Change { state: State::InHand, handler: Some(handler.person), answer: None };
    if !queries::change(tx, learner, id, change).await? {
        return Err(Error::Ended);
    }
    Ok(record(tx, Some(handler.person), "help.take_in_hand", &Named::of(&case), json!({})).await?)
}

/// Answers a case, sealed with the asker's `key`; says whether it was answered now. The same form again changes nothing.
///
/// # Errors
/// [`Error::NoSuchCase`]; [`Error::Ended`] where somebody else answered or the asker took it back.
pub async fn answer(tx: &Tx, handler: &Handler, case: &Case, key: &SealKey, words: &str, asked: &Asked) -> Result<bool, Error> {
    match what_was_done(tx, handler.person, &asked.once, &asked.digest).await? {
        Once::New => {}
        Once::Done(_) => return Ok(false),
        Once::Misused => return Err(Error::SentBefore),
    }
    let case = find_for_staff(tx, handler, case.learner, case.id).await?;
    let answer = Some(key.seal(PLACE_ANSWER, words.as_bytes()));
    let change = Change { state: State::Answered, handler: Some(handler.person), answer };
    if !queries::change(tx, case.learner, case.id, change).await? {
        return Err(Error::Ended);
    }
    record(tx, Some(handler.person), "help.answer", &Named::of(&case), json!({ "kind": case.kind.code() })).await?;
    remember(tx, handler.person, &asked.once, &asked.digest, case.number.as_str()).await?;
    Ok(true)
}

/// Tells by a text that there is an answer, not what it says. Who was called back knows already; who has no phone reads it in the passbook.
///
/// # Errors
/// What the database answers.
pub async fn tell_answered(tx: &Tx, keys: &Keys, case: &Case, help_phone: &str) -> Result<(), Error> {
    if case.kind == Kind::CallBack || case.learner == LearnerId::NOBODY {
        return Ok(());
    }
    let people = identity::people_of(tx, keys, &[case.learner], 0).await.map_err(|error| DbErr::Custom(error.to_string()))?;
    let Some((lang, phone)) = people.get(&case.learner).and_then(|one| Some((one.lang, one.phone.as_ref()?))) else {
        return Ok(());
    };
    let params = vec![("number", case.number.as_str().to_owned()), ("help_phone", help_phone.to_owned())];
    let learner = Some(case.learner);
    let letter = Letter { learner, channel: Channel::Sms, to: phone.as_str(), template: "case-answered", lang, params };
    Ok(outbox::send(tx, keys, &letter).await?)
}

/// Empties what people without an account told us once its time is over; forgets old counts. Says how many cases were emptied.
///
/// # Errors
/// What the database answers.
pub async fn sweep(tx: &Tx) -> Result<u64, DbErr> {
    let before = |days: i64| Timestamp::plus_days(tx.now, -days);
    queries::delete_counts_before(tx, tx.now.ms() / HOUR_MS - 24).await?;
    queries::empty_old(tx, before(rules::KEPT_AFTER_END_DAYS), before(rules::KEPT_AT_MOST_DAYS)).await
}

/// Takes back all that waits of somebody, by the hand of `actor`: nobody calls back any more. Where their account opens again, they or
/// their helpers take it up anew.
///
/// # Errors
/// What the database answers.
pub async fn withdraw_all(tx: &Tx, learner: LearnerId, actor: LearnerId) -> Result<(), DbErr> {
    for case in queries::list_of(tx, &[learner]).await?.into_iter().filter(|case| case.state.is_waiting()) {
        let change = Change { state: State::Withdrawn, handler: None, answer: None };
        if queries::change(tx, learner, case.id, change).await? {
            record(tx, Some(actor), "help.withdraw", &Named::of(&case), json!({})).await?;
        }
    }
    Ok(())
}

struct Named<'a> {
    learner: LearnerId,
    id: CaseId,
    place_code: &'a str,
}

impl<'a> Named<'a> {
    fn of(case: &'a Case) -> Self {
        Self { learner: case.learner, id: case.id, place_code: &case.place_code }
    }
}

async fn record(tx: &Tx, actor: Option<LearnerId>, action: &'static str, named: &Named<'_>, detail: Value) -> Result<(), DbErr> {
    let entry = audit::Entry {
        actor,
        action,
        object_kind: "help_case",
        object_id: &named.id.to_string(),
        learner: (named.learner != LearnerId::NOBODY).then_some(named.learner),
        place_code: (!named.place_code.is_empty()).then_some(named.place_code),
        detail,
    };
    audit::record(tx, &entry).await
}
