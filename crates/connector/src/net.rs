//! Getting to a port: name resolution and TCP, with every failure told apart.

use crate::address::Address;
use crate::deadline::Deadline;
use crate::error::{ConnectError, Phase};
use std::io;
use std::net::SocketAddr;
use tokio::net::{TcpStream, lookup_host};

/// Every address of the host, in the name service's order of preference.
pub(crate) async fn resolve(
    address: &Address,
    deadline: Deadline,
) -> Result<Vec<SocketAddr>, ConnectError> {
    let unknown = |source| ConnectError::UnknownHost { host: address.host.clone(), source };
    let lookup = lookup_host((address.host.as_str(), address.port));
    let found: Vec<_> = deadline.run(Phase::Resolve, lookup).await?.map_err(unknown)?.collect();
    if found.is_empty() {
        return Err(unknown(io::Error::new(io::ErrorKind::NotFound, "it has no address")));
    }
    Ok(found)
}

/// Connects to the first place that answers. Each gets an equal share of the time that is left, so
/// that one black hole among several addresses does not swallow it all.
pub(crate) async fn dial(
    address: &Address,
    places: &[SocketAddr],
    deadline: Deadline,
) -> Result<TcpStream, ConnectError> {
    let mut last = deadline.missed(Phase::Connect);
    for (tried, place) in places.iter().enumerate() {
        let share = deadline.share(u32::try_from(places.len() - tried).unwrap_or(u32::MAX));
        match share.run(Phase::Connect, TcpStream::connect(place)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true).map_err(|error| of_io(address, error))?;
                return Ok(stream);
            }
            Ok(Err(error)) => last = of_io(address, error),
            Err(timeout) => last = timeout,
        }
    }
    Err(last)
}

/// What an I/O error at any phase means for the person who gave the address.
pub(crate) fn of_io(address: &Address, error: io::Error) -> ConnectError {
    use io::ErrorKind as K;
    let (host, port) = (address.host.clone(), address.port);
    match error.kind() {
        K::ConnectionRefused => ConnectError::Refused { host, port },
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof => {
            ConnectError::Dropped
        }
        K::HostUnreachable
        | K::NetworkUnreachable
        | K::NetworkDown
        | K::AddrNotAvailable
        | K::PermissionDenied
        | K::TimedOut => ConnectError::Unreachable { host, port, source: error },
        // The drivers' own complaints about what they read come as I/O errors, too.
        _ => ConnectError::protocol(error.to_string()),
    }
}
