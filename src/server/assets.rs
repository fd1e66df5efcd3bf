//! The embedded site: the browser's code, the stylesheet and the public files, served from the binary itself.
//!
//! A request never becomes a path on disk. Names are looked up in the list of embedded files, in debug builds too,
//! where the files themselves are read from `target/site` so that a new stylesheet needs no compilation.

use std::borrow::Cow;

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "target/site"]
struct Embedded;

/// The name that `LeptosOptions::output_name` must have, so that pages ask for the embedded browser code: `heirloom-<hash>`,
/// or `heirloom` when the site was not built.
pub fn output_name() -> String {
    output_name_among(Embedded::iter())
}

/// The address of the one stylesheet, which carries the same hash as the browser's code.
pub fn stylesheet_path() -> String {
    format!("/pkg/{}.css", output_name())
}

/// Answers a request with the embedded file of that name, and with 404 when there is none.
pub async fn serve(request: Request) -> Response {
    find(request.method(), request.uri().path(), request.headers())
        .unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// The answer to a request for an embedded file, or `None` when no file has that name, so that the caller can show its own page.
///
/// `path` is the undecoded path of the request with its leading slash.
pub fn find(method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
    answer(&Site, method, path, headers)
}

/// Where files come from. There are two: what is embedded, and what the tests make up.
trait Files {
    fn names(&self) -> impl Iterator<Item = Cow<'static, str>>;
    fn read(&self, name: &str) -> Option<File>;

    fn has(&self, name: &str) -> bool {
        self.names().any(|other| other == name)
    }
}

struct File {
    bytes: Cow<'static, [u8]>,
    sha256: [u8; 32],
}

struct Site;

impl Files for Site {
    fn names(&self) -> impl Iterator<Item = Cow<'static, str>> {
        Embedded::iter()
    }

    fn read(&self, name: &str) -> Option<File> {
        Embedded::get(name).map(|file| File { sha256: file.metadata.sha256_hash(), bytes: file.data })
    }
}

/// How a file travels. The order is the order of preference when the browser has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
    Identity,
}

impl Coding {
    const ALL: [Coding; 3] = [Coding::Brotli, Coding::Gzip, Coding::Identity];

    fn suffix(self) -> &'static str {
        match self {
            Coding::Brotli => ".br",
            Coding::Gzip => ".gz",
            Coding::Identity => "",
        }
    }

    fn token(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Gzip => "gzip",
            Coding::Identity => "identity",
        }
    }
}

fn answer(files: &impl Files, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
    let name = path.strip_prefix('/')?;
    if !files.has(name) || is_compressed_copy(files, name) {
        return None;
    }
    if method != Method::GET && method != Method::HEAD {
        return Some((StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response());
    }

    let available = Coding::ALL.into_iter().filter(|coding| files.has(&format!("{name}{}", coding.suffix())));
    let coding = preferred(headers, available);
    let file = files.read(&format!("{name}{}", coding.suffix()))?;
    let tag = entity_tag(&file);

    let mut response = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        whole(name, coding, file, method)
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, ascii(&tag));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching(name)));
    Some(response)
}

fn whole(name: &str, coding: Coding, file: File, method: &Method) -> Response {
    let length = file.bytes.len();
    let body = match file.bytes {
        _ if method == Method::HEAD => Body::empty(),
        Cow::Borrowed(bytes) => Body::from(Bytes::from_static(bytes)),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type(name));
    // Said here because an answer to HEAD has no body to count.
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if coding != Coding::Identity {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
    }
    response
}

fn output_name_among(names: impl Iterator<Item = Cow<'static, str>>) -> String {
    names
        .filter_map(|name| Some(name.strip_prefix("pkg/")?.strip_suffix(".js")?.to_owned()))
        .find(|stem| !stem.contains('/') && stem.starts_with("heirloom"))
        .unwrap_or_else(|| "heirloom".to_owned())
}

/// Whether the name is the compressed copy of another file, which only content negotiation may hand out.
fn is_compressed_copy(files: &impl Files, name: &str) -> bool {
    [Coding::Brotli, Coding::Gzip]
        .iter()
        .filter_map(|coding| name.strip_suffix(coding.suffix()))
        .any(|original| files.has(original))
}

fn content_type(name: &str) -> HeaderValue {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    if kind.type_() == "text" {
        ascii(&format!("{}; charset=utf-8", kind.essence_str()))
    } else {
        ascii(kind.essence_str())
    }
}

