//! Two accounts of one person: read as one, parted again, each as if it had stood alone.

use std::collections::BTreeMap;

use credit_bank::db::{Db, OnceKey};
use credit_bank::identity::{self, AliasKind, AliasState, Form, NewAliasRequest, Role};
use credit_bank::kernel::{
    Acting, AliasRequestId, AttemptId, Credits, Digest, IdentityLevel, LearnerId, Permille, TransferId, digest_of,
};
use credit_bank::ledger::{self, Amount, Asset, AwardKey, AwardSeries, BANK, Key, Order, Posting, Reason};
use credit_bank::outbox::Standing;
use credit_bank::recognition::{
    self, AliasDone, AliasError, Credit, Decision, EntryState, Error, Evidence, Instruction, Levels, Offer, Recognised,
    SupervisionLevel, UnitTerms,
};
use entity::counted_elsewhere;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait};

use crate::recognition::assert_sound;
use crate::support::databases::Fresh;
use crate::support::server::{Bank, Person};

pub const TOWN: &str = "330182001";
static NOWHERE: Standing = Standing { place_code: None, groups: Vec::new(), age_band: None };

/// One person who registered twice, and staff of her town.
pub struct Twice {
    pub bank: Bank,
    pub first: LearnerId,
    pub second: LearnerId,
    pub by_first: Person,
    pub by_second: Person,
    pub officer: LearnerId,
    pub reviewer: LearnerId,
    pub at_desk: Person,
    pub at_review: Person,
}

impl Twice {
    pub async fn over(fresh: Fresh) -> Self {
        let bank = Bank::over(fresh).await.with_places().await;
        let (by_first, first) = bank.learner("王桂英", 1, Some(TOWN)).await;
        let (by_second, second) = bank.learner("王桂英", 2, Some(TOWN)).await;
        let (at_desk, officer) = bank.staff("赵强", Role::Officer, TOWN).await;
        let (at_review, reviewer) = bank.staff("孙丽", Role::Reviewer, TOWN).await;
        Self { bank, first, second, by_first, by_second, officer, reviewer, at_desk, at_review }
    }

    pub fn db(&self) -> &Db {
        &self.bank.fresh.db
    }

    pub async fn ask(&self, kind: AliasKind, learner: LearnerId, primary: LearnerId) -> Result<AliasRequestId, identity::Error> {
        let ends = identity::membership_of(self.db().read(), learner).await.unwrap().1;
        let new = NewAliasRequest {
            learner,
            primary,
            kind,
            ends: ends.filter(|_| kind == AliasKind::End),
            asker: self.officer,
            reason: kind.reasons()[0],
            ground_sealed: vec![1; 40],
            responsible_org: "县学分银行".to_owned(),
            place_code: TOWN.to_owned(),
        };
        self.ask_as(new).await
    }

    async fn ask_as(&self, new: NewAliasRequest) -> Result<AliasRequestId, identity::Error> {
        let once = OnceKey::parse(&AttemptId::fresh(self.bank.clock.now()).to_string()).unwrap();
        let form = Form { action: "identity.alias_ask", actor: new.asker, once };
        self.db().write(async move |tx| identity::ask_alias(tx, &new, &form).await).await
    }

    pub async fn shown(&self, learner: LearnerId, id: AliasRequestId) -> Digest {
        let request = identity::get_alias_request(self.db().read(), learner, id).await.unwrap();
        recognition::impact_of_alias(self.db().read(), &request).await.unwrap().digest()
    }

    pub async fn agree(&self, learner: LearnerId, id: AliasRequestId, shown: Digest) -> Result<AliasDone, AliasError> {
        let reviewer = self.reviewer;
        self.db().write(async move |tx| recognition::approve_alias(tx, (learner, id), (reviewer, &shown), &NOWHERE).await).await
    }

    pub async fn does(&self, kind: AliasKind, learner: LearnerId, primary: LearnerId) {
        let id = self.ask(kind, learner, primary).await.unwrap();
        let shown = self.shown(learner, id).await;
        assert_eq!(self.agree(learner, id, shown).await.unwrap(), AliasDone::Now);
        assert_eq!(self.agree(learner, id, shown).await.unwrap(), AliasDone::Before);
    }

