//! Uploads and downloads: digests, sizes, ranges, and what a browser is told.

use super::{
    builders::*,
    client::{Answer, Client},
};
use crate::on_every_database;
use heirloom::{
    services::{Services, Settings},
    vocabulary::Role,
};
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const ABC_REPR: &str = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
const OTHER_REPR: &str = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";

/// What may not change when an upload is refused.
const TABLES: [&str; 4] = ["experiments", "artifacts", "blobs", "audit_entries"];

/// Writes a request as it stands and reads what comes back until the server has nothing more to say.
async fn raw(address: std::net::SocketAddr, request: String) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    // The server keeps the connection open when it expects more.
    _ = tokio::time::timeout(std::time::Duration::from_millis(800), read).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn raw_upload(api: &Client, path: &str, headers: &str, body: &str) -> String {
    let token = api.token();
    format!(
        "PUT /api/v1{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n{headers}\r\n{body}"
    )
}

on_every_database! {
    async fn an_announced_digest_is_checked_and_other_bytes_leave_nothing(world) {
        let api = world.client().await;
        let path = format!("{}/artifacts/file", api.experiment(world, "Run").await);
        let (rows, files) = (world.rows_of(&TABLES).await, world.stored_files());
        for (headers, code) in [
            (&[("repr-digest", OTHER_REPR)][..], "digest_mismatch"),
            (&[("x-content-sha256", &ABC.replace('b', "0"))], "digest_mismatch"),
            (&[("repr-digest", "sha-256=abc")], "unreadable_digest"),
            (&[("repr-digest", "sha-256=:YWJj:")], "unreadable_digest"),
            (&[("repr-digest", "nonsense")], "unreadable_digest"),
            (&[("x-content-sha256", "abc")], "unreadable_digest"),
            (&[("repr-digest", OTHER_REPR), ("x-content-sha256", ABC)], "unreadable_digest"),
            (&[("content-length", "4")], "upload_broken_off"),
            (&[("content-length", "2")], "upload_broken_off"),
        ] {
            api.send("PUT", &path, headers, "abc").await.problem(400, code);
        }
        api.get(&path).await.problem(404, "not_found");
        assert_eq!(world.rows_of(&TABLES).await, rows);
        assert_eq!(world.stored_files(), files);
        for (headers, status) in [
            (&[("repr-digest", ABC_REPR)][..], 201),
            (&[("x-content-sha256", ABC)], 200),
            (&[("x-content-sha256", &ABC.to_uppercase())], 200),
            (&[("repr-digest", &format!("md5=:AAAA:, {ABC_REPR}")), ("x-content-sha256", ABC)], 200),
            (&[("repr-digest", "sha-512=:AAAA:")], 200),
        ] {
            assert_eq!(api.send("PUT", &path, headers, "abc").await.expect(status).json()["sha256"], ABC);
        }
        assert_eq!(world.stored_files().len(), files.len() + 1, "the same bytes are kept once");
    }

    async fn a_refused_replacement_leaves_the_old_file(world) {
        let api = world.client().await;
        let path = format!("{}/artifacts/file", api.experiment(world, "Run").await);
        api.upload(&path, "first").await.expect(201);
        let (rows, files) = (world.rows_of(&TABLES).await, world.stored_files());
        api.send("PUT", &path, &[("repr-digest", OTHER_REPR)], "second").await.problem(400, "digest_mismatch");
        api.send("PUT", &path, &[("content-encoding", "gzip")], "second").await.problem(415, "unsupported_encoding");
        assert_eq!(api.get(&path).await.expect(200).body, "first");
        assert_eq!(world.rows_of(&TABLES).await, rows);
        assert_eq!(world.stored_files(), files);
        assert!(api.upload(&path, "second").await.expect(200).header("location").is_empty());
        assert_eq!(api.get(&path).await.expect(200).body, "second");
        api.delete(&path).await.expect(204);
        api.delete(&path).await.problem(404, "not_found");
    }

    async fn more_bytes_than_the_limit_leave_nothing(world) {
        let settings = Settings { upload_limit_bytes: 1_000, ..(*world.services.settings).clone() };
        let api = world.client().await.on(Services { settings: Arc::new(settings), ..world.services.clone() });
        let path = format!("{}/artifacts/file", api.experiment(world, "Run").await);
        let files = world.stored_files();
        api.upload(&path, vec![7; 1_001]).await.problem(413, "too_large");
        let stream = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(bytes::Bytes::from_static(&[7; 400])));
        api.upload(&path, axum::body::Body::from_stream(stream)).await.problem(413, "too_large");
        assert_eq!(world.stored_files(), files);
        api.upload(&path, vec![7; 1_000]).await.expect(201);
    }

    async fn an_upload_that_breaks_off_leaves_nothing(world) {
        let api = world.client().await;
        let path = format!("{}/artifacts/file", api.experiment(world, "Run").await);
        let (rows, files) = (world.rows_of(&TABLES).await, world.stored_files());
        let parts = [Ok(bytes::Bytes::from(vec![7; 3 << 20])), Err(std::io::Error::other("reset"))];
        api.upload(&path, axum::body::Body::from_stream(futures::stream::iter(parts))).await.problem(400, "upload_broken_off");
        assert_eq!(world.rows_of(&TABLES).await, rows);
        assert_eq!(world.stored_files(), files);
    }

    async fn a_forbidden_upload_is_refused_before_its_bytes_are_sent(world) {
        let owner = world.client().await;
        let path = format!("{}/artifacts/file", owner.experiment(world, "Run").await);
        let viewer = world.client_with(Role::Viewer).await;
        let address = owner.listen().await;
        let headers = "content-length: 1000000\r\nexpect: 100-continue\r\n";
        for (client, path, refusal) in [
            (&viewer, &path, "403 Forbidden"),
            (&world.foreign_client().await, &path, "404 Not Found"),
            (&owner.with_token("hlm_wrong"), &path, "401 Unauthorized"),
            (&owner, &path.replace("file", "a//b"), "400 Bad Request"),
        ] {
            let answer = raw(address, raw_upload(client, path, headers, "")).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {refusal}")), "{answer}");
            assert!(!answer.contains("100 Continue"), "{answer}");
        }
        let answer = raw(address, raw_upload(&owner, &path, "content-length: 3\r\nexpect: 100-continue\r\n", "abc")).await;
        assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created"), "{answer}");
        assert_eq!(owner.get(&path).await.expect(200).body, "abc");
    }

    async fn one_range_is_answered_and_others_are_refused_or_bounded(world) {
        let api = world.client().await;
        let path = format!("{}/artifacts/file", api.experiment(world, "Run").await);
        api.upload(&path, "0123456789").await.expect(201);
        let etag = api.get(&path).await.expect(200).header("etag").to_owned();
        let ask = async |range: &str| api.send("GET", &path, &[("range", range)], "").await;
        for (range, expected, content_range) in [
            ("bytes=0-0", "0", "bytes 0-0/10"),
            ("bytes=-1", "9", "bytes 9-9/10"),
            ("bytes=5-", "56789", "bytes 5-9/10"),
            ("bytes=2-4", "234", "bytes 2-4/10"),
            ("bytes=8-100", "89", "bytes 8-9/10"),
        ] {
            let answer = ask(range).await.expect(206);
            assert_eq!((&answer.body[..], answer.header("content-range")), (expected.as_bytes(), content_range), "{range}");
            assert_eq!(answer.header("content-length"), expected.len().to_string());
        }
        for range in ["bytes=10-", "bytes=18446744073709551615-", "bytes=100-200"] {
            ask(range).await.problem(416, "range_not_satisfiable");
        }
        let thousand = format!("bytes={}", vec!["0-"; 1_000].join(","));
        for range in ["lines=1-2", "bytes=x", "bytes=", "bytes=0-0,2-3", &thousand] {
            assert_eq!(ask(range).await.expect(200).body, "0123456789", "{range}");
        }
        let backwards = ask("bytes=5-2").await;
        assert!([200, 416].contains(&backwards.status));
        let with = async |headers: &[(&str, &str)]| api.send("GET", &path, headers, "").await;
        assert_eq!(with(&[("range", "bytes=0-0"), ("if-range", &etag)]).await.expect(206).body, "0");
        assert_eq!(with(&[("range", "bytes=0-0"), ("if-range", "\"other\"")]).await.expect(200).body, "0123456789");
        assert_eq!(with(&[("range", "bytes=0-0"), ("if-range", "Mon, 23 Nov 2026 12:00:00 GMT")]).await.expect(200).body, "0123456789");
    }

    async fn an_unchanged_file_is_not_sent_again(world) {
        let api = world.client().await;
        let path = format!("{}/artifacts/file", api.experiment(world, "Run").await);
        api.upload(&path, "abc").await.expect(201);
        let etag = format!("\"{ABC}\"");
        for (tags, status) in [(etag.clone(), 304), (format!("W/{etag}"), 304), (format!("\"x\", {etag}"), 304), ("*".to_owned(), 304), ("\"x\"".to_owned(), 200), (ABC.to_owned(), 200)] {
            let answer = api.send("GET", &path, &[("if-none-match", &tags)], "").await.expect(status);
            assert_eq!(answer.header("etag"), etag);
            assert_eq!(answer.body.is_empty(), status == 304);
        }
        let head = api.send("HEAD", &path, &[], "").await.expect(200);
        assert_eq!((head.header("content-length"), head.header("etag"), head.body.len()), ("3", etag.as_str(), 0));
        assert_eq!(head.header("repr-digest"), ABC_REPR);
    }

    async fn long_answers_are_compressed_and_files_are_not(world) {
        let api = world.client().await;
        let gzip = [("accept-encoding", "gzip, br")];
        let description = api.send("GET", "/openapi.json", &gzip, "").await.expect(200);
        assert_eq!((description.header("content-encoding"), &description.body[..2]), ("gzip", &b"\x1f\x8b"[..]));
        assert_eq!(api.get("/openapi.json").await.expect(200).header("content-encoding"), "");
        let path = format!("{}/artifacts/big.json", api.experiment(world, "Run").await);
        api.upload(&path, "1".repeat(5_000)).await.expect(201);
        let file = api.send("GET", &path, &gzip, "").await.expect(200);
        assert_eq!((file.header("content-encoding"), file.header("content-length"), file.body.len()), ("", "5000", 5_000));
    }

    async fn an_empty_file_is_a_file(world) {
        let api = world.client().await;
        let path = format!("{}/artifacts/empty", api.experiment(world, "Run").await);
        assert_eq!(api.upload(&path, "").await.expect(201).json()["size_bytes"], 0);
        assert_eq!(api.get(&path).await.expect(200).header("content-length"), "0");
        api.send("GET", &path, &[("range", "bytes=0-0")], "").await.problem(416, "range_not_satisfiable");
    }

    async fn nothing_in_a_file_can_run_in_a_browser(world) {
        let api = world.client().await;
        let here = format!("{}/artifacts", api.experiment(world, "Run").await);
        for (name, content_type) in [
            ("x.html", "application/octet-stream"), ("x.svg", "application/octet-stream"), ("x.xml", "application/octet-stream"),
            ("x.bin", "application/octet-stream"), ("plot.png", "image/png"), ("log.txt", "text/plain; charset=utf-8"),
        ] {
            let path = format!("{here}/{name}");
            api.send("PUT", &path, &[("content-type", "text/html; charset=utf-7")], "<script>alert(1)</script>").await.expect(201);
            check_safe(&api.get(&path).await.expect(200), content_type, &format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}"));
        }
    }

    async fn a_hostile_name_stays_inside_its_header(world) {
        let api = world.client().await;
        let here = format!("{}/artifacts", api.experiment(world, "Run").await);
        for (name, disposition) in [
            ("folder/a%22%3B%20filename%3D%22b.html", "attachment; filename=\"a__ filename__b.html\"; filename*=UTF-8''a%22%3B%20filename%3D%22b.html"),
            ("%E6%97%A5%E6%9C%AC.onnx", "attachment; filename=\"__.onnx\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.onnx"),
            ("a%2520b.bin", "attachment; filename=\"a_20b.bin\"; filename*=UTF-8''a%2520b.bin"),
        ] {
            let path = format!("{here}/{name}");
            api.upload(&path, "bytes").await.expect(201);
            let answer = api.get(&path).await.expect(200);
            assert_eq!(answer.headers.get_all("content-disposition").iter().count(), 1);
            check_safe(&answer, "application/octet-stream", disposition);
        }
    }
}

fn check_safe(answer: &Answer, content_type: &str, disposition: &str) {
    assert_eq!(answer.header("content-type"), content_type);
    assert_eq!(answer.header("content-disposition"), disposition);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    assert_eq!(answer.header("cache-control"), "private, no-transform");
}
