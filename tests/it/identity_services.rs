//! Identity below the pages: doors, limits, people, staff, forgetting, on both databases.

use credit_bank::config::Keys;
use credit_bank::i18n::Lang;
use credit_bank::identity::{
    self, BirthYear, CardSignIn, CardTry, CodeRequest, CodeSent, ConsentWay, Error, Grant, Login, NewPerson, Origin, PersonName,
    Phone, Pin, Registered, Role, Secret, SignIn, SmsSignIn, StaffScope,
};
use credit_bank::kernel::{Acting, CardNumber, Group, IdentityLevel, LearnerId};
use credit_bank::outbox::{Mailbox, Postman};
use credit_bank::places::{self, NewOrganisation, OrganisationKind, PlaceCode};
use credit_bank::{audit, jobs};

use crate::support::databases::Fresh;
use crate::support::people::sender;

fn phone(tail: u32) -> Phone {
    Phone::parse(&format!("138{tail:08}")).unwrap()
}

fn at(address: &str) -> Origin {
    Origin { address: Some(address.parse().unwrap()), ..Origin::default() }
}

fn person(name: &str, phone: Option<Phone>, place: Option<&str>) -> NewPerson {
    NewPerson {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::from_value(1951),
        phone,
        place_code: place.map(str::to_owned),
        groups: vec![Group::Elder],
        font: "large",
        lang: Lang::Chinese,
        identity_level: IdentityLevel::KNOWN,
        consent: Some(ConsentWay::Screen),
        by: None,
        is_sample: false,
    }
}

async fn register(fresh: &Fresh, keys: &Keys, new: NewPerson) -> Registered {
    let keys = keys.clone();
    fresh.db.write::<_, Error, _>(async move |tx| identity::register(tx, &keys, &new).await).await.unwrap()
}

fn acting(learner: LearnerId) -> Acting {
    Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN }
}

async fn card_try(fresh: &Fresh, keys: &Keys, origin: &Origin, card: &CardNumber, pin: &str) -> SignIn {
    match card_and_year_try(fresh, keys, origin, card, (pin, None)).await {
        CardSignIn::Ended(ended) => ended,
        asks => panic!("{asks:?}"),
    }
}

async fn card_and_year_try(
    fresh: &Fresh,
    keys: &Keys,
    origin: &Origin,
    card: &CardNumber,
    (pin, year): (&str, Option<i64>),
) -> CardSignIn {
    let year = year.and_then(BirthYear::from_value);
    let shown = CardTry { card: card.clone(), pin: Pin::parse(pin).unwrap(), year };
    let (keys, origin) = (keys.clone(), origin.clone());
    let work = async move |tx: &credit_bank::db::Tx| {
        identity::sign_in_by_card(tx, &keys, &origin, &shown, (&Secret::fresh(), None)).await
    };
    fresh.db.write::<_, Error, _>(work).await.unwrap()
}

async fn with_card(fresh: &Fresh, keys: &Keys) -> (LearnerId, CardNumber) {
    let Registered::New { learner, card } = register(fresh, keys, person("王桂英", Some(phone(1)), None)).await else {
        panic!("known")
    };
    let keys = keys.clone();
    let pin = Pin::parse("2580").unwrap();
    fresh
        .db
        .write::<_, Error, _>(async move |tx| identity::set_pin(tx, &keys, &acting(learner), None, &pin).await)
        .await
        .unwrap();
    (learner, card)
}

async fn ask(fresh: &Fresh, keys: &Keys, origin: &Origin, flow: &Secret, phone: &Phone) -> CodeSent {
    let (keys, origin, flow, phone) = (keys.clone(), origin.clone(), flow.clone(), phone.clone());
    fresh
        .db
        .write::<_, Error, _>(async move |tx| {
            let purpose = identity::CodePurpose::SignIn;
            let request =
                CodeRequest { origin: &origin, flow: &flow, phone: &phone, purpose, lang: Lang::Chinese, sms_per_day: 1_000 };
            identity::send_code(tx, &keys, request).await
        })
        .await
        .unwrap()
}

async fn code_for(fresh: &Fresh, keys: &Keys, phone: &Phone) -> String {
    let mailbox = Mailbox::default();
    let gateway = std::sync::Arc::new(mailbox.clone());
    let postman = Postman::with(fresh.db.clone(), keys.clone(), 1_000, gateway.clone(), gateway);
    postman.deliver_due().await.unwrap();
    mailbox.newest_to(phone.as_str()).unwrap().params[0].1.clone()
}

