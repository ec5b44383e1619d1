//! Static files inside the binary: hashed names, kept by browsers for a year, compressed once at the first asking.

use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;

use crate::error::AppError;
use crate::kernel::digest_of;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/static"]
struct Files;

struct Asset {
    kind: &'static str,
    plain: Vec<u8>,
    brotli: Option<Vec<u8>>,
    gzip: Option<Vec<u8>>,
}

/// By hashed name: `app.3f2a9c01.css`.
static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let names = Files::iter().collect::<Vec<_>>();
    names.iter().filter_map(|name| Files::get(name).map(|file| (hashed(name, &file.data), asset(name, &file.data)))).collect()
});

/// Addresses by plain name.
static PATHS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let names = Files::iter().collect::<Vec<_>>();
    names
        .iter()
        .filter_map(|name| Files::get(name).map(|file| (name.to_string(), format!("/static/{}", hashed(name, &file.data)))))
        .collect()
});

/// The address of the one stylesheet.
#[must_use]
pub fn stylesheet_path() -> &'static str {
    path_of("app.css")
}

/// The address of a static file by its plain name; `/static/missing` where there is none.
#[must_use]
pub fn path_of(name: &str) -> &'static str {
    PATHS.get(name).map_or("/static/missing", String::as_str)
}

fn hashed(name: &str, content: &[u8]) -> String {
    let digest = digest_of(&[content]).to_string();
    let short = digest.get(..10).unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{short}.{ending}"),
        None => format!("{name}.{short}"),
    }
}

fn asset(name: &str, content: &[u8]) -> Asset {
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("mp3") => "audio/mpeg",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    };
    let is_text = kind.starts_with("text/") || kind.contains("svg") || kind.contains("json");
    Asset {
        kind,
        plain: content.to_vec(),
        brotli: is_text.then(|| brotli_of(content)).flatten(),
        gzip: is_text.then(|| gzip_of(content)).flatten(),
    }
}

fn brotli_of(content: &[u8]) -> Option<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    writer.write_all(content).ok()?;
    writer.flush().ok()?;
    Some(writer.into_inner())
}

fn gzip_of(content: &[u8]) -> Option<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(content).ok()?;
    writer.finish().ok()
}

/// `GET /static/{name}`: the file of that hashed name, in the best coding the browser takes.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn serve(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, AppError> {
    let asset = ASSETS.get(name.as_str()).ok_or(AppError::NotFound)?;
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (coding, body) = match (&asset.brotli, &asset.gzip) {
        (Some(body), _) if accepts.contains("br") => ("br", body),
        (_, Some(body)) if accepts.contains("gzip") => ("gzip", body),
        _ => ("identity", &asset.plain),
    };
    Ok(HttpResponse::Ok()
        .content_type(asset.kind)
        .insert_header((header::CONTENT_ENCODING, coding))
        .insert_header((header::VARY, "accept-encoding"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(body.clone()))
}
