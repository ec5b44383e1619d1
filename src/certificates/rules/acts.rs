//! What may be done with a certificate as it stands, and what stands in the way. Pure.

use super::states::{Act, State};

/// What stands in the way of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// It does not stand as the act needs it.
    Standing,
    /// The suspension is confirmed, or was none that needs it.
    NotWaiting,
    /// Credit that it cites has lost its ground.
    CreditGone,
    /// Nobody is to believe the key any more that signed it: a further version is needed.
    KeyGone,
    /// The name on it is the one that is kept.
    SameName,
    /// No document of the person was seen.
    NoDocument,
    /// Something that is asked for is missing now.
    Missing,
    /// The person has another one of this kind.
    Held,
    /// The person has left, and took the key along.
    Left,
    /// The agency is suspended.
    AgencySuspended,
    /// The agency has closed.
    AgencyClosed,
}

impl Obstacle {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Standing,
        Self::NotWaiting,
        Self::CreditGone,
        Self::KeyGone,
        Self::SameName,
        Self::NoDocument,
        Self::Missing,
        Self::Held,
        Self::Left,
        Self::AgencySuspended,
        Self::AgencyClosed,
    ];

    /// The key of its words.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Standing => "certificates-hindered-standing",
            Self::NotWaiting => "certificates-hindered-not-waiting",
            Self::CreditGone => "certificates-hindered-credit",
            Self::KeyGone => "certificates-hindered-key",
            Self::SameName => "certificates-hindered-same-name",
            Self::NoDocument => "certificates-hindered-document",
            Self::Missing => "certificates-hindered-missing",
            Self::Held => "certificates-hindered-held",
            Self::Left => "certificates-hindered-left",
            Self::AgencySuspended => "certificates-hindered-suspended",
            Self::AgencyClosed => "certificates-hindered-closed",
        }
    }
}

/// How the agency stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Working {
    /// It works.
    Works,
    /// It is suspended: it issues nothing, but suspends and revokes.
    Suspended,
    /// It has closed: administrators of its place look after what it issued.
    Closed,
}

/// What the bank knows of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is the one on the certificate.
    Same,
    /// It is another one, and no document was seen.
    OtherUnseen,
    /// It is another one, and a document was seen.
    Other,
}

/// What a further version would rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// All that is asked for.
    Whole,
    /// Too little.
    Missing,
    /// The person has another one of this kind.
    Held,
}

/// All that decides whether something may be done.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// Where the row stands.
    pub state: State,
    /// Whether all credit that it cites has its ground.
    pub has_ground: bool,
    /// Whether a suspension waits for a second person.
    pub is_waiting: bool,
    /// Whether the key that signed it is believed.
    pub is_believed: bool,
    /// Whether the person is here.
    pub is_here: bool,
    /// The agency.
    pub agency: Working,
    /// The name.
    pub name: Named,
    /// The next version.
    pub next: Next,
}

/// What stands in the way of `act`; none: it may be done.
#[must_use]
pub fn obstacle_to(act: Act, is: &Situation) -> Option<Obstacle> {
    let first = |checks: &[(bool, Obstacle)]| checks.iter().find(|(wrong, _)| *wrong).map(|(_, obstacle)| *obstacle);
    let stands = matches!(is.state, State::Active | State::Suspended);
    match act {
        Act::Issue => Some(Obstacle::Standing),
        Act::Revoke => first(&[(!stands, Obstacle::Standing)]),
        Act::Confirm => first(&[(is.state != State::Suspended, Obstacle::Standing), (!is.is_waiting, Obstacle::NotWaiting)]),
        Act::Lift => first(&[
            (is.state != State::Suspended, Obstacle::Standing),
            (is.agency == Working::Suspended, Obstacle::AgencySuspended),
            (!is.has_ground, Obstacle::CreditGone),
            (!is.is_believed, Obstacle::KeyGone),
        ]),
        Act::Name | Act::Recite | Act::Reinstate => {
            let fits = match act {
                Act::Name => is.state == State::Active,
                Act::Recite => is.state == State::Suspended || (is.state == State::Active && !is.has_ground),
                _ => is.state == State::Revoked,
            };
            let of_work = [
                (!fits, Obstacle::Standing),
                (is.agency == Working::Suspended, Obstacle::AgencySuspended),
                (is.agency == Working::Closed, Obstacle::AgencyClosed),
                (!is.is_here, Obstacle::Left),
            ];
            first(&of_work).or_else(|| obstacle_to_version(act, is))
        }
    }
}

/// What stands in the way of `act` by how the certificate stands and the agency works, whatever else does.
#[must_use]
pub fn obstacle_of_work(act: Act, (state, has_ground): (State, bool), agency: Working) -> Option<Obstacle> {
    let is = Situation {
        state,
        has_ground,
        is_waiting: true,
        is_believed: true,
        is_here: true,
        agency,
        name: Named::Other,
        next: Next::Whole,
    };
    let of_work = [Obstacle::Standing, Obstacle::AgencySuspended, Obstacle::AgencyClosed];
    obstacle_to(act, &is).filter(|obstacle| of_work.contains(obstacle))
}

