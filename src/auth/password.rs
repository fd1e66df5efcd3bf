//! Password hashes: argon2id with the minimum of the OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane).

use super::{
    AuthError,
    secret::{self, Secret},
};
use crate::error::Failure;
use argon2::{
    Argon2, Params,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The fewest characters of a password (ASVS 5.0, 6.2.1).
const MIN_CHARS: usize = 8;
/// The most bytes of a password: longer ones are refused before they are hashed.
const MAX_BYTES: usize = 1024;

/// Why a password is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Outside of the limits.
    #[error("A password has 8 to 1024 characters.")]
    Length,
    /// Among the first that anybody would try, or made from the person's own address or name.
    #[error(
        "This password is among the first that anybody would try. Take several words that have nothing to do with each other, or let a password manager make one."
    )]
    Guessable,
}

/// Whether a password is long enough and not easy to guess; `about` is what everybody knows about the person.
pub fn accept(password: &Secret, about: &[&str]) -> Result<(), AuthError> {
    if password.expose().chars().count() < MIN_CHARS || password.expose().len() > MAX_BYTES {
        return Err(AuthError::WeakPassword(Weakness::Length));
    }
    let about: Vec<&str> = about
        .iter()
        .flat_map(|text| text.split(['@', '.', ' ']).chain([*text]))
        .filter(|part| part.len() > 2)
        .collect();
    match zxcvbn::zxcvbn(password.expose(), &about).score() {
        zxcvbn::Score::Zero | zxcvbn::Score::One => Err(AuthError::WeakPassword(Weakness::Guessable)),
        _ => Ok(()),
    }
}

/// Hashes and checks passwords, as many at a time as there are cores, so that many sign-ins cannot exhaust the memory.
#[derive(Clone, Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    dummy_hash: Arc<str>,
}

/// What a check has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password, or there is none.
    Wrong,
    /// The password.
    Right,
    /// The password, whose hash was made with other parameters than today's: hash it again.
    RightButOld,
}

impl Passwords {
    /// Ready to check.
    pub fn new() -> Result<Self, Failure> {
        let cores = std::thread::available_parallelism().map_or(1, |count| count.get());
        let dummy_hash = hash_now(&secret::password())?.into();
        Ok(Self { permits: Arc::new(Semaphore::new(cores)), dummy_hash })
    }

    /// The hash to store, with its parameters and salt.
    pub async fn hash(&self, password: Secret) -> Result<String, Failure> {
        self.run(move || hash_now(&password)).await?
    }

    /// Whether the password belongs to the stored hash. Without a hash (an unknown user) it takes as long, and is wrong.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<Verdict, Failure> {
        if password.expose().len() > MAX_BYTES {
            return Ok(Verdict::Wrong);
        }
        let is_known = stored.is_some();
        let hash = stored.unwrap_or_else(|| self.dummy_hash.to_string());
        let (is_right, is_old) = self.run(move || check_now(&password, &hash)).await??;
        Ok(match is_right && is_known {
            false => Verdict::Wrong,
            true if is_old => Verdict::RightButOld,
            true => Verdict::Right,
        })
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let _permit = self.permits.acquire().await.map_err(|error| Failure::Broken(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Broken(error.to_string()))
    }
}

fn broken(error: argon2::password_hash::Error) -> Failure {
    Failure::Broken(format!("password hash: {error}"))
}

fn hash_now(password: &Secret) -> Result<String, Failure> {
    let salt = SaltString::encode_b64(&secret::bytes::<16>()).map_err(broken)?;
    Ok(Argon2::default().hash_password(password.expose().as_bytes(), &salt).map_err(broken)?.to_string())
}

fn check_now(password: &Secret, hash: &str) -> Result<(bool, bool), Failure> {
    let hash = PasswordHash::new(hash).map_err(broken)?;
    let parameters = Params::try_from(&hash).map_err(broken)?;
    let today = Params::default();
    let costs = |parameters: &Params| (parameters.m_cost(), parameters.t_cost(), parameters.p_cost());
    let is_right = Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok();
    Ok((is_right, costs(&parameters) != costs(&today)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        text.to_owned().into()
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user_is_accepted() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash(secret("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(passwords.verify(secret("correct horse"), Some(hash.clone())).await.unwrap(), Verdict::Right);
        assert_eq!(passwords.verify(secret("correct house"), Some(hash)).await.unwrap(), Verdict::Wrong);
        assert_eq!(passwords.verify(secret("correct horse"), None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn the_whole_password_counts_and_a_huge_one_is_not_hashed() {
        let passwords = Passwords::new().unwrap();
        let long = "a long sentence that somebody remembers, ".repeat(24);
        let hash = passwords.hash(secret(&long)).await.unwrap();
        assert_eq!(passwords.verify(secret(&long), Some(hash.clone())).await.unwrap(), Verdict::Right);
        for other in [long.trim_end().to_owned(), long.to_uppercase(), format!("{}x", &long[..long.len() - 1])] {
            assert_eq!(passwords.verify(secret(&other), Some(hash.clone())).await.unwrap(), Verdict::Wrong);
        }
        let all_busy = passwords.permits.acquire_many(passwords.permits.available_permits() as u32).await.unwrap();
        assert_eq!(passwords.verify(secret(&"x".repeat(1 << 20)), Some(hash)).await.unwrap(), Verdict::Wrong);
        drop(all_busy);
    }

    #[tokio::test]
    async fn a_hash_with_other_parameters_is_right_and_old() {
        let weaker =
            Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, Params::new(8_192, 1, 1, None).unwrap());
        let salt = SaltString::encode_b64(b"a salt of 16 byt").unwrap();
        let hash = weaker.hash_password(b"correct horse", &salt).unwrap().to_string();
        let passwords = Passwords::new().unwrap();
        assert_eq!(passwords.verify(secret("correct horse"), Some(hash)).await.unwrap(), Verdict::RightButOld);
    }

    #[test]
    fn a_password_is_long_enough_and_hard_to_guess() {
        let about = ["alice.miller@example.org", "Alice Miller"];
        for bad in ["", "1234567", "жщюяцъ", &"x".repeat(1025)] {
            assert_eq!(accept(&secret(bad), &about).err(), Some(AuthError::WeakPassword(Weakness::Length)), "{bad}");
        }
        for bad in [
            "password",
            "Passw0rd",
            "12345678",
            "qwertyuiop",
            "iloveyou",
            "alice.miller@example.org",
            "alicemiller",
            "aaaaaaaaaaaa",
        ] {
            assert_eq!(accept(&secret(bad), &about).err(), Some(AuthError::WeakPassword(Weakness::Guessable)), "{bad}");
        }
        for good in ["correct horse battery", "kT9#vLq2xW", &"long enough and then some, ".repeat(37)] {
            assert_eq!(accept(&secret(good), &about), Ok(()), "{good}");
        }
    }
}
