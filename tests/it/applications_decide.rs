//! Who decides on applications, and who does not: people, role, agency, delegation, quota, all in the commit that decides.

use credit_bank::agencies::quota_used;
use credit_bank::db::Tx;
use credit_bank::identity::{self, AliasKind, Assurance, Grant, Login, NewStaff, Phone, Role, StaffPerson};
use credit_bank::kernel::{Credits, LearnerId, RuleId};
use credit_bank::places::PlaceCode;
use credit_bank::recognition;
use credit_bank::{applications, audit};
use entity::{application, session};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, Statement};

use crate::agencies::{Desk, POWERS, TOWN, everything};
use crate::aliases::Twice;
use crate::applications::{ACCEPT, RETURN, Work, adds, begins, does, on_turn, photo, posts, sends};
use crate::classes::point;
use crate::ledger::steps::refusal_of_sql;

const AGREE: [(&str, &str); 1] = [("doing", "agree")];

fn otherwise<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = POWERS.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().copied()).collect()
}

/// Gives a role in the agency's organisation to somebody of the staff.
async fn gives(desk: &Desk, who: LearnerId, role: Role) {
    let scope = identity::load_scope(desk.bank.house.db.read(), desk.zheng_id).await.unwrap();
    let grant = Grant { role, organisation: Some(desk.organisation), area: PlaceCode::parse(TOWN).unwrap(), line: None };
    let add = async move |tx: &Tx| identity::add_role(tx, &scope, who, &grant).await;
    desk.bank.house.db.write(add).await.unwrap();
}

/// Makes somebody who has an account and this phone an officer of the agency too.
async fn employs(desk: &Desk, phone: &str, login: &str) {
    let officer =
        Grant { role: Role::Officer, organisation: Some(desk.organisation), area: PlaceCode::parse(TOWN).unwrap(), line: None };
    let staff = NewStaff {
        person: StaffPerson::WithPhone(Phone::parse(phone).unwrap()),
        login: Login::parse(login).unwrap(),
        grant: officer,
        by: Some(desk.zheng_id),
        is_sample: false,
    };
    desk.bank.adds_staff(staff).await;
}

/// Ends every role of somebody in the agency's organisation.
async fn takes(desk: &Desk, who: LearnerId) {
    use entity::role;
    use sea_orm::ColumnTrait;
    let scope = identity::load_scope(desk.bank.house.db.read(), desk.zheng_id).await.unwrap();
    let own = role::Entity::find()
        .filter(role::Column::LearnerId.eq(who.uuid()))
        .filter(role::Column::OrganisationId.eq(desk.organisation.uuid()));
    for row in own.all(desk.bank.house.db.read()).await.unwrap() {
        let scope = scope.clone();
        desk.bank.house.db.write(async move |tx: &Tx| identity::end_role(tx, &scope, who, row.id).await).await.unwrap();
    }
}

