//! Trying a rule before it binds, and ways round that gain.

use credit_bank::conversions::{self, RuleState};
use credit_bank::i18n::Lang;
use credit_bank::identity::Role;
use credit_bank::kernel::{LearnerId, OrganisationId};
use credit_bank::ledger::{Amount, Fraction};
use credit_bank::recognition::{ConversionRule, Deciders, PartnerResult};

use crate::conversions::{Lab, school};
use crate::recognition_conversions::{certified, converts, rule};
use crate::recognition_outward::instruction;
use crate::support::server::SHELF;

/// Credits a result of `partner` for T19 at one to one.
async fn credited(lab: &Lab, once: &str, learner: LearnerId, value: i64) {
    let by = ConversionRule {
        partner: lab.partner,
        fraction: Fraction { numerator: 1, denominator: 1, step: Amount::from_milli(1).unwrap() },
        deciders: Deciders::One,
        ..rule("T19")
    };
    let result = PartnerResult { value, ..certified(once) };
    converts(&lab.desk.bank.fresh, instruction(once, learner), None, by, result).await.unwrap();
}

async fn out(lab: &Lab, partner: OrganisationId, (numerator, denominator): (&str, &str), tests: &str) -> String {
    let partner = partner.to_string();
    let changes = [
        ("direction", "out"),
        ("partner", partner.as_str()),
        ("numerator", numerator),
        ("denominator", denominator),
        ("step", "0.001"),
        ("title", "转入开放大学"),
        ("tests", tests),
    ];
    lab.drafts(&changes).await
}

