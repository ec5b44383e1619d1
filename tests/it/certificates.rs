//! Certificates through the door: asked for, issued by one or by two, once a kind; refused, with what is missing; and what is asked again in the commit
//! that issues.

use credit_bank::certificates::{self, Order};
use credit_bank::credentials::status::Purpose;
use credit_bank::db::{OnceKey, Tx};
use credit_bank::identity::{AliasKind, Assurance, Role};
use credit_bank::kernel::{AgencyId, LearnerId, TransferId, digest_of};
use credit_bank::ledger::Reason;
use credit_bank::outbox::Standing;
use credit_bank::recognition::{self, Decision};
use entity::{certificate, certificate_cite, certificate_event, certificate_request, certificate_status, credit_use};
use sea_orm::EntityTrait;

use crate::agencies::{Desk, POWERS, TOWN};
use crate::aliases::Twice;
use crate::applications::DAY_MS;
use crate::classes::point;
use crate::passbook::passes;
use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank, Person, SHELF};

/// An agency that issues 单元学习证明, an officer and a reviewer of it, and somebody who learns.
pub struct Issuing {
    pub desk: Desk,
    pub zhao: Person,
    pub zhao_id: LearnerId,
    pub sun: Person,
    pub sun_id: LearnerId,
    pub wang: Person,
    pub wang_id: LearnerId,
}

impl Issuing {
    pub async fn over(fresh: Fresh) -> Self {
        Self::with(fresh, &POWERS).await
    }

    pub async fn with(fresh: Fresh, powers: &[(&str, &str)]) -> Self {
        Self::on(Bank::over_with(fresh, |config| config.public_url = Some("http://bank.test".to_owned())).await, powers).await
    }

    /// In a bank that has a public address.
    pub async fn on(bank: Bank, powers: &[(&str, &str)]) -> Self {
        let desk = Desk::of(bank, TOWN).await;
        desk.delegates(powers).await;
        let (zhao, zhao_id) = desk.works(Role::Officer, Some(desk.organisation), None).await;
        let (sun, sun_id) = desk.works(Role::Reviewer, Some(desk.organisation), None).await;
        let (wang, wang_id) = desk.bank.learner("王桂英", 1, Some(TOWN)).await;
        Self { desk, zhao, zhao_id, sun, sun_id, wang, wang_id }
    }

    pub fn bank(&self) -> &Bank {
        &self.desk.bank
    }

    pub fn agency(&self) -> AgencyId {
        self.desk.id.parse().unwrap()
    }

    pub fn queue(&self) -> String {
        format!("/staff/agency/{}/certificates", self.desk.id)
    }

    /// What certificates are made with in this bank.
    pub fn at(&self) -> certificates::Desk {
        let house = &self.bank().house;
        certificates::Desk { shelf: SHELF.clone(), keys: house.keys.clone(), origin: certificates::origin_of(&house.config) }
    }

    /// Somebody passes a unit, and it is sealed.
    pub async fn passes(&self, unit: &'static str) -> TransferId {
        let award = passes(self.bank(), self.wang_id, unit).await;
        self.bank().seals().await;
        award
    }

    /// Wang asks for the certificate of a unit; where the agency has the request.
    pub async fn asks(&self, unit: &str) -> String {
        let asked = asks(&self.wang, unit, &self.desk.id).await;
        assert_eq!((asked.status, asked.location.as_deref()), (303, Some("/certificates?said=asked")), "{}", asked.body);
        self.request().await
    }

    /// Where the newest request is.
    async fn request(&self) -> String {
        let all = certificate_request::Entity::find().all(self.bank().house.db.read()).await.unwrap();
        let newest = all.iter().max_by_key(|row| (row.asked_at_ms, row.id)).unwrap();
        format!("{}/requests/{}/{}", self.queue(), newest.learner_id, newest.id)
    }

