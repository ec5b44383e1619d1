//! A supervised session on a box of the hall: opened with its own words, run by the two who invigilate it, taken from one device each, handed over.

use std::net::TcpListener;
use std::path::Path;

use credit_bank::app::{Running, open_box, serve_box};
use credit_bank::assessment::{Shown, get_asked};
use credit_bank::config::Config;
use credit_bank::curriculum::Shelves;
use credit_bank::db::Tx;
use credit_bank::hall::{Half, Kit, KitPerson, State, half_of, opening_words};
use credit_bank::identity;
use credit_bank::kernel::{Clock, Digest, ExamId, LearnerId, Seed};
use credit_bank::web::House;
use entity::exam_box_paper;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::assessment_pages::fields_for;
use crate::exam_kits::{confirms, takes_along};
use crate::exams::{Day, TOWN, does};
use crate::exams_box::read_out;
use crate::hall::{at, hands_over, states};
use crate::support::databases::Fresh;
use crate::support::people::sender;
use crate::support::server::{Answer, Person, SHELF};

const PASSWORD: &str = "123456789012";
pub const NAMES: [&str; 6] = ["王桂英", "刘建国", "欧阳秀兰", "周德福", "孙玉珍", "何秀英"];

/// A session with six candidates, the last of them tested by word, taken along in a kit.
pub struct Along {
    pub day: Day,
    pub exam: String,
    pub id: ExamId,
    pub people: Vec<(LearnerId, String)>,
    pub kit: Kit,
    pub words: String,
}

impl Along {
    pub async fn of(fresh: Fresh) -> Self {
        Self::knowing(fresh, None).await
    }

    /// The same with one whose document was seen at the desk before.
    pub async fn knowing(fresh: Fresh, known: Option<usize>) -> Self {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let id: ExamId = exam.rsplit('/').next().unwrap().parse().unwrap();
        let mut people = Vec::new();
        for (number, name) in (1..).zip(NAMES) {
            let (_, learner) = day.bank.learner(name, number, Some(TOWN)).await;
            people.push((learner, day.puts_down(&exam, learner).await));
        }
        if let Some(known) = known {
            let (keys, seer, learner) = (day.bank.house.keys.clone(), day.zhao_id, people[known].0);
            let seen = async move |tx: &Tx| identity::document_seen(tx, &keys, (seer, &sender()), learner, None).await;
            day.bank.fresh.db.write(seen).await.unwrap();
        }
        for (candidate, way) in [(1, &[("form", "screen"), ("aid", "aloud"), ("extra", "20")][..]), (5, &[("form", "word")])] {
            let person = &people[candidate].1;
            assert_eq!(does(&day.li, person, person, "arrange", way).await.status, 303, "{candidate}");
        }
        let (mut kit, _) = takes_along(&day, id, day.li_id).await;
        kit.operators = vec![KitPerson { id: day.li_id, name: "李敏".to_owned(), tail: String::new(), born: None }];
        let words = opening_words(&day.bank.house.keys, id, kit.device);
        Self { day, exam, id, people, kit, words }
    }

    pub fn path(&self) -> String {
        format!("/exam/{}", self.id)
    }

    pub fn sit(&self) -> String {
        format!("/sit/{}", self.id)
    }

    /// The half of the words that one of the two is told.
    pub fn half(&self, who: LearnerId) -> String {
        half_of(&self.words, if who == self.day.zhao_id { Half::First } else { Half::Second })
    }

    /// One of the two shows by this half who they are.
    pub async fn shows(&self, person: &Person, (who, half): (LearnerId, &str)) -> Answer {
        let (asked, who) = (person.opens(&format!("{}?at=who", self.path())).await, who.to_string());
        person.sends(&asked, &self.path(), &[("doing", "who"), ("invigilator", &who), ("papers", half)]).await
    }

    /// Both do, each at their own device.
    pub async fn both_show(&self, (li, zhao): (&Person, &Person)) {
        for (person, who) in [(li, self.day.li_id), (zhao, self.day.zhao_id)] {
            assert_eq!(self.shows(person, (who, &self.half(who))).await.location, Some(self.path()));
        }
    }

    /// A candidate's page for the two, by their place on the list.
    pub fn seat(&self, candidate: usize) -> String {
        let learner = self.people[candidate].0;
        let place = self.kit.exams[0].candidates.iter().position(|one| one.id == learner).unwrap();
        format!("{}/{}", self.path(), place + 1)
    }

