//! The agency's deeds. Whatever lets somebody decide is asked in the commit that decides.
//!
//! Recognition is called first: it holds the person's chain, so that of two deeds at once for one person the second sees what the first gave. Then
//! people, role, agency and delegation are asked, then what the agency has given this person so far is counted, then quota is taken. A refusal of
//! any takes back all.

use super::{NewStep, deeds, keep, remove_evidence, was_done};
use crate::agencies::{self, Agency, Wanted};
use crate::applications::deeds::{Examined, Wish, hands_of, roles_of};
use crate::applications::queries::{applications, files, steps};
use crate::applications::rules::{Deed, barred, proposer};
use crate::applications::{Application, Error, State, Step, Why};
use crate::config::Keys;
use crate::conversions::{self, Rule};
use crate::db::{OnceKey, Retry, Tx, remember};
use crate::identity::{self, Found, Role, Whose};
use crate::kernel::{AgencyId, ApplicationId, Credits, Day, Digest, IdentityLevel, LearnerId, Permille, digest_of};
use crate::ledger;
use crate::outbox::{self, Channel, Letter};
use crate::recognition::{self, ConversionRule, ConvertedIn, Deciders, Instruction, Levels, PartnerResult, SupervisionLevel};

/// Something that somebody of an agency is about to do.
#[derive(Clone, Debug)]
pub(in crate::applications) struct Doing {
    pub actor: LearnerId,
    pub agency: AgencyId,
    pub which: (LearnerId, ApplicationId),
    /// The turn that was shown.
    pub shown: i64,
    pub wish: Wish,
    /// What the unit is worth.
    pub worth: Credits,
    /// Where somebody answers, for the letter.
    pub help_phone: String,
}

impl Doing {
    const fn deed(&self, deciders: Deciders) -> Deed {
        match (&self.wish, deciders) {
            (Wish::Accept(_), Deciders::One) => Deed::Accept,
            (Wish::Accept(_), Deciders::Two) => Deed::Propose,
            (Wish::Return(..), _) => Deed::Return,
            (Wish::Pass(_), _) => Deed::Pass,
            (Wish::Agree, _) => Deed::Agree,
            (Wish::Disagree(_), _) => Deed::Disagree,
            (Wish::Reject(_), _) => Deed::Reject,
        }
    }

    fn words(&self) -> &str {
        match &self.wish {
            Wish::Return(_, words) | Wish::Disagree(words) | Wish::Reject(words) => words,
            Wish::Accept(_) | Wish::Pass(_) | Wish::Agree => "",
        }
    }

    const fn why(&self) -> Option<Why> {
        if let Wish::Return(why, _) = &self.wish { Some(*why) } else { None }
    }

    const fn examined(&self) -> Option<Examined> {
        if let Wish::Accept(examined) = &self.wish { Some(*examined) } else { None }
    }
}

/// The case as it stands, and where the deed leads.
struct Turning {
    before: Application,
    rule: Rule,
    steps: Vec<Step>,
    deed: Deed,
    state: State,
}

impl Turning {
    async fn of(tx: &Tx, doing: &Doing, before: Option<Application>) -> Result<Self, Error> {
        let before = before.filter(|own| own.agency == doing.agency && own.state != State::Draft).ok_or(Error::NoSuch)?;
        let rule = conversions::get_rule(tx, before.rule).await?;
        let deed = doing.deed(rule.deciders);
        let state = before.state.after(deed, hands_of(rule.deciders)).filter(|_| before.turn == doing.shown);
        let state = state.ok_or(Error::Moved)?;
        let steps = steps::list(tx, before.learner, before.id).await?;
        Ok(Self { before, rule, steps, deed, state })
    }

    /// The first of two, where this is the second.
    fn first(&self) -> Option<LearnerId> {
        if self.deed == Deed::Agree { proposer(&deeds(&self.steps)) } else { None }
    }
}

/// Does it; the same form again is done already.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Moved`], [`Error::NotAllowed`], [`Error::SamePerson`], [`Error::ProposerGone`], [`Error::RuleEnded`],
/// [`Error::NoColleague`]; what agency, delegation, quota and recognition refuse.
pub(in crate::applications) async fn decide(tx: &Tx, keys: &Keys, doing: &Doing, form: (&OnceKey, &Digest)) -> Result<(), Error> {
    if was_done(tx, doing.actor, form).await? {
        return Ok(());
    }
    let (learner, id) = doing.which;
    let turning = Turning::of(tx, doing, applications::find(tx, learner, id).await?).await?;
    let done = if turning.state == State::Accepted {
        let given = book(tx, keys, doing, &turning).await;
        if let Err(error) = &given
            && error.database_error().is_some()
        {
            return given.map(|_| ());
        }
        // Whoever sent the same form at the same moment was done first, and held the chain until now.
        if was_done(tx, doing.actor, form).await? {
            return Ok(());
        }
        finish(tx, keys, doing, (&turning, Some(given?))).await
    } else {
        let held = applications::lock(tx, learner, id).await?;
        if was_done(tx, doing.actor, form).await? {
            return Ok(());
        }
        let turning = Turning::of(tx, doing, held).await?;
        if turning.deed == Deed::Propose {
            must_stand(tx, &turning).await?;
            turning.rule.gives(doing.worth, turning.sent()?.value).ok_or(recognition::Error::NothingComesOfIt)?;
        }
        finish(tx, keys, doing, (&turning, None)).await
    };
    done?;
    Ok(remember(tx, doing.actor, form.0, form.1, &id.to_string()).await?)
}

