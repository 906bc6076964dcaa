//! `oms migrate`: one migration from start to end in this process; `oms verify`: a comparison.
//!
//! ```text
//! wish ── the command line, understood        side ── a database of it
//! book ── what the data directory is about    choose ── rules against the source's objects
//! precheck ── both sides, before anything     host ── the services, in this process
//! drive ── their tasks, to their end          show ── how far they are
//! follow ── what is committed meanwhile       changes ── what became of definitions
//! count ── the rows of both sides
//! ```

mod book;
mod changes;
mod choose;
mod count;
mod drive;
mod follow;
mod host;
mod precheck;
mod show;
mod side;
mod wish;

use crate::{
    cmd::{
        migrate::{Index, LimitArgs, MigrateArgs, Step},
        verify::{Mode, VerifyArgs},
    },
    fault::{Code, Fault},
    out::Out,
    signals::Signals,
    up::place::Place,
};
use book::{Asked, Book};
use count::{Counted, Kept};
use drive::Drive;
use follow::Followed;
use host::Host;
use oms_contracts::{
    Detail, ErrorCode,
    store::CaptureMethod,
    sync::{Limits, ProgressView, TaskKind},
};
use oms_model::transfer::SpeedMode;
use show::{End, Show};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};
use wish::{Wish, usage};

/// The service brings a thread of its own for HTTP.
const RUNTIME_THREADS: usize = 2;
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// Runs a migration to its end.
pub fn migrate(args: &MigrateArgs, out: Out) -> Result<(), Fault> {
    let wish = Wish::of(&args.what)?;
    check(args)?;
    let asked = Asked::of(args, &wish);
    let place = asked.place(args.data_dir.clone())?;
    let known = Book::find(&place, &asked)?;
    let limits = limits(&args.limits);
    in_runtime(async {
        let mut signals = Signals::watch()?;
        let begun = known.is_some();
        let looked = look(&wish, &asked, known, &limits, out);
        let (book, skew_ms) = signals.cut(looked).await?;
        if !begun {
            book.keep(&place)?;
        }
        let (book, limits, wish) = (&book, &limits, &wish);
        let move_it = Move { wish, book, limits, place: &place, out, args, skew_ms };
        move_it.run(&mut signals).await
    })
}

/// Compares both sides.
pub fn verify(args: &VerifyArgs, out: Out) -> Result<(), Fault> {
    let wish = Wish::of(&args.what)?;
    if args.mode != Mode::Count {
        let message = "this version counts rows; comparing them comes later";
        return Err(
            Fault::of(ErrorCode::NotAvailableYet, message).advise("give --mode count".into())
        );
    }
    in_runtime(async {
        let mut signals = Signals::watch()?;
        let started = Instant::now();
        let counted = signals.cut(async {
            precheck::reach(&wish.source, &wish.target, false).await?;
            let source = wish.source.open()?;
            let objects = choose::choose(&wish, source.as_ref(), false, out).await?.objects;
            count::compare((&wish.source, &wish.target), &objects, &None).await
        });
        let counted = counted.await?;
        let end = End { rows: counted.rows, bytes: 0, tables: counted.tables, started };
        conclude(&counted, out)?;
        show::compared(&counted, &end, out)?;
        differences(&counted)
    })
}

fn in_runtime(work: impl Future<Output = Result<(), Fault>>) -> Result<(), Fault> {
    oms_chassis::process::install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(RUNTIME_THREADS)
        .enable_all()
        .build()
        .map_err(|error| Fault::from_error(Code::Runtime, &error))?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(LAST_MOMENT);
    result
}

