//! A browser for loads: HTTP/1.1 on one kept connection, one cookie jar, no redirects. It costs little, since it runs on the server's own cores.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    /// The body as it came over the wire.
    pub body: Vec<u8>,
    /// Bytes on the wire, head and body.
    pub wire_bytes: usize,
}

/// One connection.
pub struct Client {
    stream: TcpStream,
    cookies: String,
    csrf: String,
    coding: &'static str,
    /// A line of the head, where it says for whom a proxy asks.
    behind: String,
}

impl Client {
    /// Connects; `cookies` as a browser sends them.
    pub async fn connect(address: SocketAddr, cookies: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, cookies: cookies.to_owned(), csrf: String::new(), coding: "identity", behind: String::new() })
    }

    /// Connects anew, as a browser does after a while of silence; cookies and token stay.
    pub async fn reconnect(&mut self, address: SocketAddr) -> io::Result<()> {
        self.stream = TcpStream::connect(address).await?;
        self.stream.set_nodelay(true)
    }

    /// This client, asking for answers in `coding` (`br`, `gzip`).
    pub fn accepting(mut self, coding: &'static str) -> Self {
        self.coding = coding;
        self
    }

    /// From here on it asks for somebody behind this address, as a proxy does.
    pub fn comes_from(&mut self, address: &str) {
        self.behind = format!("x-forwarded-for: {address}\r\n");
    }

    /// Opens a page with a form, to learn the cookie and the token that forms of this browser carry.
    pub async fn learn_token(&mut self) -> io::Result<()> {
        self.learn_token_at("/help").await
    }

    /// The same from another page.
    pub async fn learn_token_at(&mut self, path: &str) -> io::Result<()> {
        let answer = self.get(path).await?;
        let page = String::from_utf8_lossy(&answer.body).into_owned();
        let after = page.split("name=\"csrf\" value=\"").nth(1).unwrap_or_default();
        self.csrf = after.split('"').next().unwrap_or_default().to_owned();
        if self.csrf.is_empty() { Err(io::Error::other(format!("no token at {path}: {}", answer.status))) } else { Ok(()) }
    }

    pub async fn get(&mut self, path: &str) -> io::Result<Answer> {
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: bank\r\naccept-encoding: {}\r\ncookie: {}\r\n{}\r\n",
            self.coding, self.cookies, self.behind
        );
        self.send(head.as_bytes()).await
    }

    /// Posts `fields` (already escaped) with the token, under the key `once`.
    pub async fn post(&mut self, path: &str, once: &str, fields: &str) -> io::Result<Answer> {
        let body = format!("csrf={}&once={once}{fields}", self.csrf);
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: bank\r\naccept-encoding: {}\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\n{}content-length: {}\r\n\r\n{body}",
            self.coding,
            self.cookies,
            self.behind,
            body.len()
        );
        self.send(head.as_bytes()).await
    }

    async fn send(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.write_all(request).await?;
        let mut buffer = Vec::with_capacity(16 * 1024);
        let head_end = loop {
            if let Some(at) = find(&buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.read_more(&mut buffer).await?;
        };
        let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
        let status = head.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        let location = header(&head, "location").unwrap_or_default().to_owned();
        self.keep_cookies(&head);
        let body = match header(&head, "content-length").and_then(|length| length.parse::<usize>().ok()) {
            Some(length) => {
                while buffer.len() < head_end + length {
                    self.read_more(&mut buffer).await?;
                }
                buffer[head_end..head_end + length].to_vec()
            }
            None => self.read_chunks(&mut buffer, head_end).await?,
        };
        Ok(Answer { status, location, body, wire_bytes: buffer.len() })
    }

    /// Keeps the cookies that came, each in place of the earlier one of its name.
    fn keep_cookies(&mut self, head: &str) {
        let lines = head.lines().filter_map(|line| line.split_once(':'));
        for (_, cookie) in lines.filter(|(key, _)| key.eq_ignore_ascii_case("set-cookie")) {
            let pair = cookie.split(';').next().unwrap_or_default().trim();
            let name = pair.split('=').next().unwrap_or_default();
            let others = self.cookies.split("; ").filter(|kept| !kept.is_empty() && kept.split('=').next() != Some(name));
            self.cookies = others.chain([pair]).collect::<Vec<_>>().join("; ");
        }
    }

    async fn read_chunks(&mut self, buffer: &mut Vec<u8>, mut at: usize) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line_end = loop {
                if let Some(length) = find(&buffer[at..], b"\r\n") {
                    break at + length;
                }
                self.read_more(buffer).await?;
            };
            let size = std::str::from_utf8(&buffer[at..line_end]).ok().and_then(|hex| usize::from_str_radix(hex, 16).ok());
            let size = size.ok_or_else(|| io::Error::other("a chunk without a size"))?;
            let end = line_end + 2 + size + 2;
            while buffer.len() < end {
                self.read_more(buffer).await?;
            }
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&buffer[line_end + 2..end - 2]);
            at = end;
        }
    }

    async fn read_more(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        if self.stream.read_buf(buffer).await? == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}
