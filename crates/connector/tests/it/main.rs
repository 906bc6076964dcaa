//! The connectors against real servers. One binary, since linking is what costs.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers as well")]
#![allow(clippy::print_stdout, reason = "measurements are shown with --no-capture")]

mod account;
mod applying;
mod certificates;
mod changes;
mod conformance;
mod cut_off;
mod ddl;
mod host;
mod peers;
mod tls;
mod tls_offers;
mod too_much;
mod triggers;

/// Runs the same checks for every kind: a module per kind, a test per check. A new kind is one line
/// here, and one in [`for_the_family`] if it reads and writes rows.
macro_rules! for_every_kind {
    ($($check:ident),+ $(,)?) => {
        for_every_kind!(@module mysql, crate::host::MYSQL, $($check),+);
        for_every_kind!(@module mariadb, crate::host::MARIADB, $($check),+);
        for_every_kind!(@module oceanbase, crate::host::OCEANBASE, $($check),+);
        for_every_kind!(@module postgres, crate::host::POSTGRES, $($check),+);
    };
    (@module $kind:ident, $host:expr, $($check:ident),+) => {
        mod $kind {
            $(
                #[tokio::test]
                async fn $check() {
                    super::$check(&$host).await;
                }
            )+
        }
    };
}
pub(crate) use for_every_kind;

/// The same for the members of the MySQL family alone.
macro_rules! for_the_family {
    ($($check:ident),+ $(,)?) => {
        crate::for_every_kind!(@module mysql, crate::host::MYSQL, $($check),+);
        crate::for_every_kind!(@module mariadb, crate::host::MARIADB, $($check),+);
        crate::for_every_kind!(@module oceanbase, crate::host::OCEANBASE, $($check),+);
    };
}
pub(crate) use for_the_family;
