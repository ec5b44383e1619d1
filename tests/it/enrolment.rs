//! At the hall: enrolled before the desk, whoever sounds alike shown before, cards printed, blank ones given away, taken back within a day.

use credit_bank::audit::{self, AuditFilter};
use credit_bank::identity::{self, Assurance, Profile, Role};
use credit_bank::kernel::{CardNumber, Group, LearnerId};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::classes::Hall;
use crate::passbook::passes;
use crate::support::server::{Answer, Bank, Person};

const DESK: &str = "/staff/learners/register";

async fn kept(bank: &Bank, id: LearnerId) -> Profile {
    identity::profile(bank.house.db.read(), &bank.house.keys, id).await.unwrap()
}

/// Somebody's id in the address that follows an enrolment.
fn enrolled(answer: &Answer) -> LearnerId {
    let to = answer.location.as_deref().unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
    assert!(to.ends_with("/card?said=registered"), "{to}");
    to.split('/').nth(3).unwrap().parse().unwrap()
}

async fn sends(person: &Person, fields: &[(&str, &str)]) -> Answer {
    let form = person.opens(DESK).await;
    person.sends(&form, DESK, fields).await
}

fn elder<'a>(name: &'a str, year: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("name", name), ("year", year), ("nophone", "yes"), ("consent", "spoken"), ("place", "青石镇")]
}

async fn actions(bank: &Bank) -> Vec<String> {
    let filter = AuditFilter { areas: vec!["330182".to_owned()], most: 200, ..AuditFilter::default() };
    audit::list_entries(bank.house.db.read(), &filter).await.unwrap().into_iter().map(|row| row.action).collect()
}

async fn people(bank: &Bank) -> u64 {
    entity::person::Entity::find().filter(entity::person::Column::State.eq("active")).count(bank.house.db.read()).await.unwrap()
}

