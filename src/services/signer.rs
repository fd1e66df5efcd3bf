//! Signed addresses: what a client without a credential may do, for a short time, because somebody with one asked for it.

use crate::{
    database::Database,
    error::{AppError, ErrorKind, Failure},
    vocabulary::Timestamp,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::Sha256;
use std::{fmt, sync::Arc};

/// Makes and checks signatures: HMAC-SHA256 (RFC 2104) with a key of this installation. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    key: Arc<[u8; 32]>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Signer")
    }
}

#[derive(Serialize, Deserialize)]
struct Signed<T> {
    claim: T,
    /// Microseconds.
    until: i64,
}

impl Signer {
    /// The signer with the installation's key, which is made at the first start: processes that share a database accept each other's addresses.
    pub async fn open(database: &Database) -> Result<Self, Failure> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|error| Failure::Broken(error.to_string()))?;
        let mut transaction = database.begin().await?;
        sqlx::query("INSERT INTO signing_keys (id, key) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
            .bind(BASE64_URL_SAFE_NO_PAD.encode(fresh))
            .execute(&mut *transaction)
            .await?;
        let key: String =
            sqlx::query_scalar("SELECT key FROM signing_keys WHERE id = 1").fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        let key = BASE64_URL_SAFE_NO_PAD.decode(key).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let key = key.ok_or_else(|| Failure::Broken("the stored signing key has not 32 bytes".to_owned()))?;
        Ok(Self { key: Arc::new(key) })
    }

    /// The claim as text for an address, good until `until`.
    pub fn sign<T: Serialize>(&self, claim: &T, until: Timestamp) -> Result<String, Failure> {
        let signed = Signed { claim, until: until.as_micros() };
        let text = serde_json::to_vec(&signed).map_err(|error| Failure::Broken(error.to_string()))?;
        let text = BASE64_URL_SAFE_NO_PAD.encode(text);
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.mac(&text)?.finalize().into_bytes());
        Ok(format!("{text}.{signature}"))
    }

    /// The claim of a text that this installation has signed and that has not expired. The comparison takes the same time for every text.
    ///
    /// # Errors
    /// `expired_address` (403) for everything else.
    pub fn verify<T: DeserializeOwned>(&self, text: &str, now: Timestamp) -> Result<T, Failure> {
        let (text, signature) = text.split_once('.').ok_or_else(expired)?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| expired())?;
        self.mac(text)?.verify_slice(&signature).map_err(|_| expired())?;
        let signed = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| expired())?;
        let signed: Signed<T> = serde_json::from_slice(&signed).map_err(|_| expired())?;
        if signed.until <= now.as_micros() { Err(expired().into()) } else { Ok(signed.claim) }
    }

    fn mac(&self, text: &str) -> Result<Hmac<Sha256>, Failure> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.key).map_err(|error| Failure::Broken(error.to_string()))?;
        mac.update(text.as_bytes());
        Ok(mac)
    }
}

fn expired() -> AppError {
    let detail = "This address has expired, or is not one that was given out for this. Ask for a new one.";
    AppError::new(ErrorKind::Refused, "expired_address", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn signer(byte: u8) -> Signer {
        Signer { key: Arc::new([byte; 32]) }
    }

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    #[test]
    fn a_claim_is_good_until_it_expires_and_for_its_own_installation() {
        let text = signer(1).sign(&("put", 7), at(1_000)).unwrap();
        assert_eq!(signer(1).verify::<(String, i32)>(&text, at(999)).unwrap(), ("put".to_owned(), 7));
        for refused in [signer(1).verify::<(String, i32)>(&text, at(1_000)), signer(2).verify(&text, at(999))] {
            assert_eq!(refused.unwrap_err().into_shown().kind.status(), 403);
        }
    }

    proptest! {
        #[test]
        fn any_other_text_is_refused(position in 0..100_usize, replaced in "[A-Za-z0-9_.-]") {
            let text = signer(1).sign(&"claim", at(1_000)).unwrap();
            let position = position % text.len();
            let changed = format!("{}{replaced}{}", &text[..position], &text[position + 1..]);
            let verdict = signer(1).verify::<String>(&changed, at(0));
            prop_assert!(verdict.is_err() || changed == text);
        }
    }
}
