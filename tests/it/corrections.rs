//! Corrections on the desk: one person asks, another decides with the impact before their eyes, the learner is told in plain words.

use credit_bank::identity::{self, Assurance, Grant, Role};
use credit_bank::kernel::{LearnerId, TransferId};
use credit_bank::ledger;
use credit_bank::places::PlaceCode;
use credit_bank::recognition::{self, CorrectionKind, CorrectionRequest, Error, Levels, RequestState};
use entity::{correction, correction_request, credit_use, message, result};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, QueryOrder};

use crate::passbook::passes;
use crate::recognition::assert_sound;
use crate::support::server::{Answer, Bank, Person};

const TOWN: &str = "330182001";
const PHONE: &str = "13800000001";
const GROUND: &str = "弟弟用错了卡，看过签到表";

/// A learner with one course passed, and staff of her town.
struct Desk {
    bank: Bank,
    wang: Person,
    learner: LearnerId,
    award: TransferId,
    officer: Person,
    officer_id: LearnerId,
    reviewer: Person,
    reviewer_id: LearnerId,
}

impl Desk {
    async fn over(fresh: crate::support::databases::Fresh) -> Self {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, learner) = bank.learner("王桂英", 1, Some(TOWN)).await;
        let award = passes(&bank, learner, "T01").await;
        let (officer, officer_id) = bank.staff("赵强", Role::Officer, TOWN).await;
        let (reviewer, reviewer_id) = bank.staff("孙丽", Role::Reviewer, TOWN).await;
        Self { bank, wang, learner, award, officer, officer_id, reviewer, reviewer_id }
    }

    fn line(&self, transfer: TransferId) -> String {
        format!("/staff/learners/{}/credit/{transfer}", self.learner)
    }

    /// The officer chooses a way for the line and sends the form.
    async fn asks_by(&self, officer: &Person, transfer: TransferId, kind: &str, reason: &str) -> Answer {
        let path = self.line(transfer);
        let form = officer.opens(&format!("{path}?kind={kind}")).await;
        officer.sends(&form, &path, &[("kind", kind), ("reason", reason), ("ground", GROUND)]).await
    }

    /// Asks, and gives the request's page.
    async fn asks(&self, transfer: TransferId, kind: &str, reason: &str) -> String {
        let asked = self.asks_by(&self.officer, transfer, kind, reason).await;
        let to = asked.location.unwrap_or_else(|| panic!("{} {}", asked.status, asked.body));
        to.strip_suffix("?said=asked").unwrap().to_owned()
    }

    async fn agrees(&self, reviewer: &Person, path: &str) -> Answer {
        let page = reviewer.opens(path).await;
        let shown = page.input("shown");
        reviewer.sends(&page, path, &[("doing", "agree"), ("shown", &shown)]).await
    }

    /// Asks and agrees; gives the transfer it came to.
    async fn puts_right(&self, transfer: TransferId, kind: &str, reason: &str) -> TransferId {
        let path = self.asks(transfer, kind, reason).await;
        let agreed = self.agrees(&self.reviewer, &path).await;
        assert_eq!(agreed.location, Some(format!("{path}?said=agreed")), "{}", agreed.body);
        self.requests().await[0].transfer.unwrap()
    }

    async fn requests(&self) -> Vec<CorrectionRequest> {
        recognition::list_requests_of(self.bank.fresh.db.read(), self.learner).await.unwrap()
    }

    async fn total(&self) -> i64 {
        recognition::passbook_of(self.bank.fresh.db.read(), self.learner).await.unwrap().total.milli()
    }

    /// What put something right, the oldest first; the audit at the end holds the records against it.
    async fn corrections(&self) -> Vec<&'static str> {
        let passbook = recognition::passbook_of(self.bank.fresh.db.read(), self.learner).await.unwrap();
        let entries = passbook.entries.iter().rev().filter(|entry| entry.reason.is_some());
        entries.map(|entry| entry.code.code()).collect()
    }

    async fn letters(&self) -> u64 {
        message::Entity::find().count(self.bank.fresh.db.read()).await.unwrap()
    }

    /// Something above builds on the award.
    async fn cites(&self, kind: &'static str, number: &'static str, state: &'static str) {
        let row = credit_use::ActiveModel {
            learner_id: Set(self.learner.uuid()),
            transfer_id: Set(self.award.uuid()),
            kind: Set(kind.to_owned()),
            r#ref: Set(number.to_owned()),
            state: Set(state.to_owned()),
            changed_at_ms: Set(1),
        };
        let keep = async move |tx: &credit_bank::db::Tx| {
            credit_use::Entity::insert(row.clone()).exec_without_returning(tx).await?;
            Ok::<_, Error>(())
        };
        self.bank.fresh.db.write(keep).await.unwrap();
    }

    async fn use_states(&self) -> Vec<(String, String)> {
        let rows = credit_use::Entity::find().order_by_asc(credit_use::Column::Ref).all(self.bank.fresh.db.read()).await.unwrap();
        rows.into_iter().map(|row| (row.r#ref, row.state)).collect()
    }

    async fn close(self) {
        assert_sound(&self.bank.fresh).await;
        self.bank.close().await;
    }
}

fn holds(answer: &Answer, words: &[&str]) {
    for words in words {
        assert!(answer.body.contains(words), "{words} in {} {}", answer.status, answer.body);
    }
}

crate::on_both! {
    async fn an_officer_freezes_at_once_and_the_learner_reads_why_since_when_and_whom_to_ask(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let shown = desk.officer.opens(&format!("/staff/learners/{}/credit", desk.learner)).await;
        holds(&shown, &["王桂英", "1 笔，新的在前", &desk.line(desk.award)]);
        assert!(desk.officer.opens(&format!("/staff/learners/{}", desk.learner)).await.body.contains("看学分，更正学分"));
        let path = desk.line(desk.award);
        let ways = desk.officer.opens(&path).await;
        for (kind, is_offered) in [("freeze", true), ("reverse", true), ("revoke", true), ("unfreeze", false), ("restore", false)] {
            assert_eq!(ways.body.contains(&format!("{path}?kind={kind}")), is_offered, "{kind}");
        }
        let form = desk.officer.opens(&format!("{path}?kind=freeze")).await;
        let fields = [("kind", "freeze"), ("reason", "dispute"), ("ground", GROUND)];
        for _ in 0..2 {
            let frozen = desk.officer.sends(&form, &path, &fields).await;
            assert_eq!(frozen.location, Some(format!("/staff/learners/{}/credit?said=frozen", desk.learner)), "{}", frozen.body);
        }
        assert_eq!((desk.corrections().await, desk.total().await, desk.letters().await), (vec!["freeze"], 250, 1));
        let request = &desk.requests().await[0];
        assert_eq!((request.state, request.decider, request.asker), (RequestState::Approved, None, desk.officer_id));
        holds(&desk.officer.opens(&format!("/staff/learners/{}/credit?said=frozen", desk.learner)).await, &["冻结好了", "冻结着"]);
        let book = desk.wang.opens("/passbook").await;
        holds(&book, &["先停一停，正在查", "原因：有人对这一笔有疑问。", "想问清楚，找", "12345", "问一问，什么都不会少", "起先停一停，正在查。", "/dispute"]);
        let letter = desk.bank.letter_to(PHONE).await.unwrap();
        assert!(letter.text.contains("什么都没有丢") && letter.text.contains("12345"), "{}", letter.text);
        let kept = desk.wang.opens("/me/kept").await;
        holds(&kept, &["看了您的学分", "学分先停一停，告诉您"]);
        desk.close().await;
    }

    async fn what_is_wrong_with_a_request_is_said_beside_its_field_and_every_word_is_kept(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let path = desk.line(desk.award);
        let form = desk.officer.opens(&format!("{path}?kind=reverse")).await;
        let long = "长".repeat(501);
        for (fields, wrong) in [
            (vec![("kind", "reverse")], vec!["reason", "ground"]),
            (vec![("kind", "reverse"), ("reason", "fraud"), ("ground", GROUND)], vec!["reason"]),
            (vec![("kind", "reverse"), ("reason", "other"), ("ground", long.as_str())], vec!["ground"]),
        ] {
            let again = desk.officer.sends(&form, &path, &fields).await;
            assert_eq!(again.status, 422);
            for field in wrong {
                holds(&again, &[&format!("id=\"{field}-error\""), "role=\"alert\"", "<title>错误："]);
            }
            for (_, typed) in fields.iter().filter(|(name, _)| *name == "ground") {
                holds(&again, &[typed]);
            }
        }
        holds(&desk.officer.sends(&form, &path, &[("kind", "burn"), ("reason", "other"), ("ground", GROUND)]).await, &["请选一种更正"]);
        assert_eq!(desk.officer.sends(&form, &desk.line(TransferId::from_uuid(uuid::Uuid::nil())), &[]).await.status, 404);
        // Whose it is not to ask: another role, another place, one's own credit.
        let (far, _) = desk.bank.staff("钱进", Role::Officer, "330182002").await;
        let fields = [("kind", "reverse"), ("reason", "other"), ("ground", GROUND)];
        for (person, status) in [(&desk.reviewer, 403), (&far, 404), (&desk.wang, 403)] {
            let shown = person.opens("/help").await;
            assert_eq!(person.sends(&shown, &path, &fields).await.status, status);
        }
        let own = passes(&desk.bank, desk.officer_id, "T02").await;
        let mine = format!("/staff/learners/{}/credit/{own}", desk.officer_id);
        assert!(matches!(desk.officer.sends(&form, &mine, &fields).await.status, 403 | 404));
        assert_eq!((desk.requests().await.len(), desk.total().await), (0, 250));
        desk.close().await;
    }

    async fn a_reversal_is_done_when_another_person_agrees_and_suspends_what_builds_on_it(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        desk.cites("certificate", "330182000017", "active").await;
        desk.cites("certificate", "330182000018", "ended").await;
        let form = desk.officer.opens(&format!("{}?kind=reverse", desk.line(desk.award))).await;
        holds(&form, &["330182000017", "会暂停", "有 1 件会暂停，不会作废", "学时是学过的事实"]);
        let fields = [("kind", "reverse"), ("reason", "wrong_person"), ("ground", GROUND)];
        let first = desk.officer.sends(&form, &desk.line(desk.award), &fields).await.location.unwrap();
        assert_eq!(desk.officer.sends(&form, &desk.line(desk.award), &fields).await.location.as_deref(), Some(first.as_str()));
        let path = first.strip_suffix("?said=asked").unwrap();
        // A second form about the same line is told so, with its words.
        let other = desk.asks_by(&desk.officer, desk.award, "freeze", "dispute").await;
        assert_eq!(other.status, 409);
        holds(&other, &["已经有一个请求等着复核", GROUND]);
        assert_eq!((desk.total().await, desk.letters().await, desk.requests().await.len()), (250, 0, 1));
        desk.bank.clock.turn_ms(2 * 86_400_000);
        let mut desk = desk;
        desk.officer = desk.bank.signed_in(desk.officer_id, Assurance::PasswordTotp).await;
        desk.reviewer = desk.bank.signed_in(desk.reviewer_id, Assurance::PasswordTotp).await;
        holds(&desk.reviewer.opens("/staff/corrections").await, &["1 件等着复核", path, "冲正", "记错了人", "青石镇", ">2</td>"]);
        let page = desk.reviewer.opens(path).await;
        holds(&page, &["王桂英", GROUND, "赵强", "等了 2 天", "330182000017", "会暂停", "累计学分", "1 门", "0 门", "不算"]);
        assert_eq!(page.body.matches("会暂停</span>").count(), 1, "what has ended is not suspended");
        assert!(!desk.officer.opens(path).await.body.contains("name=\"shown\""), "the asker decides nothing");
        for _ in 0..2 {
            let shown = page.input("shown");
            let agreed = desk.reviewer.sends(&page, path, &[("doing", "agree"), ("shown", &shown)]).await;
            assert_eq!(agreed.location, Some(format!("{path}?said=agreed")), "{}", agreed.body);
        }
        assert_eq!((desk.total().await, desk.letters().await, desk.corrections().await), (0, 1, vec!["reverse"]));
        let states = [("330182000017", "suspended"), ("330182000018", "ended")].map(|(number, state)| (number.to_owned(), state.to_owned()));
        assert_eq!(desk.use_states().await, states);
        holds(&desk.reviewer.opens(&format!("{path}?said=agreed")).await, &["改好了", "办好了", "孙丽"]);
        holds(&desk.officer.opens(&format!("/staff/learners/{}/credit", desk.learner)).await, &["暂停着的", "330182000017", "已冲正"]);
        let book = desk.wang.opens("/passbook").await;
        holds(&book, &["这一笔记错了，已经改正", "原因：记到了别人名下。", "问一问，什么都不会少", "已改正"]);
        assert!(!book.body.contains("冲正") && !book.body.contains(GROUND));
        let letter = desk.bank.letter_to(PHONE).await.unwrap();
        assert!(letter.text.contains("已经改正") && !letter.text.contains("冲正"), "{}", letter.text);
        holds(&desk.reviewer.opens("/staff/corrections").await, &["现在没有等着复核的"]);
        // Passing again is credited as the next cycle.
        let again = passes(&desk.bank, desk.learner, "T01").await;
        let entry = ledger::find_transfer(desk.bank.fresh.db.read(), desk.learner, again).await.unwrap().unwrap();
        assert_eq!(entry.award_key.unwrap().to_string(), "1/T01/1/2");
        desk.close().await;
    }

    async fn nobody_decides_on_what_they_asked_for_and_staff_of_another_place_see_nothing_of_it(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let path = desk.asks(desk.award, "reverse", "other").await;
        let grant = Grant { role: Role::Reviewer, organisation: None, area: PlaceCode::parse(TOWN).unwrap(), line: None };
        let (_, admin) = desk.bank.staff("陈志远", Role::Administrator, "").await;
        let scope = identity::load_scope(desk.bank.fresh.db.read(), admin).await.unwrap();
        let to = desk.officer_id;
        let given = async move |tx: &credit_bank::db::Tx| identity::add_role(tx, &scope, to, &grant).await;
        desk.bank.fresh.db.write::<_, identity::Error, _>(given).await.unwrap();
        let page = desk.officer.opens(&path).await;
        holds(&page, &["这是您提的，要另一位复核人来定"]);
        let shown = desk.reviewer.opens(&path).await.input("shown");
        let own = desk.officer.sends(&page, &path, &[("doing", "agree"), ("shown", &shown)]).await;
        assert_eq!(own.status, 422);
        holds(&own, &["这是您提的，要另一位复核人来定"]);
        assert_eq!(desk.officer.sends(&page, &path, &[("doing", "disagree"), ("answer", "不要了")]).await.status, 422);
        let (far, _) = desk.bank.staff("周远", Role::Reviewer, "330182002").await;
        let (volunteer, _) = desk.bank.staff("李敏", Role::Volunteer, TOWN).await;
        let (second, _) = desk.bank.staff("吴明", Role::Officer, TOWN).await;
        for (person, act, status) in [(&far, "", 404), (&volunteer, "", 403), (&second, "", 403), (&second, "/withdraw", 403), (&far, "/withdraw", 403)] {
            let form = person.opens("/help").await;
            let answer = person.sends(&form, &format!("{path}{act}"), &[("doing", "agree"), ("shown", &shown)]).await;
            assert_eq!(answer.status, status, "{act} {}", answer.body);
        }
        assert_eq!((far.opens(&path).await.status, volunteer.opens(&path).await.status), (404, 403));
        holds(&far.opens("/staff/corrections").await, &["现在没有等着复核的"]);
        assert_eq!((desk.requests().await[0].state, desk.total().await), (RequestState::Open, 250));
        desk.close().await;
    }

    async fn what_has_changed_since_it_was_shown_is_not_agreed_to(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let path = desk.asks(desk.award, "reverse", "double_entry").await;
        let page = desk.reviewer.opens(&path).await;
        let shown = page.input("shown");
        desk.cites("certificate", "330182000017", "active").await;
        let stale = desk.reviewer.sends(&page, &path, &[("doing", "agree"), ("shown", &shown)]).await;
        assert_eq!(stale.status, 409);
        holds(&stale, &["情况变了", "330182000017", "会暂停"]);
        assert_ne!(stale.input("shown"), shown);
        assert_eq!((desk.requests().await[0].state, desk.total().await, desk.letters().await), (RequestState::Open, 250, 0));
        for wrong in [vec![("doing", "agree"), ("shown", "0f")], vec![("doing", "disagree")], vec![]] {
            assert_eq!(desk.reviewer.sends(&page, &path, &wrong).await.status, 422, "{wrong:?}");
        }
        let now = stale.input("shown");
        assert_eq!(desk.reviewer.sends(&stale, &path, &[("doing", "agree"), ("shown", &now)]).await.status, 303);
        assert_eq!(desk.total().await, 0);
        desk.close().await;
    }

    async fn a_request_is_refused_with_a_reason_or_taken_back_by_its_asker_and_then_it_has_ended(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let path = desk.asks(desk.award, "revoke", "fraud").await;
        let page = desk.reviewer.opens(&path).await;
        let shown = page.input("shown");
        for _ in 0..2 {
            let refused = desk.reviewer.sends(&page, &path, &[("doing", "disagree"), ("answer", "证据还不够")]).await;
            assert_eq!(refused.location, Some(format!("{path}?said=disagreed")));
        }
        holds(&desk.officer.opens(&path).await, &["复核人没同意", "证据还不够"]);
        let late = desk.reviewer.sends(&page, &path, &[("doing", "agree"), ("shown", &shown)]).await;
        assert_eq!(late.status, 409);
        holds(&late, &["已经有人定了"]);
        let second = desk.asks(desk.award, "reverse", "own_request").await;
        let form = desk.officer.opens(&second).await;
        for _ in 0..2 {
            let back = desk.officer.sends(&form, &format!("{second}/withdraw"), &[]).await;
            assert_eq!(back.location, Some(format!("{second}?said=withdrawn")));
        }
        holds(&desk.officer.opens(&format!("{second}?said=withdrawn")).await, &["收回了，学分没有动"]);
        let late = desk.reviewer.sends(&page, &second, &[("doing", "disagree"), ("answer", "晚了")]).await;
        assert_eq!(late.status, 409);
        let states: Vec<_> = desk.requests().await.iter().map(|request| request.state).collect();
        assert!(states.contains(&RequestState::Refused) && states.contains(&RequestState::Withdrawn) && states.len() == 2);
        assert_eq!((desk.total().await, desk.letters().await), (250, 0));
        desk.close().await;
    }

    async fn a_frozen_award_is_unfrozen_on_the_way_and_what_holds_on_is_put_right_first(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        desk.asks_by(&desk.officer, desk.award, "freeze", "dispute").await;
        desk.bank.clock.turn_ms(1000);
        let path = desk.asks(desk.award, "revoke", "fraud").await;
        holds(&desk.reviewer.opens(&path).await, &["先解除冻结，再更正", "谁占着它"]);
        desk.agrees(&desk.reviewer, &path).await;
        assert_eq!(desk.corrections().await, ["freeze", "unfreeze", "revoke"]);
        holds(&desk.wang.opens("/passbook").await, &["查过以后收回了", "起收回了。", "已收回"]);
        // What was revoked is not reversed before the revocation is.
        let taker = desk.requests().await.iter().find(|request| request.kind == CorrectionKind::Revoke).unwrap().transfer.unwrap();
        let hindered = desk.officer.opens(&format!("{}?kind=reverse", desk.line(desk.award))).await;
        holds(&hindered, &["有一笔占着它", &format!("{}?kind=reverse", desk.line(taker)), "先去更正那一笔"]);
        assert!(!hindered.body.contains("name=\"ground\""));
        assert_eq!(desk.officer.sends(&desk.officer.opens("/help").await, &desk.line(desk.award), &[("kind", "reverse"), ("reason", "other"), ("ground", GROUND)]).await.status, 409);
        desk.bank.clock.turn_ms(1000);
        desk.puts_right(taker, "reverse", "bank_mistake").await;
        assert_eq!(desk.total().await, 250);
        holds(&desk.wang.opens("/passbook").await, &["我们弄错了，对不住您"]);
        desk.close().await;
    }

    async fn a_wrong_reversal_is_put_right_by_giving_the_same_again_under_the_next_cycle(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        assert!(!desk.officer.opens(&desk.line(desk.award)).await.body.contains("?kind=restore"));
        desk.puts_right(desk.award, "reverse", "wrong_person").await;
        desk.bank.clock.turn_ms(60_000);
        let least = Levels::from_values(1, 1).unwrap();
        let frozen = recognition::impact_of(desk.bank.fresh.db.read(), desk.learner, (CorrectionKind::Freeze, desk.award), least).await.unwrap();
        assert_eq!(frozen.obstacle, Some(recognition::Obstacle::Reversed));
        let db = desk.bank.fresh.db.read();
        let impact = recognition::impact_of(db, desk.learner, (CorrectionKind::Restore, desk.award), least).await.unwrap();
        assert_eq!((impact.total.before.milli(), impact.total.after.milli()), (0, 250));
        assert_eq!((impact.transferable.after.milli(), impact.courses.before, impact.courses.after), (250, 0, 1));
        let given = desk.puts_right(desk.award, "restore", "bank_mistake").await;
        let entry = ledger::find_transfer(db, desk.learner, given).await.unwrap().unwrap();
        assert_eq!((entry.award_key.unwrap().to_string(), entry.amount.milli()), ("1/T01/1/2".to_owned(), 250));
        assert!(entry.approver.is_some_and(|approver| approver != entry.actor));
        let passbook = recognition::passbook_of(db, desk.learner).await.unwrap();
        assert_eq!((passbook.total.milli(), passbook.transferable(least).milli(), recognition::completed_units(db, desk.learner).await.unwrap().len()), (250, 250, 1));
        let rows = result::Entity::find().order_by_asc(result::Column::FormedAtMs).all(db).await.unwrap();
        assert_eq!((rows.len(), rows[1].source.as_str(), rows[1].source_id, rows[1].passed_at_ms), (2, "restored", rows[0].id, rows[0].passed_at_ms));
        assert_eq!(recognition::audit(&desk.bank.fresh.db).await.unwrap().records, 2);
        holds(&desk.wang.opens("/passbook").await, &["前面弄错了，这一笔还给您", "我们弄错了，对不住您"]);
        assert!(desk.bank.letter_to(PHONE).await.unwrap().text.contains("是我们弄错了"));
        // Not twice.
        holds(&desk.officer.opens(&format!("{}?kind=restore", desk.line(desk.award))).await, &["后来又记过学分"]);
        desk.close().await;
    }

    async fn of_somebody_without_a_place_it_belongs_where_it_was_asked(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let (_, li) = desk.bank.learner("李建国", 2, None).await;
        let award = passes(&desk.bank, li, "T01").await;
        let path = format!("/staff/learners/{li}/credit/{award}");
        assert_eq!(desk.officer.opens(&path).await.status, 404, "before the card was held out");
        let card = identity::profile(desk.bank.fresh.db.read(), &desk.bank.house.keys, li).await.unwrap().card.unwrap();
        let form = desk.officer.opens("/staff/learners").await;
        desk.officer.sends(&form, "/staff/learners", &[("number", card.as_str())]).await;
        let form = desk.officer.opens(&format!("{path}?kind=reverse")).await;
        let asked = desk.officer.sends(&form, &path, &[("kind", "reverse"), ("reason", "other"), ("ground", GROUND)]).await;
        let to = asked.location.unwrap();
        assert_eq!(desk.officer.opens(&to).await.status, 200);
        let request = to.strip_suffix("?said=asked").unwrap();
        assert_eq!(desk.agrees(&desk.reviewer, request).await.status, 303);
        desk.close().await;
    }

    async fn two_reviewers_at_once_put_right_once(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let (other, _) = desk.bank.staff("周清", Role::Reviewer, TOWN).await;
        let path = desk.asks(desk.award, "reverse", "test_broken").await;
        let answers = futures_util::future::join(desk.agrees(&desk.reviewer, &path), desk.agrees(&other, &path)).await;
        let mut statuses = [answers.0.status, answers.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        assert_eq!((desk.corrections().await.len(), desk.letters().await, desk.total().await), (1, 1, 0));
        desk.close().await;
    }

    async fn the_database_itself_refuses_one_person_a_second_open_request_and_any_later_change(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        desk.asks(desk.award, "reverse", "other").await;
        let refused = async |sql: &'static str| {
            let run = async move |tx: &credit_bank::db::Tx| {
                tx.execute_unprepared(sql).await?;
                Ok::<_, Error>(())
            };
            desk.bank.fresh.db.write(run).await.unwrap_err().to_string()
        };
        let decided = "UPDATE correction_request SET state = 'refused', decided_at_ms = 1, decider_id = ";
        for (sql, rule) in [
            (format!("{decided} asker_id"), "correction_request_two_people"),
            (format!("{decided} learner_id"), "correction_request_not_ones_own"),
            (format!("{decided} NULL"), "correction_request_decider"),
            ("UPDATE correction_request SET state = 'withdrawn'".to_owned(), "correction_request_decided"),
            ("UPDATE correction_request SET reason_code = 'fraud'".to_owned(), "recognition:"),
            ("DELETE FROM correction_request".to_owned(), "recognition:"),
        ] {
            let said = refused(sql.clone().leak()).await;
            assert!(said.contains(rule), "{sql}: {said}");
        }
        let copied = desk.bank.fresh.db.write(async move |tx| {
            let mut row = correction_request::Entity::find().one(tx).await?.unwrap();
            row.id = uuid::Uuid::from_bytes([9; 16]);
            correction_request::Entity::insert(sea_orm::IntoActiveModel::into_active_model(row)).exec_without_returning(tx).await?;
            Ok::<_, Error>(())
        }).await;
        assert!(copied.is_err());
        let path = format!("/staff/corrections/{}/{}", desk.learner, desk.requests().await[0].id);
        desk.agrees(&desk.reviewer, &path).await;
        assert!(refused("UPDATE correction_request SET state = 'open', decided_at_ms = NULL, decider_id = NULL, transfer_id = NULL").await.contains("recognition:"));
        desk.close().await;
    }

    async fn what_was_said_for_the_file_is_sealed_and_its_digest_is_the_evidence(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        desk.puts_right(desk.award, "reverse", "wrong_person").await;
        let db = desk.bank.fresh.db.read();
        let row = correction_request::Entity::find().one(db).await.unwrap().unwrap();
        assert!(!row.ground_sealed.windows(6).any(|part| GROUND.as_bytes().starts_with(part)));
        let record = correction::Entity::find().one(db).await.unwrap().unwrap();
        let transfer = ledger::find_transfer(db, desk.learner, TransferId::from_uuid(record.transfer_id)).await.unwrap().unwrap();
        assert_eq!(record.evidence_hash, credit_bank::kernel::digest_of(&[&row.ground_sealed]).to_vec());
        assert_eq!((transfer.evidence.to_vec(), row.evidence_hash), (record.evidence_hash.clone(), record.evidence_hash));
        desk.close().await;
    }
}
