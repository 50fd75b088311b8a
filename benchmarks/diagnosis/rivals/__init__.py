"""rivals: planted faults → who else names them, and who cries wolf"""
