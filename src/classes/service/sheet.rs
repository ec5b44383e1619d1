//! The paper sheet, typed in line by line. Each line is kept as soon as it is typed.

use sea_orm::DbErr;

use super::check_in::check_in_person;
use super::reading::list_known;
use super::sheet_photo::sweep_photos;
use super::{Deed, lock_own, note};
use crate::classes::queries::{attendance, sheet};
use crate::classes::rules::{MOST_THERE, Why, who_is, whose_tail};
use crate::classes::{ClassSession, Error, SheetLine, Way};
use crate::config::Keys;
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::identity::{self, StaffScope};
use crate::kernel::{CardNumber, ClassId, Digest, LearnerId, SealKey, mac_of, new_id};

const PLACE: &str = "class_sheet_line.words";
/// Before the id of somebody who was in already, in what is remembered of a line.
const ALREADY: &str = "already ";

/// What stands on a line of the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The number of a card.
    Card(CardNumber),
    /// The last four digits of one, as printed lists show them.
    Tail(String),
    /// A name.
    Name(String),
}

impl Typed {
    fn words(&self) -> &str {
        match self {
            Self::Card(card) => card.as_str(),
            Self::Tail(words) | Self::Name(words) => words,
        }
    }
}

pub(super) fn key_of(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("classes"))
}

/// What was typed on a line; none where it does not open.
#[must_use]
pub fn open_line(keys: &Keys, line: &SheetLine) -> Option<String> {
    key_of(keys).open_text(PLACE, &line.words_sealed).ok()
}

/// The digest by which a repeat of a line is told: with the bank's key, since a name could be guessed from its plain digest.
#[must_use]
pub fn keyed(keys: &Keys, digest: &Digest) -> Digest {
    Digest::from_array(*mac_of(&keys.for_purpose("classes.line"), &[digest.bytes()]).bytes())
}

/// What a line came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Somebody is checked in by it.
    In(LearnerId),
    /// They were in already: nothing is added.
    Already(LearnerId),
    /// It counts for nobody and waits.
    Waits(Why),
}

impl Line {
    fn effect(self) -> String {
        match self {
            Self::In(learner) => learner.to_string(),
            Self::Already(learner) => format!("{ALREADY}{learner}"),
            Self::Waits(why) => why.code().to_owned(),
        }
    }

    fn of(effect: &str) -> Result<Self, Error> {
        let of = |learner: &str, line: fn(LearnerId) -> Self| learner.parse().map(line).map_err(|_| Error::NoSuchPerson);
        match (Why::from_code(effect), effect.strip_prefix(ALREADY)) {
            (Some(why), _) => Ok(Self::Waits(why)),
            (None, Some(learner)) => of(learner, Self::Already),
            (None, None) => of(effect, Self::In),
        }
    }
}

/// Takes one line: whoever it names is checked in; else it is kept with why it counts for nobody. The same form again is the first.
///
/// # Errors
/// As [`check_in_person`], but who came elsewhere at that time waits; [`Error::LinesFull`], [`Error::SentBefore`].
pub async fn type_line(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (id, typed): (ClassId, &Typed),
    (once, digest): (&OnceKey, &Digest),
) -> Result<Line, Error> {
    match what_was_done(tx, scope.actor(), once, digest).await? {
        Once::New => {}
        Once::Done(effect) => return Line::of(&effect),
        Once::Misused => return Err(Error::SentBefore),
    }
    let class = lock_own(tx, scope, id).await?;
    let line = match find(tx, keys, scope, &class, typed).await? {
        Ok(learner) => match check_in_person(tx, keys, scope, id, (learner, Way::Sheet)).await {
            Ok(true) => Line::In(learner),
            Ok(false) => Line::Already(learner),
            Err(Error::Busy) => wait(tx, keys, scope, (&class, typed), Why::Busy).await?,
            Err(error) => return Err(error),
        },
        Err(why) => wait(tx, keys, scope, (&class, typed), why).await?,
    };
    remember(tx, scope.actor(), once, digest, &line.effect()).await?;
    Ok(line)
}

async fn wait(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (class, typed): (&ClassSession, &Typed),
    why: Why,
) -> Result<Line, Error> {
    if sheet::count(tx, class.id).await? >= MOST_THERE.unsigned_abs() {
        return Err(Error::LinesFull);
    }
    let words_sealed = key_of(keys).seal(PLACE, typed.words().as_bytes());
    let line = SheetLine { id: new_id(tx.now), words_sealed, why };
    sheet::insert(tx, class.id, &line, scope.actor()).await?;
    Ok(Line::Waits(why))
}

/// Who a line names: by card whoever may be seen, by name one of those known here.
async fn find(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    class: &ClassSession,
    typed: &Typed,
) -> Result<Result<LearnerId, Why>, Error> {
    match typed {
        Typed::Card(card) => {
            let found = identity::find_by_card(tx, keys, scope, card).await?;
            Ok(found.map(|found| found.profile.learner).ok_or(Why::Elsewhere))
        }
        Typed::Tail(tail) => {
            let known = on_the_list(tx, class).await?;
            let people = identity::people_of(tx, keys, &known, i64::from(class.day.year())).await?;
            let known: Vec<(LearnerId, &str)> = people.iter().map(|(learner, one)| (*learner, one.card_tail.as_str())).collect();
            Ok(whose_tail(tail, &known))
        }
        Typed::Name(name) => {
            let known = on_the_list(tx, class).await?;
            let names = identity::names_of(tx, keys, &known).await?;
            let known: Vec<(LearnerId, &str)> = names.iter().map(|(learner, name)| (*learner, name.as_str())).collect();
            Ok(who_is(name, &known))
        }
    }
}

/// Who is signed up for a session, came to it, or is known from former ones.
async fn on_the_list(tx: &Tx, class: &ClassSession) -> Result<Vec<LearnerId>, Error> {
    let signed_up = attendance::list_of_class(tx, class.id).await?.into_iter().map(|one| one.learner);
    Ok(signed_up.chain(list_known(tx, class).await?).collect())
}

/// Says by a card number who a line is that waits: they are checked in, and the line is gone. `false` where they were in already.
///
/// # Errors
/// As [`check_in_person`]; [`Error::NoSuchPerson`] where the card belongs to nobody of this place.
pub async fn match_line(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    id: ClassId,
    (line, card): (uuid::Uuid, &CardNumber),
) -> Result<(LearnerId, bool), Error> {
    let found = identity::find_by_card(tx, keys, scope, card).await?.ok_or(Error::NoSuchPerson)?;
    let is_new = check_in_person(tx, keys, scope, id, (found.profile.learner, Way::Sheet)).await?;
    sheet::delete(tx, id, line).await?;
    Ok((found.profile.learner, is_new))
}

/// Takes a line away that counts for nobody. Twice is once.
///
/// # Errors
/// [`Error::NoSuchClass`], [`Error::Cancelled`], [`Error::Closed`].
pub async fn drop_line(tx: &Tx, scope: &StaffScope, id: ClassId, line: uuid::Uuid) -> Result<(), Error> {
    let class = lock_own(tx, scope, id).await?;
    if sheet::delete(tx, id, line).await? {
        note(tx, Deed::of("classes.drop_line", scope.actor(), &class)).await?;
    }
    Ok(())
}

/// Removes lines and photographs whose time is over.
///
/// # Errors
/// What the database answers.
pub async fn sweep(tx: &Tx, days: u16) -> Result<(), DbErr> {
    let before = tx.now.plus_days(-i64::from(days));
    sheet::delete_before(tx, before).await?;
    sweep_photos(tx, before).await
}
