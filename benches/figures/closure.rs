//! A hand-in's closure, below HTTP and in this process, against two bare ones of as many statements through the same write path: one
//! that writes the same rows, made beforehand, and one that writes small rows into a table without rules.

use credit_bank::assessment;
use credit_bank::db::{Db, Tx};
use credit_bank::kernel::AttemptId;
use credit_bank::outbox::Standing;

use crate::load::{Outcome, Seen, all_at_once};
use crate::process::own_cpu;
use crate::reading::{median, millis};
use crate::rows::{self, Rows};
use crate::stock::{COURSES, Member, SHELF, Stock};
use crate::{name_of, show, trivial};

/// Callers at once.
const AT_ONCE: usize = 64;
/// Rounds of each in turn, so that a disturbance of the machine meets all.
const ROUNDS: usize = 5;
/// Learners in a round; each hands in a test of every course.
const CLASS: usize = 128;

/// What one round came to.
struct Round {
    ours: Pace,
    same_rows: Pace,
    trivial: Pace,
}

/// Closures a second, and what one costs this process. On a machine that is busy otherwise the second still means something.
struct Pace {
    per_second: f64,
    cpu_millis: f64,
}

pub async fn measure(engine: Option<&str>) {
    let stock = Stock::fresh(engine).await;
    let members = stock.members(u32::try_from(1 + 2 * CLASS * ROUNDS).unwrap()).await;
    let attempts = stock.attempts(&members, &COURSES, true).await;
    let class: Vec<(&Member, &Vec<AttemptId>)> = members.iter().zip(&attempts).collect();
    let model = rows_of_one(&stock.db, class[0]).await;
    trivial::make_table(&stock.db).await;
    let (mut rounds, mut statements) = (Vec::new(), Vec::new());
    for pair in class[1..].chunks(2 * CLASS) {
        let (first, second) = pair.split_at(CLASS);
        let before = stock.db.statements();
        let ours = pace_of(hand_in_all(&stock.db, first)).await;
        let between = stock.db.statements();
        let same_rows = pace_of(write_all(&stock.db, second, &model)).await;
        statements.push((between - before, stock.db.statements() - between));
        let closures = CLASS * COURSES.len();
        let each = (between - before) / u64::try_from(closures).unwrap();
        let trivial = pace_of(trivial::write_all(&stock.db, each, (AT_ONCE, closures / AT_ONCE))).await;
        rounds.push(Round { ours, same_rows, trivial });
    }
    assert!(statements.iter().all(|(ours, bare)| ours == bare), "as many statements: {statements:?}");
    tell(engine, &rounds, statements[0].0, CLASS * COURSES.len());
}

fn tell(engine: Option<&str>, rounds: &[Round], statements: u64, hand_ins: usize) {
    let of = |part: fn(&Round) -> f64| median(rounds.iter().map(part).collect());
    let name = |what: &str| format!("hand-in below HTTP, {}: {what}", name_of(engine));
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a mean")]
    let mean = statements as f64 / hand_ins as f64;
    show(&name("statements"), "≤ 10", &format!("{mean:.1}"), "mean of a learner's first five passes");
    let against = |bare: fn(&Round) -> &Pace| {
        let ratios: Vec<f64> = rounds.iter().map(|round| round.ours.per_second / bare(round).per_second).collect();
        let each: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
        let sum =
            |pace: &dyn Fn(&Round) -> f64| rounds.iter().map(pace).sum::<f64>() / f64::from(u32::try_from(rounds.len()).unwrap());
        let (ours, bare_cpu) = (sum(&|round| round.ours.cpu_millis), sum(&|round| bare(round).cpu_millis));
        let details = format!(
            "{:.0}/s against {:.0}/s; rounds {}; by CPU {:.2} ({ours:.2} ms against {bare_cpu:.2} ms)",
            of(|round| round.ours.per_second),
            median(rounds.iter().map(|round| bare(round).per_second).collect()),
            each.join(" "),
            bare_cpu / ours,
        );
        (format!("{:.2}", median(ratios)), details)
    };
    let (same_rows, details) = against(|round| &round.same_rows);
    show(&name("of a bare closure of the same rows"), "≥ 0.6", &same_rows, &details);
    let (trivial, details) = against(|round| &round.trivial);
    show(&name("of a bare closure of small rows"), "", &trivial, &details);
}

async fn pace_of(work: impl Future<Output = Outcome>) -> Pace {
    let before = own_cpu();
    let outcome = work.await;
    assert_eq!(outcome.errors, 0);
    let spent = own_cpu().saturating_sub(before);
    let closures = f64::from(u32::try_from(outcome.count()).unwrap());
    Pace { per_second: outcome.per_second, cpu_millis: millis(spent) / closures }
}

async fn hand_in_all(db: &Db, class: &[(&Member, &Vec<AttemptId>)]) -> Outcome {
    all_at_once((0..AT_ONCE).map(|at| async move {
        let mut seen = Seen::default();
        for (member, attempts) in class.iter().skip(at).step_by(AT_ONCE) {
            for attempt in *attempts {
                seen.time(hands_in(db, member, *attempt)).await;
            }
        }
        seen
    }))
    .await
}

async fn hands_in(db: &Db, member: &Member, attempt: AttemptId) -> bool {
    let acting = member.acting;
    let work = async move |tx: &Tx| {
        assessment::hand_in(tx, &acting, &SHELF, attempt, ("某某区社区学院", None), &Standing::default()).await
    };
    db.write(work).await.is_ok_and(|handed_in| handed_in.is_passed)
}

/// What the hand-ins of one learner have written, course by course: the model of the rows that the bare closure writes for others.
async fn rows_of_one(db: &Db, (member, attempts): (&Member, &Vec<AttemptId>)) -> Vec<Rows> {
    let mut model = Vec::new();
    for attempt in attempts {
        assert!(hands_in(db, member, *attempt).await);
        model.push(rows::written_for(db.read(), member.acting.learner, *attempt).await);
    }
    model
}

async fn write_all(db: &Db, class: &[(&Member, &Vec<AttemptId>)], model: &[Rows]) -> Outcome {
    all_at_once((0..AT_ONCE).map(|at| async move {
        let mut seen = Seen::default();
        for (member, attempts) in class.iter().skip(at).step_by(AT_ONCE) {
            for (attempt, rows) in attempts.iter().zip(model) {
                let rows = rows.moved_to(member.acting.learner, *attempt, db.clock().now());
                let work = async move |tx: &Tx| rows::write(tx, &rows).await;
                seen.time(async { db.write(work).await.is_ok() }).await;
            }
        }
        seen
    }))
    .await
}
