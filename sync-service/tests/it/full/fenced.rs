//! What a run that died had sent must not arrive after the next one has begun anew.

use super::place::Place;
use crate::app::PATIENCE;
use oms_connector::Seating;
use oms_testkit::peer::CutProxy;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use oms_testkit::{TestUser, eventually};
use std::sync::{Arc, Barrier, Mutex, atomic::Ordering, mpsc::Sender};
use std::time::Duration;
use sync_service::ops::full::{FailureKind, Flow, Load, Outcome};
use tokio::task::JoinHandle;

/// A table without a key, of 3,000 rows.
async fn furnished(place: &Place) {
    place.both("CREATE TABLE loose(a INT, s VARCHAR(60))").await;
    place
        .source
        .exec(
            "CREATE TABLE d(n INT PRIMARY KEY); \
             INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9); \
             INSERT INTO loose SELECT a.n+b.n*10+c.n*100+e.n*1000, REPEAT('x', 50) \
               FROM d a, d b, d c, d e WHERE e.n < 3;",
        )
        .await
        .unwrap();
}

/// A load on a runtime of its own, which can be torn down in the middle of everything.
pub struct Doomed {
    runtime: tokio::runtime::Runtime,
    load: JoinHandle<Outcome>,
}

/// The threads of such a runtime.
const THREADS: usize = 2;

impl Doomed {
    pub fn start(load: Load) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .build()
            .unwrap();
        let load = runtime.spawn(load.run());
        Self { runtime, load }
    }

    /// Whether the load came to its end.
    pub fn has_ended(&self) -> bool {
        self.load.is_finished()
    }

    /// Nothing of it moves any more until what is given back is dropped. Its sockets stay open, as
    /// those of a machine that is cut off do.
    fn hang(self) -> (Self, Sender<()>) {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let all = Arc::new(Barrier::new(THREADS + 1));
        for _ in 0..THREADS {
            let (held, all) = (Arc::clone(&held), Arc::clone(&all));
            self.runtime.spawn(async move {
                all.wait();
                let _ = held.lock().unwrap().recv();
            });
        }
        all.wait();
        (self, release)
    }

    /// All its sockets are closed, and nothing is said on them.
    pub fn die(self) {
        self.runtime.shutdown_background();
    }
}

/// A run is cut off while one of its statements is on its way through a network that holds it back.
/// The statement arrives when the next run is done.
async fn a_late_statement_is_not_done(target: ServerKind) {
    let mut place = Place::between(MySql, target).await;
    furnished(&place).await;
    let server = place.target.server().clone();
    let proxy = CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap();
    place.target_by(proxy.address().port());
    (place.readers, place.writers) = (1, 1);
    // Small batches, so that each is one statement.
    let flow = Arc::new(Flow::new(16 << 20, Some(600), None));
    place.flow = Arc::clone(&flow);
    let doomed = Doomed::start(place.load(vec![place.plan(0, "loose")]));
    eventually(PATIENCE, || async { flow.meter.rows.load(Ordering::Relaxed) > 0 }).await;
    proxy.mute();
    // More than a goodbye: a batch.
    eventually(PATIENCE, || async { proxy.bytes_held_back() > 2_000 }).await;
    let (doomed, release) = doomed.hang();

    place.target_by(server.port);
    place.flow = Arc::new(Flow::new(16 << 20, None, None));
    assert_eq!(place.run(&["loose"]).await, Outcome::Ended { failed: 0 });
    place.same("SELECT COUNT(*), COUNT(DISTINCT a) FROM loose").await;
    let (told, heard) = (proxy.bytes_to_server(), proxy.bytes_to_client());
    proxy.restore();
    eventually(PATIENCE, || async { proxy.bytes_to_server() > told }).await;
    // It would be answered now.
    let answered = eventually(PATIENCE, || async { proxy.bytes_to_client() > heard });
    let answered = tokio::time::timeout(Duration::from_secs(2), answered).await;
    place.same("SELECT COUNT(*), COUNT(DISTINCT a) FROM loose").await;
    assert!(answered.is_err(), "it was answered");
    drop(release);
    doomed.die();
}

#[tokio::test]
async fn a_late_statement_is_not_done_by_mysql() {
    a_late_statement_is_not_done(MySql).await;
}

#[tokio::test]
async fn a_late_statement_is_not_done_by_mariadb() {
    a_late_statement_is_not_done(MariaDb).await;
}

#[tokio::test]
async fn a_late_statement_is_not_done_by_oceanbase() {
    a_late_statement_is_not_done(OceanBase).await;
}

