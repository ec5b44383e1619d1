//! The whole ledger as a plain-text accounting journal, for tools that are not ours: hledger adds up all balances again.
//!
//! One journal entry for each transfer, chain by chain. Behind each side that is a learner's stands the balance that our row says was
//! left (`= 0.250 credit`): the tool checks it in the order of days, then of the file, which is the order of the chain, since time never
//! falls within one. Rows are written as they stand, also where they are not as they must be: to find that is the reader's business.
//! Everything is ASCII. No name, phone or document number is in it: people are ids, and salts stay here.

use std::collections::BTreeSet;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use uuid::Uuid;

use super::Progress;
use super::journal_queries::{Line, Place, count_transfers, list_lines_after};
use super::words::Kind;
use crate::db::Db;

/// Rows in one page.
const PAGE: u64 = 1000;
/// What would end a tag or a name before its time.
const KEPT_OUT: &AsciiSet = &CONTROLS.add(b' ').add(b',').add(b';').add(b':').add(b'(').add(b')').add(b'|').add(b'%');
/// The accounts of a learner, in the order of the balances of a row.
const OWN: [Kind; 5] = [Kind::Holding, Kind::Pending, Kind::Frozen, Kind::Transferred, Kind::Revoked];

/// Why no journal came of it.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database's answer.
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
    /// Where it was written to takes no more.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// Writes every transfer into `out`, from one consistent view while writers go on; `about` are lines that stand as remarks on top. How
/// many transfers it were. Memory does not grow with the book.
///
/// # Errors
/// [`JournalError`]; what was written by then is no whole journal.
pub async fn write_journal(
    db: &Db,
    about: &[String],
    out: &mut impl Write,
    mut progress: impl FnMut(Progress),
) -> Result<u64, JournalError> {
    let view = db.consistent_view().await?;
    let of = count_transfers(&view).await?;
    let mut journal = Journal { out, issuers: BTreeSet::new(), learner: None, own: [false; 5] };
    journal.begin(about)?;
    let (mut after, mut transfers): (Place, u64) = ((Uuid::nil(), i64::MIN, i64::MIN), 0);
    loop {
        let page = list_lines_after(&view, after, PAGE).await?;
        for line in &page {
            journal.entry(line)?;
            transfers += 1;
        }
        progress(Progress { transfers, of });
        match page.last() {
            Some(last) if u64::try_from(page.len()).unwrap_or(0) == PAGE => after = last.place,
            _ => break,
        }
    }
    view.rollback().await?;
    journal.out.flush()?;
    Ok(transfers)
}

/// What has been declared so far: of learners only the one at hand.
struct Journal<'a, W> {
    out: &'a mut W,
    issuers: BTreeSet<String>,
    learner: Option<Uuid>,
    own: [bool; 5],
}

impl<W: Write> Journal<'_, W> {
    fn begin(&mut self, about: &[String]) -> io::Result<()> {
        for line in about {
            writeln!(self.out, "; {}", line.replace(|c: char| !c.is_ascii() || c.is_ascii_control(), "?"))?;
        }
        writeln!(self.out, "\ndecimal-mark .\ncommodity 1000.000 credit")
    }

    fn entry(&mut self, line: &Line) -> io::Result<()> {
        let (learner, ..) = line.place;
        if self.learner.replace(learner) != Some(learner) {
            self.own = [false; 5];
        }
        self.declare(line, &line.debit)?;
        self.declare(line, &line.credit)?;
        writeln!(self.out, "\n{} ({}) {}", line.recorded_at.day(), line.id, what(line))?;
        for (name, value) in tags(line) {
            writeln!(self.out, "    ; {name}:{}", utf8_percent_encode(&value, KEPT_OUT))?;
        }
        self.side(line, &line.credit, line.milli)?;
        self.side(line, &line.debit, line.milli.saturating_neg())
    }

    /// Strict checks want each account declared; it may be anywhere in the file.
    fn declare(&mut self, line: &Line, kind: &str) -> io::Result<()> {
        let account = account_of(line, kind);
        let is_new = match place_of(kind).and_then(|at| self.own.get_mut(at)) {
            Some(declared) => !std::mem::replace(declared, true),
            None => self.issuers.insert(account.clone()),
        };
        if is_new { writeln!(self.out, "\naccount {account}") } else { Ok(()) }
    }

    fn side(&mut self, line: &Line, kind: &str, milli: i64) -> io::Result<()> {
        write!(self.out, "    {}  {} credit", account_of(line, kind), credits(milli))?;
        match place_of(kind).and_then(|at| line.after.get(at)) {
            Some(left) => writeln!(self.out, " = {} credit", credits(*left)),
            None => writeln!(self.out),
        }
    }
}

