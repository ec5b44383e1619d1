//! A program of another house that is told: it keeps what came and answers as it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What came.
#[derive(Clone, Debug)]
pub struct Came {
    pub line: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Came {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// How it answers.
#[derive(Clone, Debug)]
pub enum Says {
    /// With this status, these headers, these words.
    Status(u16, &'static str, &'static str),
    /// After so long.
    Slowly(Duration),
}

/// Listens until the test ends.
#[derive(Clone)]
pub struct Receiver {
    pub address: SocketAddr,
    came: Arc<Mutex<Vec<Came>>>,
    says: Arc<Mutex<VecDeque<Says>>>,
}

impl Receiver {
    pub fn listens() -> Self {
        Self::at("127.0.0.1:0")
    }

    pub fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let receiver = Self { address: listener.local_addr().unwrap(), came: Arc::default(), says: Arc::default() };
        let own = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                std::thread::spawn(move || own.serve(stream));
            }
        });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Answers next like this, one after the other; afterwards 204.
    pub fn will_say(&self, says: impl IntoIterator<Item = Says>) {
        self.says.lock().unwrap().extend(says);
    }

    /// What came since it was last asked.
    pub fn came(&self) -> Vec<Came> {
        std::mem::take(&mut *self.came.lock().unwrap())
    }

    fn serve(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        // Somebody who looks whether the port is open sends nothing.
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let mut headers = BTreeMap::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            let Some((name, value)) = header.trim().split_once(':') else { break };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let came = Came { line: line.trim().to_owned(), headers, body: String::from_utf8(body).unwrap() };
        self.came.lock().unwrap().push(came);
        let says = self.says.lock().unwrap().pop_front().unwrap_or(Says::Status(204, "", ""));
        let (status, more, words) = match says {
            Says::Status(status, more, words) => (status, more, words),
            Says::Slowly(wait) => {
                std::thread::sleep(wait);
                (204, "", "")
            }
        };
        let more = if more.is_empty() { String::new() } else { format!("{more}\r\n") };
        let answer = format!("HTTP/1.1 {status} X\r\n{more}content-length: {}\r\nconnection: close\r\n\r\n{words}", words.len());
        // Whoever lost patience has hung up.
        drop(stream.write_all(answer.as_bytes()));
    }
}