    pub fn order(&self, unit: &str) -> Order {
        Order {
            learner: self.wang_id,
            kind: "unit".to_owned(),
            about: unit.to_owned(),
            agency: self.agency(),
            officer: self.zhao_id,
            batch: None,
            request: None,
            shown: None,
            help_phone: "12345".to_owned(),
        }
    }

    pub async fn rows(&self) -> Vec<certificate::Model> {
        certificate::Entity::find().all(self.bank().house.db.read()).await.unwrap()
    }

    /// Two accounts are read as one from now on: the second through the first.
    pub async fn joins(self, first: LearnerId, second: LearnerId) -> Self {
        self.reads(AliasKind::Join, (first, second)).await
    }

    /// The second is read through the first from now on, or stands for itself again.
    pub async fn reads(self, kind: AliasKind, (first, second): (LearnerId, LearnerId)) -> Self {
        let Self { desk, zhao, zhao_id, sun, sun_id, wang, wang_id } = self;
        let (at_desk, officer) = desk.bank.staff("钱进", Role::Officer, "330182").await;
        let (at_review, reviewer) = desk.bank.staff("冯丽", Role::Reviewer, "330182").await;
        let Desk { bank, organisation, id, shen, shen_id, zheng, zheng_id } = desk;
        let (by_first, by_second) = (bank.visitor(), bank.visitor());
        let twice = Twice { bank, first, second, by_first, by_second, officer, reviewer, at_desk, at_review };
        twice.does(kind, second, first).await;
        let desk = Desk { bank: twice.bank, organisation, id, shen, shen_id, zheng, zheng_id };
        Self { desk, zhao, zhao_id, sun, sun_id, wang, wang_id }
    }

    /// Whether the books fit, and certificates with them.
    pub async fn close(self) {
        self.bank().seals().await;
        let found = certificates::audit(&self.bank().house.db).await.unwrap();
        assert!(found.is_sound(), "{found:?}");
        self.desk.bank.close().await;
    }
}

/// Asks for the certificate of a unit.
pub async fn asks(person: &Person, unit: &str, agency: &str) -> Answer {
    let form = person.opens("/help").await;
    person.sends(&form, "/certificates/ask/unit", &[("unit", unit), ("agency", agency)]).await
}

/// Does something with a request, having been shown it.
pub async fn does(person: &Person, request: &str, doing: &str) -> Answer {
    let shown = person.opens(request).await;
    assert_eq!(shown.status, 200, "{request}: {}", shown.body);
    let digest = if shown.body.contains("name=\"shown\"") { shown.input("shown") } else { "0".repeat(64) };
    let form = if shown.body.contains("name=\"csrf\"") { shown } else { person.opens("/help").await };
    person.sends(&form, request, &[("doing", doing), ("shown", &digest), ("words", "请先补看证件。")]).await
}

/// Reverses an award, as two people do.
pub async fn reverses(work: &Issuing, award: TransferId) {
    let (learner, officer, approver) = (work.wang_id, work.zhao_id, work.sun_id);
    let reverse = async move |tx: &Tx| {
        let decision = Decision {
            learner,
            officer,
            reason: Reason::parse("wrong_person").unwrap(),
            evidence: digest_of(&[b"file"]),
            rule_version: "2026.1".to_owned(),
            responsible_org: "县学分银行".to_owned(),
            once: OnceKey::parse("reverse-1").unwrap(),
            standing: &Standing::default(),
        };
        recognition::reverse(tx, &decision, approver, award).await.map(|_| ())
    };
    work.bank().house.db.write(reverse).await.unwrap();
}

