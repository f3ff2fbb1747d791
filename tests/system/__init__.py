"""The whole system as plain processes, for tests that use it from outside: flows, browsers, faults."""
