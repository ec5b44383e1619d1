//! Every route of the site, with who may use it. The server is built from this table, and the test of routes × roles walks it.

use std::sync::LazyLock;

use actix_web::{Route, guard, web};

use crate::identity::{Act, Role};

/// Who may use a route. The extractor in the handler enforces it; a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody signed in, for their own things.
    Learner,
    /// Anybody signed in, where their session is strong enough for this; a card alone is not.
    Strong(Act),
    /// Anybody; but who is signed in, only where their session is strong enough for this.
    NotWeak(Act),
    /// Staff with one of these roles, signed in with a second factor.
    Staff(&'static [Role]),
    /// A client of the API, with a token.
    Client,
    /// A client that is bound to an agency, with a token for this part; the agency works, and an officer of it answers for the client.
    AgencyClient,
    /// Nobody in production: pages for trying things out.
    Trial,
}

/// Whoever has any role.
const STAFF: Access = Access::Staff(&Role::ALL);
/// Who may look up single people and answers them.
const FINDERS: Access = Access::Staff(Role::FINDERS);
/// Who holds class sessions.
const HOSTS: Access = Access::Staff(Role::HOSTS);
/// Who may say that a document was seen.
const CHECKERS: Access = Access::Staff(Role::CHECKERS);
/// Who asks for corrections of credit, who decides on them, and both.
const OFFICERS: Access = Access::Staff(Role::OFFICERS);
const REVIEWERS: Access = Access::Staff(Role::REVIEWERS);
const CORRECTORS: Access = Access::Staff(Role::CORRECTORS);
/// Who looks at what somebody should look at.
const LOOKERS: Access = Access::Staff(Role::LOOKERS);
/// Who reads cards and questions aloud. One recording is for its sender and who administers its place; others do not find it.
const RECORDERS: Access = Access::Staff(Role::RECORDERS);
/// Who publishes training plans for an organisation.
const PLANNERS: Access = Access::Staff(Role::PLANNERS);
/// Who gives and ends roles.
const ADMINISTRATORS: Access = Access::Staff(Role::ADMINISTRATORS);

/// One route.
#[derive(Clone, Copy)]
pub struct RouteEntry {
    /// `GET`, which answers HEAD too, `POST`, or `DELETE`, which only programs send.
    pub method: &'static str,
    /// The pattern.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// Makes the handler's route.
    pub make: fn() -> Route,
}

impl std::fmt::Debug for RouteEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.access)
    }
}

/// HEAD is answered like GET; the server leaves the body out.
fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

macro_rules! get {
    ($path:literal, $access:expr, $handler:expr) => {
        RouteEntry { method: "GET", path: $path, access: $access, make: || reading().to($handler) }
    };
}

macro_rules! post {
    ($path:literal, $access:expr, $handler:expr) => {
        RouteEntry { method: "POST", path: $path, access: $access, make: || web::post().to($handler) }
    };
}

macro_rules! delete {
    ($path:literal, $access:expr, $handler:expr) => {
        RouteEntry { method: "DELETE", path: $path, access: $access, make: || web::delete().to($handler) }
    };
}

mod agencies;
mod api;
mod applications;
mod certificate_batches;
mod certificates;
mod conversions;
mod desk;
mod exams;
mod learners;
mod rolls;
mod tree;

pub(super) use tree::register;

/// All of them.
pub static ROUTES: LazyLock<Vec<RouteEntry>> = LazyLock::new(|| {
    [
        desk::DESK,
        agencies::AGENCIES,
        conversions::CONVERSIONS,
        applications::APPLICATIONS,
        rolls::ROLLS,
        exams::EXAMS,
        certificate_batches::CERTIFICATE_BATCHES,
        certificates::CERTIFICATES,
        api::API,
        learners::LEARNERS,
    ]
    .concat()
});