/// What stands in the way of a further version, beyond standing and work.
fn obstacle_to_version(act: Act, is: &Situation) -> Option<Obstacle> {
    match (act, is.name, is.next) {
        (Act::Name, ..) if !is.has_ground => Some(Obstacle::CreditGone),
        (Act::Name, Named::Same, _) => Some(Obstacle::SameName),
        (Act::Name, Named::OtherUnseen, _) => Some(Obstacle::NoDocument),
        (Act::Name, Named::Other, _) => None,
        (.., Next::Missing) => Some(Obstacle::Missing),
        (.., Next::Held) => Some(Obstacle::Held),
        (.., Next::Whole) => None,
    }
}

/// Where `act` leads.
#[must_use]
pub const fn state_after(act: Act) -> State {
    match act {
        Act::Revoke => State::Revoked,
        Act::Confirm => State::Suspended,
        Act::Issue | Act::Name | Act::Lift | Act::Recite | Act::Reinstate => State::Active,
    }
}

/// Whether `act` undoes what others did: then they take no part in it.
#[must_use]
pub const fn undoes(act: Act) -> bool {
    matches!(act, Act::Lift | Act::Recite | Act::Reinstate)
}

/// The acts that can be asked for, in the order in which pages show them.
pub const ASKED: [Act; 5] = [Act::Lift, Act::Recite, Act::Name, Act::Reinstate, Act::Revoke];

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIVE: Situation = Situation {
        state: State::Active,
        has_ground: true,
        is_waiting: false,
        is_believed: true,
        is_here: true,
        agency: Working::Works,
        name: Named::Same,
        next: Next::Whole,
    };
    const SUSPENDED: Situation = Situation { state: State::Suspended, ..ACTIVE };
    const REVOKED: Situation = Situation { state: State::Revoked, ..ACTIVE };

    #[test]
    fn each_act_is_done_where_it_belongs_and_hindered_elsewhere() {
        let cases = [
            (Act::Revoke, ACTIVE, None),
            (Act::Revoke, SUSPENDED, None),
            (Act::Revoke, REVOKED, Some(Obstacle::Standing)),
            (Act::Revoke, Situation { agency: Working::Suspended, is_here: false, ..ACTIVE }, None),
            (Act::Revoke, Situation { agency: Working::Closed, ..ACTIVE }, None),
            (Act::Confirm, SUSPENDED, Some(Obstacle::NotWaiting)),
            (Act::Confirm, Situation { is_waiting: true, ..SUSPENDED }, None),
            (Act::Confirm, Situation { is_waiting: true, ..ACTIVE }, Some(Obstacle::Standing)),
            (Act::Lift, SUSPENDED, None),
            (Act::Lift, ACTIVE, Some(Obstacle::Standing)),
            (Act::Lift, Situation { has_ground: false, ..SUSPENDED }, Some(Obstacle::CreditGone)),
            (Act::Lift, Situation { is_believed: false, ..SUSPENDED }, Some(Obstacle::KeyGone)),
            (Act::Lift, Situation { agency: Working::Suspended, ..SUSPENDED }, Some(Obstacle::AgencySuspended)),
            (Act::Lift, Situation { agency: Working::Closed, ..SUSPENDED }, None),
            (Act::Name, ACTIVE, Some(Obstacle::SameName)),
            (Act::Name, Situation { name: Named::OtherUnseen, ..ACTIVE }, Some(Obstacle::NoDocument)),
            (Act::Name, Situation { name: Named::Other, ..ACTIVE }, None),
            (Act::Name, Situation { name: Named::Other, has_ground: false, ..ACTIVE }, Some(Obstacle::CreditGone)),
            (Act::Name, Situation { name: Named::Other, ..SUSPENDED }, Some(Obstacle::Standing)),
            (Act::Recite, SUSPENDED, None),
            (Act::Recite, ACTIVE, Some(Obstacle::Standing)),
            (Act::Recite, Situation { has_ground: false, ..ACTIVE }, None),
            (Act::Recite, Situation { next: Next::Missing, ..SUSPENDED }, Some(Obstacle::Missing)),
            (Act::Recite, Situation { agency: Working::Closed, ..SUSPENDED }, Some(Obstacle::AgencyClosed)),
            (Act::Reinstate, REVOKED, None),
            (Act::Reinstate, SUSPENDED, Some(Obstacle::Standing)),
            (Act::Reinstate, Situation { next: Next::Held, ..REVOKED }, Some(Obstacle::Held)),
            (Act::Reinstate, Situation { is_here: false, ..REVOKED }, Some(Obstacle::Left)),
            (Act::Issue, ACTIVE, Some(Obstacle::Standing)),
        ];
        for (act, situation, expected) in cases {
            assert_eq!(obstacle_to(act, &situation), expected, "{act:?} {situation:?}");
        }
    }

    #[test]
    fn what_can_be_asked_for_leads_where_the_states_allow_it() {
        assert!(ASKED.iter().all(|act| *act != Act::Issue && *act != Act::Confirm));
        assert_eq!(Act::ALL.into_iter().filter(|act| undoes(*act)).collect::<Vec<_>>(), [Act::Lift, Act::Recite, Act::Reinstate]);
        assert!(Act::ALL.into_iter().all(|act| state_after(act).is_issued()));
    }
}