/// What contradicts itself, or comes later.
fn check(args: &MigrateArgs) -> Result<(), Fault> {
    if args.types.contains(&Step::Verify) {
        let fault = Fault::of(ErrorCode::NotAvailableYet, "--types verify comes later");
        return Err(fault.advise("leave it out; row counts are compared in any case".into()));
    }
    if args.index.is_some() && !args.types.contains(&Step::Schema) {
        let message = "--index says how tables are created, and --types does not create any";
        return Err(usage(message, "leave it out, or give --types schema,full"));
    }
    let follows = args.follow || args.until.is_some() || args.types.contains(&Step::Incr);
    if args.capture.is_some() && !follows {
        let message = "--capture says how changes are captured, and none are applied";
        return Err(usage(message, "leave it out, or give --follow or --until"));
    }
    if args.index == Some(Index::AfterLoad) && !args.types.contains(&Step::Full) {
        let message = "--index after-load waits for a load, and --types has none";
        return Err(usage(message, "give --types schema,full, or another --index"));
    }
    Ok(())
}

fn limits(args: &LimitArgs) -> Limits {
    Limits {
        full_transfer_speed_mode: SpeedMode::from(args.speed),
        read_worker_num: args.readers.or(args.concurrency),
        write_worker_num: args.writers.or(args.concurrency),
        throttle_rps: args.rows_per_second,
        throttle_iops: args.bytes_per_second,
        memory: args.memory,
        ..Limits::default()
    }
}

/// Looks at both sides, and finds what is to be moved unless that is known; and how far the source's
/// clock is ahead of ours, in milliseconds.
async fn look(
    wish: &Wish,
    asked: &Asked,
    known: Option<Book>,
    limits: &Limits,
    out: Out,
) -> Result<(Book, i64), Fault> {
    let probed = precheck::reach(&wish.source, &wish.target, true).await?;
    let book = match known {
        Some(book) => book,
        None => {
            let source = wish.source.open()?;
            let chosen = choose::choose(wish, source.as_ref(), asked.schema, out).await?;
            let (objects, left_out) = (chosen.objects, chosen.left_out);
            let (asked, first_limits) = (asked.clone(), limits.clone());
            Book { asked, first_limits, objects, left_out, ended: false }
        }
    };
    let sides = (&wish.source, &wish.target);
    precheck::apart(sides, &probed, &book.objects).await?;
    precheck::rights(sides, &book.objects, asked.schema, out).await?;
    if asked.incr.is_some() {
        precheck::follows(sides, &probed, asked.capture)?;
    }
    Ok((book, probed.source.clock_skew_ms))
}

/// A migration whose particulars are known.
struct Move<'a> {
    wish: &'a Wish,
    book: &'a Book,
    limits: &'a Limits,
    place: &'a Place,
    out: Out,
    args: &'a MigrateArgs,
    skew_ms: i64,
}

/// What a migration came to.
#[derive(Default)]
struct Moved {
    loaded: ProgressView,
    kept: Kept,
    /// Where changes were followed.
    followed: Option<Followed>,
}

