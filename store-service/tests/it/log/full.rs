//! A disk that takes no more, and then does again.

use super::{add, append_all, open, read};
use crate::said::Said;
use oms_model::change::Seq;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{path::Path, process::Command};
use store_service::log::{ChangeLog, LogError, Resumed, SegmentSettings};

const FOLDER: &str = "OMS_TEST_LOG";

/// Files of this process take no more than so many bytes.
fn limit(bytes: Option<u64>) {
    let maximum = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: bytes, maximum }).unwrap();
}

#[tokio::test]
#[ignore = "run by the test below, as a process of its own that limits its files"]
async fn the_process_whose_disk_is_full() {
    let folder = std::env::var(FOLDER).unwrap();
    let settings = SegmentSettings::default();
    let log = open(Path::new(&folder), settings).await;
    let all: Vec<Said> = (1..=2_000).map(|number| Said::rows(number, 40)).collect();
    append_all(&log, &all[..100]).await;
    let mut done = 100;
    // Each time somewhere else, in the middle of frames and of transactions.
    for room in [50_000, 60_001, 90_017] {
        limit(Some(room));
        let Resumed { mut appender, mut definitions, .. } = log.append().await.unwrap();
        let mut full = add(&mut *appender, &mut definitions, &all[done..]).await;
        if full.is_ok() {
            full = appender.flush().await;
        }
        let error = full.expect_err("the disk was full");
        assert!(matches!(error, LogError::Full { .. }), "{error:?}");
        assert!(appender.flush().await.is_err(), "nothing of it can be trusted");
        let end = log.extent().borrow().end;
        let heard = read(&log, Seq::START, end).await;
        done = heard.all.len();
        heard.are(&all[..done], Seq(1));
        let file = Path::new(&folder).join(format!("{:020}.log", 1));
        assert!(file.metadata().unwrap().len() <= room);
    }
    limit(None);
    append_all(&log, &all[done..]).await;
    let end = log.extent().borrow().end;
    assert_eq!(end, Seq(80_000));
    read(&log, Seq::START, end).await.are(&all, Seq(1));
}

#[test]
fn a_full_disk_loses_nothing_and_is_gone_on_with_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    // Who is told of the limit by a signal would end of it.
    let ended = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "log::full::the_process_whose_disk_is_full", "--ignored"])
        .env(FOLDER, dir.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && told.contains("1 passed"), "{told}");
}
