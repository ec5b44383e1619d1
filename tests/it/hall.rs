//! What was taken down in the hall without the bank: handed over, settled, looked at; packs that were changed; devices given up.

use std::collections::BTreeMap;

use credit_bank::assessment;
use credit_bank::curriculum::CourseCode;
use credit_bank::db::Tx;
use credit_bank::hall::{
    self, Answers, Body, Came, Carrier, Device, Enrolled, Entry, Error, Pack, Receipt, State, ToBank, Way, Why, Witnessed,
};
use credit_bank::identity::Role;
use credit_bank::kernel::{
    Acting, AttemptId, Chance, ClaimId, ClassId, DeviceId, Group, IdentityLevel, LearnerId, PackId, Timestamp,
};
use credit_bank::places::PlaceCode;
use credit_bank::recognition;
use ed25519_dalek::SigningKey;
use entity::{audit_entry, claim, claim_pack, class_attendance};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::assessment_pages::right_fields;
use crate::classes::{HOUR_MS, Hall, sends};
use crate::support::databases::START;
use crate::support::server::{Bank, SHELF};

/// A box in a hall, as far as the bank can tell.
pub struct Laptop {
    pub id: DeviceId,
    pub key: SigningKey,
    to_bank: ToBank,
    pub operator: LearnerId,
    pub entries: Vec<Entry>,
}

/// An instant so many hours after the test's first: Monday, 2026-03-02, 9:00.
pub fn at(hours: i64) -> Timestamp {
    START.plus_ms(hours * HOUR_MS)
}

impl Laptop {
    /// A box made ready for 青石镇.
    pub async fn of(bank: &Bank, operator: LearnerId) -> Self {
        Self::of_place(bank, operator, "330182001").await
    }

    /// The box of a kit.
    pub fn of_kit(bank: &Bank, kit: &hall::Kit, operator: LearnerId) -> Self {
        let to_bank = ToBank::of(&bank.house.keys);
        Self { id: kit.device, key: kit.key().unwrap(), to_bank, operator, entries: Vec::new() }
    }

    /// A box made ready for some place.
    pub async fn of_place(bank: &Bank, operator: LearnerId, place: &str) -> Self {
        let (id, key) = (DeviceId::fresh(bank.clock.now()), SigningKey::from_bytes(&Chance::secret()));
        let verifying = key.verifying_key();
        let place = PlaceCode::parse(place).unwrap();
        let register = async move |tx: &Tx| {
            hall::register_box(tx, (id, verifying), ("青石活动室的电脑", &place), vec![operator], None).await
        };
        bank.fresh.db.write(register).await.unwrap();
        Self { id, key, to_bank: ToBank::of(&bank.house.keys), operator, entries: Vec::new() }
    }

    /// Takes something down.
    pub fn writes(&mut self, made_at: Timestamp, body: &Body) -> ClaimId {
        let id = ClaimId::fresh(made_at);
        self.writes_as(id, made_at, body);
        id
    }

    pub fn writes_as(&mut self, id: ClaimId, made_at: Timestamp, body: &Body) {
        let prev = self.entries.last().map_or_else(|| hall::genesis(self.id), |last| last.hash(self.id));
        let sealed = self.to_bank.seal(&format!("{} {id}", self.id), body.to_json().as_bytes()).unwrap();
        let seq = i64::try_from(self.entries.len()).unwrap() + 1;
        self.entries.push(Entry { seq, id, kind: body.kind(), made_at, operator: self.operator, prev, body: sealed });
    }

    /// A pack of the entries from one number to another.
    pub fn pack(&self, from: usize, to: usize) -> String {
        let about = (PackId::fresh(at(72)), at(72));
        Pack::of(self.id, about, self.entries[from - 1..to].to_vec(), Some(&self.key)).unwrap().to_json()
    }

    pub fn whole(&self) -> String {
        self.pack(1, self.entries.len())
    }
}

pub fn came(class: ClassId, person: impl Into<Uuid>) -> Body {
    Body::Came(Came { class, person: person.into() })
}

