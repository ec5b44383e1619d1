//! At a service point: who sees whom, documents seen and taken back, what is done for people who stand before the desk.

use credit_bank::audit::{self, AuditFilter};
use credit_bank::db::Tx;
use credit_bank::identity::{
    self, Assurance, DocumentNumber, Error, Grant, Login, NewStaff, PersonName, Profile, Role, StaffPerson,
};
use credit_bank::kernel::{Acting, Group, IdentityLevel, LearnerId, OrganisationId};
use credit_bank::places::{self, NewOrganisation, OrganisationKind, PlaceCode};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::support::server::{Answer, Bank, Person};

const MOTHER: &str = "11010519491231002X";
const OTHER: &str = "440524188001010014";

fn page_of(id: LearnerId) -> String {
    format!("/staff/learners/{id}")
}

async fn kept(bank: &Bank, id: LearnerId) -> Profile {
    identity::profile(bank.house.db.read(), &bank.house.keys, id).await.unwrap()
}

/// Somebody of the staff whose role is bound to a line of work or to an organisation.
async fn bound(
    bank: &Bank,
    login: &str,
    role: Role,
    area: &str,
    line: Option<&str>,
    organisation: Option<OrganisationId>,
) -> Person {
    let grant = Grant { role, organisation, area: PlaceCode::parse(area).unwrap(), line: line.map(str::to_owned) };
    let person = StaffPerson::Named(PersonName::parse("李敏").unwrap());
    let new = NewStaff { person, login: Login::parse(login).unwrap(), grant, by: None, is_sample: false };
    bank.signed_in(bank.adds_staff(new).await.learner, Assurance::PasswordTotp).await
}

async fn organisation(bank: &Bank, place: &str) -> OrganisationId {
    let new = NewOrganisation {
        kind: OrganisationKind::ServicePoint,
        name: "便民服务站".to_owned(),
        place_code: place.to_owned(),
        line: None,
        address: None,
        phone: None,
        opening_hours: None,
        is_sample: false,
    };
    bank.house.db.write(async move |tx| places::add_organisation(tx, &new).await).await.unwrap()
}

async fn in_groups(bank: &Bank, id: LearnerId, groups: &'static [Group]) {
    let acting = Acting { learner: id, helper: None, identity_level: IdentityLevel::KNOWN };
    let choose = async move |tx: &Tx| identity::choose_groups(tx, &acting, groups).await;
    bank.house.db.write::<_, Error, _>(choose).await.unwrap();
}

async fn actions(bank: &Bank, place: &str) -> Vec<String> {
    let filter = AuditFilter { areas: vec![place.to_owned()], most: 100, ..AuditFilter::default() };
    audit::list_entries(bank.house.db.read(), &filter).await.unwrap().into_iter().map(|row| row.action).collect()
}

async fn finds(person: &Person, number: &str) -> Answer {
    let form = person.opens("/staff/learners").await;
    person.sends(&form, "/staff/learners", &[("number", number)]).await
}

