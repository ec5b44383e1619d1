//! Certificates of the county's agency, as people meet them: issued by one and by two, shown in part, asked for, suspended while somebody may appeal,
//! revoked by two.

use std::time::Duration;

use super::{County, rolls, words};
use crate::agencies;
use crate::certificates::{
    self, Act, Answer, Asking, Deciding, Decision, Desk, Error, NewShare, Order, Reason, ShareToken, SharedPart, Shows, WHOLE,
};
use crate::config::keys_folder;
use crate::db::{OnceKey, Tx};
use crate::identity::{self, Sender};
use crate::kernel::{AgencyId, CertificateId, CertificateRequestId, LearnerId, digest_of};
use crate::ledger::seal::{self, Alarm, Sealer};
use crate::places;
use crate::web::House;

/// Who has shown a document, and taken the tests that must be supervised before two; how long ago.
const WHOLE_PEOPLE: [&str; 2] = ["kong", "lu"];
const SUPERVISED_UNITS: [&str; 2] = ["T19", "T20"];
const SUPERVISED_SINCE: i64 = 5;
/// Days ago that one was revoked, and one suspended.
const REVOKED_SINCE: i64 = 6;
const SUSPENDED_SINCE: i64 = 2;
/// Between what one person does and what the next does.
const HOUR_MS: i64 = 3_600_000;
/// After that long a certificate that was being made is taken to have been left lying.
const LEFT_LYING_MS: i64 = 3 * 60_000;
/// How often the log is asked for what waits, and how long between.
const SEAL_TRIES: usize = 20;
const SEAL_PAUSE: Duration = Duration::from_millis(500);

/// A certificate that somebody asks for.
struct Wish {
    who: &'static str,
    kind: &'static str,
    about: &'static str,
    /// Days ago.
    since: i64,
}

const REVOKED: Wish = Wish { who: "he", kind: "unit", about: "T01", since: 15 };
const SUSPENDED: Wish = Wish { who: "maimaiti", kind: "unit", about: "T19", since: 20 };
const WAITS: Wish = Wish { who: "zhang", kind: "unit", about: "T19", since: 2 };
const SHOWN: Wish = Wish { who: "wang", kind: "unit", about: "T20", since: 1 };
const BY_TWO: Wish = Wish { who: "kong", kind: "foundation", about: WHOLE, since: 1 };

/// Nothing where certificates have no address to name, as anywhere.
pub(super) async fn settle(county: &County, house: &House, agency: AgencyId) -> Result<(), String> {
    let origin = certificates::origin_of(&county.past.config);
    if origin.is_none() {
        return Ok(());
    }
    county.turn_to(SUPERVISED_SINCE, "supervised for certificates");
    for who in WHOLE_PEOPLE {
        document_seen(county, who).await?;
        for unit in SUPERVISED_UNITS {
            rolls::passed_before_two(county, who, unit).await?;
        }
    }
    seal_all(house).await?;
    let found = agencies::find_agency(county.past.db.read(), agency).await.map_err(words)?.ok_or_else(|| words(agency))?;
    let authority = places::authority_of(&county.past, Some(&found.place_code)).await.map_err(words)?;
    let at = At {
        county,
        desk: Desk { shelf: county.shelf.clone(), keys: county.past.keys.clone(), origin },
        agency,
        officer: county.staff("sample-officer")?,
        reviewer: county.staff("sample-reviewer")?,
        help_phone: authority.help_phone,
        responsible_org: found.name,
    };
    if let Some(whose) = at.issued(&SUSPENDED).await? {
        county.turn_to(SUSPENDED_SINCE, "certificate suspended");
        at.acts("certificate-suspended", whose, (None, Reason::WrongName, "本人说名字里有一个字写得不对，先停下来核对。"))
            .await?;
    }
    if let Some(whose) = at.issued(&REVOKED).await? {
        county.turn_to(REVOKED_SINCE, "certificate revoked");
        at.revoked(whose).await?;
    }
    county.turn_to(WAITS.since, "certificate waits");
    if at.has_all(&WAITS).await? {
        at.asked(&WAITS).await?;
    }
    if let Some(whose) = at.issued(&SHOWN).await? {
        at.shown(whose).await?;
    }
    at.issued(&BY_TWO).await.map(|_| ())
}

