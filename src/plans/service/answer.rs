//! People answer for themselves: 参加, 不参加, 退出.

use serde_json::json;

use super::{note, sees_people};
use crate::db::Tx;
use crate::identity;
use crate::kernel::{Acting, LearnerId, PlanId};
use crate::outbox::{self, Event, Standing};
use crate::plans::queries::{members, plans};
use crate::plans::{AGREED_TEXT, Answer, Error, MemberState, Membership, Plan};

/// Keeps what the person of these accounts says to a plan they were asked to join. Who joins joins the version that they were shown; the
/// same answer again changes nothing.
///
/// # Errors
/// [`Error::NoSuchPlan`] where they were not asked; [`Error::Over`]; [`Error::Newer`] where the version of now is another than was shown;
/// [`Error::Moved`] where the answer fits what they said before no more; [`Error::AnothersHand`] where whoever helps would see them in the plan.
pub async fn answer(
    tx: &Tx,
    (acting, accounts): (&Acting, &[LearnerId]),
    standing: &Standing,
    (id, shown): (PlanId, i64),
    answer: Answer,
) -> Result<(), Error> {
    let members = members::lock_all(tx, accounts, id).await?;
    let states: Vec<MemberState> = members.iter().map(|member| member.state).collect();
    let before = MemberState::of_person(&states).ok_or(Error::NoSuchPlan)?;
    let state = before.after(answer).ok_or(Error::Moved)?;
    if state == before {
        return Ok(());
    }
    let plan = plans::find(tx, id).await?.ok_or(Error::NoSuchPlan)?;
    match answer {
        Answer::Join => {
            let first = members.into_iter().next().ok_or(Error::NoSuchPlan)?;
            join(tx, acting, standing, &plan, (first, shown)).await
        }
        Answer::Decline | Answer::Leave => turn_down(tx, members).await,
    }
}

/// Joins by the first of the accounts that were asked.
async fn join(
    tx: &Tx,
    acting: &Acting,
    standing: &Standing,
    plan: &Plan,
    (member, shown): (Membership, i64),
) -> Result<(), Error> {
    if !plan.is_open(tx.now.day()) {
        return Err(Error::Over);
    }
    if shown != plan.version {
        return Err(Error::Newer);
    }
    if let Some(helper) = acting.helper
        && sees_people(&identity::load_scope(tx, helper).await?, plan)
    {
        return Err(Error::AnothersHand);
    }
    let now = Membership {
        state: MemberState::Joined,
        // Another version asks for other courses: it is not finished yet.
        completed_at: member.completed_at.filter(|_| member.version == shown),
        version: shown,
        agreed_text: Some(AGREED_TEXT.to_owned()),
        joined_at: Some(tx.now),
        answered_at: Some(tx.now),
        ..member
    };
    members::answer(tx, &now).await?;
    // The row says whose yes it is. The trail, which is read by those who plan, says that there is one more.
    note(tx, ("plans.join", None), plan, json!({ "version": now.version })).await?;
    let body = json!({ "plan": plan.id, "version": now.version, "organisation": plan.organisation, "line": plan.line });
    outbox::emit(tx, &[Event { kind: "plan.joined", learner: Some(now.learner), standing, body }]).await?;
    Ok(())
}

/// A no, or leaving, by all accounts. It stands in the rows, where the learner finds it, and in no trail: it is nobody else's business.
async fn turn_down(tx: &Tx, rows: Vec<Membership>) -> Result<(), Error> {
    for member in rows {
        let state = match member.state {
            MemberState::Invited => MemberState::Declined,
            MemberState::Joined => MemberState::Left,
            MemberState::Declined | MemberState::Left => continue,
        };
        members::answer(tx, &Membership { state, ..member }).await?;
    }
    Ok(())
}