/// A statement waits for a lock when its process dies, and the server does not notice.
#[tokio::test]
async fn a_statement_that_waits_for_a_lock_is_not_done_later() {
    let mut place = Place::between(MySql, MySql).await;
    furnished(&place).await;
    place.target.exec("LOCK TABLES loose READ").await.unwrap();
    (place.readers, place.writers) = (1, 1);
    let doomed = Doomed::start(place.load(vec![place.plan(0, "loose")]));
    let waits = || async {
        let shown = place.source.rows("SHOW FULL PROCESSLIST").await.unwrap();
        let waiting = |row: &Vec<Option<String>>| format!("{row:?}").contains("metadata lock");
        shown.into_iter().find(waiting)
    };
    eventually(PATIENCE, || async { waits().await.is_some() }).await;
    doomed.die();
    let next = tokio::spawn(place.load(vec![place.plan(0, "loose")]).run());
    // Both would wait for the same lock now, and the emptying would be let through first.
    eventually(PATIENCE, || async {
        waits().await.is_some_and(|row| format!("{row:?}").contains("TRUNCATE"))
    })
    .await;
    place.target.exec("UNLOCK TABLES").await.unwrap();
    assert_eq!(next.await.unwrap(), Outcome::Ended { failed: 0 });
    place.same("SELECT COUNT(*), COUNT(DISTINCT a) FROM loose").await;
}

/// A connection breaks while a statement waits. The writer that looks whether the rows are there
/// must not look before it is clear that they will not come.
#[tokio::test]
async fn a_writer_ends_its_former_session_before_it_looks() {
    for target in [MySql, OceanBase] {
        let mut place = Place::between(MySql, target).await;
        place.both("CREATE TABLE t(id INT PRIMARY KEY, v INT)").await;
        place.source.exec("INSERT INTO t VALUES (1,1),(2,2),(3,3)").await.unwrap();
        let server = place.target.server().clone();
        let proxy = CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap();
        place.target_by(proxy.address().port());
        place.writers = 1;
        place.keeps = true;
        // The insert waits for this one.
        place.target.exec("BEGIN").await.unwrap();
        place.target.exec("INSERT INTO t VALUES (2,99)").await.unwrap();
        let running = tokio::spawn(place.load(vec![place.plan(0, "t")]).run());
        let other = oms_testkit::TestDb::create(&server).await.unwrap();
        let inserts = || async {
            let shown = other.rows("SHOW FULL PROCESSLIST").await.unwrap();
            let ours = |row: &&Vec<Option<String>>| {
                let text = format!("{row:?}");
                text.contains("INSERT INTO") && text.contains(place.target.name())
            };
            shown.iter().find(ours).and_then(|row| row[0].clone())
        };
        let first = eventually(PATIENCE, || async { inserts().await }).await;
        proxy.cut();
        eventually(PATIENCE, || async { proxy.open_connections() == 0 }).await;
        proxy.restore();
        eventually(PATIENCE, || async { inserts().await.is_some_and(|id| id != first) }).await;
        place.target.exec("ROLLBACK").await.unwrap();
        assert_eq!(running.await.unwrap(), Outcome::Ended { failed: 0 }, "{target}");
        place.same("SELECT * FROM t ORDER BY id").await;
    }
}

/// A run that was thought dead goes on after somebody else has taken its load over.
#[tokio::test]
async fn whoever_has_lost_the_load_writes_nothing_more() {
    let mut place = Place::between(MySql, OceanBase).await;
    furnished(&place).await;
    place.flow = Arc::new(Flow::new(16 << 20, Some(2_000), None));
    place.book.is_lost.store(true, Ordering::SeqCst);
    let outcome = place.run(&["loose"]).await;
    assert!(matches!(outcome, Outcome::Broken(_)), "{outcome:?}");
    let count = place.target.value("SELECT COUNT(*) FROM loose").await.unwrap();
    assert_eq!(count.as_deref(), Some("0"));
}

/// As where a server has no named locks, or a session is not ours to end: it cannot be told whether
/// an earlier run is at an end.
#[tokio::test]
async fn where_nobody_can_be_ended_a_table_without_a_key_is_not_begun_anew() {
    let mut place = Place::between(MySql, MySql).await;
    furnished(&place).await;
    place.both("CREATE TABLE t(id INT PRIMARY KEY)").await;
    place.source.exec("INSERT INTO t SELECT a FROM loose").await.unwrap();
    place.book.begin(0);
    place.book.begin(1);
    place.target.exec("INSERT INTO loose VALUES (7, 'by the earlier run')").await.unwrap();
    let seat = place.seating.seat(Seating::SEATS - 1);
    place.target.exec(&format!("SELECT GET_LOCK('{seat}', 0)")).await.unwrap();
    let rights = format!("ALL ON {}.*", place.target.name());
    let account = TestUser::create(place.target.server(), "bare", "s3cret", &[&rights]).await;
    let account = account.unwrap();
    place.target_as(&account);
    assert_eq!(place.run(&["loose", "t"]).await, Outcome::Ended { failed: 1 });
    let failure = place.book.page(0).failure.unwrap();
    assert_eq!(failure.kind, FailureKind::Haunted, "{}", failure.message);
    let rows = place.target.value("SELECT COUNT(*) FROM loose").await.unwrap();
    assert_eq!(rows.as_deref(), Some("1"), "nothing was removed either");
    place.same("SELECT COUNT(*) FROM t").await;
}
