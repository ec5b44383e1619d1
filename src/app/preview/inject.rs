//! The middleware around a preview: it answers this machine alone, and puts a preview's additions into every page.

use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage, HttpResponse};

use super::banner;
use super::stand::Stand;
use crate::web::Ui;

/// Changes pages on their way out; everything else passes as it is. What asks for another host than this machine is a page from elsewhere
/// whose name was turned to this address: it reads nothing here, right answers above all.
///
/// # Errors
/// Never by itself.
pub(super) async fn inject(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !is_for_this_machine(&request) {
        return Ok(request.into_response(HttpResponse::NotFound().finish()));
    }
    let stand = request.app_data::<Data<Stand>>().map(|stand| stand.now());
    let response = next.call(request).await?.map_into_boxed_body();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_page = kind.is_some_and(|kind| kind.starts_with("text/html"));
    let ui = response.request().extensions().get::<Rc<Ui>>().cloned();
    let (Some(state), Some(ui), true) = (stand, ui, is_page) else { return Ok(response) };
    let (top, end) = (banner::top(&state, ui.lang), banner::end(&state, ui.lang));
    Ok(response.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) => BoxBody::new(with(bytes, &top, &end)),
        Err(body) => body,
    }))
}

fn is_for_this_machine(request: &ServiceRequest) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["127.0.0.1", "localhost"].contains(&name)
}

/// The page with `top` where its main part begins, and `end` where its body ends.
fn with(page: Bytes, top: &str, end: &str) -> Bytes {
    let Ok(text) = std::str::from_utf8(&page) else { return page };
    let Some((before, rest)) = text.split_once("<main") else { return page };
    let Some((tag, rest)) = rest.split_once('>') else { return page };
    let Some((rest, after)) = rest.rsplit_once("</body>") else { return page };
    Bytes::from(format!("{before}<main{tag}>{top}{rest}{end}</body>{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gets_both_and_what_is_no_page_stays_as_it_is() {
        let page = Bytes::from_static(b"<body><main id=\"main\">a</main></body></html>");
        assert_eq!(with(page, "TOP", "END"), "<body><main id=\"main\">TOPa</main>END</body></html>");
        for other in [&b"<p>a</p>"[..], &b"\xff"[..], &b"<main>a"[..]] {
            assert_eq!(with(Bytes::from_static(other), "TOP", "END"), other);
        }
    }
}
