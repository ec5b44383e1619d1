//! The booking of a roll: resumed after a crash, halted and gone on with, exact to the last milli-credit, each person and number once.

use credit_bank::audit;
use credit_bank::conversions;
use credit_bank::identity::{self, Role};
use credit_bank::kernel::{CardNumber, Credits, LearnerId, RollId};
use credit_bank::ledger::{Amount, Fraction};
use credit_bank::recognition::{ConversionRule, Deciders, Instruction};
use credit_bank::rolls;
use entity::{audit_entry, person, roll, roll_line};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::agencies::TOWN;
use crate::classes::point;
use crate::recognition_conversions::{certified, converts, rule};
use crate::recognition_outward::instruction;
use crate::rolls::{IN, Rolls, Wanted, crowd, csv, ends, has_rule, lines_of, works};
use crate::support::people::sender;

fn id_of(page: &str) -> RollId {
    page.rsplit('/').next().unwrap().parse().unwrap()
}

async fn booked(rolls: &Rolls) -> u64 {
    let of = roll_line::Entity::find().filter(roll_line::Column::State.eq("booked"));
    of.count(rolls.bank().house.db.read()).await.unwrap()
}

/// Works on a roll until some of it is booked, and falls over.
async fn falls_over(rolls: &Rolls, page: &str) {
    let (db, keys, id) = (rolls.bank().house.db.clone(), rolls.bank().house.keys.clone(), id_of(page));
    let work = actix_web::rt::spawn(async move { rolls::run(&db, &keys, id).await });
    while booked(rolls).await < 40 {
        actix_web::rt::task::yield_now().await;
    }
    work.abort();
    drop(work.await);
}

