//! A class on a volunteer's phone: what stands on its page, all four kinds of claims from it, tests taken along, and the same with a network
//! and no script.

use credit_bank::assessment;
use credit_bank::hall::{self, Body, Entry, Pack, Witnessed};
use credit_bank::identity::{Assurance, Role};
use credit_bank::kernel::{AttemptId, ClaimId, ClassId, DeviceId, LearnerId, PackId, Timestamp};
use entity::audit_entry;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::Value;

use crate::assessment_pages::right_fields;
use crate::classes::{Hall, public, sends};
use crate::classes_end::comes;
use crate::hall::{answers, at, attended, came, credit, enrolled, id_of};
use crate::support::server::{Answer, Bank, Person};

const PHONE: &str = "/staff/hall/phone";
const TESTS: &str = "/staff/hall/phone/tests";

/// What a volunteer's phone has written down.
struct Phone {
    id: DeviceId,
    operator: LearnerId,
    entries: Vec<Entry>,
}

impl Phone {
    fn of(operator: LearnerId) -> Self {
        Self { id: DeviceId::fresh(at(0)), operator, entries: Vec::new() }
    }

    fn writes(&mut self, made_at: Timestamp, body: &Body) -> ClaimId {
        let id = ClaimId::fresh(made_at);
        let prev = self.entries.last().map_or_else(|| hall::genesis(self.id), |last| last.hash(self.id));
        let seq = i64::try_from(self.entries.len()).unwrap() + 1;
        self.entries.push(Entry { seq, id, kind: body.kind(), made_at, operator: self.operator, prev, body: body.to_json() });
        id
    }

    /// Uploads everything; gives status and answer.
    async fn uploads(&self, person: &Person) -> (u16, Value) {
        let about = (PackId::fresh(at(50)), at(50));
        let pack = Pack::of(self.id, about, self.entries.clone(), None).unwrap().to_json();
        let form = person.opens("/staff/hall/packs").await;
        let done = person.sends(&form, "/staff/hall/queue", &[("pack", &pack)]).await;
        (done.status, serde_json::from_str(&done.body).unwrap_or(Value::Null))
    }
}

fn states(answer: &Value) -> Vec<&str> {
    answer["rows"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect()
}

fn whys(answer: &Value) -> Vec<Option<&str>> {
    answer["rows"].as_array().unwrap().iter().map(|row| row["why"].as_str()).collect()
}

/// A hall whose class of T19 is on, with 王桂英 signed up.
async fn on(fresh: crate::support::databases::Fresh) -> (Hall, ClassId, LearnerId) {
    let hall = Hall::over(fresh).await;
    let class = hall.plans(&[("seats", "20")]).await;
    let (wang, wang_id) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
    let up = sends(&wang, &public(&class), &public(&class), &[("doing", "up".to_owned())]).await;
    assert_eq!(up.status, 303, "{}", up.body);
    hall.turns_to(49).await;
    (hall, id_of(&class), wang_id)
}

/// Somebody of the place is checked in.
async fn is_there(hall: &Hall, class: ClassId, who: LearnerId) {
    comes(hall, &format!("/staff/classes/{class}"), who).await;
}

async fn brings(person: &Person, class: ClassId, device: &str) -> Answer {
    let form = person.opens("/staff/hall/packs").await;
    person.sends(&form, TESTS, &[("class", &class.to_string()), ("device", device)]).await
}

/// The address of the only test on the page.
async fn test_on(person: &Person) -> (String, AttemptId) {
    let page = person.opens(PHONE).await;
    let start = page.body.find(&format!("{TESTS}/")).unwrap_or_else(|| panic!("{}", page.body));
    let href = page.body[start..].split('"').next().unwrap().to_owned();
    let attempt = href.rsplit('/').next().unwrap().parse().unwrap();
    (href, attempt)
}

/// The fields of the whole form: the first `right` answered rightly, the others not at all.
async fn filled_in(bank: &Bank, learner: LearnerId, attempt: AttemptId, right: usize) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for position in 1..=right {
        let given = right_fields(&bank.house.db, learner, &attempt.to_string(), position).await;
        fields.extend(given.into_iter().map(|(name, value)| (format!("{position}-{name}"), value)));
    }
    fields
}

