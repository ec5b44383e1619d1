//! The postman: several letters at a time, each way out in a lane of its own, an end when he is told.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use credit_bank::config::Keys;
use credit_bank::db::{DbFault, Tx};
use credit_bank::i18n::Lang;
use credit_bank::outbox::{self, Channel, Gateway, Letter, NotDelivered, Parcel, Postman};
use credit_bank::web::metrics::Metrics;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::support::databases::Fresh;

/// A gateway that takes letters and answers only once its gate is open.
#[derive(Clone)]
struct Slow {
    gate: watch::Receiver<bool>,
    busy: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Slow {
    fn behind(gate: &watch::Receiver<bool>) -> Self {
        Self { gate: gate.clone(), busy: Arc::default(), most: Arc::default(), taken: Arc::default() }
    }

    fn taken(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

impl Gateway for Slow {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<(), NotDelivered>> {
        let mut this = self.clone();
        async move {
            this.taken.lock().unwrap().push(parcel.to);
            this.most.fetch_max(this.busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            drop(this.gate.wait_for(|is_open| *is_open).await);
            this.busy.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }
        .boxed()
    }
}

async fn writes(fresh: &Fresh, keys: &Keys, channel: Channel, count: u32) {
    let keys = keys.clone();
    let work = async move |tx: &Tx| {
        for n in 0..count {
            let to = match channel {
                Channel::Sms => format!("138{n:08}"),
                Channel::Mail => format!("p{n}@example.cn"),
            };
            let params = vec![("code", "123456".to_owned())];
            let letter = Letter { learner: None, channel, to: &to, template: "sign-in-code", lang: Lang::Chinese, params };
            outbox::send(tx, &keys, &letter).await?;
        }
        Ok::<_, DbFault>(())
    };
    fresh.db.write(work).await.unwrap();
}

async fn until(what: impl Fn() -> bool) {
    while !what() {
        tokio::task::yield_now().await;
    }
}

crate::on_both! {
    async fn eight_texts_go_at_a_time_and_a_slow_gateway_holds_back_no_mail(fresh: Fresh) {
        let keys = Keys::fresh();
        writes(&fresh, &keys, Channel::Sms, 20).await;
        writes(&fresh, &keys, Channel::Mail, 3).await;
        let (open, gate) = watch::channel(false);
        let (_, at_once) = watch::channel(true);
        let (sms, mail) = (Slow::behind(&gate), Slow::behind(&at_once));
        let metrics = Metrics::new().unwrap();
        let postman = Postman::with(fresh.db.clone(), keys, 1_000, Arc::new(sms.clone()), Arc::new(mail.clone()));
        let postman = postman.counting(metrics.clone());
        let watched = async {
            until(|| sms.taken() >= 8 && mail.taken() >= 3).await;
            open.send_replace(true);
        };
        let (delivered, ()) = futures_util::join!(postman.deliver_due(), watched);
        assert_eq!(delivered.unwrap(), 23);
        assert_eq!((sms.taken(), sms.most.load(Ordering::SeqCst)), (20, 8), "each once, eight at a time");
        let text = metrics.text();
        assert!(text.contains("letters_total{channel=\"sms\",outcome=\"sent\"} 20") && text.contains("letters_total{channel=\"mail\",outcome=\"sent\"} 3"), "{text}");
    }

    async fn the_days_texts_are_not_overdrawn_by_those_under_way(fresh: Fresh) {
        let keys = Keys::fresh();
        writes(&fresh, &keys, Channel::Sms, 20).await;
        let (_, at_once) = watch::channel(true);
        let sms = Slow::behind(&at_once);
        let postman = Postman::with(fresh.db.clone(), keys, 11, Arc::new(sms.clone()), Arc::new(sms.clone()));
        postman.deliver_due().await.unwrap();
        assert_eq!(sms.taken(), 11);
    }

    async fn told_to_stop_he_waits_for_what_is_on_its_way_but_not_for_long(fresh: Fresh) {
        let keys = Keys::fresh();
        writes(&fresh, &keys, Channel::Sms, 3).await;
        let (_shut, gate) = watch::channel(false);
        let sms = Slow::behind(&gate);
        let postman = Postman::with(fresh.db.clone(), keys, 1_000, Arc::new(sms.clone()), Arc::new(sms.clone()));
        let told = Instant::now();
        postman.run_until(until(|| sms.taken() >= 3)).await;
        assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    }
}
