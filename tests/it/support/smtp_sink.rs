//! A mail server that keeps what it is given: one thread, one letter after the other, on a port of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A letter that has arrived.
#[derive(Debug)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body as they came.
    pub text: String,
}

/// The server; it ends with its last letter read.
pub struct SmtpSink {
    /// For the setting `smtp_url`.
    pub url: String,
    letters: Receiver<Letter>,
}

impl SmtpSink {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (keep, letters) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let keep = keep.clone();
                std::thread::spawn(move || drop(serve(stream, |letter| drop(keep.send(letter)))));
            }
        });
        Self { url, letters }
    }

    /// The next letter; waits for it.
    pub fn next(&self) -> Letter {
        self.letters.recv_timeout(Duration::from_secs(20)).unwrap()
    }
}

fn serve(stream: TcpStream, keep: impl Fn(Letter)) -> std::io::Result<()> {
    let mut answer = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let (mut from, mut to) = (String::new(), Vec::new());
    answer.write_all(b"220 sink\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "MAIL" => {
                (from, to) = (address(), Vec::new());
                "250 ok"
            }
            "RCPT" => {
                to.push(address());
                "250 ok"
            }
            "DATA" => {
                answer.write_all(b"354 go on\r\n")?;
                let mut text = String::new();
                while let Some(line) = lines.next().transpose()?.filter(|line| line != ".") {
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                keep(Letter { from: from.clone(), to: to.clone(), text });
                "250 kept"
            }
            "QUIT" => {
                answer.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 ok",
        };
        answer.write_all(format!("{reply}\r\n").as_bytes())?;
    }
    Ok(())
}

#[test]
fn a_letter_that_is_sent_is_kept() {
    use lettre::Transport;
    let sink = SmtpSink::open();
    let letter = lettre::Message::builder().from("xuefen@localhost".parse().unwrap()).to("wang@localhost".parse().unwrap());
    let letter = letter.subject("您好").body("一行\n.两行".to_owned()).unwrap();
    lettre::SmtpTransport::from_url(&sink.url).unwrap().build().send(&letter).unwrap();
    let kept = sink.next();
    assert_eq!((kept.from.as_str(), kept.to), ("xuefen@localhost", vec!["wang@localhost".to_owned()]));
    assert!(kept.text.contains("Subject:"), "{}", kept.text);
}
