//! Random secrets. Only their SHA-256 is stored: with 256 random bits, guessing is hopeless without a slow hash (OWASP ASVS 5, 6.5.2).

use crate::vocabulary::Digest;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Text that must not be shown, logged or stored: it has neither `Debug` nor `Display`, and is read in few places.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(Box<str>);

impl Secret {
    /// The text itself. Whoever asks for it answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into_boxed_str())
    }
}

/// What every API token begins with, so that scanners can find leaked ones.
pub const TOKEN_PREFIX: &str = "hlm_";

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const UNMISTAKABLE: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

/// Random bytes of the operating system.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system always has random bytes for us");
    bytes
}

/// Characters of `alphabet`, each as likely as any other.
fn characters(count: usize, alphabet: &[u8]) -> String {
    let fair_below = 256 - 256 % alphabet.len();
    std::iter::repeat_with(bytes::<64>)
        .flatten()
        .filter(|&byte| usize::from(byte) < fair_below)
        .map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()]))
        .take(count)
        .collect()
}

/// An API token with 256 random bits.
pub fn token() -> Secret {
    format!("{TOKEN_PREFIX}{}", characters(43, BASE62)).into()
}

/// The secret of a session or of a link, with 256 random bits.
pub fn random() -> Secret {
    characters(43, BASE62).into()
}

/// A password that a person can type: 100 random bits in four groups.
pub fn password() -> Secret {
    [(); 4].map(|()| characters(5, UNMISTAKABLE)).join("-").into()
}

/// What is stored instead of a token or session secret.
pub fn fingerprint(secret: &Secret) -> Digest {
    Digest::from_bytes(Sha256::digest(secret.expose().as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_plain_and_never_the_same() {
        let tokens: std::collections::HashSet<String> = (0..1000).map(|_| token().expose().to_owned()).collect();
        assert_eq!(tokens.len(), 1000);
        assert!(
            tokens.iter().all(|token| token.len() == 47 && token[4..].bytes().all(|byte| byte.is_ascii_alphanumeric()))
        );
        assert_eq!(password().expose().len(), 23);
    }
}
