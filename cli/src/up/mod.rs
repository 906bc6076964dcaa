//! `oms up`: the six services in one process, on loopback, with SQLite and generated keys.

mod announce;
mod fleet;
mod memory;
pub mod place;
mod settings;

use crate::{
    cmd::up::UpArgs,
    fault::{Code, Fault},
    out::Out,
    signals::Signals,
};
use announce::Ready;
use fleet::{Fleet, FleetError};
use oms_chassis::{StartError, http::ServeError, telemetry};
use place::Place;
use settings::{Sources, UpSettings};
use std::{net::SocketAddr, time::Duration};

/// The services bring threads of their own for HTTP; these are for what runs besides.
const RUNTIME_THREADS: usize = 2;
/// What may still block when all services have ended, such as a query that hangs.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// Runs until it is asked to stop.
pub fn run(args: &UpArgs, out: Out) -> Result<(), Fault> {
    memory::restart_lean();
    let place = Place::open(args.data_dir.clone())?;
    announce::retract(args.ready_file.as_deref())?;
    place.check_room()?;
    let settings = settings(args, &place)?;
    oms_chassis::process::install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(RUNTIME_THREADS)
        .enable_all()
        .build()
        .map_err(|error| Fault::from_error(Code::Runtime, &error))?;
    let telemetry = telemetry::start("oms", &settings.telemetry)
        .map_err(|error| Fault::from_error(Code::SettingsWrong, &error))?;
    let result = runtime.block_on(serve(args, &place, settings, out));
    runtime.shutdown_timeout(LAST_MOMENT);
    drop(telemetry);
    result
}

fn settings(args: &UpArgs, place: &Place) -> Result<UpSettings, Fault> {
    let sources = Sources {
        file: args.config.as_deref(),
        variables: std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        listen: args.listen,
    };
    let mut settings = settings::read(sources, place)
        .map_err(|error| Fault::from_error(Code::SettingsWrong, &error))?;
    place.check_metadata(&settings.at_home(place))?;
    // In this order: the internal key tells later starts that there was a vault key.
    if settings.seals_with(&place.vault_key()) {
        place.keep_vault_key()?;
    }
    settings.share(&place.internal_secret()?);
    Ok(settings)
}

async fn serve(args: &UpArgs, place: &Place, settings: UpSettings, out: Out) -> Result<(), Fault> {
    let mut signals = Signals::watch()?;
    // Before anything is made: first passwords are told once, and a taken port is found too late.
    let listen = settings.gateway.http.listen;
    is_free(listen)?;
    if !listen.ip().is_loopback() {
        out.remark(&format!("{listen} speaks plain HTTP: put a TLS proxy between it and others."));
    }
    let at_home = settings.at_home(place);
    let (mut fleet, passwords) = signals.outlast(Box::pin(Fleet::start(settings))).await?;
    let told = tokio::select! {
        ready = fleet.ready() => match ready.map_err(Fault::from) {
            // First this: whoever is told that it is ready may rely on it.
            Ok(()) => place.note_metadata(&at_home).map_err(Fault::from).and_then(|()| {
                tell(&Ready::new(place, fleet.gateway(), &passwords), args, out)
            }),
            Err(fault) => Err(fault),
        },
        () = signals.any() => Err(Fault::interrupted()),
    };
    if told.is_err() {
        announce::passwords_at_least(&passwords, out)?;
    }
    let ended = match told {
        Ok(()) => tokio::select! {
            () = signals.next() => Ok(()),
            ended = fleet.ended() => Err(ended.into()),
        },
        Err(fault) => Err(fault),
    };
    let stopped = signals.outlast(fleet.stop()).await;
    ended.and(stopped.map_err(Fault::from))
}

/// The file comes last: whoever waits for it finds stdout written.
fn tell(ready: &Ready<'_>, args: &UpArgs, out: Out) -> Result<(), Fault> {
    ready.tell(out)?;
    args.ready_file.as_deref().map_or(Ok(()), |file| ready.write(file))
}

fn is_free(listen: SocketAddr) -> Result<(), Fault> {
    std::net::TcpListener::bind(listen).map(drop).map_err(|error| {
        let message = format!("the address {listen} cannot be listened on");
        Fault::new(Code::AddressUnusable, message).because(Some(&error))
    })
}

impl From<FleetError> for Fault {
    fn from(error: FleetError) -> Self {
        let code = match &error {
            FleetError::Start { source: StartError::Serve(ServeError::Bind { .. }), .. } => {
                Code::AddressUnusable
            }
            FleetError::Start { .. } => Code::StartFailed,
            FleetError::NotReady { .. } => Code::NotReady,
            FleetError::Ended { .. } => Code::ServiceEnded,
            FleetError::Late(_) => Code::StopLate,
            FleetError::Probe(_) => Code::Runtime,
        };
        Self::from_error(code, &error)
    }
}
