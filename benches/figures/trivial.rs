//! The lightest closure of so many statements: small rows by prepared text, in a table without rules.

use credit_bank::db::{Db, DbFault, Tx};
use credit_bank::kernel::Chance;
use sea_orm::{ConnectionTrait, Statement};

use crate::load::{Outcome, Seen, all_at_once};

const TABLE: &str = "CREATE TABLE bare (learner_id VARCHAR(36) NOT NULL, id VARCHAR(36) NOT NULL, a BIGINT NOT NULL, b BIGINT NOT NULL, \
    c TEXT NOT NULL, d TEXT NOT NULL, e TEXT NOT NULL, f BIGINT NOT NULL, PRIMARY KEY (learner_id, id))";
const SELECT: &str = "SELECT * FROM bare WHERE learner_id = $1 AND id = $2";
const UPDATE: &str = "UPDATE bare SET a = a + 1 WHERE learner_id = $1 AND id = $2";
const INSERT: &str = "INSERT INTO bare VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

pub async fn make_table(db: &Db) {
    let work = async move |tx: &Tx| tx.execute_unprepared(TABLE).await.map(|_| ()).map_err(DbFault::from);
    db.write(work).await.unwrap();
}

/// `callers` at once, `times` each.
pub async fn write_all(db: &Db, statements: u64, (callers, times): (usize, usize)) -> Outcome {
    all_at_once((0..callers).map(|_| async move {
        let mut seen = Seen::default();
        for _ in 0..times {
            seen.time(write(db, statements)).await;
        }
        seen
    }))
    .await
}

/// Two reads, two updates, the rest inserts of one row each.
async fn write(db: &Db, statements: u64) -> bool {
    let learner = hex::encode(Chance::secret::<16>());
    let work = async move |tx: &Tx| {
        let backend = tx.get_database_backend();
        for number in 0..statements {
            let key = |id: u64| [learner.clone().into(), id.to_string().into()];
            match number {
                0 | 1 => {
                    tx.query_one_raw(Statement::from_sql_and_values(backend, SELECT, key(number))).await?;
                }
                7 | 8 => {
                    tx.execute_raw(Statement::from_sql_and_values(backend, UPDATE, key(2))).await?;
                }
                _ => {
                    let text = "recognition.recognised";
                    let [learner, id] = key(number);
                    let values = [learner, id, 1.into(), 2.into(), text.into(), text.into(), text.into(), 3.into()];
                    tx.execute_raw(Statement::from_sql_and_values(backend, INSERT, values)).await?;
                }
            }
        }
        Ok::<_, DbFault>(())
    };
    db.write(work).await.is_ok()
}
