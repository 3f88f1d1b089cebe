"""Golden questions, metrics and calibration; knows the advisor, which knows nothing of it."""
