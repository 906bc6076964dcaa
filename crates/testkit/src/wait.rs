//! Waiting for a condition: the one place in tests that lets time pass between looks.

use std::{fmt::Debug, panic::Location, time::Duration};

use tokio::time::{Instant, sleep};

const PAUSE: Duration = Duration::from_millis(10);

/// What a look at a condition can answer.
pub trait Look {
    type Found;

    /// What was looked for, or why it is not there yet.
    fn found(self) -> Result<Self::Found, String>;
}

impl Look for bool {
    type Found = ();

    fn found(self) -> Result<(), String> {
        if self { Ok(()) } else { Err("the condition is false".to_owned()) }
    }
}

impl<T> Look for Option<T> {
    type Found = T;

    fn found(self) -> Result<T, String> {
        self.ok_or_else(|| "nothing was found".to_owned())
    }
}

impl<T, E: Debug> Look for Result<T, E> {
    type Found = T;

    fn found(self) -> Result<T, String> {
        self.map_err(|error| format!("{error:?}"))
    }
}

/// Looks again and again until `look` answers `true`, `Some` or `Ok`, and gives what it found.
///
/// # Panics
/// At `deadline`, with the caller's place and what the last look said. The last look always begins
/// after the deadline or a moment before it, however long the looks themselves take.
#[track_caller]
pub fn eventually<L, F>(
    deadline: Duration,
    mut look: impl FnMut() -> F,
) -> impl Future<Output = L::Found>
where
    L: Look,
    F: Future<Output = L>,
{
    let caller = Location::caller();
    async move {
        let end = Instant::now() + deadline;
        loop {
            let is_last = Instant::now() + PAUSE >= end;
            match look().await.found() {
                Ok(found) => return found,
                Err(reason) if is_last => {
                    panic!("{caller}: still not after {deadline:?}: {reason}")
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_found_comes_back_as_soon_as_it_is_there() {
        let mut looks = 0;
        let found = eventually(Duration::from_secs(60), || {
            looks += 1;
            let now = looks;
            async move { (now == 3).then_some(now) }
        })
        .await;
        assert_eq!((found, looks), (3, 3));
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "still not after 5s: \"no rows\"")]
    async fn the_deadline_tells_what_the_last_look_said() {
        eventually(Duration::from_secs(5), || async { Err::<(), _>("no rows") }).await;
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "wait.rs")]
    async fn the_deadline_names_the_caller() {
        eventually(Duration::ZERO, || async { false }).await;
    }

    #[tokio::test(start_paused = true)]
    async fn one_look_is_taken_even_without_any_time() {
        eventually(Duration::ZERO, || async { true }).await;
    }
}
