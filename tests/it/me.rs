//! My data: seen, put right, taken away, complained about, left.

use credit_bank::help::{self, Kind};
use credit_bank::identity::{self, Assurance, Phone, Role};
use credit_bank::kernel::{Group, LearnerId};
use credit_bank::{ledger, recognition};
use entity::{consent, event, person, phone_index};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::passbook::passes;
use crate::support::server::{Bank, Person};

async fn asks(person: &Person, words: &str) {
    let form = person.opens("/help").await;
    let answer = person.sends(&form, "/help", &[("phone", "13800000009"), ("about", words)]).await;
    assert_eq!(answer.status, 303);
}

async fn people_with(bank: &Bank, learner: LearnerId) -> u64 {
    phone_index::Entity::find()
        .filter(phone_index::Column::LearnerId.eq(learner.uuid()))
        .count(bank.fresh.db.read())
        .await
        .unwrap()
}

async fn groups_of(bank: &Bank, learner: LearnerId) -> Vec<Group> {
    identity::profile(bank.fresh.db.read(), &bank.house.keys, learner).await.unwrap().groups
}

async fn consents_of(bank: &Bank, learner: LearnerId, text: &str) -> Vec<consent::Model> {
    let given = consent::Entity::find().filter(consent::Column::LearnerId.eq(learner.uuid()));
    given.filter(consent::Column::TextId.eq(text)).all(bank.fresh.db.read()).await.unwrap()
}

