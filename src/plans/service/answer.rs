//! People answer for themselves: 参加, 不参加, 退出.

use serde_json::json;

use super::note;
use crate::db::Tx;
use crate::kernel::{Acting, LearnerId, PlanId};
use crate::outbox::{self, Event, Standing};
use crate::plans::queries::{members, plans};
use crate::plans::{Answer, Error, MemberState, Membership};

/// Keeps what the person of these accounts says to a plan they were asked to join. Who joins joins the version that they were shown; the
/// same answer again changes nothing.
///
/// # Errors
/// [`Error::NoSuchPlan`] where they were not asked; [`Error::Over`]; [`Error::Newer`] where the version of now is another than was shown;
/// [`Error::Moved`] where the answer fits what they said before no more.
pub async fn answer(
    tx: &Tx,
    (acting, accounts): (&Acting, &[LearnerId]),
    standing: &Standing,
    (id, shown): (PlanId, i64),
    answer: Answer,
) -> Result<(), Error> {
    let member = members::lock(tx, accounts, id).await?.ok_or(Error::NoSuchPlan)?;
    let state = member.state.after(answer).ok_or(Error::Moved)?;
    if state == member.state {
        return Ok(());
    }
    let plan = plans::find(tx, id).await?.ok_or(Error::NoSuchPlan)?;
    let now = Membership { state, answered_at: Some(tx.now), ..member };
    let now = match answer {
        Answer::Join if !plan.is_open(tx.now.day()) => return Err(Error::Over),
        Answer::Join if shown != plan.version => return Err(Error::Newer),
        // Another version asks for other courses: it is not finished yet.
        Answer::Join => Membership {
            completed_at: now.completed_at.filter(|_| now.version == shown),
            version: shown,
            joined_at: Some(tx.now),
            ..now
        },
        Answer::Decline | Answer::Leave => now,
    };
    members::answer(tx, &now).await?;
    let action = match state {
        MemberState::Joined => "plans.join",
        MemberState::Left => "plans.leave",
        MemberState::Declined | MemberState::Invited => "plans.decline",
    };
    note(tx, (action, acting.actor()), &plan, Some(now.learner), json!({ "version": now.version })).await?;
    if state == MemberState::Joined {
        let body = json!({ "plan": id, "version": now.version, "organisation": plan.organisation, "line": plan.line });
        outbox::emit(tx, &[Event { kind: "plan.joined", learner: Some(now.learner), standing, body }]).await?;
    }
    Ok(())
}
