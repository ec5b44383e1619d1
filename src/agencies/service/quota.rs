//! A year's quota, taken in blocks: what is asked for comes out of a block that few others use; a block that is used up is filled again from the
//! year's one row; at the end, what is left in all blocks is gathered, so that exactly the quota is taken.

use sea_orm::{ConnectionTrait, DbErr};

use super::standing::delegation_of;
use crate::agencies::Error;
use crate::agencies::queries::quota::{self as queries, Account};
use crate::agencies::rules::{SLOTS, block_of};
use crate::db::Tx;
use crate::kernel::{AgencyId, Credits};

/// Takes `amount` out of the quota of `year`, under the delegation in force today.
///
/// # Errors
/// [`Error::NoDelegation`]; [`Error::OverQuota`] where less is left: then nothing was taken.
pub async fn take_quota(tx: &Tx, agency: AgencyId, year: i32, amount: Credits) -> Result<(), Error> {
    let delegation = delegation_of(tx, agency, tx.now.day()).await?.ok_or(Error::NoDelegation)?;
    let (amount, limit) = (amount.milli(), delegation.powers.per_year.milli());
    if amount == 0 {
        return Ok(());
    }
    let of = Account { agency, year: i64::from(year), delegation: delegation.id };
    let slot = i64::from(tx.request.uuid().as_bytes().last().copied().unwrap_or(0) % SLOTS);
    if queries::take_from_block(tx, of, slot, amount).await? {
        return Ok(());
    }
    queries::begin(tx, of).await?;
    let block = block_of(limit, amount);
    if queries::hand_out(tx, of, block, limit).await? {
        return Ok(queries::fill_block(tx, of, slot, block - amount).await?);
    }
    // Little is left, or the blocks are still those of the delegation before: all of it in one place.
    queries::gather(tx, of).await?;
    if queries::hand_out(tx, of, amount, limit).await? { Ok(()) } else { Err(Error::OverQuota) }
}

/// What the agency has taken of the quota of `year`.
///
/// # Errors
/// What the database answers.
pub async fn quota_used(db: &impl ConnectionTrait, agency: AgencyId, year: i32) -> Result<Credits, DbErr> {
    let used = queries::used(db, agency, i64::from(year)).await?;
    Ok(Credits::from_milli(used).unwrap_or_default())
}