async fn suspends(rolls: &Rolls, is_off: bool) {
    let admin = if is_off { &rolls.desk.shen } else { &rolls.desk.zheng };
    let (act, field) = if is_off { ("suspend", "suspend_why") } else { ("lift", "lift_why") };
    let form = admin.opens(&rolls.desk.path()).await;
    let answer = admin.sends(&form, &format!("{}/{act}", rolls.desk.path()), &[(field, "查账")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// So much is known of who somebody is.
async fn knows(rolls: &Rolls, learner: LearnerId, level: i64) {
    let known = async move |tx: &credit_bank::db::Tx| {
        let update = person::Entity::update_many().col_expr(person::Column::IdentityLevel, Expr::value(level));
        update.filter(person::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
        Ok::<_, credit_bank::db::DbFault>(())
    };
    rolls.bank().house.db.write(known).await.unwrap();
}

/// The one line that was passed over is taken as a file, which can be brought again: by officers alone, and that is kept.
async fn is_taken_as_a_file(rolls: &Rolls, page: &str, (learner, card): (LearnerId, &CardNumber), number: i64) {
    let (db, file) = (rolls.bank().house.db.read(), format!("{page}/passed"));
    assert!(rolls.zhao.opens(page).await.body.contains(&file), "it is offered");
    assert!(!rolls.qian.opens(page).await.body.contains(&file), "not to a reviewer");
    assert_eq!(rolls.qian.opens(&file).await.status, 403);
    let looks =
        async || audit::list_access(db, learner, 50).await.unwrap().iter().filter(|row| row.actor == rolls.zhao_id).count();
    let before = looks().await;
    let taken = rolls.zhao.opens(&file).await;
    assert_eq!((taken.status, taken.headers["content-type"].to_str().unwrap()), (200, "text/csv; charset=utf-8"));
    let line = format!("{card},ZJ-{:05},1,2026-01-08,这个单元已经有学分了\n", number - 2);
    assert_eq!(taken.body.trim_start_matches('\u{feff}'), format!("学员,证书编号,学分,通过日期,原因\n{line}"));
    assert_eq!(looks().await, before + 1, "whose it is sees it in their own log");
    let kept = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("rolls.take_passed"));
    let kept: Vec<_> = kept.all(db).await.unwrap().into_iter().map(|entry| entry.actor_id).collect();
    assert_eq!(kept, [Some(rolls.zhao_id.uuid())]);
    let again = rolls.sends(rolls.rule, taken.body.into_bytes()).await;
    assert_eq!(again.status, 303, "its columns are those of the form: {}", again.body);
    works(rolls.bank()).await;
    let again = again.location.unwrap();
    assert_eq!(rolls.lines(&again, "wrong").await[0].problem.as_deref(), Some("held"));
    assert_eq!(rolls.zhao.opens(&format!("{again}/passed")).await.status, 404, "nothing was passed over");
    let school = point(rolls.bank(), "青石镇中心小学", TOWN).await;
    let elsewhere = crate::agencies::enters(&rolls.desk.shen, school, "91350100M000100Y43").await;
    let (stranger, _) = rolls.desk.works(Role::Officer, Some(school), None).await;
    for file in [file.clone(), file.replace(&rolls.desk.id, &elsewhere)] {
        assert_eq!(stranger.opens(&file).await.status, 404, "{file}");
    }
}

/// All lines of a roll that is done are such as were passed over.
async fn are_passed_over(rolls: &Rolls, page: &str) {
    let id = id_of(page).uuid();
    let pass = async move |tx: &credit_bank::db::Tx| {
        let passed = roll_line::Entity::update_many()
            .col_expr(roll_line::Column::State, Expr::value("passed"))
            .col_expr(roll_line::Column::Problem, Expr::value("held"))
            .col_expr(roll_line::Column::TransferId, Expr::value(None::<uuid::Uuid>))
            .filter(roll_line::Column::RollId.eq(id));
        let lines = i64::try_from(passed.exec(tx).await?.rows_affected).unwrap();
        let whole = roll::Entity::update_many().col_expr(roll::Column::Wrong, Expr::value(lines));
        whole.filter(roll::Column::Id.eq(id)).exec(tx).await?;
        Ok::<_, credit_bank::db::DbFault>(())
    };
    rolls.bank().house.db.write(pass).await.unwrap();
}

/// Somebody moves to another town.
async fn moves(rolls: &Rolls, learner: LearnerId, town: &'static str) {
    let there = async move |tx: &credit_bank::db::Tx| {
        let update = person::Entity::update_many().col_expr(person::Column::PlaceCode, Expr::value(town));
        update.filter(person::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
        Ok::<_, credit_bank::db::DbFault>(())
    };
    rolls.bank().house.db.write(there).await.unwrap();
}

/// How often somebody was shown in a roll to this member of staff.
async fn was_shown(rolls: &Rolls, learner: LearnerId, actor: LearnerId) -> usize {
    let rows = audit::list_access(rolls.bank().house.db.read(), learner, 50).await.unwrap();
    rows.iter().filter(|row| row.actor == actor && row.what == "roll").count()
}

/// The problems of lines that were passed over.
async fn passed(rolls: &Rolls, page: &str) -> Vec<String> {
    rolls.lines(page, "passed").await.into_iter().map(|line| line.problem.unwrap()).collect()
}

crate::on_both! {
    async fn a_rule_that_was_ended_since_is_not_agreed_to(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 1, TOWN).await;
        let page = rolls.brings(rolls.rule, &lines_of(&people)).await;
        assert_eq!(rolls.asks(&page).await.status, 303);
        ends(rolls.bank(), rolls.rule).await;
        assert_eq!(rolls.agrees(&page).await.status, 409);
        assert_eq!(rolls.state(&page).await, "asked");
        assert!(rolls.zhao.opens(&rolls.path()).await.body.contains("没有能用的转换规则"));
        rolls.desk.bank.close().await;
    }

    async fn what_fell_over_in_the_middle_is_gone_on_with_and_two_at_once_do_nothing_twice(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.5", "1000").await;
        let people = crowd(rolls.bank(), 400, TOWN).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        falls_over(&rolls, &page).await;
        let before = booked(&rolls).await;
        assert!((40..400).contains(&before), "{before}");
        assert!(rolls.zhao.opens(&page).await.body.contains("正在认定"));
        let (db, keys) = (&rolls.bank().house.db, &rolls.bank().house.keys);
        let both = futures_util::future::join_all((0..3).map(|_| rolls::run(db, keys, id_of(&page)))).await;
        assert!(both.iter().all(|outcome| matches!(outcome, Ok(None))), "{both:?}");
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), booked(&rolls).await, rolls.credited().await), ("done", 400, 400));
        assert_eq!(rolls.quota_used().await, 100_000);
        rolls.desk.bank.close().await;
    }

    async fn a_quota_that_lacks_one_line_credits_none_and_one_that_fits_credits_all(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.5", "1").await;
        let people = crowd(rolls.bank(), 5, TOWN).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.credited().await, rolls.quota_used().await), ("checked", 0, 0));
        assert!(rolls.zhao.opens(&page).await.body.contains("额度不够了"));
        let page = rolls.agreed(rolls.rule, &lines_of(&people[..4])).await;
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.credited().await, rolls.quota_used().await), ("done", 4, 1000));
        rolls.desk.bank.close().await;
    }

    async fn a_suspension_halts_the_booking_and_it_goes_on_when_that_is_lifted(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.5", "1000").await;
        let people = crowd(rolls.bank(), 400, TOWN).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        falls_over(&rolls, &page).await;
        suspends(&rolls, true).await;
        let (db, keys) = (&rolls.bank().house.db, &rolls.bank().house.keys);
        let again = rolls::run(db, keys, id_of(&page)).await.unwrap();
        assert!(again.is_some_and(|again| again > rolls.bank().clock.now()), "it comes again");
        // A commit that was under way when its caller fell over is through by now: this run has waited for it.
        let before = booked(&rolls).await;
        assert!((40..400).contains(&before), "{before}");
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), booked(&rolls).await), ("valid", before), "nothing while it is suspended");
        suspends(&rolls, false).await;
        rolls.bank().clock.turn_ms(11 * 60_000);
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.credited().await), ("done", 400));
        rolls.desk.bank.close().await;
    }

    async fn nothing_more_is_credited_once_the_agency_is_suspended_and_then_closed(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.5", "1000").await;
        let people = crowd(rolls.bank(), 400, TOWN).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        falls_over(&rolls, &page).await;
        suspends(&rolls, true).await;
        let (db, keys) = (&rolls.bank().house.db, &rolls.bank().house.keys);
        // What was being written when it fell over is written by the end of the second run.
        for _ in 0..2 {
            assert!(rolls::run(db, keys, id_of(&page)).await.unwrap().is_some());
        }
        let before = booked(&rolls).await;
        assert!((40..400).contains(&before), "{before}");
        let form = rolls.desk.zheng.opens(&rolls.desk.path()).await;
        let closed = rolls.desk.zheng.sends(&form, &format!("{}/close", rolls.desk.path()), &[("close_why", "并入县里")]).await;
        assert_eq!(closed.status, 303, "{}", closed.body);
        for _ in 0..2 {
            assert_eq!(rolls::run(db, keys, id_of(&page)).await.unwrap(), None);
        }
        let rest = passed(&rolls, &page).await;
        assert!(rest.iter().all(|problem| problem == "closed"), "{rest:?}");
        assert_eq!((rolls.state(&page).await.as_str(), booked(&rolls).await, rolls.credited().await), ("done", before, before));
        assert_eq!(u64::try_from(rest.len()).unwrap(), 400 - before);
        rolls.desk.bank.close().await;
    }

    async fn a_line_is_worth_no_more_than_the_bank_knows_of_its_person(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 2, TOWN).await;
        let strict = has_rule(rolls.bank(), &rolls.desk.id, rolls.partner, &Wanted { unit: "T01", least: (2, 1), ..IN }).await;
        let (keys, staff, seen) = (rolls.bank().house.keys.clone(), rolls.qian_id, people[0].0);
        let sight = async move |tx: &_| identity::document_seen(tx, &keys, (staff, &sender()), seen, None).await;
        rolls.bank().house.db.write(sight).await.unwrap();
        let page = rolls.brings(strict, &lines_of(&people)).await;
        let wrong = rolls.lines(&page, "wrong").await;
        assert_eq!(wrong.iter().map(|line| (line.number, line.problem.as_deref())).collect::<Vec<_>>(), [(3, Some("identity"))]);
        let shown = rolls.zhao.opens(&page).await;
        assert!(shown.body.contains("身份还不够"), "{}", shown.body);
        // Somebody of whom less is known by the time it is looked at once more is named then.
        let page = rolls.agreed(strict, &lines_of(&people[..1])).await;
        knows(&rolls, seen, 1).await;
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.credited().await), ("checked", 0));
        assert_eq!(rolls.lines(&page, "wrong").await[0].problem.as_deref(), Some("identity"));
        knows(&rolls, seen, 2).await;
        assert_eq!(rolls.brings(strict, &lines_of(&people[..1])).await, page);
        assert_eq!((rolls.asks(&page).await.status, rolls.agrees(&page).await.status), (303, 303));
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.credited().await), ("done", 1));
        rolls.desk.bank.close().await;
    }

    async fn a_check_on_the_day_counts_for_those_whose_document_the_bank_has_seen(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 2, TOWN).await;
        let strict = has_rule(rolls.bank(), &rolls.desk.id, rolls.partner, &Wanted { unit: "T01", least: (3, 3), ..IN }).await;
        knows(&rolls, people[0].0, 2).await;
        let rule = strict.to_string();
        let fields = [("rule", rule.as_str()), ("identity", "3"), ("supervision", "3")];
        let page = rolls.sends_with(&fields, csv(&lines_of(&people))).await.location.unwrap();
        works(rolls.bank()).await;
        let wrong = rolls.lines(&page, "wrong").await;
        assert_eq!(wrong.iter().map(|line| (line.number, line.problem.as_deref())).collect::<Vec<_>>(), [(3, Some("identity"))]);
        let page = rolls.sends_with(&fields, csv(&lines_of(&people[..1]))).await.location.unwrap();
        works(rolls.bank()).await;
        assert_eq!((rolls.asks(&page).await.status, rolls.agrees(&page).await.status), (303, 303));
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.credited().await), ("done", 1));
        let result = entity::result::Entity::find().one(rolls.bank().house.db.read()).await.unwrap().unwrap();
        assert_eq!((result.identity_level, result.supervision_level), (3, 3));
        // Where the rule does not ask for the day, what is said of it gives no more than is known.
        knows(&rolls, people[1].0, 2).await;
        let low = rolls.rule.to_string();
        let fields = [("rule", low.as_str()), ("identity", "3"), ("supervision", "3")];
        let page = rolls.sends_with(&fields, csv(&lines_of(&people)[1..])).await.location.unwrap();
        works(rolls.bank()).await;
        assert_eq!((rolls.asks(&page).await.status, rolls.agrees(&page).await.status), (303, 303));
        works(rolls.bank()).await;
        let find = entity::result::Entity::find().filter(entity::result::Column::LearnerId.eq(people[1].0.uuid()));
        let result = find.one(rolls.bank().house.db.read()).await.unwrap().unwrap();
        assert_eq!((result.identity_level, result.supervision_level), (2, 3));
        rolls.desk.bank.close().await;
    }

    async fn the_same_file_with_other_levels_is_another_roll_and_who_opens_anothers_anew_is_kept(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 1, TOWN).await;
        let wrong = [lines_of(&people).remove(0).replace(",1,2026", ",很多,2026")];
        let page = rolls.brings(rolls.rule, &wrong).await;
        let rule = rolls.rule.to_string();
        let lower = [("rule", rule.as_str()), ("identity", "1"), ("supervision", "3")];
        let other = rolls.sends_with(&lower, csv(&wrong)).await.location.unwrap();
        works(rolls.bank()).await;
        assert!(!other.starts_with(&page), "{other}");
        let again = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("rolls.look_again"));
        assert_eq!(rolls.brings(rolls.rule, &wrong).await, page);
        assert_eq!(again.clone().count(rolls.bank().house.db.read()).await.unwrap(), 0, "their own");
        let (second, second_id) = rolls.desk.works(Role::Officer, Some(rolls.desk.organisation), None).await;
        let (form, path) = (second.opens(&rolls.path()).await, rolls.path());
        let fields = [("rule", rule.as_str()), ("identity", "2"), ("supervision", "3")];
        let known = second.sends_file(&form, &path, &fields, "roll.csv", csv(&wrong)).await;
        assert!(known.location.unwrap().starts_with(&page));
        let kept = again.all(rolls.bank().house.db.read()).await.unwrap();
        assert_eq!(kept.iter().map(|entry| entry.actor_id).collect::<Vec<_>>(), [Some(second_id.uuid())]);
        // Nobody goes on with it: the bank gives it up, and that is kept.
        works(rolls.bank()).await;
        rolls.bank().clock.turn_ms(31 * 86_400_000);
        rolls::empty_old(&rolls.bank().house.db).await.unwrap();
        let given_up = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("rolls.withdraw"));
        assert_eq!((rolls.state(&page).await.as_str(), given_up.count(rolls.bank().house.db.read()).await.unwrap()), ("withdrawn", 2));
        rolls.desk.bank.close().await;
    }

    async fn what_another_gave_under_the_same_name_is_not_what_the_agency_gave(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.25", "40").await;
        let people = crowd(rolls.bank(), 1, TOWN).await;
        let (db, agency, learner) = (rolls.bank().house.db.read(), rolls.desk.id.parse().unwrap(), people[0].0);
        let name = credit_bank::agencies::find_agency(db, agency).await.unwrap().unwrap().name;
        let by = ConversionRule {
            fraction: Fraction { numerator: 1, denominator: 4, step: Amount::from_milli(250).unwrap() },
            deciders: Deciders::One,
            ..rule("T01")
        };
        let order = Instruction { responsible_org: name, ..instruction("form-0001", learner) };
        converts(&rolls.bank().fresh, order, None, by, certified("A-1")).await.unwrap();
        assert_eq!(conversions::given_by(db, agency, learner, None).await.unwrap().milli(), 0);
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.lines(&page, "booked").await.len()), ("done", 1));
        assert_eq!(conversions::given_by(db, agency, learner, None).await.unwrap().milli(), 250);
        rolls.desk.bank.close().await;
    }

    async fn a_role_that_ended_before_the_work_began_stops_it(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 2, TOWN).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        let db = &rolls.bank().house.db;
        let held = entity::role::Entity::find().filter(entity::role::Column::LearnerId.eq(rolls.qian_id.uuid()));
        let role = held.one(db.read()).await.unwrap().unwrap().id;
        let (scope, qian) = (identity::load_scope(db.read(), rolls.desk.zheng_id).await.unwrap(), rolls.qian_id);
        db.write(async move |tx: &_| identity::end_role(tx, &scope, qian, role).await).await.unwrap();
        works(rolls.bank()).await;
        let trouble = rolls.zhao.opens(&page).await;
        assert!(rolls.state(&page).await == "checked" && rolls.credited().await == 0, "{}", trouble.body);
        assert_eq!(rolls.quota_used().await, 0);
        // Somebody else agrees, once it was looked at anew.
        let (third, _) = rolls.desk.works(Role::Reviewer, Some(rolls.desk.organisation), None).await;
        assert_eq!(rolls.brings(rolls.rule, &lines_of(&people)).await, page);
        assert_eq!(rolls.asks(&page).await.status, 303);
        assert_eq!(crate::rolls::agrees_as(&third, &page).await.status, 303);
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.credited().await), ("done", 2));
        rolls.desk.bank.close().await;
    }

    async fn of_two_rolls_at_once_one_credits_a_person_and_a_number(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 3, TOWN).await;
        let line = |at: usize, number: &str| format!("{},{number},1,2026-01-08", people[at].1.as_str());
        // The same person for the same unit, and one number spelt in two ways.
        let first = rolls.brings(rolls.rule, &[line(0, "ZJ-1"), line(1, "ＺＪ—２")]).await;
        let second = rolls.brings(rolls.rule, &[line(0, "ZJ-9"), line(2, "zj 2")]).await;
        for page in [&first, &second] {
            assert_eq!(rolls.asks(page).await.status, 303);
            assert_eq!(rolls.agrees(page).await.status, 303);
        }
        let (db, keys) = (&rolls.bank().house.db, &rolls.bank().house.keys);
        let both = futures_util::future::join_all([&first, &second].map(|page| rolls::run(db, keys, id_of(page)))).await;
        assert!(both.iter().all(|outcome| matches!(outcome, Ok(None))), "{both:?}");
        // Whichever was faster: the other was sent back when it was looked at once more, or passed over what was credited by then.
        let (mut given, mut left) = (0, Vec::new());
        for page in [&first, &second] {
            let state = rolls.state(page).await;
            assert!(state == "done" || state == "checked", "{state}");
            given += rolls.lines(page, "booked").await.len();
            for state in ["wrong", "passed"] {
                left.extend(rolls.lines(page, state).await.into_iter().map(|line| line.problem.unwrap()));
            }
        }
        assert!(!left.is_empty() && left.iter().all(|problem| problem == "held" || problem == "taken"), "{left:?}");
        assert_eq!((given, rolls.credited().await), (2, 2));
        rolls.desk.bank.close().await;
    }

    async fn a_roll_finds_what_those_before_it_have_credited_by_person_by_number_and_up_to_the_cap(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 3, TOWN).await;
        let line = |at: usize, number: &str| format!("{},{number},1,2026-01-08", people[at].1.as_str());
        let capped = has_rule(rolls.bank(), &rolls.desk.id, rolls.partner, &Wanted { unit: "T01", most: Some(250), ..IN }).await;
        // The same person for the same unit; one number spelt in two ways; the same person up to the cap of the partner.
        let first = rolls.brings(rolls.rule, &[line(0, "ZJ-1"), line(1, "ＺＪ—２")]).await;
        let second = rolls.brings(rolls.rule, &[line(0, "ZJ-9"), line(2, "zj 2")]).await;
        let third = rolls.brings(capped, &[line(1, "ZJ-7")]).await;
        for page in [&first, &second, &third] {
            assert_eq!(rolls.asks(page).await.status, 303);
            assert_eq!(rolls.agrees(page).await.status, 303);
        }
        let (db, keys) = (&rolls.bank().house.db, &rolls.bank().house.keys);
        // Each is looked at once more before it is valid: the second and the third find what the first has done.
        rolls::run(db, keys, id_of(&first)).await.unwrap();
        rolls::run(db, keys, id_of(&second)).await.unwrap();
        rolls::run(db, keys, id_of(&third)).await.unwrap();
        assert_eq!(rolls.state(&first).await, "done");
        assert_eq!((rolls.state(&second).await.as_str(), rolls.state(&third).await.as_str()), ("checked", "checked"));
        let problem = async |page: &str| rolls.lines(page, "wrong").await.into_iter().map(|line| line.problem.unwrap()).collect::<Vec<_>>();
        assert_eq!(problem(&second).await, ["held", "taken"]);
        assert_eq!(problem(&third).await, ["cap"]);
        assert_eq!((rolls.credited().await, passed(&rolls, &first).await.len()), (2, 0));
        rolls.desk.bank.close().await;
    }

    async fn what_comes_between_once_it_is_valid_is_passed_over_and_named(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.5", "1000").await;
        let people = crowd(rolls.bank(), 200, TOWN).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        falls_over(&rolls, &page).await;
        let open = rolls.lines(&page, "ready").await;
        let last = open.iter().max_by_key(|line| line.number).unwrap();
        let learner = LearnerId::from_uuid(last.learner_id.unwrap());
        crate::passbook::passes(rolls.bank(), learner, "T19").await;
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.credited().await), ("done", 199));
        assert_eq!((passed(&rolls, &page).await, rolls.quota_used().await), (vec!["held".to_owned()], 50_000), "it took from the quota all the same");
        let shown = rolls.zhao.opens(&page).await;
        assert!(shown.body.contains("没有认定的行") && shown.body.contains("已经有学分了"), "{}", shown.body);
        let card = people.iter().find(|(one, _)| *one == learner).unwrap().1.clone();
        is_taken_as_a_file(&rolls, &page, (learner, &card), last.number).await;
        rolls.desk.bank.close().await;
    }

    async fn what_was_given_by_a_rule_published_while_it_is_booked_counts_for_the_cap_of_a_person(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.25", "1000").await;
        let people = crowd(rolls.bank(), 400, TOWN).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        let (db, keys, id) = (rolls.bank().house.db.clone(), rolls.bank().house.keys.clone(), id_of(&page));
        let work = actix_web::rt::spawn(async move { rolls::run(&db, &keys, id).await });
        while booked(&rolls).await < 40 {
            actix_web::rt::task::yield_now().await;
        }
        // The booking goes on. Its last person is given something by a rule that was not there when it began.
        let (db, agency, learner) = (rolls.bank().house.db.read(), rolls.desk.id.parse().unwrap(), people[399].0);
        let other = has_rule(rolls.bank(), &rolls.desk.id, rolls.partner, &Wanted { unit: "T01", ..IN }).await;
        let worth = Credits::from_milli(1000).unwrap();
        let by = conversions::get_rule(db, other).await.unwrap().for_recognition(worth);
        converts(&rolls.bank().fresh, instruction("form-0001", learner), None, by, certified("A-1")).await.unwrap();
        assert_eq!(work.await.unwrap().unwrap(), None);
        assert_eq!((rolls.state(&page).await.as_str(), passed(&rolls, &page).await), ("done", vec!["over-person".to_owned()]));
        let line = &rolls.lines(&page, "passed").await[0];
        assert_eq!((line.number, line.learner_id), (401, Some(learner.uuid())));
        assert_eq!(conversions::given_by(db, agency, learner, None).await.unwrap().milli(), 250);
        assert_eq!((booked(&rolls).await, rolls.credited().await), (399, 400));
        rolls.desk.bank.close().await;
    }

    async fn who_did_not_bring_it_is_shown_and_given_what_is_of_people_they_may_see(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 2, TOWN).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        works(rolls.bank()).await;
        assert_eq!(rolls.state(&page).await, "done");
        are_passed_over(&rolls, &page).await;
        let ((near, near_card), (far, far_card)) = (&people[0], &people[1]);
        moves(&rolls, *far, "330182002").await;
        let file = format!("{page}/passed");
        let (second, second_id) = rolls.desk.works(Role::Officer, Some(rolls.desk.organisation), None).await;
        let (shown, taken) = (second.opens(&page).await, second.opens(&file).await);
        assert_eq!((shown.status, taken.status), (200, 200));
        assert!(taken.body.contains(&format!("{near_card},ZJ-00000,1,2026-01-08,")), "{}", taken.body);
        for words in ["王桂英", "ZJ-00000", "不在您管的范围里", "2026-01-08", file.as_str()] {
            assert_eq!(shown.body.matches(words).count(), 1, "{words}: {}", shown.body);
        }
        for secret in [far_card.as_str(), &far_card.to_string(), "ZJ-00001"] {
            assert!(!shown.body.contains(secret) && !taken.body.contains(secret), "{secret}: {} {}", shown.body, taken.body);
        }
        assert_eq!((was_shown(&rolls, *near, second_id).await, was_shown(&rolls, *far, second_id).await), (2, 0));
        // Who may see none of them has no file.
        let (women, _) = rolls.desk.works(Role::Officer, Some(rolls.desk.organisation), Some("women")).await;
        let shown = women.opens(&page).await;
        assert!(shown.status == 200 && !shown.body.contains("ZJ-0000") && !shown.body.contains(&file), "{}", shown.body);
        assert_eq!(women.opens(&file).await.status, 404);
        // Who brought it wrote all of it.
        let (shown, taken) = (rolls.zhao.opens(&page).await, rolls.zhao.opens(&file).await);
        assert!(shown.body.contains(far_card.as_str()) && shown.body.contains("ZJ-00001"), "{}", shown.body);
        assert!(!shown.body.contains("不在您管的范围里"), "{}", shown.body);
        assert!(taken.body.contains(&far_card.to_string()) && taken.body.contains("ZJ-00001"), "{}", taken.body);
        rolls.desk.bank.close().await;
    }

    async fn the_cap_of_a_person_counts_all_that_the_agency_gave(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.25", "40").await;
        let people = crowd(rolls.bank(), 2, TOWN).await;
        let other = has_rule(rolls.bank(), &rolls.desk.id, rolls.partner, &Wanted { unit: "T01", ..IN }).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people[..1])).await;
        works(rolls.bank()).await;
        assert_eq!(rolls.state(&page).await, "done");
        let lines: Vec<String> = people.iter().enumerate().map(|(at, (_, card))| format!("{},Y-{at},1,2026-01-08", card.as_str())).collect();
        let page = rolls.brings(other, &lines).await;
        let wrong = rolls.lines(&page, "wrong").await;
        assert_eq!(wrong.iter().map(|line| (line.number, line.problem.as_deref())).collect::<Vec<_>>(), [(2, Some("over-person"))]);
        rolls.desk.bank.close().await;
    }
}
