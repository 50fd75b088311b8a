"""reading: a large file → the seconds and the memory that it takes"""
