"""diagnosis: runs with planted faults, and who names them"""
