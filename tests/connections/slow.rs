//! Clients that are slow on purpose, and those who are beside them.

use super::{
    builders::an_experiment,
    server::{Answer, PATIENCE, Served},
};
use heirloom::services::Settings;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{interval, sleep, timeout},
};

const LIMIT: Duration = Duration::from_millis(1_500);
/// Between the limit and the end: two busy cores, and a thousand connections.
const SLACK: Duration = Duration::from_millis(2_500);
const MANY: usize = 500;

fn impatient(settings: &mut Settings) {
    settings.limits.head = LIMIT;
    settings.limits.text = LIMIT;
    settings.limits.upload_pause = LIMIT;
    // More than there are attackers would show nothing, but for their sum.
    settings.limits.connections = 3 * MANY;
}

/// Sends a byte from time to time, until the server has closed. Answers what it said, and how long that took.
async fn drip(mut stream: TcpStream, start: String) -> (String, Duration) {
    let begun = Instant::now();
    stream.write_all(start.as_bytes()).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut said = Vec::new();
    let dripping = async {
        let mut ticks = interval(Duration::from_millis(200));
        loop {
            ticks.tick().await;
            if writer.write_all(b"a").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ = timeout(PATIENCE, reader.read_to_end(&mut said)) => {}
        () = dripping => {}
    }
    (String::from_utf8_lossy(&said).into_owned(), begun.elapsed())
}

/// H1.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_slow_clients_are_cut_off_and_others_do_not_notice() {
    let served = Served::with(impatient).await;
    let half_a_head = format!("GET /live HTTP/1.1\r\nhost: {}\r\nx-slow: ", served.address);
    let headers = "content-type: application/json\r\ncontent-length: 1000000\r\n";
    let half_a_body = served.request("POST /api/v1/projects", headers) + "{\"name\": \"";
    let mut slow = JoinSet::new();
    for start in [&half_a_head, &half_a_body] {
        for _ in 0..MANY {
            let stream = served.connect().await;
            slow.spawn(drip(stream, start.clone()));
        }
    }
    let mut times = Vec::new();
    let mut cut_off = Vec::new();
    while !slow.is_empty() {
        let begun = Instant::now();
        served.get("/api/v1/projects").await.expect(200);
        times.push(begun.elapsed());
        while let Some(ended) = slow.try_join_next() {
            cut_off.push(ended.unwrap());
        }
        sleep(Duration::from_millis(5)).await;
    }
    for (said, after) in &cut_off {
        assert!(*after < LIMIT + SLACK, "cut off after {after:?}: {said}");
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 408 "), "{said}");
    }
    let told = cut_off.iter().filter(|(said, _)| said.contains("body_too_slow")).count();
    times.sort();
    let p99 = times[times.len() * 99 / 100];
    println!("{} requests beside them, p99 {p99:?}; {told} of {MANY} slow bodies were told why", times.len());
    assert!(times.len() >= 20 && p99 < Duration::from_millis(500), "p99 of {} requests is {p99:?}", times.len());
    served.stop().await;
}

/// H1. Nothing at all, or the beginning of what could be HTTP/2.
#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_is_closed() {
    let limit = Duration::from_millis(300);
    let served = Served::with(|settings| settings.limits.head = limit).await;
    for start in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let mut stream = served.connect().await;
        stream.write_all(start.as_bytes()).await.unwrap();
        let begun = Instant::now();
        let mut said = Vec::new();
        let closed = timeout(PATIENCE, stream.read_to_end(&mut said)).await;
        assert!(closed.is_ok() && begun.elapsed() < limit + SLACK, "{start:?} after {:?}", begun.elapsed());
    }
    // After an answer the next request has as much time.
    let mut stream = served.connect().await;
    stream.write_all(format!("GET /live HTTP/1.1\r\nhost: {}\r\n\r\n", served.address).as_bytes()).await.unwrap();
    Answer::read(&mut stream).await.expect(204);
    assert_eq!(Answer::read(&mut stream).await.status, 0);
    served.stop().await;
}

/// H1. A deadline would end large uploads over slow lines; a pause ends them.
#[tokio::test]
async fn an_upload_may_be_slow_but_not_stop() {
    let served = Served::with(|settings| {
        impatient(settings);
        settings.limits.text = Duration::from_millis(100);
        settings.limits.upload_pause = Duration::from_millis(600);
    })
    .await;
    let experiment = an_experiment().create(&served.world).await;
    let path = format!("/api/v1/experiments/{experiment}/artifacts/slow.bin");
    let mut stream = served.connect().await;
    stream.write_all(served.request(&format!("PUT {path}"), "content-length: 10\r\n").as_bytes()).await.unwrap();
    for _ in 0..10 {
        sleep(Duration::from_millis(150)).await;
        stream.write_all(b"a").await.unwrap();
    }
    Answer::read(&mut stream).await.expect(201);
    let stopped = served.request(&format!("PUT {path}"), "content-length: 10\r\n") + "12345";
    let answer = served.send(stopped).await;
    answer.problem(408, "body_too_slow");
    assert_eq!(served.get(&path).await.expect(200).body, "a".repeat(10), "the file is what it was");
    served.stop().await;
}

/// H1: slow reading. Who asks for much and takes nothing does not keep its connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_take_its_answer_loses_its_connection() {
    let served = Served::with(|settings| {
        settings.limits.connections = 1;
        settings.limits.unread = Duration::from_millis(500);
    })
    .await;
    let experiment = an_experiment().with_artifact_of("large.bin", vec![7; 32 << 20]).create(&served.world).await;
    let path = format!("GET /api/v1/experiments/{experiment}/artifacts/large.bin");
    let mut stalled = served.connect().await;
    stalled.write_all(served.request(&path, "").as_bytes()).await.unwrap();
    stalled.read_u8().await.unwrap();
    // The only connection is taken until the server has given up.
    served.get("/live").await.expect(204);
    drop(stalled);
    served.stop().await;
}