/// In all that somebody does from now on, `helper` lends a hand.
async fn sits_beside(work: &Work, helper: LearnerId, learner: LearnerId) {
    use sea_orm::ColumnTrait;
    use sea_orm::sea_query::Expr;
    let help = async move |tx: &Tx| -> Result<(), applications::Error> {
        let own = session::Entity::update_many().col_expr(session::Column::HelperId, Expr::value(Some(helper.uuid())));
        own.filter(session::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
        Ok(())
    };
    work.bank().house.db.write(help).await.unwrap();
}

async fn two(work: &Work) -> (RuleId, String, String) {
    let rule = work.rule(|row| row.deciders = 2).await;
    let path = work.applies(&work.wang, rule, "ZJ-1").await;
    let case = work.case(work.wang_id, &path);
    (rule, path, case)
}

crate::on_both! {
    async fn each_index_of_applications_holds_those_alone_that_are_asked_for_by_it(fresh: Fresh) {
        let (db, backend) = (fresh.db.read(), fresh.db.backend());
        for (index, held) in [
            ("application_queue", "WHERE waits_since_ms IS NOT NULL"),
            ("application_by_end", "WHERE decided_at_ms IS NOT NULL AND transfer_id IS NULL"),
        ] {
            let sql = match backend {
                DbBackend::Sqlite => format!("SELECT sql AS words FROM sqlite_master WHERE name = '{index}'"),
                _ => format!("SELECT indexdef AS words FROM pg_indexes WHERE schemaname = current_schema() AND indexname = '{index}'"),
            };
            let row = db.query_one_raw(Statement::from_string(backend, sql)).await.unwrap().unwrap();
            let words = row.try_get::<String>("", "words").unwrap().replace(['(', ')'], "");
            assert!(words.ends_with(held), "{words}");
        }
    }

    async fn where_the_rule_asks_for_two_the_second_is_another_person_by_no_account_the_first(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let (_, _, case) = two(&work).await;
        gives(&work.desk, work.zhao_id, Role::Reviewer).await;
        let shown = work.zhao.opens(&case).await;
        for _ in 0..2 {
            assert_eq!(on_turn(&work.zhao, &shown, &case, &ACCEPT).await.status, 303);
        }
        assert_eq!(work.credit(work.wang_id).await, 0, "a proposal gives nothing");
        let own = work.zhao.opens(&case).await;
        assert!(own.body.contains("要另一个人来办") && !own.body.contains("value=\"agree\""), "{}", own.body);
        let same = posts(&work.zhao, &case, "2", &AGREE).await;
        assert!(same.status == 422 && same.body.contains("换一个账户也不行"), "{} {}", same.status, same.body);
        // The reviewer turns out to be the officer, by another account.
        let Work { desk, partner, zhao, zhao_id, sun, sun_id, wang, wang_id } = work;
        let (at_desk, officer) = desk.bank.staff("赵强", Role::Officer, "330182").await;
        let (at_review, reviewer) = desk.bank.staff("孙丽", Role::Reviewer, "330182").await;
        let Desk { bank, organisation, id, shen, shen_id, zheng, zheng_id } = desk;
        let twice = Twice { bank, first: zhao_id, second: sun_id, by_first: zhao, by_second: sun, officer, reviewer, at_desk, at_review };
        twice.does(AliasKind::Join, twice.second, twice.first).await;
        let Twice { bank, by_first: zhao, by_second: sun, .. } = twice;
        let desk = Desk { bank, organisation, id, shen, shen_id, zheng, zheng_id };
        let work = Work { desk, partner, zhao, zhao_id, sun, sun_id, wang, wang_id };
        let joined = posts(&work.sun, &case, "2", &AGREE).await;
        assert_eq!(joined.status, 422, "{}", joined.body);
        let (third, _) = work.desk.works(Role::Reviewer, Some(work.desk.organisation), None).await;
        let shown = third.opens(&case).await;
        assert!(shown.body.contains("有人监考"), "what the first stated: {}", shown.body);
        for _ in 0..2 {
            let agreed = on_turn(&third, &shown, &case, &AGREE).await;
            assert_eq!(agreed.status, 303, "{}", agreed.body);
        }
        assert_eq!(work.credit(work.wang_id).await, 250);
        assert_eq!(work.desk.count("applications.agree").await, 1);
        work.desk.bank.close().await;
    }

    async fn the_second_may_disagree_and_a_proposal_of_who_has_left_is_done_anew(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let (_, path, case) = two(&work).await;
        assert_eq!(does(&work.zhao, &case, &ACCEPT).await.status, 303);
        assert_eq!(does(&work.sun, &case, &[("doing", "disagree"), ("disagree_words", "")]).await.status, 422);
        assert_eq!(does(&work.sun, &case, &[("doing", "disagree"), ("disagree_words", "编号看不清。")]).await.status, 303);
        assert!(work.wang.opens(&path).await.body.contains("编号看不清。"));
        let (qian, qian_id) = work.desk.works(Role::Officer, Some(work.desk.organisation), None).await;
        assert_eq!(does(&qian, &case, &ACCEPT).await.status, 303);
        let shown = work.sun.opens(&case).await;
        takes(&work.desk, qian_id).await;
        let gone = on_turn(&work.sun, &shown, &case, &AGREE).await;
        assert!(gone.status == 422 && gone.body.contains("已经不在这家机构"), "{} {}", gone.status, gone.body);
        assert_eq!(does(&work.sun, &case, &[("doing", "disagree"), ("disagree_words", "请重新看。")]).await.status, 303);
        assert_eq!(does(&work.zhao, &case, &ACCEPT).await.status, 303);
        assert_eq!(does(&work.sun, &case, &AGREE).await.status, 303);
        assert_eq!(work.credit(work.wang_id).await, 250);
        work.desk.bank.close().await;
    }

    async fn a_role_a_suspension_and_an_old_page_are_asked_about_in_the_commit(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let (_, _, case) = two(&work).await;
        let stale = work.zhao.opens(&case).await;
        assert_eq!(posts(&work.sun, &case, "1", &ACCEPT).await.status, 403, "a reviewer prepares nothing");
        assert_eq!(does(&work.zhao, &case, &ACCEPT).await.status, 303);
        assert_eq!(on_turn(&work.zhao, &stale, &case, &RETURN).await.status, 409, "an old turn");
        let moved = posts(&work.zhao, &case, "1", &RETURN).await;
        assert!(moved.status == 409 && moved.body.contains("刚才有人办过") && moved.body.contains("复核"), "{} {}", moved.status, moved.body);
        assert_eq!(posts(&work.zhao, &case, "2", &AGREE).await.status, 422, "nobody is their own second");
        let (qian, _) = work.desk.works(Role::Officer, Some(work.desk.organisation), None).await;
        assert_eq!(posts(&qian, &case, "2", &AGREE).await.status, 403, "an officer is nobody's second");
        let form = work.desk.shen.opens(&work.desk.path()).await;
        work.desk.shen.sends(&form, &format!("{}/suspend", work.desk.path()), &[("suspend_why", "查账")]).await;
        let stopped = posts(&work.sun, &case, "2", &AGREE).await;
        assert!(stopped.status == 409 && stopped.body.contains("暂停"), "{} {}", stopped.status, stopped.body);
        let form = work.desk.zheng.opens(&work.desk.path()).await;
        work.desk.zheng.sends(&form, &format!("{}/lift", work.desk.path()), &[("lift_why", "查完了")]).await;
        // The reviewer's role ends between what they were shown and what they send.
        let shown = work.sun.opens(&case).await;
        assert_eq!(shown.status, 200);
        takes(&work.desk, work.sun_id).await;
        let ended = on_turn(&work.sun, &shown, &case, &AGREE).await;
        assert!([303, 403].contains(&ended.status) && ended.location.is_none_or(|to| to.starts_with("/sign-in")), "{}", ended.status);
        assert_eq!(work.credit(work.wang_id).await, 0);
        work.desk.bank.close().await;
    }

    async fn another_agency_and_another_line_of_work_find_nothing_and_are_kept(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let path = work.applies(&work.wang, rule, "ZJ-1").await;
        let case = work.case(work.wang_id, &path);
        let school = point(work.bank(), "青石镇妇女之家", TOWN).await;
        let theirs = crate::agencies::enters(&work.desk.shen, school, "52330182MJ9876543E").await;
        let (other, other_id) = work.desk.works(Role::Officer, Some(school), None).await;
        assert_eq!(other.opens(&case).await.status, 404, "of another agency");
        assert_eq!(posts(&other, &case, "1", &ACCEPT).await.status, 404);
        let crossed = case.replace(&work.desk.id, &theirs);
        assert_eq!(other.opens(&crossed).await.status, 404, "another's application by one's own agency");
        assert_eq!(posts(&other, &crossed, "1", &ACCEPT).await.status, 404);
        // She belongs to the elders; an officer of the women's line sees her not.
        let (women, women_id) = work.desk.works(Role::Officer, Some(work.desk.organisation), Some("women")).await;
        assert_eq!(women.opens(&work.queue()).await.status, 200);
        assert_eq!(women.opens(&case).await.status, 404);
        assert_eq!(posts(&women, &case, "1", &ACCEPT).await.status, 404);
        let kept = audit::list_entries(work.bank().house.db.read(), &everything()).await.unwrap();
        for who in [other_id, women_id] {
            assert!(kept.iter().any(|row| row.action == "agencies.turned_away" && row.actor == Some(who)), "{who}");
        }
        let seen = audit::list_access(work.bank().house.db.read(), work.wang_id, 50).await.unwrap();
        assert!(seen.iter().any(|row| row.actor == women_id && row.what == "agency_tried"));
        assert_eq!(work.credit(work.wang_id).await, 0);
        work.desk.bank.close().await;
    }

    async fn nobody_decides_on_their_own_nor_on_what_they_helped_with(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        // She works there herself; and the officer sat beside him.
        employs(&work.desk, "13800000001", "wang.guiying").await;
        let path = work.applies(&work.wang, rule, "ZJ-1").await;
        let case = work.case(work.wang_id, &path);
        let desk = work.bank().signed_in(work.wang_id, Assurance::PasswordTotp).await;
        let own = desk.opens(&case).await;
        assert!(own.status == 200 && !own.body.contains("value=\"accept\""), "{}", own.body);
        assert_eq!(posts(&desk, &case, "1", &ACCEPT).await.status, 422);
        let (li, li_id) = work.bank().learner("李建国", 2, Some(TOWN)).await;
        sits_beside(&work, work.zhao_id, li_id).await;
        let path = work.applies(&li, rule, "ZJ-2").await;
        let case = work.case(li_id, &path);
        let page = work.zhao.opens(&case).await;
        assert!(page.body.contains("有志愿者在旁边帮忙") && !page.body.contains("value=\"accept\""), "{}", page.body);
        let helped = posts(&work.zhao, &case, "1", &ACCEPT).await;
        assert!(helped.status == 422 && helped.body.contains("在旁边帮过忙的"), "{} {}", helped.status, helped.body);
        assert_eq!(work.credit(li_id).await, 0);
        work.desk.bank.close().await;
    }

    async fn whoever_helped_with_an_appeal_does_not_hear_it(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let path = work.applies(&work.wang, work.rule(|_| ()).await, "ZJ-1").await;
        let case = work.case(work.wang_id, &path);
        assert_eq!(does(&work.zhao, &case, &RETURN).await.status, 303);
        sits_beside(&work, work.sun_id, work.wang_id).await;
        assert_eq!(does(&work.wang, &path, &[("doing", "appeal"), ("appeal_words", "写得清楚。")]).await.status, 303);
        let page = work.sun.opens(&case).await;
        assert!(page.body.contains("要另一个人来办") && !page.body.contains("value=\"reject\""), "{}", page.body);
        let (other, other_id) = work.desk.works(Role::Reviewer, Some(work.desk.organisation), None).await;
        let other_id = other_id.to_string();
        let reject = vec![("doing", "reject"), ("reject_words", "不对。")];
        let pass = vec![("doing", "pass"), ("to", other_id.as_str())];
        for fields in [ACCEPT.to_vec(), reject, pass] {
            let helped = posts(&work.sun, &case, "3", &fields).await;
            assert!(helped.status == 422 && helped.body.contains("在旁边帮过忙的"), "{} {}", helped.status, helped.body);
        }
        assert_eq!(does(&other, &case, &ACCEPT).await.status, 303);
        work.desk.bank.close().await;
    }

    async fn a_number_spelt_in_two_ways_is_credited_once_and_both_are_shown_side_by_side(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let first = work.applies(&work.wang, rule, "ZJ-2025/001").await;
        let (li, li_id) = work.bank().learner("李建国", 2, Some(TOWN)).await;
        let second = begins(&li, rule).await;
        adds(&li, &second, photo("ZJ-2025/001"), "a.png").await;
        // With a letter that no certificate bears it is no number; dashes and noughts that are letters are what they look like.
        let strange = sends(&li, &second, &[("number", "\u{13C3}J-2025/001")]).await;
        assert!(strange.status == 422 && strange.body.contains("请照证书写编号"), "{} {}", strange.status, strange.body);
        assert_eq!(sends(&li, &second, &[("number", "ｚｊ一2025\u{2C9}〇〇1")]).await.status, 303);
        let case = work.case(li_id, &second);
        assert_eq!(does(&work.zhao, &work.case(work.wang_id, &first), &ACCEPT).await.status, 303);
        let page = work.zhao.opens(&case).await;
        for words in ["系统里还有相同的", "证书编号一样", "别人的", "已经认定过一次"] {
            assert!(page.body.contains(words), "{words} in {}", page.body);
        }
        let taken = on_turn(&work.zhao, &page, &case, &ACCEPT).await;
        assert!(taken.status == 422 && taken.body.contains("已经认定过一次"), "{} {}", taken.status, taken.body);
        assert_eq!((work.credit(work.wang_id).await, work.credit(li_id).await), (250, 0));
        // The same unit again, by another number.
        let again = work.applies(&work.wang, rule, "ZJ-9").await;
        let held = does(&work.zhao, &work.case(work.wang_id, &again), &ACCEPT).await;
        assert!(held.status == 422 && held.body.contains("本人已经有了"), "{} {}", held.status, held.body);
        assert!(recognition::audit(&work.bank().house.db).await.unwrap().is_sound());
        work.desk.bank.close().await;
    }

    async fn what_was_sent_in_time_is_decided_by_its_version_unless_that_was_ended(fresh: Fresh) {
        let mut work = Work::over(fresh).await;
        let last = work.bank().clock.now().day().plus_days(2).to_string();
        let rule = work.rule(|row| row.until_day = Some(last)).await;
        let path = work.applies(&work.wang, rule, "ZJ-1").await;
        let (li, li_id) = work.bank().learner("李建国", 2, Some(TOWN)).await;
        let other = work.rule(|row| { row.unit = "T01".to_owned(); row.title = "社保课证书".to_owned(); }).await;
        let ended = work.applies(&li, other, "ZJ-2").await;
        work.turns_days(20).await;
        assert!(!work.wang.opens("/applications/begin").await.body.contains("防骗课证书"), "it has run out");
        let case = work.case(work.wang_id, &path);
        assert!(work.zhao.opens(&case).await.body.contains("已经过了答应答复的日子"));
        assert!(work.zhao.opens(&work.queue()).await.body.contains("过了答应的日子"));
        let done = does(&work.zhao, &case, &ACCEPT).await;
        assert_eq!(done.status, 303, "{}", done.body);
        work.ends(other).await;
        let case = work.case(li_id, &ended);
        let refused = does(&work.zhao, &case, &ACCEPT).await;
        assert!(refused.status == 422 && refused.body.contains("提前停了"), "{} {}", refused.status, refused.body);
        assert_eq!(does(&work.zhao, &case, &RETURN).await.status, 303);
        assert_eq!((work.credit(work.wang_id).await, work.credit(li_id).await), (250, 0));
        work.desk.bank.close().await;
    }

    async fn rule_delegation_and_what_one_person_may_have_hold_and_a_refusal_takes_all_back(fresh: Fresh) {
        let work = Work::with(fresh, &otherwise(&[("per_learner", "0.25"), ("units", "T19"), ("units", "T01")])).await;
        let high = work.rule(|row| { row.least_supervision = 3; row.unit = "T01".to_owned(); row.title = "甲".to_owned(); }).await;
        let case = work.case(work.wang_id, &work.applies(&work.wang, high, "ZJ-1").await);
        let low = does(&work.zhao, &case, &ACCEPT).await;
        assert!(low.status == 422 && low.body.contains("还不到规则要求"), "{} {}", low.status, low.body);
        let unsaid = does(&work.zhao, &case, &[("doing", "accept"), ("supervision", "7")]).await;
        assert!(unsaid.status == 422 && unsaid.body.contains("请选这项成果是怎么考的"), "{}", unsaid.body);
        let rule = work.rule(|_| ()).await;
        let path = begins(&work.wang, rule).await;
        adds(&work.wang, &path, photo("b"), "b.png").await;
        assert_eq!(sends(&work.wang, &path, &[("number", "ZJ-2"), ("value", "39")]).await.status, 303);
        let little = does(&work.zhao, &work.case(work.wang_id, &path), &ACCEPT).await;
        assert!(little.status == 422 && little.body.contains("够不上记学分"), "{} {}", little.status, little.body);
        let enough = work.case(work.wang_id, &work.applies(&work.wang, rule, "ZJ-3").await);
        assert_eq!(does(&work.zhao, &enough, &ACCEPT).await.status, 303);
        // A second unit is more than this agency may give one person; what recognition had booked is taken back with the refusal.
        let over = does(&work.zhao, &case, &[("doing", "accept"), ("supervision", "3")]).await;
        assert_eq!(over.status, 422, "{}", over.body);
        assert_eq!((work.credit(work.wang_id).await, used(&work).await), (250, 250));
        assert!(recognition::audit(&work.bank().house.db).await.unwrap().is_sound());
        work.desk.bank.close().await;
    }

    async fn the_queue_costs_seven_statements_and_a_case_eighteen(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let case = work.case(work.wang_id, &work.applies(&work.wang, rule, "ZJ-1").await);
        work.zhao.opens(&work.queue()).await;
        for (path, statements) in [(work.queue(), 7), (case, 18)] {
            let before = work.bank().house.db.statements();
            assert_eq!(work.zhao.opens(&path).await.status, 200);
            assert_eq!(work.bank().house.db.statements() - before, statements, "{path}");
        }
        work.desk.bank.close().await;
    }

    async fn an_application_is_passed_to_a_colleague_whose_work_it_is(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let case = work.case(work.wang_id, &work.applies(&work.wang, rule, "ZJ-1").await);
        let (qian, qian_id) = work.desk.works(Role::Officer, Some(work.desk.organisation), None).await;
        for (to, says) in [("", "请从名单里选"), ("x", "请从名单里选"), (&*work.sun_id.to_string(), "请从名单里选")] {
            let wrong = does(&work.zhao, &case, &[("doing", "pass"), ("to", to)]).await;
            assert!(wrong.status == 422 && wrong.body.contains(says), "{to}: {} {}", wrong.status, wrong.body);
        }
        let shown = work.zhao.opens(&case).await;
        for _ in 0..2 {
            let passed = on_turn(&work.zhao, &shown, &case, &[("doing", "pass"), ("to", &qian_id.to_string())]).await;
            assert_eq!(passed.status, 303, "{}", passed.body);
        }
        assert_eq!(work.desk.count("applications.pass").await, 1);
        assert!(qian.opens(&work.queue()).await.body.contains("转给您的"));
        assert_eq!(does(&qian, &case, &ACCEPT).await.status, 303);
        work.desk.bank.close().await;
    }

    async fn of_a_hundred_that_are_recognised_at_once_exactly_the_quota_is(fresh: Fresh) {
        let work = Work::with(fresh, &otherwise(&[("per_year", "2.5"), ("per_learner", "0.25")])).await;
        let rule = work.rule(|_| ()).await;
        let path = work.applies(&work.wang, rule, "ZJ-0").await;
        let mut cases = vec![work.case(work.wang_id, &path)];
        let model = work.row().await;
        for number in 1..100_u32 {
            let (_, who) = work.bank().learner("李建国", number + 1, Some(TOWN)).await;
            let key = identity::person_key(work.bank().house.db.read(), &work.bank().house.keys, who).await.unwrap();
            let mut row = application::Model { learner_id: who.uuid(), id: uuid::Uuid::from_u128(u128::from(number)), ..model.clone() };
            row.number_sealed = Some(key.seal("application.number", format!("ZJ-{number}").as_bytes()));
            cases.push(format!("{}/{who}/{}", work.queue(), row.id));
            let insert = async move |tx: &Tx| -> Result<(), applications::Error> {
                application::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await?;
                Ok(())
            };
            work.bank().house.db.write(insert).await.unwrap();
        }
        let second = work.zhao.opens(&format!("{}?page=2", work.queue())).await;
        assert!(second.body.contains("一共 100 件") && second.body.contains("?page=1"), "{}", second.body);
        let form = work.zhao.opens("/help").await;
        let csrf = form.input("csrf");
        let accept = async |(number, case): (usize, &String)| {
            let once = format!("at-once-{number:04}");
            let fields = [("csrf", csrf.as_str()), ("once", once.as_str()), ("turn", "1"), ("doing", "accept"), ("supervision", "2")];
            work.zhao.posts_raw(case, &fields).await
        };
        let answers = futures_util::future::join_all(cases.iter().enumerate().map(accept)).await;
        let given = answers.iter().filter(|answer| answer.status == 303).count();
        let rest: Vec<u16> = answers.iter().map(|answer| answer.status).filter(|status| ![303, 422].contains(status)).collect();
        assert_eq!((given, rest, used(&work).await), (10, Vec::new(), 2_500));
        assert!(recognition::audit(&work.bank().house.db).await.unwrap().is_sound());
        work.desk.bank.close().await;
    }

    async fn what_was_done_is_never_changed(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let case = work.case(work.wang_id, &work.applies(&work.wang, rule, "ZJ-1").await);
        assert_eq!(does(&work.zhao, &case, &RETURN).await.status, 303);
        for sql in ["UPDATE application_step SET turn = 9", "DELETE FROM application_step", "UPDATE application SET transfer_id = id"] {
            assert!(refusal_of_sql(&work.bank().fresh, sql).await.is_some(), "{sql}");
        }
        assert!(work.bank().house.db.read().execute_unprepared("SELECT 1").await.is_ok());
        work.desk.bank.close().await;
    }
}

/// What the agency has used of this year's quota.
async fn used(work: &Work) -> i64 {
    let year = work.bank().clock.now().day().year();
    let used: Credits = quota_used(work.bank().house.db.read(), work.desk.id.parse().unwrap(), year).await.unwrap();
    used.milli()
}
