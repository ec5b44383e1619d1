//! A client without manners: it sends what it likes, when it likes, and reads until the server hangs up.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// What came back, and how long it took.
pub struct Reply {
    pub text: String,
    pub seconds: f64,
}

impl Reply {
    /// The number behind `HTTP/1.1`; 0 where the server said nothing.
    pub fn status(&self) -> u16 {
        self.text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }
}

/// Sends `bytes` and then nothing more; reads until the server hangs up (10 s at most).
pub async fn says(url: &str, bytes: Vec<u8>) -> Reply {
    let address = url.trim_start_matches("http://").to_owned();
    let talk = move || {
        let started = Instant::now();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // A server that has answered before all was said may have hung up.
        drop(stream.write_all(&bytes));
        let (mut text, mut part) = (Vec::new(), [0; 4096]);
        while let Ok(read @ 1..) = stream.read(&mut part) {
            text.extend_from_slice(&part[..read]);
        }
        Reply { text: String::from_utf8_lossy(&text).into_owned(), seconds: started.elapsed().as_secs_f64() }
    };
    actix_web::rt::task::spawn_blocking(talk).await.unwrap()
}

/// A posted form's head, with these headers more.
pub fn head(path: &str, headers: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: bank\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n"
    )
}
