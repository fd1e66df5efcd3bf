//! What an operator sees of the process.

use super::{process::Process, server::Answer};
use serde_json::Value;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

const FORM: &str = "email=nobody%40nowhere.example&password=wrong";

/// A request that is at work: the server has asked for its body.
async fn open_request(process: &Process) -> TcpStream {
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\
         expect: 100-continue\r\n\r\n",
        process.address,
        FORM.len()
    );
    let mut stream = TcpStream::connect(process.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut invitation = [0; 25];
    stream.read_exact(&mut invitation).await.unwrap();
    assert_eq!(&invitation, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// Part 6 and F11: requests that are open when the server is told to stop are answered, and the exit code is 0.
#[tokio::test]
async fn an_open_request_is_answered_before_the_process_ends() {
    let mut process = Process::start("", "").await;
    let mut open = open_request(&process).await;
    process.terminate();
    while TcpStream::connect(process.address).await.is_ok() {
        sleep(Duration::from_millis(10)).await;
    }
    open.write_all(FORM.as_bytes()).await.unwrap();
    let answer = Answer::read(&mut open).await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
    let (code, _) = process.ended().await;
    assert_eq!(code, Some(0), "{}", process.log());
}

/// Part 6: what does not end in its time is cut off, and the exit code is 0.
#[tokio::test]
async fn a_request_that_does_not_end_keeps_the_process_for_its_time_only() {
    let mut process = Process::start("", "--drain-seconds 1").await;
    let _open = open_request(&process).await;
    process.terminate();
    let (code, after) = process.ended().await;
    assert_eq!(code, Some(0), "{}", process.log());
    assert!(after > Duration::from_millis(900) && after < Duration::from_secs(5), "{after:?}");
}

/// H7: neither a dead server nor a busy one, when the system gives no more files.
#[tokio::test]
async fn a_server_without_free_files_waits_for_some() {
    let process = Process::start("ulimit -n 80;", "").await;
    let mut connections = Vec::new();
    for _ in 0..150 {
        connections.push(TcpStream::connect(process.address).await.unwrap());
    }
    while !process.log().contains("no connection can be accepted") {
        sleep(Duration::from_millis(20)).await;
    }
    let before = process.time_at_work();
    sleep(Duration::from_secs(1)).await;
    let at_work = process.time_at_work() - before;
    assert!(at_work < Duration::from_millis(300), "it was at work for {at_work:?} of a second");
    drop(connections);
    process.send("GET /live", "", "").await.expect(204);
    process.send("GET /sign-in", "", "").await.expect(200);
}

/// H7: systems allow a program few open files unless it asks for more.
#[tokio::test]
async fn a_server_takes_as_many_files_as_it_may_have() {
    let process = Process::start("ulimit -S -n 64;", "").await;
    let mut connections = Vec::new();
    for _ in 0..150 {
        connections.push(TcpStream::connect(process.address).await.unwrap());
    }
    process.send("GET /live", "", "").await.expect(204);
    assert!(!process.log().contains("no connection can be accepted"), "{}", process.log());
}

/// Part 8, and what part 6 needs of it: every line of a request has its id; none has what may be a secret.
#[tokio::test]
async fn the_log_has_ids_and_no_secrets() {
    let process = Process::start("HEIRLOOM_LOG=debug", "--log-format json").await;
    let form = "email=somebody%40nowhere.example&password=secret-in-body";
    let headers = format!(
        "x-request-id: id-of-this-one\r\ncookie: sid=secret-in-cookie\r\nauthorization: Bearer secret-in-header\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
        form.len()
    );
    let answer = process.send("POST /sign-in?next=secret-in-query", &headers, form).await;
    assert_eq!(answer.header("x-request-id"), "id-of-this-one");
    let unnamed = process.send("GET /sign-in", "x-request-id: \"},{\"\r\n", "").await.expect(200);
    assert!(unnamed.header("x-request-id").len() == 36, "{unnamed:?}");
    let log = process.log();
    assert!(!log.contains("secret-in-"), "{log}");
    let lines =
        log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("no JSON: {line}")));
    let of_requests: Vec<Value> = lines.filter(|line| line["span"]["name"] == "request").collect();
    assert!(of_requests.len() >= 2, "{log}");
    for (id, path) in [("id-of-this-one", "/sign-in"), (unnamed.header("x-request-id"), "/sign-in")] {
        assert!(of_requests.iter().any(|line| line["span"]["id"] == id && line["span"]["path"] == path), "{id}: {log}");
    }
}
