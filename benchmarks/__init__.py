"""Measurements too long for the tests: `make bench`, `make simulated`, `make study`,
`make ablation`, `make profile`."""
