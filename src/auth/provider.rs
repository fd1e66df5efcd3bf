//! Signing in through an identity provider: OpenID Connect Core 1.0, the authorization code flow with PKCE (RFC 7636).
//!
//! The provider's description and keys are fetched for each sign-in, so that changed keys need no restart.

use super::secret::Secret;
use crate::{error::Failure, vocabulary::Role};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse,
    StandardTokenResponse, TokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
    reqwest,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

/// How long the provider may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What the operator says about the provider.
#[derive(Clone)]
pub struct ProviderSettings {
    /// What the button on the sign-in page says.
    pub name: String,
    /// Its address, without the path to its description.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// The proof of it.
    pub client_secret: Secret,
    /// The claim with the groups of a person.
    pub groups_claim: String,
    /// Which group gives which role; the highest one counts.
    pub roles: Vec<(String, Role)>,
    /// The role of people in none of these groups; nothing keeps them out.
    pub default_role: Option<Role>,
    /// The organization that people enter; the only one unless given.
    pub organization: Option<String>,
}

/// Who somebody is, as the provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    /// The provider's own name for the person, which never changes.
    pub subject: String,
    pub email: Option<String>,
    /// Whether the provider knows that the address belongs to the person.
    pub is_email_verified: bool,
    pub name: String,
    pub groups: Vec<String>,
}

impl ProviderSettings {
    /// The highest role that any of the groups gives.
    pub fn role_of(&self, groups: &[String]) -> Option<Role> {
        let given = self.roles.iter().filter(|(group, _)| groups.contains(group)).map(|(_, role)| *role);
        given.max().or(self.default_role)
    }
}

/// Where the browser goes, and what it must bring back.
pub struct Departure {
    /// The provider's page.
    pub address: String,
    /// What the browser keeps until it comes back.
    pub luggage: Luggage,
}

/// What ties the way back to the browser that went: it lies in a cookie that lives for ten minutes.
#[derive(Clone)]
pub struct Luggage {
    /// Comes back in the address.
    pub state: String,
    /// Comes back inside the signed token.
    pub nonce: String,
    /// Proves that whoever went has come back (PKCE).
    pub verifier: String,
}

impl Luggage {
    /// As the value of a cookie.
    pub fn to_cookie(&self) -> String {
        format!("{}~{}~{}", self.state, self.nonce, self.verifier)
    }

    /// From the value of a cookie.
    pub fn from_cookie(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('~').map(str::to_owned);
        let luggage = Self { state: parts.next()?, nonce: parts.next()?, verifier: parts.next()? };
        parts.next().is_none().then_some(luggage)
    }
}

/// Claims that the standard does not name, such as groups.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct OtherClaims {
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl AdditionalClaims for OtherClaims {}

type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type OidcClient = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What went wrong between us and the provider. The details are for the log alone.
#[derive(Debug, thiserror::Error)]
#[error("identity provider: {0}")]
pub struct ProviderError(String);

impl ProviderError {
    fn from(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        tracing::warn!(%error, "sign-in failed");
        super::AuthError::Provider.into()
    }
}

/// How a token may be signed: by a key that the provider alone has. What the provider's description offers beyond them does not count.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 8] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
];

/// An identity provider that the operator trusts.
#[derive(Clone)]
pub struct Provider {
    /// What the operator says about it.
    pub settings: ProviderSettings,
    redirect_url: String,
    http: reqwest::Client,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Provider({})", self.settings.issuer)
    }
}

impl Provider {
    /// The path to which the provider sends people back.
    pub const CALLBACK: &'static str = "/sign-in/callback";

