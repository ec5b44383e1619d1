//! Conversion rules on the desk: drafted by one, published by another, read by everybody.

use credit_bank::audit;
use credit_bank::conversions::{self, Direction, RuleState};
use credit_bank::db::Tx;
use credit_bank::identity::{AliasKind, Role};
use credit_bank::kernel::{AgencyId, LearnerId, OrganisationId, RuleId};
use credit_bank::places::{self, NewOrganisation, OrganisationKind};

use crate::agencies::{Desk, POWERS, TOWN, enters, everything};
use crate::aliases::Twice;
use crate::classes::point;
use crate::support::databases::Fresh;
use crate::support::server::{Answer, Person};

/// A rule as the form says it, but for its partner: three of theirs make one credit, in steps of a quarter.
pub const RULE: [(&str, &str); 14] = [
    ("direction", "in"),
    ("unit", "T19"),
    ("title", "开放大学手机课证书"),
    ("numerator", "1"),
    ("denominator", "3"),
    ("step", "0.25"),
    ("identity", "2"),
    ("supervision", "2"),
    ("evidence", "证书的照片"),
    ("from", "今天"),
    ("deciders", "2"),
    ("most", "1.5"),
    ("promised_days", "10"),
    ("tests", "0.75 = 0.25\n0.7 = 0"),
];

/// An agency with a delegation for T01 and T19, its officer and its reviewer, and a partner.
pub struct Lab {
    pub desk: Desk,
    pub partner: OrganisationId,
    pub officer: Person,
    pub officer_id: LearnerId,
    pub reviewer: Person,
    pub reviewer_id: LearnerId,
}

impl Lab {
    pub async fn over(fresh: Fresh) -> Self {
        let desk = Desk::over(fresh).await;
        desk.delegates(&POWERS).await;
        let partner = school(&desk, "石桥开放大学").await;
        let (officer, officer_id) = desk.works(Role::Officer, Some(desk.organisation), None).await;
        let (reviewer, reviewer_id) = desk.works(Role::Reviewer, Some(desk.organisation), None).await;
        Self { desk, partner, officer, officer_id, reviewer, reviewer_id }
    }

    pub fn agency(&self) -> AgencyId {
        self.desk.id.parse().unwrap()
    }

    pub fn list(&self) -> String {
        format!("/staff/agency/{}/rules", self.desk.id)
    }

    /// Drafts a rule through the form, with some fields otherwise.
    pub async fn sends(&self, by: &Person, to: &str, changes: &[(&str, &str)]) -> Answer {
        let partner = self.partner.to_string();
        let fields = otherwise(&partner, changes);
        by.sends(&by.opens("/help").await, to, &fields).await
    }

    /// A draft of the officer's; its path.
    pub async fn drafts(&self, changes: &[(&str, &str)]) -> String {
        let answer = self.sends(&self.officer, &format!("{}/add", self.list()), changes).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location.unwrap().split('?').next().unwrap().to_owned()
    }

    /// Tries a draft and publishes what was shown.
    pub async fn publishes(&self, by: &Person, path: &str) -> Answer {
        let shown = by.opens(path).await;
        let tried = by.sends(&shown, &format!("{path}/try"), &[]).await;
        assert_eq!(tried.status, 303, "{}", tried.body);
        self.publishes_shown(by, path).await
    }

    /// Publishes what the page shows.
    pub async fn publishes_shown(&self, by: &Person, path: &str) -> Answer {
        let shown = by.opens(path).await;
        let digest = shown.input("shown");
        by.sends(&shown, &format!("{path}/publish"), &[("shown", &digest)]).await
    }

    pub async fn rule(&self, path: &str) -> conversions::Rule {
        conversions::get_rule(self.desk.bank.house.db.read(), id_of(path)).await.unwrap()
    }
}

pub fn id_of(path: &str) -> RuleId {
    path.split(['/', '?']).nth(5).unwrap().parse().unwrap()
}

fn otherwise<'a>(partner: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let all = RULE.into_iter().chain([("partner", partner)]);
    let kept = all.filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().copied()).collect()
}

