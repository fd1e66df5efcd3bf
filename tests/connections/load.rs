//! More than the server can do at once.

use super::{
    builders::an_experiment,
    server::{Answer, PATIENCE, Served},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
    time::timeout,
};

const PROJECT: &str = r#"{"name":"Waits for its turn to write"}"#;

fn create_project(served: &Served) -> String {
    let headers = format!("content-type: application/json\r\ncontent-length: {}\r\n", PROJECT.len());
    served.request("POST /api/v1/projects", &headers) + PROJECT
}

/// Part 6: load shedding.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_beyond_the_limit_are_told_to_come_again() {
    let served = Served::with(|settings| {
        settings.limits.requests = 2;
        settings.limits.turn = Duration::from_millis(50);
    })
    .await;
    // Who writes keeps others from writing: two requests are at work until it is done.
    let writer = served.world.database().begin().await.unwrap();
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let mut stream = served.connect().await;
        stream.write_all(create_project(&served).as_bytes()).await.unwrap();
        waiting.push(stream);
    }
    let busy = until(&served, 503).await;
    busy.problem(503, "busy");
    assert!(busy.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0), "{busy:?}");
    served.get("/live").await.expect(204);
    drop(writer);
    let statuses = async {
        [Answer::read(&mut waiting.remove(0)).await.status, Answer::read(&mut waiting.remove(0)).await.status]
    };
    let mut statuses = statuses.await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "those that were at work go on");
    until(&served, 200).await;
    served.stop().await;
}

/// Asks until there is this status: how soon a request is at work nobody can see from outside.
async fn until(served: &Served, status: u16) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = served.get("/api/v1/me").await;
        if answer.status == status {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{answer:?}");
    }
}

/// Part 6: who waits for a slow client, or sends to one, does not count.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_uploads_and_downloads_do_not_keep_others_out() {
    let served = Served::with(|settings| {
        settings.limits.requests = 2;
        settings.limits.turn = Duration::from_millis(200);
    })
    .await;
    let large = vec![7; 16 << 20];
    let experiment = an_experiment().with_artifact_of("large.bin", large).create(&served.world).await;
    let path = format!("/api/v1/experiments/{experiment}/artifacts");
    let mut open = Vec::new();
    for number in 0..4 {
        let mut download = served.connect().await;
        download.write_all(served.request(&format!("GET {path}/large.bin"), "").as_bytes()).await.unwrap();
        download.read_u8().await.unwrap();
        open.push(download);
        let mut upload = served.connect().await;
        let request = served.request(&format!("PUT {path}/{number}"), "content-length: 2\r\n");
        upload.write_all((request + "a").as_bytes()).await.unwrap();
        open.push(upload);
        let mut form = served.connect().await;
        let request = create_project(&served);
        form.write_all(&request.as_bytes()[..request.len() - 5]).await.unwrap();
        open.push(form);
    }
    for _ in 0..10 {
        served.get("/api/v1/me").await.expect(200);
    }
    // What waited has its turn again when the rest comes.
    let mut upload = open.remove(1);
    upload.write_all(b"b").await.unwrap();
    Answer::read(&mut upload).await.expect(201);
    drop(open);
    served.stop().await;
}

/// H7. Those beyond the limit wait to be accepted; none is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_beyond_the_limit_wait_until_others_end() {
    let served = Served::with(|settings| settings.limits.connections = 4).await;
    let request = format!("GET /live HTTP/1.1\r\nhost: {}\r\n\r\n", served.address);
    let mut kept = Vec::new();
    for _ in 0..4 {
        let mut stream = served.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        Answer::read(&mut stream).await.expect(204);
        kept.push(stream);
    }
    let mut late = served.connect().await;
    late.write_all(request.as_bytes()).await.unwrap();
    let early = timeout(Duration::from_millis(300), Answer::read(&mut late)).await;
    assert!(early.is_err(), "a fifth connection is served: {early:?}");
    kept.pop();
    Answer::read(&mut late).await.expect(204);
    served.stop().await;
}

/// H7: many at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_idle_connections_are_outlived() {
    let served = Served::with(|settings| {
        settings.limits.connections = 256;
        settings.limits.head = Duration::from_millis(500);
    })
    .await;
    let mut idle = JoinSet::new();
    for _ in 0..3_000 {
        let address = served.address;
        idle.spawn(async move { tokio::net::TcpStream::connect(address).await });
    }
    let mut held = Vec::new();
    while let Some(connected) = timeout(PATIENCE, idle.join_next()).await.unwrap_or_default() {
        held.extend(connected.unwrap().ok());
    }
    assert!(held.len() >= 256, "only {} connections came about", held.len());
    served.get("/live").await.expect(204);
    drop(held);
    served.stop().await;
}

/// A9: many sign-ins at once cost those who are in nothing that they notice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_sign_ins_at_once_keep_nobody_waiting() {
    let served = Arc::new(Served::start().await);
    served.get("/api/v1/me").await.expect(200);
    let mut attempts = JoinSet::new();
    for number in 0..100 {
        let served = served.clone();
        attempts.spawn(async move {
            let form = format!("email=person{number}%40acme.example&password=wrong+horse");
            let headers =
                format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n", form.len());
            served.send(served.request("POST /sign-in", &headers) + &form).await.status
        });
    }
    let mut waited = Vec::new();
    for _ in 0..200 {
        let begun = Instant::now();
        served.get("/api/v1/me").await.expect(200);
        waited.push(begun.elapsed());
    }
    let statuses = attempts.join_all().await;
    assert!(statuses.iter().all(|status| [401, 429, 503].contains(status)), "{statuses:?}");
    waited.sort();
    assert!(waited[197] < Duration::from_millis(500), "{:?}", waited[197]);
}

/// A token's last use is written down, and reading does not wait until that is possible.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_does_not_wait_for_who_writes() {
    let served = Served::start().await;
    let writer = served.world.database().begin().await.unwrap();
    served.get("/api/v1/me").await.expect(200);
    drop(writer);
    let begun = Instant::now();
    while served.world.texts("SELECT id FROM tokens WHERE last_used_at IS NOT NULL").await.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "the use is never noted");
        served.get("/api/v1/me").await.expect(200);
    }
    served.stop().await;
}
