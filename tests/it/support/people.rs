//! People who have an account: set up through identity's own services, signed in by the cookie that its pages would set.

use std::sync::Arc;

use credit_bank::identity::{
    self, Assurance, BirthYear, ConsentGiven, ConsentWay, NewPerson, Opening, Origin, PersonName, Phone, Registered, Role, Secret,
    open_session, register,
};
use credit_bank::kernel::LearnerId;

use super::server::{Bank, Person};