/// The rule that was in force on the day of sending stands, unless somebody ended it.
async fn must_stand(tx: &Tx, turning: &Turning) -> Result<(), Error> {
    if conversions::is_ended(tx, turning.rule.id).await? { Err(Error::RuleEnded) } else { Ok(()) }
}

impl Turning {
    fn sent(&self) -> Result<&crate::applications::Sent, Error> {
        self.before.sent.as_ref().ok_or(Error::NoSuch)
    }

    /// By the version of the rule that was in force on the day of sending: what somebody was shown then counts, though the version has run out
    /// since or another has replaced it. So its last day is not asked about today.
    fn held_rule(&self, worth: Credits, today: Day) -> ConversionRule {
        let rule = self.rule.for_recognition(worth);
        ConversionRule { from: rule.from.min(today), until: None, ..rule }
    }

    /// How it was examined, as whoever would recognise it says; nothing of the day where the rule does not ask for it.
    fn examined(&self, doing: &Doing) -> Option<Examined> {
        let is_asked = self.rule.least.identity > IdentityLevel::DOCUMENT;
        doing.examined().map(|examined| Examined { identity: examined.identity.filter(|_| is_asked), ..examined })
    }

    /// The levels of it; of two, the first says how it was examined. Who sat there counts as far as the bank knows the person.
    fn levels(&self, doing: &Doing, known: IdentityLevel) -> Levels {
        let proposed = self.steps.iter().rev().find(|step| step.deed == Deed::Propose).and_then(|step| step.examined);
        let examined = self.examined(doing).or(proposed);
        let said = examined.and_then(|examined| examined.identity);
        Levels {
            identity: said.map_or(known, |said| said.as_far_as(known)),
            supervision: examined.map_or(SupervisionLevel::NONE, |examined| examined.supervision),
        }
    }
}

/// What it rests on: number, value, day, and every piece of evidence.
async fn evidence_of(tx: &Tx, turning: &Turning) -> Result<Digest, Error> {
    let (before, sent) = (&turning.before, turning.sent()?);
    let codes: Vec<Digest> = files::list(tx, before.learner, before.id).await?.into_iter().map(|piece| piece.code).collect();
    let (id, value, day) = (before.id.uuid(), sent.value.to_be_bytes(), sent.passed.to_string());
    let mut parts: Vec<&[u8]> = vec![id.as_bytes(), sent.number_code.bytes(), &value, day.as_bytes()];
    parts.extend(codes.iter().map(|code| code.bytes().as_slice()));
    Ok(digest_of(&parts))
}

/// Recognition, first of all.
async fn book(tx: &Tx, keys: &Keys, doing: &Doing, turning: &Turning) -> Result<ConvertedIn, Error> {
    must_stand(tx, turning).await?;
    let (learner, sent) = (turning.before.learner, turning.sent()?);
    let agency = agencies::must_work(tx, doing.agency).await?;
    let profile = identity::profile(tx, keys, learner).await?;
    let key = identity::person_key(tx, keys, learner).await?;
    let first = turning.first();
    let standing = profile.standing(i64::from(tx.now.day().year()));
    let instruction = Instruction {
        learner,
        officer: first.unwrap_or(doing.actor),
        evidence: evidence_of(tx, turning).await?,
        responsible_org: agency.name,
        // One application is credited once, whatever forms are sent.
        once: OnceKey::parse(&turning.before.id.to_string()).ok_or(Error::SentBefore)?,
        standing: &standing,
    };
    let result = PartnerResult {
        reference: super::number_of(&key, sent),
        value: sent.value,
        // How many points were reached there is not known here: it was passed.
        score: Permille::of(1, 1),
        levels: turning.levels(doing, profile.identity_level),
        passed_at: sent.passed.start(),
    };
    let rule = turning.held_rule(doing.worth, tx.now.day());
    let approver = first.map(|_| doing.actor);
    match recognition::convert_in(tx, &instruction, approver, &rule, &result).await {
        Ok(given) => Ok(given),
        // Another hand recognised it at the same moment.
        Err(recognition::Error::Ledger(ledger::Error::KeyMisused)) => Err(Error::Moved),
        Err(error) => Err(error.into()),
    }
}

