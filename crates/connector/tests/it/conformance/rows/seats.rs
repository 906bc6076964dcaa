//! Sessions that are ended by whoever comes next, with all they were told.

use crate::for_the_family;
use crate::host::{Host, MARIADB, MYSQL, Place};
use oms_connector::{Batch, Seating, Standing, WriteSession};
use oms_model::{Rows, Value};
use oms_testkit::eventually;
use oms_testkit::servers::ServerKind;
use std::time::Duration;

for_the_family!(
    a_seat_has_room_for_one,
    a_statement_at_work_is_over_when_its_seat_is_taken,
    all_seats_can_be_vacated,
    a_seat_that_was_given_up_is_free,
    nobody_but_who_sits_there_is_ended,
);

const PATIENCE: Duration = Duration::from_secs(30);

/// Seats of this test's own.
pub fn seating(place: &Place<'_>) -> Seating {
    let mut digest = [0; 12];
    for (at, byte) in place.schema.bytes().enumerate() {
        let folded = &mut digest[at % 12];
        *folded = u8::wrapping_mul(*folded, 31).wrapping_add(byte);
    }
    Seating::of(digest)
}

/// Takes a seat. As in a load, it is tried again while the server ends whoever has it.
async fn seated(place: &Place<'_>, number: u32) -> Box<dyn WriteSession> {
    let connector = place.connector();
    let seat = seating(place).seat(number);
    eventually(PATIENCE, || async {
        match connector.writer().unwrap().writing(Some(&seat)).await {
            Err(error) if error.is_passing() => Err(error.to_string()),
            taken => Ok(taken.unwrap()),
        }
    })
    .await
}

fn row(id: i64) -> Rows {
    let mut rows = Rows::default();
    rows.push_row([Value::Int(id), Value::Text(b"x")]);
    rows
}

const TABLE: &str = "CREATE TABLE t(id INT PRIMARY KEY, v VARCHAR(5))";

async fn a_seat_has_room_for_one(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    let into = place.destination(&place.scan("t").await).await;
    let (mut first, mut beside) = (seated(&place, 1).await, seated(&place, 2).await);
    let mut next = seated(&place, 1).await;
    assert_eq!(next.standing(), Standing::Seated);
    first.insert(&into, &Batch::all(&row(1))).await.unwrap_err();
    beside.insert(&into, &Batch::all(&row(2))).await.unwrap();
    next.insert(&into, &Batch::all(&row(3))).await.unwrap();
    assert_eq!(next.count(&into).await.unwrap(), 2);
}

async fn a_statement_at_work_is_over_when_its_seat_is_taken(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    let into = place.destination(&place.scan("t").await).await;
    // The insert waits for this one, and would go on when it is taken back.
    place.db.exec("BEGIN").await.unwrap();
    place.db.exec("INSERT INTO t VALUES (1, 'y')").await.unwrap();
    let mut first = seated(&place, 1).await;
    let held_back = tokio::spawn({
        let into = into.clone();
        async move { first.insert(&into, &Batch::all(&row(1))).await }
    });
    let looking = place.db.server().clone();
    let at_work = oms_testkit::TestDb::create(&looking).await.unwrap();
    eventually(PATIENCE, || async {
        let shown = at_work.rows("SHOW FULL PROCESSLIST").await.unwrap();
        let text = format!("{shown:?}");
        text.contains("INSERT INTO") && text.contains(&place.schema)
    })
    .await;
    let mut next = seated(&place, 1).await;
    place.db.exec("ROLLBACK").await.unwrap();
    held_back.await.unwrap().unwrap_err();
    assert_eq!(next.count(&into).await.unwrap(), 0);
    next.insert(&into, &Batch::all(&row(1))).await.unwrap();
}

async fn all_seats_can_be_vacated(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLE).await.unwrap();
    let into = place.destination(&place.scan("t").await).await;
    let mut sessions = Vec::new();
    for number in [0, 7, Seating::SEATS - 1] {
        sessions.push(seated(&place, number).await);
    }
    let connector = place.connector();
    let writer = connector.writer().unwrap();
    let mut outside = writer.writing(None).await.unwrap();
    writer.vacate(&seating(&place), PATIENCE).await.unwrap();
    for session in &mut sessions {
        session.insert(&into, &Batch::all(&row(1))).await.unwrap_err();
    }
    outside.insert(&into, &Batch::all(&row(2))).await.unwrap();
    assert_eq!(outside.count(&into).await.unwrap(), 1);
    // There is nobody any more, and whoever is remembered does not keep it from ending.
    writer.vacate(&seating(&place), PATIENCE).await.unwrap();
}

async fn a_seat_that_was_given_up_is_free(host: &Host) {
    let place = host.place().await;
    for _ in 0..20 {
        let session = seated(&place, 5).await;
        assert_eq!(session.standing(), Standing::Seated);
        session.leave().await;
    }
}

/// By a number alone somebody else could be meant: another server has the same ones, and the same
/// server gives them again.
async fn nobody_but_who_sits_there_is_ended(host: &Host) {
    let place = host.place().await;
    let connector = place.connector();
    let schema = connector.schema().unwrap();
    let seat = |number| seating(&place).seat(number);
    let mut sitting = schema.writing(Some(&seat(1))).await.unwrap();
    assert_eq!(sitting.standing(), Standing::Seated);
    let mut beside = schema.writing(Some(&seat(2))).await.unwrap();
    let another = if host.server_kind == ServerKind::MySql { &MARIADB } else { &MYSQL };
    let elsewhere = another.place().await.connector();
    elsewhere.schema().unwrap().end(&seat(1), PATIENCE).await.unwrap();
    schema.end(&seat(3), PATIENCE).await.unwrap();
    sitting.run(&place.schema, "CREATE TABLE t(a INT)", PATIENCE).await.unwrap();
    schema.end(&seat(1), PATIENCE).await.unwrap();
    sitting.run(&place.schema, "CREATE TABLE u(a INT)", PATIENCE).await.unwrap_err();
    beside.run(&place.schema, "CREATE TABLE v(a INT)", PATIENCE).await.unwrap();
    // Somebody who gave it up is not ended, either.
    beside.leave().await;
    schema.vacate(&seating(&place), PATIENCE).await.unwrap();
}