    /// Ready to ask; `public_url` is ours.
    pub fn new(settings: ProviderSettings, public_url: &str) -> Result<Self, ProviderError> {
        // A redirect could lead the secret to somebody else.
        let http =
            reqwest::ClientBuilder::new().redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT).no_proxy();
        let http = http.build().map_err(ProviderError::from)?;
        Ok(Self { settings, redirect_url: format!("{public_url}{}", Self::CALLBACK), http })
    }

    async fn client(&self) -> Result<OidcClient, ProviderError> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(ProviderError::from)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.http).await.map_err(ProviderError::from)?;
        let secret = ClientSecret::new(self.settings.client_secret.expose().to_owned());
        let client =
            Client::from_provider_metadata(metadata, ClientId::new(self.settings.client_id.clone()), Some(secret));
        Ok(client.set_redirect_uri(RedirectUrl::new(self.redirect_url.clone()).map_err(ProviderError::from)?))
    }

    /// The way to the provider.
    pub async fn departure(&self) -> Result<Departure, ProviderError> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client().await?;
        let request =
            client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        let scopes =
            ["email", "profile", self.settings.groups_claim.as_str()].map(|scope| Scope::new(scope.to_owned()));
        let (address, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        let luggage =
            Luggage { state: state.into_secret(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        Ok(Departure { address: address.to_string(), luggage })
    }

    /// Who has come back with `code`. The signature, issuer, audience, age and nonce of the token are checked, and that the access token
    /// belongs to it.
    pub async fn arrival(&self, code: String, luggage: Luggage) -> Result<Identity, ProviderError> {
        let client = self.client().await?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(ProviderError::from)?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(luggage.verifier));
        let answer = request.request_async(&self.http).await.map_err(ProviderError::from)?;
        let token = answer.id_token().ok_or_else(|| ProviderError::from("no id token in the answer"))?;
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims = token.claims(&verifier, &Nonce::new(luggage.nonce)).map_err(ProviderError::from)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(ProviderError::from)?;
            let key = token.signing_key(&verifier).map_err(ProviderError::from)?;
            let hash =
                AccessTokenHash::from_token(answer.access_token(), algorithm, key).map_err(ProviderError::from)?;
            if hash != *expected {
                return Err(ProviderError::from("the access token belongs to another id token"));
            }
        }
        let mut identity = Identity {
            issuer: self.settings.issuer.clone(),
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            is_email_verified: claims.email_verified().unwrap_or(false),
            name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()).unwrap_or_default(),
            groups: self.groups_in(&claims.additional_claims().others),
        };
        if identity.email.is_none() {
            let request = client.user_info(answer.access_token().clone(), Some(claims.subject().clone()));
            let info: UserInfoClaims<OtherClaims, CoreGenderClaim> =
                request.map_err(ProviderError::from)?.request_async(&self.http).await.map_err(ProviderError::from)?;
            identity.email = info.email().map(|email| email.to_string());
            identity.is_email_verified = info.email_verified().unwrap_or(false);
            identity.groups.extend(self.groups_in(&info.additional_claims().others));
            if let Some(name) = info.name().and_then(|name| name.get(None)) {
                identity.name = name.to_string();
            }
        }
        Ok(identity)
    }

    fn groups_in(&self, claims: &Map<String, Value>) -> Vec<String> {
        match claims.get(&self.settings.groups_claim) {
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(group)) => vec![group.clone()],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(default_role: Option<Role>) -> ProviderSettings {
        ProviderSettings {
            name: "Acme".to_owned(),
            issuer: "https://id.example".to_owned(),
            client_id: "heirloom".to_owned(),
            client_secret: Secret::default(),
            groups_claim: "groups".to_owned(),
            roles: vec![("ml".to_owned(), Role::Editor), ("ml-leads".to_owned(), Role::Owner)],
            default_role,
            organization: None,
        }
    }

    #[test]
    fn the_highest_group_decides_and_no_group_keeps_out() {
        let groups = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(settings(None).role_of(&groups(&["ml", "ml-leads", "other"])), Some(Role::Owner));
        assert_eq!(settings(None).role_of(&groups(&["ml"])), Some(Role::Editor));
        assert_eq!(settings(None).role_of(&groups(&["other"])), None);
        assert_eq!(settings(Some(Role::Viewer)).role_of(&[]), Some(Role::Viewer));
        assert_eq!(settings(Some(Role::Viewer)).role_of(&groups(&["ml"])), Some(Role::Editor));
    }

    #[test]
    fn luggage_survives_the_cookie_and_nothing_else_is_taken_for_it() {
        let luggage = Luggage { state: "a-_1".to_owned(), nonce: "b".to_owned(), verifier: "c.d".to_owned() };
        let back = Luggage::from_cookie(&luggage.to_cookie()).unwrap();
        assert_eq!((back.state, back.nonce, back.verifier), (luggage.state, luggage.nonce, luggage.verifier));
        for wrong in ["", "a", "a~b", "a~b~c~d"] {
            assert!(Luggage::from_cookie(wrong).is_none(), "{wrong}");
        }
    }
}
