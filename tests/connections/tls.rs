//! The server's own TLS.

use super::server::{PATIENCE, Served};
use heirloom::{
    server::start,
    services::{Settings, TlsFiles},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName},
    },
};

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A certificate for localhost with its key, and the files that hold it.
struct Certificate {
    der: CertificateDer<'static>,
    certificate: String,
    key: String,
}

impl Certificate {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        Self { der: made.cert.der().clone(), certificate: made.cert.pem(), key: made.signing_key.serialize_pem() }
    }

    fn write(&self, files: &TlsFiles) {
        replace(&files.certificate, &self.certificate);
        replace(&files.key, &self.key);
    }
}

/// As those who renew certificates do it: a new file under the old name.
fn replace(path: &Path, text: &str) {
    let new = path.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, path).unwrap();
}

/// A folder for the files, which is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("heirloom-tls-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn files(&self) -> TlsFiles {
        TlsFiles { certificate: self.0.join("certificate.pem"), key: self.0.join("key.pem"), look_every: LOOK_EVERY }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

async fn served_with(files: &TlsFiles) -> Served {
    let files = files.clone();
    Served::with(move |settings| {
        settings.public_url = "https://localhost".to_owned();
        settings.tls = Some(files);
        settings.limits.handshake = Duration::from_millis(500);
    })
    .await
}

/// A connection of somebody who trusts this one certificate; none if the server shows another.
async fn connect(served: &Served, trusted: &Certificate, protocol: &str) -> Option<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.der.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, served.connect().await).await.ok()
}

/// Part 6: both protocols, chosen by the client, and what belongs to an address with https.
#[tokio::test]
async fn both_protocols_are_spoken_over_tls() {
    let (folder, certificate) = (Folder::new(), Certificate::new());
    certificate.write(&folder.files());
    let served = served_with(&folder.files()).await;

    let mut stream = connect(&served, &certificate, "http/1.1").await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    stream.write_all(b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.contains("strict-transport-security: max-age="),
        "{answer}"
    );

    let stream = connect(&served, &certificate, "h2").await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    for (host, status) in [("localhost", 200), ("evil.example", 421)] {
        let request = axum::http::Request::get(format!("https://{host}/sign-in")).body(()).unwrap();
        let (answer, _) = client.send_request(request, true).unwrap();
        assert_eq!(answer.await.unwrap().status(), status, "{host}");
    }
    drop(client);
    connection.await.unwrap().unwrap();
    served.stop().await;
}

/// Part 6: reload on change.
#[tokio::test]
async fn a_renewed_certificate_is_served_and_a_broken_one_is_not() {
    let (folder, first, second) = (Folder::new(), Certificate::new(), Certificate::new());
    first.write(&folder.files());
    let served = served_with(&folder.files()).await;
    let is_shown = async |certificate| connect(&served, certificate, "http/1.1").await.is_some();
    assert!(is_shown(&first).await && !is_shown(&second).await);

    for broken in ["", "no certificate", &second.certificate] {
        replace(&folder.files().certificate, broken);
        sleep(5 * LOOK_EVERY).await;
        assert!(is_shown(&first).await, "{broken}");
    }
    // Now that its key is there, too, the second is whole.
    replace(&folder.files().key, &second.key);
    let begun = Instant::now();
    while !is_shown(&second).await {
        assert!(begun.elapsed() < PATIENCE, "the new certificate is not served");
        sleep(LOOK_EVERY).await;
    }
    assert!(!is_shown(&first).await);
    served.stop().await;
}

/// Part 6; H1 for handshakes.
#[tokio::test]
async fn who_does_not_speak_tls_is_cut_off() {
    let (folder, certificate) = (Folder::new(), Certificate::new());
    certificate.write(&folder.files());
    let served = served_with(&folder.files()).await;
    for start in ["", "GET /live HTTP/1.1\r\nhost: localhost\r\n\r\n", "\u{16}\u{3}\u{1}"] {
        let mut stream = served.connect().await;
        stream.write_all(start.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("it is closed");
        assert!(!said.starts_with(b"HTTP"), "{start:?} was answered");
    }
    served.stop().await;
}

/// Part 6: what is wrong is said before the server calls itself ready.
#[tokio::test]
async fn a_server_does_not_start_with_a_certificate_that_cannot_be_used() {
    let (folder, certificate) = (Folder::new(), Certificate::new());
    let files = folder.files();
    let refusal = async || {
        let settings = Settings { tls: Some(files.clone()), ..Settings::default() };
        start::listen("127.0.0.1:0".parse().unwrap(), &settings).await.unwrap_err().to_string()
    };
    assert!(refusal().await.contains("certificate.pem cannot be used"));
    certificate.write(&files);
    std::fs::remove_file(&files.key).unwrap();
    assert!(refusal().await.contains("key.pem cannot be used"));
    replace(&files.key, &Certificate::new().key);
    assert!(refusal().await.starts_with("the certificate and its key cannot be used"));
    replace(&files.key, &certificate.key);
    replace(&files.certificate, "");
    assert!(refusal().await.contains("certificate"), "{}", refusal().await);
}
