"""Tests: unit, integration, contract, isolation, browser, chaos, house."""