    /// The second account is read through the first.
    pub async fn join(&self) {
        self.does(AliasKind::Join, self.second, self.first).await;
    }

    pub async fn part(&self) {
        self.does(AliasKind::End, self.second, self.first).await;
    }

    pub async fn total(&self, learner: LearnerId) -> i64 {
        recognition::passbook_of(self.db().read(), learner).await.unwrap().total.milli()
    }

    pub async fn close(self) {
        assert_sound(&self.bank.fresh).await;
        self.bank.close().await;
    }
}

pub async fn pass(db: &Db, learner: LearnerId, unit: &str) -> Recognised {
    tries_to_pass(db, learner, unit, 1).await.unwrap()
}

pub async fn tries_to_pass(db: &Db, learner: LearnerId, unit: &str, supervision: i64) -> Result<Recognised, Error> {
    let acting = Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN };
    let evidence = Evidence::UnitTest {
        attempt: AttemptId::fresh(db.clock().now()),
        unit: unit.to_owned(),
        edition: "e1".to_owned(),
        score: Permille::of(8, 10),
        supervision_level: SupervisionLevel::from_value(supervision).unwrap(),
        evidence_hash: digest_of(&[b"answers"]),
    };
    let terms = UnitTerms {
        unit: unit.to_owned(),
        credits: Credits::from_milli(250).unwrap(),
        minutes_per_class_hour: 45,
        class_hours: 4,
        least: Levels::from_values(1, 1).unwrap(),
        rule_version: "2026.1".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        most_per_hour: None,
    };
    db.write(async move |tx| recognition::recognise(tx, &acting, &evidence, &terms, &NOWHERE, &[]).await).await
}

pub fn is_posted(recognised: &Recognised) -> bool {
    matches!(recognised.credit, Credit::Posted { .. })
}

fn transfer_of(recognised: &Recognised) -> TransferId {
    match recognised.credit {
        Credit::Posted { transfer, .. } => transfer,
        other => panic!("{other:?} was not posted"),
    }
}

/// The units whose award stands in this account's own book.
pub async fn standing(db: &Db, learner: LearnerId) -> BTreeMap<String, TransferId> {
    let book = ledger::book_of(db.read(), learner).await.unwrap();
    book.standing_awards().map(|award| (award.award_key.as_ref().unwrap().unit().to_owned(), award.id)).collect()
}

pub fn decision(learner: LearnerId, number: u64) -> Decision<'static> {
    Decision {
        learner,
        officer: LearnerId::from_uuid(uuid::Uuid::from_u128(50)),
        reason: Reason::parse("wrong_person").unwrap(),
        evidence: digest_of(&[b"file"]),
        rule_version: "2026.1".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        once: OnceKey::parse(&format!("decision-{number:010}")).unwrap(),
        standing: &NOWHERE,
    }
}

pub async fn reverse(db: &Db, learner: LearnerId, award: TransferId, number: u64) -> Result<Vec<ledger::Transfer>, Error> {
    let approver = LearnerId::from_uuid(uuid::Uuid::from_u128(51));
    db.write(async move |tx| recognition::reverse(tx, &decision(learner, number), approver, award).await).await
}