/// What certificates cite must stand in the sealed log. The log is sealed by today's clock: its leaves never go back in time.
async fn seal_all(house: &House) -> Result<(), String> {
    let folder = keys_folder(&house.config.data_dir);
    let signer = seal::open_log(&house.db, &folder, &house.config.log_origin()).await.map_err(words)?;
    let alarm = Alarm::default();
    let mut sealer = Sealer::new(house.db.clone(), folder, signer, alarm.clone());
    for _ in 0..SEAL_TRIES {
        // One round; then the right to seal is given back.
        sealer.run_until(std::future::ready(())).await;
        if seal::count_waiting(house.db.read()).await.map_err(words)? == 0 {
            return Ok(());
        }
        tokio::time::sleep(SEAL_PAUSE).await;
    }
    Err(words(alarm.why().unwrap_or_else(|| "封存没有做完".to_owned())))
}

async fn document_seen(county: &County, who: &str) -> Result<(), String> {
    let learner = county.sample(who)?.acting.learner;
    let (keys, staff) = (county.past.keys.clone(), county.staff("sample-officer")?);
    let sender = Sender { site: String::new(), help_phone: county.past.config.help_phone.clone() };
    let see =
        async move |tx: &Tx| identity::document_seen(tx, &keys, (staff, &sender), learner, None).await.map(|()| String::new());
    county.step::<identity::Error, _>(&format!("certificate-document-{who}"), see).await.map(|_| ())
}

/// The agency's desk, with who works at it.
struct At<'a> {
    county: &'a County,
    desk: Desk,
    agency: AgencyId,
    officer: LearnerId,
    reviewer: LearnerId,
    help_phone: String,
    responsible_org: String,
}

/// Whose certificate, and which.
type Whose = (LearnerId, CertificateId);

