//! What happens when a handler breaks off.

use super::{
    builders::World,
    server::{Answer, PATIENCE},
};
use axum::{Router, routing::get};
use heirloom::server::{self, connections::Server};
use std::{
    io,
    sync::{Arc, Mutex},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

/// The lines of the log, as far as this thread writes them.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn panics() {
    panic!("a secret of the inside");
}

/// H8. Everything that surrounds the product's own routes, around one that panics.
#[tokio::test]
async fn a_panic_is_an_answer_that_names_the_request_and_nothing_else() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(log);
    let world = World::on_sqlite().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let broken = Router::new().route("/panics", get(panics)).route("/fine", get(async || "fine"));
    let router = server::around(broken, world.services.clone());
    let server = Server { router, tls: None, limits: world.services.settings.limits.clone() };
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(listener, async { _ = stopped.await }));

    let mut stream = TcpStream::connect(address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(b"GET /panics HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let answer = Answer::read(&mut stream).await;
        let detail = answer.problem(500, "internal")["detail"].as_str().unwrap().to_owned();
        let id = answer.header("x-request-id");
        assert!(id.len() == 36 && detail.contains(id), "{answer:?}");
        assert!(!answer.body.contains("secret"), "{answer:?}");
        assert!(answer.head.contains("x-content-type-options: nosniff"), "{answer:?}");
        let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let line = log.lines().find(|line| line.contains(id) && line.contains("panicked"));
        assert!(line.is_some_and(|line| line.contains("a secret of the inside")), "{log}");
    }
    // The same connection, too, lives.
    stream.write_all(b"GET /fine HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    assert_eq!(Answer::read(&mut stream).await.expect(200).body, "fine");
    _ = stop.send(());
    timeout(PATIENCE, serving).await.expect("the server ends").unwrap();
    world.close().await;
}
