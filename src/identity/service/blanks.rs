//! Blank cards: a sheet of numbers kept for a place, printed beforehand, written by hand and given to whoever enrols there.

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::notes::{Deed, note};
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::cards as queries;
use crate::identity::roles::Role;
use crate::identity::scope::StaffScope;
use crate::kernel::{CardNumber, Chance, new_id};
use crate::places::{self, PlaceCode};

/// Cards on one sheet of A4.
pub const ON_A_SHEET: usize = 8;
/// Sheets that may be asked for at once.
pub const MOST_SHEETS: usize = 25;
/// How often a number is drawn before something must be wrong.
const DRAWS: usize = 40;

/// A block of blank cards.
#[derive(Clone, Debug)]
pub struct Block {
    /// Where they were printed for.
    pub place_code: String,
    /// The numbers, with whether each is still blank.
    pub numbers: Vec<(CardNumber, bool)>,
}

/// Keeps numbers for `sheets` sheets of blank cards of a place; gives the block's id.
///
/// # Errors
/// [`Error::NotAllowed`] outside of the areas in which `scope` finds people; an unknown place.
pub async fn keep_blanks(tx: &Tx, scope: &StaffScope, area: &PlaceCode, sheets: usize) -> Result<Uuid, Error> {
    if !scope.areas(Role::FINDERS).iter().any(|own| own.covers(area.as_str())) {
        return Err(Error::NotAllowed);
    }
    if places::find_place(tx, area.as_str()).await?.is_none() {
        return Err(places::Error::UnknownPlace.into());
    }
    let block = new_id(tx.now);
    let wanted = sheets.clamp(1, MOST_SHEETS) * ON_A_SHEET;
    let mut kept = 0;
    for _ in 0..wanted + DRAWS {
        if kept == wanted {
            break;
        }
        let body = Chance::secret_digits(9).parse().unwrap_or_default();
        if queries::insert_blank(tx, &CardNumber::from_body(body), block, area.as_str()).await? {
            kept += 1;
        }
    }
    if kept < wanted {
        return Err(DbErr::Custom("no card number is free".to_owned()).into());
    }
    let id = block.to_string();
    let deed = Deed {
        object: Some(("card_block", &id)),
        place: Some(area.as_str()),
        ..Deed::of_staff("identity.keep_blanks", scope.actor())
    };
    note(tx, deed).await?;
    Ok(block)
}

/// A block of blank cards, as staff of its area see it.
///
/// # Errors
/// [`Error::NoSuchBlank`] where there is none, or none of their area.
pub async fn find_block(db: &impl ConnectionTrait, scope: &StaffScope, block: Uuid) -> Result<Block, Error> {
    let rows = queries::list_block(db, block).await?;
    let place_code = rows.first().map(|(place, ..)| place.clone()).ok_or(Error::NoSuchBlank)?;
    if !scope.areas(Role::FINDERS).iter().any(|own| own.covers(&place_code)) {
        return Err(Error::NoSuchBlank);
    }
    Ok(Block { place_code, numbers: rows.into_iter().map(|(_, number, is_blank)| (number, is_blank)).collect() })
}

/// Whether `number` is a blank card that staff with `scope` may give away.
///
/// # Errors
/// [`Error::NoSuchBlank`] where it is not.
pub(super) async fn may_give(tx: &Tx, scope: &StaffScope, number: &CardNumber) -> Result<(), Error> {
    let place = queries::find_blank(tx, number).await?.ok_or(Error::NoSuchBlank)?;
    let is_own = scope.areas(Role::FINDERS).iter().any(|own| own.covers(&place));
    if is_own { Ok(()) } else { Err(Error::NoSuchBlank) }
}
