//! SQLite plans a statement with a bound LIMIT anew each time it is run, for the number it is bound to, which costs more than most answers do.
//! Written out, the number leads to the same plan, made once. `sea-orm` binds all of them, also the 1 where one row is asked for.

use sea_orm::sea_query::Value;
use sea_orm::{DbBackend, Statement};

const LIMIT: &str = " LIMIT ?";
const OFFSET: &str = " OFFSET ?";

/// The statement with its last LIMIT written out, on SQLite.
pub(super) fn written_out(mut statement: Statement) -> Statement {
    if statement.db_backend != DbBackend::Sqlite {
        return statement;
    }
    let (head, offset) = match statement.sql.strip_suffix(OFFSET) {
        Some(head) => (head, OFFSET),
        None => (statement.sql.as_str(), ""),
    };
    let Some((head, values)) = head.strip_suffix(LIMIT).zip(statement.values.as_mut()) else { return statement };
    let bound = values.0.len().checked_sub(if offset.is_empty() { 1 } else { 2 });
    let Some((bound, Value::BigUnsigned(Some(limit)))) = bound.and_then(|bound| Some((bound, values.0.get(bound)?))) else {
        return statement;
    };
    statement.sql = format!("{head} LIMIT {limit}{offset}");
    values.0.remove(bound);
    statement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_limit_is_written_out_and_nothing_else_is_changed() {
        let cases: [(&str, &[u64], &str, &[u64]); 6] = [
            ("SELECT a FROM t WHERE a = ? LIMIT ?", &[7, 1], "SELECT a FROM t WHERE a = ? LIMIT 1", &[7]),
            (
                "SELECT a FROM t WHERE a = ? LIMIT ? OFFSET ?",
                &[7, 20, 40],
                "SELECT a FROM t WHERE a = ? LIMIT 20 OFFSET ?",
                &[7, 40],
            ),
            ("SELECT a FROM t LIMIT ?", &[500], "SELECT a FROM t LIMIT 500", &[]),
            ("SELECT a FROM t WHERE a = ?", &[7], "SELECT a FROM t WHERE a = ?", &[7]),
            (
                "DELETE FROM t WHERE a IN (SELECT a FROM t LIMIT ?)",
                &[7],
                "DELETE FROM t WHERE a IN (SELECT a FROM t LIMIT ?)",
                &[7],
            ),
            ("SELECT a FROM t LIMIT ?", &[], "SELECT a FROM t LIMIT ?", &[]),
        ];
        for (given, bound, expected, left) in cases {
            let values = |numbers: &[u64]| numbers.iter().map(|number| Value::from(*number)).collect::<Vec<_>>();
            let made = written_out(Statement::from_sql_and_values(DbBackend::Sqlite, given, values(bound)));
            assert_eq!((made.sql.as_str(), made.values.unwrap().0), (expected, values(left)), "{given}");
            let other = written_out(Statement::from_sql_and_values(DbBackend::Postgres, given, values(bound)));
            assert_eq!(other.sql, given);
        }
    }
}
