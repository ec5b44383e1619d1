//! People who have an account: set up through identity's own services, signed in by the cookie that its pages would set.

use std::sync::Arc;

use credit_bank::identity::service::{
    ConsentGiven, ConsentWay, NewPerson, Opening, Registered, open_session, register,
};
use credit_bank::identity::values::{BirthYear, PersonName, Phone};
use credit_bank::identity::{self, Assurance, Origin, Role, Secret};
use credit_bank::kernel::LearnerId;

use super::server::{Bank, Person};
