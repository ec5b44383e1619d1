//! The composition root: the one table of routes, the server, the commands, the jobs. Nothing below knows it.

mod backup;
mod books;
mod cli;
mod clients;
mod columns;
mod commands;
mod curriculum_commands;
mod demo;
mod gallery;
mod hall_box_server;
mod hall_commands;
mod home_routes;
mod journal;
mod kept;
mod ledger_commands;
mod links;
mod logs;
mod manifest;
mod metrics_server;
mod nightly;
mod opening;
mod preview;
mod restore;
mod routes;
mod rules_commands;
mod server;
mod speak;
mod whole_file;
mod witness;

pub use cli::{Cli, run};
pub use gallery::{Hung, hung};
pub use hall_box_server::{BOX_ROUTES, open_box, serve_box};
pub use kept::KEPT;
pub use opening::runner_of;
pub use routes::{Access, ROUTES, RouteEntry};
pub use server::{Running, configure, serve};