/// `transfer_out pending`, or `issue` where there is but one step.
fn what(line: &Line) -> String {
    let words = if line.phase == "single" { line.code.clone() } else { format!("{} {}", line.code, line.phase) };
    let word = |word: &str| utf8_percent_encode(word, KEPT_OUT).to_string();
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn tags(line: &Line) -> Vec<(&'static str, String)> {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string());
    let tags = [
        ("version", Some(line.place.2.to_string())),
        ("group", Some(line.group.to_string())),
        ("award", line.award_key.clone()),
        ("resolves", id(line.resolves)),
        ("reverses", id(line.reverses)),
        ("takes", id(line.takes)),
        ("rule", Some(line.rule_version.clone())),
        // As people count, and as receipts and pages say it: from 1.
        ("leaf", line.seq.map(|seq| seq.saturating_add(1).to_string())),
    ];
    tags.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn place_of(kind: &str) -> Option<usize> {
    OWN.iter().position(|own| own.code() == kind)
}

fn account_of(line: &Line, kind: &str) -> String {
    let name = utf8_percent_encode(kind, KEPT_OUT);
    match place_of(kind) {
        Some(_) => format!("learner:{}:{name}", line.place.0),
        None => format!("issuer:{}:{name}", line.issuer),
    }
}

/// Milli-credits as credits with three decimals.
fn credits(milli: i64) -> String {
    let sign = if milli < 0 { "-" } else { "" };
    let whole = milli.unsigned_abs();
    format!("{sign}{}.{:03}", whole / 1000, whole % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;

    fn id(byte: u8) -> Uuid {
        Uuid::from_bytes([byte; 16])
    }

    fn line() -> Line {
        Line {
            place: (id(1), 1, 2),
            id: id(2),
            group: id(3),
            code: "transfer_out".to_owned(),
            phase: "pending".to_owned(),
            debit: "holding".to_owned(),
            credit: "pending".to_owned(),
            issuer: id(4),
            milli: 1250,
            after: [0, 1250, 0, 0, 0],
            resolves: None,
            reverses: None,
            takes: Some(id(5)),
            award_key: None,
            rule_version: "第1版, a:b".to_owned(),
            recorded_at: Timestamp::from_ms(1_772_413_200_000),
            seq: Some(6),
        }
    }

    #[test]
    fn a_transfer_is_one_entry_with_the_balances_it_left() {
        let mut text = Vec::new();
        let mut journal = Journal { out: &mut text, issuers: BTreeSet::new(), learner: None, own: [false; 5] };
        journal.entry(&line()).unwrap();
        let second = Line { debit: "issuance".to_owned(), credit: "holding".to_owned(), phase: "single".to_owned(), ..line() };
        journal.entry(&second).unwrap();
        let text = String::from_utf8(text).unwrap();
        let (learner, issuer) = (id(1), id(4));
        let first = format!(
            "\naccount learner:{learner}:holding\n\naccount learner:{learner}:pending\n\n2026-03-02 ({}) transfer_out pending\n    ; version:2\n    \
             ; group:{}\n    ; takes:{}\n    ; rule:%E7%AC%AC1%E7%89%88%2C%20a%3Ab\n    ; leaf:7\n    \
             learner:{learner}:pending  1.250 credit = 1.250 credit\n    learner:{learner}:holding  -1.250 credit = 0.000 credit\n",
            id(2),
            id(3),
            id(5)
        );
        assert!(text.starts_with(&first), "{text}\n---\n{first}");
        let rest = &text[first.len()..];
        assert!(rest.starts_with(&format!("\naccount issuer:{issuer}:issuance\n\n2026-03-02")), "{rest}");
        assert!(rest.ends_with(&format!("    issuer:{issuer}:issuance  -1.250 credit\n")) && text.is_ascii());
    }

    #[test]
    fn amounts_have_three_decimals() {
        let cases = [(0, "0.000"), (5, "0.005"), (-250, "-0.250"), (-1, "-0.001"), (1_000_000_000, "1000000.000")];
        for (milli, text) in cases {
            assert_eq!(credits(milli), text);
        }
        assert_eq!(credits(i64::MIN), "-9223372036854775.808");
    }
}
