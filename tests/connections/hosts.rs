//! For whom the server answers, and whom it believes.

use super::server::{Answer, Served};
use heirloom::services::TrustedProxies;
use tokio::io::AsyncWriteExt;

/// W4.
#[tokio::test]
async fn a_request_for_another_host_is_refused_on_every_address() {
    let served = Served::with(|settings| settings.allowed_hosts = vec!["models.lan".parse().unwrap()]).await;
    let Served { address, token, .. } = &served;
    let ask = async |method: &str, path: &str, hosts: &str| {
        let request =
            format!("{method} {path} HTTP/1.1\r\n{hosts}authorization: Bearer {token}\r\nconnection: close\r\n\r\n");
        served.send(request).await
    };
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/sign-in"),
        ("POST", "/sign-in"),
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/openapi.json"),
        ("POST", "/fn/anything"),
        ("GET", "/main.css"),
        ("GET", "/nowhere"),
    ] {
        ask(method, path, "host: evil.example\r\n").await.problem(421, "unknown_host");
        ask(method, path, "host: 127.0.0.1.evil.example\r\n").await.problem(421, "unknown_host");
    }
    let port = address.port();
    let foreign = format!("host: localhost:{}\r\n", port.wrapping_add(1));
    ask("GET", "/api/v1/me", &foreign).await.problem(421, "unknown_host");
    for host in
        [&address.to_string(), &format!("localhost:{port}"), &format!("[::1]:{port}"), "models.lan", "MODELS.lan:8080"]
    {
        ask("GET", "/api/v1/me", &format!("host: {host}\r\n")).await.expect(200);
    }
    for hosts in
        ["", "host: \r\n", "host: a b\r\n", "host: models.lan\r\nhost: models.lan\r\n", "host: x@models.lan\r\n"]
    {
        ask("GET", "/api/v1/me", hosts).await.expect(400);
    }
    ask("GET", "http://evil.example/api/v1/me", "host: models.lan\r\n").await.expect(400);
    // Those who ask whether it lives go by address.
    for path in ["/live", "/ready"] {
        ask("GET", path, "host: 10.0.0.5\r\n").await.expect(204);
        ask("GET", path, "").await.expect(204);
    }
    served.stop().await;
}

/// W9, A8. What the trail has written is from where a change came.
#[tokio::test]
async fn forwarding_headers_count_only_from_trusted_proxies() {
    let claims = "x-forwarded-for: 198.51.100.7, 203.0.113.9\r\nforwarded: for=198.51.100.8\r\nx-real-ip: 198.51.100.9\r\n\
                  x-forwarded-host: evil.example\r\nx-forwarded-proto: https\r\n";
    for (networks, expected) in [(&[][..], "127.0.0.1"), (&["127.0.0.0/8"][..], "203.0.113.9")] {
        let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        let proxies = TrustedProxies { networks, ..TrustedProxies::default() };
        let served = Served::with(|settings| settings.trusted_proxies = proxies).await;
        let body = r#"{"name":"From afar"}"#;
        let headers = format!("{claims}content-type: application/json\r\ncontent-length: {}\r\n", body.len());
        let answer = served.send(served.request("POST /api/v1/projects", &headers) + body).await.expect(201);
        assert!(!answer.head.contains("evil.example") && !answer.head.contains("strict-transport"), "{answer:?}");
        assert_eq!(address_of_last_change(&served).await, expected);
        let page = served.send(served.request("GET /sign-in", claims)).await.expect(200);
        assert!(!page.body.contains("evil.example") && !page.head.contains("evil.example"), "{page:?}");
        served.stop().await;
    }
}

async fn address_of_last_change(served: &Served) -> String {
    let newest = "SELECT address FROM audit_entries WHERE address IS NOT NULL";
    served.world.texts(newest).await.pop().unwrap_or_default()
}

/// W4: the answers on one connection do not depend on each other.
#[tokio::test]
async fn each_request_on_a_connection_is_looked_at() {
    let served = Served::start().await;
    let mut stream = served.connect().await;
    for (host, status) in
        [(served.address.to_string(), 404), ("evil.example".to_owned(), 421), (served.address.to_string(), 404)]
    {
        let request =
            format!("GET /nowhere.css HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\r\n", served.token);
        stream.write_all(request.replace("/nowhere.css", "/api/v1/nowhere").as_bytes()).await.unwrap();
        Answer::read(&mut stream).await.expect(status);
    }
    drop(stream);
    served.stop().await;
}
