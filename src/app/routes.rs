//! Every route of the site, with who may use it. The server is built from this table, and the test of routes × roles walks it.

use actix_web::{Route, web};

use super::home_routes;
use crate::assessment::routes as assessment;
use crate::help;
use crate::web::assets;

/// Who may use a route. The extractor in the handler enforces it; a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody signed in, for their own things.
    Learner,
    /// Any staff member with a second factor.
    Staff,
    /// Administrators only.
    Administrator,
    /// Nobody in production: pages for trying things out.
    Trial,
}

/// One route.
pub struct RouteEntry {
    /// `GET` or `POST`.
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

macro_rules! get {
    ($path:literal, $access:ident, $handler:expr) => {
        RouteEntry { method: "GET", path: $path, access: Access::$access, make: || web::get().to($handler) }
    };
}

macro_rules! post {
    ($path:literal, $access:ident, $handler:expr) => {
        RouteEntry { method: "POST", path: $path, access: Access::$access, make: || web::post().to($handler) }
    };
}

/// All of them.
pub const ROUTES: &[RouteEntry] = &[
    // Of the house itself.
    get!("/static/{name:.*}", Public, assets::serve),
    get!("/font", Public, home_routes::font),
    get!("/lang", Public, home_routes::lang),
    get!("/healthz", Public, home_routes::healthz),
    get!("/readyz", Public, home_routes::readyz),
    // assessment
    get!("/courses/{code}/test", Learner, assessment::start_page),
    post!("/courses/{code}/test", Learner, assessment::start),
    get!("/tests/{attempt}", Learner, assessment::go_on),
    get!("/tests/{attempt}/check", Learner, assessment::check_page),
    post!("/tests/{attempt}/hand-in", Learner, assessment::hand_in),
    get!("/tests/{attempt}/result", Learner, assessment::result_page),
    get!("/tests/{attempt}/{position}", Learner, assessment::question_page),
    post!("/tests/{attempt}/{position}", Learner, assessment::answer),
    // help
    get!("/help", Public, help::show),
    post!("/help", Public, help::ask),
    get!("/help/{number}", Public, help::case),
    post!("/help/{number}/withdraw", Public, help::take_back),
    get!("/staff/cases", Staff, help::list_for_staff),
    get!("/staff/cases/{learner}/{id}", Staff, help::show_for_staff),
    post!("/staff/cases/{learner}/{id}", Staff, help::act_for_staff),
];

/// Registers the table: one resource per path, so that a wrong method is answered with 405.
pub(super) fn register(config: &mut web::ServiceConfig) {
    let mut paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    paths.dedup();
    let mut seen = std::collections::HashSet::new();
    for path in paths {
        if seen.insert(path) {
            let routes = ROUTES.iter().filter(|route| route.path == path);
            let resource = routes.fold(web::resource(path), |resource, route| resource.route((route.make)()));
            config.service(resource);
        }
    }
}
