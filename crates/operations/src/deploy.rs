//! `deploy`: what runs where, since when.

use model::{Deployment, Timestamp};
use store::queries::facts;

use crate::context::not_ahead;
use crate::{Muster, OperationError, Result};

impl Muster {
    /// Records that an image or commit runs in an environment of a service.
    ///
    /// # Errors
    /// When neither image nor commit is given, or the time lies ahead.
    pub fn deploy(&self, deployment: Deployment, now: Timestamp) -> Result<Deployment> {
        not_ahead("--at", deployment.since, now)?;
        if deployment.image.is_none() && deployment.commit.is_none() {
            return Err(OperationError::Bad("--image or --commit says what was deployed".to_owned()));
        }
        self.db.write(|tx| facts::deploy(tx, self.org, &deployment, now))?;
        Ok(deployment)
    }

    /// What runs now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn deployments(&self, at: Timestamp) -> Result<Vec<Deployment>> {
        Ok(self.db.read(|conn| facts::deployments(conn, self.org, at))?)
    }
}
