"""benchmarks: ranvier and its rivals, side by side in one run → tables and JSON"""
