//! The chain: each entry's hash covers the one before it, per member, so that a changed past shows without
//! any contention.

use sha2::{Digest, Sha256};

use crate::domain::{
    ids::MemberId,
    ledger::{Balances, Entry},
    wallet::POINTS,
};

/// What stands for the hash before the first entry of a wallet: nothing for points, the name of any other, so
/// that an entry of one wallet is none of another.
#[must_use]
pub fn beginning(wallet: &str) -> Vec<u8> {
    if wallet == POINTS { Vec::new() } else { wallet.as_bytes().to_vec() }
}

/// sha256 of the previous hash and every field of the entry, each with its length or width fixed.
#[must_use]
pub fn entry_hash(previous: &[u8], member: MemberId, entry: &Entry) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(member.0.as_bytes());
    hasher.update(entry.entry_no.to_be_bytes());
    text(&mut hasher, entry.draft.kind.as_str());
    text(&mut hasher, entry.draft.contra.as_str());
    balances(&mut hasher, entry.draft.delta);
    balances(&mut hasher, entry.after);
    hasher.update(entry.draft.effective_at.as_microsecond().to_be_bytes());
    hasher.update(entry.recorded_at.as_microsecond().to_be_bytes());
    hasher.update(entry.draft.document.unwrap_or_default());
    text(&mut hasher, entry.draft.reason.as_deref().unwrap_or_default());
    // The trace is hashed as our own type prints it: Postgres orders the keys of its JSON as it likes.
    let trace = entry.draft.trace.as_ref().map(|trace| serde_json::to_string(trace).unwrap_or_default());
    text(&mut hasher, &trace.unwrap_or_default());
    hasher.finalize().to_vec()
}

fn text(hasher: &mut Sha256, text: &str) {
    hasher.update((text.len() as u64).to_be_bytes());
    hasher.update(text.as_bytes());
}

fn balances(hasher: &mut Sha256, balances: Balances) {
    for number in [balances.available, balances.held, balances.pending, balances.debt] {
        hasher.update(number.to_be_bytes());
    }
}
