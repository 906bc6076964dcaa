//! How many read and write: as many as are wanted at the moment. Whoever is one too many leaves when
//! what it is at is done, and whoever is missing is started.

use tokio::sync::watch;

/// Those who read, and those who write.
#[derive(Debug)]
pub struct Crew {
    pub readers: Staff,
    pub writers: Staff,
}

/// Workers of one kind.
#[derive(Debug)]
pub struct Staff(watch::Sender<Posts>);

#[derive(Debug, Clone, Copy)]
struct Posts {
    wanted: usize,
    at_work: usize,
}

impl Crew {
    pub fn new(readers: usize, writers: usize) -> Self {
        Self { readers: Staff::new(readers), writers: Staff::new(writers) }
    }
}

impl Staff {
    fn new(wanted: usize) -> Self {
        Self(watch::Sender::new(Posts { wanted: wanted.max(1), at_work: 0 }))
    }

    /// So many are wanted from here on, one at least.
    pub fn want(&self, wanted: usize) {
        self.0.send_if_modified(|posts| {
            let before = std::mem::replace(&mut posts.wanted, wanted.max(1));
            before != posts.wanted
        });
    }

    pub fn at_work(&self) -> usize {
        self.0.borrow().at_work
    }

    /// Counts one in, if one is missing.
    pub fn hire(&self) -> bool {
        self.0.send_if_modified(|posts| {
            let is_missing = posts.at_work < posts.wanted;
            posts.at_work += usize::from(is_missing);
            is_missing
        })
    }

    /// Waits until one is missing.
    pub async fn is_short(&self) {
        self.wait_for(|posts| posts.at_work < posts.wanted).await;
    }

    /// Counts one out, if there is one too many: whoever asks has to leave then.
    pub fn leave(&self) -> bool {
        self.0.send_if_modified(|posts| {
            let is_surplus = posts.at_work > posts.wanted;
            posts.at_work -= usize::from(is_surplus);
            is_surplus
        })
    }

    /// Counts one out that has nothing left to do.
    pub fn gone(&self) {
        self.0.send_modify(|posts| posts.at_work = posts.at_work.saturating_sub(1));
    }

    /// Waits until there is one too many, and counts it out. Nobody is counted out when this is
    /// given up before it ends.
    pub async fn surplus(&self) {
        loop {
            self.wait_for(|posts| posts.at_work > posts.wanted).await;
            if self.leave() {
                return;
            }
        }
    }

    async fn wait_for(&self, state: impl FnMut(&Posts) -> bool) {
        let waited = self.0.subscribe().wait_for(state).await.map(drop);
        waited.expect("the sender is here");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn so_many_come_and_go_as_are_wanted() {
        let staff = Staff::new(2);
        assert_eq!([staff.hire(), staff.hire(), staff.hire()], [true, true, false]);
        assert!(!staff.leave(), "all are wanted");
        assert!(
            staff.surplus().now_or_never().is_none() && staff.is_short().now_or_never().is_none()
        );
        staff.want(3);
        assert!(staff.is_short().now_or_never().is_some() && staff.hire());
        staff.want(0);
        assert!(staff.surplus().now_or_never().is_some() && staff.leave());
        assert!(!staff.leave(), "one always stays");
        assert_eq!(staff.at_work(), 1);
        staff.gone();
        assert!(staff.at_work() == 0 && staff.hire(), "there may be a next time");
    }
}
