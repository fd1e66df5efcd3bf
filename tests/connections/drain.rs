//! Stopping, as those see it who are connected.

use super::{
    builders::{an_experiment, password},
    server::{Answer, PATIENCE, Served},
};
use heirloom::{
    auth::{
        MemberChange, NewMember, ProjectRole,
        operations::{change_member, create_user},
    },
    vocabulary::{ExperimentId, Role},
};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Part 6: graceful drain. An event stream has no end to wait for: the browser asks again, the next server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn event_streams_end_at_once_when_the_server_stops() {
    let served = Served::start().await;
    let experiment = an_experiment().create(&served.world).await;
    let cookie = sign_in(&served).await;
    let (mut stream, mut said) = listening(&served, experiment, &cookie).await;
    let begun = Instant::now();
    served.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    timeout(PATIENCE, stream.read_to_end(&mut said)).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&said).ends_with("\r\n0\r\n\r\n"), "the stream was torn off");
}

/// Z11: who may not enter any more hears nothing more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_stream_ends_for_who_is_shut_out() {
    let served = Served::start().await;
    let experiment = an_experiment().create(&served.world).await;
    let (owner, project_id) = (&served.world.owner, served.world.project);
    let new = NewMember {
        organization: &owner.organization_name,
        email: "listener@acme.example",
        role: Role::Editor,
        password: Some(password()),
    };
    let listener = create_user(&served.world.services, new).await.unwrap();
    let hidden = MemberChange::narrowed(vec![ProjectRole { project_id, role: None }]);
    for change in [hidden, MemberChange::deactivated(true)] {
        let cookie = sign_in_as(&served, &listener.email).await;
        let (mut stream, mut said) = listening(&served, experiment, &cookie).await;
        change_member(served.world.database(), owner, listener.user_id, &change).await.unwrap();
        timeout(Duration::from_secs(5), async {
            while !said.ends_with(b"0\r\n\r\n") {
                assert_ne!(stream.read_buf(&mut said).await.unwrap(), 0, "the stream was torn off");
            }
        })
        .await
        .expect("the stream ends");
        let open_again = MemberChange::narrowed(vec![]);
        change_member(served.world.database(), owner, listener.user_id, &open_again).await.unwrap();
    }
    served.stop().await;
}

/// Part 6 and F11: an upload that is under way is finished; a connection on which nothing happens is not waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_is_finished_when_the_server_stops() {
    let served = Served::start().await;
    let experiment = an_experiment().create(&served.world).await;
    let path = format!("PUT /api/v1/experiments/{experiment}/artifacts/a.bin");
    let mut idle = served.connect().await;
    idle.write_all(format!("GET /live HTTP/1.1\r\nhost: {}\r\n\r\n", served.address).as_bytes()).await.unwrap();
    Answer::read(&mut idle).await.expect(204);
    let mut upload = served.connect().await;
    let head = served.request(&path, "content-length: 6\r\nexpect: 100-continue\r\n");
    upload.write_all(head.as_bytes()).await.unwrap();
    let mut invitation = [0; 25];
    upload.read_exact(&mut invitation).await.unwrap();
    upload.write_all(b"abc").await.unwrap();
    let stopping = tokio::spawn(served.stop());
    assert_eq!(Answer::read(&mut idle).await.status, 0, "the idle connection is closed first");
    upload.write_all(b"def").await.unwrap();
    Answer::read(&mut upload).await.expect(201);
    timeout(PATIENCE, stopping).await.expect("the server ends").unwrap();
}

/// An open event stream, and what was heard on it so far.
async fn listening(served: &Served, experiment: ExperimentId, cookie: &str) -> (TcpStream, Vec<u8>) {
    let mut stream = served.connect().await;
    let request = served.request(&format!("GET /experiments/{experiment}/events"), &format!("cookie: {cookie}\r\n"));
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains("listening") {
        assert_ne!(stream.read_buf(&mut said).await.unwrap(), 0, "{}", String::from_utf8_lossy(&said));
    }
    (stream, said)
}

async fn sign_in(served: &Served) -> String {
    sign_in_as(served, &served.world.owner.email).await
}

async fn sign_in_as(served: &Served, email: &str) -> String {
    let form = format!("email={}&password=correct+horse", email.replace('@', "%40"));
    let headers = format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n", form.len());
    let answer = served.send(served.request("POST /sign-in", &headers) + &form).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
    assert!(cookie.starts_with("sid="), "{answer:?}");
    cookie.to_owned()
}
