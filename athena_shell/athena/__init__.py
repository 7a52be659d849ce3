"""The Athena service: executions, results and the catalog."""
