"""Strawberry extensions: limits, error codes, tracing."""
