//! 录音: who may take a voice back, publish it, or let it take another's place, also where two do so at once.

use credit_bank::curriculum::{Embedded, Shelf};
use credit_bank::db::Tx;
use credit_bank::identity::Role;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::recordings::{MP3, VORBIS, id_in, presses, read_path, sends, sends_from, source_on};
use crate::support::server::{Answer, Bank, Person};

/// Sends a tone in Cantonese, read by whom the form calls `who`.
async fn sends_of_another(person: &Person, of: &str, who: &str) -> Answer {
    let page = person.opens(&read_path(of)).await;
    sends_from(person, &page, of, "粤语", who, MP3.to_vec()).await
}

crate::on_both! {
    async fn what_is_published_lies_in_the_store_anew_and_a_sweep_that_had_begun_does_not_take_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (administrator, learner) = bank.staff("李敏", Role::Administrator, "").await;
        let id = id_in(&sends_of_another(&administrator, "T19-c1/3", "machine").await);
        assert_eq!(presses(&administrator, &id, "withdraw").await.status, 303);
        let day = 25 * 3_600_000;
        bank.clock.turn_ms(day);
        let administrator = bank.signed_in(learner, credit_bank::identity::Assurance::PasswordTotp).await;
        let page = administrator.opens(&format!("/staff/recordings/{id}")).await;
        assert!(page.body.contains("<audio") && page.body.contains("发布</button>"), "there is something to listen to first: {}", page.body);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        // The sweep has deleted the row already and comes to the file only now.
        let file = entity::stored_file::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap();
        let digest = credit_bank::kernel::Digest::from_slice(&file.digest).unwrap();
        bank.house.files.store().remove(&digest, bank.clock.now().plus_ms(-day + 1)).unwrap();
        assert!(bank.house.files.get(digest).await.unwrap().is_some());
        bank.close().await;
    }

    async fn of_two_who_let_a_file_go_at_once_the_last_marks_it_unused(fresh: Fresh) {
        use credit_bank::files::{Stored, UsedBy, refer, release};
        for at in 0..20_u8 {
            let file = Stored { digest: credit_bank::kernel::digest_of(&[&[at]]), bytes: 1 };
            let by = |n: u128| UsedBy { kind: "recording", id: uuid::Uuid::from_u128(n) };
            let both = async move |tx: &Tx| {
                refer(tx, &file, by(1)).await?;
                refer(tx, &file, by(2)).await?;
                Ok::<_, credit_bank::db::DbFault>(())
            };
            fresh.db.write(both).await.unwrap();
            let lets_go = async |n: u128| fresh.db.write(async move |tx: &Tx| Ok::<_, credit_bank::db::DbFault>(release(tx, &file.digest, by(n)).await?)).await;
            let (a, b) = tokio::join!(lets_go(1), lets_go(2));
            a.unwrap();
            b.unwrap();
            let row = entity::stored_file::Entity::find_by_id(file.digest.to_vec()).one(fresh.db.read()).await.unwrap().unwrap();
            assert!(row.unused_since_ms.is_some(), "{at}");
        }
    }

    async fn whatever_is_pressed_at_once_one_voice_is_heard_and_none_that_was_taken_back(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (administrator, actor) = bank.staff("李敏", Role::Administrator, "").await;
        let (volunteer, speaker) = bank.staff("周兰", Role::Volunteer, "").await;
        let own = id_in(&sends(&volunteer, "T19-c1/3", "zh-CN", MP3.to_vec()).await).parse().unwrap();
        let page = administrator.opens(&read_path("T19-c1/3")).await;
        let other = id_in(&sends_from(&administrator, &page, "T19-c1/3", "zh-CN", "machine", VORBIS.to_vec()).await).parse().unwrap();
        let words = Shelf::open(&Embedded).unwrap().reading("T19-c1/3").map(|reading| reading.digest());
        let by = credit_bank::recordings::Publisher { actor, areas: vec![credit_bank::places::PlaceCode::parse("").unwrap()] };
        let db = &bank.fresh.db;
        let publishes = async |id| {
            let by = by.clone();
            db.write(async move |tx: &Tx| credit_bank::recordings::publish(tx, id, &by, words).await).await
        };
        for round in 0..15 {
            let (a, b) = tokio::join!(publishes(own), publishes(other));
            a.unwrap_or_else(|error| panic!("{round}: {error:?}"));
            b.unwrap_or_else(|error| panic!("{round}: {error:?}"));
        }
        let takes_back = db.write(async move |tx: &Tx| credit_bank::recordings::withdraw(tx, own, speaker).await);
        let (published, taken) = tokio::join!(publishes(own), takes_back);
        taken.unwrap();
        drop(published);
        let row = entity::recording::Entity::find_by_id(own.uuid()).one(db.read()).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.changed_by), ("withdrawn", Some(speaker.uuid())), "the speaker has the last word");
        bank.close().await;
    }

    async fn whoever_has_no_role_any_more_takes_their_voice_back_under_their_own_data(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (volunteer, learner) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "330182").await;
        let id = id_in(&sends(&volunteer, "T19-c1/2", "zh-CN", MP3.to_vec()).await);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        // An administrator has put it away: that is not the speaker's word yet.
        assert_eq!(presses(&administrator, &id, "withdraw").await.status, 303);
        assert!(volunteer.opens(&format!("/staff/recordings/{id}")).await.body.contains("收回我的声音"));
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        let roles = entity::role::Entity::delete_many().filter(entity::role::Column::LearnerId.eq(learner.uuid()));
        bank.fresh.db.write(async move |tx: &Tx| Ok::<_, credit_bank::db::DbFault>(roles.clone().exec(tx).await.map(|_| ())?)).await.unwrap();
        let zhou = bank.signed_in(learner, credit_bank::identity::Assurance::Sms).await;
        assert_eq!(zhou.opens("/staff/recordings").await.status, 403);
        assert!(zhou.opens("/me").await.body.contains("href=\"/me/voice\""));
        let shown = zhou.opens("/me/voice").await;
        let path = format!("/me/voice/{id}");
        assert!(shown.body.contains(&path) && shown.body.contains("90 天"), "{}", shown.body);
        let (other, _) = bank.learner("王桂英", 1, None).await;
        assert!(!other.opens("/me").await.body.contains("/me/voice"));
        assert_eq!(other.sends(&other.opens("/help").await, &path, &[]).await.status, 404, "another person's");
        for _ in 0..2 {
            assert_eq!(zhou.sends(&shown, &path, &[]).await.location.as_deref(), Some("/me/voice"), "twice is once");
        }
        assert!(!zhou.opens("/me/voice").await.body.contains(&path));
        assert_eq!(source_on(&bank.visitor(), "/courses/T19/c1/2").await, None);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 409);
        bank.close().await;
    }

    async fn another_counties_voice_stays_until_its_own_administrator_takes_it_away(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (near, _) = bank.staff("李敏", Role::Administrator, "330182001").await;
        let (far, _) = bank.staff("吴强", Role::Administrator, "330182002").await;
        let (above, _) = bank.staff("陈芳", Role::Administrator, "330182").await;
        let first = id_in(&sends(&near, "T19-c1/2", "zh-CN", MP3.to_vec()).await);
        assert_eq!(presses(&near, &first, "publish").await.status, 303);
        let heard = source_on(&bank.visitor(), "/courses/T19/c1/2").await;
        let second = id_in(&sends(&far, "T19-c1/2", "zh-CN", VORBIS.to_vec()).await);
        let page = far.opens(&format!("/staff/recordings/{second}")).await.body;
        assert!(page.contains("是别处发布的") && !page.contains("发布</button>"), "{page}");
        let refused = presses(&far, &second, "publish").await;
        assert!(refused.status == 409 && refused.body.contains("是别处发布的"), "{} {}", refused.status, refused.body);
        assert_eq!(source_on(&bank.visitor(), "/courses/T19/c1/2").await, heard);
        // Who administers both is told what goes.
        let page = above.opens(&format!("/staff/recordings/{second}")).await.body;
        assert!(page.contains("现在大家听到的是李敏送来的") && page.contains(&first) && page.contains("发布</button>"), "{page}");
        assert_eq!(presses(&above, &second, "publish").await.status, 303);
        bank.close().await;
    }

    async fn a_voice_that_the_bank_does_not_know_is_taken_back_for_good(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
        let page = administrator.opens(&read_path("T19-c1/2")).await;
        assert!(page.body.contains("谁也不能再发布") && page.body.contains("90 天"), "the sentence says so: {}", page.body);
        let id = id_in(&sends_of_another(&administrator, "T19-c1/2", "other").await);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        assert_eq!(presses(&administrator, &id, "withdraw").await.status, 303);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 409);
        assert_eq!(sends_of_another(&administrator, "T19-c1/2", "other").await.status, 409, "nor is the same sound taken again");
        bank.close().await;
    }

    async fn a_voice_that_was_put_away_stays_its_speakers_whoever_sends_it_again(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
        let (volunteer, speaker) = bank.staff("周兰", Role::Volunteer, "").await;
        let id = id_in(&sends(&volunteer, "T19-c1/2", "粤语", MP3.to_vec()).await);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        // Everybody can hear it, and so have its bytes. An administrator puts it away, or another takes its place.
        let replace = async || {
            let page = administrator.opens(&read_path("T19-c1/2")).await;
            let other = id_in(&sends_from(&administrator, &page, "T19-c1/2", "粤语", "machine", VORBIS.to_vec()).await);
            assert_eq!(presses(&administrator, &other, "publish").await.status, 303);
        };
        for is_replaced in [false, true] {
            if is_replaced {
                replace().await;
            } else {
                assert_eq!(presses(&administrator, &id, "withdraw").await.status, 303);
            }
            for who in ["own", "machine", "other"] {
                assert_eq!(sends_of_another(&administrator, "T19-c1/2", who).await.status, 409, "{is_replaced} {who}");
            }
            let row = entity::recording::Entity::find_by_id(id.parse::<credit_bank::kernel::RecordingId>().unwrap().uuid());
            assert_eq!(row.one(bank.house.db.read()).await.unwrap().unwrap().speaker_id, Some(speaker.uuid()));
            assert_eq!(id_in(&sends(&volunteer, "T19-c1/2", "粤语", MP3.to_vec()).await), id, "the speaker may");
            assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        }
        bank.close().await;
    }

    async fn the_same_sound_sent_anew_is_what_it_is_sent_as_now_and_another_senders_is_told_in_words(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (administrator, learner) = bank.staff("李敏", Role::Administrator, "330182").await;
        let (volunteer, speaker) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let id = id_in(&sends_of_another(&administrator, "T19-c1/2", "machine").await);
        let row = async || entity::recording::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap();
        assert_eq!((row().await.kind.as_str(), row().await.speaker_id), ("synthetic", None));
        assert_eq!(id_in(&sends_of_another(&administrator, "T19-c1/2", "own").await), id);
        assert_eq!((row().await.kind.as_str(), row().await.speaker_id), ("recorded", Some(learner.uuid())));
        let told = sends(&volunteer, "T19-c1/2", "粤语", MP3.to_vec()).await;
        assert!(told.status == 409 && told.body.contains("已经有人送来了"), "{} {}", told.status, told.body);
        // Put away as a machine's, it is the volunteer's own when they send it.
        assert_eq!(id_in(&sends_of_another(&administrator, "T19-c1/2", "machine").await), id);
        assert_eq!(presses(&administrator, &id, "withdraw").await.status, 303);
        assert_eq!(id_in(&sends(&volunteer, "T19-c1/2", "粤语", MP3.to_vec()).await), id);
        let row = row().await;
        assert_eq!((row.speaker_id, row.sent_by, row.place_code.as_str()), (Some(speaker.uuid()), speaker.uuid(), "330182001"));
        bank.close().await;
    }
}
