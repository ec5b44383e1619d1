//! Two accounts of one person by chance: random histories of joining and parting, and passes at the same time.

use std::collections::BTreeSet;

use credit_bank::identity::AliasKind;
use credit_bank::kernel::LearnerId;
use credit_bank::recognition::{self, AliasError, EntryState, Error};
use sea_orm::DbBackend;

use crate::aliases::{TOWN, Twice, decision, is_posted, pass, reverse, standing, tries_to_pass};
use crate::recognition::assert_sound;

crate::on_both! {
    async fn whatever_happens_parting_leaves_each_account_as_if_it_had_stood_alone(fresh: Fresh) {
        let histories = if fresh.db.backend() == DbBackend::Sqlite { 12 } else { 3 };
        let twice = Twice::over(fresh).await;
        let seed = std::env::var("CREDIT_BANK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_126_u64);
        says(seed);
        for number in 0..histories {
            one_history(&twice, seed.wrapping_add(number)).await;
        }
        twice.close().await;
    }

    async fn a_pass_on_both_at_once_beside_the_joining_counts_once(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let (db, first, second) = (twice.db(), twice.first, twice.second);
        let other = match db.backend() {
            DbBackend::Postgres => credit_bank::db::open(&twice.bank.fresh.target, twice.bank.fresh.clock.clone()).await.unwrap(),
            _ => db.clone(),
        };
        for unit in ["T01", "T02", "T03", "T04", "T05", "T06"] {
            let id = twice.ask(AliasKind::Join, second, first).await.unwrap();
            let shown = twice.shown(second, id).await;
            twice.bank.clock.turn_ms(1000);
            let (one, two, joined) =
                futures_util::join!(pass(db, first, unit), pass(&other, second, unit), twice.agree(second, id, shown));
            // Where a pass came between, what was shown is stale: it is looked at and agreed to again.
            match joined {
                Ok(_) => {}
                Err(AliasError::Credit(Error::Stale)) => {
                    let shown = twice.shown(second, id).await;
                    twice.agree(second, id, shown).await.unwrap();
                }
                Err(other) => panic!("{other:?}"),
            }
            assert!(is_posted(&one) || is_posted(&two));
            let both = recognition::passbook_of(db.read(), first).await.unwrap();
            let of_unit = both.entries.iter().filter(|entry| entry.unit.as_deref() == Some(unit));
            assert_eq!(of_unit.filter(|entry| entry.state == EntryState::Stands).count(), 1, "{unit}");
            twice.bank.clock.turn_ms(1000);
            // And at both once more, while they are one: nobody is given anything.
            let (one, two) = futures_util::join!(pass(db, first, unit), pass(&other, second, unit));
            assert!(!is_posted(&one) && !is_posted(&two), "{one:?} {two:?}");
            let fresh_unit = format!("{unit}X");
            let (one, two) = futures_util::join!(pass(db, first, &fresh_unit), pass(&other, second, &fresh_unit));
            assert_eq!([one, two].iter().filter(|recognised| is_posted(recognised)).count(), 1, "{fresh_unit}");
            assert_sound(&twice.bank.fresh).await;
            twice.bank.clock.turn_ms(1000);
            twice.part().await;
        }
        twice.close().await;
    }
}

/// A random number below `most`, out of `state`.
fn draw(state: &mut u64, most: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % most
}

/// Two accounts that are joined and parted now and then, and beside each a shadow that never is and to which the same happens.
async fn one_history(twice: &Twice, seed: u64) {
    let (db, mut dice) = (twice.db(), seed);
    let mut people = Vec::new();
    for _ in 0..4 {
        let tail = u32::try_from(draw(&mut dice, 90_000_000)).unwrap() + 1000;
        people.push(twice.bank.learner("王桂英", tail, Some(TOWN)).await.1);
    }
    let (pair, shadows) = ([people[0], people[1]], [people[2], people[3]]);
    let mut is_joined = false;
    for step in 0..40_u64 {
        twice.bank.clock.turn_ms(1000);
        let who = usize::try_from(draw(&mut dice, 2)).unwrap();
        let unit = format!("T0{}", 1 + draw(&mut dice, 4));
        match draw(&mut dice, 10) {
            0..=4 => {
                let supervision = i64::from(draw(&mut dice, 5) > 0);
                tries_to_pass(db, pair[who], &unit, supervision).await.unwrap();
                tries_to_pass(db, shadows[who], &unit, supervision).await.unwrap();
            }
            5 | 6 => {
                let awards = standing(db, pair[who]).await;
                let Some(award) = awards.get(&unit) else { continue };
                let shadow = standing(db, shadows[who]).await[&unit];
                reverse(db, pair[who], *award, step).await.unwrap_or_else(|error| panic!("seed {seed} step {step}: {error}"));
                reverse(db, shadows[who], shadow, step).await.unwrap();
            }
            7 => {
                let awards = standing(db, pair[who]).await;
                let Some(award) = awards.get(&unit).copied() else { continue };
                let shadow = standing(db, shadows[who]).await[&unit];
                for (learner, award) in [(pair[who], award), (shadows[who], shadow)] {
                    // What is frozen already stays so.
                    let freeze = async move |tx: &credit_bank::db::Tx| {
                        recognition::freeze(tx, &decision(learner, 1000 + step), award).await
                    };
                    db.write(freeze).await.ok();
                }
            }
            _ => {
                let kind = if is_joined { AliasKind::End } else { AliasKind::Join };
                twice.does(kind, pair[1], pair[0]).await;
                is_joined = !is_joined;
                if !is_joined {
                    same(twice, pair, shadows, (seed, step)).await;
                }
            }
        }
        if is_joined {
            let units: BTreeSet<String> =
                standing(db, pair[0]).await.into_keys().chain(standing(db, pair[1]).await.into_keys()).collect();
            let sum = i64::try_from(units.len()).unwrap() * 250;
            assert_eq!((twice.total(pair[0]).await, twice.total(pair[1]).await), (sum, sum), "seed {seed} step {step}");
        }
    }
    if is_joined {
        twice.bank.clock.turn_ms(1000);
        twice.does(AliasKind::End, pair[1], pair[0]).await;
    }
    same(twice, pair, shadows, (seed, 99)).await;
}

/// Each account holds what its shadow holds, to the same amount, with the same hours.
async fn same(twice: &Twice, pair: [LearnerId; 2], shadows: [LearnerId; 2], at: (u64, u64)) {
    for (own, shadow) in pair.into_iter().zip(shadows) {
        let (held, expected) = (standing(twice.db(), own).await, standing(twice.db(), shadow).await);
        assert_eq!(held.into_keys().collect::<Vec<_>>(), expected.into_keys().collect::<Vec<_>>(), "seed and step {at:?}");
        let book = async |learner| recognition::passbook_of(twice.db().read(), learner).await.unwrap();
        let (held, expected) = (book(own).await, book(shadow).await);
        assert_eq!((held.total, held.balances, held.hours), (expected.total, expected.balances, expected.hours), "{at:?}");
    }
}

#[expect(clippy::print_stdout, reason = "shown where the test fails, to replay it")]
fn says(seed: u64) {
    println!("CREDIT_BANK_SEED={seed}");
}
