//! How a table of routes is registered. The server looks for a path by trying one pattern after the other, which took as long as all else that a
//! small page does: so what begins alike is one pattern, and only behind it is looked further.

use actix_web::http::header;
use actix_web::{HttpResponse, Resource, web};

use super::RouteEntry;

/// Registers all routes of a server: one resource per path, so that a wrong method is answered with 405 and the methods that would do. Paths
/// that begin alike share the pattern of their beginning.
pub(in crate::app) fn register(config: &mut web::ServiceConfig, routes: impl IntoIterator<Item = &'static RouteEntry>) {
    let routes: Vec<&'static RouteEntry> = routes.into_iter().collect();
    add(config, &routes, 0);
}

/// The first part of what is left of a path behind `at`, with its slash; empty at its end.
fn head(path: &str, at: usize) -> &str {
    let rest = path.get(at..).unwrap_or_default();
    let end = rest.char_indices().skip(1).find(|(_, sign)| *sign == '/').map_or(rest.len(), |(end, _)| end);
    rest.get(..end).unwrap_or_default()
}

/// The distinct values of `of`, in their order.
fn distinct<'r>(routes: &[&'r RouteEntry], of: impl Fn(&'r RouteEntry) -> &'r str) -> Vec<&'r str> {
    let mut seen = std::collections::HashSet::new();
    routes.iter().map(|route| of(route)).filter(|value| seen.insert(*value)).collect()
}

/// Registers what stands below the same beginning, which ends at `at`.
fn add(config: &mut web::ServiceConfig, routes: &[&'static RouteEntry], at: usize) {
    let shared = shared(routes, at);
    let is_shared = |route: &RouteEntry| shared.contains(&head(route.path, at));
    let alone: Vec<&RouteEntry> = routes.iter().copied().filter(|route| !is_shared(route)).collect();
    for path in distinct(&alone, |route| route.path) {
        config.service(resource(path, at, &alone));
    }
    for beginning in &shared {
        let below: Vec<&'static RouteEntry> = routes.iter().copied().filter(|route| head(route.path, at) == *beginning).collect();
        config.service(web::scope(beginning).configure(|config| add(config, &below, at + beginning.len())));
    }
}

/// The beginnings of several paths each. Nothing may match what begins otherwise and yet be looked for behind one of them: either all
/// of them are words, or the one is a plain `{name}`, which comes after all words.
fn shared(routes: &[&'static RouteEntry], at: usize) -> Vec<&'static str> {
    let mut heads = distinct(routes, |route| head(route.path, at));
    let open: Vec<&str> = heads.iter().copied().filter(|head| head.contains('{')).collect();
    if let [one, more @ ..] = open.as_slice() {
        if !more.is_empty() || one.contains(':') {
            return Vec::new();
        }
        heads = vec![one];
    }
    let paths = distinct(routes, |route| route.path);
    heads.retain(|beginning| beginning.len() > 1 && paths.iter().filter(|path| head(path, at) == *beginning).count() > 1);
    heads
}

/// One path with its methods.
fn resource(path: &'static str, at: usize, routes: &[&'static RouteEntry]) -> Resource {
    let routes = || routes.iter().filter(|route| route.path == path);
    let allowed: Vec<&str> = routes().map(|route| if route.method == "GET" { "GET, HEAD" } else { route.method }).collect();
    let allowed = allowed.join(", ");
    let not_allowed = move || {
        let answer = HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allowed.as_str())).finish();
        std::future::ready(answer)
    };
    let resource = web::resource(path.get(at..).unwrap_or_default()).default_service(web::to(not_allowed));
    routes().fold(resource, |resource, route| resource.route((route.make)()))
}

#[cfg(test)]
mod tests {
    use super::super::ROUTES;
    use super::*;

    fn beginnings(at: &str) -> Vec<&'static str> {
        let below: Vec<&RouteEntry> = ROUTES.iter().filter(|route| route.path.starts_with(at)).collect();
        shared(&below, at.len())
    }

    #[test]
    fn paths_are_looked_for_by_their_parts() {
        assert!(beginnings("").contains(&"/staff"));
        assert!(beginnings("/staff").contains(&"/agency"));
        assert_eq!(beginnings("/staff/agency"), ["/{agency}"]);
        assert_eq!(head("/staff/agency/{agency}", 6), "/agency");
        assert_eq!((head("/staff", 6), head("/", 0)), ("", "/"));
    }
}