crate::on_both! {
    async fn a_role_bound_to_a_line_of_work_sees_its_group_only(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182001")).await;
        in_groups(&bank, wang, &[Group::Woman, Group::Elder]).await;
        in_groups(&bank, liu, &[Group::Farmer]).await;
        let women = bound(&bank, "women", Role::Officer, "330182", Some("women"), None).await;
        assert_eq!(finds(&women, "13800000001").await.location, Some(page_of(wang)));
        assert_eq!(finds(&women, "13800000002").await.status, 422);
        assert_eq!(women.opens(&page_of(liu)).await.status, 404);
        assert_eq!(women.opens("/staff/cases").await.status, 403, "a list by place holds people of all groups");
        let school = bound(&bank, "school", Role::Officer, "330182", Some("education"), None).await;
        assert_eq!(finds(&school, "13800000002").await.status, 303);
        bank.close().await;
    }

    async fn a_role_for_an_organisation_counts_where_that_lies_and_while_it_is_open(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        bank.learner("王桂英", 1, Some("330182001")).await;
        bank.learner("刘建国", 2, Some("330182002")).await;
        let station = organisation(&bank, "330182001").await;
        let clerk = bound(&bank, "clerk", Role::Officer, "330182", None, Some(station)).await;
        assert_eq!(finds(&clerk, "13800000001").await.status, 303);
        assert_eq!(finds(&clerk, "13800000002").await.status, 422);
        bank.house.db.write(async move |tx| places::close_organisation(tx, station).await).await.unwrap();
        assert_eq!(clerk.opens("/staff/learners").await.status, 403);
        bank.close().await;
    }

    async fn who_has_no_place_is_found_by_card_only_and_gets_a_place(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, None).await;
        let card = kept(&bank, wang).await.card.unwrap();
        let (li, li_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        assert_eq!(finds(&li, "13800000001").await.status, 422, "not by phone");
        assert_eq!(li.opens(&page_of(wang)).await.status, 404, "not by the address either");
        assert_eq!(finds(&li, card.as_str()).await.location, Some(page_of(wang)));
        let page = li.opens(&page_of(wang)).await;
        assert!(page.status == 200 && page.body.contains("住在哪里"), "{}", page.body);
        let log = audit::list_access(bank.house.db.read(), wang, 9).await.unwrap();
        assert!(log.iter().all(|row| row.actor == li_id) && log.iter().any(|row| row.what == "find_by_card"), "{log:?}");
        let path = format!("{}/place", page_of(wang));
        for (typed, words) in [("", "请写上地方"), ("柳湾镇", "没有找到这个地方"), ("330182002", "不归您管")] {
            let bad = li.sends(&page, &path, &[("place", typed)]).await;
            assert!(bad.status == 422 && bad.body.contains(words) && bad.input("place") == typed, "{typed}: {}", bad.body);
        }
        for _ in 0..2 {
            let settled = li.sends(&page, &path, &[("place", "青石镇")]).await;
            assert_eq!(settled.location, Some(format!("{}?said=settled", page_of(wang))), "{}", settled.body);
        }
        assert_eq!(kept(&bank, wang).await.place_code.as_deref(), Some("330182001"));
        assert!(bank.letter_to("13800000001").await.unwrap().text.contains("写好了住的地方"));
        assert!(actions(&bank, "330182001").await.contains(&"identity.settle".to_owned()));
        let (far, _) = bank.staff("别人", Role::Volunteer, "330182002").await;
        assert_eq!(finds(&far, card.as_str()).await.status, 422, "a place is said now");
        bank.close().await;
    }

    async fn a_document_is_seen_by_those_who_may_and_taken_back_within_a_day(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (volunteer, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (officer, _) = bank.staff("赵强", Role::Officer, "330182001").await;
        let (reviewer, _) = bank.staff("钱多", Role::Reviewer, "330182001").await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (path, undo) = (format!("{}/document", page_of(wang)), format!("{}/document/undo", page_of(wang)));
        let level = async || kept(&bank, wang).await.identity_level;
        let form = volunteer.opens(&page_of(wang)).await;
        assert!(!form.body.contains("当面看过证件了"), "{}", form.body);
        assert_eq!(volunteer.sends(&form, &path, &[("document", "")]).await.status, 403);
        let page = officer.opens(&page_of(wang)).await;
        let bad = officer.sends(&page, &path, &[("document", "110105194912310021")]).await;
        assert!(bad.status == 422 && bad.body.contains("对不上") && bad.input("document") == "110105194912310021", "{}", bad.body);
        for _ in 0..2 {
            assert_eq!(sees(&officer, &page, wang, MOTHER).await.status, 303);
        }
        assert_eq!(level().await, IdentityLevel::DOCUMENT);
        assert_eq!(entity::document_sight::Entity::find().count(bank.house.db.read()).await.unwrap(), 1, "twice is once");
        assert_eq!(reviewer.sends(&page_for(&reviewer, wang).await, &undo, &[]).await.status, 403, "somebody else said so");
        for _ in 0..2 {
            assert_eq!(admin.sends(&page_for(&admin, wang).await, &undo, &[]).await.status, 303);
        }
        assert_eq!((level().await, kept(&bank, wang).await.document), (IdentityLevel::KNOWN, None));
        assert_eq!(entity::document_index::Entity::find().count(bank.house.db.read()).await.unwrap(), 0);
        assert!(actions(&bank, "330182001").await.contains(&"identity.undo_document".to_owned()));
        assert_eq!(sees(&officer, &page, wang, "").await.status, 303);
        bank.clock.turn_ms(86_400_001);
        // The staff's session lives twelve hours.
        let late = bank.signed_in(identity_of(&bank, "赵强").await, Assurance::PasswordTotp).await;
        let page = page_for(&late, wang).await;
        assert!(!page.body.contains("document/undo"), "{}", page.body);
        assert_eq!(late.sends(&page, &undo, &[]).await.status, 409);
        assert_eq!(level().await, IdentityLevel::DOCUMENT);
        bank.close().await;
    }

    async fn a_paper_counts_for_the_name_and_year_that_the_page_showed(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (owner, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (officer, _) = bank.staff("赵强", Role::Officer, "330182001").await;
        let own = owner.opens("/me/correct").await;
        let sights = async || entity::document_sight::Entity::find().count(bank.house.db.read()).await.unwrap();
        for (name, year) in [("王桂花", "1951"), ("王桂花", "1952")] {
            // The paper lies on the desk; its owner has a telephone in the hand.
            let page = page_for(&officer, wang).await;
            assert_eq!(owner.sends(&own, "/me/correct", &[("name", name), ("year", year)]).await.location.as_deref(), Some("/me?said=name"));
            let late = sees(&officer, &page, wang, MOTHER).await;
            assert!(late.status == 409 && late.body.contains("再看一遍"), "{} {}", late.status, late.body);
        }
        let page = page_for(&officer, wang).await;
        let path = format!("{}/document", page_of(wang));
        assert_eq!(officer.sends(&page, &path, &[("document", "")]).await.status, 409, "a form that does not say what it showed");
        let is = kept(&bank, wang).await;
        assert!(sights().await == 0 && is.identity_level < IdentityLevel::DOCUMENT && is.document.is_none());
        assert_eq!(sees(&officer, &page, wang, "").await.status, 303);
        assert_eq!((sights().await, kept(&bank, wang).await.identity_level), (1, IdentityLevel::DOCUMENT));
        let refused = owner.sends(&own, "/me/correct", &[("name", "王桂英"), ("year", "1951")]).await;
        assert!(refused.status == 422 && kept(&bank, wang).await.name == "王桂花", "{}", refused.body);
        bank.close().await;
    }

    async fn a_number_that_is_taken_gets_the_same_answer_tells_its_owner_and_an_old_one_goes(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182001")).await;
        let (officer, _) = bank.staff("赵强", Role::Officer, "330182001").await;
        let sees_now = async |id: LearnerId, number: &str| sees(&officer, &page_for(&officer, id).await, id, number).await;
        assert_eq!(sees_now(wang, MOTHER).await.status, 303);
        let read = async || audit::list_access(bank.house.db.read(), liu, 99).await.unwrap().into_iter().filter(|row| row.what == "document").count();
        assert_eq!(read().await, 0);
        let page = page_for(&officer, liu).await;
        for _ in 0..2 {
            let taken = sees(&officer, &page, liu, MOTHER).await;
            assert_eq!(taken.location, Some(format!("{}?said=seen", page_of(liu))), "the same answer as for a new number");
        }
        assert_eq!(read().await, 2, "the access log keeps that it was tried");
        assert!(kept(&bank, liu).await.document.is_none() && kept(&bank, liu).await.identity_level == IdentityLevel::DOCUMENT);
        assert!(bank.letter_to("13800000001").await.unwrap().text.contains("证件号和您的一样"), "its owner is told");
        assert!(actions(&bank, "330182001").await.contains(&"identity.document_taken".to_owned()), "and so are administrators");
        assert_eq!(entity::message::Entity::find().count(bank.house.db.read()).await.unwrap(), 1, "once");
        assert_eq!(sees_now(wang, OTHER).await.status, 303);
        assert_eq!(kept(&bank, wang).await.document.as_ref().map(DocumentNumber::as_str), Some(OTHER));
        assert_eq!(entity::document_index::Entity::find().count(bank.house.db.read()).await.unwrap(), 1, "the old one is free");
        assert_eq!(sees_now(liu, MOTHER).await.status, 303);
        bank.close().await;
    }

    async fn a_pin_is_set_anew_at_the_desk_and_a_lost_card_replaced(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (owner, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let hall = bank.signed_in(wang, Assurance::CardPin).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let page = page_for(&li, wang).await;
        let path = format!("{}/pin", page_of(wang));
        let easy = li.sends(&page, &path, &[("pin", "1234")]).await;
        assert!(easy.status == 422 && easy.body.contains("太好猜") && !easy.body.contains("value=\"1234\""), "{}", easy.body);
        for _ in 0..2 {
            assert_eq!(li.sends(&page, &path, &[("pin", "2580")]).await.location, Some(format!("{}?said=pin", page_of(wang))));
        }
        assert!(bank.letter_to("13800000001").await.unwrap().text.contains("重定了学员卡的密码"));
        assert_eq!(hall.opens("/me/sessions").await.status, 303, "sessions of the card end");
        assert_eq!(entity::message::Entity::find().count(bank.house.db.read()).await.unwrap(), 1, "twice is once");
        let old = kept(&bank, wang).await.card.unwrap();
        let path = format!("{}/card", page_of(wang));
        let (a, b) = tokio::join!(li.sends(&page, &path, &[]), li.sends(&page, &path, &[]));
        assert_eq!((a.status, a.location), (303, b.location), "{}", a.body);
        assert_eq!(entity::card::Entity::find().count(bank.house.db.read()).await.unwrap(), 3, "the learner's two, the volunteer's one");
        let new = kept(&bank, wang).await;
        assert!(new.card.as_ref() != Some(&old) && !new.has_pin);
        assert!(li.opens(&format!("{}?said=card", page_of(wang))).await.body.contains(&new.card.unwrap().to_string()));
        let seen = owner.opens("/me").await.body;
        assert!(seen.contains("李敏（志愿者）给您重定了卡的密码") && seen.contains("给您换了一张卡"), "{seen}");
        let done = actions(&bank, "330182001").await;
        assert!(["identity.reset_pin", "identity.replace_card"].iter().all(|action| done.contains(&(*action).to_owned())), "{done:?}");
        bank.close().await;
    }

    async fn name_and_year_are_put_right_with_the_document_in_view(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (officer, id) = bank.staff("赵强", Role::Officer, "330182001").await;
        let page = page_for(&officer, wang).await;
        assert_eq!((page.input("name").as_str(), page.input("year").as_str()), ("王桂英", "1951"));
        let path = format!("{}/correct", page_of(wang));
        let bad = officer.sends(&page, &path, &[("name", "王桂瑛"), ("year", "51")]).await;
        assert!(bad.status == 422 && bad.input("name") == "王桂瑛" && bad.body.contains("4 位数字") && bad.body.contains("先看证件"), "{}", bad.body);
        for _ in 0..2 {
            let fields = [("name", "王桂瑛"), ("year", "1952"), ("seen", "yes")];
            assert_eq!(officer.sends(&page, &path, &fields).await.location, Some(format!("{}?said=corrected", page_of(wang))));
        }
        let is = kept(&bank, wang).await;
        assert_eq!((is.name.as_str(), is.birth_year, is.identity_level), ("王桂瑛", Some(1952), IdentityLevel::DOCUMENT));
        assert!(bank.letter_to("13800000001").await.unwrap().text.contains("改了姓名和出生年份"));
        let own = officer.opens("/staff/learners").await;
        assert_eq!(officer.sends(&own, &format!("{}/document", page_of(id)), &[("document", "")]).await.status, 403, "nobody sees their own papers");
        bank.close().await;
    }
}

/// Says that the document of whom the page shows was seen, as its form does.
async fn sees(officer: &Person, page: &Answer, id: LearnerId, number: &str) -> Answer {
    let shown = page.input("shown");
    officer.sends(page, &format!("{}/document", page_of(id)), &[("shown", &shown), ("document", number)]).await
}

async fn page_for(person: &Person, id: LearnerId) -> Answer {
    person.opens(&page_of(id)).await
}

/// Who has this name.
async fn identity_of(bank: &Bank, name: &str) -> LearnerId {
    let people = entity::person::Entity::find().all(bank.house.db.read()).await.unwrap();
    let ids: Vec<LearnerId> = people.iter().map(|person| LearnerId::from_uuid(person.learner_id)).collect();
    let names = identity::names_of(bank.house.db.read(), &bank.house.keys, &ids).await.unwrap();
    names.into_iter().find(|(_, is)| is == name).unwrap().0
}
