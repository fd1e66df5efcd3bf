//! The other server: its calls, asked one after the other.

use crate::auth::secret::Secret;
use bytes::Bytes;
use futures::{Stream, stream};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, redirect::Policy};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the other server may be silent; the SDK waits as long.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(300);
/// How long to wait before each further try, as the SDK does.
const WAITS: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];
/// The largest answer that is read, in bytes; all logs of one experiment come in one.
const MAX_ANSWER_BYTES: usize = 512 << 20;
/// How much of another server's words is shown, in characters.
const MAX_TOLD_CHARS: usize = 300;

/// Why the other server did not tell what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The address cannot be one.
    #[error("{0:?} is not the address of a server. It looks like https://app.example.org, without a path")]
    Address(String),
    /// No answer came.
    #[error("{0} does not answer: {1}")]
    Unreachable(String, String),
    /// It does not let us in.
    #[error("the server there does not accept the token ({0})")]
    Token(StatusCode),
    /// There is no such organization, or the token does not belong to it.
    #[error("the token there does not belong to an organization named {0:?}")]
    Organization(String),
    /// It said no.
    #[error("the server there answered {status} to {path}{told}")]
    Refused {
        status: StatusCode,
        path: String,
        /// Its own words with a colon in front, or nothing.
        told: String,
    },
    /// What it said is not what the protocol says.
    #[error("the answer to {0} cannot be read: {1}")]
    Unreadable(String, String),
    /// Where its bytes are is not where they may be read from.
    #[error("{0:?} is not an address to download from")]
    Download(String),
    /// Its bytes are not where it says.
    #[error("the file cannot be read: {0}")]
    File(String),
}

impl SourceError {
    /// Whether all that is asked after this would fail, too.
    pub fn ends_everything(&self) -> bool {
        matches!(self, Self::Unreachable(..) | Self::Token(_))
    }

    /// Whether another try, later, may go well.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused { status, .. } => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            Self::File(_) => true,
            _ => false,
        }
    }

    /// Whether the thing that was asked for is not there.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: StatusCode::NOT_FOUND, .. })
    }
}

/// A server that answers Picsellia's calls.
pub struct Source {
    http: Client,
    address: Url,
    token: Secret,
    /// The organization there.
    pub organization: Uuid,
    connector: Option<Uuid>,
}

#[derive(Deserialize)]
struct Organization {
    id: Uuid,
    #[serde(default)]
    default_connector_id: Option<Uuid>,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Value>,
}

#[derive(Deserialize)]
struct Presigned {
    presigned_url: Option<String>,
}

impl Source {
    /// Finds the organization, by its name or its id.
    pub async fn open(address: &str, token: Secret, organization: &str) -> Result<Self, SourceError> {
        let address = checked_address(address)?;
        let http = Client::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(SILENCE_TIMEOUT);
        // No proxy reaches this machine's own addresses.
        let http = if is_loopback(&address) { http.no_proxy() } else { http };
        let http = http.redirect(Policy::none()).build();
        let http = http.map_err(|error| SourceError::Unreachable(address.to_string(), error.to_string()))?;
        let mut source = Self { http, address, token, organization: Uuid::nil(), connector: None };
        source.get::<Value>("/api/home/ping", &[]).await?;
        let unknown = |error: SourceError| match error {
            SourceError::Refused { status: StatusCode::NOT_FOUND | StatusCode::FORBIDDEN, .. } => {
                SourceError::Organization(organization.to_owned())
            }
            error => error,
        };
        source.organization = match Uuid::try_parse(organization) {
            Ok(id) => id,
            Err(_) => {
                let found = source.get::<Organization>("/api/organizations/find", &[("name", organization)]).await;
                found.map_err(unknown)?.id
            }
        };
        let path = format!("/api/organization/{}", source.organization);
        source.connector = source.get::<Organization>(&path, &[]).await.map_err(unknown)?.default_connector_id;
        Ok(source)
    }