pub fn enrolled(name: &str) -> Body {
    let fields = [("name", name), ("year", "1951"), ("nophone", "yes"), ("consent", "spoken")];
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Body::Enrolled(Enrolled { place: "330182001".to_owned(), fields })
}

pub async fn hands_over(bank: &Bank, pack: &str) -> Result<Receipt, Error> {
    hall::receive(&bank.house, &SHELF, pack.as_bytes(), Carrier { way: Way::File, by: None }).await
}

pub fn states(receipt: &Receipt) -> Vec<State> {
    receipt.lines.iter().map(|line| line.state).collect()
}

fn whys(receipt: &Receipt) -> Vec<Option<Why>> {
    receipt.lines.iter().map(|line| line.why).collect()
}

pub fn id_of(class: &str) -> ClassId {
    class.rsplit('/').next().unwrap().parse().unwrap()
}

pub async fn attended(bank: &Bank) -> usize {
    let rows = class_attendance::Entity::find().filter(class_attendance::Column::CameAtMs.is_not_null());
    usize::try_from(rows.count(bank.fresh.db.read()).await.unwrap()).unwrap()
}

/// Begins the test of T19 for somebody and gives it to a box.
pub async fn gives_sheet(bank: &Bank, learner: LearnerId, device: DeviceId) -> AttemptId {
    let work = async move |tx: &Tx| {
        let acting = Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN };
        let course = CourseCode::parse("T19").unwrap();
        let attempt = assessment::start(tx, &acting, &SHELF, course, &[Group::Elder], Chance::fresh_seed()).await?;
        hall::give_sheet(tx, learner, attempt, device).await?;
        Ok::<_, Error>(attempt)
    };
    bank.fresh.db.write(work).await.unwrap()
}

/// What somebody answers on a box: the first `right` rightly, the others with 不知道.
pub async fn answers(bank: &Bank, learner: LearnerId, attempt: AttemptId, right: usize) -> Body {
    let mut given = BTreeMap::new();
    for position in 1..=10 {
        let fields = match position <= right {
            true => right_fields(&bank.house.db, learner, &attempt.to_string(), position).await,
            false => vec![("q".to_owned(), "0".to_owned())],
        };
        given.insert(position, fields);
    }
    Body::Answers(Answers { attempt, person: learner.uuid(), assisted: true, answers: given })
}

pub async fn credit(bank: &Bank, learner: LearnerId) -> i64 {
    recognition::passbook_of(bank.fresh.db.read(), learner).await.unwrap().total.milli()
}

/// A hall with a class that is over since an hour, and a box that was there.
async fn after_class(fresh: crate::support::databases::Fresh) -> (Hall, ClassId, Laptop) {
    let hall = Hall::over(fresh).await;
    let class = id_of(&hall.plans(&[("seats", "20")]).await);
    let laptop = Laptop::of(&hall.bank, hall.li_id).await;
    hall.turns_to(51).await;
    (hall, class, laptop)
}

