//! Serving stored bytes so that nothing in them can run in our pages.

use super::{Blob, BlobStore};
use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::Digest,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::io::SeekFrom;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// What a response says about the bytes.
pub struct Download<'a> {
    /// The name under which a browser saves them.
    pub file_name: &'a str,
    /// From an allow-list, never from the client.
    pub content_type: &'a str,
    /// Whether a page may show them in place; only for images.
    pub is_inline: bool,
}

/// Answers with the bytes, or with the one range that was asked for (RFC 9110, sections 13 and 14).
pub async fn serve(
    blobs: &BlobStore,
    blob: &Blob,
    download: &Download<'_>,
    request: &HeaderMap,
) -> Result<Response, Failure> {
    let etag = format!("\"{}\"", blob.sha256);
    let matches =
        |name: HeaderName| request.get(name).and_then(|value| value.to_str().ok()).map(|value| names_tag(value, &etag));
    if is_known(request, &etag) {
        return respond(StatusCode::NOT_MODIFIED, blob, download, &etag, Body::empty());
    }
    let size = u64::try_from(blob.size_bytes).map_err(|error| Failure::Broken(error.to_string()))?;
    let range = match matches(header::IF_RANGE) {
        Some(false) => None,
        _ => request.get(header::RANGE).and_then(|value| value.to_str().ok()),
    };
    let mut file = blobs.read(&blob.path).await?;
    let Some((first, last)) = single_range(range, size)? else {
        let mut response = respond(
            StatusCode::OK,
            blob,
            download,
            &etag,
            Body::from_stream(ReaderStream::with_capacity(file, 1 << 16)),
        )?;
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
        return Ok(response);
    };
    file.seek(SeekFrom::Start(first)).await?;
    let length = last - first + 1;
    let body = Body::from_stream(ReaderStream::with_capacity(file.take(length), 1 << 16));
    let mut response = respond(StatusCode::PARTIAL_CONTENT, blob, download, &etag, body)?;
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response.headers_mut().insert(header::CONTENT_RANGE, value(&format!("bytes {first}-{last}/{size}"))?);
    Ok(response)
}

/// Whether the client has these bytes already; here a weak tag counts, too (RFC 9110, section 13.1.2).
fn is_known(request: &HeaderMap, etag: &str) -> bool {
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|known| names_tag(&known.replace("W/\"", "\""), etag))
}

fn names_tag(list: &str, etag: &str) -> bool {
    list.split(',').map(str::trim).any(|tag| tag == "*" || tag == etag)
}

/// The range to send; none for the whole. Several ranges at once are answered with the whole, as RFC 9110 allows.
fn single_range(range: Option<&str>, size: u64) -> Result<Option<(u64, u64)>, Failure> {
    let Some(parsed) = range.and_then(|range| http_range_header::parse_range_header(range).ok()) else {
        return Ok(None);
    };
    if parsed.ranges.len() > 1 {
        return Ok(None);
    }
    match parsed.validate(size) {
        // An empty file has no byte that a range could name.
        Ok(ranges) if size > 0 => Ok(ranges.first().map(|range| (*range.start(), *range.end()))),
        _ => {
            let detail = format!("The range lies outside of the {size} bytes.");
            Err(AppError::new(ErrorKind::RangeNotSatisfiable, "range_not_satisfiable", detail).into())
        }
    }
}

fn respond(
    status: StatusCode,
    blob: &Blob,
    download: &Download<'_>,
    etag: &str,
    body: Body,
) -> Result<Response, Failure> {
    let kind = if download.is_inline { "inline" } else { "attachment" };
    let response = Response::builder()
        .status(status)
        .header(header::ETAG, value(etag)?)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CACHE_CONTROL, "private, no-transform")
        .header(header::CONTENT_TYPE, value(download.content_type)?)
        .header(header::CONTENT_DISPOSITION, value(&disposition(kind, download.file_name))?)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .header(REPR_DIGEST, value(&repr_digest(blob.sha256))?);
    response.body(body).map_err(|error| Failure::Broken(error.to_string()))
}

fn value(text: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_str(text).map_err(|error| Failure::Broken(error.to_string()))
}

/// The digest as RFC 9530 writes it.
fn repr_digest(sha256: Digest) -> String {
    format!("sha-256=:{}:", BASE64_STANDARD.encode(sha256.as_bytes()))
}

/// The header value with which a browser saves a download under this name (RFC 6266).
pub fn content_disposition(file_name: &str) -> String {
    disposition("attachment", file_name)
}

/// A plain name for old programs, and the true one in UTF-8.
fn disposition(kind: &str, file_name: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "._- ".contains(character);
    let plain: String = file_name.chars().map(|character| if is_plain(character) { character } else { '_' }).collect();
    let encoded: String = file_name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_inside_one_header() {
        let line = content_disposition("a\"; filename=\"b.html\r\nSet-Cookie: s=1日");
        assert!(HeaderValue::from_str(&line).is_ok());
        assert_eq!(line.matches('"').count(), 2);
        assert!(line.ends_with("s%3D1%E6%97%A5"), "{line}");
    }

    #[test]
    fn ranges_follow_the_standard() {
        for (range, expected) in [
            (None, Some(None)),
            (Some("bytes=0-0"), Some(Some((0, 0)))),
            (Some("bytes=-1"), Some(Some((9, 9)))),
            (Some("bytes=5-"), Some(Some((5, 9)))),
            (Some("bytes=0-99"), Some(Some((0, 9)))),
            (Some("bytes=0-0,2-3"), Some(None)),
            (Some("lines=1-2"), Some(None)),
            (Some("bytes=10-"), None),
            (Some("bytes=18446744073709551615-"), None),
        ] {
            assert_eq!(single_range(range, 10).ok(), expected, "{range:?}");
        }
        for range in ["bytes=0-0", "bytes=0-", "bytes=-1"] {
            assert!(single_range(Some(range), 0).is_err(), "{range}");
        }
    }
}
