//! Signed addresses: what a client without a credential may do, for a short time, because somebody with one asked for it.

use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::Timestamp,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::Sha256;
use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

/// In the data folder.
const KEY_FILE: &str = "signing.key";

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
    /// The signer with the key of the data folder, which is made at the first start. It is no row, so that a stolen database signs nothing.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join(KEY_FILE);
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => create_key(&path)?.to_vec(),
            outcome => outcome?,
        };
        let key = <[u8; 32]>::try_from(bytes).map_err(|_| {
            io::Error::other(format!("{KEY_FILE} has not 32 bytes; remove it, and another one is made"))
        })?;
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

/// The refusal of a signed address that is not good, or not good any more.
pub fn expired() -> AppError {
    let detail = "This address has expired, or is not one that was given out for this. Ask for a new one.";
    AppError::new(ErrorKind::Refused, "expired_address", detail)
}

/// For the owner of the folder alone, and durable as a whole before anything is signed with it.
fn create_key(path: &Path) -> io::Result<[u8; 32]> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let unfinished = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(&key)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(key)
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

    #[test]
    fn the_key_of_a_folder_stays_and_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("heirloom-key-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        let (first, second) = (Signer::open(&folder).unwrap(), Signer::open(&folder).unwrap());
        let text = first.sign(&"claim", at(1_000)).unwrap();
        assert!(second.verify::<String>(&text, at(0)).is_ok());
        assert_eq!(std::fs::metadata(folder.join(KEY_FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(folder.join(KEY_FILE), "short").unwrap();
        assert!(Signer::open(&folder).is_err());
        std::fs::remove_dir_all(folder).unwrap();
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
