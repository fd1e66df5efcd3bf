//! Uploads that are not wanted, or not finished.

use super::{
    builders::an_experiment,
    server::{Answer, Served},
};
use tokio::io::AsyncWriteExt;

/// H6. The body is neither asked for nor waited for.
#[tokio::test]
async fn a_forbidden_upload_is_refused_before_its_bytes_are_sent() {
    let served = Served::start().await;
    let experiment = an_experiment().create(&served.world).await;
    let path = format!("PUT /api/v1/experiments/{experiment}/artifacts/a.bin");
    let wanted = served.request(&path, "content-length: 1000000000\r\nexpect: 100-continue\r\n");
    for (request, status) in [
        (wanted.replace("Bearer hlm_", "Bearer hlm_x"), 401),
        (wanted.replace("authorization: ", "x-authorization: "), 401),
        (wanted.replace("host: 127.0.0.1", "host: evil.example"), 421),
        (wanted.replace("/artifacts/a.bin", "/artifacts/../a.bin"), 400),
        (wanted.replace(&experiment.to_string(), "01900000-0000-7000-8000-000000000000"), 404),
    ] {
        let mut stream = served.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        Answer::read(&mut stream).await.expect(status);
        assert_eq!(Answer::read(&mut stream).await.status, 0, "it is not closed: {request}");
    }
    let mut stream = served.connect().await;
    stream.write_all(wanted.replace("1000000000", "3").as_bytes()).await.unwrap();
    let mut invitation = [0; 25];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut invitation).await.unwrap();
    assert_eq!(&invitation, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"abc").await.unwrap();
    Answer::read(&mut stream).await.expect(201);
    served.stop().await;
}

/// H5, as a real connection breaks off: nothing is visible, and nothing is left.
#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let served = Served::start().await;
    let experiment = an_experiment().create(&served.world).await;
    let path = format!("/api/v1/experiments/{experiment}/artifacts/a.bin");
    let bytes = "a".repeat(1_000_000);
    for sent in [0, 1, 500_000, 999_000] {
        let head = served.request(&format!("PUT {path}"), "content-length: 1000000\r\n");
        let mut stream = served.connect().await;
        stream.write_all((head + &bytes[..sent]).as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let answer = Answer::read(&mut stream).await;
        assert!([0, 400].contains(&answer.status), "{sent}: {answer:?}");
        served.get(&path).await.expect(404);
    }
    let unfinished = served.world.folder.join("tmp");
    assert_eq!(std::fs::read_dir(unfinished).unwrap().count(), 0);
    served.stop().await;
}
