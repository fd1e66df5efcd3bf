//! Requests that are ambiguous, too large, or not meant for a server like this one.

use super::server::{Answer, Served};
use tokio::io::AsyncWriteExt;

const BODY: &str = "content-type: application/json\r\n";

/// H2. What two programs could read differently (request smuggling) is refused, and the connection closed.
#[tokio::test]
async fn ambiguous_requests_are_refused_and_the_connection_is_closed() {
    let served = Served::start().await;
    let smuggled = format!("GET /api/v1/smuggled HTTP/1.1\r\nhost: {}\r\n\r\n", served.address);
    for headers in [
        "content-length: 2\r\ncontent-length: 3\r\n",
        "content-length: 2, 3\r\n",
        "content-length: +2\r\n",
        "content-length: -2\r\n",
        "content-length: 0x2\r\n",
        "content-length: 99999999999999999999999\r\n",
        "transfer-encoding: gzip\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        "content-length : 2\r\n",
        "x-folded: a\r\n b\r\n",
        "x-null: a\0b\r\n",
        "x-return: a\rb\r\n",
        "no colon\r\n",
    ] {
        let mut stream = served.connect().await;
        let head =
            served.request("POST /api/v1/projects", &format!("{BODY}{headers}")).replace("connection: close\r\n", "");
        stream.write_all(format!("{head}{{}}{smuggled}").as_bytes()).await.unwrap();
        let answer = Answer::read(&mut stream).await;
        assert_eq!(answer.status, 400, "{headers:?}: {answer:?}");
        assert_eq!(Answer::read(&mut stream).await.status, 0, "{headers:?}: the rest was read as a request");
    }
    served.stop().await;
}

/// H2. Of a length beside chunks only the chunks count (RFC 9112, section 6.3), and the connection ends with the answer, so that what
/// another program took for a second request is never one.
#[tokio::test]
async fn a_length_beside_chunks_does_not_count_and_ends_the_connection() {
    let served = Served::start().await;
    let smuggled = format!("GET /api/v1/smuggled HTTP/1.1\r\nhost: {}\r\n\r\n", served.address);
    let body = r#"{"name":"Chunked"}"#;
    let chunks = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    for headers in
        ["content-length: 4\r\ntransfer-encoding: chunked\r\n", "transfer-encoding: chunked\r\ncontent-length: 4\r\n"]
    {
        let mut stream = served.connect().await;
        let head =
            served.request("POST /api/v1/projects", &format!("{BODY}{headers}")).replace("connection: close\r\n", "");
        stream.write_all(format!("{head}{chunks}{smuggled}").as_bytes()).await.unwrap();
        assert!([201, 409].contains(&Answer::read(&mut stream).await.status), "{headers:?}");
        assert_eq!(Answer::read(&mut stream).await.status, 0, "{headers:?}: the rest was read as a request");
    }
    served.stop().await;
}

/// H2. A line may end without a carriage return (RFC 9112, section 2.2, allows to read it so): what follows is a header like others, and
/// is looked at like others.
#[tokio::test]
async fn lines_that_end_in_a_bare_line_feed_hide_nothing() {
    let served = Served::start().await;
    let request = served.request("GET /api/v1/me", "x-a: b\nhost: evil.example\n");
    served.send(request).await.problem(400, "unreadable_host");
    let request =
        served.request("POST /api/v1/projects", &format!("{BODY}content-length: 2\r\nx-a: b\ncontent-length: 3\n"));
    served.send(request + "{}x").await.expect(400);
    served.stop().await;
}

/// H2.
#[tokio::test]
async fn broken_chunks_are_refused_and_the_connection_is_closed() {
    let served = Served::start().await;
    let head = served.request("POST /api/v1/projects", &format!("{BODY}transfer-encoding: chunked\r\n"));
    let head = head.replace("connection: close\r\n", "");
    for chunks in [
        "fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n",
        "0x2\r\n{}\r\n",
        "2\n{}\r\n0\r\n\r\n",
        "2;\n{}\r\n0\r\n\r\n",
        "2\r\n{}xx0\r\n\r\n",
    ] {
        let mut stream = served.connect().await;
        stream.write_all(format!("{head}{chunks}").as_bytes()).await.unwrap();
        assert_eq!(Answer::read(&mut stream).await.status, 400, "{chunks:?}");
        assert_eq!(Answer::read(&mut stream).await.status, 0, "{chunks:?}");
    }
    served.stop().await;
}

/// H3.
#[tokio::test]
async fn heads_that_are_too_large_are_refused() {
    let served = Served::start().await;
    let many = (0..200).map(|number| format!("x-{number}: a\r\n")).collect::<String>();
    for (line, headers, status) in [
        ("GET /live", many.clone(), 431),
        ("GET /live", format!("x-large: {}\r\n", "a".repeat(64 << 10)), 431),
        (&format!("GET /live?{}", "a".repeat(10 << 10)), String::new(), 414),
        (&format!("GET /{}", "a".repeat(200 << 10)), String::new(), 431),
        (&format!("GET /api/v1/me?{}", "a".repeat(8_000)), String::new(), 200),
        ("GET /api/v1/me", format!("x-large: {}\r\n", "a".repeat(30_000)), 200),
        ("GET /api/v1/me", many.split_inclusive('\n').take(90).collect(), 200),
    ] {
        let answer = served.send(served.request(line, &headers)).await;
        assert_eq!(
            answer.status,
            status,
            "{}... {} bytes of headers: {answer:?}",
            &line[..20.min(line.len())],
            headers.len()
        );
    }
    served.stop().await;
}

/// H9.
#[tokio::test]
async fn methods_that_nothing_here_takes_are_refused() {
    let served = Served::start().await;
    for line in [
        "TRACE /",
        "TRACE /live",
        "CONNECT 127.0.0.1:22",
        "OPTIONS *",
        "BREW /api/v1/me",
        "PROPFIND /",
        "QUERY /api/v1/projects",
        "get /api/v1/me",
    ] {
        let answer = served.send(served.request(line, "x-secret: hidden\r\n")).await;
        answer.problem(405, "method_not_allowed");
        assert!(!answer.header("allow").is_empty(), "{answer:?}");
        assert!(!answer.body.contains("hidden"), "{answer:?}");
    }
    served.send(served.request("OPTIONS /api/v1/me", "")).await.problem(405, "method_not_allowed");
    served.stop().await;
}