    /// One answer.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, SourceError> {
        let response = self.ask(path, || self.request(Method::GET, path).query(query)).await?;
        read_json(path, response).await
    }

    /// All items of a list.
    pub async fn list(&self, path: &str) -> Result<Vec<Value>, SourceError> {
        Ok(self.get::<Items>(path, &[]).await?.items)
    }

    /// The bytes of an object, and how many were announced.
    pub async fn download(
        &self,
        object_name: &str,
    ) -> Result<(Option<u64>, impl Stream<Item = reqwest::Result<Bytes>> + use<>), SourceError> {
        let connector = self.connector.unwrap_or_default();
        let path = format!("/api/object-storage/{connector}/retrieve_presigned_url");
        let body = json!({ "object_name": object_name }).to_string();
        let presigned = self.ask(&path, || self.request(Method::POST, &path).body(body.clone())).await?;
        let url = read_json::<Presigned>(&path, presigned).await?.presigned_url.unwrap_or_default();
        let url = self.accepted_download(&url)?;
        // The address says who may read, so the token stays here.
        let response = self.ask("the address of a file", || self.http.get(url.clone())).await;
        // Somebody else's address: that it does not answer says nothing of the server.
        let response = response.map_err(|error| match error {
            SourceError::Unreachable(_, why) => SourceError::File(why),
            SourceError::Token(status) => SourceError::File(format!("its address answered {status}")),
            error => error,
        })?;
        let length = response.content_length();
        let chunks = stream::try_unfold(response, |mut response| async move {
            Ok(response.chunk().await?.map(|chunk| (chunk, response)))
        });
        Ok((length, chunks))
    }

    /// What comes from an encrypted server is not fetched in the open.
    fn accepted_download(&self, url: &str) -> Result<Url, SourceError> {
        let refused = || SourceError::Download(url.chars().take(MAX_TOLD_CHARS).collect());
        let url = Url::parse(url).map_err(|_| refused())?;
        match url.scheme() {
            "https" => Ok(url),
            "http" if self.address.scheme() == "http" => Ok(url),
            _ => Err(refused()),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut url = self.address.clone();
        url.set_path(path);
        let request = self.http.request(method, url).bearer_auth(self.token.expose());
        let request = request.header("content-type", "application/json");
        // As the SDK does.
        match self.connector {
            Some(_) => request.header("x-picsellia-organization", self.organization.to_string()),
            None => request,
        }
    }

    /// Asks until there is an answer that another try would not change.
    async fn ask(&self, what: &str, request: impl Fn() -> RequestBuilder) -> Result<Response, SourceError> {
        let mut waits = WAITS.iter();
        loop {
            let outcome = request().send().await;
            let is_passing = match &outcome {
                Ok(response) => is_passing(response.status()),
                Err(error) => !error.is_builder(),
            };
            match (outcome, waits.next().filter(|_| is_passing)) {
                (_, Some(wait)) => tokio::time::sleep(*wait).await,
                (Ok(response), None) => return accepted(what, response).await,
                (Err(error), None) => {
                    let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
                    return Err(SourceError::Unreachable(self.address.origin().ascii_serialization(), why));
                }
            }
        }
    }
}

fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

fn checked_address(text: &str) -> Result<Url, SourceError> {
    let refused = || SourceError::Address(text.to_owned());
    let url = Url::parse(text).map_err(|_| refused())?;
    let is_root = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if is_root && is_plain { Ok(url) } else { Err(refused()) }
}

fn is_loopback(address: &Url) -> bool {
    address.socket_addrs(|| None).is_ok_and(|found| found.iter().all(|address| address.ip().is_loopback()))
}

async fn accepted(what: &str, response: Response) -> Result<Response, SourceError> {
    match response.status() {
        status if status.is_success() => Ok(response),
        status @ StatusCode::UNAUTHORIZED => Err(SourceError::Token(status)),
        status => {
            let told = match read_whole(what, response, 64 << 10).await {
                Ok(body) => in_its_words(&body),
                Err(_) => String::new(),
            };
            Err(SourceError::Refused { status, path: what.to_owned(), told })
        }
    }
}

/// The sentence of an error's answer.
fn in_its_words(body: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let sentence: String = answer["message"].as_str().unwrap_or_default().chars().take(MAX_TOLD_CHARS).collect();
    let printable = sentence.replace(|character: char| character.is_control(), " ");
    if printable.is_empty() { printable } else { format!(": {printable}") }
}

async fn read_json<T: DeserializeOwned>(path: &str, response: Response) -> Result<T, SourceError> {
    let body = read_whole(path, response, MAX_ANSWER_BYTES).await?;
    serde_json::from_slice(&body).map_err(|error| SourceError::Unreadable(path.to_owned(), error.to_string()))
}

async fn read_whole(path: &str, mut response: Response, limit: usize) -> Result<Vec<u8>, SourceError> {
    let unreadable = |why: String| SourceError::Unreadable(path.to_owned(), why);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreadable(error.to_string()))? {
        if body.len() + chunk.len() > limit {
            return Err(unreadable(format!("it has more than {limit} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_root_of_a_web_server() {
        for good in ["https://app.example.org", "http://127.0.0.1:3000/"] {
            assert!(checked_address(good).is_ok(), "{good}");
        }
        for bad in
            ["app.example.org", "ftp://a.org", "https://a.org/path", "https://user:word@a.org", "https://a.org?x", ""]
        {
            assert!(checked_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_the_other_server_says_is_cut_and_has_no_control_characters() {
        let told =
            in_its_words(json!({ "message": format!("no\u{1b}[2J{}", "x".repeat(5_000)) }).to_string().as_bytes());
        assert!(told.starts_with(": no [2Jx") && told.chars().count() == MAX_TOLD_CHARS + 2);
        assert_eq!((in_its_words(b"[1]"), in_its_words(b"<html>")), (String::new(), String::new()));
    }
}
