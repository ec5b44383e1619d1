//! Registering oneself by a proven phone, and being signed in at once.

use super::codes::{find_proven, session_token};
use super::{NewPerson, Opening, Registered, SignIn, choose_start, open_session, register};
use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::identity::Error;
use crate::identity::kinds::ConsentWay;
use crate::identity::roles::Assurance;
use crate::identity::secrets::{Origin, Secret};
use crate::identity::values::{BirthYear, PersonName};
use crate::kernel::{Acting, IdentityLevel};

/// Where somebody has chosen to begin before they registered, as the curriculum's codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The points of the first page, joined by dots.
    pub start_point: Option<String>,
    /// The reading list.
    pub pathway: Option<String>,
}

/// What somebody has told of themselves, on one page after the other.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The name.
    pub name: PersonName,
    /// The year of birth; whether it allows to register alone was settled when it was told.
    pub birth_year: BirthYear,
    /// Where they have chosen to begin as a visitor.
    pub choice: Choice,
    /// Text size.
    pub font: &'static str,
    /// Language.
    pub lang: Lang,
}

/// Registers who has proven the flow's phone and pressed the button under the text of consent, and opens their session.
/// A repeat finds the account made by the first time.
///
/// # Errors
/// [`Error::PhoneNotProven`] where more than an hour has passed; [`Error::PhoneTaken`] where another was faster: asking again signs in.
pub async fn register_by_phone(
    tx: &Tx,
    keys: &Keys,
    origin: &Origin,
    flow: &Secret,
    draft: &Draft,
    replaces: Option<&Secret>,
) -> Result<SignIn, Error> {
    let proven = find_proven(tx, keys, flow, tx.now).await?.ok_or(Error::PhoneNotProven)?;
    let new = NewPerson {
        name: draft.name.clone(),
        birth_year: Some(draft.birth_year),
        phone: Some(proven.phone),
        place_code: None,
        groups: Vec::new(),
        font: draft.font,
        lang: draft.lang,
        identity_level: IdentityLevel::KNOWN,
        consent: Some(ConsentWay::Screen),
        by: None,
        is_sample: false,
    };
    let registered = register(tx, keys, &new).await?;
    let learner = registered.learner();
    if matches!(registered, Registered::New { .. }) && draft.choice != Choice::default() {
        let acting = Acting { learner, helper: None, identity_level: new.identity_level };
        choose_start(tx, &acting, draft.choice.start_point.clone(), draft.choice.pathway.clone()).await?;
    }
    let token = session_token(keys, flow);
    let session = open_session(tx, Opening { learner, assurance: Assurance::Sms, origin, token: &token, replaces }).await?;
    Ok(SignIn::In { learner, session })
}