async fn gives(person: &Person, href: &str, fields: &[(String, String)], assisted: &str) -> Answer {
    let form = person.opens(PHONE).await;
    let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs.extend((!assisted.is_empty()).then_some(("assisted", assisted)));
    person.sends(&form, href, &pairs).await
}

crate::on_both! {
    async fn the_phones_page_takes_down_all_four_things_and_only_where_they_belong(fresh: Fresh) {
        let (hall, class, wang) = on(fresh).await;
        let plain = id_of(&hall.plans(&[("kind", "lecture"), ("course", ""), ("title", "拉家常"), ("from", "14:00"), ("to", "15:00")]).await);
        let page = hall.li.opens(PHONE).await;
        for words in [
            format!("data-claim=\"attendance\" data-class=\"{class}\" data-person=\"{wang}\""),
            format!("data-claim=\"witnessed\" data-class=\"{class}\" data-person=\"{wang}\" hidden"),
            format!("data-claim=\"enrolment\" data-class=\"{class}\" data-place=\"330182001\""),
            format!("data-claim=\"enrolment\" data-class=\"{plain}\" data-place=\"330182001\""),
            format!("<template data-new=\"{class}\">"),
            "19[0-9]{2}|20[0-0][0-9]|201[0-1]".to_owned(),
            "登记新来的人".to_owned(),
        ] {
            assert!(page.body.contains(&words), "{words}: {}", page.body);
        }
        assert_eq!(page.body.matches("带上答卷").count(), 1, "a class without a course has no test");
        assert!(!page.body.contains(&format!("data-claim=\"witnessed\" data-class=\"{plain}\"")));
        // Without a script: in by a tap, then seen at the task, by the class's own routes.
        let (check_in, person) = (format!("/staff/classes/{class}/check-in"), format!("/staff/classes/{class}/people/{wang}"));
        assert_eq!(hall.li.sends(&page, &check_in, &[("learner", &wang.to_string())]).await.status, 303);
        let page = hall.li.opens(PHONE).await;
        assert!(page.body.contains("来了") && !page.body.contains(&format!("data-person=\"{wang}\" hidden")), "{}", page.body);
        assert_eq!(hall.li.sends(&page, &person, &[("doing", "witness")]).await.status, 303);
        assert!(hall.li.opens(PHONE).await.body.contains("任务做成了，见证过"));
        // And enrolled, by the desk's.
        let fields = [("name", "刘大妈"), ("year", "1951"), ("nophone", "yes"), ("consent", "spoken"), ("font", "normal")];
        let place = [("remembered", "330182001"), ("place", &page.input("place"))];
        let fields: Vec<(&str, &str)> = fields.into_iter().chain(place.iter().map(|(name, value)| (*name, *value))).collect();
        let enrolled = hall.li.sends(&page, "/staff/learners/register", &fields).await;
        assert!(enrolled.location.as_deref().is_some_and(|to| to.ends_with("/card?said=registered")), "{}", enrolled.body);
        hall.bank.close().await;
    }

    async fn a_phone_without_a_network_enrols_checks_in_witnesses_and_tests_and_each_counts_once(fresh: Fresh) {
        let (hall, class, wang) = on(fresh).await;
        let bank = &hall.bank;
        let mut phone = Phone::of(hall.li_id);
        for _ in 0..2 {
            let brought = brings(&hall.li, class, &phone.id.to_string()).await;
            assert_eq!(brought.location.as_deref(), Some("/staff/hall/phone?said=brought"), "{}", brought.body);
        }
        let (_, attempt) = test_on(&hall.li).await;
        let new = phone.writes(at(49), &enrolled("刘大妈"));
        phone.writes(at(49), &came(class, new.uuid()));
        phone.writes(at(49), &Body::Witnessed(Witnessed { class, person: new.uuid() }));
        phone.writes(at(49), &came(class, wang.uuid()));
        phone.writes(at(49), &Body::Witnessed(Witnessed { class, person: wang.uuid() }));
        phone.writes(at(49), &answers(bank, wang, attempt, 8).await);
        for fresh in [6, 0] {
            let (status, answer) = phone.uploads(&hall.li).await;
            assert_eq!((status, states(&answer), answer["fresh"].as_i64()), (200, vec!["accepted"; 6], Some(fresh)), "{answer}");
        }
        assert_eq!((attended(bank).await, credit(bank, wang).await), (2, 250));
        let sheet = assessment::get_sheet(bank.fresh.db.read(), wang, attempt).await.unwrap();
        assert_eq!((sheet.attempt.state, sheet.attempt.helper), (assessment::State::Passed, Some(hall.li_id)));
        let page = hall.li.opens(PHONE).await;
        assert!(page.body.contains("刘大妈") && !page.body.contains(&format!("{TESTS}/")), "{}", page.body);
        assert_eq!(page.body.matches("任务做成了，见证过").count(), 2);
        hall.bank.close().await;
    }

    async fn a_test_on_a_phone_comes_back_on_any_phone_of_its_volunteer_and_of_nobody_else(fresh: Fresh) {
        let (hall, class, wang) = on(fresh).await;
        let bank = &hall.bank;
        let (zhou, zhou_id) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        is_there(&hall, class, wang).await;
        let first = Phone::of(hall.li_id);
        assert_eq!(brings(&hall.li, class, &first.id.to_string()).await.status, 303);
        let (href, attempt) = test_on(&hall.li).await;
        // Another volunteer of the same place sees neither the test nor brings it back.
        assert_eq!(zhou.opens(&href).await.status, 404);
        assert!(!zhou.opens(PHONE).await.body.contains(&href));
        let mut theirs = Phone::of(zhou_id);
        theirs.writes(at(49), &answers(bank, wang, attempt, 10).await);
        let (_, answer) = theirs.uploads(&zhou).await;
        assert_eq!(whys(&answer), [Some("no_sheet")], "{answer}");
        assert_eq!(brings(&zhou, class, &first.id.to_string()).await.status, 403, "it is not her phone");
        // A browser that was emptied is a fresh phone.
        let mut again = Phone::of(hall.li_id);
        again.writes(at(49), &answers(bank, wang, attempt, 10).await);
        let (_, answer) = again.uploads(&hall.li).await;
        assert_eq!(states(&answer), ["accepted"], "{answer}");
        assert_eq!(credit(bank, wang).await, 250);
        hall.bank.close().await;
    }

    async fn a_test_is_handed_in_on_the_phone_with_a_network_and_no_script(fresh: Fresh) {
        let (hall, class, wang) = on(fresh).await;
        let bank = &hall.bank;
        let li = &hall.li;
        assert_eq!(brings(li, class, "").await.location.as_deref(), Some("/staff/hall/phone?said=brought"));
        assert_eq!(brings(li, class, "").await.status, 303, "the same phone and the same test");
        assert_eq!(entity::claim_device::Entity::find().count(bank.fresh.db.read()).await.unwrap(), 1);
        let (href, attempt) = test_on(li).await;
        let page = li.opens(&href).await;
        assert!(page.status == 200 && page.body.matches("<fieldset").count() == 11 && page.body.contains("王桂英"), "{}", page.body);
        let mut fields = filled_in(bank, wang, attempt, 8).await;
        fields.extend([9, 10].map(|position| (format!("{position}-q"), "0".to_owned())));
        let bad = gives(li, &href, &fields, "").await;
        assert!(bad.status == 422 && bad.body.contains("请选有没有人帮着"), "{} {}", bad.status, bad.body);
        let kept = bad.body.matches(" checked").count() + bad.body.matches(" selected").count();
        assert!(kept >= 8, "{kept} of 8 answers are kept: {}", bad.body);
        // Whoever holds a class answers for no test of somebody who was not seen there.
        let absent = gives(li, &href, &fields, "yes").await;
        assert!(absent.status == 422 && absent.body.contains("还没有签到"), "{} {}", absent.status, absent.body);
        assert!(absent.body.matches(" checked").count() + absent.body.matches(" selected").count() >= kept, "{}", absent.body);
        assert_eq!(credit(bank, wang).await, 0);
        is_there(&hall, class, wang).await;
        for _ in 0..2 {
            let done = gives(li, &href, &fields, "yes").await;
            assert_eq!(done.location.as_deref(), Some(href.as_str()), "{} {}", done.status, done.body);
        }
        let sheet = assessment::get_sheet(bank.fresh.db.read(), wang, attempt).await.unwrap();
        assert_eq!((sheet.attempt.state, sheet.attempt.helper), (assessment::State::Passed, Some(hall.li_id)));
        assert_eq!(credit(bank, wang).await, 250);
        let noted = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("hall.hand_in"));
        let noted = noted.all(bank.fresh.db.read()).await.unwrap();
        assert_eq!(noted.iter().map(|row| (row.actor_id, row.learner_id)).collect::<Vec<_>>(), [(Some(hall.li_id.uuid()), Some(wang.uuid()))]);
        // Neither page says how it went.
        for path in [PHONE, href.as_str()] {
            // 过没过 asks where to look; it does not say.
            let page = li.opens(path).await.body.replace("过没过", "");
            assert!(!["通过", "及格", "没过", "分数"].iter().any(|words| page.contains(words)), "{path}: {page}");
        }
        assert!(li.opens(&href).await.body.contains("答卷交上去了。过没过，请看存折"));
        assert_eq!(brings(li, class, "").await.location.as_deref(), Some("/staff/hall/phone?said=none"), "she has passed it");
        hall.bank.close().await;
    }

    async fn tests_are_taken_along_by_those_who_hold_the_class_and_on_their_own_phone(fresh: Fresh) {
        let (hall, class, wang) = on(fresh).await;
        let bank = &hall.bank;
        let (far, _) = bank.staff("赵强", Role::Volunteer, "330182002").await;
        let (officer, _) = bank.staff("孙丽", Role::Officer, "330182001").await;
        assert_eq!(brings(&far, class, "").await.status, 404);
        let form = officer.opens("/staff").await;
        assert_eq!(officer.sends(&form, TESTS, &[("class", &class.to_string())]).await.status, 403);
        assert_eq!(brings(&hall.li, ClassId::fresh(at(1)), "").await.status, 404);
        assert_eq!(brings(&hall.li, class, "my phone").await.status, 404);
        // Only for a class of these days that takes place.
        let later = id_of(&hall.plans(&[("day", "3月10日")]).await);
        let gone = hall.plans(&[("from", "15:00"), ("to", "16:00")]).await;
        assert_eq!(sends(&hall.li, "/staff/classes/add", &format!("{gone}/cancel"), &[("reason", "停电".to_owned())]).await.status, 303);
        for (class, words) in [(later, "那个时间没有这个班"), (id_of(&gone), "这个班取消了")] {
            let refused = brings(&hall.li, class, "").await;
            assert!(refused.status == 422 && refused.body.contains(words), "{} {}", refused.status, refused.body);
        }
        // A test that nobody has given to a phone is on none.
        let wang_there = bank.signed_in(wang, Assurance::Sms).await;
        let own = crate::assessment_pages::begins(&wang_there).await;
        let own = format!("{TESTS}/{wang}/{}", own.trim_start_matches("/tests/").split('/').next().unwrap());
        assert_eq!(hall.li.opens(&own).await.status, 404);
        assert_eq!(hall.li.sends(&hall.li.opens(PHONE).await, &own, &[("assisted", "no")]).await.status, 404);
        // Taken along, it goes on where she left it, and on a phone that was given up it is no more.
        assert_eq!(brings(&hall.li, class, "").await.status, 303);
        assert_eq!(hall.li.opens(&own).await.status, 200);
        let device = entity::claim_device::Entity::find().one(bank.fresh.db.read()).await.unwrap().unwrap();
        let revoke = format!("/staff/hall/devices/{}/revoke", device.id);
        assert_eq!(hall.li.sends(&hall.li.opens("/staff/hall/packs").await, &revoke, &[]).await.status, 303);
        // Whoever held it is signed in no more: a phone calls itself what it likes.
        assert!(hall.li.opens(PHONE).await.location.is_some_and(|to| to.starts_with("/sign-in")));
        let li = bank.signed_in(hall.li_id, Assurance::PasswordTotp).await;
        assert_eq!(li.opens(&own).await.status, 404);
        assert_eq!(brings(&li, class, &device.id.to_string()).await.status, 422);
        assert_eq!(brings(&li, class, "").await.status, 303, "a fresh phone");
        hall.bank.close().await;
    }

    async fn two_volunteers_bring_the_same_class_and_each_hands_in_what_was_answered_on_their_phone(fresh: Fresh) {
        let (hall, class, wang) = on(fresh).await;
        let bank = &hall.bank;
        let (zhou, zhou_id) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182001")).await;
        for who in [wang, liu] {
            is_there(&hall, class, who).await;
        }
        let mut phones = [(&hall.li, Phone::of(hall.li_id)), (&zhou, Phone::of(zhou_id))];
        for (volunteer, phone) in &phones {
            let brought = brings(volunteer, class, &phone.id.to_string()).await;
            assert_eq!(brought.location.as_deref(), Some("/staff/hall/phone?said=brought"), "{}", brought.body);
        }
        for (volunteer, _) in &phones {
            let page = volunteer.opens(PHONE).await;
            assert_eq!(page.body.matches(&format!("{TESTS}/")).count(), 2, "{}", page.body);
        }
        let open = assessment::list_open(bank.fresh.db.read(), &[wang, liu], "T19").await.unwrap();
        let test_of = |who: LearnerId| open.iter().find(|(learner, _)| *learner == who).unwrap().1;
        for ((volunteer, phone), who) in phones.iter_mut().zip([wang, liu]) {
            phone.writes(at(49), &answers(bank, who, test_of(who), 8).await);
            let (_, answer) = phone.uploads(volunteer).await;
            assert_eq!(states(&answer), ["accepted"], "{answer}");
            assert_eq!(credit(bank, who).await, 250);
        }
        // What was handed in on one phone is there already for the other.
        let (volunteer, phone) = &mut phones[1];
        phone.writes(at(49), &answers(bank, wang, test_of(wang), 3).await);
        let (_, answer) = phone.uploads(volunteer).await;
        assert_eq!(states(&answer), ["accepted", "duplicate"], "{answer}");
        hall.bank.close().await;
    }

    async fn a_test_with_open_questions_is_collected_only_after_that_was_said(fresh: Fresh) {
        let (hall, class, wang) = on(fresh).await;
        let bank = &hall.bank;
        is_there(&hall, class, wang).await;
        assert_eq!(brings(&hall.li, class, "").await.status, 303);
        let (href, attempt) = test_on(&hall.li).await;
        let mut fields = filled_in(bank, wang, attempt, 8).await;
        // Nonsense is no answer.
        fields.push(("9-q".to_owned(), "99".to_owned()));
        let told = gives(&hall.li, &href, &fields, "no").await;
        assert!(told.status == 422 && told.body.contains("还有 2 题没有答"), "{} {}", told.status, told.body);
        assert_eq!((told.body.matches("id=\"wrong-").count(), told.input("anyway").as_str()), (2, "yes"), "{}", told.body);
        assert!(told.body.matches(" checked").count() + told.body.matches(" selected").count() >= 8, "{}", told.body);
        assert_eq!(credit(bank, wang).await, 0);
        fields.push(("anyway".to_owned(), "yes".to_owned()));
        assert_eq!(gives(&hall.li, &href, &fields, "").await.status, 422, "nothing else is let through by it");
        for _ in 0..2 {
            let done = gives(&hall.li, &href, &fields, "no").await;
            assert_eq!(done.location.as_deref(), Some(href.as_str()), "{} {}", done.status, done.body);
        }
        assert_eq!(credit(bank, wang).await, 250);
        hall.bank.close().await;
    }

    async fn a_phone_shows_a_dozen_classes_those_of_its_owner_first(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (_, zhou) = hall.bank.staff("周兰", Role::Volunteer, "330182001").await;
        let zhou = zhou.to_string();
        for n in 1..=12 {
            let title = format!("讲堂{n}");
            hall.plans(&[("kind", "lecture"), ("course", ""), ("title", &title), ("teacher", &zhou)]).await;
        }
        hall.plans(&[("kind", "lecture"), ("course", ""), ("title", "晚课"), ("from", "20:00"), ("to", "21:00")]).await;
        hall.turns_to(49).await;
        let page = hall.li.opens(PHONE).await;
        assert_eq!(page.body.matches("data-list=").count(), 12, "{}", page.body);
        assert!(page.body.contains("晚课") && page.body.contains("还有 1 个班"), "{}", page.body);
        hall.bank.close().await;
    }

    async fn the_page_says_whose_it_is_until_when_it_stays_and_which_phones_were_given_up(fresh: Fresh) {
        let (hall, class, _) = on(fresh).await;
        let phone = Phone::of(hall.li_id);
        assert_eq!(brings(&hall.li, class, &phone.id.to_string()).await.status, 303);
        let page = hall.li.opens(PHONE).await;
        let header = |name: &str| page.headers.get(name).unwrap().to_str().unwrap().to_owned();
        let ends = entity::class_session::Entity::find().one(hall.bank.fresh.db.read()).await.unwrap().unwrap().ends_at_ms;
        assert_eq!(header("hall-of"), hall.li_id.to_string());
        assert_eq!(header("hall-until"), Timestamp::from_ms(ends).plus_minutes(12 * 60).ms().to_string());
        assert!(page.body.contains("data-given-up=\"\"") && page.body.contains("这次登录到 "), "{}", page.body);
        // Every page on which one can sign out says who does.
        let who = format!("data-who=\"{}\"", hall.li_id);
        for path in [PHONE, "/staff", "/me"] {
            assert!(hall.li.opens(path).await.body.contains(&who), "{path}");
        }
        let (href, _) = test_on(&hall.li).await;
        let test = hall.li.opens(&href).await.body;
        assert!(test.contains(&who) && test.matches("href=\"/staff").count() == 1, "one way back, once it was collected: {test}");
        // Given up by somebody else of the place, it is said on her page and on nobody else's.
        let (zhou, _) = hall.bank.staff("周兰", Role::Volunteer, "330182001").await;
        let form = zhou.opens("/staff/hall/packs").await;
        assert_eq!(zhou.sends(&form, &format!("/staff/hall/devices/{}/revoke", phone.id), &[]).await.status, 303);
        let again = hall.bank.signed_in(hall.li_id, Assurance::PasswordTotp).await;
        assert!(again.opens(PHONE).await.body.contains(&format!("data-given-up=\"{}\"", phone.id)));
        assert!(zhou.opens(PHONE).await.body.contains("data-given-up=\"\""));
        hall.bank.close().await;
    }
}