crate::on_both! {
    async fn one_sees_what_is_kept_and_who_has_read_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, _) = bank.learner("王桂英", 1, Some("330182001")).await;
        asks(&wang, "字太小").await;
        let page = wang.opens("/me").await.body;
        for words in ["王桂英", "1951 年", "138\u{a0}••••\u{a0}0001", "青石镇", "还没有工作人员看过", "请人给您回电", "/me/sessions"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        assert!(!page.contains("13800000001"));
        let (volunteer, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let list = volunteer.opens("/staff/cases").await.body;
        let at = list.find("/staff/cases/").unwrap();
        volunteer.opens(list[at..].split('"').next().unwrap()).await;
        assert!(wang.opens("/me").await.body.contains("李敏（志愿者）看了您问的事"));
        assert_eq!(bank.visitor().opens("/me").await.location.as_deref(), Some("/sign-in?back=%2Fme"));
        bank.close().await;
    }

    async fn name_year_and_place_are_put_right_and_every_word_is_kept_where_they_are_wrong(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, _) = bank.learner("王桂英", 1, None).await;
        let form = wang.opens("/me/correct").await;
        assert_eq!((form.input("name").as_str(), form.input("year").as_str()), ("王桂英", "1951"));
        let long = "长".repeat(10_000);
        for (name, year) in [("", "1951"), ("王桂英", "51"), ("王\u{202e}英", "1951"), ("王桂英", "2024"), (long.as_str(), "1951")] {
            let answer = wang.sends(&form, "/me/correct", &[("name", name), ("year", year)]).await;
            assert_eq!(answer.status, 422, "{year}");
            assert!(answer.body.contains(&format!("value=\"{name}\"")) && answer.body.contains(&format!("value=\"{year}\"")));
            assert!(answer.body.contains("<title>错误：") && answer.body.contains("role=\"alert\""));
        }
        for _ in 0..2 {
            let answer = wang.sends(&form, "/me/correct", &[("name", " 王桂 英 "), ("year", "１９５２")]).await;
            assert!(matches!(answer.location.as_deref(), Some("/me?said=name" | "/me")), "{:?}", answer.location);
        }
        let provinces = wang.opens("/me/place").await;
        assert!(provinces.body.contains("/me/place?in=33"));
        let town = wang.opens("/me/place?in=330182001").await;
        assert!(town.body.contains("就写浙江省杭州市建德市青石镇"), "{}", town.body);
        assert_eq!(wang.opens("/me/place?in=99").await.status, 404);
        assert_eq!(wang.sends(&town, "/me/place", &[("place", "99")]).await.status, 422);
        assert_eq!(wang.sends(&town, "/me/place", &[("place", "330182001")]).await.status, 303);
        let page = wang.opens("/me").await.body;
        assert!(page.contains("王桂 英") && page.contains("1952 年") && page.contains("青石镇"), "{page}");
        bank.close().await;
    }

    async fn the_file_holds_everything_of_each_subject_and_nothing_of_others(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let (li, li_id) = bank.learner("李建国", 2, None).await;
        passes(&bank, id, "T01").await;
        passes(&bank, li_id, "T19").await;
        asks(&wang, "字太小").await;
        asks(&li, "别人的话").await;
        let file = wang.opens("/me/export").await;
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"my-data-2026-03-02.json\"");
        assert!(file.headers["content-type"].to_str().unwrap().starts_with("application/json"));
        let data: serde_json::Value = serde_json::from_str(&file.body).unwrap();
        assert_eq!(data["identity"]["name"], "王桂英");
        assert_eq!(data["identity"]["phone"], "13800000001");
        assert_eq!(data["recognition"]["total_milli"], 250);
        assert_eq!(data["recognition"]["class_hours"][0]["minutes"], 180);
        assert_eq!(data["help"][0]["told"]["words"], "字太小");
        assert_eq!(data["audit"]["done"][0]["action"], "help.open");
        for (subject, part) in [("learning", "lessons"), ("outbox", "letters"), ("outbox", "events"), ("audit", "who_read")] {
            assert!(data[subject][part].is_array(), "{subject} {part}");
        }
        for others in ["李建国", "13800000002", "T19", "别人的话", li_id.to_string().as_str()] {
            assert!(!file.body.contains(others), "{others}");
        }
        bank.close().await;
    }

    async fn a_found_card_opens_neither_the_data_nor_the_door(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, id) = bank.learner("王桂英", 1, None).await;
        let finder = bank.signed_in(id, Assurance::CardPin).await;
        let page = finder.opens("/me").await;
        assert!(page.body.contains("要看全、要改，请用手机号登录") && !page.body.contains("••••") && !page.body.contains("1951 年"));
        for path in ["/me/export", "/me/correct", "/me/leave", "/me/place"] {
            assert_eq!(finder.opens(path).await.status, 403, "{path}");
        }
        let form = finder.opens("/help").await;
        for path in ["/me/correct", "/me/place", "/me/leave"] {
            assert_eq!(finder.sends(&form, path, &[("name", "赵四"), ("year", "1951")]).await.status, 403, "{path}");
        }
        bank.close().await;
    }

    async fn a_complaint_gets_a_number_and_a_term_and_goes_past_the_hall(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let form = wang.opens("/me/complaint").await;
        assert!(form.body.contains("15 天内答复您"));
        let empty = wang.sends(&form, "/me/complaint", &[("words", " ")]).await;
        assert!(empty.status == 422 && empty.body.contains("请写两句"));
        let long = "长".repeat(10_000);
        let too_long = wang.sends(&form, "/me/complaint", &[("words", &long)]).await;
        assert!(too_long.status == 422 && too_long.body.contains(&long));
        let first = wang.sends(&form, "/me/complaint", &[("words", "有人拿我的号码打电话")]).await;
        let again = wang.sends(&form, "/me/complaint", &[("words", "有人拿我的号码打电话")]).await;
        assert_eq!((first.status, &first.location), (303, &again.location));
        let case = wang.opens(first.location.as_deref().unwrap()).await.body;
        assert!(case.contains("个人信息保护负责人") && case.contains("3\u{a0}月\u{a0}17\u{a0}日以前答复您"), "{case}");
        let cases = help::list_of(bank.fresh.db.read(), id).await.unwrap();
        assert!(cases.len() == 1 && cases[0].kind == Kind::DataComplaint);
        let (volunteer, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (local, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (officer, _) = bank.staff("周文静", Role::Administrator, "").await;
        let path = format!("/staff/cases/{id}/{}", cases[0].id);
        for hall in [&volunteer, &local] {
            assert!(!hall.opens("/staff/cases").await.body.contains("/staff/cases/"));
            assert_eq!(hall.opens(&path).await.status, 404);
        }
        assert!(officer.opens("/staff/cases").await.body.contains(&path));
        assert!(officer.opens(&path).await.body.contains("有人拿我的号码打电话"));
        bank.close().await;
    }

    async fn leaving_forgets_the_person_and_leaves_the_ledger_whole(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        passes(&bank, id, "T01").await;
        asks(&wang, "字太小").await;
        let other = bank.signed_in(id, Assurance::Sms).await;
        let check = wang.opens("/me/leave").await;
        for words in ["马上删掉", "会留下来", "永久留着", "您还有 1 件事在等答复", "用同一个手机号可以重新登记"] {
            assert!(check.body.contains(words), "{words} in {}", check.body);
        }
        let key = identity::person_key(bank.fresh.db.read(), &bank.house.keys, id).await.unwrap();
        assert_eq!(wang.sends(&check, "/me/leave", &[]).await.location.as_deref(), Some("/me/left"));
        let left = wang.opens("/me/left").await;
        assert!(left.status == 200 && left.body.contains("都删好了") && left.body.contains("永久留着"));
        // A second tap, with the page that was open.
        let again = other.sends(&other.opens("/help").await, "/me/leave", &[]).await;
        assert_eq!(again.location.as_deref(), Some("/me/left"));
        assert_eq!(wang.opens("/me").await.status, 303);
        assert_eq!(other.opens("/passbook").await.location.as_deref(), Some("/sign-in?back=%2Fpassbook"));
        // Nothing can be read any more.
        assert!(identity::person_key(bank.fresh.db.read(), &bank.house.keys, id).await.is_err());
        assert!(identity::profile(bank.fresh.db.read(), &bank.house.keys, id).await.is_err());
        let row = person::Entity::find_by_id(id.uuid()).one(bank.fresh.db.read()).await.unwrap().unwrap();
        assert!(row.state == "left" && row.phone_sealed.is_none());
        assert_eq!(people_with(&bank, id).await, 0);
        let case = help::list_of(bank.fresh.db.read(), id).await.unwrap().remove(0);
        assert_eq!(case.read(&key), help::Contents::default());
        // The book stays whole.
        assert_eq!(recognition::passbook_of(bank.fresh.db.read(), id).await.unwrap().total.milli(), 250);
        assert!(ledger::audit(&bank.fresh.db, |_| ()).await.unwrap().is_sound());
        assert!(recognition::audit(&bank.fresh.db).await.unwrap().is_sound());
        // The same phone begins anew.
        let (anew, anew_id) = bank.learner("王桂英", 1, None).await;
        assert_ne!(anew_id, id);
        assert_eq!(people_with(&bank, anew_id).await, 1);
        assert!(anew.opens("/passbook").await.body.contains("还没有学分"));
        assert!(Phone::parse("13800000001").is_ok());
        bank.close().await;
    }

    async fn groups_are_chosen_several_or_none_and_the_choice_can_be_undone(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let page = wang.opens("/me/groups").await;
        assert!(page.body.contains("value=\"elder\" checked") && !page.body.contains("value=\"veteran\""), "{}", page.body);
        for _ in 0..2 {
            let chosen = wang.sends(&page, "/me/groups", &[("groups", "farmer"), ("groups", "woman"), ("groups", "veteran")]).await;
            assert_eq!(chosen.location.as_deref(), Some("/me?said=groups"));
        }
        assert_eq!(groups_of(&bank, id).await, [Group::Farmer, Group::Woman], "a group that needs a consent is not among them");
        let said = wang.opens("/me?said=groups").await;
        assert!(said.body.contains("农民、妇女") && said.body.contains("role=\"status\"") && said.body.contains("/me/undo"), "{}", said.body);
        for _ in 0..2 {
            assert_eq!(wang.sends(&said, "/me/undo", &[]).await.location.as_deref(), Some("/me?said=undone"));
        }
        assert_eq!(groups_of(&bank, id).await, [Group::Elder]);
        assert_eq!(wang.sends(&page, "/me/groups", &[]).await.status, 303);
        assert!(groups_of(&bank, id).await.is_empty());
        assert_eq!(bank.visitor().opens("/me/groups").await.location.as_deref(), Some("/sign-in?back=%2Fme%2Fgroups"));
        bank.close().await;
    }

    async fn what_was_agreed_to_by_itself_is_taken_back_by_itself(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        for group in [Group::Veteran, Group::Disabled] {
            let path = format!("/me/groups/{group}");
            let text = wang.opens(&path).await;
            assert!(text.body.contains("志愿者和工作人员看不到") && text.body.contains("同意，记下来"), "{}", text.body);
            for _ in 0..2 {
                assert_eq!(wang.sends(&text, &path, &[]).await.location.as_deref(), Some("/me/groups?said=agreed"));
            }
            let (text_id, version) = identity::consent_of(group).unwrap();
            let consents = consents_of(&bank, id, text_id).await;
            assert!(consents.len() == 1 && consents[0].text_version == version && consents[0].withdrawn_at_ms.is_none());
        }
        assert_eq!(groups_of(&bank, id).await, [Group::Elder, Group::Veteran, Group::Disabled]);
        // Choosing among the others leaves these as they are.
        let page = wang.opens("/me/groups").await;
        wang.sends(&page, "/me/groups", &[("groups", "farmer")]).await;
        assert_eq!(groups_of(&bank, id).await, [Group::Farmer, Group::Veteran, Group::Disabled]);
        for _ in 0..2 {
            assert_eq!(wang.sends(&page, "/me/groups/veteran/stop", &[]).await.location.as_deref(), Some("/me/groups?said=stopped"));
        }
        assert_eq!(groups_of(&bank, id).await, [Group::Farmer, Group::Disabled]);
        assert!(consents_of(&bank, id, "veteran").await[0].withdrawn_at_ms.is_some());
        let said = wang.opens("/me/groups?said=stopped").await;
        assert_eq!(wang.sends(&said, "/me/undo", &[]).await.status, 303);
        assert_eq!(groups_of(&bank, id).await, [Group::Farmer, Group::Veteran, Group::Disabled]);
        for path in ["/me/groups/elder", "/me/groups/public", "/me/groups/nonsense"] {
            assert_eq!((wang.opens(path).await.status, wang.sends(&page, path, &[]).await.status), (404, 404), "{path}");
        }
        bank.close().await;
    }

    async fn events_carry_the_groups_that_were_chosen(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        wang.sends(&wang.opens("/me/groups").await, "/me/groups", &[("groups", "farmer"), ("groups", "woman")]).await;
        wang.sends(&wang.opens("/me/groups/disabled").await, "/me/groups/disabled", &[]).await;
        let practised = wang.opens("/me/leave").await;
        wang.sends(&practised, "/me/leave", &[]).await;
        let left = event::Entity::find().filter(event::Column::Kind.eq("identity.left")).one(bank.fresh.db.read()).await;
        let left = left.unwrap().unwrap();
        assert_eq!((left.groups.as_str(), left.learner_id), ("farmer,woman,disabled", None));
        assert!(identity::profile(bank.fresh.db.read(), &bank.house.keys, id).await.is_err());
        bank.close().await;
    }
}

#[test]
fn the_words_of_the_two_consents_apart_change_only_with_their_version() {
    use credit_bank::i18n::Lang;
    let keys = ["me-group-veteran-what", "me-group-disabled-what", "me-group-why", "me-group-who", "me-group-long"];
    let said: Vec<String> = keys.into_iter().flat_map(|key| Lang::ALL.map(|lang| lang.t(key))).collect();
    let digest = credit_bank::kernel::digest_of(&said.iter().map(String::as_bytes).collect::<Vec<_>>());
    let versions = [Group::Veteran, Group::Disabled].map(|group| identity::consent_of(group).unwrap().1);
    assert_eq!((versions, digest.to_string()), (["2026-11-25.1"; 2], GROUPS_DIGEST.to_owned()), "new words need new versions");
}
const GROUPS_DIGEST: &str = "a38c1491e7e86baadf2a4bd17c4bb9b8df4b15dbaec2a1192df9b10aecc82cea";
