"""What every process needs before it can start: settings, errors, logs, telemetry, secrets."""
