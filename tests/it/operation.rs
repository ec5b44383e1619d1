//! What the machine's people see: readiness, numbers, the log, an end in good order.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use credit_bank::db::DbFault;
use credit_bank::jobs;

use crate::support::binary::{Served, bare, said, serve};
use crate::support::raw::head;
use crate::support::server::Bank;

crate::on_both! {
    async fn it_is_ready_while_reading_writing_and_the_ledger_are_well(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let ready = bank.visitor().opens("/readyz").await;
        assert_eq!((ready.status, ready.body.as_str()), (200, "reader ok\nwriter ok\nledger ok\nsealing ok\n"));
        let found = async |differences: u64| {
            let work = async move |tx: &credit_bank::db::Tx| Ok::<_, DbFault>(jobs::keep_finding(tx, "ledger", differences, None).await?);
            bank.fresh.db.write(work).await.unwrap();
        };
        found(2).await;
        let red = bank.visitor().opens("/readyz").await;
        assert_eq!((red.status, red.body.as_str()), (503, "reader ok\nwriter ok\nledger FAILED\nsealing ok\n"));
        assert!(bank.house.metrics.text().contains("ledger_differences 2"));
        found(0).await;
        assert_eq!(bank.visitor().opens("/readyz").await.status, 200);
        bank.close().await;
    }
}

#[actix_web::test]
async fn it_is_not_ready_while_its_writer_hangs_and_says_so_in_time() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap();
    let (gate, closed) = tokio::sync::watch::channel(());
    let db = bank.fresh.db.clone();
    let mut hanging = Box::pin(async move {
        let work = async move |_: &credit_bank::db::Tx| {
            drop(closed.clone().changed().await);
            Ok::<_, DbFault>(())
        };
        db.write(work).await
    });
    assert!(futures_util::poll!(&mut hanging).is_pending());
    let asked = Instant::now();
    let red = bank.visitor().opens("/readyz").await;
    assert_eq!((red.status, red.body.as_str()), (503, "reader ok\nwriter FAILED\nledger ok\nsealing ok\n"));
    assert!(asked.elapsed() < Duration::from_secs(5));
    drop(gate);
    hanging.await.unwrap();
    assert_eq!(bank.visitor().opens("/readyz").await.status, 200);
    bank.close().await;
}

#[actix_web::test]
async fn the_write_path_counts_what_waits_what_went_together_and_what_was_refused() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap();
    bank.house.metrics.adopt(bank.fresh.db.numbers()).unwrap();
    let writes = (0..20).map(|_| bank.fresh.db.ping());
    assert!(futures_util::future::join_all(writes).await.iter().all(Result::is_ok));
    let text = bank.house.metrics.text();
    let number = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} in {text}"));
        line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    assert_eq!((number("write_queue_length "), number("write_refused_total ")), (0.0, 0.0));
    assert!(number("write_group_size_sum ") >= 20.0 && number("write_commit_seconds_count ") >= 1.0, "{text}");
    bank.close().await;
}

/// A form of so many bytes, of which the first few are sent: the server has it in hand once it has told to go on.
fn begun(served: &Served, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(served.url.trim_start_matches("http://")).unwrap();
    stream.write_all(head("/help", &format!("Content-Length: {bytes}\r\nExpect: 100-continue\r\n")).as_bytes()).unwrap();
    let mut told = [0; 25];
    stream.read_exact(&mut told).unwrap();
    assert_eq!(std::str::from_utf8(&told).unwrap(), "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"phone=1").unwrap();
    stream
}

/// Asks the process to end, as systemd does.
fn terminate(served: &Served) {
    let told = Command::new("kill").args(["-TERM", &served.child.id().to_string()]).status().unwrap();
    assert!(told.success());
}

#[test]
fn what_is_in_hand_is_answered_before_it_ends_and_it_ends_within_ten_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = serve(bare(folder.path()));
    let mut slow = begun(&served, 15);
    terminate(&served);
    let told = Instant::now();
    while !said(&mut served.screen).contains("正在停下") {}
    slow.write_all(b"3800000").unwrap();
    slow.write_all(b"0").unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("放得太久了"), "{answer}");
    let status = served.child.wait().unwrap();
    assert!(status.success() && told.elapsed() < Duration::from_secs(10), "{status} after {:?}", told.elapsed());
}

#[test]
fn a_request_that_never_ends_does_not_keep_it_alive() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = serve(bare(folder.path()));
    let slow = begun(&served, 100);
    terminate(&served);
    let told = Instant::now();
    let status = served.child.wait().unwrap();
    assert!(status.success() && told.elapsed() < Duration::from_secs(10), "{status} after {:?}", told.elapsed());
    drop(slow);
}

#[test]
fn the_log_has_one_line_a_request_with_its_route_and_never_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = bare(folder.path());
    command.env("CREDIT_BANK_LOG_FORMAT", "json");
    let mut served = serve(command);
    let get = |path: &str| {
        let mut answer = String::new();
        let mut stream = TcpStream::connect(served.url.trim_start_matches("http://")).unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: bank\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        stream.read_to_string(&mut answer).unwrap();
    };
    get("/search?q=13800000001");
    get("/courses/T19");
    get("/nowhere/13800000001");
    terminate(&served);
    served.child.wait().unwrap();
    let mut log = String::new();
    served.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(!log.contains("13800000001") && !log.contains("127.0.0.1:5"), "{log}");
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let answered = lines.iter().filter(|line| line["message"] == "answered");
    let of =
        |line: &serde_json::Value| (line["level"].clone(), line["method"].clone(), line["route"].clone(), line["status"].clone());
    let expected = [("/search", 200), ("/courses/{code}", 200), ("-", 404)];
    let expected = expected.map(|(route, status)| ("INFO".into(), "GET".into(), route.into(), status.into()));
    assert_eq!(answered.clone().map(of).collect::<Vec<_>>(), expected);
    assert!(answered.clone().all(|line| line["ms"].is_u64() && line["request"].as_str().is_some_and(|id| id.len() == 36)));
}