impl Move<'_> {
    async fn run(&self, signals: &mut Signals) -> Result<(), Fault> {
        let started = Instant::now();
        let host = Host::start(self.place, self.book.asked.incr.is_some()).await?;
        let moved = self.with(&host, signals).await;
        let stopped = signals.outlast(host.stop()).await;
        let Moved { loaded, kept, followed } = moved?;
        stopped?;
        let counted = match &followed {
            Some(followed) => {
                show::followed(&followed.progress, self.out)?;
                followed.counted.clone().unwrap_or_default()
            }
            None if self.book.asked.full => {
                let sides = (&self.wish.source, &self.wish.target);
                let counting = count::compare(sides, &self.book.objects, &kept);
                signals.cut(counting).await?
            }
            None => Counted::default(),
        };
        conclude(&counted, self.out)?;
        let tables = self.book.objects.len() as u64;
        let end = End { rows: loaded.rows, bytes: loaded.bytes, tables, started };
        show::moved(&counted, &end, loaded.conflicts, self.out)?;
        differences(&counted).map_err(|fault| {
            let root = self.place.root().display();
            let advice = format!(
                "compare the tables listed above; where rows were written meanwhile, or the target \
                 was changed since, load again: remove {root} and repeat the command"
            );
            fault.advise(advice)
        })
    }

    async fn with(&self, host: &Host, signals: &mut Signals) -> Result<Moved, Fault> {
        if self.book.ended {
            signals.outlast(follow::remove(host)).await?;
            let message = "this migration has ended, and the capture of changes was removed";
            return Err(Fault::new(Code::MigrationEnded, message));
        }
        let mut show = Show::new(self.out, self.place.root(), self.book);
        let root = self.place.root();
        let mut drive = Drive {
            host,
            book: self.book,
            wish: self.wish,
            limits: self.limits,
            out: self.out,
            signals,
            root,
        };
        if let Some(kind) = drive.kinds().into_iter().find(|kind| !host.can(*kind)) {
            return Err(not_yet(kind));
        }
        drive.make(&self.wish.source, &self.wish.target).await?;
        show.begin()?;
        if self.book.asked.incr.is_some() {
            drive.capture(&self.wish.source, &self.wish.rules).await?;
        }
        let loaded = drive.run(&mut show).await?;
        let kept = match (&loaded, self.book.asked.allow_nonempty) {
            (None, _) | (_, false) => None,
            (Some(_), true) => {
                let mut kept = HashMap::new();
                for table in drive.tables().await? {
                    *kept.entry(table.target).or_default() += table.conflicts;
                }
                Some(kept)
            }
        };
        let loaded = loaded.map(|task| task.progress).unwrap_or_default();
        let followed = match self.book.asked.incr {
            None => None,
            Some(_) => {
                drive.decide(&self.args.skip_ddl, &self.args.edit_ddl).await?;
                let (sides, until) = ((&self.wish.source, &self.wish.target), self.args.until);
                let followed = drive.follow(sides, (until, self.skew_ms), &mut show).await;
                self.end(host, followed.as_ref().ok(), signals).await?;
                Some(followed?)
            }
        };
        Ok(Moved { loaded, kept, followed })
    }

    /// Removes the capture where that is wanted and nothing is left to be done, or says that it stays.
    async fn end(
        &self,
        host: &Host,
        followed: Option<&Followed>,
        signals: &mut Signals,
    ) -> Result<(), Fault> {
        let is_equal = |counted: &Counted| counted.differences.is_empty();
        let is_done = followed.is_some_and(|it| it.counted.as_ref().is_none_or(is_equal));
        if self.args.end_capture && is_done {
            // Before anything is gone: nobody may go on without what was captured.
            Book { ended: true, ..self.book.clone() }.keep(self.place)?;
            return signals.outlast(follow::remove(host)).await;
        }
        let method = follow::method(&*self.wish.source.open()?, self.book.asked.capture);
        if method == Some(CaptureMethod::Trigger) {
            self.out.remark(
                "The triggers stay at the source and go on to write down what is committed. The same \
                 command with --until caught-up --end-capture goes on, and removes them.",
            );
        }
        Ok(())
    }
}

fn not_yet(kind: TaskKind) -> Fault {
    let message = format!("this version cannot do the step {kind}");
    Fault::of(ErrorCode::NotAvailableYet, message).advise("leave that step out".into())
}

/// Tells each difference to programs.
fn conclude(counted: &Counted, out: Out) -> Result<(), Fault> {
    if !out.is_json() {
        return Ok(());
    }
    counted.differences.iter().try_for_each(|difference| show::differs(difference, out))
}

fn differences(counted: &Counted) -> Result<(), Fault> {
    let differing = counted.differences.len();
    if differing == 0 {
        return Ok(());
    }
    let details = counted.differences.iter().map(|difference| {
        let sources: Vec<String> = difference.sources.iter().map(ToString::to_string).collect();
        let rows = |rows: Option<u64>| rows.map_or("no such table".into(), show::grouped);
        let message = format!(
            "{} has {}, {} has {}",
            sources.join(" + "),
            rows(difference.source_rows),
            difference.target,
            rows(difference.target_rows),
        );
        Detail::new(difference.target.to_string(), message)
    });
    let message = format!("the rows of {differing} of {} tables differ in number", counted.tables);
    Err(Fault::new(Code::RowsDiffer, message).listing(details))
}
