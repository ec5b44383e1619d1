//! Taking what is handed over, and making of it what it says. Receiving takes many commits: one that keeps the rows of a pack, then one for
//! each claim, so that nothing is held long; whatever is broken off goes on with the next pack, or with the hour.

mod apply;
mod devices;
mod exams;
mod look;
mod own_data;
mod phone;
mod prepare;
mod receive;
mod settle;

pub use devices::{devices_of, find_device, give_sheet, lines_of, own_phone, packs_of, register_box, revoke, waiting_of};
pub use look::{Decision, ToLookAt, count_to_look_at, decide, is_own_word, look_list};
pub use own_data::{export, forget, sweep};
pub use phone::{bring_tests, given_up_phones, hand_in_here, left_open, phone_of, phones_of, sheet_on, tests_on};
pub use prepare::{
    Maker, Wanted, has_operators, in_fours, is_small_enough, password_of, prepare, questions_of, title_of, witnesses_of,
};
pub use receive::{Carrier, Line, Receipt, receive};
pub use settle::{settle, settle_all};

use crate::config::Keys;
use crate::curriculum::Shelf;
use crate::identity::Sender;
use crate::kernel::SealKey;
use crate::places;
use crate::web::House;

use super::{Device, Error};

/// Where the body of a claim is sealed.
const BODY_PLACE: &str = "claim.body";

fn body_key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("hall-bodies"))
}

/// What making something of a claim needs of the house.
#[derive(Clone)]
struct Bank {
    keys: Keys,
    shelf: Shelf,
    /// Who answers for what is recognised where the device is used.
    organisation: String,
    /// How many passes are credited in an hour at one place before somebody looks; without one, all.
    most: Option<u32>,
    sender: Sender,
}

impl Bank {
    async fn at(house: &House, shelf: &Shelf, device: &Device) -> Result<Self, Error> {
        let authority = places::authority_of(house, Some(&device.place_code)).await?;
        let site = house.config.public_url.clone().unwrap_or_else(|| format!("http://{}", house.config.listen));
        Ok(Self {
            keys: house.keys.clone(),
            shelf: shelf.clone(),
            organisation: authority.organisation_name,
            most: Some(authority.passes_per_hour).filter(|most| *most > 0),
            sender: Sender { site, help_phone: authority.help_phone },
        })
    }
}
