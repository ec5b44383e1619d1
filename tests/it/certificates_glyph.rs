//! A name with a character that no font has: the certificate is issued whole, no file of it is drawn by half, and the page says what to do instead.

use std::path::Path;
use std::sync::Arc;

use credit_bank::app::runner_of;
use credit_bank::certificates::{self, BatchSaid, BatchSource, Brought, LineVerdict, NewBatch, OfBatch, Order};
use credit_bank::curriculum::Shelves;
use credit_bank::db::Tx;
use credit_bank::kernel::{CertificateBatchId, Digest, LearnerId};
use entity::{certificate_batch_line, certificate_cite, certificate_event, certificate_print, certificate_status};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::agencies::TOWN;
use crate::certificates::Issuing;
use crate::passbook::passes;
use crate::support::server::{Person, SHELF};
use crate::verify::word;
use crate::verify_limits::Second;

/// The second character came with Unicode 15, and no font here has it.
const NOWHERE: &str = "王𱍐";
/// The second character is in the first of the fonts that stand behind the bank's own one by default, and not in that one.
const RARE: &str = "王𠮷";
const RARE_FONT: &str = "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf";

/// Somebody of this name passes a course, and it is sealed.
async fn passed(work: &Issuing, name: &str) -> (Person, LearnerId) {
    let (person, learner) = work.bank().learner(name, 77, Some(TOWN)).await;
    passes(work.bank(), learner, "T19").await;
    work.bank().seals().await;
    (person, learner)
}

/// They are issued the certificate of it; where it is.
async fn issued(work: &Issuing, learner: LearnerId) -> String {
    let order = Order { learner, ..work.order("T19") };
    let id = certificates::issue(&work.bank().house.db, &work.at(), &order, None).await.unwrap();
    format!("/certificates/{id}")
}

/// How many versions are cited, how many events and places in lists there are.
async fn rows(work: &Issuing) -> [u64; 3] {
    let db = work.bank().house.db.read();
    [
        certificate_cite::Entity::find().count(db).await.unwrap(),
        certificate_event::Entity::find().count(db).await.unwrap(),
        certificate_status::Entity::find().count(db).await.unwrap(),
    ]
}

/// Brings a batch of these people, looks at all of its sample and agrees; then what is due is done.
async fn batch(work: &Issuing, people: &[LearnerId]) -> CertificateBatchId {
    let (db, desk) = (&work.bank().house.db, work.at());
    let content: Vec<u8> = people.iter().flat_map(|learner| *learner.uuid().as_bytes()).collect();
    let new = NewBatch {
        agency: work.agency(),
        kind: "unit".to_owned(),
        about: "T19".to_owned(),
        source: BatchSource::File,
        code: certificates::batch_code(&desk.keys, BatchSource::File, ("unit", "T19"), &content),
        by: work.zhao_id,
        client: None,
        lines: (2..).zip(people.iter().copied().map(BatchSaid::of)).collect(),
    };
    let Brought::New(id) = certificates::bring_batch(db, &desk, &new).await.unwrap() else { panic!("the batch is new") };
    while certificates::check_batch(db, &desk, id).await.unwrap() {}
    let of = |by| OfBatch { agency: work.agency(), batch: id, by };
    let (asking, deciding) = (of(work.zhao_id), of(work.sun_id));
    let keys = desk.keys.clone();
    db.write(async move |tx: &Tx| certificates::ask_for_batch(tx, &keys, asking).await).await.unwrap();
    let sample = certificate_batch_line::Entity::find().filter(certificate_batch_line::Column::BatchId.eq(id.uuid()));
    for line in sample.all(db.read()).await.unwrap().into_iter().filter(|line| line.in_sample == 1) {
        let (desk, verdict) = (work.at(), LineVerdict::Right(Digest::from_slice(&line.basis_hash.unwrap()).unwrap()));
        let look = async move |tx: &Tx| certificates::look_at_line(tx, &desk, deciding, (line.number, &verdict)).await;
        db.write(look).await.unwrap();
    }
    let shown = certificates::find_batch(db.read(), work.agency(), id).await.unwrap().shown();
    db.write(async move |tx: &Tx| certificates::agree_to_batch(tx, deciding, &shown).await).await.unwrap();
    works(work).await;
    id
}

async fn works(work: &Issuing) {
    let (house, shelves) = (&work.bank().house, Shelves::new(SHELF.clone()));
    certificates::with_batches(runner_of(house), house, &shelves).run_due().await.unwrap();
}