/// Asks for everything that lets somebody do this, and keeps it.
async fn finish(tx: &Tx, keys: &Keys, doing: &Doing, (turning, given): (&Turning, Option<ConvertedIn>)) -> Result<(), Error> {
    let before = &turning.before;
    let (agency, found) = must_be_able(tx, keys, doing, turning).await?;
    if let Some(given) = given {
        must_be_within(tx, (doing.agency, before), given).await?;
    }
    let to = match doing.wish {
        Wish::Pass(to) => Some(colleague(tx, &agency, (to, before.state), &found).await?),
        _ => None,
    };
    let step = NewStep {
        deed: turning.deed,
        actor: doing.actor,
        to,
        why: doing.why(),
        words: doing.words(),
        examined: turning.examined(doing),
        given: given.map(|given| (given.transfer, given.credits)),
        responsible_org: &agency.name,
        place_code: &agency.place_code,
    };
    let standing = found.profile.standing(i64::from(tx.now.day().year()));
    keep(tx, keys, (before, turning.state), &step, &standing).await?;
    // A document of identity has no place here, not for a day.
    if doing.why() == Some(Why::Identity) {
        remove_evidence(tx, before).await?;
    }
    if !turning.state.is_waiting() {
        tell(tx, keys, &found, (&turning.rule.title, &agency.name, &doing.help_phone)).await?;
    }
    Ok(())
}

/// The agency works; whoever it is has the role there still, sees the person, and is another person than those who may not.
async fn must_be_able(tx: &Tx, keys: &Keys, doing: &Doing, turning: &Turning) -> Result<(Agency, Found), Error> {
    let agency = agencies::must_work(tx, doing.agency).await?;
    let (before, line) = (&turning.before, agency.line.as_deref());
    let roles = roles_of(before.state);
    let scope = identity::load_scope(tx, doing.actor).await?.within_organisation(agency.organisation, line);
    if !scope.has_any(roles) {
        return Err(Error::NotAllowed);
    }
    let found = identity::show(tx, keys, &scope, (before.learner, roles), "application").await?.ok_or(Error::NoSuch)?;
    // Who may not decide on an appeal may still pass it on; nobody does anything with what is their own, or what they helped with.
    let mut done = deeds(&turning.steps);
    done.retain(|(deed, _)| turning.deed != Deed::Pass || !deed.decides());
    let helper = before.sent.as_ref().and_then(|sent| sent.helper);
    let others = barred(before.state, (before.learner, helper), &done);
    let own = identity::accounts_of(tx, doing.actor).await?;
    if others.iter().any(|other| own.contains(other)) {
        return Err(Error::SamePerson);
    }
    if let Some(first) = turning.first() {
        let roles = if turning.before.state == State::Proposed { Role::OFFICERS } else { Role::REVIEWERS };
        let theirs = identity::load_scope(tx, first).await?.within_organisation(agency.organisation, line);
        if !theirs.has_any(roles) {
            return Err(Error::ProposerGone);
        }
    }
    Ok((agency, found))
}

/// Delegation, what one person may have of this agency, the year's quota: in this order, now that the person's chain is held.
async fn must_be_within(tx: &Tx, (agency, before): (AgencyId, &Application), given: ConvertedIn) -> Result<(), Error> {
    let today = tx.now.day();
    let already = conversions::given_by(tx, agency, before.learner, Some(given.transfer)).await?;
    let wanted = Wanted { unit: &before.unit, credits: given.credits, already };
    agencies::must_be_allowed(tx, agency, wanted, today).await?;
    Ok(agencies::take_quota(tx, agency, today.year(), given.credits).await?)
}

/// A colleague whose work it is, and who may see the person.
async fn colleague(tx: &Tx, agency: &Agency, (to, state): (LearnerId, State), found: &Found) -> Result<LearnerId, Error> {
    let scope = identity::load_scope(tx, to).await?.within_organisation(agency.organisation, agency.line.as_deref());
    let whose = Whose { place: found.profile.place_code.as_deref(), groups: &found.profile.groups };
    if scope.grant_for(roles_of(state), whose).is_some() { Ok(to) } else { Err(Error::NoColleague) }
}

/// A text that there is an answer. What it is stands on their page.
async fn tell(tx: &Tx, keys: &Keys, found: &Found, (title, who, help_phone): (&str, &str, &str)) -> Result<(), Error> {
    let Some(phone) = &found.profile.phone else { return Ok(()) };
    let params = vec![("what", title.to_owned()), ("who", who.to_owned()), ("help_phone", help_phone.to_owned())];
    let letter = Letter {
        learner: Some(found.profile.learner),
        channel: Channel::Sms,
        to: phone.as_str(),
        template: "application-answered",
        lang: found.profile.lang,
        params,
    };
    Ok(outbox::send(tx, keys, &letter).await?)
}
