"""Tests: unit, integration, acceptance, faults, benchmarks."""