/// A name with a hash never changes its content; everything else is asked for again each time.
fn caching(name: &str) -> &'static str {
    if has_content_hash(name) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// Whether the name is one of `pkg/heirloom-<12 hexadecimal digits>{.js,.css,_bg.wasm}`.
fn has_content_hash(name: &str) -> bool {
    let hash = name
        .strip_prefix("pkg/heirloom-")
        .and_then(|rest| [".js", ".css", "_bg.wasm"].into_iter().find_map(|end| rest.strip_suffix(end)));
    hash.is_some_and(|hash| hash.len() == 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Each coding is its own file, so the digest of the bytes sent is a strong tag.
fn entity_tag(file: &File) -> String {
    let digits: String = file.sha256[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    elements(headers, header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// The available coding with the highest quality in `Accept-Encoding`; what is named beats what is not.
///
/// When everything was refused the plain file is sent all the same: the client asked for it and nothing better exists.
fn preferred(headers: &HeaderMap, available: impl Iterator<Item = Coding>) -> Coding {
    let accepted: Vec<(String, u16)> = elements(headers, header::ACCEPT_ENCODING).filter_map(accepted_coding).collect();
    let mut best = (Coding::Identity, 0);
    for coding in available {
        let quality = quality_of(coding, &accepted);
        if quality > best.1 {
            best = (coding, quality);
        }
    }
    best.0
}

fn quality_of(coding: Coding, accepted: &[(String, u16)]) -> u16 {
    let named = |token: &str| accepted.iter().find(|(name, _)| name == token).map(|(_, quality)| *quality);
    match named(coding.token()) {
        Some(quality) => quality,
        // Sending the plain file is always allowed, but it is the last choice unless it was asked for.
        None if coding == Coding::Identity => 0,
        None => named("*").unwrap_or(0),
    }
}

/// `br;q=0.5` as `("br", 500)`; `None` when the quality makes no sense.
fn accepted_coding(element: &str) -> Option<(String, u16)> {
    let (name, parameters) = element.split_once(';').unwrap_or((element, ""));
    let quality = match parameters.trim().to_ascii_lowercase().strip_prefix("q=") {
        Some(number) => number.trim().parse::<f32>().ok().filter(|quality| (0.0..=1.0).contains(quality))?,
        None => 1.0,
    };
    // At most three digits follow the point, so thousandths are exact.
    Some((name.trim().to_ascii_lowercase(), (quality * 1000.0).round() as u16))
}

fn elements(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|element| !element.is_empty())
}

fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("tags and media types are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "pkg/heirloom-0123456789ab.js";

    /// Files whose content is their own name.
    struct Listed(&'static [&'static str]);

    impl Files for Listed {
        fn names(&self) -> impl Iterator<Item = Cow<'static, str>> {
            self.0.iter().map(|name| Cow::Borrowed(*name))
        }

        fn read(&self, name: &str) -> Option<File> {
            let name = self.0.iter().find(|listed| **listed == name)?;
            Some(File { bytes: Cow::Borrowed(name.as_bytes()), sha256: [name.len() as u8; 32] })
        }
    }

    const SITE: Listed = Listed(&[
        "favicon.svg",
        "favicon.svg.br",
        "favicon.svg.gz",
        "logo.png",
        CODE,
        "pkg/heirloom-0123456789ab.js.br",
        "pkg/heirloom-0123456789ab.js.gz",
        "pkg/heirloom-0123456789ab_bg.wasm",
        "pkg/snippets/x-0123456789ab/inline0.js",
    ]);

    fn request(method: Method, path: &str, sent: &[(header::HeaderName, &str)]) -> Option<Response> {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(name, HeaderValue::from_str(value).expect("a header value of this test"));
        }
        answer(&SITE, &method, path, &headers)
    }

    fn get(path: &str, sent: &[(header::HeaderName, &str)]) -> Response {
        request(Method::GET, path, sent).expect("a file of that name")
    }

    fn header_of<'a>(response: &'a Response, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    #[test]
    fn the_coding_follows_accept_encoding() {
        let check = |accepted: &str, expected: &str| {
            let sent = [(header::ACCEPT_ENCODING, accepted)];
            let response = get("/favicon.svg", if accepted.is_empty() { &[] } else { &sent });
            assert_eq!(header_of(&response, "content-encoding"), expected, "{accepted:?}");
            assert_eq!(header_of(&response, "vary"), "accept-encoding", "{accepted:?}");
            assert_eq!(header_of(&response, "content-type"), "image/svg+xml", "{accepted:?}");
        };
        check("", "");
        check("gzip, deflate, br, zstd", "br");
        check("gzip", "gzip");
        check("BR", "br");
        check("br;q=0.5, gzip;q=0.9", "gzip");
        check("br ; Q=0.001", "br");
        check("br;q=0, *", "gzip");
        check("*", "br");
        check("*;q=0", "");
        check("identity, br;q=0.5", "");
        check("identity;q=0.5, br;q=0.5", "br");
        check("identity;q=0", "");
        check("br;q=2, gzip;q=NaN", "");
        check("zstd, br;", "br");
    }

    #[test]
    fn a_file_without_copies_is_sent_plain() {
        let response = get("/logo.png", &[(header::ACCEPT_ENCODING, "br, gzip")]);
        assert_eq!(header_of(&response, "content-encoding"), "");
        assert_eq!(header_of(&response, "content-type"), "image/png");
    }

    #[test]
    fn only_names_with_a_hash_are_cached_for_ever() {
        let check =
            |path: &str, expected: &str| assert_eq!(header_of(&get(path, &[]), "cache-control"), expected, "{path}");
        check("/pkg/heirloom-0123456789ab.js", "public, max-age=31536000, immutable");
        check("/pkg/heirloom-0123456789ab_bg.wasm", "public, max-age=31536000, immutable");
        check("/pkg/snippets/x-0123456789ab/inline0.js", "no-cache");
        check("/favicon.svg", "no-cache");
    }

    #[test]
    fn code_has_the_types_that_browsers_insist_on() {
        assert_eq!(
            header_of(&get("/pkg/heirloom-0123456789ab.js", &[]), "content-type"),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(header_of(&get("/pkg/heirloom-0123456789ab_bg.wasm", &[]), "content-type"), "application/wasm");
        assert_eq!(header_of(&get("/favicon.svg", &[]), "x-content-type-options"), "nosniff");
    }

    #[test]
    fn a_known_tag_is_answered_without_the_content() {
        let tag = header_of(&get("/favicon.svg", &[]), "etag").to_owned();
        let check = |known: &str, expected: StatusCode| {
            let response = get("/favicon.svg", &[(header::IF_NONE_MATCH, known)]);
            assert_eq!(response.status(), expected, "{known}");
            assert_eq!(header_of(&response, "etag"), tag);
        };
        check(&tag, StatusCode::NOT_MODIFIED);
        check(&format!("W/{tag}"), StatusCode::NOT_MODIFIED);
        check(&format!("\"other\", {tag}"), StatusCode::NOT_MODIFIED);
        check("*", StatusCode::NOT_MODIFIED);
        check("\"other\"", StatusCode::OK);
        let compressed = get("/favicon.svg", &[(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, &tag)]);
        assert_eq!(compressed.status(), StatusCode::OK, "the compressed file has a tag of its own");
    }

    #[test]
    fn names_that_are_not_listed_are_not_found() {
        for path in [
            "",
            "/",
            "favicon.svg",
            "//favicon.svg",
            "/missing.js",
            "/pkg",
            "/pkg/",
            "/pkg/../favicon.svg",
            "/pkg/%2e%2e/favicon.svg",
            "/../Cargo.toml",
            "/FAVICON.svg",
            "/favicon.svg.br",
            "/favicon.svg.gz",
        ] {
            assert!(request(Method::GET, path, &[]).is_none(), "{path:?}");
        }
    }

    #[test]
    fn head_says_the_length_and_sends_nothing() {
        let response = request(Method::HEAD, "/logo.png", &[]).expect("a file of that name");
        assert_eq!(header_of(&response, "content-length"), "8");
        assert_eq!(axum::body::HttpBody::size_hint(response.body()).exact(), Some(0));
    }

    #[test]
    fn other_methods_are_refused() {
        let response = request(Method::POST, "/logo.png", &[]).expect("a file of that name");
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(header_of(&response, "allow"), "GET, HEAD");
    }

    #[test]
    fn the_output_name_is_found_among_the_files() {
        let check = |files: &[&'static str], expected: &str| {
            assert_eq!(output_name_among(files.iter().map(|name| Cow::Borrowed(*name))), expected);
        };
        check(&[], "heirloom");
        check(&["pkg/snippets/heirloom-1/inline0.js", "robots.txt"], "heirloom");
        check(SITE.0, "heirloom-0123456789ab");
    }
}
