//! Agencies on the desk: entered by a code that is right, delegated by two people, suspended by one and let go on by another.

use std::io::Cursor;

use credit_bank::audit::{self, AuditFilter};
use credit_bank::identity::{AliasKind, Grant, Login, NewStaff, PersonName, Role, StaffPerson};
use credit_bank::kernel::{LearnerId, OrganisationId};
use credit_bank::places::{self, PlaceCode};

use crate::aliases::Twice;
use crate::classes::point;
use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank, Person};

pub const TOWN: &str = "330182001";
pub const CODE: &str = "12330182MB1A234560";
const OTHER_CODE: &str = "91350100M000100Y43";

/// What an agency is to be allowed, as the form says it.
pub const POWERS: [(&str, &str); 8] = [
    ("units", "T01"),
    ("units", "T19"),
    ("kinds", "unit"),
    ("per_learner", "0.5"),
    ("per_year", "40"),
    ("from", "今天"),
    ("until", "2026-12-31"),
    ("ground", "县教育局发文"),
];

/// A bank with one agency, and two administrators of its town.
pub struct Desk {
    pub bank: Bank,
    pub organisation: OrganisationId,
    pub id: String,
    pub shen: Person,
    pub shen_id: LearnerId,
    pub zheng: Person,
    pub zheng_id: LearnerId,
}

impl Desk {
    pub async fn over(fresh: Fresh) -> Self {
        Self::at(fresh, TOWN).await
    }

    /// Where the agency lies at `place`.
    pub async fn at(fresh: Fresh, place: &str) -> Self {
        Self::of(Bank::over(fresh).await, place).await
    }

    /// The same, of a bank that is there.
    pub async fn of(bank: Bank, place: &str) -> Self {
        let bank = bank.with_places().await;
        let organisation = point(&bank, "青石镇成人学校", place).await;
        let (shen, shen_id) = bank.staff("沈静", Role::Administrator, place).await;
        let (zheng, zheng_id) = bank.staff("郑敏", Role::Administrator, "330182").await;
        let id = enters(&shen, organisation, CODE).await;
        Self { bank, organisation, id, shen, shen_id, zheng, zheng_id }
    }

    pub fn path(&self) -> String {
        format!("/staff/agencies/{}", self.id)
    }

    /// Asks as one administrator and agrees as the other; the path of the version.
    pub async fn delegates(&self, powers: &[(&str, &str)]) -> String {
        self.bank.clock.turn_ms(60_000);
        let version = asks(&self.shen, &self.path(), powers).await;
        let shown = self.zheng.opens(&version).await;
        let agreed = agrees(&self.zheng, &shown, &version).await;
        assert_eq!(agreed.status, 303, "{}", agreed.body);
        version
    }

    /// Somebody who works for the agency, in this line of work.
    pub async fn works(&self, role: Role, organisation: Option<OrganisationId>, line: Option<&str>) -> (Person, LearnerId) {
        self.works_in(TOWN, role, organisation, line).await
    }

    /// The same, in this area.
    pub async fn works_in(
        &self,
        area: &str,
        role: Role,
        organisation: Option<OrganisationId>,
        line: Option<&str>,
    ) -> (Person, LearnerId) {
        let staff = NewStaff {
            person: StaffPerson::Named(PersonName::parse("赵强").unwrap()),
            login: Login::parse(&format!("works{}", &LearnerId::fresh(self.bank.clock.now()).to_string()[28..])).unwrap(),
            grant: Grant { role, organisation, area: PlaceCode::parse(area).unwrap(), line: line.map(str::to_owned) },
            by: None,
            is_sample: false,
        };
        let id = self.bank.adds_staff(staff).await.learner;
        (self.bank.signed_in(id, credit_bank::identity::Assurance::PasswordTotp).await, id)
    }

    /// How often this was done.
    pub async fn count(&self, action: &str) -> usize {
        let filter = AuditFilter { action: Some(action.to_owned()), ..everything() };
        audit::list_entries(self.bank.house.db.read(), &filter).await.unwrap().len()
    }
}

pub fn everything() -> AuditFilter {
    AuditFilter { areas: vec![String::new()], most: 500, ..AuditFilter::default() }
}

