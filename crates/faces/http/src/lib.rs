//! What every HTTP face shares: problem details, limits, metrics, shutdown.
