//! HTTP/2 by the byte (RFC 9113), for clients that go to its limits and beyond.

use super::{process::Process, server::PATIENCE};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

const ENHANCE_YOUR_CALM: u32 = 11;
const CANCEL: [u8; 4] = [0, 0, 0, 8];
/// An attack may cost this much memory: the next is not worth it.
const MOST_BYTES: u64 = 50 << 20;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

fn preface() -> Vec<u8> {
    [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(4, 0, 0, &[])].concat()
}

/// `GET /` or `POST /`, by the static table of HPACK (RFC 7541, appendix A), and an authority.
fn head(method: u8, address: SocketAddr) -> Vec<u8> {
    let authority = address.to_string();
    let length = u8::try_from(authority.len()).unwrap();
    [&[0x80 | method, 0x86, 0x84, 0x41, length], authority.as_bytes()].concat()
}

const GET: u8 = 2;
const POST: u8 = 3;

/// A literal header field that is not in any table.
fn field(name: &str, value: &str) -> Vec<u8> {
    let length = |text: &str| u8::try_from(text.len()).ok().filter(|length| *length < 127).unwrap();
    [&[0, length(name)], name.as_bytes(), &[length(value)], value.as_bytes()].concat()
}

/// Sends, until the server closes the connection. It must have said why, have spent little, and still be there.
async fn attack(rounds: usize, mut round: impl FnMut(u32, SocketAddr) -> Vec<u8>) {
    let process = Process::start("", "").await;
    process.send("GET /sign-in", "", "").await.expect(200);
    let before = process.resident_bytes();
    let mut stream = TcpStream::connect(process.address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut said = Vec::new();
    let sending = async {
        _ = writer.write_all(&preface()).await;
        for number in 0..rounds {
            // A broken pipe is what should come.
            if writer.write_all(&round(u32::try_from(number).unwrap(), process.address)).await.is_err() {
                break;
            }
        }
    };
    let both = async { tokio::join!(sending, reader.read_to_end(&mut said)) };
    _ = timeout(PATIENCE, both).await.expect("the connection is closed");
    assert_eq!(farewell(&said), Some(ENHANCE_YOUR_CALM));
    let grown = process.resident_bytes().saturating_sub(before);
    assert!(grown < MOST_BYTES, "it has {grown} bytes more in memory");
    process.send("GET /sign-in", "", "").await.expect(200);
}

fn farewell(mut frames: &[u8]) -> Option<u32> {
    while let Some((head, rest)) = frames.split_at_checked(9) {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let (payload, rest) = rest.split_at_checked(length)?;
        if head[3] == GOAWAY && payload[4..8] != [0; 4] {
            return Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()));
        }
        frames = rest;
    }
    None
}

/// H4. CVE-2023-44487: requests that are taken back as soon as they are sent.
#[tokio::test]
async fn a_client_that_takes_its_requests_back_is_cut_off() {
    let attacked = attack(1_000, |round, address| {
        let head = head(GET, address);
        let taken_back = |stream| {
            [frame(HEADERS, END_STREAM | END_HEADERS, stream, &head), frame(RST_STREAM, 0, stream, &CANCEL)].concat()
        };
        (0..100).map(|number| 2 * (100 * round + number) + 1).flat_map(taken_back).collect()
    });
    attacked.await;
}

/// H4. RUSTSEC-2024-0332: a head that never ends.
#[tokio::test]
async fn a_head_without_an_end_is_cut_off() {
    let filler: Vec<u8> = (0..100).flat_map(|_| field("x-filler", &"a".repeat(100))).collect();
    let attacked = attack(100_000, |round, address| match round {
        0 => frame(HEADERS, END_STREAM, 1, &head(GET, address)),
        _ => frame(CONTINUATION, 0, 1, &filler),
    });
    attacked.await;
}

/// H4. Pieces of a body without a byte in them.
#[tokio::test]
async fn a_body_of_nothings_is_cut_off() {
    let empty = frame(DATA, 0, 1, &[]).repeat(100);
    let attacked = attack(100_000, |round, address| match round {
        0 => frame(HEADERS, END_HEADERS, 1, &head(POST, address)),
        _ => empty.clone(),
    });
    attacked.await;
}
