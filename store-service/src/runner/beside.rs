//! What goes on beside a capture: asking how long the source keeps what is needed, and writing to it so
//! that its log goes on.

use super::{
    capture::{ANSWER, Capture},
    fate::Failure,
};
use crate::{log::Extent, ops};
use oms_connector::ChangeReader;
use oms_contracts::ErrorCode;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::task::AbortOnDropHandle;

/// How often the source is asked how long it keeps its log.
const HORIZON: Duration = Duration::from_secs(60);

impl Capture {
    /// Asks every now and then how long the source keeps what is needed.
    pub(super) fn watch_horizon(
        &self,
        source: Arc<dyn ChangeReader>,
        extent: watch::Receiver<Extent>,
    ) -> AbortOnDropHandle<()> {
        let pulse = self.pulse.clone();
        AbortOnDropHandle::new(tokio::spawn(async move {
            loop {
                let place = extent.borrow().position.clone();
                if let Some(place) = place {
                    let left = match timeout(ANSWER, source.horizon(&place)).await {
                        Ok(Ok(horizon)) if horizon.reaches => horizon.left,
                        Ok(Ok(_)) => Some(Duration::ZERO),
                        // What nobody knows is not told.
                        Ok(Err(_)) | Err(_) => None,
                    };
                    pulse.send_modify(|pulse| pulse.left = left);
                }
                sleep(HORIZON).await;
            }
        }))
    }

    /// Writes to the source every so often, if that was said. What it cannot write is told, and harms the
    /// capture in no way.
    pub(super) fn beat(&self, source: Arc<dyn ChangeReader>) -> Option<AbortOnDropHandle<()>> {
        let heartbeat = ops::store::heartbeat(&self.spec, &self.name);
        let Some((heartbeat, said)) = heartbeat.zip(self.spec.heartbeat.as_ref()) else {
            self.pulse.send_modify(|pulse| pulse.unbeaten = None);
            return None;
        };
        let (pulse, every) = (self.pulse.clone(), Duration::from_secs(said.every_seconds.into()));
        Some(AbortOnDropHandle::new(tokio::spawn(async move {
            let mut ticks = interval(every);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let unbeaten = match timeout(ANSWER, source.beat(&heartbeat)).await {
                    Ok(Err(error)) if !error.is_passing() => {
                        Some(Failure::new(ErrorCode::HeartbeatRefused, format!("source: {error}")))
                    }
                    Ok(Ok(())) => None,
                    // The capture says that the source is away.
                    Ok(Err(_)) | Err(_) => continue,
                };
                pulse.send_modify(|pulse| pulse.unbeaten = unbeaten);
            }
        })))
    }
}