crate::on_both! {
    async fn somebody_enrolled_without_a_network_comes_learns_is_tested_and_has_credit_once(fresh: Fresh) {
        let (hall, class, mut laptop) = after_class(fresh).await;
        let bank = &hall.bank;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let test = gives_sheet(bank, wang, laptop.id).await;
        let new = laptop.writes(at(48), &enrolled("刘大妈"));
        laptop.writes(at(48), &came(class, new.uuid()));
        laptop.writes(at(48), &came(class, wang.uuid()));
        laptop.writes(at(49), &Body::Witnessed(Witnessed { class, person: wang.uuid() }));
        laptop.writes(at(49), &answers(bank, wang, test, 8).await);
        for times in 1..=3 {
            let receipt = hands_over(bank, &laptop.whole()).await.unwrap();
            assert_eq!(states(&receipt), [State::Accepted; 5], "{receipt:?}");
            assert_eq!(receipt.fresh, if times == 1 { 5 } else { 0 });
        }
        assert_eq!((attended(bank).await, credit(bank, wang).await), (2, 250));
        let rows = claim::Entity::find().all(bank.fresh.db.read()).await.unwrap();
        assert!(rows.iter().all(|row| row.body_sealed.is_none()), "what was made of it stands elsewhere");
        let liu = credit_bank::kernel::LearnerId::from_uuid(rows[0].learner_id.unwrap());
        assert_eq!(rows[1].learner_id, Some(liu.uuid()));
        let profile = credit_bank::identity::profile(bank.fresh.db.read(), &bank.house.keys, liu).await.unwrap();
        assert_eq!((profile.name.as_str(), profile.place_code.as_deref()), ("刘大妈", Some("330182001")));
        // Help with the finger is no shame: the result is her own, and says who lent a hand.
        let sheet = assessment::get_sheet(bank.fresh.db.read(), wang, test).await.unwrap();
        assert_eq!((sheet.attempt.state, sheet.attempt.helper), (assessment::State::Passed, Some(hall.li_id)));
        hall.bank.close().await;
    }

    async fn two_halves_in_reverse_order_with_a_gap_wait_and_then_come_to_the_same(fresh: Fresh) {
        let (hall, class, mut laptop) = after_class(fresh).await;
        let bank = &hall.bank;
        for n in 1..=6 {
            let (_, who) = bank.learner("王桂英", n, Some("330182001")).await;
            laptop.writes(at(48), &came(class, who.uuid()));
        }
        let last = hands_over(bank, &laptop.pack(5, 6)).await.unwrap();
        assert_eq!((states(&last), last.gaps.clone()), (vec![State::Waits; 2], vec![(1, 4)]));
        let first = hands_over(bank, &laptop.pack(1, 2)).await.unwrap();
        assert_eq!((states(&first), first.gaps.clone()), (vec![State::Accepted; 2], vec![(3, 4)]));
        assert_eq!(attended(bank).await, 2);
        let page = hall.li.opens("/staff/hall/packs").await;
        assert!(page.body.contains("缺第 3 到 4 条"), "{}", page.body);
        // The middle comes with rows that are known already.
        let middle = hands_over(bank, &laptop.pack(2, 4)).await.unwrap();
        assert_eq!((states(&middle), middle.fresh, middle.gaps.len()), (vec![State::Accepted; 3], 2, 0));
        assert_eq!(attended(bank).await, 6);
        assert!(!hall.li.opens("/staff/hall/packs").await.body.contains("缺第"));
        hall.bank.close().await;
    }

    async fn a_row_changed_on_the_way_is_named_and_nothing_of_its_pack_is_kept(fresh: Fresh) {
        let (hall, class, mut laptop) = after_class(fresh).await;
        let bank = &hall.bank;
        for n in 1..=4 {
            let (_, who) = bank.learner("王桂英", n, Some("330182001")).await;
            laptop.writes(at(48), &came(class, who.uuid()));
        }
        let good = laptop.whole();
        let changed = good.replace(&laptop.entries[2].made_at.ms().to_string(), "1");
        // All four were written in the same instant: change the third alone.
        let mut parts = good.splitn(2, "\"seq\":3");
        let (head, tail) = (parts.next().unwrap(), parts.next().unwrap());
        let one = format!("{head}\"seq\":3{}", tail.replacen("\"at\":", "\"at\":1", 1));
        assert_ne!(changed, good);
        let found = hands_over(bank, &one).await;
        assert!(matches!(found, Err(Error::NoPack(hall::Broken::Changed(3)))), "{found:?}");
        assert_eq!((attended(bank).await, claim::Entity::find().count(bank.fresh.db.read()).await.unwrap()), (0, 0));
        // On the page too, with the row; and what was not changed is taken all the same.
        let form = hall.li.opens("/staff/hall/packs").await;
        let bad = hall.li.sends_file(&form, "/staff/hall/packs", &[], "a.pack", one.into_bytes()).await;
        assert!(bad.status == 422 && bad.body.contains("第 3 条被改过"), "{} {}", bad.status, bad.body);
        let fine = hall.li.sends_file(&form, "/staff/hall/packs", &[], "a.pack", good.into_bytes()).await;
        let to = fine.location.unwrap_or_else(|| panic!("{} {}", fine.status, fine.body));
        let page = hall.li.opens(&to).await;
        assert!(page.status == 200 && page.body.matches("记上了").count() == 4, "{}", page.body);
        let packs = claim_pack::Entity::find().all(bank.fresh.db.read()).await.unwrap();
        let mut kept: Vec<(&str, Option<i64>)> = packs.iter().map(|pack| (pack.state.as_str(), pack.row_seq)).collect();
        kept.sort_unstable();
        assert_eq!(kept, [("broken", Some(3)), ("whole", None)]);
        hall.bank.close().await;
    }

    async fn a_device_that_tells_another_story_than_before_is_not_believed(fresh: Fresh) {
        let (hall, class, mut laptop) = after_class(fresh).await;
        let bank = &hall.bank;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182001")).await;
        laptop.writes(at(48), &came(class, wang.uuid()));
        hands_over(bank, &laptop.whole()).await.unwrap();
        let before = std::mem::take(&mut laptop.entries);
        laptop.writes(at(48), &came(class, liu.uuid()));
        laptop.writes(at(48), &came(class, wang.uuid()));
        let receipt = hands_over(bank, &laptop.whole()).await.unwrap();
        assert_eq!((receipt.forked, receipt.lines.len(), attended(bank).await), (Some(1), 0, 1));
        // A later stretch that goes on from the other story does not fit either.
        let receipt = hands_over(bank, &laptop.pack(2, 2)).await.unwrap();
        assert_eq!(whys(&receipt), [Some(Why::Chain)]);
        laptop.entries = before;
        assert_eq!(states(&hands_over(bank, &laptop.whole()).await.unwrap()), [State::Accepted]);
        let (path, form) = (format!("/staff/hall/look/{}/2", laptop.id), hall.li.opens("/staff/hall/look").await);
        assert!(form.body.contains("接不上") && !form.body.contains("value=\"count\""), "{}", form.body);
        let counted = hall.li.sends(&form, &path, &[("decision", "count")]).await;
        assert_eq!(counted.location.as_deref(), Some("/staff/hall/look?said=still&why=chain"), "nobody's word mends a chain");
        hall.bank.close().await;
    }

    async fn a_clock_a_year_ahead_or_400_days_behind_waits_for_a_person_with_both_times(fresh: Fresh) {
        let (hall, class, mut laptop) = after_class(fresh).await;
        let bank = &hall.bank;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182001")).await;
        laptop.writes(at(48 + 24 * 365), &came(class, wang.uuid()));
        laptop.writes(at(48 - 24 * 400), &came(class, liu.uuid()));
        let receipt = hands_over(bank, &laptop.whole()).await.unwrap();
        assert_eq!(whys(&receipt), [Some(Why::ClockAhead), Some(Why::ClockBehind)]);
        assert_eq!(attended(bank).await, 0);
        let look = hall.li.opens("/staff/hall/look").await;
        for words in ["2027-03-04 09:00", "2025-01-28 09:00", "2026-03-04 12:00", "王桂英", "刘建国", "李敏"] {
            assert!(look.body.contains(words), "{words}: {}", look.body);
        }
        let path = |seq: i64| format!("/staff/hall/look/{}/{seq}", laptop.id);
        for _ in 0..2 {
            let done = hall.li.sends(&look, &path(1), &[("decision", "count")]).await;
            assert_eq!(done.location.as_deref(), Some("/staff/hall/look?said=counted"), "{}", done.body);
            let done = hall.li.sends(&look, &path(2), &[("decision", "drop")]).await;
            assert_eq!(done.location.as_deref(), Some("/staff/hall/look?said=dropped"));
        }
        assert_eq!(attended(bank).await, 1);
        let other = hall.li.sends(&look, &path(2), &[("decision", "count")]).await;
        assert_eq!(other.status, 409, "it was decided");
        assert_eq!(hall.li.sends(&look, &path(1), &[("decision", "maybe")]).await.status, 400);
        assert_eq!(hall.li.sends(&look, &path(99), &[("decision", "drop")]).await.status, 404);
        let (far, _) = bank.staff("赵强", Role::Volunteer, "330182002").await;
        let theirs = far.opens("/staff/hall/look").await;
        assert!(!theirs.body.contains("王桂英"));
        let decided = audit_entry::Entity::find().filter(audit_entry::Column::Action.is_in(["hall.count", "hall.drop"]));
        assert_eq!(decided.count(bank.fresh.db.read()).await.unwrap(), 2, "twice is once");
        hall.bank.close().await;
    }

    async fn a_stolen_laptop_is_given_up_and_what_it_hands_over_then_is_looked_at(fresh: Fresh) {
        let (hall, class, mut laptop) = after_class(fresh).await;
        let bank = &hall.bank;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182001")).await;
        laptop.writes(at(48), &came(class, wang.uuid()));
        hands_over(bank, &laptop.whole()).await.unwrap();
        let (far, _) = bank.staff("赵强", Role::Volunteer, "330182002").await;
        let path = format!("/staff/hall/devices/{}/revoke", laptop.id);
        let form = far.opens("/staff/hall/packs").await;
        assert_eq!(far.sends(&form, &path, &[]).await.status, 404);
        let form = hall.li.opens("/staff/hall/packs").await;
        for _ in 0..2 {
            assert_eq!(hall.li.sends(&form, &path, &[]).await.location.as_deref(), Some("/staff/hall/packs?said=revoked"));
        }
        laptop.writes(at(48), &came(class, liu.uuid()));
        // By itself it hands nothing over any more; by the hand of staff it is looked at. What came before stays.
        let send = async |pack: String| {
            let request = bank.visitor().client.post(format!("{}/api/v1/hall/packs", bank.url)).header("content-type", "application/json");
            let answer = request.body(pack).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let (status, body) = send(laptop.whole()).await;
        assert!(status == 422 && body.contains("已经停用"), "{status} {body}");
        let receipt = hands_over(bank, &laptop.whole()).await.unwrap();
        assert_eq!(states(&receipt), [State::Accepted, State::NeedsLook]);
        assert_eq!(whys(&receipt)[1], Some(Why::Revoked));
        assert_eq!(attended(bank).await, 1);
        hall.bank.close().await;
    }

    async fn a_box_hands_over_by_itself_and_strangers_and_nonsense_are_refused(fresh: Fresh) {
        let (hall, class, mut laptop) = after_class(fresh).await;
        let bank = &hall.bank;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        laptop.writes(at(48), &came(class, wang.uuid()));
        let send = async |pack: String| {
            let request = bank.visitor().client.post(format!("{}/api/v1/hall/packs", bank.url)).header("content-type", "application/json");
            let answer = request.body(pack).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let (status, body) = send(laptop.whole()).await;
        let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, answer["fresh"].as_i64(), answer["rows"][0]["state"].as_str()), (200, Some(1), Some("accepted")), "{body}");
        let mut stranger = Laptop { id: DeviceId::fresh(at(0)), key: SigningKey::from_bytes(&[7; 32]), to_bank: ToBank::of(&bank.house.keys), operator: hall.li_id, entries: Vec::new() };
        stranger.writes(at(48), &came(class, wang.uuid()));
        let mut thief = Laptop { id: laptop.id, key: SigningKey::from_bytes(&[8; 32]), to_bank: ToBank::of(&bank.house.keys), operator: hall.li_id, entries: Vec::new() };
        thief.writes(at(48), &came(class, wang.uuid()));
        for (pack, words) in [
            (stranger.whole(), "没有这台设备"),
            (thief.whole(), "不是那台设备自己写的"),
            ("{}".to_owned(), "不是活动室的设备写的"),
            (String::new(), "不是活动室的设备写的"),
        ] {
            let (status, body) = send(pack).await;
            assert!(status == 422 && body.contains(words), "{words}: {status} {body}");
        }
        assert_eq!(send(" ".repeat(hall::MOST_BYTES + 1)).await.0, 413);
        let form = hall.li.opens("/staff/hall/packs").await;
        for (file, words) in [(Vec::new(), "还没有选文件"), (b"PK\x03\x04".to_vec(), "不是活动室的设备写的")] {
            let bad = hall.li.sends_file(&form, "/staff/hall/packs", &[], "a.pack", file).await;
            assert!(bad.status == 422 && bad.body.contains(words), "{words}: {} {}", bad.status, bad.body);
        }
        hall.bank.close().await;
    }

    async fn whoever_is_said_to_be_in_two_sessions_at_once_waits_for_a_person_and_what_follows_goes_on(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = id_of(&hall.plans(&[]).await);
        let other = id_of(&hall.plans(&[("from", "10:00"), ("to", "12:00")]).await);
        let (_, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = hall.bank.learner("刘建国", 2, Some("330182001")).await;
        let mut laptop = Laptop::of(&hall.bank, hall.li_id).await;
        hall.turns_to(60).await;
        for (class, who) in [(class, wang), (other, wang), (other, liu)] {
            laptop.writes(at(49), &came(class, who.uuid()));
        }
        let receipt = hands_over(&hall.bank, &laptop.whole()).await.unwrap();
        assert_eq!(states(&receipt), [State::Accepted, State::NeedsLook, State::Accepted]);
        assert_eq!(whys(&receipt)[1], Some(Why::Elsewhere));
        hall.bank.close().await;
    }

    async fn a_claim_counts_by_the_rules_of_the_bank_and_says_why_it_does_not(fresh: Fresh) {
        let (hall, class, mut laptop) = after_class(fresh).await;
        let bank = &hall.bank;
        let elsewhere = crate::classes::point(bank, "柳湾服务点", "330182002").await;
        let (zhao, zhao_id) = bank.staff("赵强", Role::Volunteer, "330182002").await;
        let theirs = hall.fields(&[("point", &elsewhere.to_string()), ("teacher", &zhao_id.to_string()), ("day", "2026-03-05")]);
        let theirs = id_of(&sends(&zhao, "/staff/classes/add", "/staff/classes/add", &theirs).await.location.unwrap().replace("?said=planned", ""));
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, far) = bank.learner("远处的人", 2, Some("330182002")).await;
        let other = Laptop::of(bank, hall.li_id).await;
        let test = gives_sheet(bank, wang, other.id).await;
        let cases = [
            (came(class, LearnerId::fresh(at(1)).uuid()), 48, Why::NoPerson),
            (came(class, far.uuid()), 48, Why::NoPerson),
            (came(theirs, wang.uuid()), 72, Why::NoClass),
            (came(ClassId::fresh(at(1)), wang.uuid()), 48, Why::NoClass),
            (came(class, wang.uuid()), 40, Why::OtherTime),
            (came(class, hall.li_id.uuid()), 48, Why::OnePerson),
            (Body::Witnessed(Witnessed { class, person: wang.uuid() }), 48, Why::NotThere),
            (answers(bank, wang, test, 10).await, 48, Why::NoSheet),
            (Body::Enrolled(Enrolled { place: "33018".to_owned(), fields: Vec::new() }), 48, Why::NotSo),
            (enrolled("王桂英"), 48, Why::Alike),
        ];
        for (body, hours, _) in &cases {
            laptop.writes(at(*hours), body);
        }
        let receipt = hands_over(bank, &laptop.whole()).await.unwrap();
        let expected: Vec<Option<Why>> = cases.iter().map(|(.., why)| Some(*why)).collect();
        assert_eq!(whys(&receipt), expected);
        assert_eq!((attended(bank).await, credit(bank, wang).await), (0, 0));
        // Whoever lost their role takes nothing down any more.
        let form = bank.staff("管理", Role::Administrator, "330182").await.0;
        let page = form.opens(&format!("/staff/people/{}", hall.li_id)).await;
        let role = entity::role::Entity::find().filter(entity::role::Column::LearnerId.eq(hall.li_id.uuid()));
        let role = role.one(bank.fresh.db.read()).await.unwrap().unwrap();
        assert_eq!(form.sends(&page, &format!("/staff/people/{}/roles/{}/end", hall.li_id, role.id), &[]).await.status, 303);
        laptop.writes(at(48), &came(class, wang.uuid()));
        let receipt = hands_over(bank, &laptop.pack(11, 11)).await.unwrap();
        assert_eq!(whys(&receipt), [Some(Why::Operator)]);
        hall.bank.close().await;
    }

    async fn a_phone_hands_over_for_its_owner_alone_and_is_answered_row_by_row(fresh: Fresh) {
        let (hall, class, _) = after_class(fresh).await;
        let bank = &hall.bank;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let device = DeviceId::fresh(at(40));
        let mut entry = Entry {
            seq: 1,
            id: ClaimId::fresh(at(48)),
            kind: hall::Kind::Attendance,
            made_at: at(48),
            operator: hall.li_id,
            prev: hall::genesis(device),
            body: came(class, wang.uuid()).to_json(),
        };
        let pack = |entry: &Entry| Pack::of(device, (PackId::fresh(at(50)), at(50)), vec![entry.clone()], None).unwrap().to_json();
        let form = hall.li.opens("/staff/hall/packs").await;
        for fresh in [1, 0] {
            let done = hall.li.sends(&form, "/staff/hall/queue", &[("pack", &pack(&entry))]).await;
            let answer: serde_json::Value = serde_json::from_str(&done.body).unwrap_or_else(|_| panic!("{} {}", done.status, done.body));
            assert_eq!((answer["rows"][0]["state"].as_str(), answer["fresh"].as_i64()), (Some("accepted"), Some(fresh)), "{answer}");
        }
        assert_eq!(attended(bank).await, 1);
        // Somebody else's phone is nobody's.
        let (zhou, _) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let form = zhou.opens("/staff/hall/packs").await;
        assert_eq!(zhou.sends(&form, "/staff/hall/queue", &[("pack", &pack(&entry))]).await.status, 403);
        let brought = zhou.sends_file(&form, "/staff/hall/packs", &[], "a.pack", pack(&entry).into_bytes()).await;
        assert_eq!(brought.status, 403);
        let bad = zhou.sends(&form, "/staff/hall/queue", &[("pack", "[]")]).await;
        assert!(bad.status == 422 && bad.body.contains("refused"), "{} {}", bad.status, bad.body);
        // Nor may it speak for another.
        entry = Entry { operator: zhou_of(bank).await, seq: 2, id: ClaimId::fresh(at(49)), prev: entry.hash(device), ..entry };
        let form = hall.li.opens("/staff/hall/packs").await;
        let done = hall.li.sends(&form, "/staff/hall/queue", &[("pack", &pack(&entry))]).await;
        assert!(done.body.contains("\"why\":\"operator\""), "{}", done.body);
        hall.bank.close().await;
    }
}

async fn zhou_of(bank: &Bank) -> LearnerId {
    bank.staff("周兰", Role::Volunteer, "330182001").await.1
}

/// A claim that waits for a person, of a box of 青石镇: its device, and the pack that it came in.
pub async fn doubtful(bank: &Bank, operator: LearnerId) -> (Device, PackId) {
    let mut laptop = Laptop::of(bank, operator).await;
    laptop.writes(bank.clock.now(), &came(ClassId::fresh(at(1)), operator.uuid()));
    let receipt = hands_over(bank, &laptop.whole()).await.unwrap();
    let scope = credit_bank::identity::load_scope(bank.fresh.db.read(), operator).await.unwrap();
    let device = hall::devices_of(bank.fresh.db.read(), &scope, None, (0, 50))
        .await
        .unwrap()
        .0
        .into_iter()
        .find(|one| one.id == laptop.id);
    (device.unwrap(), receipt.pack)
}