    /// The fields that answer a question of somebody's paper rightly.
    async fn right(&self, candidate: usize, position: usize) -> Vec<(String, String)> {
        let find = exam_box_paper::Entity::find().filter(exam_box_paper::Column::LearnerId.eq(self.people[candidate].0.uuid()));
        let row = find.one(self.day.bank.fresh.db.read()).await.unwrap().unwrap();
        let seed = Seed::from_slice(&row.seed).unwrap();
        let hash = Digest::from_slice(row.items.chunks(32).nth(position - 1).unwrap()).unwrap();
        let item = get_asked(self.day.bank.fresh.db.read(), &SHELF, &hash, (seed, position)).await.unwrap();
        fields_for(&Shown::of(&item, seed, position))
    }

    /// Answers these questions rightly.
    pub async fn answers(&self, person: &Person, candidate: usize, positions: std::ops::RangeInclusive<usize>) {
        for position in positions {
            let fields = self.right(candidate, position).await;
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let path = format!("{}/{position}", self.sit());
            let kept = person.sends(&person.opens(&path).await, &path, &fields).await;
            let next = if position < 10 { format!("{}/{}", self.sit(), position + 1) } else { self.sit() };
            assert_eq!(kept.location, Some(next), "{position}: {}", kept.body);
        }
    }

    /// Somebody begins on this device; where they are led.
    pub async fn begins(&self, person: &Person) -> Answer {
        let shown = person.opens(&self.sit()).await;
        assert!(shown.body.contains("监考员放行了，您可以开始"), "{}", shown.body);
        let begun = person.sends(&shown, &self.sit(), &[("doing", "begin")]).await;
        assert!(begun.location.as_ref().is_some_and(|to| to.starts_with(&format!("{}/", self.sit()))), "{:?}", begun.location);
        begun
    }

    /// Everything up to the allowance, by both.
    pub async fn lets_in(&self, (li, zhao): (&Person, &Person), candidate: usize) {
        let seat = self.seat(candidate);
        for (who, doing) in [(li, "came"), (zhao, "seen"), (zhao, "declare"), (li, "declare"), (li, "allow")] {
            let done = says(who, &seat, doing).await;
            assert_eq!(done.status, 303, "{doing}: {}", done.body);
        }
    }
}

/// A laptop in a hall.
pub struct Laptop {
    house: House,
    url: String,
    running: Running,
}