crate::on_both! {
    async fn what_no_font_has_is_said_with_the_way_on_and_the_certificate_stands(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (person, learner) = passed(&work, NOWHERE).await;
        let way = issued(&work, learner).await;
        let (row, before) = (work.rows().await.pop().unwrap(), rows(&work).await);
        assert_eq!((row.state.as_str(), row.version, before), ("active", 1, [1, 1, 1]), "issuing goes on, and is whole");
        for _ in 0..2 {
            let pdf = person.opens(&format!("{way}/pdf")).await;
            assert_eq!((pdf.status, pdf.headers["content-type"].to_str().unwrap()), (409, "text/html; charset=utf-8"));
            let print = format!("href=\"{way}/print\"");
            let said = ["这个字暂时印不出来：𱍐", "证书是好的", "可以先用浏览器打印", "请打 12345", "我们来补这个字", print.as_str()];
            for words in said {
                assert!(pdf.body.contains(words), "{words} in {}", pdf.body);
            }
            assert!(!pdf.headers.contains_key("content-disposition") && !pdf.body.contains("%PDF"), "no file, and no half of one");
        }
        let metrics = work.bank().house.metrics.text();
        assert!(metrics.contains("certificates_missing_glyph_total{form=\"pdf\"} 2"), "{metrics}");
        assert_eq!((work.rows().await, rows(&work).await), (vec![row], before), "asking for a file changes nothing");
        // The page that a browser prints has the name by the reader's own fonts, and the code; whoever verifies is told.
        let page = person.opens(&format!("{way}/print")).await;
        assert!(page.status == 200 && page.body.contains(NOWHERE) && page.body.contains("class=\"qr\""), "{}", page.body);
        let now = work.bank().clock.now();
        let shown = certificates::list_of(work.bank().house.db.read(), &work.at(), learner, now).await.unwrap().pop().unwrap();
        let answer = work.bank().visitor().opens(&format!("/v/{}", shown.register.code)).await;
        assert_eq!((answer.status, word(&answer)), (200, "有效"), "{}", answer.body);
        work.close().await;
    }

    async fn once_there_is_a_font_for_it_the_file_is_drawn(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (person, learner) = passed(&work, RARE).await;
        let way = issued(&work, learner).await;
        let bare = Second::with(work.bank(), |config| config.fallback_fonts = vec!["/nowhere/none.ttf".into()]).await;
        let there = Person { client: person.client.clone(), jar: Arc::clone(&person.jar), url: bare.url.clone() };
        let pdf = there.opens(&format!("{way}/pdf")).await;
        assert!(pdf.status == 409 && pdf.body.contains("这个字暂时印不出来：𠮷"), "{} {}", pdf.status, pdf.body);
        bare.close().await;
        if Path::new(RARE_FONT).exists() {
            let pdf = person.client.get(format!("{}{way}/pdf", person.url)).send().await.unwrap();
            assert_eq!(pdf.status().as_u16(), 200);
            assert!(pdf.bytes().await.unwrap().starts_with(b"%PDF"));
        }
        work.close().await;
    }

    async fn of_a_batch_the_others_sheets_are_drawn_and_that_one_is_counted_as_left_out(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        passes(work.bank(), work.wang_id, "T19").await;
        let (_, rare) = passed(&work, NOWHERE).await;
        let id = batch(&work, &[work.wang_id, rare]).await;
        assert!(work.rows().await.iter().all(|row| row.state == "active"), "both are issued");
        let page = format!("{}/batches/{id}", work.queue());
        let form = work.zhao.opens("/help").await;
        let asked = work.zhao.sends(&form, &format!("{page}/print"), &[]).await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        works(&work).await;
        let print = certificate_print::Entity::find().one(work.bank().house.db.read()).await.unwrap().unwrap();
        assert_eq!((print.state.as_str(), print.total, print.drawn, print.skipped), ("done", 2, 2, 1));
        let shown = work.zhao.opens(&page).await;
        assert!(shown.body.contains("有 1 张做不出来") && shown.body.contains("第 1 包，1 张"), "{}", shown.body);
        let file = work.zhao.client.get(format!("{}{page}/sheets/1", work.zhao.url)).send().await.unwrap();
        assert_eq!(file.status().as_u16(), 200);
        let file = file.bytes().await.unwrap();
        let sheets = file.windows(5).filter(|window| *window == b"%PDF-").count();
        assert_eq!(sheets, 1, "no sheet without a name among them");
        work.close().await;
    }
}