crate::on_both! {
    async fn a_run_says_who_gains_and_who_loses_and_names_nobody(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let (_, wang) = lab.desk.bank.learner("王桂英", 1, None).await;
        let (_, li) = lab.desk.bank.learner("李秀珍", 2, None).await;
        credited(&lab, "form-0001", wang, 100).await;
        credited(&lab, "form-0002", li, 250).await;
        // Thirds in steps of a quarter: both come to nothing.
        let path = lab.drafts(&[]).await;
        let form = lab.reviewer.opens(&path).await;
        assert!(!form.body.contains("name=\"shown\""), "nobody publishes what was not tried");
        assert_eq!(lab.reviewer.sends(&form, &format!("{path}/try"), &[]).await.status, 303);
        let shown = lab.reviewer.opens(&path).await.body;
        for words in ["一共 2 笔，2 人", "会多的 0 笔", "会少的 2 笔，一共少 0.35", "第 1 位", "第 2 位"] {
            assert!(shown.contains(words), "{words} in {shown}");
        }
        assert!(!shown.contains("王桂英") && !shown.contains("李秀珍") && !shown.contains(&wang.to_string()));
        // At two to one the first gains; the second is at what the unit is worth already.
        let more = [("numerator", "2"), ("denominator", "1"), ("step", "0.001"), ("tests", "0.1 = 0.2")];
        assert_eq!(lab.sends(&lab.officer, &format!("{path}/change"), &more).await.status, 303);
        let stale = lab.reviewer.opens(&path).await;
        assert!(stale.body.contains("试算以后有变动") && !stale.body.contains("name=\"shown\""), "{}", stale.body);
        assert_eq!(lab.reviewer.sends(&stale, &format!("{path}/try"), &[]).await.status, 303);
        let shown = lab.reviewer.opens(&path).await.body;
        assert!(shown.contains("会多的 1 笔，一共多 0.1") && shown.contains("会少的 0 笔"), "{shown}");
        // Back to the first words: what was tried of them holds again.
        assert_eq!(lab.sends(&lab.officer, &format!("{path}/change"), &[]).await.status, 303);
        let shown = lab.reviewer.opens(&path).await.body;
        assert!(shown.contains("name=\"shown\"") && shown.contains("会少的 2 笔"), "{shown}");
        lab.desk.bank.close().await;
    }

    async fn a_run_that_is_no_longer_what_was_shown_is_refused_and_the_page_says_so(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[]).await;
        assert_eq!(lab.reviewer.sends(&lab.reviewer.opens(&path).await, &format!("{path}/try"), &[]).await.status, 303);
        let shown = lab.reviewer.opens(&path).await;
        let (_, wang) = lab.desk.bank.learner("王桂英", 1, None).await;
        credited(&lab, "form-0001", wang, 100).await;
        let digest = shown.input("shown");
        let late = lab.reviewer.sends(&shown, &format!("{path}/publish"), &[("shown", &digest)]).await;
        assert!(late.status == 409 && late.body.contains("试算以后有变动"), "{} {}", late.status, late.body);
        let without = lab.reviewer.sends(&shown, &format!("{path}/publish"), &[]).await;
        assert_eq!((without.status, lab.rule(&path).await.state), (409, RuleState::Draft));
        assert_eq!(lab.publishes(&lab.reviewer, &path).await.status, 303);
        let after = lab.reviewer.sends(&lab.reviewer.opens("/help").await, &format!("{path}/try"), &[]).await;
        assert_eq!(after.status, 409, "what is published is not tried any more");
        lab.desk.bank.close().await;
    }

    async fn a_test_case_that_does_not_come_out_and_a_first_day_that_has_passed_are_refused(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[("tests", "0.75 = 0.3")]).await;
        let shown = lab.officer.opens(&path).await;
        assert!(shown.body.contains("试题没通过：0.75 应该换成 0.3，按规则换成了 0.25"), "{}", shown.body);
        assert_eq!(lab.reviewer.sends(&shown_to(&lab, &path).await, &format!("{path}/try"), &[]).await.status, 303);
        let page = lab.reviewer.opens(&path).await;
        assert!(!page.body.contains("name=\"shown\""), "{}", page.body);
        let digest = run_of(&lab, &path).await;
        let refused = lab.reviewer.sends(&page, &format!("{path}/publish"), &[("shown", &digest)]).await;
        assert!(refused.status == 422 && refused.body.contains("试题没通过"), "{}", refused.body);

        let path = lab.drafts(&[]).await;
        assert_eq!(lab.reviewer.sends(&lab.reviewer.opens(&path).await, &format!("{path}/try"), &[]).await.status, 303);
        lab.desk.bank.clock.turn_ms(24 * 3_600_000);
        let reviewer = lab.desk.bank.signed_in(lab.reviewer_id, credit_bank::identity::Assurance::PasswordTotp).await;
        let late = lab.publishes_shown(&reviewer, &path).await;
        assert!(late.status == 422 && late.body.contains("第一天已经过去"), "{} {}", late.status, late.body);
        lab.desk.bank.close().await;
    }

    async fn a_way_round_that_gains_is_named_and_one_that_does_not_is_let_through(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let third = lab.drafts(&[]).await;
        assert_eq!(lab.publishes(&lab.reviewer, &third).await.status, 303);
        let back = out(&lab, lab.partner, ("3", "1"), "0.25 = 0.75").await;
        assert!(lab.reviewer.opens(&back).await.body.contains("没有以前的数可以试算"));
        assert_eq!(lab.publishes(&lab.reviewer, &back).await.status, 303, "a third there and three back");
        let more = out(&lab, lab.partner, ("300000000001", "100000000000"), "0.25 = 0.75").await;
        let refused = lab.publishes(&lab.reviewer, &more).await;
        assert!(refused.status == 422 && refused.body.contains("会越换越多"), "{} {}", refused.status, refused.body);
        assert_eq!(lab.rule(&more).await.state, RuleState::Draft);
        lab.desk.bank.close().await;
    }

    async fn a_later_version_and_one_that_it_replaces_are_weighed_side_by_side(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let third = lab.drafts(&[]).await;
        assert_eq!(lab.publishes(&lab.reviewer, &third).await.status, 303);
        // From April on a quarter: until then it is a third, and credit can wait.
        let quarter = lab.drafts(&[("from", "2026-04-01"), ("denominator", "4"), ("tests", "1 = 0.25")]).await;
        assert_eq!(lab.publishes(&lab.reviewer, &quarter).await.status, 303);
        let four = out(&lab, lab.partner, ("4", "1"), "0.25 = 1").await;
        let refused = lab.publishes(&lab.reviewer, &four).await;
        assert!(refused.status == 422 && refused.body.contains("会越换越多"), "{}", refused.body);
        for words in ["开放大学手机课证书 (石桥开放大学 × 1/3 = T19)", "转入开放大学 (T19 × 4/1 = 石桥开放大学)"] {
            assert!(refused.body.contains(words), "{words} in {}", refused.body);
        }
        assert_eq!(lab.rule(&four).await.state, RuleState::Draft);
        // Through a second partner too.
        let other = school(&lab.desk, "柳湾职业学校").await;
        let there = out(&lab, other, ("2", "1"), "0.25 = 0.5").await;
        assert_eq!(lab.publishes(&lab.reviewer, &there).await.status, 303);
        let chosen = other.to_string();
        let home = lab.drafts(&[("partner", &chosen), ("numerator", "51"), ("denominator", "100"), ("step", "0.001"), ("tests", "0.1 = 0.051")]).await;
        let refused = lab.publishes(&lab.reviewer, &home).await;
        assert!(refused.status == 422 && refused.body.contains("柳湾职业学校"), "{}", refused.body);
        // What was ended by hand counts no more.
        assert_eq!(lab.reviewer.sends(&lab.reviewer.opens(&there).await, &format!("{there}/end"), &[("end_why", "不再合作")]).await.status, 303);
        assert_eq!(lab.publishes(&lab.reviewer, &home).await.status, 303);
        lab.desk.bank.close().await;
    }

    async fn of_two_who_publish_at_once_what_gains_together_the_second_sees_the_first(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let (there, back) = (lab.drafts(&[]).await, out(&lab, lab.partner, ("4", "1"), "0.25 = 1").await);
        let (other, _) = lab.desk.works(Role::Reviewer, Some(lab.desk.organisation), None).await;
        let mut shown = Vec::new();
        for (by, path) in [(&lab.reviewer, &there), (&other, &back)] {
            assert_eq!(by.sends(&by.opens(path).await, &format!("{path}/try"), &[]).await.status, 303);
            shown.push(by.opens(path).await);
        }
        let digests = [shown[0].input("shown"), shown[1].input("shown")];
        let (acts, fields) = ([format!("{there}/publish"), format!("{back}/publish")], digests.each_ref().map(|one| [("shown", one.as_str())]));
        let (one, two) = futures_util::join!(
            lab.reviewer.sends(&shown[0], &acts[0], &fields[0]),
            other.sends(&shown[1], &acts[1], &fields[1]),
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422], "{} {}", one.body, two.body);
        lab.desk.bank.close().await;
    }
}

