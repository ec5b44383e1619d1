//! Files that are no evidence, sent through the door: how long each takes until it is refused.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::county::{Browser, County, ONCE, picture, value_of};
use crate::reading::millis;
use crate::show;

/// Each is sent so often, one after the other.
const ROUNDS: usize = 5;
const BOUNDARY: &str = "------------------------bench";
/// More than the eight megabytes that a file may have.
const HEAVY: usize = 9 * 1024 * 1024;
/// Nobody waits longer than this.
const MOST: Duration = Duration::from_secs(60);

/// A file to be refused: what it is, under which name, its bytes, and whether the form ends behind it.
type Bad = (&'static str, &'static str, Vec<u8>, bool);

pub async fn measure() {
    let county = County::open();
    let learner = county.learners().await.pop().unwrap();
    let path = learner.begins_application().await;
    for (what, name, bytes, is_whole) in bad_files() {
        let mut longest = Duration::ZERO;
        for _ in 0..ROUNDS {
            let request = request(&learner, &path, (name, bytes.as_slice(), is_whole)).await;
            longest = longest.max(refused(county.server.address, request).await);
        }
        let details = format!("the longest of {ROUNDS}, {} kB sent", bytes.len().div_ceil(1000));
        show(&format!("evidence refused: {what}"), "≤ 2 s", &format!("{:.0} ms", millis(longest)), &details);
    }
    let after = learner.opens(&path).await;
    assert!(!after.contains(&format!("{path}/details")), "none of it was taken");
}

fn bad_files() -> [Bad; 7] {
    [
        ("HTML named .png", "a.png", b"<html><script>alert(1)</script></html>".to_vec(), true),
        ("SVG named .jpg", "a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), true),
        ("a PDF that acts", "a.pdf", acting_pages(), true),
        ("a PNG of 50,000 × 50,000", "a.png", bomb(50_000), true),
        ("an empty file", "a.png", Vec::new(), true),
        ("9 MB", "a.png", vec![0; HEAVY], true),
        ("9 MB of a file that does not end", "a.png", vec![0; HEAVY], false),
    ]
}

/// One page, and something that runs.
fn acting_pages() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
      3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n8 0 obj\n<</S/JavaScript/JS(1)>>\nendobj\n\
      trailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
        .to_vec()
}

/// A picture whose head claims so many points on each side, with a right sum over the head.
fn bomb(side: u32) -> Vec<u8> {
    let mut bytes = picture(0);
    bytes[16..20].copy_from_slice(&side.to_be_bytes());
    bytes[20..24].copy_from_slice(&side.to_be_bytes());
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    };
    let check = !bytes[12..29].iter().fold(u32::MAX, step);
    bytes[29..33].copy_from_slice(&check.to_be_bytes());
    bytes
}

/// The form with the file, as it goes over the wire; one that does not end says no length, and the last of its pieces never comes.
async fn request(learner: &Browser, path: &str, (name, bytes, is_whole): (&str, &[u8], bool)) -> Vec<u8> {
    let draft = learner.opens(path).await;
    let field =
        |name: &str, value: &str| format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let fields = [field("csrf", value_of(&draft, "csrf")), field("once", ONCE), field("clean", "yes")].concat();
    let file = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    );
    let mut body = [fields.as_bytes(), file.as_bytes(), bytes].concat();
    let length = if is_whole {
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        format!("content-length: {}", body.len())
    } else {
        body = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n"].concat();
        "transfer-encoding: chunked".to_owned()
    };
    let head = format!(
        "POST {path}/files HTTP/1.1\r\nhost: bank\r\ncookie: {}\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\n{length}\r\n\r\n",
        learner.cookies()
    );
    [head.as_bytes(), &body].concat()
}

/// From the first byte that is sent to the last of the page that refuses it. What is still to be sent by then waits for nobody.
async fn refused(address: SocketAddr, request: Vec<u8>) -> Duration {
    let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    let begun = Instant::now();
    let sending = actix_web::rt::spawn(async move {
        drop(writer.write_all(&request).await);
        // Kept, since dropping it would be an end.
        writer
    });
    let answer = actix_web::rt::time::timeout(MOST, whole(&mut reader)).await.unwrap().unwrap();
    let took = begun.elapsed();
    sending.abort();
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    took
}

/// The answer, to the end of its page.
async fn whole(reader: &mut (impl AsyncReadExt + Unpin)) -> io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        if reader.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&bytes);
        if text.contains("</html>") {
            return Ok(text.into_owned());
        }
    }
}