crate::on_both! {
    async fn what_one_account_holds_the_other_is_not_credited_while_they_are_one(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let (db, first, second) = (twice.db(), twice.first, twice.second);
        pass(db, second, "T01").await;
        twice.join().await;
        twice.bank.clock.turn_ms(1000);
        assert_eq!(pass(db, first, "T01").await.credit, Credit::HeldAlready);
        assert!(is_posted(&pass(db, first, "T02").await));
        assert_eq!(pass(db, second, "T02").await.credit, Credit::HeldAlready);
        assert_eq!((twice.total(first).await, twice.total(second).await), (500, 500));
        assert_eq!(counted_elsewhere::Entity::find().all(db.read()).await.unwrap().len(), 2);
        let audited = recognition::audit(db).await.unwrap();
        assert_eq!((audited.aliases, audited.is_sound()), (1, true));
        twice.close().await;
    }

    async fn what_both_had_before_counts_once_and_the_second_line_says_so(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let (db, first, second) = (twice.db(), twice.first, twice.second);
        let earlier = transfer_of(&pass(db, second, "T01").await);
        twice.bank.clock.turn_ms(1000);
        let later = transfer_of(&pass(db, first, "T01").await);
        twice.bank.clock.turn_ms(1000);
        twice.join().await;
        let passbook = recognition::passbook_of(db.read(), first).await.unwrap();
        let state = |id| passbook.entries.iter().find(|entry| entry.transfer == id).unwrap().state;
        assert_eq!((state(earlier), state(later)), (EntryState::Stands, EntryState::CountedOnce));
        assert_eq!((passbook.total.milli(), passbook.balances.holding.milli()), (250, 250));
        assert_eq!(passbook.entries.iter().map(|entry| entry.total_after.milli()).collect::<Vec<_>>(), [250, 250]);
        assert_eq!(passbook.hours.standard_minutes, 180);
        assert_eq!(passbook.transferable(Levels::from_values(1, 1).unwrap()).milli(), 250);
        for path in ["/passbook", "/passbook/statement"] {
            let shown = twice.by_second.opens(path).await;
            assert!(shown.body.contains("已计一次"), "{path} {}", shown.body);
        }
        let api: serde_json::Value = serde_json::from_str(&twice.by_first.opens("/api/v1/passbook").await.body).unwrap();
        assert_eq!((api["total_milli"].as_i64(), api["holding_milli"].as_i64()), (Some(250), Some(250)));
        assert_eq!(api["entries"][0]["state"], "counted_once");
        // Where the one that counted is reversed, the other counts.
        reverse(db, second, earlier, 1).await.unwrap();
        let passbook = recognition::passbook_of(db.read(), first).await.unwrap();
        assert_eq!((passbook.total.milli(), passbook.balances.holding.milli()), (250, 250));
        twice.part().await;
        assert_eq!((twice.total(first).await, twice.total(second).await), (250, 0));
        twice.close().await;
    }

    async fn parted_each_holds_what_it_would_hold_had_it_stood_alone(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let (db, first, second) = (twice.db(), twice.first, twice.second);
        pass(db, second, "T01").await;
        twice.join().await;
        twice.bank.clock.turn_ms(1000);
        pass(db, first, "T01").await;
        let id = twice.ask(AliasKind::End, second, first).await.unwrap();
        let request = identity::get_alias_request(db.read(), second, id).await.unwrap();
        let impact = recognition::impact_of_alias(db.read(), &request).await.unwrap();
        assert_eq!((impact.together.total.milli(), impact.primary.total.milli(), impact.other.total.milli()), (250, 0, 250));
        assert_eq!(impact.again.iter().map(|(learner, unit, _)| (*learner, unit.as_str())).collect::<Vec<_>>(), [(first, "T01")]);
        twice.bank.clock.turn_ms(1000);
        // Something is passed between the look and the decision: what was shown is no longer so.
        pass(db, first, "T02").await;
        let stale = twice.agree(second, id, impact.digest()).await;
        assert!(matches!(stale, Err(AliasError::Credit(Error::Stale))), "{stale:?}");
        let shown = twice.shown(second, id).await;
        twice.agree(second, id, shown).await.unwrap();
        let units = |held: BTreeMap<String, TransferId>| held.into_keys().collect::<Vec<_>>();
        assert_eq!(units(standing(db, first).await), ["T01", "T02"]);
        assert_eq!(units(standing(db, second).await), ["T01"]);
        assert_eq!((twice.total(first).await, twice.total(second).await), (500, 250));
        twice.close().await;
    }

    async fn an_award_that_counts_once_does_not_go_out_and_is_not_given_again(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let (db, first, second) = (twice.db(), twice.first, twice.second);
        let counts = transfer_of(&pass(db, second, "T01").await);
        twice.bank.clock.turn_ms(1000);
        let beside = transfer_of(&pass(db, first, "T01").await);
        let offer = async |learner, award| {
            let due_at = db.clock().now().plus_days(7);
            db.write(async move |tx| {
                let instruction = Instruction {
                    learner,
                    officer: LearnerId::from_uuid(uuid::Uuid::from_u128(50)),
                    evidence: digest_of(&[b"file"]),
                    responsible_org: "县学分银行".to_owned(),
                    once: OnceKey::parse("offer-00000001").unwrap(),
                    standing: &NOWHERE,
                };
                let least = Levels::from_values(1, 1).unwrap();
                let offer = Offer { award, receiver: BANK, due_at, least, rule_version: "1".to_owned() };
                recognition::offer_out(tx, &instruction, &offer).await
            })
            .await
        };
        twice.join().await;
        assert!(matches!(offer(first, beside).await, Err(Error::CountedElsewhere)));
        offer(second, counts).await.unwrap();
        let book = recognition::passbook_of(db.read(), first).await.unwrap();
        assert_eq!((book.total.milli(), book.balances.pending.milli(), book.balances.holding.milli()), (250, 250, 0));
        reverse(db, first, beside, 1).await.unwrap();
        let approver = LearnerId::from_uuid(uuid::Uuid::from_u128(51));
        let again = db.write(async move |tx| recognition::restore(tx, &decision(first, 2), approver, beside).await).await;
        assert!(matches!(again, Err(Error::Ledger(ledger::Error::AwardGiven))), "{again:?}");
        twice.part().await;
        db.write(async move |tx| recognition::restore(tx, &decision(first, 3), approver, beside).await).await.unwrap();
        assert_eq!((twice.total(first).await, twice.total(second).await), (250, 250));
        twice.close().await;
    }

    async fn there_is_neither_chain_nor_circle_and_two_people_decide(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let (first, second) = (twice.first, twice.second);
        let (_, third) = twice.bank.learner("王桂英", 3, Some(TOWN)).await;
        assert!(matches!(twice.ask(AliasKind::Join, first, first).await, Err(identity::Error::AliasImpossible)));
        assert!(matches!(twice.ask(AliasKind::End, second, first).await, Err(identity::Error::AliasImpossible)));
        let id = twice.ask(AliasKind::Join, second, first).await.unwrap();
        assert!(matches!(twice.ask(AliasKind::Join, second, third).await, Err(identity::Error::AliasAsked)));
        let shown = twice.shown(second, id).await;
        for (person, is_own_request) in [(twice.officer, true), (first, false), (second, false)] {
            let agree = async move |tx: &credit_bank::db::Tx| recognition::approve_alias(tx, (second, id), (person, &shown), &NOWHERE).await;
            let refused = twice.db().write(agree).await;
            match refused {
                Err(AliasError::Person(identity::Error::AliasOwnRequest)) => assert!(is_own_request),
                Err(AliasError::Person(identity::Error::NotAllowed)) => assert!(!is_own_request),
                other => panic!("{other:?}"),
            }
        }
        twice.agree(second, id, shown).await.unwrap();
        for (learner, primary) in [(third, second), (first, third), (second, third), (first, second)] {
            let refused = twice.ask(AliasKind::Join, learner, primary).await;
            assert!(matches!(refused, Err(identity::Error::AliasImpossible)), "{refused:?}");
        }
        twice.does(AliasKind::Join, third, first).await;
        let accounts = identity::accounts_of(twice.db().read(), third).await.unwrap();
        assert_eq!((accounts[0], accounts.len()), (first, 3));
        twice.part().await;
        assert_eq!(identity::accounts_of(twice.db().read(), second).await.unwrap(), [second]);
        assert_eq!(identity::accounts_of(twice.db().read(), third).await.unwrap(), [first, third]);
        twice.does(AliasKind::End, third, first).await;
        assert_eq!(identity::accounts_of(twice.db().read(), first).await.unwrap(), [first]);
        twice.close().await;
    }

    async fn the_database_refuses_chains_and_what_was_decided_is_never_changed(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        twice.join().await;
        let (_, third) = twice.bank.learner("王桂英", 3, Some(TOWN)).await;
        let id = |learner: LearnerId| match twice.db().backend() {
            DbBackend::Sqlite => format!("X'{}'", learner.uuid().simple()),
            _ => format!("'{learner}'::uuid"),
        };
        let (first, second, third) = (id(twice.first), id(twice.second), id(third));
        let insert = |learner: &str, primary: &str, is_primary: i64| {
            format!("INSERT INTO alias VALUES ({learner}, {primary}, {is_primary}, 1, {third}, 1)")
        };
        for sql in [
            insert(&third, &second, 0),
            insert(&third, &third, 0),
            insert(&third, &first, 1),
            insert(&second, &first, 0),
            format!("UPDATE alias SET primary_id = {third}"),
            format!("DELETE FROM alias WHERE learner_id = {first}"),
            "UPDATE alias_request SET state = 'open', decider_id = NULL, decided_at_ms = NULL, effect_at_ms = NULL".to_owned(),
            "UPDATE alias_request SET reason_code = 'other'".to_owned(),
            "DELETE FROM alias_request".to_owned(),
        ] {
            let said = sql.clone();
            let refused = twice.db().write::<(), AliasError, _>(async move |tx| {
                tx.execute_unprepared(&sql).await?;
                Ok(())
            });
            assert!(refused.await.is_err(), "{said}");
        }
        let one = "SELECT learner_id FROM alias_request LIMIT 1";
        let waits = twice.ask(AliasKind::End, twice.second, twice.first).await.unwrap();
        assert!(twice.db().read().execute_unprepared(one).await.is_ok());
        for (set, rule) in [
            ("state = 'approved', decider_id = asker_id, decided_at_ms = 1, effect_at_ms = 1", "alias_request_two_people"),
            ("state = 'approved', decider_id = primary_id, decided_at_ms = 1, effect_at_ms = 1", "alias_request_not_ones_own"),
            ("state = 'approved', decided_at_ms = 1, effect_at_ms = 1", "alias_request_decider"),
            ("state = 'withdrawn'", "alias_request_decided"),
        ] {
            let sql = format!("UPDATE alias_request SET {set} WHERE state = 'open'");
            let refused = twice.db().write::<(), AliasError, _>(async move |tx| {
                tx.execute_unprepared(&sql).await?;
                Ok(())
            });
            let words = format!("{:?}", refused.await.unwrap_err());
            assert!(words.contains(rule), "{words}");
        }
        let request = identity::get_alias_request(twice.db().read(), twice.second, waits).await.unwrap();
        assert_eq!(request.state, AliasState::Open);
        twice.close().await;
    }

    async fn a_unit_given_to_both_while_they_are_one_is_named_by_the_audit(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let (db, first, second) = (twice.db(), twice.first, twice.second);
        pass(db, first, "T01").await;
        twice.join().await;
        twice.bank.clock.turn_ms(1000);
        // As nothing of ours would: past recognition.
        let posted = db.write(async move |tx| {
            let series = AwardSeries::new(Asset::LITERACY, "T01", 1).unwrap();
            let chain = ledger::open(tx, second, Key::new("test", "past").unwrap(), Some(&series)).await?;
            let order = Order { actor: second, occurred_at: tx.now, rule_version: "1".to_owned(), evidence: digest_of(&[]) };
            let (key, amount) = (AwardKey::new(series, 1).unwrap(), Amount::from_milli(250).unwrap());
            ledger::post(tx, chain, &Posting::issue(order, key, BANK, amount)).await
        });
        let award = posted.await.unwrap().transfers[0].id;
        let report = recognition::audit(db).await.unwrap();
        // It has no result either.
        assert_eq!((report.difference_count, report.first), (2, Some((second, award.uuid()))));
        twice.bank.close().await;
    }
}
