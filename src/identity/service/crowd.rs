//! Many people at once: whose cards these are, and who of them may be seen.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};

use crate::identity::queries::{cards, people};
use crate::identity::roles::Role;
use crate::identity::scope::{Grant, StaffScope, Whose};
use crate::kernel::{CardNumber, LearnerId};

/// Whose these cards are; cards that nobody holds are left out. One statement.
///
/// # Errors
/// What the database answers.
pub async fn holders_of_cards(
    db: &impl ConnectionTrait,
    numbers: &[CardNumber],
) -> Result<HashMap<CardNumber, LearnerId>, DbErr> {
    if numbers.is_empty() { Ok(HashMap::new()) } else { cards::list_holders(db, numbers).await }
}

/// How somebody stands to a member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// They may be seen, by this role.
    Seen(Grant),
    /// They may not; for this member of staff there is nobody.
    Hidden,
}

/// How each of these people stands to a member of staff, by one of `roles`; whoever has left is left out. Who has not said where they live is
/// seen by who names them by their card (`by_card`). Two statements.
///
/// # Errors
/// What the database answers.
pub async fn sights_of(
    db: &impl ConnectionTrait,
    (scope, roles): (&StaffScope, &[Role]),
    wanted: &[(LearnerId, bool)],
) -> Result<HashMap<LearnerId, Sight>, DbErr> {
    let learners: Vec<LearnerId> = wanted.iter().map(|(learner, _)| *learner).collect();
    if learners.is_empty() {
        return Ok(HashMap::new());
    }
    let groups = people::list_groups_of(db, &learners).await?;
    let mut sights = HashMap::new();
    for (learner, place) in people::list_places_of(db, &learners).await? {
        let own: Vec<_> = groups.iter().filter(|(whose, _)| *whose == learner).map(|(_, group)| *group).collect();
        let by_card = wanted.iter().any(|(whose, by_card)| *whose == learner && *by_card);
        let whose = Whose { place: place.as_deref(), groups: &own };
        let grant = if place.is_none() && !by_card { None } else { scope.grant_for(roles, whose).cloned() };
        sights.insert(learner, grant.map_or(Sight::Hidden, Sight::Seen));
    }
    Ok(sights)
}