pub async fn school(desk: &Desk, name: &str) -> OrganisationId {
    let new = NewOrganisation {
        kind: OrganisationKind::School,
        name: name.to_owned(),
        place_code: TOWN.to_owned(),
        line: None,
        address: None,
        phone: None,
        opening_hours: None,
        is_sample: false,
    };
    desk.bank.house.db.write(async move |tx: &Tx| places::add_organisation(tx, &new).await).await.unwrap()
}

/// The officer and the reviewer turn out to be one person.
async fn are_one(lab: Lab) -> Lab {
    let Lab { desk, partner, officer: by_first, officer_id: first, reviewer: by_second, reviewer_id: second } = lab;
    let (at_desk, officer) = desk.bank.staff("赵强", Role::Officer, "330182").await;
    let (at_review, reviewer) = desk.bank.staff("孙丽", Role::Reviewer, "330182").await;
    let Desk { bank, shen, shen_id, zheng, zheng_id, id, organisation } = desk;
    let twice = Twice { bank, first, second, by_first, by_second, officer, reviewer, at_desk, at_review };
    twice.does(AliasKind::Join, twice.second, twice.first).await;
    let Twice { bank, by_first: officer, by_second: reviewer, .. } = twice;
    let desk = Desk { bank, organisation, id, shen, shen_id, zheng, zheng_id };
    Lab { desk, partner, officer, officer_id: first, reviewer, reviewer_id: second }
}

