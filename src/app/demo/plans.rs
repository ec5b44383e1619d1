//! Training plans of the county: one that some have joined, one is asked to join, one has left.

use super::samples::{SamplePlan, Samples};
use super::{County, Sample, words};
use crate::db::{OnceKey, Tx};
use crate::identity::{self, StaffScope};
use crate::kernel::{Acting, LearnerId, PlanId, digest_of};
use crate::places::{self, Organisation, PlaceCode};
use crate::plans::{self, Answer, Head, Item, NewPlan, Terms};

/// Who publishes it.
const OFFICER: &str = "sample-officer";
/// Organisations looked through for the one that it is of.
const MOST: u64 = 100;

pub(super) async fn settle(county: &County, samples: &Samples) -> Result<(), String> {
    let scope = identity::load_scope(county.past.db.read(), county.staff(OFFICER)?).await.map_err(words)?;
    let area = PlaceCode::parse("99").unwrap_or_default();
    let organisations = places::list_organisations(county.past.db.read(), &[area], MOST).await.map_err(words)?;
    for (number, plan) in samples.plans.iter().enumerate() {
        publish(county, &scope, (plan, number), &organisations).await?;
    }
    let (db, keys) = (&county.past.db, &county.past.keys);
    plans::count_all(db, keys).await.map_err(words)
}

async fn publish(
    county: &County,
    scope: &StaffScope,
    (plan, number): (&SamplePlan, usize),
    organisations: &[Organisation],
) -> Result<(), String> {
    let name = format!("plan-{number}");
    county.turn_to(plan.days_ago, &name);
    let today = county.clock.now().day();
    let organisation = organisations.iter().find(|one| one.name == plan.organisation).ok_or_else(|| words(&plan.organisation))?;
    let courses = plan.courses.iter().map(|code| Item::Course(code.clone()));
    let own = plan.own.iter().map(|line| Item::Words(line.clone()));
    let new = NewPlan {
        organisation: organisation.id,
        place_code: organisation.place_code.clone(),
        line: None,
        terms: Terms {
            head: Head { title: plan.title.clone(), from: today, until: today.plus_days(plan.days), planned: plan.planned },
            items: courses.chain(own).collect(),
        },
        is_sample: true,
    };
    let once = OnceKey::parse(&format!("sample-form-{name}")).ok_or_else(|| words(&name))?;
    let (digest, by) = (digest_of(&[name.as_bytes()]), scope.clone());
    let work = async move |tx: &Tx| plans::publish(tx, &by, &new, (&once, &digest)).await.map(|id| id.to_string());
    let id: PlanId = county.step::<plans::Error, _>(&name, work).await?.parse().map_err(words)?;
    for (who, answer) in plan.asked.iter().map(|who| (who, None)).chain(plan.joined.iter().map(|who| (who, Some(Answer::Join)))) {
        ask(county, scope, (id, &format!("{name}-{who}")), (county.sample(who)?, answer)).await?;
    }
    Ok(())
}

async fn ask(
    county: &County,
    scope: &StaffScope,
    (id, name): (PlanId, &str),
    (sample, answer): (&Sample, Option<Answer>),
) -> Result<(), String> {
    let (acting, standing): (Acting, _) = (sample.acting, sample.standing(county.clock.now()));
    let profile = identity::profile(county.past.db.read(), &county.past.keys, acting.learner).await.map_err(words)?;
    let (keys, by, card) = (county.past.keys.clone(), scope.clone(), profile.card.ok_or_else(|| words(name))?);
    let texts = county.past.config.sms_per_day;
    let work = async move |tx: &Tx| {
        plans::invite_card(tx, (&keys, texts), &by, (id, &card)).await?;
        let accounts: [LearnerId; 1] = [acting.learner];
        if let Some(answer) = answer {
            plans::answer(tx, (&acting, &accounts), &standing, (id, 1), answer).await?;
        }
        Ok(String::new())
    };
    county.step::<plans::Error, _>(name, work).await.map(|_| ())
}