/// Enters an agency through the form; its id.
pub async fn enters(admin: &Person, organisation: OrganisationId, code: &str) -> String {
    let answer = enters_as(admin, &organisation.to_string(), code).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location.unwrap().split(['/', '?']).nth(3).unwrap().to_owned()
}

async fn enters_as(admin: &Person, organisation: &str, code: &str) -> Answer {
    let form = admin.opens(&format!("/staff/agencies/add?organisation={organisation}")).await;
    let fields = [("organisation", organisation), ("credit_code", code), ("contact_phone", "0571-64000009")];
    admin.sends(&form, "/staff/agencies/add", &fields).await
}

/// Asks for a delegation; the path of the request.
pub async fn asks(admin: &Person, agency: &str, powers: &[(&str, &str)]) -> String {
    let path = format!("{agency}/delegate");
    let answer = admin.sends(&admin.opens(&path).await, &path, powers).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location.unwrap().split('?').next().unwrap().to_owned()
}

async fn agrees(admin: &Person, shown: &Answer, version: &str) -> Answer {
    let digest = shown.input("shown");
    admin.sends(shown, version, &[("doing", "agree"), ("shown", &digest)]).await
}

/// Sends one field and says what came.
async fn says(admin: &Person, agency: &str, act: &str, field: &str, words: &str) -> Answer {
    admin.sends(&admin.opens(agency).await, &format!("{agency}/{act}"), &[(field, words)]).await
}

/// Sends a picture of a seal.
pub async fn sends_seal(admin: &Person, agency: &str, bytes: Vec<u8>) -> Answer {
    let shown = admin.opens(agency).await;
    let form = reqwest::multipart::Form::new().text("csrf", shown.input("csrf")).text("once", shown.input("once"));
    let part = reqwest::multipart::Part::bytes(bytes).file_name("seal.png");
    admin.sends_parts(&format!("{agency}/seal"), form.part("seal", part)).await
}

