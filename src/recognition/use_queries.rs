//! Table `credit_use`: what was built on a credit.

use entity::credit_use;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::kernel::{LearnerId, Timestamp, TransferId};
use crate::ledger::Code;

/// Whether what builds on a credit has its ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseState {
    /// It counts.
    Active,
    /// It lost its ground and waits for somebody to look at it.
    Suspended,
    /// It is over.
    Ended,
}

impl UseState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Ended];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Something that a subject above built on a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditUse {
    /// The transfer that it builds on.
    pub transfer: TransferId,
    /// What it is: `certificate`, and what subjects above add.
    pub kind: String,
    /// Its id or number there.
    pub reference: String,
    /// Where it stands.
    pub state: UseState,
    /// Since when.
    pub changed_at: Timestamp,
}

/// Everything that builds on the credit of a learner, in the order of its transfers.
pub(super) async fn list_uses(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<CreditUse>, DbErr> {
    use credit_use::Column;
    let rows = credit_use::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(Column::TransferId)
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::Ref)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Suspends everything that builds on these transfers.
pub(super) async fn suspend_uses(tx: &Tx, learner: LearnerId, transfers: &[TransferId]) -> Result<u64, DbErr> {
    let done = credit_use::Entity::update_many()
        .col_expr(credit_use::Column::State, Expr::value(UseState::Suspended.code()))
        .col_expr(credit_use::Column::ChangedAtMs, Expr::value(tx.now.ms()))
        .filter(credit_use::Column::LearnerId.eq(learner.uuid()))
        .filter(credit_use::Column::TransferId.is_in(transfers.iter().map(|id| id.uuid())))
        .filter(credit_use::Column::State.eq(UseState::Active.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected)
}

/// Notes what takes an award away, as a use of it: `reference` is the transfer that does.
pub(super) async fn insert_use(
    tx: &Tx,
    learner: LearnerId,
    (award, kind, by): (TransferId, Code, TransferId),
) -> Result<(), DbErr> {
    let row = credit_use::ActiveModel {
        learner_id: Set(learner.uuid()),
        transfer_id: Set(award.uuid()),
        kind: Set(kind.code().to_owned()),
        r#ref: Set(by.to_string()),
        state: Set("active".to_owned()),
        changed_at_ms: Set(tx.now.ms()),
    };
    credit_use::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Ends the uses that these transfers made of awards: they let go.
pub(super) async fn end_uses_by(tx: &Tx, learner: LearnerId, transfers: &[TransferId]) -> Result<(), DbErr> {
    let takers = [Code::TransferOut, Code::ConvertOut].map(Code::code);
    credit_use::Entity::update_many()
        .col_expr(credit_use::Column::State, Expr::value("ended"))
        .col_expr(credit_use::Column::ChangedAtMs, Expr::value(tx.now.ms()))
        .filter(credit_use::Column::LearnerId.eq(learner.uuid()))
        .filter(credit_use::Column::Kind.is_in(takers))
        .filter(credit_use::Column::Ref.is_in(transfers.iter().map(ToString::to_string)))
        .exec(tx)
        .await?;
    Ok(())
}

/// A use about to be kept: of which account's award.
pub(super) struct NewUse<'a> {
    pub(super) account: LearnerId,
    pub(super) award: TransferId,
    pub(super) kind: &'a str,
    pub(super) reference: &'a str,
}

/// Notes what was built on awards; one statement. What was built before stands as it did.
pub(super) async fn insert_uses(tx: &Tx, uses: &[NewUse<'_>]) -> Result<(), DbErr> {
    let row = |used: &NewUse<'_>| credit_use::ActiveModel {
        learner_id: Set(used.account.uuid()),
        transfer_id: Set(used.award.uuid()),
        kind: Set(used.kind.to_owned()),
        r#ref: Set(used.reference.to_owned()),
        state: Set(UseState::Active.code().to_owned()),
        changed_at_ms: Set(tx.now.ms()),
    };
    credit_use::Entity::insert_many(uses.iter().map(row)).exec_without_returning(tx).await?;
    Ok(())
}

/// Ends what was built on awards of these accounts under one reference.
pub(super) async fn end_uses(tx: &Tx, accounts: &[LearnerId], (kind, reference): (&str, &str)) -> Result<(), DbErr> {
    credit_use::Entity::update_many()
        .col_expr(credit_use::Column::State, Expr::value(UseState::Ended.code()))
        .col_expr(credit_use::Column::ChangedAtMs, Expr::value(tx.now.ms()))
        .filter(credit_use::Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .filter(credit_use::Column::Kind.eq(kind))
        .filter(credit_use::Column::Ref.eq(reference))
        .filter(credit_use::Column::State.ne(UseState::Ended.code()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The uses of one kind of these accounts.
pub(super) async fn list_of_kind(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    kind: &str,
) -> Result<Vec<(LearnerId, CreditUse)>, DbErr> {
    let rows = credit_use::Entity::find()
        .filter(credit_use::Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .filter(credit_use::Column::Kind.eq(kind))
        .all(db)
        .await?;
    rows.into_iter().map(with_owner).collect()
}

/// What was done to uses of one kind since then, the oldest first.
pub(super) async fn list_changed(
    db: &impl ConnectionTrait,
    kind: &str,
    since: Timestamp,
    most: u64,
) -> Result<Vec<(LearnerId, CreditUse)>, DbErr> {
    let rows = credit_use::Entity::find()
        .filter(credit_use::Column::Kind.eq(kind))
        .filter(credit_use::Column::ChangedAtMs.gte(since.ms()))
        .order_by_asc(credit_use::Column::ChangedAtMs)
        .order_by_asc(credit_use::Column::LearnerId)
        .order_by_asc(credit_use::Column::TransferId)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(with_owner).collect()
}

/// How many uses of one kind there are.
pub(super) async fn count_of_kind(db: &impl ConnectionTrait, kind: &str) -> Result<u64, DbErr> {
    credit_use::Entity::find().filter(credit_use::Column::Kind.eq(kind)).count(db).await
}

fn with_owner(row: credit_use::Model) -> Result<(LearnerId, CreditUse), DbErr> {
    Ok((LearnerId::from_uuid(row.learner_id), read(row)?))
}

fn read(row: credit_use::Model) -> Result<CreditUse, DbErr> {
    let unreadable = || DbErr::Type(format!("credit_use {} has no readable state", row.r#ref));
    Ok(CreditUse {
        transfer: TransferId::from_uuid(row.transfer_id),
        state: UseState::from_code(&row.state).ok_or_else(unreadable)?,
        changed_at: Timestamp::from_ms(row.changed_at_ms),
        kind: row.kind,
        reference: row.r#ref,
    })
}
