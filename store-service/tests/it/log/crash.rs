//! A process that appends and is killed, again and again.

use super::{open, read, small};
use crate::said::{Said, append, place};
use oms_model::change::Seq;
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};
use store_service::log::{ChangeLog, Resumed};

const FOLDER: &str = "OMS_TEST_LOG";

/// The transaction of a number: the same in every process, of very different sizes.
fn nth(number: u64) -> Said {
    let rows = match number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56 {
        0..8 => 3_000,
        odd => 1 + odd as usize % 5,
    };
    Said::rows(number, rows)
}

#[tokio::test]
#[ignore = "run by the test below, as a process of its own"]
async fn the_process_that_is_killed() {
    let log = open(Path::new(&std::env::var(FOLDER).unwrap()), small()).await;
    let Resumed { mut appender, mut definitions, position, .. } = log.append().await.unwrap();
    let done =
        position.map_or(0, |place| place.to_string().rsplit_once('/').unwrap().1.parse().unwrap());
    for number in done + 1.. {
        append(&mut *appender, &mut definitions, &nth(number), &place(number)).await.unwrap();
        if number % 7 == 0 {
            appender.flush().await.unwrap();
            let mut out = std::io::stdout().lock();
            writeln!(out, "durable {number}").unwrap();
        }
    }
}

#[tokio::test]
async fn a_killed_process_leaves_whole_transactions_and_all_that_was_durable() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..8_usize {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "log::crash::the_process_that_is_killed", "--ignored", "--nocapture"])
            .env(FOLDER, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut told = lines.filter_map(|line| line.split_once("durable ")?.1.parse::<u64>().ok());
        // Never at the same place.
        let durable = told.nth(round * 11 % 17).expect("it says how far it is");
        child.kill().unwrap();
        child.wait().unwrap();
        let log = open(dir.path(), small()).await;
        let end = log.extent().borrow().end;
        let heard = read(&log, Seq::START, end).await;
        let count = heard.all.len() as u64;
        assert!(count >= durable, "{durable} were durable, {count} are there");
        let wanted: Vec<Said> = (1..=count).map(nth).collect();
        heard.are(&wanted, Seq(1));
        assert_eq!(heard.last(), end);
        assert_eq!(log.extent().borrow().position, Some(place(count)));
    }
}