async fn shown_to(lab: &Lab, path: &str) -> crate::support::server::Answer {
    lab.reviewer.opens(path).await
}

/// The digest of the run that was kept last.
async fn run_of(lab: &Lab, path: &str) -> String {
    use sea_orm::{EntityTrait, QueryFilter};
    let rule = crate::conversions::id_of(path);
    let runs = entity::conversion_run::Entity::find()
        .filter(sea_orm::ColumnTrait::eq(&entity::conversion_run::Column::RuleId, rule.uuid()));
    hex::encode(runs.one(lab.desk.bank.house.db.read()).await.unwrap().unwrap().digest)
}

/// A sample file, with a text in it replaced.
fn file(name: &str, from: &str, to: &str) -> (String, String) {
    let path = format!("{}/docs/examples/rules/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    (name.to_owned(), text.replace(from, to))
}

#[test]
fn rules_in_files_are_held_to_the_check_of_the_form_each_and_all_together() {
    let (inward, outward) = ("open-university-in", "open-university-out");
    let check = |files: &[(String, String)]| conversions::check_files(files, &SHELF, Lang::Chinese);
    let same = |name| file(name, "", "");
    assert_eq!(check(&[same(inward), same(outward)]), Vec::<String>::new(), "the samples are sound");
    for (from, to, said) in [
        ("numerator = 1", "numerator = 0", "open-university-in: numerator: "),
        ("unit = \"T05\"", "unit = \"T99\"", "open-university-in: unit: "),
        ("expects = \"0.25\"", "expects = \"0.5\"", "open-university-in: tests: 试题没通过"),
        ("deciders = 2", "deciders = 2\nsecret = 1", "open-university-in: "),
    ] {
        let faults = check(&[file(inward, from, to), same(outward)]);
        assert!(faults.len() == 1 && faults[0].starts_with(said), "{faults:?}");
    }
    let more = file(outward, "numerator = 3", "numerator = 301");
    let more = (more.0, more.1.replace("denominator = 1", "denominator = 100"));
    let faults = check(&[same(inward), more]);
    assert!(
        faults.len() == 1 && faults[0].contains("会越换越多") && faults[0].contains(inward) && faults[0].contains(outward),
        "{faults:?}"
    );
}