async fn enter(fresh: &Fresh, keys: &Keys, origin: &Origin, flow: &Secret, code: &str) -> SmsSignIn {
    let (keys, origin, flow, code) = (keys.clone(), origin.clone(), flow.clone(), code.to_owned());
    fresh
        .db
        .write::<_, Error, _>(async move |tx| identity::sign_in_by_sms(tx, &keys, &origin, &flow, &code, None).await)
        .await
        .unwrap()
}

fn other_than(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

async fn small_tree(fresh: &Fresh) {
    use std::io::Write;
    let csv = "code,parent,name\n33,,浙江省\n3301,33,杭州市\n330182,3301,建德市\n330182001,330182,新安江街道\n330182002,330182,洋溪街道\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(csv.as_bytes()).unwrap();
    places::import(&fresh.db, "test", "1", &gzip.finish().unwrap()).await.unwrap();
}

async fn administrator(fresh: &Fresh, keys: &Keys) -> (LearnerId, StaffScope) {
    let first = keys.clone();
    let link =
        fresh.db.write::<_, Error, _>(async move |tx| identity::first_administrator(tx, &first).await).await.unwrap().unwrap();
    (link.learner, identity::load_scope(fresh.db.read(), link.learner).await.unwrap())
}

crate::on_both! {
    async fn a_person_registers_once_per_phone_and_is_kept_sealed(fresh: Fresh) {
        let keys = Keys::fresh();
        let first = register(&fresh, &keys, person("买买提·吐尔逊", Some(phone(1)), None)).await;
        let again = register(&fresh, &keys, person("别人", Some(phone(1)), None)).await;
        assert_eq!(again, Registered::Known(first.learner()));
        let profile = identity::profile(fresh.db.read(), &keys, first.learner()).await.unwrap();
        assert_eq!((profile.name.as_str(), profile.phone, profile.birth_year), ("买买提·吐尔逊", Some(phone(1)), Some(1951)));
        assert_eq!((profile.groups, profile.has_pin), (vec![Group::Elder], false));
        let row = <entity::person::Entity as sea_orm::EntityTrait>::find_by_id(first.learner().uuid()).one(fresh.db.read()).await.unwrap().unwrap();
        let sealed = [row.name_sealed.unwrap(), row.phone_sealed.unwrap()].concat();
        assert!(!sealed.windows(5).any(|bytes| bytes == b"13800") && !sealed.windows(6).any(|bytes| bytes == "买买".as_bytes()));
    }

    async fn twenty_who_register_one_phone_at_once_get_one_account(fresh: Fresh) {
        let keys = Keys::fresh();
        let all = (0..20).map(|_| {
            let keys = keys.clone();
            fresh.db.write::<_, Error, _>(async move |tx| identity::register(tx, &keys, &person("王桂英", Some(phone(7)), None)).await)
        });
        let outcomes = futures_util::future::join_all(all).await;
        let new = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Registered::New { .. }))).count();
        assert_eq!(new, 1);
    }

    async fn a_code_opens_the_door_once_and_its_double_tap_is_the_same_session(fresh: Fresh) {
        let keys = Keys::fresh();
        let learner = register(&fresh, &keys, person("王桂英", Some(phone(1)), None)).await.learner();
        let (flow, home) = (Secret::fresh(), at("10.0.0.1"));
        assert_eq!(ask(&fresh, &keys, &home, &flow, &phone(1)).await, CodeSent::Sent);
        let code = code_for(&fresh, &keys, &phone(1)).await;
        let first = enter(&fresh, &keys, &home, &flow, &code).await;
        let second = enter(&fresh, &keys, &home, &flow, &code).await;
        let (SmsSignIn::Ended(SignIn::In { session: a, learner: who }), SmsSignIn::Ended(SignIn::In { session: b, .. })) = (&first, &second)
            else { panic!("{first:?} {second:?}") };
        assert_eq!((a, *who), (b, learner));
        assert_eq!(identity::list_sessions(fresh.db.read(), learner, fresh.clock.now()).await.unwrap().len(), 1);
        let token = identity::session_token(&keys, &flow);
        let session = identity::find_session(fresh.db.read(), &keys, &token, fresh.clock.now()).await.unwrap().unwrap();
        assert_eq!((session.name.as_str(), session.groups.clone()), ("王桂英", vec![Group::Elder]));
        assert_eq!(session.standing(2026).age_band, Some("70-79"));
        fresh.clock.turn_ms(61_000);
        assert!(matches!(enter(&fresh, &keys, &home, &flow, &code).await, SmsSignIn::Stale));
    }

    async fn a_code_has_five_tries_and_ten_minutes(fresh: Fresh) {
        let keys = Keys::fresh();
        register(&fresh, &keys, person("王桂英", Some(phone(1)), None)).await;
        let (flow, home) = (Secret::fresh(), at("10.0.0.1"));
        ask(&fresh, &keys, &home, &flow, &phone(1)).await;
        let code = code_for(&fresh, &keys, &phone(1)).await;
        for _ in 0..4 {
            assert!(matches!(enter(&fresh, &keys, &home, &flow, &other_than(&code)).await, SmsSignIn::Ended(SignIn::Wrong)));
        }
        assert!(matches!(enter(&fresh, &keys, &home, &flow, &other_than(&code)).await, SmsSignIn::Stale));
        assert!(matches!(enter(&fresh, &keys, &home, &flow, &code).await, SmsSignIn::Stale));
        let late = Secret::fresh();
        fresh.clock.turn_ms(60_000);
        ask(&fresh, &keys, &home, &late, &phone(1)).await;
        let code = code_for(&fresh, &keys, &phone(1)).await;
        fresh.clock.turn_ms(10 * 60_000);
        assert!(matches!(enter(&fresh, &keys, &home, &late, &code).await, SmsSignIn::Stale));
    }

    async fn the_owner_gets_in_while_a_stranger_guesses_at_the_same_phone(fresh: Fresh) {
        let keys = Keys::fresh();
        register(&fresh, &keys, person("王桂英", Some(phone(1)), None)).await;
        let (mine, theirs) = (Secret::fresh(), Secret::fresh());
        ask(&fresh, &keys, &at("10.0.0.1"), &mine, &phone(1)).await;
        let code = code_for(&fresh, &keys, &phone(1)).await;
        assert_eq!(ask(&fresh, &keys, &at("6.6.6.6"), &theirs, &phone(1)).await, CodeSent::Sent);
        for guess in 0..10 {
            enter(&fresh, &keys, &at("6.6.6.6"), &theirs, &format!("{guess:06}")).await;
        }
        assert!(matches!(enter(&fresh, &keys, &at("10.0.0.1"), &mine, &code).await, SmsSignIn::Ended(SignIn::In { .. })));
    }

    async fn a_known_device_still_gets_texts_when_strangers_used_up_theirs(fresh: Fresh) {
        let keys = Keys::fresh();
        register(&fresh, &keys, person("王桂英", Some(phone(1)), None)).await;
        let mine = Origin { device: Some(Secret::fresh()), ..at("10.0.0.1") };
        let flow = Secret::fresh();
        ask(&fresh, &keys, &mine, &flow, &phone(1)).await;
        let code = code_for(&fresh, &keys, &phone(1)).await;
        enter(&fresh, &keys, &mine, &flow, &code).await;
        for house in 0..12 {
            fresh.clock.turn_ms(61_000);
            ask(&fresh, &keys, &at(&format!("6.6.6.{house}")), &Secret::fresh(), &phone(1)).await;
        }
        fresh.clock.turn_ms(61_000);
        assert_eq!(ask(&fresh, &keys, &at("10.0.0.9"), &Secret::fresh(), &phone(1)).await, CodeSent::NotToday);
        assert_eq!(ask(&fresh, &keys, &mine, &Secret::fresh(), &phone(1)).await, CodeSent::Sent);
    }

    async fn a_second_text_says_the_same_and_waits_a_minute(fresh: Fresh) {
        let keys = Keys::fresh();
        let (flow, home) = (Secret::fresh(), at("10.0.0.1"));
        assert_eq!(ask(&fresh, &keys, &home, &flow, &phone(3)).await, CodeSent::Sent);
        let first = code_for(&fresh, &keys, &phone(3)).await;
        assert_eq!(ask(&fresh, &keys, &home, &flow, &phone(3)).await, CodeSent::Wait(60));
        fresh.clock.turn_ms(60_000);
        assert_eq!(ask(&fresh, &keys, &home, &flow, &phone(3)).await, CodeSent::Sent);
        assert_eq!(code_for(&fresh, &keys, &phone(3)).await, first);
        assert!(matches!(enter(&fresh, &keys, &home, &flow, &first).await, SmsSignIn::Unregistered));
    }

    async fn a_pin_tried_five_times_rests_for_that_source_only(fresh: Fresh) {
        let keys = Keys::fresh();
        let (_, card) = with_card(&fresh, &keys).await;
        let stranger = at("6.6.6.6");
        for _ in 0..4 {
            assert_eq!(card_try(&fresh, &keys, &stranger, &card, "9999").await, SignIn::Wrong);
        }
        assert_eq!(card_try(&fresh, &keys, &stranger, &card, "9999").await, SignIn::Rest(900));
        assert_eq!(card_try(&fresh, &keys, &stranger, &card, "2580").await, SignIn::Rest(900));
        assert!(matches!(card_try(&fresh, &keys, &at("10.0.0.1"), &card, "2580").await, SignIn::In { .. }));
        fresh.clock.turn_ms(15 * 60_000);
        assert!(matches!(card_try(&fresh, &keys, &stranger, &card, "2580").await, SignIn::In { .. }));
    }

    async fn a_known_device_behind_the_stranger_s_address_gets_in(fresh: Fresh) {
        let keys = Keys::fresh();
        let (_, card) = with_card(&fresh, &keys).await;
        let mine = Origin { device: Some(Secret::fresh()), ..at("10.0.0.1") };
        assert!(matches!(card_try(&fresh, &keys, &mine, &card, "2580").await, SignIn::In { .. }));
        for _ in 0..5 {
            card_try(&fresh, &keys, &at("10.0.0.1"), &card, "9999").await;
        }
        assert!(matches!(card_try(&fresh, &keys, &mine, &card, "2580").await, SignIn::In { .. }));
    }

    async fn a_card_that_nobody_has_is_answered_like_a_wrong_pin(fresh: Fresh) {
        let keys = Keys::fresh();
        let (_, card) = with_card(&fresh, &keys).await;
        let nobody = CardNumber::from_body(123_456_789);
        assert_ne!(card, nobody);
        for _ in 0..5 {
            let (real, none) = (card_try(&fresh, &keys, &at("6.6.6.6"), &card, "9999").await, card_try(&fresh, &keys, &at("6.6.6.6"), &nobody, "9999").await);
            assert_eq!(real, none);
        }
    }

    async fn a_hundred_guesses_at_once_are_five_tries(fresh: Fresh) {
        let keys = Keys::fresh();
        let (_, card) = with_card(&fresh, &keys).await;
        let stranger = at("6.6.6.6");
        let guesses: Vec<String> = (0..40).map(|guess| format!("{:04}", 2_560 + guess)).collect();
        let tries = guesses.iter().map(|pin| card_try(&fresh, &keys, &stranger, &card, pin));
        let outcomes = futures_util::future::join_all(tries).await;
        let wrong = outcomes.iter().filter(|outcome| matches!(outcome, SignIn::Wrong)).count();
        assert!(wrong <= 4, "{wrong}");
    }

    async fn somebody_who_leaves_is_forgotten_and_cannot_come_back_in(fresh: Fresh) {
        let keys = Keys::fresh();
        let (learner, card) = with_card(&fresh, &keys).await;
        let me = acting(learner);
        let token = Secret::fresh();
        let (k, t) = (keys.clone(), token.clone());
        fresh.db.write::<_, Error, _>(async move |tx| {
            identity::open_session(tx, identity::Opening { learner, assurance: identity::Assurance::Sms, origin: &at("10.0.0.1"), token: &t, replaces: None }).await?;
            Ok(())
        }).await.unwrap();
        for _ in 0..2 {
            let k = k.clone();
            fresh.db.write::<_, Error, _>(async move |tx| identity::forget(tx, &k, &me).await).await.unwrap();
        }
        assert!(matches!(identity::profile(fresh.db.read(), &keys, learner).await, Err(Error::NoSuchPerson)));
        assert!(matches!(identity::person_key(fresh.db.read(), &keys, learner).await, Err(Error::NoSuchPerson)));
        assert!(identity::find_session(fresh.db.read(), &keys, &token, fresh.clock.now()).await.unwrap().is_none());
        assert_eq!(card_try(&fresh, &keys, &at("10.0.0.1"), &card, "2580").await, SignIn::Wrong);
        let back = register(&fresh, &keys, person("王桂英", Some(phone(1)), None)).await;
        assert_ne!(back.learner(), learner);
    }

    async fn the_export_tells_everything_and_no_secret(fresh: Fresh) {
        let keys = Keys::fresh();
        let (learner, card) = with_card(&fresh, &keys).await;
        let export = identity::export(fresh.db.read(), &keys, learner, fresh.clock.now()).await.unwrap();
        assert_eq!((&export["name"], &export["phone"]), (&"王桂英".into(), &phone(1).as_str().into()));
        assert_eq!(export["card_number"], card.as_str());
        assert_eq!(export["consents"][0]["version"], identity::CONSENT_VERSION);
        assert_eq!((&export["card_has_pin"], &export["card_has_pictures"]), (&true.into(), &false.into()));
        let all = export.to_string();
        assert!(["\"2580\"", "_mac", "token"].iter().all(|secret| !all.contains(secret)), "{all}");
    }

    async fn the_tree_of_places_is_loaded_once_and_read_by_path(fresh: Fresh) {
        small_tree(&fresh).await;
        small_tree(&fresh).await;
        let path = places::list_path(fresh.db.read(), "330182001").await.unwrap();
        assert_eq!(places::full_name(&path), "浙江省杭州市建德市新安江街道");
        assert_eq!(places::list_children(fresh.db.read(), Some("330182")).await.unwrap().len(), 2);
        assert_eq!(places::list_children(fresh.db.read(), None).await.unwrap()[0].name, "浙江省");
        let within = PlaceCode::parse("3301").unwrap();
        assert_eq!(places::search(fresh.db.read(), "街道", &within, 10).await.unwrap().len(), 2);
        assert!(places::search(fresh.db.read(), "街道", &PlaceCode::parse("11").unwrap(), 10).await.unwrap().is_empty());
    }

    async fn an_organisation_is_added_once_and_listed_in_its_area(fresh: Fresh) {
        small_tree(&fresh).await;
        let new = |place: &str| NewOrganisation {
            kind: OrganisationKind::ServicePoint, name: "便民服务站".to_owned(), place_code: place.to_owned(),
            line: None, address: None, phone: None, opening_hours: None, is_sample: false,
        };
        let (one, two, nowhere) = (new("330182001"), new("330182001"), new("99"));
        let first = fresh.db.write(async move |tx| places::add_organisation(tx, &one).await).await.unwrap();
        let again = fresh.db.write(async move |tx| places::add_organisation(tx, &two).await).await.unwrap();
        assert_eq!(first, again);
        let refused = fresh.db.write(async move |tx| places::add_organisation(tx, &nowhere).await).await;
        assert!(matches!(refused, Err(places::Error::UnknownPlace)));
        let areas = |code: &str| vec![PlaceCode::parse(code).unwrap()];
        assert_eq!(places::list_organisations(fresh.db.read(), &areas("3301"), 10).await.unwrap().len(), 1);
        assert!(places::list_organisations(fresh.db.read(), &areas("330182002"), 10).await.unwrap().is_empty());
        assert!(places::list_organisations(fresh.db.read(), &[], 10).await.unwrap().is_empty());
    }

    async fn staff_find_people_of_their_area_only_and_the_person_sees_it(fresh: Fresh) {
        let keys = Keys::fresh();
        small_tree(&fresh).await;
        let (_, admin) = administrator(&fresh, &keys).await;
        let here = register(&fresh, &keys, person("王桂英", Some(phone(1)), Some("330182001"))).await.learner();
        register(&fresh, &keys, person("李敏", Some(phone(2)), Some("330182002"))).await;
        let grant = Grant { role: Role::Volunteer, organisation: None, area: PlaceCode::parse("330182001").unwrap(), line: None };
        let k = keys.clone();
        let (a, volunteer) = (admin.actor(), identity::NewStaff {
            person: identity::StaffPerson::Named(PersonName::parse("赵强").unwrap()),
            login: Login::parse("zhao").unwrap(), grant, by: Some(admin.actor()), is_sample: false,
        });
        let link = fresh.db.write::<_, Error, _>(async move |tx| identity::add_staff(tx, &k, &volunteer, &Secret::fresh(), &sender()).await).await.unwrap();
        assert_ne!(link.learner, a);
        let scope = identity::load_scope(fresh.db.read(), link.learner).await.unwrap();
        let k = keys.clone();
        let found = fresh.db.write::<_, Error, _>(async move |tx| {
            Ok((identity::find_by_phone(tx, &k, &scope, &phone(1)).await?, identity::find_by_phone(tx, &k, &scope, &phone(2)).await?, identity::find_by_phone(tx, &k, &scope, &phone(9)).await?))
        }).await.unwrap();
        assert_eq!(found.0.map(|found| found.profile.name), Some("王桂英".to_owned()));
        assert!(found.1.is_none() && found.2.is_none());
        let log = audit::list_access(fresh.db.read(), here, 10).await.unwrap();
        assert_eq!((log.len(), log[0].actor, log[0].actor_role.as_str(), log[0].what.as_str()), (1, link.learner, "volunteer", "find_by_phone"));
    }

    async fn the_first_administrator_gets_a_link_until_a_password_is_set(fresh: Fresh) {
        let keys = Keys::fresh();
        let link = async || {
            let keys = keys.clone();
            fresh.db.write::<_, Error, _>(async move |tx| identity::first_administrator(tx, &keys).await).await.unwrap()
        };
        let (first, second) = (link().await.unwrap(), link().await.unwrap());
        let now = fresh.clock.now();
        assert!(matches!(identity::setup_secrets(fresh.db.read(), &keys, &first.token, now, "学分银行").await, Err(Error::LinkUsedUp)));
        let shown = identity::setup_secrets(fresh.db.read(), &keys, &second.token, now, "学分银行").await.unwrap();
        assert_eq!(shown.login, "admin");
        let secret = base32(&shown.code.text);
        let code = identity::code_at(&secret, now).unwrap();
        let (k, token) = (keys.clone(), second.token.clone());
        let used = async move |code: String| {
            let (k, token) = (k.clone(), token.clone());
            fresh.db.write::<_, Error, _>(async move |tx| identity::use_setup_link(tx, &k, &token, ("$argon2id$x", &code), "12345").await).await
        };
        assert!(matches!(used(other_than(&code)).await, Err(Error::SecondFactorWrong)));
        assert!(used(code.clone()).await.is_ok());
        assert!(matches!(used(code).await, Err(Error::LinkUsedUp)));
    }

    async fn a_job_asked_for_twice_runs_once_and_a_failing_one_comes_again(fresh: Fresh) {
        use std::sync::atomic::{AtomicU32, Ordering};
        let runs = std::sync::Arc::new(AtomicU32::new(0));
        for _ in 0..2 {
            fresh.db.write::<_, credit_bank::db::DbFault, _>(async |tx| {
                jobs::schedule(tx, "test.fails_once", "one", tx.now, &serde_json::json!({ "n": 1 })).await?;
                Ok(())
            }).await.unwrap();
        }
        let handler: jobs::Handler = std::sync::Arc::new(move |_, payload| {
            let run = runs.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move {
                assert_eq!(payload["n"], 1);
                if run == 0 { Err("kaputt".to_owned()) } else { Ok(jobs::Next::Done) }
            })
        });
        let runner = jobs::Runner::new(fresh.db.clone()).with("test.fails_once", handler);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        assert_eq!(runner.run_due().await.unwrap(), 0);
        let waiting = jobs::list_waiting(fresh.db.read(), 9).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].attempts, waiting[0].last_error.as_deref()), (1, 1, Some("kaputt")));
        fresh.clock.turn_ms(10_000);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        assert!(jobs::list_waiting(fresh.db.read(), 9).await.unwrap().is_empty());
    }

    async fn the_clean_up_takes_what_is_over_and_leaves_what_is_not(fresh: Fresh) {
        let keys = Keys::fresh();
        let (_, card) = with_card(&fresh, &keys).await;
        ask(&fresh, &keys, &at("10.0.0.1"), &Secret::fresh(), &phone(1)).await;
        card_try(&fresh, &keys, &at("10.0.0.1"), &card, "9999").await;
        identity::schedule_upkeep(&fresh.db).await.unwrap();
        identity::schedule_upkeep(&fresh.db).await.unwrap();
        identity::clean_up(&fresh.db).await.unwrap();
        use sea_orm::{EntityTrait, PaginatorTrait};
        let count = async || {
            let codes = entity::sms_challenge::Entity::find().count(fresh.db.read()).await.unwrap();
            codes + entity::sign_in_try::Entity::find().count(fresh.db.read()).await.unwrap()
        };
        assert_eq!(count().await, 3, "a code, the tries of one source and of the day");
        fresh.clock.turn_ms(3 * 86_400_000);
        identity::clean_up(&fresh.db).await.unwrap();
        assert_eq!(count().await, 0);
    }
}

fn base32(text: &str) -> Vec<u8> {
    totp_rs::Secret::try_from_base32(text.replace(' ', "")).unwrap().as_ref().to_vec()
}