impl At<'_> {
    /// Whether nothing is missing; a curriculum without this kind has nobody with all of it.
    async fn has_all(&self, wish: &Wish) -> Result<bool, String> {
        let learner = self.county.sample(wish.who)?.acting.learner;
        let (db, now) = (self.county.past.db.read(), self.county.clock.now());
        match certificates::missing(db, &self.desk, learner, (wish.kind, wish.about), now).await {
            Ok(missing) => Ok(missing.is_nothing()),
            Err(Error::NoKind) => Ok(false),
            Err(error) => Err(words(error)),
        }
    }

    /// The learner asks.
    async fn asked(&self, wish: &Wish) -> Result<CertificateRequestId, String> {
        let name = format!("certificate-{}-{}", wish.who, wish.kind);
        let once = OnceKey::parse(&format!("sample-form-{name}")).ok_or_else(|| words(&name))?;
        let asking = Asking::own(&self.county.sample(wish.who)?.acting);
        let (desk, agency, kind, about) = (self.desk.clone(), self.agency, wish.kind, wish.about);
        let ask = async move |tx: &Tx| Ok(certificates::ask(tx, &desk, asking, agency, (kind, about), &once).await?.to_string());
        self.county.step::<Error, _>(&name, ask).await?.parse().map_err(words)
    }

    /// Asked for and issued, by two where it rests on more than one unit; none where something is missing.
    async fn issued(&self, wish: &Wish) -> Result<Option<Whose>, String> {
        self.county.turn_to(wish.since, &format!("certificate {}", wish.who));
        if !self.has_all(wish).await? {
            return Ok(None);
        }
        let learner = self.county.sample(wish.who)?.acting.learner;
        let request = self.asked(wish).await?;
        self.county.clock.turn_ms(HOUR_MS);
        if let Some(known) = self.known(learner, wish).await? {
            return Ok(Some((learner, known)));
        }
        let order = Order {
            learner,
            kind: wish.kind.to_owned(),
            about: wish.about.to_owned(),
            agency: self.agency,
            officer: self.officer,
            batch: None,
            request: Some(request),
            shown: None,
            help_phone: self.help_phone.clone(),
        };
        let (db, second) = (&self.county.past.db, (wish.about == WHOLE).then_some(self.reviewer));
        let issued = match certificates::issue(db, &self.desk, &order, second).await {
            // A start before was cut off between two of its three steps.
            Err(Error::BeingMade) => {
                self.county.clock.turn_ms(LEFT_LYING_MS);
                certificates::issue(db, &self.desk, &order, second).await
            }
            other => other,
        };
        issued.map(|id| Some((learner, id))).map_err(words)
    }

    /// What a start before has issued.
    async fn known(&self, learner: LearnerId, wish: &Wish) -> Result<Option<CertificateId>, String> {
        let (db, now) = (self.county.past.db.read(), self.county.clock.now());
        let all = certificates::list_of(db, &self.desk, learner, now).await.map_err(words)?;
        let is_it = |shown: &&certificates::Shown| shown.register.kind == wish.kind && shown.register.about == wish.about;
        Ok(all.iter().find(is_it).map(|shown| shown.certificate))
    }

    /// The officer suspends a certificate, or asks for something to be done with it; what the step came to.
    async fn acts(
        &self,
        name: &'static str,
        (learner, certificate): Whose,
        (act, reason, ground): (Option<Act>, Reason, &str),
    ) -> Result<String, String> {
        let once = OnceKey::parse(&format!("sample-form-{name}")).ok_or_else(|| words(name))?;
        let key = identity::person_key(self.county.past.db.read(), &self.desk.keys, learner).await.map_err(words)?;
        let sealed = certificates::seal_ground(&key, ground);
        let (desk, agency, by) = (self.desk.clone(), self.agency, self.officer);
        let (responsible_org, help_phone) = (self.responsible_org.clone(), self.help_phone.clone());
        let work = async move |tx: &Tx| {
            let deciding = Deciding {
                learner,
                certificate,
                agency,
                by,
                client: None,
                reason: Some(reason),
                ground_sealed: Some(sealed.clone()),
                once: &once,
                digest: digest_of(&[name.as_bytes()]),
                responsible_org: &responsible_org,
                help_phone: &help_phone,
            };
            match act {
                Some(act) => certificates::request(tx, &desk, act, &deciding).await.map(|id| id.to_string()),
                None => certificates::suspend(tx, &desk, &deciding).await.map(|()| String::new()),
            }
        };
        self.county.step::<Error, _>(name, work).await
    }

    /// Asked for by the officer, decided by the reviewer, who was shown what it comes to.
    async fn revoked(&self, (learner, certificate): Whose) -> Result<(), String> {
        let asked = (Some(Act::Revoke), Reason::WrongPerson, "查清了：这张证书发给了同名的另一位。");
        let request: CertificateRequestId =
            self.acts("certificate-revoke", (learner, certificate), asked).await?.parse().map_err(words)?;
        self.county.clock.turn_ms(HOUR_MS);
        let (desk, agency, by) = (self.desk.clone(), self.agency, self.reviewer);
        let (responsible_org, help_phone) = (self.responsible_org.clone(), self.help_phone.clone());
        let decide = async move |tx: &Tx| {
            let impact = certificates::impact_of(tx, &desk, (learner, certificate), Act::Revoke).await?;
            let decision = Decision {
                learner,
                request,
                agency,
                by,
                shown: impact.digest(),
                answer: Answer::Agree,
                responsible_org: responsible_org.clone(),
                help_phone: help_phone.clone(),
            };
            certificates::decide_change(tx, &desk, &decision).await.map(|()| String::new())
        };
        self.county.step::<Error, _>("certificate-revoked", decide).await.map(|_| ())
    }

    /// Its owner shows a part of it.
    async fn shown(&self, (learner, certificate): Whose) -> Result<(), String> {
        let new = NewShare {
            certificate: Some(certificate),
            shows: Shows { whole_name: false, parts: vec![SharedPart::Day, SharedPart::Agency], units: Vec::new() },
            days: 30,
            purpose: "村委会招信息员".to_owned(),
            client: None,
            once: OnceKey::parse("sample-form-certificate-share").ok_or_else(|| words("share"))?,
        };
        let (keys, token) = (self.desk.keys.clone(), ShareToken::fresh());
        let (acting, accounts) = (self.county.sample(SHOWN.who)?.acting, vec![learner]);
        let share = async move |tx: &Tx| {
            let (_, id) = certificates::share(tx, &keys, (&acting, &accounts), (&new, &token)).await?;
            Ok(id.to_string())
        };
        self.county.step::<Error, _>("certificate-share", share).await.map(|_| ())
    }
}
