//! What was done on the behalf of people of the county. Hours of the volunteer follow from the sessions that were closed.

use super::samples::{SampleAct, Samples};
use super::{County, words};
use crate::db::{OnceKey, Tx};
use crate::helping::{self, ActWords, Agreed, NewAct, Outcome, errand};
use crate::identity::{self, Sender, StaffScope};
use crate::kernel::digest_of;

/// Who does it.
const VOLUNTEER: &str = "sample-volunteer";

pub(super) async fn settle(county: &County, samples: &Samples) -> Result<(), String> {
    let scope = identity::load_scope(county.past.db.read(), county.staff(VOLUNTEER)?).await.map_err(words)?;
    for (number, act) in samples.acts.iter().enumerate() {
        keep(county, &scope, act, number).await?;
    }
    Ok(())
}

async fn keep(county: &County, scope: &StaffScope, act: &SampleAct, number: usize) -> Result<(), String> {
    let name = format!("act-{number}");
    let learner = county.sample(&act.who)?.acting.learner;
    county.turn_to(act.days_ago, &name);
    let new = NewAct {
        errand: errand(&act.errand).ok_or_else(|| words(&act.errand))?,
        point: None,
        day: county.clock.now().day(),
        agreed: Agreed::Spoken,
        outcome: if act.why_not.is_empty() { Outcome::Done } else { Outcome::NotDone },
        words: ActWords { what: act.what.clone(), why: act.why.clone(), why_not: act.why_not.clone() },
    };
    let once = OnceKey::parse(&format!("sample-form-{name}")).ok_or_else(|| words(&name))?;
    let digest = digest_of(&[name.as_bytes()]);
    let (keys, by) = (county.past.keys.clone(), scope.clone());
    let sender = Sender { site: String::new(), help_phone: county.past.config.help_phone.clone() };
    let work = async move |tx: &Tx| {
        let number = helping::record_act(tx, &keys, (&by, &sender), learner, &new, (&once, &digest)).await?;
        Ok(number.as_str().to_owned())
    };
    county.step::<helping::Error, _>(&name, work).await.map(|_| ())
}