crate::on_both! {
    async fn a_rule_is_drafted_by_one_and_published_by_another_and_everybody_reads_it(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[]).await;
        let public = format!("/rules/{}", id_of(&path));
        assert_eq!(lab.desk.bank.visitor().opens(&public).await.status, 404, "a draft is nobody's business yet");
        assert!(lab.officer.opens(&format!("{}?which=drafts", lab.list())).await.body.contains("开放大学手机课证书"));
        let published = lab.publishes(&lab.reviewer, &path).await;
        assert_eq!(published.status, 303, "{}", published.body);
        let rule = lab.rule(&path).await;
        assert_eq!((rule.version, rule.state, rule.published_by), (1, RuleState::Published, Some(lab.reviewer_id)));
        for page in ["/rules", &public] {
            let body = lab.desk.bank.visitor().opens(page).await.body;
            assert!(body.contains("开放大学手机课证书") && body.contains("石桥开放大学"), "{page}");
        }
        let (db, today) = (lab.desk.bank.house.db.read(), lab.desk.bank.clock.now().day());
        let found = conversions::rule_in_force(db, lab.agency(), Direction::In, lab.partner, "T19", today).await.unwrap();
        assert_eq!(found.map(|rule| rule.id), Some(rule.id));
        assert_eq!(conversions::rules_in_force(db, Direction::In, today).await.unwrap().len(), 1);
        assert_eq!(conversions::rules_in_force(db, Direction::Out, today).await.unwrap().len(), 0);
        assert_eq!(conversions::rules_in_force(db, Direction::In, today.minus_days(1)).await.unwrap().len(), 0);
        // The same once more is the first one.
        let shown = lab.reviewer.opens("/help").await;
        let again = lab.reviewer.sends(&shown, &format!("{path}/publish"), &[("shown", &"0".repeat(64))]).await;
        assert_eq!((again.status, lab.desk.count("conversions.publish").await), (303, 1));
        lab.desk.bank.close().await;
    }

    async fn a_draft_is_its_drafters_alone_and_bad_words_are_kept(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let add = format!("{}/add", lab.list());
        let bad = lab.sends(&lab.officer, &add, &[("numerator", "0"), ("tests", "一"), ("title", "王家证书")]).await;
        assert!(bad.status == 422 && bad.body.contains("王家证书") && bad.body.contains("没看懂"), "{}", bad.body);
        let own = lab.desk.organisation.to_string();
        assert_eq!(lab.sends(&lab.officer, &add, &[("partner", &own)]).await.status, 422);
        let path = lab.drafts(&[]).await;
        let (other, _) = lab.desk.works(Role::Officer, Some(lab.desk.organisation), None).await;
        let change = format!("{path}/change");
        assert_eq!(other.opens(&change).await.status, 403);
        assert_eq!(lab.sends(&other, &change, &[("title", "别人写的")]).await.status, 403);
        assert_eq!(lab.sends(&lab.officer, &change, &[("promised_days", "0")]).await.status, 422);
        for _ in 0..2 {
            assert_eq!(lab.sends(&lab.officer, &change, &[("title", "改过的")]).await.status, 303);
        }
        assert_eq!((lab.rule(&path).await.title.as_str(), lab.desk.count("conversions.redraft").await), ("改过的", 1));
        assert_eq!(lab.publishes(&lab.reviewer, &path).await.status, 303);
        assert_eq!(lab.sends(&lab.officer, &change, &[("title", "迟了")]).await.status, 409);
        lab.desk.bank.close().await;
    }

    async fn the_same_form_twice_is_one_draft_and_other_words_under_its_key_are_refused(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let (add, partner) = (format!("{}/add", lab.list()), lab.partner.to_string());
        let form = lab.officer.opens("/help").await;
        let fields = otherwise(&partner, &[]);
        let first = lab.officer.sends(&form, &add, &fields).await;
        let again = lab.officer.sends(&form, &add, &fields).await;
        assert_eq!((first.status, first.location), (303, again.location));
        assert_eq!(lab.officer.sends(&form, &add, &otherwise(&partner, &[("title", "别的")])).await.status, 422);
        assert_eq!(lab.desk.count("conversions.draft").await, 1);
        lab.desk.bank.close().await;
    }

    async fn whoever_drafted_does_not_publish_by_no_account_and_officers_do_not_at_all(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[]).await;
        assert_eq!(lab.officer.sends(&lab.officer.opens("/help").await, &format!("{path}/publish"), &[("shown", "")]).await.status, 403);
        // The drafter's second account holds the reviewer's role.
        let lab = are_one(lab).await;
        let refused = lab.publishes(&lab.reviewer, &path).await;
        assert!(refused.status == 422 && refused.body.contains("起草的人不能自己发布"), "{}", refused.body);
        assert_eq!(lab.rule(&path).await.state, RuleState::Draft);
        lab.desk.bank.close().await;
    }

    async fn an_agency_publishes_within_its_delegation_and_not_while_it_is_suspended(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let foreign = lab.drafts(&[("unit", "T05")]).await;
        let refused = lab.publishes(&lab.reviewer, &foreign).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert_eq!(lab.rule(&foreign).await.state, RuleState::Draft);
        let path = lab.drafts(&[]).await;
        assert_eq!(lab.reviewer.sends(&lab.reviewer.opens(&path).await, &format!("{path}/try"), &[]).await.status, 303);
        let shown = lab.reviewer.opens(&path).await;
        let digest = shown.input("shown");
        let desk = lab.desk.shen.opens(&lab.desk.path()).await;
        assert_eq!(lab.desk.shen.sends(&desk, &format!("{}/suspend", lab.desk.path()), &[("suspend_why", "查账")]).await.status, 303);
        let stopped = lab.reviewer.sends(&shown, &format!("{path}/publish"), &[("shown", &digest)]).await;
        assert_eq!((stopped.status, lab.rule(&path).await.state), (409, RuleState::Draft));
        assert_eq!(lab.officer.opens(&lab.list()).await.status, 409);
        let desk = lab.desk.shen.opens(&lab.desk.path()).await;
        assert_eq!(lab.desk.shen.sends(&desk, &format!("{}/close", lab.desk.path()), &[("close_why", "撤了")]).await.status, 303);
        let closed = lab.reviewer.sends(&shown, &format!("{path}/publish"), &[("shown", &digest)]).await;
        assert_eq!((closed.status, lab.rule(&path).await.state), (409, RuleState::Draft));
        lab.desk.bank.close().await;
    }

    async fn staff_of_another_agency_find_nothing_and_that_is_kept(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[]).await;
        let other = point(&lab.desk.bank, "青石镇妇女之家", TOWN).await;
        let elsewhere = enters(&lab.desk.shen, other, "52330182MJ9876543E").await;
        let (stranger, _) = lab.desk.works(Role::Officer, Some(other), None).await;
        let (reviewer, _) = lab.desk.works(Role::Reviewer, Some(other), None).await;
        assert_eq!(stranger.opens(&path).await.status, 404);
        let form = stranger.opens("/help").await;
        for act in ["change", "try", "end", "discard"] {
            assert_eq!(stranger.sends(&form, &format!("{path}/{act}"), &[("end_why", "不要了")]).await.status, 404, "{act}");
        }
        let second = reviewer.opens("/help").await;
        assert_eq!(reviewer.sends(&second, &format!("{path}/publish"), &[("shown", &"0".repeat(64))]).await.status, 404);
        assert_eq!(lab.desk.count("agencies.turned_away").await, 6);
        // Through their own agency there is no such rule either.
        let theirs = path.replace(&lab.desk.id, &elsewhere);
        assert_eq!(stranger.opens(&theirs).await.status, 404);
        for act in ["change", "try", "end", "discard"] {
            assert_eq!(stranger.sends(&form, &format!("{theirs}/{act}"), &[("end_why", "不要了")]).await.status, 404, "{act}");
        }
        assert_eq!(reviewer.sends(&second, &format!("{theirs}/publish"), &[("shown", &"0".repeat(64))]).await.status, 404);
        let copy = format!("/staff/agency/{elsewhere}/rules/add?from={}", id_of(&path));
        assert_eq!(stranger.opens(&copy).await.status, 404);
        assert_eq!(lab.rule(&path).await.state, RuleState::Draft);
        lab.desk.bank.close().await;
    }

    async fn a_version_replaces_the_one_before_and_what_was_ended_does_not_come_back(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let first = lab.drafts(&[]).await;
        assert_eq!(lab.publishes(&lab.reviewer, &first).await.status, 303);
        let copied = lab.officer.opens(&format!("{}/add?from={}", lab.list(), id_of(&first))).await;
        assert!(copied.body.contains("开放大学手机课证书"), "{}", copied.body);
        let second = lab.drafts(&[("from", "2026-03-12"), ("denominator", "4"), ("tests", "1 = 0.25"), ("copied_from", &id_of(&first).to_string())]).await;
        assert_eq!(lab.publishes(&lab.reviewer, &second).await.status, 303);
        assert_eq!(lab.rule(&second).await.version, 2);
        let db = lab.desk.bank.house.db.read();
        let of = async |day: &str| {
            let day = credit_bank::kernel::Day::parse(day).unwrap();
            let found = conversions::rule_in_force(db, lab.agency(), Direction::In, lab.partner, "T19", day).await.unwrap();
            found.map(|rule| rule.version)
        };
        assert_eq!((of("2026-03-11").await, of("2026-03-12").await), (Some(1), Some(2)));
        let end = async |path: &str, why: &str| lab.reviewer.sends(&lab.reviewer.opens("/help").await, &format!("{path}/end"), &[("end_why", why)]).await;
        assert_eq!(end(&second, "").await.status, 422);
        for _ in 0..2 {
            assert_eq!(end(&second, "写错了").await.status, 303);
        }
        assert_eq!(lab.desk.count("conversions.end").await, 1);
        // Ended before its first day it replaces nothing.
        assert_eq!(of("2026-03-12").await, Some(1));
        assert_eq!(end(&first, "不再合作").await.status, 303);
        let today = lab.desk.bank.clock.now().day();
        assert_eq!((of(&today.to_string()).await, of("2026-03-12").await), (None, None));
        assert!(conversions::is_ended(db, id_of(&first)).await.unwrap());
        assert_eq!(lab.officer.opens(&format!("{}?which=over", lab.list())).await.body.matches("开放大学手机课证书").count(), 2);
        assert_eq!(lab.desk.bank.visitor().opens(&format!("/rules/{}", id_of(&first))).await.status, 200, "what is over stays readable");
        let draft = lab.drafts(&[]).await;
        assert_eq!(end(&draft, "草稿").await.status, 404);
        lab.desk.bank.close().await;
    }

    async fn what_was_published_is_never_changed_nor_removed(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[]).await;
        assert_eq!(lab.publishes(&lab.reviewer, &path).await.status, 303);
        let fresh = &lab.desk.bank.fresh;
        for sql in [
            "UPDATE conversion_rule SET numerator = 2",
            "UPDATE conversion_rule SET until_day = '2027-01-01'",
            "UPDATE conversion_rule SET state = 'draft', version = 0, published_by = NULL, published_at_ms = NULL, run_digest = NULL",
            "DELETE FROM conversion_rule",
            "UPDATE conversion_run SET gain = 9",
            "DELETE FROM conversion_run",
            "INSERT INTO conversion_discard (rule_id, discarded_at_ms, discarded_by) SELECT id, 1, drafted_by FROM conversion_rule",
        ] {
            assert!(crate::ledger::steps::refusal_of_sql(fresh, sql).await.is_some(), "{sql}");
        }
        lab.desk.bank.close().await;
    }

    async fn a_draft_that_nobody_wants_is_gone_for_everybody_and_who_discarded_it_is_kept(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[]).await;
        let (discard, drafts) = (format!("{path}/discard"), format!("{}?which=drafts", lab.list()));
        let shown = lab.reviewer.opens(&path).await;
        assert!(shown.body.contains(&discard) && shown.body.contains("不要这份草稿了"), "{}", shown.body);
        assert_eq!(lab.reviewer.sends(&shown, &format!("{path}/try"), &[]).await.status, 303);
        let tried = lab.reviewer.opens(&path).await;
        let digest = tried.input("shown");
        let desk = lab.desk.shen.opens("/help").await;
        assert_eq!(lab.desk.shen.sends(&desk, &discard, &[]).await.status, 403, "an administrator does not work for it");
        assert_eq!(lab.officer.opens(&path).await.status, 200);
        // Whoever works for the agency, not its drafter alone; twice is once.
        for _ in 0..2 {
            let gone = lab.reviewer.sends(&tried, &discard, &[]).await;
            assert_eq!((gone.status, gone.location), (303, Some(format!("{drafts}&said=discarded"))));
        }
        let rows = audit::list_entries(lab.desk.bank.house.db.read(), &everything()).await.unwrap();
        let kept: Vec<_> = rows.iter().filter(|row| row.action == "conversions.discard").map(|row| row.actor).collect();
        assert_eq!(kept, [Some(lab.reviewer_id)]);
        let list = lab.officer.opens(&format!("{drafts}&said=discarded")).await.body;
        assert!(list.contains("草稿拿掉了") && !list.contains("开放大学手机课证书"), "{list}");
        let copy = format!("{}/add?from={}", lab.list(), id_of(&path));
        for gone in [path.clone(), format!("{path}/change"), copy] {
            assert_eq!(lab.officer.opens(&gone).await.status, 404, "{gone}");
        }
        assert_eq!(lab.sends(&lab.officer, &format!("{path}/change"), &[("title", "又要了")]).await.status, 404);
        for (act, fields) in [("try", vec![]), ("publish", vec![("shown", digest.as_str())])] {
            assert_eq!(lab.reviewer.sends(&tried, &format!("{path}/{act}"), &fields).await.status, 404, "{act}");
        }
        let fresh = &lab.desk.bank.fresh;
        let anew = if fresh.db.backend() == sea_orm::DbBackend::Sqlite {
            "INSERT OR REPLACE INTO conversion_discard SELECT rule_id, 1, discarded_by FROM conversion_discard"
        } else {
            "TRUNCATE conversion_discard"
        };
        for sql in ["UPDATE conversion_discard SET discarded_at_ms = 1", "DELETE FROM conversion_discard", anew] {
            let refusal = crate::ledger::steps::refusal_of_sql(fresh, sql).await;
            assert!(refusal.as_ref().is_some_and(|why| why.contains("conversions: ")), "{sql}: {refusal:?}");
        }
        lab.desk.bank.close().await;
    }

    async fn what_was_published_is_not_discarded(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[]).await;
        assert_eq!(lab.publishes(&lab.reviewer, &path).await.status, 303);
        let form = lab.officer.opens(&path).await;
        assert!(!form.body.contains("/discard"), "{}", form.body);
        for state in [RuleState::Published, RuleState::Ended] {
            assert_eq!(lab.officer.sends(&form, &format!("{path}/discard"), &[]).await.status, 409, "{state:?}");
            assert_eq!(lab.rule(&path).await.state, state);
            assert_eq!(lab.officer.sends(&form, &format!("{path}/end"), &[("end_why", "不再合作")]).await.status, 303);
        }
        assert_eq!(lab.desk.count("conversions.discard").await, 0);
        lab.desk.bank.close().await;
    }

    async fn of_a_draft_that_is_published_and_discarded_at_once_one_is_done(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[]).await;
        assert_eq!(lab.reviewer.sends(&lab.reviewer.opens(&path).await, &format!("{path}/try"), &[]).await.status, 303);
        let (shown, form) = (lab.reviewer.opens(&path).await, lab.officer.opens("/help").await);
        let (digest, publish, discard) = (shown.input("shown"), format!("{path}/publish"), format!("{path}/discard"));
        let fields = [("shown", digest.as_str())];
        let (published, discarded) =
            futures_util::join!(lab.reviewer.sends(&shown, &publish, &fields), lab.officer.sends(&form, &discard, &[]));
        let both = (published.status, discarded.status);
        assert!(matches!(both, (303, 409) | (404, 303)), "{both:?}");
        lab.desk.bank.close().await;
    }

    async fn who_reads_the_rules_is_led_to_apply_where_somebody_can(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let leads = async |page: &str| lab.desk.bank.visitor().opens(page).await.body.contains("/applications/begin");
        let goes_out = [("direction", "out"), ("title", "转入开放大学"), ("numerator", "2"), ("denominator", "1"), ("step", "0.001"), ("tests", "0.25 = 0.5")];
        let path = lab.drafts(&goes_out).await;
        assert_eq!(lab.publishes(&lab.reviewer, &path).await.status, 303);
        let outward = format!("/rules/{}", id_of(&path));
        assert_eq!((leads("/rules").await, leads(&outward).await), (false, false), "nobody applies by what goes out");
        let path = lab.drafts(&[]).await;
        assert_eq!(lab.publishes(&lab.reviewer, &path).await.status, 303);
        let inward = format!("/rules/{}", id_of(&path));
        assert_eq!((leads("/rules").await, leads(&inward).await, leads(&outward).await), (true, true, false));
        let form = lab.desk.shen.opens(&lab.desk.path()).await;
        assert_eq!(lab.desk.shen.sends(&form, &format!("{}/suspend", lab.desk.path()), &[("suspend_why", "查账")]).await.status, 303);
        assert_eq!((leads("/rules").await, leads(&inward).await), (false, false), "a suspended agency takes none");
        lab.desk.bank.close().await;
    }

    async fn a_page_offers_the_drafter_changing_and_the_reviewer_publishing(fresh: Fresh) {
        let lab = Lab::over(fresh).await;
        let path = lab.drafts(&[]).await;
        let own = lab.officer.opens(&path).await;
        assert!(own.body.contains(&format!("{path}/change")) && !own.body.contains(&format!("{path}/publish")), "{}", own.body);
        let tried = lab.officer.sends(&own, &format!("{path}/try"), &[]).await;
        assert_eq!(tried.status, 303);
        let seen = lab.reviewer.opens(&path).await;
        assert!(seen.body.contains(&format!("{path}/publish")) && !seen.body.contains(&format!("{path}/change")));
        let rows = audit::list_entries(lab.desk.bank.house.db.read(), &everything()).await.unwrap();
        assert!(rows.iter().any(|row| row.action == "conversions.try" && row.actor == Some(lab.officer_id)));
        lab.desk.bank.close().await;
    }
}