impl Laptop {
    pub async fn starts(folder: &Path, kit: &Kit, clock: Clock) -> Self {
        let config = Config { data_dir: folder.to_owned(), request_seconds: 5, ..Config::default() };
        let house = open_box(config, kit.to_file(PASSWORD).unwrap(), clock).await.unwrap();
        let running = serve_box(&house, &Shelves::new(SHELF.clone()), TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
        Self { house, url: format!("http://{}", running.address), running }
    }

    pub fn visitor(&self) -> Person {
        Person::with(&self.url, reqwest::header::HeaderMap::default())
    }

    /// One of the two, with a device of their own.
    pub async fn invigilator(&self, along: &Along, id: LearnerId) -> Person {
        let person = self.visitor();
        let door = person.opens("/?at=door").await;
        assert_eq!(person.sends(&door, "/unlock", &[("password", PASSWORD)]).await.location.as_deref(), Some("/operator"));
        let listed = person.opens("/operator").await;
        assert!(listed.body.contains(&format!("href=\"{}\"", along.path())), "{}", listed.body);
        let asked = person.opens(&along.path()).await;
        assert!(asked.body.contains("您是哪一位监考员？") && !asked.body.contains("王桂英"), "{}", asked.body);
        assert_eq!(along.shows(&person, (id, &along.half(id))).await.location, Some(along.path()));
        person
    }

    /// Somebody who comes in by the digits on the list.
    pub async fn learner(&self, list: &Answer, name: &str) -> Person {
        let row = list.body.split("<li").find(|row| row.contains(&format!("<b>{name}</b>"))).unwrap();
        let code: String = row.split("今天的数字 ").nth(1).unwrap().chars().take(4).collect();
        let person = self.visitor();
        let door = person.opens("/?at=door").await;
        assert_eq!(person.sends(&door, "/learn", &[("code", &code)]).await.location.as_deref(), Some("/paper"), "{code}");
        person
    }

    pub async fn stops(self) {
        self.running.handle.stop(true).await;
        drop(self.house);
    }
}

/// One of the two says something on a page.
pub async fn says(who: &Person, page: &str, doing: &str) -> Answer {
    who.sends(&who.opens(page).await, page, &[("doing", doing), ("kind", "id_card")]).await
}

pub async fn opens_papers(who: &Person, along: &Along, words: &str) -> Answer {
    let shown = who.opens(&along.path()).await;
    who.sends(&shown, &along.path(), &[("doing", "open"), ("papers", words)]).await
}

/// Wrong words show no question, and neither does waiting.
async fn stay_closed(along: &Along, laptop: &Laptop, li: &Person) {
    let papers = along.kit.exams[0].open(&along.words).unwrap();
    let question = serde_json::to_value(&papers[0].questions[0]).unwrap();
    let stem = question["stem"][0].as_str().unwrap().to_owned();
    let short = opens_papers(li, along, &along.words[..15]).await;
    assert!(short.status == 422 && short.body.contains("口令一共 16 个字母和数字，现在写了 15 个"), "{}", short.body);
    let refused = opens_papers(li, along, "0000000000000000").await;
    assert!(refused.status == 422 && refused.body.contains("开卷口令不对") && !refused.body.contains(&stem), "{}", refused.body);
    let wang = laptop.learner(&li.opens(&along.path()).await, NAMES[0]).await;
    let waits = wang.opens(&along.sit()).await;
    assert!(waits.body.contains("考卷还没有打开") && !waits.body.contains(&stem), "{}", waits.body);
    assert_eq!(wang.opens(&format!("{}/1", along.sit())).await.location, Some(along.sit()));
    assert_eq!(wang.opens(&along.path()).await.location.as_deref(), Some("/"), "not for whoever learns");
    let (left, right) = along.words.split_at(4);
    let grouped = format!("{}-{}", left.to_lowercase(), right.to_lowercase());
    assert_eq!(opens_papers(li, along, &grouped).await.status, 303);
}

/// While the papers are closed no result of a test by word is kept: it takes the two to open them.
async fn refuses_to_hear(along: &Along, li: &Person) {
    let seat = along.seat(5);
    let fields = [("doing", "by-hand"), ("of", "10"), ("right", "9"), ("heard", "问了十题，九题对答如流")];
    let closed = li.sends(&li.opens(&seat).await, &seat, &fields).await;
    assert!(closed.status == 422 && closed.body.contains("请先开卷，再录结果"), "{}", closed.body);
}

/// One is tested by word: how many were right is kept once, when everything before it is there.
async fn is_heard(along: &Along, (li, zhao): (&Person, &Person)) {
    let seat = along.seat(5);
    let keeps = async |right: &str, of: &str| {
        let fields = [("doing", "by-hand"), ("of", of), ("right", right), ("heard", "问了十题，九题对答如流")];
        li.sends(&li.opens(&seat).await, &seat, &fields).await
    };
    for (who, doing) in [(li, "came"), (zhao, "seen"), (zhao, "declare")] {
        assert_eq!(says(who, &seat, doing).await.status, 303, "{doing}");
    }
    let early = keeps("9", "10").await;
    assert!(early.status == 422 && early.body.contains("两位监考员都声明了，才能放行"), "{}", early.body);
    // She waits for the one of the two who has not declared.
    for (who, is_next) in [(li, true), (zhao, false)] {
        let list = who.opens(&along.path()).await;
        assert_eq!(list.body.contains(&format!("接着办：{}", NAMES[5])), is_next, "{}", list.body);
    }
    assert_eq!(says(li, &seat, "declare").await.status, 303);
    let shown = li.opens(&seat).await;
    assert!(shown.body.contains("当面考，考完录结果") && !shown.body.contains("让他开始"), "{}", shown.body);
    let more = keeps("9", "8").await;
    assert!(more.status == 422 && more.body.contains("对的不会比一共的多"), "{}", more.body);
    assert!(more.body.contains("value=\"8\"") && more.body.contains("九题对答如流"), "{}", more.body);
    for _ in 0..2 {
        let kept = keeps("9", "10").await;
        assert_eq!(kept.status, 303, "{}", kept.body);
    }
    let other = keeps("10", "10").await;
    assert!(other.status == 422 && other.body.contains("卷子已经交了，不能再改"), "{}", other.body);
    let list = li.opens(&along.path()).await;
    let row = list.body.split("<li").find(|row| row.contains(&format!("<b>{}</b>", NAMES[5]))).unwrap();
    assert!(row.contains("交了"), "{row}");
}

/// Nobody begins before everything is there, and a form that is sent twice lets nobody begin twice.
async fn one_after_the_other(along: &Along, (li, zhao): (&Person, &Person)) {
    let seat = along.seat(0);
    let refused = says(li, &seat, "seen").await;
    assert!(refused.status == 422 && refused.body.contains("您的工作不能看他的证件，请另一位监考员来看"), "{}", refused.body);
    for (who, doing, first) in [
        (li, "came", "先记他到了"),
        (zhao, "seen", "先看证件"),
        (zhao, "declare", "两位监考员都声明了，才能放行"),
        (li, "declare", "两位监考员都声明了，才能放行"),
    ] {
        let early = says(li, &seat, "allow").await;
        assert!(early.status == 422 && early.body.contains(first), "{first}: {}", early.body);
        for _ in 0..2 {
            assert_eq!(says(who, &seat, doing).await.status, 303, "{doing}");
        }
    }
    let shown = li.opens(&seat).await;
    assert!(shown.body.contains("让他开始"), "{}", shown.body);
    for _ in 0..2 {
        assert_eq!(li.sends(&shown, &seat, &[("doing", "allow")]).await.status, 303);
    }
}

/// A form that let somebody in is sent again, after a fresh one did and they have begun: they stay in.
pub async fn stays_in(along: &Along, laptop: &Laptop, (li, zhao): (&Person, &Person)) {
    let seat = along.seat(0);
    along.lets_in((li, zhao), 0).await;
    let (first, second) = (li.opens(&seat).await, li.opens(&seat).await);
    let wang = laptop.learner(&li.opens(&along.path()).await, NAMES[0]).await;
    for shown in [&first, &second] {
        assert_eq!(li.sends(shown, &seat, &[("doing", "allow")]).await.status, 303);
    }
    along.begins(&wang).await;
    assert_eq!(li.sends(&first, &seat, &[("doing", "allow")]).await.status, 303);
    assert_eq!(wang.opens(&format!("{}/1", along.sit())).await.status, 200, "she has begun");
}

/// The laptop is started again in the middle of somebody's paper: they go on by a fresh allowance, with what was answered.
async fn starts_again(along: &Along, folder: &Path, laptop: Laptop, liu: Person) -> (Laptop, Person, Person) {
    laptop.stops().await;
    let laptop = Laptop::starts(folder, &along.kit, along.day.bank.clock.clone()).await;
    drop(liu);
    let (zhao, li) = (laptop.invigilator(along, along.day.zhao_id).await, laptop.invigilator(along, along.day.li_id).await);
    let list = li.opens(&along.path()).await;
    let row = list.body.split("<li").find(|row| row.contains("<b>刘建国</b>")).unwrap();
    assert!(row.contains("在答"), "what was taken down is still there: {row}");
    assert!(list.body.contains("16 个字母和数字"), "{}", list.body);
    let liu = laptop.learner(&list, NAMES[1]).await;
    assert!(liu.opens(&along.sit()).await.body.contains("考卷还没有打开"));
    assert_eq!(opens_papers(&zhao, along, &along.words).await.status, 303);
    along.both_show((&li, &zhao)).await;
    let shown = liu.opens(&along.sit()).await;
    assert!(shown.body.contains("请监考员再让您开始") && !shown.body.contains("value=\"begin\""), "{}", shown.body);
    let page = li.opens(&along.seat(1)).await;
    assert!(page.body.contains("再让他开始") && page.body.contains("有人念题"), "{}", page.body);
    assert_eq!(li.sends(&page, &along.seat(1), &[("doing", "allow")]).await.status, 303);
    assert_eq!(along.begins(&liu).await.location, Some(format!("{}/6", along.sit())), "five are there");
    along.answers(&liu, 1, 6..=10).await;
    let all = liu.opens(&along.sit()).await;
    assert!(!all.body.contains("题没有答") && all.body.contains("答完了，交卷"), "{}", all.body);
    for _ in 0..2 {
        assert_eq!(liu.sends(&all, &along.sit(), &[("doing", "hand-in")]).await.status, 303);
    }
    (laptop, zhao, li)
}

/// Something is noted about somebody, and their paper is collected.
async fn is_collected(along: &Along, laptop: &Laptop, (zhao, li): (&Person, &Person)) {
    let seat = along.seat(3);
    along.lets_in((li, zhao), 3).await;
    let zhou = laptop.learner(&li.opens(&along.path()).await, NAMES[3]).await;
    along.begins(&zhou).await;
    along.answers(&zhou, 3, 1..=3).await;
    let page = zhao.opens(&seat).await;
    let bare = zhao.sends(&page, &seat, &[("doing", "note"), ("category", "helped")]).await;
    assert!(bare.status == 422 && bare.body.contains("请写几句"), "{}", bare.body);
    for _ in 0..2 {
        let fields = [("doing", "note"), ("category", "helped"), ("words", "旁边的人替他选了一题")];
        assert_eq!(zhao.sends(&page, &seat, &fields).await.status, 303);
    }
    assert!(li.opens(&along.path()).await.body.contains("旁边的人替他选了一题"));
    for _ in 0..2 {
        assert_eq!(says(zhao, &seat, "collect").await.status, 303);
    }
    assert!(zhou.opens(&along.sit()).await.body.contains("您考完了，都收好了"));
}

/// The session is ended: the page shows both the code of its end, and nothing more of it is taken down.
pub async fn ends(along: &Along, (li, zhao): (&Person, &Person)) -> String {
    let list = li.opens(&along.path()).await;
    assert!(li.opens("/hand-over").await.body.contains("有一场还没有收尾"));
    let unsure = li.sends(&list, &along.path(), &[("doing", "end")]).await;
    assert!(unsure.status == 422 && unsure.body.contains("没有要等的人了。现在就收尾吗"), "{}", unsure.body);
    for _ in 0..2 {
        let done = li.sends(&list, &along.path(), &[("doing", "end"), ("sure", "yes")]).await;
        assert_eq!(done.status, 303, "{}", done.body);
    }
    let codes = [read_out(&li.opens(&along.path()).await), read_out(&zhao.opens(&along.path()).await)];
    assert!(codes[0] == codes[1] && codes[0].len() == 8, "{codes:?}");
    for (page, doing) in [(along.seat(4), "came"), (along.seat(4), "declare"), (along.path(), "note")] {
        let fields = [("doing", doing), ("category", "device")];
        let refused = li.sends(&list, &page, &fields).await;
        assert!(refused.status == 422 && refused.body.contains("这一场收尾了，不能再记"), "{doing}: {}", refused.body);
    }
    assert!(!li.opens("/hand-over").await.body.contains("有一场还没有收尾"));
    let [code, _] = codes;
    code
}

/// What the bank makes of it.
async fn is_entered(along: &Along, code: &str) {
    let (day, exam) = (&along.day, &along.exam);
    let finish = does(&day.li, exam, exam, "finish", &[("returned", "yes")]).await;
    assert_eq!(finish.status, 303, "{}", finish.body);
    for who in [&day.zhao, &day.li] {
        let done = confirms(who, exam, code).await;
        assert_eq!(done.status, 303, "{}", done.body);
    }
    for candidate in [3, 5] {
        let person = &along.people[candidate].1;
        let decided = does(&day.sun, person, person, "decide", &[("verdict", "counts")]).await;
        assert_eq!(decided.status, 303, "{candidate}: {}", decided.body);
    }
    for (who, doing) in [(&day.sun, "publish"), (&day.qian, "enter")] {
        let done = does(who, exam, exam, doing, &[]).await;
        assert_eq!(done.status, 303, "{doing}: {}", done.body);
    }
    for (candidate, score, passed) in [(0, 800, 1), (1, 1000, 1), (2, 700, 1), (3, 300, 0), (5, 900, 1)] {
        let paper = day.paper(along.people[candidate].0).await;
        assert_eq!((paper.score_permille, paper.passed), (Some(score), Some(passed)), "{candidate}: {paper:?}");
        assert_eq!(paper.entered_at_ms.is_some(), passed == 1, "{candidate}");
    }
    assert_eq!(day.paper(along.people[4].0).await.came_at_ms, None);
    let heard = day.paper(along.people[5].0).await;
    assert_eq!((heard.hand_right, heard.hand_of, heard.hand_by), (Some(9), Some(10), Some(day.li_id.uuid())));
    assert!(heard.handed_in_at_ms.is_some_and(|ms| ms < at(0).plus_minutes(60).ms()), "when it was kept, not when it came");
}

crate::on_both! {
    async fn six_candidates_on_a_box_come_to_what_the_desk_makes_of_them(fresh: Fresh) {
        let along = Along::of(fresh).await;
        let folder = tempfile::tempdir().unwrap();
        let laptop = Laptop::starts(folder.path(), &along.kit, along.day.bank.clock.clone()).await;
        let (li, zhao) = (laptop.invigilator(&along, along.day.li_id).await, laptop.invigilator(&along, along.day.zhao_id).await);
        refuses_to_hear(&along, &li).await;
        stay_closed(&along, &laptop, &li).await;
        along.both_show((&li, &zhao)).await;
        is_heard(&along, (&li, &zhao)).await;
        one_after_the_other(&along, (&li, &zhao)).await;
        // She begins on one device: on another nothing is answered.
        let list = li.opens(&along.path()).await;
        let wang = laptop.learner(&list, NAMES[0]).await;
        let begun = along.begins(&wang).await;
        assert_eq!(begun.location, Some(format!("{}/1", along.sit())));
        let cookie = begun.headers.get("set-cookie").unwrap().to_str().unwrap();
        assert!(cookie.starts_with("seat=") && !cookie.contains("Max-Age") && !cookie.contains("Expires"), "{cookie}");
        assert!(wang.opens(&format!("{}/1", along.sit())).await.body.contains("还有 90 分钟"));
        let other = laptop.learner(&list, NAMES[0]).await;
        assert!(other.opens(&along.sit()).await.body.contains("请监考员再让您开始"));
        assert_eq!(other.opens(&format!("{}/1", along.sit())).await.location, Some(along.sit()));
        along.answers(&wang, 0, 1..=8).await;
        let open = wang.opens(&along.sit()).await;
        assert!(open.body.contains("还有 2 题没有答") && open.body.contains("交了就不能再改"), "{}", open.body);
        assert_eq!(wang.sends(&open, &along.sit(), &[("doing", "hand-in")]).await.status, 303);
        for path in [along.sit(), "/paper".to_owned()] {
            let shown = wang.opens(&path).await;
            assert!(shown.body.contains("您考完了，都收好了") && !shown.body.contains("监考测评："), "{path}: {}", shown.body);
        }
        // The second one's laptop stops.
        along.lets_in((&li, &zhao), 1).await;
        let liu = laptop.learner(&list, NAMES[1]).await;
        along.begins(&liu).await;
        along.answers(&liu, 1, 1..=5).await;
        let (laptop, zhao, li) = starts_again(&along, folder.path(), laptop, liu).await;
        is_collected(&along, &laptop, (&zhao, &li)).await;
        // The third one's time is over: what was saved is handed in.
        along.lets_in((&li, &zhao), 2).await;
        let third = laptop.learner(&li.opens(&along.path()).await, NAMES[2]).await;
        along.begins(&third).await;
        along.answers(&third, 2, 1..=7).await;
        let shown = third.opens(&format!("{}/8", along.sit())).await;
        along.day.bank.clock.turn_ms(91 * 60_000);
        let late = third.sends(&shown, &format!("{}/8", along.sit()), &[("q", "0")]).await;
        assert_eq!(late.location, Some(along.sit()));
        assert!(third.opens(&along.sit()).await.body.contains("您考完了，都收好了"));
        let list = li.opens(&along.path()).await;
        assert!(list.body.contains("没来") && list.body.contains("data-primary name=\"doing\" value=\"end\""), "{}", list.body);
        let code = ends(&along, (&li, &zhao)).await;
        // Everything is one claim, once.
        let page = li.opens("/hand-over").await;
        assert!(page.body.contains("有 32 条还没有交"), "{}", page.body);
        let pack = li.sends(&page, "/hand-over", &[]).await;
        laptop.stops().await;
        for _ in 0..2 {
            let receipt = hands_over(&along.day.bank, &pack.body).await.unwrap();
            let count = |state: State| states(&receipt).into_iter().filter(|one| *one == state).count();
            assert_eq!((count(State::Accepted), count(State::Duplicate)), (31, 1), "{receipt:?}");
        }
        assert_eq!(along.day.paper(along.people[2].0).await.handed_in_at_ms, Some(at(0).plus_minutes(90).ms()));
        is_entered(&along, &code).await;
        along.day.bank.close().await;
    }
}