crate::on_both! {
    async fn a_certificate_is_asked_for_issued_and_shown(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        let request = work.asks("T19").await;
        let queue = work.zhao.opens(&work.queue()).await;
        assert!(queue.body.contains("单元学习证明") && !queue.body.contains("王桂英"), "{}", queue.body);
        let shown = work.zhao.opens(&request).await;
        assert!(shown.body.contains("王桂英"), "{}", shown.body);
        let issued = does(&work.zhao, &request, "issue").await;
        assert_eq!(issued.status, 303, "{}", issued.body);
        let db = work.bank().house.db.read();
        let row = work.rows().await.pop().unwrap();
        assert_eq!((row.state.as_str(), row.version, row.kind.as_str(), row.about.as_str()), ("active", 1, "unit", "T19"));
        assert_eq!(certificate_cite::Entity::find().all(db).await.unwrap().len(), 1);
        assert_eq!(certificate_event::Entity::find().all(db).await.unwrap().len(), 1);
        assert_eq!(certificate_status::Entity::find().all(db).await.unwrap().len(), 1);
        let uses = credit_use::Entity::find().all(db).await.unwrap();
        assert_eq!(uses.iter().map(|used| (used.kind.as_str(), used.state.as_str())).collect::<Vec<_>>(), [("certificate", "active")]);
        let own = work.wang.opens("/certificates").await;
        assert!(own.body.contains("有效"), "{}", own.body);
        let one = work.wang.opens(&format!("/certificates/{}", row.id)).await;
        assert!(one.status == 200 && one.body.contains("王桂英"), "{}", one.body);
        let at = work.at();
        let all = certificates::list_of(db, &at, work.wang_id, work.bank().clock.now()).await.unwrap();
        let shown = &all[0];
        assert_eq!((shown.standing, shown.facts.as_ref().unwrap().name.as_str()), (certificates::Standing::Active, "王桂英"));
        let number = &shown.register.number;
        let now = work.bank().clock.now();
        assert!(certificates::find_by_number(db, &at, (number, "王 桂英"), now).await.unwrap().is_some());
        assert!(certificates::find_by_number(db, &at, (number, "李桂英"), now).await.unwrap().is_none());
        let found = certificates::find_by_code(db, &at, &shown.register.code, now).await.unwrap().unwrap();
        assert_eq!(found.proofs.len(), 2);
        assert!(work.bank().letter_to("13800000001").await.unwrap().text.contains("单元学习证明"));
        work.close().await;
    }

    async fn the_same_form_twice_is_once_and_there_is_one_of_a_kind(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        let form = work.wang.opens("/help").await;
        let fields = [("unit", "T19"), ("agency", work.desk.id.as_str())];
        for _ in 0..2 {
            assert_eq!(work.wang.sends(&form, "/certificates/ask/unit", &fields).await.status, 303);
        }
        assert_eq!(asks(&work.wang, "T19", &work.desk.id).await.status, 422);
        let waits = work.wang.opens("/certificates/ask/unit?unit=T19").await.body;
        assert!(waits.contains("这种证书已经申请过一次") && waits.contains("去我的证书") && !waits.contains("name=\"agency\""), "{waits}");
        let request = work.request().await;
        let page = work.zhao.opens(&request).await;
        let shown = page.input("shown");
        for _ in 0..2 {
            let again = work.zhao.sends(&page, &request, &[("doing", "issue"), ("shown", &shown)]).await;
            assert_eq!(again.status, 303, "{}", again.body);
        }
        assert_eq!(work.rows().await.len(), 1);
        let held = work.wang.opens("/certificates/ask/unit?unit=T19").await.body;
        assert!(held.contains("看这张证书") && held.contains("href=\"/certificates/0") && !held.contains("name=\"agency\""), "{held}");
        // The other kind of asking: an officer at the desk, and the service itself.
        assert_eq!(asks(&work.wang, "T19", &work.desk.id).await.status, 422);
        let again = certificates::issue(&work.bank().house.db, &work.at(), &work.order("T19"), None).await;
        assert!(matches!(again, Err(certificates::Error::Held(_))), "{again:?}");
        work.close().await;
    }

    async fn whoever_is_signed_in_too_weakly_is_led_to_the_phone_and_meets_no_dead_end(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        let weak = work.bank().signed_in(work.wang_id, Assurance::Vouched).await;
        let ask = weak.opens("/certificates/ask/unit?unit=T19").await.body;
        let back = "href=\"/sign-in?back=/certificates/ask/unit%3Funit%3DT19\"";
        assert!(ask.contains("用手机号登录后能申请、下载和打印。") && ask.contains(back), "{ask}");
        assert!(!ask.contains("name=\"agency\""), "{ask}");
        let request = work.asks("T19").await;
        assert_eq!(does(&work.zhao, &request, "issue").await.status, 303);
        let path = format!("/certificates/{}", work.rows().await.pop().unwrap().id);
        let one = weak.opens(&path).await.body;
        assert!(one.contains("用手机号登录后能申请、下载和打印。") && one.contains(&format!("href=\"/sign-in?back={path}\"")), "{one}");
        assert!(!one.contains(&format!("{path}/pdf")) && !one.contains(&format!("{path}/share")), "{one}");
        assert!(!weak.opens("/certificates").await.body.contains("href=\"/shares\""));
        assert!(work.wang.opens("/certificates").await.body.contains("href=\"/shares\""));
        work.close().await;
    }

    async fn what_is_missing_is_named_and_nothing_is_issued_then(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let page = work.wang.opens("/certificates/ask/unit?unit=T19").await;
        assert!(page.body.contains("还要学完、考过"), "{}", page.body);
        let foundation = work.wang.opens("/certificates/ask/foundation").await;
        assert!(foundation.body.contains("请工作人员当面看一看") && foundation.body.contains("/plan/foundation"), "{}", foundation.body);
        let asked = asks(&work.wang, "T19", &work.desk.id).await;
        assert!(asked.status == 422 && asked.body.contains("还没有够条件"), "{}", asked.body);
        assert_eq!(asks(&work.wang, "T99", &work.desk.id).await.status, 404);
        assert_eq!(work.wang.opens("/certificates/ask/diploma").await.status, 404);
        work.passes("T19").await;
        // The agency may issue no other kind.
        let form = work.wang.opens("/help").await;
        let other = work.wang.sends(&form, "/certificates/ask/foundation", &[("unit", ""), ("agency", &work.desk.id)]).await;
        assert_eq!(other.status, 422, "{}", other.body);
        let bad = work.wang.sends(&form, "/certificates/ask/unit", &[("unit", "T19"), ("agency", "x")]).await;
        assert_eq!(bad.status, 422, "{}", bad.body);
        assert!(work.rows().await.is_empty());
        work.close().await;
    }

    async fn where_the_delegation_says_so_a_second_person_agrees(fresh: Fresh) {
        let powers: Vec<(&str, &str)> = POWERS.iter().copied().chain([("second_for", "unit")]).collect();
        let work = Issuing::with(fresh, &powers).await;
        work.passes("T19").await;
        let request = work.asks("T19").await;
        assert_eq!(does(&work.zhao, &request, "issue").await.status, 422, "one is not enough");
        assert!(work.rows().await.iter().all(|row| row.state == "void"));
        assert_eq!(does(&work.sun, &request, "agree").await.status, 409, "nobody has proposed it");
        let proposed = does(&work.zhao, &request, "propose").await;
        assert_eq!(proposed.status, 303, "{}", proposed.body);
        assert_ne!(does(&work.zhao, &request, "agree").await.status, 303, "not by whoever proposed it");
        let agreed = does(&work.sun, &request, "agree").await;
        assert_eq!(agreed.status, 303, "{}", agreed.body);
        let issued = work.rows().await.into_iter().filter(|row| row.state == "active").count();
        assert_eq!(issued, 1);
        work.close().await;
    }

    async fn a_refusal_says_why_and_can_be_asked_anew(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        let request = work.asks("T19").await;
        let empty = work.zhao.sends(&work.zhao.opens(&request).await, &request, &[("doing", "refuse"), ("words", "")]).await;
        assert_eq!(empty.status, 422, "{}", empty.body);
        assert_eq!(does(&work.zhao, &request, "refuse").await.status, 303);
        let own = work.wang.opens("/certificates").await;
        assert!(own.body.contains("请先补看证件。") && own.body.contains("申诉"), "{}", own.body);
        assert_eq!(does(&work.zhao, &request, "issue").await.status, 409);
        work.bank().clock.turn_ms(1_000);
        let again = work.asks("T19").await;
        let form = work.wang.opens("/certificates").await;
        let id = again.rsplit('/').next().unwrap();
        let path = format!("/certificates/requests/{id}/withdraw");
        assert_eq!(work.wang.sends(&form, &path, &[]).await.status, 303);
        assert_eq!(does(&work.zhao, &again, "issue").await.status, 409);
        work.close().await;
    }

    async fn who_does_not_work_for_the_agency_finds_nothing_and_a_suspended_one_issues_nothing(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        let request = work.asks("T19").await;
        let other = point(work.bank(), "别处的学校", TOWN).await;
        let (stranger, _) = work.desk.works(Role::Officer, Some(other), None).await;
        assert_eq!(stranger.opens(&request).await.status, 404);
        assert_eq!(stranger.opens(&work.queue()).await.status, 404);
        let (li, _) = work.bank().learner("李秀兰", 2, Some(TOWN)).await;
        let form = li.opens("/help").await;
        let id = request.rsplit('/').next().unwrap();
        assert_eq!(li.sends(&form, &format!("/certificates/requests/{id}/withdraw"), &[]).await.status, 404);
        let form = work.desk.shen.opens(&work.desk.path()).await;
        let suspended = work.desk.shen.sends(&form, &format!("{}/suspend", work.desk.path()), &[("suspend_why", "查账")]).await;
        assert_eq!(suspended.status, 303, "{}", suspended.body);
        let refused = certificates::issue(&work.bank().house.db, &work.at(), &work.order("T19"), None).await;
        assert!(matches!(refused, Err(certificates::Error::Agency(_))), "{refused:?}");
        assert!(work.rows().await.is_empty());
        work.close().await;
    }

    async fn two_accounts_of_one_person_are_one_person_who_cites_both(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (_, second) = work.bank().learner("王桂英", 2, Some(TOWN)).await;
        passes(work.bank(), second, "T19").await;
        work.bank().seals().await;
        let (first, db) = (work.wang_id, work.bank().house.db.clone());
        let work = work.joins(first, second).await;
        let request = work.asks("T19").await;
        assert_eq!(does(&work.zhao, &request, "issue").await.status, 303);
        let cite = certificate_cite::Entity::find().one(db.read()).await.unwrap().unwrap();
        assert_eq!((cite.learner_id, cite.account_id), (first.uuid(), second.uuid()));
        let order = Order { learner: second, ..work.order("T19") };
        let again = certificates::issue(&db, &work.at(), &order, None).await;
        assert!(matches!(again, Err(certificates::Error::Held(_))), "{again:?}");
        work.close().await;
    }

    async fn who_proposed_does_not_agree_by_another_account(fresh: Fresh) {
        let powers: Vec<(&str, &str)> = POWERS.iter().copied().chain([("second_for", "unit")]).collect();
        let work = Issuing::with(fresh, &powers).await;
        work.passes("T19").await;
        let request = work.asks("T19").await;
        assert_eq!(does(&work.zhao, &request, "propose").await.status, 303);
        let shown = work.sun.opens(&request).await.input("shown");
        let (officer, reviewer) = (work.zhao_id, work.sun_id);
        let work = work.joins(officer, reviewer).await;
        let form = work.sun.opens("/help").await;
        let agreed = work.sun.sends(&form, &request, &[("doing", "agree"), ("shown", &shown)]).await;
        assert_eq!(agreed.status, 422, "{}", agreed.body);
        assert!(work.rows().await.iter().all(|row| row.state == "void"));
        work.close().await;
    }

    async fn nobody_issues_their_own(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        passes(work.bank(), work.zhao_id, "T19").await;
        work.bank().seals().await;
        let order = Order { learner: work.zhao_id, ..work.order("T19") };
        let own = certificates::issue(&work.bank().house.db, &work.at(), &order, None).await;
        assert!(own.is_err(), "{own:?}");
        assert!(work.rows().await.iter().all(|row| row.state == "void"));
        work.close().await;
    }

    async fn a_reversal_between_two_steps_lets_nothing_be_issued(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let award = work.passes("T19").await;
        let (db, at) = (work.bank().house.db.clone(), work.at());
        let (order, its) = (work.order("T19"), at.clone());
        let reserved = db.write(async move |tx: &Tx| certificates::reserve(tx, &its, &order).await).await.unwrap();
        let made = certificates::make(&db, &at, &reserved).await.unwrap();
        reverses(&work, award).await;
        let (its, first) = (at.clone(), reserved.clone());
        let entered = db.write(async move |tx: &Tx| certificates::enter(tx, &its, (&first, &made), None).await).await;
        assert!(matches!(entered, Err(certificates::Error::Changed)), "{entered:?}");
        let whose = (work.wang_id, reserved.certificate);
        db.write(async move |tx: &Tx| certificates::put_void(tx, whose).await).await.unwrap();
        assert_eq!(work.rows().await[0].state, "void");
        assert!(credit_use::Entity::find().all(db.read()).await.unwrap().is_empty());
        work.close().await;
    }

    async fn a_reversal_afterwards_is_seen_at_once(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let award = work.passes("T19").await;
        let db = work.bank().house.db.clone();
        certificates::issue(&db, &work.at(), &work.order("T19"), None).await.unwrap();
        reverses(&work, award).await;
        let now = work.bank().clock.now();
        let shown = certificates::list_of(db.read(), &work.at(), work.wang_id, now).await.unwrap().pop().unwrap();
        assert!(matches!(shown.standing, certificates::Standing::Suspended { .. }), "{:?}", shown.standing);
        // And where nothing follows, the audit says so.
        work.bank().clock.turn_ms(6 * 60_000);
        assert_eq!(certificates::audit(&db).await.unwrap().difference_count, 1);
    }

    async fn what_was_reserved_and_left_lying_is_void_and_in_nobodys_way(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        let (db, at) = (work.bank().house.db.clone(), work.at());
        let (order, its) = (work.order("T19"), at.clone());
        db.write(async move |tx: &Tx| certificates::reserve(tx, &its, &order).await).await.unwrap();
        let busy = certificates::issue(&db, &at, &work.order("T19"), None).await;
        assert!(matches!(busy, Err(certificates::Error::BeingMade)), "{busy:?}");
        work.bank().clock.turn_ms(DAY_MS + 1);
        assert_eq!(db.write(async |tx: &Tx| certificates::void_stale(tx).await).await.unwrap(), 1);
        certificates::issue(&db, &at, &work.order("T19"), None).await.unwrap();
        let mut states: Vec<String> = work.rows().await.into_iter().map(|row| row.state).collect();
        states.sort();
        assert_eq!(states, ["active", "void"]);
        work.close().await;
    }

    async fn a_list_of_standings_is_published_signed(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        let (db, at) = (work.bank().house.db.clone(), work.at());
        certificates::issue(&db, &at, &work.order("T19"), None).await.unwrap();
        let origin = at.origin.clone().unwrap();
        assert_eq!(certificates::publish_lists(&db, &at.keys, &origin).await.unwrap(), 2);
        assert_eq!(certificates::publish_lists(&db, &at.keys, &origin).await.unwrap(), 0);
        let list = certificates::find_list(db.read(), work.agency(), Purpose::Revocation, 1);
        let list = list.await.unwrap().unwrap();
        assert!(list.generation == 1 && list.document.contains("BitstringStatusListCredential") && list.jwt.starts_with("eyJ"));
        work.bank().clock.turn_ms(2 * DAY_MS);
        assert_eq!(certificates::publish_lists(&db, &at.keys, &origin).await.unwrap(), 2, "renewed daily");
        work.close().await;
    }
}
