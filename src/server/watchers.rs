//! Pages that are open: each hears when something of its member has changed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::domain::ids::MemberId;

/// How many open pages of one member are kept up to date.
const PAGES_PER_MEMBER: usize = 8;

/// The pages that are open on this server.
#[derive(Debug, Clone, Default)]
pub struct Watchers(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    members: HashMap<MemberId, watch::Sender<()>>,
    closed: bool,
}

impl Watchers {
    /// Keeps a page up to date. `None`: the member has too many open, or the server stops.
    #[must_use]
    pub fn watch(&self, member: MemberId) -> Option<Watching> {
        let mut open = self.lock();
        if open.closed {
            return None;
        }
        let sender = open.members.entry(member).or_insert_with(|| watch::channel(()).0);
        let receiver = (sender.receiver_count() < PAGES_PER_MEMBER).then(|| sender.subscribe())?;
        Some(Watching { watchers: self.clone(), member, receiver })
    }

    /// Something of these members has changed.
    pub fn wake(&self, members: impl IntoIterator<Item = MemberId>) {
        let open = self.lock();
        for sender in members.into_iter().filter_map(|member| open.members.get(&member)) {
            sender.send_replace(());
        }
    }

    /// Something may have been missed: every page looks for itself.
    pub fn wake_all(&self) {
        for sender in self.lock().members.values() {
            sender.send_replace(());
        }
    }

    /// No page hears anything any more.
    pub fn close(&self) {
        let mut open = self.lock();
        open.closed = true;
        open.members.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open page.
#[derive(Debug)]
pub struct Watching {
    watchers: Watchers,
    member: MemberId,
    receiver: watch::Receiver<()>,
}

impl Watching {
    /// Waits for a change; `false` when there will be none any more.
    pub async fn changed(&mut self) -> bool {
        self.receiver.changed().await.is_ok()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut open = self.watchers.lock();
        // This page is still counted.
        if open.members.get(&self.member).is_some_and(|sender| sender.receiver_count() <= 1) {
            open.members.remove(&self.member);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const MAYA: MemberId = MemberId(Uuid::from_u128(1));
    const NOOR: MemberId = MemberId(Uuid::from_u128(2));

    #[tokio::test]
    async fn a_page_hears_of_its_member_alone_and_leaves_nothing_behind() {
        let watchers = Watchers::default();
        let (mut maya, noor) = (watchers.watch(MAYA).expect("a page"), watchers.watch(NOOR).expect("a page"));
        watchers.wake([MAYA]);
        assert!(maya.changed().await);
        assert!(!noor.receiver.has_changed().expect("open"));
        watchers.wake_all();
        assert!(noor.receiver.has_changed().expect("open"));
        drop((maya, noor));
        assert!(watchers.lock().members.is_empty());
    }

    #[tokio::test]
    async fn a_member_has_so_many_pages_and_none_when_the_server_stops() {
        let watchers = Watchers::default();
        let mut pages: Vec<Watching> = std::iter::from_fn(|| watchers.watch(MAYA)).collect();
        assert_eq!(pages.len(), PAGES_PER_MEMBER);
        drop(pages.pop());
        assert!(watchers.watch(MAYA).is_some(), "one may open when another has closed");
        watchers.close();
        assert!(!pages[0].changed().await);
        assert!(watchers.watch(NOOR).is_none());
    }
}