crate::on_both! {
    async fn an_elder_without_a_phone_is_enrolled_with_size_group_and_consent_and_has_a_card(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let form = li.opens(DESK).await;
        let fields = [elder("王桂英", "1951"), vec![("font", "xlarge"), ("group", "elder")]].concat();
        let six = futures_util::future::join_all((0..6).map(|_| li.sends(&form, DESK, &fields))).await;
        assert!(six.iter().all(|one| one.location == six[0].location), "six times is once");
        let id = enrolled(&six[0]);
        assert_eq!(people(&bank).await, 2, "the elder and the volunteer");
        let is = kept(&bank, id).await;
        assert_eq!((is.name.as_str(), is.birth_year, is.font.as_str()), ("王桂英", Some(1951), "xlarge"));
        assert_eq!((is.groups, is.place_code.as_deref()), (vec![Group::Elder], Some("330182001")));
        let consent = entity::consent::Entity::find().filter(entity::consent::Column::LearnerId.eq(id.uuid()));
        let consent = consent.one(bank.house.db.read()).await.unwrap().unwrap();
        assert_eq!((consent.way.as_str(), consent.text_version.as_str()), ("spoken", identity::CONSENT_VERSION));
        let card = li.opens(six[0].location.as_ref().unwrap()).await;
        let number = is.card.unwrap();
        assert!(card.body.contains(&number.to_string()) && card.body.contains("再登记一位") && card.body.contains("撤销登记"), "{}", card.body);
        // A PIN chosen on the spot leads back to the card, and opens the door.
        let set = li.sends(&card, &format!("/staff/learners/{id}/card/pin"), &[("pin", "2580")]).await;
        assert_eq!(set.location, Some(format!("/staff/learners/{id}/card?said=pin")));
        let elder = bank.visitor();
        let door = elder.opens("/sign-in/card").await;
        assert_eq!(elder.sends(&door, "/sign-in/card", &[("card", number.as_str()), ("pin", "2580")]).await.status, 303);
        bank.close().await;
    }

    async fn place_and_reading_list_are_remembered_from_the_last_one(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182").await;
        let form = li.opens(DESK).await;
        assert_eq!(form.input("place"), "", "a county has many towns");
        enrolled(&sends(&li, &[elder("王桂英", "1951"), vec![("group", "farmer")]].concat()).await);
        let form = li.opens(DESK).await;
        assert_eq!((form.input("place").as_str(), form.input("remembered").as_str()), ("青石镇", "330182001"));
        assert!(form.body.contains("登记在：青石镇 · 农民") && form.body.contains("value=\"farmer\" selected"), "{}", form.body);
        // What is not changed need not be sent by name: the code goes along.
        let fields = [("name", "刘建国"), ("year", "1948"), ("nophone", "yes"), ("consent", "paper"), ("place", "青石镇"), ("remembered", "330182001")];
        let id = enrolled(&li.sends(&form, DESK, &fields).await);
        assert_eq!(kept(&bank, id).await.place_code.as_deref(), Some("330182001"));
        let (town, _) = bank.staff("赵敏", Role::Volunteer, "330182002").await;
        assert_eq!(town.opens(DESK).await.input("place"), "柳湾镇", "whoever has one town only need not write it");
        bank.close().await;
    }

    async fn what_is_wrong_is_named_and_what_was_typed_stays(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, held) = bank.learner("王桂英", 1, Some("330182002")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let bad = sends(&li, &[("name", "小明"), ("year", "2018"), ("place", "柳湾镇")]).await;
        for words in ["大人的姓名", "什么人", "没有找到这个地方", "同意的办法", "没有就点「没有手机」"] {
            assert!(bad.status == 422 && bad.body.contains(words), "{words}: {}", bad.body);
        }
        assert_eq!((bad.input("name").as_str(), bad.input("year").as_str()), ("小明", "2018"));
        let cases = [("1886", "1900 年以后"), ("2099", "还没到"), ("51", "4 位数字")];
        for (year, words) in cases {
            let bad = sends(&li, &elder("王桂英", year)).await;
            assert!(bad.status == 422 && bad.body.contains(words) && bad.input("year") == year, "{year}: {}", bad.body);
        }
        let both = sends(&li, &[elder("王桂英", "1951"), vec![("phone", "13800000009")]].concat()).await;
        assert!(both.status == 422 && both.body.contains("就别点"), "{}", both.body);
        let child = [("name", "小明"), ("year", "2018"), ("nophone", "yes"), ("place", "青石镇"), ("consent", "witness"), ("guardian", "王芳"), ("relation", "mother")];
        let id = enrolled(&sends(&li, &child).await);
        assert!(li.opens(&format!("/staff/learners/{id}")).await.body.contains("王芳 · 妈妈"));
        let taken = [("name", "别人"), ("year", "1951"), ("phone", "13800000001"), ("place", "330182001"), ("consent", "paper")];
        let taken = sends(&li, &taken).await;
        assert!(taken.status == 422 && taken.body.contains("已经有一本存折") && taken.input("name") == "别人", "{}", taken.body);
        let log = audit::list_access(bank.house.db.read(), held, 9).await.unwrap();
        assert_eq!(log.iter().map(|row| row.what.as_str()).collect::<Vec<_>>(), ["register_phone"], "whose phone it is can see that");
        let with = [("name", "赵大爷"), ("year", "1940"), ("phone", "13800000007"), ("place", "330182001"), ("consent", "paper")];
        enrolled(&sends(&li, &with).await);
        assert!(bank.letter_to("13800000007").await.unwrap().text.contains("开了一本学分存折"));
        bank.close().await;
    }

    async fn whoever_sounds_alike_is_shown_before_anybody_is_enrolled_twice(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, li_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        // 汪贵英, born a year later: written otherwise, heard the same.
        let form = li.opens(DESK).await;
        let asked = li.sends(&form, DESK, &elder("汪贵英", "1952")).await;
        assert!(asked.status == 200 && asked.body.contains("是不是这位？") && asked.body.contains("王*英"), "{} {}", asked.status, asked.body);
        assert!(asked.body.contains("出生年份差一年") && asked.body.contains(&format!("/staff/learners/{wang}")), "{}", asked.body);
        assert!(!asked.body.contains("王桂英") && !asked.body.contains("1951") && !asked.body.contains("138"), "no more than both know: {}", asked.body);
        assert_eq!(people(&bank).await, 2, "nobody was enrolled");
        let log = audit::list_access(bank.house.db.read(), wang, 9).await.unwrap();
        assert!(log.iter().any(|row| row.what == "alike" && row.actor == li_id), "{log:?}");
        // What was typed goes along; 都不是 goes on, once.
        assert_eq!((asked.input("name").as_str(), asked.input("consent").as_str()), ("汪贵英", "spoken"));
        let fields = [elder("汪贵英", "1952"), vec![("decided", "new")]].concat();
        let twice = [li.sends(&asked, DESK, &fields).await, li.sends(&asked, DESK, &fields).await];
        let id = enrolled(&twice[0]);
        assert_eq!(twice[0].location, twice[1].location);
        let row = entity::enrolment::Entity::find_by_id(id.uuid()).one(bank.house.db.read()).await.unwrap().unwrap();
        assert_eq!(row.looked_alike, 1, "the decision is kept");
        assert!(actions(&bank).await.contains(&"enrolment.not_the_same".to_owned()));
        // 是这位 leads to the one who is known.
        assert_eq!(li.opens(&format!("/staff/learners/{wang}")).await.status, 200);
        bank.close().await;
    }

    async fn nobody_learns_of_people_elsewhere_or_far_in_age(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        bank.learner("王桂英", 1, Some("330182002")).await;
        bank.learner("刘美芳", 2, None).await;
        bank.learner("陈建国", 3, Some("330182001")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        for (name, year, why) in [
            ("王桂英", "1951", "another town"),
            ("刘美芳", "1951", "no place was said"),
            ("陈建国", "1953", "two years apart"),
            ("陈建花", "1951", "another name"),
        ] {
            let id = enrolled(&sends(&li, &elder(name, year)).await);
            assert_eq!(kept(&bank, id).await.name, name, "{why}");
        }
        let (county, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let asked = sends(&county, &elder("王桂英", "1951")).await;
        assert!(asked.body.contains("青石镇") && asked.body.contains("柳湾镇"), "the county sees both: {}", asked.body);
        bank.close().await;
    }

    async fn the_index_of_names_follows_what_is_put_right_and_holds_no_name(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("单国庆", 1, Some("330182001")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (officer, _) = bank.staff("赵强", Role::Officer, "330182001").await;
        let asks = async |name: &'static str, year: &'static str| sends(&li, &elder(name, year)).await.body.contains("是不是这位");
        assert!(asks("山国庆", "1951").await, "单 is read shan as a surname");
        let page = officer.opens(&format!("/staff/learners/{id}")).await;
        let fields = [("name", "解国庆"), ("year", "1960"), ("seen", "yes")];
        assert_eq!(officer.sends(&page, &format!("/staff/learners/{id}/correct"), &fields).await.status, 303);
        assert!(asks("谢国庆", "1960").await && !asks("单国庆", "1930").await);
        let rows = entity::name_index::Entity::find().all(bank.house.db.read()).await.unwrap();
        assert!(rows.iter().all(|row| row.name_index.len() == 16 && !String::from_utf8_lossy(&row.name_index).contains("guo")));
        let form = wang.opens("/me/leave").await;
        wang.sends(&form, "/me/leave", &[]).await;
        let left = entity::name_index::Entity::find().filter(entity::name_index::Column::LearnerId.eq(id.uuid()));
        assert_eq!(left.count(bank.house.db.read()).await.unwrap(), 0);
        assert!(!asks("谢国庆", "1961").await || people(&bank).await > 0);
        bank.close().await;
    }

    async fn the_look_while_typing_says_the_same_as_the_page_after(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let form = li.opens(DESK).await;
        let look = async |fields: &[(&str, &str)]| {
            let csrf = form.input("csrf");
            let fields = [vec![("csrf", csrf.as_str())], fields.to_vec()].concat();
            let answer = li.posts_raw("/staff/learners/alike", &fields).await;
            serde_json::from_str::<serde_json::Value>(&answer.body).unwrap_or_else(|_| panic!("{} {}", answer.status, answer.body))
        };
        let found = look(&[("name", "王贵英"), ("year", "1951"), ("place", "青石镇")]).await;
        assert_eq!(found["people"][0]["name"], "王*英");
        assert_eq!(found["people"][0]["href"], format!("/staff/learners/{wang}"));
        for fields in [vec![("name", "王贵英"), ("year", "19")], vec![("name", ""), ("year", "1951")], vec![("name", "王贵英"), ("year", "1951"), ("place", "柳湾镇")]] {
            assert_eq!(look(&fields).await["people"].as_array().map(Vec::len), Some(0), "{fields:?}");
        }
        let learner = bank.learner("刘建国", 2, None).await.0;
        let shown = learner.opens("/help").await;
        assert_eq!(learner.sends(&shown, "/staff/learners/alike", &[("name", "王桂英"), ("year", "1951")]).await.status, 403);
        bank.close().await;
    }

    async fn an_enrolment_is_taken_back_within_a_day_by_who_made_it_if_nothing_was_earned(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (other, _) = bank.staff("赵敏", Role::Volunteer, "330182001").await;
        let id = enrolled(&sends(&li, &elder("王桂英", "1951")).await);
        let card = kept(&bank, id).await.card.unwrap();
        let path = format!("/staff/learners/{id}/undo");
        let seen = other.opens(&format!("/staff/learners/{id}/card")).await;
        assert!(!seen.body.contains("撤销登记"), "somebody else's");
        let refused = other.sends(&seen, &path, &[]).await;
        assert_eq!(refused.location, Some(format!("/staff/learners/{id}/card?said=earned")));
        let page = li.opens(&format!("/staff/learners/{id}/card")).await;
        let undone = li.sends(&page, &path, &[]).await;
        assert_eq!(undone.location.as_deref(), Some("/staff/learners/register?said=undone"));
        assert!(li.opens(undone.location.as_ref().unwrap()).await.body.contains("不算了"));
        assert_eq!(li.sends(&page, &path, &[]).await.location, undone.location, "twice is once");
        assert_eq!(other.sends(&seen, &path, &[]).await.status, 404, "gone");
        assert_eq!(li.opens(&format!("/staff/learners/{id}")).await.status, 404);
        let state = entity::card::Entity::find_by_id(card.as_str()).one(bank.house.db.read()).await.unwrap().unwrap().state;
        assert_eq!((state.as_str(), people(&bank).await), ("ended", 2));
        // Whoever has earned something stays, and so does everybody after a day.
        let id = enrolled(&sends(&li, &elder("刘建国", "1948")).await);
        passes(&bank, id, "T01").await;
        let page = li.opens(&format!("/staff/learners/{id}/card")).await;
        let refused = li.sends(&page, &format!("/staff/learners/{id}/undo"), &[]).await;
        assert_eq!(refused.location, Some(format!("/staff/learners/{id}/card?said=earned")));
        let late = enrolled(&sends(&li, &elder("陈秀兰", "1949")).await);
        bank.clock.turn_ms(86_400_001);
        let me = entity::enrolment::Entity::find_by_id(late.uuid()).one(bank.house.db.read()).await.unwrap().unwrap().enrolled_by;
        let li = bank.signed_in(LearnerId::from_uuid(me), Assurance::PasswordTotp).await;
        let page = li.opens(&format!("/staff/learners/{late}/card")).await;
        assert!(!page.body.contains("撤销登记"));
        let refused = li.sends(&page, &format!("/staff/learners/{late}/undo"), &[]).await;
        assert_eq!(refused.location, Some(format!("/staff/learners/{late}/card?said=earned")));
        bank.close().await;
    }

    async fn an_enrolment_stands_once_a_document_was_seen_or_somebody_came_to_a_class(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        hall.begins().await;
        let (officer, _) = hall.bank.staff("钱多", Role::Officer, "330182001").await;
        let seen = enrolled(&sends(&hall.li, &elder("王桂英", "1951")).await);
        let came = enrolled(&sends(&hall.li, &elder("刘建国", "1948")).await);
        let page = officer.opens(&format!("/staff/learners/{seen}")).await;
        let looked = page.input("shown");
        let path = format!("/staff/learners/{seen}/document");
        assert_eq!(officer.sends(&page, &path, &[("shown", &looked), ("document", "")]).await.status, 303);
        let card = kept(&hall.bank, came).await.card.unwrap();
        let page = hall.li.opens(&class).await;
        let checked_in = hall.li.sends(&page, &format!("{class}/check-in"), &[("number", card.as_str())]).await;
        assert_eq!(checked_in.status, 303, "{}", checked_in.body);
        for id in [seen, came] {
            let page = hall.li.opens(&format!("/staff/learners/{id}/card")).await;
            let refused = hall.li.sends(&page, &format!("/staff/learners/{id}/undo"), &[]).await;
            assert_eq!(refused.location, Some(format!("/staff/learners/{id}/card?said=earned")));
        }
        hall.bank.close().await;
    }

    async fn blank_cards_are_printed_beforehand_and_given_to_one_person_each(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (far, _) = bank.staff("别人", Role::Volunteer, "330182002").await;
        let form = li.opens("/staff/cards").await;
        for (fields, words) in [
            ([("place", ""), ("sheets", "1")], "请写上地方"),
            ([("place", "柳湾镇"), ("sheets", "1")], "没有找到"),
            ([("place", "青石镇"), ("sheets", "26")], "请写 1 到 25"),
            ([("place", "青石镇"), ("sheets", "三")], "请写 1 到 25"),
        ] {
            let bad = li.sends(&form, "/staff/cards", &fields).await;
            assert!(bad.status == 422 && bad.body.contains(words), "{fields:?}: {}", bad.body);
        }
        let twice = [(); 2].map(|()| li.sends(&form, "/staff/cards", &[("place", "青石镇"), ("sheets", "2")]));
        let [a, b] = twice;
        let (a, b) = (a.await, b.await);
        assert_eq!(a.location, b.location, "twice is once");
        let sheet = a.location.unwrap();
        let page = li.opens(&sheet).await;
        assert_eq!(page.body.matches("class=\"learner-card\"").count(), 16);
        assert_eq!(page.body.matches("class=\"card-sheet\"").count(), 2, "eight a sheet");
        assert_eq!(far.opens(&sheet).await.status, 404);
        let blank = entity::card::Entity::find().filter(entity::card::Column::State.eq("blank")).all(bank.house.db.read()).await.unwrap();
        assert_eq!(blank.len(), 16);
        let number = CardNumber::parse(&blank[0].card_number).unwrap();
        // A blank card opens nothing.
        let door = bank.visitor();
        let shown = door.opens("/sign-in/card").await;
        assert_eq!(door.sends(&shown, "/sign-in/card", &[("card", number.as_str()), ("pin", "2580")]).await.status, 422);
        let with = |name, card| [elder(name, "1951"), vec![("card", card)]].concat();
        let unknown = CardNumber::from_body(7);
        for (card, words) in [(unknown.as_str(), "没有这张空白卡"), ("1234567890", "抄错了一位"), ("12", "10 位数字")] {
            let bad = sends(&li, &with("王桂英", card)).await;
            assert!(bad.status == 422 && bad.body.contains(words) && bad.input("card") == card, "{card}: {}", bad.body);
        }
        let id = enrolled(&sends(&li, &with("王桂英", number.as_str())).await);
        assert_eq!(kept(&bank, id).await.card, Some(number.clone()));
        let again = sends(&li, &with("刘建国", number.as_str())).await;
        assert!(again.status == 422 && again.body.contains("已经给了别人"), "{}", again.body);
        let far_try = sends(&far, &[("name", "赵大爷"), ("year", "1940"), ("nophone", "yes"), ("consent", "paper"), ("place", "柳湾镇"), ("card", &blank[1].card_number)]).await;
        assert!(far_try.status == 422 && far_try.body.contains("没有这张空白卡"), "of another place: {}", far_try.body);
        assert!(li.opens(&sheet).await.body.contains("还有 1 张已经给了人"));
        // A lost card is replaced by a blank one; the old one opens nothing any more.
        let page = li.opens(&format!("/staff/learners/{id}")).await;
        let pin = li.sends(&page, &format!("/staff/learners/{id}/pin"), &[("pin", "2580")]).await;
        assert_eq!(pin.status, 303);
        let wrong = li.sends(&page, &format!("/staff/learners/{id}/card"), &[("card", unknown.as_str())]).await;
        assert!(wrong.status == 422 && wrong.body.contains("没有这张空白卡") && wrong.input("card") == unknown.as_str(), "{}", wrong.body);
        let new = &blank[1].card_number;
        assert_eq!(li.sends(&page, &format!("/staff/learners/{id}/card"), &[("card", new)]).await.status, 303);
        assert_eq!(kept(&bank, id).await.card.as_ref().map(CardNumber::as_str), Some(new.as_str()));
        let shown = door.opens("/sign-in/card").await;
        let replaced = door.sends(&shown, "/sign-in/card", &[("card", number.as_str()), ("pin", "2580")]).await;
        assert_eq!(replaced.status, 422, "a card used after being replaced");
        bank.close().await;
    }

    async fn the_cards_of_today_are_printed_eight_a_sheet(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        assert!(li.opens("/staff/cards").await.body.contains("今天还没有登记过人"));
        for name in ["王桂英", "刘建国", "陈秀兰"] {
            enrolled(&sends(&li, &elder(name, "1950")).await);
        }
        assert!(li.opens("/staff/cards").await.body.contains("3 张"));
        let page = li.opens("/staff/cards/today").await.body;
        assert!(page.matches("class=\"learner-card\"").count() == 3 && page.contains("陈秀兰"), "{page}");
        let (other, _) = bank.staff("赵敏", Role::Volunteer, "330182001").await;
        assert!(!other.opens("/staff/cards/today").await.body.contains("陈秀兰"), "one's own only");
        bank.close().await;
    }
}
