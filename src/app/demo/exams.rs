//! A supervised session of the county, on now: three candidates who have come and may begin.

use super::{County, words};
use crate::db::{OnceKey, Tx};
use crate::exams::{self, Error, Level, NewExam, Sight};
use crate::identity::{self, Sender, StaffScope};
use crate::kernel::{Digest, digest_of};
use crate::places::{self, OrganisationKind, PlaceCode};

/// Who invigilates.
const TWO: [&str; 2] = ["sample-officer", "sample-reviewer"];
/// Who is tested, in which course.
const CANDIDATES: [&str; 3] = ["wang", "wanghong", "zhou"];
const UNIT: &str = "T02";
/// Organisations looked through.
const MOST: u64 = 100;

pub(super) async fn settle(county: &County) -> Result<(), String> {
    let area = PlaceCode::parse("990101").ok_or_else(|| words("990101"))?;
    let open = places::list_organisations(county.past.db.read(), &[area], MOST).await.map_err(words)?;
    let Some(college) = open.into_iter().find(|one| one.kind == OrganisationKind::Agency) else { return Ok(()) };
    county.clock.turn_ms(county.today.ms() - county.clock.now().ms());
    let [first, second] = [scope_of(county, TWO[0]).await?, scope_of(county, TWO[1]).await?];
    let new = NewExam {
        organisation: college.id,
        line: None,
        unit: UNIT.to_owned(),
        level: Level::Supervised,
        starts_at: county.today,
        ends_at: county.today.plus_minutes(6 * 60),
        seats: 20,
        invigilators: [first.actor(), second.actor()],
        is_sample: true,
    };
    let ((once, digest), shelf, by) = (form("exam")?, county.shelf.clone(), first.clone());
    let mut candidates = Vec::new();
    for who in CANDIDATES {
        let learner = county.sample(who)?.acting.learner;
        let profile = identity::profile(county.past.db.read(), &county.past.keys, learner).await.map_err(words)?;
        candidates.push((profile.card.ok_or_else(|| words(who))?, form(&format!("exam-{who}"))?));
    }
    let keys = county.past.keys.clone();
    let sender = Sender { site: String::new(), help_phone: county.past.config.help_phone.clone() };
    // All of it at once: a day later nobody could be let in any more.
    let work = async move |tx: &Tx| {
        let id = exams::plan(tx, &shelf, &by, &new, (&once, &digest)).await?;
        for (card, (once, digest)) in &candidates {
            let whom = (id, exams::put_down(tx, &keys, &first, (id, card)).await?);
            exams::came(tx, &first, whom).await?;
            exams::seen(tx, (&keys, &sender), &first, (whom, Sight::IdCard)).await?;
            exams::declare(tx, &first, whom).await?;
            exams::declare(tx, &second, whom).await?;
            exams::allow(tx, &first, whom, (once, digest)).await?;
        }
        Ok(id.to_string())
    };
    county.step::<Error, _>("exam", work).await.map(|_| ())
}

async fn scope_of(county: &County, login: &str) -> Result<StaffScope, String> {
    identity::load_scope(county.past.db.read(), county.staff(login)?).await.map_err(words)
}

fn form(name: &str) -> Result<(OnceKey, Digest), String> {
    let key = OnceKey::parse(&format!("sample-form-{name}")).ok_or_else(|| words(name))?;
    Ok((key, digest_of(&[name.as_bytes()])))
}
