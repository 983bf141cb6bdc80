//! Hashing passwords with argon2id (19 MiB, two passes, one lane: OWASP's first choice), off the threads that
//! answer requests and no more than two at a time, so that a crowd at the door can't take all the memory.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::{
    domain::password::Password,
    server::error::{Error, Result},
};

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What the password of nobody is compared with, so that an unknown address takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm8$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The hash to keep, with its salt and parameters.
pub async fn hash(password: &Password) -> Result<String> {
    let password = password.clone();
    let _permit = AT_ONCE.acquire().await.map_err(Error::broken)?;
    let hash = spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    })
    .await?;
    hash.map_err(|error| Error::broken(error.to_string()))
}

/// Whether a password is the one that was kept. Without a hash the answer is no, after the same work.
pub async fn verify(password: &str, hash: Option<String>) -> Result<bool> {
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
    // Nobody has a longer one, and hashing megabytes is work that a stranger should not be able to order.
    let password: String = password.chars().take(crate::domain::password::LONGEST + 1).collect();
    let _permit = AT_ONCE.acquire().await.map_err(Error::broken)?;
    let same =
        spawn_blocking(move || Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok())
            .await?;
    Ok(same && known)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::domain::email::Email;

    fn password(text: &str) -> Password {
        Password::parse(text, &Email::parse("maya@example.org").expect("an address")).expect("a password")
    }

    #[tokio::test]
    async fn the_same_password_verifies_and_no_other() {
        let kept = hash(&password("correct horse")).await.expect("a hash");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("correct horse", Some(kept.clone())).await.expect("an answer"));
        assert!(!verify("correct house", Some(kept)).await.expect("an answer"));
        assert!(!verify("correct horse", None).await.expect("an answer"));
    }

    #[tokio::test]
    async fn nobody_takes_as_long_as_somebody() {
        let kept = hash(&password("correct horse")).await.expect("a hash");
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..7 {
            for (which, hash) in [(0, Some(kept.clone())), (1, None)] {
                let begun = Instant::now();
                verify("wrong password", hash).await.expect("an answer");
                times[which].push(begun.elapsed().as_secs_f64());
            }
        }
        let [somebody, nobody] = times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[3]
        });
        assert!((0.3..3.0).contains(&(nobody / somebody)), "{nobody} s beside {somebody} s");
    }
}