/// A picture that may be one of a seal.
pub fn seal(side: u32, red: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(side, side, image::Rgb([red, 38, 29]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

crate::on_both! {
    async fn an_organisation_becomes_an_agency_once_by_a_code_that_is_right(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let again = enters_as(&desk.shen, &desk.organisation.to_string(), CODE).await;
        assert!(again.location.unwrap().contains(&desk.id), "the same once more is the first");
        let school = point(&desk.bank, "青石镇中心小学", TOWN).await.to_string();
        let far = point(&desk.bank, "柳湾镇学校", "330182002").await.to_string();
        for (organisation, code, says) in [
            (school.as_str(), "12330182MB1A234561", "最后一位对不上"),
            (school.as_str(), "12330182MB1A23456", "现在是 17 位"),
            (school.as_str(), "12330182MB1A23456I", "没有「I、O、S、V、Z」"),
            (school.as_str(), CODE, "另一家机构已经用了"),
            (desk.organisation.to_string().as_str(), OTHER_CODE, "代码和这次写的不一样"),
            (far.as_str(), OTHER_CODE, "没有这个机构"),
            ("", OTHER_CODE, "请选一家机构"),
        ] {
            let answer = enters_as(&desk.shen, organisation, code).await;
            assert_eq!(answer.status, 422, "{code}");
            assert!(answer.body.contains(says) && answer.body.contains(&format!("value=\"{code}\"")), "{says}: {}", answer.body);
        }
        let page = desk.bank.visitor().opens(&format!("/agencies/{}", desk.id)).await;
        for words in ["青石镇成人学校", CODE, "0571", "现在什么都不办", "印章图样只是样子"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(desk.shen.opens("/staff/agencies").await.body.contains("青石镇成人学校"));
        assert_eq!(desk.count("agencies.register").await, 1);
        desk.bank.close().await;
    }

    async fn an_organisation_is_looked_for_by_its_name_or_its_place_and_the_form_says_when_there_are_more(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let add = "/staff/agencies/add";
        for number in 1..=11 {
            point(&desk.bank, &format!("柳树村 {number} 号点"), TOWN).await;
        }
        let school = point(&desk.bank, "石桥开放大学", TOWN).await.to_string();
        let far = point(&desk.bank, "柳湾开放大学", "330182002").await.to_string();
        let odd = point(&desk.bank, "满意率 100% 的 a_b 站", TOWN).await.to_string();
        let offered = |page: &Answer| page.body.matches("name=\"organisation\" value=\"019").count();
        for find in ["", "柳树村", "330182001", "３３０１８２"] {
            let page = desk.shen.opens(&format!("{add}?find={find}")).await;
            assert!(offered(&page) == 10 && page.body.contains("这里只列 10 家"), "{find}: {}", page.body);
        }
        let found = desk.shen.opens(&format!("{add}?find=开放大学")).await;
        assert!(offered(&found) == 1 && found.body.contains(&school) && !found.body.contains("这里只列"), "{}", found.body);
        assert!(found.body.contains("石桥开放大学，在青石镇") && found.body.contains("type=\"radio\""), "{}", found.body);
        assert_eq!(found.input("find"), "开放大学");
        let there = desk.zheng.opens(&format!("{add}?find=330182002")).await;
        assert!(offered(&there) == 1 && there.body.contains(&far), "{}", there.body);
        for find in ["%25", "_", "100%25", "a_b"] {
            let found = desk.shen.opens(&format!("{add}?find={find}")).await;
            assert!(offered(&found) == 1 && found.body.contains(&odd), "{find} stands for itself: {}", found.body);
        }
        for find in ["330182002", "没有这一家", "1%25的", "a__"] {
            let none = desk.shen.opens(&format!("{add}?find={find}")).await;
            assert!(none.status == 200 && offered(&none) == 0 && none.body.contains("没有找到这样的机构"), "{find}: {}", none.body);
        }
        // What was chosen and what was looked for stay, whatever is wrong beside them.
        let sends = async |organisation: &str| {
            let fields = [("find", "柳树村"), ("organisation", organisation), ("credit_code", "1"), ("contact_phone", "12345")];
            desk.shen.sends(&found, add, &fields).await
        };
        let wrong = sends(&school).await;
        assert_eq!((wrong.status, offered(&wrong), wrong.input("find").as_str()), (422, 11, "柳树村"));
        assert!(wrong.body.contains(&format!("value=\"{school}\" checked")), "{}", wrong.body);
        let elsewhere = sends(&far).await;
        assert!(elsewhere.status == 422 && !elsewhere.body.contains(&far), "{}", elsewhere.body);
        desk.bank.close().await;
    }

    async fn what_was_taken_down_stays_so_and_its_code_is_free_again(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let path = desk.path();
        let unsaid = says(&desk.shen, &path, "close", "close_why", " ").await;
        assert_eq!(unsaid.status, 422);
        for _ in 0..2 {
            assert_eq!(says(&desk.shen, &path, "suspend", "suspend_why", "查账").await.status, 303);
        }
        let form = desk.zheng.opens(&path).await;
        for _ in 0..2 {
            assert_eq!(desk.zheng.sends(&form, &format!("{path}/close"), &[("close_why", "并入县里")]).await.status, 303);
        }
        assert_eq!((desk.count("agencies.close").await, desk.count("agencies.suspend").await), (1, 1));
        let late = desk.zheng.sends(&form, &format!("{path}/contact"), &[("contact_phone", "12345")]).await;
        assert_eq!(late.status, 409, "nothing is changed of what was taken down");
        assert!(desk.bank.visitor().opens(&format!("/agencies/{}", desk.id)).await.body.contains("不再认定和发证"));
        let anew = enters(&desk.shen, desk.organisation, CODE).await;
        assert_ne!(anew, desk.id);
        desk.bank.close().await;
    }

    async fn what_ends_and_what_stays_is_shown_before_an_agency_is_taken_down(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let look = format!("{}/close", desk.path());
        let before = desk.zheng.opens(&look).await.body;
        assert!(before.contains("没有在用的授权") && before.contains("现在没有人替它办事"), "{before}");
        desk.delegates(&POWERS).await;
        asks(&desk.shen, &desk.path(), &POWERS).await;
        desk.works(Role::Reviewer, Some(desk.organisation), None).await;
        desk.works(Role::Volunteer, Some(desk.organisation), None).await;
        assert!(desk.zheng.opens(&desk.path()).await.body.contains(&format!("href=\"{look}\"")));
        let page = desk.zheng.opens(&look).await;
        for words in ["现在用这个", "等着第二个人看", "这 1 个岗位的人", "赵强", "公布的 1 把公钥还在", "都还算数"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert_eq!(desk.count("agencies.close").await, 0, "looking takes nothing down");
        let unsaid = desk.zheng.sends(&page, &look, &[("close_why", "")]).await;
        assert!(unsaid.status == 422 && unsaid.body.contains("公布的 1 把公钥还在"), "{}", unsaid.body);
        assert_eq!(desk.zheng.sends(&page, &look, &[("close_why", "并入县里")]).await.status, 303);
        assert_eq!(desk.zheng.opens(&look).await.status, 409, "it was taken down");
        assert!(!desk.zheng.opens(&desk.path()).await.body.contains(&look));
        desk.bank.close().await;
    }

    async fn an_agency_whose_organisation_has_closed_can_be_taken_down_and_its_code_is_free(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let organisation = desk.organisation;
        desk.bank.house.db.write(async move |tx| places::close_organisation(tx, organisation).await).await.unwrap();
        let heir = point(&desk.bank, "青石镇社区学校", TOWN).await;
        assert_eq!(enters_as(&desk.shen, &heir.to_string(), CODE).await.status, 422, "its code is taken");
        let page = desk.zheng.opens(&desk.path()).await;
        assert!(page.body.contains("机构本身关了") && !page.body.contains("/suspend"), "{}", page.body);
        let look = format!("{}/close", desk.path());
        assert!(page.body.contains(&look), "{}", page.body);
        let shown = desk.zheng.opens(&look).await;
        for _ in 0..2 {
            assert_eq!(desk.zheng.sends(&shown, &look, &[("close_why", "学校撤了")]).await.status, 303);
        }
        assert_eq!(desk.count("agencies.close").await, 1);
        assert_ne!(enters(&desk.shen, heir, CODE).await, desk.id);
        desk.bank.close().await;
    }

    async fn how_the_public_reaches_it_is_kept_as_it_was_written_or_asked_again(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let path = desk.path();
        let wrong = says(&desk.shen, &path, "contact", "contact_phone", "打给小李").await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("打给小李") && wrong.body.contains("3 到 16 位"), "{}", wrong.body);
        for _ in 0..2 {
            assert_eq!(says(&desk.shen, &path, "contact", "contact_phone", "0571 64000008").await.status, 303);
        }
        assert_eq!(desk.count("agencies.contact").await, 1, "the same again changes nothing");
        desk.bank.close().await;
    }

    async fn a_delegation_counts_once_a_second_administrator_saw_what_it_comes_to(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let path = desk.path();
        let bad: Vec<_> = POWERS.into_iter().filter(|(name, _)| *name != "units").chain([("units", "T99")]).collect();
        let form = desk.shen.opens(&format!("{path}/delegate")).await;
        let wrong = desk.shen.sends(&form, &format!("{path}/delegate"), &bad).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("至少选一个单元") && wrong.body.contains("县教育局发文"), "{}", wrong.body);
        let version = asks(&desk.shen, &path, &POWERS).await;
        assert_eq!(asks(&desk.shen, &path, &POWERS).await, version, "the same once more is the first request");
        let other = desk.zheng.sends(&desk.zheng.opens(&format!("{path}/delegate")).await, &format!("{path}/delegate"), &POWERS).await;
        assert_eq!(other.status, 409, "another request waits");
        let public = format!("/agencies/{}", desk.id);
        let page = desk.bank.visitor().opens(&public).await.body;
        assert!(page.contains("现在什么都不办") && page.contains("还没有授权") && !page.contains("能认定学习成果"), "{page}");
        let own = desk.shen.opens(&version).await;
        assert!(!own.body.contains("value=\"agree\"") && own.body.contains("要另一位管理员来定"), "{}", own.body);
        let shown = desk.zheng.opens(&version).await;
        assert!(shown.body.contains("同意以后会怎样") && shown.body.contains("T19"), "{}", shown.body);
        let unsaid = desk.zheng.sends(&shown, &version, &[("doing", "disagree")]).await;
        assert_eq!(unsaid.status, 422);
        for _ in 0..2 {
            assert_eq!(agrees(&desk.zheng, &shown, &version).await.status, 303);
        }
        assert_eq!((desk.count("agencies.ask").await, desk.count("agencies.agree").await), (1, 1));
        let page = desk.bank.visitor().opens(&public).await;
        assert!(page.body.contains("T01") && page.body.contains("0.5 学分") && !page.body.contains("T02"), "{}", page.body);
        assert_eq!(desk.shen.sends(&own, &format!("{version}/withdraw"), &[]).await.status, 409, "it is decided");
        desk.bank.close().await;
    }

    async fn who_agrees_to_what_has_changed_meanwhile_is_shown_it_anew(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let first = desk.delegates(&POWERS).await;
        let second = asks(&desk.shen, &desk.path(), &POWERS).await;
        let shown = desk.zheng.opens(&second).await;
        let unsaid = says(&desk.shen, &first, "end", "end_why", "").await;
        assert_eq!(unsaid.status, 422);
        for _ in 0..2 {
            let form = desk.shen.opens(&desk.path()).await;
            assert_eq!(desk.shen.sends(&form, &format!("{first}/end"), &[("end_why", "查账")]).await.status, 303);
        }
        assert_eq!(desk.count("agencies.end").await, 1);
        let stale = agrees(&desk.zheng, &shown, &second).await;
        assert_eq!(stale.status, 409);
        assert!(stale.body.contains("情况变了"), "{}", stale.body);
        assert_eq!(agrees(&desk.zheng, &stale, &second).await.status, 303, "as it is now");
        let third = asks(&desk.shen, &desk.path(), &POWERS).await;
        let foreign = desk.zheng.sends(&desk.zheng.opens(&third).await, &format!("{third}/withdraw"), &[]).await;
        assert_eq!(foreign.status, 403, "only its asker takes it back");
        let form = desk.zheng.opens(&third).await;
        for _ in 0..2 {
            assert_eq!(desk.zheng.sends(&form, &third, &[("doing", "disagree"), ("answer", "太多了")]).await.status, 303);
        }
        let late = desk.zheng.sends(&form, &third, &[("doing", "agree"), ("shown", &form.input("shown"))]).await;
        assert_eq!(late.status, 409, "it is decided");
        let fourth = asks(&desk.shen, &desk.path(), &POWERS).await;
        let form = desk.shen.opens(&fourth).await;
        for _ in 0..2 {
            assert_eq!(desk.shen.sends(&form, &format!("{fourth}/withdraw"), &[]).await.status, 303);
        }
        desk.bank.close().await;
    }

    async fn nobody_is_their_own_second_person_not_even_by_another_account_of_theirs(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let version = asks(&desk.shen, &desk.path(), &POWERS).await;
        let shown = desk.zheng.opens(&version).await;
        let own = agrees(&desk.shen, &shown_to(&desk.shen, &version, &shown).await, &version).await;
        assert_eq!(own.status, 422);
        assert!(own.body.contains("同一个人换一个账户也不行"), "{}", own.body);
        assert_eq!(says(&desk.shen, &desk.path(), "suspend", "suspend_why", "查账").await.status, 303);
        // The two administrators turn out to be one person.
        let (at_desk, officer) = desk.bank.staff("赵强", Role::Officer, "330182").await;
        let (at_review, reviewer) = desk.bank.staff("孙丽", Role::Reviewer, "330182").await;
        let Desk { bank, shen, shen_id, zheng, zheng_id, id, organisation } = desk;
        let (first, second, by_first, by_second) = (shen_id, zheng_id, shen, zheng);
        let twice = Twice { bank, first, second, by_first, by_second, officer, reviewer, at_desk, at_review };
        twice.does(AliasKind::Join, twice.second, twice.first).await;
        let Twice { bank, by_first: shen, by_second: zheng, .. } = twice;
        let desk = Desk { bank, organisation, id, shen, shen_id, zheng, zheng_id };
        let same = agrees(&desk.zheng, &shown, &version).await;
        assert_eq!(same.status, 422, "{}", same.body);
        let lifted = desk.zheng.sends(&shown, &format!("{}/lift", desk.path()), &[("lift_why", "查完了")]).await;
        assert_eq!(lifted.status, 422, "who suspended lifts it by no account of theirs");
        let (third, _) = desk.bank.staff("陈志远", Role::Administrator, "330182").await;
        let shown = third.opens(&version).await;
        assert_eq!(agrees(&third, &shown, &version).await.status, 303);
        assert_eq!(says(&third, &desk.path(), "lift", "lift_why", "查完了").await.status, 303);
        desk.bank.close().await;
    }

    async fn who_works_for_an_agency_decides_nothing_about_it(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let (both, both_id) = desk.works(Role::Officer, Some(desk.organisation), None).await;
        let grant = Grant { role: Role::Administrator, organisation: None, area: PlaceCode::parse(TOWN).unwrap(), line: None };
        let zheng = credit_bank::identity::load_scope(desk.bank.house.db.read(), desk.zheng_id).await.unwrap();
        let add = async move |tx: &_| credit_bank::identity::add_role(tx, &zheng, both_id, &grant).await;
        desk.bank.house.db.write(add).await.unwrap();
        let path = format!("{}/delegate", desk.path());
        let asked = both.sends(&both.opens(&path).await, &path, &POWERS).await;
        assert_eq!((asked.status, asked.input("per_learner").as_str()), (422, "0.5"), "who works there asks for nothing, and loses no word");
        assert!(asked.body.contains("县教育局发文") && asked.body.contains("您在这家机构工作"), "{}", asked.body);
        let version = asks(&desk.shen, &desk.path(), &POWERS).await;
        let page = both.opens(&version).await;
        assert!(!page.body.contains("value=\"agree\""), "{}", page.body);
        let twice = desk.zheng.sends(&desk.zheng.opens(&path).await, &path, &POWERS).await;
        assert!(twice.status == 409 && twice.body.contains("县教育局发文"), "one waits already: {} {}", twice.status, twice.body);
        let typed = [("doing", "disagree"), ("answer", "写了很久的一句话")];
        let own = desk.shen.sends(&desk.shen.opens(&path).await, &version, &typed).await;
        assert!(own.status == 422 && own.body.contains("换一个账户也不行"), "{}", own.body);
        let shown = desk.zheng.opens(&version).await.input("shown");
        let refused = both.sends(&both.opens(&path).await, &version, &[("doing", "agree"), ("shown", &shown)]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("您在这家机构工作"), "{}", refused.body);
        // The school's own administrator works there too; so does who asked, once they have begun to.
        let (own, _) = desk.works(Role::Administrator, Some(desk.organisation), None).await;
        let page = own.opens(&version).await;
        assert!(!page.body.contains("value=\"agree\""), "{}", page.body);
        assert_eq!(own.sends(&own.opens(&path).await, &version, &[("doing", "agree"), ("shown", &shown)]).await.status, 422);
        let zheng = credit_bank::identity::load_scope(desk.bank.house.db.read(), desk.zheng_id).await.unwrap();
        let (organisation, shen_id) = (desk.organisation, desk.shen_id);
        let grant = Grant { role: Role::Officer, organisation: Some(organisation), area: PlaceCode::parse(TOWN).unwrap(), line: None };
        let add = async move |tx: &_| credit_bank::identity::add_role(tx, &zheng, shen_id, &grant).await;
        desk.bank.house.db.write(add).await.unwrap();
        let late = agrees(&desk.zheng, &desk.zheng.opens(&version).await, &version).await;
        assert!(late.status == 422 && late.body.contains("提申请的人现在在这家机构工作"), "{} {}", late.status, late.body);
        desk.bank.close().await;
    }

    async fn who_works_for_an_organisation_above_is_not_made_by_who_administers_below(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let county = point(&desk.bank, "县电大", "330182").await.to_string();
        let add = "/staff/people/add";
        let answer = async |admin: &Person, role: &str, login: &str| {
            let fields = [("name", "李敏"), ("login", login), ("role", role), ("place", "青石镇"), ("organisation", county.as_str()), ("line", "")];
            admin.sends(&admin.opens(add).await, add, &fields).await
        };
        for role in ["officer", "reviewer"] {
            let refused = answer(&desk.shen, role, &format!("shen.{role}")).await;
            assert_eq!(refused.status, 422, "{role}: {}", refused.body);
            assert_eq!(answer(&desk.zheng, role, &format!("zheng.{role}")).await.status, 200, "{role}");
        }
        desk.bank.close().await;
    }
}

/// The page as `person` has it, with the digest that another was shown.
async fn shown_to(person: &Person, version: &str, shown: &Answer) -> Answer {
    let mut own = person.opens(version).await;
    own.body = own.body.replacen("<main", &format!("<input name=\"shown\" value=\"{}\"><main", shown.input("shown")), 1);
    own
}
